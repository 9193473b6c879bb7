//! The order of the pixels, by the numbers in the names of their columns.

use super::header::{numbers, pattern};
use std::collections::HashSet;

/// What the numbers in the pixels' names say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing, or what the file's order says as well.
    AsTheyStand,
    /// Where each pixel belongs.
    Places(Vec<usize>),
    /// Neither are they in order, nor is each there once.
    Unclear,
    /// The same, and this name is unlike nearly all others.
    Stray(usize),
}

/// The order of the pixels by the numbers in their names, and width and height where each has its row and its column
/// there: `pixel0`, `1x1`, `pixel_0_0`, `x0y0`.
pub(super) fn order(names: &[&[u8]]) -> (Order, Option<(usize, usize)>) {
    let unknown = (Order::AsTheyStand, None);
    // The first two may differ: the third then is like one of them, or nothing is usual.
    let patterns: Vec<Vec<u8>> = names.iter().take(3).map(|name| pattern(name)).collect();
    let repeated = patterns.iter().find(|pattern| patterns.iter().filter(|other| other == pattern).count() > 1);
    let usual = repeated.or(patterns.first()).cloned().unwrap_or_default();
    let alike: Vec<&[u8]> = names.iter().copied().filter(|name| pattern(name) == usual).collect();
    let Some(mut all) = alike.iter().map(|name| numbers(name)).collect::<Option<Vec<_>>>() else { return unknown };
    if let Some(stray) = names.iter().position(|name| pattern(name) != usual) {
        let is_stray = 10 * alike.len() >= 9 * names.len() && !all.is_sorted();
        return if is_stray { (Order::Stray(stray), None) } else { unknown };
    }
    let count = all.first().map_or(0, Vec::len);
    // A number that is the same in all names says nothing.
    let varying: Vec<usize> = (0..count).filter(|&i| all.iter().any(|numbers| numbers[i] != all[0][i])).collect();
    all.iter_mut().for_each(|numbers| *numbers = varying.iter().map(|&i| numbers[i]).collect());
    if varying.len() == 2 && columns_first(&usual) {
        all.iter_mut().for_each(|numbers| numbers.reverse());
    }
    let spans: Vec<(u32, usize)> = (0..varying.len())
        .map(|i| {
            let values = all.iter().map(|numbers| numbers[i]);
            let least = values.clone().min().unwrap_or_default();
            (least, (values.max().unwrap_or_default() - least) as usize + 1)
        })
        .collect();
    let size = match spans[..] {
        [(_, count)] if count == names.len() => None,
        [(_, height), (_, width)] if height.checked_mul(width) == Some(names.len()) => Some((width, height)),
        [] => return unknown,
        _ => return (if all.is_sorted() { Order::AsTheyStand } else { Order::Unclear }, None),
    };
    let place = |numbers: &Vec<u32>| {
        numbers.iter().zip(&spans).fold(0, |place, (number, (least, count))| place * count + (number - least) as usize)
    };
    let places: Vec<usize> = all.iter().map(place).collect();
    if places.iter().collect::<HashSet<_>>().len() != places.len() {
        (Order::Unclear, None)
    } else if places.is_sorted() {
        (Order::AsTheyStand, size)
    } else {
        (Order::Places(places), size)
    }
}

/// Whether a line of numbers names the pixels by row and column, `0.0`, `0.1`, `0.2` and so on, in any order, and at most
/// a few other columns.
pub(super) fn is_grid(cells: &[&[u8]]) -> bool {
    const FEW: usize = 16;
    let is_pair =
        |cell: &&[u8]| cell.first().is_some_and(u8::is_ascii_digit) && numbers(cell).is_some_and(|all| all.len() == 2);
    let pairs: Vec<&[u8]> = cells.iter().copied().filter(is_pair).collect();
    pairs.len() > FEW && cells.len() - pairs.len() <= FEW && order(&pairs).1.is_some()
}

/// Whether the first of two numbers in a name is that of the column: `x0y1`, `col_0_row_1`.
fn columns_first(pattern: &[u8]) -> bool {
    let words: Vec<&[u8]> = pattern.split(|b| !b.is_ascii_lowercase()).filter(|word| !word.is_empty()).collect();
    let [.., first, second] = words[..] else { return false };
    let [columns, rows]: [&[&[u8]]; 2] = [&[b"x", b"c", b"col", b"column"], &[b"y", b"r", b"row"]];
    columns.contains(&first) && rows.contains(&second)
}

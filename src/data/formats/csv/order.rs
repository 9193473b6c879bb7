//! The order of the pixels, by the numbers in the names of their columns.

use super::header::{numbers, pattern};
use super::number::number;
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
    /// Nothing, nor do the names stand in any other order.
    Unknown,
    /// The same, and this name is unlike nearly all others.
    Stray(usize),
}

/// The order of the pixels by the numbers in their names, and width and height where each has its row and its column
/// there: `pixel0`, `1x1`, `pixel_0_0`, `x0y0`.
pub(super) fn order(names: &[&[u8]]) -> (Order, Option<(usize, usize)>) {
    let unknown = || (if is_ordered(names) { Order::AsTheyStand } else { Order::Unknown }, None);
    // The first two may differ: the third then is like one of them, or nothing is usual.
    let patterns: Vec<Vec<u8>> = names.iter().take(3).map(|name| pattern(name)).collect();
    let repeated = patterns.iter().find(|pattern| patterns.iter().filter(|other| other == pattern).count() > 1);
    let usual = repeated.or(patterns.first()).cloned().unwrap_or_default();
    let alike: Vec<&[u8]> = names.iter().copied().filter(|name| pattern(name) == usual).collect();
    let Some(mut all) = alike.iter().map(|name| numbers(name)).collect::<Option<Vec<_>>>() else { return unknown() };
    if let Some(stray) = names.iter().position(|name| pattern(name) != usual) {
        return match 10 * alike.len() >= 9 * names.len() {
            true if all.is_sorted() => (Order::AsTheyStand, None),
            true => (Order::Stray(stray), None),
            false => unknown(),
        };
    }
    if let Some(halves) = halves(names, &all) {
        all = halves;
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
        [] => return unknown(),
        // Columns' numbers, row by row.
        [(least, count)] if (0..all.len()).all(|i| all[i][0] == least + (i % count) as u32) => {
            return (Order::AsTheyStand, None);
        }
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

/// Row and column where each name is made of both alone, and they are no numbers in turn: `0310` is row 3, column 10.
fn halves(names: &[&[u8]], numbers: &[Vec<u32>]) -> Option<Vec<Vec<u32>>> {
    let length = names.first()?.len();
    let power = 10_u32.checked_pow(length as u32 / 2)?;
    let are_digits = |name: &&[u8]| name.len() == length && name.iter().all(u8::is_ascii_digit);
    let span = numbers.iter().flatten().max()? - numbers.iter().flatten().min()?;
    let may_be = length.is_multiple_of(2) && span as usize >= numbers.len() && names.iter().all(are_digits);
    may_be.then(|| numbers.iter().map(|name| vec![name[0] / power, name[0] % power]).collect())
}

/// Whether names stand in an order of any kind: by their words and the numbers in them, which may have a sign, from
/// either end; by letters as spreadsheets count in them, `Z` before `AA`; or as numbers, of whatever base.
fn is_ordered(names: &[&[u8]]) -> bool {
    let by_words = |by_length: bool, signed: bool| {
        let mut all: Vec<_> = names.iter().map(|name| words(name, by_length, signed)).collect();
        all.is_sorted() || {
            all.iter_mut().for_each(|words| words.reverse());
            all.is_sorted()
        }
    };
    let by_numbers = names.iter().map(|name| number(name)).collect::<Option<Vec<_>>>();
    [false, true].into_iter().any(|by_length| by_words(by_length, false) || by_words(by_length, true))
        || names.is_sorted_by_key(|name| (name.len(), *name))
        || by_numbers.is_some_and(|numbers| numbers.is_sorted())
}

/// The words and numbers of a name, as they are compared: words by their letters, or first by their lengths. A minus is
/// a sign between what is no digit and a digit.
fn words(name: &[u8], by_length: bool, signed: bool) -> Vec<(i64, usize, Vec<u8>)> {
    let is_digit = |at: usize| name.get(at).is_some_and(u8::is_ascii_digit);
    let is_sign = |at: usize| signed && name[at] == b'-' && is_digit(at + 1) && (at == 0 || !is_digit(at - 1));
    let is_number = |at: usize| is_digit(at) || is_sign(at);
    let places: Vec<usize> = (0..name.len()).collect();
    let runs = places.chunk_by(|&a, &b| is_number(a) == is_number(b)).map(|run| &name[run[0]..run[0] + run.len()]);
    let word = |run: &[u8]| match str::from_utf8(run).ok().and_then(|run| run.parse().ok()) {
        Some(number) => (number, 0, Vec::new()),
        None => (i64::MAX, if by_length { run.len() } else { 0 }, run.to_ascii_lowercase()),
    };
    runs.map(word).collect()
}

/// Whether a line of numbers names the pixels by row and column, `0.0`, `0.1` or `00`, `01` and so on, in any order,
/// and a few other columns at most.
pub(super) fn names_rows_and_columns(cells: &[&[u8]]) -> bool {
    const FEW: usize = 16;
    let are_digits = |cell: &[u8]| cell.len() > 1 && cell.iter().all(u8::is_ascii_digit);
    let is_pair = |cell: &&[u8]| are_digits(cell) || numbers(cell).is_some_and(|all| all.len() == 2);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rows_and_columns_are_in_order_however_they_count() {
        let letters = |number: usize| match number {
            0..26 => char::from(b'A' + number as u8).to_string(),
            _ => format!("A{}", char::from(b'A' + number as u8 - 26)),
        };
        let ways: [&dyn Fn(usize, usize) -> String; 5] = [
            &|row, column| format!("{}{}", letters(column), row + 1),
            &|row, column| format!("{}{}", letters(row), column + 1),
            &|row, column| format!("{}_{}", row as i32 - 14, column as i32 - 14),
            &|row, column| format!("x{}y{}", row as i32 - 14, column as i32 - 14),
            &|row, column| format!("x{}y{}", column as i32 - 14, row as i32 - 14),
        ];
        for name in ways {
            let mut names: Vec<String> = (0..784).map(|at| name(at / 28, at % 28)).collect();
            let is_unknown =
                |names: &[String]| order(&names.iter().map(String::as_bytes).collect::<Vec<_>>()).0 == Order::Unknown;
            assert!(!is_unknown(&names), "{}", names[1]);
            names.swap(100, 500);
            assert!(is_unknown(&names), "{}", names[1]);
        }
    }
}

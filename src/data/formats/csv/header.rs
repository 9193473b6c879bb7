//! Which lines are headers, and what the names in them say of the columns.

use super::cells::cells;
use super::names::{digit, is_only_label};
use super::number::{as_whole, number};
use std::collections::{HashMap, HashSet};

/// What the first line is, if it is no row of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// Names of the columns.
    Names,
    /// A row of digits that pandas or R read as names: of two equal ones the second has `.1` behind it.
    LostRow,
    /// Numbers of the rows or the columns of an image, for each pixel one.
    Grid,
}

/// Fewer numbers may count up by chance.
const MANY: usize = 32;

/// What the first line of a file is.
pub(super) fn header(line: &[u8], cells: &[&[u8]]) -> Option<Header> {
    if is_lost_row(cells) {
        Some(Header::LostRow)
    } else if counts_again(cells) {
        Some(Header::Grid)
    } else {
        let names_the_label = || cells.iter().any(|cell| is_only_label(cell));
        (mostly_names(line) || counts_up(cells) || names_the_label()).then_some(Header::Names)
    }
}

/// More names than numbers: a header.
pub(super) fn mostly_names(line: &[u8]) -> bool {
    let cells = cells(line).unwrap_or_default();
    2 * cells.iter().filter(|cell| is_name(cell)).count() > cells.len()
}

/// Whether a line among the rows is a header again: names, and no word that stands there many times.
pub(super) fn is_header_again(line: &[u8]) -> bool {
    let cells = cells(line).unwrap_or_default();
    2 * cells.iter().collect::<HashSet<_>>().len() > cells.len() && mostly_names(line)
}

fn is_name(cell: &[u8]) -> bool {
    !cell.is_empty() && number(cell).is_none() && !cell.eq_ignore_ascii_case(b"nan")
}

/// The columns are numbered, but for the label's and a few with names: `0,1,...,783`, as pandas writes it,
/// `label,0,1,...` or `0,0,1,...`, in any order.
pub(super) fn counts_up(cells: &[&[u8]]) -> bool {
    let numbers: Vec<i64> = cells.iter().filter_map(|cell| number(cell).and_then(as_whole)).collect();
    let in_order = numbers.len() > 2 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let rest = cells.len() - numbers.len();
    in_order || rest <= 16 && numbers.len() >= MANY && (is_complete(&numbers) || odd_end(&numbers).is_some())
}

/// Whether the columns, or all but one at an end, have the numbers of an image's columns or those of its rows.
fn counts_again(cells: &[&[u8]]) -> bool {
    let all: Vec<Option<i64>> = cells.iter().map(|cell| number(cell).and_then(as_whole)).collect();
    is_grid(&all) || beside_grid(&all).is_some()
}

/// The place of the one number at an end without which the others are a grid's.
fn beside_grid(all: &[Option<i64>]) -> Option<usize> {
    let last = all.len().checked_sub(1)?;
    [(0, &all[1..]), (last, &all[..last])].into_iter().find(|(_, rest)| is_grid(rest)).map(|(place, _)| place)
}

/// Numbers of columns, row by row, or of each column's row.
fn is_grid(numbers: &[Option<i64>]) -> bool {
    const FEWEST: usize = 8;
    let Some(least) = numbers.first().copied().flatten().filter(|least| (0..=1).contains(least)) else { return false };
    let is = |place: usize, number: usize| numbers[place] == Some(least + number as i64);
    let fits = |width: usize| width >= FEWEST && numbers.len().is_multiple_of(width) && numbers.len() / width >= FEWEST;
    let again = numbers.iter().skip(1).position(|number| *number == Some(least)).map_or(0, |place| place + 1);
    let next = numbers.iter().position(|number| *number != Some(least)).unwrap_or(0);
    fits(again) && (0..numbers.len()).all(|place| is(place, place % again))
        || fits(next) && (0..numbers.len()).all(|place| is(place, place / next))
}

/// The place of the one number at an end without which the numbers are complete.
fn odd_end(numbers: &[i64]) -> Option<usize> {
    let last = numbers.len().checked_sub(1)?;
    let ends = [(0, &numbers[1..]), (last, &numbers[..last])];
    let complete = || ends.into_iter().filter(|(_, rest)| !is_complete(numbers) && is_complete(rest));
    // Both are, where the first and the last number are the same.
    complete().find(|(_, rest)| rest.is_sorted()).or(complete().next()).map(|(place, _)| place)
}

/// Each whole number from the smallest to the largest once.
fn is_complete(numbers: &[i64]) -> bool {
    let (Some(&least), Some(&most)) = (numbers.iter().min(), numbers.iter().max()) else { return false };
    let span = i128::from(most) - i128::from(least) + 1;
    span == numbers.len() as i128 && numbers.iter().collect::<HashSet<_>>().len() == numbers.len()
}

/// A cell that a program made different from an earlier one: the value, what stands behind it, and a number.
fn renamed(cell: &[u8]) -> Option<(&[u8], &[u8], usize)> {
    let behind = cell.iter().rposition(|b| !b.is_ascii_digit())? + 1;
    let number = str::from_utf8(&cell[behind..]).ok()?.parse().ok()?;
    let marks = [&b"_duplicated_"[..], b"...", b".", b"_"];
    let mark = marks.into_iter().find(|mark| cell[..behind].ends_with(mark))?;
    Some((&cell[..behind - mark.len()], mark, number))
}

/// The value in a name, which may have a letter before it.
fn value(text: &[u8]) -> Option<f64> {
    number(text.strip_prefix(b"X").or(text.strip_prefix(b"x")).unwrap_or(text))
}

/// No value twice, and many that are an earlier one, renamed: `0`, `0.1`, `0.2` by pandas and R, `0_1` by Julia and
/// MATLAB, `0_duplicated_0` by polars, `0...7` by readr in column 7.
fn is_lost_row(cells: &[&[u8]]) -> bool {
    let mut seen: HashMap<&[u8], usize> = HashMap::new();
    let mut repeated = 0;
    for (column, &cell) in cells.iter().enumerate() {
        let again = renamed(cell).filter(|(base, ..)| value(base).is_some()).filter(|(base, mark, number)| {
            let earlier = seen.get(base).copied();
            match *mark {
                b"..." => *number == column + 1,
                b"_duplicated_" => earlier == Some(number + 1),
                _ => earlier == Some(*number),
            }
        });
        if let Some((base, ..)) = again {
            *seen.entry(base).or_default() += 1;
            repeated += 1;
        } else if seen.insert(cell, 1).is_some() {
            return false;
        }
    }
    repeated >= 8 && 4 * repeated >= cells.len()
}

/// The names in a row of digits that was read as names: of the columns that were there already.
pub(super) fn names_beside_digits<'a>(cells: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let is_digit = |cell: &[u8]| value(cell).or_else(|| value(renamed(cell)?.0)).is_some();
    cells.iter().map(|cell| if is_digit(cell) { &b"?"[..] } else { cell }).collect()
}

/// The columns whose names are unlike most: digits aside, names of pixels are alike.
pub(super) fn odd(names: &[&[u8]], columns: &[usize]) -> Vec<usize> {
    let mut counts = HashMap::new();
    for &column in columns {
        *counts.entry(pattern(names[column])).or_insert(0) += 1;
    }
    let Some((usual, _)) = counts.into_iter().find(|&(_, count)| 2 * count > columns.len()) else {
        return Vec::new();
    };
    let odd: Vec<usize> = columns.iter().copied().filter(|&column| pattern(names[column]) != usual).collect();
    // `0,0.1,1,2`: the label and the first pixel had one name.
    if let ([odd], [first, second, ..]) = (&odd[..], columns)
        && odd == second
        && renamed(names[*second]).is_some_and(|(base, ..)| base == names[*first])
    {
        return vec![*first];
    }
    if odd.is_empty() && usual == b"0" {
        let all: Vec<Option<i64>> = columns.iter().map(|&column| number(names[column]).and_then(as_whole)).collect();
        if let Some(place) = beside_grid(&all).filter(|_| !is_grid(&all)) {
            return vec![columns[place]];
        }
        let numbers: Vec<i64> = columns.iter().filter_map(|&column| number(names[column]).and_then(as_whole)).collect();
        if numbers.len() == columns.len() && numbers.len() > MANY {
            return odd_end(&numbers).map(|place| columns[place]).into_iter().collect();
        }
    }
    odd
}

/// A name with 0 for each number in it, which no other sign of a name can be taken for; `@` for the letters by which
/// spreadsheets call their columns, `A` to `ADD`.
pub(super) fn pattern(name: &[u8]) -> Vec<u8> {
    if (1..=3).contains(&name.len()) && name.iter().all(u8::is_ascii_uppercase) {
        return b"@".to_vec();
    }
    let mut pattern = name.to_ascii_lowercase();
    pattern.iter_mut().filter(|b| b.is_ascii_digit()).for_each(|b| *b = b'0');
    pattern.dedup_by(|next, before| *next == b'0' && *before == b'0');
    pattern
}

/// The numbers in a name.
pub(super) fn numbers(name: &[u8]) -> Option<Vec<u32>> {
    let runs = name.split(|b| !b.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| str::from_utf8(run).ok()?.parse().ok()).collect()
}

/// The numbers in the names of these columns, as digits or as words, if each has one and all differ.
pub(super) fn one_number_each(names: &[&[u8]], columns: &[usize]) -> Option<Vec<i32>> {
    let number = |&column: &usize| match numbers(names[column])?[..] {
        [number] => i32::try_from(number).ok(),
        [] => digit(names[column]),
        _ => None,
    };
    let found: Vec<i32> = columns.iter().map(number).collect::<Option<_>>()?;
    (found.iter().collect::<HashSet<_>>().len() == columns.len()).then_some(found)
}

//! What a cell says as a number.

use super::cells::NO_VALUES;
use crate::data::formats::error::{COMMA_IN_CELL, quoted};

/// What the pixels seen so far, in the order of the file, say of their range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scale {
    /// Nothing but 0 and 1: either may come.
    #[default]
    Open,
    /// Whole numbers from 0 to 255.
    Whole,
    /// Numbers from 0 to 1, kept as 0 to 255.
    Fraction,
}

/// 0 and 1 become 0 and 255.
pub(super) fn stretch(pixels: &mut [u8]) {
    for pixel in pixels {
        *pixel *= 255;
    }
}

/// A number as spreadsheets, pandas and NumPy write it: `12`, `12.0`, `1.2e1`, `0x0c`; `True` and `False` are 1 and 0;
/// and as Python shows it, `[12]`, `b'12'`, `tensor(12)`, `np.float64(12.0)`.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    if (1..=3).contains(&text.len()) && text.iter().all(u8::is_ascii_digit) {
        let value = text.iter().fold(0, |value, digit| 10 * value + u32::from(digit - b'0'));
        return Some(f64::from(value));
    }
    match text.to_ascii_lowercase().as_slice() {
        b"true" => Some(1.0),
        b"false" => Some(0.0),
        // A comma within quotes, or beside another delimiter, is a decimal comma.
        text => {
            let text = str::from_utf8(text).ok()?.trim_matches('\u{a0}');
            let value = text
                .replacen([',', char::from(COMMA_IN_CELL)], ".", 1)
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite());
            let hexadecimal = || u32::from_str_radix(text.strip_prefix("0x")?, 16).ok().map(f64::from);
            value.or_else(hexadecimal).or_else(|| number(unwrapped(text)?.as_bytes()))
        }
    }
}

/// What Python wrote around a number is taken away: once, as it may be there twice, `tensor([12])`.
fn unwrapped(text: &str) -> Option<&str> {
    const AROUND: [(&str, &str); 6] =
        [("[", "]"), ("(", ")"), ("'", "'"), ("b'", "'"), ("tensor(", ")"), ("np.str_(", ")")];
    let between = |(start, end): (&str, &str)| text.strip_prefix(start)?.strip_suffix(end);
    let of_type = || {
        let (kind, value) =
            text.strip_prefix("np.").or(text.strip_prefix("numpy."))?.strip_suffix(')')?.split_once('(')?;
        ["float", "int", "uint"].iter().any(|known| kind.starts_with(known)).then_some(value)
    };
    AROUND.into_iter().find_map(between).or_else(of_type)
}

/// A whole number, which may be written as `12.0`.
pub(super) fn whole(text: &[u8]) -> Option<i64> {
    let exact = str::from_utf8(text).ok()?.parse();
    exact.ok().or_else(|| number(text).filter(|_| !is_thousands(text)).and_then(as_whole))
}

/// A number that is whole, and small enough to be exact.
pub(super) fn as_whole(value: f64) -> Option<i64> {
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

/// A label.
pub(super) fn label(value: i64) -> Option<i32> {
    i32::try_from(value).ok()
}

/// A pixel from 0 to 255 and the scale that holds behind it.
///
/// Numbers within a thousandth of a whole one are whole: floats may have been summed up to 12.000000000000001. Of 0 and
/// 1 that makes no difference, as a thousandth of 255 is rounded away.
pub(super) fn pixel(value: f64, scale: Scale) -> Option<(u8, Scale)> {
    const NEAR: f64 = 0.001;
    let rounded = value.round();
    let is_whole = (value - rounded).abs() <= NEAR;
    match scale {
        Scale::Open if is_whole && (0.0..=1.0).contains(&rounded) => Some((rounded as u8, scale)),
        Scale::Open | Scale::Whole if is_whole && (0.0..=255.0).contains(&rounded) => {
            Some((rounded as u8, Scale::Whole))
        }
        Scale::Open | Scale::Fraction if (-NEAR..=1.0 + NEAR).contains(&value) => {
            Some(((255.0 * value).round() as u8, Scale::Fraction))
        }
        _ => None,
    }
}

/// What is wrong with a cell that is no pixel on this scale.
pub(super) fn no_pixel(text: &[u8], scale: Scale) -> String {
    let fractional = number(text).is_some_and(|value| value.fract() != 0.0);
    let expected = match scale {
        Scale::Fraction => "a pixel from 0 to 1, like the fractions before",
        Scale::Whole if fractional => "a whole pixel from 0 to 255, like those before",
        _ if fractional => "a whole pixel from 0 to 255, or a fraction from 0 to 1",
        _ => "a pixel from 0 to 255",
    };
    format!("expected {expected}, found {}{}", found(text), advice(text, scale))
}

/// What is wrong with a cell that is no label, where most labels of the file are `words`, or numbers.
pub(super) fn no_label(text: &[u8], words: bool) -> String {
    let advice = match text {
        _ if is_missing(text) => ": write the label or delete the row",
        _ if number(text).is_some() => "",
        _ if is_mixed(text) => MIXED,
        _ if words => {
            ": number the classes (in pandas, delete the rows without a label, then \
             `astype(\"category\").cat.codes` of that column does so)"
        }
        _ => ": write the number, or delete the line if it is no row of an image",
    };
    format!("expected a label, a whole number such as 7, found {}{advice}", found(text))
}

/// Whether numbers with decimal commas were cut in two: some of these cells are `05`, as only the digits behind a comma
/// are.
pub(super) fn is_cut_at_commas<'a>(cells: impl IntoIterator<Item = &'a [u8]>) -> bool {
    let is_rest = |cell: &&[u8]| matches!(cell, [b'0', _, ..]) && cell.iter().all(u8::is_ascii_digit);
    cells.into_iter().filter(is_rest).nth(1).is_some()
}

/// What mends numbers that were.
pub(super) const DECIMAL_COMMAS: &str =
    "these look like decimal commas: write decimal points, or put another delimiter between the cells";

/// What mends labels that are fractions.
pub(super) const SCALED: &str =
    "scale the pixels alone, without the labels, as df.drop(columns=LABEL) / 255 does in pandas";

pub(super) fn found(text: &[u8]) -> String {
    if text.is_empty() { "an empty cell".into() } else { quoted(text) }
}

/// Whether a comma may stand between thousands, `1,024`.
fn is_thousands(text: &[u8]) -> bool {
    let comma = text.iter().position(|&b| b == b',');
    comma.is_some_and(|at| {
        text.len() == at + 4 && !text.starts_with(b"0") && text[at + 1..].iter().all(u8::is_ascii_digit)
    })
}

/// Whether a cell holds numbers with another delimiter between them or behind them.
fn is_mixed(text: &[u8]) -> bool {
    let is_delimiter = |b: &u8| b";|:\t ".contains(b);
    text.iter().all(|b| b.is_ascii_digit() || is_delimiter(b)) && text.iter().any(is_delimiter)
}

/// Whether a cell is a byte in two hexadecimal digits, which a `#` may stand before.
fn is_hexadecimal(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"#").unwrap_or(text);
    digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
}

const MIXED: &str = ": the row has two delimiters: put commas in the place of the other one";

/// Whether a cell says that it has no value.
pub(super) fn is_missing(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_one_of = |known: &[&[u8]]| known.contains(&lower.as_slice());
    is_one_of(&[b"", b"?", b"nan", b"-nan", b"na", b"<na>", b"n/a", b"null", b"none"])
        || is_one_of(&NO_VALUES)
        || is_no_number(&lower)
}

/// Whether older programs of Windows wrote it for NaN: `1.#IND`, `-1.#IND`, `1.#QNAN`. They have `1.#INF`, too.
fn is_no_number(lower: &[u8]) -> bool {
    let number = lower.strip_prefix(b"-").unwrap_or(lower);
    [&b"1.#ind"[..], b"1.#qnan", b"1.#snan"].iter().any(|start| number.starts_with(start))
}

/// Whether a cell is a number that is too large for any: `inf`, `1e999`, and `1.#INF` on Windows.
fn is_infinite(text: &[u8]) -> bool {
    let text = str::from_utf8(text).unwrap_or_default();
    text.to_ascii_lowercase().contains(".#inf") || text == "∞" || text.parse().is_ok_and(f64::is_infinite)
}

/// What mends a pixel that is none.
fn advice(text: &[u8], scale: Scale) -> &'static str {
    match number(text) {
        _ if is_missing(text) => ": fill in the missing value or delete the row",
        Some(..0.0) => ": undo the normalisation that made it negative",
        Some(_) if is_thousands(text) => ": if this comma is one between thousands, write the number without it",
        Some(0.0..=255.0) if scale == Scale::Fraction => {
            ": round the pixels to whole numbers if they go to 255, else bring all rows to one scale"
        }
        Some(_) if scale == Scale::Fraction => ": bring all rows to one scale",
        Some(0.0..1.0) => ": round the pixels to whole numbers, or bring all rows to one scale",
        Some(0.0..=255.0) => ": round the pixels to whole numbers",
        Some(_) => ": scale the pixels to 0 to 255",
        None if is_infinite(text) => {
            ": it is infinite, as a division by 0 leaves it: write the pixel or delete the row"
        }
        None if is_mixed(text) => MIXED,
        None if text.ends_with(b"%") => ": write the pixels as fractions, 0.5 for 50%",
        None if is_hexadecimal(text) => {
            ": if it is hexadecimal, write all pixels in decimal, or with 0x before each, such as 0x0a"
        }
        None => "",
    }
}

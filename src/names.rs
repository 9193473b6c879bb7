//! Values and the names that users type and files hold, and texts of numbers and of several of them.

use std::fmt::Display;

/// The value of that name.
pub fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// The name of that value.
pub fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

/// Numbers in one line.
pub fn joined<T: Display>(numbers: &[T], between: &str) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(between)
}

/// A text from a file, on one line, and no longer than a part of one should be.
pub fn shortened(text: &str) -> String {
    cut(text, 60)
}

/// The same, and no longer than about so many bytes.
pub fn cut(text: &str, most: usize) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        if shown.len() >= most {
            return shown + "...";
        }
        shown.extend(character.escape_debug());
    }
    shown
}

/// A text that may hold anything, the name of a file say, as messages show it: control characters escaped, so that it
/// stays on its line and tells the terminal nothing.
pub fn one_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// A count with a comma between thousands: `42,000`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and what is counted: `1 row`, `42,000 rows`.
pub fn counted(count: usize, thing: &str) -> String {
    format!("{} {thing}{}", thousands(count as u64), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (42000, "42,000"), (1234567, "1,234,567")] {
            assert_eq!(thousands(count), text);
        }
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(cut("seven", 5), "seven");
        assert_eq!(cut("seven!", 5), "seven...");
        assert_eq!(cut("\n\n\n\n", 5), "\\n\\n\\n...");
        assert_eq!(cut("数数", 6), "数数");
    }

    #[test]
    fn control_characters_are_shown_and_nothing_else_is_changed() {
        assert_eq!(one_line("a\nb\t\u{1b}[2J \\ \"é\" 数"), "a\\nb\\t\\u{1b}[2J \\ \"é\" 数");
    }

    #[test]
    fn words_agree_with_their_counts() {
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
        assert_eq!(counted(42_000, "row"), "42,000 rows");
    }
}

//! Values and the names that users type and files hold, and texts of several of them.

use std::fmt::Display;

/// What goes by that name.
pub fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// The name by which that goes.
pub fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

/// Numbers in one line.
pub fn joined<T: Display>(numbers: &[T], between: &str) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(between)
}

/// A text from a file, on one line, and no longer than that should be.
pub fn shortened(text: &str) -> String {
    text.escape_debug().take(60).collect()
}

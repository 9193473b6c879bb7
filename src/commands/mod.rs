//! What the commands do and say: with the program itself, the only code that prints.

pub mod format;
pub mod report;
pub mod terminal;

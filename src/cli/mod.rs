//! The command line: words in, a checked [`Arguments`] out.
//!
//! One table ([`COMMANDS`] and [`GROUPS`]) tells of every command and option; parsing, help and suggestions all read
//! it, so that they cannot disagree. Nothing here touches a file, the terminal or the environment, and nothing here
//! knows the rest of the crate, but for how a shell quotes words: whether a file exists, or what a recipe means, is
//! for the commands to find out.
//!
//! To add an option, name it in [`options`], add its row to the table, and ask for it by [`Arguments::get`].

mod arguments;
mod help;
pub mod options;
mod parse;
mod suggest;
mod table;
mod values;

pub use crate::system::shell::quoted;
pub use arguments::Arguments;
pub use help::help;
pub use parse::{Error, parse};
pub use table::{COMMANDS, Command, CommandRow, GROUPS, OptionRow, Without, options_of};
pub use values::{Batch, Kind};

/// What `mnist --version` prints.
pub const VERSION: &str = concat!("mnist ", env!("CARGO_PKG_VERSION"));

//! The parsed command line, and the getters by which the commands ask it.

use super::options::Opt;
use super::table::{Command, GROUPS, OptionRow, Without, options_of};
use super::values::{self, Flag, Kind, Text, Typed, Value};
use crate::system::shell::quoted;

/// A command line that is right as far as words can tell: every option belongs to the command,
/// every value is in its range, and the table's defaults are filled in.
///
/// The getters return `None` where the option was neither given nor has a default in the table, or does not belong to
/// the command at all.
#[derive(Debug, PartialEq)]
pub struct Arguments {
    /// What to do.
    pub command: Command,
    /// The file it is done to: present exactly if the command takes one. `-` is standard input. For [`Command::Help`]:
    /// `recipes`, if those were asked for.
    pub file: Option<String>,
    /// The files behind the first, of a command that takes several.
    pub more: Vec<String>,
    /// For [`Command::Help`]: the command it was asked about.
    pub topic: Option<Command>,
    values: Vec<(&'static str, Value)>,
}

impl Arguments {
    /// Those of a command without options: the table's defaults alone.
    pub(super) fn new(command: Command) -> Arguments {
        let values = options_of(command).filter_map(|row| match row.without {
            Without::Value(text) => Some((row.name, values::read(row.kind, text)?)),
            Without::Nothing | Without::Told(_) => None,
        });
        Arguments { command, file: None, more: Vec::new(), topic: None, values: values.collect() }
    }

    /// Sets an option of the command.
    ///
    /// # Errors
    /// What was expected, if `text` (`None` for a bare `--name`) is not it.
    pub(super) fn set(&mut self, name: &'static str, kind: Kind, text: Option<&str>) -> Result<(), String> {
        let value = match (kind, text) {
            (Kind::Flag, None) => Some(Value::Flag),
            (_, Some(text)) => values::read(kind, text),
            (_, None) => None,
        };
        // The last value given is the one that holds, but of a list each.
        self.values.retain(|(known, _)| *known != name || kind == Kind::Texts);
        self.values.push((name, value.ok_or_else(|| values::expected(kind))?));
        Ok(())
    }

    fn given(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.values.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The value of an option.
    pub fn get<T: Typed>(&self, option: Opt<T>) -> Option<T::Of<'_>> {
        self.given(option.name).next().and_then(T::of)
    }

    /// Whether an option without a value was given.
    pub fn flag(&self, option: Opt<Flag>) -> bool {
        self.is_given(option.name)
    }

    /// Whether the option of that name was given, or has a default in the table.
    pub fn is_given(&self, name: &str) -> bool {
        self.given(name).next().is_some()
    }

    /// Each text of an option that may be given again.
    pub fn texts(&self, option: Opt<Text>) -> Vec<String> {
        self.given(option.name).filter_map(Text::of).map(str::to_owned).collect()
    }

    /// The first option that was given of those that stand in the help text under the same heading as this one.
    pub fn first_of_group<T>(&self, option: Opt<T>) -> Option<&'static str> {
        group_of(option).find(|name| self.is_given(name))
    }

    /// The options that were given under the same heading as this one, as a hint writes them for another command.
    pub fn as_typed<T>(&self, option: Opt<T>) -> String {
        let typed = |(name, value): (&str, &Value)| match value {
            Value::Flag => format!(" --{name}"),
            Value::Text(text) if text.starts_with("--") => format!(" --{name}={}", quoted(text)),
            Value::Text(text) => format!(" --{name} {}", quoted(text)),
            Value::Choice(text) => format!(" --{name} {text}"),
            Value::Size(width, height) => format!(" --{name} {width}x{height}"),
            Value::Count(_) | Value::Number(_) | Value::Layers(_) | Value::Batch(_) => String::new(),
        };
        group_of(option).flat_map(|name| self.given(name).map(move |value| (name, value))).map(typed).collect()
    }

    /// A file that has a default in the table for this command.
    ///
    /// # Panics
    /// Where it has none.
    pub fn path(&self, option: Opt<Text>) -> &str {
        self.get(option).unwrap_or_else(|| panic!("--{} has no default", option.name))
    }

    /// The file that an option of this row names.
    pub(crate) fn file_of(&self, row: &OptionRow) -> Option<&str> {
        self.given(row.name).next().and_then(Text::of)
    }
}

/// The names of the options that stand under the same heading as this one, each once.
fn group_of<T>(option: Opt<T>) -> impl Iterator<Item = &'static str> {
    let rows =
        GROUPS.iter().find(|(_, rows)| rows.iter().any(|row| row.name == option.name)).map_or(&[][..], |group| group.1);
    let is_first = |at: &usize| rows[..*at].iter().all(|row| row.name != rows[*at].name);
    (0..rows.len()).filter(is_first).map(|at| rows[at].name)
}

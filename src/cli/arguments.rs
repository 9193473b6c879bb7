//! The parsed command line, and the getters by which the commands ask it.

use super::table::{Command, Kind, Without, all_options, options_of};

/// How many rows go into one step of gradient descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// All of them.
    Full,
    /// This many, at least one.
    Rows(usize),
}

/// A command line that is right as far as words can tell: every option belongs to the command,
/// every value is in its range, and the table's defaults are filled in.
///
/// The getters take an option's name without dashes. They return `None` where the option was
/// neither given nor has a default in the table, or does not belong to the command at all.
///
/// # Panics
/// A getter panics if the table has no such option or its values are of another kind. That is a
/// mistake in the program, not in what was typed; `tests/cli.rs` finds it in the source of the
/// commands.
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

/// A value that its [`Kind`] has read.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Flag,
    Text(String),
    Count(u64),
    Number(f64),
    Choice(&'static str),
    Layers(Vec<usize>),
    Size(usize, usize),
    Batch(Batch),
}

impl Arguments {
    /// Those of a command without options: the table's defaults alone.
    pub(super) fn new(command: Command) -> Arguments {
        let values = options_of(command).filter_map(|row| match row.without {
            Without::Value(text) => Some((row.name(), read(row.kind, text)?)),
            Without::Nothing | Without::Told(_) => None,
        });
        Arguments { command, file: None, more: Vec::new(), topic: None, values: values.collect() }
    }

    /// Sets an option of the command; the last value given is the one that holds.
    ///
    /// # Errors
    /// What was expected, if `text` (`None` for a bare `--name`) is not it.
    pub(super) fn set(&mut self, name: &'static str, kind: Kind, text: Option<&str>) -> Result<(), String> {
        let value = match (kind, text) {
            (Kind::Flag, None) => Some(Value::Flag),
            (_, Some(text)) => read(kind, text),
            (_, None) => None,
        };
        // The last value given is the one that holds, but of a list each.
        self.values.retain(|(known, _)| *known != name || kind == Kind::Texts);
        self.values.push((name, value.ok_or_else(|| expected(kind))?));
        Ok(())
    }

    fn value(&self, name: &str) -> Option<&Value> {
        assert!(all_options().any(|row| row.name() == name), "the table has no option --{name}");
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Whether a [`Kind::Flag`] was given.
    pub fn flag(&self, name: &str) -> bool {
        match self.value(name) {
            None => false,
            Some(Value::Flag) => true,
            Some(other) => mistaken(name, other),
        }
    }

    /// A [`Kind::Text`], [`Kind::Input`] or [`Kind::Output`].
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            other => mistaken(name, other),
        }
    }

    /// A [`Kind::Texts`]: each of them.
    pub fn texts(&self, name: &str) -> Vec<String> {
        assert!(all_options().any(|row| row.name() == name), "the table has no option --{name}");
        let given = self.values.iter().filter(|(known, _)| *known == name);
        let text = |(_, value): &(_, Value)| match value {
            Value::Text(text) => text.clone(),
            other => mistaken(name, other),
        };
        given.map(text).collect()
    }

    /// A [`Kind::Input`] or [`Kind::Output`] that has a default in the table for this command.
    pub fn path(&self, name: &str) -> &str {
        self.text(name).unwrap_or_else(|| panic!("--{name} has no default"))
    }

    /// A [`Kind::Count`].
    pub fn count(&self, name: &str) -> Option<usize> {
        match self.value(name)? {
            Value::Count(count) => Some(*count as usize),
            other => mistaken(name, other),
        }
    }

    /// A [`Kind::Count`] that has a default in the table for this command, in all its 64 bits.
    pub fn whole(&self, name: &str) -> u64 {
        match self.value(name) {
            Some(Value::Count(count)) => *count,
            Some(other) => mistaken(name, other),
            None => panic!("--{name} has no default"),
        }
    }

    /// A [`Kind::Number`] or [`Kind::Range`].
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Number(number) => Some(*number),
            other => mistaken(name, other),
        }
    }

    /// A [`Kind::Choice`]: one of the table's names.
    pub fn choice(&self, name: &str) -> Option<&'static str> {
        match self.value(name)? {
            Value::Choice(choice) => Some(choice),
            other => mistaken(name, other),
        }
    }

    /// A [`Kind::Layers`]: no sizes for `none`.
    pub fn layers(&self, name: &str) -> Option<&[usize]> {
        match self.value(name)? {
            Value::Layers(sizes) => Some(sizes),
            other => mistaken(name, other),
        }
    }

    /// A [`Kind::Size`]: width and height.
    pub fn size(&self, name: &str) -> Option<(usize, usize)> {
        match self.value(name)? {
            Value::Size(width, height) => Some((*width, *height)),
            other => mistaken(name, other),
        }
    }

    /// A [`Kind::Batch`].
    pub fn batch(&self, name: &str) -> Option<Batch> {
        match self.value(name)? {
            Value::Batch(batch) => Some(*batch),
            other => mistaken(name, other),
        }
    }
}

fn mistaken(name: &str, value: &Value) -> ! {
    panic!("--{name} was asked for as something else than {value:?}")
}

/// The widest layer: four of its square matrices of f32 (weights, gradient, two moments) take 4
/// GiB.
const WIDEST_LAYER: usize = 16_384;
/// The longest side of an image.
const LONGEST_SIDE: usize = 4_096;

fn read(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Flag => None,
        Kind::Text | Kind::Texts | Kind::Input | Kind::Output => {
            (!text.is_empty()).then(|| Value::Text(text.to_owned()))
        }
        Kind::Count(least, most) => {
            let count = text.parse().ok()?;
            (least..=most).contains(&count).then_some(Value::Count(count))
        }
        Kind::Number(least, below) => {
            let number: f64 = text.parse().ok()?;
            let fits = (least..below).contains(&number) && (number as f32).is_finite();
            fits.then_some(Value::Number(number))
        }
        Kind::Range(from, to) => {
            let number = text.parse().ok()?;
            (from..=to).contains(&number).then_some(Value::Number(number))
        }
        Kind::Choice(names) => names.iter().find(|name| **name == text).map(|name| Value::Choice(name)),
        Kind::Layers if text == "none" => Some(Value::Layers(Vec::new())),
        Kind::Layers => text.split(',').map(|size| side(size, WIDEST_LAYER)).collect::<Option<_>>().map(Value::Layers),
        Kind::Size => {
            let (width, height) = text.split_once('x')?;
            Some(Value::Size(side(width, LONGEST_SIDE)?, side(height, LONGEST_SIDE)?))
        }
        Kind::Batch if text == "full" => Some(Value::Batch(Batch::Full)),
        Kind::Batch => side(text, usize::MAX).map(|rows| Value::Batch(Batch::Rows(rows))),
    }
}

/// A whole number from 1 to `most`.
fn side(text: &str, most: usize) -> Option<usize> {
    text.trim().parse().ok().filter(|size| (1..=most).contains(size))
}

fn expected(kind: Kind) -> String {
    match kind {
        Kind::Flag => "no value".to_owned(),
        Kind::Text | Kind::Texts => "a text".to_owned(),
        Kind::Input | Kind::Output => "a file name".to_owned(),
        Kind::Count(least, most) if most == u64::from(u32::MAX) => {
            format!("a whole number of at least {least}")
        }
        Kind::Count(least, most) => format!("a whole number from {least} to {most}"),
        Kind::Number(least, below) if below.is_infinite() => {
            format!("a number of at least {least}")
        }
        Kind::Number(least, below) => format!("a number of at least {least} and below {below}"),
        Kind::Range(from, to) => format!("a number from {from} to {to}"),
        Kind::Choice(names) => format!("one of {}", names.join(", ")),
        Kind::Layers => format!("layer sizes from 1 to {WIDEST_LAYER} such as 512,256, or none"),
        Kind::Size => format!("a width and a height from 1 to {LONGEST_SIDE} such as 28x28"),
        Kind::Batch => "a whole number of at least 1, or full".to_owned(),
    }
}

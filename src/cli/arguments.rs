//! The parsed command line, and the getters by which the commands ask it.

use super::options::Opt;
use super::suggest::quoted;
use super::table::{Command, GROUPS, Kind, OptionRow, Without, options_of};

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

/// A value that its [`Kind`] has read.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
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
            Without::Value(text) => Some((row.name, read(row.kind, text)?)),
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
            (_, Some(text)) => read(kind, text),
            (_, None) => None,
        };
        // The last value given is the one that holds, but of a list each.
        self.values.retain(|(known, _)| *known != name || kind == Kind::Texts);
        self.values.push((name, value.ok_or_else(|| expected(kind))?));
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
        self.given(option.name).next().is_some()
    }

    /// Each text of an option that may be given again.
    pub fn texts(&self, option: Opt<Text>) -> Vec<String> {
        self.given(option.name).filter_map(Text::of).map(str::to_owned).collect()
    }

    /// The first option that was given of those that stand in the help text under the same heading as this one.
    pub fn first_of_group<T>(&self, option: Opt<T>) -> Option<&'static str> {
        group_of(option).find(|name| self.given(name).next().is_some())
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

/// A type that options have: how their values are taken out.
pub trait Typed {
    /// The value itself.
    type Of<'a>;

    /// `None` for a value of another type, which no row of the table allows.
    fn of(value: &Value) -> Option<Self::Of<'_>>;
}

/// Given or not.
#[derive(Clone, Copy, Debug)]
pub struct Flag;
/// A text or the name of a file.
#[derive(Clone, Copy, Debug)]
pub struct Text;
/// One of the table's names.
#[derive(Clone, Copy, Debug)]
pub struct Choice;
/// Sizes of hidden layers: none for `none`.
#[derive(Clone, Copy, Debug)]
pub struct Layers;
/// Width and height.
pub type Size = (usize, usize);

impl Typed for Text {
    type Of<'a> = &'a str;
    fn of(value: &Value) -> Option<&str> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl Typed for Choice {
    type Of<'a> = &'static str;
    fn of(value: &Value) -> Option<&'static str> {
        if let Value::Choice(name) = value { Some(name) } else { None }
    }
}

impl Typed for Layers {
    type Of<'a> = &'a [usize];
    fn of(value: &Value) -> Option<&[usize]> {
        if let Value::Layers(sizes) = value { Some(sizes) } else { None }
    }
}

impl Typed for u64 {
    type Of<'a> = u64;
    fn of(value: &Value) -> Option<u64> {
        if let Value::Count(count) = value { Some(*count) } else { None }
    }
}

impl Typed for usize {
    type Of<'a> = usize;
    fn of(value: &Value) -> Option<usize> {
        u64::of(value).map(|count| count as usize)
    }
}

impl Typed for f64 {
    type Of<'a> = f64;
    fn of(value: &Value) -> Option<f64> {
        if let Value::Number(number) = value { Some(*number) } else { None }
    }
}

impl Typed for Size {
    type Of<'a> = Size;
    fn of(value: &Value) -> Option<Size> {
        if let Value::Size(width, height) = value { Some((*width, *height)) } else { None }
    }
}

impl Typed for Batch {
    type Of<'a> = Batch;
    fn of(value: &Value) -> Option<Batch> {
        if let Value::Batch(batch) = value { Some(*batch) } else { None }
    }
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

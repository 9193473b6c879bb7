//! What the values of options may be: the kinds that the table knows, a text read as one of them, and the Rust type in
//! which a command receives it.

/// What an option's value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// No value: given or not.
    Flag,
    /// Any text but none.
    Text,
    /// Any text but none, as often as it is given.
    Texts,
    /// A file that is read; `-` is standard input.
    Input,
    /// A file that is written; `-` is standard output.
    Output,
    /// A whole number from the first to the second.
    Count(u64, u64),
    /// A finite number, at least the first and below the second.
    Number(f64, f64),
    /// A number from the first to the second, both included.
    Range(f64, f64),
    /// One of these names.
    Choice(&'static [&'static str]),
    /// Sizes of hidden layers with commas between them, or `none`.
    Layers,
    /// Width and height with an `x` between them.
    Size,
    /// A number of rows, or `full`.
    Batch,
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

/// How many rows go into one step of gradient descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// All of them.
    Full,
    /// This many, at least one.
    Rows(usize),
}

/// The widest layer: four of its square matrices of f32 (weights, gradient, two moments) take 4 GiB.
const WIDEST_LAYER: usize = 16_384;
/// The longest side of an image.
const LONGEST_SIDE: usize = 4_096;

/// The value that `text` is, of this kind.
pub(super) fn read(kind: Kind, text: &str) -> Option<Value> {
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

/// What a value of this kind looks like, in words.
pub(super) fn expected(kind: Kind) -> String {
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

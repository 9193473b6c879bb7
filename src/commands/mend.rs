//! What mends a file that was read wrongly or not at all, in options of the command line.

use super::error::Error;
use super::input;
use crate::cli;
use crate::data::formats::{self, LabelColumn, Mend};
use std::borrow::Cow;

/// An error of a file, with the option that mends it.
pub fn refused(file: &str) -> impl Fn(formats::Error) -> Error {
    move |error| {
        let joint = match error.mend {
            Some(Mend::Upright) => ":",
            Some(Mend::Size(..)) => "; if the rows are images, say",
            Some(Mend::LeaveOut) => ": mend the line, or say",
            _ => ": say",
        };
        let mend = error.mend.as_ref().map_or(String::new(), |mend| format!("{joint} {}", option(mend)));
        Error::new(format!("{}: {error}{mend}", input::name(file)))
    }
}

/// The option that says so.
pub fn option(mend: &Mend) -> String {
    match mend {
        Mend::Label(column) => format!("--label {}", self::column(column)),
        Mend::LabelFirstOrLast => "--label first or --label last".into(),
        Mend::LabelNumber => "--label first, --label last, or --label NUMBER for a column between them".into(),
        Mend::LabelPlace => "--label first, last or none".into(),
        Mend::LabelOrIgnore => {
            "--label NAME for the column of the labels, --ignore NAME for each that is neither pixel nor label".into()
        }
        Mend::LabelOfSome(name) => {
            let name = cli::quoted(name);
            format!(
                "--label {name} --skip-bad-rows to take the rows that have a label, or --ignore {name} to take all rows \
                 without labels"
            )
        }
        Mend::SizeOrLabel => {
            "--size WIDTHxHEIGHT if it is not square, --label NAME if the label's column has an unusual name, \
             --ignore NAME for a column that is neither"
                .into()
        }
        Mend::SizeOrNumber => {
            "--size WIDTHxHEIGHT if it is not square, --ignore NUMBER for a column that is neither pixel nor label"
                .into()
        }
        Mend::Size(width, height) => format!("--size {width}x{height}"),
        Mend::Array => "--array NAME to choose one".into(),
        Mend::LeaveOut => "--skip-bad-rows to leave such rows out".into(),
        Mend::Transpose => "--transpose".into(),
        Mend::Upright => "leave --transpose out".into(),
        Mend::Ignore(name) => format!("--ignore {}", cli::quoted(name)),
    }
}

/// The value of `--label` that names this column.
pub fn column(column: &LabelColumn) -> Cow<'_, str> {
    match column {
        LabelColumn::Auto => "NAME".into(),
        LabelColumn::First => "first".into(),
        LabelColumn::Last => "last".into(),
        LabelColumn::None => "none".into(),
        LabelColumn::Named(name) => cli::quoted(name).into(),
    }
}

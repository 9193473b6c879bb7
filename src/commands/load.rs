//! Files of digits, loaded with progress, notes and the file's name in front of what is wrong.

use super::error::{Error, Result, within};
use super::format::{duration, time_left};
use super::input::{self, Peeked, name};
use super::mend::{column, option, refused};
use super::terminal::Progress;
use super::{machine, memory, unlike};
use crate::cli::{self, Arguments, options};
use crate::data::dataset::{self, Digits};
use crate::data::formats::{self, Form, LabelColumn, Note, Options, Range, Request, Role, Table, source};
use crate::model::Model;
use crate::names::{counted, joined, thousands};
use crate::picture_file;
use std::time::Instant;

/// Width and height of images.
pub type Size = (usize, usize);

/// Digits to learn from. The classes are the labels that occur; or those that the network to start from `knows`, where
/// it knows all that occur, for people's own digits need not be of all classes.
pub fn labelled(arguments: &Arguments, file: &str, knows: Option<&[i32]>, progress: &mut Progress) -> Result<Digits> {
    let (table, labels) =
        with_labels(table(arguments, &options(arguments, None), (input::peek(file)?, Role::Learn), progress)?, file)?;
    let numbers = table.numbers().collect();
    let (width, height, pixels) = (table.width, table.height, table.pixels);
    let digits = match knows.filter(|known| labels.iter().all(|label| known.binary_search(label).is_ok())) {
        Some(known) => Digits::with_classes(width, height, pixels, &labels, known),
        None => Digits::new(width, height, pixels, &labels),
    };
    let digits = digits.map_err(within(name(file)))?.of_rows(numbers);
    tell_rare(&digits, file, progress);
    unlike::tell_pale(file, digits.pixels(), progress);
    Ok(digits)
}

/// Says how many labels no row has, and which hardly any: a mistyped one makes a class of its own.
fn tell_rare(digits: &Digits, file: &str, progress: &mut Progress) {
    const SHOWN: usize = 3;
    let mut rows = vec![Vec::new(); digits.labels().len()];
    (0..digits.len()).for_each(|number| rows[usize::from(digits.class(number))].push(digits.row(number)));
    let usual = digits.len() / rows.len();
    let missing = rows.iter().filter(|rows| rows.is_empty()).count();
    if missing > 0 {
        progress.note(&format!(
            "{}: no row of {missing} of the {} labels that the network knows, and it may forget these: add rows of them",
            name(file),
            rows.len()
        ));
    }
    let is_rare = |rows: usize| (1..3).contains(&rows) && 20 * rows <= usual;
    let rare = digits.labels().iter().zip(rows).filter(|(_, rows)| is_rare(rows.len()));
    for (label, rows) in rare.take(SHOWN) {
        let rows = joined(&rows, " and ");
        progress.note(&format!(
            "{}: label {label} stands in row {rows} alone: if it was mistyped, mend it, as it makes a class of its own",
            name(file)
        ));
    }
}

/// Digits to measure a model with.
pub fn known(arguments: &Arguments, file: &str, model: &Model, progress: &mut Progress) -> Result<Digits> {
    let table = any(arguments, input::peek(file)?, Some(model), progress)?;
    let (table, labels) = with_labels(table, file)?;
    let numbers: Vec<u64> = table.numbers().collect();
    let digits = Digits::with_classes(table.width, table.height, table.pixels, &labels, &model.labels);
    let digits = digits.map_err(|error| match error {
        dataset::Error::Unknown { row, label, known } => {
            dataset::Error::Unknown { row: numbers[row - 1] as usize, label, known }
        }
        other => other,
    });
    Ok(digits.map_err(within(name(file)))?.of_rows(numbers))
}

/// Digits to predict. Labels in the file are a mistake, unless the command line says where they are.
pub fn unlabelled(
    arguments: &Arguments,
    file: &str,
    (size, range): (Size, Option<Range>),
    progress: &mut Progress,
) -> Result<Table> {
    // Beside a file to learn from, --label tells of that one.
    let told = arguments.file.as_deref() == Some(file);
    let label = if told { label(arguments) } else { LabelColumn::Auto };
    let options = Options { label, ..options(arguments, Some((size, range))) };
    let table = fitting(table(arguments, &options, (input::peek(file)?, Role::Label), progress)?, file, size)?;
    if table.labels.is_none() || options.label != LabelColumn::Auto {
        return Ok(table);
    }
    if told && arguments.get(options::LABELS).is_some() {
        return Err(Error::usage("--labels has no effect: the labels are to be predicted"));
    }
    if told {
        return Err(Error::new(format!(
            "{}: expected unlabelled rows of {} pixels, found a label column: give a file without labels, such as Kaggle's \
             test.csv, or measure this one with `mnist evaluate`: say --label {} to leave its labels aside",
            name(file),
            size.0 * size.1,
            column(&table.label)
        )));
    }
    Err(Error::new(format!(
        "{}: expected unlabelled rows beside {}, found a label column: leave --{} out, and after the training say \
         `mnist predict {} --label {} --weights {}`",
        name(file),
        arguments.file.as_deref().map_or("the built-in digits", name),
        options::TEST.name,
        cli::quoted(file),
        column(&table.label),
        cli::quoted(arguments.path(options::WEIGHTS)),
    )))
}

/// Digits with or without labels.
pub fn any(arguments: &Arguments, data: Peeked, model: Option<&Model>, progress: &mut Progress) -> Result<Table> {
    let file = data.file;
    let known = model.map(|model| (model.size(), model.origin.range));
    let table = table(arguments, &options(arguments, known), (data, Role::Measure), progress)?;
    match model {
        Some(model) => {
            let table = fitting(table, file, model.size())?;
            memory::ask_to_read(model, table.rows(), machine::threads(arguments))?;
            unlike::tell(arguments, file, &table.pixels, table.labels.as_deref(), model, progress);
            Ok(table)
        }
        None => Ok(table),
    }
}

/// Refuses images of another size than the weights take.
fn fitting(table: Table, file: &str, expected: Size) -> Result<Table> {
    let found = (table.width, table.height);
    if found == expected {
        return Ok(table);
    }
    Err(Error::new(format!(
        "{}: expected images of {} x {} pixels, as the network takes, found {} x {}",
        name(file),
        expected.0,
        expected.1,
        found.0,
        found.1
    )))
}

/// Loads a file.
fn table(
    arguments: &Arguments,
    options: &Options,
    (Peeked { file, start, stream }, role): (Peeked, Role),
    progress: &mut Progress,
) -> Result<Table> {
    if picture_file::is_picture(&start) {
        return Err(no_table(file, &start));
    }
    let began = Instant::now();
    let mut show = |so_far: formats::Progress| {
        progress.update(|| {
            let share = so_far.length.map(|length| so_far.bytes as f64 / length.max(1) as f64);
            let left = share.and_then(|share| time_left(began.elapsed(), share.min(1.0)));
            let mut fields = vec![format!("reading {}", name(file))];
            fields.extend(share.map(|share| format!("{:.0}%", 100.0 * share)));
            fields.push(counted(so_far.rows, "row"));
            fields.extend(left.map(|left| format!("{} left", duration(left))));
            fields
        });
    };
    // The labels and the array that are named belong to the command's own file.
    let own = |option| arguments.get(option).filter(|_| arguments.file.as_deref() == Some(file));
    let request = Request { place: file, role, labels: own(options::LABELS), array: own(options::ARRAY) };
    let mut table = source::read(&request, stream, options, &mut show).map_err(refused(file))?;
    if arguments.file.as_deref() == Some(file) {
        refuse_idle(arguments, file, table.form)?;
    }
    if arguments.flag(options::INVERT) {
        table.invert();
    }
    tell(&table, file, progress);
    Ok(table)
}

/// The error of a picture where a table is expected.
fn no_table(file: &str, start: &[u8]) -> Error {
    let mut read = format!("`mnist read {}` reads the digits in it", cli::quoted(file));
    let mut found = "a picture".to_owned();
    if let Some((format, mend)) = picture_file::other_format(start) {
        found = format!("a picture ({format})");
        read = format!("{mend}, and `mnist read` reads the digits in it");
    }
    Error::new(format!("{}: expected a table with a row of pixels for each image, found {found}: {read}", name(file)))
}

/// Says what was guessed of a file, and which of its rows were left out.
fn tell(table: &Table, file: &str, progress: &mut Progress) {
    for Note { text, mend } in &table.notes {
        let mend = mend.as_ref().map_or(String::new(), |mend| format!(" (if not: {})", option(mend)));
        progress.note(&format!("{}: {text}{mend}", name(file)));
    }
    let left_out = &table.skipped.rows;
    if !left_out.is_empty() {
        const NAMED: usize = 12;
        let listed: Vec<String> = left_out.iter().take(NAMED).map(u64::to_string).collect();
        let more = if left_out.len() > NAMED { ", ..." } else { "" };
        let count = thousands(left_out.len() as u64);
        let rows = if left_out.len() == 1 { "row" } else { "rows" };
        progress.note(&format!("{}: broken rows left out: {count} ({rows} {}{more})", name(file), listed.join(", ")));
    }
    // A header in the middle is left out, too, and is no row.
    for error in &table.skipped.first {
        progress.note(&format!("{}: {error}", name(file)));
    }
}

/// Refuses options that have no effect on files of this form.
fn refuse_idle(arguments: &Arguments, file: &str, form: Form) -> Result<()> {
    let file = name(file);
    let idle = |option: &str, why: &str| Err(Error::usage(format!("--{option} has no effect: {file} {why}")));
    if form != Form::Arrays && arguments.get(options::ARRAY).is_some() {
        return idle(options::ARRAY.name, "is no npz file");
    }
    if form == Form::Rows {
        return Ok(());
    }
    let why = "has images alone, no columns and rows";
    if arguments.get(options::LABEL).is_some() {
        return idle(options::LABEL.name, why);
    }
    // A file to predict after training may be of another form.
    if arguments.get(options::TEST).is_none() {
        if !arguments.texts(options::IGNORE).is_empty() {
            return idle(options::IGNORE.name, why);
        }
        if arguments.flag(options::SKIP_BAD_ROWS) {
            return idle(options::SKIP_BAD_ROWS.name, why);
        }
    }
    Ok(())
}

/// What the command line says of its files of digits. Where it says no size, weights of images that are not
/// square do.
fn options(arguments: &Arguments, known: Option<(Size, Option<Range>)>) -> Options {
    let oblong = known.map(|(size, _)| size).filter(|(width, height)| width != height);
    Options {
        label: label(arguments),
        size: arguments.get(options::SIZE).or(oblong),
        transpose: arguments.flag(options::TRANSPOSE),
        skip_bad_rows: arguments.flag(options::SKIP_BAD_ROWS),
        ignore: arguments.texts(options::IGNORE),
        labels_apart: false,
        range: known.and_then(|(_, range)| range),
        pixels: known.map(|((width, height), _)| width * height),
        threads: machine::threads(arguments),
    }
}

fn label(arguments: &Arguments) -> LabelColumn {
    match arguments.get(options::LABEL) {
        None => LabelColumn::Auto,
        Some("first") => LabelColumn::First,
        Some("last") => LabelColumn::Last,
        Some("none") => LabelColumn::None,
        Some(name) => LabelColumn::Named(name.to_owned()),
    }
}

fn with_labels(mut table: Table, file: &str) -> Result<(Table, Vec<i32>)> {
    match table.labels.take() {
        Some(labels) => Ok((table, labels)),
        None => {
            let pixels = table.width * table.height;
            Err(Error::new(format!(
                "{}: expected labelled rows, {} columns with the label, found {pixels} pixels alone: give a file with labels, \
                 such as Kaggle's train.csv, or say --labels FILE if they are in one of their own",
                name(file),
                pixels + 1
            )))
        }
    }
}

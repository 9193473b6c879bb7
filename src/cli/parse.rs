//! Words to [`Arguments`].

use std::ffi::OsString;
use std::fmt;

use super::arguments::Arguments;
use super::options;
use super::suggest::nearest;
use super::table::{COMMANDS, Command, CommandRow, all_options, options_of};
use super::values::Kind;
use crate::system::shell::quoted;

/// Why a command line was refused, in one line that says what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

fn error<T>(message: impl Into<String>) -> Result<T, Error> {
    Err(Error(message.into()))
}

/// Reads the words after the program's own name.
///
/// The first word that is no option is the command, or else the file of [`Command::Train`]. Options
/// stand anywhere before a `--`; of an option given twice the last holds. `--help` and `--version`
/// win over everything but an option that does not exist.
///
/// # Errors
/// The first thing that is wrong, from left to right: an unknown option or command, words too many
/// or too few, a value out of its range, then options that do not go together.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Error> {
    let typed = sort(arguments)?;
    if typed.version {
        return Ok(Arguments::new(Command::Version));
    }
    if typed.words.is_empty() && typed.options.is_empty() && !typed.help {
        return error(
            "no file given: mnist TRAIN.csv learns from one, mnist demo needs none, \
             mnist help tells more",
        );
    }
    let (command, words) = command_and_words(&typed)?;
    if typed.help || command == Command::Help {
        return help(command, words, &typed);
    }
    let mut parsed = Arguments::new(command);
    for (name, value) in &typed.options {
        set(&mut parsed, name, value.as_deref())?;
    }
    (parsed.file, parsed.more) = files(command, words)?;
    check_together(&parsed, |name| typed.options.iter().any(|(given, _)| *given == name))?;
    Ok(parsed)
}

/// The command line sorted into its three sorts of words.
#[derive(Default)]
struct Typed {
    words: Vec<String>,
    /// Whether the first of `words` came after `--`, and so is a file whatever it reads.
    only_files: bool,
    options: Vec<(&'static str, Option<String>)>,
    help: bool,
    version: bool,
}

fn sort(arguments: impl IntoIterator<Item = OsString>) -> Result<Typed, Error> {
    let mut typed = Typed::default();
    let mut arguments = arguments.into_iter().map(utf8).peekable();
    while let Some(argument) = arguments.next() {
        let argument = argument?;
        match argument.as_str() {
            "--" => {
                typed.only_files = typed.words.is_empty();
                for word in arguments {
                    typed.words.push(word?);
                }
                break;
            }
            "-h" | "--help" => typed.help = true,
            "-V" | "--version" => typed.version = true,
            option if option.starts_with('-') && option != "-" => {
                let (dashed, mut value) = match option.split_once('=') {
                    Some((dashed, value)) => (dashed, Some(value.to_owned())),
                    None => (option, None),
                };
                let Some(row) = all_options().find(|row| dashed.strip_prefix("--") == Some(row.name)) else {
                    return unknown_option(dashed, &typed);
                };
                if value.is_none() && row.kind != Kind::Flag {
                    value = arguments.next_if(is_value).transpose()?;
                }
                typed.options.push((row.name, value));
            }
            _ => typed.words.push(argument),
        }
    }
    Ok(typed)
}

fn utf8(argument: OsString) -> Result<String, Error> {
    argument
        .into_string()
        .map_err(|bytes| Error(format!("{bytes:?} is not UTF-8: rename the file, or give it as standard input by -")))
}

/// Whether the word after an option that wants a value can be that value. A file called `--odd`
/// needs `--out=--odd`.
fn is_value(word: &Result<String, Error>) -> bool {
    word.as_ref().map_or(true, |word| !word.starts_with("--"))
}

fn row_of(command: Command) -> Option<&'static CommandRow> {
    COMMANDS.iter().find(|row| row.command == command)
}

fn name_of(command: Command) -> &'static str {
    row_of(command).map_or("", |row| row.name)
}

/// What people type as a command, and what it is here.
const NO_COMMANDS: [(&str, &str); 2] = [("version", "--version"), ("recipes", "help recipes")];

fn command_and_words(typed: &Typed) -> Result<(Command, &[String]), Error> {
    let words = typed.words.as_slice();
    let Some((first, rest)) = words.split_first().filter(|_| !typed.only_files) else {
        return Ok((Command::Train, words));
    };
    if let Some(row) = COMMANDS.iter().find(|row| row.name == first) {
        return Ok((row.command, rest));
    }
    let like_a_word = first.chars().all(|c| c.is_ascii_alphabetic());
    if like_a_word && (meant(first).is_some() || !rest.is_empty()) {
        return no_command(first, &format!(" (for a file of that name: mnist train {first})"));
    }
    Ok((Command::Train, words))
}

fn help(command: Command, words: &[String], typed: &Typed) -> Result<Arguments, Error> {
    let topic = match (command, words) {
        (Command::Help, []) => None,
        (Command::Help, [word]) if word == "recipes" => {
            let mut parsed = Arguments::new(Command::Help);
            parsed.file = Some(word.clone());
            return Ok(parsed);
        }
        (Command::Help, [word]) => match COMMANDS.iter().find(|row| row.name == word) {
            Some(row) => Some(row.command),
            None => return no_command(word, ""),
        },
        (Command::Help, [_, second, ..]) => {
            return error(format!("help takes one command, found a second, {second:?}"));
        }
        _ => Some(command).filter(|_| !typed.words.is_empty()),
    };
    let mut parsed = Arguments::new(Command::Help);
    parsed.topic = topic.filter(|topic| *topic != Command::Help);
    Ok(parsed)
}

/// The command, or what does its work here, that was meant by a word that is none.
fn meant(word: &str) -> Option<&'static str> {
    let other = NO_COMMANDS.iter().find(|(typed, _)| *typed == word).map(|(_, meant)| *meant);
    other.or_else(|| nearest(word, COMMANDS.iter().map(|row| row.name)))
}

fn no_command<T>(word: &str, way_out: &str) -> Result<T, Error> {
    match meant(word) {
        Some(name) => error(format!("no command {word:?}; did you mean {name}?{way_out}")),
        None => error(format!("no command {word:?}; mnist help lists them")),
    }
}

fn unknown_option<T>(dashed: &str, typed: &Typed) -> Result<T, Error> {
    let (command, _) = command_and_words(typed)?;
    let names = options_of(command).map(|row| row.name).chain(["help", "version"]);
    match nearest(dashed.trim_start_matches('-'), names) {
        Some(name) => error(format!("no option {dashed:?}; did you mean --{name}?")),
        None => {
            let command = name_of(command);
            let file = if dashed.contains(['.', '/']) {
                format!("; for a file of that name: mnist {command} -- {}", quoted(dashed))
            } else {
                String::new()
            };
            error(format!("no option {dashed:?}; mnist help {command} lists them{file}"))
        }
    }
}

fn set(parsed: &mut Arguments, name: &'static str, text: Option<&str>) -> Result<(), Error> {
    let command = parsed.command;
    let Some(row) = options_of(command).find(|row| row.name == name) else {
        let takers: Vec<_> = COMMANDS
            .iter()
            .filter(|row| options_of(row.command).any(|row| row.name == name))
            .map(|row| row.name)
            .collect();
        return error(format!("--{name} is an option of {}, not of {}", listed(&takers), name_of(command)));
    };
    parsed.set(name, row.kind, text).or_else(|expected| {
        let found = text.map_or("nothing".to_owned(), |text| format!("{text:?}"));
        let meant = match row.kind {
            Kind::Choice(names) => nearest(text.unwrap_or_default(), names.iter().copied()),
            _ => None,
        };
        let meant = meant.map_or(String::new(), |name| format!("; did you mean {name}?"));
        error(format!("--{name}: expected {expected}, found {found}{meant}"))
    })
}

/// `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The file of a command that takes one, and more of them where it takes several.
fn files(command: Command, words: &[String]) -> Result<(Option<String>, Vec<String>), Error> {
    let (name, file) = row_of(command).map_or(("", ""), |row| (row.name, row.file));
    match words {
        [] if file.is_empty() => Ok((None, Vec::new())),
        [word, ..] if file.is_empty() => {
            let ends = |end: &&str| word.to_lowercase().ends_with(*end);
            let instead = match command {
                Command::Weights => "mnist weights --weights",
                _ if [".png", ".jpg", ".jpeg"].iter().any(ends) => "mnist read",
                _ => "mnist train",
            };
            error(format!("{name} takes no file, found {word:?}; did you mean {instead} {}?", quoted(word)))
        }
        [] => error(format!("{name} needs a file: mnist {name} {file} (- reads standard input)")),
        _ if words.contains(&String::new()) => error(format!("{name}: expected a file name, found \"\"")),
        [word] => Ok((Some(word.clone()), Vec::new())),
        [word, more @ ..] if file.ends_with("...") => Ok((Some(word.clone()), more.to_vec())),
        [_, second, ..] => error(format!("{name} takes one file, found a second, {second:?}")),
    }
}

/// Refuses options that contradict one another.
fn check_together(parsed: &Arguments, given: impl Fn(&str) -> bool) -> Result<(), Error> {
    if given(options::SUBMISSION.name) && !given(options::TEST.name) {
        return error("--submission needs --test FILE, the digits to predict");
    }
    if parsed.command == Command::Weights && given(options::COUNT.name) && !given(options::OUT.name) {
        return error("--count needs --out FILE, the picture of the neurons");
    }
    if parsed.get(options::HIDDEN).is_some_and(<[usize]>::is_empty) {
        let activation = parsed.get(options::ACTIVATION).map(|_| "activation");
        let dropout = parsed.get(options::DROPOUT).filter(|share| *share > 0.0).map(|_| "dropout");
        if let Some(name) = activation.or(dropout) {
            return error(format!("--{name} needs a hidden layer, and --hidden none leaves none"));
        }
    }
    let files = |kind| {
        let rows = options_of(parsed.command).filter(move |row| row.kind == kind);
        rows.filter_map(|row| Some((format!("--{}", row.name), parsed.file_of(row)?)))
    };
    let data = parsed.file.iter().chain(&parsed.more).map(|file| ("the data".to_owned(), file.as_str()));
    let streams: Vec<_> = data.chain(files(Kind::Input)).filter(|(_, file)| *file == "-").collect();
    if let [(first, _), (second, _), ..] = &streams[..] {
        return error(match first == second {
            true => "standard input can be read once: give - once".to_owned(),
            false => format!("{first} and {second} cannot both be standard input"),
        });
    }
    let outputs: Vec<_> = files(Kind::Output).filter(|(_, file)| *file == "-").collect();
    if let [(first, _), (second, _), ..] = &outputs[..] {
        return error(format!("{first} and {second} both write \"-\""));
    }
    Ok(())
}

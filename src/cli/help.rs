//! The help texts, set from the table.

use super::table::{COMMANDS, Command, GROUPS, Kind, OptionRow, Without, options_of};

/// The columns of the narrowest terminal that a help text must fit.
const WIDTH: usize = 80;

/// The options on the first screen.
const MOST_USED: [&str; 5] = ["recipe", "epochs", "weights", "threads", "quiet"];

/// What `mnist help`, or `mnist help COMMAND` for a topic, prints. The former fits a terminal of 80
/// x 24. `defaults` are those that the table does not know, by the option's name without dashes.
pub fn help(topic: Option<Command>, defaults: &[(&str, String)]) -> String {
    match topic {
        Some(command) => help_on(command, defaults),
        None => first_screen(),
    }
}

fn first_screen() -> String {
    let mut text = "mnist learns to read handwritten digits, on your processor, from one CSV file.\n\n".to_owned();
    for (i, row) in COMMANDS.iter().enumerate() {
        if i == 3 {
            text += "\n";
        }
        // The main job needs no word.
        let name = if row.command == Command::Train { "" } else { row.name };
        text += &entry(["mnist", name, row.file].join(" ").replace("  ", " ").trim(), row.summary);
    }
    text += "\nOptions used most, --name value or --name=value\n";
    for name in MOST_USED {
        text.extend(options_of(Command::Train).filter(|row| row.name == name).map(|row| option(row, &[])));
    }
    text + "\nA file called - is standard input or output.\n"
}

fn help_on(command: Command, defaults: &[(&str, String)]) -> String {
    let mut text = String::new();
    for row in COMMANDS.iter().filter(|row| row.command == command) {
        text += &format!("mnist {}: {}\n\n", row.name, row.summary);
        if command == Command::Train {
            text += &format!("Usage    mnist {} [OPTIONS]\n", row.file);
            text += &format!("         mnist {} {} [OPTIONS]\n", row.name, row.file);
        } else {
            text += &format!("Usage    mnist {} {}", row.name, row.file);
            text = text.trim_end().to_owned() + " [OPTIONS]\n";
        }
        text += &format!("Example  {}\n", row.example);
    }
    for (heading, rows) in GROUPS {
        let mut rows = rows.iter().filter(|row| row.commands.contains(&command)).peekable();
        if rows.peek().is_some() {
            text += &format!("\n{heading}\n");
            text.extend(rows.map(|row| option(row, defaults)));
        }
    }
    text
}

fn option(row: &OptionRow, defaults: &[(&str, String)]) -> String {
    let mut help = row.help.to_owned();
    if let Kind::Choice(names) = row.kind {
        help += &format!(": {}", names.join(", "));
    }
    let default = match row.without {
        Without::Value(default) | Without::Told(default) => Some(default),
        Without::Nothing => defaults.iter().find(|(name, _)| *name == row.name).map(|(_, default)| default.as_str()),
    };
    if let Some(default) = default {
        help += &format!(" [{default}]");
    }
    entry(format!("--{} {}", row.name, row.value).trim_end(), &help)
}

/// `left` and `right` in two columns, the right one filled word by word up to the width.
fn entry(left: &str, right: &str) -> String {
    const INDENT: usize = 27;
    let mut text = format!("  {left:<width$}", width = INDENT - 2);
    let mut column = INDENT;
    for (i, word) in right.split(' ').enumerate() {
        if i > 0 && column + 1 + word.len() > WIDTH {
            text += &format!("\n{:INDENT$}", "");
            column = INDENT;
        } else if i > 0 {
            text += " ";
            column += 1;
        }
        text += word;
        column += word.len();
    }
    text + "\n"
}

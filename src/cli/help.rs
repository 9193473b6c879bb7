//! The help texts, set from the table.

use super::table::{COMMANDS, Command, GROUPS, OptionRow, Without, options_of};
use super::values::Kind;

/// Lines are no longer, however wide the terminal is.
const WIDTH: usize = 80;
/// Narrower terminals have no room for two columns.
const NARROW: usize = 60;

/// The options on the first screen.
const MOST_USED: [&str; 5] = ["recipe", "epochs", "weights", "threads", "quiet"];

/// What `mnist help`, or `mnist help COMMAND` for a topic, prints, for a terminal of `width` columns. The former fits
/// one of 80 x 24. `defaults` are those that the table does not know, by the option's name without dashes.
pub fn help(topic: Option<Command>, defaults: &[(&str, String)], width: usize) -> String {
    let page = Page { width: width.min(WIDTH), defaults };
    match topic {
        Some(command) => page.help_on(command),
        None => page.first_screen(),
    }
}

struct Page<'a> {
    width: usize,
    defaults: &'a [(&'a str, String)],
}

impl Page<'_> {
    fn first_screen(&self) -> String {
        let mut text =
            self.filled("", "mnist learns to read handwritten digits, on your processor, from one CSV file.") + "\n";
        for (i, row) in COMMANDS.iter().enumerate() {
            if i == 3 {
                text += "\n";
            }
            // The main job needs no word.
            let name = if row.command == Command::Train { "" } else { row.name };
            text += &self.entry(["mnist", name, row.file].join(" ").replace("  ", " ").trim(), row.summary);
        }
        text += "\n";
        text += &self.filled("", "Options used most, --name value or --name=value");
        for name in MOST_USED {
            text.extend(options_of(Command::Train).filter(|row| row.name == name).map(|row| self.option(row)));
        }
        text + "\n" + &self.filled("", "A file called - is standard input or output.")
    }

    fn help_on(&self, command: Command) -> String {
        let mut text = String::new();
        for row in COMMANDS.iter().filter(|row| row.command == command) {
            text += &self.filled("", &format!("mnist {}: {}", row.name, row.summary));
            text += "\n";
            if command == Command::Train {
                text += &self.filled("Usage    ", &format!("mnist {} [OPTIONS]", row.file));
                text += &self.filled("         ", &format!("mnist {} {} [OPTIONS]", row.name, row.file));
            } else {
                let words = format!("mnist {} {}", row.name, row.file);
                text += &self.filled("Usage    ", &(words.trim_end().to_owned() + " [OPTIONS]"));
            }
            text += &self.filled("Example  ", row.example);
        }
        for (heading, rows) in GROUPS {
            let mut rows = rows.iter().filter(|row| row.commands.contains(&command)).peekable();
            if rows.peek().is_some() {
                text += "\n";
                text += &self.filled("", heading);
                text.extend(rows.map(|row| self.option(row)));
            }
        }
        text
    }

    fn option(&self, row: &OptionRow) -> String {
        let mut help = row.help.to_owned();
        if let Kind::Choice(names) = row.kind {
            help += &format!(": {}", names.join(", "));
        }
        let default = match row.without {
            Without::Value(default) | Without::Told(default) => Some(default),
            Without::Nothing => {
                self.defaults.iter().find(|(name, _)| *name == row.name).map(|(_, default)| default.as_str())
            }
        };
        if let Some(default) = default {
            help += &format!(" [{default}]");
        }
        self.entry(format!("--{} {}", row.name, row.value).trim_end(), &help)
    }

    /// `left` and `right` in two columns, or one below the other where there is no room.
    fn entry(&self, left: &str, right: &str) -> String {
        const INDENT: usize = 27;
        if self.width < NARROW {
            return self.filled("  ", left) + &self.filled("      ", right);
        }
        self.filled(&format!("  {left:<width$}", width = INDENT - 2), right)
    }

    /// `left`, and behind it `right`, word by word up to the width; further lines begin where `right` does.
    fn filled(&self, left: &str, right: &str) -> String {
        let indent = left.chars().count();
        let mut text = left.to_owned();
        let mut column = indent;
        for (i, word) in right.split(' ').enumerate() {
            if i > 0 && column + 1 + word.len() > self.width {
                text += &format!("\n{:indent$}", "");
                column = indent;
            } else if i > 0 {
                text += " ";
                column += 1;
            }
            text += word;
            column += word.len();
        }
        text + "\n"
    }
}

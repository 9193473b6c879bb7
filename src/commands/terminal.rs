//! Standard output and standard error: results and report lines to the first, progress and notes to
//! the second.

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::names::one_line;
use crate::system;

/// The file descriptors of the two streams.
const STDOUT: i32 = 1;
const STDERR: i32 = 2;

const ERASE_TO_END: &str = "\x1b[K";

/// Writes to standard output at once. Whoever closed the pipe wants no more and is told no more:
/// that is no error, and the work (training, say, whose weights are still wanted) goes on.
///
/// # Errors
/// What else can go wrong, such as a full disk behind a redirection, said with the name of the
/// stream.
pub fn print(bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes.as_ref()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(io::Error::new(error.kind(), format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a result to standard output or, where a file has taken that, to standard error.
pub fn print_beside(stdout_taken: bool, text: String) -> io::Result<()> {
    if stdout_taken {
        // There is nobody to tell if it fails.
        let _ = io::stderr().write_all(text.as_bytes());
        return Ok(());
    }
    print(text)
}

/// The columns of the terminal on standard output, or `None` where that is a file or a pipe.
pub fn stdout_width() -> Option<usize> {
    io::stdout().is_terminal().then(|| columns(STDOUT))
}

/// Whether standard output may be coloured: it is a terminal that can, and `NO_COLOR` is not set.
pub fn stdout_colour() -> bool {
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !no_color && !is_dumb(STDOUT)
}

/// Whether the terminal knows no escape sequences.
fn is_dumb(descriptor: i32) -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb") || !system::terminal::takes_escapes(descriptor)
}

/// The narrower of what the terminal says and what `COLUMNS` says, which goes stale when a window
/// is resized.
fn columns(descriptor: i32) -> usize {
    let told = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let asked = system::terminal::columns(descriptor);
    told.into_iter().chain(asked).min().unwrap_or(80)
}

/// How far the work is, on standard error: one line, redrawn in place, on a terminal; a plain line
/// now and then elsewhere; nothing if quiet. Whatever else is printed meanwhile goes through
/// [`Progress::report`] and [`Progress::note`], or comes after [`Progress::clear`], so that it does
/// not land on the line.
pub struct Progress<W: Write = io::Stderr> {
    out: W,
    look: Look,
    /// Whether a file goes to standard output, so that reports go to standard error too.
    stdout_taken: bool,
    /// When the next line may be drawn.
    due: Instant,
    /// Whether a line is on the screen.
    drawn: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Look {
    Silent,
    Plain,
    Redrawn,
}

impl Look {
    /// The least time between two lines, and before the first: what is done sooner needs none.
    fn interval(self) -> Duration {
        match self {
            Look::Redrawn => Duration::from_millis(100),
            Look::Plain | Look::Silent => Duration::from_secs(10),
        }
    }
}

impl Progress {
    /// Starts the clock; nothing is drawn yet. Where a file goes to standard output, `stdout_taken`, reports go to
    /// standard error.
    pub fn new(quiet: bool, stdout_taken: bool) -> Progress {
        let look = match (quiet, io::stderr().is_terminal() && !is_dumb(STDERR)) {
            (true, _) => Look::Silent,
            (false, true) => Look::Redrawn,
            (false, false) => Look::Plain,
        };
        Progress { out: io::stderr(), look, stdout_taken, due: Instant::now() + look.interval(), drawn: false }
    }
}

/// Tells of an error.
pub fn complain(error: &impl Display) {
    let line = one_line(&format!("error: {error}"));
    let line = if io::stderr().is_terminal() { wrapped(&line, columns(STDERR)) } else { line };
    // There is nobody to tell if it cannot be told.
    let _ = writeln!(io::stderr(), "{line}");
}

/// The text with line breaks between words, where a terminal of `width` columns would break within one.
pub fn wrapped(text: &str, width: usize) -> String {
    let (mut wrapped, mut column) = (String::new(), 0);
    for word in text.split_inclusive([' ', '\n']) {
        let length = word.trim_end().chars().count();
        if column > 0 && column + length > width {
            wrapped.truncate(wrapped.trim_end_matches(' ').len());
            wrapped.push('\n');
            column = 0;
        }
        wrapped += word;
        column = if word.ends_with('\n') { 0 } else { column + word.chars().count() };
    }
    wrapped
}

impl<W: Write> Progress<W> {
    /// Draws the fields that `fields` makes, the most important first: where the terminal is
    /// narrow, the last are left out. Cheap enough for every batch: unless a line is due, it only
    /// looks at the clock.
    pub fn update(&mut self, fields: impl FnOnce() -> Vec<String>) {
        let now = Instant::now();
        if self.look == Look::Silent || now < self.due {
            return;
        }
        self.due = now + self.look.interval();
        let fields: Vec<String> = fields().iter().map(|field| one_line(field)).collect();
        if self.look == Look::Redrawn {
            // The last column stays free: a character there makes some terminals wrap.
            let line = fit(&fields, columns(STDERR) - 1);
            self.write(&format!("\r{line}{ERASE_TO_END}"));
            self.drawn = true;
        } else {
            self.write(&(fields.join("  ") + "\n"));
        }
    }

    /// Removes the line, if it is on the screen.
    pub fn clear(&mut self) {
        if self.drawn {
            self.write(&format!("\r{ERASE_TO_END}"));
            self.drawn = false;
        }
    }

    /// A line of the report on standard output, unless quiet.
    ///
    /// # Errors
    /// Those of [`print()`].
    pub fn report(&mut self, line: &str) -> io::Result<()> {
        if self.stdout_taken {
            self.note(line);
        }
        if self.stdout_taken || self.look == Look::Silent {
            return Ok(());
        }
        self.clear();
        let line = one_line(line);
        let line = stdout_width().map_or(line.clone(), |width| wrapped(&line, width));
        print(format!("{line}\n"))
    }

    /// A line for the person at the keyboard on standard error, unless quiet: a warning, a guess, a
    /// way on.
    pub fn note(&mut self, line: &str) {
        if self.look != Look::Silent {
            self.clear();
            let redrawn = self.look == Look::Redrawn;
            let line = one_line(line);
            let line = if redrawn { wrapped(&line, columns(STDERR)) } else { line };
            self.write(&format!("{line}\n"));
        }
    }

    /// In one write, so that no half of a line is ever seen. There is nobody to tell if it fails.
    fn write(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes());
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// As many of the fields as fit into the width, and of the first at least its beginning.
fn fit(fields: &[String], width: usize) -> String {
    let mut line = String::new();
    for field in fields {
        let gap = if line.is_empty() { "" } else { "  " };
        if !line.is_empty() && line.chars().count() + gap.len() + field.chars().count() > width {
            break;
        }
        line += gap;
        line += field;
    }
    line.chars().take(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written by a progress line of this look on which a line is due.
    fn written(look: Look, act: impl FnOnce(&mut Progress<&mut Vec<u8>>)) -> String {
        let mut out = Vec::new();
        act(&mut Progress { out: &mut out, look, stdout_taken: false, due: Instant::now(), drawn: false });
        String::from_utf8(out).unwrap()
    }

    fn fields() -> Vec<String> {
        ["epoch 3/40", "57%", "1m 05s left", "loss 0.0312", "best 99.21%", "81,204 images/s"].map(String::from).to_vec()
    }

    #[test]
    fn fields_that_do_not_fit_are_dropped_from_the_right() {
        let all = "epoch 3/40  57%  1m 05s left  loss 0.0312  best 99.21%  81,204 images/s";
        assert_eq!(fit(&fields(), 79), all);
        assert_eq!(fit(&fields(), all.len()), all);
        assert_eq!(fit(&fields(), all.len() - 1), "epoch 3/40  57%  1m 05s left  loss 0.0312  best 99.21%");
        assert_eq!(fit(&fields(), 39), "epoch 3/40  57%  1m 05s left");
        assert_eq!(fit(&fields(), 10), "epoch 3/40");
        assert_eq!(fit(&fields(), 7), "epoch 3");
        assert_eq!(fit(&fields(), 0), "");
        assert_eq!(fit(&[], 79), "");
    }

    #[test]
    fn no_word_is_broken_at_the_end_of_a_line() {
        assert_eq!(wrapped("settings: hidden 8, epochs 1", 20), "settings: hidden 8,\nepochs 1");
        assert_eq!(wrapped("one two three four", 8), "one two\nthree\nfour");
        assert_eq!(wrapped("a word/that/is/longer x", 8), "a\nword/that/is/longer\nx");
        assert_eq!(wrapped("short\n\nlines", 8), "short\n\nlines");
        assert_eq!(wrapped("", 8), "");
    }

    #[test]
    fn a_terminal_has_one_line_redrawn_and_cleared_before_others() {
        let text = written(Look::Redrawn, |progress| {
            progress.clear();
            progress.update(|| vec!["epoch 1".to_owned()]);
            progress.update(|| panic!("two lines at once"));
            progress.note("a note");
            progress.due = Instant::now();
            progress.update(|| vec!["epoch 2".to_owned()]);
            progress.clear();
            progress.clear();
            progress.due = Instant::now();
            progress.update(|| vec!["epoch 3".to_owned()]);
        });
        assert_eq!(text, "\repoch 1\x1b[K\r\x1b[Ka note\n\repoch 2\x1b[K\r\x1b[K\repoch 3\x1b[K\r\x1b[K");
    }

    #[test]
    fn elsewhere_lines_are_plain_and_whole() {
        let text = written(Look::Plain, |progress| {
            progress.update(fields);
            progress.update(|| panic!("not every batch"));
            progress.note("a note");
            progress.clear();
        });
        assert_eq!(text, "epoch 3/40  57%  1m 05s left  loss 0.0312  best 99.21%  81,204 images/s\na note\n");
    }

    #[test]
    fn quiet_is_quiet() {
        let text = written(Look::Silent, |progress| {
            progress.update(|| panic!("nobody looks"));
            progress.note("a note");
            progress.report("a report").unwrap();
        });
        assert_eq!(text, "");
    }

    #[test]
    fn what_is_done_at_once_shows_no_progress() {
        for look in [Look::Redrawn, Look::Plain] {
            let due = Instant::now() + look.interval();
            Progress { out: Vec::new(), look, stdout_taken: false, due, drawn: false }.update(|| panic!("not due yet"));
        }
    }
}

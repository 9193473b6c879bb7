//! The program `mnist`, run as a user would, in a folder of its own.
#![allow(dead_code)] // No test needs all of it.

use mnist::data::builtin;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A new folder, gone with this value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mnist-test-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// What is in the folder, in order.
    pub fn names(&self) -> Vec<String> {
        names(&self.0)
    }

    /// The program with these words, which have spaces between them.
    pub fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mnist"));
        command.args(words.split_whitespace()).current_dir(&self.0);
        command.env_remove("MNIST_KERNEL").env("TMPDIR", &self.0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts the program; signals that ask it to stop are no longer ignored.
    pub fn start(&self, words: &str) -> Child {
        let mut command = self.command(words);
        #[cfg(unix)]
        hears(&mut command);
        command.spawn().unwrap()
    }

    pub fn mnist(&self, words: &str) -> Run {
        Run::of(self.command(words).output().unwrap())
    }

    /// The same, which must work.
    pub fn done(&self, words: &str) -> Run {
        let run = self.mnist(words);
        assert_eq!(run.code, Some(0), "mnist {words}: {}", run.err);
        run
    }
}

/// Lets the program hear the signals that ask to stop, which whoever runs the tests may have it ignore, as a script's
/// `&` does.
#[cfg(unix)]
#[allow(unsafe_code)]
pub fn hears(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    unsafe extern "C" {
        fn signal(number: i32, handler: usize) -> usize;
    }
    // SAFETY: `signal` may be called between fork and exec, and 0 (SIG_DFL) is no function of ours.
    unsafe {
        command.pre_exec(|| {
            // SIGHUP, SIGINT, SIGTERM.
            for number in [1, 2, 15] {
                signal(number, 0);
            }
            Ok(())
        });
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What a run of the program came to.
pub struct Run {
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    pub bytes: Vec<u8>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: Output) -> Run {
        Run {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8(output.stderr).unwrap(),
            bytes: output.stdout,
        }
    }

    pub fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or("")
    }
}

/// Rows of a CSV file: real digits from all classes, with the label first.
pub fn rows(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    let digits = builtin::digits();
    let row = |number: usize| {
        // Neighbours in the set are of one class; this step is prime to its size.
        let number = number * 7919 % digits.len();
        let pixels: Vec<String> = digits.image(number).iter().map(u8::to_string).collect();
        format!("{},{}", digits.label(number), pixels.join(","))
    };
    numbers.map(row).collect()
}

/// Kaggle's train.csv, in small.
pub fn train_csv(rows: &[String]) -> String {
    let pixels: String = (0..784).map(|pixel| format!(",pixel{pixel}")).collect();
    format!("label{pixels}\n{}\n", rows.join("\n"))
}

/// Kaggle's test.csv: the same without labels.
pub fn test_csv(rows: &[String]) -> String {
    let pixels: Vec<String> = (0..784).map(|pixel| format!("pixel{pixel}")).collect();
    let rows: Vec<&str> = rows.iter().map(|row| row.split_once(',').unwrap().1).collect();
    format!("{}\n{}\n", pixels.join(","), rows.join("\n"))
}

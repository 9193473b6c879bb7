//! Nothing is lost: runs that are stopped or killed go on as if they had not been, and what could not be saved where it
//! should is saved elsewhere.
#![cfg(unix)]

mod program;

use program::{Folder, Run, rows, train_csv};
use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A run that has everything a checkpoint must hold; the number of epochs comes behind it.
const RUN: &str = "train.csv --hidden 64 --batch 30 --augment elastic --optimizer adamw --average 0.99 \
                   --dropout 0.1 --patience 6000 --history h.csv --curves c.png --epochs";
const CHECKPOINT: &str = "mnist.safetensors.checkpoint";

fn prepared() -> Folder {
    let folder = Folder::new();
    folder.write("train.csv", train_csv(&rows(0..300)));
    folder
}

/// All that a run leaves; of its history what is no time.
fn results(folder: &Folder) -> [Vec<u8>; 4] {
    let history = folder.text("h.csv");
    let untimed = history.lines().flat_map(|line| line.split(',').take(5).collect::<Vec<_>>().join(",").into_bytes());
    [folder.read("mnist.safetensors"), folder.read("samples.png"), folder.read("c.png"), untimed.collect()]
}

/// What an uninterrupted run leaves.
fn whole(epochs: u32) -> [Vec<u8>; 4] {
    let folder = prepared();
    folder.done(&format!("{RUN} {epochs} --threads 1"));
    assert_eq!(folder.names(), ["c.png", "h.csv", "mnist.safetensors", "samples.png", "train.csv"]);
    results(&folder)
}

fn wait_until(what: &str, child: &mut Child, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before: {what}");
        assert!(began.elapsed() < Duration::from_secs(60), "in vain: {what}");
        sleep(Duration::from_millis(2));
    }
}

/// Epochs that the history tells of.
fn epochs(folder: &Path) -> usize {
    fs::read_to_string(folder.join("h.csv")).map_or(0, |text| text.lines().count().saturating_sub(1))
}

fn signal(child: &Child, name: &str) {
    let kill = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status();
    assert!(kill.unwrap().success());
}

/// Starts a run and stops it by a signal after so many epochs.
fn stopped(folder: &Folder, options: &str, name: &str, after: usize) -> Run {
    let mut child = folder.start(options);
    wait_until("epochs pass", &mut child, || epochs(&folder.path("")) >= after);
    signal(&child, name);
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn a_stopped_run_goes_on_to_the_same_bits() {
    let whole = whole(80);
    let folder = prepared();
    let moments = [
        ("INT", 1, "--threads 2"),
        ("TERM", 9, "--threads 1 --resume"),
        ("INT", 20, "--threads 3 --resume"),
        ("INT", 60, "--resume --quiet"),
    ];
    for (name, after, options) in moments {
        let run = stopped(&folder, &format!("{RUN} 80 {options}"), name, after);
        // It died by the signal, so that a shell's loop stops.
        assert_eq!(run.code, None, "{}", run.err);
        let error = run.err.lines().last().unwrap();
        assert!(error.starts_with("error: interrupted in epoch "), "{error}");
        assert!(
            error.ends_with(&format!(" of 80: the same command with --resume goes on from {CHECKPOINT}")),
            "{error}"
        );
        assert_eq!(folder.names(), ["h.csv", CHECKPOINT, "train.csv"]);
    }
    let run = folder.done(&format!("{RUN} 80 --resume --threads 8"));
    assert!(run.err.contains("\nresumed in epoch "), "{}", run.err);
    let first = run.out.lines().find(|line| line.starts_with("epoch")).unwrap();
    let epoch: usize = first["epoch ".len()..].split('/').next().unwrap().parse().unwrap();
    assert!(epoch > 60, "it goes on where it was: {first}");
    assert!(results(&folder) == whole);
    assert!(!folder.names().contains(&CHECKPOINT.to_owned()));
}

#[test]
fn a_run_that_started_from_a_network_goes_on_too() {
    let begun = |folder: &Folder| folder.done("train.csv --hidden 24 --epochs 1 --quiet --weights first.st");
    let run = "train.csv --from first.st --epochs 60 --history h.csv --batch 30";
    let whole = prepared();
    begun(&whole);
    whole.done(run);
    let folder = prepared();
    begun(&folder);
    stopped(&folder, run, "INT", 5);
    let other = folder.mnist("train.csv --hidden 24 --epochs 60 --history h.csv --batch 30 --resume");
    assert!(
        other.err.contains("--from was a network with the hash ") && other.err.contains(" and is none"),
        "{}",
        other.err
    );
    folder.done(&format!("{run} --resume"));
    assert!(folder.read("mnist.safetensors") == whole.read("mnist.safetensors"));
}

#[test]
fn reading_a_picture_leaves_an_interrupted_run_alone() {
    let folder = prepared();
    stopped(&folder, "train.csv --hidden 64 --epochs 2000 --history h.csv", "INT", 2);
    let checkpoint = folder.read(CHECKPOINT);
    let run = folder.mnist("page");
    let error = run.err.lines().last().unwrap();
    let begin = format!("error: {CHECKPOINT}: expected the options and the data of the interrupted run: ");
    assert!(error.starts_with(&begin), "{error}");
    assert!(
        error.ends_with("; finish that run by its own command with --resume, or name trained weights by --weights"),
        "{error}"
    );
    assert!(run.code == Some(1) && folder.read(CHECKPOINT) == checkpoint);
}

#[test]
fn a_page_goes_on_with_the_training_that_it_began() {
    let folder = Folder::new();
    for _ in 0..2 {
        let before = folder.path(CHECKPOINT).exists().then(|| folder.read(CHECKPOINT));
        let mut child = folder.start("page");
        let saved = || folder.path(CHECKPOINT).exists() && before.as_ref() != Some(&folder.read(CHECKPOINT));
        wait_until("a checkpoint", &mut child, saved);
        signal(&child, "INT");
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.err.contains("resumed in epoch"), before.is_some(), "{}", run.err);
        let end = format!(" of 100: the same command goes on from {CHECKPOINT}\n");
        assert!(run.err.contains("error: interrupted in epoch ") && run.err.ends_with(&end), "{}", run.err);
    }
    assert_eq!(folder.names(), [CHECKPOINT]);
}

/// Whether a file under a final name is one whole file of its kind.
fn is_whole(name: &str, bytes: &[u8]) -> bool {
    match name {
        "samples.png" | "c.png" => bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82"),
        "h.csv" => {
            let text = String::from_utf8_lossy(bytes);
            let is_row = |row: &str| row.split(',').count() == 8;
            text.starts_with("epoch,") && text.ends_with('\n') && text.lines().all(is_row)
        }
        "mnist.safetensors" | CHECKPOINT => mnist::safetensors::Archive::from_bytes(bytes).is_ok(),
        // Of a process that was killed.
        "train.csv" | "mnist.safetensors.lock" => true,
        name => name.starts_with(".mnist-"),
    }
}

/// Kills runs at moments that lie evenly in the time that a run takes, and resumes each of them that left a checkpoint,
/// the first `resumed`, to the end.
fn kill_at(epochs: u32, moments: u32, resumed: u32) {
    let began = Instant::now();
    let whole = whole(epochs);
    let time = began.elapsed();
    let mut left = resumed;
    for moment in 0..moments {
        let folder = prepared();
        let mut child = folder.start(&format!("{RUN} {epochs}"));
        sleep(time * (2 * moment + 1) / (2 * moments));
        // What has ended already can't be killed.
        let _ = child.kill();
        child.wait().unwrap();
        for name in folder.names() {
            assert!(is_whole(&name, &folder.read(&name)), "{name} after moment {moment} of {moments}");
        }
        if left > 0 && folder.names().contains(&CHECKPOINT.to_owned()) {
            left -= 1;
            folder.done(&format!("{RUN} {epochs} --resume --threads {}", 1 + moment % 4));
            assert!(results(&folder) == whole, "resumed after moment {moment} of {moments}");
        }
    }
    assert!(left < resumed, "no run left a checkpoint");
}

#[test]
fn a_killed_run_leaves_whole_files_and_goes_on_to_the_same_bits() {
    kill_at(120, 4, 2);
}

#[test]
#[ignore = "takes twenty minutes"]
fn a_run_killed_at_two_hundred_moments() {
    kill_at(2500, 200, 20);
}

#[test]
fn another_run_does_not_go_on() {
    let folder = prepared();
    stopped(&folder, &format!("{RUN} 80"), "INT", 2);
    let refused = |words: &str, message: &str| {
        let before = folder.read(CHECKPOINT);
        let run = folder.mnist(words);
        assert_eq!(run.code, Some(1), "{words}");
        let error = run.err.lines().last().unwrap();
        assert!(error.starts_with(&format!("error: {CHECKPOINT}: {message}")), "{error}");
        assert_eq!(folder.read(CHECKPOINT), before);
    };
    refused(
        &format!("{RUN} 81 --resume --seed 7 --hidden 32"),
        "expected the options and the data of the interrupted run: --epochs was 80 and is 81; --hidden was 64 and is 32; --seed was 42 and is 7",
    );
    let whole = folder.read(CHECKPOINT);
    folder.write(CHECKPOINT, &whole[..whole.len() - 1]);
    refused(&format!("{RUN} 80 --resume"), "tensor ");
    folder.done("demo --recipe quick --epochs 1 --hidden 4 --weights other.st");
    folder.write(CHECKPOINT, folder.read("other.st"));
    refused(&format!("{RUN} 80 --resume"), "expected a checkpoint, found another safetensors file");

    // Another run says what it is about to replace, and a short one does not.
    folder.write(CHECKPOINT, &whole);
    let run = folder.done("train.csv --recipe quick --epochs 1 --hidden 4 --weights mnist.safetensors");
    assert!(
        run.err.contains(&format!("{CHECKPOINT} holds an interrupted run: --resume goes on with it")),
        "{}",
        run.err
    );
    assert_eq!(folder.read(CHECKPOINT), whole);

    let rows = rows(1..301);
    folder.write("train.csv", train_csv(&rows));
    refused(
        &format!("{RUN} 80 --resume"),
        "expected the options and the data of the interrupted run: the fingerprint of the data was ",
    );
    folder.write("train.csv", train_csv(&rows[1..]));
    refused(
        &format!("{RUN} 80 --resume"),
        "expected the options and the data of the interrupted run: the fingerprint of the data was ",
    );
}

#[test]
fn weights_whose_folder_is_gone_are_saved_elsewhere() {
    let folder = prepared();
    let options = "train.csv --hidden 16 --epochs 300 --history h.csv --samples s.png";
    folder.done(&format!("{options} --weights w.st"));
    fs::create_dir(folder.path("sub")).unwrap();
    let mut child = folder.start(&format!("{options} --weights sub/w.st"));
    wait_until("an epoch passes", &mut child, || {
        // The history of the run before tells of all 300.
        (1..300).contains(&epochs(&folder.path("")))
    });
    // A checkpoint that is being written may hold the folder for a moment.
    while folder.path("sub").exists() {
        let _ = fs::remove_dir_all(folder.path("sub"));
    }
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(1));
    let error = run.err.lines().last().unwrap();
    assert!(error.starts_with("error: sub/w.st: there is no folder sub"), "{error}");
    let (_, place) = error.split_once("the weights were saved as ").unwrap();
    let place = place.strip_suffix(" instead").unwrap();
    assert!(fs::read(place).unwrap() == folder.read("w.st"));
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let folder = prepared();
    folder.write("mnist.safetensors", "the old weights");
    let before = folder.names();
    let words = folder.command("train.csv --recipe quick --hidden 64 --epochs 1");
    let program = words.get_program().to_str().unwrap().to_owned();
    let words: Vec<&str> = words.get_args().map(|word| word.to_str().unwrap()).collect();
    let line = format!("ulimit -f 64; exec {program} {}", words.join(" "));
    let mut limited = Command::new("sh");
    limited.args(["-c", &line]).current_dir(folder.path("")).env("TMPDIR", folder.path(""));
    let run = Run::of(limited.output().unwrap());
    assert_eq!(run.code, Some(1), "{}", run.err);
    let error = run.err.lines().last().unwrap();
    assert!(error.starts_with("error: mnist.safetensors: cannot write: "), "{error}");
    assert!(error.contains("; nor could the weights be saved elsewhere: "), "{error}");
    let names: Vec<String> = folder.names().into_iter().filter(|name| name != "mnist.safetensors.previous").collect();
    assert_eq!(names, before);
    assert_eq!(folder.text("mnist.safetensors"), "the old weights");
}

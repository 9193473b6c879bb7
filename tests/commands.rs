//! The commands as a user runs them: what they print, what they write, and what they say when something is wrong.

mod program;

use mnist::engine::Kernel;
use mnist::picture_file::{self, Pixels};
use mnist::safetensors::Archive;
use program::{Folder, Run, rows, test_csv, train_csv};
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

/// A folder with train.csv, test.csv (the first rows of it) and weights of a small network.
fn prepared() -> Folder {
    let folder = Folder::new();
    let rows = rows(0..300);
    folder.write("train.csv", train_csv(&rows));
    folder.write("test.csv", test_csv(&rows[..50]));
    folder.done("train.csv --recipe quick --hidden 16 --epochs 8 --batch 16 --quiet");
    folder
}

/// The number before a word: `words("66 wrong of 8400", "wrong")` is 66.
fn number_before(text: &str, word: &str) -> f64 {
    let before = text.split(word).next().unwrap();
    let number = before.split_whitespace().last().unwrap();
    number.trim_start_matches('(').trim_end_matches('%').parse().unwrap()
}

/// Whether a line is a report line: `epoch 100/1000  loss 0.6012  train 82.44%  validation 82.04%` and more.
fn is_report(line: &str) -> bool {
    let fields: Vec<&str> = line.split("  ").collect();
    let number = |field: &str, before: &str, after: &str, decimals: usize| {
        let number = field.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let decimal = number.and_then(|number| number.split_once('.'));
        decimal.is_some_and(|(_, places)| places.len() == decimals) && number.unwrap().parse::<f64>().is_ok()
    };
    fields.len() >= 4
        && fields[0].starts_with("epoch ")
        && number(fields[1], "loss ", "", 4)
        && number(fields[2], "train ", "%", 2)
        && number(fields[3], "validation ", "%", 2)
}

#[test]
fn the_demo_learns_saves_and_draws() {
    let folder = Folder::new();
    let run = folder.done("demo --recipe quick --hidden 64 --epochs 4");
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], "built-in digits: 10,000 rows, 28 x 28, 10 classes; 9,000 train, 1,000 validation");
    assert!(lines[1].starts_with("network: 784-64-10, 50,890 parameters; recipe quick, "), "{}", lines[1]);
    assert!(lines[2..6].iter().all(|line| is_report(line)), "{lines:#?}");
    assert!(lines[5].starts_with("epoch 4/4  "));
    let last = run.last_line();
    assert_eq!(lines.len(), 7);
    assert!(last.starts_with("validation accuracy ") && last.ends_with(" wrong of 1000)"), "{last}");
    let (accuracy, wrong) = (number_before(last, " ("), number_before(last, "wrong"));
    assert!(accuracy > 92.0 && (accuracy - (100.0 - wrong / 10.0)).abs() < 0.006, "{last}");
    assert!(lines[5].contains(&format!("validation {accuracy:.2}%")));
    assert_eq!(folder.names(), ["mnist.safetensors", "samples.png"]);
    assert!(run.err.contains("wrote mnist.safetensors, samples.png\n"), "{}", run.err);
    assert!(folder.read("samples.png").starts_with(b"\x89PNG"));
}

#[test]
fn training_writes_what_it_is_asked_for() {
    let folder = prepared();
    let options = "--recipe quick --hidden 16 --epochs 5 --report-every 2 --history h.csv --curves c.png \
                   --samples s.png --weights w.st --test test.csv --submission sub.csv";
    let run = folder.done(&format!("train train.csv {options}"));
    let reports: Vec<&str> = run.out.lines().filter(|line| line.starts_with("epoch")).collect();
    assert_eq!(reports.len(), 3, "{reports:?}");
    assert!(reports[0].starts_with("epoch 2/5  ") && reports[2].starts_with("epoch 5/5  "));
    for name in ["c.png", "s.png"] {
        assert!(folder.read(name).starts_with(b"\x89PNG"), "{name}");
    }
    let history = folder.text("h.csv");
    let mut lines = history.lines();
    assert_eq!(
        lines.next().unwrap(),
        "epoch,loss,train_accuracy,validation_accuracy,learning_rate,train_seconds,images_per_second,validation_loss"
    );
    for (epoch, line) in (1..).zip(lines) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 8, "{line}");
        assert_eq!(cells[0], epoch.to_string());
        // Measured every second epoch, and at the end.
        assert_eq!(cells[3].is_empty(), epoch == 1 || epoch == 3, "{line}");
        let number = |cell: usize| cells[cell].parse::<f64>().unwrap();
        assert!(number(1) > 0.0 && number(4) > 0.0 && number(5) > 0.0 && number(6) > 0.0, "{line}");
        assert!((0.0..=1.0).contains(&number(2)), "{line}");
    }
    assert_eq!(history.lines().count(), 6);
    let submission = folder.text("sub.csv");
    let lines: Vec<&str> = submission.lines().collect();
    assert_eq!((lines[0], lines.len()), ("ImageId,Label", 51));
    assert!(lines[50].starts_with("50,") && submission.ends_with('\n') && !submission.contains('\r'));

    // `train` may be left out, options may come first and have `=`, and the same training gives the same bytes.
    let again = options.replace("w.st", "v.st").replace("--epochs 5", "--epochs=5");
    folder.done(&format!("{again} train.csv"));
    assert_eq!(folder.read("w.st"), folder.read("v.st"));
}

#[test]
fn prediction_and_evaluation_agree() {
    let folder = prepared();
    let rows = rows(300..400);
    folder.write("new.csv", train_csv(&rows));
    folder.write("bare.csv", test_csv(&rows));
    let run = folder.done("predict bare.csv");
    assert!(run.out.is_empty() && run.err == "wrote submission.csv: 100 predictions\n", "{}", run.err);
    let submission = folder.text("submission.csv");
    let truth = rows.iter().map(|row| row.split(',').next().unwrap());
    let read = submission.lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
    let wrong = truth.zip(read).filter(|(truth, read)| truth != read).count();

    let run = folder.done("evaluate new.csv --confusion c.png --mistakes m.png");
    let begin = format!("accuracy {}.00% ({wrong} wrong of 100)\n", 100 - wrong);
    assert!(run.out.starts_with(&begin), "{begin}{}", run.out);
    assert!(run.out.contains("precision") && run.out.contains("confusion matrix") && run.out.contains(" read as "));
    let json = folder.done("evaluate new.csv --json").out;
    assert!(json.starts_with("{\n  \"rows\": 100,\n") && json.contains(&format!("\"wrong\": {wrong},")), "{json}");
    for name in ["c.png", "m.png"] {
        assert!(folder.read(name).starts_with(b"\x89PNG"), "{name}");
    }

    // An id column is Kannada-MNIST's: its ids and its header come back.
    let (header, body) = folder.text("bare.csv").split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let body: Vec<String> = body.lines().enumerate().map(|(row, line)| format!("{},{line}", 7 * row)).collect();
    folder.write("ids.csv", format!("id,{header}\n{}\n", body.join("\n")));
    folder.done("predict ids.csv --out ids.out");
    let with_ids = folder.text("ids.out");
    assert!(with_ids.starts_with("id,label\n0,") && with_ids.lines().nth(100).unwrap().starts_with("693,"));
    let labels =
        |text: &str| text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(labels(&with_ids), labels(&submission));
    // They are the file's text, in quotes where a cell needs them.
    folder.write("texts.csv", folder.text("ids.csv").replacen("\n7,", "\n0007,", 1).replacen("\n14,", "\n\"a,1\",", 1));
    folder.done("predict texts.csv --out texts.out --probabilities texts.shares");
    for written in ["texts.out", "texts.shares"] {
        let text = folder.text(written);
        let ids: Vec<&str> = text
            .lines()
            .map(|line| line.rsplitn(if written == "texts.out" { 2 } else { 11 }, ',').last().unwrap())
            .collect();
        assert_eq!(ids[..5], ["id", "0", "0007", "\"a,1\"", "21"], "{written}");
    }

    folder.write("twice.csv", folder.text("ids.csv").replacen("\n7,", "\n0,", 1));
    let run = folder.done("predict twice.csv --out twice.out");
    assert!(run.err.contains("twice.csv: of 100 ids in the column id, 99 differ"), "{}", run.err);
    let turned: String = folder
        .text("new.csv")
        .lines()
        .map(|line| match line.split_once(',') {
            Some((label, pixels)) => match label.parse::<u8>() {
                Ok(label) => format!("{},{pixels}\n", (label + 5) % 10),
                Err(_) => line.to_owned() + "\n",
            },
            None => String::new(),
        })
        .collect();
    folder.write("turned.csv", turned);
    let run = folder.done("evaluate turned.csv");
    assert!(run.err.contains("turned.csv: hardly better than guessing"), "{}", run.err);

    // Images on another scale than those that the network learned from.
    let paled = |line: &str| {
        let cells = line
            .split(',')
            .map(|cell| cell.parse().map_or(cell.to_owned(), |pixel: u32| (pixel * 100 / 255).to_string()));
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    folder.write("pale.csv", folder.text("bare.csv").lines().map(paled).collect::<String>());
    let run = folder.done("predict pale.csv --out pale.out");
    assert!(run.err.contains("pale.csv: no pixel passes 100, and the network learned from darker ink"), "{}", run.err);

    // Labels where none belong are refused, unless it is said where they are.
    let run = folder.mnist("predict new.csv --out no.csv");
    assert_eq!(run.code, Some(1));
    assert!(
        run.err.starts_with("error: new.csv: expected unlabelled rows of 784 pixels, found a label column"),
        "{}",
        run.err
    );
    assert!(run.err.ends_with("say --label label to leave its labels aside\n"), "{}", run.err);
    for place in ["label", "first"] {
        folder.done(&format!("predict new.csv --label {place} --out labelled.out"));
        assert_eq!(folder.text("labelled.out"), submission);
    }
    // The label's column is never taken for a pixel.
    let run = folder.mnist("predict new.csv --label last --out no.csv");
    assert!(run.err.ends_with("found the column \"label\": say --label label\n"), "{}", run.err);

    // Kaggle's own name of the ids, a column that is neither, and ink for paper.
    folder.write("kaggle.csv", folder.text("ids.csv").replacen("id,", "ImageId,", 1));
    folder.done("predict kaggle.csv --out kaggle.out");
    assert_eq!(folder.text("kaggle.out"), with_ids.replacen("id,label", "ImageId,Label", 1));
    folder.write("age.csv", folder.text("ids.csv").replacen("id,", "age,", 1));
    folder.done("predict age.csv --ignore age --out age.out");
    assert_eq!(folder.text("age.out"), submission);
    let cells =
        |line: &str| line.split(',').map(|cell| (255 - cell.parse::<u8>().unwrap()).to_string()).collect::<Vec<_>>();
    let negative: String = folder.text("bare.csv").lines().skip(1).map(|line| cells(line).join(",") + "\n").collect();
    folder.write("negative.csv", negative);
    folder.done("predict negative.csv --invert --out negative.out");
    assert_eq!(folder.text("negative.out"), submission);
}

/// Rows that are left out keep their numbers, and are named.
#[test]
fn submissions_number_the_rows_of_the_file() {
    let folder = prepared();
    let test = folder.text("test.csv");
    let mut lines: Vec<String> = test.lines().map(Into::into).collect();
    folder.done("predict test.csv --out all.csv");
    lines[3] += ",1";
    lines[9] = "x".into();
    folder.write("broken.csv", lines.join("\n"));
    let kept = |text: &str| {
        let broken = |line: &&str| !line.starts_with("3,") && !line.starts_with("9,");
        text.lines().filter(broken).map(|line| line.to_owned() + "\n").collect::<String>()
    };
    let run = folder.done("predict broken.csv --skip-bad-rows --out some.csv");
    assert!(run.err.starts_with("broken.csv: broken rows left out: 2 (rows 3, 9)\n"), "{}", run.err);
    assert_eq!(folder.text("some.csv"), kept(&folder.text("all.csv")));
    let train = "train.csv --recipe quick --epochs 1 --samples /dev/null --weights t.st --submission";
    folder.done(&format!("{train} all.csv --test test.csv"));
    folder.done(&format!("{train} some.csv --test broken.csv --skip-bad-rows"));
    assert_eq!(folder.text("some.csv"), kept(&folder.text("all.csv")));
}

#[test]
fn pictures_of_samples_and_weights() {
    let folder = prepared();
    folder.done("samples train.csv --count 5 --out five.png");
    folder.done("samples train.csv --count 5 --out same.png --threads 3");
    folder.done("samples train.csv --count 5 --out other.png --seed 7");
    assert_eq!(folder.read("five.png"), folder.read("same.png"));
    assert_ne!(folder.read("five.png"), folder.read("other.png"));
    folder.done("samples test.csv");
    // Deformed digits need no weights, and refuse what would have no effect.
    let run = folder.mnist("samples test.csv --augment elastic --weights none.st");
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.starts_with("error: --weights has no effect beside --augment"), "{}", run.err);
    // More than there are is all there are.
    folder.done("samples test.csv --count 1000 --augment elastic --out elastic.png");
    folder.done("samples test.csv --count 1000 --augment affine --out affine.png");
    folder.done("samples test.csv --count 1000 --augment elastic --elastic-strength 0 --out still.png");
    folder.done("weights --out weights.png");
    for name in ["five.png", "samples.png", "elastic.png", "affine.png", "weights.png"] {
        assert!(folder.read(name).starts_with(b"\x89PNG"), "{name}");
    }
    assert_ne!(folder.read("elastic.png"), folder.read("affine.png"));
    assert_eq!(folder.read("still.png"), folder.read("affine.png"));
    let five = picture_file::decode(&folder.read("five.png")).expect("a picture");
    assert!(matches!(five.pixels, Pixels::Rgba(_)), "coloured");

    let run = folder.done("weights");
    assert!(
        run.out.starts_with("mnist.safetensors: 784-16-10, relu, 12,730 parameters; images of 28 x 28 pixels"),
        "{}",
        run.out
    );
    for line in
        ["0.weight  16 x 784      12,544", "2.bias          10          10", "class_labels         0,1,2,3,4,5,6,7,8,9"]
    {
        assert!(run.out.contains(line), "{line}\n{}", run.out);
    }
}

/// Runs the program with this on standard input.
fn fed(folder: &Folder, words: &str, input: &[u8]) -> Run {
    let mut child = folder.command(words).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn a_dash_is_a_standard_stream() {
    let folder = prepared();
    let (train, test) = (folder.read("train.csv"), folder.read("test.csv"));
    let run = fed(&folder, "- --recipe quick --hidden 16 --epochs 8 --batch 16 --weights -", &train);
    assert_eq!((run.code, &run.bytes), (Some(0), &folder.read("mnist.safetensors")), "{}", run.err);
    assert!(run.err.contains("standard input: 300 rows"), "{}", run.err);
    assert!(run.err.contains("\nvalidation accuracy "), "reports keep off standard output: {}", run.err);

    folder.done("predict test.csv");
    let run = fed(&folder, "predict - --out -", &test);
    assert_eq!(run.out, folder.text("submission.csv"));
    // A pipe is read once: nothing of it is lost to the question whether it is a picture.
    let told = |run: Run| run.out + &run.err;
    let expected = told(folder.done("explain train.csv --out seen.png"));
    for stream in if cfg!(unix) { &["-", "/dev/stdin"][..] } else { &["-"] } {
        assert_eq!(told(fed(&folder, &format!("explain {stream} --out seen.png"), &train)), expected, "{stream}");
    }
    let run = fed(&folder, "evaluate train.csv --weights -", &folder.read("mnist.safetensors"));
    assert!(run.out.starts_with("accuracy "), "{}", run.err);
    let run = folder.done("evaluate train.csv --confusion -");
    assert!(run.bytes.starts_with(b"\x89PNG") && run.err.starts_with("accuracy "), "{}", run.err);
    let run = folder.done("demo --recipe quick --hidden 4 --epochs 2 --history - --weights w.st");
    assert!(run.out.starts_with("epoch,loss,") && run.out.lines().count() == 3, "{}", run.out);
}

#[test]
fn quiet_means_errors_alone() {
    let folder = prepared();
    for words in
        ["train.csv --epochs 1 --hidden 4 --batch 1000 --quiet", "predict test.csv --quiet", "samples test.csv --quiet"]
    {
        let run = folder.done(words);
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{words}");
    }
    let run = folder.done("evaluate train.csv --quiet --mistakes m.png");
    assert!(run.out.starts_with("accuracy ") && run.err.is_empty(), "{}", run.err);
    let run = folder.mnist("missing.csv --quiet");
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(run.err.starts_with("error: missing.csv: "), "{}", run.err);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = prepared();
    for words in [
        "train.csv --epochs 3 --hidden 4 --weights w.st",
        "evaluate train.csv",
        "weights",
        "help",
        "predict test.csv --out -",
    ] {
        let mut child = folder.start(words);
        drop(child.stdout.take());
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.code, Some(0), "mnist {words}: {}", run.err);
        assert!(!run.err.contains("error"), "{}", run.err);
    }
    assert!(folder.names().contains(&"w.st".to_owned()), "training goes on");
}

/// What is wrong, and the line that says so.
#[test]
fn every_error_is_one_clear_line_and_nothing_is_left_behind() {
    let folder = prepared();
    std::fs::create_dir(folder.path("folder")).unwrap();
    let whole = folder.read("mnist.safetensors");
    let train = folder.text("train.csv");
    let row = rows(0..1).remove(0);
    folder.write("empty", "");
    folder.write("header.csv", train.lines().next().unwrap());
    folder.write("wide.csv", format!("{train}{row},0\n"));
    folder.write("letter.csv", format!("{train}{}x\n", &row[..row.len() - 1]));
    folder.write("eleven.csv", format!("{train}11{}\n", &row[1..]));
    folder.write("one.csv", train_csv(&[row.clone(), row.clone(), row.clone()]));
    folder.write("small.csv", small_csv(40));
    // 100 images of 8 x 8, a column each: so many that a row may be an image, too.
    let images = rows(0..100);
    let pixel = |row: &str, at: usize| row.split(',').nth(88 + 84 * (at / 8) + 3 * (at % 8)).unwrap().to_owned();
    let turned = |at: usize| images.iter().map(|row| pixel(row, at)).collect::<Vec<_>>().join(",") + "\n";
    folder.write("turned.csv", (0..64).map(turned).collect::<String>());
    folder.write("cut.st", &whole[..whole.len() - 1]);
    folder.write("small.st", &whole[..20]);
    let mut other = weights(&[64, 5, 10]);
    let told = [("pixel_scale", "1/255"), ("activation", "relu"), ("class_labels", "0,1,2,3,4,5,6,7,8,9")];
    other.metadata = told.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
    folder.write("other.st", other.to_bytes().unwrap());
    folder.write("odd.st", weights(&[65, 10]).to_bytes().unwrap());
    let mut archive = Archive::from_bytes(&whole).unwrap();
    archive.metadata.insert("activation".to_owned(), "swish".to_owned());
    folder.write("swish.st", archive.to_bytes().unwrap());
    let [images, labels] = idx(&rows(0..5));
    folder.write("images", images);
    folder.write("labels", labels);
    folder.write("picture.png", handwriting());
    folder.write("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    folder.write("moving.gif", b"GIF89a\x01\0\x01\0\0\0\0;");
    folder.write("linear.st", weights(&[784, 10]).to_bytes().unwrap());
    folder.write("two.csv", train_csv(&rows(0..2)));
    let mut checkpoint = weights(&[784, 10]);
    checkpoint.metadata = ["state", "history"].map(|key| (key.to_owned(), "1 0 0 0 0 0".to_owned())).into();
    folder.write("run.checkpoint", checkpoint.to_bytes().unwrap());
    let before = folder.names();

    let cases = [
        ("missing.csv", 1, "missing.csv: cannot open the file: "),
        (
            "folder",
            1,
            "folder: expected train.csv, MNIST's files or a single one in the folder, found none: name a file",
        ),
        ("empty", 1, "empty: expected rows of pixels, found an empty file"),
        (
            "turned.csv",
            1,
            "turned.csv: expected a row for each image, found 64 rows that are like the 8 x 8 pixels of 100 images, a column \
             for each: exchange rows and columns, x.T in NumPy or df.T in pandas; if the rows are images, say --size 10x10",
        ),
        ("header.csv", 1, "header.csv: line 1: expected rows of pixels behind the header, found none"),
        ("wide.csv", 1, "wide.csv: line 302"),
        ("letter.csv", 1, "letter.csv: line 302, column 785: expected a pixel from 0 to 255, found \""),
        ("one.csv", 1, "one.csv: expected labels of 2 to 1000 classes, found 1"),
        ("test.csv", 1, "test.csv: expected labelled rows, 785 columns with the label, found 784 pixels alone"),
        ("train.csv --validation 0.001", 1, "train.csv: holding out 0 of 300 rows leaves none"),
        (
            "two.csv",
            1,
            "two.csv: holding out 0 of 2 rows leaves none to learn from or none to validate with; --validation says which \
             fraction is held out, 0 for none",
        ),
        ("train.csv --validation 0.99", 1, "train.csv: holding out 297 of 300 rows leaves no row of class "),
        ("train.csv --test train.csv", 1, "train.csv: expected unlabelled rows of 784 pixels, found a label column"),
        (
            "train.csv --test ./train.csv",
            1,
            "./train.csv: expected unlabelled rows beside train.csv, found a label column: leave --test out, and after the \
             training say `mnist predict ./train.csv --label label --weights mnist.safetensors`",
        ),
        (
            "train.csv --test small.csv",
            1,
            "small.csv: expected images of 28 x 28 pixels, as the network takes, found 8 x 8",
        ),
        ("train.csv --test missing.csv", 1, "missing.csv: cannot open the file: "),
        ("train.csv --weights no/w.st", 1, "no/w.st: there is no folder no; create it or choose another"),
        ("train.csv --weights folder", 1, "folder: expected a file, found a folder"),
        ("train.csv --samples no/s.png", 1, "no/s.png: there is no folder no"),
        ("train.csv --history no/h.csv", 1, "no/h.csv: there is no folder no"),
        ("train.csv --curves no/c.png", 1, "no/c.png: there is no folder no"),
        ("train.csv --test test.csv --submission no/s.csv", 1, "no/s.csv: there is no folder no"),
        (
            "train.csv --from other.st --activation relu",
            1,
            "other.st: expected weights for images of 28 x 28 to start from, found 8 x 8",
        ),
        (
            "train.csv --hidden 512,256 --from mnist.safetensors",
            1,
            "mnist.safetensors: expected the layers 784-512-256-10 to start from, found 784-16-10",
        ),
        ("train.csv --from missing.st", 1, "missing.st: there is no such weights file"),
        ("train.csv --rotation 5 --augment none", 2, "--rotation needs --augment affine or elastic"),
        ("train.csv --elastic-strength 1 --augment affine", 2, "--elastic-strength needs --augment elastic"),
        ("train.csv --resume --weights -", 2, "--resume needs --weights FILE"),
        ("train.csv --resume", 1, "mnist.safetensors.checkpoint: there is no interrupted run to go on with"),
        ("train.csv --epochs 0", 2, "--epochs: expected a whole number from 1 to 4294967295, found \"0\""),
        ("train.csv --dropout 1", 2, "--dropout: expected a number of at least 0 and below 1, found \"1\""),
        ("evaluate test.csv", 1, "test.csv: expected labelled rows"),
        (
            "evaluate eleven.csv",
            1,
            "eleven.csv: row 301: label 11 is none that the weights know (0, 1, 2, 3, 4, 5, 6, 7, 8, 9): mend it, or leave such \
             rows out",
        ),
        ("evaluate small.csv", 1, "small.csv: expected images of 28 x 28 pixels, as the network takes, found 8 x 8"),
        ("evaluate train.csv --weights missing.st", 1, "missing.st: there is no such weights file"),
        ("evaluate train.csv --weights folder", 1, "folder: expected a file, found a folder"),
        ("evaluate train.csv --weights empty", 1, "empty: not a safetensors file"),
        ("evaluate train.csv --weights train.csv", 1, "train.csv: not a safetensors file"),
        (
            "evaluate train.csv --weights run.checkpoint",
            1,
            "run.checkpoint: expected weights, found the checkpoint of an interrupted run: finish that by its command with \
             --resume, which writes the weights",
        ),
        ("evaluate train.csv --weights cut.st", 1, "cut.st: tensor \"2.weight\": the file is cut off"),
        ("evaluate train.csv --weights small.st", 1, "small.st: the file is cut off"),
        (
            "evaluate train.csv --weights other.st --activation relu",
            1,
            "train.csv: expected images of 8 x 8 pixels, as the network takes, found 28 x 28",
        ),
        (
            "evaluate train.csv --weights odd.st",
            1,
            "odd.st: the first layer takes 65 pixels, and those are no image of 8 x 8",
        ),
        (
            "evaluate train.csv --weights swish.st",
            1,
            "swish.st: metadata activation: expected one of relu, leaky-relu, tanh, sigmoid, gelu, found \"swish\": train",
        ),
        ("evaluate train.csv --confusion no/c.png", 1, "no/c.png: there is no folder no"),
        ("predict missing.csv", 1, "missing.csv: cannot open the file: "),
        ("predict header.csv", 1, "header.csv: line 1: expected rows of pixels behind the header, found none"),
        ("predict test.csv --out no/s.csv", 1, "no/s.csv: there is no folder no"),
        ("predict test.csv --out folder", 1, "folder: expected a file, found a folder"),
        ("predict images --label first", 2, "--label has no effect: images has images alone, no columns and rows"),
        ("predict images --ignore id", 2, "--ignore has no effect: images has images alone"),
        ("predict images --skip-bad-rows", 2, "--skip-bad-rows has no effect: images has images alone"),
        ("predict images --array x", 2, "--array has no effect: images is no npz file"),
        ("predict images --labels labels", 2, "--labels has no effect: the labels are to be predicted"),
        ("evaluate train.csv --array x", 2, "--array has no effect: train.csv is no npz file"),
        (
            "evaluate train.csv --labels images",
            1,
            "train.csv: expected images alone beside the labels in images, found",
        ),
        ("samples train.csv --augment affine --activation relu", 2, "--activation has no effect beside --augment"),
        (
            "predict test.csv --activation tanh",
            1,
            "mnist.safetensors: its metadata say relu, and --activation says tanh",
        ),
        (
            "predict test.csv --weights linear.st --activation tanh",
            2,
            "--activation has no effect: linear.st has no hidden",
        ),
        ("explain picture.png --label first", 2, "--label has no effect: picture.png is a picture, no table of digits"),
        ("explain picture.png --size 8x8", 2, "--size has no effect: picture.png is a picture"),
        ("explain picture.png --transpose", 2, "--transpose has no effect: picture.png is a picture"),
        ("explain picture.png --labels images", 2, "--labels has no effect: picture.png is a picture"),
        ("explain picture.png --array x", 2, "--array has no effect: picture.png is a picture"),
        ("explain picture.png --ignore id", 2, "--ignore has no effect: picture.png is a picture"),
        ("explain picture.png --invert", 2, "--invert has no effect: picture.png is a picture"),
        ("explain picture.png --skip-bad-rows", 2, "--skip-bad-rows has no effect: picture.png is a picture"),
        ("explain train.csv --row 0", 2, "--row"),
        ("explain train.csv --row 301", 1, "--row: expected 1 to 300, the images of train.csv, found 301"),
        (
            "evaluate picture.png",
            1,
            "picture.png: expected a table with a row of pixels for each image, found a picture: `mnist read picture.png` \
             reads the digits in it",
        ),
        (
            "photo.heic",
            1,
            "photo.heic: expected a table with a row of pixels for each image, found a picture (HEIC): export it as JPEG (an \
             iPhone takes JPEG itself after Settings, Camera, Formats, Most Compatible), and `mnist read` reads the digits in it",
        ),
        (
            "predict moving.gif",
            1,
            "moving.gif: expected a table with a row of pixels for each image, found a picture (GIF): open it and save it as \
             PNG or JPEG, and `mnist read` reads the digits in it",
        ),
        ("samples train.csv --out no/s.png", 1, "no/s.png: there is no folder no"),
        ("weights --weights missing.st", 1, "missing.st: there is no such weights file"),
        (
            "weights --weights run.checkpoint",
            1,
            "run.checkpoint: expected weights, found the checkpoint of an interrupted run",
        ),
        ("weights --out no/w.png", 1, "no/w.png: there is no folder no"),
        ("frobnicate train.csv", 2, "no command \"frobnicate\""),
    ];
    for (words, code, message) in cases {
        let run = folder.mnist(words);
        let line = format!("error: {message}");
        assert!(run.err.starts_with(&line), "mnist {words}\nexpected {line}\nfound {}", run.err);
        assert_eq!((run.code, run.err.lines().count()), (Some(code), 1), "mnist {words}");
        assert_eq!(folder.names(), before, "mnist {words}");
    }
    assert_eq!(folder.read("mnist.safetensors"), whole);
}

/// Images of 8 x 8 pixels of two classes: ink above, ink below.
fn small_csv(rows: usize) -> String {
    let row = |row: usize| {
        let ink = |pixel: usize| {
            if (pixel < 32) == row.is_multiple_of(2) { 100 + row % 100 } else { 0 }
        };
        let pixels: String = (0..64).map(|pixel| format!(",{}", ink(pixel))).collect();
        format!("{}{pixels}\n", if row.is_multiple_of(2) { 3 } else { -7 })
    };
    let pixels: String = (0..64).map(|pixel| format!(",p{pixel}")).collect();
    format!("label{pixels}\n") + &(0..rows).map(row).collect::<String>()
}

/// Weights as PyTorch would save them: no metadata.
fn weights(sizes: &[usize]) -> Archive {
    use mnist::data::dataset::{Draw, generator};
    use mnist::nn::{activation::Activation, reference::initialize_parameters};
    let network = initialize_parameters(sizes, Activation::Relu, &mut generator(1, Draw::Weights));
    Archive { tensors: mnist::model::tensors("", &network), ..Archive::default() }
}

#[test]
fn weights_without_metadata_are_pytorchs() {
    let folder = prepared();
    let run = folder.done("evaluate train.csv");
    let mut archive = Archive::from_bytes(&folder.read("mnist.safetensors")).unwrap();
    archive.metadata = [("format".to_owned(), "pt".to_owned())].into();
    // As in Sequential(Flatten(), Linear, ReLU, Dropout, Linear).
    for tensor in &mut archive.tensors {
        tensor.name = tensor.name.replace("2.", "4.").replace("0.", "1.");
    }
    folder.write("pytorch.st", archive.to_bytes().unwrap());
    let without = folder.done("evaluate train.csv --weights pytorch.st");
    // The same but for what only the metadata tell.
    let lines = |text: &str| {
        text.lines().filter(|line| !line.starts_with("the network learned")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(lines(&without.out), lines(&run.out));
    assert!(run.out.contains("the network learned from about 90% of these images"), "{}", run.out);
    let said = "pytorch.st: no activation, class_labels, pixel_scale in its metadata: relu, labels 0 to 9, pixels / 255 assumed; \
         --activation NAME says otherwise\n";
    assert_eq!(without.err, said);
    // No more is said than is assumed.
    archive.metadata.insert("class_labels".to_owned(), "0,1,2,3,4,5,6,7,8,9".to_owned());
    folder.write("labels.st", archive.to_bytes().unwrap());
    let said_of = |file: &str| {
        folder.done(&format!("evaluate train.csv --weights {file}")).err.lines().next().unwrap().to_owned()
    };
    let known = "labels.st: no activation, pixel_scale in its metadata: relu, pixels / 255 assumed; --activation NAME says otherwise";
    assert_eq!(said_of("labels.st"), known);
    folder.write("linear.st", weights(&[784, 10]).to_bytes().unwrap());
    let both = "no class_labels, pixel_scale in its metadata: labels 0 to 9, pixels / 255 assumed";
    assert_eq!(said_of("linear.st"), format!("linear.st: {both}"));
    assert!(folder.done("weights --weights linear.st").out.starts_with("linear.st: 784-10, no hidden layer, 7,850"));
    let tanh = folder.done("evaluate train.csv --weights pytorch.st --activation tanh");
    assert_eq!(tanh.err, format!("pytorch.st: {both}\n"));
    assert!(tanh.out != without.out);
    archive.metadata = [("activation".to_owned(), "relu".to_owned())].into();
    folder.write("relu.st", archive.to_bytes().unwrap());
    assert_eq!(said_of("relu.st"), format!("relu.st: {both}"));
    archive.metadata.insert("pixel_scale".to_owned(), "1/255".to_owned());
    folder.write("scale.st", archive.to_bytes().unwrap());
    assert_eq!(said_of("scale.st"), "scale.st: no class_labels in its metadata: labels 0 to 9 assumed");
    archive.metadata.insert("class_labels".to_owned(), "0,1,2,3,4,5,6,7,8,9".to_owned());
    archive.metadata.remove("pixel_scale");
    folder.write("no-scale.st", archive.to_bytes().unwrap());
    assert_eq!(said_of("no-scale.st"), "no-scale.st: no pixel_scale in its metadata: pixels / 255 assumed");

    // Training that starts from them says so too, and may be told otherwise.
    let from = "train.csv --from pytorch.st --recipe quick --epochs 1 --samples /dev/null --weights from.st";
    assert!(folder.done(from).err.contains(said));
    assert!(!folder.done(&format!("{from} --activation tanh")).err.contains("relu"));
    assert!(folder.done("weights --weights from.st").out.contains("16-10, tanh, "));
    assert!(folder.done("weights --weights pytorch.st").out.contains("relu (assumed: the metadata do not say)"));
    assert!(!folder.done("page --weights pytorch.st --activation tanh --out -").err.contains("relu"));
}

/// What decides the weights stands in their metadata, as options that give the same weights.
#[test]
fn a_recipe_is_the_set_of_its_options() {
    let folder = Folder::new();
    folder.write("train.csv", train_csv(&rows(0..300)));
    for recipe in ["quick", "notebook", "default"] {
        folder.done(&format!("train.csv --recipe {recipe} --epochs 2 --weights named.st --seed 3"));
        let archive = Archive::from_bytes(&folder.read("named.st")).unwrap();
        let options: String = archive.metadata["training"].split(", ").map(|option| format!(" --{option}")).collect();
        let options = options.replace(" --patience none", "");
        let options = options.replace(" --elastic-strength 0 --elastic-smoothness 5", "");
        folder.done(&format!("train.csv --recipe thorough{options} --weights spelled.st"));
        assert!(folder.read("named.st") == folder.read("spelled.st"), "{recipe}: {options}");
    }
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let folder = prepared();
    folder.write("photo.png", handwriting());
    std::fs::create_dir(folder.path("data")).unwrap();
    folder.write("data/train.csv", folder.read("train.csv"));
    let refused = |words: &str, message: &str| {
        let before: Vec<_> = folder.names();
        let run = folder.mnist(words);
        assert_eq!((run.code, run.err.as_str()), (Some(2), format!("error: {message}\n").as_str()), "{words}");
        assert_eq!(folder.names(), before);
    };
    refused("train.csv --history h --curves ./h", "--curves and --history both write \"h\"");
    refused("train.csv --curves data/../samples.png", "--samples and --curves both write \"data/../samples.png\"");
    refused("train.csv --history ./train.csv", "--history would overwrite the data, \"./train.csv\"");
    refused("train.csv --test test.csv --history ./test.csv", "--history would overwrite --test, \"./test.csv\"");
    refused("samples train.csv --out ./mnist.safetensors", "--out would overwrite --weights, \"./mnist.safetensors\"");
    refused(
        "train.csv --from mnist.safetensors --weights w --history mnist.safetensors",
        "--history would overwrite --from, \"mnist.safetensors\"",
    );
    for file in ["mnist.safetensors.lock", "mnist.safetensors.checkpoint", "mnist.safetensors.previous.2"] {
        let message = "--history would overwrite a file that training keeps beside its weights";
        refused(&format!("train.csv --history {file}"), &format!("{message}, {file:?}"));
    }
    refused("predict test.csv:x --out test.csv", "--out would overwrite the data, \"test.csv\"");
    refused("evaluate data --confusion data/train.csv", "--confusion would overwrite the data, \"data/train.csv\"");
    refused("read x.png photo.png --csv ./photo.png", "--csv would overwrite the data, \"./photo.png\"");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("train.csv", folder.path("link.csv")).unwrap();
        refused("evaluate link.csv --confusion train.csv", "--confusion would overwrite the data, \"train.csv\"");
    }
}

#[test]
fn every_command_refuses_a_kernel_that_is_none() {
    let folder = prepared();
    for words in ["demo", "predict test.csv", "samples train.csv", "page", "weights"] {
        let run = Run::of(folder.command(words).env("MNIST_KERNEL", "fastest").output().unwrap());
        assert_eq!(run.code, Some(1));
        assert!(run.err.starts_with("error: MNIST_KERNEL: expected a kernel that this processor has ("), "{}", run.err);
        assert!(run.err.ends_with("portable), found \"fastest\"\n"), "{}", run.err);
    }
}

#[test]
fn other_sizes_and_labels_work_from_end_to_end() {
    let folder = Folder::new();
    folder.write("small.csv", small_csv(60));
    let run = folder.done("small.csv --recipe quick --hidden none --epochs 20 --batch 8 --validation 0.2");
    assert!(run.out.starts_with("small.csv: 60 rows, 8 x 8, 2 classes; 48 train, 12 validation\n"), "{}", run.out);
    assert_eq!(run.last_line(), "validation accuracy 100.00% (0 wrong of 12)");
    let run = folder.done("evaluate small.csv --mistakes none.png");
    assert!(run.out.starts_with("accuracy 100.00% (0 wrong of 60)"), "{}", run.out);
    let bare: String =
        small_csv(4).lines().skip(1).map(|row| format!("{}\n", row.split_once(',').unwrap().1)).collect();
    folder.write("bare.csv", bare);
    folder.done("predict bare.csv");
    assert_eq!(folder.text("submission.csv"), "ImageId,Label\n1,3\n2,-7\n3,3\n4,-7\n");
    // Said once in training, an oblong size is known to the weights.
    folder.done("small.csv --size 16x4 --recipe quick --hidden none --epochs 1 --weights oblong.st");
    folder.done("evaluate small.csv --weights oblong.st");
    folder.done("predict bare.csv --weights oblong.st");
}

#[test]
fn broken_rows_are_left_out_where_that_is_wanted() {
    let folder = Folder::new();
    folder.write("small.csv", small_csv(60) + "3,x\n4\n");
    let options = "--recipe quick --hidden none --epochs 1";
    let run = folder.mnist(&format!("small.csv {options}"));
    assert!(run.err.starts_with("error: small.csv: line 62"), "{}", run.err);
    let run = folder.done(&format!("small.csv {options} --skip-bad-rows"));
    assert!(run.out.starts_with("small.csv: 60 rows"), "{}", run.out);
    assert!(run.err.starts_with("small.csv: broken rows left out: 2 (rows 61, 62)\nsmall.csv: line 62"), "{}", run.err);
    assert!(run.err.contains("\nsmall.csv: line 63"), "{}", run.err);
}

/// Rows are called by their numbers in the file, and what is suggested runs as it stands.
#[test]
fn the_hint_of_a_mistake_explains_that_mistake() {
    let folder = prepared();
    let rows: Vec<String> = rows(300..340);
    let negative = |cell: &str| (255 - cell.parse::<u8>().unwrap()).to_string();
    let pixels: String = (0..784).map(|pixel| format!(",pixel{pixel}")).collect();
    let mut lines = vec![format!("page,solution{pixels}")];
    for (page, row) in rows.iter().enumerate() {
        let (label, pixels) = row.split_once(',').unwrap();
        // No label is right.
        let label = (label.parse::<u8>().unwrap() + 1) % 10;
        let pixels: Vec<String> = pixels.split(',').map(negative).collect();
        lines.push(format!("{},{label},{}", page % 4, pixels.join(",")));
    }
    lines.insert(2, format!("1,3{}", ",x".repeat(784)));
    folder.write("odd.csv", lines.join("\n"));
    let options = "--label solution --ignore page --invert --skip-bad-rows";
    let run = folder.done(&format!("evaluate odd.csv {options} --mistakes m.png"));
    let report = run.out.clone();
    let hint = run.err.lines().find_map(|line| line.strip_prefix("why the first was misread: mnist ")).unwrap();
    let row: usize = hint.split(' ').nth(3).unwrap().parse().unwrap();
    assert_eq!(hint, format!("explain odd.csv --row {row} {options}"));
    let label = lines[row].split(',').nth(1).unwrap();
    let told = folder.done(hint).err;
    assert!(told.contains(&format!(", labelled {label}; wrote explain.png")), "row {row}, {label}: {told}");

    let explain = |row: usize| {
        let run = folder.mnist(&format!("explain odd.csv --row {row} {options}"));
        assert_eq!(run.code, Some(1));
        run.err
    };
    assert!(explain(2).ends_with("error: --row: 2 is a broken row of odd.csv, which was left out: name another\n"));
    assert!(explain(42).ends_with("error: --row: expected 1 to 41, the images of odd.csv, found 42\n"));
    folder.write("odd.csv", lines.join("\n").replacen("\n3,", "\n3,1", 1));
    let run = folder.mnist(&format!("evaluate odd.csv {options}"));
    assert!(run.err.contains("error: odd.csv: row 5: label 1"), "{}", run.err);

    // Labels in a file of their own are those of all rows.
    let bare: Vec<&str> = lines[1..].iter().map(|line| line.splitn(3, ',').nth(2).unwrap()).collect();
    folder.write("bare.csv", bare.join("\n"));
    let labels: Vec<&str> = lines[1..].iter().map(|line| line.split(',').nth(1).unwrap()).collect();
    folder.write("labels.txt", labels.join("\n") + "\n");
    let again = folder.done("evaluate bare.csv --label none --labels labels.txt --invert --skip-bad-rows");
    assert_eq!(again.out, report);
    folder.write("labels.txt", labels[1..].join("\n") + "\n");
    let run = folder.mnist("evaluate bare.csv --label none --labels labels.txt --invert --skip-bad-rows");
    assert!(run.err.contains("expected a label an image, found 40 labels and 41 images"), "{}", run.err);
}

#[test]
fn control_characters_in_names_stay_on_the_line() {
    let folder = Folder::new();
    let run = Run::of(folder.command("train").arg("no\nsuch\u{1b}.csv").output().unwrap());
    assert!(run.err.starts_with("error: no\\nsuch\\u{1b}.csv: cannot open the file"), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1);
}

#[test]
fn a_run_that_diverges_writes_no_weights() {
    let folder = prepared();
    let before = folder.read("mnist.safetensors");
    for options in [
        "--optimizer sgd --learning-rate 1e30 --epochs 3",
        "--learning-rate 1e38 --epochs 1 --batch full",
        // Its weights are finite, but too large to be read again.
        "--hidden none --optimizer sgd --learning-rate 1e12 --epochs 1 --batch full --average 0",
    ] {
        let run = folder.mnist(&format!("train.csv --recipe quick {options} --samples none.png"));
        assert_eq!(run.code, Some(1), "{options}");
        let error = run.err.lines().last().unwrap();
        assert!(error.starts_with("error: training diverged") && error.contains("; --learning-rate 1"), "{error}");
        assert!(error.contains(" is out of its usual range, 0.0"), "{error}");
        assert_eq!(folder.read("mnist.safetensors"), before);
        assert!(!folder.names().contains(&"none.png".to_owned()));
    }
}

#[test]
fn a_run_that_learned_nothing_says_what_is_unusual() {
    let folder = prepared();
    let noted = |options: &str| {
        let run = folder.done(&format!("train.csv --recipe quick --hidden 16 --weights w.st {options}"));
        assert!(run.last_line().contains(" accuracy "), "{}", run.out);
        run.err
            .lines()
            .find_map(|line| line.strip_prefix("hardly better than guessing among 10 classes: ").map(str::to_owned))
    };
    let few = "its steps were few (3): more --epochs or a smaller --batch make more";
    for (options, expected) in [
        ("--optimizer sgd --learning-rate 0 --epochs 20", "--learning-rate 0 is out of its usual range, 0.001 to 1"),
        (
            "--recipe default --hidden 16 --optimizer sgd --epochs 1",
            "the recipe's l2 0.05 is out of the usual range of sgd, 0 to 0.02: say --l2",
        ),
        ("--l2 300", "--l2 300 is out of its usual range, 0 to 1"),
        ("--dropout 0.99 --validation 0", "--dropout 0.99 is out of its usual range, 0 to 0.7"),
        ("--recipe notebook --epochs 3", few),
    ] {
        assert_eq!(noted(options).as_deref(), Some(expected), "{options}");
    }
    assert_eq!(noted("--epochs 40"), None);
}

#[test]
fn the_settings_in_force_are_said_and_the_recipes_listed() {
    let folder = prepared();
    let run = folder.done("train.csv --hidden 8 --l2 0.25 --epochs 1 --weights other.st");
    let settings = run.err.lines().find(|line| line.starts_with("settings: hidden 8, ")).unwrap();
    assert!(settings.contains(", l2 0.25, ") && settings.contains(", epochs 1, "), "{settings}");
    assert!(run.err.contains("30 rows to validate with: one of them is 3.3%"), "{}", run.err);
    // Without a number, few rows are passed more often than many: 270 rows 4,000 times at most.
    let run = folder.mnist("train.csv --hidden none --patience 1 --weights few.st");
    assert!(run.out.contains("recipe default, 4,000 epochs, "), "{}", run.out);
    // Each default stands in the help.
    let help = folder.done("help train").out + &folder.done("help demo").out;
    for part in
        [" gelu [gelu]\n", "[512,256]\n", "training images [by rows]\n", "training images [100]\n", "either way [12]\n"]
    {
        assert!(help.contains(part), "{part}\n{help}");
    }
    let recipes = folder.done("help recipes").out;
    for part in [
        "--epochs              by rows  7        400       600            1000\n",
        "--recipe thorough --validation 0 --test test.csv",
    ] {
        assert!(recipes.contains(part), "{recipes}");
    }
}

/// The numbers of a weights file, without what it says of its training.
fn tensors(folder: &Folder, name: &str) -> Vec<mnist::safetensors::Tensor> {
    Archive::from_bytes(&folder.read(name)).unwrap().tensors
}

#[test]
fn the_nuances_of_training() {
    let folder = prepared();
    let small = "train.csv --recipe quick --hidden 16 --quiet";
    // A batch larger than the data is taken as full, and that is said.
    let run = folder.done("train.csv --recipe quick --hidden 16 --epochs 2 --batch 1000 --weights large.st");
    assert!(
        run.err.contains("\na batch of 1,000 is more than there are images to learn from, 270: taken as full\n"),
        "{}",
        run.err
    );
    folder.done(&format!("{small} --epochs 2 --batch full --weights full.st"));
    assert_eq!(folder.read("large.st"), folder.read("full.st"));

    // Without validation the line at the end tells of the training rows.
    let run =
        folder.done("train.csv --recipe quick --hidden 16 --epochs 2 --validation 0 --history h.csv --weights all.st");
    assert!(run.out.contains("; 300 train, 0 validation\n") && !run.out.contains("validation accuracy"), "{}", run.out);
    assert!(run.last_line().starts_with("train accuracy ") && run.last_line().ends_with(" wrong of 300)"));
    let evaluated = folder.done("evaluate train.csv --weights all.st").out;
    assert_eq!(Some(run.last_line().strip_prefix("train ").unwrap()), evaluated.lines().next());
    assert!(folder.text("h.csv").lines().skip(1).all(|line| line.split(',').nth(3) == Some("")));

    // Patience stops, and the weights are the best ones: those of a run that ends there.
    let options = "--recipe quick --hidden 16 --learning-rate 0.03 --schedule constant --batch 16 --average 0";
    let run = folder.done(&format!("train.csv {options} --epochs 200 --patience 3 --weights patient.st"));
    let line = run.out.lines().rev().nth(1).unwrap();
    assert!(line.starts_with("stopped after epoch ") && line.ends_with(" for 3 epochs"), "{line}");
    let best = number_before(&line.replace("'", " "), "for 3 epochs");
    folder.done(&format!("train.csv {options} --epochs {best} --weights best.st"));
    assert_eq!(tensors(&folder, "patient.st"), tensors(&folder, "best.st"));

    // Starting from weights is not starting from random ones.
    folder
        .done(&format!("{small} --epochs 1 --learning-rate 0 --from mnist.safetensors --weights same.st --average 0"));
    assert_eq!(tensors(&folder, "same.st"), tensors(&folder, "mnist.safetensors"));
    folder.done(&format!("{small} --epochs 1 --from mnist.safetensors --weights mnist.safetensors"));
    assert_ne!(tensors(&folder, "same.st"), tensors(&folder, "mnist.safetensors"));

    // Layers and activation are those of the weights; what contradicts them is refused.
    folder.done("train.csv --recipe quick --hidden 9 --activation tanh --epochs 1 --weights tanh.st");
    let run = folder.done("train.csv --recipe quick --from tanh.st --epochs 1 --weights again.st");
    assert!(run.out.contains("\nnetwork: 784-9-10, "), "{}", run.out);
    assert!(folder.done("weights --weights again.st").out.contains(", tanh, "));
    let refused = folder.mnist("train.csv --from tanh.st --activation relu --weights never.st");
    assert_eq!(
        refused.err,
        "error: tanh.st: expected the activation relu to start from, found tanh (--activation sets it)\n"
    );
}

#[test]
fn the_bits_depend_on_the_seed_alone() {
    let folder = prepared();
    let options = "--recipe default --hidden 48,32 --epochs 2 --batch 50 --dropout 0.2 --label-smoothing 0.1 --curves c.png \
                   --test test.csv";
    let files = ["mnist.safetensors", "samples.png", "c.png", "submission.csv"];
    let run = |kernel: &str, more: &str| {
        let run = Run::of(
            folder.command(&format!("train.csv {options} {more}")).env("MNIST_KERNEL", kernel).output().unwrap(),
        );
        assert_eq!(run.code, Some(0), "{}", run.err);
        files.map(|name| folder.read(name))
    };
    let first = run("", "--threads 1");
    for threads in [2, 3, 8] {
        assert!(run("", &format!("--threads {threads}")) == first, "{threads} threads");
    }
    for name in Kernel::NAMES {
        if Kernel::named(name).is_some() {
            assert!(run(name, "") == first, "{name}");
        } else {
            println!("not run: this processor has no {name}");
        }
    }
    assert!(run("", "--seed 43")[0] != first[0]);
}

/// Nine networks before the one in place, the latest first; the same network again moves none of them.
#[test]
fn weights_of_another_network_are_kept() {
    let folder = prepared();
    let train = |seed: u32| {
        let words =
            format!("train.csv --hidden 4 --batch full --epochs 1 --augment none --seed {seed} --weights net.st");
        let run = folder.done(&words);
        (folder.read("net.st"), run.out.contains("kept") || run.err.contains("kept"))
    };
    let networks: Vec<Vec<u8>> = (1..=11)
        .map(|seed| {
            let (network, said) = train(seed);
            assert_eq!(said, seed > 1, "seed {seed}");
            network
        })
        .collect();
    let kept = || {
        let name =
            |number: usize| if number == 1 { "net.st.previous".into() } else { format!("net.st.previous.{number}") };
        (1..=9).map(|number| folder.read(&name(number))).collect::<Vec<_>>()
    };
    let expected: Vec<Vec<u8>> = networks[1..10].iter().rev().cloned().collect();
    assert!(kept() == expected);
    assert!(!folder.names().contains(&"net.st.previous.10".to_owned()));
    assert_eq!(train(11), (networks[10].clone(), false));
    assert!(kept() == expected);
    // Through a link the network itself is kept, and not the link.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("net.st", folder.path("link.st")).unwrap();
        folder.done("train.csv --hidden 4 --batch full --epochs 1 --augment none --seed 12 --weights link.st");
        assert!(folder.read("link.st.previous") == networks[10] && folder.read("net.st") != networks[10]);
    }
    // What can't be saved leaves all as it is: a file may not grow beyond 8 KB here.
    #[cfg(unix)]
    {
        let before = (folder.read("net.st"), kept());
        let words = "train.csv --hidden 16 --batch full --epochs 1 --augment none --seed 13 --weights net.st";
        let run = std::process::Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_mnist")])
            .args(words.split(' '))
            .current_dir(folder.path(""))
            .output();
        let run = Run::of(run.unwrap());
        assert!(run.code == Some(1) && run.err.contains("error: net.st: cannot write: "), "{}", run.err);
        assert!(!run.err.contains("are kept as") && before == (folder.read("net.st"), kept()));
    }
}

#[test]
fn one_run_at_a_time_writes_the_same_weights() {
    let folder = prepared();
    let words =
        |epochs: u32, name: &str| format!("train.csv --recipe quick --hidden 16 --epochs {epochs} --weights {name}");
    // What a dead process left behind keeps nobody out.
    folder.write("one.st.lock", "1\n");
    let mut first = folder.start(&words(1_000_000, "one.st"));
    let owner = format!("{}\n", first.id());
    // Its checkpoint is that of no interrupted run.
    while folder.text("one.st.lock") != owner || !folder.path("one.st.checkpoint").exists() {
        assert!(first.try_wait().unwrap().is_none(), "the first run has ended");
        sleep(Duration::from_millis(5));
    }
    for _ in 0..2 {
        let second = folder.mnist(&words(1, "one.st"));
        let message = format!(
            "error: one.st: process {} is training these weights (one.st.lock): wait until it ends, or give another \
             --weights\n",
            first.id()
        );
        assert_eq!((second.code, second.err), (Some(1), message));
    }
    // A link to the same weights is another name of them.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("one.st", folder.path("link.st")).unwrap();
        let second = folder.mnist(&words(1, "link.st"));
        let message = format!("error: link.st: process {} is training these weights (", first.id());
        assert!(second.code == Some(1) && second.err.starts_with(&message), "{}", second.err);
    }
    // Other weights may share the folder.
    folder.done(&words(1, "two.st"));
    first.kill().unwrap();
    first.wait().unwrap();
    folder.done(&words(1, "one.st"));
    let [one, two] = ["one.st", "two.st"].map(|name| folder.read(name));
    assert!(one == two);
    assert!(folder.names().iter().all(|name| !name.ends_with(".lock")), "{:?}", folder.names());
    // Where there is no lock, the run goes on.
    std::fs::create_dir(folder.path("three.st.lock")).unwrap();
    // What is no lock is somebody's own.
    folder.write("four.st.lock", "my notes\n");
    folder.write("precious", "1\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("precious", folder.path("five.st.lock")).unwrap();
    for name in ["three.st", "four.st"].into_iter().chain(cfg!(unix).then_some("five.st")) {
        let run = folder.done(&words(1, name));
        let note = format!("{name}.lock: no lock is to be had (what is there is no lock of mnist's: rename it): ");
        assert!(run.err.starts_with(&note), "{}", run.err);
        assert!(folder.names().contains(&format!("{name}.lock")), "{name}");
    }
    assert_eq!([folder.text("four.st.lock"), folder.text("precious")], ["my notes\n", "1\n"]);
}

/// Where memory is short, one line says what needs it.
#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_is_one_line() {
    let folder = prepared();
    folder.write("large.st", weights(&[784, 2000, 1500, 10]).to_bytes().unwrap());
    let run = |words: &str, megabytes: u32| {
        let line = format!("ulimit -v {}; exec \"$0\" {words}", 1000 * megabytes);
        let program = env!("CARGO_BIN_EXE_mnist");
        let mut shell = std::process::Command::new("sh");
        let output = shell.args(["-c", &line, program]).current_dir(folder.path(".")).output().unwrap();
        Run::of(output)
    };
    let mut refused = 0;
    for words in [
        "evaluate train.csv --weights large.st --quiet",
        "predict test.csv --weights large.st --quiet --out -",
        "samples train.csv --weights large.st --quiet --out -",
        "explain train.csv --weights large.st --quiet --out -",
        "page --weights large.st --quiet --out -",
        "weights --weights large.st",
        "train.csv --hidden 4000,4000 --recipe quick --epochs 1 --quiet --weights w.st",
    ] {
        for megabytes in [40, 60, 80, 110] {
            let run = run(words, megabytes);
            match run.code {
                Some(0) => {}
                Some(1) => {
                    assert_eq!(run.err.lines().count(), 1, "{words}: {}", run.err);
                    assert!(run.err.contains("memory"), "{words}: {}", run.err);
                    refused += 1;
                }
                code => panic!("{words} in {megabytes} MB: {code:?}, {}", run.err),
            }
        }
    }
    assert!(refused > 10, "{refused}");
    // Where a small network can be read and no more, there is no room for the built-in digits, with which the images
    // that it learned from are compared.
    folder.write("photo.png", handwriting());
    let starts = |&megabytes: &u32| matches!(run("predict test.csv --quiet --out -", megabytes).code, Some(0 | 1));
    let least = (4..200).find(starts).unwrap();
    // A picture of 12 megapixels, and what is made of it.
    let (width, height) = (4000, 3000);
    let light =
        |at: usize| if (1900..2100).contains(&(at % width)) && (900..2100).contains(&(at / width)) { 0 } else { 255 };
    let pixels: Vec<u8> = (0..width * height).flat_map(|at| [light(at); 3]).collect();
    folder.write("large.png", picture_file::encode_png(width, height, &pixels));
    for megabytes in (least..300).step_by(15) {
        let run = run("read large.png --quiet", megabytes);
        assert!(matches!(run.code, Some(0 | 1)), "in {megabytes} MB: {:?}, {}", run.code, run.err);
        assert!(run.code == Some(0) || run.err.contains("memory"), "in {megabytes} MB: {}", run.err);
    }
    for words in ["page --quiet --out -", "read photo.png --quiet", "explain photo.png --quiet --out -"] {
        for megabytes in (least..least + 30).step_by(2) {
            let run = run(words, megabytes);
            assert!(matches!(run.code, Some(0 | 1)), "{words} in {megabytes} MB: {:?}, {}", run.code, run.err);
            assert!(run.code == Some(0) || run.err.contains("memory"), "{words} in {megabytes} MB: {}", run.err);
        }
    }
}

/// What contradicts an explicit wish is said, once.
#[test]
fn threads_beyond_the_cores_are_said() {
    let folder = prepared();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for words in
        ["predict test.csv", "evaluate train.csv", "train.csv --recipe quick --epochs 1 --hidden 8 --weights w.st"]
    {
        let more = folder.done(&format!("{words} --threads {}", cores + 1)).err;
        let line = format!("--threads {}: {cores} core", cores + 1);
        assert_eq!(more.lines().filter(|said| said.starts_with(&line)).count(), 1, "{more}");
        let equal = folder.done(&format!("{words} --threads {cores}")).err;
        assert!(!equal.contains("--threads"), "{equal}");
    }
    assert_eq!(folder.done(&format!("predict test.csv --quiet --threads {}", cores + 1)).err, "");
}

#[test]
fn another_runs_checkpoint_keeps_read_from_learning_first() {
    let folder = prepared();
    std::fs::rename(folder.path("mnist.safetensors"), folder.path("mnist.safetensors.checkpoint")).unwrap();
    folder.write("photo.png", handwriting());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let words = format!("read photo.png --threads {}", cores + 1);
    let run = folder.mnist(&words);
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!((run.code, lines.len()), (Some(1), 3), "{}", run.err);
    // Once, though two engines are made.
    assert!(lines[0].starts_with(&format!("--threads {}: ", cores + 1)), "{}", run.err);
    assert_eq!(
        lines[2],
        "error: mnist.safetensors.checkpoint: expected a checkpoint, found another safetensors file; delete it if you do \
         not need it, or name trained weights by --weights"
    );
    for words in [&format!("{words} --quiet"), "page --quiet"] {
        assert_eq!(folder.mnist(words).err.lines().collect::<Vec<_>>(), [lines[2]], "{words}");
    }
    // A sound one of another run may be gone on with, one that is cut off may not.
    let mut checkpoint = weights(&[784, 10]);
    checkpoint.metadata = ["state", "history"].map(|key| (key.to_owned(), "1 0 0 0 0 0".to_owned())).into();
    let bytes = checkpoint.to_bytes().unwrap();
    let mends = [&bytes[..], &bytes[..bytes.len() - 9]].map(|bytes| {
        folder.write("mnist.safetensors.checkpoint", bytes);
        let run = folder.mnist("page --quiet");
        assert_eq!(run.code, Some(1));
        run.err.rsplit("; ").next().unwrap().to_owned()
    });
    assert!(mends[0].starts_with("finish that run by its own command with --resume, or name trained"), "{}", mends[0]);
    assert!(mends[1].starts_with("delete it if you do not need it, or name trained"), "{}", mends[1]);
}

/// Weights on standard output are in no file that a hint could name.
#[test]
fn weights_on_standard_output_end_without_a_hint() {
    let folder = prepared();
    let words = "train.csv --recipe quick --hidden 8 --epochs 1 --samples s.png --weights";
    assert!(folder.done(&format!("{words} w.st")).err.ends_with(" writes a page to draw digits on\n"));
    let run = folder.done(&format!("{words} -"));
    assert!(run.err.ends_with("\nwrote standard output, s.png\n"), "{}", run.err);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let folder = Folder::new();
    assert_eq!(folder.done("--version").out, concat!("mnist ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(folder.done("help").out.contains("mnist demo"));
    assert!(folder.done("help train").out.contains("--learning-rate X"));
    let run = folder.mnist("");
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
}

/// A picture of a drawn 1 and a 7, black on white.
fn handwriting() -> Vec<u8> {
    handwriting_on(300)
}

/// The same on paper of another width.
fn handwriting_on(width: usize) -> Vec<u8> {
    let height = 150;
    let ink = |x: usize, y: usize| {
        let one = (60..72).contains(&x) && (30..120).contains(&y);
        let bar = (150..220).contains(&x) && (30..42).contains(&y);
        let slant = (42..120).contains(&y) && (0..12).contains(&(x as isize - (208 - (y as isize - 42) / 2)));
        one || bar || slant
    };
    let grey = |i: usize| if ink(i % width, i / width) { 20u8 } else { 240 };
    let rgb: Vec<u8> = (0..width * height).flat_map(|i| [grey(i); 3]).collect();
    picture_file::encode_png(width, height, &rgb)
}

/// A picture of strokes as high as a word's letters, black on white.
fn words() -> Vec<u8> {
    let (width, height) = (900, 200);
    let top = |letter: usize| if letter.is_multiple_of(2) { 50 } else { 95 };
    let ink = |x: usize, y: usize| {
        let (letter, within) = (x / 50, x % 50);
        (1..17).contains(&letter) && within < 11 && (top(letter)..150).contains(&y)
    };
    let grey = |i: usize| if ink(i % width, i / width) { 20u8 } else { 240 };
    let rgb: Vec<u8> = (0..width * height).flat_map(|i| [grey(i); 3]).collect();
    picture_file::encode_png(width, height, &rgb)
}

#[test]
fn read_finds_the_digits_of_pictures() {
    let folder = Folder::new();
    folder.done("demo --recipe quick --samples /dev/null");
    folder.write("photo.png", handwriting());
    folder.write("blank.png", picture_file::encode_png(40, 40, &[255; 4800]));
    folder.write("note.txt", "no picture");

    let read = folder.done("read photo.png --out read.png --csv seen.csv");
    assert_eq!(read.out.replace('?', ""), "17\n");
    assert!(folder.read("read.png").starts_with(b"\x89PNG"));
    let seen = folder.text("seen.csv");
    let labels: Vec<&str> = seen.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(labels, ["label", "1", "7"]);
    // What was corrected can be learned from.
    folder.done("seen.csv --validation 0 --epochs 1 --weights own --samples /dev/null");
    // Also by the network that knows more digits than were written, as one who knows them still.
    let learned =
        folder.done("seen.csv --from mnist.safetensors --validation 0 --epochs 1 --weights own --samples /dev/null");
    assert!(learned.out.contains(", 10 classes; 2 train"), "{}", learned.out);
    let note =
        "seen.csv: no row of 8 of the 10 labels that the network knows, and it may forget these: add rows of them\n";
    assert!(learned.err.contains(note), "{}", learned.err);
    folder.done("evaluate seen.csv --weights own");
    folder.done("read photo.png --weights own");

    // A network that learned from dark ink on light paper is shown such images.
    folder.done("seen.csv --invert --validation 0 --epochs 1 --weights dark --samples /dev/null");
    folder.done("read photo.png --weights dark --csv dark.csv");
    let pixels = |file: &str| -> Vec<u8> {
        let text = folder.text(file);
        text.lines().skip(1).flat_map(|row| row.split(',').skip(1)).map(|cell| cell.parse().unwrap()).collect()
    };
    let negative: Vec<u8> = pixels("dark.csv").into_iter().map(|byte| 255 - byte).collect();
    assert_eq!(negative, pixels("seen.csv"));

    // Small digits on a large sheet are drawn large enough to be seen beside their labels.
    folder.write("sheet.png", handwriting_on(3600));
    folder.done("read sheet.png --out read.png");
    assert!(picture_file::decode(&folder.read("read.png")).unwrap().width > 1600);

    let json = folder.done("read photo.png --json").out;
    for part in [
        "\"picture\": \"photo.png\"",
        "\"x\": 60, \"y\": 30, \"width\": 12, \"height\": 90, \"row\": 1, \"label\": 1, ",
        "\"label\": 7, ",
    ] {
        assert!(json.contains(part), "{json}");
    }

    // The other pictures are read all the same.
    let blank = folder.mnist("read blank.png --json");
    assert_eq!(blank.code, Some(1));
    assert!(blank.out.starts_with("[{\"picture\": \"blank.png\", ") && blank.out.ends_with(", \"digits\": [\n  ]}]\n"));
    assert!(blank.err.contains(": write larger and darker"), "{}", blank.err);
    assert_eq!(folder.mnist("explain blank.png").err, blank.err);
    let read = folder.mnist("read blank.png photo.png note.txt");
    assert_eq!((read.code, read.out.replace('?', "").as_str()), (Some(1), "photo.png: 17\n"));
    let errors: Vec<&str> = read.err.lines().collect();
    assert!(errors[0].starts_with("error: blank.png: expected handwritten digits, found none"), "{errors:?}");
    assert!(
        errors[1].starts_with("error: note.txt: ") && errors[1].ends_with("`mnist predict` reads it"),
        "{errors:?}"
    );

    // A picture's line comes as soon as it is read: the next one has not come through the pipe yet.
    let mut child = folder.command("read photo.png -").stdin(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 9];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"photo.png");
    child.stdin.take().unwrap().write_all(&handwriting()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));

    // What may be missing is in the JSON too.
    assert!(
        json.contains(
            "\"width\": 300, \"height\": 150, \"like_words\": false, \"left_out\": 0, \"marks\": 0, \"digits\": ["
        ),
        "{json}"
    );
    folder.write("words.png", words());
    // By a network that doubts whatever it sees.
    folder.done("demo --hidden none --epochs 1 --learning-rate 1e-6 --weights doubtful --samples /dev/null");
    let words = folder.done("read words.png --json --quiet --weights doubtful").out;
    assert!(words.contains("\"like_words\": true, "), "{words}");
    let way = folder.done("explain words.png --out way.png --weights doubtful").err;
    assert!(way.contains("words.png: ") && way.contains(" parts of unlike sizes, as in words"), "{way}");

    // A picture may stand for the data of `explain`: other formats are named with the same mend.
    folder.write("moving.gif", b"GIF89a\x01\0\x01\0\0\0\0;");
    let read = folder.mnist("read moving.gif").err;
    assert!(read.ends_with(": open it and save it as PNG or JPEG\n"), "{read}");
    assert_eq!(folder.mnist("explain moving.gif").err, read);
}

#[test]
fn without_weights_read_learns_from_the_built_in_digits_first() {
    let folder = Folder::new();
    folder.write("photo.png", handwriting());
    folder.write("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    // Where no picture can be read, that is said at once.
    let heic = "error: photo.heic: expected a PNG or JPEG picture, found HEIC";
    let missing = "error: missing.png: cannot open the file: ";
    for (words, line) in [
        ("read photo.heic", heic),
        ("read missing.png photo.heic --json", heic),
        ("explain photo.heic", heic),
        ("read missing.png", missing),
        ("explain missing.png", missing),
    ] {
        let run = folder.mnist(words);
        assert_eq!(run.code, Some(1), "{words}");
        let last = run.err.lines().last().unwrap();
        assert!(last.starts_with(line), "{}", run.err);
        assert_eq!(folder.names(), ["photo.heic", "photo.png"]);
    }
    std::fs::remove_file(folder.path("photo.heic")).unwrap();
    let read = folder.done("read photo.png");
    assert_eq!(read.out.replace('?', ""), "17\n");
    assert!(
        read.err.starts_with("nothing has been trained here yet: learning from the 10,000 built-in digits first\n")
    );
    assert_eq!(folder.names(), ["mnist.safetensors", "photo.png"]);
    let from_file = folder.done("explain photo.png --out way.png").err;
    // Also where it comes through a pipe, byte by byte at first.
    for stream in if cfg!(unix) { &["-", "/dev/stdin"][..] } else { &["-"] } {
        let mut child =
            folder.command(&format!("explain {stream} --out way.png")).stdin(Stdio::piped()).spawn().unwrap();
        let (mut stdin, picture) = (child.stdin.take().unwrap(), handwriting());
        stdin.write_all(&picture[..1]).unwrap();
        sleep(Duration::from_millis(100));
        stdin.write_all(&picture[1..]).unwrap();
        drop(stdin);
        assert_eq!(Run::of(child.wait_with_output().unwrap()).err, from_file, "{stream}");
        assert_eq!(fed(&folder, &format!("read {stream}"), &picture).out, read.out, "{stream}");
    }
    assert_eq!(folder.mnist("read photo.png --weights other").code, Some(1));
}

/// The digits of `rows` as IDX: images and labels.
fn idx(rows: &[String]) -> [Vec<u8>; 2] {
    let cells = |row: &String| row.split(',').map(|cell| cell.parse().unwrap()).collect::<Vec<u8>>();
    let (mut images, mut labels) = (vec![0, 0, 8, 3], vec![0, 0, 8, 1]);
    let count = (rows.len() as u32).to_be_bytes();
    images.extend([count, 28u32.to_be_bytes(), 28u32.to_be_bytes()].concat());
    labels.extend(count);
    for row in rows.iter().map(cells) {
        labels.push(row[0]);
        images.extend(&row[1..]);
    }
    [images, labels]
}

/// An array of bytes as NumPy writes it.
fn npy(shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{:<117}\n", format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({shape}), }}"));
    [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), bytes].concat()
}

#[test]
fn digits_load_as_they_are_downloaded() {
    let folder = Folder::new();
    let rows = rows(0..120);
    let [images, labels] = idx(&rows);
    folder.write("train.csv", train_csv(&rows));
    for (images_name, labels_name) in [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("dotted/train-images.idx3-ubyte", "dotted/train-labels.idx1-ubyte"),
    ] {
        std::fs::create_dir_all(folder.path("dotted")).unwrap();
        folder.write(images_name, &images);
        folder.write(labels_name, &labels);
    }
    folder.write("images", &images);
    folder.write("labels", &labels);
    folder.write("alone.npy", npy("120, 28, 28", &images[16..]));
    let column: String = rows.iter().map(|row| format!("{}\n", row.split_once(',').unwrap().0)).collect();
    folder.write("numbers.csv", format!("label\n{column}"));
    folder.write("labels.npy", npy("120,", &labels[8..]));
    let attributes: String = (1..=784).map(|pixel| format!("@ATTRIBUTE pixel{pixel} real\n")).collect();
    let last = |row: &String| row.split_once(',').map(|(label, pixels)| format!("{pixels},{label}\n")).unwrap();
    let data: String = rows.iter().map(last).collect();
    folder
        .write("mnist.arff", format!("% a comment\n@RELATION m\n{attributes}@ATTRIBUTE class {{0,1}}\n@DATA\n{data}"));

    // The same digits in whatever format give the same bytes.
    let weights = |words: &str| {
        folder
            .done(&format!("{words} --recipe quick --hidden 8 --epochs 1 --quiet --samples /dev/null --weights w.st"));
        folder.read("w.st")
    };
    let expected = weights("train.csv");
    for words in
        ["train-images-idx3-ubyte", "dotted", "images --labels labels", "alone.npy --labels numbers.csv", "mnist.arff"]
    {
        assert!(weights(words) == expected, "{words}");
    }
    // As torchvision, Keras, KMNIST and a Windows shell leave them.
    std::fs::create_dir_all(folder.path("data/MNIST/raw")).unwrap();
    folder.write("data/MNIST/raw/train-images-idx3-ubyte", &images);
    folder.write("data/MNIST/raw/train-labels-idx1-ubyte", &labels);
    folder.write("data/note.json", "{}");
    folder.write("train_images.npy", npy("120, 28, 28", &images[16..]));
    folder.write("train_labels.npy", npy("120,", &labels[8..]));
    let utf16: Vec<u8> = format!("\u{feff}{}", train_csv(&rows)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("excel.txt", utf16);
    // Of bytes in the other order, and without their mark.
    let big: Vec<u8> = train_csv(&rows).encode_utf16().flat_map(u16::to_be_bytes).collect();
    folder.write("big.txt", &big);
    folder.write("little.txt", big.as_chunks().0.iter().flat_map(|&[high, low]| [low, high]).collect::<Vec<u8>>());
    for words in ["data", "data/MNIST", "data/MNIST/raw", "train_images.npy", "excel.txt", "big.txt", "little.txt"] {
        assert!(weights(words) == expected, "{words}");
    }
    let run = folder.done("predict train-images-idx3-ubyte --weights w.st --out -");
    assert_eq!(run.out.lines().count(), 121);

    // Labels as text, in a table, as spreadsheets write them.
    let numbers = folder.text("numbers.csv");
    let lines = || numbers.lines().filter(|line| line.parse::<i32>().is_ok());
    let each = |line: &dyn Fn(&str) -> String| lines().map(line).collect::<String>();
    let counted = |line: &dyn Fn(usize, &str) -> String| {
        lines().enumerate().map(|(row, label)| line(row, label)).collect::<String>()
    };
    let told = |text: &[u8]| {
        folder.write("told.txt", text);
        folder.done(
            "images --labels told.txt --recipe quick --hidden 8 --epochs 1 --quiet --samples /dev/null --weights w.st",
        );
        assert!(folder.read("w.st") == expected, "{}", String::from_utf8_lossy(&text[..20]));
    };
    let one_hot = |label: &str, delimiter: &str| {
        let cells = (0..10).map(|class: i32| i32::from(class.to_string() == label).to_string() + delimiter);
        cells.collect::<String>() + "\n"
    };
    let names: Vec<String> = (0..10).map(|class| format!("digit_{class}")).collect();
    for text in [
        format!("\u{feff}{}", each(&|label| format!("{label}\n"))),
        each(&|label| format!("{label}\r")),
        each(&|label| format!("{label},\n")),
        each(&|label| format!("{label} ")),
        format!("\"x\"\n{}", each(&|label| format!("\"{label}\"\r\n"))),
        format!("\"\",\"x\"\n{}", counted(&|row, label| format!("\"{}\",{label}\n", row + 1))),
        format!("\"x\"\n{}", counted(&|row, label| format!("\"{row}\" {label}\n"))),
        format!("id;Label\n{}", counted(&|row, label| format!("{row};{label}\n"))),
        format!("[{}]\n", each(&|label| format!("{label}, ")).trim_end_matches(", ")),
        format!("[\n{}]\n", each(&|label| format!("  {label},\n"))),
        // A column a class.
        each(&|label| one_hot(label, ",")),
        format!(
            "\u{feff}{}{}",
            (0..10).map(|class| format!("{class}\t")).collect::<String>() + "\n",
            each(&|label| one_hot(label, ".0\t"))
        ),
        format!("id,{}\n{}", names.join(","), counted(&|row, label| format!("{row},{}", one_hot(label, ",")))),
    ] {
        told(text.as_bytes());
    }
    told(
        &format!("\u{feff}{}", each(&|label| format!("{label}\n")))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
    );
    folder.write("words.txt", "7\ncat\n");
    folder.write("pairs.txt", "0,7\n1,2\n");
    folder.write("twice.txt", "0,0,1\n1,0,1\n");
    let shuffled = counted(&|row, label| format!("{},{label}\n", 120 - row));
    folder.write("shuffled.csv", format!("id,label\n{shuffled}"));

    folder.write("cut", &images[..5000]);
    for (words, error) in [
        ("cut --labels labels", "error: cut: expected 120 images, found 6: the file is cut off"),
        ("alone.npy", "error: alone.npy: expected labelled rows"),
        ("labels", "error: labels: expected images, found labels alone: give the file of the images"),
        (
            "images --labels words.txt",
            "error: images: words.txt: line 2: expected labels as IDX, a NumPy array or a number a line, found \"cat\"",
        ),
        (
            "images --labels pairs.txt",
            "error: images: pairs.txt: line 1: expected a label a line, or one column that the first line calls label, \
             such as id,label, found \"0,7\"",
        ),
        (
            "images --labels shuffled.csv",
            "error: images: shuffled.csv: row 1: expected the id 0 or 1, as the images have no ids and are counted, found \
             \"120\": put the labels in the order of the images, then leave the column \"id\" out",
        ),
        ("images --weights labels", "error: --weights would overwrite the data, \"labels\""),
        (
            "images --labels twice.txt",
            "error: images: twice.txt: line 2: expected labels as IDX, a NumPy array or a number a line, found \"1,0,1\"",
        ),
        ("nowhere.csv", "error: nowhere.csv: cannot open the file: "),
    ] {
        let run = folder.mnist(words);
        assert!(
            run.code == Some(1 + i32::from(words.contains("--weights")))
                && run.err.starts_with(error)
                && run.err.lines().count() == 1,
            "{words}: {}",
            run.err
        );
    }
}

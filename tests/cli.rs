//! The command line as words in and values or one-line errors out.

use mnist::cli::{Arguments, Batch, COMMANDS, Command, GROUPS, Kind, OptionRow, help, options, options_of, parse};

/// As the help text spells it: `--epochs N`.
fn usage(row: &OptionRow) -> String {
    format!("--{} {}", row.name, row.value).trim_end().to_owned()
}

fn words(line: &str) -> Vec<std::ffi::OsString> {
    line.split_whitespace().map(Into::into).collect()
}

fn parsed(line: &str) -> Arguments {
    parse(words(line)).unwrap_or_else(|error| panic!("mnist {line}: {error}"))
}

#[track_caller]
fn refused(line: &str, message: &str) {
    match parse(words(line)) {
        Ok(arguments) => panic!("mnist {line} was taken as {arguments:?}"),
        Err(error) => assert_eq!(error.to_string(), message, "mnist {line}"),
    }
}

#[test]
fn the_main_job_needs_no_word() {
    for line in ["train.csv", "train train.csv", "-- train.csv", "train -- train.csv"] {
        assert_eq!(parsed(line), parsed("train train.csv"), "{line}");
    }
    let arguments = parsed("train.csv");
    assert_eq!((arguments.command, arguments.file.as_deref()), (Command::Train, Some("train.csv")));
}

#[test]
fn each_command_has_its_file() {
    for (line, command, file) in [
        ("demo", Command::Demo, None),
        ("predict test.csv", Command::Predict, Some("test.csv")),
        ("evaluate -", Command::Evaluate, Some("-")),
        ("samples ./digits", Command::Samples, Some("./digits")),
        ("weights", Command::Weights, None),
        ("-", Command::Train, Some("-")),
        ("digits", Command::Train, Some("digits")),
        ("train.d/demo", Command::Train, Some("train.d/demo")),
        // Files that are called like commands or options.
        ("train train", Command::Train, Some("train")),
        ("evaluate demo", Command::Evaluate, Some("demo")),
        ("-- predict", Command::Train, Some("predict")),
        ("predict -- --quiet", Command::Predict, Some("--quiet")),
        ("--quiet -- help", Command::Train, Some("help")),
    ] {
        let arguments = parsed(line);
        assert_eq!((arguments.command, arguments.file.as_deref()), (command, file), "{line}");
    }
}

#[test]
fn options_stand_anywhere_and_have_two_spellings() {
    let expected = parsed("evaluate data.csv --weights w.safetensors --json");
    for line in [
        "evaluate data.csv --weights=w.safetensors --json",
        "evaluate --weights w.safetensors data.csv --json",
        "evaluate --json --weights w.safetensors -- data.csv",
        "--json evaluate --weights=w.safetensors data.csv",
        "--weights w.safetensors --json evaluate data.csv",
        "evaluate data.csv --weights other --json --weights w.safetensors --json",
    ] {
        let arguments = parsed(line);
        assert_eq!((arguments.command, arguments.file.as_deref()), (Command::Evaluate, Some("data.csv")), "{line}");
        assert_eq!(arguments.get(options::WEIGHTS), Some("w.safetensors"), "{line}");
        assert!(arguments.flag(options::JSON), "{line}");
    }
    assert!(expected.flag(options::JSON) && !expected.flag(options::QUIET));
    assert_eq!(parsed("evaluate x --label=a=b").get(options::LABEL), Some("a=b"));
}

#[test]
fn every_kind_of_value_is_read() {
    let line = "train.csv --recipe notebook --hidden 512,256 --batch full --epochs 1000 --learning-rate 1e-3 \
                --seed 18446744073709551615 --optimizer adamw --size 28x20 --label last --quiet --samples -";
    let arguments = parsed(line);
    assert_eq!(arguments.get(options::RECIPE), Some("notebook"));
    assert_eq!(arguments.get(options::HIDDEN), Some(&[512, 256][..]));
    assert_eq!(arguments.get(options::BATCH), Some(Batch::Full));
    assert_eq!(arguments.get(options::EPOCHS), Some(1000));
    assert_eq!(arguments.get(options::LEARNING_RATE), Some(0.001));
    assert_eq!(arguments.get(options::SEED), Some(u64::MAX));
    assert_eq!(arguments.get(options::OPTIMIZER), Some("adamw"));
    assert_eq!(arguments.get(options::SIZE), Some((28, 20)));
    assert_eq!(arguments.get(options::LABEL), Some("last"));
    assert_eq!(arguments.path(options::SAMPLES), "-");
    assert!(arguments.flag(options::QUIET));
    assert_eq!(parsed("x.csv --hidden none").get(options::HIDDEN), Some(&[][..]));
    assert_eq!(parsed("x.csv --batch 128").get(options::BATCH), Some(Batch::Rows(128)));
}

#[test]
fn what_is_not_given_has_the_contracts_default_or_none() {
    let arguments = parsed("train.csv");
    assert_eq!(arguments.path(options::WEIGHTS), "mnist.safetensors");
    assert_eq!(arguments.path(options::SAMPLES), "samples.png");
    assert_eq!(arguments.path(options::SUBMISSION), "submission.csv");
    assert_eq!(arguments.get(options::RECIPE), Some("default"));
    // The recipe decides these.
    assert_eq!(arguments.get(options::EPOCHS), None);
    assert_eq!(arguments.get(options::HIDDEN), None);
    assert_eq!(arguments.get(options::AUGMENT), None);
    assert_eq!(arguments.get(options::HISTORY), None);
    assert!(!arguments.flag(options::RESUME));
    assert_eq!(arguments.get(options::SEED), parsed("demo").get(options::SEED));
    assert_eq!(parsed("predict t.csv").path(options::OUT), "submission.csv");
    assert_eq!(parsed("samples t.csv").path(options::OUT), "samples.png");
    assert_eq!(parsed("weights").get(options::OUT), None);
    // An option of others is simply not given.
    assert_eq!(parsed("weights").get(options::EPOCHS), None);
}

#[test]
fn help_and_version_win() {
    for (line, topic) in [
        ("help", None),
        ("--help", None),
        ("-h", None),
        ("help help", None),
        ("--quiet -h", None),
        ("help train", Some(Command::Train)),
        ("help weights", Some(Command::Weights)),
        ("train --help", Some(Command::Train)),
        ("train.csv -h", Some(Command::Train)),
        ("predict --epochs zero --help", Some(Command::Predict)),
        ("demo a b c -h", Some(Command::Demo)),
        ("evaluate --weights --help", Some(Command::Evaluate)),
    ] {
        let arguments = parsed(line);
        assert_eq!((arguments.command, arguments.topic), (Command::Help, topic), "{line}");
    }
    for line in ["--version", "-V", "train --version", "--version --help"] {
        assert_eq!(parsed(line).command, Command::Version, "{line}");
    }
    refused("help trian", "no command \"trian\"; did you mean train?");
    refused("help me", "no command \"me\"; mnist help lists them");
    refused("help train demo", "help takes one command, found a second, \"demo\"");
    let train = parse(words("train -- --help")).unwrap();
    assert_eq!(train.file.as_deref(), Some("--help"));
}

#[test]
fn wrong_words_get_a_way_on() {
    refused(
        "",
        "no file given: mnist TRAIN.csv learns from one, mnist demo needs none, \
         mnist help tells more",
    );
    refused("train", "train needs a file: mnist train TRAIN.csv (- reads standard input)");
    refused("predict --quiet", "predict needs a file: mnist predict TEST.csv (- reads standard input)");
    refused("trian", "no command \"trian\"; did you mean train? (for a file of that name: mnist train trian)");
    refused("eval x.csv", "no command \"eval\"; did you mean evaluate? (for a file of that name: mnist train eval)");
    refused(
        "version",
        "no command \"version\"; did you mean --version? (for a file of that name: mnist train version)",
    );
    refused("Demo", "no command \"Demo\"; did you mean demo? (for a file of that name: mnist train Demo)");
    refused("fit x.csv", "no command \"fit\"; mnist help lists them");
    refused("a.csv b.csv", "train takes one file, found a second, \"b.csv\"");
    refused("demo x.csv", "demo takes no file, found \"x.csv\"; did you mean mnist train x.csv?");
    refused("page x.JPG", "page takes no file, found \"x.JPG\"; did you mean mnist read x.JPG?");
    refused("weights w", "weights takes no file, found \"w\"; did you mean mnist weights --weights w?");
    refused(
        "predict -x.csv",
        "no option \"-x.csv\"; mnist help predict lists them; for a file of that name: mnist predict -- -x.csv",
    );
    refused(
        "--d.csv",
        "no option \"--d.csv\"; mnist help train lists them; for a file of that name: mnist train -- --d.csv",
    );
    let empty = parse(["predict".into(), "".into()]).unwrap_err().to_string();
    assert_eq!(empty, "predict: expected a file name, found \"\"");
}

#[test]
fn unknown_options_get_a_suggestion() {
    refused("x.csv --epoch 5", "no option \"--epoch\"; did you mean --epochs?");
    refused("x.csv --learning_rate=1", "no option \"--learning_rate\"; did you mean --learning-rate?");
    refused("x.csv --lr 1", "no option \"--lr\"; did you mean --learning-rate?");
    refused("x.csv --batch-size 1", "no option \"--batch-size\"; did you mean --batch?");
    refused("x.csv -epochs 5", "no option \"-epochs\"; did you mean --epochs?");
    refused("--hlep", "no option \"--hlep\"; did you mean --help?");
    refused("evaluate x.csv --jsno", "no option \"--jsno\"; did you mean --json?");
    refused("x.csv --verbose", "no option \"--verbose\"; mnist help train lists them");
    refused("predict x.csv -v", "no option \"-v\"; mnist help predict lists them");
}

#[test]
fn an_option_of_another_command_says_whose_it_is() {
    refused("predict x.csv --epochs 5", "--epochs is an option of demo and train, not of predict");
    refused("x.csv --json", "--json is an option of evaluate and read, not of train");
    refused(
        "demo --skip-bad-rows",
        "--skip-bad-rows is an option of train, predict, evaluate, samples and explain, not of demo",
    );
    refused("x.csv --out y", "--out is an option of predict, samples, read, explain, page and weights, not of train");
}

#[test]
fn wrong_values_say_what_was_expected_and_found() {
    refused("x.csv --epochs zero", "--epochs: expected a whole number from 1 to 4294967295, found \"zero\"");
    refused("x.csv --epochs 0", "--epochs: expected a whole number from 1 to 4294967295, found \"0\"");
    refused("x.csv --epochs -1", "--epochs: expected a whole number from 1 to 4294967295, found \"-1\"");
    refused("x.csv --epochs 1.5", "--epochs: expected a whole number from 1 to 4294967295, found \"1.5\"");
    refused("x.csv --epochs", "--epochs: expected a whole number from 1 to 4294967295, found nothing");
    refused("x.csv --epochs --quiet", "--epochs: expected a whole number from 1 to 4294967295, found nothing");
    refused("x.csv --epochs=", "--epochs: expected a whole number from 1 to 4294967295, found \"\"");
    refused("x.csv --threads 0", "--threads: expected a whole number from 1 to 1024, found \"0\"");
    refused(
        "x.csv --seed 18446744073709551616",
        "--seed: expected a whole number from 0 to 18446744073709551615, found \"18446744073709551616\"",
    );
    refused("x.csv --dropout 1", "--dropout: expected a number of at least 0 and below 1, found \"1\"");
    refused("x.csv --validation 50%", "--validation: expected a number of at least 0 and below 1, found \"50%\"");
    for number in ["-0.1", "nan", "inf", "1e39", "0,1", "x"] {
        let message = format!("--learning-rate: expected a number of at least 0, found {number:?}");
        refused(&format!("x.csv --learning-rate {number}"), &message);
    }
    refused("x.csv --rotation 181", "--rotation: expected a number from 0 to 180, found \"181\"");
    refused("x.csv --scale nan", "--scale: expected a number from 0 to 50, found \"nan\"");
    assert_eq!(parsed("samples x.csv --rotation 180").get(options::ROTATION), Some(180.0));
    refused(
        "x.csv --optimizer adm",
        "--optimizer: expected one of sgd, momentum, nesterov, adam, adamw, found \"adm\"; did you mean adam?",
    );
    refused("x.csv --augment all", "--augment: expected one of none, affine, elastic, found \"all\"");
    for layers in ["", "512;256", "512,", "0", "16385", "None", "99999999999999999999"] {
        let message =
            format!("--hidden: expected layer sizes from 1 to 16384 such as 512,256, or none, found {layers:?}");
        refused(&format!("x.csv --hidden={layers}"), &message);
    }
    for size in ["28", "28x", "x28", "0x8", "28x28x1", "28*28", "5000x28"] {
        let message = format!("--size: expected a width and a height from 1 to 4096 such as 28x28, found {size:?}");
        refused(&format!("x.csv --size {size}"), &message);
    }
    refused("x.csv --batch 0", "--batch: expected a whole number of at least 1, or full, found \"0\"");
    refused("x.csv --weights", "--weights: expected a file name, found nothing");
    refused("x.csv --weights=", "--weights: expected a file name, found \"\"");
    refused("x.csv --quiet=yes", "--quiet: expected no value, found \"yes\"");
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    refused("x.csv --submission s.csv", "--submission needs --test FILE, the digits to predict");
    refused("weights --count 9", "--count needs --out FILE, the picture of the neurons");
    refused("x.csv --weights - --samples -", "--weights and --samples both write \"-\"");
    refused("- --test -", "the data and --test cannot both be standard input");
    refused("read - a.png -", "standard input can be read once: give - once");
    refused(
        "x.csv --hidden none --activation tanh",
        "--activation needs a hidden layer, and --hidden none leaves none",
    );
    refused("demo --hidden none --dropout 0.1", "--dropout needs a hidden layer, and --hidden none leaves none");
    parsed("x.csv --hidden none --dropout 0");
    // Going on from weights into the same file is what fine-tuning does; a stream is no file.
    parsed("x.csv --from w --weights w");
    parsed("predict - --out -");
    parsed("demo --weights /dev/null --samples /dev/null");
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let error = parse([std::ffi::OsString::from_vec(b"digits\xff.csv".to_vec())]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"digits\\xFF.csv\" is not UTF-8: rename the file, or give it as standard input by -"
    );
}

#[test]
fn the_first_screen_is_one_screen() {
    let text = help(None, &[], 80);
    assert!(text.lines().count() <= 23, "a line is the prompt's:\n{text}");
    let commands: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("  mnist ")).collect();
    assert_eq!(commands.len(), COMMANDS.len());
    for (line, start) in commands.iter().zip(["demo ", "TRAIN.csv ", "predict TEST.csv "]) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn the_help_of_each_command_has_all_its_options_and_an_example_that_parses() {
    for row in COMMANDS.iter().filter(|row| row.command != Command::Help) {
        let text = help(Some(row.command), &[], 200);
        for option in options_of(row.command) {
            assert!(text.contains(&format!("\n  {} ", usage(option))), "{}\n{text}", usage(option));
        }
        let example = text.lines().find_map(|line| line.strip_prefix("Example  mnist ")).expect("an example");
        assert_eq!(parsed(example).command, row.command);
    }
    for topic in COMMANDS.iter().map(|row| Some(row.command)).chain([None]) {
        for width in [40, 59, 60, 80, 200] {
            for line in help(topic, &[("shift", "1.5, or 0 without --augment".to_owned())], width).lines() {
                assert!(line.len() <= width.min(80) && line.trim_end() == line, "{width}: {line:?}");
            }
        }
    }
}

#[test]
fn the_table_agrees_with_itself() {
    let rows: Vec<_> = GROUPS.iter().flat_map(|(_, rows)| rows.iter()).collect();
    for row in &rows {
        let takes_value = !row.value.is_empty();
        assert_eq!(takes_value, row.kind != Kind::Flag, "{}", row.name);
        for other in rows.iter().filter(|other| other.name == row.name && !std::ptr::eq(**other, *row)) {
            assert_eq!(other.kind == Kind::Flag, row.kind == Kind::Flag, "{}", row.name);
            assert!(row.commands.iter().all(|command| !other.commands.contains(command)), "{} twice", row.name);
        }
    }
    for row in COMMANDS {
        let defaults = options_of(row.command).filter_map(|option| match option.without {
            mnist::cli::Without::Value(text) => Some(format!(" --{} {text}", option.name)),
            _ => None,
        });
        let file = if row.file.is_empty() { "" } else { "x.csv" };
        let typed = format!("{} {file}{}", row.name, defaults.collect::<String>());
        if row.command != Command::Help && !typed.contains("--submission") {
            assert_eq!(parsed(&typed).path(options::WEIGHTS), "mnist.safetensors", "{typed}");
        }
    }
}

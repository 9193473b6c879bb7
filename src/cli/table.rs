//! Every command and every option, each in one row.

/// What the command line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Learn from a CSV file of labelled digits.
    Train,
    /// Learn from the digits in the binary.
    Demo,
    /// Write the labels of unlabelled digits.
    Predict,
    /// Measure the network on labelled digits.
    Evaluate,
    /// Draw random digits with their labels.
    Samples,
    /// Read the digits of pictures.
    Read,
    /// Draw one digit's way through the network.
    Explain,
    /// Write a page to draw on.
    Page,
    /// List or draw the weights.
    Weights,
    /// Print help.
    Help,
    /// Print the version.
    Version,
}

use super::options::*;
use super::values::{Batch, Choice, Flag, Kind, Layers, Size, Text};
use Command::{Demo, Evaluate, Explain, Help, Page, Predict, Read, Samples, Train, Weights};
use std::marker::PhantomData;

/// A row of [`COMMANDS`].
pub struct CommandRow {
    /// The command itself.
    pub command: Command,
    /// The word that is typed.
    pub name: &'static str,
    /// How its file is called in usage lines; empty if it takes none.
    pub file: &'static str,
    /// One line for the list of commands.
    pub summary: &'static str,
    /// A line that works as pasted, given Kaggle's files and, where needed, weights from an earlier
    /// training.
    pub example: &'static str,
}

/// The commands in the order of the help screen: the three that most people need come first.
#[rustfmt::skip]
pub const COMMANDS: &[CommandRow] = &[
    CommandRow { command: Demo, name: "demo", file: "",
        summary: "learn from the 10,000 digits built in",
        example: "mnist demo --recipe quick" },
    CommandRow { command: Train, name: "train", file: "TRAIN.csv",
        summary: "learn from labelled digits (Kaggle's train.csv)",
        example: "mnist train.csv --hidden 1024,512 --epochs 20 --curves curves.png" },
    CommandRow { command: Predict, name: "predict", file: "TEST.csv",
        summary: "label the unlabelled: a Kaggle submission",
        example: "mnist predict test.csv --out submission.csv" },
    CommandRow { command: Evaluate, name: "evaluate", file: "DATA.csv",
        summary: "accuracy, per-class table and confusion matrix",
        example: "mnist evaluate train.csv --mistakes mistakes.png" },
    CommandRow { command: Samples, name: "samples", file: "DATA.csv",
        summary: "draw random digits, true and predicted labels",
        example: "mnist samples train.csv --count 100 --out hundred.png" },
    CommandRow { command: Read, name: "read", file: "PICTURE...",
        summary: "the digits in pictures of your handwriting",
        example: "mnist read photo.jpg --out read.png" },
    CommandRow { command: Explain, name: "explain", file: "DATA",
        summary: "a picture of one digit's way through the network",
        example: "mnist explain train.csv --row 4711 --out explain.png" },
    CommandRow { command: Page, name: "page", file: "",
        summary: "one HTML file that reads what is drawn in it",
        example: "mnist page --out digits.html" },
    CommandRow { command: Weights, name: "weights", file: "",
        summary: "list the layers of a weights file, or draw them",
        example: "mnist weights --out weights.png" },
    CommandRow { command: Help, name: "help", file: "COMMAND",
        summary: "all options of a command, with an example",
        example: "mnist help train" },
];

/// What holds when an option is not given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Without {
    /// Nothing.
    Nothing,
    /// This text, read as if it had been typed.
    Value(&'static str),
    /// Something that only the command can know, in words for the help text.
    Told(&'static str),
}

/// A row of the table of options. An option may have several rows if it means different things to
/// different commands.
#[derive(Debug)]
pub struct OptionRow {
    /// Without its dashes.
    pub name: &'static str,
    /// How the help text calls its value: `N`; empty if it takes none.
    pub value: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// The commands that take it.
    pub commands: &'static [Command],
    /// What holds without it.
    pub without: Without,
    /// What it does, in a line.
    pub help: &'static str,
}

/// The rows that hold for a command, in the order of the help text.
pub fn options_of(command: Command) -> impl Iterator<Item = &'static OptionRow> {
    all_options().filter(move |row| row.commands.contains(&command))
}

/// Every row of [`GROUPS`].
pub(super) fn all_options() -> impl Iterator<Item = &'static OptionRow> {
    GROUPS.iter().flat_map(|(_, rows)| rows.iter())
}

const TRAINING: &[Command] = &[Train, Demo];
const DEFORMING: &[Command] = &[Train, Demo, Samples];
const READING_CSV: &[Command] = &[Train, Predict, Evaluate, Samples, Explain];
const USING_WEIGHTS: &[Command] = &[Predict, Evaluate, Samples, Read, Explain, Page, Weights];

/// The values that an option of type `T` may have.
struct Values<T>(Kind, PhantomData<T>);

const fn values<T>(kind: Kind) -> Values<T> {
    Values(kind, PhantomData)
}

const fn range(from: f64, to: f64) -> Values<f64> {
    values(Kind::Range(from, to))
}

/// Of `usize` or `u64`.
const fn count<T>(least: u64, most: u64) -> Values<T> {
    values(Kind::Count(least, most))
}

/// As good as unlimited, and the product of two such counts still fits into 64 bits.
const MANY: u64 = u32::MAX as u64;
const POSITIVE: Values<usize> = count(1, MANY);
const NOT_NEGATIVE: Values<f64> = values(Kind::Number(0.0, f64::INFINITY));
const FRACTION: Values<f64> = values(Kind::Number(0.0, 1.0));
const FLAG: Values<Flag> = values(Kind::Flag);
const TEXT: Values<Text> = values(Kind::Text);
const TEXTS: Values<Text> = values(Kind::Texts);
const INPUT: Values<Text> = values(Kind::Input);
const OUTPUT: Values<Text> = values(Kind::Output);
const LAYERS: Values<Layers> = values(Kind::Layers);
const SIZES: Values<Size> = values(Kind::Size);
const BATCHES: Values<Batch> = values(Kind::Batch);

const fn one_of(names: &'static [&'static str]) -> Values<Choice> {
    values(Kind::Choice(names))
}

const RECIPES: Values<Choice> = one_of(&["default", "quick", "thorough", "record", "notebook"]);
const ACTIVATIONS: Values<Choice> = one_of(&["relu", "leaky-relu", "tanh", "sigmoid", "gelu"]);
const OPTIMIZERS: Values<Choice> = one_of(&["sgd", "momentum", "nesterov", "adam", "adamw"]);
const SCHEDULES: Values<Choice> = one_of(&["constant", "step", "cosine", "one-cycle"]);
const AUGMENTATIONS: Values<Choice> = one_of(&["none", "affine", "elastic"]);

use Without::{Nothing, Told, Value};

/// What the recipe decides if the option does not.
const BY_RECIPE: Without = Without::Nothing;

const fn row<T>(
    option: Opt<T>,
    value: &'static str,
    values: Values<T>,
    commands: &'static [Command],
    without: Without,
    help: &'static str,
) -> OptionRow {
    let Values(kind, _) = values;
    OptionRow { name: option.name, value, kind, commands, without, help }
}

/// Every option, under the headings of the help text.
#[rustfmt::skip]
pub const GROUPS: &[(&str, &[OptionRow])] = &[
    ("Files", &[
        row(WEIGHTS, "FILE", OUTPUT, TRAINING, Value("mnist.safetensors"),
            "where the network is saved"),
        row(WEIGHTS, "FILE", INPUT, USING_WEIGHTS, Value("mnist.safetensors"),
            "the network to use"),
        row(SAMPLES, "FILE", OUTPUT, TRAINING, Value("samples.png"),
            "draw random digits, true and predicted labels"),
        row(CURVES, "FILE", OUTPUT, TRAINING, Nothing,
            "draw loss and error by epoch (PNG)"),
        row(HISTORY, "FILE", OUTPUT, TRAINING, Nothing,
            "write loss, accuracy and speed of every epoch (CSV)"),
        row(TEST, "FILE", INPUT, TRAINING, Nothing,
            "predict this file of digits after training"),
        row(SUBMISSION, "FILE", OUTPUT, TRAINING, Value("submission.csv"),
            "where its predictions go"),
        row(FROM, "FILE", INPUT, TRAINING, Nothing,
            "start from these weights instead of random ones"),
        row(RESUME, "", FLAG, TRAINING, Nothing,
            "go on with an interrupted run from the checkpoint beside the weights"),
        row(OUT, "FILE", OUTPUT, &[Predict], Value("submission.csv"),
            "where the predicted labels go"),
        row(OUT, "FILE", OUTPUT, &[Samples], Value("samples.png"),
            "where the picture goes"),
        row(OUT, "FILE", OUTPUT, &[Explain], Value("explain.png"),
            "where the picture goes"),
        row(OUT, "FILE", OUTPUT, &[Read], Nothing,
            "draw the picture with each digit framed, and what the network saw (PNG)"),
        row(CSV, "FILE", OUTPUT, &[Read], Nothing,
            "write the images as the network saw them, with the label read (CSV)"),
        row(OUT, "FILE", OUTPUT, &[Page], Value("digits.html"),
            "where the page goes"),
        row(OUT, "FILE", OUTPUT, &[Weights], Nothing,
            "draw what the neurons of the first layer look for (PNG)"),
        row(PROBABILITIES, "FILE", OUTPUT, &[Predict], Nothing,
            "write the probability of each class too (CSV)"),
        row(CONFUSION, "FILE", OUTPUT, &[Evaluate], Nothing,
            "draw the confusion matrix (PNG)"),
        row(MISTAKES, "FILE", OUTPUT, &[Evaluate], Nothing,
            "draw the most confident mistakes (PNG)"),
        row(JSON, "", FLAG, &[Evaluate], Nothing,
            "print the whole report as JSON, for scripts"),
        row(JSON, "", FLAG, &[Read], Nothing,
            "print place, label and probability of each digit as JSON"),
    ]),
    ("Recipe", &[
        row(RECIPE, "NAME", RECIPES, TRAINING, Value("default"),
            "sets all options that are not given"),
    ]),
    ("Network", &[
        row(HIDDEN, "SIZES", LAYERS, TRAINING, BY_RECIPE,
            "hidden layer sizes such as 512,256; none for softmax regression"),
        row(ACTIVATION, "NAME", ACTIVATIONS, TRAINING, BY_RECIPE,
            "what follows each hidden layer"),
        row(ACTIVATION, "NAME", ACTIVATIONS, &[Predict, Evaluate, Samples, Read, Explain, Page], Told("the weights'"),
            "what follows each hidden layer, where the weights do not say"),
    ]),
    ("Training", &[
        row(OPTIMIZER, "NAME", OPTIMIZERS, TRAINING, BY_RECIPE,
            "how a gradient becomes a step"),
        row(LEARNING_RATE, "X", NOT_NEGATIVE, TRAINING, BY_RECIPE,
            "the length of a step, at its highest"),
        row(SCHEDULE, "NAME", SCHEDULES, TRAINING, BY_RECIPE,
            "how the learning rate changes"),
        row(BATCH, "N|full", BATCHES, TRAINING, BY_RECIPE,
            "images to a step; full takes all of them"),
        row(EPOCHS, "N", POSITIVE, TRAINING, BY_RECIPE,
            "passes over the training images"),
        row(VALIDATION, "F", FRACTION, TRAINING, BY_RECIPE,
            "the fraction of the rows held out to measure; 0 trains on all"),
        row(PATIENCE, "N", POSITIVE, TRAINING, BY_RECIPE,
            "stop after N epochs without a better validation accuracy"),
        row(AVERAGE, "X", FRACTION, TRAINING, BY_RECIPE,
            "moving average of the weights: the share kept at each step; 0 for none"),
    ]),
    ("Regularisation", &[
        row(DROPOUT, "P", FRACTION, TRAINING, BY_RECIPE,
            "the share of hidden outputs dropped in each step"),
        row(L2, "X", NOT_NEGATIVE, TRAINING, BY_RECIPE,
            "penalty on the squares of the weights"),
        row(LABEL_SMOOTHING, "X", FRACTION, TRAINING, BY_RECIPE,
            "the share of each target spread over all classes"),
    ]),
    ("Augmentation, drawn afresh for every image", &[
        row(AUGMENT, "NAME", AUGMENTATIONS, TRAINING, BY_RECIPE,
            "deform the training images (elastic: affine, too)"),
        row(AUGMENT, "NAME", AUGMENTATIONS, &[Samples], Value("none"),
            "draw the digits as training would deform them"),
        row(ROTATION, "DEG", range(0.0, 180.0), DEFORMING, BY_RECIPE,
            "turn by up to DEG degrees either way"),
        row(SCALE, "PERCENT", range(0.0, 50.0), DEFORMING, BY_RECIPE,
            "scale width and height by up to PERCENT either way"),
        row(SHEAR, "X", range(0.0, 1.0), DEFORMING, BY_RECIPE,
            "slant by up to X pixels a row either way"),
        row(SHIFT, "PX", range(0.0, 256.0), DEFORMING, BY_RECIPE,
            "move by up to PX pixels each way"),
        row(THICKNESS, "X", range(0.0, 1.0), DEFORMING, BY_RECIPE,
            "make strokes bolder or thinner by up to this share of a pixel's way to its neighbours"),
        row(ELASTIC_STRENGTH, "PX", range(0.0, 16.0), DEFORMING, BY_RECIPE,
            "root mean square displacement of a pixel"),
        row(ELASTIC_SMOOTHNESS, "PX", range(0.5, 64.0), DEFORMING, BY_RECIPE,
            "sigma of the Gaussian that smooths displacements"),
    ]),
    ("The CSV file, where it is not recognised rightly", &[
        row(LABEL, "WHERE", TEXT, READING_CSV, Nothing,
            "the label's column: first, last, none, or its name in the header (without one: its number)"),
        row(SIZE, "WxH", SIZES, READING_CSV, Told("square"),
            "width and height of the images, upright"),
        row(TRANSPOSE, "", FLAG, READING_CSV, Nothing,
            "swap rows and columns of the images (EMNIST)"),
        row(LABELS, "FILE", INPUT, READING_CSV, Nothing,
            "the labels, where the images have none and they do not stand beside them"),
        row(ARRAY, "NAME", TEXT, READING_CSV, Nothing,
            "the images' array in an npz file of several"),
        row(IGNORE, "NAME", TEXTS, READING_CSV, Nothing,
            "a column that is neither pixel nor label (without a header: its number); may be given again"),
        row(INVERT, "", FLAG, READING_CSV, Nothing,
            "exchange ink and paper: for images that are dark on light"),
        row(SKIP_BAD_ROWS, "", FLAG, READING_CSV, Nothing,
            "go on past broken rows and count them"),
    ]),
    ("Running", &[
        row(ROW, "N", POSITIVE, &[Explain], Value("1"),
            "which image of the file, counted from 1"),
        row(COUNT, "N", count(1, 1000), &[Samples], Told("25, or 5 with --augment"),
            "how many digits to draw"),
        row(COUNT, "N", count(1, 1024), &[Weights], Told("1024"),
            "how many neurons of the first layer to draw at most"),
        row(SEED, "N", count(0, u64::MAX), DEFORMING, Value("42"),
            "the same seed gives the same bytes"),
        row(THREADS, "N", count(1, 1024),
            &[Train, Demo, Predict, Evaluate, Samples, Read, Explain], Told("all cores"),
            "threads to work on"),
        row(REPORT_EVERY, "N", POSITIVE, TRAINING, BY_RECIPE,
            "epochs between two report lines"),
        row(REFERENCE, "", FLAG, TRAINING, Nothing,
            "train by the plain algorithm of src/nn/reference.rs: the same bytes, slowly"),
        row(QUIET, "", FLAG, &[Train, Demo, Predict, Samples, Explain, Page], Nothing,
            "print errors alone"),
        row(QUIET, "", FLAG, &[Evaluate], Nothing,
            "print the report and errors alone"),
        row(QUIET, "", FLAG, &[Read], Nothing,
            "print what is read and errors alone"),
    ]),
];

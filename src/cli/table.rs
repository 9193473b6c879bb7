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

use Command::{Demo, Evaluate, Explain, Help, Page, Predict, Read, Samples, Train, Weights};

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

/// What an option's value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// No value: given or not.
    Flag,
    /// Any text but none.
    Text,
    /// Any text but none, as often as it is given.
    Texts,
    /// A file that is read; `-` is standard input.
    Input,
    /// A file that is written; `-` is standard output.
    Output,
    /// A whole number from the first to the second.
    Count(u64, u64),
    /// A finite number, at least the first and below the second.
    Number(f64, f64),
    /// A number from the first to the second, both included.
    Range(f64, f64),
    /// One of these names.
    Choice(&'static [&'static str]),
    /// Sizes of hidden layers with commas between them, or `none`.
    Layers,
    /// Width and height with an `x` between them.
    Size,
    /// A number of rows, or `full`.
    Batch,
}

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
    /// As the help text spells it: `--epochs N`.
    pub usage: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// The commands that take it.
    pub commands: &'static [Command],
    /// What holds without it.
    pub without: Without,
    /// What it does, in a line.
    pub help: &'static str,
}

impl OptionRow {
    /// The name with its dashes and without its value.
    pub fn dashed(&self) -> &'static str {
        self.usage.split_once(' ').map_or(self.usage, |(dashed, _)| dashed)
    }

    /// The name without its dashes.
    pub fn name(&self) -> &'static str {
        &self.dashed()["--".len()..]
    }
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

/// As good as unlimited, and the product of two such counts still fits into 64 bits.
const MANY: u64 = u32::MAX as u64;
const POSITIVE: Kind = Kind::Count(1, MANY);
const NOT_NEGATIVE: Kind = Kind::Number(0.0, f64::INFINITY);
const FRACTION: Kind = Kind::Number(0.0, 1.0);

const RECIPES: Kind = Kind::Choice(&["default", "quick", "thorough", "record", "notebook"]);
const ACTIVATIONS: Kind = Kind::Choice(&["relu", "leaky-relu", "tanh", "sigmoid", "gelu"]);
const OPTIMIZERS: Kind = Kind::Choice(&["sgd", "momentum", "nesterov", "adam", "adamw"]);
const SCHEDULES: Kind = Kind::Choice(&["constant", "step", "cosine", "one-cycle"]);
const AUGMENTATIONS: Kind = Kind::Choice(&["none", "affine", "elastic"]);

use Without::{Nothing, Told, Value};

/// What the recipe decides if the option does not.
const RECIPE: Without = Without::Nothing;

const fn row(
    usage: &'static str,
    kind: Kind,
    commands: &'static [Command],
    without: Without,
    help: &'static str,
) -> OptionRow {
    OptionRow { usage, kind, commands, without, help }
}

/// Every option, under the headings of the help text.
#[rustfmt::skip]
pub const GROUPS: &[(&str, &[OptionRow])] = &[
    ("Files", &[
        row("--weights FILE", Kind::Output, TRAINING, Value("mnist.safetensors"),
            "where the network is saved"),
        row("--weights FILE", Kind::Input, USING_WEIGHTS, Value("mnist.safetensors"),
            "the network to use"),
        row("--samples FILE", Kind::Output, TRAINING, Value("samples.png"),
            "draw random digits, true and predicted labels"),
        row("--curves FILE", Kind::Output, TRAINING, Nothing,
            "draw loss and error by epoch (PNG)"),
        row("--history FILE", Kind::Output, TRAINING, Nothing,
            "write loss, accuracy and speed of every epoch (CSV)"),
        row("--test FILE", Kind::Input, TRAINING, Nothing,
            "predict this file of digits after training"),
        row("--submission FILE", Kind::Output, TRAINING, Value("submission.csv"),
            "where its predictions go"),
        row("--from FILE", Kind::Input, TRAINING, Nothing,
            "start from these weights instead of random ones"),
        row("--resume", Kind::Flag, TRAINING, Nothing,
            "go on with an interrupted run from the checkpoint beside the weights"),
        row("--out FILE", Kind::Output, &[Predict], Value("submission.csv"),
            "where the predicted labels go"),
        row("--out FILE", Kind::Output, &[Samples], Value("samples.png"),
            "where the picture goes"),
        row("--out FILE", Kind::Output, &[Explain], Value("explain.png"),
            "where the picture goes"),
        row("--out FILE", Kind::Output, &[Read], Nothing,
            "draw the picture with each digit framed, and what the network saw (PNG)"),
        row("--csv FILE", Kind::Output, &[Read], Nothing,
            "write the images as the network saw them, with the label read (CSV)"),
        row("--out FILE", Kind::Output, &[Page], Value("digits.html"),
            "where the page goes"),
        row("--out FILE", Kind::Output, &[Weights], Nothing,
            "draw what the neurons of the first layer look for (PNG)"),
        row("--probabilities FILE", Kind::Output, &[Predict], Nothing,
            "write the probability of each class too (CSV)"),
        row("--confusion FILE", Kind::Output, &[Evaluate], Nothing,
            "draw the confusion matrix (PNG)"),
        row("--mistakes FILE", Kind::Output, &[Evaluate], Nothing,
            "draw the most confident mistakes (PNG)"),
        row("--json", Kind::Flag, &[Evaluate], Nothing,
            "print the whole report as JSON, for scripts"),
        row("--json", Kind::Flag, &[Read], Nothing,
            "print place, label and probability of each digit as JSON"),
    ]),
    ("Recipe", &[
        row("--recipe NAME", RECIPES, TRAINING, Value("default"),
            "sets all options that are not given"),
    ]),
    ("Network", &[
        row("--hidden SIZES", Kind::Layers, TRAINING, RECIPE,
            "hidden layer sizes such as 512,256; none for softmax regression"),
        row("--activation NAME", ACTIVATIONS, TRAINING, RECIPE,
            "what follows each hidden layer"),
        row("--activation NAME", ACTIVATIONS, &[Predict, Evaluate, Samples, Read, Explain], Told("the weights'"),
            "what follows each hidden layer, where the weights do not say"),
    ]),
    ("Training", &[
        row("--optimizer NAME", OPTIMIZERS, TRAINING, RECIPE,
            "how a gradient becomes a step"),
        row("--learning-rate X", NOT_NEGATIVE, TRAINING, RECIPE,
            "the length of a step, at its highest"),
        row("--schedule NAME", SCHEDULES, TRAINING, RECIPE,
            "how the learning rate changes"),
        row("--batch N|full", Kind::Batch, TRAINING, RECIPE,
            "images to a step; full takes all of them"),
        row("--epochs N", POSITIVE, TRAINING, RECIPE,
            "passes over the training images"),
        row("--validation F", FRACTION, TRAINING, RECIPE,
            "the fraction of the rows held out to measure; 0 trains on all"),
        row("--patience N", POSITIVE, TRAINING, RECIPE,
            "stop after N epochs without a better validation accuracy"),
        row("--average X", FRACTION, TRAINING, RECIPE,
            "moving average of the weights: the share kept at each step; 0 for none"),
    ]),
    ("Regularisation", &[
        row("--dropout P", FRACTION, TRAINING, RECIPE,
            "the share of hidden outputs dropped in each step"),
        row("--l2 X", NOT_NEGATIVE, TRAINING, RECIPE,
            "penalty on the squares of the weights"),
        row("--label-smoothing X", FRACTION, TRAINING, RECIPE,
            "the share of each target spread over all classes"),
    ]),
    ("Augmentation, drawn afresh for every image", &[
        row("--augment NAME", AUGMENTATIONS, TRAINING, RECIPE,
            "deform the training images (elastic: affine, too)"),
        row("--augment NAME", AUGMENTATIONS, &[Samples], Value("none"),
            "draw the digits as training would deform them"),
        row("--rotation DEG", Kind::Range(0.0, 180.0), DEFORMING, RECIPE,
            "turn by up to DEG degrees either way"),
        row("--scale PERCENT", Kind::Range(0.0, 50.0), DEFORMING, RECIPE,
            "scale width and height by up to PERCENT either way"),
        row("--shear X", Kind::Range(0.0, 1.0), DEFORMING, RECIPE,
            "slant by up to X pixels a row either way"),
        row("--shift PX", Kind::Range(0.0, 256.0), DEFORMING, RECIPE,
            "move by up to PX pixels each way"),
        row("--thickness X", Kind::Range(0.0, 1.0), DEFORMING, RECIPE,
            "make strokes bolder or thinner by up to this share of a pixel's way to its neighbours"),
        row("--elastic-strength PX", Kind::Range(0.0, 16.0), DEFORMING, RECIPE,
            "root mean square displacement of a pixel"),
        row("--elastic-smoothness PX", Kind::Range(0.5, 64.0), DEFORMING, RECIPE,
            "sigma of the Gaussian that smooths displacements"),
    ]),
    ("The CSV file, where it is not recognised rightly", &[
        row("--label WHERE", Kind::Text, READING_CSV, Nothing,
            "the label's column: first, last, none, or its name in the header"),
        row("--size WxH", Kind::Size, READING_CSV, Told("square"),
            "width and height of the images"),
        row("--transpose", Kind::Flag, READING_CSV, Nothing,
            "swap rows and columns of the images (EMNIST)"),
        row("--labels FILE", Kind::Input, READING_CSV, Nothing,
            "the labels of images in IDX, where they do not stand beside them"),
        row("--array NAME", Kind::Text, READING_CSV, Nothing,
            "the images' array in an npz file of several"),
        row("--ignore NAME", Kind::Texts, READING_CSV, Nothing,
            "a column that is neither pixel nor label; may be given again"),
        row("--invert", Kind::Flag, READING_CSV, Nothing,
            "exchange ink and paper: for images that are dark on light"),
        row("--skip-bad-rows", Kind::Flag, READING_CSV, Nothing,
            "go on past broken rows and count them"),
    ]),
    ("Running", &[
        row("--row N", POSITIVE, &[Explain], Value("1"),
            "which image of the file, counted from 1"),
        row("--count N", Kind::Count(1, 1000), &[Samples], Told("25, or 5 with --augment"),
            "how many digits to draw"),
        row("--seed N", Kind::Count(0, u64::MAX), DEFORMING, Value("42"),
            "the same seed gives the same bytes"),
        row("--threads N", Kind::Count(1, 1024),
            &[Train, Demo, Predict, Evaluate, Samples, Read, Explain], Told("all cores"),
            "threads to work on"),
        row("--report-every N", POSITIVE, TRAINING, RECIPE,
            "epochs between two report lines"),
        row("--reference", Kind::Flag, TRAINING, Nothing,
            "train by the plain algorithm of src/nn/reference.rs: the same bytes, slowly"),
        row("--quiet", Kind::Flag, &[Train, Demo, Predict, Samples, Explain, Page], Nothing,
            "print errors alone"),
        row("--quiet", Kind::Flag, &[Evaluate], Nothing,
            "print the report and errors alone"),
        row("--quiet", Kind::Flag, &[Read], Nothing,
            "print what is read and errors alone"),
    ]),
];

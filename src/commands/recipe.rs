//! Recipes: named sets of the training options, any of which the command line may override.
//!
//! What was tried to choose them stands in `src/commands/experiments.md`.

use super::deformation::{Augment, Deformation};
use super::error::{Error, Result};
use super::format::narrow_table;
use super::terminal::wrapped;
use crate::cli::{Arguments, Batch, Command, options};
use crate::data::augment::Strength;
use crate::names::{joined, name_of, named};
use crate::nn::activation::Activation;
use crate::nn::optimizer::{self, Optimizer};
use crate::nn::schedule::Schedule;
use crate::train::Settings;

/// All that decides what a network becomes, but the digits and the seed.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub name: &'static str,
    pub hidden: Vec<usize>,
    pub activation: Activation,
    pub optimizer: Optimizer,
    pub learning_rate: f64,
    pub schedule: Schedule,
    pub batch: Batch,
    /// Without a number, as many as the rows want: see [`Recipe::for_rows`].
    pub epochs: Option<usize>,
    pub validation: f64,
    pub patience: Option<usize>,
    pub average: f64,
    pub dropout: f64,
    pub l2: f64,
    pub label_smoothing: f64,
    pub deformation: Deformation,
    /// Without a number, 1, or what keeps the lines few where the rows decide the epochs.
    pub report_every: Option<usize>,
}

/// Their names, as `mnist help recipes` lists them.
const NAMES: [&str; 5] = ["default", "quick", "thorough", "record", "notebook"];

/// Epochs of the demo, unless the command line says otherwise.
const DEMO_EPOCHS: usize = 100;

/// Every recipe's settings, a row an option, for a terminal of so many columns.
pub fn all(width: Option<usize>) -> String {
    let square = (28, 28);
    let recipes = NAMES.map(recipe);
    let mut rows = vec![[""].into_iter().chain(NAMES).map(str::to_owned).collect::<Vec<_>>()];
    for (option, _) in recipes[0].options(square) {
        let value = |recipe: &Recipe| {
            let options = recipe.options(square).into_iter();
            options.filter(|(name, _)| *name == option).map(|(_, value)| value).next().unwrap_or("-".to_owned())
        };
        rows.push([format!("--{option}")].into_iter().chain(recipes.iter().map(value)).collect());
    }
    let by_rows = recipe("default").for_rows(37_800, square).epochs.unwrap_or_default();
    let width = width.unwrap_or(80);
    let head = "mnist TRAIN.csv --recipe NAME: each setting may be overridden by its own option.";
    let foot = format!(
        "by rows: 100 epochs for 42,000 rows to learn from, and (42,000 / rows)^(7/8) times as many for fewer, 4,000 at most: \
         {by_rows} where Kaggle's train.csv is validated on a tenth. demo takes {DEMO_EPOCHS}.\n\nThe strongest \
         submission:\n  mnist train.csv --recipe thorough --validation 0 --test test.csv"
    );
    let [head, foot] = [head, &foot].map(|text| wrapped(text, width));
    format!("{head}\n\n{}\n{foot}\n", narrow_table("l", &rows, width))
}

/// What a command takes where its options do not say, by their names.
pub fn defaults(command: Option<Command>) -> Vec<(&'static str, String)> {
    let (width, height) = (28, 28);
    match command {
        Some(Command::Train) => recipe("default").options((width, height)),
        Some(Command::Demo) => Recipe { epochs: Some(DEMO_EPOCHS), ..recipe("default") }.options((width, height)),
        Some(Command::Samples) => Deformation::new(Augment::Elastic, Strength::ELASTIC).options(width, height),
        _ => Vec::new(),
    }
}

/// The recipe of that name.
fn recipe(name: &'static str) -> Recipe {
    let undeformed = Deformation::new(Augment::None, Strength::ELASTIC);
    let default = Recipe {
        name,
        hidden: vec![512, 256],
        activation: Activation::Gelu,
        optimizer: Optimizer::AdamW,
        learning_rate: 3e-3,
        schedule: Schedule::Cosine,
        batch: Batch::Rows(256),
        epochs: None,
        validation: 0.1,
        patience: None,
        average: 0.997,
        dropout: 0.0,
        l2: 0.05,
        label_smoothing: 0.0,
        deformation: Deformation::new(Augment::Elastic, Strength { thickness: 0.5, ..Strength::ELASTIC }),
        report_every: None,
    };
    match name {
        // To 98% in a breath.
        "quick" => Recipe {
            hidden: vec![256, 128],
            activation: Activation::Relu,
            l2: 0.01,
            batch: Batch::Rows(128),
            average: 0.998,
            epochs: Some(7),
            deformation: Deformation::new(Augment::Affine, Strength::AFFINE),
            ..default
        },
        // For those with a quarter of an hour.
        "thorough" => Recipe {
            hidden: vec![1024, 512],
            average: 0.998,
            epochs: Some(400),
            validation: 0.05,
            dropout: 0.05,
            ..default
        },
        // For those with an hour.
        "record" => Recipe {
            hidden: vec![1500, 1000, 500],
            average: 0.998,
            epochs: Some(600),
            validation: 0.05,
            dropout: 0.05,
            ..default
        },
        // Plain gradient descent, as in a well-known NumPy notebook: the yardstick.
        "notebook" => Recipe {
            hidden: vec![64, 32, 16],
            activation: Activation::Relu,
            optimizer: Optimizer::Sgd,
            learning_rate: 0.1,
            schedule: Schedule::Constant,
            batch: Batch::Full,
            epochs: Some(1000),
            validation: 0.2,
            average: 0.0,
            l2: 0.0,
            deformation: undeformed,
            report_every: Some(100),
            ..default
        },
        "default" => default,
        other => unreachable!("no recipe {other}"),
    }
}

impl Recipe {
    /// The recipe that the command line names, with what it says itself.
    pub fn new(arguments: &Arguments) -> Result<Recipe> {
        let mut base = recipe(arguments.get(options::RECIPE).unwrap_or("default"));
        if arguments.command == Command::Demo {
            // The first impression is to come within a quarter of a minute.
            base.epochs = base.epochs.or(Some(DEMO_EPOCHS));
        }
        let named_activation = arguments.get(options::ACTIVATION).and_then(|name| named(&Activation::NAMES, name));
        let named_optimizer = arguments.get(options::OPTIMIZER).and_then(|name| named(&Optimizer::NAMES, name));
        let named_schedule = arguments.get(options::SCHEDULE).and_then(|name| named(&Schedule::NAMES, name));
        let given = |option, value| arguments.get(option).unwrap_or(value);
        let recipe = Recipe {
            hidden: arguments.get(options::HIDDEN).map_or(base.hidden, <[usize]>::to_vec),
            activation: named_activation.unwrap_or(base.activation),
            optimizer: named_optimizer.unwrap_or(base.optimizer),
            learning_rate: given(options::LEARNING_RATE, base.learning_rate),
            schedule: named_schedule.unwrap_or(base.schedule),
            batch: arguments.get(options::BATCH).unwrap_or(base.batch),
            epochs: arguments.get(options::EPOCHS).or(base.epochs),
            validation: given(options::VALIDATION, base.validation),
            patience: arguments.get(options::PATIENCE).or(base.patience),
            average: given(options::AVERAGE, base.average),
            dropout: given(options::DROPOUT, base.dropout),
            l2: given(options::L2, base.l2),
            label_smoothing: given(options::LABEL_SMOOTHING, base.label_smoothing),
            deformation: base.deformation.with(arguments)?,
            report_every: arguments.get(options::REPORT_EVERY).or(base.report_every),
            ..base
        };
        if recipe.patience.is_some() && recipe.validation == 0.0 {
            return Err(Error::usage("--patience needs a validation set, and --validation 0 leaves none"));
        }
        Ok(recipe)
    }

    /// The recipe for `learned` images of `width` x `height` pixels: without a number of epochs, it gets one, and some
    /// 100 to 200 report lines at most.
    ///
    /// Few rows are passed more often, since they are few steps: the epochs fall with the rows to the power of 7/8, so
    /// that the images seen rise slowly, with their eighth root, and any command up to 42,000 rows ends within a minute
    /// on two cores. Larger images are passed less often, since each costs more. Classes change nothing.
    pub fn for_rows(mut self, learned: usize, (width, height): (usize, usize)) -> Recipe {
        // By square roots, which are the same on every machine.
        let few = 42_000.0 / learned.max(1) as f64;
        let [half, quarter, eighth] = [few.sqrt(), few.sqrt().sqrt(), few.sqrt().sqrt().sqrt()];
        let small = (784.0 / (width * height) as f64).min(1.0);
        let epochs = (100.0 * half * quarter * eighth * small).round().clamp(10.0, 4000.0) as usize;
        if self.epochs.is_none() {
            self.epochs = Some(epochs);
            self.report_every = self.report_every.or(Some((epochs / 100).max(1)));
        }
        self
    }

    /// The inputs, the hidden layers and the classes.
    pub fn sizes(&self, inputs: usize, classes: usize) -> Vec<usize> {
        [&[inputs], self.hidden.as_slice(), &[classes]].concat()
    }

    /// How to train on `learned` images of `width` x `height` pixels.
    pub fn settings(&self, (width, height): (usize, usize), learned: usize, seed: u64) -> Result<Settings> {
        Ok(Settings {
            optimizer: optimizer::Settings {
                optimizer: self.optimizer,
                l2: self.l2 as f32,
                average: self.average as f32,
            },
            rate: self.learning_rate,
            schedule: self.schedule,
            batch: match self.batch {
                Batch::Full => learned,
                Batch::Rows(rows) => rows,
            },
            epochs: self.epochs.expect("`for_rows` has given it a number") as u64,
            dropout: self.dropout as f32,
            smoothing: self.label_smoothing as f32,
            augmenter: self.deformation.deforms().then(|| self.deformation.augmenter(width, height)).transpose()?,
            patience: self.patience.map(|epochs| epochs as u64),
            report_every: self.report_every.unwrap_or(1) as u64,
            seed,
            reference: false,
        })
    }

    /// Every option by name, for images of `width` x `height` pixels.
    pub fn options(&self, (width, height): (usize, usize)) -> Vec<(&'static str, String)> {
        let batch = match self.batch {
            Batch::Full => "full".to_owned(),
            Batch::Rows(rows) => rows.to_string(),
        };
        let hidden = if self.hidden.is_empty() { "none".to_owned() } else { joined(&self.hidden, ",") };
        let none = |value: Option<usize>| value.map_or("none".to_owned(), |value| value.to_string());
        let report_every = if self.epochs.is_none() { "by rows".to_owned() } else { "1".to_owned() };
        let mut settings = vec![
            (options::HIDDEN.name, hidden),
            (options::ACTIVATION.name, name_of(&Activation::NAMES, self.activation).to_owned()),
            (options::OPTIMIZER.name, name_of(&Optimizer::NAMES, self.optimizer).to_owned()),
            (options::LEARNING_RATE.name, self.learning_rate.to_string()),
            (options::SCHEDULE.name, name_of(&Schedule::NAMES, self.schedule).to_owned()),
            (options::BATCH.name, batch),
            (options::EPOCHS.name, self.epochs.map_or("by rows".to_owned(), |epochs| epochs.to_string())),
            (options::VALIDATION.name, self.validation.to_string()),
            (options::PATIENCE.name, none(self.patience)),
            (options::AVERAGE.name, self.average.to_string()),
            (options::DROPOUT.name, self.dropout.to_string()),
            (options::L2.name, self.l2.to_string()),
            (options::LABEL_SMOOTHING.name, self.label_smoothing.to_string()),
            (options::REPORT_EVERY.name, self.report_every.map_or(report_every, |epochs| epochs.to_string())),
        ];
        settings.extend(self.deformation.options(width, height));
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::super::deformation::AUGMENTS;
    use super::*;
    use crate::cli::{Kind, options_of};

    #[test]
    fn the_command_line_has_the_names_of_the_code() {
        let lists = [
            (options::RECIPE.name, NAMES.to_vec()),
            (options::ACTIVATION.name, Activation::NAMES.map(|(name, _)| name).to_vec()),
            (options::OPTIMIZER.name, Optimizer::NAMES.map(|(name, _)| name).to_vec()),
            (options::SCHEDULE.name, Schedule::NAMES.map(|(name, _)| name).to_vec()),
            (options::AUGMENT.name, AUGMENTS.map(|(name, _)| name).to_vec()),
        ];
        for (option, names) in lists {
            let row = options_of(Command::Train).find(|row| row.name == option).unwrap();
            assert!(matches!(row.kind, Kind::Choice(listed) if listed == names), "{option}: {:?}", row.kind);
        }
    }

    #[test]
    fn few_rows_have_many_epochs_and_few_report_lines() {
        let of = |rows: usize| {
            let recipe = recipe("default").for_rows(rows, (28, 28));
            (recipe.epochs.unwrap(), recipe.report_every.unwrap())
        };
        assert_eq!([42_000, 37_800, 1_000, 10].map(of), [(100, 1), (110, 1), (2632, 26), (4000, 40)]);
    }
}

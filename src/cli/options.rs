//! Every option by its name, with the type of its value: who asks for one that is not here, or for a value of another
//! type, is refused by the compiler.
#![allow(missing_docs)] // What each means stands in the table.

use super::values::{Batch, Choice, Flag, Layers, Size, Text};
use std::marker::PhantomData;

/// An option whose value is of type `T`.
#[derive(Clone, Copy, Debug)]
pub struct Opt<T> {
    /// Without its dashes.
    pub name: &'static str,
    value: PhantomData<T>,
}

impl<T> Opt<T> {
    const fn new(name: &'static str) -> Self {
        Opt { name, value: PhantomData }
    }
}

pub const WEIGHTS: Opt<Text> = Opt::new("weights");
pub const SAMPLES: Opt<Text> = Opt::new("samples");
pub const CURVES: Opt<Text> = Opt::new("curves");
pub const HISTORY: Opt<Text> = Opt::new("history");
pub const TEST: Opt<Text> = Opt::new("test");
pub const SUBMISSION: Opt<Text> = Opt::new("submission");
pub const FROM: Opt<Text> = Opt::new("from");
pub const RESUME: Opt<Flag> = Opt::new("resume");
pub const OUT: Opt<Text> = Opt::new("out");
pub const CSV: Opt<Text> = Opt::new("csv");
pub const PROBABILITIES: Opt<Text> = Opt::new("probabilities");
pub const CONFUSION: Opt<Text> = Opt::new("confusion");
pub const MISTAKES: Opt<Text> = Opt::new("mistakes");
pub const JSON: Opt<Flag> = Opt::new("json");
pub const RECIPE: Opt<Choice> = Opt::new("recipe");
pub const HIDDEN: Opt<Layers> = Opt::new("hidden");
pub const ACTIVATION: Opt<Choice> = Opt::new("activation");
pub const OPTIMIZER: Opt<Choice> = Opt::new("optimizer");
pub const LEARNING_RATE: Opt<f64> = Opt::new("learning-rate");
pub const SCHEDULE: Opt<Choice> = Opt::new("schedule");
pub const BATCH: Opt<Batch> = Opt::new("batch");
pub const EPOCHS: Opt<usize> = Opt::new("epochs");
pub const VALIDATION: Opt<f64> = Opt::new("validation");
pub const PATIENCE: Opt<usize> = Opt::new("patience");
pub const AVERAGE: Opt<f64> = Opt::new("average");
pub const DROPOUT: Opt<f64> = Opt::new("dropout");
pub const L2: Opt<f64> = Opt::new("l2");
pub const LABEL_SMOOTHING: Opt<f64> = Opt::new("label-smoothing");
pub const AUGMENT: Opt<Choice> = Opt::new("augment");
pub const ROTATION: Opt<f64> = Opt::new("rotation");
pub const SCALE: Opt<f64> = Opt::new("scale");
pub const SHEAR: Opt<f64> = Opt::new("shear");
pub const SHIFT: Opt<f64> = Opt::new("shift");
pub const THICKNESS: Opt<f64> = Opt::new("thickness");
pub const ELASTIC_STRENGTH: Opt<f64> = Opt::new("elastic-strength");
pub const ELASTIC_SMOOTHNESS: Opt<f64> = Opt::new("elastic-smoothness");
pub const LABEL: Opt<Text> = Opt::new("label");
pub const SIZE: Opt<Size> = Opt::new("size");
pub const TRANSPOSE: Opt<Flag> = Opt::new("transpose");
pub const LABELS: Opt<Text> = Opt::new("labels");
pub const ARRAY: Opt<Text> = Opt::new("array");
pub const IGNORE: Opt<Text> = Opt::new("ignore");
pub const INVERT: Opt<Flag> = Opt::new("invert");
pub const SKIP_BAD_ROWS: Opt<Flag> = Opt::new("skip-bad-rows");
pub const ROW: Opt<usize> = Opt::new("row");
pub const COUNT: Opt<usize> = Opt::new("count");
pub const SEED: Opt<u64> = Opt::new("seed");
pub const THREADS: Opt<usize> = Opt::new("threads");
pub const REPORT_EVERY: Opt<usize> = Opt::new("report-every");
pub const REFERENCE: Opt<Flag> = Opt::new("reference");
pub const QUIET: Opt<Flag> = Opt::new("quiet");

//! What is out of its usual range, for runs that came to nothing.

use super::recipe::Recipe;
use crate::cli::{Arguments, options};
use crate::names::name_of;
use crate::nn::optimizer::Optimizer;
use crate::train::Score;

/// What runs that learn have, by option: from the first to the second. Distances are for images of 28 x 28.
const USUAL: [(&str, f64, f64); 9] = [
    (options::AVERAGE.name, 0.0, 0.9999),
    (options::DROPOUT.name, 0.0, 0.7),
    (options::LABEL_SMOOTHING.name, 0.0, 0.5),
    (options::ROTATION.name, 0.0, 60.0),
    (options::SCALE.name, 0.0, 40.0),
    (options::SHEAR.name, 0.0, 0.7),
    (options::SHIFT.name, 0.0, 5.0),
    (options::ELASTIC_STRENGTH.name, 0.0, 3.0),
    (options::ELASTIC_SMOOTHNESS.name, 2.0, 64.0),
];
/// The distances among them, in pixels.
const DISTANCES: [&str; 3] = [options::SHIFT.name, options::ELASTIC_STRENGTH.name, options::ELASTIC_SMOOTHNESS.name];

/// The options of a recipe that are out of their usual range, each with that range; empty where none is. What the
/// command line does not say itself is the recipe's.
pub fn unusual(arguments: &Arguments, recipe: &Recipe, (width, height): (usize, usize)) -> String {
    let optimizer = recipe.optimizer;
    let (rate, decay) = match optimizer {
        Optimizer::Sgd => ((0.001, 1.0), 0.02),
        Optimizer::Momentum | Optimizer::Nesterov => ((0.0001, 0.3), 0.02),
        Optimizer::Adam => ((0.00001, 0.01), 0.02),
        // Its decay is no part of the gradient.
        Optimizer::AdamW => ((0.00001, 0.01), 1.0),
    };
    let by_optimizer = [(options::LEARNING_RATE.name, rate.0, rate.1), (options::L2.name, 0.0, decay)];
    let side = width.min(height) as f64 / 28.0;
    let found = recipe.options((width, height)).into_iter().filter_map(|(name, text)| {
        let value: f64 = text.parse().ok()?;
        let &(_, least, most) = by_optimizer.iter().chain(&USUAL).find(|(option, ..)| *option == name)?;
        let unit = if DISTANCES.contains(&name) { side } else { 1.0 };
        let [least, most] = [least, most].map(|limit| (limit * unit * 1e5).round() / 1e5);
        let range = format!("{least} to {most}");
        (value < least || value > most).then(|| match arguments.is_given(name) {
            true => format!("--{name} {text} is out of its usual range, {range}"),
            false => {
                let optimizer = name_of(&Optimizer::NAMES, optimizer);
                format!("the recipe's {name} {text} is out of the usual range of {optimizer}, {range}: say --{name}")
            }
        })
    });
    found.collect::<Vec<_>>().join("; ")
}

/// What may mend a run that diverged.
pub fn mend(arguments: &Arguments, recipe: &Recipe, size: (usize, usize)) -> String {
    match unusual(arguments, recipe, size) {
        none if none.is_empty() => "try a smaller --learning-rate, or another --optimizer or --schedule".to_owned(),
        unusual => unusual,
    }
}

/// Whether guessing among `classes` classes would score nearly as well.
pub fn is_chance(score: Score, classes: usize) -> bool {
    let guessing = 1.0 - 1.0 / classes as f64;
    score.wrong as f64 >= 0.9 * guessing * score.images as f64
}

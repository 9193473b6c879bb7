//! How well the network reads labelled digits.

use super::error::Result;
use super::report::{self, Report};
use super::terminal::{self, Progress};
use super::unusual::is_chance;
use super::{input, load, machine, network, output};
use crate::cli::{self, Arguments, options};
use crate::data::dataset::Digits;
use crate::engine::Engine;
use crate::matrix::Matrix;
use crate::model::Model;
use crate::nn::reference::largest;
use crate::picture::{Mistake, confusion, mistakes};
use crate::train::Score;

/// Fewer rows may be read wrongly by chance.
const TELLING: usize = 20;

/// Mistakes that are drawn.
const SHOWN: usize = 25;

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut engine = machine::engine(arguments)?;
    let stdout_taken = output::takes_stdout(arguments);
    let mut progress = Progress::new(arguments.flag(options::QUIET), stdout_taken);
    output::check(arguments)?;
    let model = network::model(arguments, &mut progress)?;
    let file = arguments.file.as_deref().unwrap_or_default();
    let digits = load::known(arguments, file, &model, &mut progress)?;
    let probabilities = model.network.probabilities(digits.pixels(), &mut engine);
    let counts = counts(&digits, &probabilities);

    progress.clear();
    let row = |number: usize| (digits.image(number), digits.label(number));
    let memory = model.origin.sketch.as_ref().map(|sketch| sketch.memory_of((0..digits.len()).map(row)));
    let learned_from = memory.filter(|memory| memory.common > 0);
    let mut report = Report::new(&model.labels, &counts);
    report.learned_from = learned_from;
    let text = match arguments.flag(options::JSON) {
        true => report.json(),
        false => report.text(terminal::stdout_width(), terminal::stdout_colour()),
    };
    terminal::print_beside(stdout_taken, text)?;

    let score = report.score();
    if digits.len() >= TELLING && is_chance(score, model.labels.len()) {
        progress.note(&format!(
            "{}: hardly better than guessing: these may be other labels or images than the network learned from; --label, \
             --transpose, --invert and --size say how to read them",
            input::name(file)
        ));
    }
    let note = learned_from.map_or(String::new(), report::learned_from);
    let names: Vec<String> = model.labels.iter().map(i32::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if let Some(out) = arguments.get(options::CONFUSION) {
        output::write(out, &confusion(&names, &counts, &note).png())?;
        progress.note(&format!("wrote {}", output::name(out)));
    }
    if let Some(out) = arguments.get(options::MISTAKES) {
        let worst = worst(&digits, &probabilities, &names);
        let picture = mistakes(model.size(), &worst, (score.wrong, digits.len()), &note);
        output::write(out, &picture.png())?;
        progress.note(&format!("wrote {}", output::name(out)));
        if let Some(first) = worst.first().filter(|_| file != output::STREAM) {
            let (row, with) = (first.row, output::with_weights(arguments));
            // What was needed to read the file and the network is needed again.
            let read = arguments.as_typed(options::LABEL) + &arguments.as_typed(options::ACTIVATION);
            let file = cli::quoted(file);
            progress.note(&format!("why the first was misread: mnist explain {file} --row {row}{read}{with}"));
        }
    }
    Ok(())
}

/// How well the model reads these digits.
pub fn score(model: &Model, digits: &Digits, engine: &mut Engine) -> Score {
    let probabilities = model.network.probabilities(digits.pixels(), engine);
    Report::new(&model.labels, &counts(digits, &probabilities)).score()
}

/// Rows by true and predicted class (C x C).
fn counts(digits: &Digits, probabilities: &Matrix) -> Vec<usize> {
    let classes = probabilities.columns();
    let mut counts = vec![0; classes * classes];
    for number in 0..digits.len() {
        let truth = usize::from(digits.class(number));
        counts[truth * classes + largest(probabilities.row(number))] += 1;
    }
    counts
}

/// The most confident mistakes.
fn worst<'a>(digits: &'a Digits, probabilities: &Matrix, names: &[&'a str]) -> Vec<Mistake<'a>> {
    let mistake = |number: usize| {
        let row = probabilities.row(number);
        let (truth, predicted) = (usize::from(digits.class(number)), largest(row));
        (truth != predicted).then(|| Mistake {
            pixels: digits.image(number),
            truth: names[truth],
            predicted: names[predicted],
            truth_probability: row[truth],
            predicted_probability: row[predicted],
            row: digits.row(number) as usize,
        })
    };
    let mut found: Vec<Mistake> = (0..digits.len()).filter_map(mistake).collect();
    // Stable: equals stay in the order of the file.
    found.sort_by(|a, b| b.predicted_probability.total_cmp(&a.predicted_probability));
    found.truncate(SHOWN);
    found
}

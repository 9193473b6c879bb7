//! Learning from digits, end to end: load, split, train, save, predict, draw.

use super::error::{Error, Result, within};
use super::format::thousands;
use super::history::History;
use super::model::{Model, joined};
use super::recipe::Recipe;
use super::saver::Saver;
use super::terminal::Progress;
use super::watch::Watch;
use super::{load, machine, output, predict, report, samples};
use crate::cli::Arguments;
use crate::data::builtin;
use crate::data::dataset::{Digits, Draw, generator};
use crate::engine::pool::Pool;
use crate::nn::loss::predicted;
use crate::nn::network::Network;
use crate::train::{Score, Trainer};
use crate::{file, picture, signal};
use std::{env, process};

/// Digits of the picture.
const SAMPLES: usize = 25;

pub fn run(arguments: &Arguments) -> Result<()> {
    let (kernel, pool) = machine::engine(arguments)?;
    let threads = pool.threads();
    let mut progress = Progress::new(arguments.flag("quiet"), output::takes_stdout(arguments));
    let (recipe, seed) = (Recipe::new(arguments)?, arguments.whole("seed"));
    output::check(arguments)?;
    let mut saver = Saver::new(arguments, &mut progress)?;
    let from = arguments
        .text("from")
        .map(|file| Model::read(file).map(|model| (file, model)))
        .transpose()?;

    let name = arguments
        .file
        .as_deref()
        .map_or("built-in digits", load::name);
    let digits = match &arguments.file {
        Some(file) => load::labelled(arguments, file, &mut progress)?,
        None => builtin::digits(),
    };
    let size = (digits.width(), digits.height());
    let test = arguments
        .text("test")
        .map(|file| load::unlabelled(arguments, file, size, &mut progress))
        .transpose()?;

    let (learned, held) = digits
        .split(recipe.validation, seed)
        .map_err(within(name))?;
    let settings = recipe.settings(size, learned.len(), seed)?;
    let sizes: Vec<usize> = [size.0 * size.1]
        .into_iter()
        .chain(recipe.hidden.clone())
        .chain([digits.labels().len()])
        .collect();
    let network = match from {
        Some((file, model)) => adopt(file, model, &sizes, &digits)?,
        None => Network::initial(
            &sizes,
            recipe.activation,
            recipe.init,
            &mut generator(seed, Draw::Weights),
        ),
    };
    let network = Network {
        activation: recipe.activation,
        ..network
    };

    progress.report(&about_data(name, &digits, learned.len(), held.len()))?;
    progress.report(&format!(
        "network: {}, {} parameters; recipe {}, {threads} threads, {}",
        joined(&sizes, "-"),
        thousands(network.parameters() as u64),
        recipe.name,
        kernel.name(),
    ))?;
    if settings.batch > learned.len() {
        progress.note(&format!(
            "--batch {} is more than the {} rows to learn from: taken as full",
            settings.batch,
            learned.len()
        ));
    }

    let shown = if held.is_empty() {
        learned.clone()
    } else {
        held.clone()
    };
    let mut trainer = Trainer::new(&digits, (learned, held), &network, settings, kernel, pool);
    let past = saver.begin(&recipe, &digits, &mut trainer)?;
    let history = History::start(arguments.text("history"), past)?;
    let mut watch = Watch::new(&trainer, &mut progress, history, &mut saver);
    signal::catch_stop();
    let outcome = trainer.run(|trainer, event| watch.observe(trainer, event));
    let (history, score) = watch.end(&trainer, outcome)?;
    let best = trainer.state().best.map(|(epoch, _)| epoch as usize);
    let model = Model {
        network: trainer.result(),
        labels: digits.labels().to_vec(),
        width: size.0,
        height: size.1,
    };
    drop(trainer);

    let mut pool = Pool::new(threads);
    let mut written = vec![arguments.path("weights")];
    save(&model, arguments.path("weights"))?;
    history.finish()?;
    written.extend(arguments.text("history"));
    if let Some(table) = test {
        let file = arguments.path("submission");
        output::write(
            file,
            predict::submission(&model, &table, kernel, &mut pool).as_bytes(),
        )?;
        written.push(file);
    }
    let chosen = samples::choose(shown, SAMPLES, seed).into_iter();
    let drawn: Vec<_> = chosen
        .map(|number| {
            (
                digits.image(number),
                Some(digits.labels()[usize::from(digits.class(number))]),
            )
        })
        .collect();
    let file = arguments.path("samples");
    output::write(
        file,
        &samples::draw(&model, &drawn, kernel, &mut pool).png(),
    )?;
    written.push(file);
    if let Some(file) = arguments.text("curves") {
        output::write(file, &picture::curves(&history.epochs(), best).png())?;
        written.push(file);
    }
    saver.remove();
    progress.report(&match score {
        Some(Score { wrong, images }) => format!(
            "validation {}",
            report::accuracy(wrong as u64, images as u64)
        ),
        None => {
            let probabilities = model
                .network
                .probabilities(digits.pixels(), kernel, &mut pool);
            let wrong = (0..digits.len()).filter(|&number| {
                predicted(probabilities.row(number)) != usize::from(digits.class(number))
            });
            format!(
                "train {}",
                report::accuracy(wrong.count() as u64, digits.len() as u64)
            )
        }
    })?;
    let written: Vec<&str> = written.into_iter().map(output::name).collect();
    progress.note(&format!("wrote {}", written.join(", ")));
    progress.note("next: mnist predict TEST.csv, mnist evaluate DATA.csv, mnist samples DATA.csv, mnist weights");
    Ok(())
}

fn about_data(name: &str, digits: &Digits, learned: usize, held: usize) -> String {
    let [rows, learned, held] = [digits.len(), learned, held].map(|count| thousands(count as u64));
    let (width, height, classes) = (digits.width(), digits.height(), digits.labels().len());
    format!(
        "{name}: {rows} rows of {width} x {height} pixels, {classes} classes; {learned} to learn from, {held} to validate"
    )
}

/// The network of a file to start from, which must be as this training wants it.
fn adopt(file: &str, model: Model, sizes: &[usize], digits: &Digits) -> Result<Network> {
    let name = load::name(file);
    let refuse = |what: &str, expected: String, found: String| {
        Err(Error::new(format!(
            "{name}: expected {what} {expected} to start from, found {found}"
        )))
    };
    if model.size() != (digits.width(), digits.height()) {
        let size = |(width, height): load::Size| format!("{width} x {height}");
        return refuse(
            "weights for images of",
            size((digits.width(), digits.height())),
            size(model.size()),
        );
    }
    if model.labels != digits.labels() {
        return refuse(
            "weights for the labels",
            joined(digits.labels(), ","),
            joined(&model.labels, ","),
        );
    }
    let found = model.network.sizes();
    if found != sizes {
        return refuse(
            "the layers",
            joined(sizes, "-"),
            format!("{}; --hidden sets them", joined(&found, "-")),
        );
    }
    Ok(model.network)
}

/// Writes the weights, if need be to another place: they are hours of somebody's machine.
fn save(model: &Model, file: &str) -> Result<()> {
    let bytes = model.to_bytes()?;
    output::write(file, &bytes).map_err(|error| {
        let elsewhere = env::temp_dir().join(format!("mnist-{}.safetensors", process::id()));
        Error::new(match file::replace(&elsewhere, &bytes) {
            Ok(()) => format!(
                "{error}; the weights were saved as {} instead",
                elsewhere.display()
            ),
            Err(second) => format!("{error}; they could not be saved elsewhere either: {second}"),
        })
    })
}

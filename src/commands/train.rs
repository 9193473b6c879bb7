//! Learning from digits, end to end: load, split, train, save, predict, draw.

use super::error::{Error, Result};
use super::evaluate;
use super::history::History;
use super::load::Size;
use super::output::DEFAULT_WEIGHTS;
use super::recipe::Recipe;
use super::results::Results;
use super::saver::{self, Saver, Ways};
use super::terminal::Progress;
use super::unusual::{is_chance, mend, unusual};
use super::watch::Watch;
use super::{input, load, machine, memory, network, output, report, start, unlike};
use crate::cli::{self, Arguments, Batch, options};
use crate::data::dataset::Digits;
use crate::data::formats::{Range, Table};
use crate::data::sketch::{Ink, Mean, Sketch};
use crate::engine::Engine;
use crate::model::{Model, Origin};
use crate::names::{counted, joined, thousands};
use crate::nn::network::Network;
use crate::system::signal;
use crate::train::{Score, Settings, Trainer};
use std::path::Path;

/// Fewer rows to validate with than this measure next to nothing.
const TELLING: usize = 100;
/// Fewer steps than this may be why a network has learned nothing.
const FEW_STEPS: u64 = 500;

pub fn run(arguments: &Arguments) -> Result<()> {
    let instead = "without --resume a new run starts";
    let ways = Ways { again: "the same command with --resume", instead, unsound: instead };
    learn(arguments, ways, &mut Progress::new(arguments.flag(options::QUIET), output::takes_stdout(arguments)))
}

/// The weights that the command line names. Where these are the default ones and there are none yet, the network learns
/// from the built-in digits first.
pub fn model_or_learn(arguments: &Arguments, progress: &mut Progress) -> Result<Model> {
    let file = arguments.path(options::WEIGHTS);
    if file == DEFAULT_WEIGHTS && !Path::new(file).exists() {
        let checkpoint = saver::checkpoint(file);
        let resumed = Path::new(&checkpoint).exists();
        progress.note("nothing has been trained here yet: learning from the 10,000 built-in digits first");
        let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
        let threads = arguments.get(options::THREADS).map(|threads| format!("--threads={threads}"));
        let resume = resumed.then(|| "--resume".to_owned());
        let words = ["demo", "--weights", file, "--samples", nowhere].map(str::to_owned);
        let quiet = arguments.flag(options::QUIET).then(|| "--quiet".to_owned());
        let words = words.into_iter().chain(threads).chain(resume).chain(quiet);
        let demo = cli::parse(words.map(Into::into)).map_err(|error| Error::new(error.to_string()))?;
        let ways = Ways {
            again: "the same command",
            instead: "finish that run by its own command with --resume, or name trained weights by --weights",
            unsound: "delete it if you do not need it, or name trained weights by --weights",
        };
        learn(&demo, ways, &mut Progress::new(arguments.flag(options::QUIET), true))?;
    }
    network::model(arguments, progress)
}

/// The same for pictures, which are upright: where the network learned from images that lie otherwise, that is said.
pub fn model_for_pictures(arguments: &Arguments, progress: &mut Progress) -> Result<Model> {
    let model = model_or_learn(arguments, progress)?;
    unlike::tell_of_pictures(arguments, &model, progress);
    Ok(model)
}

/// All that a run needs, checked before its first step.
struct Job<'a> {
    /// What the digits are called in messages.
    name: &'a str,
    digits: Digits,
    /// The numbers of the images to learn from, and of those held out.
    split: (Vec<u32>, Vec<u32>),
    /// Digits to predict at the end.
    test: Option<Table>,
    recipe: Recipe,
    settings: Settings,
    network: Network,
    /// The hash of the network that the run starts from, if it is somebody's.
    from: Option<u64>,
}

/// Reads what is to be learned, and makes the network that is to learn it.
fn prepare<'a>(arguments: &'a Arguments, progress: &mut Progress) -> Result<Job<'a>> {
    let (mut recipe, seed) = (Recipe::new(arguments)?, arguments.get(options::SEED).unwrap_or_default());
    let from = |file| network::weights(arguments, file, progress).map(|model| (file, model));
    let from = arguments.get(options::FROM).map(from).transpose()?;
    if let Some((_, model)) = &from {
        start::take_over(arguments, &mut recipe, &model.network);
    }
    let (name, digits) = match arguments.file.as_deref() {
        Some(file) => {
            let knows = from.as_ref().map(|(_, model)| &model.labels[..]);
            (input::name(file), load::labelled(arguments, file, knows, progress)?)
        }
        None => ("built-in digits", memory::builtin_digits()?),
    };
    let size = (digits.width(), digits.height());
    if let (Some(file), Some((_, model))) =
        (arguments.file.as_deref(), from.as_ref().filter(|(_, model)| model.size() == size))
    {
        let labels: Vec<i32> = (0..digits.len()).map(|number| digits.label(number)).collect();
        unlike::tell(arguments, file, digits.pixels(), Some(&labels), model, progress);
    }
    let known = (size, Some(Range::of(digits.pixels())));
    let test =
        arguments.get(options::TEST).map(|file| load::unlabelled(arguments, file, known, progress)).transpose()?;
    let split = digits.split(recipe.validation, seed).map_err(|error| {
        Error::new(format!("{name}: {error}; --validation says which fraction is held out, 0 for none"))
    })?;
    let recipe = recipe.for_rows(split.0.len(), size);
    let settings =
        Settings { reference: arguments.flag(options::REFERENCE), ..recipe.settings(size, split.0.len(), seed)? };
    reserve(&recipe, &digits, size)?;
    let hash = from.as_ref().map(|(_, model)| model.network.hash());
    let network = start::network(from, &recipe, &digits, seed)?;
    Ok(Job { name, digits, split, test, recipe, settings, network, from: hash })
}

/// Trains and saves, and tells of it through `progress`.
fn learn(arguments: &Arguments, ways: Ways, progress: &mut Progress) -> Result<()> {
    let engine = machine::engine(arguments)?;
    let (kernel, threads) = (engine.kernel, engine.pool.threads());
    output::check(arguments)?;
    let mut saver = Saver::new(arguments, ways)?;
    let job = prepare(arguments, progress)?;
    let (digits, recipe, size) = (&job.digits, &job.recipe, (job.digits.width(), job.digits.height()));
    let mut trainer = Trainer::new(digits, job.split.clone(), &job.network, job.settings, engine);
    // A signal while the lock is held must not leave it behind.
    signal::catch_stop();
    let past = saver.begin(recipe, digits, &mut trainer, job.from, progress)?;
    let history = History::start(arguments.get(options::HISTORY), past)?;

    announce(progress, &job, threads, kernel.name())?;
    remark(progress, &job, &trainer, arguments.flag(options::RESUME));
    let mut watch = Watch::new(&trainer, progress, history, &mut saver);
    let outcome = trainer.run(|trainer, event| watch.observe(trainer, event));
    let mend = mend(arguments, recipe, size);
    let (history, score) = watch.end(&trainer, outcome, ways.again, &mend)?;
    let best = trainer.state().best.filter(|_| trainer.settings().patience.is_some());
    let saved = best.map_or(trainer.state().epoch, |(epoch, _)| epoch) as usize;
    let steps = trainer.state().epoch * trainer.batches();
    let origin = origin(&job, &trainer, score, arguments.flag(options::TRANSPOSE));
    let network = trainer.result();
    let model = Model { network, labels: digits.labels().to_vec(), width: size.0, height: size.1, origin };
    drop(trainer);
    if let (Some(file), Some(table)) = (arguments.get(options::TEST), &job.test) {
        unlike::tell(arguments, file, &table.pixels, None, &model, progress);
    }

    let engine = &mut Engine::new(kernel, threads);
    let (learned, held) = &job.split;
    let shown = if held.is_empty() { learned } else { held }.clone();
    let test = job.test.as_ref();
    let results = Results { model: &model, history: &history, saved, mend: &mend, digits, shown, test };
    let written = results.write(arguments, engine, progress)?;
    saver.remove();
    let (set, score) = match score {
        Some(score) => ("validation", score),
        None => ("train", evaluate::score(&model, digits, engine)),
    };
    progress.report(&format!("{set} {}", report::accuracy(score)))?;
    if is_chance(score, model.labels.len()) {
        progress.note(&format!(
            "hardly better than guessing among {} classes: {}",
            model.labels.len(),
            advice(arguments, recipe, size, steps)
        ));
    }
    let written: Vec<&str> = written.into_iter().map(output::name).collect();
    progress.note(&format!("wrote {}", written.join(", ")));
    if arguments.path(options::WEIGHTS) == output::STREAM {
        return Ok(());
    }
    let with = output::with_weights(arguments);
    progress.note(&format!("next: mnist predict TEST.csv{with}, or mnist evaluate DATA.csv{with}"));
    progress.note(&format!("mnist page{with} writes a page to draw digits on"));
    Ok(())
}

/// What the weights tell of how they came about.
fn origin(job: &Job, trainer: &Trainer, score: Option<Score>, transposed: bool) -> Origin {
    let digits = &job.digits;
    let (width, height) = (digits.width(), digits.height());
    let row = |&number: &u32| (digits.image(number as usize), digits.label(number as usize));
    Origin {
        described: true,
        counted: false,
        unscaled: false,
        turned: false,
        training: Some(in_words(job, trainer)),
        validation_accuracy: score.map(|score| score.accuracy()),
        transposed: Some(transposed),
        range: Some(Range::of(digits.pixels())),
        ink: Some(Ink::of(digits.pixels(), width, height)),
        mean: Some(Mean::of(digits.pixels(), width, height)),
        sketch: Some(Sketch::new(trainer.training().iter().map(row))),
    }
}

/// Says what is learned from, the rows to learn from and those held out, and what is to learn.
fn announce(progress: &mut Progress, job: &Job, threads: usize, kernel: &str) -> Result<()> {
    let Job { name, digits, split: (learned, held), network, recipe, .. } = job;
    let (width, height) = (digits.width(), digits.height());
    progress.report(&format!(
        "{name}: {}, {width} x {height}, {} classes; {} train, {} validation",
        counted(digits.len(), "row"),
        digits.labels().len(),
        thousands(learned.len() as u64),
        thousands(held.len() as u64),
    ))?;
    progress.report(&format!(
        "network: {}, {} parameters; recipe {}, {}, {}, {kernel}",
        joined(&network.sizes(), "-"),
        thousands(network.parameters() as u64),
        recipe.name,
        counted(recipe.epochs.unwrap_or_default(), "epoch"),
        counted(threads, "thread"),
    ))?;
    let in_force = recipe.options((width, height)).into_iter().map(|(name, value)| format!("{name} {value}"));
    progress.note(&format!("settings: {}", in_force.collect::<Vec<_>>().join(", ")));
    Ok(())
}

/// Says what somebody may not expect of this run.
fn remark(progress: &mut Progress, job: &Job, trainer: &Trainer, resumed: bool) {
    let [learned, held] = [job.split.0.len(), job.split.1.len()];
    if (1..TELLING).contains(&held) {
        progress.note(&format!(
            "{} to validate with: one of them is {:.1}%; --validation 0 learns from all rows",
            counted(held, "row"),
            100.0 / held as f64
        ));
    }
    if resumed {
        progress.note(&format!("resumed in epoch {}", trainer.state().epoch + 1));
    }
    if job.settings.batch > learned {
        progress.note(&format!(
            "a batch of {} is more than there are images to learn from, {}: taken as full",
            thousands(job.settings.batch as u64),
            thousands(learned as u64)
        ));
    }
}

/// Every setting that decided the weights, as the metadata have it.
fn in_words(Job { recipe, digits, from, .. }: &Job, trainer: &Trainer) -> String {
    let settings = recipe.options((digits.width(), digits.height())).into_iter();
    let settings = settings.filter(|(name, _)| *name != options::REPORT_EVERY.name);
    // A batch that is more than all is all.
    let full = trainer.settings().batch == trainer.training().len();
    let told = |(name, value)| {
        if name == options::BATCH.name && full { format!("{name} full") } else { format!("{name} {value}") }
    };
    let seed = format!("seed {}", trainer.settings().seed);
    let from = from.map(|hash| format!("from {hash:016x}"));
    settings.map(told).chain([seed]).chain(from).collect::<Vec<_>>().join(", ")
}

/// What may help a run that learned nothing in so many steps.
fn advice(arguments: &Arguments, recipe: &Recipe, size: Size, steps: u64) -> String {
    match unusual(arguments, recipe, size) {
        none if none.is_empty() && steps < FEW_STEPS => {
            format!("its steps were few ({}): more --epochs or a smaller --batch make more", thousands(steps))
        }
        none if none.is_empty() => "try another --learning-rate, --activation or --hidden".to_owned(),
        unusual => unusual,
    }
}

/// Refuses what memory has no room for, before any of it is asked for: the network (weights, transposed weights,
/// average and moments, and what is made of them on the way to a file), the ink of the images, and the activations of a
/// batch with their derivatives.
fn reserve(recipe: &Recipe, digits: &Digits, (width, height): Size) -> Result<()> {
    const COPIES: usize = 8;
    let sizes = recipe.sizes(width * height, digits.labels().len());
    let weights: usize = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    let rows = match recipe.batch {
        Batch::Rows(rows) => rows.min(digits.len()),
        Batch::Full => digits.len(),
    };
    let activations = rows.saturating_mul(2 * sizes[1..].iter().sum::<usize>());
    let floats = weights.saturating_mul(COPIES).saturating_add(activations);
    let bytes = floats.saturating_mul(4).saturating_add(digits.pixels().len());
    let what = format!("{}: training", joined(&sizes, "-"));
    memory::ask(bytes, &what, "make the network smaller by --hidden, or give fewer rows")
}

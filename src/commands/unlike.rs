//! What images have that are unlike those that a network learned from: they lie otherwise, or are pale, or negative.

use super::input::name;
use super::memory;
use super::output::with_weights;
use super::terminal::Progress;
use crate::cli::{self, Arguments, options};
use crate::data::sketch::{Ink, Turn};
use crate::model::Model;

/// Nearly every digit has ink near 255 somewhere, merely thin ones too: where no pixel passes this, all are pale.
const PALE: u8 = 160;

/// Says so where images to learn from are pale.
pub fn tell_pale(file: &str, pixels: &[u8], progress: &mut Progress) {
    let most = pixels.iter().copied().max().unwrap_or_default();
    if most < PALE {
        progress.note(&format!(
            "{}: no pixel passes {most}, where ink is 255: bring the pixels to 0 to 255 if they are on another scale",
            name(file)
        ));
    }
}

/// Says where the images of a file, one after another, are unlike those that the network learned from. `labels` where
/// these are known.
pub fn tell(
    arguments: &Arguments,
    file: &str,
    pixels: &[u8],
    labels: Option<&[i32]>,
    model: &Model,
    progress: &mut Progress,
) {
    let (name, origin) = (name(file), &model.origin);
    let (width, height) = model.size();
    let ink = Ink::of(pixels, width, height);
    let negative = origin.ink.filter(|&learned| ink.is_negative_of(learned));
    let transpose = arguments.flag(options::TRANSPOSE);
    if let Some(mean) = &origin.mean {
        let turn = mean.turn_of(pixels, model.size(), transpose, negative.is_some());
        // Of a single class, the orientation need not show.
        let several = labels.is_none_or(|labels| labels.iter().any(|label| *label != labels[0]));
        if let Some(turn) = turn.filter(|_| several) {
            let (lie, mend) = match turn {
                Turn::Transposed => {
                    ("with rows taken for columns", mend(arguments, file, options::TRANSPOSE.name, transpose))
                }
                Turn::Mirrored => ("mirrored", "turn them back, x[:, :, ::-1] in NumPy".into()),
                Turn::UpsideDown => ("upside down", "turn them back, x[:, ::-1] in NumPy".into()),
                Turn::HalfTurn => ("turned by 180 degrees", "turn them back, x[:, ::-1, ::-1] in NumPy".into()),
                Turn::Left => ("turned to the left", "turn them back, numpy.rot90(x, -1, (1, 2))".into()),
                Turn::Right => ("turned to the right", "turn them back, numpy.rot90(x, 1, (1, 2))".into()),
            };
            progress.note(&format!("{name}: these look like the images that the network learned from {lie}: {mend}"));
        }
    } else if origin.transposed.is_some_and(|transposed| transposed != transpose) {
        let by = if transpose { "without --transpose" } else { "by --transpose" };
        let mend = mend(arguments, file, options::TRANSPOSE.name, transpose);
        progress.note(&format!(
            "{name}: the network learned from images {by}, and these are not taken so: {mend} if the file is of that kind"
        ));
    }
    let most = pixels.iter().copied().max().unwrap_or_default();
    if most < PALE && origin.ink.is_some_and(|learned| ink.all < 0.75 * learned.all) {
        progress.note(&format!(
            "{name}: no pixel passes {most}, and the network learned from darker ink: bring the pixels to 0 to 255 if they \
             are on another scale"
        ));
    }
    if let Some(learned) = negative {
        let inverted = arguments.flag(options::INVERT);
        let mend = mend(arguments, file, options::INVERT.name, inverted);
        let are_ink = ink.border > learned.border;
        let [these, those] = match are_ink {
            true => ["ink", "on blank paper (0 paper, 255 ink)"],
            false => ["blank", "that are dark on light (255 paper, 0 ink)"],
        };
        // In the file.
        let kind = if are_ink != inverted { "dark on light" } else { "light on dark, as MNIST's are" };
        progress.note(&format!(
            "{name}: most of each image is {these}, and the network learned from digits {those}: {mend} if the images are \
             {kind}"
        ));
    }
}

/// Says so where the network learned from images that lie otherwise than pictures do: those of digits are compared with
/// the built-in ones.
pub fn tell_of_pictures(arguments: &Arguments, model: &Model, progress: &mut Progress) {
    let Some(mean) = model.origin.mean.as_ref().filter(|_| model.labels.iter().copied().eq(0..10)) else { return };
    // It is no more than a note: where memory is short, the command does without.
    let Ok(digits) = memory::builtin_digits() else { return };
    if (digits.width(), digits.height()) == model.size()
        && mean.turn_of(digits.pixels(), model.size(), false, model.sees_dark_ink()) == Some(Turn::Transposed)
    {
        let weights = cli::quoted(arguments.path(options::WEIGHTS));
        let mend = if model.origin.transposed == Some(true) { "without" } else { "with" };
        progress.note(&format!(
            "{weights}: this network learned from images with rows taken for columns, and pictures are upright: train it \
             again {mend} --{}",
            options::TRANSPOSE.name
        ));
    }
}

/// What to do with an option that turns all files of a command: where this file stands beside another one, it needs a
/// command of its own.
fn mend(arguments: &Arguments, file: &str, option: &str, given: bool) -> String {
    let beside = arguments.file.as_deref() != Some(file);
    match (beside, given) {
        (false, false) => format!("say --{option}"),
        (false, true) => format!("leave --{option} out"),
        (true, _) => {
            let option = if given { String::new() } else { format!(" --{option}") };
            format!("after the training say `mnist predict {}{option}{}`", cli::quoted(file), with_weights(arguments))
        }
    }
}

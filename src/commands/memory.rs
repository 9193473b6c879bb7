//! Memory that grows with the network or the data is asked for before any of it is used: where there is too little,
//! that is one line and no abort.

use super::error::{Error, Result};
use crate::data::builtin;
use crate::data::dataset::Digits;
use crate::model::Model;
use crate::names::{joined, thousands};
use crate::nn::predict::IMAGES;

/// Beside what grows: for the threads, and the pictures.
const ROOM: usize = 16 << 20;

/// Refuses `bytes` that are not to be had: what needs them, and what helps.
pub fn ask(bytes: usize, what: &str, mend: &str) -> Result<()> {
    let all = bytes.saturating_add(ROOM);
    Vec::<u8>::new().try_reserve_exact(all).map_err(|_| {
        let megabytes = thousands(all as u64 >> 20);
        Error::new(format!(
            "{what} needs some {megabytes} MB of memory beside the data, and there are not so many: {mend}"
        ))
    })
}

/// Refuses a network that cannot read `rows` images: its weights twice, the activations of a batch, the probabilities.
pub fn ask_to_read(model: &Model, rows: usize, threads: usize) -> Result<()> {
    let sizes = model.network.sizes();
    let activations = 2 * threads * IMAGES.min(rows) * sizes.iter().sum::<usize>();
    let floats = 2 * model.network.parameters() + activations + rows * (model.network.classes() + 4);
    let what = format!("{}: reading {} images", joined(&sizes, "-"), thousands(rows as u64));
    ask(floats.saturating_mul(4), &what, "give fewer rows or a smaller network")
}

/// The built-in digits, if there is room for them: the picture that they are in, and their copy.
pub fn builtin_digits() -> Result<Digits> {
    ask(16 << 20, "unpacking the built-in digits", "close other programs")?;
    Ok(builtin::digits())
}

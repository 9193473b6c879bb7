//! What a file says of its network beside the tensors -> the model.

use super::{
    ACTIVATION, CLASS_LABELS, Error, FORMAT_VERSION, HASH, IMAGE_HEIGHT, IMAGE_WIDTH, LAYER_SIZES, Model, PIXEL_SCALE,
    SCALE, VERSION, error, hash,
};
use crate::names::{joined, shortened};
use crate::nn::activation::Activation;
use crate::nn::network::{Dense, Network};
use std::collections::BTreeMap;

/// Takes the entries into a model that has its layers.
///
/// # Errors
/// What cannot be understood, or does not fit the layers.
pub(super) fn take(model: &mut Model, metadata: &BTreeMap<String, String>) -> Result<(), Error> {
    let (sizes, classes) = (model.network.sizes(), model.network.classes());
    for (key, text) in metadata {
        let refused = |expected: &str, mend: &str| {
            Error(format!("metadata {key}: expected {expected}, found \"{}\": {mend}", shortened(text)))
        };
        let exactly = |expected: &str, mend: &str| {
            if text == expected { Ok(()) } else { Err(refused(expected, mend)) }
        };
        let pixels = |mend: &str| text.parse().map_err(|_| refused("a whole number", mend));
        match key.as_str() {
            FORMAT_VERSION => {
                let is_newer = text.parse().is_ok_and(|version: u64| version > 1);
                let mend = if is_newer { "a newer program wrote the file: read it with that one" } else { "write 1" };
                exactly(VERSION, mend)?;
            }
            SCALE => {
                let mend = "multiply the first layer's weights by 255 times that scale, and write 1/255";
                exactly(PIXEL_SCALE, mend)?;
            }
            LAYER_SIZES => exactly(&joined(&sizes, ","), "leave it out if the tensors are right")?,
            ACTIVATION => {
                let known = Activation::NAMES.map(|(name, _)| name).join(", ");
                let refused = || refused(&format!("one of {known}"), "train with one of them");
                model.network.activation = activation(text).ok_or_else(refused)?;
            }
            CLASS_LABELS => {
                let mend = format!("write 0,1,2 and so on, {classes} of them, in the order of the outputs");
                let refused = || refused(&format!("{classes} ascending labels"), &mend);
                model.labels = labels(text, classes).ok_or_else(refused)?;
            }
            IMAGE_WIDTH => model.width = pixels("write the width in pixels")?,
            IMAGE_HEIGHT => model.height = pixels("write the height in pixels")?,
            HASH if *text != hash(&model.network) && !is_rounded(&model.network) => {
                return error(format!(
                    "the weights are not those that were written: the file is damaged, take another copy of it; if they were \
                     changed on purpose, leave {HASH} out of the metadata"
                ));
            }
            // Somebody else's, or of the network's origin: without it, less is noticed.
            key => model.origin.set(key, text).unwrap_or_default(),
        }
    }
    Ok(())
}

/// Whether somebody has rounded a matrix or a bias to numbers of 16 bits: no training leaves all of them so, but for
/// the zeros that it begins with.
fn is_rounded(network: &Network) -> bool {
    let is_short = |part: &[f32]| part.iter().all(|value| value.to_bits().trailing_zeros() >= 13);
    let is_blank = |part: &[f32]| part.iter().all(|value| *value == 0.0);
    network.layers.iter().flat_map(Dense::parts).any(|part| is_short(part) && !is_blank(part))
}

/// An activation by its name, which PyTorch writes `LeakyReLU`.
fn activation(text: &str) -> Option<Activation> {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "");
    Activation::NAMES.iter().find(|(name, _)| plain(name) == plain(text)).map(|(_, activation)| *activation)
}

/// Ascending labels with commas between them.
fn labels(text: &str, classes: usize) -> Option<Vec<i32>> {
    let labels: Option<Vec<i32>> = text.split(',').map(|label| label.parse().ok()).collect();
    labels.filter(|labels| labels.len() == classes && labels.is_sorted_by(|a, b| a < b))
}

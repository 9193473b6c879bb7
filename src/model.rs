//! A network with all that it takes to use it <-> a weights file.
//!
//! Tensors are named and shaped as those of PyTorch's `Sequential(Linear, activation, Linear, ...)`: `0.weight` [O, I],
//! `0.bias` \[O\], `2.weight`, ... What PyTorch does not say is in the metadata; a file without it is taken for one
//! with ReLU, labels 0 to n-1 and square images.
//!
//! ```
//! use mnist::data::dataset::{Draw, generator};
//! use mnist::model::{Model, Origin};
//! use mnist::nn::{activation::Activation, reference::initialize_parameters};
//!
//! let random = &mut generator(42, Draw::Weights);
//! let network = initialize_parameters(&[64, 16, 3], Activation::Relu, random);
//! let origin = Origin { described: true, ..Origin::default() };
//! let model = Model { network, labels: vec![1, 2, 3], width: 8, height: 8, origin };
//! assert_eq!(Model::from_archive(model.to_archive())?, model);
//! # Ok::<(), mnist::model::Error>(())
//! ```

mod layers;
mod metadata;
mod order;

pub use layers::layers;

use crate::data::dataset::MAX_CLASSES;
use crate::data::formats::Range;
use crate::data::sketch::{Ink, Mean, Sketch};
use crate::names::{joined, name_of};
use crate::nn::activation::Activation;
use crate::nn::network::{Dense, Network};
use crate::safetensors::{Archive, Tensor};
use std::collections::BTreeMap;
use std::fmt;

/// The version of the metadata.
const VERSION: &str = "1";
/// What a pixel's byte is multiplied with on its way into the network.
const PIXEL_SCALE: &str = "1/255";

/// The keys of the metadata.
const FORMAT_VERSION: &str = "format_version";
const LAYER_SIZES: &str = "layer_sizes";
const ACTIVATION: &str = "activation";
const CLASS_LABELS: &str = "class_labels";
const IMAGE_WIDTH: &str = "image_width";
const IMAGE_HEIGHT: &str = "image_height";
const SCALE: &str = "pixel_scale";
const TRAINING: &str = "training";
const VALIDATION: &str = "validation_accuracy";
const ORIENTATION: &str = "orientation";
const RANGE: &str = "pixel_range";
const INK: &str = "ink";
const MEAN: &str = "mean_image";
const SKETCH: &str = "training_rows";
const HASH: &str = "weights_hash";
/// The sketch of files that were written before.
const WHOLE_SKETCH: &str = "training_rows_sketch";

/// Larger weights are none that training leaves where it goes well, and products of them are soon no numbers any more.
const LARGEST: f32 = 1e9;

/// Why a weights file holds no model: one line that says what was expected and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

fn error<T>(line: String) -> Result<T, Error> {
    Err(Error(line))
}

/// A network that reads digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Pixels to logits.
    pub network: Network,
    /// What each class is called, ascending.
    pub labels: Vec<i32>,
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// What it learned from, and how.
    pub origin: Origin,
}

/// What a network learned from, and how; nothing of it is needed to use the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Whether the file says which activation its network has: one without metadata leaves it open.
    pub described: bool,
    /// Whether the file does not say what its classes are called: they are counted from 0.
    pub counted: bool,
    /// Whether the file does not say what pixels are multiplied with: it is taken for 1/255.
    pub unscaled: bool,
    /// Whether the file has its weights as [inputs, outputs], as Keras and notebooks in NumPy do.
    pub turned: bool,
    /// Every setting that decides the weights, in one line.
    pub training: Option<String>,
    /// The share of the images held out that it reads rightly.
    pub validation_accuracy: Option<f64>,
    /// Whether the files' images had to be transposed.
    pub transposed: Option<bool>,
    /// The range that the pixels may have had in the file, by their values.
    pub range: Option<Range>,
    /// How much ink the images have.
    pub ink: Option<Ink>,
    /// What the images look like on the average.
    pub mean: Option<Mean>,
    /// The images that it learned from.
    pub sketch: Option<Sketch>,
}

impl Origin {
    /// The entries of the metadata.
    fn metadata(&self) -> impl Iterator<Item = (&'static str, String)> {
        let orientation = |transposed: bool| if transposed { "transposed" } else { "upright" }.to_owned();
        let bytes = |Mean(bytes): &Mean| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        [
            (TRAINING, self.training.clone()),
            (VALIDATION, self.validation_accuracy.map(|accuracy| format!("{accuracy:.6}"))),
            (ORIENTATION, self.transposed.map(orientation)),
            (RANGE, self.range.map(|range| range.most().to_string())),
            (INK, self.ink.map(|ink| format!("{:.4} {:.4}", ink.border, ink.all))),
            (MEAN, self.mean.as_ref().map(bytes)),
            (SKETCH, self.sketch.as_ref().map(Sketch::to_text)),
        ]
        .into_iter()
        .filter_map(|(key, text)| Some((key, text?)))
    }

    /// Takes an entry in; whether it is one of these and sound.
    fn set(&mut self, key: &str, text: &str) -> Option<()> {
        match key {
            TRAINING => self.training = Some(text.to_owned()),
            VALIDATION => self.validation_accuracy = Some(text.parse().ok()?),
            ORIENTATION => self.transposed = Some(text == "transposed"),
            RANGE => self.range = Some(Range::by_most(text.parse().ok()?)?),
            INK => {
                let (border, all) = text.split_once(' ')?;
                self.ink = Some(Ink { border: border.parse().ok()?, all: all.parse().ok()? });
            }
            MEAN => {
                let byte = |two: &[u8]| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok();
                self.mean = Some(Mean(text.as_bytes().chunks(2).map(byte).collect::<Option<_>>()?));
            }
            SKETCH => self.sketch = Some(Sketch::from_text(text)?),
            WHOLE_SKETCH => self.sketch = Some(Sketch::from_whole(text)?),
            _ => {}
        }
        Some(())
    }
}

impl Model {
    /// Width and height of the images that it reads.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Whether it learned from dark ink on light paper: 255 for paper, not for ink as in MNIST.
    pub fn sees_dark_ink(&self) -> bool {
        self.origin.ink.is_some_and(|ink| ink.border > 0.5)
    }

    /// The weights file.
    pub fn to_archive(&self) -> Archive {
        Archive { tensors: tensors("", &self.network), metadata: self.metadata() }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let entries = [
            (FORMAT_VERSION, VERSION.to_owned()),
            (LAYER_SIZES, joined(&self.network.sizes(), ",")),
            (ACTIVATION, name_of(&Activation::NAMES, self.network.activation).to_owned()),
            (CLASS_LABELS, joined(&self.labels, ",")),
            (IMAGE_WIDTH, self.width.to_string()),
            (IMAGE_HEIGHT, self.height.to_string()),
            (SCALE, PIXEL_SCALE.to_owned()),
            (HASH, hash(&self.network)),
        ];
        entries.into_iter().chain(self.origin.metadata()).map(|(key, text)| (key.to_owned(), text)).collect()
    }

    /// Refuses weights with which nothing good can be computed.
    ///
    /// # Errors
    /// The first weight or bias that is too large.
    pub fn check_size(&self) -> Result<(), Error> {
        for (number, layer) in self.network.layers.iter().enumerate() {
            if let Some(found) = layer.parts().into_iter().flatten().find(|value| value.abs() > LARGEST) {
                let number = number + 1;
                return error(format!(
                    "layer {number}: expected weights and biases up to {LARGEST:e}, found {found:e}"
                ));
            }
        }
        Ok(())
    }

    /// The model of a weights file, checked.
    ///
    /// # Errors
    /// What does not fit.
    pub fn from_archive(Archive { tensors, metadata }: Archive) -> Result<Model, Error> {
        let (layers, turned) = layers(tensors)?;
        let network = Network { activation: Activation::Relu, layers };
        let (sizes, classes) = (network.sizes(), network.classes());
        if !(2..=MAX_CLASSES).contains(&classes) {
            return error(format!("expected a last layer of 2 to {MAX_CLASSES} outputs, found {classes}"));
        }
        let side = sizes[0].isqrt();
        let origin = Origin {
            described: metadata.contains_key(ACTIVATION),
            counted: !metadata.contains_key(CLASS_LABELS),
            unscaled: !metadata.contains_key(SCALE),
            turned,
            ..Origin::default()
        };
        let mut model = Model { network, labels: (0..classes as i32).collect(), width: side, height: side, origin };
        model.check_size().map_err(|Error(line)| Error(line + ": the file is damaged, or its training went wrong"))?;
        metadata::take(&mut model, &metadata)?;
        if usize::checked_mul(model.width, model.height) != Some(sizes[0]) {
            return error(format!(
                "the first layer takes {} pixels, and those are no image of {} x {}: write {IMAGE_WIDTH} and {IMAGE_HEIGHT} \
                 into the metadata",
                sizes[0], model.width, model.height
            ));
        }
        Ok(model)
    }
}

/// What tells that no bit of the weights has changed, under whatever names and in whatever order they stand.
fn hash(network: &Network) -> String {
    format!("{:016x}", network.hash())
}

/// The tensors of a network under names that begin with `prefix`.
pub fn tensors(prefix: &str, network: &Network) -> Vec<Tensor> {
    let layer = |(number, Dense { weights, bias }): (usize, &Dense)| {
        let [inputs, outputs] = [weights.rows(), weights.columns()];
        // Activations have a number too.
        let name = |what| format!("{prefix}{}.{what}", 2 * number);
        let (weights, bias) = (weights.transpose().into_data(), bias.data().to_vec());
        [
            Tensor { name: name("weight"), shape: vec![outputs, inputs], data: weights },
            Tensor { name: name("bias"), shape: vec![outputs], data: bias },
        ]
    };
    network.layers.iter().enumerate().flat_map(layer).collect()
}

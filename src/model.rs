//! A network with all that it takes to use it <-> a weights file.
//!
//! Tensors are named and shaped as those of PyTorch's `Sequential(Linear, activation, Linear, ...)`: `0.weight` [O, I],
//! `0.bias` \[O\], `2.weight`, ... What PyTorch does not say is in the metadata; a file without it is taken for one with
//! ReLU, labels 0 to n-1 and square images.
//!
//! ```
//! use mnist::data::dataset::{Draw, generator};
//! use mnist::model::Model;
//! use mnist::nn::{activation::Activation, init::Init, reference::initialize_parameters};
//!
//! let random = &mut generator(42, Draw::Weights);
//! let network = initialize_parameters(&[64, 16, 3], Activation::Relu, Init::Xavier, random);
//! let model = Model { network, labels: vec![1, 2, 3], width: 8, height: 8 };
//! assert_eq!(Model::from_archive(model.to_archive())?, model);
//! # Ok::<(), mnist::model::Error>(())
//! ```

use crate::data::dataset::MAX_CLASSES;
use crate::matrix::Matrix;
use crate::names::{joined, name_of, named, shortened};
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
}

impl Model {
    /// Width and height of the images that it reads.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
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
        ];
        entries.map(|(key, text)| (key.to_owned(), text)).into()
    }

    /// The model of a weights file, checked.
    ///
    /// # Errors
    /// What does not fit.
    pub fn from_archive(Archive { tensors, metadata }: Archive) -> Result<Model, Error> {
        let network = Network { activation: Activation::Relu, layers: layers(tensors)? };
        let (sizes, classes) = (network.sizes(), network.classes());
        if !(2..=MAX_CLASSES).contains(&classes) {
            return error(format!("expected a last layer of 2 to {MAX_CLASSES} outputs, found {classes}"));
        }
        let side = sizes[0].isqrt();
        let mut model = Model { network, labels: (0..classes as i32).collect(), width: side, height: side };
        for (key, text) in &metadata {
            let refused =
                |expected: &str| Error(format!("metadata {key}: expected {expected}, found \"{}\"", shortened(text)));
            let exactly = |expected: &str| {
                if text == expected { Ok(()) } else { Err(refused(expected)) }
            };
            let number = || text.parse().map_err(|_| refused("a whole number"));
            match key.as_str() {
                FORMAT_VERSION => exactly(VERSION)?,
                SCALE => exactly(PIXEL_SCALE)?,
                LAYER_SIZES => exactly(&joined(&sizes, ","))?,
                ACTIVATION => {
                    model.network.activation =
                        named(&Activation::NAMES, text).ok_or_else(|| refused("an activation"))?
                }
                CLASS_LABELS => {
                    model.labels =
                        labels(text, classes).ok_or_else(|| refused(&format!("{classes} ascending labels")))?
                }
                IMAGE_WIDTH => model.width = number()?,
                IMAGE_HEIGHT => model.height = number()?,
                // Somebody else's.
                _ => {}
            }
        }
        if usize::checked_mul(model.width, model.height) != Some(sizes[0]) {
            return error(format!(
                "the first layer takes {} pixels, and those are no image of {} x {}",
                sizes[0], model.width, model.height
            ));
        }
        Ok(model)
    }
}

/// Ascending labels with commas between them.
fn labels(text: &str, classes: usize) -> Option<Vec<i32>> {
    let labels: Option<Vec<i32>> = text.split(',').map(|label| label.parse().ok()).collect();
    labels.filter(|labels| labels.len() == classes && labels.is_sorted_by(|a, b| a < b))
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

/// The layers of tensors named `0.weight`, `0.bias`, `2.weight`, ...: any ascending numbers, as PyTorch counts
/// dropout and other modules without weights too.
pub fn layers(tensors: Vec<Tensor>) -> Result<Vec<Dense>, Error> {
    let mut found: BTreeMap<u32, [Option<Tensor>; 2]> = BTreeMap::new();
    for tensor in tensors {
        let (number, part) = number_and_part(&tensor.name).ok_or_else(|| {
            Error(format!(
                "expected tensors named 0.weight, 0.bias, 2.weight and so on, found \"{}\"",
                shortened(&tensor.name)
            ))
        })?;
        found.entry(number).or_default()[part] = Some(tensor);
    }
    let mut layers: Vec<Dense> = Vec::new();
    for (number, parts) in found {
        let inputs = layers.last().map(|layer| layer.weights.columns());
        layers.push(dense(number, parts, inputs)?);
    }
    if layers.is_empty() {
        return error("expected tensors 0.weight, 0.bias and so on, found none".to_owned());
    }
    Ok(layers)
}

/// One layer, which takes as many `inputs` as the layer before it has outputs.
fn dense(number: u32, [weight, bias]: [Option<Tensor>; 2], inputs: Option<usize>) -> Result<Dense, Error> {
    let (Some(weight), Some(bias)) = (weight, bias) else {
        return error(format!("expected {number}.weight and {number}.bias, found one of them"));
    };
    let [outputs @ 1..=usize::MAX, columns @ 1..=usize::MAX] = weight.shape[..] else {
        return error(format!("{}: expected a shape [outputs, inputs], found {:?}", weight.name, weight.shape));
    };
    if let Some(inputs) = inputs.filter(|&inputs| inputs != columns) {
        let expected = [outputs, inputs];
        return error(format!(
            "{}: expected the shape {expected:?}, as the layer before has {inputs} outputs, found {:?}",
            weight.name, weight.shape
        ));
    }
    if bias.shape != [outputs] {
        return error(format!("{}: expected the shape {:?}, found {:?}", bias.name, [outputs], bias.shape));
    }
    let matrix = |rows, columns, data| Matrix::from_vec(rows, columns, data).map_err(|error| Error(error.to_string()));
    Ok(Dense { weights: matrix(outputs, columns, weight.data)?.transpose(), bias: matrix(1, outputs, bias.data)? })
}

/// The layer's number, and 0 for its weights or 1 for its bias.
fn number_and_part(name: &str) -> Option<(u32, usize)> {
    let (digits, part) = name.split_once('.')?;
    let number: u32 = digits.parse().ok().filter(|number: &u32| *digits == number.to_string())?;
    let part = ["weight", "bias"].iter().position(|known| *known == part)?;
    Some((number, part))
}

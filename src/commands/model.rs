//! A network with all that it takes to use it <-> a weights file.
//!
//! Tensors are named and shaped as those of PyTorch's `Sequential(Linear, activation, Linear, ...)`: `0.weight` [O, I],
//! `0.bias` [O], `2.weight`, ... What PyTorch does not say is in the metadata; a file without it is taken for one with
//! ReLU, labels 0 to n-1 and square images.

use super::error::{Error, Result, within};
use super::load::{self, Size};
use crate::data::dataset::MAX_CLASSES;
use crate::matrix::Matrix;
use crate::nn::activation::Activation;
use crate::nn::network::{Dense, Network};
use crate::safetensors::{Archive, LONGEST_HEADER, Tensor};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Read;

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

/// A network that reads digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
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
    pub fn size(&self) -> Size {
        (self.width, self.height)
    }

    /// Reads a weights file; `-` is standard input.
    pub fn read(file: &str) -> Result<Model> {
        let archive = read_archive(file)?;
        Model::from_archive(archive).map_err(within(load::name(file)))
    }

    /// The weights file.
    ///
    /// # Errors
    /// Where a weight is no finite number.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let archive = Archive {
            tensors: tensors("", &self.network),
            metadata: self.metadata(),
        };
        archive.to_bytes().map_err(|error| {
            Error::new(format!(
                "training diverged: {error}; try a smaller --learning-rate"
            ))
        })
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let entries = [
            (FORMAT_VERSION, VERSION.to_owned()),
            (LAYER_SIZES, joined(&self.network.sizes(), ",")),
            (
                ACTIVATION,
                name_of(&Activation::NAMES, self.network.activation).to_owned(),
            ),
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
    pub fn from_archive(
        Archive { tensors, metadata }: Archive,
    ) -> std::result::Result<Model, String> {
        let network = Network {
            activation: Activation::Relu,
            layers: layers(tensors)?,
        };
        let (sizes, classes) = (network.sizes(), network.classes());
        if !(2..=MAX_CLASSES).contains(&classes) {
            return Err(format!(
                "expected a last layer of 2 to {MAX_CLASSES} outputs, found {classes}"
            ));
        }
        let side = sizes[0].isqrt();
        let mut model = Model {
            network,
            labels: (0..classes as i32).collect(),
            width: side,
            height: side,
        };
        for (key, text) in &metadata {
            let refused = |expected: &str| {
                format!(
                    "metadata {key}: expected {expected}, found {:?}",
                    shortened(text)
                )
            };
            let exactly = |expected: &str| {
                if text == expected {
                    Ok(())
                } else {
                    Err(refused(expected))
                }
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
                    model.labels = labels(text, classes)
                        .ok_or_else(|| refused(&format!("{classes} ascending labels")))?
                }
                IMAGE_WIDTH => model.width = number()?,
                IMAGE_HEIGHT => model.height = number()?,
                // Somebody else's.
                _ => {}
            }
        }
        if usize::checked_mul(model.width, model.height) != Some(sizes[0]) {
            return Err(format!(
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

/// Reads a safetensors file; `-` is standard input.
pub fn read_archive(file: &str) -> Result<Archive> {
    let name = load::name(file);
    let (mut input, length) = load::open(file)?;
    let mut bytes = Vec::new();
    input
        .by_ref()
        .take(8)
        .read_to_end(&mut bytes)
        .map_err(within(name))?;
    // By its first bytes almost anything else is refused before the rest is read, however long it is.
    let header = bytes
        .first_chunk()
        .map(|&length| u64::from_le_bytes(length));
    if header.is_some_and(|header| header <= LONGEST_HEADER as u64) {
        // Room for all at once: growing would take twice as much.
        let room = bytes.try_reserve_exact(length.unwrap_or(0) as usize);
        room.map_err(within(name))?;
        input.read_to_end(&mut bytes).map_err(within(name))?;
    }
    Archive::from_bytes(&bytes).map_err(within(name))
}

/// The tensors of a network under names that begin with `prefix`.
pub fn tensors(prefix: &str, network: &Network) -> Vec<Tensor> {
    let layer = |(number, Dense { weights, bias }): (usize, &Dense)| {
        let [inputs, outputs] = [weights.rows(), weights.columns()];
        // Activations have a number too.
        let name = |what| format!("{prefix}{}.{what}", 2 * number);
        let (weights, bias) = (weights.transpose().into_data(), bias.data().to_vec());
        [
            Tensor {
                name: name("weight"),
                shape: vec![outputs, inputs],
                data: weights,
            },
            Tensor {
                name: name("bias"),
                shape: vec![outputs],
                data: bias,
            },
        ]
    };
    network.layers.iter().enumerate().flat_map(layer).collect()
}

/// The layers of tensors named `0.weight`, `0.bias`, `2.weight`, ...: any ascending numbers, as PyTorch counts
/// dropout and other modules without weights too.
pub fn layers(tensors: Vec<Tensor>) -> std::result::Result<Vec<Dense>, String> {
    let mut found: BTreeMap<u32, [Option<Tensor>; 2]> = BTreeMap::new();
    for tensor in tensors {
        let (number, part) = number_and_part(&tensor.name).ok_or_else(|| {
            format!(
                "expected tensors named 0.weight, 0.bias, 2.weight and so on, found {:?}",
                shortened(&tensor.name)
            )
        })?;
        found.entry(number).or_default()[part] = Some(tensor);
    }
    let mut layers: Vec<Dense> = Vec::new();
    for (number, parts) in found {
        let inputs = layers.last().map(|layer| layer.weights.columns());
        layers.push(dense(number, parts, inputs)?);
    }
    if layers.is_empty() {
        return Err("expected tensors 0.weight, 0.bias and so on, found none".to_owned());
    }
    Ok(layers)
}

/// One layer, which takes as many `inputs` as the layer before it has outputs.
fn dense(
    number: u32,
    [weight, bias]: [Option<Tensor>; 2],
    inputs: Option<usize>,
) -> std::result::Result<Dense, String> {
    let (Some(weight), Some(bias)) = (weight, bias) else {
        return Err(format!(
            "expected {number}.weight and {number}.bias, found one of them"
        ));
    };
    let [outputs @ 1..=usize::MAX, columns @ 1..=usize::MAX] = weight.shape[..] else {
        return Err(format!(
            "{}: expected a shape [outputs, inputs], found {:?}",
            weight.name, weight.shape
        ));
    };
    if let Some(inputs) = inputs.filter(|&inputs| inputs != columns) {
        let expected = [outputs, inputs];
        return Err(format!(
            "{}: expected the shape {expected:?}, as the layer before has {inputs} outputs, found {:?}",
            weight.name, weight.shape
        ));
    }
    if bias.shape != [outputs] {
        return Err(format!(
            "{}: expected the shape {:?}, found {:?}",
            bias.name,
            [outputs],
            bias.shape
        ));
    }
    let weights =
        Matrix::from_vec(outputs, columns, weight.data).map_err(|error| error.to_string())?;
    let bias = Matrix::from_vec(1, outputs, bias.data).map_err(|error| error.to_string())?;
    Ok(Dense {
        weights: weights.transpose(),
        bias,
    })
}

/// The layer's number, and 0 for its weights or 1 for its bias.
fn number_and_part(name: &str) -> Option<(u32, usize)> {
    let (digits, part) = name.split_once('.')?;
    let number: u32 = digits
        .parse()
        .ok()
        .filter(|number: &u32| *digits == number.to_string())?;
    let part = ["weight", "bias"].iter().position(|known| *known == part)?;
    Some((number, part))
}

/// A text from a file, no longer than a line should be.
pub fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// What goes by that name.
pub fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}

/// The name by which that goes.
pub fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names
        .iter()
        .find(|(_, known)| *known == value)
        .map_or("", |(name, _)| name)
}

/// Numbers in one line.
pub fn joined<T: Display>(numbers: &[T], between: &str) -> String {
    numbers
        .iter()
        .map(T::to_string)
        .collect::<Vec<_>>()
        .join(between)
}

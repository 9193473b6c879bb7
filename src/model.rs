//! A network with all that it takes to use it <-> a weights file.
//!
//! Tensors are named and shaped as those of PyTorch's `Sequential(Linear, activation, Linear, ...)`: `0.weight` [O, I],
//! `0.bias` \[O\], `2.weight`, ... What PyTorch does not say is in the metadata; a file without it is taken for one with
//! ReLU, labels 0 to n-1 and square images.
//!
//! ```
//! use mnist::data::dataset::{Draw, generator};
//! use mnist::model::{Model, Origin};
//! use mnist::nn::{activation::Activation, init::Init, reference::initialize_parameters};
//!
//! let random = &mut generator(42, Draw::Weights);
//! let network = initialize_parameters(&[64, 16, 3], Activation::Relu, Init::Xavier, random);
//! let model = Model { network, labels: vec![1, 2, 3], width: 8, height: 8, origin: Origin { described: true, ..Origin::default() } };
//! assert_eq!(Model::from_archive(model.to_archive())?, model);
//! # Ok::<(), mnist::model::Error>(())
//! ```

use crate::data::dataset::MAX_CLASSES;
use crate::data::formats::Range;
use crate::data::sketch::{Ink, Sketch};
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
const TRAINING: &str = "training";
const VALIDATION: &str = "validation_accuracy";
const ORIENTATION: &str = "orientation";
const RANGE: &str = "pixel_range";
const INK: &str = "ink";
const SKETCH: &str = "training_rows_sketch";

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
    /// Whether the file says at all what its network is: one without metadata leaves it open.
    pub described: bool,
    /// Every setting that decides the weights, in one line.
    pub training: Option<String>,
    /// The share of the images held out that it reads rightly.
    pub validation_accuracy: Option<f64>,
    /// Whether the files' images had to be transposed.
    pub transposed: Option<bool>,
    /// The range of the pixels in the file.
    pub range: Option<Range>,
    /// How much ink the images have.
    pub ink: Option<Ink>,
    /// The images that it learned from.
    pub sketch: Option<Sketch>,
}

impl Origin {
    /// The entries of the metadata.
    fn metadata(&self) -> impl Iterator<Item = (&'static str, String)> {
        let orientation = |transposed: bool| if transposed { "transposed" } else { "upright" }.to_owned();
        let hashes =
            |Sketch(hashes): &Sketch| hashes.iter().map(|hash| format!("{hash:016x}")).collect::<Vec<_>>().join(" ");
        [
            (TRAINING, self.training.clone()),
            (VALIDATION, self.validation_accuracy.map(|accuracy| format!("{accuracy:.6}"))),
            (ORIENTATION, self.transposed.map(orientation)),
            (RANGE, self.range.map(|range| range.most().to_string())),
            (INK, self.ink.map(|ink| format!("{:.4} {:.4}", ink.border, ink.all))),
            (SKETCH, self.sketch.as_ref().map(hashes)),
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
            SKETCH => {
                let hash = |word| u64::from_str_radix(word, 16).ok();
                let hashes: Vec<u64> = text.split_whitespace().map(hash).collect::<Option<_>>()?;
                self.sketch = Some(Sketch(hashes)).filter(|sketch| sketch.0.is_sorted());
            }
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
        ];
        entries.into_iter().chain(self.origin.metadata()).map(|(key, text)| (key.to_owned(), text)).collect()
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
        let origin = Origin { described: metadata.contains_key(ACTIVATION), ..Origin::default() };
        let mut model = Model { network, labels: (0..classes as i32).collect(), width: side, height: side, origin };
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
                // Somebody else's, or of the network's origin: without it, less is noticed.
                key => model.origin.set(key, text).unwrap_or_default(),
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

/// The layers of tensors named `0.weight`, `0.bias`, `2.weight`, or by any other names that end so: the numbers in the names
/// decide the order, or else the shapes where they leave one chain. A layer may be without bias. Weights are [outputs,
/// inputs]; Keras has them transposed and calls them `kernel`.
///
/// # Errors
/// Where names and shapes leave doubt, or the tensors are no dense layers.
pub fn layers(tensors: Vec<Tensor>) -> Result<Vec<Dense>, Error> {
    let mut found: BTreeMap<String, [Option<Tensor>; 2]> = BTreeMap::new();
    for mut tensor in tensors {
        let (layer, part) =
            tensor.name.rsplit_once('.').or_else(|| tensor.name.rsplit_once('/')).unwrap_or(("", &tensor.name));
        if ["running_mean", "running_var", "num_batches_tracked"].contains(&part) {
            return error(format!("{}: BatchNorm is not known here: only dense layers are", shortened(&tensor.name)));
        }
        let (layer, part) = (layer.to_owned(), part.to_owned());
        let place = match part.as_str() {
            "weight" => 0,
            "bias" => 1,
            "kernel" if tensor.shape.len() == 2 => {
                let [inputs, outputs] = [tensor.shape[0], tensor.shape[1]];
                let kernel =
                    Matrix::from_vec(inputs, outputs, tensor.data).map_err(|error| Error(error.to_string()))?;
                (tensor.data, tensor.shape) = (kernel.transpose().into_data(), vec![outputs, inputs]);
                0
            }
            _ => {
                let what = "expected tensors named 0.weight, 0.bias, 2.weight and so on, found";
                return error(format!("{what} \"{}\"", shortened(&tensor.name)));
            }
        };
        if place == 0 && tensor.shape.len() > 2 {
            let what = format!("{}: a convolution is not known here: only dense layers are", shortened(&tensor.name));
            return error(what);
        }
        if place == 0 && tensor.shape.len() == 1 {
            let what = "LayerNorm or BatchNorm is not known here: only dense layers are";
            return error(format!("{}: {what}", shortened(&tensor.name)));
        }
        found.entry(layer).or_default()[place] = Some(tensor);
    }
    let mut named: Vec<Named> = found.into_iter().collect();
    if named.is_empty() {
        return error("expected tensors 0.weight, 0.bias and so on, found none".to_owned());
    }
    let number = |layer: &str| {
        let digits = layer.rsplit(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
        digits.and_then(|digits| digits.parse::<u64>().ok())
    };
    let numbers: Vec<Option<u64>> = named.iter().map(|(layer, _)| number(layer)).collect();
    let mut different = numbers.clone();
    different.sort_unstable();
    different.dedup();
    if named.len() > 1 && (different.len() < named.len() || numbers.contains(&None)) {
        named = chained(named)?;
    } else {
        named.sort_by_key(|(layer, _)| number(layer));
    }
    let mut layers: Vec<Dense> = Vec::new();
    for (layer, parts) in named {
        let inputs = layers.last().map(|layer| layer.weights.columns());
        layers.push(dense(&layer, parts, inputs)?);
    }
    Ok(layers)
}

/// The name of a layer, its weights and its bias.
type Named = (String, [Option<Tensor>; 2]);

/// Layers of names without numbers, in the one order in which each takes what the one before gives.
fn chained(mut named: Vec<Named>) -> Result<Vec<Named>, Error> {
    let shape = |(_, parts): &Named| match parts[0].as_ref().map(|tensor| &tensor.shape[..]) {
        Some(&[outputs, inputs]) => (inputs, outputs),
        _ => (0, 0),
    };
    let listed = named.iter().map(|(layer, _)| shortened(layer)).collect::<Vec<_>>().join(", ");
    let doubt =
        || Error(format!("expected layers whose names or shapes tell their order, found {listed}: name them 0, 1, 2"));
    let mut ordered = Vec::new();
    let mut inputs = None;
    while !named.is_empty() {
        let fits = |layer: &Named| match inputs {
            Some(inputs) => shape(layer).0 == inputs,
            // The first takes what no other gives.
            None => named.iter().all(|other| shape(other).1 != shape(layer).0 || other.0 == layer.0),
        };
        let places: Vec<usize> = (0..named.len()).filter(|&place| fits(&named[place])).collect();
        let [place] = places[..] else { return Err(doubt()) };
        let layer = named.remove(place);
        inputs = Some(shape(&layer).1);
        ordered.push(layer);
    }
    Ok(ordered)
}

/// One layer, which takes as many `inputs` as the layer before it has outputs.
fn dense(layer: &str, [weight, bias]: [Option<Tensor>; 2], inputs: Option<usize>) -> Result<Dense, Error> {
    let Some(weight) = weight else {
        return error(format!("expected {0}.weight and {0}.bias, found one of them", shortened(layer)));
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
    let none = || Tensor { name: "bias".to_owned(), shape: vec![outputs], data: vec![0.0; outputs] };
    let bias = bias.unwrap_or_else(none);
    if bias.shape != [outputs] {
        return error(format!("{}: expected the shape {:?}, found {:?}", bias.name, [outputs], bias.shape));
    }
    let matrix = |rows, columns, data| Matrix::from_vec(rows, columns, data).map_err(|error| Error(error.to_string()));
    Ok(Dense { weights: matrix(outputs, columns, weight.data)?.transpose(), bias: matrix(1, outputs, bias.data)? })
}

//! Tensors -> layers, whatever they are called: `0.weight` and `0.bias`, `net.fc1.weight`, `dense_1/kernel:0`, `W1` and
//! `b1`.
//!
//! The last word of a name says what the tensor is; the rest is the name of the layer. [`order`] tells
//! in which order the layers stand.

use super::order::{self, Unclear};
use super::{Error, error};
use crate::matrix::Matrix;
use crate::names::shortened;
use crate::nn::network::Dense;
use crate::safetensors::Tensor;
use std::collections::BTreeMap;

/// How PyTorch calls weights, [outputs, inputs]; Keras and scikit-learn's networks, [inputs, outputs]; scikit-learn's
/// linear models, [outputs, inputs]; and notebooks, of which the shapes decide.
const WEIGHTS: [(&str, Option<bool>); 8] = [
    ("weight", Some(false)),
    ("kernel", Some(true)),
    ("coefs", Some(true)),
    ("coef", Some(false)),
    ("weights", None),
    ("kernels", Some(true)),
    ("w", None),
    ("ws", None),
];

const BIASES: [&str; 5] = ["bias", "biases", "b", "intercepts", "intercept"];

/// What a tensor is in its layer.
enum Role {
    /// `turned`, if the name says so, tells whether it is [inputs, outputs].
    Weight {
        turned: Option<bool>,
    },
    Bias,
}

/// The weights and the bias of a layer as they stand in the file.
#[derive(Default)]
struct Parts {
    layer: String,
    weight: Option<Tensor>,
    bias: Option<Tensor>,
}

impl Parts {
    /// Inputs and outputs; `turned` where the weights are [inputs, outputs].
    fn sizes(&self, turned: bool) -> Option<[usize; 2]> {
        match (self.weight.as_ref()?.shape.as_slice(), turned) {
            (&[outputs, inputs], false) | (&[inputs, outputs], true) => Some([inputs, outputs]),
            _ => None,
        }
    }
}

/// The layers in their order, and whether their weights are [inputs, outputs]. A layer may be without bias.
///
/// # Errors
/// Where names and shapes leave doubt, or the tensors are no dense layers.
///
/// # Panics
/// Where a tensor has not as many numbers as its shape says.
pub fn layers(tensors: Vec<Tensor>) -> Result<(Vec<Dense>, bool), Error> {
    let (all, told) = gathered(tensors)?;
    let usual = told.unwrap_or(false);
    let fits = |turned: &bool| all.iter().all(|parts| check(parts, *turned).is_ok());
    let mut ways: Vec<bool> = [usual, !usual].into_iter().filter(fits).collect();
    if ways.is_empty() {
        all.iter().try_for_each(|parts| check(parts, usual))?;
    }
    if told.is_some() {
        // Where the biases fit either way, the names hold.
        ways.truncate(1);
    }
    let (clear, unclear): (Vec<_>, Vec<_>) =
        ways.into_iter().map(|turned| (turned, order(&all, turned))).partition(|(_, order)| order.is_ok());
    let (turned, order) = match &clear[..] {
        [_, _] => {
            return error(
                "expected weights whose shapes tell inputs from outputs, found none: name them 0.weight \
                 [outputs, inputs], 0.bias and so on"
                    .to_owned(),
            );
        }
        _ => clear.into_iter().chain(unclear).next().map_or((usual, Ok(Vec::new())), |found| found),
    };
    let mut all: Vec<Option<Parts>> = all.into_iter().map(Some).collect();
    let layers = order?.into_iter().filter_map(|place| all[place].take()).map(|parts| dense(parts, turned));
    Ok((layers.collect::<Result<_, _>>()?, turned))
}

/// The parts of each layer, by its name; and whether the weights are [inputs, outputs], if a name says so.
fn gathered(tensors: Vec<Tensor>) -> Result<(Vec<Parts>, Option<bool>), Error> {
    let mut found: BTreeMap<String, Parts> = BTreeMap::new();
    let mut told = None;
    for tensor in tensors {
        let name = shortened(&tensor.name);
        refuse_in_parts(&tensor)?;
        let Some((layer, role)) = part_of(&tensor.name) else {
            return error(format!(
                "expected tensors named 0.weight, 0.bias, 2.weight and so on, found \"{name}\": leave out what is no layer's \
                 weight or bias"
            ));
        };
        let parts = found.entry(layer.clone()).or_default();
        parts.layer = layer;
        let is_flat = tensor.shape.iter().filter(|&&size| size != 1).count() <= 1;
        let before = match role {
            Role::Weight { turned } => {
                refuse_not_dense(&tensor)?;
                told = told.or(turned);
                parts.weight.replace(tensor)
            }
            // Notebooks have a bias as a row or a column.
            Role::Bias if is_flat => parts.bias.replace(Tensor { shape: vec![tensor.data.len()], ..tensor }),
            Role::Bias => parts.bias.replace(tensor),
        };
        if let Some(Tensor { name: before, .. }) = before {
            let before = shortened(&before);
            return error(format!(
                "{before} and {name} are the same part of one layer: leave out the one that is not used"
            ));
        }
    }
    if found.is_empty() {
        return error("expected tensors 0.weight, 0.bias and so on, found none".to_owned());
    }
    Ok((found.into_values().collect(), told))
}

/// Refuses tensors, by their names, that are no weights by themselves.
fn refuse_in_parts(tensor: &Tensor) -> Result<(), Error> {
    let name = shortened(&tensor.name);
    let is_one_of = |ends: &[&str]| ends.iter().any(|end| tensor.name.ends_with(end));
    if is_one_of(&["running_mean", "running_var", "num_batches_tracked"]) {
        return error(format!("{name}: BatchNorm is not known here: only dense layers are"));
    }
    if is_one_of(&["weight_g", "weight_v", "original0", "original1"]) {
        return error(format!(
            "{name}: a layer in two parts, direction and length, is not known here: join them in PyTorch by \
             remove_weight_norm or remove_parametrizations, and save again"
        ));
    }
    Ok(())
}

/// Refuses weights, by their shapes, of layers that are not dense.
fn refuse_not_dense(weight: &Tensor) -> Result<(), Error> {
    let name = shortened(&weight.name);
    match weight.shape.len() {
        3.. => error(format!("{name}: a convolution is not known here: only dense layers are")),
        1 if weight.data.len() == 1 => {
            error(format!("{name}: PReLU is not known here, as its slope is learned: train with another activation"))
        }
        1 => error(format!("{name}: LayerNorm or BatchNorm is not known here: only dense layers are")),
        _ => Ok(()),
    }
}

/// The layer that a tensor is of, and what it is there.
fn part_of(name: &str) -> Option<(String, Role)> {
    // TensorFlow's names of variables, and Keras' numbers of them.
    let name = name.strip_suffix(":0").or(name.strip_suffix("/.ATTRIBUTES/VARIABLE_VALUE")).unwrap_or(name);
    let numbered = [("/vars/0", "/kernel"), ("/vars/1", "/bias")];
    let named = numbered.iter().find_map(|(number, word)| Some(name.strip_suffix(number)?.to_owned() + word));
    let name = named.as_deref().unwrap_or(name);
    let end = name.trim_end_matches(|c: char| !c.is_alphabetic()).len();
    let start = name[..end].trim_end_matches(char::is_alphabetic).len();
    let word = name[start..end].to_ascii_lowercase();
    let weight = WEIGHTS.iter().find(|(known, _)| *known == word).map(|&(_, turned)| Role::Weight { turned });
    let role = weight.or(BIASES.contains(&word.as_str()).then_some(Role::Bias))?;
    let rest = [&name[..start], &name[end..]].map(|part| part.trim_matches(['.', '/', '_']));
    let layer = rest.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    Some((layer, role))
}

/// The order of the layers, by places in `all`, in which each takes what the one before gives.
fn order(all: &[Parts], turned: bool) -> Result<Vec<usize>, Error> {
    let sizes = |parts: &Parts| parts.sizes(turned).unwrap_or_default();
    let layers: Vec<_> = all.iter().map(|parts| (parts.layer.as_str(), sizes(parts))).collect();
    order::order(&layers).map_err(|unclear| match unclear {
        Unclear::Doubt => {
            const SHOWN: usize = 5;
            let listed: Vec<String> = all.iter().take(SHOWN).map(|parts| shortened(&parts.layer)).collect();
            let more = if all.len() > SHOWN { ", ..." } else { "" };
            let listed = listed.join(", ");
            Error(format!(
                "expected layers whose names and shapes leave one order, found {listed}{more}: name the network's tensors \
                 0.weight, 0.bias, 1.weight and so on in its order, and leave out what is not of it"
            ))
        }
        Unclear::Misfit(layer, before) => {
            let (before, [inputs, outputs]) = (sizes(&all[before])[1], sizes(&all[layer]));
            let [expected, found] = [before, inputs].map(|inputs| if turned { [inputs, outputs] } else { [outputs, inputs] });
            let name = all[layer].weight.as_ref().map_or(String::new(), |weight| shortened(&weight.name));
            Error(format!(
                "{name}: expected the shape {expected:?}, as the layer before has {before} outputs, found {found:?}"
            ))
        }
    })
}

/// Refuses a layer whose tensors do not fit each other.
fn check(parts: &Parts, turned: bool) -> Result<(), Error> {
    let Some(weight) = &parts.weight else {
        return error(format!("expected {0}.weight and {0}.bias, found one of them", shortened(&parts.layer)));
    };
    let Some([_, outputs]) = parts.sizes(turned).filter(|sizes| !sizes.contains(&0)) else {
        let name = shortened(&weight.name);
        return error(format!("{name}: expected a shape [outputs, inputs], found {:?}", weight.shape));
    };
    match &parts.bias {
        Some(bias) if bias.shape != [outputs] => {
            error(format!("{}: expected the shape {:?}, found {:?}", shortened(&bias.name), [outputs], bias.shape))
        }
        _ => Ok(()),
    }
}

/// A layer that was checked.
fn dense(parts: Parts, turned: bool) -> Result<Dense, Error> {
    let [inputs, outputs] = parts.sizes(turned).unwrap_or_default();
    let data = parts.weight.map(|weight| weight.data).unwrap_or_default();
    let weights = if turned {
        Matrix::from_vec(inputs, outputs, data)
    } else {
        let room = Vec::<f32>::new().try_reserve_exact(data.len());
        room.map_err(|_| {
            Error(format!("expected memory for {} weights twice, found less: make the network smaller", data.len()))
        })?;
        Matrix::from_vec(outputs, inputs, data).transpose()
    };
    let bias = parts.bias.map_or_else(|| vec![0.0; outputs], |bias| bias.data);
    Ok(Dense { weights, bias: Matrix::from_vec(1, outputs, bias) })
}

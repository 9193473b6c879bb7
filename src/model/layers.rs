//! Tensors -> layers, whatever they are called: `0.weight` and `0.bias`, `net.fc1.weight`, `dense_1/kernel:0`, `W1` and
//! `b1`.
//!
//! The last word of a name says what the tensor is; the rest is the name of the layer. The numbers in the layers' names
//! decide the order, or else the shapes where they leave one chain.

use super::{Error, error};
use crate::matrix::Matrix;
use crate::names::shortened;
use crate::nn::network::Dense;
use crate::safetensors::Tensor;
use std::collections::BTreeMap;

/// How PyTorch calls weights, [outputs, inputs]; Keras and scikit-learn, [inputs, outputs]; and notebooks, of which the
/// shapes decide.
const WEIGHTS: [(&str, Option<bool>); 8] = [
    ("weight", Some(false)),
    ("kernel", Some(true)),
    ("coefs", Some(true)),
    ("coef", Some(true)),
    ("weights", None),
    ("kernels", Some(true)),
    ("w", None),
    ("ws", None),
];

const BIASES: [&str; 5] = ["bias", "biases", "b", "intercepts", "intercept"];

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
pub fn layers(tensors: Vec<Tensor>) -> Result<(Vec<Dense>, bool), Error> {
    let mut found: BTreeMap<String, Parts> = BTreeMap::new();
    let mut told = None;
    for tensor in tensors {
        let name = shortened(&tensor.name);
        if ["running_mean", "running_var", "num_batches_tracked"].iter().any(|part| tensor.name.ends_with(part)) {
            return error(format!("{name}: BatchNorm is not known here: only dense layers are"));
        }
        let Some((layer, weights)) = part_of(&tensor.name) else {
            return error(format!("expected tensors named 0.weight, 0.bias, 2.weight and so on, found \"{name}\""));
        };
        let is_flat = tensor.shape.iter().filter(|&&size| size != 1).count() <= 1;
        match (weights, tensor.shape.len()) {
            (Some(_), 3..) => return error(format!("{name}: a convolution is not known here: only dense layers are")),
            (Some(_), 1) => {
                return error(format!("{name}: LayerNorm or BatchNorm is not known here: only dense layers are"));
            }
            _ => {}
        }
        let parts = found.entry(layer.clone()).or_default();
        parts.layer = layer;
        match weights {
            Some(by_name) => {
                told = told.or(by_name);
                parts.weight = Some(tensor);
            }
            // Notebooks have a bias as a row or a column.
            None if is_flat => parts.bias = Some(Tensor { shape: vec![tensor.data.len()], ..tensor }),
            None => parts.bias = Some(tensor),
        }
    }
    if found.is_empty() {
        return error("expected tensors 0.weight, 0.bias and so on, found none".to_owned());
    }
    let all: Vec<Parts> = found.into_values().collect();
    let [usual, other] = [told.unwrap_or(false), !told.unwrap_or(false)].map(|turned| (turned, order(&all, turned)));
    let (turned, order) = match (usual, other) {
        ((_, Ok(_)), (_, Ok(_))) if told.is_none() => {
            return error(
                "expected weights whose shapes tell inputs from outputs, found none: name them 0.weight \
                          [outputs, inputs], 0.bias and so on"
                    .to_owned(),
            );
        }
        ((turned, Ok(order)), _) | ((_, Err(_)), (turned, Ok(order))) => (turned, order),
        ((_, Err(error)), _) => return Err(error),
    };
    let mut all: Vec<Option<Parts>> = all.into_iter().map(Some).collect();
    let layers = order.into_iter().filter_map(|place| all[place].take()).map(|parts| dense(parts, turned));
    Ok((layers.collect::<Result<_, _>>()?, turned))
}

/// The layer that a tensor is of, and whether it is its bias (nothing) or its weights: then whether they are [inputs,
/// outputs], if the name says so.
fn part_of(name: &str) -> Option<(String, Option<Option<bool>>)> {
    // TensorFlow's names of variables.
    let name = name.strip_suffix(":0").unwrap_or(name);
    let end = name.trim_end_matches(|c: char| !c.is_alphabetic()).len();
    let start = name[..end].trim_end_matches(char::is_alphabetic).len();
    let word = name[start..end].to_ascii_lowercase();
    let weights = WEIGHTS.iter().find(|(known, _)| *known == word).map(|(_, turned)| *turned);
    let rest = [&name[..start], &name[end..]].map(|part| part.trim_matches(['.', '/', '_']));
    let layer = rest.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    (weights.is_some() || BIASES.contains(&word.as_str())).then_some((layer, weights))
}

/// The order of the layers, by places in `all`, in which each takes what the one before gives.
fn order(all: &[Parts], turned: bool) -> Result<Vec<usize>, Error> {
    let numbers: Vec<Vec<u64>> = all.iter().map(|parts| numbers(&parts.layer)).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    let last = |place: &usize| numbers[*place].last();
    // The last number, or all of them where that is the same in several names.
    order.sort_by_key(last);
    if order.windows(2).any(|pair| last(&pair[0]) == last(&pair[1])) {
        order.sort_by_key(|&place| &numbers[place]);
    }
    let is_clear = order.windows(2).all(|pair| numbers[pair[0]] != numbers[pair[1]])
        && numbers.iter().all(|of| !of.is_empty() && of.len() == numbers[0].len());
    let checked = |order: Vec<usize>| {
        let mut before = None;
        for &place in &order {
            before = Some(check(&all[place], turned, before)?);
        }
        Ok(order)
    };
    let by_shape = || chained(all, &numbers, turned).and_then(checked);
    if all.len() > 1 && !is_clear { by_shape() } else { checked(order).or_else(|error| by_shape().map_err(|_| error)) }
}

/// The numbers in a name.
fn numbers(name: &str) -> Vec<u64> {
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Layers whose names leave their order open, in the one order in which each takes what the one before gives. Of layers
/// that give as much as they take, such as `hidden.0` and `hidden.1`, the numbers decide.
fn chained(all: &[Parts], numbers: &[Vec<u64>], turned: bool) -> Result<Vec<usize>, Error> {
    let sizes: Vec<[usize; 2]> = all.iter().map(|parts| parts.sizes(turned).unwrap_or_default()).collect();
    let doubt = || {
        let listed = all.iter().map(|parts| shortened(&parts.layer)).collect::<Vec<_>>().join(", ");
        Error(format!("expected layers whose names or shapes tell their order, found {listed}: name them 0, 1, 2"))
    };
    let mut left: Vec<usize> = (0..all.len()).collect();
    let mut ordered: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let fits = |&place: &usize| match ordered.last() {
            Some(&before) => sizes[place][0] == sizes[before][1],
            // The first takes what no other gives.
            None => left.iter().all(|&other| sizes[other][1] != sizes[place][0] || other == place),
        };
        let found: Vec<usize> = left.iter().copied().filter(fits).collect();
        let mut square: Vec<usize> =
            found.iter().copied().filter(|&place| sizes[place][0] == sizes[place][1]).collect();
        let letters = |place: usize| all[place].layer.replace(|c: char| !c.is_alphabetic(), "");
        let alike = square.windows(2).all(|pair| letters(pair[0]) == letters(pair[1]));
        square.sort_by_key(|&place| &numbers[place]);
        let clear = square.windows(2).all(|pair| numbers[pair[0]] != numbers[pair[1]]);
        let place = match (&found[..], &square[..]) {
            (&[place], _) => place,
            (others, &[place, ..]) if alike && clear && others.len() <= square.len() + 1 => place,
            _ => return Err(doubt()),
        };
        left.retain(|&other| other != place);
        ordered.push(place);
    }
    Ok(ordered)
}

/// Refuses a layer that does not take what the layer before gives; returns what it gives.
fn check(parts: &Parts, turned: bool, before: Option<usize>) -> Result<usize, Error> {
    let Some(weight) = &parts.weight else {
        return error(format!("expected {0}.weight and {0}.bias, found one of them", shortened(&parts.layer)));
    };
    let name = shortened(&weight.name);
    let Some([inputs, outputs]) = parts.sizes(turned).filter(|sizes| !sizes.contains(&0)) else {
        return error(format!("{name}: expected a shape [outputs, inputs], found {:?}", weight.shape));
    };
    if let Some(before) = before.filter(|&before| before != inputs) {
        let expected = if turned { [before, outputs] } else { [outputs, before] };
        return error(format!(
            "{name}: expected the shape {expected:?}, as the layer before has {before} outputs, found {:?}",
            weight.shape
        ));
    }
    match &parts.bias {
        Some(bias) if bias.shape != [outputs] => {
            error(format!("{}: expected the shape {:?}, found {:?}", shortened(&bias.name), [outputs], bias.shape))
        }
        _ => Ok(outputs),
    }
}

/// A layer that was checked.
fn dense(parts: Parts, turned: bool) -> Result<Dense, Error> {
    let [inputs, outputs] = parts.sizes(turned).unwrap_or_default();
    let matrix = |rows, columns, data| Matrix::from_vec(rows, columns, data).map_err(|error| Error(error.to_string()));
    let data = parts.weight.map(|weight| weight.data).unwrap_or_default();
    let weights = if turned {
        matrix(inputs, outputs, data)?
    } else {
        let room = Vec::<f32>::new().try_reserve_exact(data.len());
        room.map_err(|_| {
            Error(format!("expected memory for {} weights twice, found less: make the network smaller", data.len()))
        })?;
        matrix(outputs, inputs, data)?.transpose()
    };
    let bias = parts.bias.map_or_else(|| vec![0.0; outputs], |bias| bias.data);
    Ok(Dense { weights, bias: matrix(1, outputs, bias)? })
}

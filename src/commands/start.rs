//! The network that training starts from.

use super::error::{Error, Result};
use super::input;
use super::load::Size;
use super::recipe::Recipe;
use crate::cli::{Arguments, options};
use crate::data::dataset::{Digits, Draw, generator};
use crate::model::Model;
use crate::names::{joined, name_of};
use crate::nn::activation::Activation;
use crate::nn::network::Network;
use crate::nn::reference::initialize_parameters;

/// Layers and activation that the command line does not name are those of the network to start from.
pub fn take_over(arguments: &Arguments, recipe: &mut Recipe, network: &Network) {
    if arguments.get(options::HIDDEN).is_none() {
        let sizes = network.sizes();
        recipe.hidden = sizes[1..sizes.len() - 1].to_vec();
    }
    if arguments.get(options::ACTIVATION).is_none() {
        recipe.activation = network.activation;
    }
}

/// Weights drawn at random, or those of a file, with the file's name.
pub fn network(from: Option<(&str, Model)>, recipe: &Recipe, digits: &Digits, seed: u64) -> Result<Network> {
    let sizes = recipe.sizes(digits.width() * digits.height(), digits.labels().len());
    let Some((file, model)) = from else {
        let random = &mut generator(seed, Draw::Weights);
        return Ok(initialize_parameters(&sizes, recipe.activation, random));
    };
    let refuse = |what: &str, expected: String, found: String| {
        Err(Error::new(format!("{}: expected {what} {expected} to start from, found {found}", input::name(file))))
    };
    let by = |(width, height): Size| format!("{width} x {height}");
    let size = (digits.width(), digits.height());
    let found = model.network.sizes();
    if model.size() != size {
        refuse("weights for images of", by(size), by(model.size()))
    } else if model.labels != digits.labels() {
        refuse("weights for the labels", joined(digits.labels(), ","), joined(&model.labels, ","))
    } else if found != sizes {
        refuse("the layers", joined(&sizes, "-"), format!("{} (--hidden sets them)", joined(&found, "-")))
    } else {
        let [expected, found] = [recipe.activation, model.network.activation].map(|of| name_of(&Activation::NAMES, of));
        if expected != found {
            return refuse("the activation", expected.to_owned(), format!("{found} (--activation sets it)"));
        }
        Ok(model.network)
    }
}

//! The network that training starts from.

use super::error::{Error, Result};
use super::load::{self, Size};
use super::recipe::Recipe;
use crate::data::dataset::{Digits, Draw, generator};
use crate::model::Model;
use crate::names::joined;
use crate::nn::network::Network;
use crate::nn::reference::initialize_parameters;

/// Weights drawn at random, or those of a file, with the file's name.
pub fn network(from: Option<(&str, Model)>, recipe: &Recipe, digits: &Digits, seed: u64) -> Result<Network> {
    let sizes = recipe.sizes(digits.width() * digits.height(), digits.labels().len());
    let Some((file, model)) = from else {
        let random = &mut generator(seed, Draw::Weights);
        return Ok(initialize_parameters(&sizes, recipe.activation, recipe.init, random));
    };
    let refuse = |what: &str, expected: String, found: String| {
        Err(Error::new(format!("{}: expected {what} {expected} to start from, found {found}", load::name(file))))
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
        Ok(Network { activation: recipe.activation, ..model.network })
    }
}

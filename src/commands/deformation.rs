//! How strongly the command line wants images deformed.

use super::error::{Error, Result};
use crate::cli::Arguments;
use crate::cli::options::{self, Opt};
use crate::data::augment::{Augmenter, Strength};
use crate::names::{name_of, named};

/// What is done to the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Augment {
    None,
    Affine,
    /// Affine, too.
    Elastic,
}

pub const AUGMENTS: [(&str, Augment); 3] =
    [("none", Augment::None), ("affine", Augment::Affine), ("elastic", Augment::Elastic)];

/// A strength's option and its place. Those of the elastic part come last.
type Knob = (Opt<f64>, fn(&mut Strength) -> &mut f32);

const KNOBS: [Knob; 7] = [
    (options::ROTATION, |strength| &mut strength.rotation_degrees),
    (options::SCALE, |strength| &mut strength.scale),
    (options::SHEAR, |strength| &mut strength.shear),
    (options::SHIFT, |strength| &mut strength.shift_pixels),
    (options::THICKNESS, |strength| &mut strength.thickness),
    (options::ELASTIC_STRENGTH, |strength| &mut strength.elastic_pixels),
    (options::ELASTIC_SMOOTHNESS, |strength| &mut strength.elastic_sigma),
];

/// The knobs that an affine deformation has.
const AFFINE_KNOBS: usize = 5;

/// What is done to the images, and how strongly.
#[derive(Clone, Copy, Debug)]
pub struct Deformation {
    pub augment: Augment,
    /// For images of 28 x 28 pixels: for others it is scaled.
    pub strength: Strength,
    /// What the command line says of each knob, for images as they are.
    given: [Option<f32>; KNOBS.len()],
}

impl Deformation {
    /// As a recipe has it.
    pub const fn new(augment: Augment, strength: Strength) -> Self {
        Deformation { augment, strength, given: [None; KNOBS.len()] }
    }

    /// The same with what the command line says itself.
    pub fn with(self, arguments: &Arguments) -> Result<Self> {
        let augment = arguments.get(options::AUGMENT).and_then(|name| named(&AUGMENTS, name)).unwrap_or(self.augment);
        let given = KNOBS.map(|(option, _)| {
            let unit = if option.name == options::SCALE.name { 0.01 } else { 1.0 };
            arguments.get(option).map(|value| (value * unit) as f32)
        });
        let (used, needed) = match augment {
            Augment::None => (0, "affine or elastic"),
            Augment::Affine => (AFFINE_KNOBS, "elastic"),
            Augment::Elastic => (KNOBS.len(), ""),
        };
        match given[used..].iter().position(Option::is_some) {
            Some(knob) => Err(Error::usage(format!("--{} needs --augment {needed}", KNOBS[used + knob].0.name))),
            None => Ok(Deformation { augment, given, ..self }),
        }
    }

    /// Whether anything is done to the images at all.
    pub fn deforms(&self) -> bool {
        self.augment != Augment::None
    }

    /// What deforms images of `width` x `height` pixels.
    pub fn augmenter(&self, width: usize, height: usize) -> Result<Augmenter> {
        let augmenter = Augmenter::new(width, height, self.strength(width, height));
        augmenter.map_err(|error| Error::new(format!("{error}; --augment none does without")))
    }

    fn strength(&self, width: usize, height: usize) -> Strength {
        let mut strength = self.strength.for_size(width, height);
        for ((_, knob), given) in KNOBS.iter().zip(self.given) {
            let knob = knob(&mut strength);
            *knob = given.unwrap_or(*knob);
        }
        if self.augment == Augment::Affine {
            strength.elastic_pixels = 0.0;
        }
        strength
    }

    /// All of it by name, for images of `width` x `height` pixels.
    pub fn options(&self, width: usize, height: usize) -> Vec<(&'static str, String)> {
        let mut options = vec![("augment", name_of(&AUGMENTS, self.augment).to_owned())];
        let mut strength = self.strength(width, height);
        if self.deforms() {
            // As the command line takes it: the scale in percent.
            strength.scale = (strength.scale * 1e6).round() / 1e4;
            options.extend(KNOBS.map(|(option, knob)| (option.name, knob(&mut strength).to_string())));
        }
        options
    }
}

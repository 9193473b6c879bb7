//! One digit's way through the network: what it sees, what its units do, what it answers, and why.

use super::canvas::{Align, mix, text_width};
use super::font::CAPITAL;
use super::grid::Fit;
use super::image::Image;
use super::layer::{self, Layer};
use super::page::{BLUE, BODY, FAINT, INK, LINE, NOTE, PAPER, PLAIN, RULE, VERMILION, page, probability};
use super::weights::{limit, signed};

/// What one image does in a network.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    /// What was read, in a line.
    pub title: String,
    /// Of which image, by which network.
    pub caption: String,
    /// Width and height of the image.
    pub size: (usize, usize),
    /// `width` x `height` bytes, row-major, 255 for ink.
    pub pixels: &'a [u8],
    /// The activations of each hidden layer, from the first on.
    pub layers: Vec<Vec<f32>>,
    /// Each class's label and probability, in their order.
    pub classes: Vec<(&'a str, f32)>,
    /// The place of the true label among them, where it is known.
    pub truth: Option<usize>,
    /// Maps of what each pixel added to a sum.
    pub evidence: Vec<Evidence>,
    /// The units of the first layer that mattered most, the strongest first.
    pub units: Vec<Unit>,
}

/// What each pixel added to a sum.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// For what a positive share speaks.
    pub title: String,
    /// `width` x `height` shares, row-major.
    pub shares: Vec<f32>,
}

/// A unit of the first layer.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its number, from 1.
    pub number: usize,
    /// `width` x `height` weights, row-major.
    pub weights: Vec<f32>,
    /// What it added to the logit of the answer.
    pub contribution: f32,
}

/// The side of the image, of a layer and of a map, in pixels; of a layer where there are many.
const SIDE: usize = 252;
const LEAST_SIDE: usize = 112;
/// What all layers side by side may take.
const LAYERS: usize = 1100;
/// The side of a unit's weights.
const UNIT: usize = 112;
/// Between two blocks of a row: room for an arrow.
const GAP: i32 = 48;
/// Between two units.
const UNIT_GAP: i32 = 20;
/// Classes with a bar at most.
const BARS: usize = 10;
/// The longest bar.
const BAR: i32 = 220;
/// From a block's top to what stands below its heading.
const HEADING: i32 = LINE + 6;

/// Draws the whole way on one page: above from left to right the image, each hidden layer, the classes; below which
/// pixels and which units spoke for the answer. Blue is positive, vermilion negative.
pub fn explain(of: &Explanation) -> Image {
    let way = Way::new(of);
    let reasons = Reasons::new(of, way.width);
    let (mut image, left, top) =
        page(&of.title, &of.caption, way.width.max(reasons.width), way.height + GAP + reasons.height);
    way.draw(&mut image, (left, top));
    reasons.draw(&mut image, (left, top + way.height + GAP));
    image
}

/// The upper row: the image, the layers and the classes.
struct Way<'a> {
    of: &'a Explanation<'a>,
    fit: Fit,
    /// What the image takes with its heading.
    image_width: i32,
    /// Each hidden layer with its heading, and what both take.
    layers: Vec<(Layer, String, i32)>,
    /// The classes that get a bar, and the width of the longest label.
    bars: Vec<usize>,
    label: i32,
    width: i32,
    height: i32,
}

impl<'a> Way<'a> {
    fn new(of: &'a Explanation) -> Self {
        let fit = Fit::new(of.size, SIDE);
        let image_width = fit.width().max(text_width(SEEN, BODY));
        let side = (LAYERS / of.layers.len().max(1)).clamp(LEAST_SIDE, SIDE);
        let layer = |(number, values): (usize, &Vec<f32>)| {
            let (layer, heading) = (Layer::new(values, side), layer::heading(number, values.len()));
            let width = layer.width().max(text_width(&heading, BODY));
            (layer, heading, width)
        };
        let layers: Vec<_> = (1..).zip(&of.layers).map(layer).collect();
        let bars = bars(of);
        let label = bars.iter().map(|&class| text_width(of.classes[class].0, BODY)).max().unwrap_or(0);
        let bars_width = label + 12 + BAR + 12 + text_width(">99.9% true", BODY);
        let width = image_width + GAP + layers.iter().map(|layer| layer.2 + GAP).sum::<i32>() + bars_width;
        let tallest = layers.iter().map(|layer| layer.0.height()).max().unwrap_or(0);
        let height = HEADING + tallest.max(fit.height()).max(bars.len() as i32 * LINE);
        Way { of, fit, image_width, layers, bars, label, width, height }
    }

    fn draw(&self, image: &mut Image, (mut x, top): (i32, i32)) {
        let (of, below) = (self.of, top + HEADING);
        image.text(x, top, Align::Left, NOTE, SEEN);
        let ink = |pixel: usize| f32::from(of.pixels[pixel]);
        self.fit.draw(image, (x, below), ink, |ink| mix(PAPER, INK, ink / 255.0));
        image.frame(x, below, self.fit.width(), self.fit.height(), 1, RULE);
        x += self.image_width;
        for (layer, heading, width) in &self.layers {
            arrow(image, (x, below + SIDE as i32 / 2));
            image.text(x + GAP, top, Align::Left, NOTE, heading);
            layer.draw(image, (x + GAP, below));
            x += GAP + width;
        }
        arrow(image, (x, below + SIDE as i32 / 2));
        x += GAP;
        let are_all = self.bars.len() == of.classes.len();
        let heading = if are_all { "how probable each class is" } else { "the most probable classes" };
        image.text(x, top, Align::Left, NOTE, heading);
        draw_bars(image, (x, below), of, &self.bars, self.label);
    }
}

/// The lower row: maps of the pixels that spoke for the answer, and the units that did.
struct Reasons<'a> {
    of: &'a Explanation<'a>,
    /// A map and a unit's weights.
    fit: Fit,
    unit: Fit,
    /// What all maps take.
    maps: i32,
    /// Units in a row, and from one to the next across and down.
    per_row: usize,
    step: [i32; 2],
    width: i32,
    height: i32,
}

impl<'a> Reasons<'a> {
    /// Of about that width.
    fn new(of: &'a Explanation, width: i32) -> Self {
        let (fit, unit) = (Fit::new(of.size, SIDE), Fit::new(of.size, UNIT));
        let maps: i32 = of.evidence.iter().map(|evidence| map_width(&fit, evidence)).sum();
        // A unit's two lines of text need some room even where its image is narrow.
        let step = [unit.width().max(text_width("unit 1024", BODY)) + UNIT_GAP, unit.height() + 2 * LINE + UNIT_GAP];
        let count = of.units.len();
        let per_row = (((width - maps) / step[0]).max(1) as usize).max(count.div_ceil(2));
        let heading = if count == 0 { 0 } else { text_width(MATTERED, BODY) };
        let width = maps + heading.max(per_row.min(count) as i32 * step[0]);
        let height = HEADING + (fit.height() + 2 * LINE).max(count.div_ceil(per_row) as i32 * step[1]);
        Reasons { of, fit, unit, maps, per_row, step, width, height }
    }

    fn draw(&self, image: &mut Image, (left, top): (i32, i32)) {
        let below = top + HEADING;
        let mut x = left;
        for evidence in &self.of.evidence {
            image.text(x, top, Align::Left, NOTE, &evidence.title);
            self.draw_map(image, (x, below), &evidence.shares);
            x += map_width(&self.fit, evidence);
        }
        if !self.of.units.is_empty() {
            image.text(left + self.maps, top, Align::Left, NOTE, MATTERED);
        }
        for (place, unit) in self.of.units.iter().enumerate() {
            let [across, down] = [place % self.per_row, place / self.per_row].map(|steps| steps as i32);
            self.draw_unit(image, (left + self.maps + across * self.step[0], below + down * self.step[1]), unit);
        }
    }

    /// Shares of a sum, and below them what speaks for and against.
    fn draw_map(&self, image: &mut Image, (x, y): (i32, i32), shares: &[f32]) {
        let limit = limit(shares);
        self.fit.draw(image, (x, y), |pixel| shares[pixel], |share| signed(share / limit));
        image.frame(x, y, self.fit.width(), self.fit.height(), 1, RULE);
        let sum = |sign: f32| shares.iter().filter(|share| **share * sign > 0.0).sum::<f32>();
        let y = y + self.fit.height() + LINE - CAPITAL * BODY;
        image.text(x, y, Align::Left, (BODY, BLUE), &format!("for {:+.1}", sum(1.0)));
        image.text(x + self.fit.width(), y, Align::Right, (BODY, VERMILION), &format!("against {:+.1}", sum(-1.0)));
    }

    /// A unit's weights, and below them its number and what it added.
    fn draw_unit(&self, image: &mut Image, (x, y): (i32, i32), of: &Unit) {
        let limit = limit(&of.weights);
        self.unit.draw(image, (x, y), |pixel| of.weights[pixel], |weight| signed(weight / limit));
        image.frame(x, y, self.unit.width(), self.unit.height(), 1, RULE);
        let y = y + self.unit.height() + LINE - CAPITAL * BODY;
        image.text(x, y, Align::Left, NOTE, &format!("unit {}", of.number));
        let colour = if of.contribution < 0.0 { VERMILION } else { BLUE };
        image.text(x, y + LINE, Align::Left, (BODY, colour), &format!("{:+.2}", of.contribution));
    }
}

/// What a map takes with its title.
fn map_width(fit: &Fit, evidence: &Evidence) -> i32 {
    fit.width().max(text_width(&evidence.title, BODY)) + GAP
}

const SEEN: &str = "what the network sees";
const MATTERED: &str = "the units of layer 1 that added most to the answer, and what they look for";

/// The classes that get a bar, in their order: all, or the most probable with the true one among them.
fn bars(of: &Explanation) -> Vec<usize> {
    let mut order: Vec<usize> = (0..of.classes.len()).collect();
    order.sort_by(|&a, &b| of.classes[b].1.total_cmp(&of.classes[a].1));
    if let Some(truth) = of.truth
        && let Some(place) = order.iter().skip(BARS).position(|&class| class == truth)
    {
        order.swap(BARS - 1, BARS + place);
    }
    order.truncate(BARS);
    order.sort_unstable();
    order
}

/// A line for each class: its label, a bar as long as it is probable, the probability, and which is true.
fn draw_bars(image: &mut Image, (x, y): (i32, i32), of: &Explanation, bars: &[usize], label: i32) {
    let answer = bars.iter().copied().max_by(|&a, &b| of.classes[a].1.total_cmp(&of.classes[b].1).then(b.cmp(&a)));
    for (line, &class) in (0..).zip(bars) {
        let (name, share) = of.classes[class];
        let y = y + line * LINE;
        let right = of.truth.is_none_or(|truth| truth == class);
        let colour = match answer == Some(class) {
            true if right => BLUE,
            true => VERMILION,
            false => FAINT,
        };
        image.text(x + label, y, Align::Right, PLAIN, name);
        let left = x + label + 12;
        image.fill(left, y - 1, BAR, CAPITAL * BODY + 2, mix(PAPER, RULE, 0.5));
        image.fill(left, y - 1, (share * BAR as f32).round().max(1.0) as i32, CAPITAL * BODY + 2, colour);
        let mark = if of.truth == Some(class) { " true" } else { "" };
        image.text(left + BAR + 12, y, Align::Left, PLAIN, &format!("{}{mark}", probability(share)));
    }
}

/// From a block that ends at x to the next one.
fn arrow(image: &mut Image, (x, y): (i32, i32)) {
    let at = |dx: f32, dy: f32| (x as f32 + dx, y as f32 + dy);
    let tip = at(GAP as f32 - 14.0, 0.0);
    image.stroke(&[[at(14.0, 0.0), tip], [tip, at(26.0, -7.0)], [tip, at(26.0, 7.0)]], 2.0, FAINT);
}

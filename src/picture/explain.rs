//! One digit's way through the network: what it sees, what its units do, what it answers, and why.

use super::canvas::{Align, mix, text_width};
use super::font::CAPITAL;
use super::grid::Fit;
use super::image::Image;
use super::page::{BLUE, BODY, FAINT, INK, LINE, NOTE, PAPER, PLAIN, RULE, VERMILION, page, probability};
use super::weights::{limit, signed};
use crate::names::counted;

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
/// Units drawn of a layer at most, and framed as its strongest.
const MOST: usize = 1024;
const FRAMED: usize = 8;
/// Classes with a bar at most.
const BARS: usize = 10;
/// The longest bar.
const BAR: i32 = 220;
/// From a block's top to what stands below its heading.
const HEADING: i32 = LINE + 6;

/// Draws the whole way on one page: above from left to right the image, each hidden layer, the classes; below which
/// pixels and which units spoke for the answer. Blue is positive, vermilion negative.
pub fn explain(of: &Explanation) -> Image {
    let fit = Fit::new(of.size, SIDE);
    let side = (LAYERS / of.layers.len().max(1)).clamp(LEAST_SIDE, SIDE);
    let layers: Vec<Layer> = of.layers.iter().map(|values| Layer::new(values, side)).collect();
    let bars = bars(of);
    let label = bars.iter().map(|&class| text_width(of.classes[class].0, BODY)).max().unwrap_or(0);
    let bars_width = label + 12 + BAR + 12 + text_width(">99.9% true", BODY);
    let headings: Vec<String> = (1..).zip(&of.layers).map(|(n, values)| heading(n, values.len())).collect();
    let unit = Fit::new(of.size, UNIT);

    let image_width = fit.width().max(text_width(SEEN, BODY));
    let widths = layers.iter().zip(&headings).map(|(layer, text)| layer.width().max(text_width(text, BODY)));
    let upper = image_width + GAP + widths.clone().map(|width| width + GAP).sum::<i32>() + bars_width;
    let upper_height =
        layers.iter().map(Layer::height).max().unwrap_or(0).max(fit.height()).max(bars.len() as i32 * LINE);
    let map_width = |evidence: &Evidence| fit.width().max(text_width(&evidence.title, BODY)) + GAP;
    let maps: i32 = of.evidence.iter().map(map_width).sum();
    // A unit's two lines of text need some room even where its image is narrow.
    let unit_step = unit.width().max(text_width("unit 1024", BODY)) + UNIT_GAP;
    let unit_height = unit.height() + 2 * LINE + UNIT_GAP;
    let per_row = (((upper - maps) / unit_step).max(1) as usize).max(of.units.len().div_ceil(2));
    let unit_rows = of.units.len().div_ceil(per_row) as i32;
    let lower = maps + per_row.min(of.units.len()) as i32 * unit_step;
    let lower_height = (fit.height() + 2 * LINE).max(unit_rows * unit_height);
    let matters = if of.units.is_empty() { 0 } else { maps + text_width(MATTERED, BODY) };
    let (mut image, left, top) =
        page(&of.title, &of.caption, upper.max(lower).max(matters), upper_height + lower_height + 2 * HEADING + GAP);

    let mut x = left;
    let below = top + HEADING;
    image.text(x, top, Align::Left, NOTE, SEEN);
    let ink = |pixel: usize| f32::from(of.pixels[pixel]);
    fit.draw(&mut image, (x, below), ink, |ink| mix(PAPER, INK, ink / 255.0));
    image.frame(x, below, fit.width(), fit.height(), 1, RULE);
    x += image_width;
    for ((layer, text), width) in layers.iter().zip(&headings).zip(widths) {
        arrow(&mut image, (x, below + SIDE as i32 / 2));
        image.text(x + GAP, top, Align::Left, NOTE, text);
        layer.draw(&mut image, (x + GAP, below));
        x += GAP + width;
    }
    arrow(&mut image, (x, below + SIDE as i32 / 2));
    x += GAP;
    let heading =
        if bars.len() < of.classes.len() { "the most probable classes" } else { "how probable each class is" };
    image.text(x, top, Align::Left, NOTE, heading);
    draw_bars(&mut image, (x, below), of, &bars, label);

    let (mut x, top) = (left, below + upper_height + GAP);
    let below = top + HEADING;
    for evidence in &of.evidence {
        image.text(x, top, Align::Left, NOTE, &evidence.title);
        let limit = limit(&evidence.shares);
        fit.draw(&mut image, (x, below), |pixel| evidence.shares[pixel], |share| signed(share / limit));
        image.frame(x, below, fit.width(), fit.height(), 1, RULE);
        let sum = |sign: f32| evidence.shares.iter().filter(|share| **share * sign > 0.0).sum::<f32>();
        let y = below + fit.height() + LINE - CAPITAL * BODY;
        image.text(x, y, Align::Left, (BODY, BLUE), &format!("for {:+.1}", sum(1.0)));
        image.text(x + fit.width(), y, Align::Right, (BODY, VERMILION), &format!("against {:+.1}", sum(-1.0)));
        x += map_width(evidence);
    }
    if !of.units.is_empty() {
        image.text(x, top, Align::Left, NOTE, MATTERED);
    }
    for (place, of) in of.units.iter().enumerate() {
        let x = x + (place % per_row) as i32 * unit_step;
        let y = below + (place / per_row) as i32 * unit_height;
        let limit = limit(&of.weights);
        unit.draw(&mut image, (x, y), |pixel| of.weights[pixel], |weight| signed(weight / limit));
        image.frame(x, y, unit.width(), unit.height(), 1, RULE);
        let y = y + unit.height() + LINE - CAPITAL * BODY;
        image.text(x, y, Align::Left, NOTE, &format!("unit {}", of.number));
        let colour = if of.contribution < 0.0 { VERMILION } else { BLUE };
        image.text(x, y + LINE, Align::Left, (BODY, colour), &format!("{:+.2}", of.contribution));
    }
    image
}

const SEEN: &str = "what the network sees";
const MATTERED: &str = "the units of layer 1 that added most to the answer, and what they look for";

/// What stands above a layer.
fn heading(number: usize, units: usize) -> String {
    if units > MOST {
        format!("layer {number}: {MOST} strongest of {units}")
    } else {
        format!("layer {number}: {}", counted(units, "unit"))
    }
}

/// A hidden layer as a grid of its units.
struct Layer {
    /// The activations that are drawn, in the order of the units.
    values: Vec<f32>,
    /// The places of the strongest.
    framed: Vec<usize>,
    columns: usize,
    /// From a unit to the next, in pixels.
    step: usize,
    /// The largest size of an activation.
    limit: f32,
}

impl Layer {
    fn new(values: &[f32], side: usize) -> Self {
        let strongest_first = |values: &[f32]| {
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
            order
        };
        let mut shown = strongest_first(values);
        shown.truncate(MOST);
        shown.sort_unstable();
        let values: Vec<f32> = shown.into_iter().map(|unit| values[unit]).collect();
        let mut framed = strongest_first(&values);
        framed.truncate(FRAMED);
        let columns = values.len().isqrt() + usize::from(values.len().isqrt().pow(2) < values.len());
        let limit = values.iter().fold(0.0, |most: f32, value| most.max(value.abs()));
        Layer { step: (side / columns).clamp(4, 28), values, framed, columns, limit }
    }

    fn width(&self) -> i32 {
        (self.columns * self.step) as i32
    }

    fn height(&self) -> i32 {
        (self.values.len().div_ceil(self.columns) * self.step) as i32
    }

    fn draw(&self, image: &mut Image, (x, y): (i32, i32)) {
        let inner = self.step as i32 - 1;
        let place = |unit: usize| {
            let (row, column) = (unit / self.columns, unit % self.columns);
            (x + (column * self.step) as i32, y + (row * self.step) as i32)
        };
        for (unit, value) in self.values.iter().enumerate() {
            let (x, y) = place(unit);
            image.fill(x, y, inner, inner, signed(if self.limit > 0.0 { value / self.limit } else { 0.0 }));
        }
        image.frame(x, y, self.width() - 1, self.height() - 1, 1, RULE);
        for &unit in &self.framed {
            let (x, y) = place(unit);
            image.frame(x, y, inner, inner, 1, INK);
        }
    }
}

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

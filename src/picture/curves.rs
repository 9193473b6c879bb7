//! How training went: loss and error by epoch.

use super::axis::{Axis, Plot};
use super::canvas::{Align, Colour, Point, text_width};
use super::font::CAPITAL;
use super::image::Image;
use super::page::{BLUE, BODY, FAINT, NOTE, PAPER, PLAIN, VERMILION, page, percent};
use crate::names::counted;

/// What was measured in one epoch.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    /// Its number; the first is 1.
    pub epoch: usize,
    /// The training loss.
    pub loss: f32,
    /// The validation loss.
    pub validation_loss: Option<f32>,
    /// The share of training images read right, from 0 to 1.
    pub train_accuracy: f32,
    /// The share of validation images read right, from 0 to 1.
    pub validation_accuracy: Option<f32>,
}

/// One line of a plot.
struct Line {
    name: &'static str,
    colour: Colour,
    thickness: f32,
    /// (epoch, value)
    points: Vec<(f64, f64)>,
}

/// Size of one plot, and what lies left of it (numbers), above (name and legend) and below (numbers and name).
const WIDTH: i32 = 520;
const HEIGHT: i32 = 380;
const LEFT: i32 = 84;
const ABOVE: i32 = 36;
const BELOW: i32 = 60;
/// What lies right of it: half of the last number.
const RIGHT: i32 = 24;

/// Loss on the left, on the right the share that was read wrongly, in training and in validation, from the first epoch
/// to the last. The errors have a logarithmic scale: it shows what 99.5% has over 99%. What was not measured or is not
/// finite leaves no point. `saved` is the number of the epoch whose weights were saved, marked.
pub fn curves(history: &[Epoch], saved: usize) -> Image {
    let (mut image, left, top) =
        page("Training", &caption(history, saved), 2 * (LEFT + WIDTH + RIGHT), ABOVE + HEIGHT + BELOW);
    let line = |name, colour, thickness, value: &dyn Fn(&Epoch) -> Option<f32>| {
        let point = |epoch: &Epoch| Some((epoch.epoch as f64, f64::from(value(epoch)?)));
        let points = history.iter().filter_map(point).filter(|point| point.1.is_finite()).collect();
        Line { name, colour, thickness, points }
    };
    let training = |value| line("training", VERMILION, 2.0, value);
    let validation = |value| line("validation", BLUE, 4.0, value);
    // In percent.
    let error = |accuracy: f32| 100.0 * (1.0 - accuracy);
    let losses = [training(&|epoch| Some(epoch.loss)), validation(&|epoch| epoch.validation_loss)];
    let errors = [
        training(&|epoch| Some(error(epoch.train_accuracy))),
        validation(&|epoch| epoch.validation_accuracy.map(error)),
    ];

    let plot = |place: i32, y: Axis| Plot {
        left: left + LEFT + place * (LEFT + WIDTH + RIGHT),
        top: top + ABOVE,
        width: WIDTH,
        height: HEIGHT,
        x: epochs(history),
        y,
    };
    let highest = values(&losses).fold(0.0, f64::max);
    let axis = Axis::rounded(0.0, if highest > 0.0 { highest } else { 1.0 }, 5.0);
    draw(&mut image, &plot(0, axis), "loss", saved, &losses);
    draw(&mut image, &plot(1, Axis::logarithmic(values(&errors))), "error (%)", saved, &errors);
    image
}

/// What the picture says in words.
fn caption(history: &[Epoch], saved: usize) -> String {
    let epochs = counted(history.len(), "epoch");
    let accuracy = history.iter().find(|epoch| epoch.epoch == saved).and_then(|epoch| epoch.validation_accuracy);
    let reached = accuracy.map_or(String::new(), |accuracy| format!(": validation accuracy {}", percent(accuracy)));
    format!("{epochs}; the ring marks what was saved, epoch {saved}{reached}")
}

fn values(lines: &[Line]) -> impl Iterator<Item = f64> + Clone {
    lines.iter().flat_map(|line| &line.points).map(|point| point.1)
}

/// From the first to the last epoch; one alone stands in the middle.
fn epochs(history: &[Epoch]) -> Axis {
    let (first, last) = (history[0].epoch as f64, history[history.len() - 1].epoch as f64);
    if first == last { Axis::only(first) } else { Axis::whole(first, last, 6.0) }
}

/// One plot with its name, legend, axes and lines, the saved epoch marked by a dashed line and a ring.
fn draw(image: &mut Image, plot: &Plot, name: &str, saved: usize, lines: &[Line]) {
    let above = plot.top - ABOVE;
    image.text(plot.left, above, Align::Left, PLAIN, name);
    let mut right = plot.left + plot.width;
    for line in lines.iter().rev().filter(|line| !line.points.is_empty()) {
        image.text(right, above, Align::Right, NOTE, line.name);
        right -= text_width(line.name, BODY) + 10;
        let y = above as f32 + (CAPITAL * BODY) as f32 / 2.0;
        image.line(&[(right as f32 - 32.0, y), (right as f32, y)], line.thickness, line.colour);
        right -= 32 + 28;
    }
    plot.axes(image, "epoch");
    let saved = saved as f64;
    let x = plot.at(saved, plot.y.low).0.round() as i32;
    for dash in (0..plot.height).step_by(12) {
        image.fill(x - 1, plot.top + dash, 2, 6.min(plot.height - dash), FAINT);
    }
    for line in lines {
        let points: Vec<Point> = line.points.iter().map(|&(x, y)| plot.at(x, y)).collect();
        image.line(&points, line.thickness, line.colour);
        // Points so few that each can be seen are shown as such.
        if points.len() <= 30 {
            points.iter().for_each(|&point| image.disc(point, line.thickness + 5.0, line.colour));
        }
        if let Some(&(x, y)) = line.points.iter().find(|point| point.0 == saved) {
            image.disc(plot.at(x, y), 18.0, line.colour);
            image.disc(plot.at(x, y), 10.0, PAPER);
        }
    }
}

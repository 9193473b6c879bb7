//! Which classes are taken for which.

use super::canvas::{Align, Colour, text_width};
use super::font::CAPITAL;
use super::image::Image;
use super::page::{
    BODY, FAINT, INK, LINE, PAPER, RULE, SMALL, TITLE, blues, gradient, page, percent, vermilions,
};

/// The heat map of the counts of C `classes`: `counts` is C x C, row-major, a row for each true class, a column for
/// each predicted one; what is missing counts as 0. Blue shows the share of a class that was read right, vermilion
/// what it was taken for; the numbers are the counts, left out where there is no room for them.
pub fn confusion(classes: &[&str], counts: &[usize]) -> Image {
    let size = classes.len().max(1);
    let count = |truth: usize, predicted: usize| {
        counts
            .get(truth * classes.len() + predicted)
            .copied()
            .unwrap_or(0)
    };
    let totals: Vec<usize> = (0..size)
        .map(|truth| (0..size).map(|predicted| count(truth, predicted)).sum())
        .collect();
    let share = |truth: usize, predicted: usize| {
        count(truth, predicted) as f32 / totals[truth].max(1) as f32
    };
    let off_diagonal = || {
        (0..size)
            .flat_map(|t| (0..size).map(move |p| (t, p)))
            .filter(|(t, p)| t != p)
    };
    let worst = off_diagonal()
        .map(|(truth, predicted)| share(truth, predicted))
        .fold(0.0, f32::max);

    let (scale, cell) = fit(size, counts);
    let name = |scale| {
        classes
            .iter()
            .map(|class| text_width(class, scale))
            .max()
            .unwrap_or(0)
    };
    let label_scale = if cell < 12 * BODY {
        SMALL
    } else {
        scale.clamp(BODY, TITLE)
    };
    let names = name(label_scale);
    let side = cell * size as i32;
    let (across, above) = (
        text_width("true", BODY).max(names) + 12,
        CAPITAL * (BODY + label_scale) + 26,
    );

    let all: usize = totals.iter().sum();
    let right: usize = (0..size).map(|class| count(class, class)).sum();
    let caption = format!(
        "{} wrong of {all}: accuracy {}",
        all - right,
        percent(right as f32 / all.max(1) as f32)
    );
    let (mut image, page_left, page_top) = page(
        "Confusion",
        &caption,
        (across + side).max(KEY_WIDTH),
        above + side + 28 + KEY_HEIGHT,
    );
    let (left, top) = (page_left + across, page_top + above);

    // A label is written for every class, or for every second, fifth, tenth, ... so that none touches the next.
    let apart = |room: i32| {
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].into_iter();
        steps
            .clone()
            .find(|step| *step as i32 * cell >= room)
            .unwrap_or(size)
    };
    for class in (0..size.min(classes.len())).step_by(apart(CAPITAL * label_scale + 6)) {
        let y = top + class as i32 * cell + (cell - CAPITAL * label_scale) / 2;
        image.text(left - 12, y, Align::Right, label_scale, INK, classes[class]);
    }
    for class in (0..size.min(classes.len())).step_by(apart(names + 6)) {
        let x = left + class as i32 * cell + cell / 2;
        image.text(
            x,
            top - 12 - CAPITAL * label_scale,
            Align::Centre,
            label_scale,
            INK,
            classes[class],
        );
    }
    image.text(
        left - 12,
        top - 12 - CAPITAL * BODY,
        Align::Right,
        BODY,
        FAINT,
        "true",
    );
    image.text(
        left + side / 2,
        page_top,
        Align::Centre,
        BODY,
        FAINT,
        "predicted",
    );

    let gap = if cell >= 12 { 1 } else { 0 };
    image.frame(left, top, side - gap, side - gap, 1, RULE);
    for (truth, predicted) in
        (0..size).flat_map(|truth| (0..size).map(move |predicted| (truth, predicted)))
    {
        let (x, y) = (left + predicted as i32 * cell, top + truth as i32 * cell);
        image.fill(x + cell - gap, y, gap, cell, RULE);
        image.fill(x, y + cell - gap, cell, gap, RULE);
        if count(truth, predicted) == 0 {
            continue;
        }
        let part = share(truth, predicted);
        let strength = if truth == predicted {
            part
        } else {
            part / worst
        };
        let colour = if truth == predicted {
            blues(strength)
        } else {
            misread(strength)
        };
        image.fill(x, y, cell - gap, cell - gap, colour);
        if scale > 0 {
            let ink = if dark(colour) { PAPER } else { INK };
            let middle = (x + (cell - gap) / 2, y + (cell - gap - CAPITAL * scale) / 2);
            image.text(
                middle.0,
                middle.1,
                Align::Centre,
                scale,
                ink,
                &count(truth, predicted).to_string(),
            );
        }
    }
    key(&mut image, page_left, top + side + 28, worst);
    image
}

/// The largest lettering and the cell for which the counts fit a picture of reasonable size, or 0 for no counts.
fn fit(size: usize, counts: &[usize]) -> (i32, i32) {
    let most = counts.iter().max().copied().unwrap_or(0).to_string();
    for (scale, air, side) in [(TITLE, 28, 1000), (BODY, 16, 1300), (SMALL, 8, 1700)] {
        let cell =
            (text_width(&most, scale).max(CAPITAL * scale) + air).max((480 / size as i32).min(140));
        if cell * size as i32 <= side {
            return (scale, cell);
        }
    }
    (0, (1200 / size as i32).max(1))
}

const KEY_WIDTH: i32 = 520;
const KEY_HEIGHT: i32 = 2 * LINE;

/// The two colours and what they mean.
fn key(image: &mut Image, x: i32, y: i32, worst: f32) {
    let misreadings = format!(
        "taken for another: 0% to {} of the true class",
        percent(worst)
    );
    gradient(image, (x, y), (120, CAPITAL * BODY), blues);
    image.text(
        x + 136,
        y,
        Align::Left,
        BODY,
        FAINT,
        "read right: 0% to 100% of the true class",
    );
    gradient(image, (x, y + LINE), (120, CAPITAL * BODY), misread);
    image.text(x + 136, y + LINE, Align::Left, BODY, FAINT, &misreadings);
}

/// Even a single mistake is tinted enough to be seen.
fn misread(strength: f32) -> Colour {
    vermilions(0.1 + 0.8 * strength)
}

/// Whether white is easier to read on this colour than ink is.
fn dark([red, green, blue]: Colour) -> bool {
    30 * u32::from(red) + 59 * u32::from(green) + 11 * u32::from(blue) < 100 * 128
}

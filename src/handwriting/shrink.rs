//! A picture's bytes -> planes of floats, small enough to be looked at.

use super::grid::{Grid, spans};
use crate::picture_file::{Picture, Pixels};

/// Where white behind the ink leaves no more contrast than this, in grey levels, it hides the ink.
const HIDDEN: f32 = 60.0;

/// The light of each colour, 0 to 255, of a picture shrunk by averages until no side is longer than `longest`: one
/// plane for a grey picture, however it is stored, else red, green and blue.
///
/// What is transparent is white, since people draw in black; but where white hides the ink, whatever shows more of it:
/// black, or the transparency itself, taken for paper.
pub fn shrink(picture: &Picture, longest: usize) -> Vec<Grid> {
    let (width, height) = (picture.width, picture.height);
    let side = width.max(height);
    let shrunk = |length: usize| if side > longest { (length * longest / side).max(1) } else { length };
    let size = (shrunk(width), shrunk(height));
    let mut planes: Vec<Grid> = match &picture.pixels {
        Pixels::Grey(grey) => averaged(size, (width, height), |pixel| [f32::from(grey[pixel])]).into(),
        Pixels::Rgba(rgba) => {
            // Colours over black, and how much of what is behind shines through.
            let [red, green, blue, behind] = averaged(size, (width, height), |pixel| {
                let [r, g, b, a] = rgba[pixel].map(f32::from);
                [r * a / 255.0, g * a / 255.0, b * a / 255.0, 255.0 - a]
            });
            over_paper([red, green, blue], behind).into()
        }
    };
    if planes.iter().all(|plane| plane.data == planes[0].data) {
        planes.truncate(1);
    }
    planes
}

/// Colours on the paper that shows their ink.
fn over_paper(colours: [Grid; 3], behind: Grid) -> [Grid; 3] {
    let white = over_white(&colours, &behind);
    if behind.data.iter().all(|&behind| behind < 128.0) || contrast(&white) > HIDDEN {
        return white;
    }
    let shape = [behind.clone(), behind.clone(), behind];
    [colours, white].into_iter().fold(shape, |most, way| if contrast(&way) >= contrast(&most) { way } else { most })
}

fn over_white(colours: &[Grid; 3], behind: &Grid) -> [Grid; 3] {
    let over = |colour: &Grid| {
        let data = colour.data.iter().zip(&behind.data).map(|(colour, behind)| colour + behind);
        Grid { data: data.collect(), ..*colour }
    };
    [over(&colours[0]), over(&colours[1]), over(&colours[2])]
}

/// The difference between the lightest and the darkest.
fn contrast(colours: &[Grid; 3]) -> f32 {
    let all = || colours.iter().flat_map(|colour| &colour.data);
    all().fold(0.0f32, |most, &value| most.max(value)) - all().fold(255.0f32, |least, &value| least.min(value))
}

/// The means of N values of each pixel: a row of the picture at a time.
fn averaged<const N: usize>(
    (width, height): (usize, usize),
    (from_width, from_height): (usize, usize),
    pixel: impl Fn(usize) -> [f32; N],
) -> [Grid; N] {
    let (columns, rows) = (spans(from_width, width), spans(from_height, height));
    let mut planes = [(); N].map(|()| Grid::from_fn(width, height, |_, _| 0.0));
    let mut row = vec![[0.0; N]; from_width];
    for (y, (first, weights)) in rows.iter().enumerate() {
        let mut sums = vec![[0.0; N]; from_width];
        for (from_y, weight) in (*first..).zip(weights) {
            row.iter_mut().enumerate().for_each(|(x, values)| *values = pixel(from_y * from_width + x));
            for (sum, values) in sums.iter_mut().zip(&row) {
                sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        for (x, (first, weights)) in columns.iter().enumerate() {
            for (plane, grid) in planes.iter_mut().enumerate() {
                let part = sums[*first..].iter().zip(weights);
                grid.data[y * width + x] = part.map(|(values, weight)| values[plane] * weight).sum();
            }
        }
    }
    planes
}

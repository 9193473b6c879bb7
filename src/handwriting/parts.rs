//! Pixels that hang together.

use super::grid::Grid;

/// Pixels that are in or out.
pub type Mask = Grid<bool>;

impl Mask {
    /// The pixels of a grid that `choose` takes.
    pub fn from_grid(grid: &Grid, choose: impl Fn(f32) -> bool) -> Self {
        Mask { width: grid.width, height: grid.height, data: grid.data.iter().map(|&value| choose(value)).collect() }
    }

    /// The same as a grid of 0 and 1.
    pub fn to_grid(&self) -> Grid {
        Grid::from_fn(self.width, self.height, |x, y| f32::from(u8::from(self.at(x, y))))
    }

    /// Whether the pixel (x, y) is in; those outside are not.
    pub fn holds(&self, x: isize, y: isize) -> bool {
        (0..self.width as isize).contains(&x)
            && (0..self.height as isize).contains(&y)
            && self.at(x as usize, y as usize)
    }
}

/// A connected part: its box, and how many pixels it has.
#[derive(Clone, Debug)]
pub struct Part {
    /// The labels of the parts that were joined to this one, its own among them.
    pub labels: Vec<u32>,
    pub left: usize,
    pub top: usize,
    /// Behind its last column.
    pub right: usize,
    /// Below its last row.
    pub bottom: usize,
    pub area: usize,
}

impl Part {
    pub fn width(&self) -> usize {
        self.right - self.left
    }

    pub fn height(&self) -> usize {
        self.bottom - self.top
    }

    /// Takes another part in.
    pub fn join(&mut self, other: Part) {
        self.labels.extend(other.labels);
        self.area += other.area;
        (self.left, self.top) = (self.left.min(other.left), self.top.min(other.top));
        (self.right, self.bottom) = (self.right.max(other.right), self.bottom.max(other.bottom));
    }

    /// Moves its box to the right and down.
    pub fn shift(&mut self, right: usize, down: usize) {
        (self.left, self.right) = (self.left + right, self.right + right);
        (self.top, self.bottom) = (self.top + down, self.bottom + down);
    }

    /// Both as one.
    pub fn with(&self, other: &Part) -> Part {
        let mut both = self.clone();
        both.join(other.clone());
        both
    }

    /// How far the boxes of two parts are from each other across and down; 0 where they overlap.
    pub fn gaps(&self, other: &Part) -> [usize; 2] {
        self.compared(other, |a, b| a[0].saturating_sub(b[1]).max(b[0].saturating_sub(a[1])))
    }

    /// How far they overlap across and down.
    pub fn overlaps(&self, other: &Part) -> [usize; 2] {
        self.compared(other, |a, b| a[1].min(b[1]).saturating_sub(a[0].max(b[0])))
    }

    /// The width and the height of both together.
    pub fn spans(&self, other: &Part) -> [usize; 2] {
        self.compared(other, |a, b| a[1].max(b[1]) - a[0].min(b[0]))
    }

    /// What `of` says of the first and last column of two boxes, and of the first and last row.
    fn compared(&self, other: &Part, of: impl Fn([usize; 2], [usize; 2]) -> usize) -> [usize; 2] {
        [of([self.left, self.right], [other.left, other.right]), of([self.top, self.bottom], [other.top, other.bottom])]
    }

    /// Whether the box of another part lies within its own.
    pub fn holds(&self, other: &Part) -> bool {
        self.spans(other) == [self.width(), self.height()]
    }

    /// Whether it lies at the edge of a picture of that size.
    pub fn at_edge(&self, width: usize, height: usize) -> bool {
        self.left == 0 || self.top == 0 || self.right == width || self.bottom == height
    }
}

/// The height of a part, such that half of the ink is in parts no higher: many specks do not change it.
pub fn usual_height(parts: &[Part]) -> f32 {
    let height = |part: &&Part| (part.height() as f32).max(0.5 * part.width() as f32);
    let mut by_height: Vec<&Part> = parts.iter().collect();
    by_height.sort_by(|a, b| height(a).total_cmp(&height(b)));
    let all: usize = parts.iter().map(|part| part.area).sum();
    let mut covered = 0;
    let middle = by_height.into_iter().find(|part| {
        covered += part.area;
        2 * covered >= all
    });
    middle.as_ref().map_or(0.0, height)
}

/// The label of each pixel, from 1 on, 0 outside the mask; and the part of each label. Pixels that touch, also by a
/// corner, have the same label. Runs of a row are joined to those of the row above that they touch (union-find).
pub fn label(mask: &Mask) -> (Vec<u32>, Vec<Part>) {
    let (width, height) = (mask.width, mask.height);
    let mut labels = vec![0u32; width * height];
    let mut parents = vec![0u32];
    let mut above: Vec<(usize, usize, u32)> = Vec::new();
    for y in 0..height {
        let row = &mask.data[y * width..][..width];
        let mut runs = Vec::new();
        let (mut x, mut next) = (0, 0);
        while x < width {
            if !row[x] {
                x += 1;
                continue;
            }
            let begin = x;
            while x < width && row[x] {
                x += 1;
            }
            while next < above.len() && above[next].1 < begin {
                next += 1;
            }
            let mut own = 0;
            for &(_, _, other) in above[next..].iter().take_while(|run| run.0 <= x) {
                let root = find(&mut parents, other);
                if own == 0 {
                    own = root;
                } else if own != root {
                    parents[own.max(root) as usize] = own.min(root);
                    own = own.min(root);
                }
            }
            if own == 0 {
                own = parents.len() as u32;
                parents.push(own);
            }
            runs.push((begin, x, own));
            labels[y * width + begin..y * width + x].fill(own);
        }
        above = runs;
    }
    // Roots are numbered anew, without gaps, in the order in which they come.
    let mut numbers = vec![0u32; parents.len()];
    let mut parts: Vec<Part> = Vec::new();
    for i in 0..labels.len() {
        if labels[i] == 0 {
            continue;
        }
        let root = find(&mut parents, labels[i]) as usize;
        let (x, y) = (i % width, i / width);
        if numbers[root] == 0 {
            numbers[root] = parts.len() as u32 + 1;
            let labels = vec![numbers[root]];
            parts.push(Part { labels, left: x, top: y, right: x + 1, bottom: y + 1, area: 0 });
        }
        labels[i] = numbers[root];
        let part = &mut parts[numbers[root] as usize - 1];
        (part.left, part.right, part.bottom) = (part.left.min(x), part.right.max(x + 1), y + 1);
        part.area += 1;
    }
    (labels, parts)
}

fn find(parents: &mut [u32], mut label: u32) -> u32 {
    while parents[label as usize] != label {
        parents[label as usize] = parents[parents[label as usize] as usize];
        label = parents[label as usize];
    }
    label
}

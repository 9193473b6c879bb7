//! Parts joined to digits, in reading order.

use super::grid::{Grid, quantile};
use super::parts::{Mask, Part, label, usual_height};
use super::prepare::stroke_width;
use super::rows::{in_rows, is_stacked};
use super::{MOST, SURE, marks, touching};

/// A digit as it was found.
pub struct Found {
    /// Its box in the picture.
    pub part: Part,
    /// The row of digits that it stands in, from 0.
    pub row: usize,
    /// The ink in that box and a margin around it.
    pub ink: Grid,
    /// Its strokes there.
    pub mask: Mask,
}

impl Found {
    /// Whether it is so thick that it may be no stroke: a bold 1, or a sheet on a lighter table.
    pub fn is_bold(&self) -> bool {
        stroke_width(&self.mask) > BOLD * self.mask.width.max(self.mask.height) as f32
    }

    /// Whether its box and a margin around it hold nothing of the table.
    pub fn is_apart(&self, table: &Mask) -> bool {
        let [left, top] = [self.part.left, self.part.top].map(|first| first.saturating_sub(MARGIN));
        let right = (self.part.right + MARGIN).min(table.width);
        (top..(self.part.bottom + MARGIN).min(table.height)).all(|y| (left..right).all(|x| !table.at(x, y)))
    }
}

/// All digits of a picture.
#[derive(Default)]
pub struct Digits {
    /// In reading order.
    pub digits: Vec<Found>,
    /// Whether many parts are of unlike sizes and doubtful, as in words.
    pub like_words: bool,
    /// Parts that were left out as too small beside the others, though the network takes them for digits.
    pub left_out: usize,
    /// Low parts between two digits of a row, left out: points, commas, signs.
    pub marks: usize,
}

/// Strokes are thinner than this part of a digit's longer side, but for bold ones.
const BOLD: f32 = 0.25;

/// Around a digit that is cut out, for the soft edges of its strokes.
const MARGIN: usize = 2;

/// A digit's longer side is at least this many pixels: nobody could read a smaller one.
const SMALLEST: usize = 5;

/// Pieces of one digit are no farther apart than this, and no larger together, both as a part of a digit's usual
/// height.
const NEAR: f32 = 0.3;
const LARGE: f32 = 1.8;

/// Pieces above each other are closer, and together no higher than this among more than so many parts.
const CLOSE: f32 = 0.2;
const HIGH: f32 = 1.5;
const FEW: usize = 3;
/// A digit is at most this many times as wide as high.
const WIDE: f32 = 1.3;
/// A part that the network gives this probability is no piece of another beside it.
pub(super) const CERTAIN: f32 = 0.99;

/// A part lower than this, as a part of a digit's usual height, is a piece of a digit, or a smaller digit.
const SMALL: f32 = 0.5;
/// A part lower than this is a comma or a point.
const TINY: f32 = 0.3;

/// In words, more than this part of the letters are unlike others, and doubtful.
const WORDS: f32 = 0.15;

/// Finds the digits among the strokes of a picture. `certainty` is how sure the network is of each of some digits,
/// which are given by their ink and their strokes.
pub fn find(ink: &Grid, strokes: Mask, mut certainty: impl FnMut(&[(Grid, Mask)]) -> Vec<f32>) -> Digits {
    let (mut labels, parts) = label(&strokes);
    let parts = marks::without_lines(parts, ink);
    if parts.is_empty() {
        return Digits::default();
    }
    let height = usual_height(&parts);
    let mut certainty = |parts: &[Part], labels: &[u32]| {
        certainty(&parts.iter().map(|part| cut_out(ink, labels, part)).collect::<Vec<_>>())
    };
    let (mut digits, alone) = of_one_size(parts, &mut labels, ink.width, &mut certainty);
    let (alone, low): (Vec<Part>, Vec<Part>) =
        alone.into_iter().partition(|part| part.height() as f32 >= TINY * height);
    let mut left_out = certainty(&alone, &labels).into_iter().filter(|&sure| sure > CERTAIN).count();
    // One may be a mark. More are digits of another size.
    if left_out > 1 {
        digits.extend(of_one_size(alone, &mut labels, ink.width, &mut certainty).0);
        left_out = 0;
    }
    digits.retain(|digit| digit.width().max(digit.height()) >= SMALLEST);
    let cut = |part: &Part| cut_out(ink, &labels, part);
    let digits = marks::without_shadows(digits, height, ink, &cut);
    let marks = low.iter().filter(|part| is_mark(part, &digits)).count();
    let like_words = digits.len() <= MOST && like_words(&digits, &certainty(&digits, &labels));
    let rows = in_rows(digits, height);
    let found = |(row, part): (usize, Part)| {
        let (ink, mask) = cut(&part);
        Found { part, row, ink, mask }
    };
    let numbered = rows.into_iter().enumerate().flat_map(|(row, parts)| parts.into_iter().map(move |part| (row, part)));
    Digits { digits: numbered.map(found).collect(), like_words, left_out, marks }
}

/// The ink of a part's box with a margin, and the part's own pixels.
fn cut_out(ink: &Grid, labels: &[u32], part: &Part) -> (Grid, Mask) {
    let (left, top) = (part.left.saturating_sub(MARGIN), part.top.saturating_sub(MARGIN));
    let (right, bottom) = ((part.right + MARGIN).min(ink.width), (part.bottom + MARGIN).min(ink.height));
    let (width, height) = (right - left, bottom - top);
    let own = |x: usize, y: usize| part.labels.contains(&labels[(top + y) * ink.width + left + x]);
    (ink.part([left, top], width, height), Mask::from_fn(width, height, own))
}

/// The digits among parts, which are of about one height, and the small parts that are near to none.
fn of_one_size(
    parts: Vec<Part>,
    labels: &mut [u32],
    width: usize,
    certainty: &mut impl FnMut(&[Part], &[u32]) -> Vec<f32>,
) -> (Vec<Part>, Vec<Part>) {
    let height = usual_height(&parts);
    let (parts, smaller) = by_size(parts, height, |parts| certainty(parts, labels));
    let (joined, mut alone) = joined(parts, height);
    alone.extend(smaller);
    let parted = touching::parted(joined, labels, width, &mut *certainty);
    (mended(parted, height, |parts| certainty(parts, labels)), alone)
}

/// Parts without smaller digits, and these: exponents, and rows below larger ones. They are no pieces of the digits
/// that they are near to, where the network is certain of some of them.
fn by_size(parts: Vec<Part>, height: f32, mut certainty: impl FnMut(&[Part]) -> Vec<f32>) -> (Vec<Part>, Vec<Part>) {
    let tall = |part: &Part| part.height() as f32 / height;
    let small = |part: &Part| (TINY..SMALL).contains(&tall(part)) && part.width() as f32 <= WIDE * part.height() as f32;
    let (small, mut others): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(small);
    let certain = certainty(&small).into_iter().zip(&small).filter(|&(sure, _)| sure > CERTAIN);
    let heights: Vec<f32> = certain.map(|(_, part)| tall(part)).collect();
    let several = heights.len() > 1;
    let usual = quantile(heights, 0.5);
    let alike = |part: &Part| several && (0.7..1.4).contains(&(tall(part) / usual));
    let (smaller, pieces): (Vec<Part>, Vec<Part>) = small.into_iter().partition(alike);
    others.extend(pieces);
    (others, smaller)
}

/// Small parts join the digit that they are near to: the bar of a 5, a broken 4. Low ones that stand beside it are
/// points and signs. Tall parts that lie above each other are one digit. Returns these, and the small parts that are
/// near to none; specks are gone.
fn joined(parts: Vec<Part>, height: f32) -> (Vec<Part>, Vec<Part>) {
    let (mut digits, mut small): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.height() as f32 >= SMALL * height);
    let areas = digits.iter().map(|part| part.area as f32).collect();
    let speck = 0.03 * quantile(areas, 0.5);
    small.sort_by_key(|part| std::cmp::Reverse(part.area));
    let mut alone = Vec::new();
    for part in small.into_iter().filter(|part| part.area as f32 >= speck) {
        let distance = |digit: &Part| {
            let [across, down] = digit.gaps(&part).map(|gap| gap as f32);
            (across * across + down * down).sqrt()
        };
        let nearest = digits.iter_mut().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let beside = |digit: &Part| (part.height() as f32) < TINY * height && digit.overlaps(&part)[0] == 0;
        match nearest.filter(|digit| distance(digit) < NEAR * height && !beside(digit)) {
            Some(digit) => digit.join(part),
            None => alone.push(part),
        }
    }
    while let Some((a, b)) = one_above_the_other(&digits, height) {
        let other = digits.remove(b);
        digits[a].join(other);
    }
    let many = digits.len() > FEW;
    digits.retain(|digit| !many || (digit.height() as f32) < 2.2 * height);
    (digits, alone)
}

/// Two parts that are one digit: they overlap across and down, and are no larger than a digit together.
fn one_above_the_other(parts: &[Part], height: f32) -> Option<(usize, usize)> {
    let one = |a: &Part, b: &Part| {
        let ([across, down], [wide, tall]) = (a.overlaps(b), a.spans(b));
        across as f32 > 0.5 * a.width().min(b.width()) as f32
            && down as f32 > 0.3 * a.height().min(b.height()) as f32
            && (tall as f32) < LARGE * height
            && (wide as f32) < 1.3 * height
    };
    let pairs = (0..parts.len()).flat_map(|a| (a + 1..parts.len()).map(move |b| (a, b)));
    pairs.into_iter().find(|&(a, b)| one(&parts[a], &parts[b]))
}

/// Parts near to each other that are one broken digit: the network is sure of both together, and surer than of either.
/// Of two that stand closely above each other it need only be sure of both together: rows of digits are farther apart.
fn mended(mut digits: Vec<Part>, height: f32, mut certainty: impl FnMut(&[Part]) -> Vec<f32>) -> Vec<Part> {
    // Among few, a piece may be as high as any other part. Among many, digits show how high one is, and rows may be
    // close.
    let highest = if digits.len() <= FEW { 2.0 + CLOSE } else { HIGH };
    let near = |a: &Part, b: &Part| {
        let [across, down] = a.spans(b).map(|span| span as f32);
        a.gaps(b).iter().all(|&gap| (gap as f32) < NEAR * height)
            && across < (WIDE * down).min(LARGE * height)
            && down < highest * height
    };
    let stacked = |a: &Part, b: &Part| is_stacked(a, b) && (a.gaps(b)[1] as f32) < CLOSE * height;
    // More are a page of print.
    while digits.len() <= MOST {
        let pairs = (0..digits.len()).flat_map(|a| (a + 1..digits.len()).map(move |b| (a, b)));
        let pairs: Vec<(usize, usize)> = pairs.filter(|&(a, b)| near(&digits[a], &digits[b])).collect();
        if pairs.is_empty() {
            break;
        }
        let mut asked: Vec<Part> = pairs.iter().map(|&(a, b)| digits[a].with(&digits[b])).collect();
        asked.extend(digits.iter().cloned());
        let sure = certainty(&asked);
        let (of_pairs, of_digits) = sure.split_at(pairs.len());
        let more = |&(number, &(a, b)): &(usize, &(usize, usize))| {
            let [a_sure, b_sure] = [of_digits[a], of_digits[b]];
            let pieces = a_sure.min(b_sure) < CERTAIN && of_pairs[number] > a_sure.max(b_sure);
            of_pairs[number] > SURE && (pieces || stacked(&digits[a], &digits[b]))
        };
        let mut better: Vec<_> = pairs.iter().enumerate().filter(more).collect();
        if better.is_empty() {
            break;
        }
        // The surest first, each digit once in a round.
        better.sort_by(|(a, _), (b, _)| of_pairs[*b].total_cmp(&of_pairs[*a]));
        let mut taken = vec![false; digits.len()];
        for (number, &(a, b)) in better {
            if !taken[a] && !taken[b] {
                (taken[a], taken[b]) = (true, true);
                digits.push(asked[number].clone());
            }
        }
        let mut taken = taken.into_iter();
        digits.retain(|_| !taken.next().unwrap_or(false));
    }
    digits
}

/// Whether a low part stands between two digits of a row: next to one on either side, and no farther below them than a
/// comma.
fn is_mark(part: &Part, digits: &[Part]) -> bool {
    let next_to = |digit: &&Part| {
        let [across, below] = [digit.gaps(part)[0], part.top.saturating_sub(digit.bottom)];
        let middle = (part.top + part.bottom) / 2;
        across > 0 && across < digit.height() && middle > digit.top && 4 * below < digit.height()
    };
    let near = || digits.iter().filter(next_to);
    near().any(|digit| digit.right <= part.left) && near().any(|digit| digit.left >= part.right)
}

/// Whether many parts have other heights than most, and the network doubts many: so are letters. The heights of digits
/// alone may be unlike, too.
fn like_words(digits: &[Part], sure: &[f32]) -> bool {
    let tall = |part: &Part| part.height() as f32;
    let usual = quantile(digits.iter().map(tall).collect(), 0.5);
    let unlike = digits.iter().filter(|part| !(0.8..1.25).contains(&(tall(part) / usual))).count();
    let doubtful = sure.iter().filter(|&&sure| sure < SURE).count();
    digits.len() >= 12 && unlike.min(doubtful) as f32 > WORDS * digits.len() as f32
}

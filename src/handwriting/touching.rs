//! Digits that touch, parted.
//!
//! A part that the network does not take for a digit is cut at the narrowest places: along seams, which run from its
//! top to its bottom, slanted and bent as digits are, and cross the least ink. Between neighbouring cuts are pieces.
//! There are many ways to take pieces that adjoin together as digits, all of them as one among these. The network is
//! asked about each such digit, once, and dynamic programming finds the best way.

use super::SURE;
use super::digits::CERTAIN;
use super::parts::{Mask, Part};

/// A part that is less than this many times as wide as high is one digit.
const NARROW: f32 = 0.6;
/// One that is this many times as wide as high may be more, though the network is certain of it.
const WIDE: f32 = 1.45;
/// A digit among others is not so many times as wide as high, and is at least this high, as a part of their height.
const WIDEST: f32 = 2.0;
const HIGH: f32 = 0.6;
/// A cut is good where no other crosses less ink within this part of the height on either side.
const REACH: f32 = 0.05;
/// A cut leaves so much on either side, as a part of the height.
const MARGIN: f32 = 0.12;
/// From the first to the last ink that a cut crosses, as a part of the height. A wide 0 is crossed at its top and at
/// its bottom.
const BRIDGE: f32 = 0.5;
/// What a seam costs that goes to the side by a pixel, in pixels of ink; and how much more ink costs on that way.
const ASIDE: f32 = 0.02;
const DIAGONAL: f32 = 1.4;
/// The network errs as often, however certain it is.
const ERRORS: f32 = 0.003;
/// How much evidence a cut needs; and a digit, for each time its height that it is wider than high, and for each time
/// the height of all that it is lower.
const CUT: f32 = 1.0;
const BROAD: f32 = 3.0;
const LOW: f32 = 3.0;

/// A part that may be several digits.
struct Chain {
    /// How many pieces it is cut into.
    pieces: usize,
    /// The first and the last piece of each digit that it may hold, and that digit.
    digits: Vec<([usize; 2], Part)>,
}

/// Parts, of labels in rows of `width` pixels, with those that touch parted. What is cut off gets a label of its own.
/// `certainty` is how sure the network is of each part, among those labels, that it is one digit.
pub fn parted(
    parts: Vec<Part>,
    labels: &mut [u32],
    width: usize,
    mut certainty: impl FnMut(&[Part], &[u32]) -> Vec<f32>,
) -> Vec<Part> {
    let (broad, mut done): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| shape(part) >= NARROW);
    let sure = certainty(&broad, labels);
    let mut next = labels.iter().fold(0, |most, &label| most.max(label)) + 1;
    let mut chains = Vec::new();
    for (part, sure) in broad.into_iter().zip(sure) {
        let own = |x: usize, y: usize| part.labels.contains(&labels[(part.top + y) * width + part.left + x]);
        let ink = Mask::from_fn(part.width(), part.height(), own);
        let seams = if sure > CERTAIN && shape(&part) < WIDE { Vec::new() } else { seams(&ink) };
        if seams.is_empty() {
            done.push(part);
        } else {
            let pieces = pieces(&part, &ink, &seams, (&mut *labels, width), next);
            next += seams.len() as u32 + 1;
            chains.push(chain(&pieces));
        }
    }
    let asked: Vec<Part> = chains.iter().flat_map(|chain| chain.digits.iter().map(|digit| digit.1.clone())).collect();
    let mut sure = certainty(&asked, labels).into_iter();
    for chain in chains {
        let sure: Vec<f32> = sure.by_ref().take(chain.digits.len()).collect();
        done.extend(best(chain, &sure));
    }
    done
}

/// How many times as wide as high a part is.
fn shape(part: &Part) -> f32 {
    part.width() as f32 / part.height() as f32
}

/// The column of each row at which good cuts go through a part, from the left.
fn seams(ink: &Mask) -> Vec<Vec<usize>> {
    let (width, height) = (ink.width, ink.height);
    let middle = height / 2;
    let (above, up) = ways(ink, 0..=middle);
    let (below, down) = ways(ink, (middle..height).rev());
    let cost: Vec<f32> = above.iter().zip(&below).map(|(above, below)| above + below).collect();
    let reach = (REACH * height as f32) as usize + 1;
    let mut seams: Vec<Vec<usize>> = Vec::new();
    let margin = (MARGIN * height as f32) as usize;
    let mut first = margin;
    while first + margin < width {
        let end = (first..width).find(|&x| cost[x] != cost[first]).unwrap_or(width);
        // The middle of those that cross as much.
        let place = (first + end) / 2;
        let around = &cost[first.saturating_sub(reach)..(end + reach).min(width)];
        if around.iter().all(|&other| cost[first] <= other) {
            let follow = |from: &[Vec<usize>]| {
                from.iter().rev().scan(place, |x, from| Some(std::mem::replace(x, from[*x]))).collect::<Vec<_>>()
            };
            let mut seam = follow(&up);
            seam.reverse();
            seam.extend(&follow(&down)[1..]);
            if is_short(ink, &seam) {
                seams.push(seam);
            }
        }
        first = end;
    }
    seams
}

/// The cost of the cheapest way through the rows to each column of the last one, and for each row the columns from
/// which these ways come.
fn ways(ink: &Mask, rows: impl Iterator<Item = usize>) -> (Vec<f32>, Vec<Vec<usize>>) {
    let mut costs = vec![0.0; ink.width];
    let mut from = Vec::new();
    for y in rows {
        let inked = |x: usize| f32::from(u8::from(ink.at(x, y)));
        let best = |x: usize| {
            let aside = |from: usize| (costs[from] + DIAGONAL * inked(x) + ASIDE, from);
            let ways = [(costs[x] + inked(x), x), aside(x.saturating_sub(1)), aside((x + 1).min(ink.width - 1))];
            ways.into_iter().fold(ways[0], |best, way| if way.0 < best.0 { way } else { best })
        };
        let row: Vec<(f32, usize)> = (0..ink.width).map(best).collect();
        from.push(row.iter().map(|way| way.1).collect());
        costs = row.into_iter().map(|way| way.0).collect();
    }
    (costs, from)
}

/// Whether a seam crosses ink on a short way only.
fn is_short(ink: &Mask, seam: &[usize]) -> bool {
    let mut crossed = (0..ink.height).filter(|&y| ink.at(seam[y], y));
    let Some(first) = crossed.next() else { return true };
    (crossed.next_back().unwrap_or(first) - first) as f32 <= BRIDGE * ink.height as f32
}

/// The pieces of a part between seams, from the left, with labels of their own from `next` on.
fn pieces(part: &Part, ink: &Mask, seams: &[Vec<usize>], (labels, width): (&mut [u32], usize), next: u32) -> Vec<Part> {
    let mut pieces: Vec<Option<Part>> = vec![None; seams.len() + 1];
    for (x, y) in (0..ink.height).flat_map(|y| (0..ink.width).map(move |x| (x, y))).filter(|&(x, y)| ink.at(x, y)) {
        let number = seams.iter().filter(|seam| seam[y] <= x).count();
        let label = next + number as u32;
        let (left, top) = (part.left + x, part.top + y);
        labels[top * width + left] = label;
        let pixel = Part { labels: Vec::new(), left, top, right: left + 1, bottom: top + 1, area: 1 };
        pieces[number].get_or_insert_with(|| Part { labels: vec![label], area: 0, ..pixel.clone() }).join(pixel);
    }
    pieces.into_iter().flatten().collect()
}

/// All digits that pieces may be together, and all of them.
fn chain(pieces: &[Part]) -> Chain {
    let mut digits = Vec::new();
    let all = pieces[1..].iter().fold(pieces[0].clone(), |all, piece| all.with(piece));
    for first in 0..pieces.len() {
        let mut digit = pieces[first].clone();
        for last in first..pieces.len() {
            if last > first {
                digit.join(pieces[last].clone());
            }
            let fits = digit.height() as f32 >= HIGH * all.height() as f32 && shape(&digit) < WIDEST;
            if fits || last - first + 1 == pieces.len() {
                digits.push(([first, last], digit.clone()));
            }
        }
    }
    Chain { pieces: pieces.len(), digits }
}

/// The digits of the best way through a chain. The evidence for a digit, by how `sure` the network is of each, counts
/// as much as it has ink. Of all as one digit, the network knows little where they are wide.
fn best(chain: Chain, sure: &[f32]) -> Vec<Part> {
    let whole = chain.digits.iter().position(|(pieces, _)| *pieces == [0, chain.pieces - 1]).unwrap_or(0);
    let all = &chain.digits[whole].1;
    let weight = shape(all).max(1.0) / all.area as f32;
    let least = if shape(all) < WIDE { sure[whole].min(SURE) } else { 0.0 };
    // The evidence up to each piece, and the digit before it.
    let mut ways: Vec<Option<(f32, usize)>> = vec![None; chain.pieces + 1];
    ways[0] = Some((0.0, 0));
    for (number, ([first, last], digit)) in chain.digits.iter().enumerate().filter(|(number, _)| sure[*number] >= least)
    {
        let Some((before, _)) = ways[*first] else { continue };
        let broad = BROAD * (shape(digit) - 1.0).max(0.0);
        let low = LOW * (1.0 - digit.height() as f32 / all.height() as f32);
        let evidence = -(1.0 - sure[number] + ERRORS).ln() - broad - low;
        let sum = before + weight * digit.area as f32 * evidence - CUT;
        if ways[last + 1].is_none_or(|(best, _)| sum > best) {
            ways[last + 1] = Some((sum, number));
        }
    }
    let mut digits = Vec::new();
    let mut end = chain.pieces;
    while let Some((_, number)) = ways[end].filter(|_| end > 0) {
        let ([first, _], digit) = &chain.digits[number];
        digits.push(digit.clone());
        end = *first;
    }
    digits
}

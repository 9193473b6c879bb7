//! The range that a file's pixels have, and how it becomes 0 to 255.

use super::Note;

/// What the darkest ink is in files of pixels that do not pass 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// 16, as in the digits of UCI and scikit-learn.
    Sixteen,
    /// 255.
    Byte,
}

impl Range {
    /// The range that these pixels, from 0 to 255 by now, may have had: 16 where they have no more than 17 values,
    /// those that 0 to 16 become. Whether they came as such or as fractions, it is the same.
    pub fn of(pixels: &[u8]) -> Range {
        let mut steps = [false; 256];
        for step in (0..=16).map(stretched) {
            // Negatives have the same steps but for the middle.
            (steps[usize::from(step)], steps[usize::from(255 - step)]) = (true, true);
        }
        if pixels.iter().all(|&pixel| steps[usize::from(pixel)]) { Range::Sixteen } else { Range::Byte }
    }

    /// The value of the darkest ink.
    pub fn most(self) -> u8 {
        match self {
            Range::Sixteen => 16,
            Range::Byte => 255,
        }
    }

    /// The range whose darkest ink has that value.
    pub fn by_most(most: u8) -> Option<Range> {
        match most {
            // Files that were written before have a 1 for fractions: it leaves open what passes 1.
            1 | 16 => Some(Range::Sixteen),
            255 => Some(Range::Byte),
            _ => None,
        }
    }

    /// Makes whole pixels of images of `size` pixels such from 0 to 255; returns what is to be said of it.
    ///
    /// Their own values decide the range. Where these leave it open (none passes 16), the range of the images that the
    /// network learned from settles it, if that is `known`.
    pub(super) fn settle(pixels: &mut [u8], size: usize, known: Option<Range>) -> Option<Note> {
        let note = |text: &str| Some(Note::from(text.to_owned()));
        // Of most files, the first ink tells.
        if pixels.iter().any(|&pixel| pixel > 16) {
            return two_scales(pixels, size);
        }
        match pixels.iter().max() {
            Some(1) => {
                pixels.iter_mut().for_each(|pixel| *pixel *= 255);
                note("no pixel passes 1: scaled from 0 to 1 to 0 to 255")
            }
            Some(2..) if known == Some(Range::Byte) => {
                note("no pixel passes 16: not scaled, as the network learned from images of more shades than 0 to 16")
            }
            Some(2..) => {
                pixels.iter_mut().for_each(|pixel| *pixel = stretched(*pixel));
                note("no pixel passes 16: scaled from 0 to 16 to 0 to 255")
            }
            _ => None,
        }
    }
}

/// Says where some images are on another scale than the rest, as where two files were put together. Images spread over
/// the file tell.
fn two_scales(pixels: &[u8], size: usize) -> Option<Note> {
    const LOOKED_AT: usize = 2000;
    let apart = (pixels.len() / size).div_ceil(LOOKED_AT).max(1);
    let darkest = pixels.chunks(size).step_by(apart).filter_map(|image| image.iter().copied().max());
    let (pale, dark): (Vec<u8>, Vec<u8>) = darkest.filter(|&most| most > 0).partition(|&most| most <= 16);
    let most = pale.iter().max().filter(|_| pale.len() > 2 && 50 * pale.len() > dark.len())?;
    let text = format!(
        "{} of {} rows looked at have no pixel above {most}, the others have: bring all rows to one scale, 0 to 255",
        pale.len(),
        pale.len() + dark.len()
    );
    Some(text.into())
}

/// 0 to 16 become 0 to 255.
fn stretched(pixel: u8) -> u8 {
    ((u16::from(pixel) * 255 + 8) / 16) as u8
}

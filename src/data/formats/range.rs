//! The range that a file's pixels have, and how it becomes 0 to 255.

use super::Note;

/// What the darkest ink is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// 1: fractions, or paper and ink alone.
    One,
    /// 16, as in the digits of UCI and scikit-learn.
    Sixteen,
    /// 255.
    Byte,
}

impl Range {
    /// The value of the darkest ink.
    pub fn most(self) -> u8 {
        match self {
            Range::One => 1,
            Range::Sixteen => 16,
            Range::Byte => 255,
        }
    }

    /// The range whose darkest ink has that value.
    pub fn by_most(most: u8) -> Option<Range> {
        [Range::One, Range::Sixteen, Range::Byte].into_iter().find(|range| range.most() == most)
    }

    /// Makes whole pixels pixels from 0 to 255; returns their range, and what is to be said of it.
    ///
    /// Their own values decide the range. Where these leave it open (none passes 16), the range of the images that the
    /// network learned from settles it, if that is `known`.
    pub(super) fn settle(pixels: &mut [u8], known: Option<Range>) -> (Range, Option<Note>) {
        let note = |text: &str| Some(Note::from(text.to_owned()));
        // Of most files, the first ink tells.
        if pixels.iter().any(|&pixel| pixel > 16) {
            return (Range::Byte, None);
        }
        match pixels.iter().max() {
            Some(1) => {
                pixels.iter_mut().for_each(|pixel| *pixel *= 255);
                (Range::One, note("no pixel passes 1: scaled from 0 to 1 to 0 to 255"))
            }
            Some(2..) if known == Some(Range::Byte) => {
                (Range::Byte, note("no pixel passes 16: not scaled, as the network learned from pixels from 0 to 255"))
            }
            Some(2..) => {
                pixels.iter_mut().for_each(|pixel| *pixel = ((u16::from(*pixel) * 255 + 8) / 16) as u8);
                (Range::Sixteen, note("no pixel passes 16: scaled from 0 to 16 to 0 to 255"))
            }
            _ => (Range::Byte, None),
        }
    }
}

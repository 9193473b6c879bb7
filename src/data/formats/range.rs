//! The range that a file's pixels have, and how it becomes 0 to 255.

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

    /// The range of whole pixels, by their own values. Where these leave it open (none passes 16), the range of the
    /// images that the network learned from settles it, if that is `known`.
    pub(super) fn of_whole(pixels: &[u8], known: Option<Range>) -> Range {
        match pixels.iter().max() {
            Some(1) => Range::One,
            Some(2..=16) => {
                if known == Some(Range::Byte) {
                    Range::Byte
                } else {
                    Range::Sixteen
                }
            }
            _ => Range::Byte,
        }
    }

    /// Makes whole pixels of this range pixels from 0 to 255.
    pub(super) fn widen(self, pixels: &mut [u8]) {
        match self {
            Range::One => pixels.iter_mut().for_each(|pixel| *pixel *= 255),
            Range::Sixteen => pixels.iter_mut().for_each(|pixel| *pixel = ((u16::from(*pixel) * 255 + 8) / 16) as u8),
            Range::Byte => {}
        }
    }

    /// What was done, where anything was.
    pub(super) fn note(self) -> Option<String> {
        match self {
            Range::One => Some("no pixel passes 1: scaled from 0 to 1 to 0 to 255".into()),
            Range::Sixteen => Some("no pixel passes 16: scaled from 0 to 16 to 0 to 255".into()),
            Range::Byte => None,
        }
    }
}

//! The bits of a scan: T.81, B.1.1.5 and F.2.2.5.

/// Why a scan cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A marker or the end of the file stands where bits are expected.
    Ended,
    /// No code of the table begins with these bits, or it means what cannot be here.
    Code,
    /// Something else stands where the marker of a restart is expected.
    Restart,
}

/// Bits from the highest of each byte on. A byte 0xFF begins a marker, which ends them, unless 0 follows, which is
/// dropped.
pub(super) struct Bits<'a> {
    file: &'a [u8],
    /// The next byte to take up. When bits have ended, the marker or the end of the file.
    pub at: usize,
    /// Bits taken up and not used, from the highest on; zeros behind them.
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub fn new(file: &'a [u8], at: usize) -> Self {
        Self { file, at, buffer: 0, count: 0 }
    }

    /// Takes up bytes until there are at least 57 bits, or all.
    #[inline]
    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.file.get(self.at) else { return };
            if byte == 0xFF && self.file.get(self.at + 1) != Some(&0) {
                return;
            }
            self.at += if byte == 0xFF { 2 } else { 1 };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next 16 bits as a number; behind the end, zeros.
    #[inline]
    pub fn peek(&mut self) -> usize {
        if self.count < 32 {
            self.fill();
        }
        (self.buffer >> 48) as usize
    }

    /// Uses `length` bits, at most 16, that [`Bits::peek`] has shown.
    #[inline]
    pub fn skip(&mut self, length: u32) -> Result<(), Fault> {
        if length > self.count {
            return Err(Fault::Ended);
        }
        self.buffer <<= length;
        self.count -= length;
        Ok(())
    }

    /// The number in the next `length` bits, at most 16.
    #[inline]
    pub fn take(&mut self, length: u32) -> Result<i32, Fault> {
        let bits = self.peek() >> (16 - length);
        self.skip(length)?;
        Ok(bits as i32)
    }

    /// A signed number of `length` bits, at most 15 (F.2.2.1, EXTEND): those with a leading 1 are positive, the others
    /// count up from the most negative.
    #[inline]
    pub fn signed(&mut self, length: u32) -> Result<i32, Fault> {
        let number = self.take(length)?;
        Ok(if number < (1 << length) / 2 { number + 1 - (1 << length) } else { number })
    }

    /// Goes to the first bit behind the marker of restart `number`, which is RST0 to RST7 in turn.
    pub fn restart(&mut self, number: usize) -> Result<(), Fault> {
        // What is left of the last byte is filling.
        (self.buffer, self.count) = (0, 0);
        // So are bytes 0xFF before a marker.
        while self.file.get(self.at..self.at + 2) == Some(&[0xFF, 0xFF]) {
            self.at += 1;
        }
        match self.file.get(self.at..self.at + 2) {
            Some(&[0xFF, marker]) if usize::from(marker) == 0xD0 + number % 8 => {
                self.at += 2;
                Ok(())
            }
            Some(_) => Err(Fault::Restart),
            None => Err(Fault::Ended),
        }
    }
}

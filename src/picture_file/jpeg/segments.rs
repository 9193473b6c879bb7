//! The walk through a file's segments: T.81, annex B; JFIF, EXIF and Adobe's in them.

use super::super::check_memory;
use super::super::orientation::Orientation;
use super::bits::{Bits, Fault};
use super::frame::Frame;
use super::huffman::Huffman;
use super::scan::{Blocks, Content, Header, Part, Scan};

/// All that is known of one component when its last scan has been read.
pub(super) struct Plane {
    /// The picture's width and height in pixels, as the file has them.
    pub size: (usize, usize),
    pub orientation: Orientation,
    /// Whether the components are red, green and blue; otherwise the first is luma.
    pub is_rgb: bool,
    /// The component's samples across and down, for `most` pixels each way.
    pub sampling: (usize, usize),
    pub most: (usize, usize),
    pub blocks: Blocks,
    /// What each coefficient is to be multiplied by.
    pub quantization: [u16; 64],
}

/// Reads the `component` of a file that begins as a JPEG. Of other components only what stands between its bits is
/// parsed, and nothing behind its last ones.
pub(super) fn read(file: &[u8], component: usize) -> Result<Plane, String> {
    let mut reader = Reader {
        file,
        at: 2,
        component,
        quantization: [None; 4],
        dc: [const { None }; 4],
        ac: [const { None }; 4],
        interval: 0,
        orientation: None,
        is_jfif: false,
        adobe: None,
        frame: None,
        kept: None,
        complete: false,
    };
    while !reader.complete
        && let Some((marker, segment)) = reader.next()?
    {
        match marker {
            0xC4 => reader.read_codes(segment)?,
            0xDB => reader.read_quantization(segment)?,
            0xDD => reader.read_interval(segment)?,
            0xDA => reader.read_scan(segment)?,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xDE | 0xF7 => {
                reader.read_frame(marker, segment)?
            }
            0xE0 => reader.is_jfif |= segment.starts_with(b"JFIF\0"),
            0xE1 if segment.starts_with(b"Exif\0\0") => {
                reader.orientation.get_or_insert(Orientation::read(&segment[6..]));
            }
            0xEE if segment.starts_with(b"Adobe") => reader.adobe = segment.get(11).copied(),
            // Comments, and what other programs keep for themselves.
            _ => {}
        }
    }
    reader.plane()
}

/// Where a file has been read to, and what it has said so far.
struct Reader<'a> {
    file: &'a [u8],
    at: usize,
    /// Which component is kept.
    component: usize,
    /// Tables under the numbers by which frames and scans call them.
    quantization: [Option<[u16; 64]>; 4],
    dc: [Option<Huffman>; 4],
    ac: [Option<Huffman>; 4],
    /// Units between two restarts.
    interval: usize,
    orientation: Option<Orientation>,
    is_jfif: bool,
    /// What Adobe's programs say of the colours: 0 for red, green and blue.
    adobe: Option<u8>,
    frame: Option<Frame>,
    kept: Option<Kept>,
    /// Whether all of the component has been read.
    complete: bool,
}

/// What is kept of the component, from its first scan on.
struct Kept {
    blocks: Blocks,
    quantization: [u16; 64],
    /// For each coefficient, how many of its lowest bits are still to come; none if all are.
    missing: [Option<u32>; 64],
}

impl<'a> Reader<'a> {
    /// The next marker with its segment; none at the end of the picture. Bytes between segments are passed over, and
    /// so are scans that are not read.
    fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, String> {
        let marker = loop {
            let Some(before) = self.file[self.at..].iter().position(|&byte| byte == 0xFF) else {
                return Err(self.cut());
            };
            self.at += before + 1;
            match self.file.get(self.at) {
                // Within scans: a byte 0xFF, and restarts. Filling. Markers without a segment.
                None | Some(0 | 1 | 0xFF | 0xD0..=0xD8) => {}
                Some(0xD9) => return Ok(None),
                Some(&marker) => break marker,
            }
        };
        let rest = &self.file[self.at + 1..];
        // The length counts its own two bytes.
        let length = rest.first_chunk().map(|bytes| usize::from(u16::from_be_bytes(*bytes)));
        let segment = length.and_then(|length| rest.get(2..length.max(2))).ok_or_else(|| self.cut())?;
        self.at += 3 + segment.len();
        Ok(Some((marker, segment)))
    }

    fn cut(&self) -> String {
        let length = self.file.len();
        format!("a JPEG that ends at byte {length}, before its pixels do: it was cut short; copy or download it again")
    }

    fn damaged(&self, what: &str) -> String {
        format!("a damaged JPEG: {what} before byte {}; copy or download it again", self.at)
    }

    /// Quantization tables (B.2.4.1), each with its number and steps of 8 or 16 bits.
    fn read_quantization(&mut self, mut segment: &[u8]) -> Result<(), String> {
        while let Some((&kind, rest)) = segment.split_first() {
            let (bytes, number) = (usize::from(kind >> 4) + 1, usize::from(kind & 15));
            let (1 | 2, 0..4, Some(steps)) = (bytes, number, rest.get(..64 * bytes)) else {
                return Err(self.damaged("a quantization table makes no sense"));
            };
            let step =
                |at: usize| steps[at * bytes..][..bytes].iter().fold(0, |step, &byte| step << 8 | u16::from(byte));
            self.quantization[number] = Some(std::array::from_fn(step));
            segment = &rest[64 * bytes..];
        }
        Ok(())
    }

    /// Tables of Huffman codes (B.2.4.2), each with its number, how many codes have each length, and their symbols.
    fn read_codes(&mut self, mut segment: &[u8]) -> Result<(), String> {
        while !segment.is_empty() {
            let (kind, rest) = (segment[0], &segment[1..]);
            let table = match kind >> 4 {
                0 => self.dc.get_mut(usize::from(kind & 15)),
                1 => self.ac.get_mut(usize::from(kind & 15)),
                _ => None,
            };
            let (Some(table), Some((codes, rest))) = (table, Huffman::from_segment(rest)) else {
                return Err(self.damaged("a table of Huffman codes makes no sense"));
            };
            *table = Some(codes);
            segment = rest;
        }
        Ok(())
    }

    /// The restart interval (B.2.4.4).
    fn read_interval(&mut self, segment: &[u8]) -> Result<(), String> {
        let interval = segment.first_chunk().ok_or_else(|| self.damaged("a restart interval makes no sense"))?;
        self.interval = u16::from_be_bytes(*interval).into();
        Ok(())
    }

    fn read_frame(&mut self, marker: u8, segment: &[u8]) -> Result<(), String> {
        let frame = Frame::read(marker, segment)?.ok_or_else(|| self.damaged("the frame's header makes no sense"))?;
        match self.frame.replace(frame) {
            None => Ok(()),
            Some(_) => Err(self.damaged("a second frame begins")),
        }
    }

    /// A scan, where it has the component.
    fn read_scan(&mut self, segment: &[u8]) -> Result<(), String> {
        let frame = self.frame.as_ref().ok_or_else(|| self.damaged("a scan comes before the frame's header"))?;
        let header = Header::read(segment, frame).ok_or_else(|| self.damaged("a scan's header makes no sense"))?;
        if header.parts.iter().all(|part| part.component != self.component) {
            return Ok(());
        }
        let component = &frame.components[self.component];
        let (across, down) = frame.blocks(component);
        let mut kept = match self.kept.take() {
            Some(kept) => kept,
            None => {
                // Coefficients of 2 bytes, and samples of 1 beside them, in whole blocks.
                check_memory(8 * across, 8 * down, 3)?;
                Kept {
                    blocks: Blocks { across, blocks: vec![[0; 64]; across * down] },
                    quantization: self.quantization[component.quantization]
                        .ok_or_else(|| self.damaged("a scan has no quantization table"))?,
                    missing: [None; 64],
                }
            }
        };
        let Content { first, last, low, refines } = header.content;
        let before = if refines { Some(low + 1) } else { None };
        if kept.missing[first..=last].iter().any(|&missing| missing != before) {
            return Err(self.damaged("a scan does not go on where those before it ended"));
        }
        kept.missing[first..=last].fill(Some(low));

        let (has_dc, has_ac) = (first == 0 && !refines, last > 0);
        let parts = header.parts.iter().map(|part| Part {
            unit: if header.parts.len() == 1 { (1, 1) } else { frame.components[part.component].sampling },
            kept: part.component == self.component,
            dc: self.dc[part.dc].as_ref().filter(|_| has_dc),
            ac: self.ac[part.ac].as_ref().filter(|_| has_ac),
        });
        let parts: Vec<Part> = parts.collect();
        if parts.iter().any(|part| part.dc.is_some() != has_dc || part.ac.is_some() != has_ac) {
            return Err(self.damaged("a scan has no table of Huffman codes"));
        }
        let units = if parts.len() == 1 { (across, down) } else { frame.units() };
        let mut bits = Bits::new(self.file, self.at);
        let scan = Scan { parts, content: header.content, units, interval: self.interval };
        let read = scan.read(&mut bits, &mut kept.blocks);
        self.at = bits.at;
        read.map_err(|fault| match fault {
            // A marker has two bytes.
            Fault::Ended if self.at + 1 >= self.file.len() => self.cut(),
            Fault::Ended => self.damaged("a scan's bits end too early"),
            Fault::Code => self.damaged("a scan has bits that are no code for what can be there"),
            Fault::Restart => self.damaged("a scan has no marker where it should start anew"),
        })?;
        self.complete = kept.missing.iter().all(|&missing| missing == Some(0));
        self.kept = Some(kept);
        Ok(())
    }

    /// All that there is of the component; of a progressive file that has an end, that may be less than all its bits.
    fn plane(self) -> Result<Plane, String> {
        let damaged = self.damaged("the end comes without pixels");
        let (Some(frame), Some(kept)) = (self.frame, self.kept) else { return Err(damaged) };
        let names = frame.components.iter().map(|component| component.name);
        let is_rgb = frame.components.len() == 3
            && !self.is_jfif
            && self.adobe.map_or(names.eq(*b"RGB"), |transform| transform == 0);
        Ok(Plane {
            size: (frame.width, frame.height),
            orientation: self.orientation.unwrap_or(Orientation::UPRIGHT),
            is_rgb,
            sampling: frame.components[self.component].sampling,
            most: frame.most,
            blocks: kept.blocks,
            quantization: kept.quantization,
        })
    }
}

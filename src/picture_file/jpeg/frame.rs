//! The header of a frame: T.81, B.2.2 and A.1.

use super::super::check_size;

/// The picture's size and its components.
pub(super) struct Frame {
    pub progressive: bool,
    /// In pixels.
    pub width: usize,
    pub height: usize,
    pub components: Vec<Component>,
    /// The most samples that a component has across and down.
    pub most: (usize, usize),
}

/// One of light, colours; or of red, green, blue.
pub(super) struct Component {
    pub name: u8,
    /// Samples across and down, for `Frame::most` pixels each way.
    pub sampling: (usize, usize),
    /// Which table has the steps of its coefficients.
    pub quantization: usize,
}

impl Frame {
    /// From the marker and its segment; none if they make no sense.
    ///
    /// # Errors
    /// A kind of JPEG that is not read, by its name; a size that is too large.
    pub fn read(marker: u8, segment: &[u8]) -> Result<Option<Self>, String> {
        let save = "open it and save it anew as an ordinary JPEG in RGB, or as PNG";
        let name = match marker {
            0xC0..=0xC2 => "",
            0xC3 => "a lossless one",
            0xC9..=0xCB => "one with arithmetic coding",
            0xF7 => "a JPEG-LS",
            _ => "a hierarchical one",
        };
        if !name.is_empty() {
            return Err(format!("expected a baseline or progressive JPEG, found {name}: {save}"));
        }
        let Some((&[bits, y, y_low, x, x_low, count], components)) = segment.split_first_chunk() else {
            return Ok(None);
        };
        let (width, height) = (u16::from_be_bytes([x, x_low]).into(), u16::from_be_bytes([y, y_low]).into());
        if bits != 8 {
            return Err(format!("expected a JPEG of 8 bits a sample, found {bits}: {save}"));
        }
        match count {
            1 | 3 => {}
            4 => return Err(format!("expected a JPEG in grey or RGB, found CMYK (4 components): {save}")),
            _ => return Err(format!("expected a JPEG of 1 or 3 components, found {count}: {save}")),
        }
        if height == 0 {
            return Err(format!("expected a JPEG whose header says its height, found one that says it later: {save}"));
        }
        check_size(width, height)?;
        let component = |&[name, sampling, quantization]: &[u8; 3]| {
            let sampling = (usize::from(sampling >> 4), usize::from(sampling & 15));
            Component { name, sampling, quantization: quantization.into() }
        };
        let components: Vec<Component> = components.as_chunks().0.iter().map(component).collect();
        let sound = |component: &Component| {
            let (across, down) = component.sampling;
            (1..=4).contains(&across) && (1..=4).contains(&down) && component.quantization < 4
        };
        if width == 0 || components.len() != count.into() || !components.iter().all(sound) {
            return Ok(None);
        }
        let most = |side: fn(&Component) -> usize| components.iter().map(side).max().unwrap_or(1);
        let most = (most(|component| component.sampling.0), most(|component| component.sampling.1));
        Ok(Some(Self { progressive: marker == 0xC2, width, height, components, most }))
    }

    /// Blocks of a component across and down.
    pub fn blocks(&self, component: &Component) -> (usize, usize) {
        let samples = |pixels: usize, sampling: usize, most: usize| (pixels * sampling).div_ceil(most);
        let across = samples(self.width, component.sampling.0, self.most.0);
        let down = samples(self.height, component.sampling.1, self.most.1);
        (across.div_ceil(8), down.div_ceil(8))
    }

    /// Units across and down of a scan of several components: each has `most` x 8 pixels each way.
    pub fn units(&self) -> (usize, usize) {
        (self.width.div_ceil(8 * self.most.0), self.height.div_ceil(8 * self.most.1))
    }
}

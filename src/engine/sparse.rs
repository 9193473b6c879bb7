//! The first layer's products. They skip blank pixels: four in five pixels of MNIST are zero.
//!
//! Pixels are taken in groups of [`GROUP`] neighbours. An image enters a group's list where any of the group is not
//! zero; strokes are wide, so that is seldom for one pixel alone, and a group's rows of weights (forward) or of
//! gradients (backward) then stay in registers while its images pass by. One list serves both directions.
//!
//! As long as the other factor is finite, a zero that is skipped leaves a chain of multiply-adds as it was, so
//! these products equal the dense ones to the bit: each element's chain still runs over ascending pixels (forward)
//! or ascending images (gradient).

use super::masked::bits;
use super::product::Start;
use super::simd::{LANES, Simd};
use super::view::{PANEL, Panel, Rows, Strided};
use std::ops::Range;

/// Pixels of a group: the fastest number where few images share the lists (`measurements.md`).
pub const GROUP: usize = 4;

/// What an image holds in a group of pixels that is not blank.
#[derive(Clone, Copy)]
pub struct Inked {
    group: u16,
    bytes: [u8; GROUP],
}

/// The groups of an image that are not blank. `pixels` is a row of bytes, a whole number of groups.
///
/// # Panics
/// Where it is not, or has more than 65,536 of them.
#[inline(always)]
pub fn inked(pixels: &[u8]) -> impl Iterator<Item = Inked> {
    let (groups, rest) = pixels.as_chunks::<GROUP>();
    assert!(rest.is_empty() && groups.len() <= 1 << u16::BITS, "an image of another width");
    groups.chunks(64).enumerate().flat_map(|(part, groups)| {
        // First which of 64 groups hold ink, a bit each, without a branch: then only those are visited.
        let mut found = 0u64;
        for (place, bytes) in groups.iter().enumerate() {
            found |= u64::from(*bytes != [0; GROUP]) << place;
        }
        bits(found).map(move |place| Inked { group: (part * 64 + place) as u16, bytes: groups[place] })
    })
}

/// Images by their groups that are not blank.
#[derive(Default)]
pub struct Ink {
    inked: Vec<Inked>,
    /// Where each image's end, and the next one's begin.
    ends: Vec<usize>,
}

impl Ink {
    /// Takes in one image more.
    #[inline(always)]
    pub fn push(&mut self, image: impl Iterator<Item = Inked>) {
        self.inked.extend(image);
        self.ends.push(self.inked.len());
    }

    /// An image's groups.
    #[inline(always)]
    pub fn image(&self, number: usize) -> &[Inked] {
        let begin = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.inked[begin..self.ends[number]]
    }
}

/// For each group of pixels, the images in which it is not blank, and what they hold there.
pub struct Lists {
    /// Images in the lists: each entry's image has a number below this.
    images: usize,
    /// Images that there is room for.
    capacity: usize,
    /// Where each group's entries are. While images are pushed, every group has room for all of them.
    groups: Vec<Range<usize>>,
    /// Each group's in the order of the images.
    entries: Vec<Entry>,
    /// What each byte is to the network.
    values: Box<[f32; 256]>,
}

/// What an image holds in a group of pixels.
#[derive(Clone, Copy, Default)]
struct Entry {
    bytes: [u8; GROUP],
    image: u16,
}

impl Lists {
    /// Room for `images` images of `pixels` pixels, so that `push` allocates nothing. `values` says
    /// what each byte is to the network.
    pub fn new(images: usize, pixels: usize, values: [f32; 256]) -> Self {
        assert!(images <= 1 << u16::BITS, "an image's number has {} bits", u16::BITS);
        let groups = pixels.div_ceil(GROUP);
        Lists {
            images: 0,
            capacity: images,
            groups: vec![0..0; groups],
            entries: vec![Entry::default(); images * groups],
            values: Box::new(values),
        }
    }

    /// Forgets all images: others are to be pushed.
    pub fn open(&mut self) {
        self.images = 0;
        for (group, entries) in self.groups.iter_mut().enumerate() {
            let begin = group * self.capacity;
            *entries = begin..begin;
        }
    }

    /// Lists one image more.
    ///
    /// # Panics
    /// Where there is no room for it, or for one of its groups.
    #[inline(always)]
    pub fn push(&mut self, image: impl Iterator<Item = Inked>) {
        assert!(self.images < self.capacity, "no room for another image");
        let (groups, entries) = (&mut self.groups[..], &mut self.entries[..]);
        let number = self.images as u16;
        image.for_each(|Inked { group, bytes }| {
            let end = &mut groups[usize::from(group)].end;
            entries[*end] = Entry { bytes, image: number };
            *end += 1;
        });
        self.images += 1;
    }

    /// Brings the entries together. For images that stay it pays: the full batch of 784-64-32-16-10 is read by a third
    /// faster for it. For a batch that is read once it does not: 784-64-32-16-10 would lose 3.5%.
    pub fn compact(&mut self) {
        let mut begin = 0;
        for entries in &mut self.groups {
            let compact = begin..begin + entries.len();
            if *entries != compact {
                self.entries.copy_within(entries.clone(), begin);
            }
            begin = compact.end;
            *entries = compact;
        }
    }

    /// The entries of a group.
    #[inline(always)]
    fn group(&self, group: usize) -> &[Entry] {
        &self.entries[self.groups[group].clone()]
    }
}

/// `Z (B x N) = X (B x I) · W (I x N)` for one panel of W, as [`super::product::multiply_panel`] would.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn forward<S: Simd>(simd: S, x: &Lists, w: Panel, n: usize, z: Rows) {
    let vectors = n.div_ceil(LANES);
    let width = vectors * LANES;
    assert!(n <= PANEL && z.holds([x.images, width]), "Z is too small");
    assert!(w.holds([x.groups.len() * GROUP, width]), "W is too small, or its segments overlap");
    let mut vector = 0;
    while vector < vectors {
        let wide = (vectors - vector).min(S::TILE_VECTORS);
        // SAFETY: the images of all entries and the rows of all groups are within Z and W by the assertions above.
        unsafe {
            let w_columns = w.data.as_ptr().add(vector * LANES);
            let z_columns = z.data.as_mut_ptr().add(vector * LANES);
            match wide {
                1 => forward_columns::<S, 1>(simd, x, w_columns, w, z_columns, z.row),
                2 => forward_columns::<S, 2>(simd, x, w_columns, w, z_columns, z.row),
                3 => forward_columns::<S, 3>(simd, x, w_columns, w, z_columns, z.row),
                _ => forward_columns::<S, 4>(simd, x, w_columns, w, z_columns, z.row),
            }
        }
        vector += wide;
    }
}

/// `V` vectors of columns of `forward`: a group's rows of W wait in registers while the rows of Z pass.
///
/// # Safety
/// `w` and `z` are valid for `V` vectors at each row that `panel` and the lists name, and `z` is the caller's alone.
#[inline(always)]
unsafe fn forward_columns<S: Simd, const V: usize>(
    simd: S,
    x: &Lists,
    w: *const f32,
    panel: Panel,
    z: *mut f32,
    z_row: usize,
) {
    for image in 0..x.images {
        for v in 0..V {
            // SAFETY: a row that the lists may name, by the caller's promise.
            unsafe { simd.store(z.add(image * z_row + v * LANES), simd.splat(0.0)) };
        }
    }
    for group in 0..x.groups.len() {
        let w_rows = w.wrapping_add(panel.at(group * GROUP));
        let w_rows: [[S::Vector; V]; GROUP] = std::array::from_fn(|pixel| {
            // SAFETY: a row that `panel` names, by the caller's promise.
            std::array::from_fn(|v| unsafe { simd.load(w_rows.add(pixel * panel.row + v * LANES)) })
        });
        for &Entry { bytes, image } in x.group(group) {
            let row = usize::from(image);
            // SAFETY: a row that the lists name, by the caller's promise.
            unsafe {
                let z = z.add(row * z_row);
                let mut sums: [S::Vector; V] = std::array::from_fn(|v| simd.load(z.add(v * LANES)));
                for (w_row, byte) in w_rows.iter().zip(bytes) {
                    let value = simd.splat(x.values[usize::from(byte)]);
                    for (sum, &w) in sums.iter_mut().zip(w_row) {
                        *sum = simd.mul_add(value, w, *sum);
                    }
                }
                for (v, &sum) in sums.iter().enumerate() {
                    simd.store(z.add(v * LANES), sum);
                }
            }
        }
    }
}

/// `dW (I x N) = or += Xᵀ (I x B) · dZ (B x N)` for one panel of columns, and of dW the rows `pixels`, which begin a
/// group; they lie in `dw`.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn gradient<S: Simd>(simd: S, x: &Lists, pixels: Range<usize>, n: usize, dz: Strided, dw: Rows, start: Start) {
    let vectors = n.div_ceil(LANES);
    let width = vectors * LANES;
    assert!(n <= PANEL && dz.column == 1 && dz.holds([x.images, width]), "dZ is too small");
    assert!(pixels.start.is_multiple_of(GROUP) && pixels.end <= x.groups.len() * GROUP, "no such groups");
    assert!(width <= dw.row && dw.holds([pixels.len().next_multiple_of(GROUP), width]), "dW is too small");
    let groups = pixels.start / GROUP..pixels.end.div_ceil(GROUP);
    let mut vector = 0;
    while vector < vectors {
        let wide = (vectors - vector).min(S::TILE_VECTORS);
        // SAFETY: the images of all entries and the rows of all groups are within dZ and dW by the assertions above.
        unsafe {
            let strides = [dz.row, dw.row];
            let dz = dz.data.as_ptr().add(vector * LANES);
            let dw = dw.data.as_mut_ptr().add(vector * LANES);
            let groups = groups.clone();
            match wide {
                1 => gradient_columns::<S, 1>(simd, x, groups, strides, dz, dw, start),
                2 => gradient_columns::<S, 2>(simd, x, groups, strides, dz, dw, start),
                3 => gradient_columns::<S, 3>(simd, x, groups, strides, dz, dw, start),
                _ => gradient_columns::<S, 4>(simd, x, groups, strides, dz, dw, start),
            }
        }
        vector += wide;
    }
}

/// `V` vectors of columns of `gradient`: a group's rows of dW wait in registers while the rows of dZ pass.
///
/// # Safety
/// `dz` is valid for `V` vectors at each row that the lists name, and `dw`, the caller's alone, at each row of
/// `groups`.
#[inline(always)]
unsafe fn gradient_columns<S: Simd, const V: usize>(
    simd: S,
    x: &Lists,
    groups: Range<usize>,
    [dz_row, dw_row]: [usize; 2],
    dz: *const f32,
    dw: *mut f32,
    start: Start,
) {
    for (place, group) in groups.enumerate() {
        let dw_row = |pixel: usize| dw.wrapping_add((place * GROUP + pixel) * dw_row);
        let mut dw_rows = [[simd.splat(0.0); V]; GROUP];
        if start == Start::Continue {
            for (pixel, sums) in dw_rows.iter_mut().enumerate() {
                // SAFETY: a row of `groups`, by the caller's promise.
                *sums = std::array::from_fn(|v| unsafe { simd.load(dw_row(pixel).add(v * LANES)) });
            }
        }
        for &Entry { bytes, image } in x.group(group) {
            let row = usize::from(image);
            // SAFETY: a row that the lists name, by the caller's promise.
            let dz: [S::Vector; V] = std::array::from_fn(|v| unsafe { simd.load(dz.add(row * dz_row + v * LANES)) });
            for (sums, byte) in dw_rows.iter_mut().zip(bytes) {
                let value = simd.splat(x.values[usize::from(byte)]);
                for (sum, &dz) in sums.iter_mut().zip(&dz) {
                    *sum = simd.mul_add(value, dz, *sum);
                }
            }
        }
        for (pixel, sums) in dw_rows.iter().enumerate() {
            for (v, &sum) in sums.iter().enumerate() {
                // SAFETY: as for the loads above.
                unsafe { simd.store(dw_row(pixel).add(v * LANES), sum) };
            }
        }
    }
}

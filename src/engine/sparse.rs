//! The first layer's products, which walk past the paper: four in five pixels of MNIST are zero.
//!
//! Pixels are taken in groups of [`GROUP`] neighbours. An image enters a group's list where any of the group is not
//! zero; strokes are wide, so that is seldom for one pixel alone, and a group's rows of weights (forward) or of gradients
//! (backward) then stay in registers while its images pass by. One list serves both directions.
//!
//! A zero that is skipped leaves a chain of multiply-adds as it was, so these products equal the dense ones to the bit:
//! each element's chain still runs over ascending pixels (forward) or ascending images (gradient).

use super::product::{PANEL, Panel};
use super::simd::{LANES, Simd};
use std::ops::Range;

/// Pixels of a group. Measured at 128 x 784 x 512 on one thread of a Zen 5, forward and gradient together, as dense
/// GFLOP/s: 1 pixel 340, 2 pixels 790, 4 pixels 770 (and 680 against 510 where only 64 images share the lists).
pub const GROUP: usize = 4;

/// For each group of pixels, the images in which it is not blank, and what they hold there.
pub struct Lists {
    /// Images listed: every element of `rows` is below.
    images: usize,
    /// Group g's entries are `ends[g - 1]..ends[g]`.
    ends: Vec<u32>,
    /// The image of each entry.
    rows: Vec<u16>,
    /// The group's bytes of each entry.
    bytes: Vec<[u8; GROUP]>,
    /// What each byte is to the network.
    values: Box<[f32; 256]>,
}

impl Lists {
    /// Room for `images` images of `pixels` pixels, so that `fill` allocates nothing. `values` says what each byte is to
    /// the network.
    pub fn new(images: usize, pixels: usize, values: [f32; 256]) -> Self {
        assert!(
            images <= 1 << u16::BITS,
            "an image's number has {} bits",
            u16::BITS
        );
        let groups = pixels.div_ceil(GROUP);
        // One more, for the entry that is written before it is known whether it counts.
        let entries = images * groups + 1;
        Lists {
            images: 0,
            ends: vec![0; groups],
            rows: vec![0; entries],
            bytes: vec![[0; GROUP]; entries],
            values: Box::new(values),
        }
    }

    /// Lists `images`, rows of a multiple of [`GROUP`] bytes.
    ///
    /// # Panics
    /// Where they are more or wider than there is room for.
    pub fn fill(&mut self, images: &[u8]) {
        let (groups, _) = images.as_chunks::<GROUP>();
        let width = self.ends.len();
        assert!(
            groups.len().is_multiple_of(width),
            "images of another width"
        );
        self.images = groups.len() / width;
        assert!(
            groups.len() < self.rows.len().min(self.bytes.len()),
            "more images than there is room for"
        );
        let mut count = 0;
        for (group, end) in self.ends.iter_mut().enumerate() {
            let column = groups[group..].iter().step_by(width);
            // Every entry is written, and counts where it is not blank: no branch to guess wrong.
            for (row, bytes) in column.enumerate() {
                // SAFETY: there is room for one entry more than all images have groups, as was asserted.
                unsafe {
                    *self.rows.get_unchecked_mut(count) = row as u16;
                    *self.bytes.get_unchecked_mut(count) = *bytes;
                }
                count += usize::from(*bytes != [0; GROUP]);
            }
            *end = count as u32;
        }
    }

    /// The entries of a group: the image of each, and the group's bytes in it.
    #[inline(always)]
    fn group(&self, group: usize) -> impl Iterator<Item = (&u16, &[u8; GROUP])> {
        let begin = if group == 0 { 0 } else { self.ends[group - 1] };
        let range = begin as usize..self.ends[group] as usize;
        self.rows[range.clone()].iter().zip(&self.bytes[range])
    }
}

/// `Z (B x N) = X (B x I) · W (I x N)` for one panel of W, as [`super::product::multiply_panel`] would.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn forward<S: Simd>(simd: S, x: &Lists, w: Panel, n: usize, z: &mut [f32], z_row: usize) {
    let vectors = n.div_ceil(LANES);
    let width = vectors * LANES;
    assert!(
        n <= PANEL && x.images > 0 && (x.images - 1) * z_row + width <= z.len(),
        "Z is too small"
    );
    assert!(
        w.at(x.ends.len() * GROUP - 1) + width <= w.data.len(),
        "W is too small"
    );
    for row in z.chunks_mut(z_row).take(x.images) {
        row[..width].fill(0.0);
    }
    let mut vector = 0;
    while vector < vectors {
        let wide = if vectors - vector >= S::TILE_VECTORS {
            S::TILE_VECTORS
        } else {
            1
        };
        // SAFETY: the images of all entries and the rows of all groups are within Z and W by the assertions above.
        unsafe {
            let w_columns = w.data.as_ptr().add(vector * LANES);
            let z_columns = z.as_mut_ptr().add(vector * LANES);
            match wide {
                1 => forward_columns::<S, 1>(simd, x, w_columns, w, z_columns, z_row),
                _ => forward_columns::<S, 4>(simd, x, w_columns, w, z_columns, z_row),
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
    for group in 0..x.ends.len() {
        let w_rows = w.wrapping_add(panel.at(group * GROUP));
        let w_rows: [[S::Vector; V]; GROUP] = std::array::from_fn(|pixel| {
            // SAFETY: a row that `panel` names, by the caller's promise.
            std::array::from_fn(|v| unsafe { simd.load(w_rows.add(pixel * panel.row + v * LANES)) })
        });
        // The weights were last touched a step ago: the next group's are on their way while this one's are used.
        let next = w.wrapping_add(panel.at((group + 4) * GROUP));
        for pixel in 0..GROUP {
            (0..V).for_each(|v| simd.prefetch(next.wrapping_add(pixel * panel.row + v * LANES)));
        }
        for (&row, bytes) in x.group(group) {
            let row = usize::from(row);
            // SAFETY: a row that the lists name, by the caller's promise.
            unsafe {
                let z = z.add(row * z_row);
                let mut sums: [S::Vector; V] = std::array::from_fn(|v| simd.load(z.add(v * LANES)));
                for (w_row, &byte) in w_rows.iter().zip(bytes) {
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

/// `dW (I x N) += Xᵀ (I x B) · dZ (B x N)` for one panel of columns, and of dW the rows `pixels`, which begin a group;
/// they lie in `dw`, [`PANEL`] floats apart.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn gradient<S: Simd>(
    simd: S,
    x: &Lists,
    pixels: Range<usize>,
    dz: &[f32],
    dz_row: usize,
    n: usize,
    dw: &mut [f32],
) {
    let vectors = n.div_ceil(LANES);
    let width = vectors * LANES;
    assert!(
        n <= PANEL && x.images > 0 && (x.images - 1) * dz_row + width <= dz.len(),
        "dZ is too small"
    );
    assert!(
        pixels.start.is_multiple_of(GROUP) && pixels.end <= x.ends.len() * GROUP,
        "no such groups"
    );
    assert!(
        pixels.len().next_multiple_of(GROUP) * PANEL <= dw.len(),
        "dW is too small"
    );
    let groups = pixels.start / GROUP..pixels.end.div_ceil(GROUP);
    let mut vector = 0;
    while vector < vectors {
        let wide = if vectors - vector >= S::TILE_VECTORS {
            S::TILE_VECTORS
        } else {
            1
        };
        // SAFETY: the images of all entries and the rows of all groups are within dZ and dW by the assertions above.
        unsafe {
            let dz_columns = dz.as_ptr().add(vector * LANES);
            let dw_columns = dw.as_mut_ptr().add(vector * LANES);
            match wide {
                1 => gradient_columns::<S, 1>(
                    simd,
                    x,
                    groups.clone(),
                    dz_columns,
                    dz_row,
                    dw_columns,
                ),
                _ => gradient_columns::<S, 4>(
                    simd,
                    x,
                    groups.clone(),
                    dz_columns,
                    dz_row,
                    dw_columns,
                ),
            }
        }
        vector += wide;
    }
}

/// `V` vectors of columns of `gradient`: a group's rows of dW wait in registers while the rows of dZ pass.
///
/// # Safety
/// `dz` is valid for `V` vectors at each row that the lists name, and `dw`, the caller's alone, at each row of `groups`.
#[inline(always)]
unsafe fn gradient_columns<S: Simd, const V: usize>(
    simd: S,
    x: &Lists,
    groups: Range<usize>,
    dz: *const f32,
    dz_row: usize,
    dw: *mut f32,
) {
    for (place, group) in groups.enumerate() {
        let dw_row = |pixel: usize| dw.wrapping_add((place * GROUP + pixel) * PANEL);
        // SAFETY: a row of `groups`, by the caller's promise.
        let mut dw_rows: [[S::Vector; V]; GROUP] = std::array::from_fn(|pixel| {
            std::array::from_fn(|v| unsafe { simd.load(dw_row(pixel).add(v * LANES)) })
        });
        for (&row, bytes) in x.group(group) {
            let row = usize::from(row);
            // SAFETY: a row that the lists name, by the caller's promise.
            let dz: [S::Vector; V] =
                std::array::from_fn(|v| unsafe { simd.load(dz.add(row * dz_row + v * LANES)) });
            for (sums, &byte) in dw_rows.iter_mut().zip(bytes) {
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

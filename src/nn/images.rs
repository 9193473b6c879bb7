//! Images as the first layer takes them: their pixels put in order, and lists of those not blank.

use super::dense::Input;
use super::order::Ordered;
use crate::engine::sparse::{GROUP, Inked, Lists, inked};

/// What a pixel is to the network: 0 to 1.
pub fn value(byte: u8) -> f32 {
    f32::from(byte) / 255.0
}

/// A few images, with their classes.
pub struct Images {
    ordered: Ordered,
    lists: Lists,
    classes: Vec<u16>,
    /// Each image's number in its data set.
    numbers: Vec<u32>,
}

impl Images {
    /// Room for `capacity` images of so many pixels.
    pub fn new(pixels: usize, capacity: usize) -> Self {
        let width = pixels.next_multiple_of(GROUP);
        Images {
            ordered: Ordered::new(pixels),
            lists: Lists::new(capacity, width, std::array::from_fn(|byte| value(byte as u8))),
            classes: vec![0; capacity],
            numbers: Vec::with_capacity(capacity),
        }
    }

    /// Forgets its images: others, of those numbers and classes, are to be pushed.
    ///
    /// # Panics
    /// Where there is no room for them.
    #[inline(always)]
    pub fn open(&mut self, numbers: &[u32], class: impl Fn(u32) -> u16) {
        self.numbers.clear();
        self.numbers.extend_from_slice(numbers);
        let classes = self.classes[..numbers.len()].iter_mut();
        classes.zip(numbers).for_each(|(to, &number)| *to = class(number));
        self.lists.open();
    }

    /// Takes in the next image: its pixels, a byte each.
    ///
    /// # Panics
    /// Where there is no room for it, or it is of another size.
    #[inline(always)]
    pub fn push(&mut self, pixels: &[u8]) {
        self.lists.push(inked(self.ordered.arrange(pixels)));
    }

    /// The same, where the image's ink was kept.
    ///
    /// # Panics
    /// Where there is no room for it.
    #[inline(always)]
    pub fn push_ink(&mut self, image: &[Inked]) {
        self.lists.push(image.iter().copied());
    }

    /// Makes itself ready to be read many times: its images stay.
    pub fn compact(&mut self) {
        self.lists.compact();
    }

    /// The images in it, by their numbers.
    #[inline(always)]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Their classes.
    #[inline(always)]
    pub fn classes(&self) -> &[u16] {
        &self.classes[..self.numbers.len()]
    }

    /// What the first layer receives.
    #[inline(always)]
    pub fn input(&self) -> Input<'_> {
        Input::Sparse(&self.lists)
    }
}

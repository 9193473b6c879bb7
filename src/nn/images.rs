//! Images as the first layer takes them: their pixels put in order, all of them or lists of those not blank.

use super::dense::Input;
use super::order::Ordered;
use crate::engine::sparse::{GROUP, Ink, Inked, Lists};
use crate::engine::view::Strided;

/// What a pixel is to the network: 0 to 1.
pub fn value(byte: u8) -> f32 {
    f32::from(byte) / 255.0
}

/// Pixels as the first layer reads them.
enum First {
    /// By the pixels that are not blank.
    Sparse(Lists),
    /// Every pixel: for data that has few blank ones.
    Dense(Vec<f32>),
}

impl First {
    /// What the first layer receives: `row` pixels an image.
    #[inline(always)]
    fn input(&self, row: usize) -> Input<'_> {
        match self {
            First::Sparse(lists) => Input::Sparse(lists),
            First::Dense(data) => {
                let column = 1;
                Input::Dense(Strided { data, row, column }.into())
            }
        }
    }
}

/// A few images, with their classes.
pub struct Images {
    ordered: Ordered,
    /// Room for an image's ink.
    ink: Ink,
    first: First,
    classes: Vec<u16>,
    /// Each image's number in its data set.
    numbers: Vec<u32>,
}

impl Images {
    /// Room for `capacity` images of so many pixels. `dense` says how the first layer reads them.
    pub fn new(pixels: usize, capacity: usize, dense: bool) -> Self {
        let width = pixels.next_multiple_of(GROUP);
        Images {
            ordered: Ordered::new(pixels),
            ink: Ink::of_one(width),
            first: if dense {
                First::Dense(Vec::with_capacity(capacity * width))
            } else {
                let values = std::array::from_fn(|byte| value(byte as u8));
                First::Sparse(Lists::new(capacity, width, values))
            },
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
        match &mut self.first {
            First::Sparse(lists) => lists.open(),
            First::Dense(x) => x.clear(),
        }
    }

    /// Takes in the next image: its pixels, a byte each.
    ///
    /// # Panics
    /// Where there is no room for it, or it is of another size.
    #[inline(always)]
    pub fn push(&mut self, pixels: &[u8]) {
        let pixels = self.ordered.arrange(pixels);
        match &mut self.first {
            First::Sparse(lists) => {
                self.ink.clear();
                self.ink.push(pixels);
                lists.push(self.ink.image(0));
            }
            First::Dense(x) => x.extend(pixels.iter().map(|&byte| value(byte))),
        }
    }

    /// The same, where the image's ink was kept.
    ///
    /// # Panics
    /// Where there is no room for it, or the first layer reads every pixel.
    #[inline(always)]
    pub fn push_ink(&mut self, image: &[Inked]) {
        let First::Sparse(lists) = &mut self.first else {
            panic!("every pixel is to be read");
        };
        lists.push(image);
    }

    /// Makes itself ready to be read many times: its images stay.
    pub fn compact(&mut self) {
        if let First::Sparse(lists) = &mut self.first {
            lists.compact();
        }
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
        self.first.input(self.ordered.width())
    }
}

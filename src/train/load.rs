//! Digits on their way into a batch, on all threads: as they are, or deformed.

use crate::data::augment::{Augmenter, Deformations, Scratch};
use crate::data::dataset::Digits;
use crate::engine::Kernel;
use crate::engine::aligned::LINE;
use crate::engine::pool::Pool;
use crate::engine::simd::{Simd, Task};
use crate::nn::batch::Batch;
use crate::nn::block::Block;
use std::sync::Mutex;

/// Images from the one at hand to the one that is fetched meanwhile: an epoch takes them from all over memory.
const AHEAD: usize = 4;

/// Loads digits.
pub(super) struct Loader<'a> {
    digits: &'a Digits,
    kernel: Kernel,
    /// Each thread's, where images are deformed, with room for one.
    scratches: Vec<Mutex<(Scratch, Vec<u8>)>>,
}

impl<'a> Loader<'a> {
    /// For so many threads.
    pub fn new(
        digits: &'a Digits,
        augmenter: Option<Augmenter>,
        kernel: Kernel,
        threads: usize,
    ) -> Self {
        let size = digits.width() * digits.height();
        let scratches = augmenter.into_iter().flat_map(|augmenter| {
            let scratch = move |_| Mutex::new((augmenter.scratch(), vec![0; size]));
            (0..threads).map(scratch)
        });
        Loader {
            digits,
            kernel,
            scratches: scratches.collect(),
        }
    }

    /// Takes the images `numbers` into the batch.
    pub fn load(
        &self,
        pool: &mut Pool,
        batch: &mut Batch,
        numbers: &[u32],
        deformations: Option<&Deformations>,
    ) {
        batch.load(pool, numbers, |thread, block, numbers| match deformations {
            Some(deformations) => {
                let mut scratch = self.scratches[thread]
                    .lock()
                    .expect("no other thread has it");
                let (scratch, room) = &mut *scratch;
                self.kernel.run(Deform {
                    digits: self.digits,
                    deformations,
                    scratch,
                    room,
                    block,
                    numbers,
                });
            }
            // A full batch is in it already.
            None if block.numbers() == numbers => block.compact(),
            None => self.kernel.run(Take {
                digits: self.digits,
                block,
                numbers,
            }),
        });
    }
}

/// Draws images deformed.
struct Deform<'a> {
    digits: &'a Digits,
    deformations: &'a Deformations,
    scratch: &'a mut Scratch,
    room: &'a mut [u8],
    block: &'a mut Block,
    numbers: &'a [u32],
}

impl Task for Deform<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, _: S) {
        let Deform {
            digits,
            deformations,
            scratch,
            room,
            block,
            numbers,
        } = self;
        block.open();
        for &number in numbers {
            let image = digits.image(number as usize);
            deformations.draw(image, u64::from(number), scratch, room);
            block.push(number, room, digits.class(number as usize));
        }
    }
}

/// Takes images as they are.
struct Take<'a> {
    digits: &'a Digits,
    block: &'a mut Block,
    numbers: &'a [u32],
}

impl Task for Take<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Take {
            digits,
            block,
            numbers,
        } = self;
        block.open();
        for (place, &number) in numbers.iter().enumerate() {
            if let Some(&number) = numbers.get(place + AHEAD) {
                let lines = digits.image(number as usize).chunks(LINE);
                lines.for_each(|line| simd.prefetch(line.as_ptr()));
            }
            let image = digits.image(number as usize);
            block.push(number, image, digits.class(number as usize));
        }
    }
}

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
    /// Each thread's, where images are deformed.
    scratches: Vec<Mutex<Scratch>>,
}

impl<'a> Loader<'a> {
    /// For so many threads.
    pub fn new(
        digits: &'a Digits,
        augmenter: Option<Augmenter>,
        kernel: Kernel,
        threads: usize,
    ) -> Self {
        let scratches = augmenter
            .into_iter()
            .flat_map(|augmenter| (0..threads).map(move |_| Mutex::new(augmenter.scratch())));
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
                self.kernel.run(Deform {
                    digits: self.digits,
                    deformations,
                    scratch: &mut scratch,
                    block,
                    numbers,
                });
            }
            // A full batch is in it already.
            None if block.numbers() == numbers => {}
            None => self.kernel.run(Copy {
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
            block,
            numbers,
        } = self;
        let size = digits.width() * digits.height();
        block.load(numbers, |number, row| {
            let image = digits.image(number as usize);
            deformations.draw(image, u64::from(number), scratch, &mut row[..size]);
            digits.class(number as usize)
        });
    }
}

/// Takes images as they are.
struct Copy<'a> {
    digits: &'a Digits,
    block: &'a mut Block,
    numbers: &'a [u32],
}

impl Task for Copy<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Copy {
            digits,
            block,
            numbers,
        } = self;
        let size = digits.width() * digits.height();
        let mut ahead = numbers.iter().skip(AHEAD);
        block.load(numbers, |number, row| {
            if let Some(&number) = ahead.next() {
                let lines = digits.image(number as usize).chunks(LINE);
                lines.for_each(|line| simd.prefetch(line.as_ptr()));
            }
            row[..size].copy_from_slice(digits.image(number as usize));
            digits.class(number as usize)
        });
    }
}

//! After its first epoch training asks for no memory. In a file of its own, since it counts what the whole process does.

#![allow(unsafe_code)]

use mnist::data::augment::{Augmenter, Strength};
use mnist::data::dataset::{Digits, Draw, generator};
use mnist::engine::Kernel;
use mnist::engine::pool::Pool;
use mnist::nn::activation::Activation;
use mnist::nn::init::Init;
use mnist::nn::optimizer::{self, Optimizer};
use mnist::nn::reference::initialize_parameters;
use mnist::nn::schedule::Schedule;
use mnist::train::{Event, Outcome, Settings, Trainer};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Requests for memory, of all threads.
static REQUESTS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        REQUESTS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Requests made in the steps after the first epoch, and between them: at the ends of epochs.
fn requests(batch: usize, augmenter: Option<Augmenter>) -> [usize; 2] {
    const SIDE: usize = 9;
    let pixels = (0..100 * SIDE * SIDE).map(|i| if i % 5 == 0 { (i % 251) as u8 } else { 0 });
    let labels: Vec<i32> = (0..100).map(|i| i % 10).collect();
    let digits = Digits::new(SIDE, SIDE, pixels.collect(), &labels).unwrap();
    let mut random = generator(1, Draw::Weights);
    let sizes = [SIDE * SIDE, 70, 10];
    let network = initialize_parameters(&sizes, Activation::Relu, Init::Xavier, &mut random);
    let settings = Settings {
        optimizer: optimizer::Settings { optimizer: Optimizer::AdamW, l2: 1e-3, average: 0.9 },
        rate: 1e-3,
        schedule: Schedule::Cosine,
        batch,
        epochs: 4,
        dropout: 0.1,
        smoothing: 0.1,
        augmenter,
        patience: None,
        report_every: 1,
        seed: 1,
        reference: false,
    };
    let parts = ((0..90).collect(), (90..100).collect());
    let kernel = Kernel::best();
    let mut trainer = Trainer::new(&digits, parts, &network, settings, kernel, Pool::new(3));
    let (mut before, mut counts) = (0, [0; 2]);
    let outcome = trainer.run(|trainer, event| {
        let now = REQUESTS.load(Ordering::Relaxed);
        let later = matches!(event, Event::Step) && trainer.state().epoch > 0;
        if later || trainer.state().epoch > 1 {
            let first = trainer.state().batch == 1;
            let between = !matches!(event, Event::Step) || first;
            counts[usize::from(between)] += now - before;
        }
        before = now;
        ControlFlow::Continue(())
    });
    assert_eq!(outcome, Ok(Outcome::Finished));
    counts
}

#[test]
fn training_asks_for_no_memory_after_its_first_epoch() {
    for batch in [1, 32, 90] {
        assert_eq!(requests(batch, None), [0, 0], "batch {batch}");
        // Each epoch smooths its own noise.
        let augmenter = Augmenter::new(9, 9, Strength::ELASTIC).unwrap();
        let [steps, between] = requests(batch, Some(augmenter));
        assert_eq!(steps, 0, "batch {batch}, deforming");
        assert!(between <= 3 * 16, "batch {batch}, deforming: {between}");
    }
}

//! After its first epoch training asks for no memory, and damaged files cost no more than what they hold. In a file of
//! its own, since it counts what the whole process does.

mod counting;

use counting::{REQUESTS, measured};
use mnist::data::augment::{Augmenter, Strength};
use mnist::data::dataset::{Digits, Draw, generator};
use mnist::data::formats::Options;
use mnist::data::formats::{Request, Role, source};
use mnist::engine::{Engine, Kernel};
use mnist::nn::activation::Activation;
use mnist::nn::optimizer::{self, Optimizer};
use mnist::nn::reference::initialize_parameters;
use mnist::nn::schedule::Schedule;
use mnist::train::{Event, Outcome, Settings, Trainer};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Requests made in the steps after the first epoch, and between them: at the ends of epochs.
fn requests(batch: usize, augmenter: Option<Augmenter>) -> [usize; 2] {
    const SIDE: usize = 9;
    let pixels = (0..100 * SIDE * SIDE).map(|i| if i % 5 == 0 { (i % 251) as u8 } else { 0 });
    let labels: Vec<i32> = (0..100).map(|i| i % 10).collect();
    let digits = Digits::new(SIDE, SIDE, pixels.collect(), &labels).unwrap();
    let mut random = generator(1, Draw::Weights);
    let sizes = [SIDE * SIDE, 70, 10];
    let network = initialize_parameters(&sizes, Activation::Relu, &mut random);
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
    let mut trainer = Trainer::new(&digits, parts, &network, settings, Engine::new(kernel, 3));
    let (mut before, mut counts) = (0, [0; 2]);
    let outcome = trainer.run(|trainer, event| {
        let now = REQUESTS.load(Ordering::Relaxed);
        let later = matches!(event, Event::Step) && trainer.state().epoch > 0;
        if later || trainer.state().epoch > 1 {
            let first = trainer.state().step == 1;
            let between = !matches!(event, Event::Step) || first;
            counts[usize::from(between)] += now - before;
        }
        before = now;
        ControlFlow::Continue(())
    });
    assert_eq!(outcome, Ok(Outcome::Finished));
    counts
}

/// One test after another, as the counts are those of the process.
#[test]
fn memory_is_asked_for_where_it_is_needed() {
    training_asks_for_no_memory_after_its_first_epoch();
    a_file_costs_no_more_memory_than_it_holds();
}

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

/// A gzip file of so many times 258 zeros behind `start`, as fixed codes; its checksum is missing.
fn bomb(start: &[u8], repetitions: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false];
    // Huffman codes begin with their highest bit: literals below 144 have 8 bits from 0x30 on, length 258 is 0xC5, and
    // the distance 1 is five zeros.
    let mut put = |code: u32, length: u32| bits.extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
    start.iter().for_each(|&byte| put(0x30 + u32::from(byte), 8));
    put(0x30, 8);
    (0..repetitions).for_each(|_| put(0xC5 << 5, 13));
    let bytes = bits.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit)));
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3].into_iter().chain(bytes).collect()
}

/// Files whose headers tell of more than they hold, and files that unpack to more than they tell.
fn a_file_costs_no_more_memory_than_it_holds() {
    let idx =
        |count: u32, side: u32| [[0, 0, 8, 3], count.to_be_bytes(), side.to_be_bytes(), side.to_be_bytes()].concat();
    let npy = |shape: &str| {
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape}), }}\n");
        [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat()
    };
    let images = vec![7; 4_000_000];
    let mut damaged = Vec::new();
    for count in [1, 99, 0x7FFF_FFFF, u32::MAX] {
        for side in [28, 60_000, u32::MAX] {
            damaged.push([idx(count, side), images.clone()].concat());
            damaged.push(bomb(&idx(count.min(1000), side.min(28)), 400_000));
        }
    }
    for shape in ["4000000000, 28, 28", "10, 28, 28", "18446744073709551615, 28, 28", "500000,"] {
        damaged.push([npy(shape), images.clone()].concat());
        damaged.push([npy(shape).repeat(2), images[..5].to_vec()].concat());
    }
    let path = std::env::temp_dir().join(format!("mnist-memory-{}", std::process::id()));
    for file in damaged {
        std::fs::write(&path, &file).unwrap();
        let place = path.to_str().unwrap();
        let request = Request { place, role: Role::Label, labels: None, array: None };
        let (loaded, most) = measured(|| source::read(&request, None, &Options::default(), &mut |_| ()));
        let rows = loaded.map_or(0, |table| table.pixels.len());
        // What is read and unpacked in passing has buffers of half a million bytes; 1000 images of 28 x 28 are rows.
        let allowed = 2 * (file.len() + rows.max(784_000)) + (1 << 19);
        assert!(most <= allowed, "{most} bytes for a file of {} that begins {:?}", file.len(), &file[..60]);
    }
    std::fs::remove_file(path).unwrap();
}

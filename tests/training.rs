//! Training as a whole, on digits drawn here: it learns, the bits are the same however they are computed, and a run may
//! be broken off and taken up anywhere.

mod kernels;

use kernels::kernels;
use mnist::data::augment::{Augmenter, Strength};
use mnist::data::builtin;
use mnist::data::dataset::{Digits, Draw, generator};
use mnist::engine::{Engine, Kernel};
use mnist::matrix::Matrix;
use mnist::nn::activation::Activation;
use mnist::nn::network::Network;
use mnist::nn::optimizer::{self, Optimizer};
use mnist::nn::parameters::Plane;
use mnist::nn::reference::largest;
use mnist::nn::reference::{initialize_parameters, predict, train_model};
use mnist::nn::schedule::Schedule;
use mnist::random::{Purpose, Stream};
use mnist::train::{Diverged, Event, Outcome, Score, Settings, State, Trainer};
use std::ops::ControlFlow;

const SIDE: usize = 13;

/// The segments of a seven-segment display that each digit lights: top, the upper two, middle, the lower two, bottom.
const SEGMENTS: [&str; 10] =
    ["123 567", "  3  6 ", "1 345 7", "1 34 67", " 234 6 ", "12 4 67", "12 4567", "1 3  6 ", "1234567", "1234 67"];

/// A digit as a display shows it, shifted by up to a pixel on each axis, of changing ink, on paper with a few spots.
fn draw(digit: usize, random: &mut Stream) -> Vec<u8> {
    let mut image = vec![0; SIDE * SIDE];
    let [left, top] = [(); 2].map(|()| 2 + random.below(3) as usize);
    let ink = 150 + random.below(100) as u8;
    let mut stroke = |x: usize, y: usize, across: usize, down: usize| {
        for (x, y) in (x..x + across).flat_map(|x| (y..y + down).map(move |y| (x, y))) {
            image[(top + y) * SIDE + left + x] = ink;
        }
    };
    for segment in SEGMENTS[digit].bytes() {
        match segment {
            b'1' => stroke(0, 0, 6, 1),
            b'2' => stroke(0, 0, 1, 5),
            b'3' => stroke(5, 0, 1, 5),
            b'4' => stroke(0, 4, 6, 1),
            b'5' => stroke(0, 4, 1, 5),
            b'6' => stroke(5, 4, 1, 5),
            b'7' => stroke(0, 8, 6, 1),
            _ => {}
        }
    }
    for _ in 0..3 {
        image[random.below((SIDE * SIDE) as u32) as usize] = random.below(256) as u8;
    }
    image
}

/// So many digits in turn. `negative` is white ink on black paper: no pixel is 0.
fn digits(count: usize, negative: bool) -> Digits {
    let mut random = Stream::new(5, Purpose::Deformation, 0, 0);
    let images = (0..count).flat_map(|number| draw(number % 10, &mut random));
    let pixels = images.map(|byte| if negative { 255 - byte / 2 } else { byte });
    let labels: Vec<i32> = (0..count).map(|number| (number % 10) as i32).collect();
    Digits::new(SIDE, SIDE, pixels.collect(), &labels).unwrap()
}

/// A network that has learned nothing.
fn initial(hidden: &[usize], activation: Activation, seed: u64) -> Network {
    let sizes = [&[SIDE * SIDE], hidden, &[10]].concat();
    let mut random = generator(seed, Draw::Weights);
    initialize_parameters(&sizes, activation, &mut random)
}

fn plain(optimizer: Optimizer, rate: f64) -> Settings {
    Settings {
        optimizer: optimizer::Settings { optimizer, l2: 0.0, average: 0.0 },
        rate,
        schedule: Schedule::Constant,
        batch: 32,
        epochs: 1,
        dropout: 0.0,
        smoothing: 0.0,
        augmenter: None,
        patience: None,
        report_every: 1,
        seed: 1,
        reference: false,
    }
}

/// Everything on that may depend on the order of work.
fn everything(optimizer: Optimizer, rate: f64) -> Settings {
    Settings {
        optimizer: optimizer::Settings { optimizer, l2: 1e-3, average: 0.95 },
        schedule: Schedule::Cosine,
        batch: 70,
        epochs: 2,
        dropout: 0.2,
        smoothing: 0.1,
        augmenter: Some(Augmenter::new(SIDE, SIDE, Strength::ELASTIC.for_size(SIDE, SIDE)).unwrap()),
        ..plain(optimizer, rate)
    }
}

/// A run on two threads that learns from the first `learned` digits and validates with the others.
fn trainer<'a>(digits: &'a Digits, learned: usize, network: &Network, settings: Settings) -> Trainer<'a> {
    trainer_on(digits, learned, network, settings, Kernel::best(), 2)
}

/// The same, with that kernel on so many threads.
fn trainer_on<'a>(
    digits: &'a Digits,
    learned: usize,
    network: &Network,
    settings: Settings,
    kernel: Kernel,
    threads: usize,
) -> Trainer<'a> {
    let parts = ((0..learned as u32).collect(), (learned as u32..digits.len() as u32).collect());
    Trainer::new(digits, parts, network, settings, Engine::new(kernel, threads))
}

/// A report without its times.
type Figures = (u64, u64, Score, Option<(Score, f64)>, u64);

/// All that a run leaves: its reports from some epoch on, how it ended, hashes of its weights, averages
/// and moments, and of its result.
#[derive(Clone, Debug, PartialEq)]
struct Record {
    reports: Vec<Figures>,
    outcome: Outcome,
    planes: Vec<u64>,
    result: u64,
}

/// Runs to the end.
fn record(mut trainer: Trainer) -> Record {
    let mut reports = vec![];
    let outcome = trainer.run(|_, event| {
        if let Event::Epoch(r) = event {
            let figures = (r.loss.to_bits(), r.train, r.validation, r.learning_rate.to_bits());
            reports.push((r.epoch, figures.0, figures.1, figures.2, figures.3));
        }
        ControlFlow::Continue(())
    });
    Record {
        reports,
        outcome: outcome.unwrap(),
        planes: trainer.planes().map(|(_, network)| network.hash()).collect(),
        result: trainer.result().hash(),
    }
}

/// The share of images that `network` reads rightly.
fn score(network: &Network, digits: &Digits, numbers: &[u32]) -> Score {
    let pixels: Vec<u8> = numbers.iter().flat_map(|&number| digits.image(number as usize).to_vec()).collect();
    let probabilities = network.probabilities(&pixels, &mut Engine::new(Kernel::best(), 2));
    let wrong =
        |&(row, &number): &(usize, &u32)| largest(probabilities.row(row)) != usize::from(digits.class(number as usize));
    Score { wrong: numbers.iter().enumerate().filter(wrong).count(), images: numbers.len() }
}

#[test]
fn every_optimizer_learns_to_read() {
    let digits = digits(900, false);
    for (optimizer, rate) in [
        (Optimizer::Sgd, 0.3),
        (Optimizer::Momentum, 0.05),
        (Optimizer::Nesterov, 0.05),
        (Optimizer::Adam, 1e-2),
        (Optimizer::AdamW, 1e-2),
    ] {
        let settings = Settings { epochs: 12, schedule: Schedule::OneCycle, ..plain(optimizer, rate) };
        let held: Vec<u32> = (700..900).collect();
        let network = initial(&[32], Activation::Relu, 1);
        let before = score(&network, &digits, &held);
        assert!(before.accuracy() < 0.5, "{optimizer:?}: {before:?} before it learned");
        let mut trainer = trainer(&digits, 700, &network, settings);
        let mut last = None;
        let mut losses = vec![];
        let outcome = trainer.run(|_, event| {
            if let Event::Epoch(report) = event {
                losses.push(report.loss);
                last = report.validation.map(|(score, _)| score);
            }
            ControlFlow::Continue(())
        });
        assert_eq!(outcome, Ok(Outcome::Finished));
        let last = last.unwrap();
        assert!(last.accuracy() > 0.95, "{optimizer:?}: {last:?}");
        assert!(losses[11] < 0.2 * losses[0], "{optimizer:?}: {losses:?}");
        assert_eq!(score(&trainer.network(), &digits, &held), last, "{optimizer:?}");
    }
}

/// Dropout, deformations and smoothing are training's alone, and the average is what is measured and kept.
#[test]
fn validation_sees_the_averaged_network_as_it_is() {
    let digits = digits(300, false);
    let settings = Settings { dropout: 0.3, epochs: 8, ..everything(Optimizer::AdamW, 1e-2) };
    let held: Vec<u32> = (200..300).collect();
    let network = initial(&[70, 65], Activation::Gelu, 1);
    let mut trainer = trainer(&digits, 200, &network, settings);
    let (mut of_average, mut of_weights) = (vec![], vec![]);
    let outcome = trainer.run(|trainer, event| {
        if let Event::Epoch(report) = event {
            let planes: Vec<(Plane, Network)> = trainer.planes().collect();
            let [(Plane::WEIGHTS, weights), (Plane::AVERAGE, average), ..] = &planes[..] else {
                panic!("weights and their average");
            };
            assert_eq!(&trainer.network(), average);
            let found = score(average, &digits, &held);
            assert_eq!(report.validation.map(|(score, _)| score), Some(found));
            of_average.push(found.wrong);
            of_weights.push(score(weights, &digits, &held).wrong);
        }
        ControlFlow::Continue(())
    });
    assert_eq!(outcome, Ok(Outcome::Finished));
    assert_eq!(of_average.len(), 8);
    assert_ne!(of_average, of_weights, "the test tells them apart");
}

/// Two epochs of three batches of 70, 70 and 60, more than a block each, and of two that are large enough for threads
/// to take several cells at a time.
#[test]
fn threads_and_kernels_leave_the_bits_as_they_are() {
    for (case, (optimizer, rate, activation, batch)) in [
        (Optimizer::Sgd, 0.1, Activation::Relu, 70),
        (Optimizer::Momentum, 0.03, Activation::LeakyRelu, 70),
        (Optimizer::Nesterov, 0.03, Activation::Tanh, 70),
        (Optimizer::Adam, 3e-3, Activation::Sigmoid, 70),
        (Optimizer::AdamW, 3e-3, Activation::Gelu, 70),
        (Optimizer::AdamW, 3e-3, Activation::Relu, 530),
    ]
    .into_iter()
    .enumerate()
    {
        let learned = if batch > 200 { 600 } else { 200 };
        let digits = digits(learned + 50, case % 2 == 1);
        let network = initial(&[70, 65], activation, 1);
        let settings = Settings { batch, ..everything(optimizer, rate) };
        let run = |kernel, threads| record(trainer_on(&digits, learned, &network, settings, kernel, threads));
        let expected = run(Kernel::best(), 1);
        assert_eq!(expected.reports.len(), 2);
        for threads in [2, 3, 8] {
            let found = run(Kernel::best(), threads);
            assert!(found == expected, "{optimizer:?} with {threads} threads");
        }
        for kernel in kernels() {
            let found = run(kernel, 2);
            assert!(found == expected, "{optimizer:?} with {}", kernel.name());
        }
    }
}

/// The plain algorithm is the specification: whatever the settings, the fast one leaves the same bits of weights,
/// average and moments, and the same reports.
#[test]
fn the_reference_gives_the_same_bits() {
    let mut random = Stream::new(7, Purpose::Deformation, 0, 0);
    let built_in = builtin::digits();
    for case in 0..30 {
        let mut one_of = |count: usize| random.below(count as u32) as usize;
        let optimizer = Optimizer::NAMES[case % 5].1;
        let activation = Activation::NAMES[one_of(5)].1;
        let hidden: Vec<usize> = (0..one_of(4)).map(|_| 1 + one_of(150)).collect();
        // 28 x 28 pixels are summed square by square, 13 x 13 row by row; the negatives have no blank pixel.
        let drawn = digits(150, one_of(2) == 0);
        let digits = if one_of(2) == 0 { &built_in } else { &drawn };
        let size = (digits.width(), digits.height());
        let strength = Strength { thickness: 0.5, ..Strength::ELASTIC.for_size(size.0, size.1) };
        let augmenter = (one_of(2) == 0).then(|| Augmenter::new(size.0, size.1, strength).unwrap());
        let settings = Settings {
            optimizer: optimizer::Settings { optimizer, l2: [0.0, 0.1][one_of(2)], average: [0.0, 0.95][one_of(2)] },
            rate: 3e-3,
            batch: [1 + one_of(30), 40 + one_of(90)][one_of(2)],
            epochs: 2,
            dropout: [0.0, 0.3][one_of(2)],
            smoothing: [0.0, 0.1][one_of(2)],
            augmenter,
            ..plain(optimizer, 0.0)
        };
        let sizes = [&[size.0 * size.1], hidden.as_slice(), &[10]].concat();
        let network = initialize_parameters(&sizes, activation, &mut generator(1, Draw::Weights));
        let run = |reference, kernel, threads| {
            let settings = Settings { reference, ..settings };
            let parts = ((0..110).collect(), (110..150).collect());
            record(Trainer::new(digits, parts, &network, settings, Engine::new(kernel, threads)))
        };
        let expected = run(true, Kernel::best(), 1);
        for (threads, kernel) in [1, 2, 3].into_iter().zip(kernels().into_iter().cycle().skip(case)) {
            let found = run(false, kernel, threads);
            assert!(found == expected, "case {case}: {settings:?}, {sizes:?}, {threads} threads, {}", kernel.name());
        }
    }
}

/// The notebook's loop over the reference's functions.
#[test]
fn the_reference_learns() {
    let digits = digits(200, false);
    let engine = &mut Engine::new(Kernel::best(), 2);
    let size = SIDE * SIDE;
    let x = Matrix::from_fn(200, size, |image, pixel| f32::from(digits.image(image)[pixel]) / 255.0);
    let labels: Vec<u16> = (0..200).map(|image| digits.class(image)).collect();
    let settings = optimizer::Settings { optimizer: Optimizer::Sgd, l2: 0.0, average: 0.0 };
    let wrong = |network: &Network, engine: &mut Engine| {
        let predicted = predict(network, x.clone(), engine);
        predicted.iter().zip(&labels).filter(|(found, label)| **found != usize::from(**label)).count()
    };
    let begun = initial(&[30], Activation::Relu, 1);
    let learned = train_model(begun.clone(), &x, &labels, &settings, 150, 0.5, engine);
    assert!(wrong(&begun, engine) > 100 && wrong(&learned, engine) < 5);
}

#[test]
fn seeds_differ() {
    let digits = digits(250, false);
    let network = initial(&[20], Activation::Relu, 1);
    let run = |seed| {
        let settings = Settings { seed, ..everything(Optimizer::AdamW, 3e-3) };
        record(trainer(&digits, 200, &network, settings))
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).result, run(2).result);
}

/// What a checkpoint holds.
struct Checkpoint {
    state: State,
    planes: Vec<(Plane, Network)>,
    best: Option<Network>,
}

/// Broken off after each step and each epoch in turn and taken up by a run that began from other weights, with other
/// threads and another kernel, the end is the same.
#[test]
fn a_run_may_be_broken_off_anywhere() {
    for (optimizer, rate, patience) in [
        (Optimizer::Sgd, 0.1, None),
        (Optimizer::Nesterov, 0.03, Some(9)),
        // Soon out of patience: the run that takes it up must see that as well.
        (Optimizer::AdamW, 3e-3, Some(1)),
    ] {
        // Three images to validate with: their score is soon as good as it gets.
        let digits = digits(203, false);
        let settings = Settings { epochs: 3, patience, ..everything(optimizer, rate) };
        let hidden = [20, 10];
        // Units that pad a vector have a slope too, and what becomes of their weights is in no checkpoint.
        let first = initial(&hidden, Activation::Tanh, 1);
        let new = |network: &Network, kernel, threads| trainer_on(&digits, 200, network, settings, kernel, threads);
        let expected = record(new(&first, Kernel::best(), 1));
        if patience == Some(1) {
            assert_eq!(expected.outcome, Outcome::Stopped, "the test is about patience");
        }
        let mut broken = 0;
        for event in 0.. {
            let mut trainer = new(&first, Kernel::best(), 1);
            let mut passed = 0;
            let outcome = trainer.run(|_, _| {
                passed += 1;
                if passed > event { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if outcome != Ok(Outcome::Interrupted) {
                break;
            }
            broken += 1;
            let checkpoint = Checkpoint {
                state: trainer.state(),
                planes: trainer.planes().collect(),
                best: trainer.best().cloned(),
            };
            drop(trainer);
            let other = initial(&hidden, Activation::Tanh, 2);
            let kernels = kernels();
            let mut trainer = new(&other, kernels[event % kernels.len()], 1 + event % 3);
            trainer.restore(checkpoint.state, checkpoint.planes, checkpoint.best);
            let found = record(trainer);
            let what = format!("{optimizer:?}, broken off at event {event}");
            let done = expected.reports.len() - found.reports.len();
            assert_eq!(found.reports, expected.reports[done..], "{what}");
            assert_eq!(found.outcome, expected.outcome, "{what}");
            assert!(found == Record { reports: found.reports.clone(), ..expected.clone() }, "{what}: other weights");
        }
        // Three steps and one report an epoch.
        assert_eq!(broken, 4 * expected.reports.len());
    }
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    // Few to validate with, so that some epochs are just as good as the best: those are no better.
    let digits = digits(215, false);
    let mut ties = 0;
    for (report_every, patience) in [(1, 3), (2, 4)] {
        let settings =
            Settings { epochs: 200, patience: Some(patience), report_every, ..plain(Optimizer::Momentum, 0.02) };
        let network = initial(&[16], Activation::Relu, 1);
        let mut trainer = trainer(&digits, 200, &network, settings);
        let mut measured = vec![];
        let mut last = 0;
        let outcome = trainer.run(|trainer, event| {
            if let Event::Epoch(report) = event {
                last = report.epoch;
                // Reported or not.
                let (score, _) = report.validation.expect("patience looks at every epoch");
                measured.push((report.epoch, score.wrong, trainer.network()));
            }
            ControlFlow::Continue(())
        });
        assert_eq!(outcome, Ok(Outcome::Stopped));
        let (epoch, wrong, best) = measured.iter().min_by_key(|(_, wrong, _)| wrong).unwrap();
        assert!(*epoch > 1 && *wrong < 10, "it learned before it stopped");
        ties += measured.iter().filter(|(_, w, _)| w == wrong).count() - 1;
        assert_eq!(last, epoch + patience);
        assert_eq!(&trainer.result(), best);
        assert_ne!(&trainer.network(), best, "the last weights are others");
    }
    assert!(ties > 0, "the test is about ties as well");
}

#[test]
fn without_patience_the_last_weights_are_the_result() {
    let digits = digits(250, false);
    let settings = Settings { epochs: 3, ..plain(Optimizer::Momentum, 0.02) };
    let network = initial(&[16], Activation::Relu, 1);
    let mut trainer = trainer(&digits, 200, &network, settings);
    let outcome = trainer.run(|_, _| ControlFlow::Continue(()));
    assert_eq!(outcome, Ok(Outcome::Finished));
    assert_eq!(trainer.result(), trainer.network());
    assert_eq!(trainer.best(), None);
}

#[test]
fn divergence_is_an_error_that_names_the_epoch() {
    let digits = digits(100, false);
    let network = initial(&[16], Activation::Relu, 1);
    let run = |optimizer, rate, batch, epochs| {
        let settings = Settings { batch, epochs, ..plain(optimizer, rate) };
        trainer(&digits, 90, &network, settings).run(|_, _| ControlFlow::Continue(()))
    };
    // One step an epoch: the first loss is that of the weights at the beginning, the second that of what it made.
    assert_eq!(run(Optimizer::Sgd, 1e30, 90, 9), Err(Diverged { epoch: 2 }));
    assert_eq!(run(Optimizer::Sgd, 1e30, 10, 9), Err(Diverged { epoch: 1 }));
    // Weights that are lost in the very last step, whose loss nobody sees.
    assert_eq!(run(Optimizer::AdamW, f64::INFINITY, 90, 1), Err(Diverged { epoch: 1 }));
    let message = Diverged { epoch: 2 }.to_string();
    assert_eq!(message, "training diverged in epoch 2: the loss is no longer a finite number");
}

#[test]
fn a_batch_larger_than_the_images_is_all_of_them() {
    let digits = digits(150, false);
    let network = initial(&[16], Activation::Relu, 1);
    let new = |batch| {
        let settings = Settings { batch, epochs: 3, ..plain(Optimizer::Adam, 3e-3) };
        trainer(&digits, 130, &network, settings)
    };
    let all = new(usize::MAX);
    assert_eq!((all.settings().batch, all.batches()), (130, 1));
    assert_eq!(record(all), record(new(130)));
}

/// Each epoch sees each image once, in an order of its own: at a rate of 0 its loss is that of the full batch.
#[test]
fn every_image_is_seen_once_an_epoch() {
    let digits = digits(110, false);
    let network = initial(&[16], Activation::Tanh, 1);
    let losses = |batch| {
        let settings = Settings { batch, epochs: 3, ..plain(Optimizer::Sgd, 0.0) };
        let mut trainer = trainer(&digits, 110, &network, settings);
        let (mut of_epochs, mut of_first_batches) = (vec![], vec![]);
        let outcome = trainer.run(|trainer, event| {
            match event {
                Event::Step if trainer.state().step == 1 => of_first_batches.push(trainer.state().loss),
                Event::Step => {}
                Event::Epoch(report) => {
                    assert_eq!((report.train.images, report.validation), (110, None));
                    of_epochs.push((report.loss, report.train.wrong));
                }
            }
            ControlFlow::Continue(())
        });
        assert_eq!(outcome, Ok(Outcome::Finished));
        assert_eq!(trainer.result(), network);
        (of_epochs, of_first_batches)
    };
    let (full, _) = losses(110);
    for batch in [1, 7, 40, 109] {
        let (of_epochs, of_first_batches) = losses(batch);
        for (loss, wrong) in of_epochs {
            assert!((loss - full[0].0).abs() < 1e-9, "batch {batch}: {loss}");
            assert_eq!(wrong, full[0].1);
        }
        // The epochs begin with other images.
        assert_ne!(of_first_batches[0], of_first_batches[1], "batch {batch}");
        assert_ne!(of_first_batches[1], of_first_batches[2], "batch {batch}");
    }
}

/// At a rate of 0 and with all images in one batch, epochs differ in what is drawn for them alone.
#[test]
fn masks_and_deformations_are_drawn_afresh_in_every_epoch() {
    let digits = digits(100, false);
    let network = initial(&[16], Activation::Tanh, 1);
    let losses = |dropout, augmenter| {
        let settings = Settings { batch: 100, epochs: 2, dropout, augmenter, ..plain(Optimizer::Sgd, 0.0) };
        let record = record(trainer(&digits, 100, &network, settings));
        let [(_, first, ..), (_, second, ..)] = record.reports[..] else {
            panic!("two epochs");
        };
        [first, second]
    };
    let augmenter = everything(Optimizer::Sgd, 0.0).augmenter;
    let [first, second] = losses(0.0, None);
    assert_eq!(first, second);
    for (dropout, augmenter) in [(0.2, None), (0.0, augmenter)] {
        let [first, second] = losses(dropout, augmenter);
        assert_ne!(first, second, "dropout {dropout}");
    }
}

/// Ten times the same image: the gradient of a batch is the same however many are in it, so batches of 4, 4 and 2 make
/// the same three steps as three epochs of one batch of 10. Were the last one left out or taken for one of 4, or were
/// steps counted from each epoch, they would not.
#[test]
fn the_last_smaller_batch_counts_by_its_own_images() {
    let image = draw(3, &mut Stream::new(5, Purpose::Deformation, 0, 0));
    let known: Vec<i32> = (0..10).collect();
    let digits = Digits::with_classes(SIDE, SIDE, image.repeat(10), &[3; 10], &known).unwrap();
    let network = initial(&[16], Activation::Tanh, 1);
    for (optimizer, rate) in [(Optimizer::Sgd, 0.5), (Optimizer::AdamW, 0.01)] {
        let run = |batch, epochs| {
            let settings = Settings { batch, epochs, schedule: Schedule::Cosine, ..plain(optimizer, rate) };
            let mut trainer = trainer(&digits, 10, &network, settings);
            let mut seen = vec![];
            let outcome = trainer.run(|trainer, event| {
                if let Event::Step = event {
                    seen.push(trainer.state().images);
                }
                ControlFlow::Continue(())
            });
            assert_eq!(outcome, Ok(Outcome::Finished));
            (seen, trainer.result())
        };
        let (seen, small) = run(4, 1);
        assert_eq!(seen, [4, 8, 10]);
        let (seen, full) = run(10, 3);
        assert_eq!(seen, [10, 10, 10]);
        for (small, full) in small.layers.iter().zip(&full.layers) {
            for (a, b) in small.weights.data().iter().zip(full.weights.data()) {
                assert!((a - b).abs() < 1e-6, "{optimizer:?}: {a} and {b}");
            }
        }
        assert_ne!(small, network);
    }
}

//! Weights and checkpoints: what was saved comes back to the bit, and whatever else a file may hold is refused with its
//! reason or is exactly right.

use mnist::checkpoint::{self, Identity};
use mnist::data::dataset::{Digits, Draw, generator};
use mnist::engine::{Engine, Kernel};
use mnist::model::{Model, tensors};
use mnist::nn::activation::Activation;
use mnist::nn::network::Network;
use mnist::nn::optimizer::{Optimizer, Settings as Rule};
use mnist::nn::reference::initialize_parameters;
use mnist::nn::schedule::Schedule;
use mnist::safetensors::{Archive, Tensor};
use mnist::train::{Event, Settings, Trainer};
use rand::rngs::ChaCha12Rng;
use rand::{Rng, RngExt, SeedableRng};
use std::ops::ControlFlow;

fn network(sizes: &[usize]) -> Network {
    initialize_parameters(sizes, Activation::Tanh, &mut generator(1, Draw::Weights))
}

fn model() -> Model {
    Model {
        network: network(&[70, 5, 3]),
        labels: vec![-4, 0, 9],
        width: 10,
        height: 7,
        origin: mnist::model::Origin { described: true, ..Default::default() },
    }
}

#[test]
fn a_model_comes_back_as_it_was() {
    let archive = model().to_archive();
    let shapes: Vec<(&str, &[usize])> =
        archive.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice())).collect();
    assert_eq!(shapes, [("0.weight", &[5, 70][..]), ("0.bias", &[5]), ("2.weight", &[3, 5]), ("2.bias", &[3])]);
    // Row o of a weight matrix holds what output o takes from each input.
    assert_eq!(archive.tensors[0].data[1], model().network.layers[0].weights.row(1)[0]);
    let metadata: Vec<(&str, &str)> =
        archive.metadata.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    assert_eq!(
        metadata,
        [
            ("activation", "tanh"),
            ("class_labels", "-4,0,9"),
            ("format_version", "1"),
            ("image_height", "7"),
            ("image_width", "10"),
            ("layer_sizes", "70,5,3"),
            ("pixel_scale", "1/255"),
            ("weights_hash", &format!("{:016x}", model().network.hash())),
        ]
    );
    let bytes = archive.to_bytes().unwrap();
    assert_eq!(Model::from_archive(Archive::from_bytes(&bytes).unwrap()), Ok(model()));
}

#[test]
fn without_metadata_it_is_relu_with_counted_labels_and_square_images() {
    let archive = Archive { tensors: tensors("", &network(&[64, 5, 3])), ..Archive::default() };
    let model = Model::from_archive(archive).unwrap();
    assert_eq!(
        (model.network.activation, model.labels.as_slice(), model.size()),
        (Activation::Relu, &[0, 1, 2][..], (8, 8))
    );
}

#[test]
fn what_does_not_fit_is_told() {
    let refused = |change: &dyn Fn(&mut Archive), message: &str| {
        let mut archive = model().to_archive();
        change(&mut archive);
        assert_eq!(Model::from_archive(archive).unwrap_err().to_string(), message);
    };
    let says = |key: &'static str, text: &'static str| {
        move |archive: &mut Archive| drop(archive.metadata.insert(key.to_owned(), text.to_owned()))
    };
    let reshaped = |tensor: usize, shape: &'static [usize]| {
        move |archive: &mut Archive| {
            let tensor = &mut archive.tensors[tensor];
            tensor.shape = shape.to_vec();
            tensor.data.resize(shape.iter().product(), 0.5);
        }
    };
    for (key, text, expected, mend) in [
        ("format_version", "2", "1", "a newer program wrote the file: read it with that one"),
        ("format_version", "0", "1", "write 1"),
        ("pixel_scale", "1", "1/255", "multiply the first layer's weights by 255 times that scale, and write 1/255"),
        ("layer_sizes", "70,6,3", "70,5,3", "leave it out if the tensors are right"),
        ("activation", "swish", "one of relu, leaky-relu, tanh, sigmoid, gelu", "train with one of them"),
        ("image_width", "28.0", "a whole number", "write the width in pixels"),
        ("image_height", "-7", "a whole number", "write the height in pixels"),
    ] {
        refused(&says(key, text), &format!("metadata {key}: expected {expected}, found \"{text}\": {mend}"));
    }
    for labels in ["1,2", "1,2,2", "[0, 1, 2]"] {
        refused(
            &|archive| drop(archive.metadata.insert("class_labels".to_owned(), labels.to_owned())),
            &format!(
                "metadata class_labels: expected 3 ascending labels, found \"{labels}\": write 0,1,2 and so on, 3 of them, \
                 in the order of the outputs"
            ),
        );
    }
    let size = "write image_width and image_height into the metadata";
    refused(
        &says("image_width", "9"),
        &format!("the first layer takes 70 pixels, and those are no image of 9 x 7: {size}"),
    );
    refused(
        &says("image_width", "18446744073709551615"),
        &format!("the first layer takes 70 pixels, and those are no image of 18446744073709551615 x 7: {size}"),
    );
    refused(&|archive| archive.tensors.clear(), "expected tensors 0.weight, 0.bias and so on, found none");
    refused(&|archive| drop(archive.tensors.remove(2)), "expected 2.weight and 2.bias, found one of them");
    refused(
        &|archive| archive.tensors[0].name = "0.gain".to_owned(),
        "expected tensors named 0.weight, 0.bias, 2.weight and so on, found \"0.gain\": leave out what is no layer's weight \
         or bias",
    );
    for (other, twice) in
        [("0.weights", "0.weight and 0.weights"), ("weight.2", "2.weight and weight.2"), ("0.b", "0.b and 0.bias")]
    {
        let added = |archive: &mut Archive| {
            archive.tensors.push(Tensor { name: other.to_owned(), ..archive.tensors[0].clone() });
            archive.tensors.sort_by(|a, b| a.name.cmp(&b.name));
        };
        refused(&added, &format!("{twice} are the same part of one layer: leave out the one that is not used"));
    }
    refused(&reshaped(0, &[350]), "0.weight: LayerNorm or BatchNorm is not known here: only dense layers are");
    let slope = |archive: &mut Archive| {
        archive.tensors.push(Tensor { name: "1.weight".into(), shape: vec![1], data: vec![0.25] });
    };
    refused(&slope, "1.weight: PReLU is not known here, as its slope is learned: train with another activation");
    refused(&reshaped(0, &[0, 70]), "0.weight: expected a shape [outputs, inputs], found [0, 70]");
    refused(&reshaped(1, &[6]), "0.bias: expected the shape [5], found [6]");
    refused(
        &reshaped(2, &[3, 6]),
        "2.weight: expected the shape [3, 5], as the layer before has 5 outputs, found [3, 6]",
    );
    for (tensor, number, layer) in [(0, 1e30, 1), (3, -1.1e9, 2)] {
        refused(
            &|archive| archive.tensors[tensor].data[1] = number,
            &format!(
                "layer {layer}: expected weights and biases up to 1e9, found {number:e}: the file is damaged, or its training \
                 went wrong"
            ),
        );
    }
    let one_class = |archive: &mut Archive| {
        reshaped(2, &[1, 5])(archive);
        reshaped(3, &[1])(archive);
    };
    refused(&one_class, "expected a last layer of 2 to 1000 outputs, found 1");
}

/// One network under the names that PyTorch, Keras, JAX, scikit-learn and notebooks give its tensors.
#[test]
fn tensors_are_known_by_any_names_that_leave_no_doubt() {
    let network = network(&[64, 6, 6, 6, 3]);
    let turn = |shape: &[usize], data: &[f32]| {
        let (rows, columns) = (shape[0], shape[1]);
        let data = (0..columns).flat_map(|column| (0..rows).map(move |row| data[row * columns + column])).collect();
        (vec![columns, rows], data)
    };
    type Name = fn(usize) -> [String; 2];
    // With the name of a layer's weights and of its bias: whether the weights are [inputs, outputs].
    let names: [(Name, bool); 18] = [
        (|i| [format!("net.fc{i}.weight"), format!("net.fc{i}.bias")], false),
        (|i| [format!("features.{i}.weight"), format!("features.{i}.bias")], false),
        (|i| [format!("fc{i}_weight"), format!("fc{i}_bias")], false),
        (|i| [format!("weights.{i}"), format!("biases.{i}")], false),
        (|i| [format!("fc{i}.weight"), format!("fc{i}.bias")], true),
        (|i| [format!("stage{i}.0.weight"), format!("stage{i}.0.bias")], false),
        (|i| [format!("dense_{i}/kernel:0"), format!("dense_{i}/bias:0")], true),
        (|i| ["0", "1"].map(|part| format!("layers/dense_{i}/vars/{part}")), true),
        (|i| ["kernel", "bias"].map(|part| format!("layer-{i}/{part}/.ATTRIBUTES/VARIABLE_VALUE")), true),
        (|i| [format!("params.Dense_{i}.kernel"), format!("params.Dense_{i}.bias")], true),
        (|i| [format!("mlp/~/linear_{i}/w"), format!("mlp/~/linear_{i}/b")], true),
        (|i| [format!("coefs_.{i}"), format!("intercepts_.{i}")], true),
        (|i| [format!("W{i}"), format!("b{i}")], true),
        (|i| [format!("W{i}"), format!("b{i}")], false),
        (|i| [format!("layer{i}.W"), format!("layer{i}.b")], true),
        // Without numbers at all layers; those of equal sizes have one.
        (|i| ["weight", "bias"].map(|part| format!("{}.{part}", ["input", "hidden", "hidden2", "output"][i])), false),
        (|i| ["kernel", "bias"].map(|part| format!("{}/{part}", ["dense", "dense_1", "dense_2", "head"][i])), true),
        // Numbers that are sizes.
        (|i| ["weight", "bias"].map(|part| format!("{}.{part}", ["fc64", "fc6_1", "fc6_2", "fc3"][i])), false),
    ];
    for (name, turned) in names {
        let mut archive = Archive::default();
        for (place, tensor) in tensors("", &network).into_iter().enumerate() {
            let (shape, data) = match tensor.shape.len() {
                2 if turned => turn(&tensor.shape, &tensor.data),
                _ => (tensor.shape, tensor.data),
            };
            archive.tensors.push(Tensor { name: name(place / 2)[place % 2].clone(), shape, data });
        }
        let model = Model::from_archive(archive).unwrap_or_else(|error| panic!("{}: {error}", name(1)[0]));
        assert_eq!((&model.network.layers, model.origin.turned), (&network.layers, turned), "{}", name(1)[0]);
    }
    // Two of PyTorch's Sequentials, in which the numbers begin anew.
    let called = |names: [&str; 4]| {
        let mut archive = Archive { tensors: tensors("", &network), ..Archive::default() };
        for (place, tensor) in archive.tensors.iter_mut().enumerate() {
            tensor.name = format!("{}.{}", names[place / 2], ["weight", "bias"][place % 2]);
        }
        archive.tensors.sort_by(|a, b| a.name.cmp(&b.name));
        Model::from_archive(archive)
    };
    let model = called(["features.0", "features.3", "classifier.1", "classifier.4"]).unwrap();
    assert_eq!(model.network.layers, network.layers);
    let error = called(["in1", "out1", "in2", "out2"]).unwrap_err().to_string();
    assert!(
        error.starts_with("expected layers whose names and shapes leave one order, found in1, in2, out1, out2: "),
        "{error}"
    );
    let error = called(["fc4", "fc3", "fc2", "fc1"]).unwrap_err().to_string();
    assert_eq!(
        error,
        "expected layers whose names and shapes leave one order, found fc1, fc2, fc3, fc4: name the network's tensors \
         0.weight, 0.bias, 1.weight and so on in its order, and leave out what is not of it"
    );
    // As the line of Python for Keras' files names them, where one layer alone has a bias.
    let names =
        [["0.dense_9/kernel", "0.dense_9/bias"], ["2.out/kernel", ""], ["10.hidden/kernel", ""], ["11.in/kernel", ""]];
    let mut archive = Archive::default();
    for (place, Tensor { shape, data, .. }) in tensors("", &network).into_iter().enumerate() {
        let name = names[place / 2][place % 2].to_owned();
        let (shape, data) = if shape.len() == 2 { turn(&shape, &data) } else { (shape, data) };
        archive.tensors.extend((!name.is_empty()).then_some(Tensor { name, shape, data }));
    }
    let model = Model::from_archive(archive).unwrap();
    let weights = |network: &Network| network.layers.iter().map(|layer| layer.weights.clone()).collect::<Vec<_>>();
    assert_eq!((weights(&model.network), model.origin.turned), (weights(&network), true));
    // scikit-learn's LogisticRegression has [classes, features], its MLPClassifier (above) [inputs, outputs].
    let linear = initialize_parameters(&[64, 10], Activation::Relu, &mut generator(1, Draw::Weights));
    let Tensor { shape, data, .. } = tensors("", &linear).remove(0);
    let coef = Tensor { name: "coef_".to_owned(), shape, data };
    let model = Model::from_archive(Archive { tensors: vec![coef], ..Archive::default() }).unwrap();
    assert_eq!((model.network.layers, model.origin.turned), (linear.layers, false));
    let mut archive = Archive { tensors: tensors("", &network), ..Archive::default() };
    archive.tensors[0].name = "0.weight_g".to_owned();
    let error = Model::from_archive(archive).unwrap_err().to_string();
    assert!(
        error.starts_with("0.weight_g: a layer in two parts, direction and length, is not known here: "),
        "{error}"
    );
    for name in ["é→weight→0é", "→weight", "weight→", "→", "", ":0"] {
        let mut archive = Archive { tensors: tensors("", &network), ..Archive::default() };
        archive.tensors[0].name = name.to_owned();
        assert!(Model::from_archive(archive).is_err(), "{name}");
    }
    let mut archive = Archive { tensors: tensors("", &network), ..Archive::default() };
    archive.metadata.insert("activation".to_owned(), "LeakyReLU".to_owned());
    assert_eq!(Model::from_archive(archive).unwrap().network.activation, Activation::LeakyRelu);
}

/// On a disk, bits may change. What changes no weight, or rounds all of them, is no damage.
#[test]
fn a_bit_that_changed_in_the_weights_is_noticed() {
    let mut trained = model();
    // A bias that has learned.
    let bias = trained.network.layers[0].bias.data_mut();
    bias.iter_mut().enumerate().for_each(|(at, value)| *value = 0.1 + at as f32 / 7.0);
    let whole = trained.to_archive();
    for bit in 0..32 {
        let mut archive = whole.clone();
        let number = &mut archive.tensors[2].data[7];
        *number = f32::from_bits(number.to_bits() ^ 1 << bit);
        let large = number.abs() > 1e9;
        let error = Model::from_archive(archive).unwrap_err().to_string();
        let expected = "the weights are not those that were written: the file is damaged, take another copy of it; if they \
                        were changed on purpose, leave weights_hash out of the metadata";
        assert!(error == expected || large, "bit {bit}: {error}");
    }
    let changes: [fn(&mut Archive); 6] = [
        // The matrices alone, as F16 beside biases of F32.
        |archive| {
            let matrices = archive.tensors.iter_mut().filter(|tensor| tensor.shape.len() == 2);
            let numbers = matrices.flat_map(|tensor| &mut tensor.data);
            numbers.for_each(|number| *number = f32::from_bits(number.to_bits() & !0x1fff));
        },
        |archive| drop(archive.metadata.remove("weights_hash")),
        |archive| drop(archive.metadata.insert("author".to_owned(), "me".to_owned())),
        |archive| archive.tensors.iter_mut().for_each(|tensor| tensor.name.insert_str(0, "net.")),
        |archive| {
            for tensor in archive.tensors.iter_mut().filter(|tensor| tensor.shape.len() == 2) {
                let [rows, columns] = [tensor.shape[0], tensor.shape[1]];
                let data = std::mem::take(&mut tensor.data);
                tensor.data = (0..rows * columns).map(|at| data[at % rows * columns + at / rows]).collect();
                tensor.shape = vec![columns, rows];
            }
        },
        |archive| {
            let numbers = archive.tensors.iter_mut().flat_map(|tensor| &mut tensor.data);
            numbers.for_each(|number| *number = f32::from_bits(number.to_bits() & !0x1fff));
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut archive = whole.clone();
        change(&mut archive);
        let found = Model::from_archive(archive);
        assert_eq!(found.map(|model| model.labels), Ok(model().labels), "change {number}");
    }
}

// ---- Broken on purpose ----

/// What numbers and texts a hostile file may hold.
const NASTY: [&str; 20] = [
    "",
    "0",
    "-1",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "70",
    "1e300",
    "NaN",
    "inf",
    "18446744073709551615",
    "99999999999999999999",
    "4294967296",
    "0 0 0 0 0 0",
    "relu",
    "1,2,3",
    "\u{1b}[2J\n",
];

fn one_of<'a>(random: &mut impl Rng, texts: &[&'a str]) -> &'a str {
    texts[random.random_range(0..texts.len())]
}

/// Changes an archive in one way, and leaves it an archive.
fn mutate(archive: &mut Archive, random: &mut impl Rng) {
    let keys: Vec<String> = archive.metadata.keys().cloned().collect();
    let tensor = random.random_range(0..archive.tensors.len().max(1));
    match (random.random_range(0..8), archive.tensors.get_mut(tensor)) {
        (0, _) if !keys.is_empty() => drop(archive.metadata.remove(&keys[random.random_range(0..keys.len())])),
        (1 | 2, _) if !keys.is_empty() => {
            let text = archive.metadata.get_mut(&keys[random.random_range(0..keys.len())]).unwrap();
            let between = one_of(random, &[" ", ",", "\n"]);
            let mut words: Vec<&str> = text.split(between).collect();
            let word = random.random_range(0..words.len());
            words[word] = one_of(random, &NASTY);
            *text = words.join(between);
        }
        (3, Some(tensor)) => {
            tensor.name = one_of(
                random,
                &[
                    "0.weight",
                    "0.bias",
                    "1.weight",
                    "2.bias",
                    "plane0.0.weight",
                    "best.0.bias",
                    "plane9.0.bias",
                    "x",
                    ".",
                ],
            )
            .to_owned();
        }
        (4, Some(tensor)) => {
            let sizes: Vec<usize> = (0..random.random_range(0..4)).map(|_| random.random_range(0..8)).collect();
            tensor.data.resize(sizes.iter().product(), 0.25);
            tensor.shape = sizes;
        }
        (5, Some(tensor)) => tensor.shape.reverse(),
        (6, Some(_)) => drop(archive.tensors.swap_remove(tensor)),
        (7, Some(Tensor { data, .. })) if !data.is_empty() => {
            let number = random.random_range(0..data.len());
            data[number] = [0.0, -1.0, f32::MAX, f32::MIN_POSITIVE, -0.0][random.random_range(0..5)];
        }
        _ => {}
    }
}

/// The file of an archive, or of one that some byte of was changed.
fn as_file(archive: &Archive, random: &mut impl Rng) -> Option<Archive> {
    let mut bytes = archive.to_bytes().ok()?;
    if random.random_range(0..3) == 0 {
        let at = random.random_range(0..bytes.len());
        bytes[at] = random.random_range(0..=255);
    }
    Archive::from_bytes(&bytes).ok()
}

fn break_models(times: u64) {
    let mut engine = Engine::new(Kernel::best(), 1);
    let [mut taken, mut refused] = [0, 0];
    for seed in 0..times {
        let random = &mut ChaCha12Rng::seed_from_u64(seed);
        let mut archive = model().to_archive();
        // Else hardly anything would be looked at.
        archive.metadata.remove("weights_hash");
        for _ in 0..random.random_range(1..4) {
            mutate(&mut archive, random);
        }
        let Some(archive) = as_file(&archive, random) else {
            continue;
        };
        match Model::from_archive(archive) {
            Err(error) => {
                let line = error.to_string();
                assert!(line.len() < 400 && !line.contains('\n') && !line.contains('\u{1b}'), "seed {seed}: {line:?}");
                refused += 1;
            }
            Ok(model) => {
                assert_eq!(model.width * model.height, model.network.sizes()[0], "seed {seed}");
                assert_eq!(model.labels.len(), model.network.classes(), "seed {seed}");
                let image = vec![200; model.width * model.height];
                let read = model.network.probabilities(&image, &mut engine);
                assert_eq!(read.columns(), model.labels.len(), "seed {seed}");
                // What is written says what its network is.
                let mut model = model;
                (model.origin.described, model.origin.counted, model.origin.turned) = (true, false, false);
                model.origin.unscaled = false;
                assert_eq!(Model::from_archive(model.to_archive()).as_ref(), Ok(&model), "seed {seed}");
                taken += 1;
            }
        }
    }
    assert!(taken > times / 20 && refused > times / 20, "{taken} taken, {refused} refused");
}

/// Small images whose ink tells the class.
fn digits() -> Digits {
    let pixels = (0..30 * 64).map(|at| if at % 3 == at / 64 % 3 { 255 } else { 0 }).collect();
    let labels: Vec<i32> = (0..30).map(|row| row % 3).collect();
    Digits::new(8, 8, pixels, &labels).unwrap()
}

fn trainer(digits: &Digits) -> Trainer<'_> {
    let settings = Settings {
        optimizer: Rule { optimizer: Optimizer::AdamW, l2: 0.01, average: 0.9 },
        rate: 0.01,
        schedule: Schedule::Cosine,
        batch: 7,
        epochs: 4,
        dropout: 0.1,
        smoothing: 0.1,
        augmenter: None,
        patience: Some(3),
        report_every: 1,
        seed: 3,
        reference: false,
    };
    Trainer::new(digits, digits.split(0.2, 3).unwrap(), &network(&[64, 5, 3]), settings, Engine::new(Kernel::best(), 1))
}

fn identity() -> Identity {
    [("--epochs".to_owned(), "4".to_owned()), ("--seed".to_owned(), "3".to_owned())].into()
}

/// A checkpoint in the third epoch.
fn checkpoint(digits: &Digits) -> Archive {
    let mut trainer = trainer(digits);
    let mut steps = 0;
    let outcome = trainer.run(|_, event| {
        steps += u32::from(matches!(event, Event::Step));
        if steps == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    outcome.unwrap();
    checkpoint::save(&identity(), &trainer, "the history")
}

fn finish(trainer: &mut Trainer) -> Option<Network> {
    trainer.run(|_, _| ControlFlow::Continue(())).ok()?;
    Some(trainer.result())
}

#[test]
fn a_checkpoint_goes_on_to_the_same_bits() {
    let digits = digits();
    let bytes = checkpoint(&digits).to_bytes().unwrap();
    let mut resumed = trainer(&digits);
    let history = checkpoint::restore(Archive::from_bytes(&bytes).unwrap(), &identity(), &mut resumed);
    assert_eq!(history.as_deref(), Ok("the history"));
    assert_eq!((resumed.state().epoch, resumed.state().step), (2, 2));
    assert_eq!(finish(&mut resumed), finish(&mut trainer(&digits)));
}

#[test]
fn a_checkpoint_that_does_not_fit_is_refused() {
    let digits = digits();
    let refused = |change: &dyn Fn(&mut Archive), message: &str| {
        let mut archive = checkpoint(&digits);
        // It tells of any change, and these are to be told for themselves.
        archive.metadata.remove("checksum");
        change(&mut archive);
        let error = checkpoint::restore(archive, &identity(), &mut trainer(&digits)).unwrap_err();
        assert_eq!(error.to_string(), message);
    };
    let state = |text: &'static str| {
        move |archive: &mut Archive| drop(archive.metadata.insert("state".to_owned(), text.to_owned()))
    };
    let nowhere = "the checkpoint is damaged: it does not tell where the run stands";
    // Epochs, steps, images, loss, right ones, seconds; there are 4 epochs of 4 steps of 7, 7, 7 and 3 images.
    for text in [
        "",
        "x",
        "2 2 14 1.5 3",
        "4 0 0 0 0 0",
        "2 5 24 1.5 3 0.1",
        "2 2 15 1.5 3 0.1",
        "2 2 14 NaN 3 0.1",
        "2 2 14 1.5 15 0.1",
    ] {
        refused(&state(text), nowhere);
    }
    refused(&|archive| drop(archive.metadata.insert("best".to_owned(), "3 1 6".to_owned())), nowhere);
    refused(&|archive| drop(archive.metadata.remove("state")), "expected a checkpoint, found another safetensors file");
    refused(
        &|archive| drop(archive.metadata.insert("--seed".to_owned(), "4".to_owned())),
        "expected the options and the data of the interrupted run: --seed was 4 and is 3",
    );
    refused(
        &|archive| archive.tensors.retain(|tensor| !tensor.name.starts_with("plane3")),
        "the checkpoint is damaged: expected tensors 0.weight, 0.bias and so on, found none",
    );
    refused(
        &|archive| archive.tensors.extend(tensors("plane7.", &network(&[64, 5, 3]))),
        "the checkpoint is damaged: expected no tensors called \"plane7\"",
    );
    let other = |archive: &mut Archive| {
        archive.tensors.retain(|tensor| !tensor.name.starts_with("plane0"));
        archive.tensors.extend(tensors("plane0.", &network(&[64, 6, 3])));
    };
    refused(&other, "the checkpoint is damaged: plane0: expected the layers 64-5-3, found 64-6-3");
}

/// On a disk, bits may change.
#[test]
fn a_bit_that_changed_in_a_checkpoint_is_noticed() {
    let digits = digits();
    let whole = checkpoint(&digits);
    let changes: [fn(&mut Archive); 4] = [
        |archive| archive.tensors[3].data[0] = f32::from_bits(archive.tensors[3].data[0].to_bits() ^ 1),
        |archive| archive.tensors.swap(0, 1),
        |archive| drop(archive.metadata.insert("--seed".to_owned(), "2".to_owned())),
        |archive| drop(archive.metadata.insert("history".to_owned(), "the History".to_owned())),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut archive = whole.clone();
        change(&mut archive);
        let restored = checkpoint::restore(archive, &identity(), &mut trainer(&digits));
        let damaged = Err("the checkpoint is damaged: its bytes have changed since it was written".to_owned());
        // The order of the tensors is none of them.
        let expected = if number == 1 { Ok("the history".to_owned()) } else { damaged };
        assert_eq!(restored.map_err(|error| error.to_string()), expected, "change {number}");
    }
}

fn break_checkpoints(times: u64) {
    let digits = digits();
    let mut whole = checkpoint(&digits);
    // Else hardly anything would be looked at.
    whole.metadata.remove("checksum");
    let [mut taken, mut refused] = [0, 0];
    for seed in 0..times {
        let random = &mut ChaCha12Rng::seed_from_u64(seed);
        let mut archive = whole.clone();
        for _ in 0..random.random_range(1..3) {
            mutate(&mut archive, random);
        }
        let Some(archive) = as_file(&archive, random) else {
            continue;
        };
        let mut trainer = trainer(&digits);
        match checkpoint::restore(archive, &identity(), &mut trainer) {
            Err(error) => {
                assert!(error.to_string().lines().count() == 1, "seed {seed}: {error}");
                assert_eq!(trainer.state().epoch, 0, "seed {seed}");
                refused += 1;
            }
            Ok(_) => {
                // Its numbers may be too large to go on with, and then it says so.
                finish(&mut trainer);
                taken += 1;
            }
        }
    }
    assert!(taken > times / 20 && refused > times / 20, "{taken} taken, {refused} refused");
}

#[test]
fn broken_models() {
    break_models(2000);
}

#[test]
fn broken_checkpoints() {
    break_checkpoints(1000);
}

#[test]
#[ignore = "takes a quarter of a minute"]
fn a_hundred_thousand_broken_files() {
    break_models(100_000);
    break_checkpoints(100_000);
}

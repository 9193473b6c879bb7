//! Safetensors files: exactly what was written is read, by us and by Python, and nothing else is.

mod counting;

use counting::measured;
use mnist::safetensors::{Archive, Tensor};
use rand::rngs::ChaCha12Rng;
use rand::{Rng, RngExt, SeedableRng};
use std::collections::BTreeMap;

/// Reads `bytes`; the file and what is made of it must stay within three times the file and 1 MB.
fn read(bytes: &[u8]) -> Result<Archive, String> {
    let (archive, most) = measured(|| Archive::from_bytes(bytes));
    let (most, limit) = (bytes.len() + most, 3 * bytes.len() + 1_000_000);
    assert!(most <= limit, "{most} bytes held for a file of {}", bytes.len());
    archive.map_err(|error| {
        let error = error.to_string();
        assert!(error.len() < 400 && !error.contains('\n'), "not one clear line: {error}");
        error
    })
}

// ---- Files by hand ----

/// A file with this header and this data.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn tensor(name: &str, shape: &[usize], data: &[f32]) -> Tensor {
    Tensor { name: name.to_owned(), shape: shape.to_vec(), data: data.to_vec() }
}

fn strings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(key, text)| (key.to_owned(), text.to_owned())).collect()
}

/// Equal to the bit, which `==` is not for 0 and -0.
fn assert_same(a: &Archive, b: &Archive) {
    assert_eq!(a, b);
    for (a, b) in a.tensors.iter().zip(&b.tensors) {
        assert!(a.data.iter().zip(&b.data).all(|(a, b)| a.to_bits() == b.to_bits()), "{a:?} {b:?}");
    }
}

#[test]
fn the_bytes_are_those_of_the_format() {
    let archive = Archive {
        tensors: vec![tensor("b", &[], &[1.0]), tensor("a", &[1, 2], &[0.5, -2.0])],
        metadata: strings(&[("labels", "0 \"1\" \\ é\n")]),
    };
    let header = concat!(
        r#"{"__metadata__":{"labels":"0 \"1\" \\ é\u000a"},"#,
        r#""a":{"dtype":"F32","shape":[1, 2],"data_offsets":[0,8]},"#,
        r#""b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"#,
        "  "
    );
    assert_eq!(header.len() % 8, 0);
    let data = [0, 0, 0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x80, 0x3f];
    assert_eq!(archive.to_bytes().unwrap(), file(header, &data));
}

#[test]
fn what_was_written_is_read_to_the_bit() {
    let extremes = [0.0, -0.0, 1e-45, f32::MIN_POSITIVE, f32::MAX, f32::MIN, f32::EPSILON];
    let mut archive = Archive {
        tensors: vec![
            tensor("", &[7], &extremes),
            tensor("10.weight", &[0, 3], &[]),
            tensor("2.weight", &[1; 8], &[3.0]),
            tensor("\u{0}\"\\/\n\u{7f}\u{e9}\u{1f600}", &[], &[4.0]),
        ],
        metadata: strings(&[("", ""), ("seed", "18446744073709551615"), ("history", "epoch,loss\n1,0.5\n")]),
    };
    archive.tensors.sort_by(|a, b| a.name.cmp(&b.name));
    let bytes = archive.to_bytes().unwrap();
    assert_same(&read(&bytes).unwrap(), &archive);

    archive.tensors.reverse();
    assert_eq!(archive.to_bytes().unwrap(), bytes, "the order of the list changed the file");

    let empty = Archive::default();
    assert_eq!(empty.to_bytes().unwrap(), file("{}      ", &[]));
    assert_same(&read(&empty.to_bytes().unwrap()).unwrap(), &empty);
}

/// The bytes that `safetensors.torch.save_file` 0.8.0 wrote for the `state_dict()` of
/// `Sequential(Linear(2, 3), ReLU(), Linear(3, 1))` with the weights 0, 1, 2 ... in their order.
#[test]
fn a_file_of_pytorch_is_read() {
    let header = concat!(
        r#"{"__metadata__":{"format":"pt"},"#,
        r#""0.bias":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"#,
        r#""0.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[12,36]},"#,
        r#""2.bias":{"dtype":"F32","shape":[1],"data_offsets":[36,40]},"#,
        r#""2.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[40,52]}} "#
    );
    let data: Vec<u8> =
        [6, 7, 8, 0, 1, 2, 3, 4, 5, 12, 9, 10, 11].iter().flat_map(|&i| (i as f32).to_le_bytes()).collect();
    let archive = read(&file(header, &data)).unwrap();
    let expected = Archive {
        tensors: vec![
            tensor("0.bias", &[3], &[6.0, 7.0, 8.0]),
            tensor("0.weight", &[3, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
            tensor("2.bias", &[1], &[12.0]),
            tensor("2.weight", &[1, 3], &[9.0, 10.0, 11.0]),
        ],
        metadata: strings(&[("format", "pt")]),
    };
    assert_same(&archive, &expected);
}

#[test]
fn json_may_be_written_in_many_ways() {
    let header = "{ \"\\u0061\\ud83d\\uDE00\\n\\/\\b\\f\\r\\t\\\"\\\\\" :\t{\"data_offsets\":[ 0 , 4 ],\r\n\"shape\" : [ 1,1 ] ,\
                  \"dtype\":\"\\u00463\\u0032\"}, \"__metadata__\":{ } } \n";
    let archive = read(&file(header, &1f32.to_le_bytes())).unwrap();
    let name = "a\u{1f600}\n/\u{8}\u{c}\r\t\"\\";
    assert_same(&archive, &Archive { tensors: vec![tensor(name, &[1, 1], &[1.0])], metadata: BTreeMap::new() });
}

// ---- What is refused ----

#[test]
fn every_malformed_file_is_refused_with_its_reason() {
    let one = |fields: &str| file(&format!("{{\"a\":{{{fields}}}}}"), &[0; 4]);
    let shape = |shape: &str| one(&format!(r#""dtype":"F32","shape":{shape},"data_offsets":[0,4]"#));
    let offsets = |offsets: &str| one(&format!(r#""dtype":"F32","shape":[1],"data_offsets":{offsets}"#));
    let two = |a: &str, b: &str, data: usize| {
        let a = format!(r#""a":{{"dtype":"F32","shape":[2],"data_offsets":{a}}}"#);
        let b = format!(r#""b":{{"dtype":"F32","shape":[1],"data_offsets":{b}}}"#);
        file(&format!("{{{a},{b}}}"), &vec![0; data])
    };
    let metadata = |metadata: &str| file(&format!("{{\"__metadata__\":{metadata}}}"), &[]);
    let name = |name: &str| file(&format!("{{{name}"), &[]);
    let number = |number: f32| {
        file(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, &[[0; 4], number.to_le_bytes()].concat())
    };

    let cases = [
        // The file
        (vec![], "not a safetensors file: expected at least the 8 bytes of the header's length, found 0"),
        (vec![2, 0, 0, 0, 0, 0, 0], "expected at least the 8 bytes of the header's length, found 7"),
        (b"7,0,0,0,0,0".to_vec(), "not a safetensors file: its first 8 bytes would be the length of a header"),
        (b"label,pixel0".to_vec(), "not a safetensors file but a CSV file; the weights of a network are needed here"),
        (
            b"\x80\x04\x95".to_vec(),
            "not a safetensors file but a Python pickle; load it with pickle.load (or joblib.load)",
        ),
        (b"\x80\x02\x8a\x0a".to_vec(), "not a safetensors file but an old file of torch.save; load it with torch.load"),
        (
            b"404: Not Found".to_vec(),
            "not a safetensors file but the answer of a server that has no such file; look at",
        ),
        (b"<!DOCTYPE html>".to_vec(), "not a safetensors file but a web page (HTML); download the file itself"),
        (b"version https://git-lfs".to_vec(), "not a safetensors file but a Git LFS pointer; fetch the file with"),
        (b"\x93NUMPY\x01\0".to_vec(), "not a safetensors file but a NumPy array; save the arrays with"),
        (
            b"\x89HDF\r\n".to_vec(),
            "{f\"{i}.{getattr(w, 'path', w.name)}\": numpy.array(w) for i, layer in enumerate(model.layers) for w in \
             layer.weights}",
        ),
        (b"\x1c\0\0\0TFL3".to_vec(), "not a safetensors file but a TensorFlow Lite model; "),
        (b"\x08\x08\x12".to_vec(), "not a safetensors file but an ONNX model; read its initializers"),
        (100_000_001u64.to_le_bytes().to_vec(), "at most 100000000 bytes, but are 100000001; the weights of"),
        (u64::MAX.to_le_bytes().to_vec(), "at most 100000000 bytes, but are 18446744073709551615"),
        (
            [b"PK\x03\x04".as_slice(), &[0; 26], b"metadata.json"].concat(),
            "not a safetensors file but a .keras file; load it in Keras",
        ),
        (b"PK\x03\x04\0\0\0\0\0\0".to_vec(), "a zip archive; if torch.save wrote it"),
        (100_000_000u64.to_le_bytes().to_vec(), "the file is cut off: expected 100000000 bytes of header, found 0"),
        (file("{}", &[])[..9].to_vec(), "the file is cut off: expected 2 bytes of header, found 1"),
        ([&[4, 0, 0, 0, 0, 0, 0, 0], &b"{\"\xff\""[..]].concat(), "byte 10: the header is not UTF-8"),
        // JSON
        (file("", &[]), "byte 8: expected '{', found the end of the header"),
        (file("[]", &[]), "byte 8: expected '{', found '['"),
        (file(" {}", &[]), "byte 8: expected '{', found ' '"),
        (file("{", &[]), "byte 9: expected '\"', found the end of the header"),
        (file("{}}", &[]), "byte 10: expected the end of the header, found '}'"),
        (file("{}\0", &[]), "byte 10: expected the end of the header, found '\\0'"),
        (file("{},", &[]), "byte 10: expected the end of the header, found ','"),
        (name("a"), "byte 9: expected '\"', found 'a'"),
        (name("\"a"), "byte 11: expected the rest of a string, found the end of the header"),
        (name("\"a\\"), "byte 12: expected an escape of JSON, found the end of the header"),
        (name("\"\n\""), "byte 10: expected the rest of a string, found '\\n'"),
        (name("\"\\x\""), "byte 11: expected an escape of JSON, found 'x'"),
        (name("\"\\u12\""), "byte 12: expected four hexadecimal digits, found '1'"),
        (name("\"\\u+123\""), "byte 12: expected four hexadecimal digits, found '+'"),
        (name("\"\\u00é\""), "byte 12: expected four hexadecimal digits, found '0'"),
        (name("\"\\ud800\""), "byte 16: expected both halves of a surrogate pair before this"),
        (name("\"\\ud800\\u0061\""), "byte 22: expected both halves of a surrogate pair before this"),
        (name("\"\\udc00\\ud800\""), "byte 22: expected both halves of a surrogate pair before this"),
        (name("\"a\"}"), "byte 12: expected ':', found '}'"),
        (name("\"a\":1}"), "tensor \"a\": byte 13: expected '{', found '1'"),
        (name("\"a\":null}"), "tensor \"a\": byte 13: expected '{', found 'n'"),
        (metadata("{\"a\":\"b\",}"), "byte 33: expected '\"', found '}'"),
        (metadata("{\"a\":\"b\" \"c\"}"), "byte 33: expected ',' or '}', found '\"'"),
        (metadata("{\"a\":1}"), "byte 29: expected '\"', found '1'"),
        (metadata("null"), "byte 24: expected '{', found 'n'"),
        (metadata("{\"a\":\"b\",\"a\":\"c\"}"), "__metadata__: \"a\" is there twice"),
        (metadata("{},\"__metadata__\":{}"), "__metadata__ is there twice"),
        // Numbers
        (shape("[-1]"), "tensor \"a\": byte 37: expected a whole number, found '-'"),
        (shape("[1.0]"), "tensor \"a\": byte 38: expected ',' or ']', found '.'"),
        (shape("[1e0]"), "tensor \"a\": byte 38: expected ',' or ']', found 'e'"),
        (shape("[01]"), "tensor \"a\": byte 37: expected a whole number, found '0'"),
        (shape("[\"1\"]"), "tensor \"a\": byte 37: expected a whole number, found '\"'"),
        (shape("[[1]]"), "tensor \"a\": byte 37: expected a whole number, found '['"),
        (shape("[1,]"), "tensor \"a\": byte 39: expected a whole number, found ']'"),
        (shape("1"), "tensor \"a\": byte 36: expected '[', found '1'"),
        (shape("[18446744073709551616]"), "tensor \"a\": byte 37: \"18446744073709551616\" is more than there can be"),
        (shape("[1,1,1,1,1,1,1,1,1]"), "tensor \"a\": byte 53: expected ']' after at most 8 entries, found '1'"),
        // Fields
        (one(""), "tensor \"a\": expected dtype, shape and data_offsets, found no dtype"),
        (one(r#""dtype":"F32""#), "tensor \"a\": expected dtype, shape and data_offsets, found no shape"),
        (one(r#""dtype":"F32","shape":[1]"#), "tensor \"a\": expected dtype, shape and data_offsets, found no data_"),
        (one(r#""type":"F32""#), "tensor \"a\": expected dtype, shape and data_offsets, found \"type\""),
        (one(r#""dtype":"F32","dtype":"F32""#), "tensor \"a\": dtype is there twice"),
        (one(r#""shape":[1],"shape":[1]"#), "tensor \"a\": shape is there twice"),
        (one(r#""data_offsets":[0,4],"data_offsets":[0,4]"#), "tensor \"a\": data_offsets is there twice"),
        (
            one(r#""dtype":"I16","shape":[2],"data_offsets":[0,4]"#),
            "tensor \"a\": expected the type F32, F16, BF16 or F64, found \"I16\"; in Python, leave it out if it is no layer's \
             weight or bias, else convert with .float(), or with .dequantize() if it is quantized, and save again",
        ),
        // Whole numbers are no weights, but what BatchNorm counts tells of it.
        (
            one(r#""dtype":"I64","shape":[],"data_offsets":[0,8]"#),
            "expected the type F32, F16, BF16 or F64, found \"I64\"",
        ),
        (
            file(r#"{"1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"#, &[0; 8]),
            "tensor \"1.num_batches_tracked\": BatchNorm is not known here: only dense layers are",
        ),
        (
            one(r#""dtype":"f32","shape":[1],"data_offsets":[0,4]"#),
            "expected the type F32, F16, BF16 or F64, found \"f32\"",
        ),
        (offsets("[]"), "tensor \"a\": expected two data_offsets, found []"),
        (offsets("[4]"), "tensor \"a\": expected two data_offsets, found [4]"),
        (offsets("[0,4,4]"), "tensor \"a\": byte 60: expected ']' after at most 2 entries, found '4'"),
        // Lengths
        (offsets("[4,0]"), "tensor \"a\": shape [1] takes 4 bytes, found data_offsets [4, 0]"),
        (offsets("[0,3]"), "tensor \"a\": shape [1] takes 4 bytes, found data_offsets [0, 3]"),
        (shape("[]").into_iter().chain([0]).collect(), "expected 4 bytes of data, as the tensors take, found 5"),
        (shape("[0]"), "tensor \"a\": shape [0] takes 0 bytes, found data_offsets [0, 4]"),
        (shape("[4294967296,4294967296]"), "shape [4294967296, 4294967296] takes more bytes than there can be"),
        (shape("[9223372036854775809,2]"), "takes more bytes than there can be, found data_offsets [0, 4]"),
        (shape("[4611686018427387904]"), "takes more bytes than there can be, found data_offsets [0, 4]"),
        // Places
        (
            two("[0,8]", "[8,12]", 11),
            "tensor \"b\": the file is cut off: data_offsets are [8, 12], found 11 bytes of data",
        ),
        (two("[0,8]", "[8,12]", 13), "expected 12 bytes of data, as the tensors take, found 13"),
        (
            two("[0,8]", "[9,13]", 13),
            "tensor \"b\": a hole in the data: expected it to begin at byte 8, found data_offsets [9, 13]",
        ),
        (two("[1,9]", "[9,13]", 13), "tensor \"a\": a hole in the data: expected it to begin at byte 0"),
        (
            two("[0,8]", "[4,8]", 8),
            "tensor \"b\": an overlap in the data: expected it to begin at byte 8, found data_offsets [4, 8]",
        ),
        (two("[18446744073709551608,18446744073709551616]", "[0,4]", 4), "is more than there can be"),
        (
            file(
                concat!(
                    r#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#,
                    r#""\u0061":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}"#
                ),
                &[0; 8],
            ),
            "tensor \"a\": the name is there twice",
        ),
        // Numbers
        (number(f32::NAN), "tensor \"a\": number 2 of 2 is NaN, expected a finite one"),
        (number(f32::INFINITY), "tensor \"a\": number 2 of 2 is inf, expected a finite one"),
        (number(f32::NEG_INFINITY), "tensor \"a\": number 2 of 2 is -inf, expected a finite one"),
    ];
    for (bytes, reason) in cases {
        let error = read(&bytes).expect_err(reason);
        assert!(error.contains(reason), "expected: {reason}\n   found: {error}");
    }
}

#[test]
fn the_writer_refuses_what_the_reader_would() {
    let write = |tensors: Vec<Tensor>, metadata| Archive { tensors, metadata }.to_bytes().unwrap_err().to_string();
    let many: Vec<Tensor> = (0..4097).map(|i| tensor(&i.to_string(), &[], &[0.0])).collect();
    let cases = [
        (vec![tensor("a", &[2, 2], &[0.0; 3])], "tensor \"a\": shape [2, 2] does not fit its 3 numbers"),
        (vec![tensor("a", &[usize::MAX, 2], &[])], "does not fit its 0 numbers"),
        (vec![tensor("a", &[1; 9], &[0.0])], "tensor \"a\": expected at most 8 dimensions, found 9"),
        (vec![tensor("a", &[], &[0.0]), tensor("a", &[], &[0.0])], "tensor \"a\": the name is there twice"),
        (vec![tensor("__metadata__", &[], &[0.0])], "tensor \"__metadata__\": the name is reserved"),
        (vec![tensor("a\nb", &[2], &[0.0, f32::NAN])], "tensor \"a\\nb\": number 2 of 2 is NaN"),
        (many, "expected at most 4096 entries, found 4097"),
    ];
    for (tensors, reason) in cases {
        let error = write(tensors, BTreeMap::new());
        assert!(error.contains(reason), "expected: {reason}\n   found: {error}");
    }
    let long = strings(&[("a", &"\0".repeat(17_000_000))]);
    assert!(write(vec![], long).contains("expected at most 100000000 bytes of names and metadata, found 102000"));
}

#[test]
fn the_hungriest_files_stay_within_the_limit() {
    // As many entries as may be, each as short as can be, in the order that fills a tree worst.
    let entries = |shape: &str| {
        let tensors = (0..4095).map(|i| format!(r#""{i:x}":{{"dtype":"F32","shape":{shape},"data_offsets":[0,0]}}"#));
        let strings: Vec<String> = (0..4096).map(|i| format!(r#""{i:03x}":"""#)).collect();
        let metadata = format!(r#""__metadata__":{{{}}}"#, strings.join(","));
        format!("{{{}}}", [metadata].into_iter().chain(tensors).collect::<Vec<_>>().join(","))
    };
    for shape in ["[0]", "[0,0,0,0,0]", "[0,0,0,0,0,0,0,0]"] {
        let archive = read(&file(&entries(shape), &[])).unwrap();
        assert_eq!((archive.tensors.len(), archive.metadata.len()), (4095, 4096));
        assert_same(&read(&archive.to_bytes().unwrap()).unwrap(), &archive);
    }

    // Numbers of 16 bits become numbers of 32.
    let header = r#"{"a":{"dtype":"F16","shape":[2000000],"data_offsets":[0,4000000]}}"#;
    assert_eq!(read(&file(header, &[0; 4_000_000])).unwrap().tensors[0].data, [0.0; 2_000_000]);

    // Strings that take all the room there is, with and without escapes, closed and unclosed.
    for text in ["x", "é", "\\\"", "\\u00e9"] {
        let long = text.repeat(4_000_000 / text.len());
        let archive = read(&file(&format!(r#"{{"__metadata__":{{"a":"{long}"}}}}"#), &[])).unwrap();
        assert!(archive.metadata["a"].len() >= 4_000_000 / 6);
        read(&file(&format!(r#"{{"__metadata__":{{"a":"{long}"#), &[])).unwrap_err();
        read(&file(&format!(r#"{{"{long}":{{}}}}"#), &[])).unwrap_err();
    }

    // Brackets and digits without end.
    for text in ["[", "{\"a\":", "9", "[0,", "{}", ","] {
        let long = text.repeat(4_000_000 / text.len());
        for start in ["", "{\"a\":", "{\"a\":{\"shape\":", "{\"a\":{\"shape\":[", "{\"__metadata__\":{\"a\":"] {
            read(&file(&format!("{start}{long}"), &[])).unwrap_err();
        }
    }
}

// ---- Files that were changed by chance ----

#[test]
fn mutations_are_refused_or_exactly_right() {
    mutate(10_000);
}

/// A few seconds: `cargo test --test safetensors -- --ignored`.
#[test]
#[ignore]
fn a_hundred_thousand_mutations_are_refused_or_exactly_right() {
    mutate(100_000);
}

/// A file in pieces, so that each can be changed by itself. All texts are JSON.
struct Draft {
    metadata: Vec<(String, String)>,
    tensors: Vec<DraftTensor>,
    data: Vec<u8>,
}

#[derive(Clone)]
struct DraftTensor {
    name: String,
    fields: Vec<(String, String)>,
}

/// What reading a mutated file must give.
enum Outcome {
    /// This archive.
    Read(Archive),
    /// An error that contains this.
    Refused(&'static str),
    /// An error, or an archive with the numbers of the original that is read the same when written again.
    Either,
}

fn mutate(rounds: usize) {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut counts = [0; 3];
    for round in 0..rounds {
        let original = random_archive(&mut rng);
        let (bytes, outcome) = mutation(&original, &mut rng);
        let result = read(&bytes);
        let shown = || format!("round {round}: {:?}\nfile: {}", result, bytes.escape_ascii());
        match (&outcome, &result) {
            (Outcome::Read(expected), Ok(archive)) => assert_same(archive, expected),
            (Outcome::Refused(reason), Err(error)) => {
                assert!(error.contains(reason), "expected {reason:?}, {}", shown())
            }
            (Outcome::Either, Err(_)) => {}
            (Outcome::Either, Ok(archive)) => {
                assert_eq!(sorted_numbers(archive), sorted_numbers(&original), "{}", shown());
                assert_same(&read(&archive.to_bytes().unwrap()).unwrap(), archive);
            }
            (Outcome::Read(_), Err(_)) => panic!("expected to be read, {}", shown()),
            (Outcome::Refused(reason), Ok(_)) => panic!("expected {reason:?}, {}", shown()),
        }
        counts[usize::from(result.is_ok()) + usize::from(matches!(outcome, Outcome::Either))] += 1;
    }
    assert!(counts.iter().all(|&count| count > rounds / 100), "one-sided mutations: {counts:?}");
}

fn sorted_numbers(archive: &Archive) -> Vec<u32> {
    let mut bits: Vec<u32> = archive.tensors.iter().flat_map(|tensor| &tensor.data).map(|x| x.to_bits()).collect();
    bits.sort();
    bits
}

/// Like weights, or a checkpoint: a few small layers and some metadata.
fn random_archive(rng: &mut impl Rng) -> Archive {
    let names = ["0.weight", "0.bias", "2.weight", "adam.m.0.weight", "é\"\\\n", "", "scalar", "🖉"];
    let mut tensors: Vec<Tensor> = Vec::new();
    for name in names {
        if rng.random_bool(0.6) || (name == "🖉" && tensors.is_empty()) {
            let dimensions = rng.random_range(0..4);
            let shape: Vec<usize> =
                (0..dimensions).map(|_| if rng.random_bool(0.1) { 0 } else { rng.random_range(1..5) }).collect();
            let data: Vec<f32> = (0..shape.iter().product()).map(|_| rng.random_range(-1.0..1.0)).collect();
            tensors.push(tensor(name, &shape, &data));
        }
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    let metadata = [("format", "pt"), ("epoch", "17"), ("history", "epoch,loss\n1,0.5\n"), ("é", "\"\\\u{0}")];
    let metadata = metadata.into_iter().filter(|_| rng.random_bool(0.5)).collect::<Vec<_>>();
    Archive { tensors, metadata: strings(&metadata) }
}

/// A JSON string; some characters as escapes, at random.
fn json(text: &str, rng: &mut impl Rng) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        if c < ' ' || c == '"' || c == '\\' || rng.random_bool(0.1) {
            let mut units = [0; 2];
            json.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            json.push(c);
        }
    }
    json + "\""
}

fn shuffle<T>(items: &mut [T], rng: &mut impl Rng) {
    for i in (1..items.len()).rev() {
        items.swap(i, rng.random_range(0..=i));
    }
}

impl Draft {
    /// The archive with its tensors in a random place and its entries in a random order.
    fn new(archive: &Archive, rng: &mut impl Rng) -> Draft {
        let mut order: Vec<&Tensor> = archive.tensors.iter().collect();
        shuffle(&mut order, rng);
        let mut data = Vec::new();
        let mut tensors = Vec::new();
        for tensor in order {
            let begin = data.len();
            data.extend(tensor.data.iter().flat_map(|number| number.to_le_bytes()));
            let mut fields = vec![
                ("\"dtype\"".to_owned(), "\"F32\"".to_owned()),
                ("\"shape\"".to_owned(), format!("{:?}", tensor.shape)),
                ("\"data_offsets\"".to_owned(), format!("{:?}", [begin, data.len()])),
            ];
            shuffle(&mut fields, rng);
            tensors.push(DraftTensor { name: json(&tensor.name, rng), fields });
        }
        shuffle(&mut tensors, rng);
        let metadata = archive.metadata.iter().map(|(key, text)| (json(key, rng), json(text, rng))).collect();
        Draft { metadata, tensors, data }
    }

    /// The header, with spaces at random.
    fn header(&self, rng: &mut impl Rng) -> String {
        let mut space = || ["", "", "", " ", "\n", "\t \r"][rng.random_range(0..6)];
        let mut object = |entries: &[(String, String)]| {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}{key}{}:{}{value}{}", space(), space(), space(), space()))
                .collect();
            format!("{{{}{}}}{}", space(), entries.join(","), space())
        };
        let mut entries = Vec::new();
        if !self.metadata.is_empty() {
            entries.push(("\"__metadata__\"".to_owned(), object(&self.metadata)));
        }
        entries.extend(self.tensors.iter().map(|tensor| (tensor.name.clone(), object(&tensor.fields))));
        object(&entries)
    }

    fn bytes(&self, rng: &mut impl Rng) -> Vec<u8> {
        file(&self.header(rng), &self.data)
    }

    /// A tensor, by chance.
    fn any(&mut self, rng: &mut impl Rng) -> &mut DraftTensor {
        let index = rng.random_range(0..self.tensors.len());
        &mut self.tensors[index]
    }
}

impl DraftTensor {
    fn field(&mut self, name: &str) -> &mut String {
        &mut self.fields.iter_mut().find(|field| field.0.contains(name)).unwrap().1
    }
    fn numbers(&mut self, name: &str) -> Vec<usize> {
        let list = self.field(name).trim_matches(['[', ']']).to_owned();
        list.split(", ").filter(|number| !number.is_empty()).map(|number| number.parse().unwrap()).collect()
    }
}

/// Changes a file of `original` in one of many ways.
fn mutation(original: &Archive, rng: &mut ChaCha12Rng) -> (Vec<u8>, Outcome) {
    use Outcome::*;
    let mut draft = Draft::new(original, rng);
    let outcome = match rng.random_range(0..24) {
        // Nothing but spaces, escapes and orders.
        0..=2 => Read(original.clone()),
        // The file
        3 => {
            let mut bytes = draft.bytes(rng);
            bytes.truncate(rng.random_range(0..bytes.len()));
            return (bytes, Refused(""));
        }
        4 => {
            let more = rng.random_range(1..100);
            draft.data.extend((0..more).map(|_| rng.random::<u8>()));
            Refused("bytes of data, as the tensors take")
        }
        5 => {
            let mut bytes = draft.bytes(rng);
            let length = u64::from_le_bytes(bytes[..8].try_into().unwrap());
            let wrong = match rng.random_range(0..3) {
                0 => length.wrapping_add_signed(rng.random_range(-20..20)),
                1 => length ^ (1 << rng.random_range(0..64)),
                _ => rng.random(),
            };
            bytes[..8].copy_from_slice(&wrong.to_le_bytes());
            return (bytes, if wrong == length { Read(original.clone()) } else { Refused("") });
        }
        6..=8 => {
            let mut bytes = draft.bytes(rng);
            let header = bytes.len() - draft.data.len();
            for _ in 0..rng.random_range(1..4) {
                bytes[rng.random_range(0..header)] ^= 1 << rng.random_range(0..8);
            }
            return (bytes, Either);
        }
        9 => {
            let mut bytes = draft.bytes(rng);
            let header = bytes.len() - draft.data.len();
            let other = draft.bytes(rng);
            let from = rng.random_range(8..header);
            let to = rng.random_range(from..header);
            let at = rng.random_range(8..other.len());
            bytes.splice(from..to, other[at..(at + to - from).min(other.len())].iter().copied());
            let header = bytes.len() - draft.data.len() - 8;
            bytes[..8].copy_from_slice(&(header as u64).to_le_bytes());
            return (bytes, Either);
        }
        // Numbers of the data
        10 if !draft.data.is_empty() => {
            let mut changed = original.clone();
            let candidates: Vec<usize> =
                (0..changed.tensors.len()).filter(|&i| !changed.tensors[i].data.is_empty()).collect();
            let tensor = &mut changed.tensors[candidates[rng.random_range(0..candidates.len())]];
            let index = rng.random_range(0..tensor.data.len());
            let bits = if rng.random() { rng.random() } else { 0x7f80_0000 | rng.random_range(0..2u32) };
            tensor.data[index] = f32::from_bits(bits);
            let outcome = match tensor.data[index].is_finite() {
                true => Read(changed.clone()),
                false => Refused("expected a finite one"),
            };
            draft = Draft::new(&changed, rng);
            outcome
        }
        // Offsets
        11 => {
            let tensor = draft.any(rng);
            let mut offsets = tensor.numbers("data_offsets");
            let which = rng.random_range(0..2);
            offsets[which] = match rng.random_range(0..3) {
                0 => offsets[which] ^ (1 << rng.random_range(0..64)),
                1 => offsets[which].wrapping_add(rng.random_range(1..9)),
                _ => usize::MAX - rng.random_range(0..9),
            };
            *tensor.field("data_offsets") = format!("{offsets:?}");
            Refused("takes")
        }
        12 => {
            let tensor = draft.any(rng);
            let mut offsets = tensor.numbers("data_offsets");
            offsets.reverse();
            *tensor.field("data_offsets") = format!("{offsets:?}");
            if offsets[0] == offsets[1] { Read(original.clone()) } else { Refused("takes") }
        }
        // Holes, overlaps
        13 => {
            let hole = rng.random_range(1..9);
            let at = draft.any(rng).numbers("data_offsets")[0];
            for tensor in &mut draft.tensors {
                let offsets = tensor.numbers("data_offsets");
                if offsets[0] >= at {
                    *tensor.field("data_offsets") = format!("{:?}", [offsets[0] + hole, offsets[1] + hole]);
                }
            }
            draft.data.extend(vec![0; hole]);
            Refused("a hole in the data")
        }
        14 if !draft.data.is_empty() => {
            let place = [0, draft.data.len()];
            let fields = [("dtype", "\"F32\"".to_owned()), ("shape", format!("[{}]", place[1] / 4))]
                .map(|(name, value)| (format!("\"{name}\""), value));
            let offsets = ("\"data_offsets\"".to_owned(), format!("{place:?}"));
            let fields = fields.into_iter().chain([offsets]).collect();
            draft.tensors.push(DraftTensor { name: "\"again\"".to_owned(), fields });
            Refused("an overlap in the data")
        }
        // Shapes
        15 => {
            let tensor = draft.any(rng);
            let mut shape = tensor.numbers("shape");
            let size = [0, 1, 2, 3, 1 << 31, 1 << 62, usize::MAX][rng.random_range(0..7)];
            match rng.random_range(0..=shape.len()) {
                i if i < shape.len() => shape[i] = size,
                _ => shape.push(size),
            }
            *tensor.field("shape") = format!("{shape:?}");
            let [begin, end] = tensor.numbers("data_offsets")[..] else { unreachable!() };
            let elements = shape.iter().try_fold(1usize, |elements, &size| elements.checked_mul(size));
            if elements.and_then(|elements| elements.checked_mul(4)) == Some(end - begin) {
                Either
            } else {
                Refused("takes")
            }
        }
        16 => {
            let tensor = draft.any(rng);
            let mut shape = tensor.numbers("shape");
            shape.extend(vec![1; rng.random_range(9..2000)]);
            *tensor.field("shape") = format!("{shape:?}");
            Refused("expected ']' after at most 8 entries")
        }
        // Numbers that are none
        17 => {
            let tensor = draft.any(rng);
            let field = ["shape", "data_offsets"][rng.random_range(0..2)];
            let long = "9".repeat(rng.random_range(20..1000));
            let values =
                ["-1", "1.0", "1e3", "01", "\"1\"", "null", "true", "[]", "+1", "0x1", "18446744073709551616", &long];
            *tensor.field(field) = format!("[{}]", values[rng.random_range(0..values.len())]);
            Refused("tensor")
        }
        // Types, fields, names
        18 => {
            let types = ["I16", "U8", "BOOL", "F8_E4M3", "f32", "", "F32 "];
            *draft.any(rng).field("dtype") = format!("\"{}\"", types[rng.random_range(0..types.len())]);
            Refused("expected the type F32")
        }
        19 => {
            let tensor = draft.any(rng);
            let field = rng.random_range(0..3);
            match rng.random_range(0..3) {
                0 => {
                    tensor.fields.remove(field);
                    Refused("found no")
                }
                1 => {
                    tensor.fields[field].0 = "\"extra\"".to_owned();
                    Refused("found \"extra\"")
                }
                _ => {
                    let double = tensor.fields[field].clone();
                    tensor.fields[(field + 1) % 3] = double;
                    Refused("is there twice")
                }
            }
        }
        20 => {
            let mut double = draft.any(rng).clone();
            let end = draft.data.len();
            *double.field("shape") = "[1]".to_owned();
            *double.field("data_offsets") = format!("{:?}", [end, end + 4]);
            draft.data.extend([0; 4]);
            let at = rng.random_range(0..=draft.tensors.len());
            draft.tensors.insert(at, double);
            Refused("the name is there twice")
        }
        21 if !draft.metadata.is_empty() => {
            let double = draft.metadata[rng.random_range(0..draft.metadata.len())].clone();
            draft.metadata.push(double);
            Refused("is there twice")
        }
        // Depth, strings
        22 => {
            let open = ["[", "{\"a\":", "[[],"][rng.random_range(0..3)].repeat(rng.random_range(1..5000));
            let tensor = draft.any(rng);
            let field = rng.random_range(0..3);
            tensor.fields[field].1 = open;
            Refused("expected")
        }
        _ => {
            let wrong =
                ["\"", "\"\\", "\"\\ud800\"", "\"\\u12g4\"", "\"\n\"", "\"\\x\"", "'a'", "a", "", "1", "\"a\"\"b\""];
            draft.any(rng).name = wrong[rng.random_range(0..wrong.len())].to_owned();
            Refused("byte")
        }
    };
    (draft.bytes(rng), outcome)
}

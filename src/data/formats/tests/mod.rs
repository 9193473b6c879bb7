//! IDX, NumPy and ARFF as people write them; damaged ones; and which of several files is taken.

mod arff;
mod arrays;
mod mutations;
mod several;

use super::*;

/// Four images of 5 x 5 in each format.
fn files() -> [Vec<u8>; 3] {
    let pixels: Vec<u8> = (0..100).map(|i| (i * 37 % 256) as u8).collect();
    let idx = [&[0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 5], pixels.as_slice()].concat();
    let header = format!("{:<117}\n", "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 5, 5), }");
    let npy = [b"\x93NUMPY\x01\0".as_slice(), &118u16.to_le_bytes(), header.as_bytes(), &pixels].concat();
    let attributes: String = (0..64).map(|pixel| format!("@ATTRIBUTE pixel{pixel} real\n")).collect();
    let row = |row: usize| format!("{},{row}\n", vec![(row * 60).to_string(); 64].join(","));
    let rows: String = (0..4).map(row).collect();
    let arff = format!("% digits\n@RELATION d\n{attributes}@ATTRIBUTE class {{0,1,2,3}}\n@DATA\n{rows}");
    [idx, npy, arff.into_bytes()]
}

fn read(which: usize, file: &[u8]) -> Result<Table, Error> {
    let options = Options::default();
    match which {
        0 => idx::array(file, Some(file.len() as u64))?.images(&options),
        1 => npy::array(file)?.images(&options),
        _ => super::arff::read(file, &options, &mut |_| ()),
    }
}

/// Files in memory.
struct Held(Vec<String>, Vec<Vec<u8>>);

impl files::Files for Held {
    const PLACE: [&str; 2] = <files::Packed<std::fs::File> as files::Files>::PLACE;

    fn names(&self) -> &[String] {
        &self.0
    }

    fn open(&mut self, name: &str) -> Result<(request::Input<'_>, Option<u64>), Error> {
        let place = self.0.iter().position(|held| held == name).expect("a name that is there");
        Ok((Box::new(self.1[place].as_slice()), None))
    }
}

fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), values].concat()
}

/// What a command takes of these files: the labels, or what is wrong, and the first note.
fn taken(role: Role, held: &[(&str, Vec<u8>)]) -> (Result<Option<Vec<i32>>, String>, Option<String>) {
    let mut held =
        Held(held.iter().map(|(name, _)| (*name).into()).collect(), held.iter().map(|file| file.1.clone()).collect());
    let request = Request { place: "", role, labels: None, array: None };
    match source::several(&request, &mut held, &Options::default(), &mut |_| ()) {
        Ok(table) => (Ok(table.labels), table.notes.first().map(|note| note.text.clone())),
        Err(error) => (Err(error.to_string()), None),
    }
}

#[test]
fn utf16_is_read_as_text() {
    let text = "7,1,\u{1f600},2\n".repeat(20_000);
    let units: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [&little, &big] {
        assert!(utf16::begins(bytes));
        let mut read = String::new();
        std::io::Read::read_to_string(&mut utf16::Utf8::new(&bytes[..]), &mut read).unwrap();
        assert!(read == format!("\u{feff}{text}"));
    }
    let mut read = String::new();
    std::io::Read::read_to_string(&mut utf16::Utf8::new(&b"\xff\xfe7\0\0\xd8,\0x"[..]), &mut read).unwrap();
    assert_eq!(read, "\u{feff}7\u{fffd},");
}

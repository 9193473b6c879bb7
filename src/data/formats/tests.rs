//! Damaged files of IDX, NumPy and ARFF: an error or a table, never a panic, and no more pixels than the file has bytes.

use super::*;
use crate::random::{Purpose, Stream};

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
        0 => idx::images(file, Some(file.len() as u64), &options),
        1 => npy::array(file)?.images(&options),
        _ => arff::read(file, &options, &mut |_| ()),
    }
}

fn mutations(count: u64) {
    let files = files();
    for (which, file) in files.iter().enumerate() {
        assert_eq!(read(which, file).unwrap().rows(), 4);
    }
    let mut random = Stream::new(3, Purpose::Deformation, 0, 0);
    for round in 0..count {
        let which = round as usize % files.len();
        let mut file = files[which].clone();
        for _ in 0..1 + random.below(3) {
            // The header is where most can go wrong.
            let reach = if random.below(2) == 0 { file.len().min(130) } else { file.len() };
            let at = random.below(reach as u32) as usize;
            match random.below(4) {
                0 => file[at] = random.below(256) as u8,
                1 => file[at] ^= 1 << random.below(8),
                2 => file.truncate(at.max(1)),
                _ => file.insert(at, b"0123456789(),'-\n"[random.below(16) as usize]),
            }
        }
        if let Ok(table) = read(which, &file) {
            assert!(table.pixels.len() <= file.len() && table.rows() > 0, "{file:?}");
        }
    }
}

#[test]
fn some_mutations() {
    mutations(6000);
}

#[test]
#[ignore = "takes a minute"]
fn a_hundred_thousand_mutations() {
    mutations(100_000);
}

//! Damaged files: an error or a table, never a panic, and no more pixels than the file has bytes.

use super::*;
use crate::random::{Purpose, Stream};

/// Puts a value at which readers fail in the place of a number: of IDX's sizes, or of any number in text.
fn put_an_edge(which: usize, file: &mut Vec<u8>, random: &mut Stream) {
    if which == 0 {
        const EDGES: [u32; 8] = [0, 1, 3, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, u32::MAX];
        let field = 4 * random.below(4) as usize;
        let edge = EDGES[random.below(8) as usize].to_be_bytes();
        if let Some(number) = file.get_mut(field..field + 4) {
            number.copy_from_slice(&edge);
        }
        return;
    }
    const EDGES: [&str; 12] = [
        "0",
        "-1",
        "1e999",
        "nan",
        "4294967296",
        "18446744073709551615",
        "9223372036854775807",
        "",
        "?",
        "'",
        "%",
        "8",
    ];
    let from = random.below(file.len() as u32) as usize;
    let Some(start) = file[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
    let length = file[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    file.splice(start..start + length, EDGES[random.below(12) as usize].bytes());
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
            match random.below(8) {
                0 => file[at] = random.below(256) as u8,
                1 => file[at] ^= 1 << random.below(8),
                2 => file.truncate(at.max(1)),
                3 => file.insert(at, b"0123456789(),'-\n"[random.below(16) as usize]),
                _ => put_an_edge(which, &mut file, &mut random),
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

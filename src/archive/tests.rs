//! Files of real packers, files made here, and both damaged.

use super::*;
use std::io::{Cursor, Read};

/// What [`text`] is as packed by gzip, in hexadecimal digits: a block of codes of its own.
const PACKED: &str = "
    1f8b0800000000000203ed93db911d41084313d24703fd0cc776fe39f8887100fe7595ab6677e6760b10420c85a69e622b976a6b3eed
    a91b8a3114c97b4e6e413c2060405d9d5204f7d3e74359a53c3a20931bdec9cf0add0be628c7e54f77295672474d1207f04b82a5c7d7
    593a7ac9074787f20e0148cc248680470cc849cec529859242656c28e3eac27040e3f1a207788d272a6492767039892963e9686ab902
    894689f3b5b58970692bc1f9a350509ad7e3949b229759cfa14db0bbb75274b0c8ca695c8b96da5b8e0c1732a0b45101910a266e7291
    c58c616141085ec0ad2685adee3255be7d06c957ba253462129bffd54fffe4902b00c635de718e779ef7e5edfce962f7abdc0c606246
    d9f4ccd26c9bf59f16b23b7267ebebd3fdbaef7d5b05ab8128d6c61ae5a7989533875cad27b25add6aa5ad38c25b7f8fc1d3f0543c1d
    aa79589ed9e809f6204f8fd58c3d654f9ba99b2a1eb01570c48bf6877de23647b47bcc890cf478da5d36d9fa1c076bf0f6a1fd781dd3
    1eb557b1ac49e5691fdbcfb6f3698fdbebed79bc8fb82cc2ea9df06ef48e7857f2db1d84a247c0d5abc5823d362d34fe818dfbf1f3d7
    ffe72f9fdfec3bf2e942050000
";

/// The squares of 0 to 299 modulo 251, and repetitions.
fn text() -> Vec<u8> {
    let squares: String = (0..300).map(|i| format!("{},", i * i % 251)).collect();
    [squares.into_bytes(), b"abcabcabcabcabc".repeat(20)].concat()
}

fn packed() -> Vec<u8> {
    let digits: Vec<u8> = PACKED.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn gunzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    Gzip::new(bytes)?.read_to_end(&mut out)?;
    Ok(out)
}

/// A gzip member whose data is stored as it is.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3, b'n', 0];
    for (number, block) in data.chunks(1000).enumerate() {
        file.push(u8::from((number + 1) * 1000 >= data.len()));
        file.extend((block.len() as u16).to_le_bytes());
        file.extend((!(block.len() as u16)).to_le_bytes());
        file.extend(block);
    }
    file.extend(crc32::crc32(0, data).to_le_bytes());
    file.extend((data.len() as u32).to_le_bytes());
    file
}

/// A name, data, and the data deflated.
type Packed<'a> = (&'a str, &'a [u8], Option<&'a [u8]>);

/// A zip file of these members, stored, or deflated where their packed bytes are given.
fn zipped(members: &[Packed]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, data, deflated) in members {
        let place = file.len() as u32;
        let packed = deflated.unwrap_or(data);
        let common = |to: &mut Vec<u8>| {
            to.extend([20, 0, 0, 0, if deflated.is_some() { 8 } else { 0 }, 0, 0, 0, 0, 0]);
            to.extend(crc32::crc32(0, data).to_le_bytes());
            to.extend((packed.len() as u32).to_le_bytes());
            to.extend((data.len() as u32).to_le_bytes());
            to.extend((name.len() as u16).to_le_bytes());
            to.extend([0, 0]);
        };
        file.extend(b"PK\x03\x04");
        common(&mut file);
        file.extend(name.bytes());
        file.extend(packed);
        directory.extend(b"PK\x01\x02\x14\0");
        common(&mut directory);
        directory.extend([0; 10]);
        directory.extend(place.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (count, place) = ((members.len() as u16).to_le_bytes(), file.len() as u32);
    file.extend(&directory);
    file.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(place.to_le_bytes());
    file.extend([0, 0]);
    file
}

fn unzip(file: &[u8], name: &str) -> io::Result<Vec<u8>> {
    let mut zip = Zip::new(Cursor::new(file))?;
    let member = zip.members().find(|member| member.name == name).cloned();
    let mut out = Vec::new();
    zip.open(&member.ok_or_else(|| invalid("no such member"))?)?.take(1 << 20).read_to_end(&mut out)?;
    Ok(out)
}

#[test]
fn members_of_every_kind_give_what_was_packed() {
    let long = text().repeat(200);
    assert_eq!(gunzip(&packed()).unwrap(), text());
    assert_eq!(gunzip(&stored(&long)).unwrap(), long);
    // Several members, and zeros behind them.
    let all = [packed(), stored(&long), packed(), vec![0; 20]].concat();
    assert_eq!(gunzip(&all).unwrap(), [text(), long.clone(), text()].concat());
    // A block of the fixed codes: "aaaaaaaaaa" as zlib writes it.
    let mut out = Vec::new();
    Inflate::new([0x4B, 0x84, 0x03, 0x00].as_slice()).read_to_end(&mut out).unwrap();
    assert_eq!(out, b"aaaaaaaaaa");
    let deflated = &packed()[10..packed().len() - 8];
    let file = zipped(&[("a/long.csv", &long, None), ("text", &text(), Some(deflated)), ("folder/", b"", None)]);
    assert_eq!((unzip(&file, "a/long.csv").unwrap(), unzip(&file, "text").unwrap()), (long, text()));
    assert_eq!(Zip::new(Cursor::new(&file)).unwrap().members().count(), 2);
}

#[test]
fn what_is_damaged_is_named_with_its_place() {
    let error = |file: &[u8]| gunzip(file).unwrap_err().to_string();
    let whole = packed();
    assert_eq!(error(&whole[..100]), "byte 100: the compressed data is cut off: copy or download the file again");
    assert!(
        error(&whole[..whole.len() - 3]).starts_with(&format!("byte {}: the gzip file is cut off", whole.len() - 3))
    );
    let mut wrong = whole.clone();
    let crc = whole.len() - 8;
    wrong[crc] ^= 1;
    assert!(error(&wrong).starts_with(&format!("byte {crc}: the checksum or the size is not that of the data")));
    assert!(error(&[whole.clone(), b"more".to_vec()].concat()).contains("expected the header of a gzip member"));
    let mut kind = whole.clone();
    kind[10] = 7;
    assert!(error(&kind).contains("no such kind of block"), "{}", error(&kind));
    let file = zipped(&[("a", b"abc", None)]);
    let mut wrong = file.clone();
    wrong[31] ^= 1;
    assert!(unzip(&wrong, "a").unwrap_err().to_string().starts_with("a: the checksum"));
    assert!(unzip(&file[..file.len() - 5], "a").unwrap_err().to_string().contains("found none: it is cut off"));
}

/// The numbers in the headers of a zip file: their places and sizes in bytes.
fn zip_fields(file: &[u8]) -> Vec<(usize, usize)> {
    // Each header's signature, and the sizes of its numbers.
    let headers: [(&[u8], &[usize]); 3] = [
        (b"PK\x03\x04", &[2, 2, 2, 2, 2, 4, 4, 4, 2, 2]),
        (b"PK\x01\x02", &[2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4]),
        (b"PK\x05\x06", &[2, 2, 2, 2, 4, 4, 2]),
    ];
    let mut fields = Vec::new();
    for (at, window) in file.windows(4).enumerate() {
        let found = headers.iter().find(|(signature, _)| window == *signature);
        found.into_iter().flat_map(|(_, sizes)| *sizes).fold(at + 4, |at, &size| {
            fields.push((at, size));
            at + size
        });
    }
    fields
}

/// Damaged files end in an error or in what was packed: bytes are changed, lost and added, and numbers in headers get
/// the values at which readers fail.
fn mutations(count: u64) {
    let deflated = &packed()[10..packed().len() - 8];
    let zip = zipped(&[("a", &text(), Some(deflated)), ("b", b"12", None)]);
    let trailer = |file: &[u8]| vec![(3, 1), (10, 2), (12, 2), (file.len() - 8, 4), (file.len() - 4, 4)];
    let files = [packed(), stored(&text()), zip.clone()];
    let fields = [trailer(&files[0]), trailer(&files[1]), zip_fields(&zip)];
    let mut random = crate::random::Stream::new(4, crate::random::Purpose::Deformation, 0, 0);
    for round in 0..count {
        let which = round as usize % files.len();
        let mut file = files[which].clone();
        for _ in 0..1 + random.below(3) {
            let at = random.below(file.len() as u32) as usize;
            let &(field, size) = &fields[which][random.below(fields[which].len() as u32) as usize];
            match random.below(8) {
                0 => file[at] = random.below(256) as u8,
                1 => file[at] ^= 1 << random.below(8),
                2 => file.truncate(at.max(1)),
                3 => file.insert(at, random.below(256) as u8),
                _ => {
                    let edges = [0, 1, file.len() as u32, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFE, u32::MAX];
                    let edge = edges[random.below(edges.len() as u32) as usize].to_le_bytes();
                    if let Some(number) = file.get_mut(field..field + size) {
                        number.copy_from_slice(&edge[..size]);
                    }
                }
            }
        }
        let unpacked = if which == 2 { unzip(&file, "a") } else { gunzip(&file) };
        // A directory that was changed may name a member's bytes otherwise: as "b", or as its packed ones.
        if let Ok(unpacked) = unpacked {
            assert!(unpacked == text() || which == 2 && unpacked == b"12", "{file:?}");
        }
    }
}

#[test]
fn codes_are_refused_as_zlib_refuses_them() {
    let inflated = |bytes: &[u8]| {
        let mut out = Vec::new();
        Inflate::new(bytes).read_to_end(&mut out).map(|_| out)
    };
    // A block of its own codes of which the first four, 16, 17, 18 and 0, have these lengths: too many, too few, none;
    // and right, so that the file is only too short.
    for (lengths, refused) in
        [([1, 1, 1, 1], true), ([1, 0, 0, 0], true), ([2, 2, 2, 0], true), ([0; 4], true), ([0, 1, 1, 0], false)]
    {
        let header = 0b101 | lengths.iter().enumerate().fold(0, |bits, (i, length)| bits | length << (17 + 3 * i));
        let error = inflated(&u64::to_le_bytes(header)).unwrap_err().to_string();
        assert_eq!(error.contains("damaged"), refused, "{lengths:?}: {error}");
    }
    // 31 codes of distances, where there are 30.
    let error = inflated(&u64::to_le_bytes(0b101 | 30 << 8)).unwrap_err().to_string();
    assert!(error.contains("more codes than there are"), "{error}");
}

#[test]
fn the_record_at_the_end_is_found_behind_comments_that_look_like_it() {
    let mut file = zipped(&[("a", b"abc", None)]);
    let comment = b"PK\x05\x06 is how the end begins, and what follows is no record";
    let length = file.len() - 2;
    file[length..].copy_from_slice(&(comment.len() as u16).to_le_bytes());
    file.extend(comment);
    assert_eq!(unzip(&file, "a").unwrap(), b"abc");
    // A comment whose length is wrong, as where something was added behind the file.
    file.extend(b"\n");
    assert!(unzip(&file[..file.len() - comment.len()], "a").is_ok());
}

#[test]
fn some_mutations() {
    mutations(3000);
}

#[test]
#[ignore = "takes a minute"]
fn a_hundred_thousand_mutations() {
    mutations(100_000);
}

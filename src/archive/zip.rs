//! Zip archives: the central directory at their end names the members, stored or deflated, and says where they are.

use super::crc32::crc32;
use super::inflate::Inflate;
use super::invalid;
use std::io::{self, Read, Seek, SeekFrom};

/// A member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name, with the folders that it is in.
    pub name: String,
    /// Its size once unpacked, in bytes.
    pub size: u64,
    packed: u64,
    method: u16,
    encrypted: bool,
    crc: u32,
    /// Where its local header begins.
    place: u64,
}

/// An archive.
pub struct Zip<R> {
    input: R,
    members: Vec<Member>,
}

/// The signature of the record at the end, and its length without a comment.
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;

impl<R: Read + Seek> Zip<R> {
    /// The first bytes of an archive that holds anything.
    pub const MAGIC: [u8; 4] = *b"PK\x03\x04";

    /// Reads the directory of an archive.
    ///
    /// # Errors
    /// Where there is none, it does not fit the file, or the file cannot be read.
    pub fn new(mut input: R) -> io::Result<Self> {
        let length = input.seek(SeekFrom::End(0))?;
        let tail_length = length.min(END_LENGTH as u64 + 65_535);
        let tail = bytes(&mut input, length - tail_length, tail_length as usize)?;
        let no_end = || {
            invalid(
                "expected a directory at the end of the zip file, found none: it is cut off, copy or download it again",
            )
        };
        // A comment may hold the signature too: the record is where the comment's length fits, or else the last.
        let mut ends = tail.windows(END_LENGTH).enumerate().filter(|(_, window)| window.starts_with(&END));
        let fits = |&(at, window): &(usize, &[u8])| at + END_LENGTH + usize::from(u16_at(window, 20)) == tail.len();
        let (end, _) = ends.clone().find(fits).or_else(|| ends.next_back()).ok_or_else(no_end)?;
        let end_place = length - tail_length + end as u64;
        let end = &tail[end..];
        let mut count = u64::from(u16_at(end, 10));
        let (mut size, mut start) = (u64::from(u32_at(end, 12)), u64::from(u32_at(end, 16)));
        // Zip64: numbers that do not fit are in a record of its own, whose place a locator before the end tells.
        let locator = end_place.checked_sub(20).map(|place| bytes(&mut input, place, 20)).transpose()?;
        if let Some(locator) = locator.filter(|locator| locator.starts_with(b"PK\x06\x07")) {
            let record = bytes(&mut input, u64_at(&locator, 8), 56)?;
            if !record.starts_with(b"PK\x06\x06") {
                return Err(no_end());
            }
            (count, size, start) = (u64_at(&record, 32), u64_at(&record, 40), u64_at(&record, 48));
        }
        if start.checked_add(size).is_none_or(|behind| behind > end_place) {
            return Err(no_end());
        }
        let directory = bytes(&mut input, start, size as usize)?;
        let mut members = Vec::new();
        let mut rest = directory.as_slice();
        for _ in 0..count {
            let (member, behind) = member(rest).ok_or_else(|| {
                let place = start + (directory.len() - rest.len()) as u64;
                invalid(format!("byte {place}: the directory of the zip file is damaged: copy or download it again"))
            })?;
            rest = behind;
            members.push(member);
        }
        Ok(Zip { input, members })
    }

    /// All members, folders left out.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| !member.name.ends_with('/'))
    }

    /// Unpacks a member.
    ///
    /// # Errors
    /// Where it is encrypted, compressed by another method than DEFLATE, or not where the directory says.
    pub fn open<'a>(&'a mut self, member: &Member) -> io::Result<impl Read + use<'a, R>> {
        checked(&mut self.input, member)
    }
}

fn checked<R: Read + Seek>(mut input: R, member: &Member) -> io::Result<Checked<io::Take<R>>> {
    if member.encrypted {
        let what = "expected a file without a password, found an encrypted one: unpack it with its password";
        return Err(invalid(format!("{}: {what}", member.name)));
    }
    let header = bytes(&mut input, member.place, 30)?;
    if !header.starts_with(&Zip::<R>::MAGIC) {
        return Err(invalid(format!("byte {}: expected the header of {}, found none", member.place, member.name)));
    }
    let behind = 30 + u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
    input.seek(SeekFrom::Start(member.place + behind))?;
    let packed = input.take(member.packed);
    let stream = match member.method {
        0 => Stream::Stored(packed),
        8 => Stream::Deflated(Box::new(Inflate::new(packed))),
        method => {
            let what = format!("{}: compressed by method {method}, which is not read here: unpack it", member.name);
            return Err(invalid(what));
        }
    };
    Ok(Checked { stream, member: member.clone(), crc: 0, size: 0 })
}

enum Stream<R> {
    Stored(R),
    Deflated(Box<Inflate<R>>),
}

/// A member as it is unpacked, held to its checksum and size.
struct Checked<R> {
    stream: Stream<R>,
    member: Member,
    crc: u32,
    size: u64,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.stream {
            Stream::Stored(stream) => stream.read(to)?,
            Stream::Deflated(stream) => stream.read(to)?,
        };
        self.crc = crc32(self.crc, &to[..count]);
        self.size += count as u64;
        let ended = count == 0 && !to.is_empty();
        if self.size > self.member.size || ended && (self.size, self.crc) != (self.member.size, self.member.crc) {
            let name = &self.member.name;
            return Err(invalid(format!(
                "{name}: the checksum or the size is not that of the data: copy or download the file again"
            )));
        }
        Ok(count)
    }
}

/// A member's entry in the directory, and what is behind it.
fn member(entry: &[u8]) -> Option<(Member, &[u8])> {
    let fixed = entry.get(..46).filter(|fixed| fixed.starts_with(b"PK\x01\x02"))?;
    let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16_at(fixed, at)));
    let rest = &entry[46..];
    let (name, rest) = rest.split_at_checked(name)?;
    let (extra, rest) = rest.split_at_checked(extra)?;
    let (_, rest) = rest.split_at_checked(comment)?;
    // Sizes and place, where they do not fit: in a field of their own, in this order.
    let mut wide = zip64(extra);
    let mut number = |at: usize| match u32_at(fixed, at) {
        u32::MAX => {
            let (value, behind) = wide.split_first_chunk::<8>()?;
            wide = behind;
            Some(u64::from_le_bytes(*value))
        }
        number => Some(u64::from(number)),
    };
    let [size, packed, place] = [number(24)?, number(20)?, number(42)?];
    let member = Member {
        name: String::from_utf8_lossy(name).into_owned(),
        size,
        packed,
        method: u16_at(fixed, 10),
        encrypted: u16_at(fixed, 8) & 1 != 0,
        crc: u32_at(fixed, 16),
        place,
    };
    Some((member, rest))
}

/// The extra field of zip64, if there is one.
fn zip64(mut extra: &[u8]) -> &[u8] {
    while let Some((head, rest)) = extra.split_first_chunk::<4>() {
        let length = usize::from(u16_at(head, 2)).min(rest.len());
        if head.starts_with(&[1, 0]) {
            return &rest[..length];
        }
        extra = &rest[length..];
    }
    &[]
}

/// So many bytes from a place on.
fn bytes<R: Read + Seek>(input: &mut R, place: u64, length: usize) -> io::Result<Vec<u8>> {
    // Places beyond what the system knows are beyond the file too.
    input.seek(SeekFrom::Start(place.min(i64::MAX as u64)))?;
    let mut bytes = Vec::new();
    input.by_ref().take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(invalid(format!("byte {place}: the zip file is cut off: copy or download it again")));
    }
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(std::array::from_fn(|i| bytes[at + i]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]))
}

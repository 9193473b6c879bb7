//! Compressed files and archives, unpacked while they are read. Nothing here knows of digits.
//!
//! ```text
//! inflate   DEFLATE: RFC 1951, by its bits and its Huffman codes
//! gzip      RFC 1952: members, checksums
//! zip       PKWARE's APPNOTE 6.3: stored and deflated members, zip64
//! crc32     the checksum of both
//! ```
//!
//! What is wrong with a file is an [`std::io::Error`] of the kind `InvalidData` whose text names the place in bytes.

mod bits;
mod crc32;
mod gzip;
mod huffman;
mod inflate;
#[cfg(test)]
mod tests;
mod zip;

pub use gzip::Gzip;
pub use inflate::Inflate;
pub use zip::{Member, Zip};

use std::io;

/// What is wrong with a file.
fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

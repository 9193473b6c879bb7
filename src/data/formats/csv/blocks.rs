//! The file cut into blocks at line ends, parsed on all threads and put together again in order.
//!
//! Each thread takes the next block from the input, parses it into rows of its own, waits until every block before
//! it is in the table, and adds its rows there. So nothing depends on which thread was first: neither the rows, the
//! line numbers and the first error, nor the pixels' scale, which every block takes over from the one before.

use std::io::{ErrorKind, Read};
use std::sync::{Condvar, Mutex};
use std::thread;

use super::dialect::{Recognised, recognise};
use super::fast::PADDING;
use super::foreign::refuse_foreign;
use super::layout::Layout;
use super::rows::{FastPath, Parser, Rows};
use super::spelling::{Spelling, line_end};
use crate::data::formats::{Error, Note, Options, Progress};

/// Text and rows of one block stay within a core's second cache.
pub(super) const BLOCK: usize = 256 << 10;

/// A line that is longer is no row of pixels.
const LONGEST_LINE: usize = 16 << 20;

/// Reads the whole input in blocks of `size` bytes, with `fast` for the usual rows.
pub(super) fn load(
    input: impl Read + Send,
    length: Option<u64>,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
    size: usize,
    fast: impl FastPath,
) -> Result<(Layout, Rows, Vec<Note>), Error> {
    let mut source = Source { input, size, tail: Vec::new(), line_end: b'\n', ended: false, taken: 0 };
    let mut block = Block::default();
    let filled = source.fill(&mut block);
    refuse_foreign(&block.bytes[..block.len])?;
    filled?;
    let spelling = Spelling::of(&block.bytes[..block.len], source.line_end);
    let bytes = block.rewrite(spelling);

    // The first block says what the file is, and is parsed before all others.
    let mut notes = Vec::from_iter(spelling.note());
    let Recognised { layout, start, lines } = recognise(&block.bytes[..block.len], options, &mut notes)?;
    let parser = Parser { layout, skip_bad_rows: options.skip_bad_rows, fast };
    let mut rows = Rows { lines, ..Rows::default() };
    parser.parse(&block.bytes, start..block.len, &mut rows)?;
    let mut joined = Joined { rows, next: 2, bytes, length, failed: None, progress };
    joined.report();

    let shared =
        Shared { parser, spelling, source: Mutex::new(source), joined: Mutex::new(joined), turn: Condvar::new() };
    thread::scope(|scope| {
        for _ in 1..options.threads {
            // Where the system gives no more threads, the others do the work.
            if thread::Builder::new().spawn_scoped(scope, || shared.work(Block::default())).is_err() {
                break;
            }
        }
        shared.work(block);
    });
    let Joined { rows, failed, .. } = shared.joined.into_inner().expect(POISONED);
    failed.map_or(Ok((shared.parser.layout, rows, notes)), Err)
}

/// Whole lines of the input, with padding behind them.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    len: usize,
}

impl Block {
    fn make_room(&mut self, len: usize) {
        self.bytes.resize(self.bytes.len().max(len + PADDING), 0);
    }

    /// Writes the lines with commas; returns how many bytes they were.
    fn rewrite(&mut self, spelling: Spelling) -> u64 {
        let len = self.len;
        self.len = spelling.rewrite(&mut self.bytes[..len]);
        self.bytes[self.len..self.len + PADDING].fill(0);
        len as u64
    }
}

/// The input, from which blocks are taken in turn.
struct Source<R> {
    input: R,
    size: usize,
    /// The part of a line behind the last block.
    tail: Vec<u8>,
    line_end: u8,
    ended: bool,
    /// The number of blocks taken.
    taken: u64,
}

impl<R: Read> Source<R> {
    /// Fills `block` with the next lines; false at the end of the input.
    fn fill(&mut self, block: &mut Block) -> Result<bool, Error> {
        self.taken += 1;
        let mut len = self.tail.len();
        let mut wanted = self.size.max(2 * len);
        block.make_room(wanted);
        block.bytes[..len].copy_from_slice(&self.tail);
        self.tail.clear();
        let cut = loop {
            let searched = len;
            while len < wanted && !self.ended {
                match self.input.read(&mut block.bytes[len..wanted]) {
                    Ok(0) => self.ended = true,
                    Ok(count) => len += count,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => {
                        self.ended = true;
                        return Err(Error::reading("CSV", error));
                    }
                }
            }
            if self.taken == 1 {
                self.line_end = line_end(&block.bytes[..len]);
            }
            if self.ended {
                break len;
            }
            if let Some(at) = block.bytes[searched..len].iter().rposition(|&b| b == self.line_end) {
                break searched + at + 1;
            }
            if len >= LONGEST_LINE {
                self.ended = true;
                block.len = len;
                return Err(Error::line(1, "expected a row of pixels, found a line without end: this is no CSV"));
            }
            wanted = 2 * len;
            block.make_room(wanted);
        };
        self.tail.extend_from_slice(&block.bytes[cut..len]);
        block.bytes[cut..cut + PADDING].fill(0);
        block.len = cut;
        Ok(cut > 0)
    }
}

/// The rows so far, and what is to be known to add the next ones.
struct Joined<'a> {
    rows: Rows,
    /// The number of the block whose turn it is.
    next: u64,
    bytes: u64,
    length: Option<u64>,
    failed: Option<Error>,
    progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl Joined<'_> {
    /// Adds the rows of a block that had `len` bytes.
    fn add(&mut self, rows: &mut Rows, len: u64) -> Result<(), Error> {
        let done = self.bytes + len;
        // Rows are about equally long: the file's length foretells their number, as far as it can be trusted.
        let expected = self.length.map_or(0, |length| {
            let pixels = (self.rows.pixels.len() + rows.pixels.len()) as u128;
            (pixels * u128::from(length.max(done)) / u128::from(done.max(1))) as usize
        });
        self.rows.append(rows, expected)?;
        self.bytes = done;
        Ok(())
    }

    fn report(&mut self) {
        (self.progress)(Progress { bytes: self.bytes, length: self.length, rows: self.rows.count });
    }
}

/// What the threads share.
struct Shared<'a, R, F> {
    parser: Parser<F>,
    spelling: Spelling,
    source: Mutex<Source<R>>,
    joined: Mutex<Joined<'a>>,
    /// Tells that the next block has its turn, or that the load has failed.
    turn: Condvar,
}

/// A thread that panics takes the others with it.
const POISONED: &str = "no thread panicked";

impl<R: Read, F: FastPath> Shared<'_, R, F> {
    /// Takes blocks and adds their rows until none is left or the load has failed.
    fn work(&self, mut block: Block) {
        let mut rows = Rows::default();
        let mut scale = self.joined.lock().expect(POISONED).rows.scale;
        loop {
            let (number, filled) = {
                let mut source = self.source.lock().expect(POISONED);
                let filled = source.fill(&mut block);
                (source.taken, filled)
            };
            if filled == Ok(false) {
                return;
            }
            let bytes = block.rewrite(self.spelling);
            let parse = |rows: &mut Rows, scale| {
                rows.start_over(scale);
                filled.clone()?;
                self.parser.parse(&block.bytes, 0..block.len, rows)
            };
            // On the assumption that the scale is still what this thread saw last.
            let mut result = parse(&mut rows, scale);

            let joined = self.joined.lock().expect(POISONED);
            let waiting = |joined: &mut Joined| joined.next != number && joined.failed.is_none();
            let mut joined = self.turn.wait_while(joined, waiting).expect(POISONED);
            if joined.failed.is_some() {
                return;
            }
            if joined.rows.scale != scale {
                result = parse(&mut rows, joined.rows.scale);
            }
            let lines = joined.rows.lines;
            let added = result.map_err(|error| error.below(lines)).and_then(|()| joined.add(&mut rows, bytes));
            joined.next += 1;
            joined.failed = added.err();
            self.turn.notify_all();
            if joined.failed.is_some() {
                return;
            }
            joined.report();
            scale = joined.rows.scale;
        }
    }
}

//! Where digits come from, and in which format: a file, a member of an archive, a folder. Formats are recognised by
//! their content, never by a name; names say only which of several files is meant.

use super::choice::{base, choose, plain_name};
use super::error::{cannot_open, cannot_read};
use super::files::{Files, Folder, Packed};
pub use super::request::Input;
use super::request::Request;
use super::turned::refuse_pixels_in_rows;
use super::{Error, Options, Progress, Table, arff, check_count, csv, idx, npy, npz, utf16};
use crate::archive::{Gzip, Zip};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// What is called as a load goes on.
type Show<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// An archive that cannot be read where it is, as it comes from a pipe or stands within another one, is kept in memory
/// while it has no more bytes.
const KEPT: u64 = 1 << 28;

/// Reads digits, of `opened` where the place is a stream, such as a pipe.
///
/// # Errors
/// Where they cannot be read, with the place and what mends it.
pub fn read(request: &Request, opened: Option<Input>, options: &Options, progress: Show) -> Result<Table, Error> {
    let path = Path::new(request.place);
    let options = &Options { labels_apart: request.labels.is_some(), ..options.clone() };
    let mut table = if let Some(input) = opened {
        stream(request, input, None, options, progress)?
    } else if path.is_dir() {
        several(request, &mut Folder::holding(path, request.role)?, options, progress)?
    } else if let Some((archive, member)) = member_of(request.place) {
        let mut files = Packed::new(File::open(archive).map_err(cannot_open)?)?;
        read_one(request, &mut files, member, options, progress)?
    } else {
        let file = File::open(path).map_err(cannot_open)?;
        let metadata = file.metadata().map_err(cannot_open)?;
        let length = metadata.is_file().then_some(metadata.len());
        let mut table = if length.is_some() && starts(path, &Zip::<File>::MAGIC) {
            several(request, &mut Packed::new(file)?, options, progress)?
        } else {
            stream(request, Box::new(file), length, options, progress)?
        };
        if table.labels.is_none() && request.wants_labels() {
            table.labels = beside(path, &table)?;
        }
        table
    };
    if let Some(labels) = request.labels {
        if table.labels.is_some() {
            return Err(Error::whole(format!(
                "expected images alone beside the labels in {labels}, found labels here too"
            )));
        }
        let read = labels_in(labels).map_err(|error| error.of(labels))?;
        table.notes.extend(read.note());
        table.labels = Some(read.of(&table).map_err(|error| error.of(labels))?);
    }
    check_count(table.labels.as_ref().map_or(table.rows(), Vec::len), table.rows())?;
    if options.size.is_none() {
        refuse_pixels_in_rows(&table, options.pixels)?;
    }
    Ok(table)
}

/// The labels in a file, or in `archive.zip:member`.
fn labels_in(place: &str) -> Result<csv::Labels, Error> {
    if let Some((archive, member)) = member_of(place) {
        let mut files = Packed::new(File::open(archive).map_err(cannot_open)?)?;
        return read_labels(files.open(member)?.0);
    }
    if place == "-" {
        return read_labels(Box::new(io::stdin()));
    }
    read_labels(Box::new(File::open(place).map_err(cannot_open)?))
}

/// Whether a file begins so.
fn starts(path: &Path, magic: &[u8]) -> bool {
    let mut start = vec![0; magic.len()];
    File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok()) && start == magic
}

/// `archive.zip:member`, where no file has that literal name.
fn member_of(place: &str) -> Option<(&str, &str)> {
    let (archive, member) = place.rsplit_once(':')?;
    (!Path::new(place).exists() && starts(Path::new(archive), &Zip::<File>::MAGIC)).then_some((archive, member))
}

/// The labels that stand beside a file of images.
fn beside(path: &Path, images: &Table) -> Result<Option<Vec<i32>>, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Folder::new(folder).map_or(Ok(None), |mut folder| labels_beside(&mut folder, &name, images))
}

/// Digits of several files, those that a command takes.
pub(super) fn several<F: Files>(
    request: &Request,
    files: &mut F,
    options: &Options,
    progress: Show,
) -> Result<Table, Error> {
    if files.is_npz() {
        return npz::read(request, files, options);
    }
    let (chosen, is_usual) = choose(request.role, F::PLACE, files.names())?;
    let chosen = chosen.to_owned();
    let mut table = read_one(request, files, &chosen, options, progress).map_err(|error| error.of(&chosen))?;
    if !is_usual {
        let text = format!("{chosen} is taken of {} files in the {}", files.names().len(), F::PLACE[0]);
        table.notes.insert(0, text.into());
    }
    Ok(table)
}

/// Digits of one file of several, and its labels where these are beside it.
fn read_one<F: Files>(
    request: &Request,
    files: &mut F,
    name: &str,
    options: &Options,
    progress: Show,
) -> Result<Table, Error> {
    let (input, length) = files.open(name)?;
    let mut table = stream(request, input, length, options, progress)?;
    if table.labels.is_none() && request.wants_labels() {
        table.labels = labels_beside(files, name, &table)?;
    }
    Ok(table)
}

/// The labels that stand beside images by MNIST's naming, those in the same folder and raw before packed.
fn labels_beside<F: Files>(files: &mut F, name: &str, images: &Table) -> Result<Option<Vec<i32>>, Error> {
    let plain = plain_name(name);
    let called = ["images", "imgs"].into_iter().find(|called| plain.contains(called));
    let wanted = match called {
        Some(called) => plain.replace(called, "labels").replace("idx3", "idx1"),
        // `X_train` and `y_train`, `train-x` and `train-y`.
        None => {
            let words = plain.split_inclusive(['_', '-']);
            words
                .map(|word| if word.trim_end_matches(['_', '-']) == "x" { word.replace('x', "y") } else { word.into() })
                .collect()
        }
    };
    let named = files.names().iter().filter(|other| wanted != plain && plain_name(other) == wanted);
    let folder = |name: &str| name.strip_suffix(base(name)).map(str::to_owned);
    let found = named.min_by_key(|other| (folder(other) != folder(name), other.len())).cloned();
    let Some(beside) = found.filter(|_| files.open(name).is_ok_and(|(input, _)| is_array(input))) else {
        return Ok(None);
    };
    let labels = read_labels(files.open(&beside)?.0).and_then(|labels| labels.of(images));
    labels.map(Some).map_err(|error| error.of(&beside))
}

/// The first bytes of a stream, and the whole of it again.
fn peeked(mut input: Input) -> Result<(Vec<u8>, Input), Error> {
    let mut start = Vec::new();
    input.by_ref().take(4096).read_to_end(&mut start).map_err(cannot_read)?;
    Ok((start.clone(), Box::new(Cursor::new(start).chain(input))))
}

/// The same of what a gzip file holds, if it is one.
fn unpacked(input: Input) -> Result<(Vec<u8>, Input, bool), Error> {
    let (start, input) = peeked(input)?;
    if !start.starts_with(&Gzip::<Input>::MAGIC) {
        return Ok((start, input, false));
    }
    let (start, input) = peeked(Box::new(Gzip::new(input).map_err(cannot_read)?))?;
    Ok((start, input, true))
}

/// The bytes of an archive that cannot be read where it is.
fn kept(input: Input) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    input.take(KEPT).read_to_end(&mut bytes).map_err(cannot_read)?;
    if bytes.len() as u64 == KEPT {
        return Err(Error::whole(
            "expected a zip file of less than 256 MB from a pipe or within another, found more: unpack it first",
        ));
    }
    Ok(bytes)
}

/// Digits of a stream, by what it begins with. `length` are its bytes, if that is known for sure.
fn stream(
    request: &Request,
    input: Input,
    length: Option<u64>,
    options: &Options,
    progress: Show,
) -> Result<Table, Error> {
    let (mut start, mut input, packed) = unpacked(input)?;
    let is_utf16 = utf16::begins(&start);
    if is_utf16 {
        (start, input) = peeked(Box::new(utf16::Utf8::new(input)))?;
    }
    let length = length.filter(|_| !packed && !is_utf16);
    if start.starts_with(&Zip::<File>::MAGIC) {
        return several(request, &mut Packed::new(Cursor::new(kept(input)?))?, options, progress);
    }
    if idx::begins(&start) {
        return idx::array(input, length)?.images(options);
    }
    if start.starts_with(npy::MAGIC) {
        return npy::array(input)?.images(options);
    }
    if arff::begins(&start) {
        return arff::read(input, options, progress);
    }
    csv::read(input, length, options, progress)
}

/// Whether a stream is IDX, packed or not, or NumPy's: images that may have their labels in another file.
fn is_array(input: Input) -> bool {
    let begins =
        |start: &[u8]| idx::begins(start) || start.starts_with(npy::MAGIC) || start.starts_with(&Zip::<File>::MAGIC);
    unpacked(input).is_ok_and(|(start, ..)| begins(&start))
}

/// Labels: of an IDX file, an array or an npz of one, or lines of text, packed or not.
fn read_labels(input: Input) -> Result<csv::Labels, Error> {
    let (start, input, _) = unpacked(input)?;
    if utf16::begins(&start) {
        return csv::labels(kept(Box::new(utf16::Utf8::new(input)))?);
    }
    if start.starts_with(&Zip::<File>::MAGIC) {
        return Ok(npz::labels(&mut Packed::new(Cursor::new(kept(input)?))?)?.into());
    }
    if start.starts_with(npy::MAGIC) {
        return Ok(npy::array(input)?.labels()?.into());
    }
    if idx::begins(&start) {
        return Ok(idx::array(input, None)?.labels()?.into());
    }
    csv::labels(kept(input)?)
}

//! Where digits come from, and in which format: a file, a member of an archive, a folder. Formats are recognised by their
//! content, never by a name; names say only which of several files is meant.

use super::{Error, Mend, Options, Progress, Table, arff, csv, idx, npy};
use crate::archive::{Gzip, Zip};
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

/// What the digits are for: it decides between files that hold several sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To learn from: `train`.
    Learn,
    /// To measure with: `test` where it has labels (IDX, npz), else `train` (Kaggle).
    Measure,
    /// To be labelled: `test`, whose labels are left aside.
    Label,
}

/// Which digits are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// A file, a folder, `archive.zip:member`, or `-` for standard input.
    pub place: &'a str,
    /// What for.
    pub role: Role,
    /// The file of the labels, where the images have one of their own.
    pub labels: Option<&'a str>,
    /// The images' array, of several.
    pub array: Option<&'a str>,
}

type Input = Box<dyn Read + Send>;

/// Reads digits.
///
/// # Errors
/// Where they cannot be read, with the place and what mends it.
pub fn read(request: &Request, options: &Options, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Table, Error> {
    let path = Path::new(request.place);
    let mut table = if request.place == "-" {
        read_stream(request, Box::new(io::stdin()), None, options, progress)?
    } else if path.is_dir() {
        read_names(request, &in_folder(path)?, &|name| open(&path.join(name)), options)?
    } else if let Some((archive, member)) = member_of(request.place) {
        read_zip(request, File::open(archive).map_err(cannot_open)?, Some(member), options, progress)?
    } else {
        let file = File::open(path).map_err(cannot_open)?;
        let metadata = file.metadata().map_err(cannot_open)?;
        let length = metadata.is_file().then_some(metadata.len());
        if length.is_some() && starts(path, &Zip::<File>::MAGIC) {
            read_zip(request, file, None, options, progress)?
        } else {
            read_stream(request, Box::new(file), length, options, progress)?
        }
    };
    if let Some(labels) = request.labels {
        table.labels = Some(read_labels(open(Path::new(labels))?)?);
    }
    if let Some(labels) = &table.labels
        && labels.len() != table.rows()
    {
        return Err(Error::whole(format!(
            "expected a label an image, found {} labels and {} images",
            labels.len(),
            table.rows()
        )));
    }
    Ok(table)
}

fn cannot_open(error: io::Error) -> Error {
    Error::whole(format!("cannot open the file: {error}"))
}

fn cannot_read(error: io::Error) -> Error {
    Error::whole(error.to_string())
}

fn open(path: &Path) -> Result<Input, Error> {
    Ok(Box::new(File::open(path).map_err(|error| Error::whole(format!("{}: {error}", path.display())))?))
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

fn read_stream(
    request: &Request,
    input: Input,
    length: Option<u64>,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    let (start, mut input, packed) = unpacked(input)?;
    let length = length.filter(|_| !packed);
    if start.starts_with(&Zip::<File>::MAGIC) {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(cannot_read)?;
        return read_zip(request, Cursor::new(bytes), None, options, progress);
    }
    if start.starts_with(&idx::MAGIC) {
        let mut table = idx::images(input, length, options)?;
        if request.role != Role::Label && request.labels.is_none() {
            table.labels = labels_beside(Path::new(request.place))?;
        }
        return Ok(table);
    }
    if start.starts_with(npy::MAGIC) {
        return npy::array(input)?.images(options);
    }
    if arff::begins(&start) {
        return arff::read(input, options, progress);
    }
    csv::read(input, length, options, progress)
}

/// Labels: of an IDX file or an array, packed or not.
fn read_labels(input: Input) -> Result<Vec<i32>, Error> {
    let (start, input, _) = unpacked(input)?;
    if start.starts_with(npy::MAGIC) { npy::array(input)?.labels() } else { idx::labels(input) }
}

/// A name as it would be without `.gz`, and with a dash where some write a dot: `train-images-idx3-ubyte`.
fn plain_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.strip_suffix(".gz").unwrap_or(&lower).replace('.', "-")
}

/// The labels that stand beside a file of images by MNIST's naming; raw before packed.
fn labels_beside(images: &Path) -> Result<Option<Vec<i32>>, Error> {
    let folder = images.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = images.file_name().unwrap_or_default().to_string_lossy();
    let labels = labels_of(&plain_name(&name), &in_folder(folder).unwrap_or_default());
    labels.map(|name| read_labels(open(&folder.join(name))?)).transpose()
}

fn labels_of(images: &str, names: &[String]) -> Option<String> {
    let wanted = images.replace("images", "labels").replace("idx3", "idx1");
    let named = names.iter().filter(|name| wanted != images && plain_name(name) == wanted);
    named.min_by_key(|name| name.len()).cloned()
}

/// The names of the files in a folder, in order.
fn in_folder(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = fs::read_dir(folder).map_err(cannot_open)?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// MNIST's own files, the four of which have their usual names.
fn read_names(
    request: &Request,
    names: &[String],
    open: &dyn Fn(&str) -> Result<Input, Error>,
    options: &Options,
) -> Result<Table, Error> {
    let set = if request.role == Role::Learn { "train" } else { "t10k" };
    let is_images = |name: &&String| {
        let plain = plain_name(name.rsplit('/').next().unwrap_or_default());
        plain.starts_with(set) && plain.contains("images")
    };
    let Some(images) = names.iter().filter(is_images).min_by_key(|name| name.len()) else {
        return Err(Error::whole(format!(
            "expected MNIST's files, {set}-images-idx3-ubyte among them, found none: name a file"
        )));
    };
    let (_, input, _) = unpacked(open(images)?)?;
    let mut table = idx::images(input, None, options)?;
    if request.role != Role::Label && request.labels.is_none() {
        let labels = labels_of(&plain_name(images), names);
        table.labels = labels.map(|name| read_labels(open(&name)?)).transpose()?;
    }
    Ok(table)
}

fn read_zip<R: Read + Seek + Send + 'static>(
    request: &Request,
    input: R,
    member: Option<&str>,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    let zip = Zip::new(input).map_err(cannot_read)?;
    let hidden =
        |name: &str| name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
    let names: Vec<String> = zip.members().map(|member| member.name.clone()).filter(|name| !hidden(name)).collect();
    if member.is_none() && !names.is_empty() && names.iter().all(|name| name.ends_with(".npy")) {
        return read_npz(request, zip, &names, options);
    }
    let chosen = match member {
        Some(member) => names.iter().find(|name| *name == member).ok_or_else(|| missing(member, &names))?,
        None => choose(request.role, &names)?,
    };
    let found = zip.members().find(|member| member.name == *chosen).cloned();
    let input = zip.into_member(&found.ok_or_else(|| missing(chosen, &names))?).map_err(cannot_read)?;
    let mut table = read_stream(&Request { place: "", ..*request }, Box::new(input), None, options, progress)?;
    if member.is_none() && names.len() > 1 {
        table.notes.insert(0, format!("{chosen} is taken of {} files in the archive", names.len()).into());
    }
    Ok(table)
}

fn missing(member: &str, names: &[String]) -> Error {
    Error::whole(format!("expected a member {member:?}, found {}", listed(names)))
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
}

/// The member that a command takes: the only one, or Kaggle's train.csv or test.csv.
fn choose(role: Role, names: &[String]) -> Result<&String, Error> {
    let with = |part: &str| names.iter().any(|name| name.contains(part));
    for (part, what) in [
        ("xl/workbook.xml", "a spreadsheet: save the sheet as CSV"),
        ("word/document.xml", "a text document: a table of pixels is needed"),
        ("data.pkl", "a PyTorch file: write its images in Python, for example by numpy.savez"),
        ("model.weights.h5", "a Keras model, which holds no digits"),
    ] {
        if with(part) {
            return Err(Error::whole(format!("expected digits, found {what}")));
        }
    }
    let usual = if role == Role::Label { "test.csv" } else { "train.csv" };
    let named = |name: &&String| name.rsplit('/').next() == Some(usual);
    match names {
        [only] => Ok(only),
        [] => Err(Error::whole("expected digits, found an empty zip file")),
        _ => names.iter().find(named).ok_or_else(|| {
            Error::whole(format!(
                "expected {usual} or a single file in the zip file, found {}: name one, as ARCHIVE.zip:MEMBER",
                listed(names)
            ))
        }),
    }
}

/// An npz: arrays by name.
fn read_npz<R: Read + Seek>(
    request: &Request,
    mut zip: Zip<R>,
    names: &[String],
    options: &Options,
) -> Result<Table, Error> {
    let set = if request.role == Role::Learn { "train" } else { "test" };
    let name_of = |file: &String| file.trim_end_matches(".npy").to_owned();
    let arrays: Vec<String> = names.iter().map(name_of).collect();
    let has = |name: &str| arrays.iter().any(|array| array == name).then(|| name.to_owned());
    let usual = || has(&format!("x_{set}")).or_else(|| has(&format!("{set}_images"))).or_else(|| has("x"));
    let mut read = |name: &str| {
        let file = format!("{name}.npy");
        let member = zip.members().find(|member| member.name == file).cloned();
        let member = member.ok_or_else(|| missing(name, &arrays))?;
        npy::array(zip.open(&member).map_err(cannot_read)?)
    };
    let images = match request.array {
        Some(name) => has(name).ok_or_else(|| missing(name, &arrays))?,
        None => match usual() {
            Some(name) => name,
            None => {
                let mut found = Vec::new();
                for name in &arrays {
                    if read(name)?.holds_images() {
                        found.push(name.clone());
                    }
                }
                match <[String; 1]>::try_from(found) {
                    Ok([only]) => only,
                    Err(_) => {
                        return Err(Error::whole(format!(
                            "expected x_{set} or a single array of images, found {}",
                            listed(&arrays)
                        ))
                        .with(Mend::Array));
                    }
                }
            }
        },
    };
    let mut table = read(&images)?.images(options)?;
    if request.role != Role::Label && request.labels.is_none() {
        let beside =
            [images.replacen('x', "y", 1), images.replacen("images", "labels", 1), "y".to_owned(), "labels".to_owned()];
        if let Some(name) = beside.iter().find(|name| **name != images && has(name).is_some()) {
            table.labels = Some(read(name)?.labels()?);
        }
    }
    Ok(table)
}

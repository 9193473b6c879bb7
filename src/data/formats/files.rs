//! Several files in one place, a folder or a zip archive: which of them holds the digits, and which the labels.

use super::source::{Input, Request, Role, cannot_read, is_array, read_labels, stream, wants_labels};
use super::{Error, Options, Progress, Table, npz};
use crate::archive::Zip;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

/// Files by name.
pub(super) trait Files {
    /// What holds them, in words, and how to name one of them.
    const PLACE: [&str; 2];

    /// Their names, with the folders that they are in.
    fn names(&self) -> &[String];

    /// Whether they are arrays alone, as in an npz.
    fn is_npz(&self) -> bool {
        !self.names().is_empty() && self.names().iter().all(|name| name.ends_with(".npy"))
    }

    /// What a file holds, and its bytes if that is known for sure.
    fn open(&mut self, name: &str) -> Result<(Input<'_>, Option<u64>), Error>;
}

/// The files of a folder; those of folders in it where its own are not what is wanted, as in `data/MNIST/raw`.
pub(super) struct Folder {
    path: PathBuf,
    names: Vec<String>,
}

impl Folder {
    /// The files of the folder itself.
    pub fn new(path: &Path) -> Result<Folder, Error> {
        let mut names = Vec::new();
        gather(path, "", 0, &mut names).map_err(|error| Error::whole(format!("cannot open the folder: {error}")))?;
        names.sort();
        Ok(Folder { path: path.into(), names })
    }

    /// The files among which what is wanted is found.
    pub fn holding(path: &Path, role: Role) -> Result<Folder, Error> {
        const DEEPEST: usize = 3;
        let mut folder = Folder::new(path)?;
        if !folder.is_npz() && choose(role, Self::PLACE, &folder.names).is_err() {
            // Of folders that cannot be read, the error is that nothing was found.
            let _ = gather(path, "", DEEPEST, &mut folder.names);
            folder.names.sort();
            folder.names.dedup();
        }
        Ok(folder)
    }
}

/// Adds the names of the files in a folder, and in those in it so many levels `deep`.
fn gather(folder: &Path, prefix: &str, deep: usize, names: &mut Vec<String>) -> io::Result<()> {
    /// Whoever has more has no digits there.
    const MOST: usize = 10_000;
    /// What lies beside data and is none.
    const ASIDE: [&str; 7] = [".json", ".md", ".py", ".ipynb", ".html", ".safetensors", ".pt"];
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_hidden = name.starts_with('.') || ASIDE.iter().any(|end| name.ends_with(end));
        if is_hidden || names.len() > MOST {
            continue;
        }
        let (path, name) = (entry.path(), format!("{prefix}{name}"));
        if path.is_file() {
            names.push(name);
        } else if deep > 0 {
            let _ = gather(&path, &format!("{name}/"), deep - 1, names);
        }
    }
    Ok(())
}

impl Files for Folder {
    const PLACE: [&str; 2] = ["folder", "name a file"];

    fn names(&self) -> &[String] {
        &self.names
    }

    fn open(&mut self, name: &str) -> Result<(Input<'_>, Option<u64>), Error> {
        let file = File::open(self.path.join(name)).map_err(|error| Error::whole(format!("{name}: {error}")))?;
        let length = file.metadata().ok().map(|metadata| metadata.len());
        Ok((Box::new(file), length))
    }
}

/// The files in a zip archive, but for what a Mac adds.
pub(super) struct Packed<R> {
    zip: Zip<R>,
    names: Vec<String>,
}

impl<R: Read + Seek + Send> Packed<R> {
    pub fn new(input: R) -> Result<Self, Error> {
        let zip = Zip::new(input).map_err(cannot_read)?;
        let hidden = |name: &str| name.starts_with("__MACOSX/") || base(name).starts_with('.');
        let names = zip.members().map(|member| member.name.clone()).filter(|name| !hidden(name)).collect();
        Ok(Packed { zip, names })
    }
}

impl<R: Read + Seek + Send> Files for Packed<R> {
    const PLACE: [&str; 2] = ["zip file", "name one, as ARCHIVE.zip:MEMBER"];

    fn names(&self) -> &[String] {
        &self.names
    }

    fn open(&mut self, name: &str) -> Result<(Input<'_>, Option<u64>), Error> {
        let member = self.zip.members().find(|member| member.name == name).cloned();
        let member = member.ok_or_else(|| missing(name, &self.names))?;
        Ok((Box::new(self.zip.open(&member).map_err(cannot_read)?), None))
    }
}

/// Reads the digits that a command takes.
pub(super) fn read<F: Files>(
    request: &Request,
    files: &mut F,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    if files.is_npz() {
        return npz::read(request, files, options);
    }
    let (chosen, is_usual) = choose(request.role, F::PLACE, files.names())?;
    let chosen = chosen.to_owned();
    let mut table = read_one(request, files, &chosen, options, progress)?;
    if !is_usual {
        let text = format!("{chosen} is taken of {} files in the {}", files.names().len(), F::PLACE[0]);
        table.notes.insert(0, text.into());
    }
    Ok(table)
}

/// Reads the digits of one file, and its labels where these are beside it.
pub(super) fn read_one<F: Files>(
    request: &Request,
    files: &mut F,
    name: &str,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    let (input, length) = files.open(name)?;
    let mut table = stream(request, input, length, options, progress)?;
    if table.labels.is_none() && wants_labels(request) {
        table.labels = labels_beside(files, name, &table)?;
    }
    Ok(table)
}

/// The labels that stand beside images by MNIST's naming, those in the same folder and raw before packed.
pub(super) fn labels_beside<F: Files>(files: &mut F, name: &str, images: &Table) -> Result<Option<Vec<i32>>, Error> {
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

/// A file's name without its folders.
fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A file's name as it would be without folders, `.gz` and `.zip`, and with a dash where some write a dot:
/// `train-images-idx3-ubyte`.
fn plain_name(name: &str) -> String {
    let lower = base(name).to_ascii_lowercase();
    [".gz", ".zip"].iter().find_map(|end| lower.strip_suffix(end)).unwrap_or(&lower).replace('.', "-")
}

/// The folder that a file belongs to: not its own, as `x/x`, nor that of its raw form.
fn home(name: &str) -> &str {
    let folder = name.strip_suffix(base(name)).unwrap_or_default().trim_end_matches('/');
    let is_own = ["raw", "processed"].contains(&base(folder)) || plain_name(folder) == plain_name(name);
    if is_own { folder.strip_suffix(base(folder)).unwrap_or_default().trim_end_matches('/') } else { folder }
}

pub(super) fn missing(name: &str, names: &[String]) -> Error {
    Error::whole(format!("expected a member {name:?}, found {}", listed(names)))
}

pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
}

/// Archives that are something else, by a part of a name in them.
#[rustfmt::skip]
const PROGRAMS: [(&str, &str); 6] = [
    ("xl/workbook", "a spreadsheet: save the sheet as CSV"),
    ("content.xml", "a document of LibreOffice: save the sheet as CSV"),
    ("word/document.xml", "a text document: a table of pixels is needed"),
    ("data.pkl", "a PyTorch file: write its images in Python, for example by numpy.savez"),
    ("model.weights.h5", "a Keras model, which holds no digits"),
    ("META-INF/MANIFEST.MF", "a Java program, which holds no digits"),
];

/// The file that a command takes, and whether it is the only one or has its usual name: MNIST's images, or Kaggle's
/// train.csv or test.csv.
fn choose<'a>(role: Role, [place, mend]: [&str; 2], names: &'a [String]) -> Result<(&'a str, bool), Error> {
    if let Some((_, what)) = PROGRAMS.iter().find(|(part, _)| names.iter().any(|name| name.contains(part))) {
        return Err(Error::whole(format!("expected digits, found {what}")));
    }
    if let [only] = names {
        return Ok((only, true));
    }
    let is_picture =
        |name: &String| [".png", ".jpg", ".jpeg"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    if names.len() > 1 && names.iter().all(is_picture) {
        let what = "pictures alone: a table with a row of pixel values for each of them is needed";
        return Err(Error::whole(format!("expected digits, found {what}")));
    }
    let named = |fits: &dyn Fn(&str) -> bool| -> Vec<&'a String> {
        names.iter().filter(|name| fits(&plain_name(name))).collect()
    };
    // One set of images may be there raw and packed.
    let single = |found: &[&'a String]| {
        let set = |name: &str| (home(name).to_owned(), plain_name(name));
        let same = found.windows(2).all(|pair| set(pair[0]) == set(pair[1]));
        found.iter().min_by_key(|name| name.len()).filter(|_| same).map(|name| name.as_str())
    };
    let is_images = |name: &str, sets: &[&str]| {
        name.contains("images")
            && ["idx", "ubyte"].iter().any(|word| name.contains(word))
            && sets.iter().any(|set| name.contains(set))
    };
    let is_mnist = |name: &str, sets: &[&str]| is_images(name, sets) && sets.iter().any(|set| name.starts_with(set));
    let csv = if role == Role::Label { "test-csv" } else { "train-csv" };
    let is_data = |name: &str| ["-csv", "-arff", "-npz"].iter().any(|end| name.ends_with(end));
    // What is measured may be what was learned from, where there is nothing else.
    let sets: &[&[&str]] = match role {
        Role::Learn => &[&["train"]],
        Role::Measure => &[&["t10k", "test"], &["train"]],
        Role::Label => &[&["t10k", "test"]],
    };
    for (sets, is_usual) in sets.iter().zip([true, false]) {
        for found in [named(&|name| is_mnist(name, sets)), named(&|name| is_images(name, sets))] {
            if let Some(images) = single(&found) {
                return Ok((images, is_usual));
            }
        }
    }
    let usual = named(&|name| name == csv);
    // What is measured is not what was learned from, unless nothing else has labels, as at Kaggle's.
    let end = if role == Role::Measure { "test-csv" } else { csv };
    let ending = named(&|name| name.ends_with(end) && name != "test-csv");
    let data = named(&is_data);
    let is_packed = |name: &&String| data.is_empty() && name.to_ascii_lowercase().ends_with(".zip");
    let packed = names.iter().filter(is_packed).collect();
    for found in [usual, ending, data.clone(), packed] {
        if let Some(table) = single(&found) {
            return Ok((table, false));
        }
    }
    let found = if names.is_empty() { "none".to_owned() } else { listed(names) };
    let name = csv.replace('-', ".");
    Err(Error::whole(format!("expected {name}, MNIST's files or a single one in the {place}, found {found}: {mend}")))
}

//! Several files in one place: a folder or a zip archive.

use super::Error;
use super::choice::{base, choose, listed};
use super::error::cannot_read;
use super::request::{Input, Role};
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

/// There is no file of that name.
pub(super) fn missing(name: &str, names: &[String]) -> Error {
    Error::whole(format!("expected a member {name:?}, found {}", listed(names)))
}

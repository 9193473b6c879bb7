//! Which digits are wanted, and from where.

use std::io::Read;

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
    /// A file, a folder, `archive.zip:member`, or what a stream is called.
    pub place: &'a str,
    /// What for.
    pub role: Role,
    /// The file of the labels, where the images have one of their own.
    pub labels: Option<&'a str>,
    /// The images' array, of several.
    pub array: Option<&'a str>,
}

impl Request<'_> {
    /// Whether labels are looked for beside the images.
    pub(super) fn wants_labels(&self) -> bool {
        self.role != Role::Label && self.labels.is_none()
    }
}

/// A stream of bytes, of whatever kind.
pub type Input<'a> = Box<dyn Read + Send + 'a>;

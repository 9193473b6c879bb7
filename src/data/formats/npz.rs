//! NumPy's npz: arrays by name in a zip file, one of which holds the images and one the labels.

use super::array::Array;
use super::choice::listed;
use super::files::{Files, missing};
use super::npy;
use super::request::{Request, Role};
use super::{Error, Form, Mend, Note, Options, Table};

/// Reads the images that are wanted, and their labels: by the names that Keras and others give them, or by their
/// shapes.
pub(super) fn read<F: Files>(request: &Request, files: &mut F, options: &Options) -> Result<Table, Error> {
    let arrays: Vec<String> = files.names().iter().map(|file| file.trim_end_matches(".npy").to_owned()).collect();
    let mut read = |name: &str| -> Result<Array, Error> {
        let file = format!("{name}.npy");
        npy::array(files.open(&file)?.0).map_err(|error| error.of(name))
    };
    let mut notes: Vec<Note> = Vec::new();
    let images = images(request, &arrays, &mut read, options, &mut notes)?;
    let mut table = read(images)?.images(options).map_err(|error| error.of(images))?;
    if request.wants_labels() && arrays.len() > 1 {
        let labels = match labels_by_name(&arrays, images) {
            Some(usual) => Some(usual),
            None => labels_by_shape(&arrays, images, table.rows(), &mut read, &mut notes)?,
        };
        table.labels = labels
            .map(|name| read(name).and_then(|array| array.labels().map_err(|error| error.of(name))))
            .transpose()?;
    }
    table.form = Form::Arrays;
    table.notes.splice(0..0, notes);
    Ok(table)
}

/// The array of that name, in capitals or not.
fn called<'a>(arrays: &'a [String], name: &str) -> Option<&'a String> {
    arrays.iter().find(|array| array.eq_ignore_ascii_case(name))
}

/// The images of a set, by their usual names.
fn images_by_name<'a>(arrays: &'a [String], set: &str) -> Option<&'a String> {
    let usual = [&format!("x_{set}"), &format!("{set}_x"), &format!("{set}_images"), set, "x", "images"];
    usual.into_iter().find_map(|name| called(arrays, name))
}

/// The labels of these images, by their usual names.
fn labels_by_name<'a>(arrays: &'a [String], images: &str) -> Option<&'a String> {
    let lower = images.to_ascii_lowercase();
    let beside = [lower.replacen('x', "y", 1), lower.replacen("images", "labels", 1), format!("{lower}_labels")];
    let usual = ["y", "labels", "label", "target", "targets"];
    let names = beside.iter().map(String::as_str).filter(|name| *name != lower).chain(usual);
    names.into_iter().find_map(|name| called(arrays, name))
}

/// The images that are wanted: told, by their name, or the only ones.
fn images<'a>(
    request: &Request,
    arrays: &'a [String],
    read: &mut dyn FnMut(&str) -> Result<Array, Error>,
    options: &Options,
    notes: &mut Vec<Note>,
) -> Result<&'a String, Error> {
    if let Some(told) = request.array {
        return called(arrays, told).ok_or_else(|| missing(told, arrays));
    }
    let set = if request.role == Role::Learn { "train" } else { "test" };
    let of_train = || images_by_name(arrays, "train");
    if let Some(usual) = images_by_name(arrays, set) {
        // What is measured has labels.
        let is_bare = |images: &str| labels_by_name(arrays, images).is_none();
        let wanted = request.role == Role::Measure && request.wants_labels() && is_bare(usual);
        let Some(train) = of_train().filter(|train| wanted && !is_bare(train)) else { return Ok(usual) };
        let text = format!("{usual} has no labels here: {train} is taken, which has some");
        notes.push(Note { text, mend: Some(Mend::Array) });
        return Ok(train);
    }
    let found = of_shape(arrays, read, Array::holds_images)?;
    if let ([], Some(usual)) = (&found[..], of_train().or(images_by_name(arrays, "test"))) {
        // Its fault says more than its name.
        read(usual).and_then(|array| array.images(options)).map_err(|error| error.of(usual))?;
    }
    let [only] = found[..] else {
        let what = format!("expected x_{set} or a single array of images, found {}", listed(arrays));
        return Err(Error::whole(what).with(Mend::Array));
    };
    if arrays.len() > 1 {
        notes.push(format!("the array {only} is taken for the images").into());
    }
    Ok(only)
}

/// The only array that may hold a label for each of so many images.
fn labels_by_shape<'a>(
    arrays: &'a [String],
    images: &str,
    rows: usize,
    read: &mut dyn FnMut(&str) -> Result<Array, Error>,
    notes: &mut Vec<Note>,
) -> Result<Option<&'a String>, Error> {
    let mut found = of_shape(arrays, read, |array| array.shape.first() == Some(&rows) && array.holds_labels())?;
    // The labels of the other set may be as many.
    let is_of = |name: &str, set: &str| name.to_ascii_lowercase().contains(set);
    found.retain(|name| {
        let crossed = |[a, b]: [&str; 2]| is_of(images, a) && is_of(name, b);
        !crossed(["test", "train"]) && !crossed(["train", "test"])
    });
    let [only] = found[..] else { return Ok(None) };
    notes.push(format!("the array {only} is taken for the labels").into());
    Ok(Some(only))
}

/// The labels in a file of one array.
pub(super) fn labels<F: Files>(files: &mut F) -> Result<Vec<i32>, Error> {
    let [only] = files.names() else {
        return Err(Error::whole(format!(
            "expected an npz file of one array, the labels, found {}",
            listed(files.names())
        )));
    };
    let only = only.clone();
    npy::array(files.open(&only)?.0)?.labels()
}

/// The arrays of that shape.
fn of_shape<'a>(
    arrays: &'a [String],
    read: &mut dyn FnMut(&str) -> Result<Array, Error>,
    is: impl Fn(&Array) -> bool,
) -> Result<Vec<&'a String>, Error> {
    let mut found = Vec::new();
    for name in arrays {
        // What is no array of numbers holds neither.
        if read(name).is_ok_and(|array| is(&array)) {
            found.push(name);
        }
    }
    Ok(found)
}

//! Which of several files is meant, by their names.

use super::Error;
use super::request::Role;

/// A file's name without its folders.
pub(super) fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A file's name as it would be without folders, `.gz` and `.zip`, and with a dash where some write a dot:
/// `train-images-idx3-ubyte`.
pub(super) fn plain_name(name: &str) -> String {
    let lower = base(name).to_ascii_lowercase();
    [".gz", ".zip"].iter().find_map(|end| lower.strip_suffix(end)).unwrap_or(&lower).replace('.', "-")
}

/// The folder that a file belongs to: not its own, as `x/x`, nor that of its raw form.
fn home(name: &str) -> &str {
    let folder = name.strip_suffix(base(name)).unwrap_or_default().trim_end_matches('/');
    let is_own = ["raw", "processed"].contains(&base(folder)) || plain_name(folder) == plain_name(name);
    if is_own { folder.strip_suffix(base(folder)).unwrap_or_default().trim_end_matches('/') } else { folder }
}

/// Names in a message: the first of them.
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
pub(super) fn choose<'a>(role: Role, [place, mend]: [&str; 2], names: &'a [String]) -> Result<(&'a str, bool), Error> {
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

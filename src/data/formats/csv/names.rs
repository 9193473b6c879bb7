//! Names of columns, and cells, that tell what a column holds.

use super::number::number;

const LABELS: [&str; 6] = ["label", "labels", "class", "target", "digit", "y"];

/// Of these, letters and digits alone count: `Image_ID` is `imageid`.
const IDS: &str = " id imageid imgid rowid sampleid ";

/// The same, of columns that are neither pixel nor label.
const NEITHER: &str = " index idx level0 rowindex row rownumber filename file filepath path imagepath imagename imagefile \
                       imgname name usage split set subset fold source uuid writer writerid ";

/// Whether labels are called so.
pub(super) fn is_label(name: &[u8]) -> bool {
    LABELS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether ids are called so.
pub(super) fn is_id(name: &[u8]) -> bool {
    is_one_of(name, IDS)
}

/// Whether something is called so that is neither pixel nor label.
pub(super) fn is_neither(name: &[u8]) -> bool {
    is_one_of(name, NEITHER)
}

fn is_one_of(name: &[u8], known: &str) -> bool {
    let plain: String =
        name.iter().filter(|b| b.is_ascii_alphanumeric()).map(|&b| char::from(b).to_ascii_lowercase()).collect();
    !plain.is_empty() && known.contains(&format!(" {plain} "))
}

/// Text that is neither number nor nothing.
pub(super) fn is_text(cell: &[u8]) -> bool {
    !cell.is_empty() && number(cell).is_none()
}

/// The name of a file.
pub(super) fn is_file_name(cell: &[u8]) -> bool {
    is_text(cell) && cell.iter().any(|b| b"./\\".contains(b)) && cell.iter().any(u8::is_ascii_alphabetic)
}

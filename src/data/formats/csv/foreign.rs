//! Files that are no CSV at all, known by their first bytes.

use super::cells::MARK;
use crate::data::formats::Error;

/// What begins so, what that is, and how to get at the digits in it.
#[rustfmt::skip]
const BINARY: [(&[u8], &str, &str); 37] = [
    (b"\x1f\x8b", "a gzip file within another", "unpack it once with `gunzip`"),
    (b"PK\x05\x06", "an empty zip file", "copy or download it again"),
    (b"x\x9c", "zlib data", "unpack it in Python with `zlib.decompress`"),
    (b"x\xda", "zlib data", "unpack it in Python with `zlib.decompress`"),
    (b"BZh", "a bzip2 file", "unpack it with `bunzip2`"),
    (b"\xfd7zXZ\0", "an xz file", "unpack it with `unxz`"),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "unpack it with `unzstd`"),
    (b"\x04\x22\x4d\x18", "an lz4 file", "unpack it with `lz4 -d`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it with `7z x`"),
    (b"Rar!", "a RAR archive", "unpack it with `unrar x`"),
    (b"\x89PNG", "a PNG picture", ROW),
    (b"\xff\xd8\xff", "a JPEG picture", ROW),
    (b"GIF8", "a GIF picture", ROW),
    (b"BM", "a BMP picture", ROW),
    (b"II*\0", "a TIFF picture", ROW),
    (b"MM\0*", "a TIFF picture", ROW),
    (b"RIFF", "a WebP picture or a sound", ROW),
    (b"\xff\xfe\0\0", "UTF-32 text", "save it as UTF-8, or convert it with `iconv -f UTF-32 -t UTF-8`"),
    (b"PAR1", "a Parquet file", "write a row of pixel values for each image as CSV; `pandas.read_parquet` opens it"),
    (b"ARROW1", "a Feather file", "write it as CSV: `pandas.read_feather(FILE).to_csv(\"digits.csv\", index=False)`"),
    (b"FEA1", "a Feather file", "write it as CSV: `pandas.read_feather(FILE).to_csv(\"digits.csv\", index=False)`"),
    (b"ORC", "an ORC file", "write it as CSV: `pandas.read_orc(FILE).to_csv(\"digits.csv\", index=False)`"),
    (b"\x89HDF", "an HDF5 file", "write its images and labels as CSV, a row an image; h5py opens it"),
    (b"MATLAB", "a MATLAB file", "write its images and labels as CSV, a row an image; `scipy.io.loadmat` opens it"),
    (b"%PDF", "a PDF document", ROW),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV: `sqlite3 -header -csv FILE 'select * from TABLE'`"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file", "save the sheet as CSV"),
    (b"{\\rtf", "a rich text document", "save it as plain CSV text"),
    (b"RDX", "an R data file", "write it as CSV: `write.csv(x, \"digits.csv\", row.names = FALSE)` in R"),
    (b"RDA", "an R data file", "write it as CSV: `write.csv(x, \"digits.csv\", row.names = FALSE)` in R"),
    (b"X\n\0\0", "an R data file", "write it as CSV: `write.csv(readRDS(FILE), \"digits.csv\", row.names = FALSE)` in R"),
    (b"$FL2", "an SPSS file", "write it as CSV: `pandas.read_spss(FILE).to_csv(\"digits.csv\", index=False)`"),
    (b"$FL3", "an SPSS file", "write it as CSV: `pandas.read_spss(FILE).to_csv(\"digits.csv\", index=False)`"),
    (b"\x80\x02", "a Python pickle", PICKLE),
    (b"\x80\x03", "a Python pickle", PICKLE),
    (b"\x80\x04", "a Python pickle", PICKLE),
    (b"\x80\x05", "a Python pickle", PICKLE),
];

const ROW: &str = "a row of pixel values for each image is needed";
const STATA: &str = "write it as CSV: `pandas.read_stata(FILE).to_csv(\"digits.csv\", index=False)`";
const SQL: &str = "load it into its database, and export the table as CSV";
const PICKLE: &str =
    "load it in Python and write a row of pixel values for each image, for example with pandas' `to_csv`";

/// Text that begins so in any case, what that is, and the mend.
#[rustfmt::skip]
const TEXT: [(&str, &str, &str); 26] = [
    ("<<<<<<<", "a conflict of Git's", "settle it with Git, and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`"),
    ("<?xml", "XML, the answer of a server most often", AGAIN),
    ("<stata_dta>", "a Stata file", STATA),
    ("<", "a web page (HTML)", "download the file itself; the site may want you to sign in first"),
    ("version https://git-lfs", "a Git LFS pointer, not the file itself", "fetch the file with `git lfs pull`"),
    ("404", "the answer of a server that has no such file (404: Not Found)", AGAIN),
    ("not found", "the answer of a server that has no such file", AGAIN),
    ("403", "the answer of a server that refuses the file (403: Forbidden)", AGAIN),
    ("forbidden", "the answer of a server that refuses the file", AGAIN),
    ("access denied", "the answer of a server that refuses the file", AGAIN),
    ("429", "the answer of a server that was asked too often (429)", AGAIN),
    ("{", "JSON", "write it as CSV, a row of pixel values for each image"),
    ("[", "JSON", "write it as CSV, a row of pixel values for each image"),
    ("-- ", "an SQL dump", SQL),
    ("--\n", "an SQL dump", SQL),
    ("/*", "an SQL dump", SQL),
    ("begin transaction", "an SQL dump", SQL),
    ("create table", "an SQL dump", SQL),
    ("drop table", "an SQL dump", SQL),
    ("insert into", "an SQL dump", SQL),
    ("pragma", "an SQL dump", SQL),
    ("%!ps", "a PostScript document", ROW),
    ("#!/", "a program", ROW),
    ("(lp0", "a Python pickle", PICKLE),
    ("(dp0", "a Python pickle", PICKLE),
    ("cnumpy", "a Python pickle", PICKLE),
];

/// Bytes that are text in every CSV; behind them, a NUL byte is a fault in its line.
const HEAD: usize = 32;

const AGAIN: &str = "look at the address that it was downloaded from, and download the file again";

/// Refuses what is no CSV, says what it is and how to get at the CSV in it.
pub(super) fn refuse_foreign(start: &[u8]) -> Result<(), Error> {
    let text = start.strip_prefix(MARK).unwrap_or(start).trim_ascii_start();
    // Rows of digits may begin with a number such as 404, behind which a delimiter comes.
    let line = text.split(|&b| b == b'\n').next().unwrap_or_default();
    let answers = |known: &str| !known.starts_with(|c: char| c.is_ascii_digit()) || !line.contains(&b',');
    let begins = |known: &str| {
        let same = text.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known.as_bytes()));
        same && answers(known)
    };
    let binary = BINARY.iter().find(|format| start.starts_with(format.0));
    let (what, mend) = if let Some(&(_, what, mend)) = binary {
        (what, mend)
    } else if let Some(&(_, what, mend)) = TEXT.iter().find(|format| begins(format.0)) {
        (what, mend)
    } else if is_netpbm(start) {
        ("a PBM, PGM or PPM picture", "save it as PNG, and read that as a picture")
    } else if matches!(start, [105..=115, 1 | 2, 1, 0, ..]) {
        ("a Stata file", STATA)
    } else if start.get(257..262) == Some(b"ustar") {
        ("a tar archive", "unpack it with `tar -xf`")
    } else if start.get(8..10) == Some(b"{\"") {
        ("a safetensors file, which holds a network's weights", "name a file of digits here")
    } else if start.iter().take(HEAD).any(|&b| b == 0) {
        ("binary data in no format known here", "write it as CSV, a row of pixel values for each image")
    } else if is_libsvm(line) {
        ("LIBSVM text (`label index:value ...`)", "write it as CSV: scikit-learn's `load_svmlight_file` opens it")
    } else {
        return Ok(());
    };
    Err(Error::whole(format!("expected CSV text, found {what}: {mend}")))
}

/// `P1` to `P6`, then the width or a comment. Columns may be called so, too.
fn is_netpbm(start: &[u8]) -> bool {
    matches!(start, [b'P', b'1'..=b'6', space, rest @ ..] if space.is_ascii_whitespace()
        && rest.trim_ascii_start().first().is_some_and(|&b| b == b'#' || b.is_ascii_digit()))
}

/// A label, then pairs of a pixel's number and its value.
fn is_libsvm(line: &[u8]) -> bool {
    let mut pairs = line.trim_ascii().split(|&b| b == b' ').skip(1).take(3).peekable();
    let is_pair = |word: &[u8]| {
        let colon = word.iter().position(|&b| b == b':');
        colon.is_some_and(|colon| colon > 0 && word[..colon].iter().all(u8::is_ascii_digit))
    };
    pairs.peek().is_some() && pairs.all(is_pair)
}

//! Files that are no CSV at all, known by their first bytes.

use crate::data::formats::Error;

/// Refuses what is no CSV, says what it is and how to get at the CSV in it.
pub(super) fn refuse_foreign(start: &[u8]) -> Result<(), Error> {
    const FORMATS: [(&[u8], &str, &str); 12] = [
        (b"\x1f\x8b", "a gzip file", "unpack it with `gunzip`"),
        (b"PK\x03\x04", "a zip archive (or a spreadsheet)", "unpack it with `unzip`, or save the sheet as CSV"),
        (b"BZh", "a bzip2 file", "unpack it with `bunzip2`"),
        (b"\xfd7zXZ\0", "an xz file", "unpack it with `unxz`"),
        (b"\x28\xb5\x2f\xfd", "a zstd file", "unpack it with `unzstd`"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it with `7z x`"),
        (b"\x89PNG", "a PNG picture", "a row of pixel values for each image is needed"),
        (b"\xff\xd8\xff", "a JPEG picture", "a row of pixel values for each image is needed"),
        (b"\xff\xfe", "UTF-16 text", "save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`"),
        (b"\xfe\xff", "UTF-16 text", "save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`"),
        (b"\0\0\x08", "a file in MNIST's own IDX format", "take the CSV edition of the data"),
        (b"PAR1", "a Parquet file", "export it as CSV"),
    ];
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let (what, mend) = if let Some(&(_, what, mend)) = FORMATS.iter().find(|format| start.starts_with(format.0)) {
        (what, mend)
    } else if text.starts_with(b"<") {
        ("a web page (HTML)", "download the file itself; the site may want you to sign in first")
    } else if let [0, 1..=255, 0, 1..=255, ..] | [1..=255, 0, 1..=255, 0, ..] = start {
        ("UTF-16 text", "save it as UTF-8, or convert it with `iconv -f UTF-16LE -t UTF-8`")
    } else {
        return Ok(());
    };
    Err(Error::whole(format!("expected CSV text, found {what}: {mend}")))
}

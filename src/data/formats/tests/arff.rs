//! ARFF as people write it.

use super::*;

#[test]
fn arff_has_comments_between_rows_and_single_quotes() {
    let [.., arff] = files();
    let text =
        String::from_utf8(arff).unwrap().replace("@DATA\n", "@DATA\n% the rows\n").replace(",2\n", ",'2'\n\n%\n");
    let table = read(2, format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(table.labels, Some(vec![0, 1, 2, 3]));
    // Keywords in small letters, or without @relation; comments behind rows, weights of rows, tabs; and what is 0 left
    // out.
    let sparse =
        |row: usize| format!("{{{}64 {row}}}\n", (0..64).map(|i| format!("{i} {}, ", row * 60)).collect::<String>());
    let rows = |write: &dyn Fn(usize) -> String| (0..4).map(write).collect::<String>();
    for (name, text) in [
        (
            "small letters",
            text.replace("@ATTRIBUTE", "@attribute").replace("@DATA", "@data").replace("@RELATION", "@relation"),
        ),
        ("no @relation", text.replace("@RELATION d\n", "")),
        ("comments behind rows", text.replace(",1\n", ",1 % 100%\n")),
        ("weights", text.replace(",1\n", ",1, {2.5}\n")),
        ("sparse", text.split_once("% the rows").unwrap().0.to_owned() + &rows(&sparse)),
        (
            "sparse, zeros left out",
            text.split_once("% the rows").unwrap().0.to_owned() + &rows(&sparse).replacen(&sparse(0), "{}\n", 1),
        ),
    ] {
        let other = read(2, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((&other.pixels, &other.labels), (&table.pixels, &table.labels), "{name}");
        assert_eq!(other.notes.len(), usize::from(name == "weights"), "{name}");
    }
    for broken in ["}", "{", "{}{", "{64}", "{99 1}", "{-1 1}", "{x 1}", "1}", "1, {", "{1 2 3}"] {
        let text = text.split_once("% the rows").unwrap().0.to_owned() + broken + "\n";
        assert!(read(2, text.as_bytes()).is_err(), "{broken}");
    }
    let (head, data) = text.split_once("@DATA\n").unwrap();
    let tabs = format!("{head}@DATA\n{}", data.replace(',', "\t"));
    assert_eq!(read(2, tabs.as_bytes()).unwrap().pixels, table.pixels);
    let error = read(2, text.replacen(",60,", ",?,", 1).as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error,
        "line 71, column 2: expected a pixel from 0 to 255, found \"?\": fill in the missing value or delete the row"
    );
}

//! Of several files the usual one is taken, and labels with ids are those of the same images.

use super::*;

#[test]
fn of_several_files_the_usual_one_is_taken() {
    use Role::{Label, Learn, Measure};
    let csv = |label: &str| format!("{label}{}\n", ",9".repeat(64)).replace("x,", "").into_bytes();
    let kaggle =
        [("sample_submission.csv", b"ImageId,Label\n".to_vec()), ("test.csv", csv("x")), ("train.csv", csv("3"))];
    let note = |name: &str, count: u8| Some(format!("{name} is taken of {count} files in the zip file"));
    assert_eq!(taken(Label, &kaggle), (Ok(None), note("test.csv", 3)));
    assert_eq!(taken(Learn, &kaggle).1, note("train.csv", 3));
    assert_eq!(taken(Measure, &kaggle).1, note("train.csv", 3));
    let two = [("d/mnist_test.csv", csv("x")), ("d/mnist_train.csv", csv("3"))];
    assert_eq!(taken(Label, &two).1, note("d/mnist_test.csv", 2));
    // What is measured is not what was learned from.
    assert_eq!(taken(Measure, &two).1, note("d/mnist_test.csv", 2));
    let more = [("a_test.csv", csv("x")), ("b_test.csv", csv("3"))];
    assert_eq!(
        taken(Measure, &more).0.unwrap_err(),
        "expected train.csv, MNIST's files or a single one in the zip file, found a_test.csv, b_test.csv: name one, as \
         ARCHIVE.zip:MEMBER"
    );

    let broken = [("sample_submission.csv", b"ImageId,Label\n".to_vec()), ("train.csv", b"1,2\nx\n".to_vec())];
    let error = taken(Learn, &broken).0.unwrap_err();
    assert!(error.starts_with("train.csv: line "), "{error}");

    let [idx, ..] = files();
    let labels = |from: u8| vec![0, 0, 8, 1, 0, 0, 0, 4, from, 1, 2, 3];
    let mnist = [
        ("raw/t10k-images-idx3-ubyte", idx.clone()),
        ("raw/t10k-labels-idx1-ubyte", labels(7)),
        ("raw/train-images.idx3-ubyte", idx.clone()),
        ("raw/train-labels.idx1-ubyte", labels(9)),
    ];
    assert_eq!(taken(Learn, &mnist).0, Ok(Some(vec![9, 1, 2, 3])));
    assert_eq!(taken(Measure, &mnist).0, Ok(Some(vec![7, 1, 2, 3])));
    assert_eq!(taken(Label, &mnist).0, Ok(None));
    // The same file again in a folder of its own is no other one; that of another data set is.
    let again = |place: &'static str| [("train-images.idx3-ubyte", idx.clone()), (place, idx.clone())];
    assert_eq!(taken(Learn, &again("train-images-idx3-ubyte/train-images-idx3-ubyte")).0, Ok(None));
    assert!(taken(Learn, &again("FashionMNIST/raw/train-images-idx3-ubyte")).0.unwrap_err().contains("name one"));
    let emnist =
        [("emnist-digits-train-images-idx3-ubyte", idx.clone()), ("emnist-letters-train-images-idx3-ubyte", idx)];
    assert!(taken(Learn, &emnist).0.unwrap_err().contains("name one"));
}

/// Images whose second of four rows is broken, and labels, by their ids: the labels of the others, or what is wrong.
#[test]
fn labels_with_ids_are_those_of_the_same_images() {
    let said = |images: Option<[&str; 4]>, ids: [&str; 4]| {
        let row = |row: usize, pixel: &str| {
            images.map_or(String::new(), |ids| format!("{},", ids[row])) + &[pixel; 64].join(",") + "\n"
        };
        let pixels: Vec<String> = (0..64).map(|pixel| format!("pixel{pixel}")).collect();
        let header = format!("{}{}\n", if images.is_some() { "id," } else { "" }, pixels.join(","));
        let text = header + &row(0, "9") + &row(1, "x") + &row(2, "7") + &row(3, "5");
        let options = Options { skip_bad_rows: true, ..Options::default() };
        let images = csv::read(text.as_bytes(), None, &options, &mut |_| ()).unwrap();
        let labels: String = ids.iter().enumerate().map(|(label, id)| format!("{id},{label}\n")).collect();
        let labels = csv::labels(format!("ImageId,Label\n{labels}").into_bytes()).unwrap();
        labels.of(&images).map_err(|error| error.to_string())
    };
    let right = Ok(vec![0, 2, 3]);
    assert_eq!(said(Some(["a", "b", "c", "d"]), ["a", "b", "c", "d"]), right);
    assert_eq!(said(Some(["4", "3", "1", "2"]), ["4.0", "3", "0001", "2"]), right);
    assert_eq!(said(None, ["0", "1", "2", "3"]), right);
    assert_eq!(said(None, ["1", "2", "3", "4"]), right);
    let wrong = "row 3: expected the id \"3\", as the image has, found \"4\": \
                 bring the same ids into both files, and sort both files by them";
    assert_eq!(said(Some(["1", "2", "3", "4"]), ["1", "2", "4", "3"]), Err(wrong.into()));
    for (ids, row, id, found) in [
        (["1", "10", "2", "3"], 2, "2", "10"),
        (["5", "6", "7", "8"], 1, "0 or 1", "5"),
        (["a", "b", "c", "d"], 1, "0 or 1", "a"),
    ] {
        let wrong = format!(
            "row {row}: expected the id {id}, as the images have no ids and are counted, found \"{found}\": \
             put the labels in the order of the images, then leave the column \"ImageId\" out"
        );
        assert_eq!(said(None, ids), Err(wrong));
    }
}

/// A column beside the labels that counts the images does so whatever it is called.
#[test]
fn labels_in_another_order_than_the_images_are_refused() {
    let row = format!("{}\n", ["9"; 64].join(","));
    let images = csv::read(row.repeat(12).as_bytes(), None, &Options::default(), &mut |_| ()).unwrap();
    let said = |text: String| {
        let labels = csv::labels(text.into_bytes()).map_err(|error| error.to_string())?;
        let note = labels.note().map(|note| note.text);
        labels.of(&images).map(|labels| (labels, note)).map_err(|error| error.to_string())
    };
    let table = |names: &str, key: &dyn Fn(usize) -> String| {
        let rows = (0..12).map(|row| format!("{},{}\n", key(row), row % 5));
        format!("{names}\n{}", rows.collect::<String>())
    };
    let right: Vec<i32> = (0..12).map(|row| row % 5).collect();
    for names in ["image,label", "no,label", "digit_id,label", "Id,Category", "id,class_of_digit"] {
        for from in [0, 1] {
            assert_eq!(said(table(names, &|row| (row + from).to_string())), Ok((right.clone(), None)), "{names}");
            let error = said(table(names, &|row| (row * 5 % 12 + from).to_string())).unwrap_err();
            let column = names.split(',').next().unwrap();
            let end = format!("put the labels in the order of the images, then leave the column \"{column}\" out");
            assert!(error.starts_with("row 2: expected the id ") && error.ends_with(&end), "{error}");
        }
    }
    let error = said(table("file,label", &|row| format!("img_{:02}.png", row * 5 % 12))).unwrap_err();
    assert!(error.starts_with("row 2: expected the id 1,"), "{error}");
    // Keys that count nothing.
    let note = "the labels are taken in the order of their lines: nothing tells which image a \"key\" means";
    let keys = table("key,label", &|row| format!("{:x}", row * 7919 + 77));
    assert_eq!(said(keys), Ok((right.clone(), Some(note.into()))));
    assert_eq!(said(table("split,label", &|_| "train".into())), Ok((right, None)));
    for text in [table("0,7", &|row| row.to_string()), table("image,category", &|row| row.to_string())] {
        let error = said(text).unwrap_err();
        assert!(error.contains("one column that the first line calls label, such as id,label, found \""), "{error}");
    }
}

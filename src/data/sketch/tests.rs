//! Which rows of the built-in digits are recognised.

use super::*;
use crate::data::builtin;

#[test]
fn a_part_of_the_rows_is_recognised_in_any_order_and_others_are_not() {
    let digits = builtin::digits();
    let row = |number: usize| (digits.image(number), digits.label(number));
    let memory = |sketch: &Sketch, rows: std::ops::Range<usize>| {
        let Memory { rows, decided, common } = sketch.memory_of(rows.rev().map(row));
        [rows, decided, common]
    };
    // A set that is kept whole, and one of which 8,192 rows are.
    let whole = Sketch::new((0..6000).map(row));
    assert_eq!(memory(&whole, 0..6000), [6000; 3]);
    assert_eq!(memory(&whole, 4000..8000), [4000, 4000, 2000]);
    let most = Sketch::new((0..9900).map(row));
    let [_, decided, common] = memory(&most, 0..9900);
    assert_eq!([decided, common], [KEPT; 2]);
    let [_, decided, common] = memory(&most, 9900..10_000);
    assert!(decided > 60 && common == 0, "{decided} {common}");
    // Half of the rows are kept and found again in every short run.
    let doubled: Vec<(Vec<u8>, i32)> =
        (0..20_000).map(|i| ([digits.image(i / 2), &[i as u8 % 2]].concat(), digits.label(i / 2))).collect();
    let doubled = || doubled.iter().map(|(pixels, label)| (&pixels[..], *label));
    let sketch = Sketch::new(doubled());
    for start in (0..20_000).step_by(20) {
        let Memory { decided, common, .. } = sketch.memory_of(doubled().skip(start).take(20));
        assert!(decided == common && common > 0, "{start}");
    }
}

#[test]
fn sketches_are_read_again_also_of_files_written_before() {
    let digits = builtin::digits();
    let row = |number: usize| (digits.image(number), digits.label(number));
    for rows in [0, 3, 9000] {
        let sketch = Sketch::new((0..rows).map(row));
        assert_eq!(Sketch::from_text(&sketch.to_text()), Some(sketch));
    }
    assert!(Sketch::new((0..9000).map(row)).to_text().len() < 70_000);
    // These were the smallest of whole hashes.
    let all = Sketch::new((0..9000).map(row)).hashes;
    let before: Vec<String> = all[..KEPT_BEFORE].iter().map(|hash| format!("{hash:010x}abcdef")).collect();
    let sketch = Sketch::from_whole(&before.join(" ")).unwrap();
    let memory = sketch.memory_of((0..10_000).map(row));
    assert!(memory.common == KEPT_BEFORE && (512..620).contains(&memory.decided), "{memory:?}");
    for broken in ["ffffffffffffffff 1", "x", "10000000000000000"] {
        assert_eq!(Sketch::from_text(broken), None);
    }
    assert_eq!(Sketch::from_whole("2000000000000000 1000000000000000"), None);
}

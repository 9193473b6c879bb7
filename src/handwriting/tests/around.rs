//! What is around digits in a picture and is none: tables, shadows, folds, lines, holes, digits of another size.

use super::paper::noise;
use super::*;

/// A sheet of 800 x 600 with 7, 1, 0 and 4 of 110 pixels.
fn four() -> Sheet {
    let mut sheet = Sheet::new(800, 600);
    for (place, digit) in [7, 1, 0, 4].into_iter().enumerate() {
        sheet.digit(digit, [150.0 + 140.0 * place as f32, 240.0], 110.0);
    }
    sheet
}

/// The places of all digits, on paper whose light is given by its place.
fn places(sheet: &Sheet, light: impl Fn(f32, f32) -> f32) -> Vec<[usize; 4]> {
    let width = sheet.0.width;
    let noise = noise(sheet.0.data.len());
    let lit = |i: usize, value: f32| {
        let light = light((i % width) as f32, (i / width) as f32);
        (light * value + 2.0 * noise[i]).clamp(0.0, 255.0)
    };
    seen(&sheet.picture(lit)).digits.iter().map(|digit| digit.place).collect()
}

/// That these are the four digits, each of its own height.
fn are_four(places: &[[usize; 4]], what: &str) {
    assert!(places.len() == 4 && places.iter().all(|place| place[3].abs_diff(120) < 14), "{what}: {places:?}");
}

#[test]
fn a_dark_table_beside_the_sheet_holds_no_digit() {
    let light = |x: f32| 240.0 - 0.1 * x;
    are_four(&places(&four(), |x, y| if x < 60.0 + 0.05 * y || y < 40.0 { 50.0 } else { light(x) }), "two edges");
    are_four(&places(&four(), |x, y| if x + 2.0 * y < 260.0 { 70.0 } else { light(x) }), "a corner");
    are_four(&places(&four(), |x, y| if y > 560.0 - 0.03 * x { 40.0 } else { light(x) }), "an edge");
    are_four(&places(&four(), |x, y| if x > 790.0 && y > 570.0 { 40.0 } else { light(x) }), "a small corner");
    let around = |x: f32, y: f32| (90.0..700.0).contains(&(x + 0.05 * y)) && (80.0..500.0).contains(&y);
    are_four(
        &places(&four(), |x, y| if around(x, y) { light(x) } else { 60.0 + 9.0 * (y / 9.0).fract() }),
        "all edges",
    );
    let empty = places(&Sheet::new(800, 600), |x, y| if around(x, y) { light(x) } else { 60.0 });
    assert!(empty.is_empty(), "{empty:?}");
}

#[test]
fn the_black_rim_of_a_scan_holds_no_digit() {
    // A sheet that lies askew: wedges along its sides, some of them thinner than strokes.
    for (rim, slope) in [(12.0, 0.0), (4.0, 0.01), (1.0, 0.02), (0.0, 0.01)] {
        let paper = |x: f32, y: f32| {
            let sides = [x + slope * y, y - slope * x + 8.0 * slope.signum(), 800.0 - x - slope * y, 600.0 - y];
            sides.iter().all(|&side| side > rim)
        };
        let found = places(&four(), |x, y| if paper(x, y) { 240.0 } else { 10.0 });
        are_four(&found, &format!("a rim of {rim} pixels, askew by {slope}"));
    }
}

#[test]
fn the_fold_of_a_book_is_no_digit() {
    for soft in [6.0, 14.0] {
        let found = places(&four(), |x, y| {
            let off = (x - 50.0 - 0.01 * y) / soft;
            235.0 * (1.0 - 0.85 / (1.0 + off * off))
        });
        are_four(&found, &format!("a fold, {soft} pixels soft"));
    }
}

#[test]
fn the_sides_of_a_note_are_no_digit() {
    let note = |x: f32, y: f32| {
        let (x, y) = (x - 0.1 * y, y + 0.1 * x);
        [x - 50.0, y - 180.0, 670.0 - x, 500.0 - y].into_iter().fold(f32::MAX, f32::min)
    };
    // Paler than what it lies on, with a dark line where it ends.
    let paler = |x: f32, y: f32| match note(x, y) {
        inside if inside > 0.0 => 240.0,
        outside => 190.0 - 90.0 * (1.0 + 0.4 * outside).max(0.0),
    };
    are_four(&places(&four(), paler), "a note on a darker table");
    // Of the same light; its shadow falls to two sides and fades.
    let shadow = |x: f32, y: f32| {
        let moved = note(x - 9.0, y - 9.0);
        let fades = (0.5 + moved / 18.0).clamp(0.0, 1.0);
        if note(x, y) > 0.0 { 215.0 } else { 215.0 * (1.0 - 0.45 * fades) }
    };
    are_four(&places(&four(), shadow), "a note with a shadow");
}

#[test]
fn a_note_darker_than_its_table_is_read() {
    let note =
        |x: f32, y: f32| (90.0..700.0).contains(&(x + 0.1 * y)) && (150.0..450.0).contains(&(y - 0.1 * x + 40.0));
    are_four(&places(&four(), |x, y| if note(x, y) { 150.0 } else { 235.0 }), "a darker note");
}

#[test]
fn a_bold_digit_at_the_edges_of_its_picture_is_no_table() {
    let mut sheet = Sheet::new(150, 200);
    for pair in strokes(7)[0].windows(2) {
        let [from, to] = [pair[0], pair[1]].map(|[u, v]| [150.0 * u, 10.0 + 190.0 * v]);
        sheet.line(from, to, 28.0, 0.9);
    }
    let found = places(&sheet, |_, _| 230.0);
    assert!(found.len() == 1 && found[0][3] > 190, "{found:?}");
}

#[test]
fn digits_on_both_sides_of_a_shadow_are_read() {
    for (shade, edge) in [(0.62, 410.0), (0.75, 410.0), (0.6, 560.0), (0.7, 130.0)] {
        for width in [6.0, 12.0] {
            let soft = |x: f32, y: f32| ((x + 0.1 * y - edge) / width).clamp(0.0, 1.0);
            let found = places(&four(), |x, y| 235.0 * (shade + (1.0 - shade) * soft(x, y)));
            are_four(&found, &format!("{shade} at {edge}, {width} pixels soft"));
        }
    }
}

#[test]
fn folds_of_empty_paper_are_no_ink() {
    let wave = |at: f32, length: f32| {
        let angle = 2.0 * std::f64::consts::PI * (f64::from(at / length).fract() - 0.5);
        crate::engine::elementary::cos_sin(angle).0 as f32
    };
    for depth in [5.0, 10.0, 20.0] {
        let found =
            places(&Sheet::new(800, 600), |x, y| 220.0 + depth * (wave(x + 0.4 * y, 250.0) + wave(y, 190.0)) / 2.0);
        assert!(found.is_empty(), "{depth}: {found:?}");
    }
}

#[test]
fn underlines_the_line_of_a_margin_and_the_holes_of_punched_paper_are_no_digits() {
    let mut sheet = four();
    sheet.line([130.0, 362.0], [690.0, 374.0], 7.0, 0.8);
    are_four(&places(&sheet, |_, _| 230.0), "an underline");

    let mut margin = Sheet::new(800, 600);
    margin.line([90.0, 0.0], [96.0, 599.0], 3.0, 0.5);
    let found = places(&margin, |_, _| 230.0);
    assert!(found.is_empty(), "a margin: {found:?}");

    let mut sheet = four();
    (0..3).for_each(|hole| {
        sheet.line([40.0, 110.0 + 170.0 * hole as f32], [40.0, 111.0 + 170.0 * hole as f32], 40.0, 0.9)
    });
    are_four(&places(&sheet, |_, _| 230.0), "holes");
}

#[test]
fn smaller_digits_near_to_larger_ones_are_no_pieces_of_them() {
    // 7 to the power of 4, 8 to that of 0.
    let mut sheet = Sheet::new(700, 300);
    for (x, digit, power) in [(80.0, 7, 4), (380.0, 8, 0)] {
        sheet.digit(digit, [x, 100.0], 130.0);
        sheet.digit(power, [x + 108.0, 80.0], 56.0);
    }
    let heights = |sheet: &Sheet| places(sheet, |_, _| 230.0).iter().map(|place| place[3] > 90).collect::<Vec<_>>();
    assert_eq!(heights(&sheet), [true, false, true, false]);
    // A row closely below a larger one.
    let mut sheet = Sheet::new(700, 420);
    (0..3).for_each(|place| sheet.digit([8, 0, 7][place], [60.0 + 180.0 * place as f32, 60.0], 170.0));
    (0..5).for_each(|place| sheet.digit([1, 4, 7, 0, 8][place], [60.0 + 90.0 * place as f32, 260.0], 65.0));
    assert_eq!(heights(&sheet), [true, true, true, false, false, false, false, false]);
}

#[test]
fn a_comb_and_its_ticks_are_taken_away() {
    let mut comb = four();
    comb.line([120.0, 372.0], [680.0, 372.0], 3.0, 0.7);
    for x in 0..5 {
        let x = 120.0 + 140.0 * x as f32;
        comb.line([x, 330.0], [x, 372.0], 3.0, 0.7);
    }
    are_four(&places(&comb, |_, _| 230.0), "a comb");
}

#[test]
fn a_small_digit_at_the_edge_of_the_picture_is_no_rim() {
    let mut sheet = four();
    sheet.digit(7, [370.0, 536.0], 62.0);
    let found = places(&sheet, |_, _| 230.0);
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn cells_whose_lines_are_at_the_edge_of_the_picture_are_no_rim() {
    let mut sheet = Sheet::new(486, 195);
    for (place, digit) in [1, 0, 8, 8, 4, 7, 4, 1, 5, 0].into_iter().enumerate() {
        let [column, row] = [place % 5, place / 5].map(|at| 97.0 * at as f32);
        sheet.digit(digit, [column + 30.0, row + 18.0], [56.0, 62.0, 40.0, 54.0, 46.0][place % 5]);
    }
    // Some lines are thinner, as in a shrunk picture.
    for (x, thick) in [(0.5, 2.0), (97.0, 1.0), (194.5, 2.0), (291.5, 2.0), (388.0, 1.0), (485.0, 1.0)] {
        sheet.line([x, 0.0], [x, 194.0], thick, 1.0);
    }
    [0.5, 97.5, 193.5].into_iter().for_each(|y| sheet.line([0.0, y], [485.0, y], 2.0, 1.0));
    let found = places(&sheet, |_, _| 255.0);
    assert!(found.len() == 10 && found.iter().all(|place| place[2] < 60), "{found:?}");
}

#[test]
fn the_rim_of_a_scan_around_a_single_digit_is_none() {
    for rim in [10.0, 18.0] {
        let mut sheet = Sheet::new(800, 600);
        sheet.digit(5, [150.0, 220.0], 160.0);
        let on_glass =
            |x: f32, y: f32| x < rim || y < 18.0 - 0.05 * x || x > 783.0 + 0.05 * y || y > 612.0 - 0.035 * (x - 400.0);
        let found = places(&sheet, |x, y| if on_glass(x, y) { 5.0 } else { 243.0 });
        assert!(found.len() == 1 && found[0][3] > 150, "{rim}: {found:?}");
    }
}

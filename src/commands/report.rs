//! What `evaluate` tells: accuracy, a table of the classes, the confusion matrix, and the most
//! frequent confusions, as text for people and as JSON for scripts.
//!
//! With TP the rows of a class that were predicted as it, FN those that were not, and FP the rows
//! of other classes that were:
//!
//! ```text
//! precision = TP / (TP + FP)    recall = TP / (TP + FN)    F1 = 2 TP / (2 TP + FP + FN)
//! ```

use std::cmp::Reverse;

use super::format::{narrow_table, percent, table};
use super::terminal::wrapped;
use crate::data::sketch::Memory;
use crate::names::{counted, joined, thousands};
use crate::train::Score;

/// How many of the most frequent confusions are listed.
const LISTED: usize = 10;

/// The line by which a measured accuracy is told everywhere: `accuracy 99.37% (63 wrong of 10000)`.
pub fn accuracy(Score { wrong, images }: Score) -> String {
    format!("accuracy {} ({wrong} wrong of {images})", percent(ratio(images - wrong, images)))
}

/// A finished count of true against predicted labels. C classes.
pub struct Report<'a> {
    /// [C], ascending.
    labels: &'a [i32],
    /// [C, C]: row the true class, column the predicted one.
    counts: &'a [usize],
    /// The rows that the network learned from, where some are known.
    pub learned_from: Option<Memory>,
}

/// Fewer images that are known again tell no share of all of them.
const TELLING: usize = 10;

/// So many tell a share to a hundredth or so.
const MANY: usize = 100;

/// Says that images are not new to the network.
pub fn learned_from(memory: Memory) -> String {
    let share = share(memory);
    // Of few that could be known again, all may be by chance.
    let all = share.is_some_and(|share| share > 0.995) && memory.decided >= MANY;
    let part = if memory.common == memory.rows || all {
        "these images".to_owned()
    } else if let Some(share) = share {
        format!("about {:.0}% of these images", 100.0 * share)
    } else {
        format!("at least {} of these images", memory.common)
    };
    format!("the network learned from {part}")
}

/// The share of the images that the network learned from, where enough of them are known again.
fn share(Memory { decided, common, .. }: Memory) -> Option<f64> {
    (common >= TELLING).then(|| common as f64 / decided as f64)
}

/// One class, measured. `None` is a fraction of nothing.
struct Class {
    label: i32,
    count: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

/// Rows of one class that were taken for another.
struct Confusion {
    truth: i32,
    predicted: i32,
    count: usize,
}

impl<'a> Report<'a> {
    /// The report on `counts` [C, C] (row-major; row the true class, column the predicted one) of
    /// `labels`, of which there are C.
    ///
    /// # Panics
    /// If the lengths do not fit each other.
    pub fn new(labels: &'a [i32], counts: &'a [usize]) -> Report<'a> {
        assert_eq!(counts.len(), labels.len() * labels.len(), "counts must be labels x labels");
        Report { labels, counts, learned_from: None }
    }

    /// The report as text. `width` is that of the terminal it is for, `None` for a file or a pipe;
    /// the matrix is left out where it would wrap. `colour` also allows bold print.
    pub fn text(&self, width: Option<usize>, colour: bool) -> String {
        let memory = self.learned_from.map_or(String::new(), |memory| {
            format!("{}: this measures what it remembers, not what it reads\n", learned_from(memory))
        });
        let fit = |text: &str| width.map_or(text.to_owned(), |width| wrapped(text, width));
        let head = format!("{}\n{memory}\n", accuracy(self.score()));
        let mut text = format!("{}{}\n", fit(&head), self.class_table(width.unwrap_or(usize::MAX), colour));
        let matrix = self.matrix();
        let needed = matrix.lines().map(str::len).max().unwrap_or(0);
        text += &fit("confusion matrix (row: true, column: predicted)\n");
        text += &match width {
            Some(width) if needed > width => {
                fit(&format!("it takes {needed} columns: --confusion FILE draws it, --json prints it\n"))
            }
            _ => matrix,
        };
        let confusions = self.most_frequent();
        if !confusions.is_empty() {
            text += "\nmost frequent confusions\n";
            text.extend(confusions.iter().map(|Confusion { truth, predicted, count }| {
                format!("{truth} read as {predicted}: {}\n", counted(*count, "time"))
            }));
        }
        text
    }

    /// The report as one JSON object: `rows`, `wrong`, `accuracy`, `worst_class`, `classes` (`label`, `count`,
    /// `precision`, `recall`, `f1`), `labels`, `confusion` (a row a true label), `most_frequent` confusions (`truth`,
    /// `predicted`, `count`), and `learned_from`, where the network learned from some of the rows;
    /// `learned_from_at_least`, where few are known. Fractions are given to the last bit, and as `null` where they are
    /// not defined.
    pub fn json(&self) -> String {
        let Score { wrong, images: rows } = self.score();
        let classes = self.classes();
        let worst = self.worst(&classes).map_or("null".to_owned(), |worst| classes[worst].label.to_string());
        let class_objects = classes.iter().map(|class| {
            format!(
                r#"{{"label": {}, "count": {}, "precision": {}, "recall": {}, "f1": {}}}"#,
                class.label,
                class.count,
                number(class.precision),
                number(class.recall),
                number(class.f1)
            )
        });
        let confusion_objects = self.most_frequent().into_iter().map(|Confusion { truth, predicted, count }| {
            format!(r#"{{"truth": {truth}, "predicted": {predicted}, "count": {count}}}"#)
        });
        let members = [
            format!(r#""rows": {rows}"#),
            format!(r#""wrong": {wrong}"#),
            format!(r#""accuracy": {}"#, number(ratio(rows - wrong, rows))),
            format!(r#""worst_class": {worst}"#),
            format!(r#""classes": {}"#, list(class_objects)),
            format!(r#""labels": [{}]"#, joined(self.labels, ", ")),
            format!(r#""confusion": {}"#, list(self.truths().map(|row| format!("[{}]", joined(row, ", "))))),
            format!(r#""most_frequent": {}"#, list(confusion_objects)),
        ];
        let learned_from = self.learned_from.map(|memory| match share(memory) {
            Some(share) => format!(r#""learned_from": {share}"#),
            None => format!(r#""learned_from_at_least": {}"#, memory.common as f64 / memory.rows as f64),
        });
        let members: Vec<String> = members.into_iter().chain(learned_from).collect();
        format!("{{\n  {}\n}}\n", members.join(",\n  "))
    }

    /// The rows of the matrix.
    fn truths(&self) -> impl Iterator<Item = &'a [usize]> {
        self.counts.chunks(self.labels.len().max(1))
    }

    /// What the counts come to.
    pub fn score(&self) -> Score {
        let images = self.counts.iter().sum();
        let right: usize = self.counts.iter().step_by(self.labels.len() + 1).sum();
        Score { wrong: images - right, images }
    }

    fn classes(&self) -> Vec<Class> {
        let classes = self.labels.len();
        let mut predicted = vec![0; classes];
        for row in self.truths() {
            predicted.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let class = |(c, row): (usize, &[usize])| {
            let count = row.iter().sum();
            Class {
                label: self.labels[c],
                count,
                precision: ratio(row[c], predicted[c]),
                recall: ratio(row[c], count),
                // Nothing is known of a class that has no rows.
                f1: ratio(2 * row[c], predicted[c] + count).filter(|_| count > 0),
            }
        };
        self.truths().enumerate().map(class).collect()
    }

    /// The class with the least F1, unless all are perfect; of several the first.
    fn worst(&self, classes: &[Class]) -> Option<usize> {
        let measured = classes.iter().enumerate().filter_map(|(c, class)| Some((c, class.f1?)));
        measured.filter(|(_, f1)| *f1 < 1.0).min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(c, _)| c)
    }

    /// A row a class, the worst one marked; in lines of at most `width` columns.
    fn class_table(&self, width: usize, colour: bool) -> String {
        let classes = self.classes();
        let mut rows = vec![["class", "count", "precision", "recall", "F1"].map(String::from).to_vec()];
        rows.extend(classes.iter().map(|class| {
            let fractions = [class.precision, class.recall, class.f1].map(percent);
            [class.label.to_string(), thousands(class.count as u64)].into_iter().chain(fractions).collect()
        }));
        let worst = self.worst(&classes).map(|worst| worst + 1);
        let (bold, plain) = if colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        let lines = table("r", &rows);
        const MARK: &str = "  <- worst";
        if lines.lines().any(|line| line.len() + MARK.len() > width) {
            let worst = worst.map_or(String::new(), |worst| format!("worst: {}\n", rows[worst][0]));
            return narrow_table("r", &rows, width) + &worst;
        }
        let mark = |(row, line)| match worst {
            Some(worst) if worst == row => format!("{bold}{line}{MARK}{plain}\n"),
            _ => format!("{line}\n"),
        };
        lines.lines().enumerate().map(mark).collect()
    }

    /// The matrix with its labels. A dot is a zero, so that the mistakes can be seen.
    fn matrix(&self) -> String {
        let labels = self.labels.iter().map(i32::to_string);
        let mut rows = vec![[String::new()].into_iter().chain(labels).collect()];
        rows.extend(self.truths().zip(self.labels).map(|(row, label)| {
            let cells = row.iter().map(|count| if *count == 0 { ".".to_owned() } else { thousands(*count as u64) });
            [label.to_string()].into_iter().chain(cells).collect()
        }));
        table("r", &rows)
    }

    fn most_frequent(&self) -> Vec<Confusion> {
        let mut confusions: Vec<Confusion> = Vec::new();
        for (row, &truth) in self.truths().zip(self.labels) {
            let mistakes = row.iter().zip(self.labels).filter(|(count, predicted)| **count > 0 && **predicted != truth);
            confusions.extend(mistakes.map(|(&count, &predicted)| Confusion { truth, predicted, count }));
        }
        // Stable, so those equally frequent stay in the order of the matrix.
        confusions.sort_by_key(|confusion| Reverse(confusion.count));
        confusions.truncate(LISTED);
        confusions
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The shortest decimal that reads back as the same bits.
fn number(fraction: Option<f64>) -> String {
    fraction.map_or("null".to_owned(), |fraction| fraction.to_string())
}

/// A JSON list, an element a line.
fn list(elements: impl Iterator<Item = String>) -> String {
    let elements: Vec<_> = elements.collect();
    if elements.is_empty() { "[]".to_owned() } else { format!("[\n    {}\n  ]", elements.join(",\n    ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [i32; 3] = [3, 4, 9];
    const COUNTS: [usize; 9] = [100, 0, 2, 0, 85, 11, 1, 4, 97];

    #[test]
    fn the_text_tells_everything() {
        assert_eq!(
            Report::new(&LABELS, &COUNTS).text(Some(80), false),
            "accuracy 94.00% (18 wrong of 300)

class  count  precision  recall      F1
    3    102     99.01%  98.04%  98.52%
    4     96     95.51%  88.54%  91.89%
    9    102     88.18%  95.10%  91.51%  <- worst

confusion matrix (row: true, column: predicted)
     3   4   9
3  100   .   2
4    .  85  11
9    1   4  97

most frequent confusions
4 read as 9: 11 times
9 read as 4: 4 times
3 read as 9: 2 times
9 read as 3: 1 time
"
        );
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        for width in [30, 40, 48, 49, 80] {
            let mut report = Report::new(&LABELS, &COUNTS);
            report.learned_from = Some(Memory { rows: 100, decided: 100, common: 50 });
            let text = report.text(Some(width), false);
            assert!(text.lines().all(|line| line.len() <= width), "{width}: {text}");
            let worst = if width < 49 { "\nworst: 9\n" } else { "91.51%  <- worst\n" };
            assert!(text.contains(worst) && text.contains("precision") && text.contains("F1"), "{width}: {text}");
        }
        let labels: Vec<i32> = (0..20).collect();
        let text = Report::new(&labels, &[9; 400]).text(Some(40), false);
        assert!(text.contains("--json prints it") || text.contains("--json\nprints it"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 40), "{text}");
    }

    #[test]
    fn the_json_tells_the_same() {
        assert_eq!(
            Report::new(&LABELS, &COUNTS).json(),
            r#"{
  "rows": 300,
  "wrong": 18,
  "accuracy": 0.94,
  "worst_class": 9,
  "classes": [
    {"label": 3, "count": 102, "precision": 0.9900990099009901, "recall": 0.9803921568627451, "f1": 0.9852216748768473},
    {"label": 4, "count": 96, "precision": 0.9550561797752809, "recall": 0.8854166666666666, "f1": 0.918918918918919},
    {"label": 9, "count": 102, "precision": 0.8818181818181818, "recall": 0.9509803921568627, "f1": 0.9150943396226415}
  ],
  "labels": [3, 4, 9],
  "confusion": [
    [100, 0, 2],
    [0, 85, 11],
    [1, 4, 97]
  ],
  "most_frequent": [
    {"truth": 4, "predicted": 9, "count": 11},
    {"truth": 9, "predicted": 4, "count": 4},
    {"truth": 3, "predicted": 9, "count": 2},
    {"truth": 9, "predicted": 3, "count": 1}
  ]
}
"#
        );
    }

    #[test]
    fn fractions_of_nothing_are_not_invented() {
        // -1 has no rows and is never predicted, 5 has none and is predicted, 25 has some and is
        // never predicted.
        let labels = [-1, 5, 25, 30];
        let counts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 2];
        let report = Report::new(&labels, &counts);
        assert_eq!(
            report.class_table(80, true),
            "class  count  precision   recall      F1
   -1      0          -        -       -
    5      0      0.00%        -       -
\u{1b}[1m   25      2          -    0.00%   0.00%  <- worst\u{1b}[0m
   30      2     66.67%  100.00%  80.00%
"
        );
        assert!(report.json().contains(r#""label": 25, "count": 2, "precision": null, "recall": 0, "f1": 0}"#));
        let empty = Report::new(&labels, &[0; 16]);
        assert!(empty.text(None, false).starts_with("accuracy - (0 wrong of 0)\n"));
        assert!(empty.json().contains("\"accuracy\": null,\n  \"worst_class\": null,\n"));
        Report::new(&[], &[]).text(None, false);
    }

    #[test]
    fn a_perfect_model_has_no_worst_class_and_no_confusions() {
        let report = Report::new(&[0, 1], &[7, 0, 0, 5]);
        let text = report.text(Some(40), true);
        assert!(text.starts_with("accuracy 100.00% (0 wrong of 12)\n"));
        assert!(!text.contains("worst") && !text.contains("frequent") && !text.contains('\x1b'), "{text}");
        assert!(report.json().ends_with("\"most_frequent\": []\n}\n"));
    }

    #[test]
    fn a_thousand_classes_do_not_flood_the_terminal() {
        let labels: Vec<i32> = (0..1000).collect();
        let counts: Vec<usize> = (0..1_000_000).map(|cell| usize::from(cell % 1001 == 0) * 9 + cell % 2).collect();
        let report = Report::new(&labels, &counts);
        let whole = report.text(None, false);
        let widest = whole.lines().map(str::len).max().unwrap();
        assert_eq!(whole.lines().filter(|line| line.len() == widest).count(), 1001);
        let text = report.text(Some(80), false);
        let instead = format!("\nit takes {widest} columns: --confusion FILE draws it, --json prints it\n");
        assert!(text.contains(&instead));
        assert!(text.lines().all(|line| line.len() <= 80));
        assert_eq!(text.lines().filter(|line| line.contains(" read as ")).count(), LISTED);
    }
}

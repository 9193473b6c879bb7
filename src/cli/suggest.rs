//! "Did you mean ...?"

/// The name that was most likely meant by `typed`, if any is near: within a third of its letters by
/// [`distance`], or the one an abbreviation stands for (`eval`, `lr`), or the one it spells out
/// further (`batch-size`).
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let near = |name: &&str| {
        let long_enough = typed.chars().count() >= 3;
        let short_for = long_enough && name.starts_with(&typed);
        let spelled_out = typed.split('-').next() == Some(name);
        let initials: String = name.split('-').filter_map(|word| word.chars().next()).collect();
        let misspelled = distance(&typed, name) <= (typed.chars().count() / 3).max(1);
        short_for || spelled_out || initials.len() > 1 && initials == typed || misspelled && long_enough
    };
    names.into_iter().filter(near).min_by_key(|name| distance(&typed, name))
}

/// The least number of letters inserted, deleted, replaced or swapped with their neighbour that
/// turns `a` into `b` (optimal string alignment), by rows of the table of all prefixes.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(table[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(table[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        table.push(row);
    }
    table[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "demo", 4),
            ("train", "train", 0),
            ("trian", "train", 1),
            ("tran", "train", 1),
            ("trains", "train", 1),
            ("brain", "train", 1),
            ("sampel", "samples", 2),
            ("weights", "digits", 3),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["learning-rate", "batch", "epochs", "label", "label-smoothing", "out"];
        for (typed, meant) in [
            ("epoch", Some("epochs")),
            ("EPOCHS", Some("epochs")),
            ("lr", Some("learning-rate")),
            ("learning_rate", Some("learning-rate")),
            ("batch-size", Some("batch")),
            ("lable", Some("label")),
            ("label-smooth", Some("label-smoothing")),
            ("output", None),
            ("x", None),
            ("", None),
            ("verbose", None),
        ] {
            assert_eq!(nearest(typed, names), meant, "{typed}");
        }
    }
}

//! Numbers and tables as people read them.

use std::time::Duration;

/// A fraction as a percentage with two digits: `99.21%`; `-` where it is not defined.
pub fn percent(fraction: Option<f64>) -> String {
    fraction.map_or("-".to_owned(), |fraction| format!("{:.2}%", 100.0 * fraction))
}

/// A time in the two units that matter: `3.2s`, `42s`, `1m 05s`, `2h 03m`.
pub fn duration(time: Duration) -> String {
    // Rounded first, so that 59.7 s are a minute and not 60 s.
    let tenths = (time.as_millis() + 50) / 100;
    let seconds = (time.as_millis() + 500) / 1000;
    match seconds {
        _ if tenths < 100 => format!("{}.{}s", tenths / 10, tenths % 10),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// The time that is left if work of which a `share` took `elapsed` goes on at its pace; `None`
/// before it has begun.
pub fn time_left(elapsed: Duration, share: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * (1.0 - share) / share).ok()
}

/// Rows of cells as aligned columns, two spaces between them, a line a row. `alignment` has a
/// letter a column, as in LaTeX, `l` for left and `r` for right; its last letter holds for all
/// further columns.
pub fn table(alignment: &str, rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            line += gap;
            match alignment.chars().nth(column).or(alignment.chars().last()) {
                Some('r') => line += &format!("{cell:>width$}"),
                _ => line += &format!("{cell:<width$}"),
            }
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}

/// The same in lines of at most `width` columns: as many tables as it takes, each with the first column.
pub fn narrow_table(alignment: &str, rows: &[Vec<String>], width: usize) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let part = |from: usize, to: usize| {
        table(alignment, &rows.iter().map(|row| [&row[..1], &row[from..to]].concat()).collect::<Vec<_>>())
    };
    let (mut parts, mut from) = (Vec::new(), 1);
    while from < columns {
        let fits = |to: &usize| part(from, *to).lines().all(|line| line.chars().count() <= width);
        let to = (from + 1..=columns).rev().find(fits).unwrap_or(from + 1);
        parts.push(part(from, to));
        from = to;
    }
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_two_digits() {
        assert_eq!(percent(Some(0.9937)), "99.37%");
        assert_eq!(percent(Some(8334.0 / 8400.0)), "99.21%");
        assert_eq!(percent(Some(1.0)), "100.00%");
        assert_eq!(percent(Some(0.0)), "0.00%");
        assert_eq!(percent(None), "-");
    }

    #[test]
    fn durations_show_what_matters() {
        for (millis, text) in [
            (0, "0.0s"),
            (349, "0.3s"),
            (3_250, "3.3s"),
            (9_949, "9.9s"),
            (9_950, "10s"),
            (42_499, "42s"),
            (59_499, "59s"),
            (59_500, "1m 00s"),
            (65_000, "1m 05s"),
            (3_599_499, "59m 59s"),
            (3_599_500, "1h 00m"),
            (7_380_000, "2h 03m"),
            (360_000_000, "100h 00m"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text, "{millis} ms");
        }
        assert!(duration(Duration::MAX).ends_with('m'));
    }

    #[test]
    fn the_time_left_follows_from_the_share_done() {
        let ten = Duration::from_secs(10);
        assert_eq!(time_left(ten, 0.25), Some(Duration::from_secs(30)));
        assert_eq!(time_left(ten, 1.0), Some(Duration::ZERO));
        assert_eq!(time_left(ten, 0.0), None);
        assert_eq!(time_left(Duration::ZERO, 0.0), None);
        assert_eq!(time_left(ten, 1e-300), None);
    }

    #[test]
    fn tables_align() {
        let rows = [["layer", "shape", "numbers"], ["0.weight", "512 x 784", "401,408"], ["0.bias", "512", "512"]];
        let rows = rows.map(|row| row.map(String::from).to_vec());
        assert_eq!(
            table("lr", &rows),
            "layer         shape  numbers\n\
             0.weight  512 x 784  401,408\n\
             0.bias          512      512\n"
        );
        assert_eq!(narrow_table("lr", &rows, 40), table("lr", &rows));
        assert_eq!(
            narrow_table("lr", &rows, 20),
            "layer         shape\n0.weight  512 x 784\n0.bias          512\n\n\
             layer     numbers\n0.weight  401,408\n0.bias        512\n"
        );
        assert_eq!(table("l", &rows[2..]), "0.bias  512  512\n");
        assert_eq!(table("r", &[]), "");
    }
}

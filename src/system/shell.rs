//! Words as the shells of a system take them.

/// A word as a shell takes it, in quotes where it needs them.
pub fn quoted(word: &str) -> String {
    if cfg!(windows) { on_windows(word) } else { on_unix(word) }
}

fn on_unix(word: &str) -> String {
    if is_plain(word, b"_-./:=+,@%") { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Both shells there take double quotes alone. PowerShell takes `a,b` for a list, and a word that begins with `@` for
/// one of its own.
fn on_windows(word: &str) -> String {
    if is_plain(word, b"_-.\\/:=+") { word.to_owned() } else { format!("\"{}\"", word.replace('"', "\\\"")) }
}

/// Whether a word has letters, digits and these signs alone.
fn is_plain(word: &str, signs: &[u8]) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_each_systems_shells_want_it() {
        for (word, unix, windows) in [
            ("sub/w.safetensors", "sub/w.safetensors", "sub/w.safetensors"),
            (r"sub\w.safetensors", r"'sub\w.safetensors'", r"sub\w.safetensors"),
            ("C:\\my files\\t.csv", "'C:\\my files\\t.csv'", "\"C:\\my files\\t.csv\""),
            ("it's", r"'it'\''s'", "\"it's\""),
            ("a,b", "a,b", "\"a,b\""),
            ("", "''", "\"\""),
        ] {
            assert_eq!(on_unix(word), unix);
            assert_eq!(on_windows(word), windows);
        }
    }
}

//! As much of JSON (RFC 8259) as the header has: objects, strings, and lists of whole numbers.
//!
//! The caller says what must come next, and anything else is an error with its place. So nothing is parsed that is not
//! wanted, nothing calls itself, and no depth of brackets is too deep.

use super::{Error, quoted};

/// A cursor in the header.
pub(super) struct Parser<'a> {
    text: &'a str,
    /// Always between two characters of `text`.
    at: usize,
}

impl<'a> Parser<'a> {
    /// A cursor before the first byte of the header, which must be a `{`, without space before it.
    pub fn new(text: &'a str) -> Result<Self, Error> {
        let parser = Parser { text, at: 0 };
        if text.starts_with('{') { Ok(parser) } else { Err(parser.expected("'{'")) }
    }

    /// `{"key": value, ...}`, at most `most` of them. `member` is called after each key and must read the value.
    pub fn object(
        &mut self,
        most: usize,
        mut member: impl FnMut(&mut Self, String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.list('{', '}', most, |parser| {
            let key = parser.string()?;
            parser.expect(':')?;
            member(parser, key)
        })
    }

    /// `[number, ...]`, at most `most` of them.
    pub fn numbers(&mut self, most: usize) -> Result<Vec<usize>, Error> {
        let mut numbers = Vec::new();
        self.list('[', ']', most, |parser| {
            numbers.push(parser.number()?);
            Ok(())
        })?;
        Ok(numbers)
    }

    /// Items between brackets, with commas between them.
    fn list(
        &mut self,
        open: char,
        close: char,
        most: usize,
        mut item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.expect(open)?;
        if self.take(close) {
            return Ok(());
        }
        for _ in 0..most {
            item(self)?;
            if self.take(close) {
                return Ok(());
            }
            if !self.take(',') {
                return Err(self.expected(&format!("',' or {close:?}")));
            }
        }
        Err(self.expected(&format!("{close:?} after at most {most} entries")))
    }

    /// A string, its escapes resolved.
    pub fn string(&mut self) -> Result<String, Error> {
        self.expect('"')?;
        // No escape is shorter than what it stands for, so this is room enough and the string never has to grow.
        let mut string = String::with_capacity(self.length_to_quote());
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            string.push_str(&rest[..plain]);
            self.at += plain;
            match self.next() {
                Some('"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some('\\') => {
                    self.at += 1;
                    string.push(self.escape()?);
                }
                _ => return Err(self.expected("the rest of a string")),
            }
        }
    }

    /// The bytes between the cursor and the quote that ends the string.
    fn length_to_quote(&self) -> usize {
        let mut escaped = false;
        let rest = &self.text.as_bytes()[self.at..];
        let quote = rest.iter().position(|&byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        quote.unwrap_or(rest.len())
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char, Error> {
        let character = match self.next() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                self.at += 1;
                return self.utf16();
            }
            _ => return Err(self.expected("an escape of JSON")),
        };
        self.at += 1;
        Ok(character)
    }

    /// Four hexadecimal digits; twice four, in two escapes, for characters that take two units of UTF-16.
    fn utf16(&mut self) -> Result<char, Error> {
        let first = self.hexadecimal()?;
        if let Some(character) = char::from_u32(first.into()) {
            return Ok(character);
        }
        let pair = if self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            [first, self.hexadecimal()?]
        } else {
            [first, 0]
        };
        match char::decode_utf16(pair).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(self.expected("both halves of a surrogate pair before this")),
        }
    }

    fn hexadecimal(&mut self) -> Result<u16, Error> {
        let digits = self.text.get(self.at..self.at + 4);
        // The standard library would take a sign.
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.expected("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }

    /// A whole number without sign, fraction or exponent.
    fn number(&mut self) -> Result<usize, Error> {
        self.skip_space();
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = &rest[..length];
        if digits.is_empty() || (digits.starts_with('0') && length > 1) {
            return Err(self.expected("a whole number"));
        }
        let number = digits.parse();
        let number = number.map_err(|_| self.error(&format!("{} is more than there can be", quoted(digits))))?;
        self.at += length;
        Ok(number)
    }

    /// Spaces and nothing else up to the end of the header.
    pub fn end(&mut self) -> Result<(), Error> {
        self.skip_space();
        match self.next() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the header")),
        }
    }

    fn expect(&mut self, character: char) -> Result<(), Error> {
        if self.take(character) { Ok(()) } else { Err(self.expected(&format!("{character:?}"))) }
    }

    /// Moves over the ASCII `character` and the space before it, if it comes next.
    fn take(&mut self, character: char) -> bool {
        self.skip_space();
        let found = self.next() == Some(character);
        self.at += usize::from(found);
        found
    }

    /// JSON's white space.
    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn next(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn expected(&self, what: &str) -> Error {
        match self.next() {
            Some(character) => self.error(&format!("expected {what}, found {character:?}")),
            None => self.error(&format!("expected {what}, found the end of the header")),
        }
    }

    /// Places are counted from the first byte of the file.
    fn error(&self, what: &str) -> Error {
        Error(format!("byte {}: {what}", 8 + self.at))
    }
}

/// A text as a JSON string.
pub fn string_of(text: &str) -> String {
    let mut json = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\0'..' ' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json + "\""
}

//! Where each pixel of a row belongs: by the order that the columns' names tell, and transposed where that is asked.

use super::columns::Columns;
use super::order::{Order, order};
use crate::data::formats::error::quoted;
use crate::data::formats::{Error, Mend, Note};

impl Columns<'_> {
    /// Where each pixel of a row belongs, if not where it stands.
    pub fn places(&self, (width, height): (usize, usize), notes: &mut Vec<Note>) -> Result<Option<Vec<usize>>, Error> {
        let columns = self.free();
        let (order, size) = match self.names {
            Some(names) if !self.is_open() => order(&columns.iter().map(|&column| names[column]).collect::<Vec<_>>()),
            _ => (Order::AsTheyStand, None),
        };
        let places = match order {
            Order::Places(places) => {
                let mut text = "the columns are out of order: put in order by the numbers in their names".to_owned();
                let name = |wanted: usize| {
                    let place = places.iter().position(|&place| place == wanted).unwrap_or_default();
                    quoted(self.names.map_or(b"", |names| names[columns[place]]))
                };
                // Which of two numbers is the row's, people see otherwise.
                let mend = size.map(|_| {
                    let (next, mend) = match self.options.transpose {
                        true => ("below", Mend::Upright),
                        false => ("right of", Mend::Transpose),
                    };
                    text += &format!(", {} {next} {}", name(1), name(0));
                    mend
                });
                notes.push(Note { text, mend });
                Some(places)
            }
            Order::Unclear | Order::Unknown => {
                let text = "the columns' names tell no order, or not the whole of it: the pixels are taken as they stand; number the \
                            names if that is not their order";
                notes.push(text.to_owned().into());
                None
            }
            Order::Stray(place) => {
                let column = columns[place];
                let message = format!(
                    "expected a name with a number like the other pixels', as these are out of order, found {}: correct this \
                     name",
                    quoted(self.names.map_or(b"", |names| names[column]))
                );
                return Err(Error::cell(self.line, column, message));
            }
            Order::AsTheyStand => None,
        };
        if !self.options.transpose {
            return Ok(places);
        }
        // Column by column becomes row by row.
        let places = places.unwrap_or_else(|| (0..width * height).collect());
        Ok(Some(places.into_iter().map(|place| place % height * width + place / height).collect()))
    }
}

//! Pictures: what the network saw, did and learned, drawn to PNG.
//!
//! Each picture is a function from plain numbers to an [`Image`], whose [`Image::png`] is the file. Everything is drawn
//! by a small canvas and a bitmap font of this crate, on one page layout: `page` is the look, `canvas` and `font` the
//! tools, `grid` and `axis` what several pictures share, `image` what they draw. The same numbers give the
//! same bytes on every machine.

mod axis;
mod canvas;
mod confusion;
mod curves;
mod explain;
mod font;
mod grid;
mod image;
mod layer;
mod mistakes;
mod page;
mod reading;
mod samples;
mod weights;

pub use confusion::confusion;
pub use curves::{Epoch, curves};
pub use explain::{Evidence, Explanation, Unit, explain};
pub use image::Image;
pub use mistakes::{Mistake, mistakes};
pub use reading::{ReadDigit, reading};
pub use samples::{Sample, augmented, samples};
pub use weights::weights;

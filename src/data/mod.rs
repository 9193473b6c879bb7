//! Digits: from bytes of a file to batches for the network.

pub mod augment;
pub mod builtin;
pub mod dataset;
pub mod formats;
pub mod sketch;

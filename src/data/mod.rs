//! Digits: from bytes of a file to batches for the network.

pub mod csv;

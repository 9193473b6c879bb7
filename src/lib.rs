//! Learns to read handwritten digits.

pub mod checkpoint;
pub mod cli;
pub mod commands;
pub mod data;
pub mod engine;
pub mod file;
pub mod matrix;
pub mod model;
mod names;
pub mod nn;
pub mod picture;
pub mod random;
pub mod safetensors;
pub mod signal;
mod terminal_size;
pub mod train;

//! Learns to read handwritten digits.

pub mod cli;
pub mod commands;
pub mod data;
pub mod picture;
pub mod safetensors;
mod terminal_size;

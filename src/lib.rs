//! Learns to read handwritten digits.

pub mod cli;
pub mod data;
pub mod picture;
pub mod safetensors;

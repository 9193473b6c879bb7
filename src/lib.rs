//! Learns to read handwritten digits.

pub mod data;
pub mod file;
pub mod picture;
pub mod safetensors;
pub mod signal;

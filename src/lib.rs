//! Learns to read handwritten digits.

pub mod data;
pub mod picture;
pub mod safetensors;

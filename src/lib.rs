//! Learns to read handwritten digits.

pub mod data;
pub mod picture;
pub mod random;
pub mod safetensors;

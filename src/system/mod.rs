//! The few things that only the operating system tells, each with what is done where it does not.

// Declarations of the system's C library, and calls of it.
#![allow(unsafe_code)]

pub mod signal;
pub mod terminal_size;

//! The few things that only the operating system tells, each with what is done where it does not.
//!
//! Each file has a module for Unix, one for Windows, and one for any other system. `--cfg unknown_system` compiles that
//! last one anywhere, so that it cannot rot.

// Declarations of the systems' libraries, and calls of them.
#![allow(unsafe_code)]

pub mod signal;
pub mod terminal;

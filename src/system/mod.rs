//! The few things that differ from system to system, each with what is done on one that nobody knows.
//!
//! A file that calls the system has a module for Unix, one for Windows, and one for any other. `--cfg unknown_system`
//! compiles that last one anywhere, so that it cannot rot.

// Declarations of the systems' libraries, and calls of them.
#![allow(unsafe_code)]

pub mod shell;
pub mod signal;
pub mod terminal;

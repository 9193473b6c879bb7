//! Weights files: names, shapes and numbers <-> bytes.

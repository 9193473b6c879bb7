//! The command `mnist`.

fn main() {}

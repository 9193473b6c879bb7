//! Learns to read handwritten digits: every layer of it written here, by hand.
//!
//! **Begin with [`nn::reference`]**: the whole algorithm on one page, with its equations. Everything else in [`nn`] and
//! [`engine`] computes the same numbers faster, to the last bit.
//!
//! # How data flows
//!
//! ```text
//!  train.csv                                                           mnist.safetensors
//!     |  data::formats                               model, safetensors, file  ^
//!     v                                                                        |
//!  bytes, labels --data::dataset--> batches --train--> forward, loss,    --> weights
//!                     data::augment: deformed afresh    backward, update       |
//!                                                       (nn, on engine)        v
//!                                                              picture: samples.png, curves, ...
//! ```
//!
//! `data` feeds `nn`, `train` runs the epochs, `engine` does the arithmetic, `commands` talks to the user.
//!
//! # The map
//!
//! ```text
//! main.rs       parse, run, print the error, exit code
//! cli           the table of commands and options -> their values, help, suggestions; no I/O
//! commands      one file a command; with main, the only code that prints
//! model         a network with its labels and image size <-> a weights file
//! checkpoint    a run that stopped <-> a file
//! train         epochs and batches; reports through a callback; knows no files
//! archive       inflate, gzip, zip, unpacked while they are read; knows no digits
//! data          formats (bytes -> rows, places in errors), dataset (images, classes, split), augment,
//!               builtin (the digits in the binary)
//! handwriting   a picture's pixels -> ink -> digits -> images as MNIST has them, a step a file
//! nn            reference (read first: the whole algorithm on one page); network; init, activation, dropout, loss,
//!               optimizer, schedule: each beside its derivative; order (of the pixels), images (as the first layer
//!               takes them), parameters (where weights lie), hidden and block (where activations lie), dense (the
//!               products of a layer), batch (the passes over all of them, on all threads), predict; attribution
//!               (which pixels speak for a class)
//! matrix        rows, columns, Vec<f32>: shape-checked, with its products
//! engine        dense and sparse products, exp and ln, the instruction sets, the threads
//! picture_file  picture files (PNG, JPEG) <-> pixels; knows no digits
//! page          a network -> one HTML file that reads what is drawn in it
//! picture       canvas, font, grids and plots -> PNG
//! safetensors   names, shapes and f32 <-> bytes; knows no network
//! file          replacing files whole
//! names         values and the names that users type and files hold; numbers in texts
//! random        streams that are found by (seed, purpose, epoch, index)
//! system        the few things that differ from system to system: signals, the terminal, a shell's quotes
//! ```
//!
//! main -> cli, commands, system; cli -> system; commands -> all below; page, checkpoint -> model; checkpoint ->
//! train, data; model -> nn, data, matrix, safetensors; train -> data, nn, matrix, engine; data -> archive,
//! picture_file, engine, random; nn -> matrix, engine, random; matrix -> engine; picture -> picture_file, engine;
//! handwriting -> picture_file -> `png`; page, model, checkpoint, data, picture -> names; archive, safetensors, file,
//! names, random, system -> the standard library alone.
//!
//! # Invariants
//!
//! - **No unsafe code but in the engine and in `system`.** In the engine, lengths are asserted before any raw
//!   access, and a value of `engine::simd::Avx512`, `Avx2` or `Neon` is the proof that the processor has the
//!   instructions: who holds it may use them safely. `system` declares a few functions of each system.
//! - **Nothing below `commands` prints, exits, reads arguments or the environment, or names a command-line
//!   option.** Randomness comes in as a seed.
//! - **[`nn::reference`] is the specification.** Every fast path equals it to the bit, and a test says so.
//! - **No element of a result is summed in two halves.** It is one chain of fused multiply-adds in ascending order,
//!   never split between vectors or threads; and no exp, ln or cos comes from the system's library. So the bits are the
//!   same for any tile, any vector width and any number of threads.
//! - **No random choice depends on what was done before it**, only on the seed, the epoch and the image's number. So a
//!   run that was interrupted goes on as if it had not been.
//! - **No file is half-written under its own name**: it is written beside its place, flushed, and renamed. Only
//!   lines that lie within a page of memory, which no signal cuts, are appended.
//! - `png` is named in one module, `rand` where a whole set is shuffled or drawn.

pub mod archive;
pub mod checkpoint;
pub mod cli;
pub mod commands;
pub mod data;
pub mod engine;
pub mod file;
pub mod handwriting;
pub mod matrix;
pub mod model;
mod names;
pub mod nn;
pub mod page;
pub mod picture;
pub mod picture_file;
pub mod random;
pub mod safetensors;
pub mod system;
pub mod train;

//! Pictures: what the network saw, did and learned, drawn to PNG.

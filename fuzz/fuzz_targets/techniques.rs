//! The reader `techniques` of `src/parsers.rs`.

#![no_main]

holdfast_fuzz::target!();

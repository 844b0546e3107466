//! The reader `index` of `src/parsers.rs`.

#![no_main]

holdfast_fuzz::target!();

//! The reader `indicator_lines` of `src/parsers.rs`.

#![no_main]

holdfast_fuzz::target!();

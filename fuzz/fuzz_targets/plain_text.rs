//! The reader `plain_text` of `src/parsers.rs`.

#![no_main]

holdfast_fuzz::target!();

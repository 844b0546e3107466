//! The reader `attack_flow` of `src/parsers.rs`.

#![no_main]

holdfast_fuzz::target!();

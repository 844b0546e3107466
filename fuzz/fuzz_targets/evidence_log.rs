//! The reader `evidence_log` of `src/parsers.rs`.

#![no_main]

holdfast_fuzz::target!();

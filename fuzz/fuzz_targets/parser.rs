//! One reader of what users send, named by `HOLDFAST_PARSER`, under the fuzzer: it must neither panic nor take longer
//! than its size allows. The slowest input of a run is printed as it is found.

#![no_main]

use std::{
    sync::{LazyLock, Mutex},
    time::Instant,
};

use libfuzzer_sys::fuzz_target;

#[path = "../src/parsers.rs"]
mod parsers;

use parsers::{PARSERS, Parser};

static PARSER: LazyLock<&Parser> = LazyLock::new(|| {
    let name = std::env::var("HOLDFAST_PARSER").unwrap_or_default();
    PARSERS.iter().find(|parser| parser.name == name).unwrap_or_else(|| {
        let names: Vec<&str> = PARSERS.iter().map(|parser| parser.name).collect();
        panic!("set HOLDFAST_PARSER to one of {}", names.join(", "))
    })
});

/// How much slower the reader is when the fuzzer watches each of its branches.
const WATCHED: f64 = 5.0;

/// Bytes below which the clock says more of the machine than of the reader.
const SMALL: usize = 4_096;

static WORST: Mutex<f64> = Mutex::new(0.0);

fuzz_target!(|bytes: &[u8]| {
    let parser = *PARSER;
    let bytes = &bytes[..bytes.len().min(parser.bytes_max)];
    let began = Instant::now();
    (parser.read)(bytes);
    let took = began.elapsed().as_secs_f64();
    assert!(took * 1e3 <= WATCHED * parser.ms_max, "{}: {} bytes took {:.1} ms", parser.name, bytes.len(), took * 1e3);
    if bytes.len() >= SMALL {
        let per_byte = took * 1e9 / bytes.len() as f64;
        if let Ok(mut worst) = WORST.lock()
            && per_byte > *worst
        {
            *worst = per_byte;
            eprintln!("{}: at worst {per_byte:.1} ns per byte ({} bytes)", parser.name, bytes.len());
        }
    }
});

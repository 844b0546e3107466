//! What every fuzz target does: its reader gets the bytes as they are, and as a unit that is repeated, up to the most
//! that may reach it. It must neither panic nor take longer than its size allows. The slowest input of a run is printed
//! as it is found.

use std::sync::Mutex;

pub mod parsers;

use parsers::{PARSERS, Parser, pieces};

/// How much slower a reader may be while the fuzzer watches each of its branches.
const WATCHED: f64 = 5.0;
/// Bytes below which the clock says more of the machine than of the reader.
const SMALL: usize = 16 * 1024;
/// Bytes that a unit is repeated to each time, and that a known hard piece is repeated to.
const PROBE: usize = 64 * 1024;
const BEGIN: usize = 1024 * 1024;

/// Makes a fuzz target of the reader that has the target's name.
#[macro_export]
macro_rules! target {
    () => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $crate::see(env!("CARGO_BIN_NAME"), bytes));
    };
}

struct Measured {
    parser: &'static Parser,
    /// Milliseconds that the largest input would take if each of its bytes took as long as in the slowest one.
    worst_ms: f64,
    inputs: usize,
}

static MEASURED: Mutex<Option<Measured>> = Mutex::new(None);

/// One input of the fuzzer for the reader of that name.
///
/// # Panics
/// Where it takes longer than it may, or there is no such reader.
pub fn see(name: &str, bytes: &[u8]) {
    let mut measured = MEASURED.lock().expect("the fuzzer has one thread");
    measured.get_or_insert_with(|| Measured::begin(name)).see(bytes);
}

impl Measured {
    /// With what is known to be hard.
    fn begin(name: &str) -> Self {
        let parser = PARSERS.iter().find(|parser| parser.name == name).expect("a target is named as its reader is");
        let mut measured = Self { parser, worst_ms: 0.0, inputs: 0 };
        for piece in pieces() {
            for way in 0..parser.ways() {
                measured.take(&parser.repeated(piece.as_bytes(), way, parser.bytes_max.div_ceil(BEGIN)));
            }
        }
        measured
    }

    fn see(&mut self, bytes: &[u8]) {
        let parser = self.parser;
        let bytes = &bytes[..bytes.len().min(parser.bytes_max)];
        self.take(bytes);
        self.inputs += 1;
        let way = self.inputs % parser.ways();
        let is_worst = self.take(&parser.repeated(bytes, way, parser.bytes_max.div_ceil(PROBE)));
        // The largest input takes a thousand times as long as a usual one.
        if is_worst || self.inputs % (parser.bytes_max / SMALL + 1) == 0 {
            self.take(&parser.repeated(bytes, way, 1));
        }
    }

    /// Reads once; whether nothing before took as long for its size.
    fn take(&mut self, input: &[u8]) -> bool {
        let Parser { name, bytes_max, ms_max, .. } = *self.parser;
        let took_ms = self.parser.milliseconds(input);
        let share = self.parser.share(input);
        let most_ms = WATCHED * ms_max * share.max(SMALL as f64 / bytes_max as f64).min(1.0);
        assert!(took_ms <= most_ms, "{name}: {} bytes took {took_ms:.1} ms of {most_ms:.1}", input.len());
        let largest_ms = took_ms / share;
        let is_worst = input.len() >= SMALL.min(bytes_max / 8) && largest_ms > self.worst_ms;
        if is_worst {
            self.worst_ms = largest_ms;
            let (bytes, per_byte_ns) = (input.len(), took_ms * 1e6 / input.len() as f64);
            eprintln!(
                "worst: {name}: {per_byte_ns:.1} ns for each of {bytes} bytes, so {largest_ms:.1} ms of {ms_max} for the largest"
            );
        }
        is_worst
    }
}

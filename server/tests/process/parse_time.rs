//! How long it takes to read what users send: bounded by its size, whatever its shape.

use holdfast_server::clock::Stopwatch;
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::parsers::{PARSERS, Parser};

/// How much slower a build for tests may be than a release build on a machine at rest.
const SLOWER: f64 = if cfg!(debug_assertions) { 20.0 } else { 2.0 };

/// The part of its largest size that a reader gets. In a build for tests, looking for a byte takes a hundred times
/// as long as in a release build, and serialising HTML does little else.
const PART: usize = if cfg!(debug_assertions) { 4 } else { 1 };

/// Pieces that, repeated, were hard for some reader of Markdown, lists, JSON, forms or addresses.
const PIECES: &str = "> - ¶>¶- ¶1. ¶* a\n¶  - a\n¶\t¶[¶![¶](¶[a](¶[a]: b\n¶[a][b]¶*a_ ¶**a ¶_a¶~~¶`¶``a`¶<a ¶<!--¶</¶\
     &amp¶|a¶|-¶\n¶\n\n¶```\n¶#a\n¶a\\\n¶http://a¶[.]¶hxxp¶{\"a\":¶[[¶\"a\":1,¶a=b&¶%C3%A9¶\u{301}¶\
     \u{202e}¶--b\r\n\r\n¶.a@b";

fn pieces() -> Vec<&'static str> {
    PIECES.split('¶').collect()
}

fn repeated(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes / unit.len())
}

fn milliseconds(parser: &Parser, input: &str) -> f64 {
    let began = Stopwatch::started();
    (parser.read)(input.as_bytes());
    began.milliseconds()
}

#[test]
fn every_hard_piece_again_and_again_is_read_in_time() {
    for parser in &PARSERS {
        let mut worst = (0.0, "");
        for piece in pieces() {
            let input = repeated(piece, parser.bytes_max / PART);
            let took = milliseconds(parser, &input);
            if took > worst.0 {
                worst = (took, piece);
            }
            let most = SLOWER * parser.ms_max;
            assert!(took <= most, "{}: {piece:?} × {} took {took:.0} ms of {most:.0}", parser.name, input.len());
        }
        println!("{}: at worst {:.1} ms, {:?}", parser.name, worst.0, worst.1);
    }
}

#[test]
fn pieces_put_together_are_read_in_time() {
    let seed = holdfast_testing::long::seed(20_261_130);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let cases = u32::try_from(holdfast_testing::long::times(640)).unwrap();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let units = prop::collection::vec(prop::sample::select(pieces()), 1..6).prop_map(|pieces| pieces.concat());
    let tails = prop::collection::vec(prop::sample::select(pieces()), 0..6).prop_map(|pieces| pieces.concat());
    let ran = TestRunner::new_with_rng(config, rng).run(&(units, tails), |(unit, tail)| {
        for parser in &PARSERS {
            let size = parser.bytes_max / PART;
            let input = repeated(&unit, size / 2) + &repeated(&format!("{tail}a"), size / 2);
            let (took, most) = (milliseconds(parser, &input), SLOWER * parser.ms_max);
            prop_assert!(took <= most, "{}: {} bytes took {took:.0} ms of {most:.0}", parser.name, input.len());
        }
        Ok(())
    });
    ran.unwrap();
}

//! How long it takes to read what users send: bounded by its size, whatever its shape.

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::parsers::{PARSERS, Parser, pieces};

/// How much slower a build for tests may be than a release build.
const SLOWER: f64 = if cfg!(debug_assertions) { 20.0 } else { 1.0 };

/// The part of its largest size that a reader gets. In a build for tests, looking for a byte takes a hundred times
/// as long as in a release build, and serialising HTML does little else.
const PART: usize = if cfg!(debug_assertions) { 4 } else { 1 };

fn most_ms(parser: &Parser) -> f64 {
    SLOWER * parser.ms_max
}

#[test]
fn every_reader_has_a_fuzz_target_of_its_name() {
    let manifest = include_str!("../../../fuzz/Cargo.toml");
    let named = manifest.split("[[bin]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next());
    assert_eq!(named.collect::<Vec<_>>(), PARSERS.map(|parser| parser.name));
}

#[test]
fn every_hard_piece_again_and_again_is_read_in_time() {
    let mut slow = Vec::new();
    for parser in &PARSERS {
        let (mut worst, most) = ((0.0, "", 0), most_ms(parser));
        for (piece, way) in pieces().into_iter().flat_map(|piece| (0..parser.ways()).map(move |way| (piece, way))) {
            let input = parser.repeated(piece.as_bytes(), way, PART);
            let took = parser.milliseconds(&input);
            if took > worst.0 {
                worst = (took, piece, way);
            }
            if took > most {
                slow.push(format!(
                    "{}: {piece:?} {way}, {} bytes: {took:.0} ms of {most:.0}",
                    parser.name,
                    input.len()
                ));
            }
        }
        let (took, piece, way) = worst;
        println!("{}: at worst {took:.1} ms of {:.0}, {piece:?} in way {way}", parser.name, parser.ms_max);
    }
    assert!(slow.is_empty(), "{slow:#?}");
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
            let half = |unit: &str| parser.repeated(unit.as_bytes(), 0, 2 * PART);
            let input = [half(&unit), half(&format!("{tail}a"))].concat();
            let (took, most) = (parser.milliseconds(&input), most_ms(parser));
            prop_assert!(took <= most, "{}: {} bytes took {took:.0} ms of {most:.0}", parser.name, input.len());
        }
        Ok(())
    });
    ran.unwrap();
}

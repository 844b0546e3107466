//! Whatever a person can type, a report can print: any string, in any text field, compiles under
//! PDF/A-3a and PDF/UA-1. Each of a report's fields gets a string of its own, so one case tries
//! dozens of them in each kind of report.

use std::sync::LazyLock;

use holdfast_report::{
    CustodyForm, EvidenceLogReport, Executive, IncidentSummary, Metrics, PostIncidentReview, ReportKind, Template,
};
use holdfast_typeset::compile::Compiler;
use proptest::{
    prelude::*,
    test_runner::{FileFailurePersistence, RngSeed},
};
use serde_json::Value;

use super::{
    length::{SEED, is_long, part, turns},
    tool::{tool, written},
};

static COMPILER: LazyLock<Compiler> = LazyLock::new(Compiler::new);

/// Puts `text` into every string of `value` that may hold any text; the others refuse it when read as
/// the kind's type.
fn compiles(kind: ReportKind, text: &str) -> Result<(), String> {
    let paths = FREE_TEXTS.iter().filter(|(of, _)| *of == kind).flat_map(|(_, paths)| paths);
    compiles_at(kind, paths.map(String::as_str), text)
}

fn compiles_at<'a>(kind: ReportKind, paths: impl Iterator<Item = &'a str>, text: &str) -> Result<(), String> {
    let mut data: Value = serde_json::from_str(kind.example()).unwrap();
    for path in paths {
        *data.pointer_mut(path).unwrap() = text.into();
    }
    let data = serde_json::to_vec(&data).unwrap();
    let compiled = COMPILER.compile(&Template::Kind(kind), &data, 1_795_521_600);
    compiled.map(|_| ()).map_err(|error| format!("{}: {error}", kind.as_str()))
}

/// Puts another of the texts into each string that may hold any text; beyond their number, from the
/// first one on again.
fn all_compile_with(texts: &[String]) -> Result<(), String> {
    FREE_TEXTS.iter().try_for_each(|(kind, paths)| {
        let mut data: Value = serde_json::from_str(kind.example()).unwrap();
        for (path, text) in paths.iter().zip(texts.iter().cycle()) {
            *data.pointer_mut(path).unwrap() = text.as_str().into();
        }
        let data = serde_json::to_vec(&data).unwrap();
        let compiled = COMPILER.compile(&Template::Kind(*kind), &data, 1_795_521_600);
        compiled.map(|_| ()).map_err(|error| format!("{}: {error}", kind.as_str()))
    })
}

/// Strings in one case: every ordinary run tries 48 in each kind of report, 24 of any characters and 24
/// of troublesome ones.
const TEXTS: usize = 24;
/// Cases at full length: 528 strings of each sort.
const CASES: u32 = 22;

fn all_compile(text: &str) -> Result<(), String> {
    ReportKind::ALL.iter().try_for_each(|&kind| compiles(kind, text))
}

/// Where each kind's example has a string that takes any text. A drawing is not text.
static FREE_TEXTS: LazyLock<Vec<(ReportKind, Vec<String>)>> =
    LazyLock::new(|| ReportKind::ALL.iter().map(|&kind| (kind, free_texts(kind))).collect());

fn free_texts(kind: ReportKind) -> Vec<String> {
    let example: Value = serde_json::from_str(kind.example()).unwrap();
    let mut all = Vec::new();
    paths(&example, String::new(), &mut all);
    all.retain(|path| {
        let mut data = example.clone();
        *data.pointer_mut(path).unwrap() = "any text".into();
        !path.ends_with("/svg") && is_read(kind, data)
    });
    all
}

fn paths(value: &Value, path: String, into: &mut Vec<String>) {
    match value {
        Value::String(_) => into.push(path),
        Value::Array(rows) => {
            rows.iter().enumerate().for_each(|(index, row)| paths(row, format!("{path}/{index}"), into));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, field)| paths(field, format!("{path}/{name}"), into)),
        _ => {}
    }
}

fn is_read(kind: ReportKind, data: Value) -> bool {
    use serde_json::from_value as read;
    match kind {
        ReportKind::IncidentSummary => read::<IncidentSummary>(data).is_ok(),
        ReportKind::Executive => read::<Executive>(data).is_ok(),
        ReportKind::PostIncidentReview => read::<PostIncidentReview>(data).is_ok(),
        ReportKind::Metrics => read::<Metrics>(data).is_ok(),
        ReportKind::EvidenceLog => read::<EvidenceLogReport>(data).is_ok(),
        ReportKind::CustodyForm => read::<CustodyForm>(data).is_ok(),
    }
}

#[test]
fn free_texts_are_found_and_codes_and_times_are_not() {
    let found = free_texts(ReportKind::PostIncidentReview);
    for path in ["/head/title", "/root_cause", "/timeline/3/source", "/evidence/0/sha256", "/timeline_figure/alt"] {
        assert!(found.iter().any(|known| known == path), "{path}");
    }
    for path in ["/head/tlp", "/head/as_of", "/case/category", "/timeline/0/lane", "/timeline_figure/svg"] {
        assert!(!found.iter().any(|known| known == path), "{path}");
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: turns(CASES),
        rng_seed: RngSeed::Fixed(*SEED),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

/// Characters that are more trouble than most: marks, joiners, right-to-left, scripts that the
/// fonts half have, controls.
fn troublesome() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        any::<char>(),
        proptest::char::range('\0', '\u{FF}'),
        proptest::char::range('\u{300}', '\u{36F}'),
        proptest::char::range('\u{590}', '\u{8FF}'),
        proptest::char::range('\u{1E00}', '\u{2BFF}'),
        proptest::char::range('\u{FB00}', '\u{FFFF}'),
        proptest::char::range('\u{1D400}', '\u{1FAFF}'),
    ];
    proptest::collection::vec(char, 0..80).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_string_compiles(texts in proptest::collection::vec(any::<String>(), TEXTS)) {
        prop_assert_eq!(all_compile_with(&texts), Ok(()));
    }

    #[test]
    fn any_mixture_of_troublesome_characters_compiles(texts in proptest::collection::vec(troublesome(), TEXTS)) {
        prop_assert_eq!(all_compile_with(&texts), Ok(()));
    }
}

#[test]
fn very_short_texts_compile() {
    for text in ["", " ", "\n", "\u{200B}"] {
        assert_eq!(all_compile(text), Ok(()));
    }
}

/// Each text in every kind of report at full length; in an ordinary run each in one kind.
#[test]
fn very_long_and_very_high_texts_compile() {
    let texts = ["W".repeat(3_000), "word ".repeat(900), "l\n".repeat(200)];
    for (at, text) in texts.iter().enumerate() {
        let kinds = ReportKind::ALL.iter().cycle().skip(usize::try_from(*SEED % 64).unwrap() + at);
        for &kind in kinds.take(if is_long() { ReportKind::ALL.len() } else { 1 }) {
            assert_eq!(compiles(kind, text), Ok(()));
        }
    }
}

/// What is cut on purpose: titles and captions at a length nobody writes, hashes at their own; and
/// what a form or a page has no place for.
const CUT: &[&str] = &["/title", "/alt", "_hash", "/sha256", "/label", "/zone", "/reference", "/incident"];

#[test]
fn the_end_of_a_long_text_is_on_a_page() {
    for &kind in ReportKind::ALL {
        let mut data: Value = serde_json::from_str(kind.example()).unwrap();
        let mut ends = Vec::new();
        for path in free_texts(kind) {
            let is_cut = CUT.iter().any(|end| path.ends_with(end)) || path.starts_with("/durations");
            if !is_cut {
                let end = format!("End{}End", ends.len());
                *data.pointer_mut(&path).unwrap() = format!("{}{end}", "word ".repeat(900)).into();
                ends.push((path, end));
            }
        }
        let data = serde_json::to_vec(&data).unwrap();
        let compiled = COMPILER.compile(&Template::Kind(kind), &data, 1_795_521_600).unwrap();
        let (_folder, file) = written(&compiled);
        let Some(printed) = tool("pdftotext", &["FILE", "-"], &file) else { return };
        let lost: Vec<&str> =
            ends.iter().filter(|(_, end)| !printed.contains(end.as_str())).map(|(path, _)| path.as_str()).collect();
        assert_eq!(lost, Vec::<&str>::new(), "{}", kind.as_str());
    }
}

/// Every character at full length; in an ordinary run one in twenty.
#[test]
fn characters_of_every_block_compile_alone_and_after_a_letter() {
    let mut failed = Vec::new();
    let all = part(('\0'..='\u{3FFF}').chain('\u{A000}'..='\u{ABFF}').chain('\u{F900}'..='\u{1FFFF}').collect());
    for block in all.chunks(4096) {
        let text: String = block.iter().flat_map(|&c| [c, ' ', 'a', c, '\n', '\n']).collect();
        if let Err(error) = compiles_at(ReportKind::IncidentSummary, ["/summary"].into_iter(), &text) {
            failed.push(format!("from U+{:04X}: {error}", u32::from(block[0])));
        }
    }
    assert_eq!(failed, Vec::<String>::new());
}

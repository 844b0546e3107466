//! Whatever a person can type, a report can print: any string, in any text field, compiles under
//! PDF/A-3a and PDF/UA-1. `PROPTEST_CASES` sets how many are tried.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use holdfast_report::{ReportKind, Template, compile::Compiler};
use proptest::{prelude::*, test_runner::FileFailurePersistence};

static COMPILER: LazyLock<Compiler> = LazyLock::new(Compiler::new);

fn compiles(title: &str, text: &str) -> Result<(), String> {
    let kind = ReportKind::IncidentSummary;
    let mut data: serde_json::Value = serde_json::from_str(kind.example()).unwrap();
    for field in ["title", "reference", "organisation", "owner"] {
        data[field] = title.into();
    }
    data["summary"] = text.into();
    let data = serde_json::to_vec(&data).unwrap();
    let compiled = COMPILER.compile(&Template::Kind(kind), &data, 1_795_521_600);
    compiled.map(|_| ()).map_err(|error| error.to_string())
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64)
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
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_string_compiles(title in any::<String>(), text in any::<String>()) {
        prop_assert_eq!(compiles(&title, &text), Ok(()));
    }

    #[test]
    fn any_mixture_of_troublesome_characters_compiles(title in troublesome(), text in troublesome()) {
        prop_assert_eq!(compiles(&title, &text), Ok(()));
    }
}

#[test]
fn every_character_compiles_alone_and_after_a_letter() {
    let mut failed = Vec::new();
    let all: Vec<char> = ('\0'..='\u{3FFF}').chain('\u{A000}'..='\u{ABFF}').chain('\u{F900}'..='\u{1FFFF}').collect();
    for block in all.chunks(4096) {
        let text: String = block.iter().flat_map(|&c| [c, ' ', 'a', c, '\n', '\n']).collect();
        if let Err(error) = compiles("t", &text) {
            failed.push(format!("from U+{:04X}: {error}", u32::from(block[0])));
        }
    }
    assert_eq!(failed, Vec::<String>::new());
}

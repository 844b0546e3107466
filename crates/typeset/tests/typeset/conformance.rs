//! What an archive and a reader's tools say about a finished PDF: valid, PDF/A-3a, PDF/UA-1, the
//! data attached, every word there.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use holdfast_report::{RenderError, ReportKind, Template};
use holdfast_typeset::compile::{Compiled, Compiler};
use serde_json::Value;

use super::tool::{tool, written};

/// 2026-11-24T12:00:00Z.
const AS_OF: i64 = 1_795_521_600;

fn example(kind: ReportKind) -> Compiled {
    Compiler::new().compile(&Template::Kind(kind), kind.example().as_bytes(), AS_OF).unwrap()
}

fn data_of(kind: ReportKind) -> Value {
    serde_json::from_str(kind.example()).unwrap()
}

fn compiled(kind: ReportKind, data: &Value) -> Result<Compiled, RenderError> {
    Compiler::new().compile(&Template::Kind(kind), &serde_json::to_vec(data).unwrap(), AS_OF)
}

/// The text of a page as it is laid out, where the tool is there.
fn page_text(file: &Path, page: usize) -> Option<String> {
    let number = page.to_string();
    tool("pdftotext", &["-layout", "-f", &number, "-l", &number, "FILE", "-"], file)
}

#[test]
fn every_example_compiles_without_warning_and_twice_to_the_same_bytes() {
    for &kind in ReportKind::ALL {
        let first = example(kind);
        assert_eq!(first.warnings, Vec::<String>::new());
        assert!(first.bytes == example(kind).bytes, "{} differs", kind.as_str());
    }
}

#[test]
fn the_examples_have_the_pages_that_they_should() {
    for (kind, pages) in [
        (ReportKind::IncidentSummary, 1..=1),
        (ReportKind::Executive, 2..=4),
        (ReportKind::PostIncidentReview, 4..=6),
        (ReportKind::Metrics, 3..=4),
        (ReportKind::EvidenceLog, 3..=4),
        (ReportKind::CustodyForm, 2..=2),
    ] {
        let count = example(kind).page_count;
        assert!(pages.contains(&count), "{} has {count} pages", kind.as_str());
    }
}

#[test]
fn every_category_has_its_words_however_long_its_code() {
    let kind = ReportKind::IncidentSummary;
    for category in holdfast_domain::rsit::Category::all() {
        let mut data = data_of(kind);
        data["category"] = category.to_string().into();
        let compiled = compiled(kind, &data);
        assert!(compiled.is_ok(), "{category}: {:?}", compiled.err());
    }
}

/// The data with every list emptied; all else stays.
fn emptied(value: &Value) -> Value {
    match value {
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), emptied(field))).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_kind_compiles_with_empty_lists_and_has_more_pages_with_long_ones() {
    for &kind in ReportKind::ALL {
        let example = data_of(kind);
        let bare = compiled(kind, &emptied(&example)).unwrap();
        assert_eq!(bare.warnings, Vec::<String>::new(), "{}", kind.as_str());
        let mut full = example.clone();
        for field in full.as_object_mut().unwrap().values_mut() {
            if let Value::Array(rows) = field {
                *rows = rows.iter().cycle().take(rows.len() * 12).cloned().collect();
            }
        }
        let full = compiled(kind, &full).unwrap();
        assert!(bare.page_count < full.page_count, "{}", kind.as_str());
    }
}

#[test]
fn every_page_has_its_label_twice_and_its_number() {
    for &kind in ReportKind::ALL {
        let compiled = example(kind);
        let (_folder, file) = written(&compiled);
        let data = data_of(kind);
        let tlp = data.get("head").unwrap_or(&data)["tlp"].as_str().unwrap().to_uppercase();
        for page in 1..=compiled.page_count {
            let Some(text) = page_text(&file, page) else { return };
            assert_eq!(text.matches(&format!("TLP:{tlp}")).count(), 2, "{} page {page}\n{text}", kind.as_str());
            assert!(text.contains(&format!("Page {page} of {}", compiled.page_count)), "{text}");
        }
    }
}

/// The example of a kind with a logo at its head.
fn with_logo(kind: ReportKind, png: &[u8]) -> Result<Compiled, RenderError> {
    let mut data = data_of(kind);
    let head = if data.get("head").is_some() { &mut data["head"] } else { &mut data };
    head["logo_png"] = STANDARD.encode(png).into();
    compiled(kind, &data)
}

#[test]
fn a_logo_stands_on_every_page_and_breaks_no_standard() {
    let png = include_bytes!("../data/logo.png");
    for &kind in ReportKind::ALL {
        let compiled = with_logo(kind, png).unwrap();
        assert_eq!(compiled.warnings, Vec::<String>::new(), "{}", kind.as_str());
        assert!(compiled.bytes == with_logo(kind, png).unwrap().bytes, "{} differs", kind.as_str());
        assert_eq!(compiled.page_count, example(kind).page_count, "{}", kind.as_str());
        let (_folder, file) = written(&compiled);
        tool("qpdf", &["--check", "FILE"], &file);
        let Some(listed) = tool("pdfimages", &["-list", "FILE"], &file) else { return };
        let pictures = listed.lines().filter(|row| row.split_whitespace().nth(2) == Some("image"));
        assert_eq!(pictures.count(), compiled.page_count, "{}: {listed}", kind.as_str());
    }
}

#[test]
fn what_is_no_picture_is_no_logo() {
    let refused = with_logo(ReportKind::Executive, b"<svg onload=alert(1)>");
    assert!(matches!(refused, Err(RenderError::Template(_))), "{refused:?}");
}

#[test]
fn a_paper_that_is_not_issued_says_so_on_every_page() {
    for (kind, words) in [
        (ReportKind::IncidentSummary, "Summary on request, not issued"),
        (ReportKind::Executive, "Draft, not issued"),
        (ReportKind::PostIncidentReview, "Draft, not issued"),
        (ReportKind::Metrics, "Draft, not issued"),
    ] {
        let mut data = data_of(kind);
        if let Some(head) = data.get_mut("head") {
            head["version"] = Value::Null;
        }
        let compiled = compiled(kind, &data).unwrap();
        let (_folder, file) = written(&compiled);
        for page in 1..=compiled.page_count {
            let Some(text) = page_text(&file, page) else { return };
            assert!(text.contains(words), "{} page {page}\n{text}", kind.as_str());
        }
    }
}

/// What a draft says of itself where nothing has a time and nobody has written a word.
#[test]
fn what_is_known_is_told_though_its_times_are_not_and_a_draft_names_what_it_lacks() {
    let kind = ReportKind::Executive;
    let mut data = data_of(kind);
    data["head"]["version"] = Value::Null;
    data["bottom_line"] = "".into();
    for list in ["timeline", "milestones", "tasks", "asks"] {
        data[list] = serde_json::json!([]);
    }
    let (_folder, file) = written(&compiled(kind, &data).unwrap());
    let Some(text) = tool("pdftotext", &["-raw", "FILE", "-"], &file) else { return };
    let text = text.replace('\n', " ");
    for part in [
        "This draft still lacks: the bottom line, decisions to ask for, times of 2 events, times of the response, tasks.",
        "Order as given, times unknown.",
        "1. The supplier's password reaches the attacker",
        "2. Network shares are searched for personnel files",
        "Network Share Discovery (T1135)",
        "HR-FS-02, personnel files Compromised",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn a_custody_form_asks_for_signatures_only_where_an_item_passes_on_or_is_sealed() {
    let kind = ReportKind::CustodyForm;
    let signed = |event: &str| {
        let mut data = data_of(kind);
        data["blank_lines"] = 0.into();
        let mut step = data["steps"][0].clone();
        step["event"] = event.into();
        data["steps"] = serde_json::json!([step]);
        let (_folder, file) = written(&compiled(kind, &data).unwrap());
        let text = tool("pdftotext", &["-raw", "FILE", "-"], &file)?;
        Some((text.matches("signature, ID").count(), text.matches("witness: name, signature").count()))
    };
    for (event, lines) in [
        ("collected", (0, 0)),
        ("verified", (0, 0)),
        ("moved", (0, 0)),
        ("accepted", (2, 0)),
        ("disposed", (2, 0)),
        ("sealed", (1, 1)),
    ] {
        let Some(found) = signed(event) else { return };
        assert_eq!(found, lines, "{event}");
    }
}

#[test]
fn every_text_of_an_example_is_on_its_pages() {
    fn texts<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
        match value {
            Value::String(text) => into.push(text),
            Value::Array(rows) => rows.iter().for_each(|row| texts(row, into)),
            Value::Object(fields) => fields
                .iter()
                .filter(|(name, _)| !["svg", "alt"].contains(&name.as_str()))
                .for_each(|(_, field)| texts(field, into)),
            _ => {}
        }
    }
    let squeezed = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200B}').collect() };
    for &kind in ReportKind::ALL {
        let (_folder, file) = written(&example(kind));
        let Some(text) = tool("pdftotext", &["-raw", "FILE", "-"], &file) else { return };
        let printed = squeezed(&text);
        let data = data_of(kind);
        let mut expected = Vec::new();
        texts(&data, &mut expected);
        // Codes and times are printed as words; whatever has a space in it is printed as it is.
        for text in expected.into_iter().filter(|text| text.contains(' ')) {
            for paragraph in text.split("\n\n") {
                let first: String = squeezed(paragraph).chars().take(12).collect();
                assert!(printed.contains(&first), "{}: {paragraph} is missing", kind.as_str());
            }
        }
    }
}

#[test]
fn every_example_is_valid_and_claims_both_standards() {
    for &kind in ReportKind::ALL {
        let (_folder, file) = written(&example(kind));
        tool("qpdf", &["--check", "FILE"], &file);
        let plain = tool("qpdf", &["--qdf", "--object-streams=disable", "FILE", "-"], &file);
        let Some(plain) = plain else { continue };
        for claim in ["pdfaid:part>3<", "pdfaid:conformance>A<", "pdfuaid:part>1<"] {
            assert!(plain.contains(claim), "{} lacks {claim}", kind.as_str());
        }
        for secret in [env!("CARGO_MANIFEST_DIR"), "/home/"] {
            assert!(!plain.contains(secret));
        }
    }
}

#[test]
fn the_attachment_is_the_data_byte_for_byte() {
    for &kind in ReportKind::ALL {
        let (folder, file) = written(&example(kind));
        let into = folder.path().join("attached");
        if tool("pdfdetach", &["-save", "1", "-o", into.to_str().unwrap(), "FILE"], &file).is_some() {
            assert_eq!(fs::read_to_string(into).unwrap(), kind.example());
            assert!(tool("pdfdetach", &["-list", "FILE"], &file).unwrap().contains("data.json"));
        }
    }
}

#[test]
fn the_page_says_the_facts_with_its_label_twice_and_all_fonts_inside() {
    let (_folder, file) = written(&example(ReportKind::IncidentSummary));
    let Some(text) = tool("pdftotext", &["-layout", "FILE", "-"], &file) else {
        return;
    };
    assert_eq!(text.matches("TLP:AMBER+STRICT").count(), 2);
    for fact in [
        "INC-2026-0042",
        "Northwind Logistics plc",
        "SEV1 critical",
        "Recovering",
        "Amara Okafor",
        "Page 1 of 1",
        "20 Nov 2026, 06:31",
        "3 d 9 h",
        "20 h 48 min",
        "4 d 5 h so far",
        "18,427",
        "b4c1f0e7a29d53886e1f7340cd95ab1207de6c48f3915ae2b07d48c61e93fa5d",
    ] {
        assert!(text.contains(fact), "{fact} is missing in\n{text}");
    }
    let fonts = tool("pdffonts", &["FILE"], &file).unwrap();
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.contains(" yes yes yes ")), "{fonts}");
}

#[test]
fn markup_in_data_is_printed_not_run() {
    let kind = ReportKind::IncidentSummary;
    let mut data = data_of(kind);
    let markup = "#read(\"/etc/passwd\") $ x^2 $ @ref *b* _i_ = h \\ <l> `raw` https://e.org //c";
    data["title"] = markup.into();
    data["summary"] = markup.into();
    let (_folder, file) = written(&compiled(kind, &data).unwrap());
    let Some(text) = tool("pdftotext", &["-raw", "FILE", "-"], &file) else {
        return;
    };
    let text = text.replace(['\n', '\u{200B}'], " ");
    for part in ["#read(\"/etc/passwd\") $ x^2 $ @ref *b* _i_ = h \\ <l> `raw`", "//c"] {
        assert!(text.matches(part).count() >= 2, "{part} in\n{text}");
    }
}

//! Templates that want to harm: each goes through the real worker process, ends within its limits,
//! and leaves the server able to render the next report.
#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::time::{Duration, Instant};

use holdfast_domain::Timestamp;
use holdfast_report::{Limit, Pdf, RenderError, Renderer, ReportKind};

/// The wall limit of a render, and what a busy machine adds to kill and reap.
const ENDED_WITHIN: Duration = Duration::from_secs(13);

fn renderer() -> Renderer {
    Renderer::new(env!("CARGO_BIN_EXE_render-worker").into(), Vec::new())
}

fn as_of() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

async fn good(renderer: &Renderer) -> Pdf {
    let kind = ReportKind::IncidentSummary;
    renderer.render(kind, kind.example().as_bytes(), as_of()).await.unwrap()
}

/// Renders the source after a good report, then a good report again.
async fn between_good_ones(source: &str) -> Result<Pdf, RenderError> {
    let renderer = renderer();
    let before = good(&renderer).await;
    let started = Instant::now();
    let result = renderer.render_source(source, b"{}", as_of()).await;
    assert!(started.elapsed() < ENDED_WITHIN, "{:?}", started.elapsed());
    assert_eq!(good(&renderer).await, before);
    result
}

async fn message(source: &str) -> String {
    match between_good_ones(source).await {
        Err(RenderError::Template(message)) => message,
        other => panic!("{:?}", other.map(|pdf| pdf.page_count)),
    }
}

/// The limit that ends the source.
async fn limit(source: &str) -> Limit {
    match between_good_ones(source).await {
        Err(RenderError::Limit(limit)) => limit,
        other => panic!("{:?}", other.map(|pdf| pdf.page_count)),
    }
}

/// A document that conforms, around `body`.
fn document(body: &str) -> String {
    format!("#set document(title: \"t\")\n#set text(lang: \"en\")\n{body}")
}

#[tokio::test]
async fn every_kind_renders_within_the_limits_of_the_worker() {
    let renderer = renderer();
    for &kind in ReportKind::ALL {
        let pdf = renderer.render(kind, kind.example().as_bytes(), as_of()).await;
        assert!(pdf.is_ok(), "{}: {:?}", kind.as_str(), pdf.err());
    }
}

/// Memory or time: which comes first depends on how busy the machine is.
fn is_of_memory_or_time(met: &Limit) -> bool {
    matches!(met, Limit::Memory | Limit::WallTime | Limit::CpuTime)
}

#[tokio::test]
async fn a_string_doubled_sixty_times_runs_into_a_limit() {
    let met = limit("#let s = \"x\"\n#for _ in range(60) { s = s + s }\n#s").await;
    assert!(is_of_memory_or_time(&met), "{met}");
}

#[tokio::test]
async fn an_array_doubled_sixty_times_runs_into_a_limit() {
    let met = limit("#let a = (1,)\n#for _ in range(60) { a = a + a }\n#a.len()").await;
    assert!(is_of_memory_or_time(&met), "{met}");
}

#[tokio::test]
async fn a_range_of_two_thousand_million_runs_into_the_memory_limit() {
    assert_eq!(limit("#range(2000000000).len()").await, Limit::Memory);
}

#[tokio::test]
async fn three_million_page_breaks_run_into_a_limit() {
    let met = limit(&document("#for _ in range(3000000) [x #pagebreak()]")).await;
    assert!(matches!(met, Limit::Memory | Limit::WallTime | Limit::CpuTime | Limit::Pages), "{met}");
}

#[tokio::test]
async fn one_page_over_two_thousand_is_refused() {
    let pages = |n: u32| document(&format!("#for _ in range({n}) [x #pagebreak(weak: true)]"));
    let result = between_good_ones(&pages(2_001)).await;
    assert!(matches!(result, Err(RenderError::Limit(Limit::Pages))), "{:?}", result.err());
}

#[tokio::test]
async fn no_file_can_be_read() {
    for path in ["/etc/passwd", "../../etc/passwd", "/proc/self/environ", "/Cargo.toml"] {
        let message = message(&format!("#read(\"{path}\")")).await;
        assert!(message.starts_with("/source/main.typ:1:"), "{message}");
        assert!(["not found", "escape"].iter().any(|sign| message.contains(sign)), "{message}");
    }
    assert!(message("#image(\"/etc/passwd\")").await.contains("not found"));
    assert!(message("#include \"/etc/passwd\"").await.contains("not found"));
}

#[tokio::test]
async fn no_package_can_be_imported() {
    let message = message("#import \"@preview/cetz:0.3.1\": *").await;
    assert!(message.contains("package not found"), "{message}");
}

#[tokio::test]
async fn an_endless_loop_ends() {
    let message = message("#while true {}").await;
    assert!(message.contains("condition is always true"), "{message}");
}

#[tokio::test]
async fn a_loop_that_typst_does_not_see_through_runs_into_a_limit() {
    let met = limit("#for a in range(100000) { for b in range(100000) { let c = a * b } }").await;
    assert!(matches!(met, Limit::WallTime | Limit::CpuTime), "{met}");
}

#[tokio::test]
async fn a_hundred_million_turns_end_one_way_or_the_other() {
    let result = between_good_ones(&document("#let n = 0\n#for _ in range(100000000) { n += 1 }\n#n")).await;
    assert!(matches!(result, Ok(_) | Err(RenderError::Limit(_))), "{:?}", result.err());
}

#[tokio::test]
async fn deep_recursion_and_deep_nesting_end() {
    let recursion = message("#let f(n) = f(n + 1)\n#f(0)").await;
    assert!(recursion.contains("maximum function call depth exceeded"), "{recursion}");
    let nested = format!("#{}1{}", "(".repeat(20_000), ")".repeat(20_000));
    assert!(between_good_ones(&nested).await.is_err());
    let shown = "#let f(n) = block(f(n))\n#show heading: it => [= again]\n= x";
    assert!(between_good_ones(shown).await.is_err());
}

#[tokio::test]
async fn plug_ins_are_absent() {
    for name in ["plugin", "std.plugin"] {
        let message = message(&format!("#{name}(bytes((0, 97, 115, 109)))")).await;
        assert!(message.contains("expected function, found none"), "{message}");
    }
}

#[tokio::test]
async fn links_to_scripts_and_files_are_refused() {
    for address in ["javascript:alert(1)", "file:///etc/passwd", "JaVaScRiPt:x"] {
        let message = message(&document(&format!("#block(link(\"{address}\")[x])"))).await;
        assert!(message.contains("https, http or mailto"), "{message}");
    }
    let allowed = document("#link(\"https://example.org\")[x] #link(\"mailto:a@example.org\")[y]");
    assert_eq!(between_good_ones(&allowed).await.unwrap().page_count, 1);
}

#[tokio::test]
async fn today_is_the_day_of_the_data() {
    let source = document("#assert.eq(datetime.today().display(), \"2026-11-24\")\nx");
    assert_eq!(between_good_ones(&source).await.unwrap().page_count, 1);
}

#[tokio::test]
async fn a_template_error_says_where_and_what() {
    let message = message("= A\n\n#let x = 1 + \"a\"").await;
    assert!(message.starts_with("/source/main.typ:3:"), "{message}");
}

#[tokio::test]
async fn data_that_is_not_json_is_refused() {
    let renderer = renderer();
    let result = renderer.render(ReportKind::IncidentSummary, b"{", as_of()).await;
    assert!(matches!(result, Err(RenderError::Data(_))));
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    let result = renderer.render(ReportKind::IncidentSummary, &large, as_of()).await;
    assert!(matches!(result, Err(RenderError::Limit(Limit::InputSize))));
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_an_error_not_a_hang() {
    let gone = Renderer::new("/nonexistent/worker".into(), Vec::new());
    let kind = ReportKind::IncidentSummary;
    let result = gone.render(kind, kind.example().as_bytes(), as_of()).await;
    assert!(matches!(result, Err(RenderError::Start(_))));
    let other = Renderer::new("/bin/true".into(), Vec::new());
    let result = other.render(kind, kind.example().as_bytes(), as_of()).await;
    assert!(matches!(result, Err(RenderError::WorkerDied(_))));
}

#[tokio::test]
async fn many_at_once_all_come_out_the_same() {
    let renderer = std::sync::Arc::new(renderer());
    let expected = good(&renderer).await;
    let renders: Vec<_> = (0..8)
        .map(|_| {
            let renderer = renderer.clone();
            tokio::spawn(async move { good(&renderer).await })
        })
        .collect();
    for render in renders {
        assert_eq!(render.await.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_dropped_render_does_not_disturb_the_next() {
    let renderer = renderer();
    let expected = good(&renderer).await;
    let slow = "#for a in range(100000) { for b in range(100000) { let c = a * b } }";
    let dropped = tokio::time::timeout(Duration::from_millis(50), renderer.render_source(slow, b"{}", as_of()));
    assert!(dropped.await.is_err());
    assert_eq!(good(&renderer).await, expected);
}

//! Every chart, on a page and in a report: well-formed, within its frame, no words upon others, every
//! text escaped, nothing that depends on a name within the page, and a frame with words when empty.

#![allow(clippy::unwrap_used)]

use crate::{
    Theme,
    band::{self, Band, BandPoint, Level},
    bars::{self, Bar, BarPart, Bars, Tone},
    columns::{self, Columns, Series},
    frame::{Scale, number, shortened, width_of},
    strip::{self, Length, Strip},
    survival::{self, Survival},
};

const MONTHS: [&str; 12] = [
    "Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026", "Jul 2026", "Aug 2026",
    "Sep 2026", "Oct 2026", "Nov 2026",
];
const HOSTILE: &str = "</text><script>alert(\"1\")</script>&'\u{0}\u{202e}";

fn columns_of(words: &str) -> Columns {
    let values: [[u32; 12]; 5] = [
        [0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0],
        [2, 1, 3, 0, 2, 4, 1, 2, 0, 3, 2, 1],
        [6, 4, 7, 5, 9, 12, 8, 6, 0, 9, 11, 5],
        [8, 9, 5, 7, 6, 9, 14, 10, 0, 7, 8, 6],
        [3, 2, 4, 1, 0, 2, 5, 3, 0, 2, 4, 1],
    ];
    let names = ["SEV1 critical", "SEV2 high", "SEV3 medium", "SEV4 low", "SEV5 informational"];
    Columns {
        title: format!("Incidents by severity {words}"),
        takeaway: format!("Most in June {words}"),
        counted: format!("Incidents {words}"),
        buckets: MONTHS.map(|month| format!("{month}{words}")).to_vec(),
        series: names
            .iter()
            .zip(values)
            .map(|(name, values)| Series { name: format!("{name}{words}"), values: values.to_vec() })
            .collect(),
    }
}

fn band_of(words: &str) -> Band {
    let medians = [9.5, 8.0, 11.25, 7.5, 8.0, 6.0, 7.0, 6.5, 0.0, 5.5, 5.0, 6.0];
    let ns = [19, 17, 19, 13, 19, 27, 29, 21, 0, 8, 3, 13];
    let points = MONTHS.iter().zip(medians).zip(ns).enumerate().map(|(index, ((month, median), n))| BandPoint {
        label: format!("{month}{words}"),
        n,
        is_sure: n >= 10,
        median: match (index, n) {
            (_, ..5) => Level::Unknown,
            (11, _) => Level::Above(median),
            _ => Level::At(median),
        },
        tail: match (index, n) {
            (_, ..5) => Level::Unknown,
            (11, _) => Level::Above(14.0),
            _ => Level::At(median * 2.4),
        },
        band: (n >= 5).then_some((median * 0.6, (index != 11).then_some(median * 1.5))),
        values: if n == 3 { vec![2.0, 4.5, 9.0] } else { Vec::new() },
    });
    Band {
        title: format!("Time to contain (MTTC) {words}"),
        takeaway: format!("The median fell from 9.5 h to 6 h {words}"),
        unit: format!("Hours {words}"),
        points: points.collect(),
        tail_name: format!("p90{words}"),
        target: Some((8.0, format!("Target 8 h{words}"))),
    }
}

fn shares_of(words: &str) -> Bars {
    let bar = |label: &str, values: [f64; 3], text: &str, interval| Bar {
        label: format!("{label}{words}"),
        values: values.to_vec(),
        words: format!("{text}{words}"),
        interval,
    };
    Bars {
        title: format!("Contained in time {words}"),
        takeaway: format!("SEV2 misses its target {words}"),
        parts: [("Met", Tone::Good), ("Breached", Tone::Bad), ("Pending", Tone::Undecided)]
            .map(|(name, tone)| BarPart { name: format!("{name}{words}"), tone })
            .to_vec(),
        bars: vec![
            bar("SEV1 critical", [100.0, 0.0, 0.0], "100 % (5 of 5)", Some((57.0, 100.0))),
            bar("SEV2 high", [63.0, 32.0, 5.0], "67 % (12 of 18), 1 pending", Some((44.0, 84.0))),
            bar("SEV3 medium", [84.0, 12.0, 4.0], "88 % (69 of 79), 3 pending", None),
            bar("SEV4 low", [0.0, 0.0, 0.0], "no incident", None),
        ],
        full: Some(100.0),
        target: Some((90.0, format!("Target 90 %{words}"))),
    }
}

fn counts_of(words: &str) -> Bars {
    let rows =
        [("Phishing", 41.0), ("Infected system", 22.0), ("Unauthorised access to information", 9.0), ("Spam", 1.0)];
    Bars {
        title: format!("Top categories {words}"),
        takeaway: format!("Phishing leads {words}"),
        parts: vec![BarPart { name: "Incidents".into(), tone: Tone::Plain }],
        bars: rows
            .map(|(label, value)| Bar {
                label: format!("{label}{words}"),
                values: vec![value],
                words: format!("{value} ({:.0} %)", value / 0.73),
                interval: None,
            })
            .to_vec(),
        full: None,
        target: None,
    }
}

fn survival_of(words: &str) -> Survival {
    Survival {
        title: format!("Time to contain {words}"),
        takeaway: format!("Half were contained within 6 h {words}"),
        unit: format!("Hours since detection {words}"),
        remaining: format!("Not contained{words}"),
        steps: vec![(2.0, 0.8333), (4.0, 0.625), (6.0, 0.4167), (10.0, 0.2083)],
        open: vec![3.0, 12.0],
        median: Some((6.0, format!("Median 6 h{words}"))),
        target: Some((8.0, format!("Target 8 h{words}"))),
    }
}

fn strip_of(words: &str, times: u32) -> Strip {
    let hours =
        [0.0, 0.3, 2.0, 5.0, 7.0, 26.0, 30.0, 49.0, 70.0, 200.0, 210.0, 240.0, 260.0, 350.0, 900.0, 2100.0, 9000.0];
    let lengths = (0..times).flat_map(|_| hours).enumerate();
    Strip {
        title: format!("Dwell time {words}"),
        takeaway: format!("Half were found within 3 days {words}"),
        counted: format!("Incidents {words}"),
        lengths: lengths.map(|(index, hours)| Length { seconds: hours * 3_600.0, is_open: index % 9 == 4 }).collect(),
        median: Some((70.0 * 3_600.0, format!("Median 2 d 22 h{words}"))),
    }
}

/// Every chart with these words in every text.
fn all(theme: Theme, words: &str) -> Vec<(&'static str, String)> {
    vec![
        ("columns", columns::draw(theme, &columns_of(words))),
        ("band", band::draw(theme, &band_of(words))),
        ("shares", bars::draw(theme, &shares_of(words))),
        ("counts", bars::draw(theme, &counts_of(words))),
        ("survival", survival::draw(theme, &survival_of(words))),
        ("strip", strip::draw(theme, &strip_of(words, 1))),
        ("strip of many", strip::draw(theme, &strip_of(words, 40))),
    ]
}

/// Every chart with nothing in it.
fn empty(theme: Theme) -> Vec<String> {
    let months = || MONTHS.map(str::to_owned).to_vec();
    let nothing = |label: String| BandPoint {
        label,
        n: 0,
        is_sure: false,
        median: Level::Unknown,
        tail: Level::Unknown,
        band: None,
        values: Vec::new(),
    };
    vec![
        columns::draw(theme, &Columns { series: Vec::new(), ..columns_of("") }),
        columns::draw(theme, &Columns { buckets: Vec::new(), ..columns_of("") }),
        band::draw(theme, &Band { points: months().into_iter().map(nothing).collect(), ..band_of("") }),
        band::draw(theme, &Band { points: Vec::new(), ..band_of("") }),
        bars::draw(theme, &Bars { bars: Vec::new(), ..shares_of("") }),
        survival::draw(theme, &Survival { steps: Vec::new(), open: Vec::new(), median: None, ..survival_of("") }),
        strip::draw(theme, &Strip { lengths: Vec::new(), ..strip_of("", 1) }),
    ]
}

/// One element: its name, its attributes, and the text right behind its tag.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    fn number(&self, name: &str) -> f64 {
        self.get(name).parse().unwrap_or_else(|_| panic!("{name} of {} is {:?}", self.name, self.get(name)))
    }
}

/// Reads the little XML that we write, and fails where it is not well-formed.
fn read(svg: &str) -> Vec<Element> {
    let mut open: Vec<String> = Vec::new();
    let mut elements = Vec::new();
    let mut rest = svg;
    while let Some(begin) = rest.find('<') {
        let end = begin + rest[begin..].find('>').expect("a tag that ends");
        let (tag, after) = (&rest[begin + 1..end], &rest[end + 1..]);
        let text = &after[..after.find('<').unwrap_or(after.len())];
        for entity in text.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "&{entity}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
        } else {
            let (tag, is_closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{name}");
            let parts: Vec<&str> = attributes.split('"').collect();
            assert_eq!(parts.len() % 2, 1, "{tag}");
            let attributes: Vec<(String, String)> = parts
                .chunks_exact(2)
                .map(|pair| (pair[0].trim().strip_suffix('=').unwrap().to_owned(), pair[1].to_owned()))
                .collect();
            for (index, (name, value)) in attributes.iter().enumerate() {
                assert!(attributes[..index].iter().all(|(other, _)| other != name), "{name} twice: {tag}");
                assert!(!value.contains("NaN") && !value.contains("inf"), "{tag}");
            }
            if !is_closed {
                open.push(name.to_owned());
            }
            elements.push(Element { name: name.to_owned(), attributes, text: text.to_owned() });
        }
        rest = after;
    }
    assert!(open.is_empty() && rest.is_empty());
    elements
}

/// Left, top, right, bottom of a text, by the same rough widths that the charts use.
fn box_of(text: &Element) -> (f64, f64, f64, f64) {
    let size = text.number("font-size");
    let plain = text.text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let (x, y, width) = (text.number("x"), text.number("y"), width_of(&plain, size));
    let left = match text.get("text-anchor") {
        "start" => x,
        "middle" => x - width / 2.0,
        _ => x - width,
    };
    (left, y - size * 0.75, left + width, y + size * 0.1)
}

/// Texts that stand upon another or outside of the drawing.
fn collisions(svg: &str) -> Vec<String> {
    let elements = read(svg);
    let view: Vec<f64> = elements[0].get("viewBox").split(' ').map(|part| part.parse().unwrap()).collect();
    let texts: Vec<_> = elements.iter().filter(|one| one.name == "text").map(|one| (box_of(one), &one.text)).collect();
    let mut found = Vec::new();
    for (index, (a, words)) in texts.iter().enumerate() {
        if a.0 < -1.0 || a.1 < -1.0 || a.2 > view[2] + 1.0 || a.3 > view[3] + 1.0 {
            found.push(format!("{words:?} leaves the drawing: {a:?}"));
        }
        for (b, other) in &texts[..index] {
            if a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3 {
                found.push(format!("{words:?} stands upon {other:?}"));
            }
        }
    }
    found
}

#[test]
fn every_chart_is_well_formed_named_and_the_same_each_time() {
    for theme in [Theme::Page, Theme::Report] {
        for ((name, svg), (_, again)) in all(theme, "").into_iter().zip(all(theme, "")) {
            let elements = read(&svg);
            assert_eq!(svg, again, "{name}");
            assert_eq!((elements[0].name.as_str(), elements[0].get("role")), ("svg", "img"), "{name}");
            assert!(elements[1].name == "title" && !elements[1].text.is_empty(), "{name}");
            assert!(elements[2].name == "desc" && !elements[2].text.is_empty(), "{name}");
            assert!(elements.iter().all(|one| one.get("style").is_empty() && one.get("id").is_empty()), "{name}");
        }
    }
}

#[test]
fn a_page_takes_its_colours_from_the_style_sheet_and_a_report_brings_them() {
    for (name, svg) in all(Theme::Page, "") {
        assert!(!svg.contains('#'), "{name} has a colour of its own");
    }
    for (name, svg) in all(Theme::Report, "") {
        assert!(!svg.contains("ink-"), "{name} asks for a class");
        assert!(svg.contains("font-family=\"Libertinus Serif\""), "{name}");
    }
}

#[test]
fn no_words_stand_upon_others_with_twelve_months() {
    for theme in [Theme::Page, Theme::Report] {
        for (name, svg) in all(theme, "") {
            assert_eq!(collisions(&svg), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn names_too_long_for_their_place_are_cut_and_still_do_not_collide() {
    for (name, svg) in all(Theme::Page, " and then a good deal more than there is room for, 例えば日本語") {
        assert_eq!(collisions(&svg), Vec::<String>::new(), "{name}");
    }
    assert_eq!(shortened("Incidents", 12.0, 30.0), "In…");
}

#[test]
fn hostile_words_stay_words() {
    for theme in [Theme::Page, Theme::Report] {
        for (name, svg) in all(theme, HOSTILE) {
            let elements = read(&svg);
            assert!(elements.iter().all(|one| one.name != "script"), "{name}");
            assert!(!svg.contains('\u{0}') && svg.contains("&lt;/text&gt;"), "{name}");
        }
    }
}

#[test]
fn without_data_there_is_a_frame_that_says_so() {
    for theme in [Theme::Page, Theme::Report] {
        for svg in empty(theme) {
            read(&svg);
            let said = ["Nothing was", "no values", "nothing to compare", "Nothing has begun", "No duration"];
            assert!(said.iter().any(|words| svg.contains(words)), "{svg}");
        }
    }
}

#[test]
fn parts_differ_by_texture_and_carry_their_numbers() {
    let elements = read(&columns::draw(Theme::Page, &columns_of("")));
    let texts: Vec<&str> = elements.iter().filter(|one| one.name == "text").map(|one| one.text.as_str()).collect();
    // June 2026 has 1 + 1 + 8 + 14 + 5 = 29, August none: both stand above their columns.
    assert!(texts.contains(&"29") && texts.contains(&"14") && texts.contains(&"0"), "{texts:?}");
    let legend = ["SEV1 critical", "SEV2 high", "SEV3 medium", "SEV4 low", "SEV5 informational"];
    assert!(legend.iter().all(|name| texts.contains(name)));
    // The slanted, crossed and dotted ones are paths.
    assert!(elements.iter().any(|one| one.name == "path"));
}

#[test]
fn what_is_uncertain_is_hollow_and_unjoined() {
    let svg = band::draw(Theme::Page, &band_of(""));
    let elements = read(&svg);
    let rings = elements.iter().filter(|one| one.get("class") == "ink-paper-fill ink-response-stroke").count();
    // One mark (8 incidents) and one in the legend.
    assert_eq!(rings, 2);
    // Eight sure months from December to July joined by seven lines, none later.
    assert_eq!(elements.iter().filter(|one| one.name == "polyline").count(), 7);
    let texts: Vec<&str> = elements.iter().filter(|one| one.name == "text").map(|one| one.text.as_str()).collect();
    assert!(texts.contains(&"n = 19") && texts.contains(&"&gt; 6"), "{texts:?}");
}

#[test]
fn one_value_far_outside_does_not_press_the_others_to_the_bottom() {
    let mut band = Band { target: None, ..band_of("") };
    band.points[10].values = vec![2.0, 4.5, 480.0];
    let svg = band::draw(Theme::Page, &band);
    assert_eq!(collisions(&svg), Vec::<String>::new());
    assert!(svg.contains(">Beyond the axis, with its value<") && svg.contains(">480<"), "{svg}");
    // The axis is that of the other values, and a high one among them does not cut it.
    assert!(svg.contains(">20<") && !svg.contains(">200<"), "{svg}");
    band.points[10].values = vec![2.0, 4.5, 40.0];
    assert!(!band::draw(Theme::Page, &band).contains("Beyond the axis"));
}

#[test]
fn the_curve_starts_at_all_and_the_strokes_stand_on_it() {
    let elements = read(&survival::draw(Theme::Page, &survival_of("")));
    let curve = elements.iter().find(|one| one.name == "polyline").unwrap();
    // From (0, 1): two points for each of four falls, and on to the longest.
    assert_eq!(curve.get("points").split(' ').count(), 1 + 2 * 4 + 1);
    let texts: Vec<&str> = elements.iter().filter(|one| one.name == "text").map(|one| one.text.as_str()).collect();
    assert!(texts.contains(&"Median 6 h") && texts.contains(&"100 %"));
    let not_reached = survival::draw(Theme::Page, &Survival { median: None, ..survival_of("") });
    assert!(not_reached.contains("Median not reached"));
}

#[test]
fn dots_become_columns_when_there_are_too_many() {
    let discs =
        |times| read(&strip::draw(Theme::Page, &strip_of("", times))).iter().filter(|one| one.name == "circle").count();
    assert!(discs(1) >= 17 && discs(40) == 0);
    let one = Strip { lengths: vec![Length { seconds: 0.0, is_open: false }], median: None, ..strip_of("", 1) };
    assert_eq!(collisions(&strip::draw(Theme::Page, &one)), Vec::<String>::new());
}

#[test]
fn axes_have_round_steps() {
    // Value, in whole steps; ticks.
    let expected: [(f64, bool, &[f64]); 6] = [
        (29.0, true, &[0.0, 5.0, 10.0, 15.0, 20.0, 25.0]),
        (3.0, true, &[0.0, 1.0, 2.0, 3.0]),
        (1.0, true, &[0.0, 1.0]),
        (0.75, false, &[0.0, 0.2, 0.4, 0.6000000000000001]),
        (12.0, false, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]),
        (f64::NAN, true, &[0.0, 1.0]),
    ];
    for (value, whole, ticks) in expected {
        assert_eq!(Scale::up_to(value, whole).ticks().collect::<Vec<_>>(), ticks, "{value}");
    }
    assert_eq!([0.0, 2.5, 6.0, 11.25, 1234.4].map(number), ["0", "2.5", "6", "11.25", "1234"]);
}

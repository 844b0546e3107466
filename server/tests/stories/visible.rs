//! What a person reads on a page, as text for snapshots. The page goes through the parser of browsers, and
//! each of its blocks becomes a line. Links and forms keep their address, controls what is in them, and what
//! only a screen reader or a hover says is in braces. Scripts, styles and hidden fields are left out.

use std::fmt::Write as _;

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink as _};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use crate::snapshot::without_chance;

/// Elements that begin a line of their own.
const BLOCKS: &str = "address article aside body caption dialog div dl dt fieldset figcaption figure footer form \
                      header html label legend main nav ol p search section table tbody tfoot thead ul";
/// Elements of which nothing is seen.
const UNSEEN: &str = "head script style link meta title datalist template";

fn is_one_of(list: &str, name: &str) -> bool {
    list.split(' ').any(|one| one == name)
}

/// An element: its name and its attributes.
struct Element {
    name: String,
    attrs: Vec<(String, String)>,
}

impl Element {
    fn of(node: &Handle) -> Option<Self> {
        let NodeData::Element { name, attrs, .. } = &node.data else { return None };
        let attrs = attrs.borrow().iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
        Some(Self { name: name.local.to_string(), attrs })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is what a name, a `.class` or an `#id` names.
    fn is(&self, which: &str) -> bool {
        match (which.strip_prefix('.'), which.strip_prefix('#')) {
            (Some(class), _) => self.get("class").unwrap_or_default().split_whitespace().any(|own| own == class),
            (_, Some(id)) => self.get("id") == Some(id),
            _ => self.name == which,
        }
    }

    /// What is said of it beside its words.
    fn marks(&self) -> String {
        let mut marks = String::new();
        for (name, word) in [
            ("aria-label", "label"),
            ("title", "title"),
            ("placeholder", "placeholder"),
            ("aria-current", "current"),
            ("aria-sort", "sorted"),
        ] {
            if let Some(value) = self.get(name).filter(|value| !value.is_empty()) {
                write!(marks, " {{{word}: {value}}}").unwrap();
            }
        }
        for (name, word) in [("aria-pressed", "pressed"), ("aria-invalid", "invalid"), ("aria-disabled", "disabled")] {
            if self.get(name) == Some("true") {
                write!(marks, " {{{word}}}").unwrap();
            }
        }
        if self.get("disabled").is_some() {
            marks += " {disabled}";
        }
        marks
    }
}

/// Lines on their way.
#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    line: String,
    is_pre: bool,
    /// An element has ended here: the next one is kept apart from it, as it is on the screen.
    has_ended: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.has_ended &= text.is_empty();
        for c in text.chars() {
            match c {
                '\n' if self.is_pre => self.end_line(),
                c if self.is_pre || !c.is_ascii_whitespace() => self.line.push(c),
                _ if self.line.is_empty() || self.line.ends_with(' ') => {}
                _ => self.line.push(' '),
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim_end().is_empty() {
            self.lines.push(line.trim_end().to_owned());
        }
        self.has_ended = false;
    }

    fn apart(&mut self) {
        if self.has_ended && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    /// Words of an element within a line, which end it.
    fn say(&mut self, words: &str) {
        self.line.push_str(if self.line.is_empty() { words.trim_start() } else { words });
        self.has_ended = true;
    }

    fn inline(&mut self, words: &str) {
        self.apart();
        self.say(words);
    }

    /// Lines of their own, with what is before the first and before the others.
    fn below(&mut self, first: &str, others: &str, lines: &[String]) {
        self.end_line();
        for (at, line) in lines.iter().enumerate() {
            self.lines.push(format!("{}{line}", if at == 0 { first } else { others }).trim_end().to_owned());
        }
    }

    fn children(&mut self, node: &Handle) {
        for child in node.children.borrow().iter() {
            self.node(child);
        }
    }

    fn node(&mut self, node: &Handle) {
        match (&node.data, Element::of(node)) {
            (NodeData::Text { contents }, _) => self.text(&contents.borrow()),
            (_, Some(element)) => self.element(node, &element),
            _ => self.children(node),
        }
    }

    fn element(&mut self, node: &Handle, element: &Element) {
        if element.get("hidden").is_some() || is_one_of(UNSEEN, &element.name) {
            return;
        }
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = "#".repeat(element.name[1..].parse().unwrap());
                self.below(&format!("{level} "), "", &[folded(node, element)]);
            }
            "a" | "button" | "input" | "textarea" | "select" | "img" => {
                if let Some(words) = control(node, element) {
                    self.inline(&words);
                }
            }
            "svg" if element.get("aria-hidden") == Some("true") => {}
            "svg" => self.below("", "", &[drawing(node)]),
            "br" => self.end_line(),
            "hr" => self.below("", "", &["---".to_owned()]),
            "tr" => self.below("", "", &[row(node)]),
            "li" => self.below("- ", "  ", &lines(node, element)),
            "dd" => self.below(": ", "  ", &lines(node, element)),
            "blockquote" => self.below("> ", "> ", &lines(node, element)),
            "details" => self.details(node, element.get("open").is_some()),
            "mark" => self.inline(&format!("=={}==", folded(node, element))),
            "ins" => self.inline(&format!("{{+{}+}}", folded(node, element))),
            "del" => self.inline(&format!("{{-{}-}}", folded(node, element))),
            "pre" => {
                self.end_line();
                self.is_pre = true;
                self.children(node);
                self.is_pre = false;
                self.end_line();
            }
            name if is_one_of(BLOCKS, name) => self.block(node, element),
            _ => {
                self.apart();
                self.children(node);
                self.say(&element.marks());
            }
        }
    }

    fn block(&mut self, node: &Handle, element: &Element) {
        self.end_line();
        let action = element.get("action").map(|to| format!("{{{} {to}}}", element.get("method").unwrap_or("get")));
        self.say(&action.unwrap_or_default());
        if element.is("dialog") && element.get("open").is_none() {
            self.say("{opened by a script}");
        }
        self.say(&element.marks());
        self.end_line();
        self.children(node);
        self.end_line();
    }

    /// Its summary, and what opens below it.
    fn details(&mut self, node: &Handle, is_open: bool) {
        self.end_line();
        let mut opened = Self::default();
        for child in node.children.borrow().iter() {
            match Element::of(child) {
                Some(summary) if summary.is("summary") => {
                    self.below(if is_open { "▾ " } else { "▸ " }, "", &[folded(child, &summary)]);
                }
                _ => opened.node(child),
            }
        }
        opened.end_line();
        self.below("  ", "  ", &opened.lines);
    }
}

/// What is in an element, as lines, with what is said of it at the end of the first.
fn lines(node: &Handle, element: &Element) -> Vec<String> {
    let mut writer = Writer::default();
    writer.children(node);
    writer.end_line();
    let marks = element.marks();
    match writer.lines.first_mut() {
        Some(first) => first.push_str(&marks),
        None if marks.is_empty() => {}
        None => writer.lines.push(marks.trim().to_owned()),
    }
    writer.lines
}

/// The same in one line.
fn folded(node: &Handle, element: &Element) -> String {
    lines(node, element).join(" / ")
}

fn control(node: &Handle, element: &Element) -> Option<String> {
    let words = folded(node, element);
    Some(match element.name.as_str() {
        "a" => format!("[{words}]{}", element.get("href").map(|to| format!("({to})")).unwrap_or_default()),
        "button" => format!("<{words}>{}", element.get("formaction").map(|to| format!("({to})")).unwrap_or_default()),
        "img" => format!("{{image: {}}}", element.get("alt").unwrap_or_default()),
        "textarea" => {
            let mut typed = Writer { is_pre: true, ..Writer::default() };
            typed.children(node);
            typed.end_line();
            format!("[area: {}{}]", typed.lines.join(" ⏎ "), element.marks())
        }
        "select" => {
            let mut offered = Vec::new();
            options(node, &mut offered);
            if !offered.iter().any(|(_, chosen)| *chosen)
                && let Some(first) = offered.first_mut()
            {
                first.1 = true;
            }
            let offered = offered.into_iter().map(|(words, chosen)| if chosen { format!("*{words}*") } else { words });
            format!("[choice: {}{}]", offered.collect::<Vec<_>>().join(" / "), element.marks())
        }
        _ => input(element)?,
    })
}

fn input(element: &Element) -> Option<String> {
    let (value, marks) = (element.get("value").unwrap_or_default(), element.marks());
    let is_on = element.get("checked").is_some();
    Some(match element.get("type").unwrap_or("text") {
        "hidden" => return None,
        "checkbox" => format!("[{}]{marks}", if is_on { "x" } else { " " }),
        "radio" => format!("({}){marks}", if is_on { "x" } else { " " }),
        kind => format!("[{kind}: {value}{marks}]"),
    })
}

/// The options of a choice, and which is chosen.
fn options(node: &Handle, offered: &mut Vec<(String, bool)>) {
    for child in node.children.borrow().iter() {
        match Element::of(child) {
            Some(option) if option.is("option") => {
                offered.push((folded(child, &option), option.get("selected").is_some()));
            }
            Some(group) => {
                let from = offered.len();
                options(child, offered);
                if let (Some(label), Some(first)) = (group.get("label"), offered.get_mut(from)) {
                    first.0 = format!("{label}: {}", first.0);
                }
            }
            None => {}
        }
    }
}

fn row(node: &Handle) -> String {
    let cells = node.children.borrow();
    let cells = cells.iter().filter_map(|cell| Some(folded(cell, &Element::of(cell)?)));
    cells.collect::<Vec<_>>().join(" | ")
}

/// The words of a drawing, in the order in which they are drawn.
fn drawing(svg: &Handle) -> String {
    let mut found = Vec::new();
    find(svg, &|element: &Element| is_one_of("text title desc", &element.name), &mut found);
    let words = found.iter().filter_map(|node| Some(folded(node, &Element::of(node)?)));
    format!("{{drawing: {}}}", words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// The outermost elements that are it.
fn find(node: &Handle, is_it: &impl Fn(&Element) -> bool, found: &mut Vec<Handle>) {
    if Element::of(node).is_some_and(|element| is_it(&element)) {
        found.push(Handle::clone(node));
        return;
    }
    for child in node.children.borrow().iter() {
        find(child, is_it, found);
    }
}

/// The document. Keep it while one of its nodes is in use, since it empties its nodes when it is dropped.
fn parsed(html: &str) -> Handle {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    Handle::clone(&dom.document)
}

fn text(nodes: &[Handle]) -> String {
    let mut writer = Writer::default();
    for node in nodes {
        writer.node(node);
        writer.end_line();
    }
    without_chance(&writer.lines.join("\n"))
}

/// The text of a whole page.
pub fn text_of(html: &str) -> String {
    text(&[parsed(html)])
}

/// The text of those parts of a page, which are an element's name, a `.class` or an `#id`; empty where it
/// has none.
pub fn parts(html: &str, which: &str) -> String {
    let (document, mut found) = (parsed(html), Vec::new());
    find(&document, &|element: &Element| element.is(which), &mut found);
    text(&found)
}

/// The same of what must be there.
#[track_caller]
pub fn part(html: &str, which: &str) -> String {
    let text = parts(html, which);
    assert!(!text.is_empty(), "the page has no {which}: {html}");
    text
}

/// The page without its frame.
#[track_caller]
pub fn main(html: &str) -> String {
    part(html, "main")
}

/// What is said above a form or after it.
#[track_caller]
pub fn notice(html: &str) -> String {
    part(html, ".notice")
}

/// Its tables.
#[track_caller]
pub fn table(html: &str) -> String {
    part(html, "table")
}

/// The words of its title.
pub fn title(html: &str) -> String {
    let (document, mut found) = (parsed(html), Vec::new());
    find(&document, &|element: &Element| element.is("title"), &mut found);
    let mut writer = Writer::default();
    found.iter().take(1).for_each(|node| writer.children(node));
    writer.line
}

/// What a form that was refused says: its notices, the choice between two texts, and the fields that are
/// wrong with what was typed.
pub fn refused(html: &str) -> String {
    let (document, mut found) = (parsed(html), Vec::new());
    let is_said = |element: &Element| element.is(".notice") || element.is(".conflict");
    find(&document, &is_said, &mut found);
    let mut fields = Vec::new();
    find(&document, &|element: &Element| element.is(".field"), &mut fields);
    found.extend(fields.into_iter().filter(|field| {
        let mut errors = Vec::new();
        find(field, &|element: &Element| element.is(".error"), &mut errors);
        !errors.is_empty()
    }));
    text(&found)
}

#[test]
fn a_page_reads_as_a_person_reads_it() {
    let html = "<!DOCTYPE html><title>T · Holdfast</title><script>x()</script><main><h1>Two <!>words</h1>\
        <nav aria-label=Tabs><a href=/a aria-current=page>A</a><a href=/b>B</a></nav>\
        <form method=post action=/a><input type=hidden name=v value=1><label for=n>Name *</label>\
        <input id=n value='&lt;b>'><p class=error>Too short.</p>\
        <label><input type=checkbox checked><span>On</span></label><select><optgroup label=G><option>One<option selected>Two</select><textarea>\none\ntwo</textarea>\
        <button>Save</button></form><table><tr><th>K</th><td>a<div>b</div></td></tr></table>\
        <dl><dt>When</dt><dd><time title='8 UTC'>9 CET</time></dd></dl><ul><li>x<li>y</ul>\
        <p hidden>no</p><details><summary>More</summary>Less</details></main>";
    let read = [
        "# Two words",
        "{label: Tabs}",
        "[A {current: page}](/a) [B](/b)",
        "{post /a}",
        "Name *",
        "[text: <b>]",
        "Too short.",
        "[x] On",
        "[choice: G: One / *Two*] [area: one ⏎ two] <Save>",
        "K | a / b",
        "When",
        ": 9 CET {title: 8 UTC}",
        "- x",
        "- y",
        "▸ More",
        "  Less",
    ];
    assert_eq!(text_of(html).lines().collect::<Vec<_>>(), read);
    assert_eq!((title(html).as_str(), part(html, ".error").as_str()), ("T · Holdfast", "Too short."));
}

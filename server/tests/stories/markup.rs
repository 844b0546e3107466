//! Hostile text in every field that people fill, and every page that shows it, read by the parser of
//! browsers: nothing of a text is an element, an attribute, a script or the address of a link.

use std::collections::BTreeSet;

use holdfast_domain::{person::Role, token::Scope};
use holdfast_server::{
    guard::Kind,
    router::{AccessRow, Routes},
};
use html5ever::{ParseOpts, parse_document, tendril::TendrilSink as _};
use http::Method;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use crate::{
    fixtures::{Fixture, Maker, Typing, Word},
    payloads,
    world::{Answer, Browser, World, story},
};

/// Each payload once, and from the first again.
struct Hostile<'a> {
    payloads: &'a [String],
    next: usize,
}

impl Hostile<'_> {
    fn next(&mut self) -> String {
        self.next += 1;
        // A zero byte is refused by every door.
        self.payloads[(self.next - 1) % self.payloads.len()].replace('\0', "")
    }
}

impl Typing for Hostile<'_> {
    fn line(&mut self, _: &str, chars: usize) -> String {
        let text: String = self.next().replace(['\u{2028}', '\u{2029}', '\n', '\t'], " ").chars().take(chars).collect();
        text.trim().to_owned()
    }

    fn text(&mut self, _: &str) -> String {
        self.next()
    }
}

/// What stands in a document: elements with their attributes, where links lead, and its scripts.
#[derive(Default)]
struct Found {
    pairs: BTreeSet<(String, String)>,
    links: BTreeSet<String>,
    scripts: usize,
}

/// What CommonMark makes of a text; the sanitiser lets nothing else through.
const PROSE: &str = "p strong em del code pre ul ol li blockquote table thead tbody tr th td a h1 h2 h3 h4 h5 h6 hr br";
const PROSE_ATTRIBUTES: [(&str, &str); 6] =
    [("a", "href"), ("a", "rel"), ("a", "title"), ("pre", "tabindex"), ("ol", "start"), ("code", "class")];
/// Attributes that lead somewhere.
const LEADING: [&str; 9] = ["href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "cite"];

fn walk(node: &Handle, in_prose: bool, found: &mut Found) {
    let mut prose = in_prose;
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let tag = name.local.to_string();
        for attr in attrs.borrow().iter() {
            let name = attr.name.local.to_string();
            if LEADING.contains(&name.as_str()) {
                found.links.insert(attr.value.to_string());
            }
            prose |= name == "class" && attr.value.split(' ').any(|class| class == "prose");
            let is_prose = in_prose && PROSE_ATTRIBUTES.contains(&(tag.as_str(), name.as_str()));
            if !is_prose {
                found.pairs.insert((tag.clone(), name));
            }
        }
        found.scripts += usize::from(tag == "script");
        if !(in_prose && PROSE.split(' ').any(|known| known == tag)) {
            found.pairs.insert((tag, String::new()));
        }
    }
    for child in node.children.borrow().iter() {
        walk(child, prose, found);
    }
}

fn read(page: &Answer) -> Found {
    let html = page.text();
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html.as_str());
    let mut found = Found::default();
    walk(&dom.document, false, &mut found);
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    let with_nonce = html.matches(&format!("nonce=\"{nonce}\"")).count();
    assert!(with_nonce >= found.scripts, "{} scripts, {with_nonce} nonces", found.scripts);
    found
}

/// Every page that shows something of an incident, and the lists that name it.
fn pages(routes: &Routes, own: &Fixture) -> Vec<String> {
    let is_page = |row: &&AccessRow| row.method == Method::GET && row.gate.kind == Kind::Page;
    let shown = routes.table().iter().filter(is_page).filter(|row| !row.path.contains("sign-") && row.path != "/");
    let mut paths: Vec<String> = shown
        .filter(|row| row.path.contains("{reference}") || !row.path.contains('{'))
        .map(|row| own.filled(&row.path, ""))
        .collect();
    paths.extend([
        "/metrics/mttc".to_owned(),
        "/search?q=pwned".into(),
        "/search?q=click".into(),
        "/incidents?q=pwned".into(),
    ]);
    paths
}

async fn seen(browser: &Browser, path: &str) -> Found {
    let page = browser.get(path).await;
    assert!(!page.status.is_server_error(), "{path}: {}", page.text());
    assert!(page.header("content-type").starts_with("text/html"), "{path}");
    read(&page)
}

#[story(on_sqlite)]
async fn no_page_makes_markup_of_a_thousand_texts_in_every_field(world: World) {
    let maker = Maker::new(&world).await;
    let routes = Routes::all(world.server.clone());
    let lead = world.signed_in(Role::Lead).await;
    let harmless = maker.make(false, &mut Word("pwned click")).await;
    for _ in 0..40 {
        // So many that lists have a next page.
        world.incident().await;
    }
    let mut known = Found::default();
    for path in pages(&routes, &harmless) {
        let found = seen(&lead, &path).await;
        known.pairs.extend(found.pairs);
        known.scripts = known.scripts.max(found.scripts);
    }
    let payloads = payloads::all(1_000);
    let mut typed = Hostile { payloads: &payloads, next: 0 };
    let mut count = 0;
    while typed.next < payloads.len() {
        let own = maker.make(false, &mut typed).await;
        for path in pages(&routes, &own) {
            let found = seen(&lead, &path).await;
            let more: Vec<_> = found.pairs.difference(&known.pairs).collect();
            assert!(more.is_empty(), "{path} has what no page has: {more:?}");
            assert!(found.scripts <= known.scripts, "{path} has {} scripts", found.scripts);
            for link in found.links {
                let scheme = link.split(['/', '?', '#']).next().unwrap_or_default().split_once(':');
                let is_kept = scheme.is_none_or(|(scheme, _)| matches!(scheme, "http" | "https" | "mailto"));
                assert!(is_kept, "{path} leads to {link}");
            }
            count += 1;
        }
    }
    println!("{count} pages of {} payloads", payloads.len());
}

#[story(on_sqlite)]
async fn what_a_page_gives_back_of_an_address_or_a_form_stays_text(world: World) {
    let maker = Maker::new(&world).await;
    let own = maker.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let at = format!("/incidents/{}", own.reference);
    let forms = [
        "/incidents/new".to_owned(),
        format!("{at}/tasks/new"),
        format!("{at}/timeline/new"),
        format!("{at}/assets/new"),
        format!("{at}/indicators/many"),
        format!("{at}/vulnerabilities/new"),
        format!("{at}/recommendations/new"),
        format!("{at}/reports/issue/check"),
        format!("{at}/edit"),
    ];
    let lists = [
        "/incidents?q=",
        "/incidents?status=",
        "/incidents?sort=",
        "/search?q=",
        "/search?kind=",
        "/metrics?period=",
        "/evidence?after=",
        "/reports?after=",
        "/sign-in?next=",
        "/join?code=",
        "/ledger?before=",
        "/incidents/",
        "/",
    ];
    // The ledger has several pages from the start: what is refused meanwhile adds to it.
    for _ in 0..51 {
        world.token(Role::Auditor, Scope::ALL).await;
    }
    // As they are when nothing was typed: a refused form is shown with what was wrong.
    let mut known = BTreeSet::new();
    let ask = async |payload: &str, known: &mut BTreeSet<(String, String)>, learn: bool| {
        let typed = percent_encoding::utf8_percent_encode(payload, percent_encoding::NON_ALPHANUMERIC).to_string();
        let names = "title summary name value lines body kind people phase status lane occurred due_at occurred_zone \
                     severity category tlp owner_id cve techniques";
        let fields: Vec<(&str, &str)> =
            names.split(' ').map(|name| (name, payload)).chain([("version", "1")]).collect();
        for form in &forms {
            check(&lead.post(form, &fields).await, form, known, learn);
        }
        for list in lists {
            check(&lead.get(&format!("{list}{typed}")).await, list, known, learn);
        }
    };
    for word in ["word", "T1566.001", "2026-09-01T08:00", ""] {
        ask(word, &mut known, true).await;
    }
    for payload in payloads::all(1_000).iter().step_by(29) {
        ask(&payload.replace('\0', ""), &mut known, false).await;
    }
}

fn check(answer: &Answer, path: &str, known: &mut BTreeSet<(String, String)>, learn: bool) {
    assert!(!answer.status.is_server_error(), "{path}: {}", answer.text());
    if !answer.header("content-type").starts_with("text/html") {
        return;
    }
    let found = read(answer);
    if learn {
        known.extend(found.pairs);
        return;
    }
    let more: Vec<_> = found.pairs.difference(known).collect();
    assert!(more.is_empty(), "{path} has what no page has: {more:?}");
    assert!(!found.links.iter().any(|link| link.to_lowercase().starts_with("javascript:")), "{path}");
}

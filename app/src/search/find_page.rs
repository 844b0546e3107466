//! What was found, best first, with the match shown.

use holdfast_domain::search::{Found, HITS_MAX, Hit, HitKind, Marked, SearchQuery, TEXT_CHARS_MAX};
use leptos::prelude::*;

use crate::{
    page::Shown,
    request::Request,
    ui::{badge, icon, pager, table},
};

const HITS_ON_A_PAGE: i64 = 25;

/// The page.
pub async fn find_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let text = req.query("q").unwrap_or_default();
    let kind = req.query("kind").and_then(|text| text.parse::<HitKind>().ok());
    let offset = req.query("offset").and_then(|text| text.parse().ok()).unwrap_or(0).clamp(0, HITS_MAX);
    let asked = SearchQuery {
        text: text.trim().chars().take(TEXT_CHARS_MAX).filter(|c| !c.is_control()).collect(),
        kinds: kind.into_iter().collect(),
        offset,
        limit: HITS_ON_A_PAGE,
    };
    let found = holdfast_actions::search::find(ctx, actor, &asked).await?;
    let words = if asked.text.is_empty() { "Search".to_owned() } else { format!("“{}”: search", asked.text) };
    Ok(view! { {req.title(&words)} {page(&asked, kind, &found)} }.into_any())
}

fn page(asked: &SearchQuery, kind: Option<HitKind>, found: &Found) -> AnyView {
    let carried = kind.map(|kind| view! { <input type="hidden" name="kind" value=kind.as_str() /> });
    let body = match (asked.text.is_empty(), found.hits.is_empty()) {
        (true, _) => hints(),
        (false, true) => nothing(asked, kind),
        (false, false) => hits(asked, kind, found),
    };
    view! {
        <header class="page-head"><div><h1>"Search"</h1></div></header>
        <form class="filters" method="get" action="/search" role="search" aria-label="All incidents">
            {carried}
            <div class="search">
                {icon(icon::SEARCH)}
                <label class="vh" for="q">"Search"</label>
                <input class="input" type="search" id="q" name="q" value=asked.text.clone() maxlength="500" autocomplete="off"
                    placeholder="Words, an address, a hash, a reference" />
            </div>
            <button class="btn btn-primary">"Search"</button>
        </form>
        {kinds(asked, kind)}
        {body}
    }
    .into_any()
}

fn address(asked: &SearchQuery, kind: Option<HitKind>, offset: i64) -> String {
    let mut pairs = vec![("q", asked.text.clone())];
    if let Some(kind) = kind {
        pairs.push(("kind", kind.to_string()));
    }
    if offset > 0 {
        pairs.push(("offset", offset.to_string()));
    }
    format!("/search?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

fn kinds(asked: &SearchQuery, at: Option<HitKind>) -> AnyView {
    let link = |kind: Option<HitKind>| {
        let words = kind.map_or("All", HitKind::label);
        let current = (kind == at).then_some("page");
        view! { <a href=address(asked, kind, 0) aria-current=current>{words}</a> }.into_any()
    };
    let links: Vec<AnyView> = std::iter::once(None).chain(HitKind::ALL.iter().copied().map(Some)).map(link).collect();
    view! { <nav class="tabs" aria-label="Kinds">{links}</nav> }.into_any()
}

fn hits(asked: &SearchQuery, kind: Option<HitKind>, found: &Found) -> AnyView {
    let lines: Vec<AnyView> = found.hits.iter().map(hit).collect();
    let first = asked.offset + 1;
    let last = asked.offset + i64::try_from(found.hits.len()).unwrap_or_default();
    let previous = (asked.offset > 0).then(|| address(asked, kind, (asked.offset - HITS_ON_A_PAGE).max(0)));
    let next = found.next.map(|next| address(asked, kind, next));
    let words = format!("{first} to {last}, best first. At most {HITS_MAX} are listed; more words find the rest.");
    view! { <ol class="hits">{lines}</ol> {pager(words, previous, next)} }.into_any()
}

fn hit(hit: &Hit) -> AnyView {
    let snippet = (!hit.snippet.text.is_empty()).then(|| view! { <p class="hit-text">{marked(&hit.snippet)}</p> });
    let of = (hit.kind != HitKind::Incident).then(|| {
        view! {
            <p class="muted small">
                "In "<a class="mono" href=format!("/incidents/{}", hit.incident_reference)>{hit.incident_reference.clone()}</a>
                " "{hit.incident_title.clone()}
            </p>
        }
    });
    // A piece of evidence is named with its incident: another one has the same label.
    let incident = (hit.kind == HitKind::Evidence).then(|| format!("{}/", hit.incident_reference));
    view! {
        <li class="hit">
            <p class="hit-title">{badge::plain(hit.kind.label())} " " <a href=target(hit)>{incident}{marked(&hit.title)}</a></p>
            {snippet}
            {of}
        </li>
    }
    .into_any()
}

/// Where a hit is read.
fn target(hit: &Hit) -> String {
    let incident = format!("/incidents/{}", hit.incident_reference);
    match hit.kind {
        HitKind::Incident => incident,
        HitKind::Event => format!("{incident}/timeline"),
        HitKind::Narrative => format!("{incident}/reports"),
        HitKind::Task => format!("{incident}/tasks/{}", hit.id),
        // An item is known by its label, with which its title begins.
        HitKind::Evidence => {
            format!("{incident}/evidence/{}", hit.title.text.split(' ').next().unwrap_or_default())
        }
        HitKind::Contact => format!("{incident}/contacts/{}", hit.id),
        HitKind::Indicator => format!("{incident}/indicators/{}", hit.id),
        HitKind::Asset => format!("{incident}/assets/{}", hit.id),
        HitKind::Vulnerability => format!("{incident}/vulnerabilities/{}", hit.id),
    }
}

fn marked(text: &Marked) -> Vec<AnyView> {
    text.pieces()
        .into_iter()
        .map(|(piece, hit)| if hit { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() })
        .collect()
}

fn nothing(asked: &SearchQuery, kind: Option<HitKind>) -> AnyView {
    let words = view! {
        <p>"Every word must be there, each may be the beginning of a longer one. Try fewer, or another spelling."</p>
    };
    let all = kind.map(|_| view! { <a class="btn" href=address(asked, None, 0)>"Search all kinds"</a> });
    table::blank(icon::SEARCH, "Nothing found that you may see", words.into_any(), all.into_any())
}

fn hints() -> AnyView {
    let words = view! {
        <p>
            "Incidents and what is recorded in them: timelines, tasks, report texts, names of evidence, findings and contacts. Addresses are found however they are written: evil[.]example is evil.example."
        </p>
    };
    table::blank(icon::SEARCH, "Search everything you may see", words.into_any(), ().into_any())
}

//! What the pages of indicators, assets and vulnerabilities have of their own: the tab that all three
//! share, badges, and where else the same was seen.

use holdfast_actions::{Result, finding::seen_in};
use holdfast_domain::{
    Field,
    asset::AssetFields,
    indicator::{IndicatorFields, SeenIn},
    kev,
    noun::Item,
    vulnerability::VulnerabilityFields,
};
use leptos::prelude::*;

use super::{cells, list_page};
use crate::{
    incident::{Room, Tab},
    item::{self, ItemPages},
    page::Shown,
    request::Request,
    ui::{Cell, Words, badge},
};

/// What all three share.
macro_rules! shared {
    () => {
        const TAB: Tab = Tab::Indicators;
        const ARCHIVING: &'static str =
            "It leaves the lists, the search and what other incidents see of it. It is kept, and can be taken back.";

        fn home() -> (String, &'static str) {
            ("/indicators".into(), "All that was found")
        }

        async fn aside(req: &Request, item: &Item<Self>) -> Result<Option<AnyView>> {
            let (ctx, actor) = req.signed_in()?;
            Ok(Some(others(seen_in(ctx, actor, item).await?.as_ref())))
        }
    };
}

impl ItemPages for IndicatorFields {
    shared!();
    const BLANK: &'static str =
        "Add addresses, hashes and names that were seen of the attacker, one by one or many at once.";
    const COLUMNS: &'static [&'static str] = &["kind", "value", "confidence", "tlp", "first_seen"];

    fn cell(&self, field: &'static Field, words: &Words<'_>) -> Cell {
        match field.name {
            "value" => Cell::name(cells::value(self)).class("wrap lead finding-value"),
            "confidence" => Cell::of(cells::confidence(self.confidence)),
            "tlp" => Cell::bare(badge::tlp(self.tlp)),
            _ => item::list_page::cell(self, field, words),
        }
    }

    fn fact(&self, field: &'static Field, words: &Words<'_>) -> AnyView {
        match field.name {
            "value" => cells::value(self),
            "confidence" => cells::confidence(self.confidence),
            "tlp" => badge::tlp(self.tlp),
            _ => item::view_page::fact(self, field, words),
        }
    }

    fn more_buttons(seen: &Room) -> Option<AnyView> {
        Some(view! { <a class="btn" href=seen.address("/indicators/many")>"Add many at once"</a> }.into_any())
    }

    async fn list(req: &Request) -> Shown {
        list_page::findings_page(req).await
    }
}

impl ItemPages for AssetFields {
    shared!();
    const BLANK: &'static str = "Add the machines, accounts and data that the incident touched.";
    const COLUMNS: &'static [&'static str] = &["kind", "name", "identifier", "compromise", "criticality", "owner"];

    fn cell(&self, field: &'static Field, words: &Words<'_>) -> Cell {
        match field.name {
            "compromise" => Cell::bare(cells::compromise(self.compromise)),
            "criticality" => Cell::of(cells::criticality(self.criticality)),
            _ => item::list_page::cell(self, field, words),
        }
    }

    fn fact(&self, field: &'static Field, words: &Words<'_>) -> AnyView {
        match field.name {
            "compromise" => cells::compromise(self.compromise),
            "criticality" => cells::criticality(self.criticality),
            _ => item::view_page::fact(self, field, words),
        }
    }

    async fn list(req: &Request) -> Shown {
        list_page::one_list::<Self>(req).await
    }
}

impl ItemPages for VulnerabilityFields {
    shared!();
    const BLANK: &'static str = "Add what the attacker used, or could have used.";
    const COLUMNS: &'static [&'static str] = &["cve", "title", "cvss_score", "affected", "status"];

    fn cell(&self, field: &'static Field, words: &Words<'_>) -> Cell {
        match field.name {
            "title" => Cell::name(view! { <strong>{self.title.clone()}</strong> " " {cells::exploited(&self.cve)} })
                .class("wrap lead"),
            "cvss_score" => Cell::known(cells::score(&self.cvss_score)),
            "status" => Cell::bare(cells::status(self.status)),
            _ => item::list_page::cell(self, field, words),
        }
    }

    fn fact(&self, field: &'static Field, words: &Words<'_>) -> AnyView {
        match field.name {
            "cvss_score" => cells::score(&self.cvss_score).unwrap_or_else(|| "–".into_any()),
            "status" => cells::status(self.status),
            _ => item::view_page::fact(self, field, words),
        }
    }

    fn more_facts(&self) -> Vec<(&'static str, AnyView)> {
        let Some(known) = kev::find(&self.cve) else { return Vec::new() };
        let (since, catalogue) = (&known.added_on, kev::catalogue_date());
        let words = format!(
            "Since {since}, by CISA's catalogue of {catalogue}. {} {}: {}",
            known.vendor, known.product, known.name
        );
        let ransomware = known.by_ransomware.then(|| badge::warning("Ransomware"));
        vec![("Exploited", view! { {words} " " {ransomware} }.into_any())]
    }

    async fn list(req: &Request) -> Shown {
        list_page::one_list::<Self>(req).await
    }
}

/// The other incidents in which the same was seen.
fn others(elsewhere: Option<&SeenIn>) -> AnyView {
    let Some(seen) = elsewhere else {
        return view! {
            <h2>"Seen in"</h2>
            <p class="muted">"No other incident that you may see has it."</p>
        }
        .into_any();
    };
    let lines: Vec<AnyView> = seen
        .latest
        .iter()
        .map(|one| view! { <li>{cells::link(&one.reference, &one.title)} {one.title.clone()}</li> }.into_any())
        .collect();
    let more = seen.count - i64::try_from(seen.latest.len()).unwrap_or_default();
    let more = (more > 0).then(|| view! { <p class="muted">{format!("And {more} more.")}</p> });
    let words = match seen.count {
        1 => "1 other incident".to_owned(),
        count => format!("{count} other incidents"),
    };
    view! { <h2>"Seen in " {words}</h2> <ul class="plain-list">{lines}</ul> {more} }.into_any()
}

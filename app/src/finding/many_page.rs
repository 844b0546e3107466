//! Many indicators at once: one per line. Lines that could not be read come back into the form with
//! their reasons, so that nothing is lost.

use holdfast_domain::{
    indicator::{Confidence, LINES_MAX, LineRefused, NOTES_CHARS_MAX},
    marking::Tlp,
};
use leptos::prelude::*;

use super::form::marks;
use crate::{
    form::Posted,
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    page::Shown,
    request::Request,
    ui::{
        field::Field,
        notice::{self, problems},
    },
};

/// What became of lines of which some could not be read; carried to the page that shows it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub added: usize,
    pub known: usize,
    pub tlp: Tlp,
    pub confidence: Confidence,
    pub description: String,
    pub refused: Vec<LineRefused>,
}

impl Outcome {
    /// As the one text that a form may carry to its page.
    pub fn to_text(&self) -> String {
        let mut pairs = vec![
            ("added", self.added.to_string()),
            ("known", self.known.to_string()),
            ("tlp", self.tlp.to_string()),
            ("confidence", self.confidence.to_string()),
            ("description", self.description.clone()),
        ];
        for line in &self.refused {
            pairs.push(("line", line.line.to_string()));
            pairs.push(("text", line.text.clone()));
            pairs.push(("reason", line.reason.clone()));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).ok()?;
        let first = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let (_, lines) = pairs.split_at_checked(5)?;
        let line = |three: &[(String, String)]| {
            let [(_, line), (_, text), (_, reason)] = three else { return None };
            Some(LineRefused { line: line.parse().ok()?, text: text.clone(), reason: reason.clone() })
        };
        Some(Self {
            added: first("added")?.parse().ok()?,
            known: first("known")?.parse().ok()?,
            tlp: first("tlp")?.parse().ok()?,
            confidence: first("confidence")?.parse().ok()?,
            description: first("description")?.to_owned(),
            refused: lines.chunks(3).filter_map(line).collect(),
        })
    }
}

/// The form.
pub async fn many_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let outcome = posted.once.as_deref().and_then(Outcome::read);
    Ok(room(req, &seen, Tab::Indicators, form(posted, &seen, outcome.as_ref())))
}

fn form(posted: &Posted, seen: &Room, outcome: Option<&Outcome>) -> AnyView {
    let lines: Vec<&str> = outcome.iter().flat_map(|outcome| &outcome.refused).map(|line| line.text.as_str()).collect();
    let (tlp, confidence) =
        outcome.map_or((Tlp::Amber, Confidence::NotRated), |outcome| (outcome.tlp, outcome.confidence));
    let description = outcome.map(|outcome| outcome.description.clone()).unwrap_or_default();
    let most = format!("At most {LINES_MAX} lines at once.");
    view! {
        {problems(posted)}
        {outcome.map(told)}
        <section class="card">
            <h2>"Add many indicators"</h2>
            <form class="form" method="post" action=seen.address("/indicators/many") data-guard="">
                <div class="prose">
                    <p>"One per line; its kind is told from its form. Where it cannot be, write it first. What follows a # describes it."</p>
                    <pre class="mono small">"198.51.100[.]7 # C2 server\nhxxps://evil[.]example/loader\nmutex: Global\\x7f"</pre>
                </div>
                {Field::line("lines", "Indicators").value(lines.join("\n")).required().mono().area(posted)}
                <p class="hint">{most}" Those that the incident has already are passed over."</p>
                <div class="fields">{marks(posted, tlp, confidence)}</div>
                {Field::line("description", "Description").value(description).chars_max(NOTES_CHARS_MAX).autocomplete("off")
                    .hint("For those whose line says none.").input(posted)}
                <div class="buttons"><button class="btn btn-primary">"Add them"</button><a class="btn" href=seen.address("/indicators")>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}

fn told(outcome: &Outcome) -> AnyView {
    let lines: Vec<AnyView> = outcome
        .refused
        .iter()
        .map(|line| {
            view! { <li>"Line "{line.line}": "<span class="hash">{line.text.clone()}</span>" – "{line.reason.clone()}</li> }
                .into_any()
        })
        .collect();
    let words = format!(
        "{} added, {} known already. {} could not be read and stand below, to be put right and sent again:",
        outcome.added,
        outcome.known,
        outcome.refused.len()
    );
    notice::warning(view! { <p>{words}</p> <ul>{lines}</ul> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_is_carried_whole() {
        let outcome = Outcome {
            added: 3,
            known: 1,
            tlp: Tlp::AmberStrict,
            confidence: Confidence::High,
            description: "C2 & <b>".into(),
            refused: vec![
                LineRefused { line: 2, text: "a=b&c".into(), reason: "why".into() },
                LineRefused { line: 9, text: "\u{fc}".into(), reason: "why not".into() },
            ],
        };
        assert_eq!(Outcome::read(&outcome.to_text()), Some(outcome));
    }
}

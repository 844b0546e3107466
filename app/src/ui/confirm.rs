//! A page that asks before an action that cannot be undone, naming what is lost. It is a page of its
//! own, so that it needs no script.

use leptos::prelude::*;

use super::{conflict, field::hidden, notice::problems, words::Words};
use crate::form::Posted;

/// What is asked.
pub struct Confirm {
    pub question: String,
    pub words: &'static str,
    pub losses: Vec<String>,
    /// Where the form is posted to.
    pub action: String,
    pub button: &'static str,
    /// Hidden fields that go with it.
    pub fields: AnyView,
    /// The way back: its words and its address.
    pub back: (&'static str, String),
    pub dangerous: bool,
}

/// What is said of taking a thing out of its list.
pub struct Archiving {
    /// What it is called.
    pub name: String,
    /// What the one who does it does: `Archive`.
    pub verb: &'static str,
    /// What becomes of it.
    pub words: &'static str,
    /// What was done to one that can be taken back.
    pub taken: &'static str,
}

impl Confirm {
    /// Asks before a thing is taken out of its list; where it is out, before it is taken back.
    pub fn archiving(
        asked: Archiving,
        (version, is_archived): (i64, bool),
        action: String,
        back: (&'static str, String),
    ) -> Self {
        let Archiving { name, verb, words, taken } = asked;
        let (question, words, button) = if is_archived {
            (format!("Take “{name}” back?"), taken, "Take back")
        } else {
            (format!("{verb} “{name}”?"), words, verb)
        };
        let fields = view! { {hidden("version", version)} {hidden("archived", !is_archived)} }.into_any();
        Self { question, words, losses: Vec::new(), action, button, fields, back, dangerous: !is_archived }
    }

    pub fn view(self, posted: &Posted) -> AnyView {
        self.worded(posted, &Words { fields: &[], zone: "UTC", people: &[] })
    }

    /// The same, where a conflict is over values that have words.
    pub fn worded(self, posted: &Posted, words: &Words<'_>) -> AnyView {
        let losses: Vec<AnyView> = self.losses.into_iter().map(|loss| view! { <li>{loss}</li> }.into_any()).collect();
        let losses = (!losses.is_empty()).then(|| view! { <ul class="losses">{losses}</ul> });
        let class = if self.dangerous { "btn btn-danger" } else { "btn btn-primary" };
        let (back, back_href) = self.back;
        view! {
            {problems(posted)}
            {conflict::notice(posted, words)}
            <section class="card page-narrow">
                <h1>{self.question}</h1>
                <p>{self.words}</p>
                {losses}
                <form class="buttons" method="post" action=self.action>
                    {self.fields}
                    <button class=class>{self.button}</button>
                    <a class="btn" href=back_href>{back}</a>
                </form>
            </section>
        }
        .into_any()
    }
}

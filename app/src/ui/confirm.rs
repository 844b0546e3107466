//! A page that asks before an action that cannot be undone, naming what is lost. It is a page of its
//! own, so that it needs no script.

use leptos::prelude::*;

use super::{conflict, notice::problems, words::Words};
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

impl Confirm {
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

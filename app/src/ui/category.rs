//! A choice of RSIT categories, types grouped under their class.

use holdfast_domain::{Field, rsit::RsitClass};
use leptos::prelude::*;

use super::field::{aria, around, typed};
use crate::form::Posted;

/// The field of a noun that holds one, beginning with this value.
pub fn category(posted: &Posted, field: &'static Field, value: String) -> AnyView {
    let Field { name, label, hint, required, .. } = *field;
    let value = typed(posted, name, value);
    let (invalid, described) = aria(posted, name, hint);
    let control = view! {
        <select class="input" id=name name=name required=required aria-invalid=invalid aria-describedby=described>{categories(&value, "no type")}</select>
    };
    around(posted, name, label, required, hint, control.into_any())
}

/// The options of a select of categories; `alone` says what a class by itself means.
pub fn categories(value: &str, alone: &'static str) -> Vec<AnyView> {
    let option = |sent: String, words: String| {
        let selected = sent == value;
        view! { <option value=sent selected=selected>{words}</option> }.into_any()
    };
    RsitClass::ALL
        .iter()
        .map(|class| {
            let whole = option(class.to_string(), format!("{} ({alone})", class.label()));
            let types: Vec<AnyView> = class
                .types()
                .iter()
                .map(|(kind, label)| option(format!("{class}/{kind}"), (*label).to_owned()))
                .collect();
            view! { <optgroup label=class.label()>{whole}{types}</optgroup> }.into_any()
        })
        .collect()
}

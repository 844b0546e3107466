//! The settings page.

use holdfast_domain::org::Org;
use leptos::prelude::*;

use super::api::view_org;
use crate::pages::Shown;
use crate::ui::{
    conflict,
    field::{Field, hidden, typed},
    notice::problems,
    raw_text::title,
};

/// Name and time zone of the organisation.
pub async fn settings_page() -> Shown {
    let org = view_org().await?;
    Ok(view! {
        {title("Settings")}
        <header class="page-head"><h1>"Settings"</h1></header>
        {settings(org)}
    }
    .into_any())
}

fn settings(org: Org) -> AnyView {
    if let Some((conflict, posted)) = conflict::found() {
        let words: conflict::Words = Box::new(|_, text| text.to_owned());
        return conflict::settle(&conflict, &posted, "/settings".into(), "/settings".into(), &[], &words);
    }
    let bases = conflict::bases(&[("name", org.name.clone()), ("time_zone", org.time_zone.clone())]);
    view! {
        {problems()}
        <form class="form" method="post" action="/settings" data-guard="">
            {hidden("version", typed("version", org.version.to_string()))}
            {bases}
            {Field::line("name", "Name of the organisation").value(org.name).required().chars_max(120)
                .hint("As reports print it.").input()}
            {Field::line("time_zone", "Time zone").value(org.time_zone).required()
                .hint("In which days and months are counted. Such as Europe/Berlin or UTC.").zone()}
            <div class="buttons"><button class="btn btn-primary">"Save"</button></div>
        </form>
    }
    .into_any()
}

//! The logo of reports: as it stands on paper, another in its place, or none. The form carries a file,
//! so the server reads it itself.

use holdfast_domain::org::{LOGO_BYTES_MAX, LOGO_PIXELS_MAX, Logo, Org};
use leptos::prelude::*;

use crate::{
    page::Shown,
    request::Request,
    ui::{errors, problems},
};

/// What the head of a report will look like, and the form.
pub async fn logo_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let org = holdfast_actions::org::view(ctx, actor).await?;
    let logo = holdfast_actions::logo::view(ctx, actor).await?;
    let action = if logo.is_some() { "Replace the logo" } else { "Set the logo" };
    let hint = format!(
        "PNG or JPEG, at most {} MiB and {} million pixels. A wide one with little white around it prints best.",
        LOGO_BYTES_MAX / 1024 / 1024,
        LOGO_PIXELS_MAX / 1_000_000
    );
    Ok(view! {
        {req.title("Logo")}
        <header class="page-head"><div>
            <p class="meta"><a href="/settings">"Settings"</a></p>
            <h1>"Logo"</h1>
            <p class="meta">"It stands at the head of each page of every report that is made from now on. Issued reports stay as they were sent."</p>
        </div></header>
        {problems(posted)}
        <section class="card stack">
            <h2>"On paper"</h2>
            {paper_head(&org, logo.as_ref())}
            <form class="form" method="post" enctype="multipart/form-data" action="/settings/logo">
                <div class="field">
                    <label for="file">"File"</label>
                    <input class="input" type="file" id="file" name="file" accept="image/png,image/jpeg,.png,.jpg,.jpeg" required=true />
                    <p class="hint">{hint}</p>
                    {errors(posted, "file")}
                </div>
                <div class="buttons"><button class="btn btn-primary">{action}</button></div>
            </form>
            {logo.map(|_| removal())}
        </section>
    }
    .into_any())
}

fn removal() -> AnyView {
    view! {
        <form method="post" enctype="multipart/form-data" action="/settings/logo">
            <input type="hidden" name="remove" value="yes" />
            <button class="btn">"Remove the logo"</button>
        </form>
    }
    .into_any()
}

/// Reports are printed on white, whatever the theme of the screen is.
fn paper_head(org: &Org, logo: Option<&Logo>) -> AnyView {
    let picture = logo.map(|logo| {
        // The same address with another picture behind it would be shown as the browser kept it.
        let at = format!("/settings/logo.png?sha256={}", logo.sha256.get(..16).unwrap_or_default());
        view! { <img src=at alt="The logo" width=logo.width.to_string() height=logo.height.to_string() /> }
    });
    view! {
        <div class="paper-head">
            {picture}
            <p><strong>{org.name.clone()}</strong>" Executive incident report"</p>
            <span class="mono">"TLP:AMBER"</span>
        </div>
    }
    .into_any()
}

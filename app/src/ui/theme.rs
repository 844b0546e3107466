//! The choice between light, dark and what the system says.

use leptos::prelude::*;

/// The choice as three buttons, of which one is pressed.
pub fn theme_choice(label: &'static str, current: &str) -> AnyView {
    let button = |value: &'static str, words: &'static str| {
        let pressed = if current == value { "true" } else { "false" };
        view! { <button name="theme" value=value aria-pressed=pressed>{words}</button> }.into_any()
    };
    view! {
        <form method="post" action="/account/theme">
            <div class="choice" role="group" aria-label=label>
                {button("system", "System")} {button("light", "Light")} {button("dark", "Dark")}
            </div>
        </form>
    }
    .into_any()
}

//! The icons, one path each, drawn on a grid of 16. An icon is never the only bearer of a meaning:
//! a word stands beside it, or the button around it has a name.

use leptos::prelude::*;

/// The icon of that shape.
pub fn icon(path: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
    .into_any()
}

pub const SEARCH: &str = "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0M10.2 10.2l3.3 3.3";
pub const PLUS: &str = "M8 3v10M3 8h10";
pub const CHEVRON: &str = "m4 6 4 4 4-4";
pub const CHEVRON_LEFT: &str = "M10 4 6 8l4 4";
pub const CHEVRON_RIGHT: &str = "m6 4 4 4-4 4";
pub const CLOSE: &str = "m4 4 8 8M12 4l-8 8";
pub const CHECK: &str = "m3 8.5 3.5 3.5L13 4.5";
pub const CLOCK: &str = "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M8 4.5V8l2.5 1.5";
pub const LOCK: &str = "M4.5 7h7a1.5 1.5 0 0 1 1.5 1.5v4a1.5 1.5 0 0 1 -1.5 1.5h-7a1.5 1.5 0 0 1 -1.5 -1.5v-4a1.5 1.5 0 0 1 1.5 -1.5zM5 7V5a3 3 0 0 1 6 0v2";
pub const USER: &str = "M5.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M3 13.5c.6-2.6 2.5-4 5-4s4.4 1.4 5 4";
pub const TEAM: &str = "M3.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M1.5 13.5c.5-2.6 2.2-4 4.5-4s4 1.4 4.5 4M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 9.8c1.3.6 2.2 1.9 2.5 3.7";
pub const FLAG: &str = "M4 14V2.5M4 3h8l-2 3 2 3H4";
pub const ALERT: &str = "M8 2 1.5 13.5h13zM8 6.5v3M8 11.5v.01";
pub const INFO: &str = "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M8 7.5V11M8 5v.01";
pub const EDIT: &str = "M11 2.5 13.5 5 5.5 13H3v-2.5zM9.5 4 12 6.5";
pub const LOGOUT: &str = "M6.5 2.5H3v11h3.5M10 5l3 3-3 3M13 8H6.5";
pub const KEY: &str = "M2.5 11a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M7 9l6-6M10.5 5.5l2 2";
pub const LEDGER: &str = "M3 13V3.5A1.5 1.5 0 0 1 4.5 2H13v12H4a1 1 0 0 1 0-2.5h9M6 5h4";
pub const FILTER: &str = "M2 4h12M4.5 8h7M6.5 12h3";
pub const COLUMNS: &str =
    "M3 3h10a1 1 0 0 1 1 1v8a1 1 0 0 1 -1 1h-10a1 1 0 0 1 -1 -1v-8a1 1 0 0 1 1 -1zM6 3v10M10 3v10";
pub const SORT_UP: &str = "M8 13V3M4.5 6.5 8 3l3.5 3.5";
pub const SORT_DOWN: &str = "M8 3v10M4.5 9.5 8 13l3.5-3.5";
pub const MENU: &str = "M2 4h12M2 8h12M2 12h12";
pub const CHART: &str = "M2.5 13.5h11M4 11V8M8 11V3.5M12 11V6";
pub const ARCHIVE: &str = "M2 3h12v3H2zM3 6v7.5h10V6M6.5 9h3";

//! What a page is: its path, who may ask for it, and the function that makes it. The list of all
//! pages is `pages.rs`; this file knows none of them, so that each page can use it.

use std::pin::Pin;

use holdfast_domain::Permission;
use leptos::prelude::AnyView;

use crate::request::Request;

/// Who may ask for a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Anybody.
    Public,
    /// Everybody who is signed in.
    SignedIn,
    /// Everybody who has this permission. For incidents the action decides again, on the incident itself.
    Permission(Permission),
}

/// A page as it is shown, or why there is none.
pub type Shown = holdfast_actions::Result<AnyView>;

/// A page that is being made.
pub type PageFuture<'a> = Pin<Box<dyn Future<Output = Shown> + Send + 'a>>;

/// A page.
#[derive(Clone, Copy)]
pub struct Page {
    /// Its path, variable parts in braces.
    pub path: &'static str,
    /// Who may ask for it. A public page is shown by itself, every other one in the frame.
    pub may: Requirement,
    /// What makes it.
    pub view: for<'a> fn(&'a Request) -> PageFuture<'a>,
}

//! What happened at the demo organisation, newest first. The stories are our own, after the facts of
//! kinds of breaches that are publicly known. Addresses are of the ranges kept for documentation.

mod autumn;
mod lately;
mod now;
mod spring;
mod summer;
mod week;
mod winter;

use super::story::Story;

/// Every story.
pub(super) fn stories() -> impl Iterator<Item = &'static Story> {
    let parts = [now::STORIES, week::STORIES, lately::STORIES, autumn::STORIES, summer::STORIES, spring::STORIES];
    parts.into_iter().chain([winter::STORIES]).flatten()
}

//! The kinds of ledger entries in words. Those of a declared noun follow from its declaration; every other kind
//! has its line here. Pages, REST and exports word an entry by this list alone.

use std::sync::LazyLock;

use crate::noun::{NOUNS, NounInfo};

/// Where the object's name goes.
const OBJECT: char = '@';

/// A kind of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryKind {
    /// As the ledger has it: `task.finished`.
    pub kind: String,
    /// The noun under which it is listed: `task`.
    pub group: &'static str,
    /// An object that nothing names, with its article: `a task`.
    one: &'static str,
    /// What was done, with the place of the object: `finished @`.
    words: String,
}

/// What is not declared: group, an object that nothing names, and its kinds.
type Group = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const OWN: &[Group] = &[
    (
        "incident",
        "an incident",
        &[
            ("incident.opened", "opened @"),
            ("incident.imported", "imported @"),
            ("incident.edited", "changed @"),
            ("incident.phase_changed", "changed the status of @"),
            ("incident.time_entered", "entered a time of @"),
            ("incident.access_changed", "changed who can see @"),
        ],
    ),
    (
        "task",
        "a task",
        &[
            ("task.finished", "finished @"),
            ("task.reopened", "reopened @"),
            ("task.moved", "reordered @"),
            ("task.commented", "commented on @"),
        ],
    ),
    ("indicator", "indicators", &[("indicator.added_many", "added @")]),
    (
        "evidence",
        "evidence",
        &[
            ("evidence.registered", "registered @"),
            ("custody.collected", "collected @"),
            ("custody.sealed", "sealed @"),
            ("custody.unsealed", "broke the seal of @"),
            ("custody.offered", "offered @"),
            ("custody.transferred", "accepted @"),
            ("custody.refused", "refused @"),
            ("custody.withdrawn", "withdrew the offer of @"),
            ("custody.checked_out", "checked out @"),
            ("custody.checked_in", "checked in @"),
            ("custody.copied", "copied @"),
            ("custody.imaged", "imaged @"),
            ("custody.analysed", "analysed @"),
            ("custody.accessed", "viewed @"),
            ("custody.downloaded", "downloaded @"),
            ("custody.verified", "verified @"),
            ("custody.moved", "moved @"),
            ("custody.hold_placed", "placed a legal hold on @"),
            ("custody.hold_released", "released a legal hold on @"),
            ("custody.disclosed", "disclosed @"),
            ("custody.returned", "returned @"),
            ("custody.disposal_requested", "requested the disposal of @"),
            ("custody.disposal_withdrawn", "withdrew the disposal request for @"),
            ("custody.disposed", "disposed of @"),
            ("custody.corrected", "corrected a custody event of @"),
            ("evidence.log_exported", "exported the evidence log of @"),
        ],
    ),
    (
        "report",
        "a report",
        &[
            ("report.written", "changed @"),
            ("report.rendered", "rendered @"),
            ("report.issued", "issued @"),
            ("report.opened", "opened @"),
            ("report.withdrawn", "withdrew @"),
        ],
    ),
    (
        "person",
        "a person",
        &[
            ("person.added", "added @"),
            ("person.invited", "made a one-time code for @"),
            ("person.edited", "changed @"),
            ("person.password_set", "set the password of @"),
            ("person.password_refused", "gave a wrong current password"),
        ],
    ),
    (
        "session",
        "a person",
        &[
            ("session.signed_in", "signed in"),
            ("session.sign_in_failed", "failed to sign in"),
            ("session.signed_out", "signed out"),
            ("session.revoked", "ended a session of @"),
        ],
    ),
    ("token", "an API token", &[("token.created", "made @"), ("token.revoked", "revoked @")]),
    (
        "organisation",
        "the settings",
        &[
            ("org.edited", "changed @"),
            ("org.logo_set", "set the logo"),
            ("org.logo_removed", "removed the logo"),
            ("backup.made", "made a backup"),
            ("backup.restored", "restored a backup"),
            ("log.genesis", "started the ledger"),
        ],
    ),
    ("access", "", &[("access.denied", "was denied access")]),
];

/// The kinds that every declared noun has, as its declaration names them, without those of [`OWN`].
fn declared(noun: &'static NounInfo) -> impl Iterator<Item = EntryKind> {
    let verbs = [("added", "added"), ("edited", "changed"), (noun.archived, noun.archived), ("restored", "restored")];
    let is_own = |kind: &str| OWN.iter().flat_map(|(_, _, kinds)| *kinds).any(|(own, _)| *own == kind);
    verbs
        .into_iter()
        .map(move |(code, verb)| EntryKind {
            kind: format!("{}{code}", noun.entry),
            group: noun.name,
            one: noun.one,
            words: format!("{verb} {OBJECT}"),
        })
        .filter(move |one| !is_own(&one.kind))
}

/// That an action on one was undone.
fn undone(noun: &'static NounInfo) -> EntryKind {
    let group = OWN.iter().find(|(_, _, kinds)| kinds.iter().any(|(kind, _)| *kind == noun.entry));
    let group = group.map_or(noun.name, |(group, ..)| group);
    EntryKind { kind: noun.undone(), group, one: noun.one, words: format!("undid an action on {OBJECT}") }
}

/// Whether a noun is added, changed and archived by itself, so that its declaration names its kinds.
fn is_declared(noun: &&NounInfo) -> bool {
    noun.entry.ends_with(['.', '_']) && noun.name != "incident"
}

impl EntryKind {
    /// Every kind there is, each group together.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<EntryKind>> = LazyLock::new(EntryKind::list);
        &ALL
    }

    fn list() -> Vec<Self> {
        let mut all: Vec<Self> = NOUNS.iter().filter(is_declared).flat_map(declared).collect();
        for (group, one, kinds) in OWN {
            let own =
                kinds.iter().map(|(kind, words)| Self { kind: (*kind).into(), group, one, words: (*words).into() });
            all.extend(own);
        }
        all.extend(NOUNS.iter().map(undone));
        // Stable: a noun's declared kinds first, then its own.
        let place = |group: &str| GROUPS.iter().position(|known| *known == group).unwrap_or(GROUPS.len());
        all.sort_by_key(|kind| place(kind.group));
        all
    }

    /// The kind of this name.
    #[must_use]
    pub fn of(kind: &str) -> Option<&'static Self> {
        Self::all().iter().find(|known| known.kind == kind)
    }

    /// What was done, where nothing names the object: `finished a task`.
    #[must_use]
    pub fn phrase(&self) -> String {
        self.words.replace(OBJECT, self.one)
    }

    /// What was done, before and after the object's name; `None` where there is no object.
    #[must_use]
    pub fn around(&self) -> Option<(&str, &str)> {
        self.words.split_once(OBJECT)
    }
}

/// The groups, in the order in which they are offered. One that is not here comes last.
const GROUPS: &[&str] = &[
    "incident",
    "event",
    "task",
    "indicator",
    "asset",
    "vulnerability",
    "contact",
    "link",
    "evidence",
    "report",
    "recommendation",
    "person",
    "session",
    "token",
    "organisation",
    "access",
];

#[cfg(test)]
mod tests {
    use super::EntryKind;

    fn phrase(kind: &str) -> String {
        EntryKind::of(kind).map(|kind| kind.phrase()).unwrap_or_default()
    }

    #[test]
    fn every_noun_has_its_kinds_from_its_declaration() {
        assert_eq!(phrase("asset.edited"), "changed an asset");
        assert_eq!(phrase("vulnerability.archived"), "archived a vulnerability");
        assert_eq!(phrase("timeline.event_removed"), "removed an event");
        assert_eq!(phrase("recommendation.restored"), "restored a recommendation");
        assert_eq!(phrase("contact.added"), "added a contact");
        assert_eq!(phrase("link.removed"), "removed a link");
        assert_eq!(phrase("task.finished"), "finished a task");
        assert_eq!(phrase("incident.edited"), "changed an incident");
        assert_eq!(phrase("report.written"), "changed a report");
        assert_eq!(phrase("task.undone"), "undid an action on a task");
        assert_eq!(phrase("report.written_undone"), "undid an action on texts of the reports");
        assert_eq!(EntryKind::of("asset.burnt"), None);
        assert_eq!(EntryKind::of("incident.archived"), None, "incidents are not archived");
    }

    #[test]
    fn each_kind_is_listed_once_and_each_group_in_one_place() {
        let all = EntryKind::all();
        let mut kinds: Vec<_> = all.iter().map(|kind| &kind.kind).collect();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), all.len());
        let mut groups: Vec<_> = all.iter().map(|kind| kind.group).collect();
        groups.dedup();
        assert_eq!(groups, super::GROUPS);
        assert!(all.iter().all(|kind| !kind.phrase().contains('@')));
    }
}

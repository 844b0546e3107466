//! Many incidents of every kind, and what a list of them must show, worked out without SQL.

use holdfast_domain::{
    IncidentId, PersonId, Timestamp,
    incident::{Direction, IncidentDraft, IncidentSort, Severity},
    lifecycle::Status,
};
use holdfast_store::{
    Db,
    incident::{self, StatusUpdate},
};

use super::{NOW, Office};

/// An incident as the model knows it.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: IncidentId,
    pub title: String,
    pub summary: String,
    pub severity: Severity,
    pub status: Status,
    pub owner: Option<PersonId>,
    pub restricted: bool,
    pub opened: Timestamp,
    pub updated: Timestamp,
}

/// Titles whose order is easily got wrong: case, accents, punctuation, equal ones, an empty start.
const TITLES: &[&str] = &[
    "Zebra",
    "zebra",
    "Äpfel",
    "apfel",
    "Apfel-Mus",
    "_underscore",
    "10 hosts",
    "9 hosts",
    "éclair",
    "Eclair",
    "日本語",
    "😀 emoji",
    "ÉCOLE",
    "apfel",
    "a b",
    "a-b",
    "ab",
];

/// Opens incidents: mostly ended ones, some restricted (to Ada), many that share every sort key
/// with others. Gives what is known of them, in the order of opening.
pub async fn fill(db: &Db, office: &Office, count: u128) -> Vec<Known> {
    let owners = [None, Some(office.ada.person_id), Some(office.ben.person_id), None, Some(office.cleo.person_id)];
    let mut tx = db.write().await.unwrap();
    let mut all = Vec::new();
    for n in 0..count {
        let at = usize::try_from(n).unwrap();
        let seconds = i64::try_from(n).unwrap();
        // Seven is prime to every list below, so that all combinations come up.
        let mut draft = IncidentDraft::example();
        draft.fields.title = TITLES[at * 7 % TITLES.len()].into();
        draft.fields.summary = format!("Seen on host{} near berlin", n % 10);
        draft.fields.severity = Severity::ALL[at / 3 % 5];
        draft.fields.services = vec!["VPN".to_owned()].into();
        draft.fields.owner_id = owners[at / 2 % 5];
        draft.restricted = n % 11 == 3;
        let opened = NOW.plus_seconds(seconds / 4 * 60);
        let id = office.insert(&mut tx, n, &draft, opened).await;
        if draft.restricted {
            incident::add_member(&mut tx, &office.ada, id, office.ada.person_id, NOW).await.unwrap();
        }
        let status = if n % 3 == 0 { Status::ALL[at / 3 % 12] } else { Status::Closed };
        let updated = NOW.plus_seconds(1_000_000 + seconds * 37 % 50);
        let update = StatusUpdate { version: 1, to: status, merged_into: None, reopened: 0 };
        assert!(incident::set_status(&mut tx, &office.ada, id, update, updated).await.unwrap());
        all.push(Known {
            id,
            title: draft.fields.title,
            summary: draft.fields.summary,
            severity: draft.fields.severity,
            status,
            owner: draft.fields.owner_id,
            restricted: draft.restricted,
            opened,
            updated,
        });
    }
    tx.commit().await.unwrap();
    all
}

/// The ids in the order that a list must have.
pub fn sorted(known: &[&Known], sort: IncidentSort, direction: Direction) -> Vec<IncidentId> {
    let mut known = known.to_vec();
    known.sort_by(|one, other| {
        let by_key = match sort {
            IncidentSort::Updated => one.updated.cmp(&other.updated),
            IncidentSort::Opened => one.opened.cmp(&other.opened),
            IncidentSort::Severity => one.severity.cmp(&other.severity),
            IncidentSort::Status => one.status.cmp(&other.status),
            IncidentSort::Title => one.title.to_lowercase().cmp(&other.title.to_lowercase()),
        };
        by_key.then(one.id.cmp(&other.id))
    });
    if direction == Direction::Descending {
        known.reverse();
    }
    known.into_iter().map(|one| one.id).collect()
}

//! An organisation with its people, and incidents that they open.

use holdfast_domain::{
    Actor, IncidentId, OrgId, PersonId, SessionId, Timestamp,
    access::Door,
    incident::{Incident, IncidentDraft},
    org::OrgFields,
    person::{PersonDraft, Role, Roles},
};
use holdfast_store::{
    Db, Tx,
    incident::{self, NewIncident},
    ledger::{self, KeyRow},
    org, person,
};

use super::{NOW, id};

/// An organisation with a lead and two analysts.
pub struct Office {
    /// The organisation.
    pub org: OrgId,
    /// A lead.
    pub ada: Actor,
    /// An analyst.
    pub ben: Actor,
    /// Another analyst.
    pub cleo: Actor,
    number: u128,
}

impl Office {
    /// Sets it up. Offices with different numbers share no id.
    pub async fn open(db: &Db, number: u128) -> Self {
        let org = OrgId(id(number << 64));
        let actor = |place: u128, name: &str, role| Actor {
            org_id: org,
            person_id: PersonId(id((number << 64) + place)),
            name: name.to_owned(),
            roles: Roles::of(&[role]),
            time_zone: "Europe/Berlin".into(),
            door: Door::Session(SessionId(id((number << 64) + place))),
        };
        let office = Self {
            org,
            ada: actor(1, "Ada", Role::Lead),
            ben: actor(2, "Ben", Role::Analyst),
            cleo: actor(3, "Cleo", Role::Analyst),
            number,
        };
        let mut tx = db.write().await.unwrap();
        let fields = OrgFields {
            name: format!("Office {number}"),
            time_zone: "Europe/Berlin".into(),
            targets: None,
            targets_from: String::new(),
        };
        org::insert(&mut tx, org, &fields, NOW).await.unwrap();
        for actor in [&office.ada, &office.ben, &office.cleo] {
            person::insert(&mut tx, actor.person_id, org, &office.person(actor), None, NOW).await.unwrap();
        }
        let key =
            KeyRow { log_name: "example.org/log".into(), vkey: "example.org/log+…".into(), sealed_seed: vec![9; 60] };
        ledger::start(&mut tx, org, &key, NOW).await.unwrap();
        tx.commit().await.unwrap();
        office
    }

    /// What was said of a person of this office when they were added.
    pub fn person(&self, actor: &Actor) -> PersonDraft {
        PersonDraft {
            email: format!("{}@office{}.example", actor.name, self.number),
            name: actor.name.clone(),
            roles: actor.roles,
            time_zone: actor.time_zone.clone(),
        }
    }

    /// The id of the office's `n`th incident.
    pub fn incident_id(&self, n: u128) -> IncidentId {
        IncidentId(id((self.number << 64) + 1_000_000 + n))
    }

    /// Adds the office's `n`th incident to a transaction.
    pub async fn insert(&self, tx: &mut Tx, n: u128, draft: &IncidentDraft, at: Timestamp) -> IncidentId {
        let new = NewIncident {
            id: self.incident_id(n),
            reference: &format!("INC-2026-{n:04}"),
            fields: &draft.fields,
            restricted: draft.restricted,
            detected_at: Some(draft.detected.as_ref().map_or(at, |stated| stated.at)),
        };
        incident::insert(tx, &self.ada, &new, at).await.unwrap();
        new.id
    }

    /// Opens the office's `n`th incident, as the example but for what the caller changes. A
    /// restricted one has Ada on its team, and nobody else.
    pub async fn incident(&self, db: &Db, n: u128, change: impl FnOnce(&mut IncidentDraft)) -> Incident {
        let mut draft = IncidentDraft::example();
        change(&mut draft);
        let mut tx = db.write().await.unwrap();
        let id = self.insert(&mut tx, n, &draft, NOW).await;
        incident::add_member(&mut tx, &self.ada, id, self.ada.person_id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        self.seen(db, id).await
    }

    /// The incident as Ada sees it now.
    pub async fn seen(&self, db: &Db, id: IncidentId) -> Incident {
        incident::find(db, &self.ada, &id.to_string()).await.unwrap().unwrap()
    }
}

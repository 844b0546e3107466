//! The table of role × permission, written out so that a change of the rule is a change of this page.

#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;

fn actor(role: Role, door: Door) -> Actor {
    Actor {
        org_id: OrgId(Uuid::nil()),
        person_id: PersonId(Uuid::nil()),
        name: "Ada".into(),
        roles: Roles::of(&[role]),
        time_zone: "UTC".into(),
        door,
    }
}

/// Columns: administrator, lead, analyst, executive, auditor. `m` is only on SEV3 to SEV5.
const TABLE: &[(&str, &str)] = &[
    ("incident.list", "yyy-y"),
    ("incident.view", "yyy-y"),
    ("incident.open", "-yy--"),
    ("incident.edit", "-yy--"),
    ("incident.assign", "-y---"),
    ("incident.take", "-yy--"),
    ("incident.phase", "-yy--"),
    ("incident.close", "-ym--"),
    ("incident.reopen", "-ym--"),
    ("incident.time", "-yy--"),
    ("incident.access", "-y---"),
    ("timeline.edit", "-yy--"),
    ("task.work", "-yy--"),
    ("finding.edit", "-yy--"),
    ("evidence.view", "-yy-y"),
    ("evidence.handle", "-yy--"),
    ("evidence.hold", "-y---"),
    ("evidence.dispose", "-y---"),
    ("evidence.export", "-yy-y"),
    ("ledger.view", "yy--y"),
    ("person.list", "yy--y"),
    ("person.add", "y----"),
    ("person.edit", "y----"),
    ("session.revoke", "y----"),
    ("account.own", "yyyyy"),
    ("token.own", "yyy-y"),
    ("token.all", "y----"),
    ("settings.edit", "y----"),
    ("report.render", "-yy-y"),
    ("report.write", "-yy--"),
    ("report.issue", "-y---"),
    ("report.read", "-yyyy"),
    ("import.run", "-y---"),
    ("metrics.view", "-yyyy"),
];

#[test]
fn every_role_and_deed_is_as_the_table_says() {
    assert_eq!(TABLE.len(), Permission::ALL.len());
    for (permission, row) in TABLE {
        let permission: Permission = permission.parse().unwrap();
        for (role, cell) in Role::ALL.iter().zip(row.chars()) {
            let actor = actor(*role, Door::Session(SessionId(Uuid::nil())));
            for severity in Severity::ALL {
                let expected = cell == 'y' || (cell == 'm' && !severity.is_major());
                assert_eq!(
                    allow(&actor, permission, Object::Incident(*severity)),
                    expected,
                    "{role} {permission} {severity}"
                );
            }
        }
    }
}

#[test]
fn a_token_may_no_more_than_its_scopes_and_its_owner() {
    let door = |scopes: &[Scope]| Door::Token(TokenId(Uuid::nil()), Scopes(scopes.to_vec()));
    let reader = actor(Role::Lead, door(&[Scope::IncidentsRead]));
    assert!(allow(&reader, Permission::ListIncidents, Object::None));
    assert!(!allow(&reader, Permission::OpenIncident, Object::None));
    let weak_owner = actor(Role::Executive, door(&[Scope::IncidentsRead, Scope::IncidentsWrite]));
    assert!(!allow(&weak_owner, Permission::ListIncidents, Object::None));
    let all = actor(Role::Administrator, door(Scope::ALL));
    for permission in [
        Permission::AddPerson,
        Permission::EditPerson,
        Permission::ManageOwnTokens,
        Permission::ManageTokens,
        Permission::OwnAccount,
    ] {
        assert!(!allow(&all, permission, Object::None), "{permission}");
    }
}

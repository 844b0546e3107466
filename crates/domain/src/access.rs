//! Who may do what: the one place where it is decided. The rows a person may see are chosen in the
//! store's queries by the same rule ([`Actor::sees_incidents`] and team membership).

use serde::{Deserialize, Serialize};

use crate::{
    OrgId, PersonId, SessionId, TokenId,
    incident::Severity,
    person::{Role, Roles},
    token::{Scope, Scopes},
};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The organisation whose rows the actor can reach.
    pub org_id: OrgId,
    /// The person.
    pub person_id: PersonId,
    /// The person's name.
    pub name: String,
    /// The person's roles.
    pub roles: Roles,
    /// The IANA zone in which times are shown.
    pub time_zone: String,
    /// By which door.
    pub door: Door,
}

/// By which door the actor came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    /// A browser session.
    Session(SessionId),
    /// An API token, which may only what its scopes say.
    Token(TokenId, Scopes),
    /// The command line on the server's own machine.
    Console,
}

impl Actor {
    /// Whether incidents that are open to the organisation are visible. Restricted ones are
    /// visible to their team only, whatever the role.
    #[must_use]
    pub fn sees_incidents(&self) -> bool {
        allow(self, Permission::ListIncidents, Object::None)
    }

    /// Whether the role sees incidents, whatever a token's scopes leave of it: what was issued to
    /// such a person is read with the scope for reports alone.
    #[must_use]
    pub fn role_sees_incidents(&self) -> bool {
        self.role_may(Permission::ListIncidents)
    }

    /// Whether the role has the permission where no object is in question, whatever a token's scopes leave of it.
    #[must_use]
    pub fn role_may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role_may(role, permission))
    }
}

text_enum! {
    /// Everything that a person or a script can do.
    Permission {
        ListIncidents = "incident.list", "see incidents";
        ViewIncident = "incident.view", "see this incident";
        OpenIncident = "incident.open", "open incidents";
        EditIncident = "incident.edit", "edit this incident";
        AssignIncident = "incident.assign", "assign this incident to somebody else";
        TakeIncident = "incident.take", "take this incident";
        ChangePhase = "incident.phase", "change the phase of this incident";
        CloseIncident = "incident.close", "close or reject this incident";
        ReopenIncident = "incident.reopen", "reopen this incident";
        EnterTime = "incident.time", "enter times of this incident";
        ChangeAccess = "incident.access", "change who sees this incident";
        EditTimeline = "timeline.edit", "change the timeline of this incident";
        WorkTasks = "task.work", "change the tasks of this incident";
        EditFindings = "finding.edit", "change the assets, indicators and vulnerabilities of this incident";
        ViewEvidence = "evidence.view", "see evidence and its custody";
        HandleEvidence = "evidence.handle", "register and handle evidence";
        HoldEvidence = "evidence.hold", "place and release legal holds";
        ApproveDisposal = "evidence.dispose", "approve the disposal of evidence";
        ExportEvidenceLog = "evidence.export", "export the evidence log";
        ViewLedger = "ledger.view", "read the ledger";
        ViewPeople = "person.list", "see the people";
        AddPerson = "person.add", "add people";
        EditPerson = "person.edit", "change people";
        RevokeSessions = "session.revoke", "end the sessions of others";
        OwnAccount = "account.own", "change your own account";
        ManageOwnTokens = "token.own", "make and revoke your own API tokens";
        ManageTokens = "token.all", "see and revoke everybody's API tokens";
        EditSettings = "settings.edit", "change the settings";
        RenderReport = "report.render", "make reports of this incident";
        WriteReport = "report.write", "write what reports say";
        IssueReport = "report.issue", "issue reports";
        ReadReports = "report.read", "read issued reports";
        Import = "import.run", "import incidents from files of other tools";
        ViewMetrics = "metrics.view", "see the metrics";
    }
}

impl Permission {
    /// Whether it is done within one incident, so that its room says whether it may be done there.
    #[must_use]
    pub const fn is_within_an_incident(self) -> bool {
        match self {
            Self::ViewIncident
            | Self::EditIncident
            | Self::AssignIncident
            | Self::TakeIncident
            | Self::ChangePhase
            | Self::CloseIncident
            | Self::ReopenIncident
            | Self::EnterTime
            | Self::ChangeAccess
            | Self::EditTimeline
            | Self::WorkTasks
            | Self::EditFindings
            | Self::ViewEvidence
            | Self::HandleEvidence
            | Self::HoldEvidence
            | Self::ApproveDisposal
            | Self::ExportEvidenceLog
            | Self::RenderReport
            | Self::WriteReport
            | Self::IssueReport => true,
            Self::ListIncidents
            | Self::OpenIncident
            | Self::ViewLedger
            | Self::ViewPeople
            | Self::AddPerson
            | Self::EditPerson
            | Self::RevokeSessions
            | Self::OwnAccount
            | Self::ManageOwnTokens
            | Self::ManageTokens
            | Self::EditSettings
            | Self::ReadReports
            | Self::Import
            | Self::ViewMetrics => false,
        }
    }
}

/// What the action is done to, as far as the decision needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Nothing in particular, or something that any such actor may touch.
    None,
    /// An incident that the actor's own query has found, so it is visible.
    Incident(Severity),
    /// The actor's own account, or another's.
    Person(PersonId),
}

/// Whether the actor may do the action to the object. Pure; tested as a table of role × permission.
#[must_use]
pub fn allow(actor: &Actor, permission: Permission, object: Object) -> bool {
    let by_role = actor.roles.iter().any(|role| role_allows(role, permission, object));
    match &actor.door {
        Door::Session(_) | Door::Console => by_role,
        Door::Token(_, scopes) => by_role && scope_of(permission).is_some_and(|scope| scopes.has(scope)),
    }
}

fn role_allows(role: Role, permission: Permission, object: Object) -> bool {
    use Permission as D;
    match permission {
        D::OwnAccount => true,
        D::ListIncidents | D::ViewIncident => role != Role::Executive,
        D::OpenIncident | D::EditIncident | D::TakeIncident | D::ChangePhase | D::EnterTime => {
            matches!(role, Role::Lead | Role::Analyst)
        }
        D::CloseIncident | D::ReopenIncident => match role {
            Role::Lead => true,
            Role::Analyst => matches!(object, Object::Incident(severity) if !severity.is_major()),
            _ => false,
        },
        D::EditTimeline | D::WorkTasks | D::WriteReport | D::EditFindings | D::HandleEvidence => {
            matches!(role, Role::Lead | Role::Analyst)
        }
        D::ViewEvidence | D::ExportEvidenceLog => matches!(role, Role::Lead | Role::Analyst | Role::Auditor),
        D::HoldEvidence | D::ApproveDisposal => role == Role::Lead,
        D::AssignIncident | D::ChangeAccess | D::Import | D::IssueReport => role == Role::Lead,
        D::ViewMetrics | D::ReadReports => role != Role::Administrator,
        D::RenderReport => matches!(role, Role::Lead | Role::Analyst | Role::Auditor),
        D::ViewLedger => matches!(role, Role::Administrator | Role::Auditor | Role::Lead),
        D::ViewPeople => matches!(role, Role::Administrator | Role::Auditor | Role::Lead),
        D::ManageOwnTokens => matches!(role, Role::Administrator | Role::Lead | Role::Analyst | Role::Auditor),
        D::AddPerson | D::EditPerson | D::RevokeSessions | D::ManageTokens | D::EditSettings => {
            role == Role::Administrator
        }
    }
}

/// Whether the role has the permission where no object is in question: for choosing people, who are no actors.
#[must_use]
pub fn role_may(role: Role, permission: Permission) -> bool {
    role_allows(role, permission, Object::None)
}

/// The scope that a token needs for the permission; `None` where no token has it.
#[must_use]
pub const fn scope_of(permission: Permission) -> Option<Scope> {
    match permission {
        Permission::ListIncidents | Permission::ViewIncident | Permission::RenderReport => Some(Scope::IncidentsRead),
        Permission::OpenIncident
        | Permission::EditIncident
        | Permission::AssignIncident
        | Permission::TakeIncident
        | Permission::ChangePhase
        | Permission::CloseIncident
        | Permission::ReopenIncident
        | Permission::EnterTime
        | Permission::ChangeAccess
        | Permission::EditTimeline
        | Permission::Import
        | Permission::WorkTasks
        | Permission::WriteReport
        | Permission::EditFindings => Some(Scope::IncidentsWrite),
        Permission::ViewEvidence | Permission::ExportEvidenceLog => Some(Scope::EvidenceRead),
        Permission::HandleEvidence => Some(Scope::EvidenceWrite),
        Permission::ViewLedger => Some(Scope::LedgerRead),
        Permission::ViewMetrics => Some(Scope::MetricsRead),
        Permission::ReadReports => Some(Scope::ReportsRead),
        _ => None,
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;

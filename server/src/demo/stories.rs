//! What happened at the demo organisation. Text only; the newest story first.

use holdfast_domain::{
    incident::{Disposition, Severity},
    lifecycle::Status,
    marking::Tlp,
};

/// Who leads the response.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    /// The incident lead.
    Lead,
    /// The analyst.
    Analyst,
}

/// An incident and how far it has come.
pub(super) struct Story {
    pub title: &'static str,
    pub summary: &'static str,
    pub severity: Severity,
    pub category: &'static str,
    pub tlp: Tlp,
    pub owner: Option<Owner>,
    pub restricted: bool,
    pub on_hold: bool,
    pub is_exercise: bool,
    /// Hours between detection and now.
    pub detected_hours_ago: i64,
    /// The states it passed, with minutes since detection.
    pub path: &'static [(Status, i64)],
    pub disposition: Disposition,
    pub root_cause: &'static str,
}

const BLANK: Story = Story {
    title: "",
    summary: "",
    severity: Severity::Sev3,
    category: "other",
    tlp: Tlp::Amber,
    owner: None,
    restricted: false,
    on_hold: false,
    is_exercise: false,
    detected_hours_ago: 0,
    path: &[],
    disposition: Disposition::Unknown,
    root_cause: "",
};

use Status::{
    Closed, Contained, Containing, Eradicated, Investigating, Recovered, Recovering, Rejected, Resolved, Triage,
};

/// The stories.
pub(super) const STORIES: &[Story] = &[
    Story {
        title: "Mailbox rule forwards invoices to an outside address",
        summary: "A rule in the mailbox of accounts payable forwards every message with *invoice* in the subject.\n\n\
                  - Created 06:12 UTC from an address in a hosting range\n- Sign-in had passed MFA by a push that the user approved\n\n\
                  Next: revoke sessions, find what was forwarded.",
        severity: Severity::Sev2,
        category: "intrusions/unprivileged-account-compromise",
        detected_hours_ago: 2,
        ..BLANK
    },
    Story {
        title: "EDR alert: credential dumping on a jump host",
        summary: "`lsass` memory read by an unsigned binary on **jump-02**. The host is isolated; two administrators were signed in.",
        severity: Severity::Sev1,
        category: "intrusions/privileged-account-compromise",
        tlp: Tlp::AmberStrict,
        owner: Some(Owner::Lead),
        detected_hours_ago: 7,
        path: &[(Triage, 6), (Investigating, 31), (Containing, 95)],
        ..BLANK
    },
    Story {
        title: "Phishing kit hosted on a look-alike of the customer portal",
        summary: "Registered yesterday, certificate issued two hours later. Four customers called. Takedown asked for at the registrar; \
                  the name is blocked at our resolvers.",
        severity: Severity::Sev3,
        category: "fraud/phishing",
        tlp: Tlp::Green,
        owner: Some(Owner::Analyst),
        on_hold: true,
        detected_hours_ago: 20,
        path: &[(Triage, 12), (Investigating, 40), (Containing, 75), (Contained, 260)],
        ..BLANK
    },
    Story {
        title: "Employee copied design files before leaving",
        summary: "Human resources reports a resignation; data loss prevention shows 3.1 GB written to a personal drive on two evenings. \
                  Legal is involved. Keep to the team.",
        severity: Severity::Sev2,
        category: "information-content-security/data-leak",
        tlp: Tlp::Red,
        owner: Some(Owner::Lead),
        restricted: true,
        detected_hours_ago: 52,
        path: &[(Triage, 45), (Investigating, 180)],
        ..BLANK
    },
    Story {
        title: "Ransomware note on a branch office file server",
        summary: "Files on **fs-branch-3** carry a new ending since 03:40 UTC. Backups of the night before are intact.\n\n\
                  The path was an unpatched VPN appliance; the account it ran under had rights on one share only.",
        severity: Severity::Sev1,
        category: "malicious-code/infected-system",
        owner: Some(Owner::Lead),
        detected_hours_ago: 76,
        path: &[
            (Triage, 9),
            (Investigating, 22),
            (Containing, 48),
            (Contained, 140),
            (Eradicated, 900),
            (Recovering, 1_020),
        ],
        ..BLANK
    },
    Story {
        title: "Volumetric DDoS against the outage map",
        summary: "Peak 41 Gbit/s for 50 minutes during the storm. The scrubbing centre took over after 14 minutes.",
        severity: Severity::Sev3,
        category: "availability/ddos",
        tlp: Tlp::Clear,
        owner: Some(Owner::Analyst),
        detected_hours_ago: 130,
        path: &[
            (Triage, 3),
            (Investigating, 8),
            (Containing, 11),
            (Contained, 25),
            (Eradicated, 64),
            (Recovering, 66),
            (Recovered, 80),
        ],
        ..BLANK
    },
    Story {
        title: "Password spraying against the partner VPN",
        summary: "9,400 tries on 611 accounts from one network in six hours; one account without MFA answered. It was disabled at once.",
        severity: Severity::Sev3,
        category: "intrusion-attempts/brute-force",
        owner: Some(Owner::Analyst),
        detected_hours_ago: 200,
        path: &[
            (Triage, 15),
            (Investigating, 30),
            (Containing, 42),
            (Contained, 58),
            (Eradicated, 120),
            (Recovering, 130),
            (Recovered, 180),
            (Resolved, 300),
        ],
        disposition: Disposition::TruePositive,
        root_cause: "One partner account was exempt from MFA since a migration and had not been reviewed.",
        ..BLANK
    },
    Story {
        title: "Beaconing from an engineering workstation",
        summary: "Regular connections every 61 s to a name registered nine days ago. A cracked licence tool brought a loader with it; no second stage was seen.",
        severity: Severity::Sev2,
        category: "malicious-code/c2-server",
        owner: Some(Owner::Lead),
        detected_hours_ago: 410,
        path: &[
            (Triage, 20),
            (Investigating, 50),
            (Containing, 65),
            (Contained, 90),
            (Eradicated, 400),
            (Recovering, 420),
            (Recovered, 1_500),
            (Resolved, 2_900),
            (Closed, 0),
        ],
        disposition: Disposition::TruePositive,
        root_cause: "Local administrator rights allowed software from outside the catalogue.",
        ..BLANK
    },
    Story {
        title: "Public storage bucket with meter readings",
        summary: "A researcher wrote in: a bucket of the analytics project could be listed. 12 files of pseudonymous readings, three reads from outside in its logs.",
        severity: Severity::Sev2,
        category: "information-content-security/unauthorised-information-access",
        tlp: Tlp::AmberStrict,
        owner: Some(Owner::Lead),
        detected_hours_ago: 640,
        path: &[
            (Triage, 35),
            (Investigating, 60),
            (Containing, 70),
            (Contained, 82),
            (Eradicated, 100),
            (Recovering, 110),
            (Recovered, 200),
            (Resolved, 7_000),
            (Closed, 0),
        ],
        disposition: Disposition::SecurityRisk,
        root_cause: "The project's template predates the policy that denies public access.",
        ..BLANK
    },
    Story {
        title: "Scanner noise reported as an intrusion",
        summary: "Alerts for exploitation of a mail gateway we do not run.",
        severity: Severity::Sev5,
        category: "information-gathering/scanner",
        tlp: Tlp::Clear,
        owner: Some(Owner::Analyst),
        detected_hours_ago: 720,
        path: &[(Triage, 25), (Rejected, 0)],
        disposition: Disposition::FalsePositive,
        root_cause: "The rule matched on the address alone; the product is not in use here.",
        ..BLANK
    },
    Story {
        title: "Exercise: supplier update channel compromised",
        summary: "Half-day exercise with operations and communications. Injects are in the exercise plan.",
        severity: Severity::Sev4,
        category: "test",
        owner: Some(Owner::Lead),
        is_exercise: true,
        detected_hours_ago: 900,
        path: &[
            (Triage, 5),
            (Investigating, 20),
            (Containing, 60),
            (Contained, 100),
            (Eradicated, 130),
            (Recovering, 150),
            (Recovered, 190),
            (Resolved, 240),
            (Closed, 0),
        ],
        disposition: Disposition::Test,
        root_cause: "undetermined",
        ..BLANK
    },
    Story {
        title: "Lost laptop of a field engineer",
        summary: "Left on a train. The disk is encrypted; the device has not called home since. Certificates were revoked within the hour.",
        severity: Severity::Sev4,
        category: "information-content-security/data-loss",
        tlp: Tlp::Green,
        owner: Some(Owner::Analyst),
        detected_hours_ago: 1_100,
        path: &[
            (Triage, 18),
            (Investigating, 35),
            (Containing, 40),
            (Contained, 55),
            (Eradicated, 60),
            (Recovering, 90),
            (Recovered, 2_880),
            (Resolved, 4_300),
            (Closed, 0),
        ],
        disposition: Disposition::TruePositive,
        root_cause: "Loss, no sign of theft for the data.",
        ..BLANK
    },
];

//! The durations that are measured: from which time to which, over which incidents, by which
//! standard (standards §4.2).

use crate::lifecycle::Milestone;

text_enum! {
    /// A duration in the life of an incident. MTTR is never written without what the R stands for.
    MetricKind {
        Mttd = "mttd", "Time to detect (MTTD)";
        Dwell = "dwell", "Dwell time";
        Mtta = "mtta", "Time to acknowledge (MTTA)";
        Mtti = "mtti", "Time to identify the scope (MTTI)";
        Mttc = "mttc", "Time to contain (MTTC)";
        MttrRemediate = "mttr-remediate", "Time to remediate (MTTR, remediate)";
        MttrRecover = "mttr-recover", "Time to recover (MTTR, recover)";
        MttrResolve = "mttr-resolve", "Time to resolve (MTTR, resolve)";
        BreachLifecycle = "breach-lifecycle", "Breach lifecycle";
    }
}

/// In which unit the values of a metric are best read. They are always kept in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
}

impl Unit {
    /// Its length in microseconds.
    #[must_use]
    pub const fn micros(self) -> i64 {
        match self {
            Self::Hours => super::HOUR,
            Self::Days => super::DAY,
        }
    }

    /// Its sign, as it stands behind a number.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Hours => "h",
            Self::Days => "d",
        }
    }
}

impl MetricKind {
    /// What is measured and over which incidents, in one sentence.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Mttd => {
                "From the earliest proven malicious activity to detection, over confirmed incidents whose beginning is \
                 known."
            }
            Self::Dwell => {
                "From the earliest proven malicious activity to detection, over confirmed intrusions, malicious code \
                 and breaches of information whose beginning is known."
            }
            Self::Mtta => "From detection until a person took the incident on, over confirmed incidents.",
            Self::Mtti => {
                "From detection until scope and cause were known well enough to contain, over confirmed incidents; \
                 IBM uses the same letters for the time to identify that a breach occurred."
            }
            Self::Mttc => "From detection until the attacker could do no further harm, over confirmed incidents.",
            Self::MttrRemediate => "From detection until the attacker's access was removed, over confirmed incidents.",
            Self::MttrRecover => {
                "From detection until service was back, over confirmed incidents with an effect on service: those of \
                 the class Availability and those in which recovery began."
            }
            Self::MttrResolve => "From detection until all response work was done, over confirmed incidents.",
            Self::BreachLifecycle => {
                "From the earliest proven malicious activity to containment, over confirmed breaches: proven loss of \
                 data, or the class Information content security."
            }
        }
    }

    /// Where the definition comes from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Mttd => "NIST SP 800-61 Rev. 2, 3.4.2",
            Self::Dwell => "Mandiant M-Trends",
            Self::Mtta => "ITIL and operations usage",
            Self::Mtti => "Operations usage",
            Self::Mttc => "NIST SP 800-61 Rev. 2, 3.4.2",
            Self::MttrRemediate => "NIST SP 800-61 Rev. 2, 3.4.2 (eradication)",
            Self::MttrRecover => "NIST SP 800-61 Rev. 2, 3.4.2 (recovery); DORA, failed deployment recovery time",
            Self::MttrResolve => "NIST SP 800-61 Rev. 2, 3.4.2; ITIL",
            Self::BreachLifecycle => "IBM, Cost of a Data Breach",
        }
    }

    /// The time at which it begins.
    #[must_use]
    pub const fn from(self) -> Milestone {
        match self {
            Self::Mttd | Self::Dwell | Self::BreachLifecycle => Milestone::Start,
            _ => Milestone::Detect,
        }
    }

    /// The time at which it ends.
    #[must_use]
    pub const fn to(self) -> Milestone {
        match self {
            Self::Mttd | Self::Dwell => Milestone::Detect,
            Self::Mtta => Milestone::Acknowledge,
            Self::Mtti => Milestone::Identify,
            Self::Mttc | Self::BreachLifecycle => Milestone::Contain,
            Self::MttrRemediate => Milestone::Eradicate,
            Self::MttrRecover => Milestone::Recover,
            Self::MttrResolve => Milestone::Resolve,
        }
    }

    /// The unit it is read in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Dwell | Self::BreachLifecycle => Unit::Days,
            _ => Unit::Hours,
        }
    }
}

//! What the demo organisation wrote for its readers, and the reports it issued.

use holdfast_actions::{Ctx, Error, Result, incident, item, metric::MetricsQuery, narrative, report};
use holdfast_domain::{
    Actor, Fields as _, Timestamp, Value,
    incident::{IncidentQuery, PAGE_ROWS_MAX},
    narrative::{NarrativeFields, Priority, RecommendationFields, RecommendationKind},
    report::{IssuedKind, Recipients},
};

use super::cast::{Cast, Who};

/// What is written about one incident.
struct Written {
    /// The incident's title.
    title: &'static str,
    /// Each text by its name.
    texts: &'static [(&'static str, &'static str)],
    /// What is recommended: what for, how pressing, who, days from now (less than 0 is done), what.
    recommendations: &'static [(RecommendationKind, Priority, &'static str, i64, &'static str)],
    /// What is issued of it.
    issued: &'static [IssuedKind],
}

use Priority::{High, Medium};
use RecommendationKind::{Detect, Mitigate, Prevent, Process};

const WRITTEN: &[Written] = &[
    Written {
        title: "Web shell on the managed file-transfer appliance",
        texts: &[
            (
                "bottom_line",
                "Attackers used a flaw that nobody knew yet in the appliance by which we exchange meter files with \
                 partners, and copied 1,204 files of eleven partners. The appliance was taken off the network the same \
                 day and rebuilt; the exchange works again. Partners and the authority were told in time. We ask you to \
                 fund the move of the exchange behind the gateway.",
            ),
            (
                "business_impact",
                "Meter files could not be exchanged for six days. Billing ran on estimates and was corrected afterwards.",
            ),
            ("impact_services", "File exchange with partners: six days. Customer services were not affected."),
            ("impact_people", "No customer was cut off. Contact data of 312 employees of partners were in the files."),
            ("impact_data", "1,204 files of eleven partners, proven by the appliance's own log. No payment data."),
            ("impact_money", "EUR 84,000 for outside help and overtime, invoiced."),
            ("impact_money_confidence", "Actual for invoices; claims of partners are not known yet."),
            (
                "impact_regulatory",
                "The data protection authority was told on the second day, the partners on the third.",
            ),
            (
                "detection",
                "An analyst saw a new page on the appliance while reading its web log after a public warning. No rule \
                 watched for new files there.",
            ),
            (
                "contributing_factors",
                "- The appliance stood in the open internet, since partners had no fixed addresses once.\n- Files stayed \
                 there for 90 days although partners fetch them within two.",
            ),
            (
                "went_well",
                "- Taken off the network within the hour.\n- The list of files was complete on the first day.",
            ),
            ("went_wrong", "- The contact list of partners was two years old, which cost a day."),
            (
                "lucky",
                "The attackers did not look beyond the appliance, from which the billing server could be reached.",
            ),
            ("lessons", "What stands in the open needs the same watch as a workstation, whoever made it."),
            ("confidence_known", "Which files were copied, when, and to which address."),
            (
                "confidence_assessed",
                "It is likely that the files were taken to demand money; nothing has been demanded yet.",
            ),
            ("confidence_unknown", "Who it was. It can hardly be found out from what is left."),
            (
                "asks",
                "Fund the move of the exchange behind the gateway (EUR 40,000) | the end of the quarter\nDecide whether \
                 files older than seven days are deleted | the next meeting",
            ),
        ],
        recommendations: &[
            (
                Prevent,
                High,
                "Network team",
                20,
                "Put the exchange behind the gateway, open to partners' addresses only",
            ),
            (Mitigate, High, "Integration team", -12, "Delete files from the exchange after seven days"),
            (Detect, Medium, "Detection engineering", 35, "Alert on new files in the appliance's web folder"),
            (Process, Medium, "Partner management", -3, "Check the partners' contact list every half year"),
        ],
        issued: &[IssuedKind::Executive, IssuedKind::PostIncidentReview],
    },
    Written {
        title: "Ransomware at the turbine workshop by remote desktop",
        texts: &[
            (
                "bottom_line",
                "Ransomware encrypted the workshop's file server after somebody signed in by remote desktop with a \
                 guessed password. Turbine control was never reachable from there. Work went on after eight days from \
                 the copy at the main site; nothing was paid.",
            ),
            ("business_impact", "Two overhauls were delivered four days late."),
            ("impact_data", "38 GB of drawings and job sheets left; what was encrypted is restored."),
            ("detection", "A planner could not open a drawing and called the service desk."),
            ("went_well", "- The copy at the main site was apart from the workshop's network."),
            ("went_wrong", "- The open remote desktop had been reported in a scan four months before."),
            ("lucky", "It happened on a Friday evening, when nobody had files open."),
            ("lessons", "A finding without an owner is not a finding."),
        ],
        recommendations: &[
            (Prevent, High, "Network team", -60, "No remote desktop from the internet, checked every night"),
            (Process, Medium, "Vulnerability management", -20, "Every finding has an owner within a week"),
        ],
        issued: &[IssuedKind::PostIncidentReview],
    },
    Written {
        title: "Ransomware note on a branch office file server",
        texts: &[
            (
                "bottom_line",
                "A branch office's file server was found encrypted after somebody came in by remote desktop. The branch \
                 is cut off from the network and is being restored. Other sites are not affected as far as we can see.",
            ),
            ("business_impact", "The branch works on paper. Customers there are served by telephone."),
            (
                "confidence_known",
                "One server is encrypted; its backups of last night are good. 2.3 GB left the branch.",
            ),
            ("confidence_assessed", "It is likely that the attack is confined to the branch."),
            ("confidence_unknown", "What was in the data that left."),
            ("asks", "Agree that nothing is paid | today"),
        ],
        recommendations: &[],
        issued: &[IssuedKind::Executive],
    },
];

/// Writes and issues.
pub(super) async fn issue(ctx: &Ctx, cast: &Cast) -> Result<()> {
    let lead = cast.actor(Who::Linus);
    let all = IncidentQuery { limit: PAGE_ROWS_MAX, ..IncidentQuery::default() };
    let known = incident::list(ctx, lead, &all).await?.rows;
    let recipients = Recipients { executives: true, people: Vec::new() };
    for written in WRITTEN {
        let Some(found) = known.iter().find(|row| row.title == written.title) else {
            return Err(Error::Failed(format!("the demo has no incident “{}”", written.title)));
        };
        write(ctx, lead, &found.reference, written).await?;
        for kind in written.issued {
            report::issue(ctx, lead, &found.reference, *kind, &recipients).await?;
        }
    }
    let last_month = MetricsQuery { period: "last-month".into(), ..MetricsQuery::default() };
    report::issue_metrics(ctx, lead, &last_month, &recipients).await?;
    Ok(())
}

async fn write(ctx: &Ctx, lead: &Actor, reference: &str, written: &Written) -> Result<()> {
    let mut texts = NarrativeFields::default();
    for (name, text) in written.texts {
        texts.set(name, Value::Text((*text).to_owned())).map_err(|_| Error::Failed(format!("no text {name}")))?;
    }
    narrative::write(ctx, lead, reference, 0, &texts).await?;
    for (kind, priority, owner, days, body) in written.recommendations {
        let due: Timestamp = ctx.now().plus_seconds(days.abs() * 86_400);
        let is_done = *days < 0;
        let past = ctx.now().plus_seconds(-days.abs() * 86_400);
        let fields = RecommendationFields {
            body: (*body).into(),
            kind: *kind,
            owner: (*owner).into(),
            due_at: Some(if is_done { past.plus_seconds(5 * 86_400) } else { due }),
            priority: *priority,
            done_at: is_done.then_some(past),
            ..RecommendationFields::default()
        };
        item::add(ctx, lead, reference, &fields).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_a_name_that_is_known() {
        for (name, _) in WRITTEN.iter().flat_map(|written| written.texts) {
            assert!(NarrativeFields::field(name).is_some(), "{name}");
        }
    }
}

//! What is written about an incident for readers outside the response: the texts of reports
//! (standards §7.1, §7.2) and what is to change.

use serde::{Deserialize, Serialize};

use crate::{
    RecommendationId, Timestamp,
    access::Permission,
    field::{CheckContext, Field, Fields},
    noun::{Item, ItemFields, Noun, Storage},
    refusal::FieldErrors,
};

/// Longest text, in characters.
pub const TEXT_CHARS_MAX: usize = 20_000;

fields! {
    /// The texts, each in Markdown; an empty one is not written yet.
    #[serde(default, deny_unknown_fields)]
    NarrativeFields {
        /// At most five sentences for somebody who reads nothing else.
        bottom_line: String => written("Bottom line", "At most five sentences: what happened, what it means for the business, is it over, what you need from the reader.");
        /// What it did to the business.
        business_impact: String => written("Business impact", "What could not be done, for whom, for how long.");
        /// Services and their downtime.
        impact_services: String => written("Services", "Which services, and how long each was down.");
        /// Customers and other persons.
        impact_people: String => written("People", "How many customers, employees and others, and how they are affected.");
        /// Classes of data.
        impact_data: String => written("Data", "Which classes of data, how many records, proven or feared.");
        /// What it costs.
        impact_money: String => written("Money", "Actual and estimated costs, with the currency.");
        /// How sure that is.
        impact_money_confidence: String => written("Confidence in the money", "How it was estimated, and how sure that is.");
        /// Where notification stands.
        impact_regulatory: String => written("Regulators and contracts", "Who must be told, by when, and whether they were.");
        /// How it was found.
        detection: String => written("Detection", "How it was noticed, by whom, by which rule, and what should have noticed it sooner.");
        /// What made it possible or worse, beside the root cause.
        contributing_factors: String => written("Contributing factors", "What made it possible or worse. The root cause itself stands with the incident.");
        /// What went well.
        went_well: String => written("What went well", "Of the response: name what to keep.");
        /// What went wrong.
        went_wrong: String => written("What went wrong", "Of the response: roles, not names.");
        /// Where it was luck.
        lucky: String => written("Where we were lucky", "What could have gone worse but for chance.");
        /// What was learned.
        lessons: String => written("Lessons", "What others should know.");
        /// What is known.
        confidence_known: String => written("Known", "What is proven.");
        /// What is judged.
        confidence_assessed: String => written("Assessed", "What is judged, with words such as likely or almost certain.");
        /// What is not known.
        confidence_unknown: String => written("Not known", "What is not known, and whether it can be found out.");
        /// What is asked of the readers.
        asks: String => written("Decisions needed", "One per line; after a bar, by when: Approve the notification | Friday noon.");
    }
}

const fn written(label: &'static str, hint: &'static str) -> Field {
    crate::field::markdown(label, TEXT_CHARS_MAX).personal().hint(hint)
}

/// Most decisions that are asked for.
pub const ASKS_MAX: usize = 20;

impl Noun for NarrativeFields {
    const NAME: &'static str = "narrative";
    const ENTRY: &'static str = "report.written";
    const ONE: &'static str = "texts of the reports";
    const TITLE: &'static str = "bottom_line";

    fn rules(&mut self, _at: CheckContext, errors: &mut FieldErrors) {
        if self.decisions().len() > ASKS_MAX {
            errors.add("asks", format!("At most {ASKS_MAX}."));
        }
    }
}

impl NarrativeFields {
    /// The decisions asked for, each with by when, which may be empty.
    #[must_use]
    pub fn decisions(&self) -> Vec<(String, String)> {
        let line = |line: &str| {
            let (text, by) = line.split_once('|').unwrap_or((line, ""));
            (text.trim().trim_start_matches("- ").to_owned(), by.trim().to_owned())
        };
        self.asks.lines().map(line).filter(|(text, _)| !text.is_empty()).collect()
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        Self::FIELDS.iter().all(|field| self.text(field.name).trim().is_empty())
    }
}

/// The texts as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Narrative {
    /// What is written.
    #[serde(flatten)]
    pub fields: NarrativeFields,
    /// Counts the edits; 0 when nothing was written yet.
    pub version: i64,
    /// The latest change.
    pub updated_at: Option<Timestamp>,
    /// Who made it.
    pub updated_by_name: Option<String>,
}

text_enum! {
    /// What a recommendation is for.
    RecommendationKind {
        Prevent = "prevent", "Prevent";
        Detect = "detect", "Detect";
        Mitigate = "mitigate", "Mitigate";
        Process = "process", "Process";
    }
}

text_enum! {
    /// How pressing it is.
    Priority {
        High = "high", "High";
        Medium = "medium", "Medium";
        Low = "low", "Low";
    }
}

fields! {
    /// What a person edits of a recommendation.
    RecommendationFields {
        /// What should change.
        body: String => text("What should change", 2_000).required().personal();
        /// What for.
        kind: RecommendationKind = RecommendationKind::Prevent => choice("What for").required();
        /// Who sees to it: a role or a team, also one outside Holdfast.
        owner: String => line("Owner", 200).personal().hint("A role or a team.");
        /// By when.
        due_at: Option<Timestamp> => time("Due");
        /// How pressing it is.
        priority: Priority = Priority::Medium => choice("Priority").required();
        /// Where it is tracked elsewhere.
        tracker: String => line("Tracked at", 300).personal();
        /// When it was done.
        done_at: Option<Timestamp> => time("Done").past();
    }
}

impl Noun for RecommendationFields {
    const NAME: &'static str = "recommendation";
    const ENTRY: &'static str = "recommendation.";
    const ONE: &'static str = "a recommendation";
    const TITLE: &'static str = "body";
    const ARCHIVED: &'static str = "removed";
}

impl ItemFields for RecommendationFields {
    type Id = RecommendationId;
    const PLURAL: &'static str = "recommendations";
    const LABEL: &'static str = "Recommendation";
    const LABELS: &'static str = "Recommendations";
    const EDIT: Permission = Permission::WriteReport;
    const STORAGE: Storage = Storage::Columns;
}

/// A recommendation as it is kept.
pub type Recommendation = Item<RecommendationFields>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Value;

    #[test]
    fn decisions_are_lines_with_by_when_behind_a_bar() {
        let fields = NarrativeFields {
            asks: "- Approve the notification | Friday noon\n\nFund the second reader\n".into(),
            ..NarrativeFields::default()
        };
        let expected = [("Approve the notification", "Friday noon"), ("Fund the second reader", "")];
        let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
        assert_eq!(fields.decisions(), expected);
    }

    #[test]
    fn every_text_is_reached_by_its_name() {
        let mut fields = NarrativeFields::default();
        assert!(fields.is_blank());
        for field in NarrativeFields::FIELDS {
            assert_eq!(fields.set(field.name, Value::Text(format!("text of {}", field.name))), Ok(()));
        }
        assert!(fields.as_text().iter().all(|field| field.text == format!("text of {}", field.name)));
        fields.lessons = "x".repeat(TEXT_CHARS_MAX + 1);
        let at = CheckContext { now: Timestamp::from_seconds(1), is_zone: |_| true };
        assert!(fields.checked(at).is_err());
    }
}

//! What is written about an incident for readers outside the response: the texts of reports
//! (standards §7.1, §7.2) and what is to change.

use serde::{Deserialize, Serialize};

use crate::{RecommendationId, Timestamp, incident::FieldText, refusal::FieldErrors};

/// Longest text, in characters.
pub const TEXT_CHARS_MAX: usize = 20_000;

macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident = $label:literal, $hint:literal;)+) => {
        /// The texts, each in Markdown; an empty one is not written yet.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        #[serde(default, deny_unknown_fields)]
        pub struct NarrativeFields {
            $($(#[$meta])* pub $name: String,)+
        }

        impl NarrativeFields {
            /// Each text's name, label and what belongs in it, in the order of the form.
            pub const ALL: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $label, $hint)),+];

            /// The text of that name.
            #[must_use]
            pub fn get(&self, name: &str) -> &str {
                match name {
                    $(stringify!($name) => &self.$name,)+
                    _ => "",
                }
            }

            /// Sets the text of that name; an unknown name is passed over.
            pub fn set(&mut self, name: &str, text: String) {
                match name {
                    $(stringify!($name) => self.$name = text,)+
                    _ => {}
                }
            }
        }
    };
}

texts! {
    /// At most five sentences for somebody who reads nothing else.
    bottom_line = "Bottom line", "At most five sentences: what happened, what it means for the business, is it over, what you need from the reader.";
    /// What it did to the business.
    business_impact = "Business impact", "What could not be done, for whom, for how long.";
    /// Services and their downtime.
    impact_services = "Services", "Which services, and how long each was down.";
    /// Customers and other persons.
    impact_people = "People", "How many customers, employees and others, and how they are affected.";
    /// Classes of data.
    impact_data = "Data", "Which classes of data, how many records, proven or feared.";
    /// What it costs.
    impact_money = "Money", "Actual and estimated costs, with the currency.";
    /// How sure that is.
    impact_money_confidence = "Confidence in the money", "How it was estimated, and how sure that is.";
    /// Where notification stands.
    impact_regulatory = "Regulators and contracts", "Who must be told, by when, and whether they were.";
    /// How it was found.
    detection = "Detection", "How it was noticed, by whom, by which rule, and what should have noticed it sooner.";
    /// What made it possible or worse, beside the root cause.
    contributing_factors = "Contributing factors", "What made it possible or worse. The root cause itself stands with the incident.";
    /// What went well.
    went_well = "What went well", "Of the response: name what to keep.";
    /// What went wrong.
    went_wrong = "What went wrong", "Of the response: roles, not names.";
    /// Where it was luck.
    lucky = "Where we were lucky", "What could have gone worse but for chance.";
    /// What was learned.
    lessons = "Lessons", "What others should know.";
    /// What is known.
    confidence_known = "Known", "What is proven.";
    /// What is judged.
    confidence_assessed = "Assessed", "What is judged, with words such as likely or almost certain.";
    /// What is not known.
    confidence_unknown = "Not known", "What is not known, and whether it can be found out.";
    /// What is asked of the readers.
    asks = "Decisions needed", "One per line; after a bar, by when: Approve the notification | Friday noon.";
}

/// Most decisions that are asked for.
pub const ASKS_MAX: usize = 20;

impl NarrativeFields {
    /// Notes what cannot be accepted.
    pub fn check(&self, errors: &mut FieldErrors) {
        for (name, ..) in Self::ALL {
            errors.text(name, self.get(name), TEXT_CHARS_MAX);
        }
        if self.decisions().len() > ASKS_MAX {
            errors.add("asks", format!("At most {ASKS_MAX}."));
        }
    }

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
        Self::ALL.iter().all(|(name, ..)| self.get(name).trim().is_empty())
    }

    /// Every field as name, label and text, in the order of the form.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        let field = |(name, label, _): &(&'static str, &'static str, &'static str)| FieldText {
            name,
            label,
            text: self.get(name).to_owned(),
            personal: true,
        };
        Self::ALL.iter().map(field).collect()
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

/// What a person edits of a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct RecommendationFields {
    /// What should change.
    pub body: String,
    /// What for.
    pub kind: RecommendationKind,
    /// Who sees to it: a role or a team, also one outside Holdfast.
    #[serde(default)]
    pub owner: String,
    /// By when.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// How pressing it is.
    pub priority: Priority,
    /// Where it is tracked elsewhere.
    #[serde(default)]
    pub tracker: String,
    /// When it was done.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
}

impl RecommendationFields {
    /// Notes what cannot be accepted.
    pub fn check(&self, now: Timestamp, errors: &mut FieldErrors) {
        errors.text("body", &self.body, 2_000);
        if self.body.trim().is_empty() {
            errors.add("body", "Say what should change.");
        }
        errors.line("owner", &self.owner, false, 200);
        errors.line("tracker", &self.tracker, false, 300);
        if let Some(done) = self.done_at {
            crate::lifecycle::check_instant("done_at", done, now, errors);
        }
    }

    /// Every field as name, label and text, in the order of the form.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        let field = |name, label, text: String, personal| FieldText { name, label, text, personal };
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        vec![
            field("body", "What should change", self.body.clone(), true),
            field("kind", "What for", self.kind.to_string(), false),
            field("owner", "Owner", self.owner.clone(), true),
            field("due_at", "Due", time(self.due_at), false),
            field("priority", "Priority", self.priority.to_string(), false),
            field("tracker", "Tracked at", self.tracker.clone(), true),
            field("done_at", "Done", time(self.done_at), false),
        ]
    }
}

/// A recommendation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Recommendation {
    /// Its id.
    pub id: RecommendationId,
    /// What a person edits.
    #[serde(flatten)]
    #[cfg_attr(feature = "server", sqlx(flatten))]
    pub fields: RecommendationFields,
    /// Whether it was taken off the list.
    pub archived: bool,
    /// Counts the edits.
    pub version: i64,
    /// Its latest change.
    pub updated_at: Timestamp,
    /// Who made it.
    pub updated_by_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for (name, ..) in NarrativeFields::ALL {
            fields.set(name, format!("text of {name}"));
        }
        assert!(fields.as_text().iter().all(|field| field.text == format!("text of {}", field.name)));
        fields.lessons = "x".repeat(TEXT_CHARS_MAX + 1);
        let mut errors = FieldErrors::default();
        fields.check(&mut errors);
        assert!(errors.finish().is_err());
    }
}

//! From a case of DFIR-IRIS to the fields of an incident. Whatever the case says, these can be
//! accepted: what is too long is shortened and says so, what has no field is told in words.

use holdfast_domain::{
    Timestamp,
    asset::{AssetFields, Compromise},
    event::{self, EventFields, Lane},
    incident::{Disposition, IncidentFields, SUMMARY_CHARS_MAX, Severity, TITLE_CHARS_MAX},
    indicator::{IndicatorFields, NOTES_CHARS_MAX},
    marking::Tlp,
    rsit::{Category, RsitClass},
};

use super::{IrisAsset, IrisCase, IrisEvent, IrisIndicator};
use crate::{
    mapping,
    moment::ImportedTime,
    words::{block, exact, fenced, line, paragraphs, plain},
};

impl IrisCase {
    /// The incident. A severity, an outcome or a classification that is not known here leaves the
    /// field as it is in an incident of which nothing is known; the summary has its words.
    #[must_use]
    pub fn incident(&self) -> IncidentFields {
        let title = line(&self.title, TITLE_CHARS_MAX);
        IncidentFields {
            title: if title.is_empty() { "Imported case".into() } else { title },
            summary: self.summary(),
            severity: severity(&self.severity),
            category: category(&self.classification),
            disposition: disposition(&self.outcome),
            ..IncidentFields::default()
        }
    }

    /// The description and what else is said of the case, in Markdown.
    #[must_use]
    pub fn summary(&self) -> String {
        let number = self.number.map(|number| format!(" {number}")).unwrap_or_default();
        let dates = [
            ("Opened", &self.opened),
            ("Entered", &self.entered),
            ("Closed", &self.closed),
            ("Exported", &self.exported),
        ];
        let facts = self.facts.iter().map(|(label, text)| fact(label, text, 1_000));
        let dates = dates.iter().map(|(label, moment)| fact(label, text_of(moment), 100));
        let facts = format!("## In DFIR-IRIS\n\n- Case{number}\n{}", facts.chain(dates).collect::<String>());
        let closing = block(&self.closing_note, SUMMARY_CHARS_MAX / 5);
        let closing = if closing.is_empty() { closing } else { format!("## Closing note\n\n{closing}") };
        let parts = [block(&self.description, SUMMARY_CHARS_MAX / 2), closing, facts, self.records(), self.writings()];
        block(&paragraphs(parts), SUMMARY_CHARS_MAX)
    }

    /// What was registered there as evidence. The files are not in the export, so these are records
    /// and nothing that is in custody here.
    fn records(&self) -> String {
        let one = |item: &super::IrisEvidence| {
            let size = item.size.map(|bytes| format!("{bytes} bytes, ")).unwrap_or_default();
            let hash = match item.algorithm {
                Some(algorithm) => format!("{algorithm} `{}`, ", plain(&item.hash, 200)),
                None => String::new(),
            };
            let (name, author) = (plain(&item.name, 300), plain(&item.author, 200));
            let about = plain(&item.description, 500);
            format!("- {name}: {hash}{size}added {} by {author}. {about}\n", text_of(&item.added))
        };
        let lines: String = self.evidence.iter().map(one).collect();
        if lines.is_empty() { lines } else { format!("## Evidence recorded there\n\n{lines}") }
    }

    /// The notes, and what was remarked upon the case.
    fn writings(&self) -> String {
        let note = |note: &super::IrisNote| {
            let (title, author) = (plain(&note.title, 300), plain(&note.author, 200));
            let when = text_of(&note.created);
            format!("## Note: {title}\n\n*{author}, {when}*\n\n{}", block(&note.content, SUMMARY_CHARS_MAX / 10))
        };
        let comment = |comment: &super::IrisComment| {
            format!("- {}, {}: {}\n", plain(&comment.author, 200), text_of(&comment.at), plain(&comment.text, 1_000))
        };
        let comments: String = self.comments.iter().map(comment).collect();
        let comments = if comments.is_empty() { comments } else { format!("## Comments\n\n{comments}") };
        paragraphs(self.case_notes.iter().map(note).chain([comments]))
    }

    /// One event for each of the timeline, in its order. Times that lie after `now` are told in words
    /// only.
    #[must_use]
    pub fn event_fields(&self, now: Timestamp) -> Vec<EventFields> {
        self.events.iter().map(|event| event.fields(now)).collect()
    }

    /// The assets, each once.
    #[must_use]
    pub fn asset_fields(&self) -> Vec<AssetFields> {
        let fields = self.assets.iter().filter_map(IrisAsset::fields).collect();
        mapping::assets_once(fields)
    }

    /// The indicators, each once. One of two parts, such as `filename|md5`, becomes two.
    #[must_use]
    pub fn indicator_fields(&self) -> Vec<IndicatorFields> {
        let fields = self.indicators.iter().flat_map(IrisIndicator::fields).collect();
        mapping::indicators_once(fields)
    }
}

impl IrisEvent {
    fn fields(&self, now: Timestamp) -> EventFields {
        let mut remarks: String = self.at.remark("Time", now).map(|text| format!("- {text}\n")).unwrap_or_default();
        remarks.push_str(&fact("Category", &self.category, 200));
        remarks.push_str(&fact("Tags", &self.tags, 500));
        remarks.push_str(&fact("Assets", &self.assets.join(", "), 1_000));
        remarks.push_str(&fact("Indicators", &self.indicators.join(", "), 1_000));
        remarks.push_str(&fact("Last edited in DFIR-IRIS by", &self.author, 200));
        if self.is_flagged {
            remarks.push_str("- Flagged in DFIR-IRIS\n");
        }
        let raw = fenced(&self.raw, 4_000);
        let room = event::DESCRIPTION_CHARS_MAX.saturating_sub(remarks.chars().count() + raw.chars().count() + 4);
        let title = line(&self.title, event::TITLE_CHARS_MAX);
        let is_response = matches!(self.category.trim().to_lowercase().as_str(), "remediation" | "response");
        EventFields {
            lane: if is_response { Lane::Response } else { Lane::Attack },
            title: if title.is_empty() { format!("Event {}", self.id) } else { title },
            description: block(&paragraphs([block(&self.content, room), remarks, raw]), event::DESCRIPTION_CHARS_MAX),
            source: line(&self.source, event::SOURCE_CHARS_MAX),
            occurred: self.at.stated(now),
            in_report: self.in_summary,
            ..EventFields::default()
        }
    }
}

impl IrisAsset {
    fn fields(&self) -> Option<AssetFields> {
        let is_addressed = !self.ip.trim().is_empty();
        let remarks: String = [
            fact("Type in DFIR-IRIS", &self.kind, 200),
            fact("Domain", if is_addressed { &self.domain } else { "" }, 500),
            fact("Compromise", &self.compromise, 200),
            fact("Analysis", &self.analysis, 200),
            fact("Tags", &self.tags, 500),
            fact("Added", text_of(&self.added), 100),
            fact("Indicators", &self.indicators.join(", "), 1_000),
        ]
        .concat();
        let about = paragraphs([self.description.clone(), self.info.clone()]);
        let room = NOTES_CHARS_MAX.saturating_sub(remarks.chars().count() + 2);
        let bare = AssetFields::bare(mapping::asset_kind(&self.kind), &self.name);
        let fields = AssetFields {
            identifier: if is_addressed { self.ip.clone() } else { self.domain.clone() },
            compromise: match self.compromise.trim().to_lowercase().as_str() {
                "compromised" => Compromise::Confirmed,
                "not compromised" => Compromise::NotCompromised,
                _ => Compromise::Unknown,
            },
            notes: paragraphs([block(&about, room), remarks]),
            ..bare
        };
        mapping::asset(fields, Timestamp::from_micros(0))
    }
}

impl IrisIndicator {
    fn fields(&self) -> Vec<IndicatorFields> {
        let tlp = tlp(&self.tlp);
        let mut remarks = fact("Tags", &self.tags, 500) + &fact("Added in DFIR-IRIS by", &self.author, 200);
        if tlp.is_none() {
            remarks.push_str(&fact("TLP in DFIR-IRIS", &self.tlp, 100));
        }
        let (kinds, values): (Vec<&str>, Vec<&str>) = (self.kind.split('|').collect(), self.value.split('|').collect());
        let is_pair = kinds.len() == 2 && values.len() == 2 && values.iter().all(|value| !value.trim().is_empty());
        let parts = if is_pair { kinds.into_iter().zip(values).collect() } else { vec![(&*self.kind, &*self.value)] };
        if is_pair {
            let whole = fact(&format!("Imported as {}", plain(&self.kind, 100)), &exact(&self.value, 2_048), 2_100);
            remarks.push_str(&whole);
        }
        let room = NOTES_CHARS_MAX.saturating_sub(remarks.chars().count() + 200);
        let about = paragraphs([block(&self.description, room), remarks]);
        let read = |(kind, value): (&str, &str)| {
            let kind = kind.trim();
            // A port alone is nothing that could be looked for; the words above have it.
            if is_pair && matches!(kind, "port" | "size-in-bytes") {
                return None;
            }
            let said = mapping::indicator_kind(kind);
            mapping::indicator(&line(kind, 60), said, value, &about)
                .map(|fields| IndicatorFields { tlp: tlp.unwrap_or(Tlp::Amber), ..fields })
        };
        parts.into_iter().filter_map(read).collect()
    }
}

/// A line of a list; empty when there is nothing to say.
fn fact(label: &str, text: &str, max: usize) -> String {
    let text = plain(text, max);
    if text.is_empty() { text } else { format!("- {label}: {text}\n") }
}

fn text_of(moment: &Option<ImportedTime>) -> &str {
    moment.as_ref().map(|moment| moment.text.as_str()).unwrap_or_default()
}

fn severity(name: &str) -> Severity {
    match name.trim().to_lowercase().as_str() {
        "critical" => Severity::Sev1,
        "high" => Severity::Sev2,
        "low" => Severity::Sev4,
        "informational" => Severity::Sev5,
        _ => Severity::Sev3,
    }
}

fn disposition(name: &str) -> Disposition {
    let name = name.trim().to_lowercase().replace(['_', '-'], " ");
    match name.as_str() {
        "false positive" => Disposition::FalsePositive,
        "legitimate" => Disposition::Benign,
        _ if name.starts_with("true positive") => Disposition::TruePositive,
        _ => Disposition::Unknown,
    }
}

/// The class and the type where they are known here, else the class, else “other”.
fn category(name: &str) -> Category {
    let name = name.trim().to_lowercase();
    let class = name.split(':').next().unwrap_or_default();
    name.replace(':', "/")
        .parse()
        .or_else(|_| class.parse::<RsitClass>().map(Category::class_only))
        .unwrap_or(Category::class_only(RsitClass::Other))
}

fn tlp(name: &str) -> Option<Tlp> {
    match name.trim().to_lowercase().trim_start_matches("tlp:") {
        "white" => Some(Tlp::Clear),
        "" => Some(Tlp::Amber),
        name => name.parse().ok(),
    }
}

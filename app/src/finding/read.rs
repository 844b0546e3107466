//! The fields of a form about a finding, read. Every field that cannot be read is named at once.

use holdfast_domain::{
    Refusal, Timestamp, asset::AssetFields, indicator::IndicatorFields, refusal::FieldErrors,
    vulnerability::VulnerabilityFields,
};

use crate::form::{Form, read_time};

type Read<T> = Result<T, Refusal>;

/// Reads fields and gathers what is wrong with them.
struct Reader<'a> {
    form: &'a Form,
    zone: &'a str,
    errors: FieldErrors,
}

impl Reader<'_> {
    fn value<T: std::str::FromStr + Copy>(&mut self, name: &str, otherwise: T) -> T {
        self.form.text(name).trim().parse().unwrap_or_else(|_| {
            self.errors.add(name, "Choose one of the values offered.");
            otherwise
        })
    }

    /// A time in the person's zone.
    fn time(&mut self, name: &str, before: Option<Timestamp>) -> Option<Timestamp> {
        let text = self.form.opt(name)?;
        read_time(text, self.zone, before).map_err(|words| self.errors.add(name, words)).ok()
    }

    fn text(&self, name: &str) -> String {
        self.form.text(name).to_owned()
    }
}

/// An indicator. `before` is what is kept of one that is edited.
pub fn indicator(form: &Form, zone: &str, before: &IndicatorFields) -> Read<IndicatorFields> {
    let mut read = Reader { form, zone, errors: FieldErrors::default() };
    let fields = IndicatorFields {
        kind: read.value("kind", before.kind),
        value: read.text("value"),
        tlp: read.value("tlp", before.tlp),
        confidence: read.value("confidence", before.confidence),
        description: read.text("description"),
        first_seen: read.time("first_seen", before.first_seen),
        last_seen: read.time("last_seen", before.last_seen),
    };
    read.errors.finish()?;
    Ok(fields)
}

/// What holds for each of many indicators.
pub fn base(form: &Form, zone: &str, before: &IndicatorFields) -> Read<IndicatorFields> {
    let mut read = Reader { form, zone, errors: FieldErrors::default() };
    let fields = IndicatorFields {
        tlp: read.value("tlp", before.tlp),
        confidence: read.value("confidence", before.confidence),
        description: read.text("description"),
        ..before.clone()
    };
    read.errors.finish()?;
    Ok(fields)
}

/// An asset. `before` is what is kept of one that is edited.
pub fn asset(form: &Form, zone: &str, before: &AssetFields) -> Read<AssetFields> {
    let mut read = Reader { form, zone, errors: FieldErrors::default() };
    let fields = AssetFields {
        kind: read.value("kind", before.kind),
        name: read.text("name"),
        identifier: read.text("identifier"),
        owner: read.text("owner"),
        criticality: read.value("criticality", before.criticality),
        compromise: read.value("compromise", before.compromise),
        notes: read.text("notes"),
        first_seen: read.time("first_seen", before.first_seen),
        last_seen: read.time("last_seen", before.last_seen),
    };
    read.errors.finish()?;
    Ok(fields)
}

/// A vulnerability.
pub fn vulnerability(form: &Form, before: &VulnerabilityFields) -> Read<VulnerabilityFields> {
    let mut read = Reader { form, zone: "UTC", errors: FieldErrors::default() };
    let fields = VulnerabilityFields {
        cve: read.text("cve"),
        title: read.text("title"),
        cvss_score: read.text("cvss_score"),
        cvss_vector: read.text("cvss_vector"),
        affected: read.text("affected"),
        status: read.value("status", before.status),
        notes: read.text("notes"),
    };
    read.errors.finish()?;
    Ok(fields)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use holdfast_domain::{indicator::IndicatorKind, time::field_in_zone};

    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_time_that_was_not_touched_is_kept_to_the_microsecond() {
        let mut before = IndicatorFields::bare(IndicatorKind::Domain, "");
        let at = Timestamp::from_micros(1_790_000_000_123_456);
        before.first_seen = Some(at);
        let shown = field_in_zone(at, "Europe/Berlin");
        let sent = [("kind", "domain"), ("tlp", "amber"), ("confidence", "low"), ("value", "a.example")];
        let with = |first: &str| form(&[&sent[..], &[("first_seen", first)]].concat());
        assert_eq!(indicator(&with(&shown), "Europe/Berlin", &before).unwrap().first_seen, Some(at));
        assert_eq!(indicator(&with(&at.to_string()), "Europe/Berlin", &before).unwrap().first_seen, Some(at));
        assert_eq!(indicator(&with(""), "Europe/Berlin", &before).unwrap().first_seen, None);
        let refusal = indicator(&form(&[("kind", "x"), ("first_seen", "soon")]), "UTC", &before).unwrap_err();
        let Refusal::Invalid(errors) = refusal else { unreachable!("what cannot be read is refused as such") };
        let names: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(names, ["kind", "tlp", "confidence", "first_seen"]);
    }
}

//! The fields of a noun, read from a form. Every field that cannot be read is named at once.

use holdfast_domain::{Field, FieldKind, Fields, Refusal, Value, refusal::FieldErrors};

use crate::form::{Form, read_time};

/// Every field of a noun. `before` is what is kept of one that is edited.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that cannot be read.
pub fn all<F: Fields>(form: &Form, zone: &str, before: &F) -> Result<F, Refusal> {
    some(form, zone, before, |_| true)
}

/// The fields of a noun that the form `asks`; the others stay as they were, and so do those for which
/// its page has inputs of its own.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that cannot be read.
pub fn some<F: Fields>(form: &Form, zone: &str, before: &F, asks: impl Fn(&Field) -> bool) -> Result<F, Refusal> {
    let (mut read, mut errors) = (before.clone(), FieldErrors::default());
    // What a form from before a field was declared does not send stays as it was; a box that is not ticked is
    // not sent either.
    let is_sent = |field: &Field| {
        form.has(field.name) || field.required || matches!(field.kind, FieldKind::Flag | FieldKind::People)
    };
    let asked = F::FIELDS.iter().filter(|field| field.kind != FieldKind::Own && asks(field));
    for field in asked.filter(|field| is_sent(field)) {
        match value(form, zone, field, before.get(field.name)) {
            Ok(value) => {
                if read.set(field.name, value).is_err() {
                    errors.add(field.name, "Choose one of the values offered.");
                }
            }
            Err(words) => errors.add(field.name, words),
        }
    }
    errors.finish()?;
    Ok(read)
}

fn value(form: &Form, zone: &str, field: &Field, before: Option<Value>) -> Result<Value, String> {
    let name = field.name;
    let list = |signs: &[char]| {
        let parts = form.all(name).flat_map(|text| text.split(signs)).map(str::trim);
        Value::List(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
    };
    Ok(match (field.kind, form.opt(name)) {
        (FieldKind::Flag, _) => Value::Flag(form.ticked(name)),
        (FieldKind::Time, None) => Value::Time(None),
        (FieldKind::Time, Some(text)) => {
            let before = if let Some(Value::Time(at)) = before { at } else { None };
            Value::Time(Some(read_time(text, zone, before)?))
        }
        // A box for each of them sends one; a settled conflict sends all of them as one text.
        (FieldKind::People, _) => list(&[',']),
        (FieldKind::Names, _) => list(&['\n', ',']),
        (FieldKind::Markdown, _) => Value::Text(form.text(name).to_owned()),
        (_, text) => Value::Text(text.unwrap_or_default().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use holdfast_domain::{
        PersonId, Timestamp,
        incident::IncidentFields,
        indicator::{IndicatorFields, IndicatorKind},
        task::TaskFields,
        time::field_in_zone,
    };

    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    fn wrong<F>(read: Result<F, Refusal>) -> Vec<String> {
        match read {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_time_that_was_not_touched_is_kept_to_the_microsecond() {
        let mut before = IndicatorFields::bare(IndicatorKind::Domain, "");
        let at = Timestamp::from_micros(1_790_000_000_123_456);
        before.first_seen = Some(at);
        let shown = field_in_zone(at, "Europe/Berlin");
        let sent = [("kind", "domain"), ("tlp", "amber"), ("confidence", "low"), ("value", "a.example")];
        let with = |first: &str| form(&[&sent[..], &[("first_seen", first)]].concat());
        assert_eq!(all(&with(&shown), "Europe/Berlin", &before).unwrap().first_seen, Some(at));
        assert_eq!(all(&with(&at.to_string()), "Europe/Berlin", &before).unwrap().first_seen, Some(at));
        assert_eq!(all(&with(""), "Europe/Berlin", &before).unwrap().first_seen, None);
    }

    #[test]
    fn every_field_that_cannot_be_read_is_named_at_once() {
        let blank = IndicatorFields::default();
        let sent = form(&[("kind", "x"), ("tlp", ""), ("confidence", "x"), ("first_seen", "soon")]);
        assert_eq!(wrong(all(&sent, "UTC", &blank)), ["kind", "tlp", "confidence", "first_seen"]);
        let sent = form(&[("severity", "9"), ("category", "x"), ("tlp", "red"), ("pap", "red"), ("owner_id", "me")]);
        let asks = |field: &Field| matches!(field.name, "severity" | "category" | "tlp" | "pap" | "owner_id");
        assert_eq!(wrong(some(&sent, "UTC", &IncidentFields::default(), asks)), ["severity", "category", "owner_id"]);
    }

    #[test]
    fn a_form_becomes_the_fields_of_an_incident() {
        let sent = form(&[
            ("title", " Phishing "),
            ("summary", "one\r\ntwo"),
            ("severity", "sev2"),
            ("category", "fraud/phishing"),
            ("tlp", "amber+strict"),
            ("pap", "red"),
            ("owner_id", ""),
            ("disposition", "unknown"),
            ("attack_vector", "email"),
            ("functional_impact", "not-assessed"),
            ("information_impact", "privacy-breach"),
            ("recoverability", "regular"),
            ("detection_source", "own-staff"),
            ("services", "Mail\r\n vpn,VPN \r\n"),
            ("on_hold", "on"),
        ]);
        let before = IncidentFields { is_exercise: true, root_cause: "undetermined".into(), ..Default::default() };
        let read = some(&sent, "UTC", &before, |field| field.name != "root_cause").unwrap();
        assert_eq!((read.title.as_str(), read.summary.as_str()), ("Phishing", "one\ntwo"));
        assert!(read.on_hold && !read.is_exercise && read.owner_id.is_none());
        assert_eq!(read.services.as_slice(), ["Mail", "vpn"]);
        let assessed = ["attack_vector", "functional_impact", "information_impact"].map(|name| read.text(name));
        assert_eq!(assessed, ["email", "not-assessed", "privacy-breach"]);
        assert_eq!((read.category.to_string().as_str(), read.root_cause.as_str()), ("fraud/phishing", "undetermined"));
    }

    #[test]
    fn people_come_one_by_one_or_as_a_settled_conflict_sends_them() {
        let texts = [1, 2].map(|id| format!("00000000-0000-0000-0000-{id:012}"));
        let ids = [0, 1].map(|at| texts[at].parse::<PersonId>().unwrap());
        let joined = texts.join(",");
        let rest = [("title", "x"), ("phase", "analysis"), ("status", "to-do")];
        for people in [vec![("people", texts[0].as_str()), ("people", &texts[1])], vec![("people", &joined)]] {
            let sent = form(&[&rest[..], &people].concat());
            assert_eq!(all(&sent, "UTC", &TaskFields::default()).unwrap().people, ids);
        }
        let nobody = all(&form(&rest), "UTC", &TaskFields { people: ids.to_vec(), ..TaskFields::default() });
        assert_eq!(nobody.unwrap().people, []);
        let somebody = form(&[&rest[..], &[("people", "somebody")]].concat());
        assert_eq!(wrong(all(&somebody, "UTC", &TaskFields::default())), ["people"]);
    }
}

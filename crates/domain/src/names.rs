//! A list of names, such as the services that an incident affects: each of them one line, none twice.

use serde::{Deserialize, Serialize};

/// Names in the order in which they were given, without space around them, none of them empty or, whatever
/// the case, there twice. How many there may be and how long each is checked with their field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(value_type = Vec<String>))]
#[serde(from = "Vec<String>")]
pub struct Names(Vec<String>);

impl Names {
    /// The names.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// What a name is compared by: two that differ only in case are the same.
    #[must_use]
    pub fn key(name: &str) -> String {
        name.trim().to_lowercase()
    }
}

impl From<Vec<String>> for Names {
    fn from(given: Vec<String>) -> Self {
        let mut keys = std::collections::HashSet::new();
        let names = given.into_iter().map(|name| name.trim().to_owned());
        Self(names.filter(|name| !name.is_empty() && keys.insert(Self::key(name))).collect())
    }
}

field_value!(Names, List, |names| names.0.clone(), |names| Ok(names.into()));

#[cfg(feature = "server")]
kept_as_text!(Names, |text| serde_json::from_str(&text));

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{CheckContext, Fields as _, Timestamp, incident::IncidentFields, noun::Noun as _, refusal::Refusal};

    const AT: CheckContext = CheckContext { now: Timestamp::from_micros(0), is_zone: |_| true };

    fn of(services: Vec<String>) -> IncidentFields {
        IncidentFields { title: "Outage".into(), services: services.into(), ..IncidentFields::default() }
    }

    proptest! {
        #[test]
        fn what_is_kept_passes_the_same_check_again_unchanged(
            given in prop::collection::vec("[ \t]{0,2}[A-Za-zßÄİ%_\u{a0}]{0,4} ?[a-z]{0,2}[ \t]{0,2}", 0..25),
        ) {
            if let Ok(kept) = of(given.clone()).checked(AT) {
                prop_assert_eq!(kept.checked(AT), Ok(kept.clone()));
                prop_assert_eq!(Names::from(kept.services.as_slice().to_vec()), kept.services.clone());
                let sent = serde_json::to_value(&kept.services).unwrap_or_default();
                prop_assert_eq!(serde_json::from_value::<Names>(sent).ok(), Some(kept.services.clone()));
                let keys: std::collections::HashSet<_> = kept.services.as_slice().iter().map(|name| Names::key(name)).collect();
                prop_assert_eq!(keys.len(), kept.services.as_slice().len());
                for name in given.iter().filter(|name| !name.trim().is_empty()) {
                    prop_assert!(keys.contains(&Names::key(name)), "{} is lost", name);
                }
            } else {
                prop_assert!(Names::from(given).as_slice().len() > 20);
            }
        }
    }

    #[test]
    fn too_many_too_long_ones_and_several_lines_are_refused_by_field() {
        let many = (0..21).map(|n| format!("service {n}")).collect();
        for wrong in [many, vec!["x".repeat(201)], vec!["Mail\nVPN".to_owned()]] {
            match of(wrong).checked(AT) {
                Err(Refusal::Invalid(errors)) => assert_eq!(errors.iter().filter(|e| e.field == "services").count(), 1),
                other => assert!(other.is_err(), "{other:?}"),
            }
        }
        assert!(of(vec!["ä".repeat(200); 3]).checked(AT).is_ok_and(|kept| kept.services.as_slice().len() == 1));
    }

    #[test]
    fn as_text_names_stand_between_commas_which_none_of_them_contains() {
        let fields = of(vec!["Payroll".into(), " VPN ".into(), "vpn".into(), " ".into()]);
        assert_eq!(fields.text("services"), "Payroll,VPN");
        assert!(fields.as_text().iter().any(|one| one.text == "Payroll,VPN" && one.personal));
        assert_eq!(IncidentFields::field("services").map(|one| one.words("Payroll,VPN")), Some("Payroll, VPN".into()));
        assert!(of(vec!["Payroll, Leeds".into()]).checked(AT).is_err());
    }
}

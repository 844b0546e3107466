//! The incident category: ENISA Reference Security Incident Taxonomy v1003 (standards §5.3). A
//! class is mandatory, a type within it optional.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

text_enum! {
    /// RSIT class.
    RsitClass {
        AbusiveContent = "abusive-content", "Abusive content";
        MaliciousCode = "malicious-code", "Malicious code";
        InformationGathering = "information-gathering", "Information gathering";
        IntrusionAttempts = "intrusion-attempts", "Intrusion attempts";
        Intrusions = "intrusions", "Intrusions";
        Availability = "availability", "Availability";
        InformationContentSecurity = "information-content-security", "Information content security";
        Fraud = "fraud", "Fraud";
        Vulnerable = "vulnerable", "Vulnerable";
        Other = "other", "Other";
        Test = "test", "Test";
    }
}

/// The types of each class, in the order of [`RsitClass::ALL`].
static TYPES: LazyLock<Vec<Vec<(&str, &str)>>> = LazyLock::new(|| {
    let of_class = |class: &RsitClass| {
        let of_it = |line: &'static str| line.strip_prefix(class.as_str())?.strip_prefix('\t')?.split_once('\t');
        include_str!("../data/rsit-v1003.tsv").lines().filter_map(of_it).collect()
    };
    RsitClass::ALL.iter().map(of_class).collect()
});

impl RsitClass {
    /// The types of this class: stored spelling and label.
    #[must_use]
    pub fn types(self) -> &'static [(&'static str, &'static str)] {
        TYPES.get(self as usize).map_or(&[], Vec::as_slice)
    }
}

/// A class, with a type of that class when it is known. Written `fraud` or `fraud/phishing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    class: RsitClass,
    /// The type's place in the class, from 1 on; 0 for the class alone. A byte, since a category is part of
    /// each incident that metrics keep in memory.
    place: u8,
}

impl Category {
    /// The class alone.
    #[must_use]
    pub const fn class_only(class: RsitClass) -> Self {
        Self { class, place: 0 }
    }

    /// The class.
    #[must_use]
    pub const fn class(&self) -> RsitClass {
        self.class
    }

    /// The stored spelling of the type.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        self.named().map(|(kind, _)| *kind)
    }

    /// The stored spelling of the type, and its label.
    fn named(&self) -> Option<&'static (&'static str, &'static str)> {
        self.class.types().get(usize::from(self.place).checked_sub(1)?)
    }

    /// Every category: each class alone, followed by its types.
    pub fn all() -> impl Iterator<Item = Self> {
        RsitClass::ALL.iter().flat_map(|&class| {
            std::iter::once(Self::class_only(class))
                .chain((1..).zip(class.types()).map(move |(place, _)| Self { class, place }))
        })
    }

    /// Itself, and where it is a class alone, the types of the class.
    pub fn within(&self) -> impl Iterator<Item = Self> {
        let (class, place) = (self.class, self.place);
        Self::all().filter(move |one| one.class == class && (place == 0 || one.place == place))
    }

    /// The words a person reads: the type when known, else the class.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.named().map_or(self.class.label(), |(_, label)| label)
    }
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            Some(kind) => write!(f, "{}/{kind}", self.class),
            None => self.class.fmt(f),
        }
    }
}

impl std::str::FromStr for Category {
    type Err = crate::refusal::UnknownText;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (class, kind) = text.split_once('/').map_or((text, None), |(c, k)| (c, Some(k)));
        let class: RsitClass = class.parse()?;
        let place = match kind {
            None => 0,
            Some(kind) => (1..)
                .zip(class.types())
                .find_map(|(place, (known, _))| (*known == kind).then_some(place))
                .ok_or(crate::refusal::UnknownText)?,
        };
        Ok(Self { class, place })
    }
}

#[cfg(feature = "server")]
kept_as_text!(Category, |text| text.parse::<Self>());

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("not an RSIT category such as fraud/phishing"))
    }
}

#[cfg(feature = "server")]
impl utoipa::PartialSchema for Category {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ObjectBuilder, schema::Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("RSIT class, or class/type"))
            .enum_values(Some(Self::all().map(|category| category.to_string())))
            .into()
    }
}

#[cfg(feature = "server")]
impl utoipa::ToSchema for Category {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_category_is_read_back_as_written() {
        assert_eq!(Category::all().count(), 11 + 39);
        for category in Category::all() {
            assert_eq!(category.to_string().parse::<Category>().unwrap(), category);
        }
        assert!("fraud/outage".parse::<Category>().is_err());
    }
}

//! What is particular to a noun beside its fields, and the one list of all nouns. From it follow
//! ledger entries, history wording, refusals, labels and addresses.

use std::{fmt::Display, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    IncidentId, Timestamp,
    access::Permission,
    asset::AssetFields,
    contact::ContactFields,
    event::EventFields,
    field::{CheckContext, Field, FieldKind, Fields, Value},
    incident::IncidentFields,
    indicator::IndicatorFields,
    link::LinkFields,
    narrative::{NarrativeFields, RecommendationFields},
    refusal::{FieldErrors, Refusal},
    search::HitKind,
    task::TaskFields,
    vulnerability::VulnerabilityFields,
};

/// Something that people edit, with a version.
pub trait Noun: Fields {
    /// One of it in lower case, as refusals and the ledger call it: `asset`.
    const NAME: &'static str;
    /// What the kinds of its ledger entries begin with: `asset.` of `asset.edited`.
    const ENTRY: &'static str;
    /// How a person names one, with its article, in the middle of a sentence: `an asset`.
    const ONE: &'static str;
    /// The field that says which one it is.
    const TITLE: &'static str;
    /// The ledger's verb for taking one out of its list.
    const ARCHIVED: &'static str = "archived";

    /// Notes what cannot be accepted beyond what the fields declare, and puts what can into the one form
    /// in which it is kept.
    fn rules(&mut self, _at: CheckContext, _errors: &mut FieldErrors) {}

    /// What one is called.
    #[must_use]
    fn title(&self) -> String {
        self.text(Self::TITLE)
    }

    /// The same as it is kept, when everything can be accepted: lines without space around them, and the
    /// noun's own rules applied.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field that cannot.
    fn checked(&self, at: CheckContext) -> Result<Self, Refusal> {
        let (mut kept, mut errors) = (self.clone(), FieldErrors::default());
        for field in Self::FIELDS {
            let Some(value) = self.get(field.name) else { continue };
            field.check(&value, at.now, &mut errors);
            if let (FieldKind::Line, Value::Text(text)) = (field.kind, value)
                && text.trim().len() != text.len()
            {
                let _trimmed = kept.set(field.name, Value::Text(text.trim().to_owned()));
            }
        }
        let mut more = FieldErrors::default();
        kept.rules(at, &mut more);
        errors.add_others(more);
        errors.finish()?;
        Ok(kept)
    }
}

/// How the rows of an item keep its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// A column for each: for lists that are sorted, filtered or unique by them.
    Columns,
    /// All in the column `fields`, as JSON: a new field needs no migration.
    Json,
}

/// Something of an incident that is listed, added, edited and archived, and has no more to it.
pub trait ItemFields: Noun {
    /// Its id.
    type Id: Copy
        + std::fmt::Debug
        + Display
        + FromStr
        + PartialEq
        + Eq
        + From<Uuid>
        + Into<Uuid>
        + Serialize
        + for<'de> Deserialize<'de>
        + Send
        + Sync
        + Unpin
        + 'static;
    /// Its table, and its part of addresses: `assets`.
    const PLURAL: &'static str;
    /// One of it at the beginning of a sentence: `Asset`.
    const LABEL: &'static str;
    /// Several of it as a heading: `Assets`.
    const LABELS: &'static str;
    /// What allows changing it. Everyone who sees the incident sees it.
    const EDIT: Permission;
    /// How its rows keep the fields.
    const STORAGE: Storage = Storage::Json;
    /// The order of its list, as SQL: columns separated by a comma, the last of them `id`.
    const ORDER: &'static str = "created_at, id";
    /// As what search finds it; `None` where it does not.
    const SEARCH: Option<HitKind> = None;

    /// The text by which it is the same as another of its incident, which then cannot have both; `None`
    /// where that is no matter.
    #[must_use]
    fn key(&self) -> Option<String> {
        None
    }

    /// What search finds: words that weigh more, and the rest.
    #[must_use]
    fn search_text(&self) -> (String, String) {
        let rest = Self::FIELDS.iter().filter(|field| field.personal && field.name != Self::TITLE);
        let rest: Vec<String> = rest.map(|field| self.text(field.name)).filter(|text| !text.is_empty()).collect();
        (self.title(), rest.join(" "))
    }
}

/// An item as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Item<F: ItemFields> {
    /// Its id.
    pub id: F::Id,
    /// The incident.
    pub incident_id: IncidentId,
    /// What a person edits.
    #[serde(flatten)]
    pub fields: F,
    /// Since when it is archived: out of the lists, kept in the record.
    pub archived_at: Option<Timestamp>,
    /// Counts the edits; an edit names the version it saw.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// Who added it.
    pub created_by_name: String,
    /// Its latest change.
    pub updated_at: Timestamp,
    /// Who made the latest change.
    pub updated_by_name: String,
}

#[cfg(feature = "server")]
pub use schema::declared as declared_schema;

#[cfg(feature = "server")]
mod schema {
    use std::borrow::Cow;

    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{RefOr, Schema, Type, schema::SchemaType},
    };
    use uuid::Uuid;

    use super::{Fields, IncidentId, Item, ItemFields, Timestamp};

    /// What every item has beside its fields, as [`Item`] declares it.
    #[derive(ToSchema)]
    #[allow(dead_code, reason = "describes the columns of every item; nothing makes one")]
    struct Common {
        /// Its id.
        id: Uuid,
        /// The incident.
        incident_id: IncidentId,
        /// Since when it is archived: out of the lists, kept in the record.
        archived_at: Option<Timestamp>,
        /// Counts the edits; an edit names the version it saw.
        version: i64,
        /// When it was added.
        created_at: Timestamp,
        /// Who added it.
        created_by_name: String,
        /// Its latest change.
        updated_at: Timestamp,
        /// Who made the latest change.
        updated_by_name: String,
    }

    /// The schema of a noun's fields, of which those that are needed are there and never `null`.
    #[must_use]
    pub fn declared<F: Fields>() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = F::schema() else { return F::schema() };
        for field in F::FIELDS.iter().filter(|field| field.required) {
            if let Some(RefOr::T(Schema::OneOf(several))) = object.properties.get(field.name)
                && let Some(value) = several.items.iter().find(|one| !is_null(one)).cloned()
            {
                object.properties.insert(field.name.to_owned(), value);
            }
            if !object.required.iter().any(|name| name == field.name) {
                object.required.push(field.name.to_owned());
            }
        }
        RefOr::T(Schema::Object(object))
    }

    fn is_null(schema: &RefOr<Schema>) -> bool {
        matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
    }

    impl<F: ItemFields> PartialSchema for Item<F> {
        fn schema() -> RefOr<Schema> {
            let (RefOr::T(Schema::Object(mut object)), RefOr::T(Schema::Object(common))) =
                (declared::<F>(), Common::schema())
            else {
                return F::schema();
            };
            object.properties.extend(common.properties);
            object.required.extend(common.required);
            object.description = Some(format!("{} as it is kept.", F::LABEL));
            RefOr::T(Schema::Object(object))
        }
    }

    impl<F: ItemFields> ToSchema for Item<F> {
        fn name() -> Cow<'static, str> {
            Cow::Owned(F::LABEL.replace(' ', ""))
        }
        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            F::schemas(schemas);
            Common::schemas(schemas);
        }
    }
}

/// A noun as a value, for what goes through all of them.
#[derive(Clone, Copy, Debug)]
pub struct NounInfo {
    /// [`Noun::NAME`]
    pub name: &'static str,
    /// [`Noun::ENTRY`]
    pub entry: &'static str,
    /// [`Noun::ONE`]
    pub one: &'static str,
    /// [`Noun::TITLE`]
    pub title: &'static str,
    /// [`Noun::ARCHIVED`]
    pub archived: &'static str,
    /// [`Fields::FIELDS`]
    pub fields: &'static [Field],
    /// Where its rows are kept, and how; `None` where an incident has exactly one or its ends name it.
    pub rows: Option<Rows>,
}

/// Where the rows of a noun are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The table, and of an item its part of addresses.
    pub table: &'static str,
    /// How they keep the fields.
    pub storage: Storage,
    /// What precedes the id in the address of one, below that of its incident: `/tasks/`.
    page: &'static str,
}

impl Rows {
    /// The address of one, below that of its incident.
    #[must_use]
    pub fn page(&self, id: &str) -> String {
        if self.page.is_empty() { format!("/{}/{id}", self.table) } else { format!("{}{id}", self.page) }
    }
}

impl NounInfo {
    /// The kind of an entry that says that an action on one was undone.
    #[must_use]
    pub fn undone(&self) -> String {
        let between = if self.entry.ends_with(['.', '_']) { "" } else { "_" };
        format!("{}{between}undone", self.entry)
    }

    const fn of<N: Noun>(rows: Option<Rows>) -> Self {
        let (name, entry, one, title) = (N::NAME, N::ENTRY, N::ONE, N::TITLE);
        Self { name, entry, one, title, archived: N::ARCHIVED, fields: N::FIELDS, rows }
    }

    const fn item<F: ItemFields>() -> Self {
        Self::of::<F>(Some(Rows { table: F::PLURAL, storage: F::STORAGE, page: "" }))
    }

    const fn kept<N: Noun>(table: &'static str, page: &'static str) -> Self {
        Self::of::<N>(Some(Rows { table, storage: Storage::Columns, page }))
    }

    /// The noun that a ledger entry of this kind is about, and the verb that is left of the kind.
    #[must_use]
    pub fn of_entry(kind: &str) -> Option<(&'static Self, &str)> {
        NOUNS.iter().find_map(|noun| Some((noun, kind.strip_prefix(noun.entry)?)))
    }

    /// The declaration of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Every noun.
pub const NOUNS: &[NounInfo] = &[
    NounInfo::of::<IncidentFields>(None),
    NounInfo::kept::<EventFields>("events", "/timeline#event-"),
    NounInfo::kept::<TaskFields>("tasks", "/tasks/"),
    NounInfo::item::<IndicatorFields>(),
    NounInfo::item::<AssetFields>(),
    NounInfo::item::<VulnerabilityFields>(),
    NounInfo::of::<NarrativeFields>(None),
    NounInfo::item::<RecommendationFields>(),
    NounInfo::item::<ContactFields>(),
    NounInfo::of::<LinkFields>(None),
];

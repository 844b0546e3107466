//! What REST takes of a noun, from its declaration: the object that creates one and the object that
//! changes one. A field that is declared is in both.

use std::{borrow::Cow, fmt, marker::PhantomData};

use holdfast_domain::{
    Refusal,
    noun::{Noun, declared_schema},
    refusal::FieldErrors,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema, Type,
        schema::{AdditionalProperties, SchemaType},
    },
};

/// The body of a request about a noun, as it is read: an object whose members are fields, each once.
pub struct Members(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut sent: M) -> Result<Members, M::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = sent.next_entry::<String, Value>()? {
                    if members.contains_key(&name) {
                        return Err(M::Error::custom(format!("duplicate field `{name}`")));
                    }
                    members.insert(name, value);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// What creates one: what must be given, and what may be; `null` is as good as not given.
pub struct Create<N>(PhantomData<N>);

/// What changes one: every field may be left out; `null` clears one that need not be there.
pub struct Patch<N>(PhantomData<N>);

impl<N: Noun> PartialSchema for Create<N> {
    fn schema() -> RefOr<Schema> {
        body::<N>(format!("What is said of {} when it is created. null is as good as not given.", N::ONE), true)
    }
}

impl<N: Noun> PartialSchema for Patch<N> {
    fn schema() -> RefOr<Schema> {
        let words = "The fields to change; those that are absent stay as they are. null clears a field.";
        body::<N>(words.to_owned(), false)
    }
}

impl<N: Noun> ToSchema for Create<N> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Create", title::<N>()))
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        N::schemas(schemas);
    }
}

impl<N: Noun> ToSchema for Patch<N> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Patch", title::<N>()))
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        N::schemas(schemas);
    }
}

/// The noun's name as one word that begins with a capital.
fn title<N: Noun>() -> String {
    let words = N::NAME.split(|c: char| !c.is_ascii_alphanumeric());
    words.map(|word| word[..1.min(word.len())].to_ascii_uppercase() + &word[1.min(word.len())..]).collect()
}

fn body<N: Noun>(description: String, creates: bool) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = declared_schema::<N>() else { return N::schema() };
    for (name, property) in &mut object.properties {
        if !N::field(name).is_some_and(|field| field.required) {
            nullable(property);
        }
    }
    let required = N::FIELDS.iter().filter(|field| creates && field.required);
    object.required = required.map(|field| field.name.to_owned()).collect();
    object.description = Some(description);
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    RefOr::T(Schema::Object(object))
}

/// Lets a value be `null`, too.
fn nullable(schema: &mut RefOr<Schema>) {
    let with_null = |kind: &mut SchemaType| {
        if let SchemaType::Type(one) = kind {
            *kind = SchemaType::Array(vec![one.clone(), Type::Null]);
        }
    };
    match schema {
        RefOr::T(Schema::Object(object)) => with_null(&mut object.schema_type),
        RefOr::T(Schema::Array(array)) => with_null(&mut array.schema_type),
        RefOr::T(_) => {}
        RefOr::Ref(_) => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            *schema = OneOfBuilder::new().item(null).item(schema.clone()).into();
        }
    }
}

/// The schema of a body that takes more members than the fields.
#[must_use]
pub fn with(fields: RefOr<Schema>, more: RefOr<Schema>) -> RefOr<Schema> {
    match (fields, more) {
        (RefOr::T(Schema::Object(mut object)), RefOr::T(Schema::Object(more))) => {
            object.properties.extend(more.properties);
            object.required.extend(more.required);
            RefOr::T(Schema::Object(object))
        }
        (fields, _) => fields,
    }
}

/// A body that takes more members than the fields of its noun: those that `M` describes.
pub struct With<B, M>(PhantomData<(B, M)>);

impl<B: ToSchema, M: ToSchema> PartialSchema for With<B, M> {
    fn schema() -> RefOr<Schema> {
        with(B::schema(), M::schema())
    }
}

impl<B: ToSchema, M: ToSchema> ToSchema for With<B, M> {
    fn name() -> Cow<'static, str> {
        B::name()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        B::schemas(schemas);
        M::schemas(schemas);
    }
}

/// The schema without these members.
#[must_use]
pub fn without(mut fields: RefOr<Schema>, names: &[&str]) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut fields {
        object.properties.retain(|name, _| !names.contains(&name.as_str()));
        object.required.retain(|name| !names.contains(&name.as_str()));
    }
    fields
}

/// Takes a member that changes a value, which stays as it is where the member is absent.
pub fn changed<T: DeserializeOwned>(sent: &mut Map<String, Value>, name: &str, now: T, errors: &mut FieldErrors) -> T {
    let changed = match sent.remove(name) {
        None => return now,
        Some(Value::Null) => Err("This is needed; it cannot be null.".to_owned()),
        Some(value) => serde_json::from_value(value).map_err(|error| error.to_string()),
    };
    changed.unwrap_or_else(|words| {
        errors.add(name, words);
        now
    })
}

/// Refuses what is left of a body once everything it may hold is taken out.
///
/// # Errors
/// [`Refusal::Invalid`] with these members and what was refused before.
pub fn nothing_left(sent: &Map<String, Value>, mut errors: FieldErrors) -> Result<(), Refusal> {
    sent.keys().for_each(|name| errors.add(name, "There is no such field."));
    errors.finish()
}

/// Takes a member that is no field out of a body; one that is absent or `null` is the default.
pub fn take<T: DeserializeOwned + Default>(sent: &mut Map<String, Value>, name: &str, errors: &mut FieldErrors) -> T {
    let value = sent.remove(name).filter(|value| !value.is_null());
    value.map(serde_json::from_value).transpose().map_or_else(
        |error| {
            errors.add(name, error.to_string());
            T::default()
        },
        Option::unwrap_or_default,
    )
}

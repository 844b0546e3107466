//! One macro for every enumeration that is stored as text, sent as text and shown with a label. It
//! exists so that the three spellings cannot drift apart; it knows no noun.

/// Defines an enumeration with its stored spelling and its label. Serde, SQL and `FromStr` all use
/// the stored spelling.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "server", derive(sqlx::Type), sqlx(type_name = "TEXT"))]
        pub enum $name {
            $($(#[$vmeta])*
            #[doc = $label]
            #[serde(rename = $text)]
            #[cfg_attr(feature = "server", sqlx(rename = $text))]
            $variant,)+
        }

        impl $name {
            /// Every value, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling used in the database, on the wire and in addresses.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The words a person reads.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        #[cfg(feature = "server")]
        impl utoipa::PartialSchema for $name {
            // Derived, it would list the names of the variants, which nobody sends.
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::{ObjectBuilder, schema::Type};
                let meanings: Vec<String> =
                    Self::ALL.iter().map(|one| format!("`{}`: {}", one.as_str(), one.label())).collect();
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|one| one.as_str())))
                    .description(Some(meanings.join("; ")))
                    .into()
            }
        }

        #[cfg(feature = "server")]
        impl utoipa::ToSchema for $name {}

        impl $crate::field::FieldValue for $name {
            const CHOICES: &'static [(&'static str, &'static str)] = &[$(($text, $label)),+];
            field_value!(@in Text, |one| one.as_str().to_owned(), |text| text.parse());
        }

        impl std::str::FromStr for $name {
            type Err = $crate::refusal::UnknownText;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::refusal::UnknownText),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

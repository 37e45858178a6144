//! The shapes of what is answered: each is written once, as a struct, and from it come both the answer and what the document
//! says of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The schemas that a document refers to, by name.
#[derive(Default)]
pub struct Schemas(pub BTreeMap<&'static str, Value>);

/// What has a schema.
pub trait Shape {
    fn schema(all: &mut Schemas) -> Value;
}

macro_rules! plain {
    ($($kind:ty => $schema:tt),+ $(,)?) => {$(
        impl Shape for $kind {
            fn schema(_: &mut Schemas) -> Value {
                json!($schema)
            }
        }
    )+};
}

plain! {
    String => { "type": "string" },
    bool => { "type": "boolean" },
    i16 => { "type": "integer" },
    i32 => { "type": "integer" },
    i64 => { "type": "integer" },
    Uuid => { "type": "string", "format": "uuid" },
    DateTime<Utc> => { "type": "string", "format": "date-time" },
    NaiveDate => { "type": "string", "format": "date" },
}

impl<T: Shape> Shape for Vec<T> {
    fn schema(all: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::schema(all) })
    }
}

/// Not stated is null, never left out.
impl<T: Shape> Shape for Option<T> {
    fn schema(all: &mut Schemas) -> Value {
        json!({ "anyOf": [T::schema(all), { "type": "null" }] })
    }
}

/// A value of a closed list, as the database has it. `L` says which are possible.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(transparent)]
pub struct One<L> {
    value: String,
    #[serde(skip)]
    list: std::marker::PhantomData<L>,
}

/// A closed list.
pub trait List {
    fn values() -> Vec<&'static str>;
}

impl<L> One<L> {
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), list: std::marker::PhantomData }
    }
}

impl<L: List> Shape for One<L> {
    fn schema(_: &mut Schemas) -> Value {
        json!({ "type": "string", "enum": L::values() })
    }
}

macro_rules! lists {
    ($($kind:ty),+ $(,)?) => {$(
        impl $crate::features::api::shape::List for $kind {
            fn values() -> Vec<&'static str> {
                <$kind>::ALL.iter().map(|v| v.as_str()).collect()
            }
        }
    )+};
}
pub(super) use lists;

/// What a date looks like, in [`YEARS`](crate::kernel::date::YEARS).
pub const DATE: &str = "^(19[5-9][0-9]|20[0-9]{2}|2100)(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";

/// A date as precisely as it is stated: `2027`, `2027-03` or `2027-03-17`.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(transparent)]
pub struct Partial(pub String);

impl Shape for Partial {
    fn schema(_: &mut Schemas) -> Value {
        json!({ "type": "string", "pattern": DATE })
    }
}

/// A decimal number as text, so that nothing of it is rounded.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(transparent)]
pub struct Exact(pub String);

impl Shape for Exact {
    fn schema(_: &mut Schemas) -> Value {
        json!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" })
    }
}

/// A schema with what is said of it.
pub fn about(schema: Value, text: &str) -> Value {
    match schema {
        Value::Object(mut schema) => {
            schema.insert("description".to_owned(), Value::String(text.trim().to_owned()));
            Value::Object(schema)
        }
        other => other,
    }
}

/// The schema of a struct, once; and the reference to it. `fields`: made only where it is not there yet.
pub fn named(
    all: &mut Schemas,
    name: &'static str,
    text: &str,
    fields: impl FnOnce(&mut Schemas) -> Vec<(&'static str, Value)>,
) -> Value {
    if !all.0.contains_key(name) {
        // its place is taken first: a shape may hold itself
        all.0.insert(name, Value::Null);
        let fields = fields(all);
        let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let properties: Map<String, Value> =
            fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        all.0.insert(name, about(schema, text));
    }
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Defines structs that are answered. Every field is said something of; `r#type` is called `type`.
macro_rules! shapes {
    ($($(#[doc = $text:literal])+ $name:ident { $($(#[doc = $about:literal])+ $field:ident: $kind:ty,)+ })+) => {$(
        $(#[doc = $text])+
        #[derive(Debug, Clone, serde::Serialize)]
        pub struct $name { $($(#[doc = $about])+ pub $field: $kind,)+ }

        impl $crate::features::api::shape::Shape for $name {
            fn schema(all: &mut $crate::features::api::shape::Schemas) -> serde_json::Value {
                $crate::features::api::shape::named(all, stringify!($name), concat!($($text),+), |all| vec![$((
                    stringify!($field).trim_start_matches("r#"),
                    $crate::features::api::shape::about(
                        <$kind as $crate::features::api::shape::Shape>::schema(all), concat!($($about),+)),
                )),+])
            }
        }
    )+};
}
pub(super) use shapes;

shapes! {
    /// A thing with its name.
    Named {
        /// Its id.
        id: Uuid,
        /// Its name.
        name: String,
    }
}

/// Several of a kind, with where the next of them begin.
#[derive(Debug, serde::Serialize)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T: Shape> Shape for Listed<T> {
    fn schema(all: &mut Schemas) -> Value {
        json!({
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": T::schema(all) },
                "next": { "type": ["string", "null"], "description": "The cursor of what follows; null at the end." },
            },
            "required": ["items", "next"],
        })
    }
}

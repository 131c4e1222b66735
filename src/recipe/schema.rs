//! The recipe's JSON schema for editors, made of the same definitions that read recipes.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value as Json, json};

use super::illustrated::illustrate;
use super::raw::{Defined, Entries, Key, PartsByItem, Presence, Recipe, TestFile};
use crate::source::At;
use crate::units::Index;

/// The schema as JSON text, draft-07, which is what editors of TOML understand.
///
/// # Panics
/// Never: a schema is a plain JSON value.
pub fn schema() -> String {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Recipe>();
    schema.insert("title".to_owned(), json!("gapit-compile recipe"));
    // What a recipe needs it can inherit, so only a recipe that extends nothing has to hold it all.
    schema.insert("if".to_owned(), json!({ "not": { "required": ["extends"] } }));
    // What changes the inherited is of no use to it.
    let without = |keys: &[&str]| {
        let refused: serde_json::Map<String, Json> =
            keys.iter().map(|key| ((*key).to_owned(), json!(false))).collect();
        json!({ "items": { "properties": refused } })
    };
    let lists = json!({ "tiers": without(&["after", "remove"]), "rules": without(&["remove"]) });
    let whole = json!({ "required": ["pipeline", "argo", "items", "tiers"], "properties": lists });
    schema.insert("then".to_owned(), whole);
    if let Some(whole) = schema.as_object_mut() {
        illustrate(whole);
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

/// The schema of `*.test.toml` as JSON text (draft-07).
///
/// # Panics
/// Never: a schema is a plain JSON value.
pub fn test_schema() -> String {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<TestFile>();
    schema.insert("title".to_owned(), json!("gapit-compile test cases of a recipe"));
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

/// Names the keys that a table needs in whatever file it is written.
pub(super) fn require<T: Defined>(schema: &mut Schema) {
    let always = T::KEYS.iter().filter(|key| key.presence == Presence::Always);
    let required: Vec<&str> = always.map(|key| key.key).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
}

/// Places are not seen from outside: a value with a place is described as the value.
macro_rules! transparent {
    ($($wrapper:ident),*) => {$(
        impl<T: JsonSchema> JsonSchema for $wrapper<T> {
            fn inline_schema() -> bool {
                T::inline_schema()
            }

            fn schema_name() -> Cow<'static, str> {
                T::schema_name()
            }

            fn schema_id() -> Cow<'static, str> {
                T::schema_id()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                T::json_schema(generator)
            }
        }
    )*};
}

transparent!(At, Key);

impl JsonSchema for Entries {
    fn schema_name() -> Cow<'static, str> {
        "Entries".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

impl JsonSchema for PartsByItem {
    fn schema_name() -> Cow<'static, str> {
        "PartsByItem".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let parts = json!({ "type": "array", "items": { "type": "string" } });
        json_schema!({ "type": "object", "additionalProperties": parts })
    }
}

impl JsonSchema for Index {
    fn schema_name() -> Cow<'static, str> {
        "Index".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"] })
    }
}

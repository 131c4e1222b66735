//! The form of `decisions.toml` as it is written.

/// The JSON schema of the form, as `schemas/decisions.schema.json` holds it.
pub const SCHEMA: &str = include_str!("../../../schemas/decisions.schema.json");

/// The version of the form.
pub(super) const VERSION: i64 = 1;

/// The keys of the whole file.
pub(super) const FILE_KEYS: &[&str] = &["version", "decisions"];

/// The keys of a `[[decisions]]`.
pub(super) const ENTRY_KEYS: &[&str] = &["items", "retry", "skip", "done", "until"];

/// The keys of a `retry`.
pub(super) const RETRY_KEYS: &[&str] = &["tier", "reason"];

/// The schema that the form makes (draft-07). A test holds that it and the reader know the same keys.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<form::File>().to_value();
    let keys = schema.pointer_mut("/definitions/Decision/properties");
    for key in keys.and_then(serde_json::Value::as_object_mut).into_iter().flat_map(|keys| keys.values_mut())
    {
        // What can be left out is not taken for an empty text then.
        key.as_object_mut().and_then(|key| key.shift_remove("default"));
    }
    schema
}

#[cfg(feature = "schema")]
#[expect(
    dead_code,
    reason = "the schema is made of their shape; the reader looks at the tree, to tell every fault at once"
)]
mod form {
    /// What people decided about items of a run.
    #[derive(schemars::JsonSchema)]
    #[schemars(rename_all = "kebab-case", deny_unknown_fields, title = "gapit-compile decisions")]
    pub(super) struct File {
        /// The version of this form: 1.
        #[schemars(range(min = 1, max = 1))]
        version: u64,
        /// What was decided, an entry for items that share it.
        #[schemars(default)]
        decisions: Vec<Decision>,
    }

    /// One decision: exactly one of `retry`, `skip` and `done`.
    #[derive(schemars::JsonSchema)]
    #[schemars(rename_all = "kebab-case", deny_unknown_fields)]
    #[schemars(extend("oneOf" = [{ "required": ["retry"] }, { "required": ["skip"] }, { "required": ["done"] }]))]
    struct Decision {
        /// The items it speaks for: `"5, 28-31"`, or a list `[5, "28-31"]`. What is the name of an item is that item, also where it looks
        /// like a range or has a comma.
        items: Items,
        /// They run again.
        #[schemars(default)]
        retry: Retry,
        /// They are left, for this reason.
        #[schemars(default, length(min = 1))]
        skip: String,
        /// They are done whatever the evidence says, for this reason.
        #[schemars(default, length(min = 1))]
        done: String,
        /// For a parent that started later it is open again: a date and a time with a zone, without quotes.
        #[schemars(default, extend("format" = "date-time"))]
        until: String,
    }

    /// One text or a list of them.
    #[derive(schemars::JsonSchema)]
    #[schemars(untagged, inline)]
    enum Items {
        One(#[schemars(length(min = 1))] String),
        Several(#[schemars(length(min = 1))] Vec<Item>),
    }

    /// Names and ranges, or a number.
    #[derive(schemars::JsonSchema)]
    #[schemars(untagged, inline)]
    enum Item {
        Text(#[schemars(length(min = 1))] String),
        Number(u64),
    }

    /// How items run again.
    #[derive(Default, schemars::JsonSchema)]
    #[schemars(rename_all = "kebab-case", deny_unknown_fields)]
    struct Retry {
        /// `same`, `next`, or the name of a tier; an item never goes down.
        tier: String,
        /// Why.
        #[schemars(length(min = 1))]
        reason: String,
    }
}

//! How a table of the language is defined, and how any such table is read.

use super::value::Decode;
use crate::error::{Code, Fault, Faults};
use crate::recipe::parse::{Node, Table, Value};
use crate::source::{At, Place};
use crate::units::name::meant;

/// What became of a key.
#[derive(Debug, Clone, Default)]
pub(in crate::recipe) enum Key<T> {
    /// It is not written.
    #[default]
    Absent,
    /// It is written, and what is wrong with it has been said.
    Broken(Place),
    /// Its value.
    Given(At<T>),
}

impl<T> Key<T> {
    /// The value, if there is a sound one.
    pub(in crate::recipe) fn given(&self) -> Option<&At<T>> {
        match self {
            Self::Given(at) => Some(at),
            Self::Absent | Self::Broken(_) => None,
        }
    }

    /// Where it is written, sound or not.
    pub(in crate::recipe) fn place(&self) -> Option<&Place> {
        match self {
            Self::Absent => None,
            Self::Broken(place) => Some(place),
            Self::Given(at) => Some(&at.place),
        }
    }

    /// Whether it is written and has no sound value.
    pub(in crate::recipe) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// The sound value, or the default. A broken value gives the default too: its fault keeps the recipe from being made.
    pub(in crate::recipe) fn or(&self, default: T) -> T
    where
        T: Clone,
    {
        self.given().map_or(default, |at| at.value.clone())
    }
}

/// Whether a key has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recipe) enum Presence {
    /// It can be left out.
    Optional,
    /// It has to be there once everything inherited is laid under; the file at hand need not hold it.
    Resolved,
    /// It has to be there wherever the table is written. Only these are `required` in the JSON schema, because an editor sees
    /// one file and not what it extends.
    Always,
}

/// One key of a table.
#[derive(Debug)]
pub(in crate::recipe) struct KeyDefinition {
    /// Its spelling.
    pub(in crate::recipe) key: &'static str,
    /// Whether it has to be there.
    pub(in crate::recipe) presence: Presence,
    /// What it says, as in the schema.
    pub(in crate::recipe) about: &'static str,
    /// The keys of the table, or of each table of the list, that its value is; empty where it is none or its keys are the user's.
    pub(in crate::recipe) inner: &'static [KeyDefinition],
    /// What it is taken for where it is left out, in TOML; `None` where that depends on the run. An absent table whose keys have
    /// defaults is written `{}` here. The check gives these values, and a test holds the two together.
    pub(in crate::recipe) default: Option<&'static str>,
}

/// A table of the language.
pub(in crate::recipe) trait Defined {
    /// What messages call it.
    const TITLE: &'static str;
    /// All its keys.
    const KEYS: &'static [KeyDefinition];
}

/// The one default that a definition gives, if it gives one.
pub(in crate::recipe) const fn default_of(given: &[&'static str]) -> Option<&'static str> {
    match given {
        [default] => Some(default),
        _ => None,
    }
}

/// Defines a table: its title in messages, its Rust type, and a line a key with presence, spelling, field, type and default.
///
/// The `///` comments are the descriptions in the JSON schema and the help of a missing key; its examples come from
/// `tests/recipes/showpiece.toml` and `alone.toml`.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        $title:literal $name:ident {
            $(
                $(#[doc = $about:literal])+
                $(#[expect $expected:tt])?
                $presence:ident $key:literal $field:ident: $value:ty $(= $default:literal)?,
            )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(deny_unknown_fields, rename_all = "kebab-case"))]
        #[cfg_attr(feature = "schema", schemars(transform = crate::recipe::schema::require::<Self>))]
        pub(in crate::recipe) struct $name {
            $(
                $(#[doc = $about])+
                $(#[expect $expected])?
                #[cfg_attr(feature = "schema", schemars(rename = $key, default))]
                pub(in crate::recipe) $field: $crate::recipe::raw::Key<$value>,
            )+
        }

        impl $crate::recipe::raw::table::Defined for $name {
            const TITLE: &'static str = $title;
            const KEYS: &'static [$crate::recipe::raw::table::KeyDefinition] = &[$(
                $crate::recipe::raw::table::KeyDefinition {
                    key: $key,
                    presence: $crate::recipe::raw::table::Presence::$presence,
                    about: concat!($($about),+),
                    inner: <$value as $crate::recipe::raw::Decode>::TABLE,
                    default: $crate::recipe::raw::table::default_of(&[$($default)?]),
                },
            )+];
        }

        impl $crate::recipe::raw::Decode for $name {
            const SHAPE: $crate::recipe::raw::value::Shape = $crate::recipe::raw::value::Shape::Table;
            const TABLE: &'static [$crate::recipe::raw::table::KeyDefinition] =
                <Self as $crate::recipe::raw::table::Defined>::KEYS;

            fn decode(
                node: &$crate::recipe::parse::Node,
                key: &str,
                faults: &mut $crate::error::Faults,
            ) -> Option<Self> {
                let table = $crate::recipe::raw::table::open::<Self>(node, key, faults)?;
                Some(Self { $( $field: $crate::recipe::raw::key_of::<Self, _>(table, &node.place, $key, faults), )+ })
            }
        }
    };
}

/// The table that a node is, with each of its keys known.
pub(in crate::recipe) fn open<'a, T: Defined + Decode>(
    node: &'a Node,
    key: &str,
    faults: &mut Faults,
) -> Option<&'a Table> {
    let Value::Table(table) = &node.value else {
        faults.push(T::SHAPE.fault(node, key));
        return None;
    };
    for (key, _) in &table.entries {
        if T::KEYS.iter().all(|known| known.key != key.value) {
            faults.push(unknown_key::<T>(key));
        }
    }
    Some(table)
}

fn unknown_key<T: Defined>(key: &At<String>) -> Fault {
    let known: Vec<&str> = T::KEYS.iter().map(|known| known.key).collect();
    let meant = meant(&key.value, known.iter().copied());
    let message = format!("there is no key `{}` in {}", key.value, T::TITLE);
    let help = format!("{meant}the keys of {} are {}", T::TITLE, known.join(", "));
    Fault::new(Code::RecipeUnknownKey, message, help).at(&key.place, "unknown key")
}

/// The value of one key of a table; a fault if it has to be there and is not.
///
/// # Panics
/// If the key is not one of the table's: a mistake in this program.
pub(in crate::recipe) fn key_of<T: Defined, V: Decode>(
    table: &Table,
    place: &Place,
    key: &str,
    faults: &mut Faults,
) -> Key<V> {
    let Some(node) = table.get(key) else {
        let defined = T::KEYS.iter().find(|known| known.key == key).expect("only defined keys are asked for");
        if defined.presence != Presence::Optional {
            let message = format!("{} has no `{key}`", T::TITLE);
            let help = format!("add `{key}`.{}", defined.about);
            faults.push(
                Fault::new(Code::RecipeMissingKey, message, help).at(place, format!("`{key}` is missing")),
            );
        }
        return Key::Absent;
    };
    match V::decode(node, key, faults) {
        Some(value) => Key::Given(At::new(value, node.place.clone())),
        None => Key::Broken(node.place.clone()),
    }
}

//! Reading single values and lists: each says what it wants, and how the value at hand becomes that.

use std::fmt;

use super::table::KeyDefinition;
use crate::error::{Code, Fault, Faults};
use crate::recipe::parse::{Node, Value};
use crate::source::At;
use crate::units::Index;

/// A type that a value of the tree can be read as.
pub(in crate::recipe) trait Decode: Sized {
    /// The shape it is written in.
    const SHAPE: Shape;

    /// The keys of the table, or of each table of the list, that it is.
    const TABLE: &'static [KeyDefinition] = &[];

    /// Reads a value; what is wrong with it is pushed. `key` names the value in messages.
    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self>;
}

/// A shape of TOML that a key wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recipe) enum Shape {
    /// A text in quotes.
    String,
    /// A whole number.
    Integer,
    /// A number, whole or not.
    Number,
    /// A text in quotes, or a table.
    WordOrTable,
    /// `true` or `false`.
    Boolean,
    /// A text or a whole number.
    Index,
    /// A whole number or a range of them.
    Interval,
    /// `[ … ]`.
    List,
    /// `[key]` or `{ … }`.
    Table,
    /// `[[key]]`, once an entry.
    Tables,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "a string",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::WordOrTable => "a string or a table",
            Self::Boolean => "true or false",
            Self::Index => "a string or a whole number",
            Self::Interval => "a whole number or a range in quotes",
            Self::List => "a list",
            Self::Table => "a table",
            Self::Tables => "a list of tables",
        })
    }
}

impl Shape {
    /// The shape of a list of values of this shape.
    const fn listed(self) -> Self {
        match self {
            Self::Table => Self::Tables,
            _ => Self::List,
        }
    }

    /// The fault of a value that has another shape.
    pub(in crate::recipe) fn fault(self, node: &Node, key: &str) -> Fault {
        let found = kind(&node.value);
        let message = format!("`{key}` takes {self}, and this is {found}");
        Fault::new(Code::RecipeWrongType, message, self.way_out(node, key)).at(&node.place, found)
    }

    /// How to write the value at hand in this shape.
    fn way_out(self, node: &Node, key: &str) -> String {
        let written = node.place.text();
        match (self, &node.value) {
            (
                Self::String | Self::Index,
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_),
            ) => {
                format!("put it in quotes: `{key} = \"{written}\"`")
            }
            (Self::Integer | Self::Number | Self::Boolean, Value::String(text)) if is_bare(text) => {
                format!("write it without quotes: `{key} = {text}`")
            }
            (Self::String, Value::Array(items)) if items.len() == 1 => {
                "write the one value without brackets".to_owned()
            }
            (Self::List, Value::String(_) | Value::Integer(_)) => {
                format!("put it in brackets: `{key} = [{written}]`")
            }
            (Self::Tables, Value::Table(_)) => {
                format!("write the header with two brackets: `[[{key}]]`, once an entry")
            }
            (Self::Tables, _) => format!("each entry begins with a line `[[{key}]]`"),
            (Self::Table, _) => format!("write `[{key}]` with its keys below, or `{key} = {{ … }}`"),
            _ => format!("write {self}"),
        }
    }
}

/// What a value is, as messages call it.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "a truth value",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// Whether a text in quotes would be a number or a truth value without them.
fn is_bare(text: &str) -> bool {
    text.parse::<f64>().is_ok() || matches!(text, "true" | "false")
}

impl Decode for String {
    const SHAPE: Shape = Shape::String;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            Value::String(text) => Some(text.clone()),
            _ => refuse::<Self>(node, key, faults),
        }
    }
}

impl Decode for bool {
    const SHAPE: Shape = Shape::Boolean;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        match node.value {
            Value::Boolean(truth) => Some(truth),
            _ => refuse::<Self>(node, key, faults),
        }
    }
}

impl Decode for i64 {
    const SHAPE: Shape = Shape::Integer;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        match node.value {
            Value::Integer(number) => Some(number),
            _ => refuse::<Self>(node, key, faults),
        }
    }
}

/// Whole numbers that are not negative.
macro_rules! counts {
    ($($count:ty),*) => {$(
        impl Decode for $count {
            const SHAPE: Shape = Shape::Integer;

            fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
                let number = i64::decode(node, key, faults)?;
                let count = Self::try_from(number).ok();
                if count.is_none() {
                    let message = format!("`{key}` cannot be {number}");
                    let help = match number {
                        ..0 => "write a whole number, 0 or larger".to_owned(),
                        _ => format!("write a whole number up to {}", Self::MAX),
                    };
                    faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&node.place, "out of range"));
                }
                count
            }
        }
    )*};
}

counts!(u32, u64);

impl Decode for Index {
    const SHAPE: Shape = Shape::Index;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            Value::String(text) => Some(Self::new(text.clone())),
            Value::Integer(number) => Some(Self::new(number.to_string())),
            _ => refuse::<Self>(node, key, faults),
        }
    }
}

impl<T: Decode> Decode for Vec<At<T>> {
    const SHAPE: Shape = T::SHAPE.listed();
    const TABLE: &'static [KeyDefinition] = T::TABLE;

    /// All entries are looked at, and one broken entry breaks the list: a list with a hole would be reported as too short.
    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        let Value::Array(items) = &node.value else { return refuse::<Self>(node, key, faults) };
        let read: Vec<Option<At<T>>> = items
            .iter()
            .map(|item| T::decode(item, key, faults).map(|value| At::new(value, item.place.clone())))
            .collect();
        read.into_iter().collect()
    }
}

/// Says that the shape is another than wanted.
fn refuse<T: Decode>(node: &Node, key: &str, faults: &mut Faults) -> Option<T> {
    faults.push(T::SHAPE.fault(node, key));
    None
}

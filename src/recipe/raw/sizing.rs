//! `retry.tier`, and the factors of a retry.

use super::value::{Decode, Shape};
use super::{Defined as _, KeyDefinition};
use crate::error::{Code, Fault, Faults};
use crate::recipe::SizedFrom;
use crate::recipe::parse::{Node, Value};
use crate::units::Factor;

table! {
    /// The smallest tier that holds a multiple of the memory that was not enough.
    "retry.tier" Sizing {
        /// The memory to look for, as a multiple of what the item had; above 1.
        Resolved "memory-factor" memory_factor: Factor,
        /// What is multiplied. `peak`: the memory limit of its last attempt, or its peak where that is known and larger (default).
        /// `limit`: the limit alone.
        Optional "from" from: SizedFrom = "\"peak\"",
        /// The product is rounded up to a multiple of this, and is at least this much above the limit; default `1Gi`.
        Optional "min-step" min_step: String = "\"1Gi\"",
    }
}

/// A word, or a table that finds the tier by its memory.
#[derive(Debug, Clone)]
pub(in crate::recipe) enum TierChoice {
    /// `same`, `next`, or the name of a tier.
    Word(String),
    /// A multiple of the memory that it had.
    Sized(Sizing),
}

impl Decode for TierChoice {
    const SHAPE: Shape = Shape::WordOrTable;
    const TABLE: &'static [KeyDefinition] = Sizing::KEYS;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            Value::String(word) => Some(Self::Word(word.clone())),
            Value::Table(_) => Sizing::decode(node, key, faults).map(Self::Sized),
            _ => {
                faults.push(Self::SHAPE.fault(node, key));
                None
            }
        }
    }
}

impl Decode for Factor {
    const SHAPE: Shape = Shape::Number;

    /// From the digits as they were written, because the tree holds the nearest binary fraction.
    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        let written = match &node.value {
            Value::Integer(number) => number.to_string(),
            Value::Float(_) => node.place.text().to_owned(),
            _ => {
                faults.push(<Self as Decode>::SHAPE.fault(node, key));
                return None;
            }
        };
        let refuse = |why: &str| {
            let message = format!("`{key}` cannot be {written}: {why}");
            let fault =
                Fault::new(Code::RecipeBadQuantity, message, "write a decimal number such as 0.3 or 1.5");
            faults.push(fault.at(&node.place, "no factor"));
        };
        Self::parse(&written).map_err(refuse).ok()
    }
}

#[cfg(feature = "schema")]
mod described {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Sizing, TierChoice};
    use crate::units::Factor;

    impl JsonSchema for TierChoice {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "TierChoice".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({ "anyOf": [{ "type": "string" }, Sizing::json_schema(generator)] })
        }
    }

    impl JsonSchema for Factor {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "Factor".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "number" })
        }
    }
}

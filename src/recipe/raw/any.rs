//! `any = true` of a rule's `when`.

use super::value::{Decode, Shape};
use crate::error::{Code, Fault, Faults};
use crate::recipe::parse::Node;

/// `true`, where `false` would say nothing.
#[derive(Debug, Clone)]
pub(in crate::recipe) struct Any;

impl Decode for Any {
    const SHAPE: Shape = Shape::Boolean;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        if bool::decode(node, key, faults)? {
            return Some(Self);
        }
        let message = format!("`{key} = false` says nothing");
        let help = format!("remove it; for every item that is not done, write `{key} = true`");
        faults.push(Fault::new(Code::RecipeWrongType, message, help).at(&node.place, "only true"));
        None
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Any {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Any".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "boolean", "enum": [true] })
    }
}

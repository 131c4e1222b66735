//! Whole numbers and ranges of them in one list: `[2, "130..145"]`.

use super::value::{Decode, Shape};
use crate::error::{Code, Fault, Faults};
use crate::recipe::parse::{Node, Value};

/// A whole number, or `"FIRST..LAST"` with both ends; whether it is from 1 to `MOST` is settled in `check`.
#[derive(Debug, Clone, Copy)]
pub(in crate::recipe) struct Interval<const MOST: u32> {
    /// The first number.
    pub(in crate::recipe) first: i64,
    /// The last number, which belongs to it.
    pub(in crate::recipe) last: i64,
}

impl<const MOST: u32> Decode for Interval<MOST> {
    const SHAPE: Shape = Shape::Interval;

    fn decode(node: &Node, key: &str, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            Value::Integer(number) => Some(Self { first: *number, last: *number }),
            Value::String(text) => {
                let ends = ends(text);
                if ends.is_none() {
                    faults.push(no_range(node, text));
                }
                ends.map(|(first, last)| Self { first, last })
            }
            _ => {
                faults.push(Self::SHAPE.fault(node, key));
                None
            }
        }
    }
}

/// The two ends of a range.
fn ends(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once("..")?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn no_range(node: &Node, text: &str) -> Fault {
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let help = match numbers[..] {
        [one] if one == text.trim() => format!("write the number without quotes: {one}"),
        [first, last] => format!("write both ends with two dots between them: \"{first}..{last}\""),
        _ => "write a whole number, or both ends of a range with two dots between them: \"130..145\""
            .to_owned(),
    };
    Fault::new(Code::RecipeBadQuantity, format!("\"{text}\" is no range of whole numbers"), help)
        .at(&node.place, "not a range")
}

#[cfg(feature = "schema")]
impl<const MOST: u32> schemars::JsonSchema for Interval<MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("IntervalTo{MOST}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["integer", "string"],
            "minimum": 1,
            "maximum": MOST,
            "pattern": "^ *[0-9]+ *[.][.] *[0-9]+ *$",
        })
    }
}

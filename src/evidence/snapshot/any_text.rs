//! Values of a snapshot that need not have the JSON type that Argo's documentation gives them.

use std::fmt;

use jiff::Timestamp;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// What Argo's `AnyString` makes of a value: text as it is, everything else as its JSON (`pkg/apis/workflow/v1alpha1/anystring.go`); null
/// is absent.
pub(super) struct AnyText(pub(super) Option<String>);

impl<'de> Deserialize<'de> for AnyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = AnyText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<AnyText, E> {
                Ok(AnyText(Some(text.to_owned())))
            }
            fn visit_bool<E: Error>(self, flag: bool) -> Result<AnyText, E> {
                Ok(AnyText(Some(flag.to_string())))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<AnyText, E> {
                Ok(AnyText(Some(number.to_string())))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<AnyText, E> {
                Ok(AnyText(Some(number.to_string())))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<AnyText, E> {
                Ok(AnyText(Number::from_f64(number).map(|number| number.to_string())))
            }
            fn visit_unit<E: Error>(self) -> Result<AnyText, E> {
                Ok(AnyText(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AnyText, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(map)).map(|map| AnyText(Some(map.to_string())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<AnyText, A::Error> {
                Value::deserialize(SeqAccessDeserializer::new(list))
                    .map(|list| AnyText(Some(list.to_string())))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A time in RFC 3339. Go writes its zero time as null or as the year 1; both are absent.
pub(super) struct Time(pub(super) Option<Timestamp>);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as 2025-11-12T21:06:42Z")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
                if text.is_empty() || text.starts_with("0001-01-01T00:00:00") {
                    return Ok(Time(None));
                }
                let time =
                    text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self));
                Ok(Time(Some(time?)))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_text() {
        for (json, text) in [
            ("\"5\"", Some("5")),
            ("5", Some("5")),
            ("0.05", Some("0.05")),
            ("true", Some("true")),
            ("[1, \"a\"]", Some("[1,\"a\"]")),
            ("{\"a\": 1}", Some("{\"a\":1}")),
            ("null", None),
        ] {
            assert_eq!(serde_json::from_str::<AnyText>(json).unwrap().0.as_deref(), text);
        }
    }

    #[test]
    fn the_zero_time_is_absent_and_nonsense_is_refused() {
        let time = |text: &str| serde_json::from_str::<Time>(text).map(|time| time.0.map(|t| t.to_string()));
        assert_eq!(time("\"2025-11-12T21:06:42Z\"").unwrap().as_deref(), Some("2025-11-12T21:06:42Z"));
        assert_eq!(time("\"0001-01-01T00:00:00Z\"").unwrap(), None);
        assert!(time("\"yesterday\"").unwrap_err().to_string().contains("a time such as"));
    }
}

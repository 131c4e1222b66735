//! What a scalar means to `go.yaml.in/yaml/v2` 2.4.2 (`resolve.go`), behind `sigs.k8s.io/yaml` 1.6.0, which makes JSON of it.
//!
//! That is YAML 1.1 with exceptions: `yes`, `on` and `y` are booleans, `0755`, `0o755` and `0b11` are integers, `1_000` is 1000; but
//! `12:30` is a text (no base 60), and a date stays the text that it is.

use granit_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

/// The scalar as JSON has it.
///
/// # Errors
/// One sentence: a number that JSON lacks, or a text that is not what its tag says.
pub(super) fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain(text) } else { Ok(Value::from(text)) };
    };
    match tag.is_yaml_core_schema().then(|| tag.suffix()) {
        // Tags that the reader does not know leave a text, `!own 5` as well.
        None | Some("str" | "binary" | "timestamp") => Ok(Value::from(text)),
        Some(wanted @ ("bool" | "int" | "float" | "null")) => {
            let value = plain(text)?;
            let fits = match wanted {
                "bool" => value.is_boolean(),
                "int" => value.is_i64() || value.is_u64(),
                "float" => value.is_number(),
                _ => value.is_null(),
            };
            if fits { Ok(value) } else { Err(format!("`{text}` is tagged `!!{wanted}`, which it is not")) }
        }
        Some(_) => Ok(Value::from(text)),
    }
}

/// A scalar without quotes and tag.
fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(Value::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(Value::Bool(false));
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf"
        | "-.Inf" | "-.INF" => {
            return Err(format!(
                "`{text}` is a number of YAML that JSON does not have, and the API speaks JSON"
            ));
        }
        _ => {}
    }
    let number = match text.as_bytes()[0] {
        b'0'..=b'9' | b'+' | b'-' => {
            let bare = text.replace('_', "");
            integer(&bare).or_else(|| float(&bare))
        }
        b'.' => float(text),
        _ => None,
    };
    Ok(number.map_or_else(|| Value::from(text), Value::Number))
}

/// An integer as Go's `strconv.ParseInt` takes it with base 0: a sign, then decimal digits, or `0x`, `0b`, `0o` or a bare `0`
/// before digits of another base.
fn integer(text: &str) -> Option<Number> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let prefixed = |radix| (radix, &body[2..]);
    let (radix, digits) = match body.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => prefixed(16),
        Some("0b") => prefixed(2),
        Some("0o") => prefixed(8),
        Some(two) if two.starts_with('0') => (8, &body[1..]),
        _ => (10, body),
    };
    // Rust's own parser would take a second sign here.
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    if !negative {
        // A sign is for integers of 64 bits with one; above these there is none.
        let is_unsigned = !text.starts_with('+') || i64::try_from(size).is_ok();
        return is_unsigned.then(|| Number::from(size));
    }
    0i64.checked_sub_unsigned(size).map(Number::from)
}

/// A decimal number with a point, an exponent or too many digits for an integer.
fn float(text: &str) -> Option<Number> {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = body.split_once(['e', 'E']).map_or((body, None), |(m, e)| (m, Some(e)));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let bare = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !bare.is_empty() && digits(bare)
    });
    if !(is_mantissa && is_exponent) {
        return None;
    }
    number(text.parse().ok()?)
}

/// Go writes a whole number without a point, and what reads that JSON sees an integer.
fn number(value: f64) -> Option<Number> {
    let whole = format!("{value:.0}");
    let is_written_whole = value.fract() == 0.0 && value.abs() < 1e21;
    let integer =
        || whole.parse::<i64>().map(Number::from).or_else(|_| whole.parse::<u64>().map(Number::from)).ok();
    is_written_whole.then(integer).flatten().or_else(|| Number::from_f64(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What `sigs.k8s.io/yaml` 1.6.0 made of these words, each as a value behind `a: `.
    #[test]
    fn words_mean_what_they_mean_to_the_clients_of_a_cluster() {
        for (text, value) in [
            ("on", json!(true)),
            ("oN", json!("oN")),
            ("y", json!(true)),
            ("n", json!(false)),
            ("tRUE", json!("tRUE")),
            ("~", json!(null)),
            ("", json!(null)),
            ("-0", json!(0)),
            ("00", json!(0)),
            ("07", json!(7)),
            ("08", json!(8)),
            ("09.5", json!(9.5)),
            ("0755", json!(493)),
            ("-0755", json!(-493)),
            ("+12", json!(12)),
            ("0o7", json!(7)),
            ("0O17", json!(15)),
            ("0x1F", json!(31)),
            ("-0x1F", json!(-31)),
            ("0b11", json!(3)),
            ("-0b11", json!(-3)),
            ("0b12", json!("0b12")),
        ] {
            assert_eq!(plain(text), Ok(value), "{text}");
        }
    }

    /// From the same source.
    #[test]
    fn numbers_with_points_and_many_digits_mean_what_they_mean_there() {
        for (text, value) in [
            ("1_000", json!(1000)),
            ("1__0", json!(10)),
            ("1_", json!(1)),
            ("_1", json!("_1")),
            ("0x_f", json!(15)),
            ("1e3", json!(1000)),
            ("1E+3", json!(1000)),
            ("1.", json!(1)),
            ("1.0", json!(1)),
            ("-.5", json!(-0.5)),
            (".5e1", json!(5)),
            ("._5", json!("._5")),
            (".", json!(".")),
            ("+", json!("+")),
            ("--", json!("--")),
            ("+-1", json!("+-1")),
            ("1.5e", json!("1.5e")),
            ("1e400", json!("1e400")),
            ("inf", json!("inf")),
            ("12:30", json!("12:30")),
            ("190:20:30", json!("190:20:30")),
            ("2025-11-12", json!("2025-11-12")),
            ("9007199254740993", json!(9_007_199_254_740_993_i64)),
            ("9223372036854775808", json!(9_223_372_036_854_775_808_u64)),
            ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("-9223372036854775809", json!(i64::MIN)),
            ("1e21", json!(1e21)),
            ("0.0000001", json!(1e-7)),
            ("3.0.2", json!("3.0.2")),
            ("1,000", json!("1,000")),
            ("=", json!("=")),
            ("0x", json!("0x")),
            ("0o", json!("0o")),
            ("1p3", json!("1p3")),
            ("0x1.8", json!("0x1.8")),
            ("64Gi", json!("64Gi")),
        ] {
            assert_eq!(plain(text), Ok(value), "{text}");
        }
        for text in [".inf", "-.Inf", ".nan"] {
            assert!(plain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_tag_decides_before_the_word_does() {
        let core = |suffix: &str| Tag::new("tag:yaml.org,2002:", suffix);
        let read = |text: &str, style, tag: Tag| resolve(text, style, Some(&tag));
        assert_eq!(read("5", ScalarStyle::Plain, core("str")), Ok(json!("5")));
        assert_eq!(read("5", ScalarStyle::DoubleQuoted, core("int")), Ok(json!(5)));
        assert_eq!(read("5", ScalarStyle::Plain, core("float")), Ok(json!(5)));
        assert_eq!(read("5", ScalarStyle::Plain, Tag::new("!", "own")), Ok(json!("5")));
        assert_eq!(
            read("x", ScalarStyle::Plain, core("int")),
            Err("`x` is tagged `!!int`, which it is not".to_owned())
        );
    }
}

//! Types and formats as an API server reads them from JSON.

use serde_json::Value;

use super::facts::{Format, Kind};

/// The greatest whole number that a float holds exactly: beyond it an API server sees no integer.
const FLOAT_MAX: f64 = 9_007_199_254_740_991.0;

/// The integer that a number is: `5.0` is 5, `5.5` is none.
pub(super) fn integer(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else { return None };
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "the guard keeps it where floats are exact")]
        (number.is_f64() && float.fract() == 0.0 && float.abs() <= FLOAT_MAX).then_some(float as i64)
    })
}

/// Whether a value is of a type; null is of none.
pub(super) fn is(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Boolean => value.is_boolean(),
        Kind::Integer => integer(value).is_some(),
        Kind::Number => value.is_number(),
        Kind::String => value.is_string(),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
    }
}

/// What a value should be and is not; nothing where it has the format.
pub(super) fn broken(value: &Value, format: Format) -> Option<&'static str> {
    let (good, meant) = match format {
        Format::Int32 => (
            integer(value).is_none_or(|number| i32::try_from(number).is_ok()),
            "a number from -2147483648 to 2147483647",
        ),
        // A number that 64 bits do not hold is no integer: its type is refused.
        Format::Int64 => (true, ""),
        Format::DateTime => {
            (value.as_str().is_none_or(is_date_time), "a date and time such as 2026-01-31T08:30:00Z")
        }
        Format::Byte => (value.as_str().is_none_or(is_base64), "base64"),
    };
    (!good).then_some(meant)
}

/// Whether a text is a date and time of RFC 3339, as Go's `time.RFC3339` reads one.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let Some(zone) = time.find(['Z', '+', '-']) else { return false };
    let (clock, zone) = time.split_at(zone);
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, part)| (clock, Some(part)));
    let numbers = |text: &str, by: char, widths: &[usize]| -> Option<Vec<u32>> {
        let parts: Vec<&str> = text.split(by).collect();
        let fits = parts.len() == widths.len()
            && parts.iter().zip(widths).all(|(part, width)| part.len() == *width && digits(part));
        fits.then(|| parts.iter().filter_map(|part| part.parse().ok()).collect())
    };
    let date = numbers(date, '-', &[4, 2, 2])
        .is_some_and(|date| (1..=12).contains(&date[1]) && (1..=days(date[0], date[1])).contains(&date[2]));
    let clock =
        numbers(clock, ':', &[2, 2, 2]).is_some_and(|clock| clock[0] < 24 && clock[1] < 60 && clock[2] < 60);
    let zone = zone == "Z"
        || numbers(&zone[1..], ':', &[2, 2]).is_some_and(|offset| offset[0] < 24 && offset[1] < 60);
    date && clock && zone && fraction.is_none_or(|part| !part.is_empty() && digits(part))
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Whether a text is base64 with its padding; line ends are passed over, as Go's decoder does.
fn is_base64(text: &str) -> bool {
    let kept: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let body = kept.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    kept.len().is_multiple_of(4)
        && kept.len() - body <= 2
        && kept[..body].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_float_without_a_fraction_is_an_integer() {
        assert_eq!(integer(&json!(5.0)), Some(5));
        assert_eq!(integer(&json!(-5)), Some(-5));
        for none in [json!(5.5), json!("5"), json!(1e300), json!(u64::MAX), json!(null)] {
            assert_eq!(integer(&none), None, "{none}");
        }
    }

    #[test]
    fn thirty_two_bits_end_where_they_end() {
        assert_eq!(broken(&json!(i64::from(i32::MAX)), Format::Int32), None);
        assert!(broken(&json!(i64::from(i32::MAX) + 1), Format::Int32).is_some());
        assert_eq!(broken(&json!(i64::MAX), Format::Int64), None);
    }

    #[test]
    fn dates_and_times_are_those_of_rfc_3339() {
        for good in ["2026-01-31T08:30:00Z", "2024-02-29T00:00:00.123456+02:00", "2026-12-01T23:59:59-08:00"]
        {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "2026-01-31",
            "2026-01-31 08:30:00Z",
            "2026-02-29T00:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T08:30:00",
            "2026-01-31T08:30:00.Z",
            "2026-13-01T08:30:00Z",
            "",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn base64_has_its_padding() {
        for good in ["", "aGVsbG8=", "aGk=", "YQ==", "aGVs\nbG8h"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["aGVsbG8", "a===", "aGV$bG8=", "=aGk"] {
            assert!(!is_base64(bad), "{bad}");
        }
    }
}

//! Numbers, and texts that some reader would take for one.

use serde_json::Number;

/// A number as YAML 1.1 and 1.2 both read it: a float with an exponent needs a dot and a signed exponent in 1.1
/// (YAML 1.1 type repository, `float`), or it is a string there.
pub(super) fn written(number: &Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let dot = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{dot}e{sign}{exponent}")
}

/// Whether any reader might see a number. Wider than each grammar alone (it takes `3.0.2` and `1,000` too, as YAML 1.1's type
/// repository and Ruby's reader do), because a needless pair of quotes costs nothing and a number for a string breaks a manifest.
pub(super) fn looks_like_one(text: &str) -> bool {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    is_only_marks(body) || is_not_finite(body) || has_radix(body) || is_decimal(body)
}

/// Nothing but signs and dots: `+`, `.`, `--`.
fn is_only_marks(body: &str) -> bool {
    body.chars().all(|c| matches!(c, '-' | '+' | '.'))
}

/// `.inf`, `.nan`, and the bare words that old Go readers hand to their float parser.
fn is_not_finite(body: &str) -> bool {
    let word = body.strip_prefix('.').unwrap_or(body).to_ascii_lowercase();
    matches!(word.as_str(), "inf" | "infinity" | "nan")
}

/// `0x1F`, `0o7`, `0b101`, also with `_`, and Go's hexadecimal floats `0x1p-2`.
fn has_radix(body: &str) -> bool {
    let mut chars = body.chars();
    if chars.next() != Some('0') {
        return false;
    }
    match chars.next().map(|c| c.to_ascii_lowercase()) {
        Some('x') => chars.all(|c| c.is_ascii_hexdigit() || matches!(c, '_' | '.' | 'p' | 'P' | '+' | '-')),
        Some('o' | 'b') => chars.all(|c| c.is_ascii_digit() || c == '_'),
        _ => false,
    }
}

/// Decimal, octal by a leading zero, base sixty (`12:30`), fractions, groups by `_` or `,`, with or without an exponent.
fn is_decimal(body: &str) -> bool {
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['-', '+']).unwrap_or(exponent)),
        None => (body, ""),
    };
    mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && mantissa.contains(|c: char| c.is_ascii_digit())
        && mantissa.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | ',' | '.' | ':'))
        && exponent.chars().all(|c| c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_reader_would_take_for_numbers_are_known() {
        for text in [
            "0",
            "+1",
            "-7",
            "017",
            "08",
            "0o7",
            "0x1F",
            "-0xff",
            "0b101",
            "1_000",
            "1,000",
            "28,29,30",
            "1e3",
            "1.5E-3",
            ".5",
            "5.",
            "12:30",
            "190:20:30",
            "1:2.5",
            "-12:30.5",
            ".inf",
            "-.INF",
            ".NaN",
            "+Inf",
            "3.0.2",
            "1e400",
            "0x1p-2",
            "+",
            ".",
        ] {
            assert!(looks_like_one(text), "{text}");
        }
    }

    #[test]
    fn names_and_quantities_are_not_numbers() {
        for text in [
            "5m", "64Gi", "1.5h", "gapit3", "0a", "v3.1", "e5", "1e3x", "168h", "trait-5", "a:b", "0xg",
            "-x", "3b1c",
        ] {
            assert!(!looks_like_one(text), "{text}");
        }
    }

    #[test]
    fn a_float_keeps_its_dot_and_the_sign_of_its_exponent() {
        for (number, text) in
            [("1e300", "1.0e+300"), ("1.5e-9", "1.5e-9"), ("0.5", "0.5"), ("3", "3"), ("-0.0", "-0.0")]
        {
            let number: Number = serde_json::from_str(number).unwrap();
            assert_eq!(written(&number), text);
        }
    }
}

//! The Kubernetes quantity: a decimal number with a binary, decimal or exponent suffix.
//!
//! Source: Kubernetes, `apimachinery/pkg/api/resource/quantity.go`, the grammar in the comment of `Quantity`.

/// Thousandths of the base unit (bytes, cores), or what is wrong with the text.
pub fn parse_milli(text: &str) -> Result<u128, &'static str> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if number.is_empty() || (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return Err("it does not begin with a number");
    }
    let (multiply, divide) =
        scale(suffix).ok_or("its suffix is not one of m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei")?;
    let shift = u32::try_from(fraction.len()).ok().filter(|n| *n <= 9).ok_or("it has too many decimals")?;
    let value: u128 = format!("{whole}{fraction}").parse().map_err(|_| "it is too large")?;
    let milli = value.checked_mul(multiply).and_then(|v| v.checked_mul(1000)).ok_or("it is too large")?;
    Ok(milli.div_ceil(divide * 10_u128.pow(shift)))
}

/// A suffix as a multiplier and a divisor.
fn scale(suffix: &str) -> Option<(u128, u128)> {
    let binary = |power: u32| Some((1_u128 << (10 * power), 1));
    let decimal = |power: u32| Some((10_u128.pow(power), 1));
    match suffix {
        "" => Some((1, 1)),
        "n" => Some((1, 1_000_000_000)),
        "u" => Some((1, 1_000_000)),
        "m" => Some((1, 1000)),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        exponent => {
            let power: i32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
            match power {
                0..=18 => decimal(power.unsigned_abs()),
                -9..=-1 => Some((1, 10_u128.pow(power.unsigned_abs()))),
                _ => None,
            }
        }
    }
}

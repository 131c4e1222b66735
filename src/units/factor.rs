//! A decimal number that lengths and sizes are multiplied by, kept as it was written: `1.4` is fourteen tenths, not the nearest binary fraction.

use std::fmt;

/// More digits than these would not be told apart where a factor is written out again.
const DIGITS_AT_MOST: usize = 15;

/// What is wrong with a number that has more.
const TOO_MANY: &str = "it has too many digits";

/// A factor that is not negative, as two whole numbers: 1.25 is 125 parts, of which a whole one has ten to the power of 2 decimals.
///
/// The last decimal is never 0, so that equal factors are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Factor {
    parts: u64,
    decimals: u32,
}

impl Factor {
    /// Half as much again.
    pub const ONE_AND_A_HALF: Self = Self { parts: 15, decimals: 1 };

    /// Three tenths.
    pub const THREE_TENTHS: Self = Self { parts: 3, decimals: 1 };

    /// The whole.
    pub const ONE: Self = Self { parts: 1, decimals: 0 };

    /// Reads a decimal number with a point or an exponent or both, as TOML writes one; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const NO_NUMBER: &str = "it is no decimal number";
        let text = text.replace('_', "");
        let text = text.strip_prefix('+').unwrap_or(&text);
        if text.starts_with('-') {
            return Err("it is negative");
        }
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().map_err(|_| NO_NUMBER)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return Err(NO_NUMBER);
        }
        let digits = format!("{whole}{fraction}");
        let kept = digits.trim_end_matches('0');
        let significant = kept.trim_start_matches('0').len();
        if significant == 0 {
            return Ok(Self { parts: 0, decimals: 0 });
        }
        // The last digit that is kept stands so many places behind the point; below 0, so many whole zeros follow it.
        let behind = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let places = behind(fraction.len()) - behind(digits.len() - kept.len()) - i64::from(exponent);
        let zeros = usize::try_from(places.min(0).unsigned_abs()).unwrap_or(usize::MAX);
        let decimals = u32::try_from(places.max(0)).map_err(|_| TOO_MANY)?;
        if zeros > DIGITS_AT_MOST || significant + zeros > DIGITS_AT_MOST || decimals > 15 {
            return Err(TOO_MANY);
        }
        let parts = format!("{kept}{}", "0".repeat(zeros)).parse().map_err(|_| TOO_MANY)?;
        Ok(Self { parts, decimals })
    }

    /// Whether it is so many whole ones at most.
    pub fn is_at_most(self, whole: u64) -> bool {
        u128::from(self.parts) <= u128::from(whole) * self.one()
    }

    /// Whether it is less than so many whole ones.
    pub fn is_below(self, whole: u64) -> bool {
        u128::from(self.parts) < u128::from(whole) * self.one()
    }

    /// So many times an amount, rounded up to a whole one; no amount wraps round to a small one.
    pub fn times(self, amount: u64) -> u64 {
        let product = (u128::from(amount) * u128::from(self.parts)).div_ceil(self.one());
        u64::try_from(product).unwrap_or(u64::MAX)
    }

    /// Whether so many of a number are more than this share of it.
    pub fn is_exceeded_by(self, some: u64, of: u64) -> bool {
        u128::from(some) * self.one() > u128::from(self.parts) * u128::from(of)
    }

    /// The binary fraction that is nearest to it, for formats that have no other numbers.
    #[expect(
        clippy::cast_precision_loss,
        reason = "both numbers have at most fifteen digits and a one, and are exact"
    )]
    pub fn nearest(self) -> f64 {
        self.parts as f64 / self.one() as f64
    }

    /// What a whole one has parts.
    fn one(self) -> u128 {
        10_u128.pow(self.decimals)
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (u128::from(self.parts) / self.one(), u128::from(self.parts) % self.one());
        match self.decimals {
            0 => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{rest:0width$}", width = decimals as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(text: &str) -> Factor {
        Factor::parse(text).unwrap()
    }

    #[test]
    fn what_is_written_is_what_is_shown() {
        for (text, shown) in [
            ("1.5", "1.5"),
            ("+1.50", "1.5"),
            ("2", "2"),
            ("100", "100"),
            ("1_0.2_5", "10.25"),
            ("15e-1", "1.5"),
            ("0.15e1", "1.5"),
            ("1e2", "100"),
            ("0.000", "0"),
            ("1.00000000000001", "1.00000000000001"),
        ] {
            assert_eq!(factor(text).to_string(), shown, "{text}");
        }
        assert_eq!(factor("1.5"), Factor::ONE_AND_A_HALF);
    }

    #[test]
    fn a_product_is_exact_and_rounded_up() {
        // In binary fractions 1.1 times 10 is a little more than 11.
        assert_eq!(factor("1.1").times(10), 11);
        assert_eq!(factor("1.5").times(72 << 30), 108 << 30);
        assert_eq!(factor("1.4").times(9_007_199_254_740_993), 12_610_078_956_637_391);
        assert_eq!(factor("1.000000000001").times(3), 4);
        assert_eq!(factor("100").times(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_share_is_exceeded_by_one_more_than_it() {
        // In binary fractions 0.29 of 100 is a little less than 29.
        for (share, limit, of) in [
            ("0.29", 29, 100),
            ("0.07", 7, 100),
            ("0.57", 57, 100),
            ("0.3", 55, 186),
            ("1", 5, 5),
            ("0", 0, 5),
        ] {
            assert!(!factor(share).is_exceeded_by(limit, of), "{limit} of {of} are not more than {share}");
            assert!(
                factor(share).is_exceeded_by(limit + 1, of),
                "{} of {of} are more than {share}",
                limit + 1
            );
            assert_eq!(factor(share).nearest().to_string(), share);
        }
    }

    #[test]
    fn bounds_are_exact_too() {
        assert!(factor("1").is_at_most(1) && !factor("1.0000001").is_at_most(1));
        assert!(factor("0.9999999").is_below(1) && !factor("1.0").is_below(1));
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        for (text, word) in [
            ("", "no decimal"),
            ("nan", "no decimal"),
            ("inf", "no decimal"),
            ("-1.5", "negative"),
            (".5", "no decimal"),
            ("0x10", "no decimal"),
            ("1.2.3", "no decimal"),
            ("1.0000000000000001", "digits"),
            ("1e300", "digits"),
            ("1e-300", "digits"),
            ("1e99999999999", "no decimal"),
        ] {
            assert!(Factor::parse(text).unwrap_err().contains(word), "{text}");
        }
    }
}

//! A length of time.

use std::fmt;

use super::Factor;

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct Seconds(pub u64);

impl Seconds {
    /// Reads `7d`, `36h`, `1h30m`, `90s`: whole numbers with the units d, h, m, s, largest first.
    ///
    /// A bare number is refused: Argo reads it as seconds in a `backoff` (`ParseStringToDuration` in
    /// `pkg/apis/workflow/v1alpha1/utils.go`) and refuses it as a `timeout` (`validateTemplate` in `workflow/validate/validate.go`).
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "it is not a duration such as 7d, 36h, 1h30m or 90s";
        let mut rest = text;
        let mut total = 0_u64;
        let mut smallest = u64::MAX;
        while !rest.is_empty() {
            let digits =
                rest.find(|c: char| !c.is_ascii_digit()).ok_or("it has no unit: write d, h, m or s")?;
            let (number, tail) = rest.split_at(digits);
            let mut characters = tail.chars();
            let unit = match characters.next() {
                Some('d') => 86_400,
                Some('h') => 3600,
                Some('m') => 60,
                Some('s') => 1,
                _ => return Err(EXPECTED),
            };
            if number.is_empty() || unit >= smallest {
                return Err(EXPECTED);
            }
            smallest = unit;
            let count: u64 = number.parse().map_err(|_| "it is too long")?;
            total = count.checked_mul(unit).and_then(|s| total.checked_add(s)).ok_or("it is too long")?;
            rest = characters.as_str();
        }
        if total == 0 {
            return Err(if text.is_empty() { EXPECTED } else { "it is no time at all" });
        }
        Ok(Self(total))
    }

    /// Reads a duration as Argo writes one: a bare number of seconds, or Go's `time.ParseDuration` form; fractions are cut.
    ///
    /// Source: Argo 4.1.2, `pkg/apis/workflow/v1alpha1/utils.go`, `ParseStringToDuration`.
    pub fn parse_argo(text: &str) -> Option<Self> {
        if let Ok(seconds) = text.parse() {
            return Some(Self(seconds));
        }
        let mut rest = text;
        let mut total = 0.0_f64;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let number: f64 = rest[..digits].parse().ok()?;
            let tail = &rest[digits..];
            let (unit, scale) =
                [("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("h", 3600.0), ("m", 60.0), ("s", 1.0)]
                    .into_iter()
                    .find(|(unit, _)| tail.starts_with(unit))?;
            total += number * scale;
            rest = &tail[unit.len()..];
        }
        (!text.is_empty() && total < 1e15).then(|| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "bounded above; fractions are cut"
            )]
            let seconds = total as u64;
            Self(seconds)
        })
    }

    /// As Argo reads it: hours, minutes and seconds, no days (Go's `time.ParseDuration` has no `d`).
    pub fn to_argo(self) -> String {
        let (hours, minutes, seconds) = (self.0 / 3600, self.0 % 3600 / 60, self.0 % 60);
        [(hours, 'h'), (minutes, 'm'), (seconds, 's')]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count}{unit}"))
            .collect()
    }

    /// This length times a factor, rounded up to a whole second.
    pub fn times(self, factor: Factor) -> Self {
        Self(factor.times(self.0))
    }

    /// So many times this length, one after the other.
    pub fn repeated(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// This length and another.
    pub fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Rounded up to the whole hour.
    pub fn up_to_hour(self) -> Self {
        Self(self.0.div_ceil(3600).saturating_mul(3600))
    }
}

impl fmt::Display for Seconds {
    /// `10 d 12 h`, `6 h`, `45 min`, `32 s`: the two largest units that count.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
        let first = units.iter().position(|(size, _)| self.0 >= *size).unwrap_or(3);
        let (size, name) = units[first];
        write!(f, "{} {name}", self.0 / size)?;
        if let Some((next, unit)) = units.get(first + 1) {
            let rest = self.0 % size / next;
            if rest > 0 {
                write!(f, " {rest} {unit}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_shown_and_written_for_argo() {
        for (text, seconds, shown, argo) in [
            ("7d", 604_800, "7 d", "168h"),
            ("1h30m", 5400, "1 h 30 min", "1h30m"),
            ("90s", 90, "1 min 30 s", "1m30s"),
            ("10d12h", 907_200, "10 d 12 h", "252h"),
        ] {
            let read = Seconds::parse(text).unwrap();
            assert_eq!((read.0, read.to_string().as_str(), read.to_argo().as_str()), (seconds, shown, argo));
        }
        assert_eq!(Seconds::parse_argo("1h0.5m"), Some(Seconds(3630)));
        assert_eq!(Seconds::parse_argo("120"), Some(Seconds(120)));
        assert_eq!(Seconds::parse_argo("30d"), None);
    }

    #[test]
    fn no_arithmetic_wraps_a_length_round_to_a_short_one() {
        let longest = Seconds(u64::MAX);
        let sums = [
            longest.up_to_hour(),
            longest.repeated(2),
            longest.and(Seconds(1)),
            longest.times(Factor::ONE_AND_A_HALF),
        ];
        assert!(sums.iter().all(|sum| *sum == longest), "{sums:?}");
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        for (text, word) in [
            ("", "not a duration"),
            ("7", "unit"),
            ("7w", "not"),
            ("30m1h", "not"),
            ("0s", "no time"),
            ("d", "not"),
        ] {
            assert!(Seconds::parse(text).unwrap_err().contains(word), "{text}");
        }
    }
}

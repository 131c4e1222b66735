//! An amount of memory.

use std::fmt;

use super::quantity::parse_milli;

/// Memory in bytes, remembered as it was written (`96Gi`), compared by size.
#[derive(Debug, Clone)]
pub struct Memory {
    bytes: u64,
    written: String,
}

impl Memory {
    /// Reads a Kubernetes quantity of bytes (`64Gi`, `500M`, `1e9`); the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let milli = parse_milli(text)?;
        let bytes = u64::try_from(milli.div_ceil(1000)).map_err(|_| "it is too large")?;
        if bytes == 0 {
            return Err("it is nothing at all");
        }
        Ok(Self { bytes, written: text.to_owned() })
    }

    /// The largest binary unit that divides it: `103079215104` is `96Gi`.
    pub fn from_bytes(bytes: u64) -> Self {
        let written = [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)]
            .into_iter()
            .find(|(_, shift)| bytes >= 1 << shift && bytes.trailing_zeros() >= *shift)
            .map_or_else(|| bytes.to_string(), |(unit, shift)| format!("{}{unit}", bytes >> shift));
        Self { bytes, written }
    }

    /// The size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The size with one decimal, cut and not rounded up, in the largest binary unit that it fills: a measured amount has no round number.
    pub fn about(&self) -> String {
        let unit = [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];
        let fills = unit.into_iter().find(|(_, shift)| self.bytes >= 1 << shift);
        fills.map_or_else(
            || self.bytes.to_string(),
            |(unit, shift)| {
                let tenths = (u128::from(self.bytes) * 10) >> shift;
                if tenths.is_multiple_of(10) {
                    format!("{}{unit}", tenths / 10)
                } else {
                    format!("{}.{}{unit}", tenths / 10, tenths % 10)
                }
            },
        )
    }
}

impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Memory {}

impl PartialOrd for Memory {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Memory {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_compared_by_size_and_shown_as_written() {
        assert_eq!(Memory::parse("1Gi").unwrap(), Memory::parse("1073741824").unwrap());
        assert!(Memory::parse("64Gi").unwrap() < Memory::parse("72Gi").unwrap());
        assert_eq!(Memory::parse("1.5Gi").unwrap().bytes(), 1_610_612_736);
        assert_eq!(Memory::parse("1e9").unwrap(), Memory::parse("1G").unwrap());
        assert_eq!(Memory::parse("104Gi").unwrap().to_string(), "104Gi");
        assert_eq!(Memory::from_bytes(480 << 30).to_string(), "480Gi");
    }

    #[test]
    fn a_measured_amount_is_shown_with_one_decimal() {
        for (bytes, shown) in [
            (95 << 30, "95Gi"),
            (102_387_654_321, "95.3Gi"),
            (64 * (1 << 30) - 1, "63.9Gi"),
            // 68.4Gi, up to the next whole byte: cut in two steps, it was 68.3Gi.
            (73_443_940_762, "68.4Gi"),
            (73_443_940_761, "68.3Gi"),
            (107_374_183, "102.4Mi"),
            (1 << 20, "1Mi"),
            (1023, "1023"),
            (u64::MAX, "16777215.9Ti"),
        ] {
            assert_eq!(Memory::from_bytes(bytes).about(), shown);
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        for (text, word) in [
            ("", "number"),
            ("Gi", "number"),
            ("96gb", "suffix"),
            ("96 Gi", "suffix"),
            ("0", "nothing"),
            ("-1Gi", "number"),
        ] {
            assert!(Memory::parse(text).unwrap_err().contains(word), "{text}");
        }
    }
}

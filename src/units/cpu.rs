//! An amount of CPU.

use std::fmt;

use super::quantity::parse_milli;

/// CPU in thousandths of a core, remembered as it was written (`16`, `1500m`).
#[derive(Debug, Clone)]
pub struct Cpu {
    milli: u64,
    written: String,
}

impl Cpu {
    /// Reads a Kubernetes quantity of cores (`16`, `0.5`, `1500m`); the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let milli = u64::try_from(parse_milli(text)?).map_err(|_| "it is too large")?;
        if milli == 0 {
            return Err("it is nothing at all");
        }
        Ok(Self { milli, written: text.to_owned() })
    }

    /// Whole cores if possible, else thousandths.
    pub fn from_milli(milli: u64) -> Self {
        let written =
            if milli.is_multiple_of(1000) { (milli / 1000).to_string() } else { format!("{milli}m") };
        Self { milli, written }
    }

    /// In a sentence: `1 core`, `0.5 cores`, `16 cores`.
    pub fn in_words(&self) -> String {
        let (whole, rest) = (self.milli / 1000, self.milli % 1000);
        let rest =
            if rest == 0 { String::new() } else { format!(".{rest:03}").trim_end_matches('0').to_owned() };
        let s = if self.milli == 1000 { "" } else { "s" };
        format!("{whole}{rest} core{s}")
    }

    /// Thousandths of a core.
    pub fn milli(&self) -> u64 {
        self.milli
    }

    /// How many threads to start on it: whole cores, at least one.
    pub fn threads(&self) -> u64 {
        (self.milli / 1000).max(1)
    }
}

impl PartialEq for Cpu {
    fn eq(&self, other: &Self) -> bool {
        self.milli == other.milli
    }
}

impl Eq for Cpu {}

impl PartialOrd for Cpu {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cpu {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.milli.cmp(&other.milli)
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_count_cores() {
        for (written, words) in [
            ("1", "1 core"),
            ("1000m", "1 core"),
            ("500m", "0.5 cores"),
            ("16", "16 cores"),
            ("1250m", "1.25 cores"),
            ("1m", "0.001 cores"),
        ] {
            assert_eq!(Cpu::parse(written).unwrap().in_words(), words);
        }
    }

    #[test]
    fn threads_are_whole_cores_and_never_none() {
        for (text, threads) in [("16", 16), ("2.5", 2), ("1500m", 1), ("0.5", 1), ("100m", 1)] {
            assert_eq!(Cpu::parse(text).unwrap().threads(), threads, "{text}");
        }
        assert_eq!(Cpu::from_milli(48_000).to_string(), "48");
        assert_eq!(Cpu::from_milli(1500).to_string(), "1500m");
        assert!(Cpu::parse("many").is_err());
    }
}

//! The versions of Argo Workflows whose schema and semantics are known here.

use std::fmt;
use std::str::FromStr;

/// A version of Argo, without the last number: nothing that is verified here changes within one. In order of release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArgoVersion {
    /// 3.7, with its full CRDs; a default installation has the minimal ones, which validate nothing.
    V3_7,
    /// 4.0, the first that is installed with the full CRDs, and the first where `mutex` and `semaphore` do nothing.
    V4_0,
    /// 4.1.
    V4_1,
}

impl ArgoVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::V3_7, Self::V4_0, Self::V4_1];

    /// The version that is taken where none is named: the newest.
    pub const NEWEST: Self = Self::V4_1;

    /// As a person writes it: `4.1`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V3_7 => "3.7",
            Self::V4_0 => "4.0",
            Self::V4_1 => "4.1",
        }
    }
}

impl fmt::Display for ArgoVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A text that is the version of no Argo known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownArgoVersion;

impl fmt::Display for UnknownArgoVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = ArgoVersion::ALL.into_iter().map(ArgoVersion::as_str).collect();
        write!(formatter, "the versions known here are {}", known.join(", "))
    }
}

impl std::error::Error for UnknownArgoVersion {}

impl FromStr for ArgoVersion {
    type Err = UnknownArgoVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|version| version.as_str() == text).ok_or(UnknownArgoVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_reads_back_and_they_are_in_order() {
        for version in ArgoVersion::ALL {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        assert!(ArgoVersion::ALL.is_sorted());
        assert_eq!(ArgoVersion::ALL.last(), Some(&ArgoVersion::NEWEST));
    }

    #[test]
    fn another_version_is_answered_with_the_known_ones() {
        for text in ["3.6", "4.1.2", "v4.1", "", "4"] {
            let error = text.parse::<ArgoVersion>().unwrap_err();
            assert_eq!(error.to_string(), "the versions known here are 3.7, 4.0, 4.1", "{text}");
        }
    }
}

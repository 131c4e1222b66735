//! The versions of Argo Workflows whose schema and semantics are known here.

use std::fmt;
use std::str::FromStr;

/// A version of Argo, without the last number: nothing that is verified here changes within one. In order of release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArgoVersion {
    /// 4.1.
    V4_1,
}

impl ArgoVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 1] = [Self::V4_1];

    /// The version that is taken where none is named: the newest.
    pub const NEWEST: Self = Self::V4_1;

    /// As a person writes it: `4.1`.
    pub fn as_str(self) -> &'static str {
        match self {
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

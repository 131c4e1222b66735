//! Which versions of Argo write a spelling: by minor version, and by the patch that brought it, as the sources of each tag have it.

use std::fmt;

/// A minor version of Argo whose workflows can be judged, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the numbers speak for themselves")]
pub enum Minor {
    V3_4,
    V3_5,
    V3_6,
    V3_7,
    V4_0,
    V4_1,
}

impl Minor {
    /// Every minor version, the oldest first.
    pub const ALL: [Self; 6] = [Self::V3_4, Self::V3_5, Self::V3_6, Self::V3_7, Self::V4_0, Self::V4_1];

    /// As Argo's tags write it, without the patch.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V3_4 => "3.4",
            Self::V3_5 => "3.5",
            Self::V3_6 => "3.6",
            Self::V3_7 => "3.7",
            Self::V4_0 => "4.0",
            Self::V4_1 => "4.1",
        }
    }
}

/// For each of [`Minor::ALL`] the first patch that writes a text; `None`: no patch of it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions(pub(super) [Option<u8>; 6]);

impl Versions {
    /// Every version.
    pub const ALL: Self = Self([Some(0); 6]);
    /// 3.4 alone.
    pub(super) const ONLY_3_4: Self = Self([Some(0), None, None, None, None, None]);
    /// 3.4 to 3.6: a message names no container.
    pub(super) const UP_TO_3_6: Self = Self([Some(0), Some(0), Some(0), None, None, None]);
    /// 3.5 and later.
    pub(super) const SINCE_3_5: Self = Self([None, Some(0), Some(0), Some(0), Some(0), Some(0)]);
    /// 3.7 and later: a message names its container.
    pub(super) const SINCE_3_7: Self = Self([None, None, None, Some(0), Some(0), Some(0)]);
    /// 4.0 and later.
    pub(super) const SINCE_4_0: Self = Self([None, None, None, None, Some(0), Some(0)]);
    /// 4.1 alone.
    pub(super) const ONLY_4_1: Self = Self([None, None, None, None, None, Some(0)]);

    /// The minor versions of which at least one patch writes it.
    pub fn minors(self) -> impl Iterator<Item = Minor> {
        Minor::ALL.into_iter().zip(self.0).filter(|(_, patch)| patch.is_some()).map(|(minor, _)| minor)
    }
}

impl fmt::Display for Versions {
    /// `3.4.17+, 3.5.3+, 3.6, 3.7, 4.0, 4.1`, or `all`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("all");
        }
        let shown = |(minor, patch): (Minor, Option<u8>)| {
            patch.map(|patch| match patch {
                0 => minor.as_str().to_owned(),
                patch => format!("{}.{patch}+", minor.as_str()),
            })
        };
        let each: Vec<String> = Minor::ALL.into_iter().zip(self.0).filter_map(shown).collect();
        f.write_str(&each.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_shown_with_the_patch_that_brought_them() {
        assert_eq!(Versions::ALL.to_string(), "all");
        assert_eq!(Versions::UP_TO_3_6.to_string(), "3.4, 3.5, 3.6");
        let late = Versions([Some(17), Some(3), Some(0), None, None, Some(2)]);
        assert_eq!(late.to_string(), "3.4.17+, 3.5.3+, 3.6, 4.1.2+");
        assert_eq!(late.minors().map(Minor::as_str).collect::<Vec<_>>(), ["3.4", "3.5", "3.6", "4.1"]);
    }
}

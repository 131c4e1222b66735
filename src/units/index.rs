//! What tells one item of a fan-out from another.

use std::cmp::Ordering;
use std::fmt;

/// The value of the index parameter of an item: any text, ordered as a person counts (2, 10, 187).
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Index(String);

impl Index {
    /// An index as it stands in the item's parameter.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Compares runs of digits as numbers and everything else by character.
fn natural(mut left: &str, mut right: &str) -> Ordering {
    loop {
        let (Some(a), Some(b)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len());
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (l, l_rest) = split_digits(left);
            let (r, r_rest) = split_digits(right);
            let (l_value, r_value) = (l.trim_start_matches('0'), r.trim_start_matches('0'));
            let order = l_value.len().cmp(&r_value.len()).then_with(|| l_value.cmp(r_value));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (l_rest, r_rest);
        } else if a == b {
            (left, right) = (&left[a.len_utf8()..], &right[b.len_utf8()..]);
        } else {
            return a.cmp(&b);
        }
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

impl Ord for Index {
    fn cmp(&self, other: &Self) -> Ordering {
        // Equal numbers written differently (`5`, `005`) are different items, so the text decides last.
        natural(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Index {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Items as people write them: neighbouring numbers joined (`5, 28-31`).
pub fn ranges<'a>(indexes: impl IntoIterator<Item = &'a Index>) -> String {
    let mut runs: Vec<(String, String, Option<u64>)> = Vec::new();
    for index in indexes {
        let number = index.0.parse::<u64>().ok().filter(|n| n.to_string() == index.0);
        match runs.last_mut() {
            Some((_, last, Some(end))) if number.is_some() && number == end.checked_add(1) => {
                *last = index.0.clone();
                *end += 1;
            }
            _ => runs.push((index.0.clone(), index.0.clone(), number)),
        }
    }
    let shown: Vec<String> = runs
        .into_iter()
        .map(|(first, last, end)| match end {
            _ if first == last => first,
            Some(end) if first.parse() == Ok(end - 1) => format!("{first}, {last}"),
            _ => format!("{first}-{last}"),
        })
        .collect();
    shown.join(", ")
}

/// Items by their noun: `trait 5`, `traits 5, 28-31`.
pub fn named<'a>(noun: &str, indexes: impl IntoIterator<Item = &'a Index>) -> String {
    let indexes: Vec<&Index> = indexes.into_iter().collect();
    let s = if indexes.len() == 1 { "" } else { "s" };
    format!("{noun}{s} {}", ranges(indexes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_count_two_before_ten() {
        let mut indexes: Vec<Index> =
            ["187", "10", "chr2_a", "2", "chr10_a", "005", "5"].map(Index::new).into();
        indexes.sort();
        let order: Vec<&str> = indexes.iter().map(Index::as_str).collect();
        assert_eq!(order, ["2", "005", "5", "10", "187", "chr2_a", "chr10_a"]);
    }

    #[test]
    fn neighbours_are_joined() {
        let indexes = ["5", "28", "29", "30", "31", "40", "41", "x"].map(Index::new);
        assert_eq!(ranges(&indexes), "5, 28-31, 40, 41, x");
        assert_eq!(ranges(&[]), "");
        assert_eq!(named("trait", &indexes[..1]), "trait 5");
        assert_eq!(named("trait", &indexes[..3]), "traits 5, 28, 29");
    }
}

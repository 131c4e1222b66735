//! Several directories for one item: every run makes its own, and the best one counts.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::{MarkerTrouble, OutputState};

/// One directory of an item.
pub(super) struct Generation<'a> {
    pub(super) state: OutputState,
    pub(super) directory: &'a str,
    pub(super) present: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) markers: Vec<MarkerTrouble>,
    pub(super) marked: Option<Timestamp>,
    /// The time of its newest file.
    pub(super) newest: Option<Timestamp>,
}

impl Generation<'_> {
    /// The better one first: complete beats partial, more parts beat fewer, newer files beat older, and then a later time in the name.
    /// What is still the same is ordered by its path, so that the order of a scan never shows.
    pub(super) fn beats(&self, other: &Self) -> Ordering {
        let rank = |it: &Self| (it.state.clone(), it.present.len(), it.newest, time_in(it.directory));
        rank(other).cmp(&rank(self)).then_with(|| other.directory.cmp(self.directory))
    }
}

/// The last time that a path tells, such as `20251112_2106`, `2025-11-12T21:06:42` or only `20251112`. It has no zone, so it is
/// compared with other names and never with the time of a file.
fn time_in(path: &str) -> Option<DateTime> {
    let begins =
        |(at, c): &(usize, char)| c.is_ascii_digit() && !path[..*at].ends_with(|c: char| c.is_ascii_digit());
    let starts = path.char_indices().filter(begins).map(|(at, _)| at);
    starts.rev().find_map(|at| date_time(&path[at..]))
}

/// A date at the beginning of a text, and the time behind it if there is one.
fn date_time(text: &str) -> Option<DateTime> {
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    let dash = separator(&mut rest, &['-', '_', '.']);
    let month = number(&mut rest, 2)?;
    if separator(&mut rest, &['-', '_', '.']) != dash {
        return None;
    }
    let day = number(&mut rest, 2)?;
    let date = |hour, minute, second| {
        let small = |number: i16| i8::try_from(number).ok();
        let (month, day) = (small(month)?, small(day)?);
        let plausible = (1970..3000).contains(&year);
        DateTime::new(year, month, day, small(hour)?, small(minute)?, small(second)?, 0)
            .ok()
            .filter(|_| plausible)
    };
    let alone = if ends(rest) { date(0, 0, 0) } else { None };
    separator(&mut rest, &['-', '_', '.', 'T', 't', ' ']);
    let Some(hour) = number(&mut rest, 2) else { return alone };
    let colon = separator(&mut rest, &['-', '_', '.', ':']);
    let Some(minute) = number(&mut rest, 2) else { return alone };
    let to_the_minute = if ends(rest) { date(hour, minute, 0) } else { None };
    if separator(&mut rest, &['-', '_', '.', ':']) != colon {
        return to_the_minute.or(alone);
    }
    let second = number(&mut rest, 2).filter(|_| ends(rest));
    second.and_then(|second| date(hour, minute, second)).or(to_the_minute).or(alone)
}

/// Exactly so many digits; `rest` goes on behind them.
fn number(rest: &mut &str, digits: usize) -> Option<i16> {
    let (head, tail) = rest.split_at_checked(digits)?;
    let number = head.parse().ok().filter(|_| head.bytes().all(|byte| byte.is_ascii_digit()))?;
    *rest = tail;
    Some(number)
}

/// One of these characters, if one comes next.
fn separator(rest: &mut &str, any: &[char]) -> Option<char> {
    let found = rest.chars().next().filter(|c| any.contains(c))?;
    *rest = &rest[found.len_utf8()..];
    Some(found)
}

/// Whether a number ends here.
fn ends(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_in_a_name_is_found_in_every_usual_spelling() {
        for (name, time) in [
            ("trait_005_Fe_20250303_0821", Some("2025-03-03T08:21:00")),
            ("trait_061_P_root_length_61_20251202_220806", Some("2025-12-02T22:08:06")),
            ("calls/2025-11-12T21:06:42/5", Some("2025-11-12T21:06:42")),
            ("run-20251112210642", Some("2025-11-12T21:06:42")),
            ("run_2025-11-12_part", Some("2025-11-12T00:00:00")),
            ("20250101/20250303_0821_x", Some("2025-03-03T08:21:00")),
            ("20250303_99", Some("2025-03-03T00:00:00")),
            ("trait_005_Fe", None),
            ("trait_20251399_x", None),
            ("id_1234567890", None),
            ("ä_2025030", None),
        ] {
            assert_eq!(time_in(name).map(|time| time.to_string()).as_deref(), time, "{name}");
        }
    }

    fn generation(directory: &str, state: OutputState, parts: usize, second: Option<i64>) -> Generation<'_> {
        Generation {
            state,
            directory,
            present: vec![String::new(); parts],
            missing: Vec::new(),
            markers: Vec::new(),
            marked: None,
            newest: second.map(|second| Timestamp::from_second(second).unwrap()),
        }
    }

    #[test]
    fn the_best_directory_comes_first_whatever_the_order_of_the_scan() {
        use OutputState::{Complete, Missing, Partial, Stale};
        let ranked = [
            generation("x_20200101", Complete, 0, Some(1)),
            generation("x_20210101", Partial, 2, Some(1)),
            generation("x_20200101_b", Partial, 1, Some(9)),
            generation("a_20250303_0822", Partial, 1, Some(8)),
            generation("z_20250303_0821", Partial, 1, Some(8)),
            generation("b_20250303_0821", Partial, 1, Some(8)),
            generation("zz", Partial, 1, Some(8)),
            generation("x", Stale, 9, Some(9)),
            generation("x", Missing, 9, None),
        ];
        for (better, worse) in ranked.iter().zip(&ranked[1..]) {
            assert_eq!(better.beats(worse), Ordering::Less, "{} {}", better.directory, worse.directory);
            assert_eq!(worse.beats(better), Ordering::Greater, "{} {}", better.directory, worse.directory);
        }
    }
}

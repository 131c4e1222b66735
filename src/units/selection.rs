//! Items as people choose them: names, ranges of numbers, and lists of both.

use std::collections::BTreeSet;

use super::index::{Index, ranges};

/// More than any fan-out has: a range past this is a slip of the finger.
const RANGE_AT_MOST: u64 = 100_000;

/// The items that a person means, as written. A name can look like a range or a list of names (`1-5000`, `a,b`), so which items they are is
/// known only beside the items that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection(Vec<String>);

impl Selection {
    /// The texts of a list, or the one text.
    pub fn new<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }

    /// The shortest way to write these items of a range, and be understood.
    pub fn of(items: &[&Index], range: &BTreeSet<&Index>) -> Self {
        let short = Self::new([ranges(items.iter().copied())]);
        let meant: BTreeSet<Index> = items.iter().map(|index| (*index).clone()).collect();
        if short.among(range) == Ok(meant) {
            return short;
        }
        Self::new(items.iter().map(|index| index.as_str()))
    }

    /// The texts.
    pub fn texts(&self) -> &[String] {
        &self.0
    }

    /// The items: a name that the range has is that item, whatever else it looks like.
    ///
    /// # Errors
    /// What is wrong with a text, in words.
    pub fn among(&self, range: &BTreeSet<&Index>) -> Result<BTreeSet<Index>, String> {
        self.read(|name| range.contains(name))
    }

    /// The same for every spelling of a choice, without a range to look at.
    pub fn spelled(&self) -> BTreeSet<Index> {
        self.read(|_| false).unwrap_or_else(|_| self.0.iter().map(Index::new).collect())
    }

    fn read(&self, is_item: impl Fn(&Index) -> bool) -> Result<BTreeSet<Index>, String> {
        let mut items = BTreeSet::new();
        for text in &self.0 {
            items.extend(read(text, &is_item)?);
        }
        Ok(items)
    }
}

/// Items as people write them (`5,28-31`), where it is not known which there are.
///
/// # Errors
/// What is wrong with the text, in words.
pub fn parse_ranges(text: &str) -> Result<BTreeSet<Index>, String> {
    read(text, &|_| false)
}

/// One text: the name of an item, else a list with a comma between two.
fn read(text: &str, is_item: &impl Fn(&Index) -> bool) -> Result<BTreeSet<Index>, String> {
    let whole = Index::new(text);
    if is_item(&whole) {
        return Ok([whole].into());
    }
    let mut items = BTreeSet::new();
    for part in parts(text) {
        let numbers = |(from, to): (&str, &str)| Some((from.parse::<u64>().ok()?, to.parse::<u64>().ok()?));
        let quoted = part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let name = quoted.map_or_else(|| Index::new(part), |name| Index::new(name.replace("\"\"", "\"")));
        match part.split_once('-').and_then(numbers) {
            _ if name.as_str().is_empty() => return Err("an item is missing between two commas".to_owned()),
            Some((from, to)) if !is_item(&name) => items.extend(numbered(part, from, to)?),
            _ => {
                items.insert(name);
            }
        }
    }
    Ok(items)
}

fn numbered(part: &str, from: u64, to: u64) -> Result<impl Iterator<Item = Index> + use<>, String> {
    if from > to {
        return Err(format!("{part} runs backwards"));
    }
    if to - from >= RANGE_AT_MOST {
        return Err(format!("{part} is more than {RANGE_AT_MOST} items"));
    }
    Ok((from..=to).map(|number| Index::new(number.to_string())))
}

/// What stands between the commas; one in double quotes separates nothing.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let between = move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    text.split(between).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(texts: &[&str], range: &[&str]) -> Result<Vec<String>, String> {
        let range: Vec<Index> = range.iter().map(|name| Index::new(*name)).collect();
        let items = Selection::new(texts.iter().copied()).among(&range.iter().collect())?;
        Ok(items.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_people_write_is_read_back() {
        let read = parse_ranges("5, 28-31,40,chr2-a").unwrap();
        assert_eq!(ranges(&read), "5, 28-31, 40, chr2-a");
        for (text, word) in [
            ("5,,6", "missing"),
            ("", "missing"),
            ("\"\"", "missing"),
            ("9-2", "backwards"),
            ("0-100000", "more than"),
        ] {
            assert!(parse_ranges(text).unwrap_err().contains(word), "{text}");
        }
    }

    #[test]
    fn the_name_of_an_item_beats_what_it_looks_like() {
        let range = ["1-3", "2", "1000001-2000000", "9-2", "chr1,2", "say \"a,b\""];
        for (texts, items) in [
            (&["1-3"][..], &["1-3"][..]),
            (&["1-3,2"], &["1-3", "2"]),
            (&["1000001-2000000"], &["1000001-2000000"]),
            (&["9-2, 2"], &["2", "9-2"]),
            (&["chr1,2"], &["chr1,2"]),
            (&["chr1,2", "9-2"], &["9-2", "chr1,2"]),
            (&["\"chr1,2\",9-2"], &["9-2", "chr1,2"]),
            (&["\"say \"\"a,b\"\"\" , 2"], &["2", "say \"a,b\""]),
        ] {
            assert_eq!(chosen(texts, &range).unwrap(), items, "{texts:?}");
        }
        assert_eq!(chosen(&["1-3"], &["1", "2", "3"]).unwrap(), ["1", "2", "3"]);
        assert_eq!(chosen(&["\"1-3\""], &["1", "2", "3"]).unwrap(), ["1-3"], "a name that there is not");
    }

    #[test]
    fn items_are_written_so_that_they_are_understood() {
        for (range, items, texts) in [
            (&["1", "2", "3", "x"][..], &["1", "2", "3", "x"][..], &["1-3, x"][..]),
            (&["5-8", "chr1,2"], &["5-8", "chr1,2"], &["5-8", "chr1,2"]),
            (&["5-8", "6-9"], &["5-8", "6-9"], &["5-8, 6-9"]),
            (&["1", "2", "3", "1-3"], &["1", "2", "3"], &["1", "2", "3"]),
        ] {
            let names: Vec<Index> = range.iter().map(|name| Index::new(*name)).collect();
            let range: BTreeSet<&Index> = names.iter().collect();
            let items: Vec<Index> = items.iter().map(|name| Index::new(*name)).collect();
            let items: Vec<&Index> = items.iter().collect();
            let written = Selection::of(&items, &range);
            assert_eq!(written.texts(), texts);
            assert_eq!(written.among(&range).unwrap().iter().collect::<Vec<_>>(), items);
        }
    }
}

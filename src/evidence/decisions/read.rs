//! From the text of a `decisions.toml` to what it says: every fault is collected, each at its place.

use jiff::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::{ENTRY_KEYS, FILE_KEYS, RETRY_KEYS, VERSION};
use super::{Choice, Decisions, Entry};
use crate::error::{Code, Fault, Faults};
use crate::source::{At, Place, Source};
use crate::units::Selection;
use crate::units::name::{meant, nearest};

/// A value of the text with its place.
type Written<'a> = Spanned<DeValue<'a>>;

/// Reads what was decided. Whether the run has such items and the recipe such tiers is not known here.
///
/// # Errors
/// Every fault of the form: no TOML, unknown and missing keys, values of another kind, an entry that chooses not exactly one thing.
pub fn parse(source: &Source) -> Result<Decisions, Faults> {
    let document = DeTable::parse(source.text()).map_err(|error| syntax(source, &error))?;
    let mut reader = Reader { source, faults: Faults::new() };
    let file = document.get_ref();
    reader.known(file, FILE_KEYS, "the file");
    reader.version(file);
    let written: &[Written<'_>] = match file.get("decisions") {
        None => &[],
        Some(value) => match value.get_ref() {
            DeValue::Array(entries) => entries,
            _ => {
                reader.wrong(
                    value,
                    "decisions",
                    "a list of tables",
                    "each entry begins with a line `[[decisions]]`",
                );
                &[]
            }
        },
    };
    let entries: Vec<Entry> = written.iter().filter_map(|entry| reader.entry(entry)).collect();
    reader.faults.or(Decisions { entries })
}

fn syntax(source: &Source, error: &toml::de::Error) -> Fault {
    let place = source.place(error.span().unwrap_or(0..0));
    Fault::new(
        Code::DecisionsSyntax,
        format!("this is not TOML: {}", error.message().lines().next().unwrap_or("it cannot be read")),
        "texts stand in quotes, and each key has a line of its own; see https://toml.io",
    )
    .at(&place, "here")
}

/// Reads one text and collects what is wrong with it.
struct Reader<'s> {
    source: &'s Source,
    faults: Faults,
}

impl Reader<'_> {
    /// The only version that is known; a later one may mean other things by the same words.
    fn version(&mut self, file: &DeTable<'_>) {
        let Some(written) = file.get("version") else {
            let top = self.source.place(0..0);
            self.faults.push(
                Fault::new(
                    Code::DecisionsMissingKey,
                    "the file has no `version`",
                    "begin it with `version = 1`",
                )
                .at(&top, "`version` is missing"),
            );
            return;
        };
        let is_known = matches!(written.get_ref(), DeValue::Integer(number)
            if i64::from_str_radix(number.as_str(), number.radix()) == Ok(VERSION));
        if !is_known {
            self.wrong(
                written,
                "version",
                "the number 1",
                "write `version = 1`: it is the only one known here",
            );
        }
    }

    /// One `[[decisions]]`; `None` where something is wrong with it.
    fn entry(&mut self, written: &Written<'_>) -> Option<Entry> {
        let place = self.source.place(written.span());
        let DeValue::Table(table) = written.get_ref() else {
            self.wrong(written, "decisions", "a table", "each entry begins with a line `[[decisions]]`");
            return None;
        };
        self.known(table, ENTRY_KEYS, "a decision");
        let help = "write whom it speaks for: `items = \"5, 28-31\"`";
        let items = self.present(table, "items", &place, "a decision", help);
        let items = items.and_then(|items| self.items(items));
        let choice = self.choice(table, &place);
        let until = match table.get("until") {
            Some(until) => Some(self.until(until)?),
            None => None,
        };
        let (choice, reason) = choice?;
        Some(Entry { place, items: items?, choice, reason, until })
    }

    /// One text or a list of them. Which items they are is known beside a run only: a name can look like a range.
    fn items(&mut self, written: &Written<'_>) -> Option<At<Selection>> {
        let text = |value: &Written<'_>| match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
            }
            _ => None,
        };
        let texts = match written.get_ref() {
            DeValue::String(text) => vec![text.to_string()],
            DeValue::Array(list) if list.iter().all(|value| text(value).is_some()) => {
                list.iter().filter_map(text).collect()
            }
            DeValue::Array(_) => {
                self.wrong(written, "items", "texts and numbers", "write `items = [5, \"28-31\"]`");
                return None;
            }
            _ => {
                let shown = self.source.place(written.span()).text().replace('"', "");
                let help = format!("put it in quotes, or in a list: `items = \"{shown}\"`");
                self.wrong(written, "items", "a string or a list", &help);
                return None;
            }
        };
        if texts.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
            let help = "write items and ranges: `items = \"5, 28-31\"`";
            let fault = Fault::new(Code::DecisionsBadValue, "`items` names no item", help);
            self.faults.push(fault.at(&self.source.place(written.span()), "nothing"));
            return None;
        }
        Some(At::new(Selection::new(texts), self.source.place(written.span())))
    }

    /// The one thing that an entry chooses, and why.
    fn choice(&mut self, table: &DeTable<'_>, place: &Place) -> Option<(At<Choice>, String)> {
        let chosen: Vec<(&str, &Written<'_>)> =
            ["retry", "skip", "done"].into_iter().filter_map(|key| Some((key, table.get(key)?))).collect();
        let [(key, written)] = chosen[..] else {
            self.faults.push(self.not_one(&chosen, place));
            return None;
        };
        let at = self.source.place(written.span());
        if key == "retry" {
            let (tier, reason) = self.retry(written)?;
            return Some((At::new(Choice::Retry(tier), at), reason.value));
        }
        let choice = if key == "skip" { Choice::Skip } else { Choice::Done };
        let reason = self.text(written, key)?;
        let reason = self.reason(reason, key)?;
        Some((At::new(choice, at), reason.value))
    }

    fn not_one(&self, chosen: &[(&str, &Written<'_>)], place: &Place) -> Fault {
        let help = "give exactly one of `retry = { tier = \"same\", reason = \"why\" }`, `skip = \"why\"` and `done = \"why\"`";
        if chosen.is_empty() {
            return Fault::new(Code::DecisionsOneOf, "this decision decides nothing yet", help)
                .at(place, "no retry, skip or done");
        }
        let keys: Vec<String> = chosen.iter().map(|(key, _)| format!("`{key}`")).collect();
        let message = format!("this decision says {} at once", keys.join(" and "));
        chosen.iter().fold(Fault::new(Code::DecisionsOneOf, message, help), |fault, (key, written)| {
            fault.at(&self.source.place(written.span()), *key)
        })
    }

    /// The tier of a retry, and why.
    fn retry(&mut self, written: &Written<'_>) -> Option<(At<String>, At<String>)> {
        let place = self.source.place(written.span());
        let DeValue::Table(table) = written.get_ref() else {
            let help = "write `retry = { tier = \"same\", reason = \"why\" }`";
            self.wrong(written, "retry", "a table", help);
            return None;
        };
        self.known(table, RETRY_KEYS, "`retry`");
        let tier = self.needed(
            table,
            "tier",
            &place,
            "`retry`",
            "write `tier = \"same\"`, `\"next\"` or a tier's name",
        );
        let reason = self.needed(table, "reason", &place, "`retry`", "say why, for whoever reads the report");
        let reason = reason.and_then(|reason| self.reason(reason, "reason"));
        Some((tier?, reason?))
    }

    /// A reason that says something.
    fn reason(&mut self, written: At<String>, key: &str) -> Option<At<String>> {
        if !written.value.trim().is_empty() {
            return Some(written);
        }
        let message = format!("`{key}` gives no reason");
        let help = "say why, for whoever reads the report";
        self.faults.push(Fault::new(Code::DecisionsBadValue, message, help).at(&written.place, "empty"));
        None
    }

    fn until(&mut self, written: &Written<'_>) -> Option<At<Timestamp>> {
        let moment = match written.get_ref() {
            DeValue::Datetime(moment) => moment.to_string().parse::<Timestamp>().ok(),
            _ => None,
        };
        if moment.is_none() {
            let help = "write a date and a time with a zone, without quotes: `until = 2026-01-31T00:00:00Z`";
            self.wrong(written, "until", "a moment", help);
        }
        Some(At::new(moment?, self.source.place(written.span())))
    }

    /// A text under a key that has to be there.
    fn needed(
        &mut self,
        table: &DeTable<'_>,
        key: &'static str,
        place: &Place,
        owner: &str,
        help: &str,
    ) -> Option<At<String>> {
        let written = self.present(table, key, place, owner, help)?;
        self.text(written, key)
    }

    /// A value under a key that has to be there.
    fn present<'t>(
        &mut self,
        table: &'t DeTable<'_>,
        key: &'static str,
        place: &Place,
        owner: &str,
        help: &str,
    ) -> Option<&'t Written<'t>> {
        let Some(written) = table.get(key) else {
            // A misspelt key has been told, and it is not missing as well.
            if table.keys().any(|other| nearest(other.get_ref(), [key]).is_some()) {
                return None;
            }
            let fault = Fault::new(Code::DecisionsMissingKey, format!("{owner} has no `{key}`"), help);
            self.faults.push(fault.at(place, format!("`{key}` is missing")));
            return None;
        };
        Some(written)
    }

    fn text(&mut self, written: &Written<'_>, key: &str) -> Option<At<String>> {
        let place = self.source.place(written.span());
        if let DeValue::String(text) = written.get_ref() {
            return Some(At::new(text.to_string(), place));
        }
        let help = format!("put it in quotes: `{key} = \"{}\"`", place.text().replace('"', ""));
        self.wrong(written, key, "a string", &help);
        None
    }

    fn wrong(&mut self, written: &Written<'_>, key: &str, wanted: &str, help: &str) {
        let fault = Fault::new(Code::DecisionsBadValue, format!("`{key}` takes {wanted}"), help);
        self.faults.push(fault.at(&self.source.place(written.span()), format!("not {wanted}")));
    }

    /// Refuses every key that is not known, in the order written.
    fn known(&mut self, table: &DeTable<'_>, keys: &[&str], owner: &str) {
        let mut strange: Vec<_> =
            table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())).collect();
        strange.sort_by_key(|key| key.span().start);
        for key in strange {
            let name = key.get_ref();
            let meant = meant(name, keys.iter().copied());
            let help = format!("{meant}the keys of {owner} are {}", keys.join(", "));
            let fault =
                Fault::new(Code::DecisionsUnknownKey, format!("there is no key `{name}` in {owner}"), help);
            self.faults.push(fault.at(&self.source.place(key.span()), "unknown key"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Decisions, Faults> {
        parse(&Source::new("decisions.toml", text))
    }

    #[test]
    fn a_decision_is_read_with_its_places() {
        let text = "version = 1\n\n[[decisions]]\nitems = \"5, 28-30\"\nretry = { tier = \"next\", reason = \"r\" }\n\
            until = 2026-01-01T01:00:00+01:00\n[[decisions]]\nitems = \"x\"\ndone = \"seen\"\n";
        let decisions = read(text).unwrap();
        let [one, two] = &decisions.entries[..] else { panic!("two entries") };
        assert_eq!((one.place.line_column(), one.items.value.spelled().len()), ((3, 1), 4));
        let Choice::Retry(tier) = &one.choice.value else { panic!("a retry") };
        assert_eq!(
            (tier.value.as_str(), tier.place.line_column(), one.reason.as_str()),
            ("next", (5, 18), "r")
        );
        assert_eq!(one.until.as_ref().unwrap().value.to_string(), "2026-01-01T00:00:00Z");
        assert_eq!((&two.choice.value, two.reason.as_str(), &two.until), (&Choice::Done, "seen", &None));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let text = "version = 2\n[[decisions]]\nitem = \"5\"\nskip = \"\"\n[[decisions]]\nitems = 5\nskip = \"a\"\ndone = \"b\"\n\
            [[decisions]]\nitems = [5, true]\nretry = { tiers = \"x\" }\nuntil = 2026-01-01\n[[decisions]]\nitems = \"1\"\n";
        let faults = read(text).unwrap_err();
        let told: Vec<(Code, usize)> =
            faults.iter().map(|fault| (fault.code, fault.labels[0].place.line_column().0)).collect();
        assert_eq!(
            told,
            [
                (Code::DecisionsBadValue, 1),
                (Code::DecisionsUnknownKey, 3),
                (Code::DecisionsBadValue, 4),
                (Code::DecisionsBadValue, 6),
                (Code::DecisionsOneOf, 7),
                (Code::DecisionsBadValue, 10),
                (Code::DecisionsUnknownKey, 11),
                (Code::DecisionsMissingKey, 11),
                (Code::DecisionsBadValue, 12),
                (Code::DecisionsOneOf, 13),
            ]
        );
        assert!(faults.iter().any(|fault| fault.help.starts_with("write `items`")));
        assert_eq!(read("version = \n").unwrap_err().iter().next().unwrap().code, Code::DecisionsSyntax);
        assert_eq!(read("decisions = 5\n").unwrap_err().len(), 2);
    }

    #[test]
    fn the_digest_is_of_what_is_decided() {
        let one = "version = 1\n[[decisions]]\nitems = \"5,6\"\nskip = \"a\"\n";
        let same = "version = 1 # first\n[[decisions]] # of Monday\nskip = 'a'\nitems = [6, \"5\"]\n";
        let digest = |text: &str| read(text).unwrap().digest();
        assert_eq!(digest(one), digest(same));
        assert_ne!(digest(one), digest(&one.replace("skip", "done")));
        assert_ne!(digest(one), digest(&one.replace("\"a\"", "\"b\"")));
    }
}

//! Exit codes that mean too many things to go by alone: sound, and worth a warning.

use crate::recipe::raw::{self, Key};
use crate::recipe::shipped;
use crate::source::{At, Place, Source};

/// What else a code means (rows A3, A4, A6 and A11 of the catalogue of endings; POSIX shells for 1 and 2).
const AMBIGUOUS: &[(i64, &str)] = &[
    (1, "1 is what shells and most programs end with whatever went wrong"),
    (2, "2 is also a shell's word for its own misuse and many programs' for wrong arguments"),
    (64, "64 is also Argo's executor's, when it cannot start the program"),
    (137, "137 is any SIGKILL: out of memory, the end of a grace period, a lost node"),
    (143, "143 is any SIGTERM: a stop, a deadline, a preemption"),
];

/// A warning for each rule that goes by such a code and nothing else.
///
/// A shipped recipe knows what its pipeline means by a code, so only rules of the user's own texts are looked at.
pub(super) fn warnings(rules: &Key<Vec<At<raw::Rule>>>) -> Vec<At<String>> {
    rules.given().map_or(Vec::new(), |list| list.value.iter().filter_map(warning).collect())
}

fn warning(rule: &At<raw::Rule>) -> Option<At<String>> {
    let when = &rule.value.when.given()?.value;
    let place = when.exit_codes.place().or(when.exit_codes_not_in.place());
    let place = place.filter(|place| !is_shipped(place.source()))?;
    if goes_by_more(when) {
        return None;
    }
    let holds = |list: &[At<raw::Interval<255>>], code: i64| {
        list.iter().any(|at| (at.value.first..=at.value.last).contains(&code))
    };
    // Without `exit-codes`, whatever `exit-codes-not-in` leaves is meant.
    let asked = when.exit_codes.given().map(|codes| &codes.value);
    let left_out = when.exit_codes_not_in.given().map_or(&[][..], |list| &list.value);
    let is_meant =
        |(code, _): &&(i64, &str)| asked.is_none_or(|codes| holds(codes, *code)) && !holds(left_out, *code);
    let meant: Vec<&(i64, &str)> = AMBIGUOUS.iter().filter(is_meant).collect();
    let (first, _) = meant.first()?;
    let mut entries = asked.into_iter().flatten();
    let entry = entries.find(|at| holds(std::slice::from_ref(*at), *first));
    let name = rule.value.name.given().map_or("", |name| name.value.as_str());
    let meanings: Vec<&str> = meant.iter().map(|(_, meaning)| *meaning).collect();
    let text = format!(
        "the rule {name} goes by exit codes alone, and {}: `causes`, `message` or `log` beside it tells them apart",
        meanings.join("; ")
    );
    Some(At::new(text, entry.map_or(place, |at| &at.place).clone()))
}

/// Whether another word than the codes stands in a `when`.
fn goes_by_more(when: &raw::When) -> bool {
    let words: [Option<&Place>; 10] = [
        when.causes.place(),
        when.message.place(),
        when.log.place(),
        when.missing_parts.place(),
        when.present_parts.place(),
        when.started.place(),
        when.ran_longer_than.place(),
        when.tiers.place(),
        when.items.place(),
        when.generation.place(),
    ];
    words.iter().any(Option::is_some)
}

fn is_shipped(source: &Source) -> bool {
    shipped().iter().any(|shipped| shipped.source() == *source)
}

#[cfg(test)]
mod tests {
    use crate::error::{Code, Fault};
    use crate::recipe::{Files, load, shipped};
    use crate::source::Source;

    /// One recipe that others extend.
    struct Lab(&'static str);

    impl Files for Lab {
        fn read(&self, path: &str) -> Result<Source, Fault> {
            if path == "lab.toml" {
                Ok(Source::new(path, self.0))
            } else {
                Err(Fault::new(Code::IoRead, path, "none"))
            }
        }
    }

    const LAB: &str = "version = 1\nextends = \"gapit3@1\"\n[[rules]]\nname = \"lab\"\nwhen = { exit-codes = [9, 137] }\nskip = \"x\"\n";

    /// The warnings of a rule with that `when` in a recipe that extends another: file, text at the place, message.
    fn told(parent: &str, when: &str) -> Vec<(String, String, String)> {
        let text = format!(
            "version = 1\nextends = \"{parent}\"\n[[rules]]\nname = \"r\"\nwhen = {{ {when} }}\nskip = \"x\"\n"
        );
        let recipe = load(&Source::new("recipe.toml", text), &Lab(LAB)).unwrap();
        let told = recipe
            .warnings
            .iter()
            .map(|at| (at.place.source().name().to_owned(), at.place.text().to_owned(), at.value.clone()));
        told.collect()
    }

    #[test]
    fn each_such_code_is_told_with_what_else_it_means() {
        for (when, place, words) in [
            ("exit-codes = [1]", "1", "1 is what shells"),
            ("exit-codes = [3, 2]", "2", "2 is also a shell's"),
            ("exit-codes = ['60..70']", "'60..70'", "64 is also Argo's executor's"),
            ("exit-codes = [137]", "137", "137 is any SIGKILL"),
            ("exit-codes = ['138..255']", "'138..255'", "143 is any SIGTERM"),
            ("exit-codes = ['1..2', 5]", "'1..2'", "whatever went wrong; 2 is also"),
            ("exit-codes = ['1..5'], exit-codes-not-in = [1]", "'1..5'", "alone, and 2 is also"),
            (
                "exit-codes-not-in = [1, 2, 137]",
                "[1, 2, 137]",
                "alone, and 64 is also Argo's executor's, when it cannot start the program; 143 is any",
            ),
        ] {
            let [(file, at, message)] = &told("gapit3@1", when)[..] else { panic!("{when}: one warning") };
            assert_eq!((file.as_str(), at.as_str()), ("recipe.toml", place), "{when}");
            assert!(
                message.starts_with("the rule r goes by exit codes alone") && message.contains(words),
                "{message}"
            );
        }
    }

    #[test]
    fn other_codes_and_other_words_are_not_told_of_nor_what_is_shipped() {
        for when in [
            "exit-codes = [3, '5..60', '65..136', '138..142', '144..255']",
            "exit-codes = ['1..5'], exit-codes-not-in = ['1..2']",
            "exit-codes = [1], causes = [\"exit\"]",
            "exit-codes = [143], started = true",
            "exit-codes = [137], items = [5]",
            "exit-codes-not-in = [3], causes = [\"exit\"]",
            "exit-codes-not-in = ['1..2', 64, 137, 143]",
        ] {
            assert_eq!(told("gapit3@1", when), [], "{when}");
        }
        assert!(shipped()[0].text.contains("when = { exit-codes = [1] }"), "a bare code is shipped");
    }

    #[test]
    fn a_text_of_the_users_own_is_told_of_where_it_stands() {
        let [(file, at, _)] = &told("./lab.toml", "exit-codes = [3]")[..] else { panic!("one warning") };
        assert_eq!((file.as_str(), at.as_str()), ("lab.toml", "137"));
    }
}

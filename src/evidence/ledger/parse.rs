//! From the text of a ledger to its entries.

use serde::Deserialize;

use super::file::{File, Generation, VERSION};
use super::{Entry, Flags, Ledger, Planned};
use crate::error::{Code, Fault, Faults};
use crate::source::Source;
use crate::units::Index;

/// Only the version, so that a form from the future is told as such and not by its unknown keys.
#[derive(Deserialize)]
struct Version {
    ledger: Option<toml::Spanned<u64>>,
}

/// Reads a ledger.
///
/// # Errors
/// [`Code::LedgerConflict`] for the marks of a merge, [`Code::LedgerFuture`] for a later version, [`Code::LedgerSyntax`] for what is
/// no ledger, [`Code::LedgerEdited`] for every entry whose digest is not its own.
pub fn parse(source: &Source) -> Result<Ledger, Faults> {
    let text = source.text();
    if let Some(mark) = conflict(text) {
        return Err(Fault::new(
            Code::LedgerConflict,
            "the ledger holds the marks of a merge conflict",
            "keep one side whole (`git checkout --ours` or `--theirs` on this file) and compile again: the entry of the parent is made anew",
        )
        .at(&source.place(mark..mark + 7), "a conflict begins here")
        .into());
    }
    let no_toml = |error: &toml::de::Error| syntax(source, error);
    let version: Version = toml::from_str(text).map_err(|error| no_toml(&error))?;
    if let Some(version) = version.ledger.filter(|version| *version.get_ref() > VERSION) {
        return Err(Fault::new(
            Code::LedgerFuture,
            format!(
                "the ledger is of version {}, and this gapit-compile knows version {VERSION}",
                version.get_ref()
            ),
            "take the gapit-compile that wrote it, or a later one",
        )
        .at(&source.place(version.span()), "from the future")
        .into());
    }
    let file: File = toml::from_str(text).map_err(|error| no_toml(&error))?;
    let mut faults = Faults::new();
    let mut entries = Vec::new();
    for generation in file.generations {
        let written = generation.digest.clone();
        let entry = entry(generation);
        if entry.digest() != written {
            faults.push(edited(source, &entry, &written));
        }
        entries.push(entry);
    }
    faults.or(Ledger { entries })
}

/// Where a line begins as git marks a conflict.
fn conflict(text: &str) -> Option<usize> {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).find(|at| text[*at..].starts_with("<<<<<<<"))
}

fn entry(file: Generation) -> Entry {
    let items = file.items.into_iter().map(|(index, item)| {
        let planned = Planned {
            rule: item.rule,
            cause: item.cause,
            tier: item.tier,
            variant: item.variant,
            used: item.used,
        };
        (Index::new(index), planned)
    });
    Entry {
        generation: file.generation,
        root: file.root,
        parent: file.parent,
        workflow: file.workflow,
        recipe: file.recipe,
        snapshot: file.snapshot,
        scan: file.scan,
        decisions: file.decisions,
        usage: file.usage,
        logs: file.logs,
        flags: Flags {
            only: file.flags.only,
            retry_unknown: file.flags.retry_unknown,
            min_tier: file.flags.min_tier,
            param: file.flags.param,
        },
        items: items.collect(),
    }
}

fn syntax(source: &Source, error: &toml::de::Error) -> Fault {
    let place = source.place(error.span().unwrap_or(0..0));
    let fact = error.message().lines().next().unwrap_or("it cannot be read");
    // serde names Rust's types, which say nothing to whoever reads a ledger.
    let fact = ["usize", "u64", "u32"]
        .iter()
        .fold(fact.to_owned(), |fact, name| fact.replace(name, "a whole number"));
    Fault::new(
        Code::LedgerSyntax,
        format!("this is no ledger: {fact}"),
        format!("take the ledger that was committed last: `git checkout -- {}`", source.name()),
    )
    .at(&place, "here")
}

fn edited(source: &Source, entry: &Entry, written: &str) -> Fault {
    let at = source.text().find(written).filter(|_| !written.is_empty()).unwrap_or(0);
    Fault::new(
        Code::LedgerEdited,
        format!("the entry for generation {} of {} was edited by hand", entry.generation, entry.root),
        format!(
            "take the ledger that was committed last: `git checkout -- {}`; a plan is changed by the recipe, not here",
            source.name()
        ),
    )
    .at(&source.place(at..at + written.len()), "the digest of another entry")
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::*;

    fn ledger() -> Ledger {
        let planned = |rule: &str| Planned {
            rule: rule.into(),
            cause: "oom".into(),
            tier: "highmem".into(),
            variant: (rule == "oom").then(|| "a-highmem-oom".into()),
            used: 1,
        };
        Ledger {
            entries: vec![Entry {
                generation: 2,
                root: "a".into(),
                parent: "a".into(),
                workflow: "a-retry".into(),
                recipe: "r".into(),
                snapshot: "s".into(),
                scan: None,
                decisions: None,
                usage: Some("u".into()),
                logs: None,
                flags: Flags {
                    only: Some("2-10".into()),
                    param: [("x".into(), "a \"b\"".into())].into(),
                    ..Flags::default()
                },
                items: [("10", "oom"), ("2", "oom"), ("chr 2", "policy.unmatched")]
                    .map(|(index, rule)| (Index::new(index), planned(rule)))
                    .into(),
            }],
        }
    }

    fn code(text: &str) -> Code {
        parse(&Source::new("ledger.toml", text)).unwrap_err().iter().next().unwrap().code
    }

    #[test]
    fn what_was_written_is_read_back() {
        let text = render("written by gapit-compile from r.toml; do not edit", &ledger());
        assert_eq!(parse(&Source::new("ledger.toml", text.as_str())).unwrap(), ledger());
        assert!(
            text.find("\n2 = ").unwrap() < text.find("\n10 = ").unwrap(),
            "people count 2 before 10\n{text}"
        );
    }

    #[test]
    fn each_damage_has_its_own_fault() {
        let text = render("written by gapit-compile from r.toml; do not edit", &ledger());
        assert_eq!(code(&text.replace("used = 1", "used = 0")), Code::LedgerEdited);
        assert_eq!(code(&text.replace("ledger = 1", "ledger = 2\nnew-thing = true")), Code::LedgerFuture);
        assert_eq!(code(&text.replace("root = ", "<<<<<<< HEAD\nroot = ")), Code::LedgerConflict);
        assert_eq!(code(&text.replace("rule = ", "rul = ")), Code::LedgerSyntax);
        assert_eq!(code("ledger = "), Code::LedgerSyntax);
    }
}

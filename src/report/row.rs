//! `explain ROW`: the page of a row of the catalogue of endings, and `explain --rows`: all of them in a line each.

use std::fmt::Write as _;

use crate::diagnose::{
    LookAlike, Outcome, Reading, Row, Spelling, StopRow, ToldBy, Versions, rows, stop_rows,
};

/// The page of a row; `None` where there is no such row.
pub fn row_page(id: &str) -> Option<String> {
    let row = rows().find(|row| row.id == id);
    let stop = stop_rows().find(|row| row.id == id);
    match (row, stop) {
        (Some(row), stop) => Some(page(row) + &stop.map(beside).unwrap_or_default()),
        (None, stop) => stop.map(stop_page),
    }
}

/// Every row as its name, its cause in a word, and what it means; last those that say why Argo stopped retrying.
fn listed() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut listed: Vec<_> = rows().map(|row| (row.id, in_a_word(row), row.explanation)).collect();
    for row in stop_rows() {
        if rows().all(|known| known.id != row.id) {
            listed.push((row.id, "no cause", row.explanation));
        }
    }
    listed
}

/// The name of every row.
pub fn row_ids() -> Vec<&'static str> {
    listed().into_iter().map(|(id, ..)| id).collect()
}

/// Every row in a line, in the order in which they are asked.
pub fn row_list() -> String {
    let listed = listed();
    let ids = listed.iter().map(|(id, ..)| id.len()).max().unwrap_or_default();
    let words = listed.iter().map(|(_, word, _)| word.len()).max().unwrap_or_default();
    let line =
        |(id, word, explanation): &(&str, &str, &str)| format!("{id:<ids$}  {word:<words$}  {explanation}\n");
    listed.iter().map(line).collect()
}

/// The cause of a row where it has one alone.
fn in_a_word(row: &Row) -> &'static str {
    match row.outcome() {
        Outcome::Succeeded => "done",
        Outcome::LeftOut => "nothing to do",
        Outcome::Failed(readings) => {
            let first = readings[0].cause;
            let same = readings.iter().all(|reading| reading.cause == first);
            if same { first.as_str() } else { "depends" }
        }
    }
}

fn page(row: &Row) -> String {
    let phases: Vec<String> = row.phases.iter().map(|phase| format!("{phase:?}")).collect();
    let mut page = format!(
        "# {}\n\n{}\n\n## What Argo writes\n\nThe message of a node of phase {}, by the version of Argo: an example, and the regular expression \
         that knows it.\n",
        row.id,
        row.explanation,
        phases.join(" or ")
    );
    row.spellings.iter().for_each(|spelling| page.push_str(&written(spelling)));
    page.push_str("\n## Cause\n\n");
    match row.outcome() {
        Outcome::Succeeded => page.push_str("None: the item is done.\n"),
        Outcome::LeftOut => page.push_str("None: there is nothing to do.\n"),
        Outcome::Failed(readings) => page.push_str(&causes(&readings)),
    }
    if row.yields_to_an_earlier_oom() {
        page.push_str(
            "\nWhere the last attempt was only cut, or never ended, and an earlier one was out of memory, that is the cause: oom, likely (row A1).\n",
        );
    }
    page + &told_from(row)
}

fn written(spelling: &Spelling) -> String {
    let versions = if spelling.versions == Versions::ALL {
        "Every version".to_owned()
    } else {
        format!("Argo {}", spelling.versions)
    };
    let example = if spelling.example.is_empty() { "(no message)" } else { spelling.example };
    format!("\n{versions}:\n\n    {example}\n    {}\n", spelling.pattern)
}

fn causes(readings: &[Reading]) -> String {
    let line = |reading: &Reading| {
        let when = reading.when.map_or(String::new(), |when| format!(": {when}"));
        format!("- {}, {}{when}\n", reading.cause, reading.confidence)
    };
    let head = if readings.len() > 1 { "The first that holds:\n\n" } else { "" };
    head.to_owned() + &readings.iter().map(line).collect::<String>()
}

/// What it could be taken for; nothing where there is nothing.
fn told_from(row: &Row) -> String {
    let like = row.look_alikes();
    if like.is_empty() && row.told_from().is_empty() {
        return String::new();
    }
    let mut text = "\n## Told from\n\n".to_owned();
    like.iter().for_each(|other| text.push_str(&look_alike(other)));
    if !row.told_from().is_empty() {
        let gap = if like.is_empty() { "" } else { "\n" };
        let causes: Vec<&str> = row.told_from().iter().map(|cause| cause.as_str()).collect();
        let _ = writeln!(
            text,
            "{gap}`gapit-compile explain RECIPE ITEM` says of an item why it was none of {}.",
            causes.join(", ")
        );
    }
    text
}

fn look_alike(other: &LookAlike) -> String {
    let by = match other.by {
        ToldBy::Phase => {
            let phases: Vec<String> = other.row.phases.iter().map(|phase| format!("{phase:?}")).collect();
            format!("of phase {}", phases.join(" or "))
        }
        ToldBy::Blanks => "which has other blanks".to_owned(),
        ToldBy::AskedBefore => "asked before this row".to_owned(),
        ToldBy::AskedAfter => "asked after this row".to_owned(),
    };
    format!("- {} ({}), {by}: {}\n", other.row.id, in_a_word(other.row), other.row.explanation)
}

/// Where the text stands on a Retry node, it says why Argo made no further attempt.
const NO_CAUSE: &str =
    "It says why Argo made no further attempt. Why the item failed, the message of its last attempt says.";

fn stop_page(row: &StopRow) -> String {
    let text = if row.text.is_empty() { "(the message of the last attempt)" } else { row.text };
    format!(
        "# {}\n\n{}\n\n## What Argo writes\n\nThe message of a node of type Retry, in every version, or how it begins:\n\n    {text}\n\n\
         ## Cause\n\nNone. {NO_CAUSE}\n",
        row.id, row.explanation
    )
}

fn beside(row: &StopRow) -> String {
    format!("\n## On a Retry node that has attempts\n\n{} {NO_CAUSE}\n", row.explanation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_page_with_its_spellings_and_its_causes() {
        for id in row_ids() {
            let page = row_page(id).unwrap();
            assert!(page.starts_with(&format!("# {id}\n\n")), "{page}");
            assert!(page.contains("\n## What Argo writes\n\n") && page.contains("\n## Cause\n\n"), "{page}");
        }
        for row in rows() {
            let page = row_page(row.id).unwrap();
            let held = |text: &str| assert!(page.contains(text), "{text:?} is not in\n{page}");
            held(row.explanation);
            for spelling in row.spellings {
                held(spelling.example);
                held(spelling.pattern);
            }
            if let Outcome::Failed(readings) = row.outcome() {
                assert!(!readings.is_empty());
                readings
                    .iter()
                    .for_each(|reading| held(&format!("- {}, {}", reading.cause, reading.confidence)));
            }
        }
    }

    #[test]
    fn the_list_has_a_line_a_row() {
        let list = row_list();
        let listed: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(listed, row_ids());
        assert_eq!(row_page("A99"), None);
    }
}

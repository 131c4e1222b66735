//! The rows whose messages could be taken for a row's own, and what tells them apart.

use super::{Row, patterns, rows};

/// A row whose message could be taken for another's.
#[derive(Debug, Clone, Copy)]
pub struct LookAlike {
    /// The other.
    pub row: &'static Row,
    /// What tells them apart.
    pub by: ToldBy,
}

/// What tells a row from its look-alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldBy {
    /// The look-alike's node has another phase.
    Phase,
    /// The look-alike is written with another number of blanks.
    Blanks,
    /// The look-alike says more, so that it is asked first.
    AskedBefore,
    /// The look-alike says less, so that it is asked later.
    AskedAfter,
}

impl Row {
    /// The rows whose message fits this one's spelling or the other way round, in the order in which rows are tried.
    pub fn look_alikes(&self) -> Vec<LookAlike> {
        let mut before = true;
        let mut found = Vec::new();
        for row in rows() {
            if row.id == self.id {
                before = false;
            } else if let Some(by) = told(self, row, before) {
                found.push(LookAlike { row, by });
            }
        }
        found
    }
}

/// What tells two rows apart; `None` where their messages differ too much to be taken for each other.
fn told(own: &Row, other: &Row, before: bool) -> Option<ToldBy> {
    if !fits(own, other, str::to_owned) && !fits(other, own, str::to_owned) {
        return (fits(own, other, squeezed) || fits(other, own, squeezed)).then_some(ToldBy::Blanks);
    }
    Some(match (own.phases.iter().any(|phase| other.phases.contains(phase)), before) {
        (false, _) => ToldBy::Phase,
        (true, true) => ToldBy::AskedBefore,
        (true, false) => ToldBy::AskedAfter,
    })
}

/// Whether a message of one row, written so, fits a spelling of the other.
fn fits(pattern_of: &Row, message_of: &Row, written: fn(&str) -> String) -> bool {
    let messages: Vec<String> =
        message_of.spellings.iter().map(|spelling| written(spelling.example)).collect();
    let own = patterns().iter().filter(|(_, row, _)| row.id == pattern_of.id);
    own.into_iter().any(|(pattern, ..)| messages.iter().any(|message| pattern.is_match(message)))
}

/// A message with one blank between its words.
fn squeezed(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str) -> Vec<(&'static str, ToldBy)> {
        let row = rows().find(|row| row.id == id).unwrap();
        row.look_alikes().into_iter().map(|other| (other.row.id, other.by)).collect()
    }

    #[test]
    fn a_row_is_told_by_its_phase_its_blanks_or_the_order() {
        assert!(of("A1").contains(&("A2", ToldBy::Phase)), "{:?}", of("A1"));
        assert!(of("A1").contains(&("A11", ToldBy::AskedAfter)), "{:?}", of("A1"));
        assert!(of("A11").contains(&("A1", ToldBy::AskedBefore)), "{:?}", of("A11"));
        assert_eq!(of("D3"), [("D4", ToldBy::Blanks)]);
        assert_eq!(of("D13"), []);
    }
}

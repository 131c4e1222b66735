//! One fault, and all faults of an input at once.

use std::fmt::{self, Write as _};

use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};

use super::Code;
use crate::source::Place;
use crate::units::visible;

/// A place in the user's own text and what to see there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// A few words under the caret; empty where the message says it all.
    pub text: String,
}

/// Something wrong with an input: a code, a place, a sentence and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub code: Code,
    /// One lower-case sentence that states the fact.
    pub message: String,
    /// Where it shows; the first is the primary place. Empty only where there is no text (a file that cannot be read).
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: String,
}

impl Fault {
    /// A fault without a place yet.
    pub fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: help.into() }
    }

    /// The same fault, with one more place.
    #[must_use]
    pub fn at(mut self, place: &Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place: place.clone(), text: text.into() });
        self
    }
}

/// The message. What it quotes of others does not speak to the terminal.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.chars().try_for_each(|c| f.write_char(if c == '\n' { c } else { visible(c) }))
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.labels.first().map(|label| label.place.source() as &dyn SourceCode)
    }

    /// Labels in the primary label's text; those in other texts are told in the message or the help.
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let primary = self.labels.first()?.place.source();
        let here = self.labels.iter().filter(move |label| label.place.source() == primary);
        Some(Box::new(here.enumerate().map(|(position, label)| {
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let span = SourceSpan::from(label.place.span());
            // The header names the primary place; without this it would name the earliest one.
            if position == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }
}

/// All faults found so far. A stage pushes every one it can and then stops.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, unless the very same is there already.
    pub fn push(&mut self, fault: Fault) {
        if !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    /// Adds all of another stage's.
    pub fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|fault| self.push(fault));
    }

    /// Keeps the value of a result, and its faults if it has none.
    pub fn take<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result.map_err(|faults| self.extend(faults)).ok()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// The value, if nothing was wrong.
    ///
    /// # Errors
    /// The faults, if there is one.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The exit code of a run that these faults end: the smallest, because a wrong recipe comes before a wrong input.
    pub fn exit(&self) -> u8 {
        self.0.iter().map(|fault| fault.code.exit()).min().unwrap_or(0)
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fault_quotes_does_not_speak_to_the_terminal() {
        let fault = Fault::new(Code::PlanUpstream, "task a failed: \u{1b}[2Jred\nand more", "mend it");
        assert_eq!(fault.to_string(), "task a failed: ␛[2Jred\nand more");
    }
}

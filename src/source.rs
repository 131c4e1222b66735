//! A text that a person wrote or a tool printed, and places in it.

use std::ops::Range;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A named text. Cloning is cheap, so a [`Place`] can carry its own source wherever it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
}

impl Source {
    /// A text under the name that messages show: a path as the user typed it, or `-` for standard input.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The name that messages show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A place in this text, by byte offsets; offsets past the end are drawn back to it.
    pub fn place(&self, span: Range<usize>) -> Place {
        let end = span.end.min(self.text.len());
        Place { source: self.clone(), span: span.start.min(end)..end }
    }

    /// The place of a one-based line and column, as parsers report them: one character wide.
    pub fn place_at(&self, line: usize, column: usize) -> Place {
        let start = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
        let row = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let within = row.char_indices().nth(column.saturating_sub(1)).map_or(row.len(), |(at, _)| at);
        let width = row.get(within..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.place(start + within..start + within + width)
    }
}

/// A span of bytes in a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    source: Source,
    span: Range<usize>,
}

impl Place {
    /// The text that this place is in.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The byte offsets.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A part of this place: `inner` counts bytes from this place's start.
    pub fn within(&self, inner: Range<usize>) -> Self {
        self.source.place(self.span.start + inner.start..self.span.start + inner.end)
    }

    /// The text at this place.
    pub fn text(&self) -> &str {
        self.source.text.get(self.span.clone()).unwrap_or_default()
    }

    /// One-based line and column (in characters) of the start.
    pub fn line_column(&self) -> (usize, usize) {
        let before = self.source.text.get(..self.span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// Where the lines of a text begin: for many places of one text, [`Place::line_column`] would count them again and again.
#[derive(Debug, Clone)]
pub struct Lines {
    source: Source,
    starts: Vec<usize>,
}

impl Lines {
    /// The lines of a text.
    pub fn new(source: &Source) -> Self {
        let breaks = source.text.match_indices('\n').map(|(at, _)| at + 1);
        Self { source: source.clone(), starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// One-based line and column (in characters) of a byte offset.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.wrapping_sub(1)).copied().unwrap_or_default();
        let within = self.source.text.get(start..offset).unwrap_or_default();
        (line, within.chars().count() + 1)
    }

    /// The one-based line with that number; empty past the end.
    pub fn line(&self, number: usize) -> &str {
        let start = number
            .checked_sub(1)
            .and_then(|at| self.starts.get(at))
            .copied()
            .unwrap_or(self.source.text.len());
        self.source.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

impl<T> At<T> {
    /// A value with its place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), place: self.place }
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.as_ref().read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_string(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_column_round_trip_through_a_place() {
        let source = Source::new("x", "eins\nzwö = 3\n\nvier");
        for (line, column) in [(1, 1), (2, 3), (2, 7), (4, 4)] {
            assert_eq!(source.place_at(line, column).line_column(), (line, column));
        }
        assert_eq!(source.place_at(2, 3).text(), "ö");
        assert_eq!(source.place(900..999).text(), "");
    }

    #[test]
    fn lines_count_as_places_do() {
        let source = Source::new("x", "eins\nzwö = 3\n\nvier");
        let lines = Lines::new(&source);
        for at in source.text().char_indices().map(|(at, _)| at).chain([source.text().len()]) {
            assert_eq!(lines.position(at), source.place(at..at).line_column(), "{at}");
        }
        assert_eq!((lines.line(2), lines.line(4), lines.line(9), lines.count()), ("zwö = 3", "vier", "", 4));
    }
}

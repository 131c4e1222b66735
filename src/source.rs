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

/// The whole lines around a span, at least so many and one more on either side; of a span that is not in the text, all of it.
fn around(text: &str, span: &SourceSpan, lines_before: usize, lines_after: usize) -> Range<usize> {
    let end = span.offset() + span.len();
    let (Some(before), Some(after)) = (text.get(..span.offset()), text.get(end..)) else {
        return 0..text.len();
    };
    let first = before.rmatch_indices('\n').nth(lines_before + 1).map_or(0, |(at, _)| at + 1);
    let last = after.match_indices('\n').nth(lines_after + 1).map_or(text.len(), |(at, _)| end + at + 1);
    first..last
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // What reads the lines around a span goes through all that is before it, character by character; of a long text with many
        // findings that would be most of the work.
        let text = self.text.as_ref();
        let around = around(text, span, lines_before, lines_after);
        let (base, before) = (around.start, &text[..around.start]);
        let within = SourceSpan::new((span.offset().saturating_sub(base)).into(), span.len());
        let inner = text[around].read_span(&within, lines_before, lines_after)?;
        let shown = SourceSpan::new((inner.span().offset() + base).into(), inner.span().len());
        // A break is `\n`, `\r\n` or `\r`.
        let breaks =
            before.matches('\n').count() + before.matches('\r').count() - before.matches("\r\n").count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_string(),
            inner.data(),
            shown,
            inner.line() + breaks,
            inner.column(),
            // Counted from the beginning of the text, too.
            inner.line_count() + breaks,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_a_span_are_those_of_the_whole_text() {
        let text = "eins\nzwö\r\ndrei\r\n\r\nfünf\nsechs\rsieben\nacht\n\nzehn";
        let source = Source::new("x", text);
        for start in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (start..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                for (before, after) in [(0, 0), (1, 1), (0, 2), (2, 0)] {
                    let span = SourceSpan::new(start.into(), end - start);
                    let read = |one: &dyn SpanContents<'_>| {
                        (one.data().to_vec(), *one.span(), one.line(), one.column(), one.line_count())
                    };
                    let whole = text.read_span(&span, before, after).map(|one| read(one.as_ref()));
                    let ours = source.read_span(&span, before, after).map(|one| read(one.as_ref()));
                    assert_eq!(ours.ok(), whole.ok(), "{start}..{end} with {before} and {after}");
                }
            }
        }
        assert!(source.read_span(&SourceSpan::new(900.into(), 1), 1, 1).is_err());
    }

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

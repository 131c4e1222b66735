//! YAML and JSON with marks: what a text means to the clients of a cluster, and where each key and each value stands.
//!
//! `kubectl` and `argo` read YAML through `sigs.k8s.io/yaml`, thus through `go.yaml.in/yaml/v2` (2.4.2): a reader of YAML 1.1 with
//! habits of its own. What a plain word means is settled in `scalar`, what maps, merges and aliases come to in `tree`.

mod blanks;
mod grow;
mod marks;
mod scalar;
mod tree;

use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScanError};
use serde::de::IgnoredAny;
use serde_json::Value;

use self::blanks::{Blanks, Refused};
pub use self::marks::Mark;
use self::tree::Child;
use crate::error::{Code, Fault, Faults};
use crate::source::{Place, Source};

/// One document of a text.
#[derive(Debug, Clone)]
pub struct Document {
    /// The text that it is in.
    pub source: Source,
    /// What it means.
    pub value: Value,
    root: Child,
}

/// A comment, from its `#` to the end of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment.
    pub place: Place,
}

/// What a text holds.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Its documents, without empty ones and without those that have no sure meaning.
    pub documents: Vec<Document>,
    /// The comments of those documents, and those before, between and behind them.
    pub comments: Vec<Comment>,
    /// Everything that is wrong with its syntax. A document with a key that stands twice is still among the documents, with what
    /// a reader that takes both would see.
    pub faults: Faults,
    /// How many documents are not among the documents because of their faults.
    pub lost: usize,
}

/// Comments in a row that are held back while the reader looks for what they belong to. A file may begin with a long licence, or
/// have whole templates commented out; the text bounds them.
const COMMENTS_IN_A_ROW: usize = 1 << 24;

/// Reads every document of a text. A document that is not YAML does not hide the next one: that begins with the next line `---`.
pub fn read(source: &Source) -> Reading {
    let blanks = blanks::read(source.text());
    let mut reading = Reading::default();
    for part in parts(&blanks.text) {
        let options = granit_parser::options! { max_buffered_comment_events: COMMENTS_IN_A_ROW };
        Reader::new(source, &blanks, part, options, &mut reading).read();
    }
    for refused in blanks.refused {
        reading.faults.push(not_taken(source, refused));
    }
    reading
}

/// The parts of a text that are read each by itself: JSON objects one after another, as `kubectl` and `argo` read what begins
/// with a brace; else the whole text.
fn parts(text: &str) -> Vec<Range<usize>> {
    let whole = 0..text.len();
    if !text.trim_start().starts_with('{') {
        return vec![whole];
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let mut parts: Vec<Range<usize>> = Vec::new();
    while let Some(next) = values.next() {
        if next.is_err() {
            return vec![whole];
        }
        parts.push(parts.last().map_or(0, |part| part.end)..values.byte_offset());
    }
    parts
}

/// A text under reading.
struct Reader<'a, 'r> {
    source: &'a Source,
    blanks: &'a Blanks<'a>,
    /// Where the part that is read begins.
    base: usize,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    reading: &'r mut Reading,
}

impl<'a, 'r> Reader<'a, 'r> {
    fn new(
        source: &'a Source,
        blanks: &'a Blanks<'a>,
        part: Range<usize>,
        options: Options,
        reading: &'r mut Reading,
    ) -> Self {
        let base = part.start;
        let parser = Parser::new_from_str_with_options(&blanks.text[part], options);
        Self { source, blanks, base, parser, reading }
    }

    fn read(mut self) {
        loop {
            let (comments, faults) = (self.reading.comments.len(), self.reading.faults.len());
            match self.document() {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    // What the broken document said of itself is not known to be about anything.
                    self.reading.comments.truncate(comments);
                    self.reading.lost += 1;
                    let at = self.base + error.marker().byte_offset().unwrap_or_default();
                    let at = at.min(self.source.text().len());
                    let fault = not_yaml(self.source, at, &error);
                    if self.reading.faults.len() == faults && !self.is_told(at) {
                        self.reading.faults.push(fault);
                    }
                    if !self.parser.proceed_next_document().unwrap_or(false) {
                        return;
                    }
                }
            }
        }
    }

    /// Whether what the clients refuse in the document around a place is why the parser does, too.
    fn is_told(&self, at: usize) -> bool {
        let text = self.source.text();
        let start = text[..at].rfind("\n---").map_or(0, |found| found + 1);
        let end = text[at..].find("\n---").map_or(text.len(), |found| at + found + 1);
        self.blanks.refused.iter().any(|refused| (start..end).contains(&refused.at()))
    }

    /// The bytes of a span.
    fn bytes(&self, span: &granit_parser::Span) -> Range<usize> {
        let range =
            span.byte_range().expect("the parser counts bytes where it reads a text that is all there");
        self.base + range.start..self.base + range.end
    }

    /// Reads up to the end of the next document; `false` at the end of the text.
    fn document(&mut self) -> Result<bool, ScanError> {
        while let Some(next) = self.parser.next_event() {
            match next? {
                (Event::StreamEnd, _) => return Ok(false),
                (Event::DocumentStart(..), _) => {
                    self.content()?;
                    return Ok(true);
                }
                (Event::Comment(..), span) => self.comment(self.bytes(&span)),
                _ => {}
            }
        }
        Ok(false)
    }

    fn content(&mut self) -> Result<(), ScanError> {
        let mut growth = grow::Growth::new(self.source);
        let mut comments = Vec::new();
        while let Some(next) = self.parser.next_event() {
            match next? {
                (Event::DocumentEnd, _) => break,
                (Event::Comment(..), span) => comments.push(self.bytes(&span)),
                (event, span) => growth.take(event, self.bytes(&span)),
            }
        }
        let grown = growth.finish();
        self.reading.faults.extend(grown.faults);
        match grown.root {
            None => self.reading.lost += 1,
            Some((_, Value::Null)) => comments.into_iter().for_each(|span| self.comment(span)),
            Some((root, value)) => {
                comments.into_iter().for_each(|span| self.comment(span));
                self.reading.documents.push(Document { source: self.source.clone(), value, root });
            }
        }
        Ok(())
    }

    fn comment(&mut self, span: Range<usize>) {
        self.reading.comments.push(Comment { place: self.source.place(span) });
    }
}

/// What the clients' reader refuses, although the text can be read.
fn not_taken(source: &Source, refused: Refused) -> Fault {
    let at = refused.at();
    let (message, help, width) = match refused {
        Refused::Tab(_) => (
            "the text is not YAML: a tab stands where a line may begin",
            "put spaces in its place, also in lines that are empty or hold a comment",
            1,
        ),
        Refused::Directive(_) => (
            "`kubectl` takes no directives: it reads what stands before `---` as a document of its own",
            "take the line out; the clients read YAML 1.1 whatever it says",
            source.text()[at..].lines().next().map_or(1, str::len),
        ),
    };
    Fault::new(Code::VerifySyntax, message, help).at(&source.place(at..at + width), "here")
}

fn not_yaml(source: &Source, at: usize, error: &ScanError) -> Fault {
    let width = source.text()[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let place = source.place(at..at + width);
    let help =
        if is_for_helm(source.text()) { RENDER } else { "mend the YAML at this place, or just above it" };
    let message = format!("the text is not YAML: {}", error.info());
    Fault::new(Code::VerifySyntax, message, help).at(&place, "here")
}

/// What to do with a text that Helm has yet to fill in.
const RENDER: &str =
    "this is a template of Helm's: lint what comes out of it, `helm template CHART | gapit-compile lint -`";

/// Whether a text has what only Helm fills in: `{{ .Values.x }}`, `{{- if … }}`, `{{ include … }}`.
fn is_for_helm(text: &str) -> bool {
    text.split("{{").skip(1).any(|inside| {
        let inside = inside.strip_prefix('-').unwrap_or(inside).trim_start();
        let word =
            inside.split(|c: char| !(c.is_alphanumeric() || ".$-_/".contains(c))).next().unwrap_or_default();
        [".Values", ".Release", ".Chart", "$.Values", "/*"].iter().any(|start| inside.starts_with(start))
            || ["if", "else", "end", "range", "with", "include", "template", "define"].contains(&word)
    })
}

#[cfg(test)]
mod tests;

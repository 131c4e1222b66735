//! What is wrong, at its place in a text.

use serde_json::Value;

use super::objects::Object;
use crate::error::{Code, Fault, Label};
use crate::lint::{LINTS, Level};
use crate::source::{Lines, Source};
use crate::verify::Finding;
use crate::verify::document::Document;

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Found {
    /// What is wrong, where, and the way out. The first label is the place; the others are the aliases that bring it elsewhere, or
    /// what it is at odds with.
    pub fault: Fault,
    /// How bad it is.
    pub level: Level,
    /// Where the first label stands.
    pub span: Span,
    /// The object that it is about: `WorkflowTemplate gwas/run`. None where the text could not be read.
    pub object: Option<String>,
    /// The path to it in that object, with names in place of list positions where there are any: `/spec/templates/run/container`.
    pub path: String,
    /// The index of its text.
    pub(super) file: usize,
}

/// A stretch of a text: one-based lines and columns in characters; the end is one past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
}

impl Found {
    /// The name of the file that it is in.
    pub fn file_name(&self) -> &str {
        self.fault.labels.first().map_or("", |label| label.place.source().name())
    }
}

/// How bad what has that code is: what `verify` finds, a cluster refuses or no run survives.
pub fn level(code: Code) -> Level {
    match code {
        Code::LintUnusedAllow => Level::Info,
        Code::LintBadAllow => Level::Warning,
        code => LINTS.iter().find(|lint| lint.code == code).map_or(Level::Error, |lint| lint.level),
    }
}

/// Collects what is found.
pub(super) struct Finder {
    lines: Vec<Lines>,
    found: Vec<Found>,
}

impl Finder {
    pub(super) fn new(sources: &[Source]) -> Self {
        Self { lines: sources.iter().map(Lines::new).collect(), found: Vec::new() }
    }

    /// What is wrong with the syntax of a text.
    pub(super) fn fault(&mut self, file: usize, fault: &Fault) {
        self.push(file, fault.clone(), None, String::new());
    }

    /// What is wrong with an object.
    pub(super) fn finding(&mut self, file: usize, document: &Document, object: &Object, finding: Finding) {
        let mark = document.mark(&format!("{}{}", object.base, finding.pointer), finding.side);
        let path = named(&object.value, &finding.pointer);
        let value = object.value.pointer(&finding.pointer);
        let help = as_written(finding.help, value, mark.place.text());
        let mut fault = Fault::new(finding.code, finding.message, help).at(&mark.place, "");
        if let Some(alias) = &mark.alias {
            fault = fault.at(alias, "used by this alias");
        }
        self.push(file, fault, Some(object.label()), path);
    }

    fn push(&mut self, file: usize, fault: Fault, object: Option<String>, path: String) {
        // What an anchor holds is wrong wherever an alias brings it; it is told once, with all of these.
        let same = |other: &&mut Found| {
            let (one, other) = (&fault, &other.fault);
            (one.code, &one.message, &one.help) == (other.code, &other.message, &other.help)
                && one.labels.first().map(|label| label.place.span())
                    == other.labels.first().map(|label| label.place.span())
        };
        if let Some(other) = self.found.iter_mut().rev().take_while(|other| other.file == file).find(same) {
            let more: Vec<Label> =
                fault.labels.into_iter().filter(|label| !other.fault.labels.contains(label)).collect();
            other.fault.labels.extend(more);
            return;
        }
        let span = span(&fault, &self.lines[file]);
        self.found.push(Found { level: level(fault.code), fault, span, object, path, file });
    }

    /// All of it, in the order of the texts and of the places in them.
    pub(super) fn finish(mut self) -> Vec<Found> {
        self.found.sort_by_key(|found| (found.file, found.span, found.fault.code));
        self.found
    }
}

/// Where the first label stands.
pub(super) fn span(fault: &Fault, lines: &Lines) -> Span {
    let range = fault.labels.first().map_or(0..0, |label| label.place.span());
    let ((line, column), (end_line, end_column)) = (lines.position(range.start), lines.position(range.end));
    Span { line, column, end_line, end_column }
}

/// The help, where a plain word means something that does not look like it: who wrote `0755` does not know 493.
fn as_written(help: String, value: Option<&Value>, text: &str) -> String {
    let meaning = match value {
        Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
        _ => return help,
    };
    if meaning == text || text.is_empty() || text.contains(['\n', ':', '"', '\'']) {
        return help;
    }
    let help = help.replace(&format!("\"{meaning}\""), &format!("\"{text}\""));
    format!("{help}; `{text}` without quotes is {meaning} to `kubectl` and `argo`, which read YAML 1.1")
}

/// A pointer with the names of list entries in place of their positions: it stays the same when others move.
fn named(value: &Value, pointer: &str) -> String {
    let mut path = String::new();
    let mut at = Some(value);
    for step in pointer.split('/').skip(1) {
        let next = at.and_then(|at| at.pointer(&format!("/{step}")));
        let name = at
            .filter(|at| at.is_array())
            .and_then(|_| next?.get("name")?.as_str())
            .map(|name| name.replace('~', "~0").replace('/', "~1"));
        path = format!("{path}/{}", name.as_deref().unwrap_or(step));
        at = next;
    }
    path
}

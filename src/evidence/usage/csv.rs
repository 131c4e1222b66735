//! A table with a header: `item` or `pod`, and `peak_bytes`. Other columns are passed over.

use std::ops::Range;

use super::{Usage, bad_number, not_a_usage};
use crate::error::{Fault, Faults};
use crate::source::Source;
use crate::units::{Index, Memory};

/// One cell: its text, and where it stands.
struct Cell {
    text: String,
    span: Range<usize>,
}

/// Which column holds what.
struct Columns {
    whose: usize,
    is_pod: bool,
    peak: usize,
}

/// Adds every line.
pub(super) fn read(source: &Source, usage: &mut Usage) -> Result<(), Faults> {
    let mut lines = lines(source.text());
    let header = lines.next().unwrap_or_default();
    let columns = columns(source, &header)?;
    let mut faults = Faults::new();
    for line in lines {
        if let Err(fault) = add(source, &columns, &line, usage) {
            faults.push(fault);
        }
    }
    faults.or(())
}

fn columns(source: &Source, header: &[Cell]) -> Result<Columns, Fault> {
    let find = |name: &str| header.iter().position(|cell| cell.text.eq_ignore_ascii_case(name));
    let whose = find("item").map(|at| (at, false)).or_else(|| find("pod").map(|at| (at, true)));
    if let (Some((whose, is_pod)), Some(peak)) = (whose, find("peak_bytes")) {
        return Ok(Columns { whose, is_pod, peak });
    }
    let span = match (header.first(), header.last()) {
        (Some(first), Some(last)) => first.span.start..last.span.end,
        _ => 0..0,
    };
    let message = "this is neither JSON nor CSV with the columns `item` (or `pod`) and `peak_bytes`";
    Err(not_a_usage(&source.place(span), message, "the first line names the columns"))
}

fn add(source: &Source, columns: &Columns, line: &[Cell], usage: &mut Usage) -> Result<(), Fault> {
    let (Some(whose), Some(peak)) = (line.get(columns.whose), line.get(columns.peak)) else {
        let span = line.first().map_or(0..0, |cell| cell.span.clone());
        return Err(bad_number(&source.place(span), "this line has no peak"));
    };
    if is_nothing(&peak.text) {
        return Ok(());
    }
    let memory = Memory::parse(&peak.text).map_err(|why| {
        let message = format!("\"{}\" is no amount of memory: {why}", peak.text);
        bad_number(&source.place(peak.span.clone()), message)
    })?;
    if columns.is_pod {
        usage.add_pod(&whose.text, None, None, memory.bytes());
    } else {
        usage.add_item(Index::new(whose.text.as_str()), memory.bytes());
    }
    Ok(())
}

/// Nothing was measured: an empty cell, not a number, or zero, as in an answer of Prometheus.
fn is_nothing(text: &str) -> bool {
    text.is_empty() || text.parse::<f64>().is_ok_and(|number| number.is_nan() || number == 0.0)
}

/// The lines that hold something, as cells. A byte order mark, empty lines and comments are nothing.
fn lines(text: &str) -> impl Iterator<Item = Vec<Cell>> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    });
    let holds = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    lines
        .map(|(start, line)| match line.strip_prefix('\u{feff}') {
            Some(rest) => (start + '\u{feff}'.len_utf8(), rest),
            None => (start, line),
        })
        .filter(move |(_, line)| holds(line))
        .map(|(start, line)| cells(start, line))
}

/// The cells of a line; a comma in quotes does not end one.
fn cells(start: usize, line: &str) -> Vec<Cell> {
    let mut quoted = false;
    let mut from = 0;
    let mut ranges = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                ranges.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
    }
    ranges.push(from..line.len());
    let cell = |range: Range<usize>| {
        let raw = &line[range.clone()];
        let text = raw.trim();
        let blanks = if text.is_empty() { 0 } else { raw.len() - raw.trim_start().len() };
        let begin = start + range.start + blanks;
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let span = begin..begin + text.len();
        Cell { text: inner.map_or_else(|| text.to_owned(), |inner| inner.replace("\"\"", "\"")), span }
    };
    ranges.into_iter().map(cell).collect()
}

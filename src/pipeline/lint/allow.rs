//! What somebody says is fine: a comment above the line, or an entry of the recipe, each with its reason.

use std::collections::BTreeMap;

use super::found::{Found, level, span};
use super::{Comment, Task};
use crate::error::{Code, Fault};
use crate::recipe::Allowed;
use crate::source::{Lines, Place};

/// Something wrong that somebody says is fine.
#[derive(Debug, Clone)]
pub struct Silenced {
    /// What it is.
    pub found: Found,
    /// Why it is fine.
    pub reason: String,
    /// Who says so.
    pub origin: Origin,
    /// Where it says so.
    pub place: Place,
}

/// Who says that something is fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A comment in the text itself.
    Comment,
    /// The recipe.
    Recipe,
}

/// What a comment of ours begins with, behind its `#`.
const MARK: &str = "gapit-compile:";

/// One thing that is allowed.
struct Allowance {
    code: Code,
    reason: String,
    /// Where it says so, down to the code.
    place: Place,
    origin: Origin,
    /// The text and the line that it is for; none: all of them.
    at: Option<(usize, usize)>,
    is_used: bool,
}

/// Parts what was found into what stands and what is silenced; what is wrong with the allowances is added to what stands.
pub(super) fn sift(task: &Task, found: Vec<Found>, comments: &[Vec<Comment>]) -> (Vec<Found>, Vec<Silenced>) {
    let (mut allowances, mut standing) = (Vec::new(), Vec::new());
    for (file, (source, comments)) in task.sources.iter().zip(comments).enumerate() {
        let ours: Vec<&Comment> = comments.iter().filter(|comment| is_ours(comment)).collect();
        if ours.is_empty() {
            continue;
        }
        let lines = Lines::new(source);
        let targets = Targets::of(&lines);
        for comment in ours {
            match read(comment, &targets, file) {
                Ok(allowed) => allowances.extend(allowed),
                Err(fault) => standing.push(told(fault, file, &lines)),
            }
        }
    }
    allowances.extend(task.allowed.iter().map(of_recipe));
    // A comment comes before the recipe, and the first one that says it before the others.
    let mut first: BTreeMap<(Code, Option<(usize, usize)>), usize> = BTreeMap::new();
    for (index, allowance) in allowances.iter().enumerate() {
        first.entry((allowance.code, allowance.at)).or_insert(index);
    }
    let mut silenced = Vec::new();
    for found in found {
        let code = found.fault.code;
        let places = [Some((found.file, found.span.line)), None];
        match places.into_iter().find_map(|at| first.get(&(code, at))) {
            None => standing.push(found),
            Some(index) => {
                let allowance = &mut allowances[*index];
                allowance.is_used = true;
                let (reason, origin) = (allowance.reason.clone(), allowance.origin);
                silenced.push(Silenced { found, reason, origin, place: allowance.place.clone() });
            }
        }
    }
    let mut lines: BTreeMap<usize, Lines> = BTreeMap::new();
    for allowance in allowances.iter().filter(|allowance| !allowance.is_used) {
        // The recipe stands behind all texts.
        let file = allowance.at.map_or(task.sources.len(), |(file, _)| file);
        let lines = lines.entry(file).or_insert_with(|| Lines::new(allowance.place.source()));
        standing.push(told(unused(allowance), file, lines));
    }
    standing.sort_by_key(|found| (found.file, found.span, found.fault.code));
    (standing, silenced)
}

fn of_recipe(allowed: &Allowed) -> Allowance {
    Allowance {
        code: allowed.code.value,
        reason: allowed.reason.value.clone(),
        place: allowed.code.place.clone(),
        origin: Origin::Recipe,
        at: None,
        is_used: false,
    }
}

fn told(fault: Fault, file: usize, lines: &Lines) -> Found {
    let (level, span) = (level(fault.code), span(&fault, lines));
    Found { fault, level, span, object: None, path: String::new(), file }
}

fn unused(allowance: &Allowance) -> Fault {
    let message = match allowance.origin {
        Origin::Comment => format!("{} is allowed here, and is not found here", allowance.code),
        Origin::Recipe => format!("the recipe allows {}, which is found nowhere", allowance.code),
    };
    let help = match allowance.origin {
        Origin::Comment => "remove the comment, or put it right above the line that the finding names",
        Origin::Recipe => "remove it from `[lint] allow`",
    };
    Fault::new(Code::LintUnusedAllow, message, help).at(&allowance.place, "")
}

fn is_ours(comment: &Comment) -> bool {
    comment.place.text().trim_start_matches('#').trim_start().starts_with(MARK)
}

/// What a comment of that text allows.
fn read(comment: &Comment, targets: &Targets<'_>, file: usize) -> Result<Vec<Allowance>, Fault> {
    let text = comment.place.text();
    let refuse = |place: &Place, message: String, help: &str| {
        Fault::new(Code::LintBadAllow, message, help).at(place, "")
    };
    let form = "write `# gapit-compile: allow(lint::some-code) the reason`";
    let inside = text.split_once("allow(").and_then(|(before, rest)| {
        let is_first = before.trim_end().ends_with(MARK);
        rest.split_once(')').filter(|_| is_first)
    });
    let Some((list, reason)) = inside else {
        return Err(refuse(&comment.place, "a comment of gapit-compile allows nothing".to_owned(), form));
    };
    // Behind the list people write a colon or a dash.
    let reason = reason.trim_start_matches([' ', '\t', ':', '-', '–', '—']).trim_end();
    let at_line = targets.of_comment(comment);
    let mut allowed = Vec::new();
    // Where the list begins within the comment.
    let mut at = text.find("allow(").unwrap_or_default() + "allow(".len();
    for part in list.split(',') {
        let start = at + part.len() - part.trim_start().len();
        let place = comment.place.within(start..start + part.trim().len());
        at += part.len() + 1;
        let spelling = part.trim();
        match Code::from_spelling(spelling) {
            Some(code) if code.can_be_allowed() => allowed.push(Allowance {
                code,
                reason: reason.to_owned(),
                place,
                origin: Origin::Comment,
                at: Some((file, at_line)),
                is_used: false,
            }),
            Some(code) => {
                let help = "mend what it is about; `gapit-compile explain CODE` says how";
                return Err(refuse(&place, format!("{code} cannot be allowed"), help));
            }
            None => {
                let near = Code::meant(spelling, Code::can_be_allowed);
                let help = format!("{near}`gapit-compile lint --list` lists the codes");
                let place = if spelling.is_empty() { &comment.place } else { &place };
                return Err(refuse(place, format!("there is no code `{spelling}` to allow"), &help));
            }
        }
    }
    if reason.is_empty() {
        let help = "say in a few words why this is fine here; `lint -v` prints it";
        return Err(refuse(&comment.place, format!("{} is allowed without a reason", list.trim()), help));
    }
    Ok(allowed)
}

/// The lines of a text, and which of them comments are for.
struct Targets<'l> {
    lines: &'l Lines,
    /// For each line, counted from one, the next one that says something, itself included; none behind the last of these.
    next: Vec<Option<usize>>,
}

impl<'l> Targets<'l> {
    fn of(lines: &'l Lines) -> Self {
        let mut next = vec![None; lines.count() + 2];
        for number in (1..=lines.count()).rev() {
            let text = lines.line(number).trim_start();
            let says = !text.is_empty() && !text.starts_with('#');
            next[number] = if says { Some(number) } else { next[number + 1] };
        }
        Self { lines, next }
    }

    /// The line that a comment is for: its own, where something stands before it there, else the next one that says something.
    fn of_comment(&self, comment: &Comment) -> usize {
        let (line, column) = self.lines.position(comment.place.span().start);
        let before: String = self.lines.line(line).chars().take(column - 1).collect();
        if !before.trim().is_empty() {
            return line;
        }
        self.next.get(line + 1).copied().flatten().unwrap_or(line)
    }
}

//! A delta as a unified diff, with a line a file that says what becomes of it.

use similar::TextDiff;

use super::{Change, Delta, FileDelta};
use crate::emit::yaml::without_digest;

/// Lines of context around a change, as `diff -u` and git have them.
const CONTEXT: usize = 3;

// How a terminal shows the lines of a diff (ECMA-48, select graphic rendition); `color` below is the only place that uses them.
const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const CYAN: &str = "\u{1b}[36m";

/// Every change as a text: for each file a line that says what becomes of it, and the difference below. `directory` is the output
/// directory as the user wrote it. Files that stay the same are left out; no change at all is the empty text.
pub fn render(delta: &Delta, directory: &str, colored: bool) -> String {
    let text: String = delta.changes().map(|file| of_file(file, directory)).collect();
    if colored { color(&text) } else { text }
}

fn of_file(file: &FileDelta, directory: &str) -> String {
    let path = |name: &str| format!("{}/{name}", directory.trim_end_matches('/'));
    let side = |prefix: &str, name: &str, text: &Option<String>| match text {
        Some(_) => format!("{prefix}/{}", path(name).trim_start_matches('/')),
        None => "/dev/null".to_owned(),
    };
    let (before, after) = readable(file);
    let diff = TextDiff::from_lines(&before, &after);
    let (from, to) = (side("a", file.old_name(), &file.before), side("b", &file.file, &file.after));
    let body = diff.unified_diff().context_radius(CONTEXT).header(&from, &to).to_string();
    format!("{}: {}\n{body}", path(&file.file), what_becomes(file))
}

/// The two texts as they are compared: without the digest and a checkout's line ends, unless nothing but these differs.
fn readable(file: &FileDelta) -> (String, String) {
    let (before, after) =
        (file.before.as_deref().unwrap_or_default(), file.after.as_deref().unwrap_or_default());
    let (plain_before, plain_after) = (without_digest(&before.replace("\r\n", "\n")), without_digest(after));
    if plain_before == plain_after {
        (before.to_owned(), after.to_owned())
    } else {
        (plain_before, plain_after)
    }
}

/// In a few words, what becomes of a file.
fn what_becomes(file: &FileDelta) -> String {
    match (&file.change, &file.after) {
        (Change::Added, _) => "new".to_owned(),
        (Change::Changed, _) => "changed".to_owned(),
        (Change::Removed, _) => "removed".to_owned(),
        (Change::Renamed { from }, _) => format!("renamed from {from}"),
        (Change::Same, _) => "unchanged".to_owned(),
        (Change::HandEdited, Some(_)) => "edited by hand; --force writes over it".to_owned(),
        (Change::HandEdited, None) => "edited by hand and no longer wanted; --force removes it".to_owned(),
        (Change::Foreign, _) => "not written by gapit-compile; --force writes over it".to_owned(),
    }
}

/// Headers cannot be told from content by their first letters alone (`--- a` may be a
/// removed line), so the state of the walk tells them.
fn color(text: &str) -> String {
    let mut in_hunk = false;
    let mut colored = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        in_hunk = line.starts_with("@@") || (in_hunk && line.starts_with([' ', '+', '-', '\\']));
        let code = match line.chars().next() {
            Some('@') if in_hunk => CYAN,
            Some('+') if in_hunk => GREEN,
            Some('-') if in_hunk => RED,
            Some(' ' | '\\') | None => "",
            Some(_) => BOLD,
        };
        let reset = if code.is_empty() { "" } else { RESET };
        colored.push_str(&format!("{code}{line}{reset}{end}"));
    }
    colored
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::diff::delta;
    use crate::emit::yaml::seal;

    fn ours(body: &str) -> String {
        seal(&["written by gapit-compile from r.toml; do not edit".to_owned()], body)
    }

    fn files(list: &[(&str, String)]) -> BTreeMap<String, String> {
        list.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect()
    }

    #[test]
    fn the_diff_shows_the_change_and_not_the_digest() {
        let body = |five: &str| format!("one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: {five}\n");
        let before =
            files(&[("c.yaml", ours(&body("5"))), ("r.yaml", ours("x: 1\n")), ("s.yaml", ours("s: 1\n"))]);
        let after =
            files(&[("c.yaml", ours(&body("6"))), ("a.yaml", ours("y: 1\n")), ("s.yaml", ours("s: 1\n"))]);
        let expected = "\
manifests/a.yaml: new
--- /dev/null
+++ b/manifests/a.yaml
@@ -0,0 +1,3 @@
+# written by gapit-compile from r.toml; do not edit
+# content sha256:…
+y: 1
manifests/c.yaml: changed
--- a/manifests/c.yaml
+++ b/manifests/c.yaml
@@ -4,4 +4,4 @@
 two: 2
 three: 3
 four: 4
-five: 5
+five: 6
manifests/r.yaml: removed
--- a/manifests/r.yaml
+++ /dev/null
@@ -1,3 +0,0 @@
-# written by gapit-compile from r.toml; do not edit
-# content sha256:…
-x: 1
";
        assert_eq!(render(&delta(&before, &after), "manifests/", false), expected);
        assert_eq!(render(&delta(&after, &after), "manifests", false), "");
    }

    #[test]
    fn a_next_generation_is_shown_against_the_previous_one() {
        let before = files(&[("workflow.w-1.yaml", ours("a: 1\nb: 1\n"))]);
        let after = files(&[("workflow.w-2.yaml", ours("a: 1\nb: 2\n"))]);
        let text = render(&delta(&before, &after), "m", false);
        let top = "m/workflow.w-2.yaml: renamed from workflow.w-1.yaml\n--- a/m/workflow.w-1.yaml\n+++ b/m/workflow.w-2.yaml\n";
        assert!(text.starts_with(top) && text.ends_with("\n-b: 1\n+b: 2\n"), "{text}");
    }

    #[test]
    fn colors_follow_the_part_of_the_diff_and_not_the_first_letter() {
        let before = files(&[("x.yaml", ours("-- a\n"))]);
        let text = render(&delta(&before, &files(&[("x.yaml", ours("++ b\n"))])), "m", true);
        assert!(text.contains("\u{1b}[31m--- a\u{1b}[0m\n\u{1b}[32m+++ b\u{1b}[0m\n"), "{text:?}");
        assert!(text.contains("\u{1b}[1m--- a/m/x.yaml\u{1b}[0m\n"), "{text:?}");
    }

    #[test]
    fn work_that_would_be_lost_is_named() {
        let edited = ours("a: 1\n").replace("a: 1", "a: 2");
        let before =
            files(&[("e.yaml", edited.clone()), ("f.yaml", "kind: X".to_owned()), ("g.yaml", edited)]);
        let after = files(&[("e.yaml", ours("a: 1\n")), ("f.yaml", ours("a: 1\n"))]);
        let text = render(&delta(&before, &after), "m", false);
        for line in [
            "m/e.yaml: edited by hand; --force",
            "m/f.yaml: not written by gapit-compile",
            "m/g.yaml: edited by hand and no",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}

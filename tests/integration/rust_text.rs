//! Rust source as words and paths: enough to see what a file names, without comments and strings.

/// A path such as `crate::recipe::Cause`, also out of a `use` list.
#[derive(Debug, PartialEq)]
pub(crate) struct Path {
    /// Its names, the first of them first.
    pub(crate) names: Vec<String>,
    /// How many modules written inside the file (`mod tests { … }`) it stands in.
    pub(crate) inside: usize,
}

/// The words and signs of a text; `::` is one sign, comments and whatever stands in quotes are none.
pub(crate) fn code(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, kept) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (block_comment(rest), false),
            '"' => (quoted(rest), false),
            '\'' => (character(rest), false),
            ':' if rest.starts_with("::") => (2, true),
            c if c.is_alphanumeric() || c == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                match (&rest[..end], raw_quoted(&rest[end..])) {
                    ("r" | "br" | "cr", Some(length)) => (end + length, false),
                    _ => (end, true),
                }
            }
            c => (c.len_utf8(), !c.is_whitespace()),
        };
        if kept {
            words.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    words
}

/// Every path of at least two names, and whatever a `use` names, one by one.
pub(crate) fn paths(text: &str) -> Vec<Path> {
    let words = code(text);
    let mut found = Vec::new();
    // The braces that are open; `true` is one of a module.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let inside = open.iter().filter(|module| **module).count();
        match words[at] {
            "use" => {
                let mut names = Vec::new();
                at = tree(&words, at + 1, &mut names, &mut |names| found.push(Path { names, inside }));
                continue;
            }
            "{" => open.push(at >= 2 && words[at - 2] == "mod"),
            "}" => drop(open.pop()),
            word if is_name(word)
                && words.get(at + 1) == Some(&"::")
                && (at == 0 || words[at - 1] != "::" && words[at - 1] != ".") =>
            {
                let mut names = vec![word.to_owned()];
                while words.get(at + 1) == Some(&"::") && words.get(at + 2).is_some_and(|next| is_name(next))
                {
                    names.push(words[at + 2].to_owned());
                    at += 2;
                }
                found.push(Path { names, inside });
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// One tree of a `use`, from `at` on; gives the place after it.
fn tree(
    words: &[&str],
    mut at: usize,
    names: &mut Vec<String>,
    found: &mut impl FnMut(Vec<String>),
) -> usize {
    let depth = names.len();
    loop {
        match words.get(at) {
            Some(&"{") => {
                at += 1;
                while words.get(at).is_some_and(|word| *word != "}") {
                    at = tree(words, at, names, found);
                    at += usize::from(words.get(at) == Some(&","));
                }
                at += 1;
                break;
            }
            Some(&"::") => at += 1,
            Some(word) if is_name(word) || *word == "*" => {
                names.push((*word).to_owned());
                at += 1;
                if words.get(at) != Some(&"::") {
                    found(names.clone());
                    // `as` and the other name.
                    at += if words.get(at) == Some(&"as") { 2 } else { 0 };
                    break;
                }
            }
            _ => return at + 1,
        }
    }
    names.truncate(depth);
    at
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// What stands behind the `r` of a raw string; `None` where this is none.
fn raw_quoted(text: &str) -> Option<usize> {
    let hashes = text.find(|c| c != '#')?;
    let inner = text[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(inner.find(&end).map_or(text.len(), |at| hashes + 1 + at + end.len()))
}

/// A character in quotes, or only the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut inner = text[1..].char_indices();
    match (inner.next(), inner.next()) {
        (Some((_, '\\')), Some((second, _))) => {
            text[1 + second + 1..].find('\'').map_or(text.len(), |end| 1 + second + 1 + end + 1)
        }
        (Some(_), Some((second, '\''))) => 1 + second + 1,
        _ => 1,
    }
}

#[test]
fn comments_and_quotes_are_no_code() {
    let text = "a /* b /* c */ d */ \"e \\\" f\" 'g' '\\'' '\\u{1F}' r#\"h \" i\"# br\"j\" // k\n&'l m::n";
    assert_eq!(code(text), ["a", "&", "l", "m", "::", "n"]);
}

#[test]
fn a_list_is_as_many_paths_as_it_has_ends() {
    let found =
        paths("use a::{self, b::{c as d, e::*}, f}; mod t { use super::g; fn h() { i::j::<k::l>() } } m::n");
    let shown: Vec<String> =
        found.iter().map(|path| format!("{}{}", path.names.join("::"), "'".repeat(path.inside))).collect();
    assert_eq!(shown, ["a::self", "a::b::c", "a::b::e::*", "a::f", "super::g'", "i::j'", "k::l'", "m::n"]);
}

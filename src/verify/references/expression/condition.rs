//! `when`: the language of govaluate, in which a bare word is a text.
//!
//! Source: Argo 4.0.7, `workflow/controller/steps.go`, `shouldExecute`, and `github.com/Knetic/govaluate`, `parsing.go` and
//! `lexerState.go`. A condition that cannot be read fails the node: `Invalid 'when' expression`.

use super::any_filling;

/// Says what is wrong with a condition, if no value for its variables makes it one.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if text.rfind("{{") > text.rfind("}}") {
        return Err("a {{ is not closed".to_owned());
    }
    if text.is_empty() || joins_a_variable(text) {
        return Ok(());
    }
    any_filling(text, |filled| read(filled, !text.contains("{{")))
}

/// Whether a variable stands against other characters: what the two make together is not known.
fn joins_a_variable(text: &str) -> bool {
    let apart = |character: Option<char>| {
        character.is_none_or(|found| found.is_whitespace() || "()'\",=!<>&|?:+-*/%".contains(found))
    };
    text.match_indices("{{").any(|(at, _)| !apart(text[..at].chars().next_back()))
        || text.match_indices("}}").any(|(at, _)| !apart(text[at + 2..].chars().next()))
}

/// What a word is, as far as it matters to what might follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing yet.
    Start,
    Text,
    /// A number or a truth value.
    Plain,
    /// A bare word, which is a text but for where it might stand.
    Word,
    Open,
    Close,
    Sign,
    /// An operator between numbers.
    Sum,
    /// `!`, `-` or `~` before a value.
    Prefix,
    Comma,
}

/// The operators between two values.
const SIGNS: &[&str] = &["&&", "||", "==", "!=", ">", ">=", "<", "<=", "=~", "!~", "+", "?", ":", "??"];

/// The operators between two numbers.
const SUMS: &[&str] = &["-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>"];

/// Reads a condition without variables; `whole` if it never had any, so that what it is worth can be told.
fn read(text: &str, whole: bool) -> Result<(), String> {
    let mut before = Kind::Start;
    let (mut open, mut decides) = (0_usize, false);
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (kind, length) = word(rest, first, before)?;
        let shown = &rest[..length];
        if !can_follow(before, kind) {
            return Err(format!("`{shown}` is not expected"));
        }
        if (before, kind) == (Kind::Word, Kind::Sum) || (before, kind) == (Kind::Sum, Kind::Word) {
            return Err("a bare word stands where a number is expected: put texts in quotes".to_owned());
        }
        match kind {
            Kind::Open => open += 1,
            Kind::Close if open == 0 => return Err("`)` closes nothing".to_owned()),
            Kind::Close => open -= 1,
            _ => {}
        }
        decides |= matches!(kind, Kind::Sign | Kind::Sum | Kind::Prefix | Kind::Comma)
            || ["true", "false"].contains(&shown);
        before = kind;
        rest = rest[length..].trim_start();
    }
    if open > 0 {
        return Err("`)` is missing at the end".to_owned());
    }
    if !is_value(before) {
        return Err("it ends where a value is expected".to_owned());
    }
    if whole && !decides {
        return Err("it is a text, neither true nor false".to_owned());
    }
    Ok(())
}

/// Whether a value ends with such a word.
fn is_value(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Plain | Kind::Word | Kind::Close)
}

fn can_follow(before: Kind, kind: Kind) -> bool {
    let after_value = matches!(before, Kind::Text | Kind::Plain | Kind::Word);
    match kind {
        Kind::Start => false,
        Kind::Text | Kind::Word => !after_value && before != Kind::Prefix,
        Kind::Plain | Kind::Open => !after_value,
        Kind::Close => !matches!(before, Kind::Start | Kind::Comma),
        Kind::Sign | Kind::Sum | Kind::Comma => is_value(before),
        Kind::Prefix => !is_value(before) && before != Kind::Prefix,
    }
}

/// The word at the start of the text and its length.
fn word(text: &str, first: char, before: Kind) -> Result<(Kind, usize), String> {
    let run = |is_part: fn(char) -> bool| text.find(|found| !is_part(found)).unwrap_or(text.len());
    match first {
        '(' => Ok((Kind::Open, 1)),
        ')' => Ok((Kind::Close, 1)),
        ',' => Ok((Kind::Comma, 1)),
        // Either quote closes what the other opened, and `]` a name in brackets; a backslash takes what follows as it is.
        '"' | '\'' => Ok((Kind::Text, closed(text, &['"', '\''])?)),
        '[' => Ok((Kind::Word, closed(text, &[']'])?)),
        digit if digit.is_ascii_digit() || digit == '.' => {
            if let Some(digits) = text.strip_prefix("0x") {
                let digits = digits.trim_start().trim_start_matches(|found: char| found.is_ascii_hexdigit());
                return Ok((Kind::Plain, text.len() - digits.len()));
            }
            let length = run(|found| found.is_ascii_digit() || found == '.');
            let right = text[..length].parse::<f64>().is_ok();
            if right { Ok((Kind::Plain, length)) } else { Err(format!("`{}` is no number", &text[..length])) }
        }
        letter if letter.is_alphabetic() => {
            // A backslash makes any character part of the word.
            let mut escaped = false;
            let ends = |found: char| {
                let part =
                    escaped || found == '\\' || found.is_alphanumeric() || found == '_' || found == '.';
                escaped = !escaped && found == '\\';
                !part
            };
            let length = text.find(ends).unwrap_or(text.len());
            let name = &text[..length];
            if ["in", "IN"].contains(&name) {
                return Ok((Kind::Sign, length));
            }
            // A dot leads into a value that nobody gives.
            if name.contains('.') {
                return Err(format!("`{name}` has a dot: put it in quotes"));
            }
            let kind = if ["true", "false"].contains(&name) { Kind::Plain } else { Kind::Word };
            Ok((kind, length))
        }
        _ => {
            let length =
                run(|found| !(found.is_alphanumeric() || found.is_whitespace() || "()[]'\"".contains(found)));
            let sign = &text[..length];
            if ["!", "-", "~"].contains(&sign) && can_follow(before, Kind::Prefix) {
                return Ok((Kind::Prefix, length));
            }
            if SUMS.contains(&sign) {
                return Ok((Kind::Sum, length));
            }
            if SIGNS.contains(&sign) {
                return Ok((Kind::Sign, length));
            }
            Err(format!("`{sign}` is no operator"))
        }
    }
}

/// The length of what one of these characters closes.
fn closed(text: &str, ends: &[char]) -> Result<usize, String> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if !escaped && ends.contains(&character) {
            return Ok(at + character.len_utf8());
        }
        escaped = !escaped && character == '\\';
    }
    Err(format!("a {} is not closed", &text[..1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_are_read_are_taken() {
        for text in [
            "",
            "{{steps.flip-coin.outputs.result}} == heads",
            "'{{a}}' != \"b c\" && ( {{n}} > 3 || true )",
            "{{a}} in ('x', 'y')",
            "!{{a}}",
            "{{a}} =~ '^x.*'",
            "\"{{a}}.txt\" == \"a.txt\"",
            "{{a}}.txt == x",
            "{{=asInt(inputs.parameters.n) > 3}}",
            "{{a}}",
            "false",
            "-1 < 2 - 0x1f",
            "a\\-b == 'a-b'",
            "[a b] == x",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_stops_the_node_is_refused() {
        for (text, message) in [
            ("{{a == x", "a {{ is not closed"),
            ("{{a}} = x", "`=` is no operator"),
            ("{{a}} === x", "`===` is no operator"),
            ("{{a}} == x y", "`y` is not expected"),
            ("({{a}} == x", "`)` is missing at the end"),
            ("{{a}} == x)", "`)` closes nothing"),
            ("{{a}} ==", "it ends where a value is expected"),
            ("{{a}} == 'x", "a ' is not closed"),
            ("{{a}} == a.txt", "`a.txt` has a dot: put it in quotes"),
            ("{{a}} == 1.2.3", "`1.2.3` is no number"),
            ("{{a}} == a-b", "a bare word stands where a number is expected: put texts in quotes"),
            ("!x", "`x` is not expected"),
            ("yes", "it is a text, neither true nor false"),
        ] {
            assert_eq!(check(text), Err(message.to_owned()), "{text}");
        }
    }
}

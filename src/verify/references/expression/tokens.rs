//! The words of expr-lang: names, texts, numbers, brackets and operators.

use std::str::Chars;

/// One word of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name that is no operator.
    Name(&'a str),
    /// A text, with its quotes.
    Text(&'a str),
    Number(&'a str),
    /// An operator, a word such as `in` among them, or punctuation.
    Sign(&'a str),
    Bracket(char),
}

/// A word as messages show it.
pub(super) fn show(token: Option<Token<'_>>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(Token::Bracket(bracket)) => format!("`{bracket}`"),
        Some(Token::Name(word) | Token::Text(word) | Token::Number(word) | Token::Sign(word)) => {
            format!("`{word}`")
        }
    }
}

/// The names that are operators.
const WORDS: &[&str] =
    &["not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"];

/// All words in order; else what cannot be read.
pub(super) fn read(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            blank if blank.is_whitespace() => (None, blank.len_utf8()),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, comment(rest)?),
            '"' | '\'' => text_of(rest, quoted(rest, first)?),
            '`' => text_of(rest, raw(rest)?),
            '0'..='9' => number(rest)?,
            '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => number(rest)?,
            '(' | ')' | '[' | ']' | '{' | '}' => (Some(Token::Bracket(first)), 1),
            '\\' => return Err("a backslash stands outside a text".to_owned()),
            letter if is_part_of_name(letter) => name(rest),
            // `#name`: the name might begin with a digit.
            '#' if rest[1..].starts_with(is_part_of_name) => {
                found.push(Token::Sign("#"));
                let length = 1 + run(&rest[1..], is_part_of_name);
                (Some(Token::Name(&rest[1..length])), length)
            }
            _ => sign(rest, first)?,
        };
        found.extend(token);
        rest = &rest[length..];
    }
    Ok(found)
}

fn is_part_of_name(character: char) -> bool {
    character == '_' || character == '$' || character.is_alphanumeric()
}

/// The length of the word at the start of `text` that `is_part` describes.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|character| !is_part(character)).unwrap_or(text.len())
}

fn name(text: &str) -> (Option<Token<'_>>, usize) {
    let length = run(text, is_part_of_name);
    let word = &text[..length];
    let token = if WORDS.contains(&word) { Token::Sign(word) } else { Token::Name(word) };
    (Some(token), length)
}

fn text_of(text: &str, length: usize) -> (Option<Token<'_>>, usize) {
    (Some(Token::Text(&text[..length])), length)
}

fn comment(text: &str) -> Result<usize, String> {
    text[2..].find("*/").map(|end| end + 4).ok_or_else(|| "a /* is not closed".to_owned())
}

/// The length of a raw text, in which a doubled backtick stands for one.
fn raw(text: &str) -> Result<usize, String> {
    let mut from = 1;
    loop {
        let end = text[from..].find('`').ok_or_else(|| "a ` is not closed".to_owned())? + from + 1;
        if !text[end..].starts_with('`') {
            return Ok(end);
        }
        from = end + 1;
    }
}

/// The length of a text in quotes. A backslash begins an escape and nothing else.
fn quoted(text: &str, quote: char) -> Result<usize, String> {
    let mut characters = text[1..].chars();
    while let Some(character) = characters.next() {
        match character {
            '\n' => break,
            '\\' => escape(quote, &mut characters)?,
            end if end == quote => return Ok(text.len() - characters.as_str().len()),
            _ => {}
        }
    }
    Err(format!("a {quote} is not closed"))
}

/// Reads what follows a backslash: `\(` is `invalid char escape`.
fn escape(quote: char, characters: &mut Chars<'_>) -> Result<(), String> {
    let Some(kind) = characters.next() else { return Err(format!("a {quote} is not closed")) };
    match kind {
        'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' => Ok(()),
        same if same == quote => Ok(()),
        'u' if characters.as_str().starts_with('{') => {
            let inside = &characters.as_str()[1..];
            let digits = run(inside, |digit| digit.is_ascii_hexdigit());
            if !(1..=6).contains(&digits) || !inside[digits..].starts_with('}') {
                return Err("`\\u{` is not followed by 1 to 6 hexadecimal digits and `}`".to_owned());
            }
            *characters = inside[digits + 1..].chars();
            Ok(())
        }
        'x' => digits(kind, 2, characters),
        'u' => digits(kind, 4, characters),
        'U' => digits(kind, 8, characters),
        '0'..='3' => {
            if characters.by_ref().take(2).filter(|digit| ('0'..='7').contains(digit)).count() < 2 {
                return Err(format!("`\\{kind}` is not followed by 2 octal digits"));
            }
            Ok(())
        }
        other => Err(format!("`\\{other}` is no escape")),
    }
}

fn digits(kind: char, count: usize, characters: &mut Chars<'_>) -> Result<(), String> {
    if characters.by_ref().take(count).filter(char::is_ascii_hexdigit).count() < count {
        return Err(format!("`\\{kind}` is not followed by {count} hexadecimal digits"));
    }
    Ok(())
}

/// A number: decimal with a fraction or an exponent, or whole in another base.
fn number(text: &str) -> Result<(Option<Token<'_>>, usize), String> {
    let base = [("x", 16), ("o", 8), ("b", 2)].into_iter().find(|(letter, _)| {
        text.starts_with('0') && text[1..].get(..1).is_some_and(|found| found.eq_ignore_ascii_case(letter))
    });
    let start = if base.is_some() { 2 } else { 0 };
    let in_base = |character: char| character == '_' || character.is_digit(base.map_or(10, |(_, base)| base));
    let mut length = start + run(&text[start..], in_base);
    let tail = &text[length..];
    // `1..3` is a range.
    if tail.starts_with('.') && !tail.starts_with("..") {
        length += 1 + run(&tail[1..], in_base);
    }
    if base.is_none() && text[length..].starts_with(['e', 'E']) {
        length += 1;
        length += usize::from(text[length..].starts_with(['+', '-']));
        length += run(&text[length..], in_base);
    }
    let beyond = run(&text[length..], is_part_of_name);
    let word = &text[..length];
    let plain = word.replace('_', "");
    let right = match base {
        Some((_, base)) => i64::from_str_radix(&plain[2..], base).is_ok(),
        None if plain.contains(['.', 'e', 'E']) => plain.parse::<f64>().is_ok_and(f64::is_finite),
        None => plain.parse::<i64>().is_ok(),
    };
    if beyond > 0 || !right {
        return Err(format!("`{}` is no number", &text[..length + beyond]));
    }
    Ok((Some(Token::Number(word)), length))
}

fn sign(text: &str, first: char) -> Result<(Option<Token<'_>>, usize), String> {
    let second = match first {
        '?' => ".?",
        '|' => "|",
        ':' => ":",
        '#' => "#",
        '.' => ".",
        '&' | '!' | '=' | '*' | '<' | '>' => "&=*",
        ',' | ';' | '%' | '+' | '-' | '^' | '/' => "",
        other => return Err(format!("`{other}` belongs to no expression")),
    };
    let length = if text[1..].starts_with(|next| second.contains(next)) { 2 } else { 1 };
    Ok((Some(Token::Sign(&text[..length])), length))
}

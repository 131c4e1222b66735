//! What a retry expression makes of one attempt, where that can be told without running it.
//!
//! Source: `github.com/expr-lang/expr` 1.17, which Argo 4.0.7 uses; what is told of an attempt is all text (`operator.go`,
//! `buildRetryStrategyLocalScope`).

use super::operators::{infix, prefix};
use super::tokens::{self, Token};

/// How an attempt ended, as `lastRetry.…` tells it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) status: &'static str,
    pub(crate) exit_code: &'static str,
    pub(crate) message: &'static str,
}

/// One that ran out of memory.
pub(crate) const OUT_OF_MEMORY: Attempt =
    Attempt { status: "Failed", exit_code: "137", message: "OOMKilled (exit code 137)" };

/// One whose pod was deleted before Argo saw it end.
pub(crate) const DELETED: Attempt = Attempt { status: "Error", exit_code: "-1", message: "pod deleted" };

/// How deep expressions nest before this reading gives up.
const DEEPEST: usize = 100;

/// Whether the expression wants another attempt after one that ended so; none where that cannot be told.
pub(crate) fn wants_another(expression: &str, after: Attempt) -> Option<bool> {
    if expression.contains("{{") {
        return None;
    }
    let tokens = tokens::read(expression).ok()?;
    let mut reader = Reader { tokens: &tokens, next: 0, depth: 0, after };
    match reader.expression(0)? {
        Worth::Flag(flag) if reader.next == tokens.len() => Some(flag),
        _ => None,
    }
}

/// What a part of an expression is worth.
#[derive(Debug, Clone, PartialEq)]
enum Worth {
    Text(String),
    Number(f64),
    Flag(bool),
    List(Vec<Worth>),
    /// From one number to another, both included.
    Range(f64, f64),
    Nil,
    Unknown,
}

struct Reader<'a, 't> {
    tokens: &'t [Token<'a>],
    next: usize,
    depth: usize,
    after: Attempt,
}

impl<'a> Reader<'a, '_> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).copied()
    }

    fn take(&mut self, token: Token<'_>) -> Option<()> {
        let is_next = self.peek() == Some(token);
        self.next += usize::from(is_next);
        is_next.then_some(())
    }

    /// One expression of operators that bind at least so close; none where it has what is not read here.
    fn expression(&mut self, least: u16) -> Option<Worth> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = self.value()?;
        while let Some(Token::Sign(sign)) = self.peek() {
            let is_negated = sign == "not";
            let operator = match self.tokens.get(self.next + 1) {
                Some(Token::Sign(next)) if is_negated => next,
                _ => sign,
            };
            let Some(strength) = infix(operator).filter(|strength| *strength >= least && operator != "|")
            else {
                break;
            };
            self.next += 1 + usize::from(is_negated);
            let right =
                self.expression(if matches!(operator, "**" | "^") { strength } else { strength + 1 })?;
            left = joined(operator, left, right);
            if is_negated {
                left = negated(left);
            }
        }
        if least == 0 && self.take(Token::Sign("?")).is_some() {
            let yes = self.expression(0)?;
            self.take(Token::Sign(":"))?;
            let no = self.expression(0)?;
            left = match left {
                Worth::Flag(true) => yes,
                Worth::Flag(false) => no,
                _ if yes == no => yes,
                _ => Worth::Unknown,
            };
        }
        self.depth -= 1;
        Some(left)
    }

    fn value(&mut self) -> Option<Worth> {
        let token = self.peek()?;
        self.next += 1;
        match token {
            Token::Sign(sign @ ("not" | "!" | "-" | "+")) => {
                let inner = self.expression(prefix(sign)?)?;
                Some(match (sign, inner) {
                    ("not" | "!", inner) => negated(inner),
                    ("-", Worth::Number(number)) => Worth::Number(-number),
                    ("+", Worth::Number(number)) => Worth::Number(number),
                    _ => Worth::Unknown,
                })
            }
            Token::Bracket('(') => {
                let inner = self.expression(0)?;
                self.take(Token::Bracket(')'))?;
                self.is_last_member().then_some(inner)
            }
            Token::Bracket('[') => self.list(']').map(Worth::List),
            Token::Number(number) => number.parse().ok().map(Worth::Number),
            Token::Text(written) => Some(text(written).map_or(Worth::Unknown, Worth::Text)),
            Token::Name("true") => Some(Worth::Flag(true)),
            Token::Name("false") => Some(Worth::Flag(false)),
            Token::Name("nil") => Some(Worth::Nil),
            Token::Name(name) => self.named(name),
            Token::Sign(_) | Token::Bracket(_) => None,
        }
    }

    /// Whether nothing is asked of what was just read: members of values are not read here.
    fn is_last_member(&self) -> bool {
        !matches!(self.peek(), Some(Token::Bracket('[' | '(') | Token::Sign("." | "?.")))
    }

    /// A variable, or what a function makes of its arguments.
    fn named(&mut self, name: &str) -> Option<Worth> {
        let mut path = name.to_owned();
        while let (Some(Token::Sign("." | "?.")), Some(Token::Name(member))) =
            (self.peek(), self.tokens.get(self.next + 1))
        {
            path = format!("{path}.{member}");
            self.next += 2;
        }
        if self.take(Token::Bracket('(')).is_some() {
            let arguments = self.list(')')?;
            return self.is_last_member().then(|| called(&path, &arguments));
        }
        let known = |text: &str| Worth::Text(text.to_owned());
        let worth = match path.as_str() {
            "lastRetry.status" => known(self.after.status),
            "lastRetry.exitCode" => known(self.after.exit_code),
            "lastRetry.message" => known(self.after.message),
            _ => Worth::Unknown,
        };
        self.is_last_member().then_some(worth)
    }

    /// Expressions up to what closes them.
    fn list(&mut self, close: char) -> Option<Vec<Worth>> {
        let mut found = Vec::new();
        while self.take(Token::Bracket(close)).is_none() {
            found.push(self.expression(0)?);
            if self.take(Token::Sign(",")).is_none() {
                self.take(Token::Bracket(close))?;
                break;
            }
        }
        Some(found)
    }
}

fn called(function: &str, arguments: &[Worth]) -> Worth {
    let [argument] = arguments else { return Worth::Unknown };
    let name = function.strip_prefix("sprig.").unwrap_or(function);
    match (name, argument) {
        ("asInt" | "asFloat" | "int" | "float" | "float64" | "atoi", Worth::Text(text)) => {
            text.parse().map_or(Worth::Unknown, Worth::Number)
        }
        ("asInt" | "asFloat" | "int" | "float" | "float64", Worth::Number(number)) => Worth::Number(*number),
        ("string" | "toString", Worth::Text(text)) => Worth::Text(text.clone()),
        ("lower", Worth::Text(text)) => Worth::Text(text.to_lowercase()),
        ("upper", Worth::Text(text)) => Worth::Text(text.to_uppercase()),
        ("trim", Worth::Text(text)) => Worth::Text(text.trim().to_owned()),
        _ => Worth::Unknown,
    }
}

fn negated(worth: Worth) -> Worth {
    if let Worth::Flag(flag) = worth { Worth::Flag(!flag) } else { Worth::Unknown }
}

fn joined(operator: &str, left: Worth, right: Worth) -> Worth {
    use Worth::{Flag, List, Nil, Number, Range, Text, Unknown};
    match (operator, left, right) {
        // What stands first decides whether the other is asked at all.
        ("and" | "&&", Flag(false), _) => Flag(false),
        ("or" | "||", Flag(true), _) => Flag(true),
        ("and" | "&&", Flag(true), right) | ("or" | "||", Flag(false), right) => right,
        ("??", Nil, right) => right,
        ("??", Unknown, _) => Unknown,
        ("??", left, _) => left,
        ("..", Number(from), Number(to)) => Range(from, to),
        ("in", Number(number), Range(from, to)) => {
            Flag(number.fract() == 0.0 && (from..=to).contains(&number))
        }
        ("in", Text(_) | Number(_), List(all)) if all.contains(&Unknown) => Unknown,
        ("in", left @ (Text(_) | Number(_)), List(all)) => Flag(all.contains(&left)),
        ("matches", Text(text), Text(pattern)) => {
            regex::Regex::new(&pattern).map_or(Unknown, |pattern| Flag(pattern.is_match(&text)))
        }
        ("contains", Text(text), Text(part)) => Flag(text.contains(&part)),
        ("startsWith", Text(text), Text(part)) => Flag(text.starts_with(&part)),
        ("endsWith", Text(text), Text(part)) => Flag(text.ends_with(&part)),
        ("==" | "!=", Text(left), Text(right)) => Flag((left == right) == (operator == "==")),
        ("==" | "!=", Flag(left), Flag(right)) => Flag((left == right) == (operator == "==")),
        ("==" | "!=", Text(_), Nil) => Flag(operator == "!="),
        (_, Number(left), Number(right)) => of_numbers(operator, left, right),
        _ => Unknown,
    }
}

fn of_numbers(operator: &str, left: f64, right: f64) -> Worth {
    let ordering = left.partial_cmp(&right);
    let is = |flag: bool| Worth::Flag(flag);
    match operator {
        "==" => is(ordering.is_some_and(std::cmp::Ordering::is_eq)),
        "!=" => is(ordering.is_some_and(std::cmp::Ordering::is_ne)),
        "<" => is(left < right),
        "<=" => is(left <= right),
        ">" => is(left > right),
        ">=" => is(left >= right),
        "+" => Worth::Number(left + right),
        "-" => Worth::Number(left - right),
        "*" => Worth::Number(left * right),
        _ => Worth::Unknown,
    }
}

/// What a text in quotes says; none where it has an escape other than that of a sign, a line or a tab.
fn text(written: &str) -> Option<String> {
    let quote = written.chars().next()?;
    let inside = written.strip_prefix(quote)?.strip_suffix(quote)?;
    if quote == '`' {
        return Some(inside.replace("``", "`"));
    }
    let mut said = String::new();
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        said.push(match character {
            '\\' => match characters.next()? {
                'n' => '\n',
                't' => '\t',
                sign @ ('\\' | '"' | '\'') => sign,
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_expression_makes_of_an_attempt_is_told() {
        for (expression, of_memory, of_deleted) in [
            (r#"!(lastRetry.message matches "^(main: )?OOMKilled ")"#, Some(false), Some(true)),
            (r#"lastRetry.message contains "OOMKilled""#, Some(true), Some(false)),
            ("asInt(lastRetry.exitCode) != 1", Some(true), Some(true)),
            ("not (asInt(lastRetry.exitCode) in [137, 1])", Some(false), Some(true)),
            ("asInt(lastRetry.exitCode) not in 130..140", Some(false), Some(true)),
            (r#"lastRetry.status == "Failed""#, Some(true), Some(false)),
            (r#"lastRetry.exitCode == '137' ? lastRetry.status != "Failed" : true"#, Some(false), Some(true)),
            ("lastRetry.status == 'Error' || asInt(retries) < 2", None, Some(true)),
            (
                "lastRetry.status == 'Error' and sprig.int(lastRetry.exitCode) + 1 == 0",
                Some(false),
                Some(true),
            ),
            (r#"(lastRetry.message ?? "") startsWith "pod" || false"#, Some(false), Some(true)),
            (r#"lower(lastRetry.message) endsWith "137)""#, Some(true), Some(false)),
            ("-asInt(lastRetry.exitCode) <= -100", Some(true), Some(false)),
            ("true", Some(true), Some(true)),
        ] {
            let told = (wants_another(expression, OUT_OF_MEMORY), wants_another(expression, DELETED));
            assert_eq!(told, (of_memory, of_deleted), "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for expression in [
            "",
            "retries < 2",
            "lastRetry.exitCode == 137",
            "asInt(lastRetry.duration) > 5",
            "any([1], # == 1)",
            "foo(lastRetry.exitCode) == 1",
            "lastRetry.exitCode",
            "{{lastRetry.exitCode}} == 137",
            "lastRetry.message | upper() == 'X'",
            "let x = true; x",
            "lastRetry.status ==",
            "lastRetry.message matches '['",
            "lastRetry['status'] == 'Failed'",
        ] {
            assert_eq!(wants_another(expression, OUT_OF_MEMORY), None, "{expression}");
        }
        assert_eq!(wants_another(&"(".repeat(100_000), DELETED), None);
        assert_eq!(wants_another(&"!".repeat(100_000), DELETED), None);
    }
}

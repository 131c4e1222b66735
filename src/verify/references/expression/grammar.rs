//! Which orders of words are expressions of expr-lang.

use super::kind::{self, Kind, Wrong};
use super::operators::{PREDICATES, infix, prefix};
use super::pattern;
use super::tokens::{Token, show};

/// How deep expressions nest before this reading gives up, and takes what it has not read.
const DEEPEST: usize = 200;

/// Why reading stopped.
enum Stop {
    Refused(String),
    /// It can be read, but not run where it stands.
    Fails(Wrong),
    GivenUp,
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        Self::Fails(wrong)
    }
}

type Read<T = ()> = Result<T, Stop>;

/// What is wrong with an expression: it cannot be read, or it cannot be run.
pub(super) enum Fault {
    Unreadable(String),
    Fails(Wrong),
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where it has names that are not known here.
    Anywhere,
    /// In a retry strategy.
    Retry,
}

/// Whether the words are one expression, and one that can run in its place.
pub(super) fn check(tokens: &[Token<'_>], place: Place) -> Result<(), Fault> {
    if tokens.is_empty() {
        return Err(Fault::Unreadable("it is empty".to_owned()));
    }
    let judged = place == Place::Retry;
    let mut parser = Parser { tokens, next: 0, depth: 0, predicates: 0, judged, declared: Vec::new() };
    let read = parser.sequence().and_then(|kind| match parser.peek() {
        None => Ok(kind::decides(kind)?),
        Some(Token::Bracket(close @ (')' | ']' | '}'))) => {
            Err(Stop::Refused(format!("`{close}` closes nothing")))
        }
        Some(Token::Sign("=")) => Err(Stop::Refused("`=` is not expected; equality is `==`".to_owned())),
        Some(Token::Sign("&")) => Err(Stop::Refused("`&` is not expected; and is `&&`".to_owned())),
        other => Err(Stop::Refused(format!("{} is not expected", show(other)))),
    });
    match read {
        Err(Stop::Refused(message)) => Err(Fault::Unreadable(message)),
        Err(Stop::Fails(wrong)) => Err(Fault::Fails(wrong)),
        Ok(()) | Err(Stop::GivenUp) => Ok(()),
    }
}

struct Parser<'a, 't> {
    tokens: &'t [Token<'a>],
    next: usize,
    depth: usize,
    /// How many predicates are open: `#` and a leading `.` have a meaning in one alone.
    predicates: usize,
    /// Whether names and kinds matter: elsewhere every kind is unknown.
    judged: bool,
    /// The names that `let` gave.
    declared: Vec<&'a str>,
}

impl<'a> Parser<'a, '_> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).copied()
    }

    fn is(&self, token: Token<'_>) -> bool {
        self.peek() == Some(token)
    }

    fn take(&mut self, token: Token<'_>) -> bool {
        let taken = self.is(token);
        self.next += usize::from(taken);
        taken
    }

    fn expect(&mut self, token: Token<'_>) -> Read {
        if self.take(token) { Ok(()) } else { self.expected(&show(Some(token))) }
    }

    fn expected<T>(&self, what: &str) -> Read<T> {
        if self.peek().is_none() && [")", "]", "}"].iter().any(|close| what == format!("`{close}`")) {
            return Err(Stop::Refused(format!("{what} is missing at the end")));
        }
        Err(Stop::Refused(format!("{} stands where {what} is expected", show(self.peek()))))
    }

    /// Expressions with `;` between them.
    fn sequence(&mut self) -> Read<Kind> {
        let mut kind = self.expression(0)?;
        while self.take(Token::Sign(";")) && self.peek().is_some() {
            kind = self.expression(0)?;
        }
        Ok(kind)
    }

    /// One expression of operators that bind at least so close.
    fn expression(&mut self, least: u16) -> Read<Kind> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Stop::GivenUp);
        }
        let kind = if least == 0 && self.take(Token::Sign("let")) {
            self.declaration()?
        } else if least == 0 && self.take(Token::Sign("if")) {
            self.choice()?
        } else {
            let first = self.value()?;
            let mut kind = self.operators(least, first)?;
            while least == 0 && self.take(Token::Sign("?")) {
                kind::decides(kind)?;
                if !self.take(Token::Sign(":")) {
                    kind = self.expression(0)?;
                    self.expect(Token::Sign(":"))?;
                }
                let other = self.expression(0)?;
                kind = if kind == other { kind } else { Kind::Unknown };
            }
            kind
        };
        self.depth -= 1;
        Ok(kind)
    }

    fn declaration(&mut self) -> Read<Kind> {
        let Some(Token::Name(name)) = self.peek() else { return self.expected("a name") };
        self.declared.push(name);
        self.next += 1;
        self.expect(Token::Sign("="))?;
        self.expression(0)?;
        self.expect(Token::Sign(";"))?;
        self.sequence()
    }

    fn choice(&mut self) -> Read<Kind> {
        kind::decides(self.expression(0)?)?;
        let kind = self.block()?;
        self.expect(Token::Sign("else"))?;
        let other = if self.take(Token::Sign("if")) { self.choice()? } else { self.block()? };
        Ok(if kind == other { kind } else { Kind::Unknown })
    }

    fn block(&mut self) -> Read<Kind> {
        self.expect(Token::Bracket('{'))?;
        let kind = self.sequence()?;
        self.expect(Token::Bracket('}'))?;
        Ok(kind)
    }

    /// The operators after a value, with what they join to it.
    fn operators(&mut self, least: u16, mut left: Kind) -> Read<Kind> {
        let mut before = "";
        while let Some(Token::Sign(sign)) = self.peek() {
            let mut sign = sign;
            let start = self.next;
            if sign == "not" {
                self.next += 1;
                let Some(Token::Sign(negated @ ("in" | "matches" | "contains" | "startsWith" | "endsWith"))) =
                    self.peek()
                else {
                    return self.expected("`in` or another operator that `not` can turn round");
                };
                sign = negated;
            }
            let Some(strength) = infix(sign).filter(|strength| *strength >= least) else {
                self.next = start;
                return Ok(left);
            };
            self.next += 1;
            if sign == "|" {
                let Some(Token::Name(name)) = self.peek() else { return self.expected("a function") };
                self.name(name)?;
                self.next += 1;
                self.call(name, 1)?;
                (before, left) = (sign, Kind::Unknown);
                continue;
            }
            if before == "??" && sign != "??" {
                let message = format!("`{sign}` and `??` are mixed without parentheses");
                return Err(Stop::Refused(message));
            }
            let from = self.next;
            let right = self.expression(if matches!(sign, "**" | "^") { strength } else { strength + 1 })?;
            self.pattern(sign, from)?;
            // `1 < a < 3` is two comparisons.
            let chained = infix(before) == Some(20) && strength == 20;
            left = kind::joined(sign, if chained { Kind::Unknown } else { left }, right)?;
            before = sign;
        }
        Ok(left)
    }

    /// A text after `matches` is a pattern.
    fn pattern(&self, sign: &str, from: usize) -> Read {
        if let ("matches", true, [Token::Text(text)]) = (sign, self.judged, &self.tokens[from..self.next]) {
            let help = "patterns are Go's: no lookahead, no back-reference; `[(]` is a parenthesis";
            pattern::check(text)
                .map_err(|why| (format!("the pattern {text} cannot be read: {why}"), help))?;
        }
        Ok(())
    }

    fn value(&mut self) -> Read<Kind> {
        let Some(token) = self.peek() else { return self.expected("a value") };
        let start = self.next;
        self.next += 1;
        if let Token::Sign(sign) = token
            && let Some(strength) = prefix(sign)
        {
            let kind = kind::turned(sign, self.expression(strength)?)?;
            self.members()?;
            return Ok(kind);
        }
        if let Token::Name(name) = token {
            self.name(name)?;
        }
        match token {
            Token::Bracket('(') => {
                let kind = self.sequence()?;
                self.expect(Token::Bracket(')'))?;
                let end = self.next;
                self.members()?;
                return Ok(if self.next == end { kind } else { Kind::Unknown });
            }
            Token::Sign("#") if self.predicates > 0 => {
                if let Some(Token::Name(_)) = self.peek() {
                    self.next += 1;
                }
            }
            // The dot itself is read as that of a member.
            Token::Sign(".") if self.predicates > 0 => self.next -= 1,
            Token::Sign("::") => {
                let Some(Token::Name(name)) = self.peek() else { return self.expected("a function") };
                self.next += 1;
                self.call(name, 0)?;
            }
            // These have no members.
            Token::Name("true" | "false" | "nil") | Token::Number(_) => {
                return Ok(self.kind(start, self.next));
            }
            Token::Name(name) if self.is(Token::Bracket('(')) => self.call(name, 0)?,
            Token::Name(_) | Token::Text(_) => {}
            Token::Bracket('[') => self.list(']', |parser| parser.expression(0).map(|_| ()))?,
            Token::Bracket('{') => self.list('}', Self::pair)?,
            Token::Sign(_) | Token::Bracket(_) => {
                self.next -= 1;
                return self.expected("a value");
            }
        }
        let end = self.next;
        self.members()?;
        let called = self.is_call(start) && self.next != end;
        Ok(if called { Kind::Unknown } else { self.kind(start, self.next) })
    }

    /// Whether a function is called there.
    fn is_call(&self, at: usize) -> bool {
        matches!(self.tokens[at..], [Token::Name(_), Token::Bracket('('), ..])
    }

    /// What the words between are worth, where that matters.
    fn kind(&self, from: usize, to: usize) -> Kind {
        if self.judged { kind::of_value(&self.tokens[from..to]) } else { Kind::Unknown }
    }

    /// A name that stands alone, where names matter.
    fn name(&self, name: &str) -> Read {
        let known =
            !self.judged || self.declared.contains(&name) || PREDICATES.iter().any(|(one, ..)| *one == name);
        if !known {
            kind::check_name(name)?;
        }
        Ok(())
    }

    /// `a, b, c` up to a bracket; a comma might stand last.
    fn list(&mut self, close: char, mut element: impl FnMut(&mut Self) -> Read) -> Read {
        let mut first = true;
        while !self.is(Token::Bracket(close)) {
            if !first {
                if !self.take(Token::Sign(",")) {
                    let what = if self.peek().is_none() {
                        format!("`{close}`")
                    } else {
                        format!("`,` or `{close}`")
                    };
                    return self.expected(&what);
                }
                if self.is(Token::Bracket(close)) {
                    break;
                }
            }
            first = false;
            element(self)?;
        }
        self.expect(Token::Bracket(close))
    }

    fn pair(&mut self) -> Read {
        match self.peek() {
            Some(Token::Number(_) | Token::Text(_) | Token::Name(_)) => self.next += 1,
            Some(Token::Bracket('(')) => drop(self.expression(0)?),
            _ => return self.expected("a key"),
        }
        self.expect(Token::Sign(":"))?;
        self.expression(0).map(|_| ())
    }

    /// The arguments of a function, of which so many stand before a `|` already.
    fn call(&mut self, name: &str, given: usize) -> Read {
        self.expect(Token::Bracket('('))?;
        let Some((_, most, fewest)) = PREDICATES.iter().find(|(known, ..)| *known == name) else {
            return self.list(')', |parser| parser.expression(0).map(|_| ()));
        };
        for argument in given..*most {
            if self.is(Token::Bracket(')')) {
                if argument < *fewest {
                    return Err(Stop::Refused(format!("`{name}` wants {fewest} arguments")));
                }
                break;
            }
            if argument > given {
                self.expect(Token::Sign(","))?;
            }
            if argument == 1 {
                self.predicate()?;
            } else {
                self.expression(0)?;
            }
        }
        self.take(Token::Sign(","));
        self.expect(Token::Bracket(')'))
    }

    fn predicate(&mut self) -> Read {
        self.predicates += 1;
        if self.is(Token::Bracket('{')) {
            self.block()?;
        } else {
            self.expression(0)?;
        }
        self.predicates -= 1;
        Ok(())
    }

    /// `.name`, `.name(…)`, `?.name`, `[…]` and `[from:to]` after a value.
    fn members(&mut self) -> Read {
        loop {
            let optional = self.is(Token::Sign("?."));
            if self.take(Token::Sign(".")) || self.take(Token::Sign("?.")) {
                if optional && self.is(Token::Bracket('[')) {
                    continue;
                }
                match self.peek() {
                    Some(Token::Name(_)) => {}
                    Some(Token::Sign(word)) if word.starts_with(|first: char| first.is_alphabetic()) => {}
                    _ => return self.expected("a name"),
                }
                self.next += 1;
                if self.take(Token::Bracket('(')) {
                    self.list(')', |parser| parser.expression(0).map(|_| ()))?;
                }
            } else if self.take(Token::Bracket('[')) {
                self.index()?;
            } else {
                return Ok(());
            }
        }
    }

    fn index(&mut self) -> Read {
        if !self.is(Token::Sign(":")) {
            self.expression(0)?;
        }
        if self.take(Token::Sign(":")) && !self.is(Token::Bracket(']')) {
            self.expression(0)?;
        }
        self.expect(Token::Bracket(']'))
    }
}

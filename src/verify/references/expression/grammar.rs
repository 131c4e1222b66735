//! Which orders of words are expressions of expr-lang.

use super::tokens::Token;

/// How deep expressions nest before this reading gives up, and takes what it has not read.
const DEEPEST: usize = 200;

/// The functions that take a predicate, with the most and the fewest arguments.
const PREDICATES: &[(&str, usize, usize)] = &[
    ("all", 2, 2),
    ("none", 2, 2),
    ("any", 2, 2),
    ("one", 2, 2),
    ("filter", 2, 2),
    ("map", 2, 2),
    ("count", 2, 1),
    ("sum", 2, 1),
    ("find", 2, 2),
    ("findIndex", 2, 2),
    ("findLast", 2, 2),
    ("findLastIndex", 2, 2),
    ("groupBy", 2, 2),
    ("sortBy", 3, 2),
    ("reduce", 3, 2),
];

/// How close a prefix binds.
pub(super) fn prefix(sign: &str) -> Option<u16> {
    match sign {
        "not" | "!" => Some(50),
        "-" | "+" => Some(90),
        _ => None,
    }
}

/// How close an operator between two values binds.
pub(super) fn infix(sign: &str) -> Option<u16> {
    match sign {
        "|" => Some(0),
        "or" | "||" => Some(10),
        "and" | "&&" => Some(15),
        "==" | "!=" | "<" | ">" | ">=" | "<=" | "in" | "matches" | "contains" | "startsWith" | "endsWith" => {
            Some(20)
        }
        ".." => Some(25),
        "+" | "-" => Some(30),
        "*" | "/" | "%" => Some(60),
        "**" | "^" => Some(100),
        "??" => Some(500),
        _ => None,
    }
}

/// Why reading stopped.
enum Stop {
    Refused(String),
    GivenUp,
}

type Read = Result<(), Stop>;

/// Whether the words are one expression.
pub(super) fn check(tokens: &[Token<'_>]) -> Result<(), String> {
    if tokens.is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut parser = Parser { tokens, next: 0, depth: 0, predicates: 0 };
    let read = parser.sequence().and_then(|()| match parser.peek() {
        None => Ok(()),
        Some(Token::Bracket(close @ (')' | ']' | '}'))) => {
            Err(Stop::Refused(format!("`{close}` closes nothing")))
        }
        Some(Token::Sign("=")) => Err(Stop::Refused("`=` is not expected; equality is `==`".to_owned())),
        Some(Token::Sign("&")) => Err(Stop::Refused("`&` is not expected; and is `&&`".to_owned())),
        other => Err(Stop::Refused(format!("{} is not expected", show(other)))),
    });
    match read {
        Err(Stop::Refused(message)) => Err(message),
        Ok(()) | Err(Stop::GivenUp) => Ok(()),
    }
}

fn show(token: Option<Token<'_>>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(Token::Bracket(bracket)) => format!("`{bracket}`"),
        Some(Token::Name(word) | Token::Text(word) | Token::Number(word) | Token::Sign(word)) => {
            format!("`{word}`")
        }
    }
}

struct Parser<'a, 't> {
    tokens: &'t [Token<'a>],
    next: usize,
    depth: usize,
    /// How many predicates are open: `#` and a leading `.` have a meaning in one alone.
    predicates: usize,
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

    fn expected(&self, what: &str) -> Read {
        if self.peek().is_none() && [")", "]", "}"].iter().any(|close| what == format!("`{close}`")) {
            return Err(Stop::Refused(format!("{what} is missing at the end")));
        }
        Err(Stop::Refused(format!("{} stands where {what} is expected", show(self.peek()))))
    }

    /// Expressions with `;` between them.
    fn sequence(&mut self) -> Read {
        self.expression(0)?;
        while self.take(Token::Sign(";")) && self.peek().is_some() {
            self.expression(0)?;
        }
        Ok(())
    }

    /// One expression of operators that bind at least so close.
    fn expression(&mut self, least: u16) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Stop::GivenUp);
        }
        if least == 0 && self.take(Token::Sign("let")) {
            self.declaration()?;
        } else if least == 0 && self.take(Token::Sign("if")) {
            self.choice()?;
        } else {
            self.value()?;
            self.operators(least)?;
            while least == 0 && self.take(Token::Sign("?")) {
                if !self.take(Token::Sign(":")) {
                    self.expression(0)?;
                    self.expect(Token::Sign(":"))?;
                }
                self.expression(0)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn declaration(&mut self) -> Read {
        let Some(Token::Name(_)) = self.peek() else { return self.expected("a name") };
        self.next += 1;
        self.expect(Token::Sign("="))?;
        self.expression(0)?;
        self.expect(Token::Sign(";"))?;
        self.sequence()
    }

    fn choice(&mut self) -> Read {
        self.expression(0)?;
        self.block()?;
        self.expect(Token::Sign("else"))?;
        if self.take(Token::Sign("if")) { self.choice() } else { self.block() }
    }

    fn block(&mut self) -> Read {
        self.expect(Token::Bracket('{'))?;
        self.sequence()?;
        self.expect(Token::Bracket('}'))
    }

    /// The operators after a value, with what they join to it.
    fn operators(&mut self, least: u16) -> Read {
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
                return Ok(());
            };
            self.next += 1;
            if sign == "|" {
                let Some(Token::Name(name)) = self.peek() else { return self.expected("a function") };
                self.next += 1;
                self.call(name, 1)?;
                before = sign;
                continue;
            }
            if before == "??" && sign != "??" {
                let message = format!("`{sign}` and `??` are mixed without parentheses");
                return Err(Stop::Refused(message));
            }
            self.expression(if matches!(sign, "**" | "^") { strength } else { strength + 1 })?;
            before = sign;
        }
        Ok(())
    }

    fn value(&mut self) -> Read {
        let Some(token) = self.peek() else { return self.expected("a value") };
        self.next += 1;
        if let Token::Sign(sign) = token
            && let Some(strength) = prefix(sign)
        {
            self.expression(strength)?;
            return self.members();
        }
        match token {
            Token::Bracket('(') => {
                self.sequence()?;
                self.expect(Token::Bracket(')'))?;
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
            Token::Name("true" | "false" | "nil") | Token::Number(_) => return Ok(()),
            Token::Name(name) if self.is(Token::Bracket('(')) => self.call(name, 0)?,
            Token::Name(_) | Token::Text(_) => {}
            Token::Bracket('[') => self.list(']', |parser| parser.expression(0))?,
            Token::Bracket('{') => self.list('}', Self::pair)?,
            Token::Sign(_) | Token::Bracket(_) => {
                self.next -= 1;
                return self.expected("a value");
            }
        }
        self.members()
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
            Some(Token::Bracket('(')) => self.expression(0)?,
            _ => return self.expected("a key"),
        }
        self.expect(Token::Sign(":"))?;
        self.expression(0)
    }

    /// The arguments of a function, of which so many stand before a `|` already.
    fn call(&mut self, name: &str, given: usize) -> Read {
        self.expect(Token::Bracket('('))?;
        let Some((_, most, fewest)) = PREDICATES.iter().find(|(known, ..)| *known == name) else {
            return self.list(')', |parser| parser.expression(0));
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
            if argument == 1 { self.predicate()? } else { self.expression(0)? }
        }
        self.take(Token::Sign(","));
        self.expect(Token::Bracket(')'))
    }

    fn predicate(&mut self) -> Read {
        self.predicates += 1;
        if self.is(Token::Bracket('{')) {
            self.block()?
        } else {
            self.expression(0)?
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
                    self.list(')', |parser| parser.expression(0))?;
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

//! Tabs and directives, which the clients' reader takes in other places than the parser here.
//!
//! `go.yaml.in/yaml/v2` (2.4.2, `scannerc.go`) refuses a tab where a line of a block may begin, and takes it between the parts of a
//! flow collection and of quoted text. This goes through a text as that scanner does, as far as tabs are concerned. A directive is
//! cut off from its document by the line `---` before `kubectl` reads either (`k8s.io/apimachinery`, `pkg/util/yaml/decoder.go`).

use std::borrow::Cow;

/// A place that the clients' reader refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// A tab at this byte.
    Tab(usize),
    /// A directive that begins at this byte.
    Directive(usize),
}

impl Refused {
    pub(super) fn at(self) -> usize {
        match self {
            Self::Tab(at) | Self::Directive(at) => at,
        }
    }
}

/// What a text has of both.
pub(super) struct Blanks<'t> {
    /// The text, of the same length, with spaces for the tabs that are taken where a line begins: there both are nothing.
    pub(super) text: Cow<'t, str>,
    /// What is refused, at most one place of a document.
    pub(super) refused: Vec<Refused>,
}

/// Goes through a text.
pub(super) fn read(text: &str) -> Blanks<'_> {
    if !text.contains('\t') && !text.starts_with('%') && !text.contains("\n%") {
        return Blanks { text: Cow::Borrowed(text), refused: Vec::new() };
    }
    let mut taken = Vec::new();
    let mut refused = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let mut scanner = Scanner::new(text, from);
        let found = scanner.run();
        taken.append(&mut scanner.taken);
        let Err(found) = found else { break };
        // What follows the next line that begins with `---` is another document.
        let rest = &text[found.at()..];
        let next = rest.find("\n---").map_or(text.len(), |at| found.at() + at + 1);
        let start = text[from..found.at()].rfind("\n---").map_or(from, |at| from + at + 1);
        // A document of nothing but blanks is passed over unread.
        if !text[start..next].trim_start_matches("---").trim().is_empty() {
            refused.push(found);
        }
        from = next;
    }
    let mut bytes = text.as_bytes().to_vec();
    for at in taken {
        bytes[at] = b' ';
    }
    let text =
        String::from_utf8(bytes).expect("a tab and a space are one byte each, so that the text stays UTF-8");
    Blanks { text: Cow::Owned(text), refused }
}

/// The scanner, at one place of the text.
struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    /// The column in characters, from 0.
    column: isize,
    line: usize,
    /// The columns of the blocks that are open, the innermost last; the first is below all of them.
    indents: Vec<isize>,
    /// Of each flow collection that is open, and of the block around them: where a key may have begun.
    keys: Vec<Option<(usize, isize)>>,
    /// Whether a key may begin here; in a block, no tab may stand before one.
    may_be_key: bool,
    /// Tabs that begin a line and are taken.
    taken: Vec<usize>,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, at: usize) -> Self {
        let (text, taken) = (text.as_bytes(), Vec::new());
        let (indents, keys) = (vec![-1], vec![None]);
        Self { text, at, column: 0, line: 0, indents, keys, may_be_key: true, taken }
    }

    fn run(&mut self) -> Result<(), Refused> {
        loop {
            self.skip_to_token();
            if self.peek(0).is_none() {
                return Ok(());
            }
            if self.is_block() {
                self.leave(self.column);
            }
            self.token()?;
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), Some(b' ' | b'\t'))
    }

    fn is_break(&self) -> bool {
        matches!(self.peek(0), Some(b'\n' | b'\r'))
    }

    /// Whether a word ends there.
    fn ends(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn is_block(&self) -> bool {
        self.keys.len() == 1
    }

    fn skip(&mut self) {
        // Of a character of several bytes, the first one counts.
        let is_first = self.peek(0).is_some_and(|byte| byte & 0xC0 != 0x80);
        self.column += isize::from(is_first);
        self.at += 1;
    }

    fn skip_break(&mut self) {
        self.at += if self.peek(0) == Some(b'\r') && self.peek(1) == Some(b'\n') { 2 } else { 1 };
        self.column = 0;
        self.line += 1;
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some() && !self.is_break() {
            self.skip();
        }
    }

    /// Whether nothing but blanks stands before this place in its line.
    fn begins_line(&self) -> bool {
        let before = self.text[..self.at].iter().rev();
        before
            .copied()
            .find(|byte| !matches!(byte, b' ' | b'\t'))
            .is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// Skips a blank that is taken.
    fn skip_blank(&mut self) {
        if self.peek(0) == Some(b'\t') && self.begins_line() {
            self.taken.push(self.at);
        }
        self.skip();
    }

    fn skip_to_token(&mut self) {
        loop {
            let takes_tabs = !self.is_block() || !self.may_be_key;
            while self.peek(0) == Some(b' ') || (takes_tabs && self.peek(0) == Some(b'\t')) {
                self.skip_blank();
            }
            if self.peek(0) == Some(b'#') {
                self.skip_line();
            }
            if !self.is_break() {
                return;
            }
            self.skip_break();
            self.may_be_key |= self.is_block();
        }
    }

    fn indent(&self) -> isize {
        self.indents.last().copied().unwrap_or(-1)
    }

    /// Closes the blocks that a line of that column is not in.
    fn leave(&mut self, column: isize) {
        while self.indent() > column && self.indents.len() > 1 {
            self.indents.pop();
        }
    }

    /// Opens a block at that column, if none is open there.
    fn enter(&mut self, column: isize) {
        if self.is_block() && self.indent() < column {
            self.indents.push(column);
        }
    }

    fn key(&mut self) -> &mut Option<(usize, isize)> {
        self.keys.last_mut().expect("the block around all flow collections is never closed")
    }

    /// Remembers that a key may begin here.
    fn save_key(&mut self) {
        if self.may_be_key {
            let here = (self.line, self.column);
            *self.key() = Some(here);
        }
    }

    fn is_marker(&self) -> bool {
        let marker = self.text.get(self.at..self.at + 3);
        self.column == 0 && matches!(marker, Some(b"---" | b"...")) && self.ends(3)
    }

    fn token(&mut self) -> Result<(), Refused> {
        let Some(first) = self.peek(0) else { return Ok(()) };
        if self.is_marker() {
            self.leave(-1);
            *self.key() = None;
            self.may_be_key = false;
            (0..3).for_each(|_| self.skip());
            return Ok(());
        }
        match first {
            b'%' if self.column == 0 && self.is_block() => return Err(Refused::Directive(self.at)),
            b'\t' => return Err(Refused::Tab(self.at)),
            b'[' | b'{' => {
                self.save_key();
                self.keys.push(None);
                self.step(true);
            }
            b']' | b'}' => {
                if !self.is_block() {
                    self.keys.pop();
                }
                self.step(false);
            }
            b',' if !self.is_block() => self.entry(true),
            b'-' if self.ends(1) => self.entry(true),
            b'?' if !self.is_block() || self.ends(1) => self.entry(self.is_block()),
            b':' if !self.is_block() || self.ends(1) => self.value(),
            b'*' | b'&' | b'!' => {
                self.save_key();
                self.step(false);
                let is_flow = !self.is_block();
                while !(self.ends(0) || is_flow && matches!(self.peek(0), Some(b',' | b']' | b'}'))) {
                    self.skip();
                }
            }
            b'|' | b'>' if self.is_block() => {
                *self.key() = None;
                self.may_be_key = true;
                self.block_text()?;
            }
            quote @ (b'\'' | b'"') => {
                self.save_key();
                self.may_be_key = false;
                self.quoted(quote);
            }
            _ => {
                self.save_key();
                self.may_be_key = false;
                self.plain()?;
            }
        }
        Ok(())
    }

    /// Passes the sign of an entry, in a block at the column of that.
    fn entry(&mut self, may_be_key: bool) {
        self.enter(self.column);
        *self.key() = None;
        self.step(may_be_key);
    }

    /// Passes a sign, after which a key may begin or not.
    fn step(&mut self, may_be_key: bool) {
        self.may_be_key = may_be_key;
        self.skip();
    }

    fn value(&mut self) {
        let line = self.line;
        match self.key().take().filter(|(of_key, _)| *of_key == line) {
            Some((_, column)) => {
                self.enter(column);
                self.step(false);
            }
            None => {
                self.enter(self.column);
                self.step(self.is_block());
            }
        }
    }

    fn quoted(&mut self, quote: u8) {
        self.skip();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' if quote == b'"' => {
                    self.skip();
                    if !self.is_break() && self.peek(0).is_some() {
                        self.skip();
                    }
                }
                b'\'' if quote == b'\'' && self.peek(1) == Some(b'\'') => {
                    self.skip();
                    self.skip();
                }
                end if end == quote => return self.skip(),
                b'\n' | b'\r' => self.skip_break(),
                _ => self.skip_blank(),
            }
        }
    }

    fn plain(&mut self) -> Result<(), Refused> {
        let indent = self.indent() + 1;
        let mut is_new_line = false;
        loop {
            if self.is_marker() || self.peek(0) == Some(b'#') {
                break;
            }
            let start = self.at;
            while !self.ends(0) {
                let byte = self.peek(0);
                let is_sign = byte == Some(b':') && self.ends(1);
                let is_flow =
                    !self.is_block() && matches!(byte, Some(b',' | b'?' | b'[' | b']' | b'{' | b'}'));
                if is_sign || is_flow {
                    break;
                }
                self.skip();
            }
            is_new_line &= self.at == start;
            if !self.is_blank(0) && !self.is_break() {
                break;
            }
            while self.is_blank(0) || self.is_break() {
                if self.is_break() {
                    is_new_line = true;
                    self.skip_break();
                } else if is_new_line && self.column < indent && self.peek(0) == Some(b'\t') {
                    return Err(Refused::Tab(self.at));
                } else {
                    self.skip_blank();
                }
            }
            if self.is_block() && self.column < indent {
                break;
            }
        }
        self.may_be_key |= is_new_line;
        Ok(())
    }

    fn block_text(&mut self) -> Result<(), Refused> {
        self.skip();
        let mut indent = None;
        while let Some(byte @ (b'+' | b'-' | b'0'..=b'9')) = self.peek(0) {
            if byte.is_ascii_digit() {
                indent = Some(self.indent().max(0) + isize::from(byte - b'0'));
            }
            self.skip();
        }
        self.skip_line();
        if self.is_break() {
            self.skip_break();
        }
        let mut indent = self.breaks(indent)?;
        while self.column == indent && self.peek(0).is_some() {
            self.skip_line();
            if self.is_break() {
                self.skip_break();
            }
            indent = self.breaks(Some(indent))?;
        }
        Ok(())
    }

    /// Skips empty lines of a block text, and finds its indentation where that is not known.
    fn breaks(&mut self, indent: Option<isize>) -> Result<isize, Refused> {
        let mut most = 0;
        loop {
            let is_before = |column: isize| indent.is_none_or(|indent| column < indent);
            while is_before(self.column) && self.peek(0) == Some(b' ') {
                self.skip();
            }
            most = most.max(self.column);
            if is_before(self.column) && self.peek(0) == Some(b'\t') {
                return Err(Refused::Tab(self.at));
            }
            if !self.is_break() {
                return Ok(indent.unwrap_or_else(|| most.max(self.indent() + 1).max(1)));
            }
            self.skip_break();
        }
    }
}

#[cfg(test)]
mod tests;

//! Patterns after `matches`: what Go's regular expressions (RE2) cannot read. A pattern is compiled with its expression, so that a
//! broken one ends every retry. Only what is certainly wrong is told.

/// What a character might repeat.
#[derive(PartialEq)]
enum Before {
    Nothing,
    Something,
    Repetition,
    Lazy,
}

/// The letters that have a meaning after a backslash (Go, `regexp/syntax`).
const ESCAPES: &str = "AbBdDsSwWafnrtvxpPQEz";

/// Says what is wrong with a pattern that stands as a text with its quotes.
pub(super) fn check(text: &str) -> Result<(), String> {
    let Some(pattern) = unquoted(text) else { return Ok(()) };
    // Between `\Q` and `\E` all is plain.
    if pattern.contains("\\Q") {
        return Ok(());
    }
    let mut rest = pattern.as_str();
    let (mut open, mut before) = (0_usize, Before::Nothing);
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        before = match first {
            '\\' => {
                length += escape(&rest[1..])?;
                Before::Something
            }
            '[' => {
                length = class(rest)?;
                Before::Something
            }
            '(' => {
                let (inside, sets_flags) = group(&rest[1..])?;
                length += inside;
                open += usize::from(!sets_flags);
                if sets_flags { Before::Something } else { Before::Nothing }
            }
            ')' if open == 0 => return Err("a `)` closes nothing".to_owned()),
            ')' => {
                open -= 1;
                Before::Something
            }
            '|' => Before::Nothing,
            '?' if before == Before::Repetition => Before::Lazy,
            '*' | '+' | '?' => match before {
                Before::Something => Before::Repetition,
                Before::Nothing => return Err(format!("`{first}` repeats nothing")),
                Before::Repetition | Before::Lazy => return Err(format!("`{first}` repeats a repetition")),
            },
            _ => Before::Something,
        };
        rest = &rest[length..];
    }
    if open > 0 { Err("a `(` is not closed".to_owned()) } else { Ok(()) }
}

/// What the text says, if it has no escapes but those of a quote and a backslash.
fn unquoted(text: &str) -> Option<String> {
    let inside = text.get(1..text.len().checked_sub(1)?)?;
    if text.starts_with('`') {
        return Some(inside.replace("``", "`"));
    }
    let mut out = String::new();
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push(characters.next().filter(|next| ['\\', '"', '\''].contains(next))?),
            other => out.push(other),
        }
    }
    Some(out)
}

/// The length of what follows a backslash.
fn escape(after: &str) -> Result<usize, String> {
    let Some(kind) = after.chars().next() else { return Err("it ends in a backslash".to_owned()) };
    let octal = after[kind.len_utf8()..].starts_with(|next| ('0'..='7').contains(&next));
    let is_escape = match kind {
        '8' | '9' => false,
        '1'..='7' => octal,
        letter if letter.is_ascii_alphabetic() => ESCAPES.contains(letter),
        _ => true,
    };
    if is_escape { Ok(kind.len_utf8()) } else { Err(format!("Go has no `\\{kind}` in patterns")) }
}

/// The length of a class with its brackets.
fn class(text: &str) -> Result<usize, String> {
    let negated = usize::from(text[1..].starts_with('^'));
    let mut at = 1 + negated;
    // A `]` that stands first is one of the characters.
    at += usize::from(text[at..].starts_with(']'));
    while let Some(next) = text[at..].chars().next() {
        match next {
            ']' => return Ok(at + 1),
            '\\' => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '[' if text[at..].starts_with("[:") => at += text[at..].find(":]").map_or(1, |end| end + 2),
            other => at += other.len_utf8(),
        }
    }
    Err("a `[` is not closed".to_owned())
}

/// The length of what follows `(` and belongs to it, and whether that is `?i)`, which opens nothing.
fn group(after: &str) -> Result<(usize, bool), String> {
    let Some(kind) = after.strip_prefix('?') else { return Ok((0, false)) };
    let refused = |shown: &str| Err(format!("Go has no `(?{shown}` in patterns"));
    for shown in ["=", "!", "<=", "<!", ">", "#", "P=", "P>", "|", "&", "R"] {
        if kind.starts_with(shown) {
            return refused(shown);
        }
    }
    let named = kind.strip_prefix("P<").or_else(|| kind.strip_prefix('<'));
    if let Some(name) = named {
        return match name.find('>') {
            Some(end) => Ok((after.len() - name.len() + end + 1, false)),
            None => refused("<"),
        };
    }
    let flags = kind.find(|flag: char| !"imsU-".contains(flag)).unwrap_or(kind.len());
    match kind[flags..].chars().next() {
        Some(':') => Ok((flags + 2, false)),
        Some(')') => Ok((flags + 2, true)),
        _ => refused(kind.get(..1).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_go_reads_them() {
        // Each was given to Go's own `regexp`.
        for (pattern, message) in [
            (r#""^(main: )?(OOMKilled |Error [(]exit code 137[)])""#, None),
            (r#""\\(exit code 1\\)""#, None),
            (r#""[[(]|[]a]|[^]a]|[a\\]]|[[:alpha:]]""#, None),
            (r#""a{|(?i:b)(?P<n>b)(?<m>b)(?s)|^*b|x+?|\\.\\-\\01""#, None),
            (r"`\Qa(\E`", None),
            (r#""\x28""#, None),
            (r#""[(""#, Some("a `[` is not closed")),
            (r#""(a""#, Some("a `(` is not closed")),
            (r#""a)""#, Some("a `)` closes nothing")),
            (r#""^(?!main)OOM""#, Some("Go has no `(?!` in patterns")),
            (r#""(?<=a)b""#, Some("Go has no `(?<=` in patterns")),
            (r#""(?>x)""#, Some("Go has no `(?>` in patterns")),
            (r#""\\1""#, Some(r"Go has no `\1` in patterns")),
            (r#""\\Z""#, Some(r"Go has no `\Z` in patterns")),
            (r#""a\\""#, Some("it ends in a backslash")),
            (r#""*a""#, Some("`*` repeats nothing")),
            (r#""a|*b""#, Some("`*` repeats nothing")),
            (r#""x*+""#, Some("`+` repeats a repetition")),
        ] {
            assert_eq!(check(pattern), message.map_or(Ok(()), |text| Err(text.to_owned())), "{pattern}");
        }
    }
}

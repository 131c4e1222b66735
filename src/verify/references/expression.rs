//! A first reading of a retry expression: quotes, brackets and escapes.
//!
//! No validator parses it (F 6.2); the controller does when an item fails, and an error there ends the item. The language is
//! expr-lang, whose strings stand in `"`, `'` or, raw, in a backtick.

/// Says what is wrong with an expression, if this much reading finds it.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let mut open: Vec<char> = Vec::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' | '\'' => string(character, &mut characters)?,
            '`' if !characters.by_ref().any(|inner| inner == '`') => {
                return Err("a ` is not closed".to_owned());
            }
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(character) => {
                return Err(format!("`{character}` closes nothing"));
            }
            '\\' => return Err("a backslash stands outside a text".to_owned()),
            _ => {}
        }
    }
    open.pop().map_or(Ok(()), |expected| Err(format!("`{expected}` is missing at the end")))
}

/// Reads to the closing quote. A backslash begins one of Go's escapes and nothing else: `\(` is `invalid char escape`.
fn string(quote: char, characters: &mut std::str::Chars<'_>) -> Result<(), String> {
    while let Some(character) = characters.next() {
        if character == quote {
            return Ok(());
        }
        if character == '\\' {
            let escaped = characters.next().unwrap_or(' ');
            if !matches!(
                escaped,
                'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' | '\'' | '"' | 'x' | 'u' | 'U' | '0'..='7'
            ) {
                return Err(format!("`\\{escaped}` is no escape"));
            }
        }
    }
    Err(format!("a {quote} is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_ran_are_taken() {
        for text in [
            "",
            r#"!(lastRetry.message matches "^(main: )?(OOMKilled |Error [(]exit code 137[)])")"#,
            r#"asInt(lastRetry.exitCode) in [137, 143, -1] || lastRetry.status == 'Error'"#,
            r#"lastRetry.message matches "\\(exit code 1\\)""#,
            "lastRetry.message contains `(`",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_the_controller_cannot_parse_is_refused() {
        for (text, message) in [
            (r#"lastRetry.message matches "\(exit""#, r"`\(` is no escape"),
            (r"a \ b", "a backslash stands outside a text"),
            ("(a || b", "`)` is missing at the end"),
            ("a)", "`)` closes nothing"),
            ("(a]", "`]` closes nothing"),
            (r#"a == "b"#, "a \" is not closed"),
            ("a == `b", "a ` is not closed"),
        ] {
            assert_eq!(check(text), Err(message.to_owned()), "{text}");
        }
    }
}

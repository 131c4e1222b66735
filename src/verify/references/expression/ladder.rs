//! Lists that are indexed by the number of the attempt: the rungs of a ladder that grows in place.

use super::tokens::{self, Token};

/// How many values each list has that an expression indexes by `retries` alone, such as `["64Gi", "96Gi"][asInt(retries)]`.
pub(crate) fn rungs(text: &str) -> Vec<usize> {
    let Ok(tokens) = tokens::read(text) else { return Vec::new() };
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Bracket('[' | '(' | '{') => open.push((at, 0)),
            Token::Sign(",") => {
                if let Some((_, commas)) = open.last_mut() {
                    *commas += 1;
                }
            }
            Token::Bracket(_) => {
                let Some((start, commas)) = open.pop() else { continue };
                let is_list = tokens[start] == Token::Bracket('[') && !follows_a_value(&tokens[..start]);
                if is_list && at > start + 1 && is_indexed_by_attempt(&tokens[at + 1..]) {
                    let trailing = tokens[at - 1] == Token::Sign(",");
                    found.push(commas + usize::from(!trailing));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a bracket that opens here is an index rather than a list.
fn follows_a_value(before: &[Token<'_>]) -> bool {
    matches!(before.last(), Some(Token::Name(_) | Token::Text(_) | Token::Bracket(')' | ']' | '}')))
}

/// `[asInt(retries)]`, `[int(retries)]` or `[sprig.int(retries)]`.
fn is_indexed_by_attempt(after: &[Token<'_>]) -> bool {
    let after = match after {
        [Token::Bracket('['), Token::Name("sprig"), Token::Sign("."), rest @ ..]
        | [Token::Bracket('['), rest @ ..] => rest,
        _ => return false,
    };
    matches!(
        after,
        [
            Token::Name("asInt" | "int" | "atoi"),
            Token::Bracket('('),
            Token::Name("retries"),
            Token::Bracket(')'),
            Token::Bracket(']'),
            ..
        ]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rungs_are_counted() {
        for (text, expected) in [
            (r#"["64Gi", "96Gi", "160Gi"][asInt(retries)]"#, vec![3]),
            (r#"[f(1, 2), "b",][sprig.int(retries)] + ["x"][int(retries)]"#, vec![2, 1]),
            ("[a, b][asInt(retries) % 2]", vec![]),
            ("x[1][asInt(retries)]", vec![]),
            ("[[1, 2], [3, 4]][asInt(retries)]", vec![2]),
            ("[1, 2][0]", vec![]),
        ] {
            assert_eq!(rungs(text), expected, "{text}");
        }
    }
}

//! The grammar of `depends`: task names, `.Result`, `&&`, `||`, `!` and parentheses.
//!
//! Argo itself finds the names by pattern and leaves the rest to an expression engine at run time, so that a wrong operator
//! passes its validator and fails the DAG (`evaluateDependsLogic` in `workflow/controller/dag.go`). Here the whole text is parsed.

/// A task that the expression asks about, with the result if one is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operand<'a> {
    pub(super) task: &'a str,
    pub(super) result: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Operand(Operand<'a>),
    And,
    Or,
    Not,
    Open,
    Close,
}

/// All operands in the order written; none for an empty text; else what is wrong with it.
pub(super) fn operands(text: &str) -> Result<Vec<Operand<'_>>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let tokens = tokens(text)?;
    well_formed(&tokens)?;
    Ok(tokens
        .iter()
        .filter_map(|token| if let Token::Operand(operand) = token { Some(*operand) } else { None })
        .collect())
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let fixed = [
            ("&&", Token::And),
            ("||", Token::Or),
            ("!", Token::Not),
            ("(", Token::Open),
            (")", Token::Close),
        ];
        if let Some((sign, token)) = fixed.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
            found.push(token);
            rest = rest[sign.len()..].trim_start();
        } else if first.is_ascii_alphanumeric() {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')))
                .unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            let (task, result) =
                word.split_once('.').map_or((word, None), |(task, result)| (task, Some(result)));
            if result
                .is_some_and(|result| !result.chars().all(|c| c.is_ascii_alphabetic()) || result.is_empty())
            {
                return Err(format!("`{word}` is not a task with a result"));
            }
            found.push(Token::Operand(Operand { task, result }));
            rest = tail.trim_start();
        } else {
            return Err(format!("`{first}` is not expected"));
        }
    }
    Ok(found)
}

/// Operands between `&&` and `||`, in as many parentheses as the text has; which operator binds closer does not matter to the names.
fn well_formed(tokens: &[Token<'_>]) -> Result<(), String> {
    let (mut open, mut is_task_next) = (0_usize, true);
    for token in tokens.iter().map(Some).chain([None]) {
        match (is_task_next, token) {
            (true, Some(Token::Not)) => {}
            (true, Some(Token::Open)) => open += 1,
            (true, Some(Token::Operand(_))) => is_task_next = false,
            (true, other) => return Err(format!("{} stands where a task is expected", show(other))),
            (false, Some(Token::And | Token::Or)) => is_task_next = true,
            (false, Some(Token::Close)) if open > 0 => open -= 1,
            (false, other) if open > 0 => {
                return Err(format!("{} stands where `)` is expected", show(other)));
            }
            (false, None) => {}
            (false, other) => return Err(format!("{} is not expected", show(other))),
        }
    }
    Ok(())
}

fn show(token: Option<&Token<'_>>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(Token::And) => "`&&`".to_owned(),
        Some(Token::Or) => "`||`".to_owned(),
        Some(Token::Not) => "`!`".to_owned(),
        Some(Token::Open) => "`(`".to_owned(),
        Some(Token::Close) => "`)`".to_owned(),
        Some(Token::Operand(operand)) => format!("`{}`", operand.task),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_found_through_any_nesting() {
        let found = operands("(a.Succeeded || !b-2.Failed) &&\n  (!(c) || a.Omitted)").unwrap();
        let names: Vec<(&str, Option<&str>)> = found.iter().map(|one| (one.task, one.result)).collect();
        assert_eq!(
            names,
            [("a", Some("Succeeded")), ("b-2", Some("Failed")), ("c", None), ("a", Some("Omitted"))]
        );
        assert_eq!(operands("  "), Ok(Vec::new()));
    }

    #[test]
    fn no_nesting_is_too_deep() {
        let (open, close) = ("(!".repeat(20_000), ")".repeat(20_000));
        assert_eq!(operands(&format!("{open}a.Failed{close}")).map(|found| found.len()), Ok(1));
        assert_eq!(operands(&open).unwrap_err(), "the end stands where a task is expected");
    }

    #[test]
    fn what_is_not_the_grammar_is_refused_where_it_stands() {
        for (text, message) in [
            ("a &&", "the end stands where a task is expected"),
            ("a b", "`b` is not expected"),
            ("a & b", "`&` is not expected"),
            ("(a || b", "the end stands where `)` is expected"),
            ("a)", "`)` is not expected"),
            ("a == b", "`=` is not expected"),
            ("a.b.c", "`a.b.c` is not a task with a result"),
            ("|| a", "`||` stands where a task is expected"),
        ] {
            assert_eq!(operands(text).unwrap_err(), message, "{text}");
        }
    }
}

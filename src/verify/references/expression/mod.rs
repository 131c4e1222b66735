//! The expressions that Argo evaluates at run time, read as it will read them.
//!
//! No validator parses them, so that a slip passes every check and then fails the node. There are two languages:
//! expr-lang, in retry strategies, hooks, outputs and `{{=…}}`, and govaluate, in `when` ([`condition`]). What this reading
//! cannot judge, it takes.

pub(crate) mod condition;
mod grammar;
pub(crate) mod ladder;
pub(crate) mod outcome;
mod tokens;

/// Says what is wrong with an expression of expr-lang, if it cannot be parsed.
///
/// Source: the language that Argo 4.0.7 uses, `github.com/expr-lang/expr` 1.17, `parser/` and `parser/lexer/`.
pub(crate) fn check(text: &str) -> Result<(), String> {
    grammar::check(&tokens::read(text)?)
}

/// Says what is wrong with an expression in which `{{…}}` is filled in first. What will stand there is not known: it is
/// taken if any of some plain values makes it right.
pub(crate) fn check_filled(text: &str) -> Result<(), String> {
    any_filling(text, check)
}

/// Values of several sorts that might be filled in for a `{{…}}`, an operator among them.
const FILLINGS: &[&str] = &["x", "1", "true", "'x'", "==", ""];

/// More variables than this make more mixtures of fillings than are worth trying.
const MOST_VARIABLES: u32 = 4;

/// The answer of `check` to the text as it is; to one with variables, the answer to the filling that it takes, or to the first if
/// it takes none.
fn any_filling(text: &str, check: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
    let Some(parts) = around_variables(text) else { return Ok(()) };
    let variables = u32::try_from(parts.len() - 1).unwrap_or(u32::MAX);
    if variables > MOST_VARIABLES {
        return Ok(());
    }
    let mut first = Ok(());
    for mixture in 0..FILLINGS.len().pow(variables) {
        let mut digits = mixture;
        let mut filled = parts[0].to_owned();
        for part in &parts[1..] {
            filled.push_str(FILLINGS[digits % FILLINGS.len()]);
            filled.push_str(part);
            digits /= FILLINGS.len();
        }
        let answer = check(&filled);
        if answer.is_ok() {
            return answer;
        }
        first = first.and(answer);
    }
    first
}

/// The text before, between and after its variables; none where one is not closed or stands in another.
fn around_variables(text: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (tag, tail) = after.split_once("}}")?;
        if tag.contains("{{") {
            return None;
        }
        parts.push(before);
        rest = tail;
    }
    parts.push(rest);
    Some(parts)
}

/// The text with a value in the place of each `{{…}}`; none where a variable is not closed or stands in another.
pub(crate) fn filled(text: &str, filling: &str) -> Option<String> {
    around_variables(text).map(|parts| parts.join(filling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_ran_are_taken() {
        for text in [
            r#"!(lastRetry.message matches "^(main: )?(OOMKilled |Error [(]exit code 137[)])")"#,
            r#"asInt(lastRetry.exitCode) in [137, 143, -1] || lastRetry.status == 'Error'"#,
            r#"lastRetry.message matches "\\(exit code 1\\)""#,
            "lastRetry.message contains `(\\`",
            r#"["64Gi", "96Gi", "160Gi"][asInt(retries)]"#,
            "retries == '0' ? '64Gi' : (retries == '1' ? '96Gi' : '160Gi')",
            "filter(jsonpath(x, '$'), {.name != 'a' && # != nil})[0]?.b ?? 'none'",
            "map([1, 2], #.x | toJson())[1:] // the tail",
            "let n = asInt(retries) + 1; n * 2.5e1 / .5 ** 2 % 0x1F",
            "if a { 1 } else if b { 2 } else { 3 }",
            "not (a not in [1..3,]) and {'a': 1, b: 2, (1 + 2): 3}.a startsWith \"\\u{e9}\"",
            "1 < retries <= 3",
            "sprig.trim(tasks['a-b'].outputs.result)\n  | upper() /* both */",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_the_controller_cannot_parse_is_refused() {
        for (text, message) in [
            ("", "it is empty"),
            (r#"lastRetry.message matches "\(exit""#, r"`\(` is no escape"),
            (r#"x == "\'""#, r"`\'` is no escape"),
            (r#"x == "\x4""#, r"`\x` is not followed by 2 hexadecimal digits"),
            (r"a \ b", "a backslash stands outside a text"),
            ("(a || b", "`)` is missing at the end"),
            ("a)", "`)` closes nothing"),
            ("(a]", "`]` stands where `)` is expected"),
            (r#"a == "b"#, "a \" is not closed"),
            ("a == `b", "a ` is not closed"),
            ("a = b", "`=` is not expected; equality is `==`"),
            ("a === b", "`=` stands where a value is expected"),
            ("a & b", "`&` is not expected; and is `&&`"),
            ("a ||", "the end stands where a value is expected"),
            ("a b", "`b` is not expected"),
            ("a ?? b == c", "`==` and `??` are mixed without parentheses"),
            ("1a", "`1a` is no number"),
            ("a @ b", "`@` belongs to no expression"),
            ("f(a b)", "`b` stands where `,` or `)` is expected"),
            ("a ? b", "the end stands where `:` is expected"),
            ("{a 1}", "`1` stands where `:` is expected"),
            ("a /* b", "a /* is not closed"),
            ("filter(a)", "`filter` wants 2 arguments"),
            ("#.a", "`#` stands where a value is expected"),
        ] {
            assert_eq!(check(text), Err(message.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_will_be_filled_in_is_given_the_benefit_of_the_doubt() {
        for text in [
            "{{a}} == {{b}}",
            "'{{a}}' == \"b\"",
            "{{a}} {{op}} {{b}}",
            "x.{{a}} > 1",
            "{{a {{b}} }}(",
            "({{a}} {{b}} {{c}} {{d}} {{e}}",
        ] {
            assert_eq!(check_filled(text), Ok(()), "{text}");
        }
        assert_eq!(check_filled("({{a}}"), Err("`)` is missing at the end".to_owned()));
    }

    #[test]
    fn a_nesting_without_end_is_left_to_others() {
        assert_eq!(check(&"(".repeat(100_000)), Ok(()));
        assert_eq!(check(&"!".repeat(100_000)), Ok(()));
    }
}

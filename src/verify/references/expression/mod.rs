//! The expressions that Argo evaluates at run time, read as it will read them.
//!
//! No validator parses them, so that a slip passes every check and then fails the node. There are two languages:
//! expr-lang, in retry strategies, hooks, outputs and `{{=…}}`, and govaluate, in `when` ([`condition`]). What this reading
//! cannot judge, it takes.

pub(crate) mod condition;
mod grammar;
mod kind;
pub(crate) mod ladder;
mod operators;
pub(crate) mod outcome;
mod pattern;
mod tokens;

use self::grammar::{Fault, Place};
use self::tokens::Token;

/// Says what is wrong with an expression of expr-lang, if it cannot be parsed.
///
/// Source: the language that Argo 4.0.7 uses, `github.com/expr-lang/expr` 1.17, `parser/` and `parser/lexer/`.
pub(crate) fn check(text: &str) -> Result<(), String> {
    grammar::check(&tokens::read(text)?, Place::Anywhere).map_err(|fault| match fault {
        Fault::Unreadable(message) | Fault::Fails((message, _)) => message,
    })
}

/// Why the expression of a retry strategy cannot be read or run, and the way out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

/// Says what is wrong with the expression of a retry strategy: it cannot be read, a name in it means nothing there, or it
/// never decides. Whatever certainly fails is refused; what some run evaluates is taken.
///
/// Source: Argo 4.0.7, `workflow/controller/operator.go`, `processNodeRetries`, which ends the node with the error.
pub(crate) fn check_retry(text: &str) -> Result<(), Refusal> {
    /// A character that no expression has outside a text.
    const RAW: &str = "\u{1}";
    let mut raw = text.to_owned();
    let mut own = None;
    super::variables::tags(&text.into(), "", &mut |_, tag| {
        if tag == "retries" || tag.starts_with("lastRetry.") {
            own = own.take().or_else(|| Some(tag.to_owned()));
        }
    });
    if let Some(tag) = &own {
        for written in [format!("{{{{{tag}}}}}"), format!("{{{{ {tag} }}}}")] {
            raw = raw.replace(&written, RAW);
        }
    }
    let templated = text.contains("{{");
    let answer = any_filling(&raw, |filled| {
        let words = tokens::read(filled).map_err(unreadable)?;
        // What is filled in might be any name.
        let place =
            if templated && words.contains(&Token::Name("x")) { Place::Anywhere } else { Place::Retry };
        grammar::check(&words, place).map_err(|fault| match fault {
            Fault::Unreadable(message) => unreadable(message),
            Fault::Fails((message, help)) => {
                Refusal { message: format!("the retry expression fails: {message}"), help }
            }
        })
    });
    match own.filter(|_| answer.is_err()) {
        Some(tag) => Err(Refusal {
            message: format!("the retry expression cannot be read: nothing fills in `{{{{{tag}}}}}` there"),
            help: "write the name without `{{` and `}}`: the expression reads it by itself",
        }),
        None => answer,
    }
}

fn unreadable(message: String) -> Refusal {
    // `invalid char escape` and its like make every failed item an Error that is not retried.
    let help = if message.ends_with("is no escape") {
        "write `[(]` or `\\\\(` for a parenthesis in a pattern: a broken expression retries nothing"
    } else {
        "close every quote and bracket, and write `==`, `&&` and `||`: a broken expression retries nothing"
    };
    Refusal { message: format!("the retry expression cannot be read: {message}"), help }
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
fn any_filling<E>(text: &str, check: impl Fn(&str) -> Result<(), E>) -> Result<(), E> {
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
    fn retry_expressions_that_ran_are_taken() {
        // Each was given to Argo's own `EvalBool` with the scope of a retry.
        for text in [
            "lastRetry.exitCode in [137, 143]",
            "lastRetry.exitcode != \"1\"",
            "asInt(lastRetry.exitCode) == \"1\" || lastRetry.exitCode == 1",
            "sprig.int(retries) < 2 and asFloat(lastRetry.duration) > 1",
            "let x = 5; x > asInt(retries)",
            "if true { true } else { false }",
            "true | string() == \"true\"",
            "lastRetry?.message != nil && lastRetry[\"exitCode\"] == \"137\"",
            "1..3 == [1,2,3] || {a: 1}.a == 1 || {\"a\": 1, b: 2,}.b == 2",
            "not (\"a\" in [\"a\"]) && retries in [\"0\"]",
            "$env.retries == \"0\" && $env[\"lastRetry\"][\"exitCode\"] == \"137\"",
            "now() > now()",
            "any([1,2], {# > 1}) || map([1], # + 1) == [2]",
            "toJson(retries) == \"x\" && len(lastRetry.message) > 0",
            "retries < \"2\" && (lastRetry.exitCode) >= \"1\" && -1 < +1",
            "retries | int() > 1 && lastRetry.message not matches \"main\"",
            "lastRetry.message matches lastRetry.status && '{{retries}}' == '0'",
            "asInt(lastRetry.duration) > 5 and lastRetry.status == \"Failed\" ? true : (lastRetry.message ?? \"\") startsWith \"x\"",
            "lastRetry.exitCode == \"{{inputs.parameters.code}}\" && asInt(retries) < {{inputs.parameters.most}}",
            "{{inputs.parameters.when}} || lastRetry.{{inputs.parameters.field}} != ''",
        ] {
            assert_eq!(check_retry(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn retry_expressions_that_end_every_retry_are_refused() {
        let reads = "the retry expression cannot be read: ";
        let fails = "the retry expression fails: ";
        for (text, start, message) in [
            ("{{lastRetry.exitCode}} == 1", reads, "nothing fills in `{{lastRetry.exitCode}}` there"),
            ("asInt({{ retries }}) < 2", reads, "nothing fills in `{{retries}}` there"),
            ("lastRetry.message match \"x\"", reads, "`match` is not expected"),
            ("retries < 2", fails, "`<` stands between a text and a number"),
            ("retries != 0", fails, "`!=` stands between a text and a number"),
            ("retries in [0, 1]", fails, "`in` stands between a text and a list of numbers"),
            ("lastRetry.exitCode in \"137\"", fails, "`in` stands between a text and a text"),
            ("(lastRetry.exitCode) > 1", fails, "`>` stands between a text and a number"),
            ("lastRetry[\"duration\"] > 60", fails, "`>` stands between a text and a number"),
            ("true && lastRetry?.exitCode + 1 == 2", fails, "`+` stands between a text and a number"),
            ("lastRetry.message contains 5", fails, "`contains` stands between a text and a number"),
            ("asInt(retries) - \"1\" == 0", fails, "`-` stands between a number and a text"),
            ("-retries == 1", fails, "`-` stands before a text"),
            ("not lastRetry.exitCode", fails, "`not` stands before a text, neither true nor false"),
            ("lastRetry.status == 'Error' || 'Failed'", fails, "`||` joins a text, neither true nor false"),
            ("retries ?: true", fails, "it is a text, neither true nor false"),
            ("lastRetry.exitCode", fails, "it is a text, neither true nor false"),
            ("asInt(lastRetry.exitCode) + 1", fails, "it is a number, neither true nor false"),
            ("lastRetry.exitCode == '1' ? 5 : 6", fails, "it is a number, neither true nor false"),
            ("lastretry.exitCode != \"1\"", fails, "`lastretry` is not known there"),
            ("workflow.name == '{{inputs.parameters.x}}'", fails, "`workflow` is not known there"),
            ("inputs.parameters.x == \"y\"", fails, "`inputs` is not known there"),
            ("foo(lastRetry.exitCode) == 1", fails, "`foo` is not known there"),
            ("retries | foo() > 1", fails, "`foo` is not known there"),
            ("any([1], foo)", fails, "`foo` is not known there"),
            (
                "lastRetry.message matches \"[(\"",
                fails,
                "the pattern \"[(\" cannot be read: a `[` is not closed",
            ),
            (
                "lastRetry.message matches \"^(?!main)OOM\"",
                fails,
                "the pattern \"^(?!main)OOM\" cannot be read: Go has no `(?!` in patterns",
            ),
        ] {
            let found = check_retry(text).map_err(|refused| refused.message);
            assert_eq!(found, Err(format!("{start}{message}")), "{text}");
        }
    }

    #[test]
    fn a_nesting_without_end_is_left_to_others() {
        assert_eq!(check(&"(".repeat(100_000)), Ok(()));
        assert_eq!(check(&"!".repeat(100_000)), Ok(()));
    }
}

//! What is known of a value before a retry expression runs, and which operators then cannot take it.
//!
//! Source: Argo 4.0.7, `workflow/controller/operator.go`, `buildRetryStrategyLocalScope`, and `util/expr/`: `retries` is a text when
//! the expression is compiled; the members of `lastRetry` are texts too, but that shows only when it runs.

use super::tokens::Token;

/// What a value is. One that is `Late` is known to the run alone, so that `==` takes it beside anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Unknown,
    Truth,
    Text,
    LateText,
    Number,
    LateNumber,
    /// A list of numbers alone.
    Numbers,
}

/// Why an expression that can be read fails, and the way out.
pub(super) type Wrong = (String, &'static str);

const AS_NUMBER: &str =
    "every value here is a text: write `asInt(retries) < 2`, or compare with a text in quotes: `== \"1\"`";
const AS_TRUTH: &str = "a retry expression says true or false: compare the value with something";

/// The names that a retry expression can use beside the functions of the language itself.
const NAMES: &[&str] = &[
    "retries",
    "lastRetry",
    "asInt",
    "asFloat",
    "jsonpath",
    "toJson",
    "sprig",
    "nil",
    "true",
    "false",
    "$env",
];

/// The functions of the language (`builtin/builtin.go` of expr-lang 1.17), but for those that are in its grammar.
const FUNCTIONS: &[&str] = &[
    "len",
    "type",
    "abs",
    "ceil",
    "floor",
    "round",
    "int",
    "float",
    "string",
    "trim",
    "trimPrefix",
    "trimSuffix",
    "upper",
    "lower",
    "split",
    "splitAfter",
    "replace",
    "repeat",
    "join",
    "indexOf",
    "lastIndexOf",
    "hasPrefix",
    "hasSuffix",
    "max",
    "min",
    "mean",
    "median",
    "toJSON",
    "fromJSON",
    "toBase64",
    "fromBase64",
    "now",
    "duration",
    "date",
    "timezone",
    "first",
    "last",
    "get",
    "take",
    "keys",
    "values",
    "toPairs",
    "fromPairs",
    "reverse",
    "uniq",
    "concat",
    "flatten",
    "sort",
    "bitand",
    "bitor",
    "bitxor",
    "bitnand",
    "bitnot",
    "bitshl",
    "bitshr",
    "bitushr",
];

/// Whether a name means something in a retry expression: others end it with `unknown name`.
pub(super) fn check_name(name: &str) -> Result<(), Wrong> {
    if NAMES.contains(&name) || FUNCTIONS.contains(&name) {
        return Ok(());
    }
    Err((
        format!("`{name}` is not known there"),
        "it can use retries, lastRetry.exitCode, lastRetry.status, lastRetry.duration, lastRetry.message and functions",
    ))
}

/// What the words of a value without operators are worth.
pub(super) fn of_value(words: &[Token<'_>]) -> Kind {
    match words {
        [Token::Text(_)]
        | [Token::Name("retries")]
        | [Token::Name("string" | "toJson"), Token::Bracket('('), ..] => Kind::Text,
        [Token::Number(_)] | [Token::Name("int" | "float" | "len"), Token::Bracket('('), ..] => Kind::Number,
        [Token::Name("true" | "false")]
        | [Token::Name("all" | "any" | "none" | "one"), Token::Bracket('('), ..] => Kind::Truth,
        [Token::Name("asInt" | "asFloat"), Token::Bracket('('), ..] => Kind::LateNumber,
        [
            Token::Name("lastRetry"),
            Token::Sign("." | "?."),
            Token::Name("exitCode" | "status" | "duration" | "message"),
        ] => Kind::LateText,
        [Token::Name("lastRetry"), Token::Bracket('['), Token::Text(key), Token::Bracket(']')]
            if ["exitCode", "status", "duration", "message"]
                .contains(&key.trim_matches(['"', '\'', '`'])) =>
        {
            Kind::LateText
        }
        [Token::Bracket('['), inner @ .., Token::Bracket(']')]
            if !inner.is_empty()
                && inner.iter().all(|word| matches!(word, Token::Number(_) | Token::Sign(","))) =>
        {
            Kind::Numbers
        }
        _ => Kind::Unknown,
    }
}

impl Kind {
    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::LateText)
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::LateNumber)
    }

    /// Neither true nor false, as far as that is known.
    fn is_no_truth(self) -> bool {
        !matches!(self, Self::Unknown | Self::Truth)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "a value",
            Self::Truth => "true or false",
            Self::Text | Self::LateText => "a text",
            Self::Number | Self::LateNumber => "a number",
            Self::Numbers => "a list of numbers",
        }
    }
}

/// What `sign` makes of two values, if it takes them.
pub(super) fn joined(sign: &str, left: Kind, right: Kind) -> Result<Kind, Wrong> {
    let fits = match sign {
        // What is compared at compile time has to be of one sort.
        "==" | "!=" => !matches!(
            (left, right),
            (Kind::Text, Kind::Number | Kind::Truth)
                | (Kind::Number, Kind::Text | Kind::Truth)
                | (Kind::Truth, Kind::Text | Kind::Number)
        ),
        "<" | ">" | "<=" | ">=" | "+" => {
            !(left.is_text() && right.is_number() || left.is_number() && right.is_text())
        }
        "-" | "*" | "/" | "%" | "**" | "^" => !left.is_text() && !right.is_text(),
        "in" => !(right.is_text() || right.is_number() || left == Kind::Text && right == Kind::Numbers),
        "matches" | "contains" | "startsWith" | "endsWith" => !left.is_number() && !right.is_number(),
        "&&" | "||" | "and" | "or" if left.is_no_truth() || right.is_no_truth() => {
            let kind = if left.is_no_truth() { left } else { right };
            return Err((format!("`{sign}` joins {}, neither true nor false", kind.name()), AS_TRUTH));
        }
        _ => true,
    };
    if !fits {
        let message = format!("`{sign}` stands between {} and {}", left.name(), right.name());
        return Err((message, AS_NUMBER));
    }
    Ok(match sign {
        "+" if left.is_text() && right.is_text() => Kind::LateText,
        "+" | "-" | "*" | "/" | "%" | "**" | "^" if left.is_number() && right.is_number() => Kind::LateNumber,
        "==" | "!=" | "<" | ">" | "<=" | ">=" | "in" | "matches" | "contains" | "startsWith" | "endsWith"
        | "&&" | "||" | "and" | "or" => Kind::Truth,
        _ => Kind::Unknown,
    })
}

/// What a prefix makes of a value, if it takes it.
pub(super) fn turned(sign: &str, kind: Kind) -> Result<Kind, Wrong> {
    match sign {
        "not" | "!" if kind.is_no_truth() => {
            Err((format!("`{sign}` stands before {}, neither true nor false", kind.name()), AS_TRUTH))
        }
        "not" | "!" => Ok(Kind::Truth),
        _ if kind.is_text() => Err((format!("`{sign}` stands before a text"), AS_NUMBER)),
        _ => Ok(kind),
    }
}

/// Whether a value can decide: the whole expression, or the condition of a choice.
pub(super) fn decides(kind: Kind) -> Result<(), Wrong> {
    if kind.is_no_truth() {
        return Err((format!("it is {}, neither true nor false", kind.name()), AS_TRUTH));
    }
    Ok(())
}

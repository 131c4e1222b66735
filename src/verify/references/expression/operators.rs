//! The operators of expr-lang with their strengths, and the functions with a grammar of their own.

/// The functions that take a predicate, with the most and the fewest arguments.
pub(super) const PREDICATES: &[(&str, usize, usize)] = &[
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

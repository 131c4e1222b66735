//! Which strings can stand without quotes: those that every reader takes for the same string.

use super::number;

/// Words that YAML 1.1 or 1.2 reads as a boolean or as null, in any case (YAML 1.1 type repository, `bool` and `null`).
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "="];

/// Whether the string can be written plain, in a block collection, as a key or as a value.
pub(super) fn is_safe(text: &str) -> bool {
    text.chars().all(shows_itself)
        && !has_syntax(text)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !number::looks_like_one(text)
        && !looks_like_a_date(text)
}

/// Whether the character prints as itself: not a control character, a line break of YAML 1.1, a byte order mark or another
/// character that a reviewer cannot see (blanks that are not a space, marks that turn the direction of the text).
pub(super) fn shows_itself(c: char) -> bool {
    let hidden = matches!(c,
        '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}');
    !c.is_control() && !hidden
}

/// Characters that mean something to YAML where they stand; the empty text means null.
fn has_syntax(text: &str) -> bool {
    let begins = text.starts_with(|c| " ?:,[]{}#&*!|>'\"%@`".contains(c));
    let dash = text == "-" || text.starts_with("- ");
    let marker = text.starts_with("---") || text.starts_with("...");
    text.is_empty()
        || begins
        || dash
        || marker
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
}

/// Whether it begins as a date: `2025-11-12`, `2025-1-1T10:00:00Z`.
fn looks_like_a_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    parts.next().is_some_and(|year| year.len() == 4 && digits(year))
        && parts.next().is_some_and(|month| month.len() <= 2 && digits(month))
        && parts.next().is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_texts_need_no_quotes() {
        for text in [
            "gapit3-gwas",
            "registry.example.org/gapit3:3.1",
            "5m",
            "64Gi",
            "/scripts/run.sh",
            "--batch-id",
            "a b c",
            "it's",
            "BLINK,FarmCPU",
            "retry-standard.Succeeded || retry-standard.Failed",
            "trait-{{inputs.parameters.index}}",
            "größe",
            "a#b",
            "http://x",
            "true story",
        ] {
            assert!(is_safe(text), "{text}");
        }
    }

    #[test]
    fn texts_that_a_reader_would_take_for_something_else_need_quotes() {
        for text in [
            "",
            "on",
            "Off",
            "YES",
            "n",
            "Y",
            "null",
            "~",
            "<<",
            "=",
            "2025-11-12",
            "2025-1-1 10:00:00",
            "{{item}}",
            "- x",
            "-",
            "? x",
            "!x",
            "&a",
            "*a",
            "%x",
            "@x",
            "`x`",
            "x:",
            "a: b",
            "a #b",
            " x",
            "x ",
            "---",
            "--- x",
            "...",
            "a\tb",
            "\u{85}",
            "a\u{2028}b",
            "#",
            "\u{feff}x",
            "'a'",
            ":sym",
            "[a",
            "a\u{202e}b",
            "a\nb",
        ] {
            assert!(!is_safe(text), "{text:?}");
        }
    }
}

//! What a text asks about the attempt that it is filled in for: `retries` and `lastRetry.…`.

use serde_json::Value;

use super::evaluated::expressions;

/// What an attempt is told: its number, and how the one before it ended.
const NAMES: &[&str] = &["retries", "lastRetry"];

/// The first variable in a text that only a retried template has, in `{{…}}` or in the expression of `{{=…}}`.
pub(crate) fn asked(text: &str) -> Option<&'static str> {
    let tag = |tag: &str| {
        let tag = tag.trim();
        NAMES.iter().copied().find(|name| tag == *name || tag.starts_with(&format!("{name}.")))
    };
    let plain =
        text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).find_map(|(inside, _)| tag(inside));
    plain.or_else(|| {
        let mut found = None;
        expressions(&Value::from(text), "", &mut |_, written| {
            found = found.or_else(|| NAMES.iter().copied().find(|name| names(written, name)));
        });
        found
    })
}

/// Whether an expression names a variable: not in quotes, and not as a member of something.
fn names(written: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let mut quote = None;
    let mut before = ' ';
    let mut characters = written.char_indices();
    while let Some((at, character)) = characters.next() {
        match quote {
            Some(_) if character == '\\' => {
                characters.next();
            }
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'' | '`') => quote = Some(character),
            None => {
                let ends = written[at..].strip_prefix(name).map(|rest| !rest.starts_with(is_part));
                if ends == Some(true) && !is_part(before) && before != '.' {
                    return true;
                }
            }
        }
        before = character;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attempt_is_asked_for_in_tags_and_expressions_alone() {
        for (text, name) in [
            ("{{retries}}", Some("retries")),
            ("a {{ lastRetry.exitCode }}Gi", Some("lastRetry")),
            ("{{=(sprig.int(retries)+1)*64}}Mi", Some("retries")),
            ("{{=[1, 2][asInt(retries)]}}", Some("retries")),
            ("{{=lastRetry.status == 'Failed' ? 1 : 2}}", Some("lastRetry")),
            ("{{inputs.parameters.retries}}", None),
            ("{{=inputs.parameters.retries + 'retries'}}", None),
            ("{{=maxretries + retriesLeft}}", None),
            ("retries", None),
        ] {
            assert_eq!(asked(text), name, "{text}");
        }
    }
}

//! Secrets that a text assigns to a name: flags of a command, variables of a script, fields of a configuration.

use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::{MARK, name};

/// How texts give a value to a name. In a program's source only a quoted value is surely a value and not an expression.
const FORMS: &[&str] = &[
    // --db-password=hunter2, --token="hunter2"
    r#"(?:^|[\s"'\[])--?(?<name>[A-Za-z][A-Za-z0-9_.-]*)=["']?(?<value>[^\s"']+)"#,
    // password = "hunter2", "password": "hunter2", password <- 'hunter2'
    r#"(?<name>[A-Za-z_][A-Za-z0-9_.-]*)["']?\s*(?:=|:|<-)\s*(?:"(?<value>[^"\n]+)"|'(?<single>[^'\n]+)')"#,
    // export DB_PASSWORD=hunter2
    r#"(?m)(?:^|[\s;&])(?<name>[A-Z][A-Z0-9_]*)=(?<value>[^\s"'`$(){};&]+)"#,
    // ?access_token=hunter2&x=y, Server=db;Password=hunter2;
    r#"[?&;](?<name>[A-Za-z][A-Za-z0-9_-]*)=(?<value>[^\s"'`$(){}&;]+)"#,
];

/// The text without the secrets that it assigns; `None` where there are none.
pub(super) fn replace(text: &str) -> Option<String> {
    // Most texts assign nothing, and this is asked of each.
    if !text.contains(['=', ':']) && !text.contains("<-") {
        return None;
    }
    let mut changed = None;
    for form in forms() {
        let now: &str = changed.as_deref().unwrap_or(text);
        if let Some(replaced) = replace_one(form, now) {
            changed = Some(replaced);
        }
    }
    changed
}

fn replace_one(form: &Regex, text: &str) -> Option<String> {
    let mut replaced = String::new();
    let mut behind = 0;
    for found in form.captures_iter(text) {
        let Some(value) = secret(&found) else { continue };
        replaced.push_str(&text[behind..value.start]);
        replaced.push_str(MARK);
        behind = value.end;
    }
    replaced.push_str(&text[behind..]);
    (behind > 0).then_some(replaced)
}

/// Where the secret stands, if this is one.
fn secret(found: &Captures<'_>) -> Option<std::ops::Range<usize>> {
    let value = found.name("value").or_else(|| found.name("single"))?;
    // Of a variable, a substitution or a call, the text holds no value.
    let refers = value.as_str().contains(['$', '`', '{', '}']);
    (name::is_secret(&found["name"]) && !refers && is_literal(value.as_str())).then(|| value.range())
}

fn forms() -> &'static [Regex] {
    static FORMS_READY: OnceLock<Vec<Regex>> = OnceLock::new();
    FORMS_READY.get_or_init(|| {
        FORMS.iter().map(|form| Regex::new(form).expect("a test compiles every form")).collect()
    })
}

/// The name in a flag that stands alone, its value being the next argument.
pub(super) fn lone_flag(argument: &str) -> Option<&str> {
    let name = argument.strip_prefix('-')?.trim_start_matches('-');
    (name::is_secret(name) && !name.contains(['=', ' ', '\n'])).then_some(name)
}

/// Whether the value of something whose name says secret is one: not empty, not a reference to where the value is, not a path, not
/// a switch.
pub(super) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let switch = ["true", "false", "yes", "no", "on", "off", "none", "null", "na"];
    let refers = value.contains("{{") || value.contains("$(") || value.contains("${") || is_variable(value);
    !value.is_empty()
        && !value.contains(MARK)
        && !refers
        && !is_path(value)
        && !switch.contains(&value.to_ascii_lowercase().as_str())
}

/// `$NAME` and nothing else.
fn is_variable(value: &str) -> bool {
    value.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// An absolute path of short parts: where a secret is mounted.
fn is_path(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let parts: Vec<&str> = value.split('/').skip(1).collect();
    value.starts_with('/')
        && parts.len() >= 2
        && value.bytes().all(plain)
        && parts.iter().all(|part| !part.is_empty() && part.len() <= 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_assigns_to_a_secret_name_goes() {
        for (text, replaced) in [
            ("run --db-password=hunter2 --x=1", "run --db-password=<redacted> --x=1"),
            ("-token=\"hunter2\"", "-token=\"<redacted>\""),
            ("password = \"hunter2\"", "password = \"<redacted>\""),
            (
                "{\"user\": \"u\", \"password\": \"hunter2\"}",
                "{\"user\": \"u\", \"password\": \"<redacted>\"}",
            ),
            ("api.key <- 'hunter2'", "api.key <- '<redacted>'"),
            ("export DB_PASSWORD=hunter2\nexport X=1", "export DB_PASSWORD=<redacted>\nexport X=1"),
            ("PGPASSWORD=hunter2 psql -c x", "PGPASSWORD=<redacted> psql -c x"),
            ("https://e.org/?access_token=hunter2&x=1", "https://e.org/?access_token=<redacted>&x=1"),
            ("Server=db;Password=hunter2;Port=1", "Server=db;Password=<redacted>;Port=1"),
        ] {
            assert_eq!(replace(text).as_deref(), Some(replaced));
            assert_eq!(replace(replaced), None, "{replaced}");
        }
    }

    #[test]
    fn code_references_and_paths_stay() {
        for text in [
            "token = get_token()",
            "connect(password=password, user=user)",
            "--password=$DB_PASSWORD",
            "--password=\"${DB_PASSWORD}\"",
            "--password={{inputs.parameters.password}}",
            "--token-file=/run/token",
            "--password=/run/secrets/db",
            "DB_PASSWORD=$(cat /run/secrets/db)",
            "DB_PASSWORD=\"$1\"",
            "password = \"\"",
            "token_type = \"bearer\"",
            "tokens = \"5\"",
            "--use-token=true",
            "a: b <- c",
        ] {
            assert_eq!(replace(text), None, "{text}");
        }
        assert_eq!(lone_flag("--api-token"), Some("api-token"));
        assert!(
            [("--tokens"), ("password"), ("--password=x"), ("- token x")]
                .into_iter()
                .all(|flag| lone_flag(flag).is_none())
        );
    }

    #[test]
    fn a_value_is_told_from_where_it_is() {
        assert!(["hunter2", "1234", "pa$$word", "/Ab+c9d/xx==", "correct horse"].into_iter().all(is_literal));
        let elsewhere =
            ["", " ", "$TOKEN", "$(TOKEN)", "{{workflow.parameters.t}}", "/run/secrets/db", "False", MARK];
        assert!(!elsewhere.into_iter().any(is_literal));
    }
}

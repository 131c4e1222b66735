//! Which values have the shape of a secret, whatever they are called.

use std::sync::OnceLock;

use regex::Regex;

use super::MARK;

/// Shapes of secrets inside a text. Where a shape has a group, only the group is the secret. The prefixes are those that the issuers
/// document so that scanners can find what was leaked.
const SHAPES: &[(&str, &str)] = &[
    (
        "a private key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    ),
    ("an AWS access key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    ("a GitLab token", r"\bgl(?:pat|dt|ptt|rt|cbt|ft|soat|imt|agent|oas)-[A-Za-z0-9_.=-]{20,}"),
    (
        "a Slack token",
        r"\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/([A-Za-z0-9/]{20,})",
    ),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{30,}"),
    ("a PyPI token", r"\bpypi-[A-Za-z0-9_-]{40,}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("a Docker token", r"\bdckr_pat_[A-Za-z0-9_-]{20,}"),
    ("a Google key", r"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,}"),
    ("a Stripe key", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("an API key", r"\bsk-(?:[a-z]+-)*[A-Za-z0-9_]{20,}[A-Za-z0-9_-]*"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("a Vault token", r"\bhv[sb]\.[A-Za-z0-9_-]{20,}"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("a password in a URL", r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@?#]*:([^\s/?#]+)@"),
    ("a bearer token", r"(?i)\bauthorization:\s*(?:bearer|basic|token)\s+([A-Za-z0-9._~+/=-]{8,})"),
];

/// The shortest value that is judged by its randomness alone.
const LONG: usize = 32;

/// What a text is when the shapes of secrets in it are replaced, and what they were; `None` where there are none.
pub(super) fn replace(text: &str) -> Option<(String, &'static str)> {
    let mut changed: Option<(String, &'static str)> = None;
    for (shape, (what, _)) in patterns().iter().zip(SHAPES) {
        let now = changed.as_ref().map_or(text, |(text, _)| text);
        if let Some(replaced) = replace_one(shape, now) {
            changed = Some((replaced, changed.map_or(what, |(_, first)| first)));
        }
    }
    changed
}

fn replace_one(shape: &Regex, text: &str) -> Option<String> {
    let mut replaced = String::new();
    let mut behind = 0;
    for found in shape.captures_iter(text) {
        let Some(secret) = found.get(1).or_else(|| found.get(0)) else { continue };
        let told = secret.as_str();
        if told == MARK || told.contains("{{") || told.starts_with('$') {
            continue;
        }
        replaced.push_str(&text[behind..secret.start()]);
        replaced.push_str(MARK);
        behind = secret.end();
    }
    replaced.push_str(&text[behind..]);
    (behind > 0).then_some(replaced)
}

fn patterns() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        SHAPES.iter().map(|(_, shape)| Regex::new(shape).expect("a test compiles every shape")).collect()
    })
}

/// Whether a whole value is long and random, as a key is: hexadecimal, base64 or letters and digits. Words, paths and names change
/// between letters and digits, or between small and capital letters, far less often than chance does.
pub(super) fn is_random(value: &str) -> bool {
    let value = value.trim();
    let body = value.trim_end_matches('=');
    if body.len() < LONG || value.len() - body.len() > 2 || is_uuid(body) {
        return false;
    }
    let alphanumeric = body.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let base64 = body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte));
    let has = |kind: fn(&u8) -> bool| body.bytes().any(|byte| kind(&byte));
    let digits = has(u8::is_ascii_digit);
    let mixed = digits && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    if body.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return digits && has(u8::is_ascii_alphabetic) && entropy(body) >= 2.5;
    }
    let changes = changes(body);
    (base64 && mixed && changes >= 0.4 || alphanumeric && digits && changes >= 0.25) && entropy(body) >= 3.5
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The part of neighbouring letters and digits that are of different kinds.
fn changes(text: &str) -> f64 {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => Some(0),
        b'a'..=b'z' => Some(1),
        b'A'..=b'Z' => Some(2),
        _ => None,
    };
    let kinds: Vec<Option<u8>> = text.bytes().map(kind).collect();
    let differ = kinds.windows(2).filter(|two| two[0].is_some() && two[1].is_some() && two[0] != two[1]);
    ratio(differ.count(), kinds.len().saturating_sub(1))
}

/// Shannon's entropy in bits a character.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_usize; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let parts = counts.iter().filter(|count| **count > 0).map(|count| ratio(*count, text.len()));
    parts.map(|part| -part * part.log2()).sum()
}

fn ratio(part: usize, whole: usize) -> f64 {
    let small = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { small(part) / small(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made at run time, so that no scanner takes this file for a leak.
    fn of(prefix: &str, length: usize) -> String {
        let letters = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z".chars().cycle();
        prefix.chars().chain(letters.take(length)).collect()
    }

    #[test]
    fn shapes_are_replaced_and_what_stands_around_them_stays() {
        let pem = |kind: &str| format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----");
        for (secret, what) in [
            (pem("RSA PRIVATE KEY"), "a private key"),
            (pem("PRIVATE KEY"), "a private key"),
            ("AKIA".to_owned() + "ABCDEFGH23456789", "an AWS access key"),
            (of("ghp_", 36), "a GitHub token"),
            (of("github_pat_", 40), "a GitHub token"),
            (of("glpat-", 20), "a GitLab token"),
            (of("xoxb-", 24), "a Slack token"),
            (of("npm_", 36), "an npm token"),
            (of("hf_", 34), "a Hugging Face token"),
            (of("AIza", 35), "a Google key"),
            (of("sk_live_", 24), "a Stripe key"),
            (of("sk-proj-", 40), "an API key"),
            (format!("{}.{}.{}", of("eyJ", 20), of("eyJ", 20), of("", 20)), "a JSON web token"),
        ] {
            let (text, told) = replace(&format!("x {secret} y")).unwrap_or_else(|| panic!("{secret}"));
            assert_eq!((text.as_str(), told), ("x <redacted> y", what), "{secret}");
        }
    }

    #[test]
    fn of_a_url_only_the_password_goes() {
        let replaced = |text: &str| replace(text).map(|(text, _)| text);
        assert_eq!(
            replaced("postgres://gwas:hun@ter2@db.example.org:5432/x").as_deref(),
            Some("postgres://gwas:<redacted>@db.example.org:5432/x")
        );
        assert_eq!(replaced("redis://:p@cache/0").as_deref(), Some("redis://:<redacted>@cache/0"));
        for whole in [
            "https://example.org:8080/a@b",
            "https://user@example.org",
            "postgres://gwas:{{inputs.parameters.password}}@db",
            "postgres://gwas:$(PASSWORD)@db",
            "postgres://gwas:<redacted>@db",
            "registry.example.org:5000/gapit3@sha256:abc",
        ] {
            assert_eq!(replaced(whole), None, "{whole}");
        }
    }

    #[test]
    fn what_was_replaced_is_not_found_again() {
        let text = format!("{} and amqp://u:p@h and {}", of("ghp_", 36), of("glpat-", 22));
        let (once, _) = replace(&text).unwrap();
        assert_eq!(
            (once.as_str(), replace(&once)),
            ("<redacted> and amqp://u:<redacted>@h and <redacted>", None)
        );
    }

    #[test]
    fn long_random_values_are_told_from_long_names() {
        for random in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY9",
            "aGk3Vn8qT2xkW9zYpR4mLs7BcE1uQf0JtD6hKyXoZvI=",
            "kq7x2m9d4p1z8c5v3b6n0w7e2r4t9y1u",
        ] {
            assert!(is_random(random), "{random}");
        }
        for plain in [
            "67ccfa0f-0000-4000-8000-000035fe8c07",
            "registry.example.org/gapit3-gwas-pipeline:3.0.2",
            "registry.example.org/gapit3@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "/cluster/gwas/iron-deficiency/data/Run2/Genotype",
            "gapit3-gwas-parallel-8nj24-run-gwas-1020564506",
            "GAPITAssociationFilterGWASResults2025Final",
            "projects/gwas-iron/locations/europe-west4/Runs/2025",
            "Genotype_SNPs_Iron_Deficiency_2025_11_12_Final",
            "00000000000000000000000000000000",
            "BLINK,FarmCPU,MLM",
        ] {
            assert!(!is_random(plain), "{plain}");
        }
    }
}

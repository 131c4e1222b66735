//! Which names say that their value is a secret.

/// Words that say it by themselves. `token` is singular on purpose: `max-tokens` counts what a model reads.
const SECRET: &[&str] = &[
    "token",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secrets",
    "credential",
    "credentials",
    "apikey",
    "apikeys",
    "apitoken",
    "accesskey",
    "privatekey",
    "secretkey",
    "authtoken",
    "accesstoken",
    "authorization",
];

/// Words that say it of the word that follows them.
const PAIRS: &[(&str, &[&str])] = &[
    ("api", &["key", "keys", "tokens"]),
    ("access", &["key", "keys", "tokens"]),
    ("private", &["key", "keys"]),
    ("auth", &["key", "tokens"]),
    ("encryption", &["key", "keys"]),
    ("signing", &["key", "keys"]),
    ("account", &["key"]),
    ("storage", &["key"]),
    ("license", &["key"]),
];

/// Last words that make it the name of something beside the secret: where it is kept, how long it is, of what kind.
const ABOUT: &[&str] = &[
    "name",
    "names",
    "file",
    "files",
    "filename",
    "path",
    "paths",
    "dir",
    "directory",
    "ref",
    "refs",
    "count",
    "limit",
    "length",
    "size",
    "type",
    "url",
    "uri",
    "endpoint",
    "enabled",
    "required",
    "version",
    "ttl",
    "expiry",
    "namespace",
    "mount",
    "volume",
    "bucket",
    "store",
    "policy",
    "budget",
    "separator",
    "index",
    "env",
    "provider",
    "issuer",
    "column",
];

/// First words that make it a number.
const AMOUNT: &[&str] = &["max", "min", "num", "n"];

/// Names whose long hexadecimal or random-looking values are no secret.
const DIGEST: &[&str] = &[
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "commit",
    "revision",
    "rev",
    "digest",
    "checksum",
    "hash",
    "uid",
    "uuid",
    "etag",
    "fingerprint",
    "image",
];

/// Whether a name in kebab, snake, dotted or camel case says that its value is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    if ABOUT.contains(&last.as_str()) || AMOUNT.contains(&first.as_str()) {
        return false;
    }
    let alone = |word: &String| {
        SECRET.contains(&word.as_str()) || word.ends_with("password") || word.ends_with("passwd")
    };
    let pair = |two: &[String]| {
        PAIRS.iter().any(|(before, after)| two[0] == *before && after.contains(&two[1].as_str()))
    };
    words.iter().any(alone) || words.windows(2).any(pair)
}

/// Whether a name says that its value is a digest or an identifier: long and random-looking, and no secret.
pub(super) fn is_digest(name: &str) -> bool {
    words(name).iter().any(|word| DIGEST.contains(&word.as_str()))
}

/// The words of a name in lower case; digits at a word's end count only where the word is known with them (`sha256`).
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let letters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| letters[before]);
            let hump = letter.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    !before.is_ascii_uppercase() || letters.get(at + 1).is_some_and(char::is_ascii_lowercase)
                });
            if hump && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.push(letter.to_ascii_lowercase());
        }
        words.push(word);
    }
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        if !bare.is_empty() && !DIGEST.contains(&word.as_str()) {
            *word = bare.to_owned();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_in_any_case_say_secret() {
        for name in [
            "token",
            "api-token",
            "API_TOKEN",
            "githubToken",
            "GITHUB_TOKEN_2",
            "db-password",
            "PGPASSWORD",
            "passwd",
            "client_secret",
            "clientSecret",
            "api-key",
            "APIKey",
            "apikey",
            "X-Api-Key",
            "aws.credentials",
            "private-key",
            "SSH_PRIVATE_KEY",
            "access-key",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "storageAccountKey",
            "secret-key",
            "password1",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn names_about_a_secret_and_look_alikes_do_not() {
        for name in [
            "secretKeyRef",
            "secretName",
            "secret-name",
            "max-tokens",
            "max-token",
            "MAX_TOKENS",
            "tokens",
            "tokenizer",
            "tokenize",
            "token-limit",
            "PASSWORD_FILE",
            "credentials-path",
            "secretary",
            "passenger",
            "key",
            "keyboard",
            "primary-key",
            "monkey",
            "accession-ids-file",
            "genotype-file",
            "kinship-algorithm",
            "compass-word",
            "snp-effect",
            "",
            "-",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn digests_are_known_by_their_names() {
        assert!(["git-sha", "genotype-md5", "imageDigest", "SHA256", "commit"].into_iter().all(is_digest));
        assert!(!["share", "committee", "value", "genotype"].into_iter().any(is_digest));
    }
}

//! The header of a written file and the digest in it that shows an edit by hand.

use super::plain::shows_itself;
use crate::units::name::sha256_hex;

/// What the first line of every file of ours begins with. Only files that begin so are ever replaced or removed.
pub const HEADER: &str = "# written by gapit-compile from ";

/// What the second line begins with: sixteen hex digits of the SHA-256 of everything after that line follow.
const DIGEST: &str = "# content sha256:";

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// We did, and it is as we left it.
    Ours,
    /// We did, and its content is not what its digest says.
    HandEdited,
    /// It does not bear our header.
    Foreign,
}

/// The final text of a file: the header's first line, the digest, the rest of the header, the body. YAML and TOML both write
/// comments so. Without a header the body stays bare.
pub fn seal(header: &[String], body: &str) -> String {
    let Some((first, rest)) = header.split_first() else { return body.to_owned() };
    let rest: String = rest.iter().map(|line| comment(line)).collect();
    let sealed = format!("{rest}{body}");
    format!("{}{DIGEST}{}\n{sealed}", comment(first), digest(&sealed))
}

/// Whether a text on disk is ours and untouched. A checkout that turned line ends into CR LF counts as untouched.
pub fn origin(text: &str) -> Origin {
    if !text.starts_with(HEADER) {
        return Origin::Foreign;
    }
    let text = text.replace("\r\n", "\n");
    let mut parts = text.splitn(3, '\n').skip(1);
    let told = parts.next().and_then(|line| line.strip_prefix(DIGEST));
    let content = parts.next().unwrap_or_default();
    if told == Some(digest(content).as_str()) { Origin::Ours } else { Origin::HandEdited }
}

/// The same text with the digest line's digits blotted out, so that a diff shows what changed and not that something did.
pub fn without_digest(text: &str) -> String {
    let mut lines = text.split_inclusive('\n');
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) if first.starts_with(HEADER) && second.starts_with(DIGEST) => {
            let end = second.trim_start_matches(|c| c != '\n' && c != '\r');
            format!("{first}{DIGEST}…{end}{}", lines.collect::<String>())
        }
        _ => text.to_owned(),
    }
}

fn digest(content: &str) -> String {
    sha256_hex(content.as_bytes()).chars().take(16).collect()
}

/// One header line as a comment. A line break in it (a path can hold one) must not end the comment.
fn comment(line: &str) -> String {
    let shown: String = line
        .chars()
        .map(|c| if shows_itself(c) { c.to_string() } else { c.escape_unicode().to_string() })
        .collect();
    let text = format!("# {shown}");
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> String {
        seal(
            &["written by gapit-compile from a.toml; do not edit".to_owned(), "retry 1".to_owned()],
            "kind: X\n",
        )
    }

    #[test]
    fn an_edit_anywhere_below_the_digest_is_seen() {
        assert_eq!(origin(&sealed()), Origin::Ours);
        assert_eq!(origin(&sealed().replace('\n', "\r\n")), Origin::Ours);
        for edited in [
            sealed().replace("kind: X", "kind: Y"),
            sealed().replace("retry 1", "retry 2"),
            format!("{}\n", sealed()),
            sealed().replace("sha256:", "sha256:0"),
            "# written by gapit-compile from a.toml; do not edit".to_owned(),
        ] {
            assert_eq!(origin(&edited), Origin::HandEdited, "{edited}");
        }
        assert_eq!(origin("kind: X\n"), Origin::Foreign);
        assert_eq!(origin(&format!("\n{}", sealed())), Origin::Foreign);
    }

    #[test]
    fn a_header_cannot_break_out_of_its_comment() {
        let text = seal(&["from a\nkind: Pod".to_owned()], "");
        assert!(text.starts_with("# from a\\u{a}kind: Pod\n# content sha256:"), "{text}");
    }

    #[test]
    fn the_digest_can_be_blotted_out() {
        let lines: Vec<String> = without_digest(&sealed()).lines().map(str::to_owned).collect();
        assert_eq!(lines[1..], ["# content sha256:…", "# retry 1", "kind: X"].map(str::to_owned));
        assert_eq!(without_digest("kind: X\n# content sha256:1\n"), "kind: X\n# content sha256:1\n");
    }
}

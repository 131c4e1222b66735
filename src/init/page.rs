//! The page that the recipe is written on: TOML and comments, each in the one form that the shipped recipes have.

/// Where the comment behind a line begins.
const NOTE: usize = 43;
/// Blanks between a line and its comment, where the line goes further.
const GAP: usize = 3;
/// Lines are no longer than this, unless one word is.
const WIDTH: usize = 120;

/// A recipe as it grows.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// The text.
    pub(super) fn text(self) -> String {
        self.0
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.0.push('\n');
    }

    /// A line of TOML.
    pub(super) fn line(&mut self, code: &str) {
        self.0.push_str(code);
        self.0.push('\n');
    }

    /// A line of TOML and what it means, behind it where there is room, else above it.
    pub(super) fn noted(&mut self, code: &str, note: &str) {
        let code_width = code.chars().count();
        if (code_width + GAP).max(NOTE) + 2 + note.chars().count() <= WIDTH {
            let gap = " ".repeat(NOTE.saturating_sub(code_width).max(GAP));
            self.line(&format!("{code}{gap}# {note}"));
        } else {
            self.says(note);
            self.line(code);
        }
    }

    /// A line of TOML that is switched off, for a person to switch on, and what it means.
    pub(super) fn off(&mut self, code: &str, note: &str) {
        let code = format!("# {code}");
        if note.is_empty() { self.line(&code) } else { self.noted(&code, note) }
    }

    /// Comment in sentences. What is quoted with backticks stays on one line, to be copied from there.
    pub(super) fn says(&mut self, text: &str) {
        let mut line = String::from("#");
        let mut quoted = false;
        let words = text.split(|c: char| {
            quoted ^= c == '`';
            c == ' ' && !quoted
        });
        for word in words {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    /// What only a person can tell, and why.
    pub(super) fn decide(&mut self, text: &str) {
        self.says(&format!("to decide: {text}"));
    }

    /// The head of a section.
    pub(super) fn heading(&mut self, title: &str) {
        let head = format!("# --- {title} ");
        let rule = "-".repeat(WIDTH.saturating_sub(head.chars().count()).max(3));
        self.0.push_str(&format!("\n{head}{rule}\n\n"));
    }
}

/// A text of the run as a comment can hold it: on one line, and not the whole of a long one.
pub(super) fn shown(text: &str) -> String {
    const AT_MOST: usize = 70;
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match plain.char_indices().nth(AT_MOST) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stands_behind_its_line_or_above_it_and_no_line_is_long() {
        let mut page = Page::default();
        page.noted("version = 1", "short");
        page.noted("version = 1", &"long ".repeat(30));
        page.says(&"word ".repeat(60));
        page.heading("Items");
        let text = page.text();
        assert!(text.starts_with("version = 1                                # short\n# long"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        let comment =
            |line: &str| line.is_empty() || line.starts_with("# ") || line.starts_with("version = 1");
        assert!(text.lines().all(comment), "{text}");
    }

    #[test]
    fn what_a_run_says_stays_inside_its_comment() {
        assert_eq!(shown("a\nb = 1\r"), "a b = 1 ");
        assert_eq!(shown(&"é".repeat(80)).chars().count(), 71);
    }
}

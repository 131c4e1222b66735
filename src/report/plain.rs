//! Texts of others in a report: what a pod, a controller or a file name says cannot pass for a line of ours, nor speak to the terminal.

use crate::units::visible;

/// Adds a text behind what stands before it on its line. Its further lines are indented deeper than the first, and control characters are
/// replaced.
pub(super) fn push(page: &mut String, before: &str, text: &str) {
    let own = text.chars().take_while(|c| *c == ' ').count();
    let deeper = " ".repeat(before.chars().count() + own + 2);
    for (position, line) in text.trim_end().split('\n').enumerate() {
        let start = if position == 0 { before } else { &deeper };
        let line: String = start.chars().chain(line.trim_end().chars().map(visible)).collect();
        page.push_str(line.trim_end());
        page.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(before: &str, text: &str) -> String {
        let mut page = String::new();
        push(&mut page, before, text);
        page
    }

    #[test]
    fn further_lines_stand_deeper_than_the_first() {
        assert_eq!(
            pushed("cause     ", "exit: a\nrules     b\n"),
            "cause     exit: a\n            rules     b\n"
        );
        assert_eq!(pushed("", "  3: a\r\n\r\nb"), "  3: a\n\n    b\n");
        assert_eq!(pushed("", ""), "\n");
    }

    #[test]
    fn nothing_speaks_to_the_terminal() {
        assert_eq!(
            pushed("", "a\u{1b}[31mb\u{7}\u{7f}\u{9b}2J\tc\u{202e}d\re"),
            "a␛[31mb␇␡\u{fffd}2J c\u{fffd}d␍e\n"
        );
    }
}

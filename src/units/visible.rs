//! Characters that can be shown.

/// A character that does nothing but stand there: a control character becomes its picture, and what turns the direction of the text round
/// a question mark of its own.
pub fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => char::REPLACEMENT_CHARACTER,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_is_replaced() {
        let controls = ('\0'..='\u{9f}').filter(|c| c.is_control());
        assert!(controls.map(visible).all(|c| !c.is_control()));
        let kept = "a ä — × → 漢 \"\\'{}";
        assert_eq!(kept.chars().map(visible).collect::<String>(), kept);
    }
}

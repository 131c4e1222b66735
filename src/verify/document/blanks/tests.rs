//! Tabs and directives, taken and refused.

use super::*;

/// The text with `→` for each tab.
fn refused(text: &str) -> Vec<Refused> {
    read(&text.replace('→', "\t")).refused
}

#[test]
fn tabs_where_a_line_of_a_block_may_begin_are_refused() {
    for (text, at) in [
        ("→\na: b", 0),
        ("# c\n→# d\na: b", 4),
        ("a: b\n→\nc: d", 5),
        ("a: b\n→# c\nd: e", 5),
        ("a: [b]\n→\n", 7),
        ("a:\n→b: c", 3),
        ("a:\n-→b: c", 4),
        ("a:\n-→- b", 4),
        ("a:\n  b: c\n→\n    d\ne: f", 10),
        ("- |\n  a\n→\n", 8),
        ("- |\n  a\n→\n  b", 8),
        ("k: [a\n→, b]", 6),
    ] {
        assert_eq!(refused(text), [Refused::Tab(at)], "{text}");
    }
}

#[test]
fn tabs_elsewhere_are_taken_and_those_that_begin_a_line_are_blanks() {
    for (text, left) in [
        ("a:→b→# c\nd:→\n- e", "a:→b→# c\nd:→\n- e"),
        ("a: [\n→\n→b]\nc: d", "a: [\n \n b]\nc: d"),
        ("a: \"b\n→\n→c\"", "a: \"b\n \n c\""),
        ("a: 'it''s→b\n→c'", "a: 'it''s→b\n c'"),
        ("a: b\n   →\nc: d", "a: b\n    \nc: d"),
        ("a: |\n  b→c\n  →d\n", "a: |\n  b→c\n  →d\n"),
        ("a: >2-\n   →b\nc: d", "a: >2-\n   →b\nc: d"),
        ("a: &b→c\n'd'→: !!str→e\n# f→\n", "a: &b→c\n'd'→: !!str→e\n# f→\n"),
        (
            "{\n→\"a\":→{\"b\": [1,→2]},\n→\"c\": \"\\\"→d\"}\n",
            "{\n \"a\":→{\"b\": [1,→2]},\n \"c\": \"\\\"→d\"}\n",
        ),
        ("a: b\n---→\nc: d", "a: b\n---→\nc: d"),
        ("a: b\n---\n→\n---\nc: d\n---\n→\n", "a: b\n---\n→\n---\nc: d\n---\n→\n"),
        ("é: {a: b}\nü: c\n", "é: {a: b}\nü: c\n"),
    ] {
        let text = text.replace('→', "\t");
        let blanks = read(&text);
        assert_eq!(blanks.refused, [], "{text}");
        assert_eq!(blanks.text, left.replace('→', "\t"), "{text}");
    }
}

#[test]
fn each_document_is_read_by_itself() {
    let found = refused("a:\n→b: c\n---\nd: e\n---\n→f: g\n");
    assert_eq!(found, [Refused::Tab(3), Refused::Tab(22)]);
}

#[test]
fn a_directive_is_refused_and_a_text_that_begins_so_is_none() {
    assert_eq!(refused("%YAML 1.2\n---\na: b\n"), [Refused::Directive(0)]);
    assert_eq!(refused("a: b\n...\n%TAG !e! tag:e,2000:\n---\nc: d\n"), [Refused::Directive(9)]);
    assert_eq!(refused("a: |\n  b\n  %c\nd: \"\n%e\"\n"), []);
}

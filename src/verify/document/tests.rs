//! What texts mean, and where what they say stands.

use serde_json::json;

use super::*;
use crate::emit::yaml::{self, nasty};
use crate::verify::Side;

fn source(text: &str) -> Source {
    Source::new("x.yaml", text)
}

fn values(text: &str) -> Vec<Value> {
    let reading = read(&source(text));
    assert!(reading.faults.is_empty(), "{:#?}", reading.faults);
    reading.documents.into_iter().map(|document| document.value).collect()
}

/// Code, line and column of each fault.
fn faults(text: &str) -> Vec<(Code, usize, usize)> {
    let place = |fault: &Fault| fault.labels[0].place.line_column();
    read(&source(text)).faults.iter().map(|fault| (fault.code, place(fault).0, place(fault).1)).collect()
}

/// The text, line and column of a mark, and the line of the alias that brings it.
fn mark(text: &str, pointer: &str, side: Side) -> (String, (usize, usize), Option<usize>) {
    let mark = read(&source(text)).documents[0].mark(pointer, side);
    let alias = mark.alias.map(|alias| alias.line_column().0);
    (mark.place.text().to_owned(), mark.place.line_column(), alias)
}

fn key(text: &str, pointer: &str) -> (String, (usize, usize), Option<usize>) {
    mark(text, pointer, Side::Key)
}

fn value(text: &str, pointer: &str) -> (String, (usize, usize), Option<usize>) {
    mark(text, pointer, Side::Value)
}

#[test]
fn documents_are_read_in_order_and_empty_ones_left_out() {
    let text = "---\na: 1\n---\n---\n# nothing\n---\nb: [x, 2.5, null]\n...\n";
    assert_eq!(values(text), [json!({"a": 1}), json!({"b": ["x", 2.5, null]})]);
    assert_eq!(values(""), Vec::<Value>::new());
    assert_eq!(values("# only a comment\n"), Vec::<Value>::new());
}

#[test]
fn json_is_read_as_json() {
    let text = "{\n\t\"a\": \"\\ud83d\\ude00\\/\",\r\n\t\"b\":[1,2.0,-3e2,true,null],\"c\":{}}\n";
    assert_eq!(values(text), [json!({"a": "😀/", "b": [1, 2, -300, true, null], "c": {}})]);
    assert_eq!(value(text, "/b/2"), ("-3e2".to_owned(), (3, 13), None));
    assert_eq!(key(text, "/b"), ("\"b\"".to_owned(), (3, 2), None));
}

#[test]
fn whatever_we_write_is_read_as_what_it_was() {
    for value in nasty::values() {
        let text = yaml::render(&["written".to_owned()], &value).text;
        let read = values(&text);
        let same = read.len() == 1 && crate::verify::syntax::is_same(&read[0], &value);
        // A document that is null says nothing.
        assert!(same || value.is_null() && read.is_empty(), "{read:?} for {value} in\n{text}");
    }
    for text in nasty::generated(2000) {
        let value = json!({ "a": text, (text.clone()): [text, { (text.clone()): text }, [[text]]] });
        assert_eq!(values(&yaml::render(&[], &value).text), [value]);
    }
}

#[test]
fn every_scalar_stands_where_it_is_written() {
    let text = "größe: \"ä b\" # c\nlist:\n- 'one'\n- key: two\n  other:\n    deep: |\n      text\n      more\n- {flow: [1, two three]}\n";
    for (pointer, shown, line, column) in [
        ("/größe", "\"ä b\"", 1, 8),
        ("/list/0", "'one'", 3, 3),
        ("/list/1/key", "two", 4, 8),
        ("/list/1/other/deep", "text", 7, 7),
        ("/list/2/flow/1", "two three", 9, 14),
    ] {
        assert_eq!(value(text, pointer), (shown.to_owned(), (line, column), None), "{pointer}");
    }
    for (pointer, shown, line, column) in
        [("/größe", "größe", 1, 1), ("/list/1/other", "other", 5, 3), ("/list/2/flow", "flow", 9, 4)]
    {
        assert_eq!(key(text, pointer), (shown.to_owned(), (line, column), None), "{pointer}");
    }
}

#[test]
fn what_has_no_line_of_its_own_is_shown_by_its_key_or_its_first_line() {
    let text =
        "spec:\n  templates:\n  - name: a\n    container: {image: x}\n  empty:\n  many: {\n    a: 1}\n";
    assert_eq!(value(text, "/spec"), ("spec".to_owned(), (1, 1), None), "a map over lines");
    assert_eq!(value(text, "/spec/templates/0").0, "name: a", "in a list, its first line");
    assert_eq!(value(text, "/spec/templates/0/container").0, "{image: x}", "a map on one line");
    assert_eq!(value(text, "/spec/empty").0, "empty", "nothing");
    assert_eq!(value(text, "/spec/many").0, "many", "braces over lines");
    assert_eq!(value(text, "").0, "spec:", "the document");
    assert_eq!(value(text, "/spec/templates/0/dag/tasks").0, "name: a", "what is missing: its holder");
    assert_eq!(key(text, "/spec/nothing").0, "spec", "also for a key");
    assert_eq!(key(text, "/spec/templates/0/container/imge").0, "{image: x}");
}

#[test]
fn what_an_alias_brings_stands_at_its_anchor_and_the_alias_is_told() {
    let text = "base: &base\n  limit: 5\n  deep: {x: z}\nuse: *base\nmerge:\n  <<: *base\n  own: 1\nlist:\n- *base\n";
    assert_eq!(
        values(text)[0],
        json!({
            "base": {"limit": 5, "deep": {"x": "z"}}, "use": {"limit": 5, "deep": {"x": "z"}},
            "merge": {"limit": 5, "deep": {"x": "z"}, "own": 1}, "list": [{"limit": 5, "deep": {"x": "z"}}],
        })
    );
    let five = |alias| ("5".to_owned(), (2, 10), alias);
    assert_eq!(value(text, "/base/limit"), five(None));
    assert_eq!(value(text, "/use/limit"), five(Some(4)));
    assert_eq!(value(text, "/merge/limit"), five(Some(6)));
    assert_eq!(value(text, "/list/0/limit"), five(Some(9)));
    assert_eq!(value(text, "/list/0/deep/x"), ("z".to_owned(), (3, 13), Some(9)));
    assert_eq!(key(text, "/merge/limit"), ("limit".to_owned(), (2, 3), Some(6)));
    assert_eq!(
        key(text, "/use"),
        ("use".to_owned(), (4, 1), None),
        "the key is no part of what the alias brings"
    );
    assert_eq!(key(text, "/merge/own"), ("own".to_owned(), (7, 3), None));
}

#[test]
fn merges_number_keys_and_tags_read_as_clients_read_them() {
    let text =
        "a: &a {p: 1}\nb: &b {q: 2}\nall:\n  <<: [*a, *b]\n  r: !own 2\n  7: x\n  on: z\n  \"<<\": w\n";
    assert_eq!(values(text)[0]["all"], json!({"q": 2, "p": 1, "r": "2", "7": "x", "true": "z", "<<": "w"}));
    assert_eq!(faults("a: 1\nb:\n  <<: 5\n"), [(Code::VerifySyntax, 3, 3)]);
}

#[test]
fn a_key_that_stands_twice_is_refused_where_it_stands_again() {
    let code = Code::VerifyDuplicateKey;
    assert_eq!(faults("a: 1\nb:\n  c: 1\n  d:\n    c: 9\n  # c: 8\n  \"c\": 3\n"), [(code, 7, 3)]);
    assert_eq!(faults("x: {a: 1, a: 2, a: 3}\n"), [(code, 1, 11), (code, 1, 17)]);
    assert_eq!(faults("a: 1\na: 2\n---\nb: 1\nb: 2\n"), [(code, 2, 1), (code, 5, 1)]);
    let reading = read(&source("a: 1\na: 2\n"));
    assert_eq!(reading.documents[0].value, json!({"a": 2}), "the document is still there");
}

#[test]
fn a_merged_key_that_stands_there_too_is_refused_and_the_later_one_counts() {
    let base = "base: &base {p: 1, q: 1}\n";
    for (text, line, p) in [("all:\n  <<: *base\n  p: 2\n", 4, 2), ("all:\n  p: 2\n  <<: *base\n", 3, 1)] {
        let text = format!("{base}{text}");
        assert_eq!(faults(&text), [(Code::VerifyDuplicateKey, line, 3)]);
        assert_eq!(read(&source(&text)).documents[0].value["all"]["p"], p);
    }
}

#[test]
fn a_block_text_with_the_same_words_is_no_second_key() {
    assert_eq!(values("run: |\n  run: again\nx: 1\n"), [json!({"run": "run: again\n", "x": 1})]);
}

#[test]
fn text_that_is_not_yaml_does_not_hide_the_next_document() {
    let code = Code::VerifySyntax;
    assert_eq!(faults("a: 1\nb: [1\n"), [(code, 2, 4)]);
    assert_eq!(faults("a: *nowhere\n"), [(code, 1, 4)]);
    assert_eq!(faults("a: .nan\n"), [(code, 1, 4)]);
    assert_eq!(faults("~: x\n"), [(code, 1, 1)]);
    let reading = read(&source("a: b: c\n---\nd: 1\n---\n\te: [\n---\nf: 1\n"));
    let read: Vec<&Value> = reading.documents.iter().map(|document| &document.value).collect();
    assert_eq!((read, reading.faults.len(), reading.lost), (vec![&json!({"d": 1}), &json!({"f": 1})], 2, 2));
}

#[test]
fn templates_that_are_not_rendered_are_told_what_they_are() {
    let told = |text: &str| {
        let faults = read(&source(text)).faults;
        let fault = faults.iter().next().unwrap();
        (fault.message.clone(), fault.help.contains("helm template"), fault.labels[0].place.line_column())
    };
    let (_, helm, place) = told("a: 1\n{{- if .Values.on }}\nb: 2\n{{- end }}\n");
    assert!(helm && place.0 >= 2, "{place:?}");
    let (message, helm, place) = told("name: {{ .Values.name }}\n");
    assert!(message.contains("without quotes") && helm, "{message}");
    assert_eq!(place, (1, 7));
    let (message, helm, place) = told("value: {{inputs.parameters.x}}\n");
    assert!(message.contains("without quotes") && !helm, "{message}");
    assert_eq!(place, (1, 8));
}

#[test]
fn aliases_that_explode_end_in_a_fault() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let list = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    assert_eq!(faults(&bomb).len(), 1);
    let mut tower = "a0: &a0 [x]\n".to_owned();
    (1..400).for_each(|level| tower.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1)));
    assert_eq!(faults(&tower).len(), 1);
    assert_eq!(faults("a: &a [*a]\n"), [(Code::VerifySyntax, 1, 8)]);
    assert_eq!(faults(&"[".repeat(3000)).len(), 1);
}

#[test]
fn comments_are_found_and_texts_are_none() {
    let text = "# one\na: | # two\n  # text\n# three\nb: \"# text\"\n---\n# four\nc: [ # five\n]\n--- \nd: [\n# lost\n";
    let found: Vec<String> =
        read(&source(text)).comments.iter().map(|comment| comment.place.text().to_owned()).collect();
    assert_eq!(found, ["# one", "# two", "# three", "# four", "# five"]);
    let many = format!("a:\n{}- b\n", "# c\n".repeat(5000));
    assert_eq!((values(&many), read(&source(&many)).comments.len()), (vec![json!({"a": ["b"]})], 5000));
}

#[test]
fn tabs_are_read_as_the_clients_read_them() {
    let text = "a: [\n\t1,\n\t\n\t2]\nb: \"c\n\t d\"\ne:\tf\t# g\n";
    assert_eq!(values(text), [json!({"a": [1, 2], "b": "c d", "e": "f"})]);
    for (text, line, column) in [
        ("a: b\n\t\nc: d\n", 2, 1),
        ("a:\n-\tb: c\n", 2, 2),
        ("a: [b]\n\t# c\n", 2, 1),
        ("a:\n\tb: c\n", 2, 1),
    ] {
        assert_eq!(faults(text), [(Code::VerifySyntax, line, column)], "{text}");
    }
}

#[test]
fn directives_are_refused() {
    assert_eq!(faults("%YAML 1.2\n---\na: b\n"), [(Code::VerifySyntax, 1, 1)]);
}

#[test]
fn json_objects_one_after_another_are_documents_that_stand_where_they_are_written() {
    let text = "{\"a\": 1}\n{\"b\":\n {\"c\": \"d\"}}{\"e\": 2}\n";
    assert_eq!(values(text), [json!({"a": 1}), json!({"b": {"c": "d"}}), json!({"e": 2})]);
    let reading = read(&source(text));
    let mark = reading.documents[1].mark("/b/c", Side::Value);
    assert_eq!((mark.place.text(), mark.place.line_column()), ("\"d\"", (3, 8)));
}

//! YAML text to values and back: what was written must read as what was meant, and no key may stand twice.

use serde::Deserialize as _;
use serde_json::{Map, Number, Value};

use crate::error::{Code, Fault, Faults};
use crate::source::{Place, Source};

/// Every document of a YAML text, empty ones left out.
///
/// The way goes through `serde_yaml::Value`: read straight into JSON, the second of two equal keys would win in silence.
///
/// # Errors
/// A key that stands twice in one map, and text that is not YAML. After the first the next document is still read; after the
/// second nothing has a sure meaning.
pub fn read(source: &Source) -> Result<Vec<Value>, Faults> {
    let (mut documents, mut faults) = (Vec::new(), Faults::new());
    for document in serde_yaml::Deserializer::from_str(source.text()) {
        match serde_yaml::Value::deserialize(document).and_then(merged) {
            Ok(serde_yaml::Value::Null) => {}
            Ok(value) => {
                documents.extend(to_json(value).map_err(|number| faults.push(not_json(source, &number))).ok())
            }
            Err(error) => {
                let twice = duplicate_key(source, &error);
                let ends = twice.is_none();
                faults.push(twice.unwrap_or_else(|| not_yaml(source, &error)));
                if ends {
                    break;
                }
            }
        }
    }
    faults.or(documents)
}

/// Whether `text` is one document that reads as the very value `meant`.
pub fn reads_back(text: &str, meant: &Value) -> bool {
    read(&Source::new("written", text)).is_ok_and(|documents| documents.len() == 1 && documents[0] == *meant)
}

/// `<<` followed, as the clients do that send YAML to a cluster.
fn merged(mut value: serde_yaml::Value) -> Result<serde_yaml::Value, serde_yaml::Error> {
    value.apply_merge()?;
    Ok(value)
}

/// The same value as JSON has it: keys become texts and tags go, as those clients do. The error is a number that JSON lacks.
fn to_json(value: serde_yaml::Value) -> Result<Value, String> {
    Ok(match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(flag) => Value::Bool(flag),
        serde_yaml::Value::Number(number) => Value::Number(to_number(&number)?),
        serde_yaml::Value::String(text) => Value::String(text),
        serde_yaml::Value::Sequence(items) => {
            Value::Array(items.into_iter().map(to_json).collect::<Result<_, _>>()?)
        }
        serde_yaml::Value::Mapping(members) => Value::Object(
            members
                .into_iter()
                .map(|(key, member)| Ok((to_key(to_json(key)?), to_json(member)?)))
                .collect::<Result<Map<_, _>, String>>()?,
        ),
        serde_yaml::Value::Tagged(tagged) => to_json(tagged.value)?,
    })
}

fn to_key(key: Value) -> String {
    match key {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn to_number(number: &serde_yaml::Number) -> Result<Number, String> {
    let whole = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
    whole.or_else(|| number.as_f64().and_then(Number::from_f64)).ok_or_else(|| number.to_string())
}

fn not_json(source: &Source, number: &str) -> Fault {
    let message = format!("`{number}` is a number of YAML that JSON does not have, and the API speaks JSON");
    let at = source.text().find(number).unwrap_or_default();
    Fault::new(Code::VerifySyntax, message, "put it in quotes if it is meant as a text")
        .at(&source.place(at..at + number.len()), "this number")
}

fn not_yaml(source: &Source, error: &serde_yaml::Error) -> Fault {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    Fault::new(Code::VerifySyntax, format!("the text is not YAML: {error}"), "mend the YAML at this place")
        .at(&source.place_at(line, column), "here")
}

/// The fault that a key stands twice, where that is what the error says. Its location is the start of the map.
fn duplicate_key(source: &Source, error: &serde_yaml::Error) -> Option<Fault> {
    let message = error.to_string();
    let (_, said) = message.split_once("duplicate entry with key ")?;
    let key = said.rsplit_once(" at line ").map_or(said, |(key, _)| key).trim_matches(['"', '`']);
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let fault = Fault::new(
        Code::VerifyDuplicateKey,
        format!("the key `{key}` stands twice in one map"),
        "remove one of the two; a reader that takes both keeps the last without a word",
    );
    Some(match occurrences(source, line, column, key)[..] {
        [ref first, ref second, ..] => fault.at(second, "again").at(first, "first here"),
        _ => fault.at(&source.place_at(line, column), "in this map"),
    })
}

/// Where a key stands in the block map that begins at a line and column. A map in braces, or a key written with escapes,
/// gives none.
fn occurrences(source: &Source, line: usize, column: usize, key: &str) -> Vec<Place> {
    let mut found = Vec::new();
    for (at, row) in source.text().lines().enumerate().skip(line.saturating_sub(1)) {
        let first = at + 1 == line;
        let indent = row.chars().take_while(|c| *c == ' ').count();
        let blank = row.trim_start().is_empty() || row.trim_start().starts_with('#');
        if !first && !blank && indent + 1 < column {
            break;
        }
        let rest: String = row.chars().skip(column.saturating_sub(1)).collect();
        if (first || indent + 1 == column) && is_key(&rest, key) {
            let start = source.place_at(at + 1, column).span().start;
            found.push(source.place(start..start + key.len()));
        }
    }
    found
}

/// Whether a line's rest begins with that key and its colon, plain or in quotes.
fn is_key(rest: &str, key: &str) -> bool {
    [key.to_owned(), format!("\"{key}\""), format!("'{key}'")]
        .iter()
        .filter_map(|written| rest.strip_prefix(written.as_str()))
        .any(|after| after.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values(text: &str) -> Vec<Value> {
        read(&Source::new("x.yaml", text)).unwrap()
    }

    /// Code, line and column of each fault.
    fn faults(text: &str) -> Vec<(Code, usize, usize)> {
        let faults = read(&Source::new("x.yaml", text)).unwrap_err();
        faults
            .iter()
            .map(|fault| (fault.code, fault.labels[0].place.line_column()))
            .map(|(c, (l, k))| (c, l, k))
            .collect()
    }

    #[test]
    fn documents_are_read_in_order_and_empty_ones_left_out() {
        let text = "---\na: 1\n---\n---\n# nothing\n---\nb: [x, 2.5, null]\n";
        assert_eq!(values(text), [json!({"a": 1}), json!({"b": ["x", 2.5, null]})]);
        assert_eq!(values(""), Vec::<Value>::new());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_where_it_stands_again() {
        let key = Code::VerifyDuplicateKey;
        assert_eq!(faults("a: 1\nb:\n  c: 1\n  d:\n    c: 9\n  # c: 8\n  \"c\": 3\n"), [(key, 7, 3)]);
        assert_eq!(faults("- a: 1\n  b: 2\n  a: 1\n"), [(key, 3, 3)]);
        assert_eq!(faults("x: {a: 1, a: 2}\n"), [(key, 1, 4)], "in braces the map is shown");
    }

    #[test]
    fn duplicate_keys_of_several_documents_are_all_told() {
        let key = Code::VerifyDuplicateKey;
        assert_eq!(faults("a: 1\na: 2\n---\nb: 1\nb: 2\n"), [(key, 2, 1), (key, 5, 1)]);
    }

    #[test]
    fn a_block_scalar_with_the_same_words_is_no_second_key() {
        assert_eq!(values("run: |\n  run: again\nx: 1\n"), [json!({"run": "run: again\n", "x": 1})]);
    }

    #[test]
    fn text_that_is_not_yaml_is_told_with_its_place() {
        assert_eq!(faults("a: 1\nb: [1\n"), [(Code::VerifySyntax, 3, 1)]);
        assert_eq!(faults("a: *nowhere\n"), [(Code::VerifySyntax, 1, 4)]);
        assert_eq!(faults("a: .nan\n"), [(Code::VerifySyntax, 1, 4)]);
    }

    #[test]
    fn merges_number_keys_and_tags_read_as_clients_read_them() {
        let text = "base: &base {a: 1}\nall:\n  <<: *base\n  b: !own 2\n  7: x\n";
        assert_eq!(values(text), [json!({"base": {"a": 1}, "all": {"a": 1, "b": 2, "7": "x"}})]);
    }

    #[test]
    fn reading_back_tells_a_text_from_a_number_and_one_document_from_two() {
        assert!(reads_back("a: '5'\n", &json!({"a": "5"})));
        assert!(!reads_back("a: 5\n", &json!({"a": "5"})));
        assert!(!reads_back("a: 1\n---\nb: 2\n", &json!({"a": 1})));
        assert!(!reads_back("a: 1\na: 1\n", &json!({"a": 1})));
    }
}

//! YAML as people like to read it and as every reader, of YAML 1.1 or 1.2, reads alike.
//!
//! Two spaces a level, sequences not indented under their key, keys in the order in which Argo's documentation writes them,
//! block scalars for scripts, never a folded line. The header stands on top as comments, with a digest of what follows it, so that
//! an edit by hand is seen later ([`origin`]).

#[cfg(test)]
pub(crate) mod nasty;
mod number;
mod order;
mod plain;
mod scalar;
mod seal;
mod writer;

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

pub use seal::{HEADER, Origin, origin, seal, without_digest};

/// A rendered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The whole text, header included.
    pub text: String,
    /// Where each value stands, by its JSON pointer: from its key (for an entry of a sequence, from what follows the dash) to the
    /// end of that line, in bytes of `text`. The document itself, pointer ``, is its first line.
    pub places: BTreeMap<String, Range<usize>>,
}

/// Renders a value under a header. Equal values in any order of keys that the rank table knows give equal text.
pub fn render(header: &[String], value: &Value) -> Rendered {
    let (body, places) = writer::write(value);
    let text = seal(header, &body);
    let top = text.len() - body.len();
    let shift = |(pointer, range): (String, Range<usize>)| (pointer, range.start + top..range.end + top);
    Rendered { text, places: places.into_iter().map(shift).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reads_back(value: &Value) {
        let text = render(&["written by gapit-compile from x; do not edit".to_owned()], value).text;
        let read: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        assert_eq!(&read, value, "in\n{text}");
    }

    #[test]
    fn every_nasty_value_reads_back_as_it_was() {
        nasty::values().iter().for_each(reads_back);
    }

    #[test]
    fn every_generated_string_reads_back_in_every_position() {
        for text in nasty::generated(4000) {
            reads_back(&json!({ "a": text, (text.clone()): [text, { (text.clone()): text }, [[text]]] }));
            reads_back(&Value::String(text));
        }
    }

    #[test]
    fn a_place_shows_the_line_of_its_value() {
        let value = json!({
            "kind": "Workflow", "spec": {
                "templates": [{ "name": "a", "script": { "source": "x\ny\n" }, "args": ["p", "q"] }], "ratio~/x": {},
            },
        });
        let rendered = render(&["one".to_owned()], &value);
        for (pointer, shown) in [
            ("", "kind: Workflow"),
            ("/kind", "kind: Workflow"),
            ("/spec", "spec:"),
            ("/spec/templates", "templates:"),
            ("/spec/templates/0", "name: a"),
            ("/spec/templates/0/script/source", "source: |"),
            ("/spec/templates/0/args/1", "q"),
            ("/spec/ratio~0~1x", "ratio~/x: {}"),
        ] {
            assert_eq!(&rendered.text[rendered.places[pointer].clone()], shown, "{pointer}");
        }
    }

    #[test]
    fn the_text_is_laid_out_as_argos_documentation_writes_it() {
        let value = json!({
            "spec": {
                "templates": [{
                    "dag": { "tasks": [{ "arguments": { "parameters": [{ "value": "5", "name": "index" }] }, "name": "t" }] },
                    "name": "retry", "inputs": {},
                }, { "steps": [[{ "template": "x", "name": "a" }, { "name": "b" }], [{ "name": "c" }]], "name": "s" }],
                "entrypoint": "retry",
            },
            "metadata": { "labels": { "stage": "retry", "pipeline": "p" }, "name": "w" },
            "kind": "Workflow", "apiVersion": "argoproj.io/v1alpha1",
        });
        let expected = "\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: w
  labels:
    stage: retry
    pipeline: p
spec:
  entrypoint: retry
  templates:
  - name: retry
    inputs: {}
    dag:
      tasks:
      - name: t
        arguments:
          parameters:
          - name: index
            value: '5'
  - name: s
    steps:
    - - name: a
        template: x
      - name: b
    - - name: c
";
        assert_eq!(render(&[], &value).text, expected);
    }
}

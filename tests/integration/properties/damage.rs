//! Genuine snapshots that were damaged, and bytes that are none.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use gapit_compile::evidence::snapshot;
use gapit_compile::pipeline::decide;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{holds, inputs_of, recipe};
use crate::program::ROOT;

/// What a value of a snapshot may turn into.
fn other() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(1e308),
            json!(""),
            json!([]),
            json!({}),
            json!([[]]),
            json!({"": null}),
            json!("9999-12-31T23:59:59Z"),
            json!("-009999-01-01T00:00:00Z"),
            json!("{{item}}"),
            json!("{{workflow.parameters."),
            json!("18446744073709551615"),
            json!("w.t(99999999999999999999:x)"),
            json!(")("),
            json!("é(0:é)(0)"),
        ]),
        "\\PC{0,20}".prop_map(Value::from),
    ]
}

/// What befalls a genuine snapshot.
#[derive(Debug, Clone)]
enum Damage {
    /// The value at a place, counted through the whole file, is gone.
    Gone(prop::sample::Index),
    /// It is another one.
    Other(prop::sample::Index, Value),
    /// It is what stands at another place.
    Copied(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Gone),
        (place(), other()).prop_map(|(place, value)| Damage::Other(place, value)),
        (place(), place()).prop_map(|(place, from)| Damage::Copied(place, from)),
    ]
}

fn one<'a>(place: &prop::sample::Index, all: &'a [String]) -> &'a str {
    &all[place.index(all.len())]
}

/// The path to every value below this one.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(list) => {
            list.iter().enumerate().map(|(position, value)| (position.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in inside {
        let path = format!("{path}/{key}");
        places(value, &path, found);
        found.push(path);
    }
}

fn damaged(mut value: Value, damages: &[Damage]) -> Value {
    for damage in damages {
        let mut all = Vec::new();
        places(&value, "", &mut all);
        if all.is_empty() {
            return value;
        }
        match damage {
            Damage::Gone(place) => {
                let (parent, key) = one(place, &all).rsplit_once('/').unwrap();
                match value.pointer_mut(parent).unwrap() {
                    Value::Object(members) => {
                        drop(members.remove(&key.replace("~1", "/").replace("~0", "~")))
                    }
                    Value::Array(list) => drop(list.remove(key.parse().unwrap())),
                    _ => {}
                }
            }
            Damage::Other(place, other) => *value.pointer_mut(one(place, &all)).unwrap() = other.clone(),
            Damage::Copied(place, from) => {
                let copy = value.pointer(one(from, &all)).unwrap().clone();
                *value.pointer_mut(one(place, &all)).unwrap() = copy;
            }
        }
    }
    value
}

/// A genuine snapshot, all nodes but those of the first items gone: so that many damages take little time, and each hits something.
fn genuine(name: &str, items: usize) -> Value {
    let file = Path::new(ROOT).join(format!("tests/evidence/{name}.json.gz"));
    let mut text = String::new();
    GzDecoder::new(&fs::read(file).unwrap()[..]).read_to_string(&mut text).unwrap();
    let workflow = snapshot::read(name, text.as_bytes()).unwrap();
    let kept: BTreeSet<String> = snapshot::items(&workflow, "run-gwas", "trait-index")
        .unwrap()
        .iter()
        .skip(items)
        .flat_map(|item| item.attempts.iter().map(|attempt| attempt.id.clone()).chain([item.node.id.clone()]))
        .collect();
    let mut value: Value = serde_json::from_str(&snapshot::trim(&workflow)).unwrap();
    value["status"]["nodes"].as_object_mut().unwrap().retain(|id, _| !kept.contains(id));
    value
}

#[test]
fn a_damaged_snapshot_gives_a_fault_or_a_result_and_never_a_panic() {
    let recipe = recipe("version = 1\nextends = \"gapit3@1\"\n");
    let counted = RefCell::new(BTreeMap::<&str, usize>::new());
    for name in ["mixed", "retry", "stopped", "window", "deadline", "h5nzl-retry"] {
        let whole = genuine(name, 4);
        holds(40, &prop::collection::vec(damage(), 1..4), |damages| {
            let text = damaged(whole.clone(), &damages).to_string().into_bytes();
            let end = match inputs_of(&recipe, &[text], None) {
                Err(_) => "not read",
                Ok(inputs) => match decide(&inputs, inputs.evidence.as_ref().unwrap()) {
                    Err(_) => "not judged",
                    Ok(_) => "decided",
                },
            };
            *counted.borrow_mut().entry(end).or_default() += 1;
        });
    }
    // Each way is walked: the damages are neither all fatal nor all harmless.
    let counted = counted.into_inner();
    assert!(
        ["not read", "not judged", "decided"]
            .iter()
            .all(|end| counted.get(end).is_some_and(|times| *times > 10)),
        "{counted:?}"
    );
}

#[test]
fn bytes_that_are_no_snapshot_never_end_in_a_panic() {
    let beginnings = prop::sample::select(vec![
        &b""[..],
        b"{",
        b"[",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"\xef\xbb\xbf",
        b"kind: Workflow\n",
        b"{\"items\": [{",
        b"- a: ",
    ]);
    holds(2000, &(beginnings, prop::collection::vec(any::<u8>(), 0..60)), |(beginning, rest)| {
        assert!(snapshot::read("noise", &[beginning, &rest].concat()).is_err());
    });
    holds(500, &"[\\[\\]{}\",: \n\r\t0-9a-z.#&*!|>-]{0,60}", |text| {
        assert!(snapshot::read("noise", text.as_bytes()).is_err());
    });
    // What looks like packed nodes.
    holds(500, &prop::collection::vec(any::<u8>(), 1..80), |bytes| {
        for beginning in [&b""[..], b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x28\xb5\x2f\xfd"] {
            let packed = base64(&[beginning, &bytes].concat());
            let text = format!(
                r#"{{"metadata": {{"name": "w"}}, "spec": {{}}, "status": {{"compressedNodes": "{packed}"}}}}"#
            );
            assert!(snapshot::read("noise", text.as_bytes()).is_err());
        }
    });
}

/// Base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let at = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit <= three.len() { DIGITS[at as usize] as char } else { '=' });
        }
    }
    text
}

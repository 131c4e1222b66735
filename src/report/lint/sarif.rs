//! SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), as code scanning services read it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::catalog::title;
use crate::error::{Code, Faults};
use crate::lint::{LINTS, Level};
use crate::pipeline::lint::{Found, Origin, Outcome, level};
use crate::source::Place;
use crate::units::name::sha256_hex;

/// Where the schema of this format is kept by those who make it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The outcome as a SARIF log. What is silenced is among the results, marked as such.
pub fn sarif(outcome: &Outcome, faults: &Faults) -> Value {
    let silenced = outcome.silenced.iter().map(|one| &one.found);
    let codes: BTreeSet<Code> = outcome.found.iter().chain(silenced).map(|found| found.fault.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let mut seen = BTreeMap::new();
    let standing = outcome.found.iter().map(|found| (found, None));
    let silenced = outcome.silenced.iter().map(|one| (&one.found, Some(one)));
    let mut results = Vec::new();
    for (found, silenced) in standing.chain(silenced) {
        let mut result = result(found, &codes, &mut seen);
        if let Some(one) = silenced {
            let kind = if one.origin == Origin::Comment { "inSource" } else { "external" };
            result["suppressions"] =
                json!([{ "kind": kind, "status": "accepted", "justification": one.reason }]);
        }
        results.push(result);
    }
    let notifications: Vec<Value> = faults
        .iter()
        .map(|fault| {
            let locations: Vec<Value> =
                fault.labels.iter().take(1).map(|label| location(&label.place)).collect();
            json!({
                "level": "error",
                "message": { "text": format!("{}\n\n{}", fault.message, fault.help) },
                "descriptor": { "id": fault.code.as_str() },
                "locations": locations,
            })
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gapit-compile",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": faults.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What a code means: its page of the catalogue.
fn rule(code: Code) -> Value {
    let page = code.page();
    let (_, text) = page.split_once("\n\n").unwrap_or(("", page));
    let meaning = text.split("\n\n## ").next().unwrap_or_default().replace('\n', " ");
    let certain = LINTS.iter().find(|lint| lint.code == code).is_none_or(|lint| lint.certain);
    json!({
        "id": code.as_str(),
        "name": pascal(code),
        "shortDescription": { "text": title(code) },
        "fullDescription": { "text": meaning },
        "help": { "text": text, "markdown": text },
        "defaultConfiguration": { "level": word(level(code)) },
        "properties": { "tags": [code.stage()], "precision": if certain { "very-high" } else { "medium" } },
    })
}

/// `verify::unknown-field` as `VerifyUnknownField`: the names of rules are for people, in this form.
fn pascal(code: Code) -> String {
    let capital = |part: &str| {
        let mut chars = part.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    };
    code.as_str().split([':', '-']).map(capital).collect()
}

fn result(found: &Found, codes: &[Code], seen: &mut BTreeMap<String, usize>) -> Value {
    let fault = &found.fault;
    let span = found.span;
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(found.file_name()) },
        "region": {
            "startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column,
        },
    } });
    if let Some(object) = &found.object {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": format!("{object}#{}", found.path) }]);
    }
    let mut result = json!({
        "ruleId": fault.code.as_str(),
        "ruleIndex": codes.binary_search(&fault.code).unwrap_or_default(),
        "level": word(found.level),
        "message": { "text": format!("{}\n\n{}", fault.message, fault.help) },
        "locations": [location],
        "partialFingerprints": { "gapitCompile/v1": fingerprint(found, seen) },
    });
    let related: Vec<Value> = fault
        .labels
        .iter()
        .skip(1)
        .enumerate()
        .map(|(at, label)| {
            let mut related = self::location(&label.place);
            related["id"] = json!(at);
            related["message"] = json!({ "text": label.text });
            related
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

/// What stays the same when lines move: the code, the file, the object and the path in it; of findings that are alike in all of
/// these, and of those in no object, which one it is.
fn fingerprint(found: &Found, seen: &mut BTreeMap<String, usize>) -> String {
    let object = found.object.as_deref().unwrap_or_default();
    let same = [found.fault.code.as_str(), found.file_name(), object, &found.path].join("\n");
    let count = seen.entry(same.clone()).or_default();
    *count += 1;
    sha256_hex(format!("{same}\n{count}").as_bytes())[..32].to_owned()
}

fn location(place: &Place) -> Value {
    let (line, column) = place.line_column();
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(place.source().name()) },
        "region": { "startLine": line, "startColumn": column },
    } })
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

/// A path as a URI (RFC 3986): what stands for itself there, and everything else as bytes in percent.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let path = path.strip_prefix("./").unwrap_or(path);
    let escaped: String = path
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    if path.starts_with('/') { format!("file://{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./a b/ü#1.yaml"), "a%20b/%C3%BC%231.yaml");
        assert_eq!(uri("/data/a:b.yaml"), "file:///data/a%3Ab.yaml");
        assert_eq!(uri("-"), "-");
    }

    #[test]
    fn rules_have_names_for_people() {
        assert_eq!(pascal(Code::VerifyUnknownField), "VerifyUnknownField");
    }
}

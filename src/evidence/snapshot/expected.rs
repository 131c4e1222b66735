//! Which items a fan-out was to make, by the spec alone: items that never got a slot have no node (`executeDAGTask` in Argo's
//! `workflow/controller/dag.go`).

use serde_json::{Map, Value};

use super::fan_out::{FanOut, Loop};
use super::scopes;
use super::tags::{Inputs, fill};
use super::workflow::{Workflow, any_string};
use crate::units::Index;

/// More items than any cluster runs in one workflow: a sequence past this is a mistake, and its items are not listed.
pub(super) const MOST: u64 = 1_000_000;

/// The indexes of a fan-out's items in the order in which Argo expands them; `None` where [`expand`] has none.
pub fn expected(fan_out: &FanOut, workflow: &Workflow, index_parameter: &str) -> Option<Vec<Index>> {
    Some(expand(fan_out, workflow, index_parameter)?.into_iter().map(|(index, _)| index).collect())
}

/// The items of a fan-out in the order in which Argo expands them, each with its loop value (null where there is no loop). The
/// index is the argument for `index_parameter` with every `{{item}}`, `{{workflow.parameters.x}}` and, where the fan-out stands in a nested
/// template, `{{inputs.parameters.x}}` filled in; `None` where the spec does not tell, as when only a task's output does.
pub fn expand(fan_out: &FanOut, workflow: &Workflow, index_parameter: &str) -> Option<Vec<(Index, Value)>> {
    let argument = fan_out.argument(index_parameter)?;
    let mut found = Vec::new();
    for inputs in scopes::around(fan_out, workflow, index_parameter)? {
        for item in values(fan_out, workflow, &inputs)? {
            let looped = Some(&item).filter(|_| fan_out.repeat != Loop::Once);
            found.push((Index::new(fill(argument, workflow, &inputs, looped)?), item));
            (found.len() as u64 <= MOST).then_some(())?;
        }
    }
    Some(found)
}

/// The values of a fan-out's loop in order; one null where there is no loop.
pub(super) fn values(fan_out: &FanOut, workflow: &Workflow, inputs: &Inputs) -> Option<Vec<Value>> {
    match &fan_out.repeat {
        Loop::Once => Some(vec![Value::Null]),
        Loop::Items(items) => Some(items.to_vec()),
        Loop::Sequence(sequence) => {
            Some(numbers(sequence, workflow, inputs)?.into_iter().map(Value::from).collect())
        }
        Loop::Param(text) => serde_json::from_str(&fill(text, workflow, inputs, None)?).ok(),
    }
}

/// The items of a `withSequence`, which are texts (Argo 4.1.2 `expandSequence`): both ends belong to it, and a start above
/// the end counts down.
fn numbers(sequence: &Map<String, Value>, workflow: &Workflow, inputs: &Inputs) -> Option<Vec<String>> {
    let number = |key: &str| -> Option<Option<i64>> {
        match sequence.get(key).filter(|value| !value.is_null()) {
            None => Some(None),
            Some(value) => fill(&any_string(value)?, workflow, inputs, None)?.parse().ok().map(Some),
        }
    };
    let start = number("start")?.unwrap_or(0);
    let end = match (number("end")?, number("count")?) {
        (Some(end), _) => end,
        (None, Some(0)) => return Some(Vec::new()),
        (None, Some(count)) => start.checked_add(count)?.checked_sub(1)?,
        (None, None) => return None,
    };
    if start.abs_diff(end) >= MOST {
        return None;
    }
    let format =
        sequence.get("format").and_then(Value::as_str).filter(|text| !text.is_empty()).unwrap_or("%d");
    let print = |number| printf(format, number);
    if start <= end { (start..=end).map(print).collect() } else { (end..=start).rev().map(print).collect() }
}

/// One number printed as Go's `fmt.Sprintf` does for the verbs that a sequence can use: `%d`, `%x`, `%X`, `%o`, `%v` with `0`, `-`
/// and a width, and `%%`. Anything else is `None`.
fn printf(format: &str, number: i64) -> Option<String> {
    let mut text = String::new();
    let mut rest = format;
    let mut used = false;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        let length = after.find(|c: char| !c.is_ascii_digit() && c != '-')?;
        let (flags, verb) = after.split_at(length);
        if used {
            return None;
        }
        used = true;
        text.push_str(&padded(flags, verb.chars().next()?, number)?);
        rest = &verb[1..];
    }
    text.push_str(rest);
    used.then_some(text)
}

fn padded(flags: &str, verb: char, number: i64) -> Option<String> {
    let size = number.unsigned_abs();
    let digits = match verb {
        'd' | 'v' => size.to_string(),
        'x' => format!("{size:x}"),
        'X' => format!("{size:X}"),
        'o' => format!("{size:o}"),
        _ => return None,
    };
    let sign = if number < 0 { "-" } else { "" };
    let left = flags.contains('-');
    let bare = flags.trim_start_matches(['-', '0']);
    let width: usize = if bare.is_empty() { 0 } else { bare.parse().ok().filter(|width| *width < 200)? };
    Some(match (left, flags.starts_with('0')) {
        (true, _) => format!("{:<width$}", format!("{sign}{digits}")),
        (false, true) => format!("{sign}{digits:0>rest$}", rest = width.saturating_sub(sign.len())),
        (false, false) => format!("{:>width$}", format!("{sign}{digits}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::snapshot::{fan_outs, read};

    /// The indexes that a task with this loop and this index argument makes, joined by blanks.
    fn indexes(repeat: &str, argument: &str) -> Option<String> {
        let text = format!(
            r#"{{"metadata": {{"name": "w"}}, "status": {{"nodes": {{"w": {{}}}}}}, "spec": {{
                "arguments": {{"parameters": [{{"name": "from", "value": "2"}}, {{"name": "list", "value": "[\"a\", 7]"}}]}},
                "templates": [{{"name": "m", "dag": {{"tasks": [{{"name": "t", "template": "run"{repeat},
                  "arguments": {{"parameters": [{{"name": "i", "value": "{argument}"}}]}}}}]}}}}]}}}}"#
        );
        let workflow = read("w.json", text.as_bytes()).unwrap();
        let found = expected(&fan_outs(&workflow, "run")[0], &workflow, "i")?;
        Some(found.iter().map(Index::as_str).collect::<Vec<_>>().join(" "))
    }

    fn sequence(fields: &str) -> Option<String> {
        indexes(&format!(", \"withSequence\": {{{fields}}}"), "{{item}}")
    }

    #[test]
    fn sequences_count_as_argo_counts() {
        for (fields, items) in [
            (r#""start": "{{workflow.parameters.from}}", "end": "5""#, Some("2 3 4 5")),
            (r#""start": 2, "end": 0"#, Some("2 1 0")),
            (r#""count": 3"#, Some("0 1 2")),
            (r#""start": "9", "count": "2""#, Some("9 10")),
            (r#""count": 0"#, Some("")),
            (r#""start": 1"#, None),
            (r#""end": "{{tasks.x.outputs.result}}""#, None),
            (r#""end": 9000000000"#, None),
            (r#""start": -1, "end": 1, "format": "t%03d%%""#, Some("t-01% t000% t001%")),
            (r#""start": 9, "end": 10, "format": "%3x|%-3X|""#, None),
            (r#""start": 10, "end": 11, "format": "<%4x>""#, Some("<   a> <   b>")),
            (r#""count": 1, "format": "%s""#, None),
            (r#""count": 1, "format": "same""#, None),
        ] {
            assert_eq!(sequence(fields).as_deref(), items, "{fields}");
        }
    }

    #[test]
    fn items_fill_the_index_argument() {
        let items = r#", "withItems": [{"i": 5, "n": "Fe"}, {"i": "12", "n": "Mn"}]"#;
        assert_eq!(indexes(items, "{{item.i}}").as_deref(), Some("5 12"));
        assert_eq!(indexes(items, "{{item.missing}}"), None);
        assert_eq!(
            indexes(r#", "withItems": ["6", 8, true]"#, "t-{{item}}").as_deref(),
            Some("t-6 t-8 t-true")
        );
    }

    #[test]
    fn a_parameter_can_hold_the_list_and_one_task_is_one_item() {
        let param = |text: &str| indexes(&format!(", \"withParam\": \"{text}\""), "{{item}}");
        assert_eq!(param("{{workflow.parameters.list}}").as_deref(), Some("a 7"));
        assert_eq!(param("[1, 2]").as_deref(), Some("1 2"));
        assert_eq!(param("{{tasks.x.outputs.result}}"), None);
        assert_eq!(indexes("", "{{workflow.parameters.from}}").as_deref(), Some("2"));
        assert_eq!(indexes("", "{{inputs.parameters.i}}"), None);
    }
}

//! What the full name of a node says: its task, its place in a loop, its attempt, and whether it is a hook's.

use serde_json::Value;

use super::workflow::any_string;

/// The task and the item's text in the name of a node that is not an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spelled<'n> {
    /// The name of the DAG task or step.
    pub(super) task: &'n str,
    /// The place in the loop, where there is one, from 0.
    pub(super) position: Option<usize>,
    /// The text of the loop's value, where there is a loop. Argo deletes parentheses from it.
    pub(super) item: Option<&'n str>,
}

/// Reads `<boundary>.<task>(<position>:<item>)` or `<boundary>.<task>`. The boundary may hold dots and parentheses of its own, the
/// item's text dots and colons; a task's name neither.
pub(super) fn spelled(name: &str) -> Spelled<'_> {
    let looped = name.strip_suffix(')').and_then(|open| open.rsplit_once('(')).and_then(|(head, inner)| {
        let (position, item) = inner.split_once(':')?;
        Some((head, position.parse::<usize>().ok()?, item))
    });
    let (head, position, item) =
        looped.map_or((name, None, None), |(head, position, item)| (head, Some(position), Some(item)));
    Spelled { task: head.rsplit('.').next().unwrap_or(head), position, item }
}

/// The name without the numbers of attempts: equal for the runs of one node in several attempts of what encloses it, as with a
/// retryStrategy of the whole workflow (`w(0).t(3:5)`, `w(1).t(3:5)`).
pub(super) fn without_attempts(name: &str) -> String {
    let mut kept = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('(') {
        kept.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest = match after[digits..].strip_prefix(')').filter(|_| digits > 0) {
            Some(behind) => behind,
            None => {
                kept.push('(');
                after
            }
        };
    }
    kept + rest
}

/// The text of a loop's value in a node's name, as Argo prints it (4.1.2 `processItem` and `generateNodeName`): of a map its
/// sorted `key:value`, of a list its values between brackets, and no parentheses.
pub(super) fn item_text(item: &Value) -> String {
    let plain = |value: &Value| any_string(value).unwrap_or_else(|| value.to_string());
    let text = match item {
        Value::Object(map) => {
            let mut pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{key}:{}", plain(value))).collect();
            pairs.sort();
            pairs.join(",")
        }
        Value::Array(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(" ")),
        value => plain(value),
    };
    text.replace(['(', ')'], "")
}

/// The number of the attempt `name` of the Retry node `retry`: `<retry>(<n>)`.
pub(super) fn attempt_number(retry: &str, name: &str) -> Option<u64> {
    name.strip_prefix(retry)?.strip_prefix('(')?.strip_suffix(')')?.parse().ok()
}

/// Whether a node belongs to a lifecycle hook or an exit handler: `<node>.hooks.<hook>`, `<node>.onExit`, and all below.
pub(super) fn is_aside(workflow: &str, name: &str) -> bool {
    let within = name.strip_prefix(workflow).unwrap_or(name);
    let on_exit = within.match_indices(".onExit").any(|(at, word)| {
        let rest = &within[at + word.len()..];
        rest.is_empty() || rest.starts_with(['.', '(', '['])
    });
    on_exit || within.contains(".hooks.")
}

/// The value of `{{item}}` or `{{item.x}}` from an item's text in a node's name: a map is written there as sorted `k:v`, joined by
/// commas. A comma inside a value cannot be told from the next key's unless no colon follows.
pub(super) fn item_value<'n>(item: &'n str, tag: &str) -> Option<&'n str> {
    if tag == "item" {
        return Some(item);
    }
    let key = tag.strip_prefix("item.")?;
    let opening = format!("{key}:");
    let at = if item.starts_with(&opening) { 0 } else { item.find(&format!(",{opening}"))? + 1 };
    let value = &item[at + opening.len()..];
    let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let end = value.match_indices(',').map(|(comma, _)| comma).find(|comma| {
        let next = &value[comma + 1..];
        next.split_once(':').is_some_and(|(key, _)| !key.is_empty() && key.chars().all(word))
    });
    Some(&value[..end.unwrap_or(value.len())])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_items_are_read_whatever_encloses_them() {
        for (name, task, looped) in [
            ("gapit-abc.run-all-traits(3:5)", "run-all-traits", Some((3, "5"))),
            ("a.b(0).run(12:chr1:5.2,x)", "run", Some((12, "chr1:5.2,x"))),
            ("w.retry-highmem.retry-trait-5", "retry-trait-5", None),
            ("w(0).main", "main", None),
            ("w[0].step(0:)", "step", Some((0, ""))),
            ("w", "w", None),
        ] {
            let (position, item) = looped.unzip();
            assert_eq!(spelled(name), Spelled { task, position, item }, "{name}");
        }
    }

    #[test]
    fn the_runs_of_one_node_have_one_name_without_attempts() {
        for (name, kept) in [
            ("w(0).t(3:5)", "w.t(3:5)"),
            ("w(12).t(3:5)(1)", "w.t(3:5)"),
            ("w.t(3:5).x", "w.t(3:5).x"),
            ("w()(a)(", "w()(a)("),
        ] {
            assert_eq!(without_attempts(name), kept);
        }
    }

    #[test]
    fn values_of_loops_are_printed_as_argo_prints_them() {
        for (value, text) in [
            (json!("a (b)"), "a b"),
            (json!(5), "5"),
            (json!(true), "true"),
            (json!({"n": "Fe", "i": 5}), "i:5,n:Fe"),
            (json!(["a", 7]), "[a 7]"),
        ] {
            assert_eq!(item_text(&value), text);
        }
    }

    #[test]
    fn attempts_are_numbered_and_items_are_not_attempts() {
        assert_eq!(attempt_number("w.t(3:5)", "w.t(3:5)(10)"), Some(10));
        assert_eq!(attempt_number("w.t", "w.t(3:5)"), None);
        assert_eq!(attempt_number("w.t", "w.t.hooks.x"), None);
    }

    #[test]
    fn hooks_and_exit_handlers_are_aside() {
        for name in ["w.onExit", "w.onExit.t(0)", "w.t(0:2).onExit", "w.t.hooks.running", "w.onExit[0].x"] {
            assert!(is_aside("w", name), "{name}");
        }
        for name in ["w.t(0:2)", "w.onExitOf", "w"] {
            assert!(!is_aside("w", name), "{name}");
        }
        assert!(!is_aside("my.hooks.w", "my.hooks.w.t"));
    }

    #[test]
    fn a_maps_text_gives_its_values() {
        let item = "index:5,name:a,b c,url:http://x";
        for (tag, value) in [
            ("item.index", Some("5")),
            ("item.name", Some("a,b c")),
            ("item.url", Some("http://x")),
            ("item.dex", None),
            ("item", Some(item)),
            ("workflow.name", None),
        ] {
            assert_eq!(item_value(item, tag), value, "{tag}");
        }
    }
}

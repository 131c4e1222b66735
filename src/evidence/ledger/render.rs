//! A ledger as text: a stable order, a line an item, so that a diff reads like a list of decisions.

use std::fmt::Write as _;

use super::file::VERSION;
use super::{Entry, Ledger};

/// The text, under a comment line of its own.
pub fn render(header: &str, ledger: &Ledger) -> String {
    let mut text = format!("# {header}\nledger = {VERSION}\n");
    for entry in &ledger.entries {
        render_entry(entry, &mut text);
    }
    text
}

fn render_entry(entry: &Entry, text: &mut String) {
    let _ = writeln!(text, "\n[[generations]]\ngeneration = {}", entry.generation);
    let fields = [
        ("root", Some(&entry.root)),
        ("parent", Some(&entry.parent)),
        ("workflow", Some(&entry.workflow)),
        ("recipe", Some(&entry.recipe)),
        ("snapshot", Some(&entry.snapshot)),
        ("scan", entry.scan.as_ref()),
        ("decisions", entry.decisions.as_ref()),
        ("usage", entry.usage.as_ref()),
        ("logs", entry.logs.as_ref()),
    ];
    for (key, value) in fields.iter().filter_map(|(key, value)| Some((key, (*value)?))) {
        let _ = writeln!(text, "{key} = {}", quoted(value));
    }
    if let Some(flags) = flags(entry) {
        let _ = writeln!(text, "flags = {{ {flags} }}");
    }
    let _ = writeln!(text, "digest = {}\n\n[generations.items]", quoted(&entry.digest()));
    for (index, item) in &entry.items {
        let (rule, cause, tier) = (quoted(&item.rule), quoted(&item.cause), quoted(&item.tier));
        let variant =
            item.variant.as_ref().map_or(String::new(), |name| format!(", variant = {}", quoted(name)));
        let _ = writeln!(
            text,
            "{} = {{ rule = {rule}, cause = {cause}, tier = {tier}{variant}, used = {} }}",
            key(index.as_str()),
            item.used
        );
    }
}

fn flags(entry: &Entry) -> Option<String> {
    let flags = &entry.flags;
    let mut parts: Vec<String> = flags.only.iter().map(|items| format!("only = {}", quoted(items))).collect();
    parts.extend(flags.retry_unknown.then(|| "retry-unknown = true".to_owned()));
    parts.extend(flags.min_tier.iter().map(|tier| format!("min-tier = {}", quoted(tier))));
    if !flags.param.is_empty() {
        let params: Vec<String> =
            flags.param.iter().map(|(name, value)| format!("{} = {}", key(name), quoted(value))).collect();
        parts.push(format!("param = {{ {} }}", params.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A text as TOML writes one, always on one line.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// A key, bare where TOML lets it be.
fn key(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { quoted(text) }
}

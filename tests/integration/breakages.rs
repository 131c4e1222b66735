//! One recipe broken in one way at a time: each breakage is told once, where it is, with a way out.

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::recipe::{Files, load};
use gapit_compile::source::Source;

/// The recipe that is broken; by itself it is sound.
const BASE: &str = include_str!("../faults/recipe/base.toml");

/// A recipe that stands alone: no other file is read.
struct Alone;

impl Files for Alone {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        Err(Fault::new(Code::IoRead, format!("there is no file {path}"), "none"))
    }
}

fn faults(text: &str) -> Faults {
    load(&Source::new("recipe.toml", text), &Alone).err().unwrap_or_default()
}

/// What to break, and what is to be said of it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Breakage {
    name: String,
    find: String,
    replace: String,
    code: String,
    at: (usize, usize),
    message: String,
    help: String,
}

#[derive(serde::Deserialize)]
struct Table {
    breakage: Vec<Breakage>,
}

#[test]
fn the_recipe_is_sound_before_it_is_broken() {
    assert_eq!(faults(BASE), Faults::new());
}

#[test]
fn each_breakage_gives_one_fault_at_its_place_with_a_way_out() {
    let Table { breakage: rows } = toml::from_str(include_str!("../faults/recipe/breakages.toml")).unwrap();
    assert!(rows.len() >= 35, "only {} breakages", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        assert_eq!(BASE.matches(&row.find).count(), 1, "{}: `{}` is not one place", row.name, row.find);
        let found = faults(&BASE.replace(&row.find, &row.replace));
        let mismatch = match found.iter().collect::<Vec<_>>()[..] {
            [fault] => told_otherwise(row, fault),
            ref many => Some(many.iter().map(|fault| format!("\n    {}", told(fault))).collect()),
        };
        wrong.extend(mismatch.map(|mismatch| format!("{}: {mismatch}", row.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How a fault differs from what its row expects.
fn told_otherwise(row: &Breakage, fault: &Fault) -> Option<String> {
    let at = fault.labels.first().map(|label| label.place.line_column());
    let fits = fault.code.as_str() == row.code
        && at == Some(row.at)
        && fault.message.contains(&row.message)
        && fault.help.contains(&row.help);
    (!fits).then(|| told(fault))
}

/// A fault on one line.
fn told(fault: &Fault) -> String {
    let at = fault.labels.first().map(|label| label.place.line_column());
    format!("{} at {at:?}: {} | {}", fault.code, fault.message, fault.help)
}

#[test]
fn several_mistakes_are_told_together() {
    let mut text = BASE.to_owned();
    let mistakes = ["4.1", "trait-index", "96Gi", "Always", "next", "(?i)mount", "14d"];
    for (find, replace) in
        mistakes.into_iter().zip(["3.9", "trait index", "96gb", "always", "nxet", "(?i)mount(", "14w"])
    {
        text = text.replacen(find, replace, 1);
    }
    let found = faults(&text);
    let codes: Vec<&str> = found.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "recipe::unknown-word",
            "recipe::unsupported-version",
            "recipe::bad-name",
            "recipe::bad-quantity",
            "recipe::bad-quantity",
            "recipe::bad-pattern",
            "recipe::unknown-tier",
        ],
        "{found:#?}"
    );
}

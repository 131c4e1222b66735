//! `gapit-compile schema NAME`: the JSON schemas that ship with the program.

use gapit_compile::error::{Code, Fault};
use gapit_compile::units::name;

use super::args::SchemaArgs;
use super::{DONE, Screen, faulted, printed};

/// Every schema by its name.
const SCHEMAS: &[(&str, &str)] = &[
    ("recipe", include_str!("../../schemas/recipe.schema.json")),
    ("test", include_str!("../../schemas/test.schema.json")),
    ("scan", include_str!("../../schemas/scan.schema.json")),
    ("decisions", include_str!("../../schemas/decisions.schema.json")),
    ("ledger", include_str!("../../schemas/ledger.schema.json")),
    ("report", include_str!("../../schemas/report.schema.json")),
    ("explain", include_str!("../../schemas/explain.schema.json")),
    ("lint", include_str!("../../schemas/lint.schema.json")),
    ("test-report", include_str!("../../schemas/test-report.schema.json")),
];

/// Prints a schema.
pub(crate) fn run(args: &SchemaArgs) -> u8 {
    let screen = Screen::plain();
    if let Some((_, schema)) = SCHEMAS.iter().find(|(known, _)| *known == args.name) {
        return printed(&screen, schema, DONE);
    }
    let known: Vec<&str> = SCHEMAS.iter().map(|(known, _)| *known).collect();
    let meant = name::meant(&args.name, known.iter().copied());
    let fault = Fault::new(
        Code::CliUnknownName,
        format!("there is no schema {}", args.name),
        format!("{meant}the schemas are {}", known.join(", ")),
    );
    faulted(&screen, &fault.into())
}

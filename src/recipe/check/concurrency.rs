//! `[concurrency]`.

use super::naming::filled;
use super::value::{CONFIG_MAP_KEY, OBJECT, at_least_one, name};
use crate::error::{Code, Fault, Faults};
use crate::recipe::{NameTemplate, Semaphore, raw, scope};
use crate::source::{At, Source};

/// The ConfigMap's name where none is written.
const CONFIG_MAP: &str = "<< pipeline >>-<< root.suffix >>";

/// The key where none is written.
const KEY: &str = "pods";

/// The semaphore of a batch.
pub(super) fn semaphore(raw: &raw::Concurrency, source: &Source, faults: &mut Faults) -> Option<Semaphore> {
    let raw = &raw.semaphore.given()?.value;
    let default = |text: &str| At::new(text.to_owned(), source.place(0..0));
    let written = raw.config_map.given().cloned().unwrap_or_else(|| default(CONFIG_MAP));
    let config_map = filled(&written, scope::WORKFLOW, &OBJECT, str::to_owned, faults);
    if let Some(config_map) = &config_map {
        bounds_one_batch(config_map, faults);
    }
    let key = raw.key.given().cloned().unwrap_or_else(|| default(KEY));
    let key = name(Some(&key), &CONFIG_MAP_KEY, faults);
    let way_out = "leave `[concurrency]` out where nothing is to be bounded";
    let limit = at_least_one(&raw.limit, "limit", way_out, faults);
    Some(Semaphore { config_map: config_map?, key: key?, limit: limit? })
}

/// A batch is a root and its retries: each of these has the same ConfigMap, and no other batch has it.
fn bounds_one_batch(config_map: &NameTemplate, faults: &mut Faults) {
    let (message, label) = if !scope::differs_by_root(config_map) {
        ("every batch of the pipeline has this same ConfigMap, each with its own limit", "no root in it")
    } else if scope::differs_by_retry(config_map) {
        (
            "each retry of a batch has a ConfigMap of its own, so that they are not bounded together",
            "not of the root alone",
        )
    } else {
        return;
    };
    let help =
        format!("name it by the root and nothing that changes from retry to retry, such as \"{CONFIG_MAP}\"");
    faults.push(Fault::new(Code::RecipeBadTemplate, message, help).at(&config_map.written().place, label));
}

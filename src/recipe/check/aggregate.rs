//! `[aggregate]`.

use super::value::{OBJECT, PARAMETER, TEMPLATE, name};
use crate::error::Faults;
use crate::recipe::{Aggregate, AggregateAs, AggregateWhen, raw};

/// What collects the results.
pub(super) fn aggregate(raw: &raw::Aggregate, faults: &mut Faults) -> Option<Aggregate> {
    let arguments = raw.arguments.given().map_or(Vec::new(), |entries| entries.value.0.clone());
    for (argument, _) in &arguments {
        name(Some(argument), &PARAMETER, faults);
    }
    let reference = &raw.template_ref.given()?.value;
    let workflow_template = name(reference.name.given(), &OBJECT, faults);
    let template = name(reference.template.given(), &TEMPLATE, faults);
    Some(Aggregate {
        name: workflow_template?,
        template: template?,
        placed: raw.placed.or(AggregateAs::Task),
        when: raw.when.or(AggregateWhen::Always),
        arguments,
    })
}

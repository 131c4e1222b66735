//! `before` of a rule.

use super::value::{OBJECT, TEMPLATE, cpu, memory, name, not_empty};
use crate::error::{Code, Fault, Faults};
use crate::recipe::raw;
use crate::recipe::scripts::Scripts;
use crate::recipe::{Before, BeforeScript};
use crate::source::At;
use crate::units::{Cpu, Memory};

/// The recovery step of a rule; `None` where it has none, `Some(None)` where the one it has is broken.
pub(super) fn before(rule: &At<raw::Rule>, scripts: &Scripts, faults: &mut Faults) -> Option<Option<Before>> {
    let place = rule.value.before.place()?;
    let treatment = &rule.value;
    if let Some(other) = treatment.skip.place().or(treatment.hold.place()) {
        let message = "`before` stands beside what does not run";
        let help = "keep `before` with `retry = { … }`; an item that is left or waits for a person needs no recovery step";
        let fault = Fault::new(Code::RecipeOneOf, message, help).at(place, "a recovery step");
        faults.push(super::against(fault, other, "and nothing runs after it"));
    }
    let given = treatment.before.given()?;
    let raw = &given.value;
    let checked = match (raw.template_ref.place(), raw.script.place()) {
        (Some(_), None) => raw.template_ref.given().and_then(|at| template_ref(&at.value, faults)),
        (None, Some(_)) => {
            let text = rule.value.name.given().and_then(|name| scripts.get(&name.value));
            raw.script.given().and_then(|at| script(&at.value, text, faults))
        }
        (first, second) => {
            let message = match first {
                None => "`before` says nothing",
                Some(_) => "`before` is given in both forms",
            };
            let help =
                "give exactly one of `template-ref = { name, template }` and `script = { file, image }`";
            let fault = Fault::new(Code::RecipeOneOf, message, help);
            faults.push(match (first, second) {
                (Some(first), Some(second)) => fault.at(first, "one form").at(second, "one form"),
                _ => fault.at(place, "no form"),
            });
            None
        }
    };
    Some(checked)
}

fn template_ref(raw: &raw::BeforeTemplate, faults: &mut Faults) -> Option<Before> {
    let workflow_template = name(raw.name.given(), &OBJECT, faults);
    let template = name(raw.template.given(), &TEMPLATE, faults);
    Some(Before::TemplateRef { name: workflow_template?, template: template? })
}

fn script(raw: &raw::BeforeScript, text: Option<&String>, faults: &mut Faults) -> Option<Before> {
    let image = raw.image.given().filter(|image| says_something(image, "image", faults));
    if let Some(command) = raw.command.given() {
        not_empty(command, "command", "name what reads the script, such as `[\"bash\"]`", faults);
        command.value.iter().for_each(|word| {
            says_something(word, "command", faults);
        });
    }
    let resources = raw.resources.given().map(|at| &at.value);
    let asked_memory = resources.and_then(|asked| memory(&asked.memory, faults)).map(|at| at.value);
    let asked_cpu = resources.and_then(|asked| cpu(&asked.cpu, faults)).map(|at| at.value);
    let file = raw.file.given()?.clone();
    let bash = || vec![At::new("bash".to_owned(), file.place.clone())];
    Some(Before::Script(BeforeScript {
        source: text?.clone(),
        image: image?.clone(),
        command: raw.command.given().map_or_else(bash, |command| command.value.clone()),
        memory: asked_memory.unwrap_or_else(|| Memory::parse("512Mi").expect("a quantity of Kubernetes")),
        cpu: asked_cpu.unwrap_or_else(|| Cpu::parse("500m").expect("a quantity of Kubernetes")),
        file,
    }))
}

/// Whether a text is more than blanks; else a fault.
fn says_something(written: &At<String>, key: &str, faults: &mut Faults) -> bool {
    let says = !written.value.trim().is_empty();
    if !says {
        let help = "write it out, or take what the run has: `image = \"{{workflow.parameters.image}}\"`";
        let fault = Fault::new(Code::RecipeBadName, format!("`{key}` holds an empty text"), help);
        faults.push(fault.at(&written.place, "empty"));
    }
    says
}

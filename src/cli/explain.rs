//! `gapit-compile explain RECIPE ITEM`, `explain RECIPE`, `explain CODE`, `explain ROW` and `explain --rows`.

use std::collections::BTreeSet;

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::pipeline::decide;
use gapit_compile::report::{self, explain::Explanation};
use gapit_compile::units::{Index, name};
use gapit_compile::{Compilation, compile};

use super::args::ExplainArgs;
use super::load::Recorded;
use super::screen::json;
use super::{DONE, Screen, faulted, load, printed};

/// Explains an item, a recipe, a code or a row. Of these, only codes hold a `::`, and a recipe that is called like a row is `./A4`.
pub(crate) fn run(args: &ExplainArgs) -> u8 {
    let screen = Screen::new(&args.screen);
    let Some(subject) = &args.subject else {
        return printed(&screen, &report::row_list(), DONE);
    };
    let explained = match &args.item {
        Some(item) => explain_item(args, subject, &Index::new(item.as_str()))
            .map(|page| if screen.is_json() { json(&page) } else { report::explain::page(&page) }),
        None if subject.contains("::") => code(subject).map_err(Faults::from),
        None if is_like_a_row(subject) => row(subject).map_err(Faults::from),
        None => load::resolution(subject)
            .map(|resolution| report::resolved(&resolution))
            .map_err(|faults| without_stage(subject, faults)),
    };
    match explained {
        Ok(text) => printed(&screen, &text, DONE),
        Err(faults) => faulted(&screen, &faults),
    }
}

fn code(subject: &str) -> Result<String, Fault> {
    if let Some(code) = Code::from_spelling(subject) {
        return Ok(code.page().to_owned());
    }
    Err(Fault::new(
        Code::CliUnknownName,
        format!("there is no code {subject}"),
        format!("{}{}", Code::meant(subject, |_| true), codes_like(subject)),
    ))
}

/// What to say of a subject that no recipe could be read from: one that is the name of a code lacks its stage.
fn without_stage(subject: &str, faults: Faults) -> Faults {
    let codes: Vec<String> =
        Code::named(subject).map(|code| format!("`gapit-compile explain {code}`")).collect();
    if codes.is_empty() {
        return faults;
    }
    let message = format!("{subject} is no recipe, and a code is written with its stage");
    Fault::new(Code::CliUnknownName, message, format!("write {}", codes.join(" or "))).into()
}

/// Whether it is spelled as rows are: a letter and a number, a word behind a `-`, or both.
fn is_like_a_row(subject: &str) -> bool {
    let (head, word) = subject.split_once('-').map_or((subject, None), |(head, word)| (head, Some(word)));
    let mut rest = head.chars();
    rest.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && rest.all(|c| c.is_ascii_digit())
        && word.map_or(head.len() > 1, |word| word.chars().all(|c| c.is_ascii_lowercase()))
}

fn row(subject: &str) -> Result<String, Fault> {
    report::row_page(subject).ok_or_else(|| {
        let meant = name::meant(subject, report::row_ids());
        Fault::new(
            Code::CliUnknownName,
            format!("there is no row {subject}"),
            format!(
                "{meant}`gapit-compile explain --rows` lists the rows; a recipe of that name is `./{subject}`"
            ),
        )
    })
}

/// The codes of the stage that was meant, else the stages: all codes at once are more than a person reads.
fn codes_like(subject: &str) -> String {
    let stage_of = |code: &'static str| code.split("::").next().unwrap_or(code);
    let stages: BTreeSet<&str> = Code::ALL.iter().map(|code| stage_of(code.as_str())).collect();
    let typed = subject.split("::").next().unwrap_or(subject);
    let Some(stage) = name::nearest(typed, stages.iter().copied()) else {
        return format!(
            "a code begins with its stage: {}",
            stages.into_iter().collect::<Vec<_>>().join(", ")
        );
    };
    let codes = Code::ALL.iter().map(|code| code.as_str()).filter(|code| stage_of(code) == stage);
    format!("the codes of {stage} are {}", codes.collect::<Vec<_>>().join(", "))
}

fn explain_item(args: &ExplainArgs, recipe: &str, index: &Index) -> Result<Explanation, Faults> {
    let inputs = load::inputs(recipe, &args.evidence, &args.plan, Recorded::Used)?;
    let Some(evidence) = &inputs.evidence else {
        return Err(Fault::new(
            Code::RecipeNoInput,
            format!("{recipe} names no workflow, so there is no item to explain"),
            "name its snapshot in `[inputs] workflow` or give `--workflow FILE`",
        )
        .at(&inputs.recipe.source.place(0..0), "no [inputs] workflow in this recipe")
        .into());
    };
    let compiled = compile(&inputs);
    // Where the manifests cannot be made, the item is explained all the same, and why they cannot be.
    let run = match &compiled {
        Ok(Compilation { run: Some(run), .. }) => run.clone(),
        _ => decide(&inputs, evidence)?,
    };
    let manifests = compiled.as_ref().map(|compiled| &compiled.manifests[..]);
    let page = report::explain::explain(&inputs, evidence, &run, manifests, index)?;
    page.ok_or_else(|| {
        let known = run.diagnosis.items.iter().map(|item| &item.index);
        Fault::new(
            Code::CliUnknownItem,
            format!("{} {index} is not in the range", inputs.recipe.items.noun),
            format!("the range is {}", gapit_compile::units::ranges(known)),
        )
        .into()
    })
}

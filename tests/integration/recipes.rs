//! Whole recipes: the language's showpiece loads, a short recipe inherits the rest, and faults point into the text they are in.

use std::collections::BTreeMap;

use gapit_compile::error::{Code, Fault};
use gapit_compile::recipe::{
    ArgoVersion, Cause, Files, Range, Recipe, RetryTier, TierForm, Treatment, load, shipped,
};
use gapit_compile::source::Source;
use gapit_compile::units::Factor;

/// Recipes by path.
struct Texts(BTreeMap<&'static str, &'static str>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        let text =
            self.0.get(path).ok_or_else(|| Fault::new(Code::IoRead, "there is no such file", "none"))?;
        Ok(Source::new(path, *text))
    }
}

fn loaded(name: &str, text: &str) -> Recipe {
    load(&Source::new(name, text), &Texts(BTreeMap::new())).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// A recipe for one run, as short as they are meant to be.
const SHORT: &str = r#"version = 1
extends = "gapit3@1"

[inputs]
workflow = ["evidence/gapit3-gwas-parallel-8nj24.json"]
scan     = ["../scans/8nj24.scan.json"]
"#;

#[test]
fn the_showpiece_of_the_language_loads() {
    let recipe = loaded("recipe.toml", include_str!("../recipes/showpiece.toml"));
    assert_eq!((recipe.tiers.len(), recipe.rules.len(), recipe.argo), (3, 11, ArgoVersion::V4_1));
    let TierForm::Derived(highmem) = &recipe.tiers[1].form else { panic!("highmem is derived") };
    assert_eq!(highmem.limit_memory.as_ref().unwrap().value.to_string(), "104Gi");
    let names: Vec<&str> = recipe.parameters.set.iter().map(|(name, _)| name.value.as_str()).collect();
    assert_eq!(names, ["image", "batch"], "in the order written");
}

#[test]
fn every_shipped_recipe_is_whole_and_its_folder_has_its_name() {
    for shipped in shipped() {
        let recipe = load(&shipped.source(), &Texts(BTreeMap::new())).unwrap();
        assert!(
            recipe.inputs.workflow.is_empty() && recipe.parameters.set.is_empty(),
            "{}",
            shipped.spelling()
        );
    }
    assert!(shipped().iter().any(|shipped| shipped.spelling() == "gapit3@1"));
}

#[test]
fn a_short_recipe_inherits_the_rest_and_its_paths_are_beside_it() {
    let recipe = loaded("examples/8nj24/recipe.toml", SHORT);
    let paths = [&recipe.inputs.workflow[0].value, &recipe.inputs.scan[0].value, &recipe.output.directory];
    assert_eq!(
        paths,
        [
            "examples/8nj24/evidence/gapit3-gwas-parallel-8nj24.json",
            "examples/scans/8nj24.scan.json",
            "examples/8nj24/manifests"
        ]
    );
    let tiers: Vec<&str> = recipe.tiers.iter().map(|tier| tier.name.value.as_str()).collect();
    assert_eq!(tiers, ["standard", "highmem", "ultrahighmem"]);
    assert_eq!(recipe.rules[0].when.causes, [Cause::Oom]);
    let Treatment::Retry(retry) = &recipe.rules[0].treatment else { panic!("oom is retried") };
    assert_eq!((retry.tier, retry.max_retries), (RetryTier::Next, 2));
    assert!(
        matches!(&recipe.items.range, Some(Range::Parameters { from, .. }) if from.value == "start-trait-index")
    );
    assert_eq!(recipe.source.name(), "examples/8nj24/recipe.toml");
}

#[test]
fn what_is_left_out_gets_its_default() {
    let recipe = loaded(
        "recipe.toml",
        "version = 1\npipeline = \"p\"\nargo.version = \"4.1\"\n\
         items = { template = \"run\", index-parameter = \"i\" }\n\
         tiers = [{ name = \"only\", template = \"t\" }]\n\
         rules = [{ name = \"oom\", when = { causes = [\"oom\"] }, retry = {} }]\n",
    );
    assert_eq!((recipe.items.noun.as_str(), recipe.output.directory.as_str()), ("item", "manifests"));
    assert!(
        recipe.output.kustomization
            && recipe.outputs.is_none()
            && recipe.policy.max_failed_fraction == Factor::THREE_TENTHS
    );
    let Treatment::Retry(retry) = &recipe.rules[0].treatment else { panic!("it is retried") };
    assert_eq!((retry.tier, retry.max_retries, retry.deadline_factor), (RetryTier::Same, 1, None));
    assert_eq!(recipe.naming.task.written().value, "retry-<< index >>");
}

#[test]
fn the_digest_sees_what_is_inherited_and_not_how_it_is_spelt() {
    let digest = |text: &str| loaded("recipe.toml", text).digest;
    let one = digest(SHORT);
    assert_eq!(
        one,
        digest(&SHORT.replace("version = 1\n", "# a comment\nversion=1\npipeline = \"gapit3-gwas\"\n"))
    );
    assert_ne!(one, digest(&format!("{SHORT}\n[caps]\ndeadline = \"10d\"\n")));
}

#[test]
fn a_fault_in_what_is_inherited_points_into_the_text_it_stands_in() {
    let texts = Texts(BTreeMap::from([(
        "lab/base.toml",
        "version = 1\nextends = \"gapit3@1\"\n\n[[tiers]]\nname = \"gigamem\"\nlimits = { memory = \"240GB\" }\n",
    )]));
    let own =
        Source::new("lab/runs/recipe.toml", "version = 1\nextends = \"../base.toml\"\npipelin = \"p\"\n");
    let faults = load(&own, &texts).unwrap_err();
    let told: Vec<_> = faults
        .iter()
        .map(|fault| {
            let place = &fault.labels[0].place;
            (fault.code.as_str(), place.source().name().to_owned(), place.line_column())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("recipe::unknown-key", "lab/runs/recipe.toml".to_owned(), (3, 1)),
            ("recipe::bad-quantity", "lab/base.toml".to_owned(), (6, 21)),
        ]
    );
}

#[test]
fn a_conflict_with_another_text_says_where_that_stands() {
    let text = "version = 1\nextends = \"gapit3@1\"\n\n[[tiers]]\nname = \"gigamem\"\nlimits = { memory = \"240Gi\" }\n";
    let faults = load(&Source::new("recipe.toml", text), &Texts(BTreeMap::new())).unwrap_err();
    let [fault] = faults.iter().collect::<Vec<_>>()[..] else { panic!("one fault: {faults:#?}") };
    let cap = &fault.labels[1].place;
    assert_eq!(
        (fault.code, cap.text(), cap.source().name()),
        (Code::RecipeAboveCap, "\"180Gi\"", "gapit3@1")
    );
    assert!(fault.help.contains(&format!("gapit3@1, line {}", cap.line_column().0)), "{}", fault.help);
}

#[test]
fn a_rule_may_cover_an_inherited_one_and_not_one_of_its_own_text() {
    let rule = |name: &str, causes: &str| {
        format!("[[rules]]\nname = \"{name}\"\nwhen = {{ causes = [{causes}] }}\nhold = \"look\"\n")
    };
    let head = "version = 1\nextends = \"gapit3@1\"\n";
    // Between them the two cover the inherited `oom`, which is what new rules stand first for.
    let covering =
        format!("{head}{}{}", rule("memory", "\"oom\", \"oom-probable\""), rule("time", "\"deadline\""));
    assert_eq!(loaded("recipe.toml", &covering).rules.len(), 11);
    let dead = format!("{covering}{}", rule("both", "\"oom\", \"deadline\""));
    let faults = load(&Source::new("recipe.toml", dead), &Texts(BTreeMap::new())).unwrap_err();
    let [fault] = faults.iter().collect::<Vec<_>>()[..] else { panic!("one fault: {faults:#?}") };
    assert_eq!(fault.code, Code::RecipeUnreachableRule);
    assert!(fault.message.contains("`memory` and `time`") && fault.labels.len() == 3, "{fault:#?}");
}

#[test]
fn a_rule_for_every_item_is_the_last_of_all_rules_also_of_the_inherited_ones() {
    let text = "version = 1\nextends = \"gapit3@1\"\n[[rules]]\nname = \"rest\"\nwhen = { any = true }\nhold = \"look\"\n";
    let faults = load(&Source::new("recipe.toml", text), &Texts(BTreeMap::new())).unwrap_err();
    let [fault] = faults.iter().collect::<Vec<_>>()[..] else { panic!("one fault: {faults:#?}") };
    assert_eq!(fault.code, Code::RecipeUnreachableRule);
    assert!(fault.message.starts_with("the rule `oom` and 8 more never decide: `rest` before"), "{fault}");
    assert!(fault.help.contains("`policy.unmatched`"), "{}", fault.help);
}

#[test]
fn an_inherited_rule_may_ask_for_items_that_this_range_does_not_have() {
    let base = "version = 1\nextends = \"gapit3@1\"\n[[rules]]\nname = \"constant\"\nwhen = { items = [\"5, 9\"] }\nskip = \"x\"\n";
    let texts = Texts(BTreeMap::from([("lab/base.toml", base)]));
    let own = |items: &str| {
        let text = format!("version = 1\nextends = \"base.toml\"\nitems.range = {{ list = [{items}] }}\n");
        let recipe = load(&Source::new("lab/recipe.toml", text), &texts);
        recipe.map(|recipe| recipe.rules.len()).map_err(|faults| format!("{faults:#?}"))
    };
    assert_eq!([own("5, 6"), own("6, 7")], [Ok(10), Ok(10)]);
}

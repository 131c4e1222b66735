//! `extends`: what recipes laid over each other say, what cannot be laid over, and the whole as it is shown.

use std::collections::BTreeMap;

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::recipe::{Files, Recipe, load, resolve};
use gapit_compile::report::resolved;
use gapit_compile::source::Source;
use serde::Deserialize;

/// The least that a recipe has to say besides a tier.
const HEAD: &str = "version = 1\npipeline = \"p\"\nargo.version = \"4.1\"\nitems.template = \"run\"\nitems.index-parameter = \"i\"\n";

/// The rest of a recipe of which the first two lines are written.
const ALONE: &str = "[argo]\nversion = \"4.1\"\n[items]\ntemplate = \"run\"\nindex-parameter = \"i\"\n";

/// The tier that every law starts from.
const STANDARD: &str = "[[tiers]]\nname = \"standard\"\ntemplate = \"run-one\"\n";

/// A recipe between the shipped one and the one at hand.
const LAB: &str =
    "version = 1\nextends = \"gapit3@1\"\n\n[[tiers]]\nname = \"ultrahighmem\"\nremove = true\n";

/// Recipes by path.
struct Texts(BTreeMap<String, String>);

impl Texts {
    fn new<N: Into<String>, T: Into<String>>(texts: impl IntoIterator<Item = (N, T)>) -> Self {
        Self(texts.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }

    fn source(&self, path: &str) -> Source {
        self.read(path).unwrap()
    }
}

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        let text =
            self.0.get(path).ok_or_else(|| Fault::new(Code::IoRead, "there is no such file", "none"))?;
        Ok(Source::new(path, text.as_str()))
    }
}

fn extending(parent: &str, text: &str) -> String {
    format!("version = 1\nextends = \"{parent}\"\n\n{text}")
}

fn loaded(texts: &Texts, path: &str) -> Recipe {
    load(&texts.source(path), texts).unwrap_or_else(|faults| panic!("{faults:#?}\n{:#?}", texts.0))
}

fn refused(texts: &Texts, path: &str) -> Faults {
    load(&texts.source(path), texts).err().unwrap_or_default()
}

/// What a recipe means, without where it was written.
fn meaning(recipe: &Recipe) -> String {
    let text = format!("{recipe:#?}");
    let mut kept = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let is_place = line.trim_start().starts_with("place: Place {") || line == "    source: Source {";
        if is_place {
            let end = format!("{}}},", " ".repeat(indent));
            lines.by_ref().take_while(|line| *line != end).for_each(drop);
        } else if !line.starts_with("    digest: ") {
            kept.push(line);
        }
    }
    kept.join("\n")
}

#[test]
fn meanings_leave_out_places_and_nothing_else() {
    let recipe = |text: &str| loaded(&Texts::new([("r.toml", format!("{HEAD}{text}{STANDARD}"))]), "r.toml");
    let meanings: Vec<String> =
        ["caps.memory = \"8Gi\"\n", "\n\ncaps = { memory = \"8Gi\" }\n", "caps.memory = \"9Gi\"\n"]
            .map(|text| meaning(&recipe(text)))
            .into();
    assert_eq!(meanings[0], meanings[1]);
    assert_ne!(meanings[0], meanings[2]);
    assert!(meanings[0].contains("8589934592") && !meanings[0].contains("span"), "{}", meanings[0]);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Law {
    name: String,
    chain: Vec<String>,
    whole: String,
}

#[derive(Deserialize)]
struct Laws {
    law: Vec<Law>,
}

#[test]
fn recipes_laid_over_each_other_say_what_the_laws_say() {
    let Laws { law: laws } = toml::from_str(include_str!("../recipes/overlay-laws.toml")).unwrap();
    assert!(laws.len() >= 17, "only {} laws", laws.len());
    for law in &laws {
        // Keys of the file itself can only stand before the first table.
        let whole = |text: &str| match text.find("[[tiers]]") {
            Some(at) => format!("{HEAD}{}{STANDARD}{}", &text[..at], &text[at..]),
            None => format!("{HEAD}{text}{STANDARD}"),
        };
        let mut texts = vec![("whole.toml".to_owned(), whole(&law.whole))];
        for (at, text) in law.chain.iter().enumerate() {
            let text = if at == 0 { whole(text) } else { extending(&format!("./{}.toml", at - 1), text) };
            texts.push((format!("{at}.toml"), text));
        }
        let (texts, last) = (Texts::new(texts), format!("{}.toml", law.chain.len() - 1));
        let (laid, whole) = (loaded(&texts, &last), loaded(&texts, "whole.toml"));
        assert_eq!(meaning(&laid), meaning(&whole), "{}", law.name);
        assert_eq!(laid.digest, whole.digest, "{}: the digest", law.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Breakage {
    name: String,
    /// Empty: nothing.
    extends: Option<String>,
    text: String,
    code: String,
    at: (usize, usize),
    message: String,
    help: String,
    /// The file of the second label.
    other: Option<String>,
}

#[derive(Deserialize)]
struct Breakages {
    breakage: Vec<Breakage>,
}

#[test]
fn what_cannot_be_laid_over_is_told_once_where_it_stands() {
    let Breakages { breakage: rows } =
        toml::from_str(include_str!("../recipes/overlay-breakages.toml")).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let text = match row.extends.as_deref().unwrap_or("gapit3@1") {
            "" => format!("version = 1\npipeline = \"p\"\n\n{}{ALONE}{STANDARD}", row.text),
            parent => extending(parent, &row.text),
        };
        let texts = Texts::new([("recipe.toml", text.as_str()), ("lab.toml", LAB)]);
        let found = refused(&texts, "recipe.toml");
        let told: Vec<String> = found.iter().map(|fault| format!("{fault:?}")).collect();
        let [fault] = found.iter().collect::<Vec<_>>()[..] else {
            wrong.push(format!("{}: {} faults: {told:#?}", row.name, told.len()));
            continue;
        };
        let other = fault.labels.get(1).map(|label| label.place.source().name());
        let fits = fault.code.as_str() == row.code
            && fault.labels[0].place.line_column() == row.at
            && fault.labels[0].place.source().name() == "recipe.toml"
            && other == row.other.as_deref()
            && fault.message.contains(&row.message)
            && fault.help.contains(&row.help);
        if !fits {
            let at = fault.labels[0].place.line_column();
            wrong.push(format!(
                "{}: {} {at:?} {other:?} {} | {}",
                row.name, fault.code, fault.message, fault.help
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A chain of recipes, each with a label of its own.
fn chain(length: usize) -> Texts {
    Texts::new((0..length).map(|at| {
        let label = format!("labels.l{at} = \"{at}\"\n");
        let text = if at + 1 == length {
            format!("{HEAD}{label}{STANDARD}")
        } else {
            extending(&format!("./{}.toml", at + 1), &label)
        };
        (format!("{at}.toml"), text)
    }))
}

#[test]
fn eight_recipes_are_a_chain_whose_values_are_all_there_and_nine_are_too_many() {
    let labels: Vec<String> =
        loaded(&chain(8), "0.toml").labels.iter().map(|(key, _)| key.value.clone()).collect();
    assert_eq!(labels, ["l7", "l6", "l5", "l4", "l3", "l2", "l1", "l0"]);
    let faults = refused(&chain(9), "0.toml");
    let [fault] = faults.iter().collect::<Vec<_>>()[..] else { panic!("one fault: {faults:#?}") };
    let place = &fault.labels[0].place;
    assert_eq!(
        (fault.code, place.source().name(), place.line_column()),
        (Code::RecipeCycle, "7.toml", (2, 11))
    );
}

#[test]
fn a_chain_that_leads_nowhere_is_told_where_it_breaks() {
    for (texts, code, file, word) in [
        (vec![("r.toml", extending("./r.toml", ""))], Code::RecipeCycle, "r.toml", "r.toml → r.toml"),
        (
            vec![
                ("r.toml", extending("./a/b.toml", "")),
                ("a/b.toml", extending("../c.toml", "")),
                ("c.toml", extending("./a/../a/b.toml", "")),
            ],
            Code::RecipeCycle,
            "c.toml",
            "a/b.toml → c.toml → a/b.toml",
        ),
        (vec![("r.toml", extending("gapit3@2", ""))], Code::RecipeUnknownParent, "r.toml", "not a major"),
        (vec![("r.toml", extending("gapit3@01", ""))], Code::RecipeUnknownParent, "r.toml", "not a major"),
        (vec![("r.toml", extending("gapit3", ""))], Code::RecipeUnknownParent, "r.toml", "not a major"),
        (vec![("r.toml", extending("gapit4@1", ""))], Code::RecipeUnknownParent, "r.toml", "no recipe"),
        (
            vec![("r.toml", extending("./lab.toml", "")), ("lab.toml", extending("./gone.toml", ""))],
            Code::RecipeUnknownParent,
            "lab.toml",
            "`gone.toml` cannot be read",
        ),
    ] {
        let faults = refused(&Texts::new(texts), "r.toml");
        let [fault] = faults.iter().collect::<Vec<_>>()[..] else { panic!("one fault: {faults:#?}") };
        let place = &fault.labels[0].place;
        assert_eq!(
            (fault.code, place.source().name(), place.line_column()),
            (code, file, (2, 11)),
            "{fault}"
        );
        assert!(fault.message.contains(word), "{fault}");
    }
}

/// A recipe as it is shown.
fn shown(texts: &Texts, path: &str) -> String {
    resolved(&resolve(&texts.source(path), texts).unwrap_or_else(|faults| panic!("{faults:#?}")))
}

#[test]
fn every_value_is_shown_with_the_line_it_was_written_at() {
    let own = "[inputs]\nworkflow = [\n  \"a.json\",\n]\n\n[[tiers]]\nname = \"middle\"\nafter = \"standard\"\nlimits = { memory = \"80Gi\" }\n\
               [[rules]]\nname = \"oom\"\nretry = { max-retries = 3 }\n";
    let lab = "inputs.templates = [\"templates/\"]\n\n[[tiers]]\nname = \"ultrahighmem\"\nremove = true\n\
               [[rules]]\nname = \"pressure\"\nremove = true\n";
    let texts = Texts::new([
        ("lab/runs/recipe.toml", extending("../lab.toml", own)),
        ("lab/lab.toml", extending("gapit3@1", lab)),
    ]);
    let shown = shown(&texts, "lab/runs/recipe.toml");
    for line in [
        "# lab/runs/recipe.toml, laid over lab/lab.toml, laid over gapit3@1\nversion  = 1              # lab/runs/recipe.toml:1\n",
        "\n[inputs]\nworkflow  = [\"a.json\"]        # lab/runs/recipe.toml:5\ntemplates = [\"../templates\"]  # lab/lab.toml:4\n",
        "\nnaming-mode   = \"name\"       # default\n",
        "\n[[tiers]]\nname          = \"middle\"  # lab/runs/recipe.toml:10\nlimits.memory = \"80Gi\"    # lab/runs/recipe.toml:12\n",
        "retry.tier        = \"next\"   # gapit3@1:83\nretry.max-retries = 3        # lab/runs/recipe.toml:15\n",
        "\n# inherited and removed\n# the tier `ultrahighmem` of gapit3@1:70, by lab/lab.toml:8\n\
         # the rule `pressure` of gapit3@1:111, by lab/lab.toml:11\n",
    ] {
        assert!(shown.contains(line), "{line}\nis not in\n{shown}");
    }
    assert!(!shown.contains("after") && !shown.contains("remove ="), "{shown}");
    let tiers: Vec<usize> =
        ["standard", "middle", "highmem"].map(|tier| shown.find(&format!("= \"{tier}\"")).unwrap()).into();
    assert!(tiers.is_sorted(), "{shown}");
}

#[test]
fn without_the_defaults_the_shown_recipe_has_the_same_digest() {
    let texts = Texts::new([(
        "recipe.toml",
        extending("gapit3@1", "[[tiers]]\nname = \"highmem\"\nremove = true\n"),
    )]);
    let shown = shown(&texts, "recipe.toml");
    let kept: Vec<&str> = shown.lines().filter(|line| !line.ends_with("# default")).collect();
    let again = Texts::new([("recipe.toml", kept.join("\n").replace("[output]\n", ""))]);
    assert_eq!(loaded(&again, "recipe.toml").digest, loaded(&texts, "recipe.toml").digest);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Tables that a recipe of a chain may hold, in slots: from each slot one or none. `@` is the number of the recipe in its chain.
const SLOTS: &[&[&str]] = &[
    &[
        "pipeline = \"p@\"\n",
        "outputs.parts.split = \";\"\n",
        "items.range.list = [\"a b\", 5, \"q'\\\"\\\\\"]\n",
    ],
    &[
        "[inputs]\nworkflow = [\"w@.json\", \"../up.json\"]\n",
        "[inputs]\nscan = []\ntemplates = [\"/abs/./t\"]\n",
    ],
    &[
        "[output]\ndirectory = \"out@\"\n",
        "[output]\nkustomization = false\nnaming-mode = \"generate-name\"\n",
        "[output]\n",
    ],
    &[
        "[naming]\ntask = \"t-<< index >>\"\n",
        "[naming]\nworkflow = '<< pipeline >>-<< \"x\\\\y\" | length >>'\n",
    ],
    &["[labels]\n\"example.org/l@\" = \"v\"\n", "[labels]\nstage = \"s@\"\nl@ = \"\"\n"],
    &[
        "[parameters]\nset = { a = \"x\\ny\\t'\", \"b_@\" = '{{workflow.name}} \"q\"' }\n",
        "[parameters]\nrename = { from@ = \"to\" }\ndrop = [\"d@\"]\n",
    ],
    &[
        "[[tiers]]\nname = \"highmem\"\nparallelism = 3\nthreads-env = []\n",
        "[[tiers]]\nname = \"highmem\"\nremove = true\n",
    ],
    &[
        "[[tiers]]\nname = \"ultrahighmem\"\nremove = true\n",
        "[[tiers]]\nname = \"ultrahighmem\"\nlimits = { memory = \"17@Gi\" }\n",
    ],
    &[
        "[[tiers]]\nname = \"m@\"\nafter = \"standard\"\nlimits = { memory = \"8@Gi\" }\nretry-strategy = {}\n",
        "[[tiers]]\nname = \"m@\"\nlabels = { a = \"1\" }\nlimits = { memory = \"180Gi\" }\n",
    ],
    &[
        "[[rules]]\nname = \"oom\"\nhold = \"look\"\n",
        "[[rules]]\nname = \"oom\"\nremove = true\n",
        "[[rules]]\nname = \"oom\"\nretry = {}\n",
    ],
    &[
        "[[rules]]\nname = \"too-slow\"\nretry = { deadline-factor = 3 }\n",
        "[[rules]]\nname = \"too-slow\"\nskip = 'no \"time\"'\n",
    ],
    &[
        "[[rules]]\nname = \"r@\"\nwhen = { exit-codes = [1@], message = '(?i)\\d' }\nretry = { tier = \"standard\" }\n",
        "[[rules]]\nname = \"r@\"\nwhen = { exit-codes = [2@, 3@], causes = [\"exit\"] }\nretry = {}\n",
    ],
    &["[policy]\nmax-failed-fraction = 1\n", "[policy]\nunmatched = \"hold\"\nmax-failed-fraction = 0.25\n"],
    &["[caps]\nmemory = \"200Gi\"\n", "[deadline]\nworkflow = \"1d\"\n"],
    &[
        "[aggregate]\nwhen = \"all-succeeded\"\narguments = { \"x.y\" = \"@\" }\n",
        "[aggregate]\ntemplate-ref = { template = \"other\" }\n",
    ],
];

/// A recipe with the names of the shipped one that leaves everything out that it can.
const BARE: &str = r#"version = 1
pipeline = "bare"
argo = { version = "4.1" }
items = { template = "run", index-parameter = "i" }
outputs = { directory = "d<< index >>", complete-when = ["done"], parts = { from-parameter = ["p"], file = "<< part >>" } }
aggregate = { template-ref = { name = "n", template = "t" } }
tiers = [{ name = "standard", template = "t" }, { name = "highmem", limits = { memory = "100Gi" } }, { name = "ultrahighmem", requests = { memory = "160Gi" } }]
rules = [{ name = "oom", when = { causes = ["oom"] }, retry = {} }, { name = "too-slow", when = { causes = ["deadline"] }, hold = "slow" }]
"#;

/// A chain of one to four recipes over the shipped one or the bare one, the last one first in the list.
fn any_chain(dice: &mut Dice) -> Vec<(String, String)> {
    let length = 1 + dice.roll(4);
    let folder = ["", "a/", "a/b/", "../c/"];
    let mut texts = Vec::new();
    let mut parent = ["gapit3@1", "/bare.toml"][dice.roll(2)].to_owned();
    for at in 0..length {
        let name = format!("/lab/{}{at}.toml", folder[dice.roll(4)]);
        let mut text = format!("version = 1\nextends = \"{parent}\"\n");
        for slot in SLOTS {
            let choice = dice.roll(slot.len() + 1);
            if let Some(fragment) = slot.get(choice) {
                text.push_str(&fragment.replace('@', &at.to_string()));
            }
        }
        parent.clone_from(&name);
        texts.insert(0, (name, text));
    }
    texts.push(("/bare.toml".to_owned(), BARE.to_owned()));
    texts
}

#[test]
fn the_shown_recipe_is_the_same_recipe() {
    let mut dice = Dice(8);
    let (mut sound, mut removed) = (0, 0);
    for _ in 0..600 {
        let texts = any_chain(&mut dice);
        let path = texts[0].0.clone();
        let texts = Texts::new(texts);
        // Some of the tables contradict each other; a recipe that is refused is not shown.
        let Ok(recipe) = load(&texts.source(&path), &texts) else { continue };
        let shown = shown(&texts, &path);
        let again = Texts::new([(path.clone(), shown.clone())]);
        assert_eq!(meaning(&loaded(&again, &path)), meaning(&recipe), "{:#?}\n{shown}", texts.0);
        sound += 1;
        removed += usize::from(shown.contains("# inherited and removed"));
    }
    assert!(sound >= 100 && removed >= 30, "only {sound} sound chains, {removed} with something removed");
}

#[cfg(feature = "schema")]
#[test]
fn an_editor_takes_the_changes_only_where_something_is_inherited() {
    let schema: serde_json::Value = serde_json::from_str(&gapit_compile::recipe::schema()).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let refusals = |text: &str| -> Vec<String> {
        let recipe: serde_json::Value = toml::from_str(text).unwrap();
        let errors = validator.iter_errors(&recipe);
        let mut places: Vec<String> = errors.map(|error| error.instance_path().to_string()).collect();
        places.sort();
        places
    };
    let tier = "[[tiers]]\nname = \"a\"\nafter = \"standard\"\n";
    let gone = "[[tiers]]\nname = \"b\"\nremove = true\n[[rules]]\nname = \"c\"\nremove = true\n";
    assert_eq!(refusals(&extending("gapit3@1", &format!("{tier}{gone}"))), [""; 0]);
    assert_eq!(
        refusals(&format!("{HEAD}{tier}{gone}")),
        ["/rules/0/remove", "/tiers/0/after", "/tiers/1/remove"]
    );
    assert_eq!(
        refusals(&extending("gapit3@1", "[[rules]]\nname = \"c\"\nremove = false\n")),
        ["/rules/0/remove"]
    );
    assert_eq!(refusals(&extending("gapit3@1", "[[rules]]\nname = \"c\"\nafter = \"d\"\n")), ["/rules/0"]);
    let texts = Texts::new([(
        "recipe.toml",
        extending("gapit3@1", gone.replace("\"b\"", "\"highmem\"").replace("\"c\"", "\"oom\"").as_str()),
    )]);
    assert_eq!(refusals(&shown(&texts, "recipe.toml")), [""; 0]);
}

//! The resolved recipe as `explain RECIPE` shows it: every value with its origin, and a recipe that means the same.

use gapit_compile::recipe::{load, resolve};
use gapit_compile::report::resolved;

#[cfg(feature = "schema")]
use crate::extends::HEAD;
use crate::extends::{Texts, extending, loaded, meaning};

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
        usize::try_from(self.0 >> 33).expect("31 bits fit") % sides
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
        "[output]\nnaming-mode = \"argocd-hook\"\n",
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
    &[
        "[[rules]]\nname = \"w@\"\nwhen = { exit-codes = [4@, '13@..14@'], exit-codes-not-in = [\"1..3\", 13@], started = true }\nretry = {}\n",
        "[[rules]]\nname = \"w0\"\nwhen = { ran-longer-than = \"2h\", tiers = [\"standard\"], items = [5, '7-9'], generation = [1, '3..4'] }\nskip = \"w\"\n",
        "[[rules]]\nname = \"too-slow\"\nwhen = { started = false }\n",
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
    for _ in 0..800 {
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

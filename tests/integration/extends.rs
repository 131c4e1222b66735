//! `extends`: what recipes laid over each other say, and what cannot be laid over.

use std::collections::BTreeMap;

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::recipe::{Files, Recipe, load};
use gapit_compile::source::Source;
use serde::Deserialize;

/// The least that a recipe has to say besides a tier.
pub(crate) const HEAD: &str = "version = 1\npipeline = \"p\"\nargo.version = \"4.1\"\nitems.template = \"run\"\nitems.index-parameter = \"i\"\n";

/// The rest of a recipe of which the first two lines are written.
const ALONE: &str = "[argo]\nversion = \"4.1\"\n[items]\ntemplate = \"run\"\nindex-parameter = \"i\"\n";

/// The tier that every law starts from.
const STANDARD: &str = "[[tiers]]\nname = \"standard\"\ntemplate = \"run-one\"\n";

/// A recipe between the shipped one and the one at hand.
const LAB: &str =
    "version = 1\nextends = \"gapit3@1\"\n\n[[tiers]]\nname = \"ultrahighmem\"\nremove = true\n";

/// Recipes by path.
pub(crate) struct Texts(pub(crate) BTreeMap<String, String>);

impl Texts {
    pub(crate) fn new<N: Into<String>, T: Into<String>>(texts: impl IntoIterator<Item = (N, T)>) -> Self {
        Self(texts.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }

    pub(crate) fn source(&self, path: &str) -> Source {
        self.read(path).expect("a test reads its own texts")
    }
}

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        let text =
            self.0.get(path).ok_or_else(|| Fault::new(Code::IoRead, "there is no such file", "none"))?;
        Ok(Source::new(path, text.as_str()))
    }
}

pub(crate) fn extending(parent: &str, text: &str) -> String {
    format!("version = 1\nextends = \"{parent}\"\n\n{text}")
}

pub(crate) fn loaded(texts: &Texts, path: &str) -> Recipe {
    load(&texts.source(path), texts).unwrap_or_else(|faults| panic!("{faults:#?}\n{:#?}", texts.0))
}

fn refused(texts: &Texts, path: &str) -> Faults {
    load(&texts.source(path), texts).err().unwrap_or_default()
}

/// What a recipe means, without where it was written.
pub(crate) fn meaning(recipe: &Recipe) -> String {
    let text = format!("{recipe:#?}");
    let mut kept = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let is_place = line.trim_start().starts_with("place: Place {") || line == "    source: Source {";
        if is_place {
            let end = format!("{}}},", " ".repeat(indent));
            lines.by_ref().take_while(|line| *line != end).for_each(drop);
        } else if line == "    warnings: [" {
            // They are about how a text is written, and by whom.
            lines.by_ref().take_while(|line| *line != "    ],").for_each(drop);
        } else if line == "    warnings: []," {
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
        let bare = format!("{HEAD}{STANDARD}");
        let texts = Texts::new([("recipe.toml", text.as_str()), ("lab.toml", LAB), ("bare.toml", &bare)]);
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

//! Rules that never decide, held against every item there can be: what is called dead decides none, and what is not decides one.

use std::collections::BTreeSet;

use gapit_compile::error::{Code, Fault};
use gapit_compile::recipe::{Files, load};
use gapit_compile::source::Source;

/// A recipe that stands alone: no other file is read.
struct Alone;

impl Files for Alone {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        Err(Fault::new(Code::IoRead, format!("there is no file {path}"), "none"))
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % sides
    }
}

/// An item, as far as the rules below look at it. 0 and the empty text stand for what it does not have.
#[derive(Clone, Copy, Default)]
struct Item {
    cause: &'static str,
    started: bool,
    code: u8,
    minutes: u32,
    tier: &'static str,
    index: u8,
    generation: u32,
    empty: bool,
    broken: bool,
    heap: bool,
    /// What became of the parts P and Q.
    parts: [Part; 2],
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Part {
    #[default]
    NotKnown,
    Missing,
    There,
}

/// A word as it is written, and what it means.
type Word = (&'static str, fn(&Item) -> bool);

/// The words by their key, in several spellings each. Those of the range are all items, those of the causes all that are asked about.
const KEYS: &[&[Word]] = &[
    &[
        ("causes = ['oom']", |item| item.cause == "oom"),
        ("causes = ['deadline', 'exit']", |item| matches!(item.cause, "deadline" | "exit")),
        ("causes = ['exit', 'oom', 'upstream']", |item| matches!(item.cause, "exit" | "oom")),
        (EVERY_CAUSE, |_| true),
    ],
    &[
        ("exit-codes = [1]", |item| item.code == 1),
        ("exit-codes = [1, '3..5']", |item| matches!(item.code, 1 | 3..=5)),
        ("exit-codes = ['2..255']", |item| item.code >= 2),
        ("exit-codes = ['4..4', '1..3', 5]", |item| matches!(item.code, 1..=5)),
        ("exit-codes = ['1..255']", |item| item.code >= 1),
    ],
    &[
        ("exit-codes-not-in = [1]", |item| item.code > 1),
        ("exit-codes-not-in = ['2..255']", |item| item.code == 1),
        ("exit-codes-not-in = [1, '4..9']", |item| matches!(item.code, 2 | 3 | 10..)),
    ],
    &[("started = true", |item| item.started), ("started = false", |item| !item.started)],
    &[
        ("ran-longer-than = '1h'", |item| item.minutes > 60),
        ("ran-longer-than = '90m'", |item| item.minutes > 90),
        ("ran-longer-than = '2h'", |item| item.minutes > 120),
    ],
    &[
        ("tiers = ['small']", |item| item.tier == "small"),
        ("tiers = ['large']", |item| item.tier == "large"),
        ("tiers = ['large', 'small']", |item| !item.tier.is_empty()),
    ],
    &[
        ("items = [1]", |item| item.index == 1),
        ("items = ['2-4', 9]", |item| item.index > 1),
        ("items = ['1, 3', '4']", |item| matches!(item.index, 1 | 3 | 4)),
        ("items = ['1-4']", |_| true),
    ],
    &[
        ("generation = [1]", |item| item.generation == 1),
        ("generation = ['1..2', 4]", |item| matches!(item.generation, 1 | 2 | 4)),
        ("generation = ['2..4294967295']", |item| item.generation > 1),
    ],
    &[("message = 'empty'", |item| item.empty), ("message = 'broken'", |item| item.broken)],
    &[("log = 'heap'", |item| item.heap)],
    &[
        ("missing-parts = ['P']", |item| item.parts[0] == Part::Missing),
        ("missing-parts = ['P', 'Q']", |item| item.parts.contains(&Part::Missing)),
    ],
    &[
        ("present-parts = ['P']", |item| item.parts[0] == Part::There),
        ("present-parts = ['Q', 'P']", |item| item.parts.contains(&Part::There)),
    ],
];

const EVERY_CAUSE: &str = "causes = ['artifact', 'container-config', 'deadline', 'evicted', 'executor', 'exit', 'image', 'mount', \
    'oom', 'oom-probable', 'orphaned', 'output-missing', 'preempted', 'quota', 'retry-window', 'starved', 'stopped', \
    'template-error', 'unknown', 'unschedulable']";

const HEAD: &str = "version = 1
pipeline = 'p'
argo.version = '4.1'
items = { template = 'run', index-parameter = 'i', range = { from = 1, to = 4 } }
outputs = { directory = 'd<< index >>', complete-when = ['done'], parts = { from-parameter = ['p'], file = '<< part >>' } }
tiers = [{ name = 'small', template = 't' }, { name = 'large', limits = { memory = '9Gi' } }]
rules = [
";

/// Makes of each item so many as the samples say.
fn each<S: Copy>(items: &[Item], samples: &[S], set: impl Fn(&mut Item, S)) -> Vec<Item> {
    let with = |item: &Item, sample: S| {
        let mut item = *item;
        set(&mut item, sample);
        item
    };
    items
        .iter()
        .flat_map(|item| samples.iter().map(move |sample| (item, *sample)))
        .map(|(item, s)| with(item, s))
        .collect()
}

/// Every item there can be, as far as words of these keys tell them apart.
fn every_item(keys: &BTreeSet<usize>) -> Vec<Item> {
    let asked = |some: &[usize]| some.iter().any(|key| keys.contains(key));
    let mut items = vec![Item { index: 1, cause: "unknown", ..Item::default() }];
    if asked(&[0]) {
        items = each(&items, &["oom", "exit", "deadline", "unknown"], |item, cause| item.cause = cause);
    }
    if asked(&[1, 2, 3, 4]) {
        let codes = [0, 1, 2, 3, 4, 5, 6, 10, 255];
        let began = codes.iter().flat_map(|code| [0, 60, 61, 91, 121].map(|minutes| (true, *code, minutes)));
        let ends: Vec<(bool, u8, u32)> = began.chain([(false, 0, 0)]).collect();
        items = each(&items, &ends, |item, end| (item.started, item.code, item.minutes) = end);
    }
    if asked(&[5]) {
        items = each(&items, &["", "small", "large"], |item, tier| item.tier = tier);
    }
    if asked(&[6]) {
        items = each(&items, &[1, 2, 3, 4], |item, index| item.index = index);
    }
    if asked(&[7]) {
        items = each(&items, &[0, 1, 2, 3, 4, 5], |item, generation| item.generation = generation);
    }
    if asked(&[8]) {
        items = each(&items, &[false, true], |item, found| item.empty = found);
        items = each(&items, &[false, true], |item, found| item.broken = found);
    }
    if asked(&[9]) {
        items = each(&items, &[false, true], |item, found| item.heap = found);
    }
    if asked(&[10, 11]) {
        let part = [Part::NotKnown, Part::Missing, Part::There];
        items = each(&items, &part, |item, part| item.parts[0] = part);
        items = each(&items, &part, |item, part| item.parts[1] = part);
    }
    items
}

/// Rules that ask by a few keys, so that they get in each other's way.
fn rules(dice: &mut Dice) -> (BTreeSet<usize>, Vec<Vec<Word>>) {
    let keys: BTreeSet<usize> = (0..3).map(|_| dice.roll(KEYS.len())).collect();
    let rules = (0..2 + dice.roll(5)).map(|_| {
        let mut words: Vec<Word> = Vec::new();
        for key in &keys {
            if dice.roll(3) > 0 {
                words.push(KEYS[*key][dice.roll(KEYS[*key].len())]);
            }
        }
        if words.is_empty() {
            words.push(KEYS[*keys.iter().next().expect("three were drawn")][0]);
        }
        words
    });
    let rules = rules.collect();
    (keys, rules)
}

/// The rules that a recipe of them is refused for, by their position; each stands on a line of its own.
fn refused(text: &str) -> BTreeSet<usize> {
    let faults = load(&Source::new("recipe.toml", text), &Alone).err().unwrap_or_default();
    let first = HEAD.lines().count() + 1;
    let rule = |fault: &Fault| {
        assert_eq!(fault.code, Code::RecipeUnreachableRule, "{fault:?}\n{text}");
        fault.labels[0].place.line_column().0 - first
    };
    faults.iter().map(rule).collect()
}

#[test]
fn a_rule_is_called_dead_exactly_where_it_decides_no_item() {
    let mut dice = Dice(17);
    let (mut alive, mut dead) = (0, 0);
    for _ in 0..1500 {
        let (keys, rules) = rules(&mut dice);
        let mut text = HEAD.to_owned();
        for (at, words) in rules.iter().enumerate() {
            let words: Vec<&str> = words.iter().map(|(text, _)| *text).collect();
            text.push_str(&format!(
                "  {{ name = 'r{at}', when = {{ {} }}, skip = 'x' }},\n",
                words.join(", ")
            ));
        }
        text.push_str("]\n");
        let mut decides = BTreeSet::new();
        for item in every_item(&keys) {
            decides.extend(rules.iter().position(|words| words.iter().all(|(_, holds)| holds(&item))));
        }
        let expected: BTreeSet<usize> = (0..rules.len()).filter(|rule| !decides.contains(rule)).collect();
        assert_eq!(refused(&text), expected, "{text}");
        alive += decides.len();
        dead += expected.len();
    }
    assert!(alive > 2000 && dead > 1000, "{alive} rules that decide and {dead} that do not");
}

#[test]
fn many_rules_that_cut_each_other_are_looked_at_in_time() {
    // Every second rule leaves a piece in each of several dimensions: taken apart to the end these would be millions.
    let mut text = HEAD.to_owned();
    for at in 0..60 {
        let (cause, part) = (["oom", "exit", "deadline"][at % 3], ["P", "Q"][at % 2]);
        let (code, hours, generation) = (at * 4 + 1, 60 - at, at + 1);
        text.push_str(&format!(
            "  {{ name = 'r{at}', when = {{ causes = ['{cause}', 'unknown'], exit-codes-not-in = [{code}, '{}..255'], \
             ran-longer-than = '{hours}h', generation = ['{generation}..99'], missing-parts = ['{part}', 'R{at}'], message = 'm{at}' }}, skip = 'x' }},\n",
            code + 1
        ));
    }
    text.push_str("  { name = 'last', when = { missing-parts = ['P', 'Q'] }, skip = 'x' },\n]\n");
    assert_eq!(refused(&text), BTreeSet::from([0]), "only the first has no code left");
}

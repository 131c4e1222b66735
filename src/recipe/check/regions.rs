//! Everything that rules can tell apart, as regions of a space: where each rule matches, and what rules before it leave of that.
//!
//! Each word, each pattern and each part is a dimension. Its values are classes of facts that every rule takes alike, so there are few,
//! however long the ranges are. Two patterns are only known to match the same where they are the same text; else each counts as
//! free of the other, so that nothing is called dead that could decide.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU8, NonZeroU32};

use regex::Regex;

use crate::recipe::{Cause, Range, When};
use crate::units::{Index, Seconds};

/// More pieces than rules that people write are ever cut into. Past it a rule counts as one that decides.
const MOST_PIECES: usize = 10_000;

/// Where a rule matches if one part is missing and one is there: of each dimension the values that it takes.
type Region = Vec<BTreeSet<usize>>;

/// The regions in which each rule matches.
pub(super) struct Regions {
    /// The rule of each region, in the rules' order, and the region; a rule that asks for one of several parts has several.
    of: Vec<(usize, Region)>,
}

/// A rule with one choice of each list of parts: the one thing about an item that is not one value.
struct Face<'a> {
    rule: usize,
    when: &'a When,
    missing: Option<&'a str>,
    present: Option<&'a str>,
}

/// What is known of a part of one item.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    NotKnown,
    Missing,
    There,
}

impl Regions {
    /// The regions of all rules. `range` is the whole range of items where the recipe itself says it.
    pub(super) fn of(whens: &[&When], range: Option<&Range>) -> Self {
        let faces: Vec<Face<'_>> =
            whens.iter().enumerate().flat_map(|(rule, when)| faces(rule, when)).collect();
        let mut regions: Vec<Region> = faces.iter().map(|_| Region::new()).collect();
        let mut add = |dimension: Vec<BTreeSet<usize>>| {
            regions.iter_mut().zip(dimension).for_each(|(region, values)| region.push(values));
        };
        // No rule is asked about what failed above the items.
        let causes = Cause::ALL.iter().filter(|cause| **cause != Cause::Upstream);
        add(dimension(&faces, causes, |face, cause| face.when.takes_cause(**cause)));
        add(dimension(&faces, ends(whens), |face, (has_run, code, length)| {
            let when = face.when;
            when.takes_start(*has_run)
                && when.takes_code(*code)
                && when.leaves_code(*code)
                && when.takes_length(*length)
        }));
        add(dimension(&faces, tiers(whens), |face, tier| face.when.takes_tier(*tier)));
        add(dimension(&faces, items(whens, range), |face, item| face.when.takes_item(*item)));
        add(dimension(&faces, generations(whens), |face, ran| face.when.takes_generation(*ran)));
        for text in patterns(whens, |when| when.message.as_ref()) {
            add(dimension(&faces, [false, true], |face, found| {
                *found || face.when.message.as_ref().map(Regex::as_str) != Some(text)
            }));
        }
        for text in patterns(whens, |when| when.log.as_ref()) {
            add(dimension(&faces, [false, true], |face, found| {
                *found || face.when.log.as_ref().map(Regex::as_str) != Some(text)
            }));
        }
        for name in parts(whens) {
            add(dimension(&faces, [Part::NotKnown, Part::Missing, Part::There], |face, part| {
                (face.missing != Some(name) || *part == Part::Missing)
                    && (face.present != Some(name) || *part == Part::There)
            }));
        }
        let ruled = faces.iter().map(|face| face.rule).zip(regions);
        Self { of: ruled.filter(|(_, region)| !is_empty(region)).collect() }
    }

    /// Whether a rule matches nothing at all.
    pub(super) fn is_nowhere(&self, rule: usize) -> bool {
        self.of.iter().all(|(other, _)| *other != rule)
    }

    /// The rules before a rule that take everything it matches, between them; `None` where something is left to it.
    pub(super) fn winners(&self, rule: usize) -> Option<BTreeSet<usize>> {
        self.covering(rule, |_| true)
    }

    /// As few of these winners as do the same: one that alone takes everything, else those of which none can be left out.
    pub(super) fn fewest(&self, rule: usize, winners: &BTreeSet<usize>) -> BTreeSet<usize> {
        let covers = |some: &BTreeSet<usize>| self.covering(rule, |other| some.contains(&other)).is_some();
        let alone = (0..rule).map(|other| BTreeSet::from([other])).find(covers);
        alone.unwrap_or_else(|| {
            let mut fewest = winners.clone();
            for winner in winners {
                let mut others = fewest.clone();
                others.remove(winner);
                if covers(&others) {
                    fewest = others;
                }
            }
            fewest
        })
    }

    /// Those of some rules before a rule that take everything it matches, between them.
    fn covering(&self, rule: usize, some: impl Fn(usize) -> bool) -> Option<BTreeSet<usize>> {
        let (earlier, own) = self.of.split_at(self.of.partition_point(|(other, _)| *other < rule));
        let earlier: Vec<&(usize, Region)> = earlier.iter().filter(|(other, _)| some(*other)).collect();
        let mut cover = Cover { winners: BTreeSet::new(), pieces: 0 };
        let mut own = own.iter().take_while(|(other, _)| *other == rule);
        own.all(|(_, region)| cover.takes(region, &earlier)).then_some(cover.winners)
    }
}

/// A rule in every choice of its parts.
fn faces(rule: usize, when: &When) -> impl Iterator<Item = Face<'_>> {
    fn any_or_each(parts: &[String]) -> impl Iterator<Item = Option<&str>> {
        let each = parts.iter().map(|part| Some(part.as_str()));
        parts.is_empty().then_some(None).into_iter().chain(each)
    }
    any_or_each(&when.missing_parts).flat_map(move |missing| {
        any_or_each(&when.present_parts).map(move |present| Face { rule, when, missing, present })
    })
}

/// A dimension: for each face the classes of samples that it takes. Samples that all faces take alike are one class.
fn dimension<S>(
    faces: &[Face<'_>],
    samples: impl IntoIterator<Item = S>,
    takes: impl Fn(&Face<'_>, &S) -> bool,
) -> Vec<BTreeSet<usize>> {
    let mut classes: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for sample in samples {
        let next = classes.len();
        classes.entry(faces.iter().map(|face| takes(face, &sample)).collect()).or_insert(next);
    }
    let taken = |at: usize| classes.iter().filter(move |(taken, _)| taken[at]).map(|(_, class)| *class);
    (0..faces.len()).map(|at| taken(at).collect()).collect()
}

/// How an attempt can have ended: whether it began, with which code, after how long. What never began has neither.
fn ends(whens: &[&When]) -> Vec<(bool, Option<NonZeroU8>, Option<Seconds>)> {
    let bounds = whens.iter().filter_map(|when| when.ran_longer_than);
    // A second more than each bound is the shortest time that is longer, and no time is longer than the longest bound.
    let lengths: BTreeSet<Option<Seconds>> =
        bounds.filter_map(|bound| bound.0.checked_add(1)).map(|more| Some(Seconds(more))).collect();
    let lengths: Vec<Option<Seconds>> = std::iter::once(None).chain(lengths).collect();
    // What `NonZeroU8` refuses is 0, which stands for no code. Of codes that all rules take alike one is enough.
    let mut told: BTreeMap<Vec<bool>, Option<NonZeroU8>> = BTreeMap::new();
    for code in (0..=u8::MAX).map(NonZeroU8::new) {
        let taken = whens.iter().map(|when| when.takes_code(code) && when.leaves_code(code));
        told.entry(taken.collect()).or_insert(code);
    }
    let codes = told.into_values();
    let began = codes.flat_map(|code| lengths.iter().map(move |length| (true, code, *length)));
    std::iter::once((false, None, None)).chain(began).collect()
}

/// Every tier that a rule names, and one that cannot be told.
fn tiers<'a>(whens: &[&'a When]) -> BTreeSet<Option<&'a str>> {
    let named = whens.iter().flat_map(|when| when.tiers.iter().map(|tier| Some(tier.as_str())));
    named.chain([None]).collect()
}

/// Every item that a rule names, and one that none does, as far as the range has them.
fn items<'a>(whens: &[&'a When], range: Option<&Range>) -> BTreeSet<Option<&'a Index>> {
    let named: BTreeSet<&Index> = whens.iter().flat_map(|when| &when.items).collect();
    let (named, others): (BTreeSet<&Index>, bool) = match range {
        Some(Range::Numbers { from, to }) => {
            let is_inside = |item: &&Index| {
                let number = item.as_str().parse::<u64>().ok();
                number.is_some_and(|n| (*from..=*to).contains(&n) && n.to_string() == item.as_str())
            };
            let inside: BTreeSet<&Index> = named.into_iter().filter(is_inside).collect();
            let all = to - from + 1;
            let others = (inside.len() as u64) < all;
            (inside, others)
        }
        Some(Range::List(list)) => {
            let others = list.iter().any(|item| !named.contains(item));
            (named.into_iter().filter(|item| list.contains(item)).collect(), others)
        }
        Some(Range::Parameters { .. }) | None => (named, true),
    };
    let others = others.then_some(None);
    named.into_iter().map(Some).chain(others).collect()
}

/// The first generation of every stretch that the rules tell from the one before it, and that of an item without a node.
fn generations(whens: &[&When]) -> BTreeSet<Option<NonZeroU32>> {
    let intervals = whens.iter().flat_map(|when| &when.generation);
    let begins = intervals.flat_map(|ran| [Some(ran.first()), ran.last().checked_add(1)]);
    begins.flatten().map(Some).chain([None, Some(NonZeroU32::MIN)]).collect()
}

fn patterns<'a>(whens: &[&'a When], of: impl Fn(&'a When) -> Option<&'a Regex>) -> BTreeSet<&'a str> {
    whens.iter().filter_map(|when| of(when)).map(Regex::as_str).collect()
}

fn parts<'a>(whens: &[&'a When]) -> BTreeSet<&'a str> {
    let named = whens.iter().flat_map(|when| when.missing_parts.iter().chain(&when.present_parts));
    named.map(String::as_str).collect()
}

fn is_empty(region: &Region) -> bool {
    region.iter().any(BTreeSet::is_empty)
}

/// Taking a region to pieces.
struct Cover {
    /// The rules that took a piece.
    winners: BTreeSet<usize>,
    pieces: usize,
}

impl Cover {
    /// Whether the rules take all of a region; what one leaves of it goes on to the next.
    fn takes(&mut self, region: &Region, rules: &[&(usize, Region)]) -> bool {
        self.pieces += 1;
        if self.pieces > MOST_PIECES {
            return false;
        }
        let meets = |other: &Region| region.iter().zip(other).all(|(own, other)| !own.is_disjoint(other));
        let Some(at) = rules.iter().position(|(_, other)| meets(other)) else { return false };
        let (winner, other) = rules[at];
        self.winners.insert(*winner);
        left(region, other).iter().all(|piece| self.takes(piece, &rules[at + 1..]))
    }
}

/// What is left of a region outside another, in pieces that share nothing.
fn left(region: &Region, other: &Region) -> Vec<Region> {
    let mut pieces = Vec::new();
    let mut inner = region.clone();
    for (at, taken) in other.iter().enumerate().filter(|(at, taken)| !region[*at].is_subset(taken)) {
        let mut piece = inner.clone();
        piece[at] = &inner[at] - taken;
        inner[at] = &inner[at] & taken;
        pieces.push(piece);
    }
    pieces
}

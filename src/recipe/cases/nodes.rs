//! What the items of a made-up run did.

use std::collections::BTreeMap;

use super::items::of_table;
use super::{MadeAttempt, MadeNode};
use crate::error::{Code, Fault, Faults};
use crate::evidence::snapshot::Phase;
use crate::recipe::Recipe;
use crate::recipe::check::value::{duration, memory};
use crate::recipe::named::unknown_tier;
use crate::recipe::raw::{AttemptGiven, Key, NodeGiven};
use crate::source::{At, Place};
use crate::units::Index;

/// More generations than any lineage has: a number past this is a slip of the finger.
const GENERATIONS_AT_MOST: u32 = 100;

/// The host of whoever names none.
const HOST: &str = "node01";

/// All nodes, one an item and generation.
pub(super) fn nodes(written: &[At<NodeGiven>], recipe: &Recipe, faults: &mut Faults) -> Vec<MadeNode> {
    let mut found: Vec<MadeNode> = Vec::new();
    let mut first: BTreeMap<(Index, usize), Place> = BTreeMap::new();
    let mut open: Vec<(MadeNode, bool)> = Vec::new();
    for node in written {
        let items = of_table(&node.value.item, &node.value.items, "this node", &node.place, faults);
        let Some((made, has_tier)) = one(node, recipe, faults) else { continue };
        for item in items.iter().flat_map(|items| &items.value) {
            match first.insert((item.clone(), made.position), node.place.clone()) {
                Some(before) => faults.push(twice(item, made.position, &node.place, &before)),
                None => open.push((MadeNode { item: item.clone(), ..made.clone() }, has_tier)),
            }
        }
    }
    open.sort_by_key(|(node, _)| node.position);
    for (mut node, has_tier) in open {
        // Without a word about it an item stays where it was.
        if !has_tier && let Some(before) = found.iter().rev().find(|before| before.item == node.item) {
            node.tier = before.tier;
        }
        found.push(node);
    }
    found
}

/// A node of whichever item, and whether its tier is written.
fn one(written: &At<NodeGiven>, recipe: &Recipe, faults: &mut Faults) -> Option<(MadeNode, bool)> {
    let raw = &written.value;
    let wanted = raw.tier.given();
    let tier = wanted.map_or(Some(0), |wanted| tier(wanted, recipe, faults));
    let position = position(&raw.generation, faults);
    let own = own_attempt(raw);
    let (retry, attempts) = match &raw.attempts {
        Key::Given(list) => {
            alone(raw, faults);
            let attempts: Vec<Option<MadeAttempt>> =
                list.value.iter().map(|attempt| self::attempt(&attempt.value, faults)).collect();
            let attempts: Vec<MadeAttempt> = attempts.into_iter().collect::<Option<_>>()?;
            let message = raw.message.given().map_or(String::new(), |at| at.value.clone());
            let phase = attempts.last().map_or(Phase::Failed, |last| last.phase.clone());
            (Some((raw.phase.given().map_or(phase, |at| at.value.clone()), message)), attempts)
        }
        _ => (None, vec![attempt(&own, faults)?]),
    };
    Some((
        MadeNode { item: Index::new(""), position: position?, tier: tier?, retry, attempts },
        wanted.is_some(),
    ))
}

/// The keys that a node shares with an attempt.
fn own_attempt(raw: &NodeGiven) -> AttemptGiven {
    AttemptGiven {
        phase: raw.phase.clone(),
        message: raw.message.clone(),
        exit_code: raw.exit_code.clone(),
        started: raw.started.clone(),
        host: raw.host.clone(),
        after: raw.after.clone(),
        ran: raw.ran.clone(),
        peak: raw.peak.clone(),
        log: raw.log.clone(),
    }
}

/// With attempts, what is true of a pod run stands in them.
fn alone(raw: &NodeGiven, faults: &mut Faults) {
    let keys = [
        ("exit-code", raw.exit_code.place()),
        ("started", raw.started.place()),
        ("host", raw.host.place()),
        ("after", raw.after.place()),
        ("ran", raw.ran.place()),
        ("peak", raw.peak.place()),
        ("log", raw.log.place()),
    ];
    for (key, place) in keys {
        if let Some(place) = place {
            let message = format!("a node with `attempts` has no `{key}` of its own");
            let help = format!("write `{key}` in the attempt that it is true of");
            faults.push(Fault::new(Code::TestContradiction, message, help).at(place, "of which attempt?"));
        }
    }
}

fn attempt(raw: &AttemptGiven, faults: &mut Faults) -> Option<MadeAttempt> {
    let before = faults.len();
    let (after, ran) = (duration(&raw.after, faults), duration(&raw.ran, faults));
    let peak = memory(&raw.peak, faults);
    let code = raw.exit_code.given().and_then(|code| exit_code(code, faults));
    let said = raw.message.given().map(|at| at.value.clone());
    let fails =
        said.as_ref().is_some_and(|message| !message.is_empty()) || code.is_some_and(|code| code != 0);
    let default = if fails { Phase::Failed } else { Phase::Succeeded };
    let phase = raw.phase.given().map_or(default, |at| at.value.clone());
    let started = raw.started.given().map_or(phase != Phase::Pending, |at| at.value);
    if let Some(host) = raw.host.given().filter(|_| !started) {
        let help = "leave out `host`, or write `started = true`";
        let fault = Fault::new(Code::TestContradiction, "what never started has no host", help);
        faults.push(fault.at(&host.place, "a host"));
    }
    let told = match phase {
        Phase::Succeeded => Some(0),
        Phase::Failed => said.as_deref().and_then(code_in),
        // The code in the message of an error is that of a container of Argo's own.
        _ => None,
    };
    let exit_code = code.or(told).filter(|_| started);
    let message = said.or_else(|| {
        let code = exit_code.filter(|_| phase == Phase::Failed)?;
        Some(format!("Error (exit code {code})"))
    });
    let host = raw.host.given().map_or(HOST, |at| at.value.as_str());
    (faults.len() == before).then(|| MadeAttempt {
        message: message.unwrap_or_default(),
        exit_code,
        host: started.then(|| host.to_owned()),
        after: after.map(|at| at.value),
        ran: ran.map(|at| at.value),
        peak: peak.map(|at| at.value),
        log: raw.log.given().map(|at| at.value.clone()),
        phase,
    })
}

/// The code in `OOMKilled (exit code 137)`: Argo puts it in every message of a container that ended (`inferFailedReason` in
/// `workflow/controller/operator.go`).
fn code_in(message: &str) -> Option<i32> {
    let (_, from) = message.split_once("(exit code ")?;
    from.split_once(')')?.0.parse().ok()
}

fn exit_code(code: &At<i64>, faults: &mut Faults) -> Option<i32> {
    let found = i32::try_from(code.value).ok().filter(|code| (0..=255).contains(code));
    if found.is_none() {
        let message = format!("{} is not an exit code", code.value);
        let help = "exit codes are from 0 to 255; killed by signal N is 128 + N";
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&code.place, "out of range"));
    }
    found
}

fn position(generation: &Key<u32>, faults: &mut Faults) -> Option<usize> {
    let Some(written) = generation.given() else { return (!generation.is_broken()).then_some(0) };
    if !(1..=GENERATIONS_AT_MOST).contains(&written.value) {
        let message = format!("there is no generation {}", written.value);
        let help = "the first workflow is generation 1, its first retry 2";
        faults.push(Fault::new(Code::RecipeBadQuantity, message, help).at(&written.place, "out of range"));
        return None;
    }
    usize::try_from(written.value - 1).ok()
}

/// The position of a tier that a case names.
pub(super) fn tier(written: &At<String>, recipe: &Recipe, faults: &mut Faults) -> Option<usize> {
    let found = recipe.tiers.iter().position(|tier| tier.name.value == written.value);
    if found.is_none() {
        let known: Vec<String> = recipe.tiers.iter().map(|tier| tier.name.value.clone()).collect();
        faults.push(unknown_tier(written, &known, None, "a case speaks of"));
    }
    found
}

fn twice(item: &Index, position: usize, place: &Place, before: &Place) -> Fault {
    let message = format!("item {item} has two nodes in generation {}", position + 1);
    let help = "write Argo's own attempts as `attempts` of one node, and a retry workflow's node with `generation = 2`";
    Fault::new(Code::TestContradiction, message, help).at(place, "the second").at(before, "the first")
}

//! `retry.tier = { memory-factor }`: the smallest tier that holds a multiple of the memory that was not enough, in whole bytes.

use super::rules::Standing;
use super::{Because, Fate, Ladder};
use crate::diagnose::{ItemDiagnosis, NoLimit};
use crate::recipe::{OnCap, Recipe, SizedFrom, Sizing};
use crate::units::{Factor, Memory};

/// What an item needs.
struct Need {
    factor: Factor,
    base: Base,
    /// The limit that it had.
    limit: Memory,
    /// Factor × base.
    product: u64,
    /// Rounded up to a whole number of steps, at least one of them above the limit.
    bytes: u64,
}

/// What is multiplied.
enum Base {
    Limit,
    Peak(Memory),
}

impl Need {
    fn of(sizing: &Sizing, limit: Memory, peak: Option<Memory>) -> Self {
        let peak = peak.filter(|peak| sizing.from == SizedFrom::Peak && *peak > limit);
        let base = peak.map_or(Base::Limit, Base::Peak);
        let of = if let Base::Peak(peak) = &base { peak.bytes() } else { limit.bytes() };
        let product = sizing.factor.times(of);
        let least = product.max(limit.bytes().saturating_add(sizing.step));
        let bytes = least.checked_next_multiple_of(sizing.step).unwrap_or(u64::MAX);
        Self { factor: sizing.factor, base, limit, product, bytes }
    }

    /// `1.5 × 72Gi = 108Gi, rounded to 112Gi`.
    fn words(&self) -> String {
        let base = match &self.base {
            Base::Limit => self.limit.to_string(),
            Base::Peak(peak) => format!("{} (its peak)", shown(peak.bytes())),
        };
        let rounded = if self.bytes == self.product {
            String::new()
        } else {
            format!(", rounded to {}", shown(self.bytes))
        };
        format!("{} × {base} = {}{rounded}", self.factor, shown(self.product))
    }
}

/// In the largest binary unit that it fills, to the nearest hundredth: the arithmetic itself is done in bytes.
fn shown(bytes: u64) -> String {
    let units = [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];
    let Some((unit, shift)) = units.into_iter().find(|(_, shift)| bytes >= 1 << shift) else {
        return bytes.to_string();
    };
    let hundredths = (u128::from(bytes) * 100 + (1 << (shift - 1))) >> shift;
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let decimals = format!(".{rest:02}");
    format!("{whole}{}{unit}", decimals.trim_end_matches('0').trim_end_matches('.'))
}

/// The tier that an item goes to, never below the highest on record, and how it was found.
///
/// # Errors
/// The fate of an item whose limit is not known, or that no tier holds.
pub(super) fn target(
    recipe: &Recipe,
    ladder: &Ladder,
    sizing: &Sizing,
    place: &Standing<'_>,
    by: &str,
) -> Result<(usize, String), Fate> {
    let because = |reason: String| Because { by: by.to_owned(), reason };
    let limit = limit(ladder, place.item, place.from).map_err(|why| {
        Fate::Hold(because(format!("{why}: what {} times that is cannot be told", sizing.factor)))
    })?;
    let need = Need::of(sizing, limit, peak(place.item));
    let name = |tier: usize| &recipe.tiers[tier].name.value;
    let known: Vec<(usize, &Memory)> = (0..recipe.tiers.len())
        .filter_map(|tier| Some((tier, ladder.resources(tier).limit_memory.as_ref()?)))
        .collect();
    let words = need.words();
    if let Some((tier, holds)) = known.iter().find(|(_, holds)| holds.bytes() >= need.bytes) {
        let found = format!("{words}; {} ({holds}) is the smallest tier that holds it", name(*tier));
        let before = if place.highest > *tier {
            format!(", and {} is where it was before", name(place.highest))
        } else {
            String::new()
        };
        return Ok((place.highest.max(*tier), format!("{found}{before}")));
    }
    let Some((last, holds)) = known.iter().max_by_key(|(_, holds)| *holds) else {
        return Err(Fate::Hold(because(format!("{words}, and no tier says how much it holds"))));
    };
    let beyond = format!("{words}, and no tier holds it: the largest is {} ({holds})", name(*last));
    match recipe.policy.on_cap {
        OnCap::Hold => Err(Fate::Hold(because(beyond))),
        OnCap::Skip => Err(Fate::Skip(because(beyond))),
        OnCap::Clamp if **holds > need.limit => {
            Ok((place.highest.max(*last), format!("{beyond}, which has to do")))
        }
        OnCap::Clamp => Err(Fate::Exhausted(because(format!("{beyond}, which is no more than it had")))),
    }
}

/// The memory limit of an item's last attempt: as the run resolved it, else the one of its tier.
fn limit(ladder: &Ladder, item: &ItemDiagnosis, from: usize) -> Result<Memory, NoLimit> {
    let of_tier = || ladder.resources(from).limit_memory.clone().ok_or(NoLimit::NoTemplate);
    match item.judged().map(|node| node.memory_limit.clone()) {
        None | Some(Err(NoLimit::NoTemplate)) => of_tier(),
        Some(limit) => limit,
    }
}

/// The most memory that any attempt of its latest generation is known to have used: a peak is what was reached at least.
fn peak(item: &ItemDiagnosis) -> Option<Memory> {
    let attempts = item.judged().into_iter().flat_map(|node| &node.attempts);
    attempts.filter_map(|attempt| Some(attempt.peak.as_ref()?.memory.clone())).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(factor: &str, from: SizedFrom, step: &str, limit: &str, peak: Option<&str>) -> Need {
        let memory = |text: &str| Memory::parse(text).unwrap();
        let step = memory(step).bytes();
        let sizing = Sizing { factor: Factor::parse(factor).unwrap(), from, step };
        Need::of(&sizing, memory(limit), peak.map(memory))
    }

    #[test]
    fn the_arithmetic_is_told_as_it_was_done() {
        use SizedFrom::{Limit, Peak};
        for (need, words) in [
            (need("1.5", Limit, "1Gi", "72Gi", None), "1.5 × 72Gi = 108Gi"),
            (need("1.5", Peak, "16Gi", "72Gi", Some("60Gi")), "1.5 × 72Gi = 108Gi, rounded to 112Gi"),
            (
                need("1.5", Peak, "1Gi", "72Gi", Some("75Gi")),
                "1.5 × 75Gi (its peak) = 112.5Gi, rounded to 113Gi",
            ),
            (need("1.5", Limit, "1Gi", "72Gi", Some("75Gi")), "1.5 × 72Gi = 108Gi"),
            (need("1.01", Limit, "16Gi", "72Gi", None), "1.01 × 72Gi = 72.72Gi, rounded to 96Gi"),
        ] {
            assert_eq!(need.words(), words);
        }
    }

    #[test]
    fn a_need_is_a_whole_number_of_steps_that_holds_the_product_and_is_above_the_limit() {
        let limits = ["1", "1000M", "72Gi", "104Gi", "81604378625", "15Ei"];
        let steps = ["1", "100M", "1Gi", "8Gi", "7777777777"];
        let factors = ["1.000000001", "1.1", "1.5", "2", "3.14159265358979", "100"];
        let peaks = [None, Some("1"), Some("73.3Gi"), Some("1Ti")];
        for limit in limits {
            for step in steps {
                for (factor, peak) in factors.iter().flat_map(|f| peaks.iter().map(move |peak| (f, *peak))) {
                    let need = need(factor, SizedFrom::Peak, step, limit, peak);
                    let step = Memory::parse(step).unwrap().bytes();
                    let told = format!("{factor} × {limit} or {peak:?} by {step}: {}", need.bytes);
                    if need.bytes == u64::MAX {
                        assert!(need.limit.bytes() > u64::MAX / 128, "{told}");
                        continue;
                    }
                    let base = peak.map_or(need.limit.clone(), |peak| {
                        Memory::parse(peak).unwrap().max(need.limit.clone())
                    });
                    assert!(need.bytes.is_multiple_of(step), "{told}");
                    assert!(need.bytes >= need.factor.times(base.bytes()), "{told}");
                    assert!(need.bytes >= need.limit.bytes() + step, "{told}");
                    assert!(
                        need.bytes - step < need.product.max(need.limit.bytes() + step),
                        "{told}: a step too many"
                    );
                }
            }
        }
    }
}

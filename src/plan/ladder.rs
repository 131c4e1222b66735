//! The ladder: each tier's WorkflowTemplate, its resources, and which tier an item was in.

use serde_json::Value;

use super::base::named;
use super::{Base, Origin, growth, variant};
use crate::diagnose::{ItemDiagnosis, NodeFacts};
use crate::error::{Code, Fault, Faults};
use crate::evidence::Evidence;
use crate::evidence::kind;
use crate::evidence::snapshot::{self, Lineage, Runs, TemplateRef};
use crate::evidence::templates::{ProvidedTemplate, body_in, main_container};
use crate::recipe::{Recipe, Resources, Scope, TierForm, scope};
use crate::source::At;
use crate::units::{Cpu, Index, Memory, Seconds};

/// The tiers of a recipe against the templates that exist.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// What the derived tiers are derived from; `None` where no tier is derived.
    pub base: Option<Base>,
    rungs: Vec<Rung>,
    /// The memory limit of the template that the root's fan-out names, where that is the base.
    planned: Option<Memory>,
    /// The tier of an item without a node: the one that the root's fan-out names, else the one that its memory is enough for.
    absent: Option<usize>,
}

#[derive(Debug, Clone)]
struct Rung {
    template: String,
    /// Whether that is a ClusterWorkflowTemplate.
    cluster_scope: bool,
    document: Option<Value>,
    resources: TierResources,
    /// Where what is known of it comes from, in words; empty where nothing is known.
    origin: String,
}

/// What a pod of a tier takes.
#[derive(Debug, Clone, Default)]
pub struct TierResources {
    /// `requests.memory` of `main`.
    pub request_memory: Option<Memory>,
    /// `limits.memory` of `main`.
    pub limit_memory: Option<Memory>,
    /// `requests.cpu` of `main`.
    pub request_cpu: Option<Cpu>,
    /// `limits.cpu` of `main`.
    pub limit_cpu: Option<Cpu>,
    /// The template's own deadline: the smaller of `activeDeadlineSeconds` and `timeout`.
    pub deadline: Option<Seconds>,
}

impl TierResources {
    /// The memory that a pod requests of the cluster; where only a limit is written, Kubernetes takes that.
    pub fn requested_memory(&self) -> Option<&Memory> {
        self.request_memory.as_ref().or(self.limit_memory.as_ref())
    }

    /// The cores that a pod requests of the cluster; where only a limit is written, Kubernetes takes that.
    pub fn requested_cpu(&self) -> Option<&Cpu> {
        self.request_cpu.as_ref().or(self.limit_cpu.as_ref())
    }
}

impl Ladder {
    /// Finds the templates of every tier.
    ///
    /// # Errors
    /// A base that is missing, a name that cannot be filled in, or tiers that do not grow or are above the cap by the templates found.
    pub fn build(
        recipe: &Recipe,
        lineage: Option<&Lineage>,
        provided: &[ProvidedTemplate],
    ) -> Result<Self, Faults> {
        let derives = recipe.tiers.iter().any(|tier| matches!(tier.form, TierForm::Derived(_)));
        let base = if derives { Some(Base::find(recipe, lineage, provided)?) } else { None };
        let pipeline = &recipe.pipeline.value;
        // Without a workflow there is no root, and a name that asks for one is a fault.
        let run = lineage.map_or_else(
            || Scope::default().with("pipeline", pipeline),
            |lineage| scope::of_run(pipeline, lineage),
        );
        let mut faults = Faults::new();
        let mut rungs = Vec::new();
        for tier in &recipe.tiers {
            let rung = match &tier.form {
                TierForm::Existing(name) => existing(recipe, name, lineage, provided),
                TierForm::Derived(resources) => {
                    derived(recipe, &tier.name.value, resources, base.as_ref(), &run)
                }
            };
            match rung {
                Ok(rung) => rungs.push(rung),
                Err(fault) => faults.push(fault),
            }
        }
        faults.or(())?;
        let planned = base.as_ref().and_then(|base| planned(recipe, lineage?, base));
        let mut ladder = Self { base, rungs, planned, absent: None };
        ladder.absent = lineage.and_then(|lineage| ladder.of_absent(recipe, lineage));
        let mut faults = Faults::new();
        growth::check(recipe, &ladder, &mut faults);
        faults.or(ladder)
    }

    /// The WorkflowTemplate that carries a tier.
    pub fn template(&self, tier: usize) -> &str {
        &self.rungs[tier].template
    }

    /// The reference that calls a tier's template of the items.
    pub fn reference(&self, recipe: &Recipe, tier: usize) -> TemplateRef {
        let rung = &self.rungs[tier];
        TemplateRef {
            name: rung.template.clone(),
            template: recipe.items.template.value.clone(),
            cluster_scope: rung.cluster_scope,
        }
    }

    /// The WorkflowTemplate document that a tier runs (or is derived from), where it is known.
    pub fn document(&self, tier: usize) -> Option<&Value> {
        self.rungs[tier].document.as_ref()
    }

    /// The template of the items in a tier's WorkflowTemplate, where it is known.
    pub fn body(&self, recipe: &Recipe, tier: usize) -> Option<&Value> {
        body_in(self.document(tier)?, &recipe.items.template.value)
    }

    /// What a pod of a tier takes.
    pub fn resources(&self, tier: usize) -> &TierResources {
        &self.rungs[tier].resources
    }

    /// Where what is known of a tier's template comes from: `gapit3-gwas-single-trait, as the run stored it`.
    pub(super) fn origin(&self, tier: usize) -> &str {
        &self.rungs[tier].origin
    }

    /// The memory limit that items without a node would have had, where their fan-out names the base.
    pub(super) fn planned(&self) -> Option<&Memory> {
        self.planned.as_ref()
    }

    /// The tier that an item was in: what its last node names, else what the ledger planned for that workflow, else the highest tier that
    /// is not larger than what it ran.
    ///
    /// # Errors
    /// [`Code::PlanTierUnknown`] where none of these tells.
    pub fn tier_of(
        &self,
        recipe: &Recipe,
        evidence: &Evidence,
        item: &ItemDiagnosis,
    ) -> Result<usize, Fault> {
        self.tier_at(recipe, evidence, &item.index, item.judged())
    }

    /// The tier that an item was in as one generation saw it, by its node there.
    ///
    /// # Errors
    /// Those of [`Self::tier_of`].
    pub fn tier_at(
        &self,
        recipe: &Recipe,
        evidence: &Evidence,
        index: &Index,
        node: Option<&NodeFacts>,
    ) -> Result<usize, Fault> {
        let Some(node) = node else {
            return Ok(self.absent.unwrap_or(0));
        };
        self.tier_of_node(recipe, evidence, index, node)
    }

    /// The highest tier on record for an item, over all generations in which it was not left out; the lowest where none is known.
    pub fn highest(&self, recipe: &Recipe, evidence: &Evidence, item: &ItemDiagnosis) -> usize {
        let past = item.history.iter().filter_map(|past| past.node.as_ref());
        let tiers = past
            .chain(&item.node)
            .filter(|node| node.unrecovered.is_none())
            .filter_map(|node| self.tier_of_node(recipe, evidence, &item.index, node).ok());
        tiers.max().unwrap_or(0)
    }

    fn of_absent(&self, recipe: &Recipe, lineage: &Lineage) -> Option<usize> {
        let fan_outs = snapshot::fan_outs(lineage.root(), &recipe.items.template.value);
        let named = fan_outs.iter().find_map(|fan_out| match &fan_out.runs {
            Runs::Reference(reference) => self.by_template(recipe, reference),
            Runs::Local(_) => None,
        });
        named.or_else(|| self.by_memory(self.planned.as_ref()?))
    }

    /// The tier that a WorkflowTemplate carries, as it is or as a variant of one of the recipe's rules; `None` too where its name could be
    /// a variant of two tiers.
    pub(super) fn by_template(&self, recipe: &Recipe, ran: &TemplateRef) -> Option<usize> {
        let is_variant = |rung: &Rung| {
            !ran.cluster_scope
                && recipe.rules.iter().any(|rule| variant::name(&rung.template, &rule.name.value) == ran.name)
        };
        let is_own = |rung: &Rung| rung.template == ran.name && rung.cluster_scope == ran.cluster_scope;
        let own = self.rungs.iter().position(is_own);
        let mut varied =
            self.rungs.iter().enumerate().filter(|(_, rung)| is_variant(rung)).map(|(tier, _)| tier);
        own.or_else(|| varied.next().filter(|_| varied.next().is_none()))
    }

    fn tier_of_node(
        &self,
        recipe: &Recipe,
        evidence: &Evidence,
        index: &Index,
        node: &NodeFacts,
    ) -> Result<usize, Fault> {
        let ran = node.template_ref.as_ref();
        if let Some(tier) = ran.and_then(|reference| self.by_template(recipe, reference)) {
            return Ok(tier);
        }
        let entry = evidence.ledger.of(&evidence.lineage.generations()[node.position]);
        let planned = entry.and_then(|entry| entry.items.get(index));
        let by_ledger = |name: &str| recipe.tiers.iter().position(|tier| tier.name.value == name);
        if let Some(tier) = planned.and_then(|planned| by_ledger(&planned.tier)) {
            return Ok(tier);
        }
        let limit = node.template.as_ref().and_then(|body| resources_of(body).limit_memory);
        let found = match &limit {
            Some(ran) => self.by_memory(ran),
            // What ran without a limit ran in a tier without one.
            None => {
                let unlimited = |rung: &Rung| rung.resources.limit_memory.is_none();
                self.rungs.iter().rposition(unlimited).filter(|_| node.template.is_some())
            }
        };
        found.ok_or_else(|| unknown_tier(recipe, index, node, limit.as_ref(), self))
    }

    /// The tier with the largest memory limit that is not above this one; of two with the same, the higher.
    fn by_memory(&self, ran: &Memory) -> Option<usize> {
        let known = self.rungs.iter().enumerate();
        let limits = known.filter_map(|(tier, rung)| Some((tier, rung.resources.limit_memory.as_ref()?)));
        limits.filter(|(_, limit)| *limit <= ran).max_by_key(|(_, limit)| *limit).map(|(tier, _)| tier)
    }
}

/// A tier whose WorkflowTemplate exists on the cluster; what is not known of it stays open.
fn existing(
    recipe: &Recipe,
    name: &At<String>,
    lineage: Option<&Lineage>,
    provided: &[ProvidedTemplate],
) -> Result<Rung, Fault> {
    let reference = kind::reference(name, &recipe.items.template.value, lineage, provided)?;
    let found = named(recipe, &reference, lineage, provided).ok();
    let body = found.as_ref().and_then(|base| base.body(recipe));
    Ok(Rung {
        template: reference.name,
        cluster_scope: reference.cluster_scope,
        resources: body.map(resources_of).unwrap_or_default(),
        origin: found.as_ref().map(Base::told).unwrap_or_default(),
        document: found.map(|base| base.document),
    })
}

/// The memory limit of the template that the root's fan-out names, where that is the base: no tier says more of items without a node.
fn planned(recipe: &Recipe, lineage: &Lineage, base: &Base) -> Option<Memory> {
    let fan_outs = snapshot::fan_outs(lineage.root(), &recipe.items.template.value);
    let is_base = |runs: &Runs<'_>| match runs {
        Runs::Reference(reference) => {
            base.origin != Origin::Inline
                && reference.name == base.name
                && reference.cluster_scope == base.cluster_scope
        }
        Runs::Local(_) => base.origin == Origin::Inline,
    };
    fan_outs.iter().find(|fan_out| is_base(&fan_out.runs))?;
    base.body(recipe).and_then(|body| resources_of(body).limit_memory)
}

fn derived(
    recipe: &Recipe,
    tier: &str,
    changes: &Resources,
    base: Option<&Base>,
    run: &Scope,
) -> Result<Rung, Fault> {
    let base = base.expect("build finds a base as soon as one tier is derived");
    let scope = run.clone().with("base", &base.name).with("tier", tier);
    let template = recipe.naming.template.render(&scope)?;
    let from = base.body(recipe).map(resources_of).unwrap_or_default();
    let resources = TierResources {
        request_memory: changes.request_memory.as_ref().map(|at| at.value.clone()).or(from.request_memory),
        limit_memory: changes.limit_memory.as_ref().map(|at| at.value.clone()).or(from.limit_memory),
        request_cpu: changes.request_cpu.as_ref().map(|at| at.value.clone()).or(from.request_cpu),
        limit_cpu: changes.limit_cpu.as_ref().map(|at| at.value.clone()).or(from.limit_cpu),
        deadline: from.deadline,
    };
    Ok(Rung {
        template,
        cluster_scope: false,
        document: Some(base.document.clone()),
        resources,
        origin: base.told(),
    })
}

/// The resources of the container that does the work: `container`, `script`, or `main` of a container set.
fn resources_of(body: &Value) -> TierResources {
    let container = main_container(body);
    let read = |path: &str| container.and_then(|c| c.pointer(path)).and_then(snapshot::any_string);
    let memory = |path: &str| read(path).and_then(|text| Memory::parse(&text).ok());
    let cpu = |path: &str| read(path).and_then(|text| Cpu::parse(&text).ok());
    let deadline = ["activeDeadlineSeconds", "timeout"];
    TierResources {
        request_memory: memory("/resources/requests/memory"),
        limit_memory: memory("/resources/limits/memory"),
        request_cpu: cpu("/resources/requests/cpu"),
        limit_cpu: cpu("/resources/limits/cpu"),
        deadline: deadline
            .iter()
            .filter_map(|key| Seconds::parse_argo(&snapshot::any_string(body.get(key)?)?))
            .min(),
    }
}

fn unknown_tier(
    recipe: &Recipe,
    index: &Index,
    node: &NodeFacts,
    limit: Option<&Memory>,
    ladder: &Ladder,
) -> Fault {
    let reference = node.template_ref.as_ref().map(|reference| reference.name.as_str());
    let ran = reference.or(node.template_name.as_deref()).unwrap_or("a template without a name");
    let known: Vec<String> = ladder
        .rungs
        .iter()
        .filter_map(|rung| Some(format!("{} ({})", rung.template, rung.resources.limit_memory.as_ref()?)))
        .collect();
    let message = match limit {
        Some(limit) if known.is_empty() => {
            format!("with a memory limit of {limit}, and the limit of no tier is known")
        }
        Some(limit) => format!("with a memory limit of {limit}, which is below every tier"),
        None => "with no memory limit that is known, and no tier is named by that template".to_owned(),
    };
    let tiers =
        if known.is_empty() { String::new() } else { format!("; the tiers are {}", known.join(", ")) };
    let help = if reference.is_some() {
        format!("add it as the first tier: a `[[tiers]]` with `template = \"{ran}\"`{tiers}")
    } else {
        let limits =
            limit.map_or("limits".to_owned(), |limit| format!("limits = {{ memory = \"{limit}\" }}"));
        format!(
            "{ran} is a template of the Workflow itself and no WorkflowTemplate, so no `template` names it: give the first tier `{limits}` instead, and it is derived from {ran}{tiers}"
        )
    };
    Fault::new(Code::PlanTierUnknown, format!("{} {index} ran {ran} {message}", recipe.items.noun), help)
        .at(&recipe.tiers[0].name.place, "the lowest tier")
}

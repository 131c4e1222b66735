//! Where an attempt stands in its item: which try of its own node it is, and what it ran there. Of an item that is a DAG or Steps the
//! attempts are pods inside it, each with a template, a retry and a limit of its own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::attempts::{template_of, with_defaults};
use super::peaks::{self, NoLimit};
use crate::evidence::snapshot::{self, Node, Parameter, Workflow};
use crate::units::Memory;

/// Where an attempt stands.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Its number among the attempts of its own node; the first is 0.
    pub ordinal: usize,
    /// When the first of these began, and with it the retry window.
    pub first: Option<Timestamp>,
    /// What it ran, where that is not the item's own template.
    pub inside: Option<Box<Inside>>,
}

/// A template that the item's own calls, as one attempt ran it.
#[derive(Debug, Clone)]
pub struct Inside {
    /// Its name.
    pub name: String,
    /// Its body as this run resolved it, with what the workflow gives to every template.
    pub template: Option<Value>,
    /// The resolved input parameters.
    pub parameters: Vec<Parameter>,
    /// How much memory its container `main` could use, or why that is not known.
    pub memory_limit: Result<Memory, NoLimit>,
}

/// The attempts of all nodes of one workflow.
pub(super) struct Places<'a> {
    workflow: &'a Workflow,
    attempts: BTreeMap<&'a str, (usize, Option<Timestamp>)>,
}

impl<'a> Places<'a> {
    pub(super) fn new(workflow: &'a Workflow) -> Self {
        let mut attempts = BTreeMap::new();
        for of_one in snapshot::attempts(workflow) {
            let first = of_one.iter().filter_map(|(_, attempt)| attempt.started).min();
            attempts.extend(of_one.into_iter().map(|(number, node)| (node.id.as_str(), (number, first))));
        }
        Self { workflow, attempts }
    }

    /// The place of an attempt of the item whose node is `item`.
    pub(super) fn of(&self, item: &Node, attempt: &Node) -> Place {
        let (ordinal, first) =
            self.attempts.get(attempt.id.as_str()).copied().unwrap_or((0, attempt.started));
        // What names no template ran the item's.
        let named = attempt.template().filter(|_| attempt.id != item.id);
        let is_inside = named.is_some_and(|template| item.template() != Some(template));
        Place { ordinal, first, inside: is_inside.then(|| Box::new(self.inside(attempt))) }
    }

    fn inside(&self, attempt: &Node) -> Inside {
        let template = template_of(self.workflow, attempt);
        Inside {
            name: attempt.template().unwrap_or_default().to_owned(),
            template: template.map(|body| with_defaults(body, self.workflow)),
            parameters: attempt.parameters.clone(),
            memory_limit: peaks::limit(self.workflow, template),
        }
    }
}

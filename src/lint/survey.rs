//! What all lints look at: the objects, what each of them brings to run, and the settings that hold there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Setting;
use super::strategy::{Origin, Strategy};
use crate::verify::references::library::{Library, Resolution};
use crate::verify::references::object::{NOTHING, Object};
use crate::verify::references::place::{child, has, text};
use crate::verify::references::reach::{Reached, reach, referred};
use crate::verify::references::template::{BODIES, Call, calls};

/// Everything under check, resolved once for all lints.
pub(super) struct Survey<'a> {
    pub(super) setting: &'a Setting<'a>,
    pub(super) library: Library<'a>,
    /// The documents that hold a workflow spec.
    pub(super) subjects: Vec<Subject<'a>>,
}

/// One document that holds a workflow spec, with what it brings to run.
pub(super) struct Subject<'a> {
    /// Its place among the documents.
    pub(super) index: usize,
    pub(super) object: Object<'a>,
    /// The spec of the WorkflowTemplate that it refers to as a whole.
    pub(super) outer: &'a Value,
    /// All templates that it reaches, callers before what they call.
    pub(super) reached: Vec<Reached<'a>>,
}

/// What a call leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Callee<'a> {
    pub(super) template: &'a Value,
    pub(super) home: usize,
    pub(super) name: &'a str,
}

impl<'a> Survey<'a> {
    pub(super) fn new(setting: &'a Setting<'a>) -> Self {
        let objects: Vec<Option<Object<'a>>> = setting.documents.iter().map(Object::read).collect();
        let library = Library::new(&objects, setting.known);
        let subject = |(index, object): (usize, &Option<Object<'a>>)| {
            let object = (*object)?;
            let outer = match referred(&object, &library) {
                Some(Ok(home)) => library.home(home).spec,
                _ => &NOTHING,
            };
            Some(Subject { index, object, outer, reached: reach(index, &object, &library) })
        };
        let subjects = objects.iter().enumerate().filter_map(subject).collect();
        Self { setting, library, subjects }
    }

    /// What a task or step calls; none where that cannot be resolved or is made at run time.
    pub(super) fn callee(&self, call: &'a Value, home: usize, namespace: &str) -> Option<Callee<'a>> {
        match self.library.resolve(call, home, namespace) {
            Resolution::Found { template, home, name } => {
                Some(Callee { template, home, name: name.unwrap_or("inline") })
            }
            _ => None,
        }
    }

    /// The calls of a template that a subject reaches, each with what it leads to.
    pub(super) fn calls(
        &self,
        subject: &Subject<'a>,
        one: &Reached<'a>,
    ) -> Vec<(Call<'a>, Option<Callee<'a>>)> {
        self.calls_of(one.template, one.home, &one.pointer, subject.object.namespace)
    }

    /// The calls of any template, each with what it leads to; the pointers begin with `base`.
    pub(super) fn calls_of(
        &self,
        template: &'a Value,
        home: usize,
        base: &str,
        namespace: &str,
    ) -> Vec<(Call<'a>, Option<Callee<'a>>)> {
        let resolved = |call: Call<'a>| {
            let callee = self.callee(call.value, home, namespace);
            (call, callee)
        };
        calls(template, base).into_iter().map(resolved).collect()
    }
}

impl<'a> Subject<'a> {
    /// The templates that stand in this document.
    pub(super) fn own(&self) -> impl Iterator<Item = &Reached<'a>> {
        self.reached.iter().filter(|one| one.local)
    }

    /// A member of the effective spec: its own, else that of the WorkflowTemplate that it refers to as a whole.
    pub(super) fn effective(&self, key: &str) -> Option<&'a Value> {
        [self.object.spec, self.outer].into_iter().filter_map(|spec| spec.get(key)).find(|one| !one.is_null())
    }

    /// Where a member of the effective spec stands in this document: at itself, or at the reference that brings it.
    pub(super) fn place_of(&self, key: &str) -> String {
        if has(self.object.spec, key) {
            self.object.at(&format!("/{key}"))
        } else {
            self.object.at("/workflowTemplateRef")
        }
    }

    /// The value of a workflow parameter, where the files say it.
    pub(super) fn parameter(&self, name: &str) -> Option<&'a Value> {
        [self.object.spec, self.outer].into_iter().find_map(|spec| {
            let list = spec.pointer("/arguments/parameters")?.as_array()?;
            list.iter().find(|one| text(one, "/name") == name)?.get("value")
        })
    }

    /// A text of which all is known: without variables, or one workflow parameter of which the files say the value.
    pub(super) fn known_text(&self, value: &Value) -> Option<String> {
        let written = crate::evidence::snapshot::any_string(value)?;
        if !written.contains("{{") {
            return Some(written);
        }
        let name = written.strip_prefix("{{")?.strip_suffix("}}")?.trim();
        let name = name.strip_prefix("workflow.parameters.")?;
        self.parameter(name)
            .and_then(crate::evidence::snapshot::any_string)
            .filter(|text| !text.contains("{{"))
    }

    /// A template with the caller's `templateDefaults` under it, as Argo merges them (`mergedTemplateDefaultsInto` in
    /// `workflow/controller/operator.go`): defaults for another kind of body are left out.
    pub(super) fn with_defaults(&self, template: &'a Value) -> Cow<'a, Value> {
        let Some(Value::Object(defaults)) = self.effective("templateDefaults") else {
            return Cow::Borrowed(template);
        };
        let fits = |key: &str| !BODIES.contains(&key) || has(template, key);
        let kept = defaults.iter().filter(|(key, _)| fits(key));
        let base = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
        Cow::Owned(merged(&Value::Object(base), template))
    }

    /// The retryStrategy that holds for a template when this object runs it: its own over `templateDefaults`, else that of the
    /// spec, which goes to every template without one, the entry DAG among them (`retryStrategy` in `operator.go`).
    /// `pointer` is where the template stands or is called in this document, `local` whether it stands there.
    pub(super) fn strategy(&self, template: &'a Value, pointer: &str, local: bool) -> Option<Strategy<'a>> {
        let given = |value: &'a Value| value.get("retryStrategy").filter(|one| one.is_object());
        let own = given(template);
        let defaults = self.effective("templateDefaults").and_then(given);
        let of_defaults = || child(&self.place_of("templateDefaults"), "retryStrategy");
        let defaults_here = has(self.object.spec, "templateDefaults");
        if let Some(own) = own {
            let value = defaults.map_or(Cow::Borrowed(own), |base| Cow::Owned(merged(base, own)));
            let pointer = if local { child(pointer, "retryStrategy") } else { pointer.to_owned() };
            return Some(Strategy { value, pointer, own, here: local, origin: Origin::Template });
        }
        if let Some(value) = defaults {
            let pointer = if defaults_here { of_defaults() } else { self.place_of("templateDefaults") };
            let value_of = Cow::Borrowed(value);
            return Some(Strategy {
                value: value_of,
                pointer,
                own: value,
                here: defaults_here,
                origin: Origin::Defaults,
            });
        }
        let value = self.effective("retryStrategy").filter(|one| one.is_object())?;
        let here = has(self.object.spec, "retryStrategy");
        let pointer = self.place_of("retryStrategy");
        Some(Strategy { value: Cow::Borrowed(value), pointer, own: value, here, origin: Origin::Spec })
    }

    /// The strategy of a template that this object reaches.
    pub(super) fn strategy_of(&self, one: &Reached<'a>) -> Option<Strategy<'a>> {
        self.strategy(one.template, &one.pointer, one.local)
    }
}

/// Values with defaults under them, map by map; a list replaces a list.
fn merged(defaults: &Value, value: &Value) -> Value {
    match (defaults, value) {
        (Value::Object(defaults), Value::Object(members)) => {
            let mut all = defaults.clone();
            for (key, member) in members {
                let under = all.get(key).map(|under| merged(under, member));
                all.insert(key.clone(), under.unwrap_or_else(|| member.clone()));
            }
            Value::Object(all)
        }
        (defaults, Value::Null) => defaults.clone(),
        _ => value.clone(),
    }
}

/// What calls each template: by the template's own place in memory, the calls with the subject that they stand in.
pub(super) struct Callers<'s, 'a>(BTreeMap<usize, Vec<(&'s Subject<'a>, Call<'a>)>>);

impl<'s, 'a> Callers<'s, 'a> {
    pub(super) fn of(survey: &'s Survey<'a>) -> Self {
        let mut all: BTreeMap<usize, Vec<(&Subject<'a>, Call<'a>)>> = BTreeMap::new();
        for subject in &survey.subjects {
            for one in subject.own() {
                for (call, callee) in survey.calls(subject, one) {
                    let Some(callee) = callee else { continue };
                    all.entry(address(callee.template)).or_default().push((subject, call));
                }
            }
        }
        Self(all)
    }

    /// The calls of a template.
    pub(super) fn of_template(&self, template: &Value) -> &[(&'s Subject<'a>, Call<'a>)] {
        self.0.get(&address(template)).map_or(&[], Vec::as_slice)
    }
}

/// One template is one value in memory, and two that read alike are two.
pub(super) fn address(template: &Value) -> usize {
    std::ptr::from_ref(template) as usize
}

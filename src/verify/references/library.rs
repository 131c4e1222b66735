//! Every template that can be called: those of the documents under check and those that exist elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;

use super::object::{NOTHING, Object};
use super::place::{has, is_templated, known_names, list, text};

/// Templates that exist outside the documents under check: those of given files and those that a snapshot stored.
#[derive(Debug, Clone, Default)]
pub struct Known {
    templates: BTreeMap<(String, bool), Holder>,
}

/// What is known of one WorkflowTemplate or ClusterWorkflowTemplate.
#[derive(Debug, Clone, Default)]
struct Holder {
    templates: BTreeMap<String, Value>,
    /// The whole spec, where the whole object is known. A snapshot stores single templates, so that a missing sibling
    /// there is not known rather than wrong.
    spec: Option<Value>,
}

impl Known {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a whole WorkflowTemplate or ClusterWorkflowTemplate; `false` if the document is neither.
    pub fn add_document(&mut self, document: &Value) -> bool {
        let Some(object) = Object::read(document).filter(|object| !object.runs()) else { return false };
        let templates = list(object.spec, "", "/templates")
            .map(|(template, _)| (text(template, "/name").to_owned(), template.clone()))
            .collect();
        let holder = Holder { templates, spec: Some(object.spec.clone()) };
        self.templates.insert((object.name.to_owned(), object.is_cluster()), holder);
        true
    }

    /// Adds one template of a WorkflowTemplate of which the rest is not known; a whole one that was added stays as it is.
    pub fn add_template(&mut self, holder: &str, cluster: bool, name: &str, template: Value) {
        let holder = self.templates.entry((holder.to_owned(), cluster)).or_default();
        if holder.spec.is_none() {
            holder.templates.insert(name.to_owned(), template);
        }
    }

    /// Adds what a snapshot stored, by the keys of `status.storedTemplates`: `namespaced/NAME/TEMPLATE` and
    /// `cluster/NAME/TEMPLATE`. Inline templates cannot be called and are passed over.
    pub fn add_stored<'a>(&mut self, stored: impl IntoIterator<Item = (&'a String, &'a Value)>) {
        for (key, template) in stored {
            let parts: Vec<&str> = key.split('/').collect();
            match parts.as_slice() {
                ["namespaced", holder, name] => self.add_template(holder, false, name, template.clone()),
                ["cluster", holder, name] => self.add_template(holder, true, name, template.clone()),
                _ => {}
            }
        }
    }
}

/// The templates among which a local `template: NAME` is looked up.
#[derive(Debug)]
pub(crate) struct Home<'a> {
    /// As messages name it.
    pub(crate) label: String,
    pub(crate) templates: BTreeMap<&'a str, &'a Value>,
    /// Whether all of its templates are known.
    pub(crate) complete: bool,
    pub(crate) spec: &'a Value,
    /// The document that holds it; none for what is known from elsewhere.
    pub(crate) document: Option<usize>,
}

/// What a call calls.
#[derive(Debug)]
pub(crate) enum Resolution<'a> {
    /// This template of that home.
    Found { template: &'a Value, home: usize, name: Option<&'a str> },
    /// The name is made at run time; Argo checks it then (rule 20).
    Dynamic,
    /// It cannot be resolved: the member that is wrong, what is wrong, the way out.
    Missing { at: &'static str, message: String, help: String },
}

/// All homes, found by the document they come from or by name.
#[derive(Debug)]
pub(crate) struct Library<'a> {
    homes: Vec<Home<'a>>,
    by_document: BTreeMap<usize, usize>,
    /// Name, cluster scope, namespace; the latter is none for what is known from elsewhere.
    by_name: BTreeMap<(&'a str, bool, Option<&'a str>), usize>,
}

impl<'a> Library<'a> {
    pub(crate) fn new(objects: &[Option<Object<'a>>], known: &'a Known) -> Self {
        let mut library = Self { homes: Vec::new(), by_document: BTreeMap::new(), by_name: BTreeMap::new() };
        for ((name, cluster), holder) in &known.templates {
            let home = Home {
                label: label(name, *cluster),
                templates: holder
                    .templates
                    .iter()
                    .map(|(name, template)| (name.as_str(), template))
                    .collect(),
                complete: holder.spec.is_some(),
                spec: holder.spec.as_ref().unwrap_or(&NOTHING),
                document: None,
            };
            library.by_name.insert((name, *cluster, None), library.homes.len());
            library.homes.push(home);
        }
        for (index, object) in objects.iter().enumerate() {
            let Some(object) = object else { continue };
            library.add(index, object);
        }
        library
    }

    fn add(&mut self, index: usize, object: &Object<'a>) {
        let home = Home {
            label: if object.runs() {
                format!("this {}", if object.base == "/spec" { "Workflow" } else { "CronWorkflow" })
            } else {
                label(object.name, object.is_cluster())
            },
            templates: object.templates().map(|(template, _)| (text(template, "/name"), template)).collect(),
            complete: true,
            spec: object.spec,
            document: Some(index),
        };
        self.by_document.insert(index, self.homes.len());
        if !object.runs() {
            let namespace = if object.is_cluster() { "" } else { object.namespace };
            self.by_name
                .entry((object.name, object.is_cluster(), Some(namespace)))
                .or_insert(self.homes.len());
        }
        self.homes.push(home);
    }

    pub(crate) fn home(&self, index: usize) -> &Home<'a> {
        &self.homes[index]
    }

    /// The home of a document's own templates.
    pub(crate) fn home_of(&self, document: usize) -> usize {
        *self.by_document.get(&document).expect("every object's document was added with its home")
    }

    /// The home of that name. Documents come before what is known from elsewhere, because they replace it on the cluster.
    ///
    /// A WorkflowTemplate is looked up in the caller's namespace alone; like `argo lint --offline` this compares the
    /// namespaces as they are written (`pkg/apiclient/offline-client.go`).
    pub(crate) fn find(&self, name: &str, cluster: bool, namespace: &str) -> Result<usize, (String, String)> {
        let namespace = if cluster { "" } else { namespace };
        let found =
            [Some(namespace), None].into_iter().find_map(|place| self.by_name.get(&(name, cluster, place)));
        if let Some(home) = found {
            return Ok(*home);
        }
        let other = self.by_name.keys().find(|(known, scope, _)| *known == name && *scope == cluster);
        if let Some((.., Some(elsewhere))) = other {
            return Err((
                format!("{} is in {}, its caller in {}", label(name, cluster), place(elsewhere), place(namespace)),
                "write the same metadata.namespace in both, or in neither: a templateRef never leaves its namespace"
                    .to_owned(),
            ));
        }
        if self.by_name.contains_key(&(name, !cluster, None))
            || self.by_name.keys().any(|(known, scope, _)| *known == name && *scope != cluster)
        {
            let message =
                format!("{} is not known, but a {} is", label(name, cluster), label(name, !cluster));
            return Err((message, format!("set clusterScope: {}", !cluster)));
        }
        let names: Vec<&str> =
            self.by_name.keys().filter(|(_, scope, _)| *scope == cluster).map(|(name, ..)| *name).collect();
        Err((
            format!("{} is neither among these documents nor given", label(name, cluster)),
            format!("give its file as well; {}", known_names(name, "WorkflowTemplates", &names)),
        ))
    }

    /// A local template of a home by its name.
    pub(crate) fn local(&self, home: usize, name: &str) -> Result<&'a Value, (String, String)> {
        let place = self.home(home);
        if let Some(template) = place.templates.get(name) {
            return Ok(template);
        }
        let names: Vec<&str> = place.templates.keys().copied().collect();
        if place.complete {
            let message = format!("{} has no template `{name}`", place.label);
            Err((message, known_names(name, "templates", &names)))
        } else {
            Err((
                format!("template `{name}` of {} is not known", place.label),
                format!(
                    "the snapshot holds only the templates that the run used; give the file of the whole object ({})",
                    known_names(name, "templates", &names)
                ),
            ))
        }
    }

    /// What a task, a step or a hook calls, seen from templates of `home` that run in `namespace`.
    pub(crate) fn resolve(&self, call: &'a Value, home: usize, namespace: &str) -> Resolution<'a> {
        let ways: Vec<&str> =
            ["template", "templateRef", "inline"].into_iter().filter(|key| is_given(call, key)).collect();
        match ways.as_slice() {
            ["template"] => {
                let name = text(call, "/template");
                // Only the names in a templateRef might be made at run time; a local one is looked up as it is written.
                self.local(home, name).map_or_else(missing("/template"), |template| Resolution::Found {
                    template,
                    home,
                    name: Some(name),
                })
            }
            ["templateRef"] => self.by_reference(&call["templateRef"], namespace),
            ["inline"] => Resolution::Found { template: &call["inline"], home, name: None },
            // Argo takes what is inline, and wants the other to be there all the same (4.0.7, `workflow/validate/validate.go`,
            // `validateTemplateHolder`, and `workflow/templateresolution/context.go`, `GetTemplate`).
            ["template", "inline"] => match self.local(home, text(call, "/template")) {
                Ok(_) => Resolution::Found { template: &call["inline"], home, name: None },
                Err(fault) => missing("/template")(fault),
            },
            ["templateRef", "inline"] => match lacking(&call["templateRef"]) {
                None => Resolution::Found { template: &call["inline"], home, name: None },
                Some(missing) => missing,
            },
            [] => Resolution::Missing {
                at: "",
                message: "nothing is called: there is no template, templateRef or inline".to_owned(),
                help: "name a template of the same object with `template`, or of another with `templateRef`"
                    .to_owned(),
            },
            several => Resolution::Missing {
                at: "",
                message: format!(
                    "{} stand together, but only one of them can be called",
                    several.join(" and ")
                ),
                help: "keep the one that is meant".to_owned(),
            },
        }
    }

    fn by_reference(&self, reference: &'a Value, namespace: &str) -> Resolution<'a> {
        if let Some(missing) = lacking(reference) {
            return missing;
        }
        let (holder, name) = (text(reference, "/name"), text(reference, "/template"));
        if is_templated(holder) {
            return Resolution::Dynamic;
        }
        let cluster = reference.get("clusterScope").and_then(Value::as_bool).unwrap_or(false);
        match self.find(holder, cluster, namespace) {
            // Argo looks the object up as soon as it has something to put in for the name of the template, which it has for
            // the caller's inputs and not for an item or a result.
            Err(_) if is_templated(name) && !from_inputs(name) => Resolution::Dynamic,
            Err(fault) => missing("/templateRef/name")(fault),
            Ok(_) if is_templated(name) => Resolution::Dynamic,
            Ok(home) => self.local(home, name).map_or_else(missing("/templateRef/template"), |template| {
                Resolution::Found { template, home, name: Some(name) }
            }),
        }
    }
}

/// What a templateRef lacks.
fn lacking<'a>(reference: &Value) -> Option<Resolution<'a>> {
    let lacking =
        ["name", "template"].into_iter().find(|key| text(reference, &format!("/{key}")).is_empty())?;
    Some(Resolution::Missing {
        at: "/templateRef",
        message: format!("the templateRef has no {lacking}"),
        help: "a templateRef has the WorkflowTemplate's `name` and the `template` in it".to_owned(),
    })
}

/// Whether all that is put into a name comes from the caller's inputs.
fn from_inputs(name: &str) -> bool {
    name.split("{{").skip(1).all(|tag| tag.trim_start().starts_with("inputs."))
}

/// Whether a way to call is taken: an empty name is Go's zero value, thus none.
fn is_given(call: &Value, key: &str) -> bool {
    has(call, key) && call[key].as_str() != Some("")
}

fn missing<'a>(at: &'static str) -> impl FnOnce((String, String)) -> Resolution<'a> {
    move |(message, help)| Resolution::Missing { at, message, help }
}

fn label(name: &str, cluster: bool) -> String {
    format!("{} `{name}`", if cluster { "ClusterWorkflowTemplate" } else { "WorkflowTemplate" })
}

fn place(namespace: &str) -> String {
    if namespace.is_empty() { "no namespace".to_owned() } else { format!("namespace `{namespace}`") }
}

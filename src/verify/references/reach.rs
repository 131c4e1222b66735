//! Which templates a document brings to run, through its own calls and through templateRefs, however deep.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::library::{Home, Library, Resolution};
use super::object::{NOTHING, Object};
use super::place::{child, has, text};
use super::template::{Call, calls, hooks};

/// From where a template is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// From the entrypoint.
    Entry,
    /// From an exit handler or another hook of the workflow, and not from the entrypoint.
    Exit,
    /// Nothing calls it; Argo validates it all the same.
    Unused,
}

/// One template that a document reaches.
#[derive(Debug, Clone)]
pub(crate) struct Reached<'a> {
    pub(crate) template: &'a Value,
    pub(crate) home: usize,
    /// As messages name it.
    pub(crate) name: String,
    /// Where it stands in the document, or where the document's call that leads to it stands.
    pub(crate) pointer: String,
    /// Whether it stands in the document itself.
    pub(crate) local: bool,
    pub(crate) root: Root,
}

/// The spec that a Workflow refers to as a whole, with its home: its templates are the Workflow's own.
pub(crate) fn referred<'a>(
    object: &Object<'a>,
    library: &Library<'a>,
) -> Option<Result<usize, (String, String)>> {
    let reference = object.spec.get("workflowTemplateRef").filter(|_| object.runs())?;
    let cluster = reference.get("clusterScope").and_then(Value::as_bool).unwrap_or(false);
    let found = library.find(text(reference, "/name"), cluster, object.namespace);
    Some(found.and_then(|home| {
        let Home { label, complete, .. } = library.home(home);
        if *complete {
            return Ok(home);
        }
        let help =
            "the snapshot holds only the templates that the run used; give the file of the whole object";
        Err((format!("{label} is known only in part"), help.to_owned()))
    }))
}

/// Everything that the document reaches, each template once, callers before what they call.
pub(crate) fn reach<'a>(index: usize, object: &Object<'a>, library: &Library<'a>) -> Vec<Reached<'a>> {
    let own = library.home_of(index);
    let pointers = object.templates().map(|(template, pointer)| (text(template, "/name"), pointer)).collect();
    let mut walk = Walk {
        library,
        object: *object,
        own,
        pointers,
        seen: BTreeSet::new(),
        open: Vec::new(),
        hooks: Vec::new(),
        found: Vec::new(),
    };
    let (home, outer) = match referred(object, library) {
        None => (own, &NOTHING),
        Some(Ok(home)) => (home, library.home(home).spec),
        Some(Err(_)) => return walk.found,
    };
    let either =
        |path| Some(text(object.spec, path)).filter(|name| !name.is_empty()).unwrap_or(text(outer, path));
    walk.named(home, either("/entrypoint"), Root::Entry);
    walk.named(home, either("/onExit"), Root::Exit);
    for hook in hooks(object.spec, object.base).into_iter().chain(hooks(outer, "")) {
        let call = Open { value: hook.value, home, site: object.at("/hooks"), local: false };
        walk.follow(&call, Root::Exit);
        walk.go_on(Root::Exit);
    }
    let rest: Vec<&str> = library.home(home).templates.keys().copied().collect();
    for name in rest {
        walk.named(home, name, Root::Unused);
    }
    walk.found
}

/// A call that is still to be followed.
struct Open<'a> {
    value: &'a Value,
    home: usize,
    /// Where it stands.
    site: String,
    /// Whether that is in the document.
    local: bool,
}

/// What is next.
enum Step<'a> {
    Call(Open<'a>),
    /// A hook, to be kept until everything that Argo follows was followed.
    Hook(Open<'a>),
}

/// The walk along calls: templates call each other as deep as somebody writes them, so that what is open is kept in a list.
struct Walk<'a, 'l> {
    library: &'l Library<'a>,
    object: Object<'a>,
    own: usize,
    pointers: BTreeMap<&'a str, String>,
    /// A home and the path of a template in it.
    seen: BTreeSet<(usize, String)>,
    /// What is open, the next one last.
    open: Vec<Step<'a>>,
    /// Hooks of tasks and steps. Argo does not follow them from the entrypoint, so they come after everything that it does follow.
    hooks: Vec<Open<'a>>,
    found: Vec<Reached<'a>>,
}

impl<'a> Walk<'a, '_> {
    /// Starts at a template of a home by its name, if it exists.
    fn named(&mut self, home: usize, name: &str, root: Root) {
        let Some((name, template)) = self.library.home(home).templates.get_key_value(name) else { return };
        let site = self.object.at("/workflowTemplateRef");
        self.visit(template, home, Some(name), &site, root);
        self.go_on(root);
        let later = if root == Root::Unused { root } else { Root::Exit };
        while let Some(hook) = self.hooks.pop() {
            self.follow(&hook, later);
            self.go_on(later);
        }
    }

    /// Follows everything that is open.
    fn go_on(&mut self, root: Root) {
        while let Some(step) = self.open.pop() {
            match step {
                Step::Call(call) => self.follow(&call, root),
                Step::Hook(hook) => self.hooks.push(hook),
            }
        }
    }

    fn follow(&mut self, call: &Open<'a>, root: Root) {
        let Resolution::Found { template, home: next, name } =
            self.library.resolve(call.value, call.home, self.object.namespace)
        else {
            return;
        };
        let site = match (call.local, name) {
            (true, None) => child(&call.site, "inline"),
            (true, Some(_)) if has(call.value, "templateRef") => child(&call.site, "templateRef"),
            _ => call.site.clone(),
        };
        self.visit(template, next, name, &site, root);
    }

    fn visit(&mut self, template: &'a Value, home: usize, name: Option<&'a str>, site: &str, root: Root) {
        let path = name.map_or_else(|| format!("{site}:{template:p}"), str::to_owned);
        if !self.seen.insert((home, path)) {
            return;
        }
        let own_pointer = name.filter(|_| home == self.own).and_then(|name| self.pointers.get(name));
        // An inline template stands where it is called, in the document or outside it.
        let local = home == self.own;
        let pointer = own_pointer.cloned().unwrap_or_else(|| site.to_owned());
        let label = name.unwrap_or("inline").to_owned();
        self.found.push(Reached { template, home, name: label, pointer: pointer.clone(), local, root });
        let mut steps = Vec::new();
        let open = |value: &'a Value, below: String| {
            let site = if local { below } else { site.to_owned() };
            Open { value, home, site, local }
        };
        for Call { value, pointer: below, .. } in calls(template, &pointer) {
            let of_call = hooks(value, &below);
            steps.push(Step::Call(open(value, below)));
            steps.extend(of_call.into_iter().map(|hook| Step::Hook(open(hook.value, hook.pointer))));
        }
        self.open.extend(steps.into_iter().rev());
    }
}

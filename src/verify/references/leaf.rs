//! The body of a template outside its references: resources, image, deadlines, parallelism, patches (rules 24 to 38).

use serde_json::Value;

use super::body::Body;
use super::expression;
use super::place::{child, finding, has, is_templated, known_names, list, members, text};
use super::retry;
use super::template::{bodies, containers, is_dag_or_steps, is_leaf};
use crate::error::Code;
use crate::evidence::snapshot::any_string;
use crate::units::{Seconds, parse_milli};
use crate::verify::Finding;

/// Container names that Argo keeps for its own (`workflow/common/common.go`, 4.1; rule 38).
const RESERVED: &[&str] = &["wait", "supervisor"];

/// Checks the body of a template.
pub(super) fn check(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    retry::check(body.template, &body.base, out);
    retry::ladders(body, out);
    patch(body.template, &body.base, out);
    deadlines(body, out);
    parallelism(body, out);
    image(body, out);
    for (container, pointer) in containers(body.template, &body.base) {
        resources(container, &pointer, out);
    }
    container_names(body, out);
}

/// What stands in a spec beside its templates and obeys the same rules.
pub(super) fn of_spec(spec: &Value, base: &str, out: &mut Vec<Finding>) {
    retry::check(spec, base, out);
    patch(spec, base, out);
    retry::patch_of_all(spec, base, out);
    at_least_one(spec, base, out);
    let strategy = text(spec, "/podGC/strategy");
    let known = ["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"];
    if !strategy.is_empty() && !known.contains(&strategy) {
        let help = known_names(strategy, "strategies", &known);
        let at = format!("{base}/podGC/strategy");
        out.push(finding(Code::VerifySchema, at, format!("`{strategy}` is no podGC strategy"), help));
    }
    selector(spec, base, out);
}

/// The operators of a label selector (Kubernetes, `LabelSelectorRequirement`), with whether they compare with values.
const OPERATORS: &[(&str, bool)] =
    &[("In", true), ("NotIn", true), ("Exists", false), ("DoesNotExist", false)];

/// The pods that podGC selects (rule 15).
fn selector(spec: &Value, base: &str, out: &mut Vec<Finding>) {
    let known: Vec<&str> = OPERATORS.iter().map(|(name, _)| *name).collect();
    for (wanted, pointer) in list(spec, base, "/podGC/labelSelector/matchExpressions") {
        let operator = text(wanted, "/operator");
        let values = list(wanted, "", "/values").next().is_some();
        let message = match OPERATORS.iter().find(|(name, _)| *name == operator) {
            None => format!("`{operator}` is no operator of a label selector"),
            Some((_, true)) if !values => format!("{operator} has no values to compare with"),
            Some((_, false)) if values => format!("{operator} compares with no values"),
            Some(_) => continue,
        };
        out.push(finding(Code::VerifySchema, pointer, message, known_names(operator, "operators", &known)));
    }
}

/// Requests and limits are amounts, and no request is above its limit.
///
/// Argo's validator does not look; Kubernetes refuses the pod: `must be less than or equal to memory limit`.
fn resources(container: &Value, base: &str, out: &mut Vec<Finding>) {
    let amount = |value: &Value| {
        let written = any_string(value).unwrap_or_default();
        (!is_templated(&written)).then(|| (parse_milli(&written), written))
    };
    for kind in ["requests", "limits"] {
        for (name, value, pointer) in members(container, base, &format!("/resources/{kind}")) {
            let Some((read, written)) = amount(value) else { continue };
            let request = match read {
                Ok(request) => request,
                Err(why) => {
                    let message = format!("`{written}` is no amount of {name}: {why}");
                    out.push(finding(
                        Code::VerifySchema,
                        pointer,
                        message,
                        "write it as Kubernetes does, such as 64Gi or 500m",
                    ));
                    continue;
                }
            };
            let limit =
                container.pointer("/resources/limits").and_then(|limits| limits.get(name)).and_then(amount);
            if let (true, Some((Ok(limit), bound))) = (kind == "requests", limit)
                && request > limit
            {
                let message = format!("{name} requests {written}, more than the limit {bound}");
                // The API takes the object and refuses the pod, as it does where the two meet through `templateDefaults` only.
                out.push(finding(
                    Code::LintRequestAboveLimit,
                    pointer,
                    message,
                    "raise the limit or lower the request",
                ));
            }
        }
    }
}

/// The image of a container or script: its own, or that of the object's templateDefaults (rule 36). The defaults are laid under what is
/// written, before variables are filled in: a parameter that holds nothing leaves no image.
fn image(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let home = body.library.home(body.home);
    for key in ["container", "script"] {
        let Some(container) = body.template.get(key).filter(|container| container.is_object()) else {
            continue;
        };
        let default = text(home.spec, &format!("/templateDefaults/{key}/image"));
        let own = text(container, "/image");
        // Of an object that is known in part, the defaults are not known.
        let is_missing = own.is_empty() && default.is_empty() && home.complete;
        if is_missing || !own.is_empty() && body.settled(own).is_empty() {
            let holder = child(&body.base, key);
            let at = if has(container, "image") { child(&holder, "image") } else { holder };
            out.push(finding(
                Code::VerifySchema,
                at,
                format!("the {key} has no image"),
                "name the image to run",
            ));
        }
    }
}

/// `timeout` and `activeDeadlineSeconds` bound one attempt of a leaf (rules 27, 28, 31, 32).
fn deadlines(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    // That there is no body is told elsewhere.
    let Some(kind) = bodies(body.template).first().copied() else { return };
    // A bare number counts seconds here (`workflow/controller/operator.go`, `executeSuspend`).
    if let Some(written) =
        body.template.pointer("/suspend/duration").and_then(any_string).filter(|text| !text.is_empty())
    {
        retry::duration(&written, &format!("{}/suspend/duration", body.base), out);
    }
    for key in ["timeout", "pendingTimeout"] {
        let Some(written) = body.template.get(key).and_then(any_string).filter(|written| !written.is_empty())
        else {
            continue;
        };
        let at = child(&body.base, key);
        if !is_leaf(body.template) {
            let message = format!("a {kind} template has a {key}");
            out.push(finding(Code::VerifySchema, at, message, "set it on the templates that run containers"));
            continue;
        }
        let written = body.settled(&written);
        if !is_templated(&written)
            && (written.parse::<i64>().is_ok() || Seconds::parse_argo(&written).is_none())
        {
            // Any other nonsense passes Argo's validator and fails the node: `invalid timeout format` (`operator.go`).
            let message = format!("`{written}` is no {key}");
            out.push(finding(
                Code::VerifyDuration,
                at,
                message,
                "write a number with h, m or s, such as 36h; Go has no days",
            ));
        }
    }
    if let Some(written) = body.template.get("activeDeadlineSeconds").and_then(any_string) {
        let at = child(&body.base, "activeDeadlineSeconds");
        if is_dag_or_steps(body.template) {
            let message = format!("a {kind} template has activeDeadlineSeconds");
            out.push(finding(Code::VerifySchema, at, message, "set it on the templates that run containers"));
        } else if !is_templated(&written) && !written.parse::<i32>().is_ok_and(|seconds| seconds > 0) {
            let help = "write a whole number of seconds above 0: Kubernetes takes no pod with another";
            out.push(finding(Code::VerifySchema, at, format!("`{written}` is no deadline"), help));
        }
    }
}

/// `parallelism` belongs to templates that call others.
fn parallelism(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    let at = child(&body.base, "parallelism");
    if is_dag_or_steps(body.template) {
        at_least_one(body.template, &body.base, out);
    } else if has(body.template, "parallelism") {
        let help = "set it on the DAG or steps template that calls this one";
        out.push(finding(Code::VerifySchema, at, "parallelism of a template that calls no others", help));
    }
}

/// The full CRDs take no parallelism below 1 (`workflow_types.go`); without them nothing would ever start.
fn at_least_one(holder: &Value, base: &str, out: &mut Vec<Finding>) {
    if holder.get("parallelism").and_then(Value::as_i64).is_some_and(|number| number < 1) {
        let help = "write 1 or more, or leave it out for no bound";
        out.push(finding(Code::VerifySchema, child(base, "parallelism"), "parallelism is below 1", help));
    }
}

/// A podSpecPatch is a YAML or JSON map. Only the controller finds out, when its variables are filled in: `Failed
/// to unmarshal podSpecPatch`. One with variables is taken if some plain value makes it a map.
fn patch(holder: &Value, base: &str, out: &mut Vec<Finding>) {
    /// What might be filled in: a word, a number, nothing, or a whole part of the patch.
    const FILLINGS: &[&str] = &["x", "1", "", "{}", "\"x\""];
    let written = text(holder, "/podSpecPatch");
    if written.is_empty() {
        return;
    }
    let mut first = None;
    for filling in FILLINGS {
        let Some(filled) = expression::filled(written, filling) else { return };
        let why = match serde_yaml::from_str::<serde_yaml::Value>(&filled) {
            Ok(serde_yaml::Value::Mapping(_)) => return,
            Ok(_) => "it is not a map".to_owned(),
            Err(error) => error.to_string(),
        };
        first = first.or(Some(why));
    }
    let message = format!("the podSpecPatch cannot be read: {}", first.unwrap_or_default());
    let help = "write a part of a pod's spec, such as `containers: [{name: main, …}]`";
    out.push(finding(Code::VerifyPodSpecPatch, child(base, "podSpecPatch"), message, help));
}

/// Containers beside the main one have names, and not those of Argo's own.
fn container_names(body: &Body<'_, '_>, out: &mut Vec<Finding>) {
    for (container, pointer) in list(body.template, &body.base, "/initContainers") {
        if text(container, "/name").is_empty() {
            out.push(finding(Code::VerifyName, pointer, "the init container has no name", "give it one"));
        }
    }
    for path in ["/containerSet/containers", "/sidecars"] {
        for (container, pointer) in list(body.template, &body.base, path) {
            let name = text(container, "/name");
            if RESERVED.contains(&name) {
                let message = format!("`{name}` is a container of Argo's own");
                out.push(finding(Code::VerifyName, child(&pointer, "name"), message, "give it another name"));
            }
        }
    }
}

//! `[[rules]]` and `[policy]`: the usual treatments, each with what the run shows of it.

use super::tiers::has_next;
use crate::init::Shown;
use crate::init::page::Page;
use crate::recipe::Cause;
use crate::units::named;

/// A rule that suits most pipelines.
struct Usual {
    name: &'static str,
    why: &'static str,
    causes: &'static [Cause],
    codes: &'static [i32],
    /// What to do about it, where there is a larger tier and where there is none.
    treatment: [&'static str; 2],
}

impl Usual {
    const fn new(
        name: &'static str,
        why: &'static str,
        causes: &'static [Cause],
        treatment: &'static str,
    ) -> Self {
        Self { name, why, causes, codes: &[], treatment: [treatment, treatment] }
    }
}

/// SIGTERM as an exit code.
const TERMINATED: i32 = 143;

const USUAL: &[Usual] = &[
    Usual {
        treatment: [
            "retry = { tier = \"next\", max-retries = 2 }",
            "hold  = \"out of memory, and there is no larger tier\"",
        ],
        ..Usual::new("oom", "out of memory: only more of it helps", &[Cause::Oom], "")
    },
    Usual::new(
        "too-slow",
        "cut by a deadline while it computed: the same tier with half as long again",
        &[Cause::Deadline],
        "retry = { deadline-factor = 1.5, max-retries = 2 }",
    ),
    Usual::new(
        "interrupted",
        "it never had its chance, or was interrupted through no fault of its own",
        &[Cause::Starved, Cause::Stopped, Cause::Orphaned, Cause::RetryWindow],
        "retry = { max-retries = 3 }",
    ),
    Usual::new(
        "incomplete",
        "ended well, but the results are not there ([outputs]): once more",
        &[Cause::OutputMissing],
        "retry = { max-retries = 1 }",
    ),
    Usual::new(
        "disruption",
        "the cluster's trouble, not the item's",
        &[
            Cause::Preempted,
            Cause::Executor,
            Cause::Artifact,
            Cause::Quota,
            Cause::Unschedulable,
            Cause::Mount,
        ],
        "retry = { max-retries = 5 }",
    ),
    Usual {
        codes: &[TERMINATED],
        ..Usual::new(
            "terminated",
            "a SIGTERM that nothing explains: mostly a preemption",
            &[Cause::Exit],
            "retry = { max-retries = 3 }",
        )
    },
    Usual {
        treatment: ["retry = { tier = \"next\", max-retries = 1 }", "retry = { max-retries = 1 }"],
        ..Usual::new("pressure", "its node ran short of memory or disk", &[Cause::Evicted], "")
    },
];

pub(super) fn write(page: &mut Page, shown: &Shown<'_>) {
    page.heading("Rules: the first one that matches an item decides");
    for rule in USUAL {
        usual(page, shown, rule);
    }
    codes(page, shown);
    policy(page, shown);
}

fn usual(page: &mut Page, shown: &Shown<'_>, rule: &Usual) {
    let seen = if rule.codes.is_empty() {
        shown.endings.seen(rule.causes, &[])
    } else {
        let count = shown.endings.exited(rule.codes);
        (count > 0).then(|| count.to_string())
    };
    let seen = seen.map_or(String::new(), |seen| format!(" (seen: {seen})"));
    page.noted("[[rules]]", &format!("{}{seen}", rule.why));
    page.line(&format!("name  = \"{}\"", rule.name));
    let words = |list: Vec<String>| list.join(", ");
    let causes = words(rule.causes.iter().map(|cause| format!("\"{cause}\"")).collect());
    let codes = words(rule.codes.iter().map(ToString::to_string).collect());
    let codes = if codes.is_empty() { codes } else { format!(", exit-codes = [{codes}]") };
    page.line(&format!("when  = {{ causes = [{causes}]{codes} }}"));
    page.line(rule.treatment[usize::from(!has_next(shown))]);
    page.blank();
}

/// A rule for each exit code that was seen, switched off: what a code means, only the program knows.
fn codes(page: &mut Page, shown: &Shown<'_>) {
    for (code, items) in shown.endings.exits.iter().filter(|(code, _)| **code != TERMINATED) {
        let which = super::clipped(&named(&shown.items.noun(), items));
        page.decide(&format!(
            "what does the program mean by exit code {code}? It ended {which}. The same again may fail again (skip), or not (retry)."
        ));
        page.off("[[rules]]", "");
        page.off(&format!("name = \"exit-{code}\""), "");
        page.off(&format!("when = {{ causes = [\"exit\"], exit-codes = [{code}] }}"), "");
        page.off("skip = \"…\"", "or: retry = { max-retries = 1 }");
        page.blank();
    }
}

fn policy(page: &mut Page, shown: &Shown<'_>) {
    let matched: Vec<Cause> =
        USUAL.iter().filter(|rule| rule.codes.is_empty()).flat_map(|rule| rule.causes).copied().collect();
    let rest: Vec<Cause> = Cause::ALL
        .iter()
        .copied()
        .filter(|cause| !matched.contains(cause) && *cause != Cause::OomProbable)
        .collect();
    // A rule that asks for codes takes its items only, and leaves the others of the same cause.
    let codes: Vec<i32> = USUAL.iter().flat_map(|rule| rule.codes).copied().collect();
    page.line("[policy]");
    if let Some(seen) = shown.endings.seen(&rest, &codes) {
        page.says(&format!("Ended in a way that no rule above is sure to match: {seen}."));
    }
    page.noted(
        "unmatched           = \"hold\"",
        "a person decides; or skip, or retry (once, in the same tier)",
    );
    let seen = shown.endings.count(Cause::OomProbable);
    let seen = if seen > 0 { format!(" (seen: {seen})") } else { String::new() };
    page.noted(
        "oom-probable        = \"hold\"",
        &format!("killed with 137 and nothing that explains it{seen}; or oom, or skip"),
    );
    page.noted("open-decisions      = \"allow\"", "plan the rest while a person decides; or block");
    fraction(page, shown);
}

/// The stop-loss, and whether this run is above it.
fn fraction(page: &mut Page, shown: &Shown<'_>) {
    let endings = &shown.endings;
    let of_workload = [
        Cause::Oom,
        Cause::OomProbable,
        Cause::Exit,
        Cause::Deadline,
        Cause::OutputMissing,
        Cause::Mount,
        Cause::Image,
        Cause::ContainerConfig,
        Cause::TemplateError,
        Cause::Unknown,
    ];
    let failed: usize = of_workload.iter().map(|cause| endings.count(*cause)).sum();
    if endings.items > 0 && failed * 10 > endings.items * 3 {
        page.decide(&format!(
            "{failed} of {} failed by themselves in this run, more than 0.3 of them: nothing is planned before somebody has looked, and \
             either mended what they share or raised this.",
            endings.items
        ));
    }
    page.noted("max-failed-fraction = 0.3", "more failures than this are no accidents: stop and look");
}

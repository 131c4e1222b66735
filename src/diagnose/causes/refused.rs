//! Why it was not one of the neighbouring causes, with the numbers that say so: an end by a signal or a deadline has several readings.

use jiff::Timestamp;

use super::context::Context;
use super::{Judgement, Limit, memory};
use crate::diagnose::moments::Moment;
use crate::recipe::Cause;
use crate::units::Seconds;

/// A cause that would have explained the end as well, and what speaks against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The neighbour.
    pub cause: Cause,
    /// What speaks against it, with its numbers.
    pub because: String,
}

/// The causes that [`neighbours`] asks.
pub(super) const NEIGHBOURS: &[Cause] =
    &[Cause::Stopped, Cause::Deadline, Cause::RetryWindow, Cause::Evicted, Cause::Preempted, Cause::Oom];

/// The neighbours of a judgement on an end by SIGKILL, SIGTERM or a deadline, in the order in which they are asked.
pub(super) fn neighbours(context: &Context<'_>, judged: &Judgement) -> Vec<Refused> {
    let limit = judged.cut_by.map(|cut| cut.limit);
    let mut refused = Vec::new();
    let mut refuse = |cause, because: String| refused.push(Refused { cause, because });
    if judged.cause != Cause::Stopped {
        refuse(Cause::Stopped, not_stopped(context));
    }
    if limit != Some(Limit::Workflow) {
        refuse(Cause::Deadline, not_the_workflows(context));
    }
    if judged.cause != Cause::RetryWindow {
        refuse(Cause::RetryWindow, not_the_window(context));
    }
    if limit != Some(Limit::Template) {
        refuse(Cause::Deadline, not_the_templates(context));
    }
    refuse(
        Cause::Evicted,
        "no eviction: the message would be the kubelet's, and name the resource".to_owned(),
    );
    refuse(Cause::Preempted, "no message tells of a deleted pod or a lost node".to_owned());
    if judged.cause != Cause::Oom {
        refuse(Cause::Oom, memory::refused(context));
    }
    refused
}

fn not_stopped(context: &Context<'_>) -> String {
    match context.moments.stop {
        Some(stop) => format!("the workflow was stopped {}", apart(stop, context.attempt.finished)),
        None => "no shutdown: nobody stopped or terminated the workflow".to_owned(),
    }
}

fn not_the_workflows(context: &Context<'_>) -> String {
    match context.moments.due {
        Some(due) => {
            format!("the workflow's deadline of {} is {}", due.interval, apart(due, context.attempt.finished))
        }
        None => "the workflow has no deadline".to_owned(),
    }
}

fn not_the_window(context: &Context<'_>) -> String {
    let Some(length) = context.window_length() else {
        return "no window: its template has no backoff.maxDuration".to_owned();
    };
    let Some(window) = context.window_end(length) else {
        return format!("the window of {length} has no known beginning");
    };
    if context.attempt.place.ordinal == 0 {
        return format!(
            "the window of {length} ended at {}, and does not bound the first attempt",
            window.at
        );
    }
    format!("the window of {length} ended {}", apart(window, context.attempt.finished))
}

fn not_the_templates(context: &Context<'_>) -> String {
    let Some(length) = context.template_deadline() else {
        return "its template has no deadline".to_owned();
    };
    match context.attempt.started.and_then(|start| Moment::after(start, length)) {
        Some(moment) => {
            format!("its template's deadline of {length} is {}", apart(moment, context.attempt.finished))
        }
        None => format!("its template allows {length}, and when it began is not known"),
    }
}

/// Where a moment lies against the end of the attempt.
fn apart(moment: Moment, end: Option<Timestamp>) -> String {
    let Some(end) = end else { return format!("at {}, and when the attempt ended is not known", moment.at) };
    if moment.explains(Some(end)) {
        return format!("at {}, which is at its end too, but another reading comes first", moment.at);
    }
    let after = moment.at.duration_since(end).as_secs();
    let side = if after > 0 { "after" } else { "before" };
    format!("at {}, {} {side} its end", moment.at, in_hours(Seconds(after.unsigned_abs())))
}

/// `137 h`: days hide how far a deadline lies from an attempt of hours.
fn in_hours(length: Seconds) -> String {
    if length.0 < 2 * 3600 { length.to_string() } else { format!("{} h", length.0 / 3600) }
}

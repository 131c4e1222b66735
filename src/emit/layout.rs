//! `[output] layout`: whether the items of a tier are a task each or one task with `withItems`.

use super::Job;
use super::arguments::Arguments;
use crate::error::{Code, Fault};
use crate::recipe::Layout;
use crate::source::Place;

/// Up to so many items a tier lists one task each; more become one task with items (`layout = "auto"`).
const TASKS_AT_MOST: usize = 20;

/// The API server's limit on the written tasks of a DAG (`DAGTemplate` in `workflow_types.go`, Argo 4.0), and on templates.
pub(super) const WRITTEN_AT_MOST: usize = 200;

/// Whether the items with these arguments become one task with items. Such a task can tell its items apart by parameters, not by
/// artifacts.
///
/// # Errors
/// [`Code::EmitBadLayout`] where the layout that the recipe asks for cannot be had, [`Code::EmitTooLarge`] where none can.
pub(super) fn is_looped(job: &Job<'_>, arguments: &[Arguments]) -> Result<bool, Fault> {
    let count = arguments.len();
    let same_artifacts = same_artifacts(arguments);
    let asked = &job.recipe.output.layout;
    match asked.value {
        Layout::Auto => automatic(job, count, same_artifacts),
        Layout::Tasks if count > WRITTEN_AT_MOST => {
            let what = format!("{count} items in one tier would be {count} tasks");
            Err(too_many_for_tasks(&asked.place, &what, same_artifacts))
        }
        Layout::Tasks => Ok(false),
        Layout::Items if !same_artifacts => Err(too_different_for_items(&asked.place, count)),
        Layout::Items => Ok(true),
    }
}

/// Whether all items are handed the same artifacts, so that one task can run them.
pub(super) fn same_artifacts(arguments: &[Arguments]) -> bool {
    arguments.windows(2).all(|pair| pair[0].artifacts == pair[1].artifacts)
}

/// What is wrong where items that fit a DAG do not fit it with their recovery steps, and the recipe asked for tasks; `None` where it did
/// not ask, or cannot have another layout.
pub(super) fn too_many_with_steps(
    job: &Job<'_>,
    items: usize,
    tasks: usize,
    same_artifacts: bool,
) -> Option<Fault> {
    let asked = &job.recipe.output.layout;
    let what = format!("{items} items in one tier would be {tasks} tasks with their recovery steps");
    let is_mendable = asked.value == Layout::Tasks && same_artifacts;
    is_mendable.then(|| too_many_for_tasks(&asked.place, &what, same_artifacts))
}

fn automatic(job: &Job<'_>, count: usize, same_artifacts: bool) -> Result<bool, Fault> {
    if !same_artifacts && count > WRITTEN_AT_MOST {
        return Err(neither(job, count));
    }
    Ok(same_artifacts && count > TASKS_AT_MOST)
}

fn too_many_for_tasks(asked: &Place, what: &str, same_artifacts: bool) -> Fault {
    let help = if same_artifacts {
        "write `layout = \"auto\"` or `layout = \"items\"`, or plan them in parts: `--only` takes a list such as 2-100"
    } else {
        "plan them in parts: `--only` takes a list such as 2-100"
    };
    Fault::new(
        Code::EmitBadLayout,
        format!("{what}, and a DAG holds {WRITTEN_AT_MOST} written tasks at most"),
        help,
    )
    .at(asked, "asked for here")
}

fn too_different_for_items(asked: &Place, count: usize) -> Fault {
    Fault::new(
        Code::EmitBadLayout,
        format!(
            "{count} items in one tier take different artifacts, which one task with items cannot give them"
        ),
        "write `layout = \"auto\"` or `layout = \"tasks\"`",
    )
    .at(asked, "asked for here")
}

fn neither(job: &Job<'_>, count: usize) -> Fault {
    Fault::new(
        Code::EmitTooLarge,
        format!("{count} items in one tier take different artifacts, and a DAG holds {WRITTEN_AT_MOST} written tasks at most"),
        "plan them in parts: `--only` takes a list such as 2-100",
    )
    .at(&job.recipe.items.template.place, "the template of the items")
}

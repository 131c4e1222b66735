//! `lint::named-ttl`: a Workflow of a fixed name is removed after its end, and the next sync runs it all again.

use super::strategy::written;
use super::survey::Survey;
use super::synced::{by, is_hook};
use super::{Level, Lint};
use crate::error::Code;
use crate::units::Seconds;
use crate::verify::Finding;
use crate::verify::references::object::Kind;

pub(super) const LINT: Lint = Lint {
    code: Code::LintNamedTtl,
    title: "a Workflow of a fixed name has a TTL, so that whoever applies it again runs it again",
    level: Level::Warning,
    certain: false,
    check,
};

const KEYS: [&str; 3] = ["secondsAfterCompletion", "secondsAfterSuccess", "secondsAfterFailure"];

fn check(survey: &Survey<'_>, out: &mut [Vec<Finding>]) {
    for subject in &survey.subjects {
        let object = &subject.object;
        if object.kind != Kind::Workflow || object.name.is_empty() || is_hook(object.document) {
            continue;
        }
        let Some(ttl) = subject.effective("ttlStrategy") else { continue };
        let times = KEYS.iter().filter_map(|key| ttl.get(*key)?.as_u64());
        let Some(first) = times.min() else { continue };
        let who = by(survey.setting, subject.index).map_or_else(String::new, |who| format!(" ({who})"));
        out[subject.index].push(Finding::new(
            Code::LintNamedTtl,
            subject.place_of("ttlStrategy"),
            format!(
                "`{}` is removed {} after its end; the next sync of its file{who} finds it gone and runs all of it again",
                object.name,
                written(Seconds(first))
            ),
            "take the ttlStrategy off a Workflow that stands in git under a name, and remove the file when it is done",
        ));
    }
}

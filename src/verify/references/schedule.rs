//! When a CronWorkflow runs: at times that can be read (rule 5).
//!
//! Source: Argo 4.0.7, `ValidateCronWorkflow` in `workflow/validate/validate.go`, and `github.com/robfig/cron` 3, `ParseStandard`. The names of
//! time zones are those of the tz database that `jiff` has with it, so that no machine's own decides.

use jiff::tz::TimeZoneDatabase;

use super::object::{Kind, Object};
use super::place::{child, finding, known_names, list, text};
use crate::error::Code;
use crate::units::{Seconds, name};
use crate::verify::Finding;

/// The five fields: what they are called, their least and greatest number, and the names of numbers.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

/// Words that stand for a schedule.
const WORDS: &[&str] = &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Checks the schedules of a CronWorkflow.
pub(super) fn check(object: &Object<'_>, out: &mut Vec<Finding>) {
    if object.kind != Kind::CronWorkflow {
        return;
    }
    let spec = &object.document["spec"];
    // The singular key is Argo 3's; whether the version that runs still knows it, its schema says.
    let single = spec.get("schedule").map(|schedule| (schedule, child("/spec", "schedule")));
    let all: Vec<_> = list(spec, "/spec", "/schedules").chain(single).collect();
    if all.is_empty() {
        let help = "give `schedules` a list such as ['0 3 * * *']";
        out.push(finding(Code::VerifySchedule, "/spec", "the CronWorkflow has no schedule", help));
    }
    for (schedule, pointer) in all {
        let written = schedule.as_str().unwrap_or_default();
        if let Err(why) = read(written) {
            let message = format!("`{written}` is no schedule: {why}");
            let help = "write minute, hour, day of the month, month and day of the week, such as `0 3 * * 1-5`, or @daily";
            out.push(finding(Code::VerifySchedule, pointer, message, help));
        }
    }
    let policy = text(spec, "/concurrencyPolicy");
    let known = ["Allow", "Forbid", "Replace"];
    if !policy.is_empty() && !known.contains(&policy) {
        let help = known_names(policy, "policies", &known);
        let message = format!("`{policy}` is no concurrency policy");
        out.push(finding(Code::VerifySchedule, "/spec/concurrencyPolicy", message, help));
    }
    if spec
        .get("startingDeadlineSeconds")
        .and_then(serde_json::Value::as_i64)
        .is_some_and(|number| number < 0)
    {
        let (at, message) = ("/spec/startingDeadlineSeconds", "startingDeadlineSeconds is below 0");
        out.push(finding(
            Code::VerifySchedule,
            at,
            message,
            "write how many seconds late a run can still start",
        ));
    }
    zone(text(spec, "/timezone"), out);
}

/// A time zone that Go knows by this very name: it reads the tz database's files, and takes `Local` and no name by themselves
/// (`time.LoadLocation`, which the parser of schedules asks).
fn is_zone(name: &str) -> bool {
    matches!(name, "" | "Local")
        || TimeZoneDatabase::bundled().available().any(|known| known.as_str() == name)
}

fn zone(written: &str, out: &mut Vec<Finding>) {
    if is_zone(written) {
        return;
    }
    let zones: Vec<String> =
        TimeZoneDatabase::bundled().available().map(|known| known.as_str().to_owned()).collect();
    let meant = name::meant(written, zones.iter().map(String::as_str));
    let message = format!("`{written}` is no time zone");
    let help = format!("{meant}write a name of the tz database, such as America/Los_Angeles or UTC");
    out.push(finding(Code::VerifySchedule, "/spec/timezone", message, help));
}

/// Reads one schedule.
fn read(written: &str) -> Result<(), String> {
    let mut rest = written;
    if rest.starts_with("TZ=") || rest.starts_with("CRON_TZ=") {
        rest = rest.split_once(' ').map(|(_, rest)| rest.trim()).ok_or("only a time zone stands there")?;
    }
    if let Some(length) = rest.strip_prefix("@every ") {
        let bare = length.parse::<f64>().is_ok_and(|number| number != 0.0);
        let right = !bare && Seconds::parse_argo(length).is_some();
        return if right { Ok(()) } else { Err(format!("`{length}` is no duration such as 90m")) };
    }
    if rest.starts_with('@') {
        let known = WORDS.contains(&rest);
        return if known { Ok(()) } else { Err(format!("its words are {} and @every", WORDS.join(", "))) };
    }
    let fields: Vec<&str> = rest.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!("it has {} fields, not 5", fields.len()));
    }
    for (field, (name, least, most, names)) in fields.into_iter().zip(FIELDS) {
        for part in field.split(',').filter(|part| !part.is_empty()) {
            range(part, least, most, names).map_err(|why| format!("in the {name}, {why}"))?;
        }
    }
    Ok(())
}

/// `*`, `N`, `N-M`, each with or without `/STEP`.
fn range(part: &str, least: u32, most: u32, names: &[&str]) -> Result<(), String> {
    let number = |text: &str| {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let offset = if least == 1 { 1 } else { 0 };
        named
            .and_then(|position| u32::try_from(position).ok())
            .map(|position| position + offset)
            .or_else(|| text.parse().ok())
            .ok_or_else(|| format!("`{text}` is no number"))
    };
    let (bounds, step) = part.split_once('/').map_or((part, None), |(bounds, step)| (bounds, Some(step)));
    if let Some(step) = step
        && step.parse::<u32>().ok().is_none_or(|step| step == 0)
    {
        return Err(format!("`{step}` is no step"));
    }
    let (from, to) = match bounds.split_once('-') {
        None if matches!(bounds, "*" | "?") => (least, most),
        None => (number(bounds)?, if step.is_some() { most } else { number(bounds)? }),
        Some(("*" | "?", _)) => (least, most),
        Some((from, to)) => (number(from)?, number(to)?),
    };
    if from < least || to > most || from > to {
        return Err(format!("`{part}` is not within {least} to {most}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_read_as_the_controller_does() {
        for written in [
            "0 3 * * *",
            "*/15 0-6,22 1 JAN-mar mon",
            "5/10 ? * 12 6",
            "@daily",
            "@every 1h30m",
            "TZ=America/New_York 0 3 * * *",
            "CRON_TZ=UTC @hourly",
        ] {
            assert_eq!(read(written), Ok(()), "{written}");
        }
        for (written, why) in [
            ("", "it has 0 fields, not 5"),
            ("0 0 3 * * *", "it has 6 fields, not 5"),
            ("60 * * * *", "in the minute, `60` is not within 0 to 59"),
            ("0 24 * * *", "in the hour, `24` is not within 0 to 23"),
            ("0 0 0 * *", "in the day of the month, `0` is not within 1 to 31"),
            ("0 0 * 5-2 *", "in the month, `5-2` is not within 1 to 12"),
            ("0 0 * * 7", "in the day of the week, `7` is not within 0 to 6"),
            ("*/0 * * * *", "in the minute, `0` is no step"),
            ("a * * * *", "in the minute, `a` is no number"),
            ("@every 90", "`90` is no duration such as 90m"),
            ("TZ=UTC", "only a time zone stands there"),
        ] {
            assert_eq!(read(written), Err(why.to_owned()), "{written}");
        }
    }
}

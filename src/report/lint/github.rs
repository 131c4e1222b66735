//! Annotations of GitHub Actions: a workflow command a finding (GitHub, "Workflow commands for GitHub Actions").

use std::fmt::Write as _;

use crate::error::{Fault, Faults};
use crate::lint::Level;
use crate::pipeline::lint::{Found, Outcome};

/// One line for each finding, and for each file that could not be used.
pub fn github(outcome: &Outcome, faults: &Faults) -> String {
    let findings = outcome.found.iter().map(finding);
    let faults = faults.iter().map(|fault| {
        let place = fault.labels.first().map(|label| &label.place);
        let mut properties = Vec::new();
        if let Some(place) = place {
            let (line, column) = place.line_column();
            properties.push(("file", place.source().name().to_owned()));
            properties.push(("line", line.to_string()));
            properties.push(("col", column.to_string()));
        }
        command("error", properties, fault)
    });
    findings.chain(faults).collect()
}

fn finding(found: &Found) -> String {
    let command_of = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let span = found.span;
    let mut properties = Vec::new();
    // What came in by standard input is in no file that could be annotated.
    if found.file_name() != "-" {
        properties.push(("file", found.file_name().to_owned()));
    }
    properties.push(("line", span.line.to_string()));
    properties.push(("col", span.column.to_string()));
    if span.end_line > span.line {
        properties.push(("endLine", span.end_line.to_string()));
    } else {
        // GitHub takes an end column only within one line.
        properties.push(("endColumn", span.end_column.to_string()));
    }
    command(command_of, properties, &found.fault)
}

fn command(name: &str, properties: Vec<(&str, String)>, fault: &Fault) -> String {
    let mut line = format!("::{name} ");
    for (key, value) in properties {
        let _ = write!(line, "{key}={},", property(&value));
    }
    let message = data(&format!("{}\nhelp: {}", fault.message, fault.help));
    let _ = writeln!(line, "title={}::{message}", property(fault.code.as_str()));
    line
}

/// What follows the last `::`: a line end would end the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property also ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50%\r\nof: a,b"), "50%25%0D%0Aof: a,b");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}

//! The terminal: results to stdout, faults and progress to stderr, colour where it is wanted.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use gapit_compile::error::{Fault, Faults};
use gapit_compile::io;
use gapit_compile::lint::Level;
use gapit_compile::pipeline::lint::Found;
use gapit_compile::report::FaultReport;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};

use super::args::{Color, Format, ScreenArgs};

/// Faults are wrapped at this width whatever the terminal's is, so that a log shows what a person saw.
const WIDTH: usize = 110;

/// A quotation longer than this is wrapped like other text: kept whole, it would be cut in the middle of a word.
const QUOTED_AT_MOST: usize = 80;

/// How this run prints.
pub(crate) struct Screen {
    format: Format,
    color: Color,
}

/// Prints a result, to the last byte: half of one can pass for a whole one, as a stream of YAML that ends between two documents does.
///
/// # Errors
/// What standard output was sent to does not take it, such as a full disk.
pub(crate) fn out(text: &str) -> Result<(), Fault> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A closed pipe (`| head`) is no fault of ours, and there is nobody left to tell.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(io::not_printed(&error)),
        _ => Ok(()),
    }
}

/// Prints what is not a result.
pub(crate) fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

impl Screen {
    pub(crate) fn new(args: &ScreenArgs) -> Self {
        Self { format: args.format, color: args.color }
    }

    /// For what takes no flags about printing.
    pub(crate) fn plain() -> Self {
        Self { format: Format::Text, color: Color::Auto }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether stdout is to be coloured.
    pub(crate) fn colors_stdout(&self) -> bool {
        self.colors(std::io::stdout().is_terminal())
    }

    fn colors(&self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if is_set("NO_COLOR") => false,
            Color::Auto => is_set("CLICOLOR_FORCE") || terminal,
        }
    }

    /// Prints faults to stderr, all of them.
    pub(crate) fn faults(&self, faults: &Faults) {
        if self.is_json() {
            let list: Vec<FaultReport> = faults.iter().map(FaultReport::from).collect();
            err(&json(&serde_json::json!({ "faults": list })));
            return;
        }
        let handler = handler(self.colors(std::io::stderr().is_terminal()));
        for fault in faults {
            err(&frame(&handler, fault, Level::Error));
        }
        if let Some(first) = faults.iter().next() {
            err(&format!("gapit-compile explain {} tells more\n", first.code));
        }
    }

    /// The frames of findings, for stdout.
    pub(crate) fn findings(&self, found: &[Found]) -> String {
        let handler = handler(self.colors_stdout());
        let mut text: String = found.iter().map(|found| frame(&handler, &found.fault, found.level)).collect();
        if let Some(first) = found.first() {
            text.push_str(&format!("gapit-compile explain {} tells more\n", first.fault.code));
        }
        text
    }
}

fn handler(colors: bool) -> GraphicalReportHandler {
    let theme = if colors { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false)
}

/// A fault in the text it is about.
fn frame(handler: &GraphicalReportHandler, fault: &Fault, level: Level) -> String {
    let mut text = String::new();
    let shown = Leveled { fault: unbroken(fault), level };
    if handler.render_report(&mut text, &shown).is_err() {
        text = format!("{}: {fault}\n  help: {}\n", fault.code, fault.help);
    }
    as_written(&text)
}

/// A fault that need not be an error.
#[derive(Debug)]
struct Leveled {
    fault: Fault,
    level: Level,
}

impl std::fmt::Display for Leveled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for Leveled {}

impl Diagnostic for Leveled {
    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Advice,
        })
    }

    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.fault.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.fault.help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.fault.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.fault.labels()
    }
}

/// JSON as people and git like it: indented, one line end at its end.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    let text =
        serde_json::to_string_pretty(value).expect("our own types have string keys and finite numbers");
    text + "\n"
}

/// Unicode's NON-BREAKING HYPHEN, NO-BREAK SPACE and WORD JOINER: between these no line is broken.
const HYPHEN: &str = "\u{2011}";
const SPACE: &str = "\u{a0}";
const JOINER: &str = "\u{2060}";

/// The fault with its names and its quoted commands kept whole, so that they can be copied from the screen: wrapping breaks at
/// every hyphen, and to choose another rule takes a type of a crate that is not among the dependencies.
fn unbroken(fault: &Fault) -> Fault {
    let quoted = |part: &str| -> String {
        part.chars()
            .flat_map(|c| [JOINER.to_owned(), if c == ' ' { SPACE.to_owned() } else { c.to_string() }])
            .collect()
    };
    let kept = |text: &str| {
        let parts = text.split('`').enumerate().map(|(at, part)| {
            let is_quoted = at % 2 == 1 && part.chars().count() < QUOTED_AT_MOST;
            if is_quoted { quoted(part) + JOINER } else { part.to_owned() }
        });
        parts.collect::<Vec<_>>().join("`").replace('-', HYPHEN)
    };
    Fault { message: kept(&fault.message), help: kept(&fault.help), ..fault.clone() }
}

/// What `unbroken` made unbreakable, as it was.
fn as_written(text: &str) -> String {
    text.replace(HYPHEN, "-").replace(SPACE, " ").replace(JOINER, "")
}

/// Whether an environment variable is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "the terminal's wishes stand in the environment, and only cli reads it"
)]
fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

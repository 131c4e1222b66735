//! The catalogue's pages of this stage, executed: each example gives its fault in the words shown, each JSON or YAML fix gives none.

use crate::error::{Code, Faults};
use crate::evidence::{kind, outputs, snapshot, templates, usage};
use crate::source::{At, Source};

/// The first block of that language in a section of a page.
fn block<'a>(page: &'a str, section: &str, languages: &[&str]) -> Option<&'a str> {
    let (_, from) = page.split_once(&format!("\n## {section}\n"))?;
    let within = from.split("\n## ").next()?;
    languages.iter().find_map(|language| {
        let (_, from) = within.split_once(&format!("```{language}\n"))?;
        from.split_once("\n```").map(|(block, _)| block)
    })
}

fn read(code: Code, text: &str) -> Result<(), Faults> {
    let source = Source::new("example.json", text);
    match code {
        Code::ScanNotAScan => outputs::parse(&source).map(drop),
        Code::UsageNotAUsage | Code::UsageBadNumber => usage::parse(&source).map(drop),
        Code::TemplatesNotATemplate => templates::parse(&source).map(drop),
        Code::TemplatesTwoKinds => {
            let name = At::new("gapit3-gwas-single-trait".to_owned(), source.place(0..0));
            kind::reference(&name, "run-gwas", None, &templates::parse(&source)?)?;
            Ok(())
        }
        _ => {
            let workflow = snapshot::read(source.name(), text.as_bytes())?;
            match code {
                Code::SnapshotLineage => snapshot::lineage(vec![workflow]).map(drop),
                Code::SnapshotOtherPipeline | Code::SnapshotNoIndex | Code::SnapshotIndexClash => {
                    snapshot::items(&workflow, "run-gwas", "trait-index").map(drop)
                }
                _ => Ok(()),
            }
        }
    }
}

#[test]
fn every_example_gives_its_fault_and_every_fix_gives_none() {
    let stage = |code: &&Code| {
        ["snapshot::", "scan::", "usage::", "templates::"].iter().any(|s| code.as_str().starts_with(s))
    };
    // These are found by later stages: the range and whose a directory is by the diagnosis, the root directory by the walk, that
    // there is no fan-out by `init`.
    let elsewhere =
        [Code::SnapshotNoRange, Code::SnapshotNoFanOut, Code::ScanUnreadable, Code::ScanAmbiguous];
    let mut executed = 0;
    for code in Code::ALL.iter().filter(stage).filter(|code| !elsewhere.contains(code)) {
        let example = block(code.page(), "Example", &["json", "yaml"]).unwrap();
        let faults = read(*code, example).unwrap_err();
        let told: Vec<String> = faults.iter().map(|fault| format!("{}: {fault}", fault.code)).collect();
        assert_eq!(told, [block(code.page(), "Example", &["text"]).unwrap()], "{code}");
        if let Some(fix) = block(code.page(), "Fix", &["json", "yaml"]) {
            assert_eq!(read(*code, fix), Ok(()), "{code}");
        }
        executed += 1;
    }
    assert_eq!(executed, 17);
}

#[test]
fn the_example_without_a_range_has_a_fan_out_that_does_not_tell_its_items() {
    let text = block(Code::SnapshotNoRange.page(), "Example", &["json"]).unwrap();
    let workflow = snapshot::read("example.json", text.as_bytes()).unwrap();
    let fan_outs = snapshot::fan_outs(&workflow, "run-gwas");
    assert_eq!(fan_outs.len(), 1);
    assert_eq!(snapshot::expected(&fan_outs[0], &workflow, "trait-index"), None);
}

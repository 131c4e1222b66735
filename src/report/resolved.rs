//! A resolved recipe as a recipe: valid TOML that extends nothing, with the origin of every value in a comment behind it.

use crate::recipe::{Line, Origin, Removed, Resolution, Section};
use crate::source::Place;

/// A line longer than this does not push the comments of its table out of sight.
const WIDE: usize = 100;

/// The recipe as text.
pub fn resolved(resolution: &Resolution) -> String {
    let mut text = match &resolution.chain[..] {
        [own] => format!("# {}, which extends nothing\n", visible(own)),
        chain => {
            let names: Vec<String> = chain.iter().map(|name| visible(name)).collect();
            format!("# {}\n", names.join(", laid over "))
        }
    };
    for section in &resolution.sections {
        table(section, &mut text);
    }
    if !resolution.removed.is_empty() {
        text.push_str("\n# inherited and removed\n");
        resolution.removed.iter().for_each(|gone| text.push_str(&removal(gone)));
    }
    text
}

fn table(section: &Section, text: &mut String) {
    if section.lines.is_empty() {
        if !section.header.is_empty() {
            text.push_str(&format!("\n{}  # {}\n", section.header, shown(&section.origin)));
        }
        return;
    }
    if !section.header.is_empty() {
        text.push_str(&format!("\n{}\n", section.header));
    }
    let keys = section.lines.iter().map(|line| width(&line.key)).max().unwrap_or_default();
    let written: Vec<String> = section.lines.iter().map(|line| assignment(line, keys)).collect();
    let column =
        written.iter().map(|line| width(line)).filter(|wide| *wide <= WIDE).max().unwrap_or_default();
    for (line, written) in section.lines.iter().zip(&written) {
        let gap = " ".repeat(column.saturating_sub(width(written)));
        text.push_str(&format!("{written}{gap}  # {}\n", shown(&line.origin)));
    }
}

fn assignment(line: &Line, keys: usize) -> String {
    format!("{}{} = {}", line.key, " ".repeat(keys - width(&line.key)), line.value)
}

/// In characters, as an editor counts.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn shown(origin: &Origin) -> String {
    match origin {
        Origin::Written(place) => position(place),
        Origin::Default => "default".to_owned(),
    }
}

/// File and line.
fn position(place: &Place) -> String {
    format!("{}:{}", visible(place.source().name()), place.line_column().0)
}

/// A name that cannot end the comment it stands in.
fn visible(name: &str) -> String {
    name.replace(char::is_control, "?")
}

fn removal(gone: &Removed) -> String {
    format!(
        "# the {} `{}` of {}, by {}\n",
        gone.noun,
        visible(&gone.name.value),
        position(&gone.name.place),
        position(&gone.by)
    )
}

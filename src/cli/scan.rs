//! `gapit-compile scan DIR --recipe RECIPE`: walk an output tree, print the scan.

use gapit_compile::diagnose::output_files;
use gapit_compile::error::Faults;
use gapit_compile::io;

use super::args::ScanArgs;
use super::screen::err;
use super::{DONE, Screen, faulted, load, printed};

/// Runs the scan.
pub(crate) fn run(args: &ScanArgs) -> u8 {
    let screen = Screen::new(&args.screen);
    match walked(args) {
        Err(faults) => faulted(&screen, &faults),
        Ok((text, unreadable)) => {
            if unreadable > 0 {
                err(&format!(
                    "{unreadable} paths could not be read; the scan names them under \"unreadable\"\n"
                ));
            }
            printed(&screen, &text, DONE)
        }
    }
}

fn walked(args: &ScanArgs) -> Result<(String, usize), Faults> {
    let files = output_files(&load::recipe(&args.recipe)?)?;
    let scan = io::walk(&args.directory, &|path| files.wants(path))?;
    Ok((scan.to_json(), scan.unreadable.len()))
}

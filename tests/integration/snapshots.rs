//! What is broken on the way: snapshots that are cut or garbled, directories that two compiles write to or that take no writing.
#![expect(clippy::disallowed_methods, reason = "the tests break files and look at what is left")]
#![expect(clippy::unwrap_used, reason = "these are tests, also outside their test functions")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use gapit_compile::evidence::Evidence;
use gapit_compile::evidence::ledger::Flags;
use gapit_compile::evidence::snapshot::{self, lineage};
use gapit_compile::io::Disk;
use gapit_compile::recipe::{self, Recipe};
use gapit_compile::report::{self, Detail};
use gapit_compile::source::Source;
use gapit_compile::{Compilation, Inputs, compile};

use crate::program::{ROOT, Run, contents, copy, program};

/// How often a snapshot is cut.
const CUTS: usize = 200;

#[test]
fn a_json_that_is_cut_anywhere_is_refused() {
    // One with plain nodes, one with packed ones.
    for name in ["retry", "h5nzl"] {
        let text = unpacked(name);
        let end = text.trim_ascii_end().len();
        for cut in cuts(end) {
            refused_as_a_snapshot(&text[..cut], &format!("{name} cut at {cut}"));
        }
        assert!(snapshot::read(name, &text[..end]).is_ok());
    }
}

#[test]
fn a_gzip_that_is_cut_anywhere_is_refused() {
    for name in ["retry", "h5nzl"] {
        let bytes = fs::read(file(name)).unwrap();
        for cut in cuts(bytes.len()) {
            refused_as_a_snapshot(&bytes[..cut], &format!("{name} cut at {cut}"));
        }
        assert!(snapshot::read(name, &bytes).is_ok());
    }
}

#[test]
fn packed_nodes_that_are_cut_are_refused() {
    let text = String::from_utf8(unpacked("h5nzl")).unwrap();
    let (before, rest) = text.split_once("\"compressedNodes\":\"").unwrap();
    let (packed, after) = rest.split_once('"').unwrap();
    for cut in cuts(packed.len() / 4).map(|cut| cut * 4) {
        let text = format!("{before}\"compressedNodes\":\"{}\"{after}", &packed[..cut]);
        refused_as_a_snapshot(text.as_bytes(), &format!("packed nodes cut at {cut}"));
    }
}

/// In the order in which `argo get -o yaml` writes: the nodes come last. What only the last node lost cannot be seen.
#[test]
fn a_yaml_that_lost_lines_at_its_end_makes_no_plan() {
    let recipe = inline_recipe();
    let value: serde_json::Value = serde_json::from_slice(&fs::read(inline_snapshot()).unwrap()).unwrap();
    let yaml = serde_yaml::to_string(&value).unwrap();
    let is_node = |line: &str| line.starts_with("    ") && line[4..].starts_with("variant-calls-");
    let last = yaml.match_indices('\n').map(|(at, _)| at + 1).rfind(|at| is_node(&yaml[*at..])).unwrap();
    for (end, _) in yaml[..last].match_indices('\n').skip(1).step_by(8) {
        let compilation = compiled_from(&recipe, &yaml.as_bytes()[..end]);
        assert!(compilation.is_none_or(|made| made.manifests.is_empty()), "cut at {end}");
    }
    assert!(compiled_from(&recipe, yaml.as_bytes()).is_some());
}

#[test]
fn bytes_that_change_on_the_way_never_end_in_a_panic() {
    let text = fs::read(inline_snapshot()).unwrap();
    let recipe = inline_recipe();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut refused, mut compiled) = (0, 0);
    for _ in 0..250 {
        match compiled_from(&recipe, &garbled(&text, &mut random)) {
            Some(_) => compiled += 1,
            None => refused += 1,
        }
    }
    // Both ways are walked: some of the changes break the file, some only a word in it.
    assert!(refused > 25 && compiled > 25, "{refused} refused, {compiled} compiled");
}

#[test]
fn bytes_of_a_gzip_that_change_on_the_way_are_refused_or_make_no_difference() {
    let recipe = inline_recipe();
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&fs::read(inline_snapshot()).unwrap()).unwrap();
    let bytes = gzip.finish().unwrap();
    let manifests = |compilation: Compilation| -> Vec<String> {
        compilation.manifests.iter().map(|manifest| manifest.text().to_owned()).collect()
    };
    let whole = manifests(compiled_from(&recipe, &bytes).unwrap());
    let mut random = Random(42);
    for _ in 0..200 {
        let mut changed = bytes.clone();
        let at = random.below(changed.len());
        changed[at] ^= 1 << random.below(8);
        if let Some(compilation) = compiled_from(&recipe, &changed) {
            // The header's time and system are no part of what is packed.
            assert!(at < 10, "byte {at}");
            assert_eq!(manifests(compilation), whole, "byte {at}");
        }
    }
}

#[test]
fn nodes_that_vanish_change_or_repeat_never_end_in_a_panic() {
    let recipe = inline_recipe();
    let whole: serde_json::Value = serde_json::from_slice(&fs::read(inline_snapshot()).unwrap()).unwrap();
    let mut random = Random(7);
    for _ in 0..200 {
        let mut value = whole.clone();
        for _ in 0..=random.below(3) {
            disturb(&mut value, &mut random);
        }
        compiled_from(&recipe, &serde_json::to_vec(&value).unwrap());
    }
}

#[test]
fn two_compiles_at_once_leave_one_of_their_sets_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rivals = [rival(folder.path(), "a"), rival(folder.path(), "b")];
    let output = folder.path().join("out");
    for round in 0..24 {
        if round % 4 == 0 && output.exists() {
            fs::remove_dir_all(&output).unwrap();
        }
        let running = rivals.each_ref().map(|rival| {
            let mut command = program();
            command.args([&rival.recipe, Path::new("--output"), &output]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        });
        let runs = running.map(|child| Run::from(child.wait_with_output().unwrap()));
        for run in &runs {
            let busy = run.code == 3 && run.err.starts_with("io::busy");
            assert!(run.code == 0 || busy, "round {round}: {run:?}");
        }
        assert!(runs.iter().any(|run| run.code == 0), "round {round}: {runs:?}");
        let left = contents(&output);
        let whose = rivals.iter().zip(&runs).find(|(rival, _)| rival.set == left);
        assert!(whose.is_some_and(|(_, run)| run.code == 0), "round {round}: {:?}", left.keys());
    }
}

#[test]
fn a_compile_that_is_killed_leaves_whole_files_and_the_next_one_mends_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let rivals = [rival(folder.path(), "a"), rival(folder.path(), "b")];
    let output = folder.path().join("out");
    let mut random = Random(3);
    for round in 0..24 {
        let [first, second] = [&rivals[round % 2], &rivals[(round + 1) % 2]];
        let mut command = program();
        command.args([&first.recipe, Path::new("--output"), &output]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(100 * random.below(600) as u64));
        // It might have ended by itself, which is as good.
        let _ = child.kill();
        child.wait().unwrap();
        for (file, bytes) in if output.exists() { contents(&output) } else { BTreeMap::new() } {
            let of_one = rivals.iter().any(|rival| rival.set.get(&file) == Some(&bytes));
            assert!(of_one || file.starts_with(".gapit-compile."), "round {round}: {file}");
        }
        let run: Run =
            program().args([&second.recipe, Path::new("--output"), &output]).output().unwrap().into();
        assert_eq!(run.code, 0, "round {round}: {run:?}");
        assert_eq!(contents(&output), second.set, "round {round}");
    }
}

#[test]
fn a_directory_in_the_way_of_a_file_stops_the_whole_compile() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = [rival(folder.path(), "a"), rival(folder.path(), "b")];
    let output = folder.path().join("out");
    lay(&output, &a.set);
    fs::create_dir(output.join("workflow.b-variant-calls.yaml")).unwrap();
    let run: Run = program().args([&b.recipe, Path::new("--output"), &output]).output().unwrap().into();
    assert_eq!((run.code, run.err.starts_with("io::write")), (3, true), "{run:?}");
    assert_eq!(contents(&output), a.set);
}

/// As on a full disk: every write to a file fails. (The rights of a directory mean nothing to root, so a test cannot lean on them.)
#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_writing_leaves_what_stood_there() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = [rival(folder.path(), "a"), rival(folder.path(), "b")];
    let output = folder.path().join("out");
    lay(&output, &a.set);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_gapit-compile")]);
    shell.args([&b.recipe, Path::new("--output"), &output]);
    let run: Run = shell.output().unwrap().into();
    assert_eq!((run.code, run.err.starts_with("io::write")), (3, true), "{run:?}");
    assert_eq!(contents(&output), a.set);
}

#[cfg(unix)]
#[test]
fn a_directory_without_the_right_to_write_is_left_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = [rival(folder.path(), "a"), rival(folder.path(), "b")];
    let output = folder.path().join("out");
    lay(&output, &a.set);
    let rights = |mode: u32| fs::set_permissions(&output, fs::Permissions::from_mode(mode)).unwrap();
    rights(0o555);
    if fs::write(output.join("probe"), "").is_ok() {
        fs::remove_file(output.join("probe")).unwrap();
        println!("skipped: this user writes where nobody may");
        return;
    }
    let run: Run = program().args([&b.recipe, Path::new("--output"), &output]).output().unwrap().into();
    rights(0o755);
    assert_eq!((run.code, run.err.starts_with("io::write")), (3, true), "{run:?}");
    assert_eq!(contents(&output), a.set);
}

/// A recipe whose Workflow has a name of its own, and the set of files that it compiles to.
struct Rival {
    recipe: PathBuf,
    set: BTreeMap<String, Vec<u8>>,
}

fn rival(folder: &Path, name: &str) -> Rival {
    let recipe = copy("inline", &folder.join(name));
    let named = format!("workflow = \"{name}-variant-calls\"\ntask = \"call-<< index >>\"");
    let text = fs::read_to_string(&recipe).unwrap().replace("task = \"call-<< index >>\"", &named);
    // A label of its own, so that the templates that both write differ too.
    fs::write(
        &recipe,
        format!("{text}\n[labels]\nrival = \"{name}\"\n")
            .replace("16Gi", if name == "a" { "16Gi" } else { "17Gi" }),
    )
    .unwrap();
    let run: Run = program().arg(&recipe).output().unwrap().into();
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let set = contents(&folder.join(name).join("manifests"));
    assert!(set.contains_key(&format!("workflow.{name}-variant-calls.yaml")), "{:?}", set.keys());
    Rival { recipe, set }
}

fn lay(folder: &Path, set: &BTreeMap<String, Vec<u8>>) {
    fs::create_dir_all(folder).unwrap();
    set.iter().for_each(|(file, bytes)| fs::write(folder.join(file), bytes).unwrap());
}

/// Reads, judges, plans, emits and verifies; `None` where the snapshot or anything behind it is refused.
fn compiled_from(recipe: &Recipe, bytes: &[u8]) -> Option<Compilation> {
    let workflow = snapshot::read("snapshot.json", bytes).ok()?;
    let lineage = lineage(vec![workflow]).ok()?;
    let evidence = Evidence::from(lineage);
    let inputs = Inputs {
        recipe: recipe.clone(),
        evidence: Some(evidence),
        templates: Vec::new(),
        flags: Flags::default(),
    };
    let compilation = compile(&inputs).ok()?;
    // What a person is told of it must not break either.
    let report = report::gather(&inputs, &compilation, Vec::new());
    for detail in [Detail::Groups, Detail::Items] {
        assert!(!report::render(&report, detail).is_empty());
    }
    Some(compilation)
}

fn refused_as_a_snapshot(bytes: &[u8], what: &str) {
    let faults =
        snapshot::read("snapshot", bytes).err().unwrap_or_else(|| panic!("{what}: it was taken for whole"));
    for fault in &faults {
        assert!(fault.code.as_str().starts_with("snapshot::"), "{what}: {fault:?}");
        assert!(!fault.help.is_empty() && !fault.labels.is_empty(), "{what}: {fault:?}");
    }
}

/// Places spread over a length, its start and its last byte among them, never its end.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    (0..CUTS).map(move |number| number * (length - 1) / (CUTS - 1))
}

/// A few bytes changed, lost or doubled, as bad copies and bad edits do.
fn garbled(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = b"\"{}[],:09-.eE\\ aZ\xff\0"[random.below(19)],
            2 => drop(bytes.drain(at..(at + random.below(40)).min(bytes.len()))),
            _ => {
                let end = (at + random.below(40)).min(bytes.len());
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
        }
    }
    bytes
}

/// Goes down to some member or entry and drops it, or puts something else in its place.
fn disturb(value: &mut serde_json::Value, random: &mut Random) {
    use serde_json::{Value, json};
    let stop = random.below(6) == 0;
    match value {
        Value::Object(members) if !members.is_empty() => {
            let key = members.keys().nth(random.below(members.len())).cloned().unwrap();
            match &mut members[&key] {
                inner if !stop && (inner.is_object() || inner.is_array()) => disturb(inner, random),
                _ if random.below(3) == 0 => drop(members.shift_remove(&key)),
                inner => *inner = strange(random),
            }
        }
        Value::Array(entries) if !entries.is_empty() => {
            let at = random.below(entries.len());
            match &mut entries[at] {
                inner if !stop && (inner.is_object() || inner.is_array()) => disturb(inner, random),
                _ if random.below(3) == 0 => drop(entries.remove(at)),
                inner => *inner = strange(random),
            }
        }
        other => *other = json!(null),
    }
}

/// Values that nobody expects.
fn strange(random: &mut Random) -> serde_json::Value {
    use serde_json::json;
    let list = [
        json!(null),
        json!(""),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!("9999-12-31T23:59:59Z"),
        json!("-009999-01-02T00:00:00Z"),
        json!("18446744073709551616"),
        json!("{{item}}"),
        json!("{{workflow.parameters.nothing}}"),
        json!("a\u{0}b\u{fffd}é🦀"),
        json!([]),
        json!({}),
        json!(true),
        json!("99999999999999d"),
        json!("w(0)(1)(2)"),
    ];
    list[random.below(list.len())].clone()
}

/// The same numbers in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

fn file(name: &str) -> String {
    format!("{ROOT}/tests/evidence/{name}.json.gz")
}

fn unpacked(name: &str) -> Vec<u8> {
    let mut text = Vec::new();
    GzDecoder::new(fs::File::open(file(name)).unwrap()).read_to_end(&mut text).unwrap();
    text
}

fn inline_snapshot() -> String {
    format!("{ROOT}/examples/inline/evidence/variant-calls-x7k2p.json")
}

fn inline_recipe() -> Recipe {
    let path = format!("{ROOT}/examples/inline/recipe.toml");
    recipe::load(&Source::new(path.as_str(), fs::read_to_string(&path).unwrap()), &Disk).unwrap()
}

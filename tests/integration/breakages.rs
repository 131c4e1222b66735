//! One recipe broken in one way at a time: each breakage is told once, where it is, with a way out.

#![expect(clippy::disallowed_methods, reason = "a test reads files of the repository")]

use gapit_compile::error::{Code, Fault, Faults};
use gapit_compile::recipe::{Files, load};
use gapit_compile::source::Source;

/// The recipe that is broken; by itself it is sound.
const BASE: &str = include_str!("../faults/recipe/base.toml");

/// A recipe that stands alone: no other file is read.
struct Alone;

impl Files for Alone {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        Err(Fault::new(Code::IoRead, format!("there is no file {path}"), "none"))
    }
}

fn faults(text: &str) -> Faults {
    load(&Source::new("recipe.toml", text), &Alone).err().unwrap_or_default()
}

/// What to break, and what is to be said of it.
struct Breakage {
    name: &'static str,
    find: &'static str,
    replace: &'static str,
    code: &'static str,
    at: (usize, usize),
    message: &'static str,
    help: &'static str,
}

const BREAKAGES: &[Breakage] = &[
    Breakage {
        name: "a number without its unit in quotes",
        find: r#"memory = "96Gi""#,
        replace: "memory = 96Gi",
        code: "recipe::syntax",
        at: (50, 29),
        message: "not TOML",
        help: "quotes",
    },
    Breakage {
        name: "a quote that is not closed",
        find: r#"noun            = "trait""#,
        replace: r#"noun            = "trait"#,
        code: "recipe::syntax",
        at: (18, 24),
        message: "not TOML",
        help: "quotes",
    },
    Breakage {
        name: "a key written twice",
        find: "min-bytes     = 1",
        replace: "min-bytes     = 1\nmin-bytes     = 2",
        code: "recipe::syntax",
        at: (27, 1),
        message: "duplicate key",
        help: "merge",
    },
    Breakage {
        name: "a table written twice",
        find: "[caps]",
        replace: "[policy]\nactive = \"allow\"\n\n[caps]",
        code: "recipe::syntax",
        at: (85, 2),
        message: "duplicate key",
        help: "merge",
    },
    Breakage {
        name: "a bracket that is not closed",
        find: r#"drop   = ["debug"]"#,
        replace: r#"drop   = ["debug""#,
        code: "recipe::syntax",
        at: (41, 10),
        message: "never closed",
        help: "`]`",
    },
    Breakage {
        name: "a misspelt table",
        find: "[argo]\nversion = \"4.1\"",
        replace: "[argo]\nversion = \"4.1\"\n\n[outptus]",
        code: "recipe::unknown-key",
        at: (17, 2),
        message: "the recipe has no key",
        help: "write `outputs`",
    },
    Breakage {
        name: "a misspelt key",
        find: "max-failed-fraction = 0.3",
        replace: "max-faild-fraction = 0.3",
        code: "recipe::unknown-key",
        at: (83, 1),
        message: "`max-faild-fraction`",
        help: "write `max-failed-fraction`",
    },
    Breakage {
        name: "a key of another table",
        find: r#"tier = "next", max-retries = 2"#,
        replace: r#"tier = "next", parallelism = 2"#,
        code: "recipe::unknown-key",
        at: (64, 26),
        message: "retry has no key",
        help: "max-retries",
    },
    Breakage {
        name: "a key that is not in the language",
        find: r#"requests = { memory = "160Gi" }"#,
        replace: r#"requests = { gpu = "1", memory = "160Gi" }"#,
        code: "recipe::unknown-key",
        at: (58, 14),
        message: "requests or limits",
        help: "memory, cpu",
    },
    Breakage {
        name: "no pipeline",
        find: "pipeline = \"gapit3-gwas\"\n",
        replace: "",
        code: "recipe::missing-key",
        at: (1, 1),
        message: "no `pipeline`",
        help: "add `pipeline`",
    },
    Breakage {
        name: "no index parameter",
        find: "index-parameter = \"trait-index\"\n",
        replace: "",
        code: "recipe::missing-key",
        at: (17, 1),
        message: "no `index-parameter`",
        help: "holds the index",
    },
    Breakage {
        name: "a tier without a name",
        find: "name     = \"ultrahighmem\"\n",
        replace: "",
        code: "recipe::missing-key",
        at: (56, 1),
        message: "a tier has no `name`",
        help: "add `name`",
    },
    Breakage {
        name: "a backoff without its first wait",
        find: r#"duration = "5m", "#,
        replace: "",
        code: "recipe::missing-key",
        at: (54, 78),
        message: "no `duration`",
        help: "first wait",
    },
    Breakage {
        name: "half a range",
        find: "from = 2, to = 187",
        replace: "from = 2",
        code: "recipe::missing-key",
        at: (21, 19),
        message: "no `to`",
        help: "go together",
    },
    Breakage {
        name: "a number where a text belongs",
        find: r#"cpu = "16""#,
        replace: "cpu = 16",
        code: "recipe::wrong-type",
        at: (50, 43),
        message: "`cpu` takes a string",
        help: r#""16""#,
    },
    Breakage {
        name: "a text where a number belongs",
        find: "parallelism = 10",
        replace: r#"parallelism = "10""#,
        code: "recipe::wrong-type",
        at: (46, 15),
        message: "takes a whole number",
        help: "parallelism = 10",
    },
    Breakage {
        name: "one value where a list belongs",
        find: "exit-codes = [1]",
        replace: "exit-codes = 1",
        code: "recipe::wrong-type",
        at: (78, 23),
        message: "takes a list",
        help: "[1]",
    },
    Breakage {
        name: "a label that is no text",
        find: r#"stage = "retry""#,
        replace: "stage = true",
        code: "recipe::wrong-type",
        at: (36, 9),
        message: "takes a string",
        help: r#""true""#,
    },
    Breakage {
        name: "a version as a number",
        find: r#"version = "4.1""#,
        replace: "version = 4.1",
        code: "recipe::wrong-type",
        at: (15, 11),
        message: "takes a string",
        help: r#""4.1""#,
    },
    Breakage {
        name: "nothing that makes an item complete",
        find: r#"["GAPIT.Association.Filter_GWAS_results.csv"]"#,
        replace: "[]",
        code: "recipe::wrong-type",
        at: (25, 17),
        message: "`complete-when` is empty",
        help: "at least one file",
    },
    Breakage {
        name: "a reason that says nothing",
        find: r#"skip = "configuration error""#,
        replace: r#"skip = " ""#,
        code: "recipe::wrong-type",
        at: (79, 8),
        message: "no reason",
        help: "report",
    },
    Breakage {
        name: "a misspelt word",
        find: r#"unmatched           = "skip""#,
        replace: r#"unmatched           = "skpi""#,
        code: "recipe::unknown-word",
        at: (82, 23),
        message: "unmatched",
        help: r#"write "skip""#,
    },
    Breakage {
        name: "a cause that does not exist",
        find: r#"causes = ["deadline"]"#,
        replace: r#"causes = ["timeout"]"#,
        code: "recipe::unknown-word",
        at: (68, 21),
        message: r#"no word "timeout""#,
        help: "deadline",
    },
    Breakage {
        name: "Argo's word in lower case",
        find: r#"policy = "Always""#,
        replace: r#"policy = "always""#,
        code: "recipe::unknown-word",
        at: (54, 40),
        message: "policy",
        help: r#"write "Always""#,
    },
    Breakage {
        name: "memory in a unit that does not exist",
        find: r#"memory = "104Gi""#,
        replace: r#"memory = "104GB""#,
        code: "recipe::bad-quantity",
        at: (51, 29),
        message: "its suffix",
        help: "64Gi",
    },
    Breakage {
        name: "a duration without a unit",
        find: r#"workflow = "7d""#,
        replace: r#"workflow = "7""#,
        code: "recipe::bad-quantity",
        at: (90, 12),
        message: "no unit",
        help: "36h",
    },
    Breakage {
        name: "a fraction in per cent",
        find: "max-failed-fraction = 0.3",
        replace: "max-failed-fraction = 30",
        code: "recipe::bad-quantity",
        at: (83, 23),
        message: "from 0 to 1",
        help: "0.3",
    },
    Breakage {
        name: "no pod at once",
        find: "parallelism = 10",
        replace: "parallelism = 0",
        code: "recipe::bad-quantity",
        at: (46, 15),
        message: "`parallelism` is 0",
        help: "parent workflow's",
    },
    Breakage {
        name: "a deadline that gets shorter",
        find: "deadline-factor = 1.5",
        replace: "deadline-factor = 0.5",
        code: "recipe::bad-quantity",
        at: (69, 47),
        message: "from 1 to 100",
        help: "1.5",
    },
    Breakage {
        name: "a request above its limit",
        find: r#"memory = "96Gi""#,
        replace: r#"memory = "112Gi""#,
        code: "recipe::bad-quantity",
        at: (50, 29),
        message: "above its limit",
        help: "raise the limit",
    },
    Breakage {
        name: "a range that ends before it begins",
        find: "from = 2, to = 187",
        replace: "from = 187, to = 2",
        code: "recipe::bad-quantity",
        at: (21, 38),
        message: "before it begins",
        help: "swap",
    },
    Breakage {
        name: "a negative count",
        find: "min-bytes     = 1",
        replace: "min-bytes     = -1",
        code: "recipe::bad-quantity",
        at: (26, 17),
        message: "cannot be -1",
        help: "from 0",
    },
    Breakage {
        name: "an exit code past 255",
        find: "exit-codes = [2]",
        replace: "exit-codes = [256]",
        code: "recipe::bad-quantity",
        at: (73, 25),
        message: "not an exit code",
        help: "128 + N",
    },
    Breakage {
        name: "a name with capitals",
        find: r#"name     = "ultrahighmem""#,
        replace: r#"name     = "UltraHighMem""#,
        code: "recipe::bad-name",
        at: (57, 12),
        message: "cannot be",
        help: r#"write "ultrahighmem""#,
    },
    Breakage {
        name: "a tier with the name of a word",
        find: r#"name     = "ultrahighmem""#,
        replace: r#"name     = "next""#,
        code: "recipe::bad-name",
        at: (57, 12),
        message: "cannot be named",
        help: "the one above",
    },
    Breakage {
        name: "a parameter with a space",
        find: r#"index-parameter = "trait-index""#,
        replace: r#"index-parameter = "trait index""#,
        code: "recipe::bad-name",
        at: (20, 19),
        message: "Argo parameter",
        help: r#"write "trait-index""#,
    },
    Breakage {
        name: "a label value with a slash",
        find: r#"component = "single-trait-highmem""#,
        replace: r#"component = "gwas/trait""#,
        code: "recipe::bad-name",
        at: (53, 32),
        message: "value of a label",
        help: r#"write "gwas-trait""#,
    },
    Breakage {
        name: "a workflow name with capitals",
        find: r#""gapit3-gwas-retry-<< root.suffix >>""#,
        replace: r#""GAPIT3-<< root.suffix >>""#,
        code: "recipe::bad-name",
        at: (31, 12),
        message: "GAPIT3-8nj24",
        help: "lower-case",
    },
    Breakage {
        name: "a variable with a dash",
        find: r#""OPENBLAS_NUM_THREADS""#,
        replace: r#""OPENBLAS-THREADS""#,
        code: "recipe::bad-name",
        at: (52, 19),
        message: "environment variable",
        help: "letters, digits and `_`",
    },
    Breakage {
        name: "a path without a name",
        find: r#""evidence/8nj24.scan.json""#,
        replace: r#""""#,
        code: "recipe::bad-name",
        at: (6, 14),
        message: "empty",
        help: "relative to this file",
    },
    Breakage {
        name: "a regular expression that does not end",
        find: r#""(?i)mount""#,
        replace: r#""(?i)mount(""#,
        code: "recipe::bad-pattern",
        at: (73, 39),
        message: "regular expression",
        help: "takes the sign itself",
    },
    Breakage {
        name: "a glob that does not end",
        find: r#""GAPIT.Association.Filter_GWAS_results.csv""#,
        replace: r#""GAPIT.[Filter.csv""#,
        code: "recipe::bad-pattern",
        at: (25, 18),
        message: "not a pattern",
        help: "one of these",
    },
    Breakage {
        name: "a pattern that leads out",
        find: r#""GAPIT.Association.Filter_GWAS_results.csv""#,
        replace: r#""../*.csv""#,
        code: "recipe::bad-pattern",
        at: (25, 18),
        message: "leads out",
        help: "below the directory",
    },
    Breakage {
        name: "a name that is not in scope",
        find: r#""retry-trait-<< index >>""#,
        replace: r#""retry-trait-<< idnex >>""#,
        code: "recipe::bad-template",
        at: (33, 28),
        message: "no name `idnex`",
        help: "write `index`",
    },
    Breakage {
        name: "an attribute that does not exist",
        find: "<< root.suffix >>",
        replace: "<< root.sufix >>",
        code: "recipe::bad-template",
        at: (31, 34),
        message: "no name `root.sufix`",
        help: "write `root.suffix`",
    },
    Breakage {
        name: "a substitution that does not end",
        find: r#""retry-trait-<< index >>""#,
        replace: r#""retry-trait-<< index""#,
        code: "recipe::bad-template",
        at: (33, 28),
        message: "cannot be filled in",
        help: "<< name >>",
    },
    Breakage {
        name: "a filter that does not exist",
        find: "pad(3)",
        replace: "padd(3)",
        code: "recipe::bad-template",
        at: (24, 35),
        message: "padd",
        help: "pad(n)",
    },
    Breakage {
        name: "one directory for all items",
        find: r#""trait_<< index | pad(3) >>_*""#,
        replace: r#""traits""#,
        code: "recipe::bad-template",
        at: (24, 17),
        message: "every item",
        help: "<< index",
    },
    Breakage {
        name: "two things to do",
        find: r#"skip = "configuration error""#,
        replace: "skip = \"configuration error\"\nhold = \"look\"",
        code: "recipe::one-of",
        at: (79, 8),
        message: "2 things",
        help: "exactly one",
    },
    Breakage {
        name: "nothing to do",
        find: "skip = \"configuration error\"\n",
        replace: "",
        code: "recipe::one-of",
        at: (76, 1),
        message: "does not say what to do",
        help: "skip = ",
    },
    Breakage {
        name: "a range in two forms",
        find: "from = 2, to = 187",
        replace: "from = 2, to = 187, list = [5]",
        code: "recipe::one-of",
        at: (21, 28),
        message: "2 forms",
        help: "keep one",
    },
    Breakage {
        name: "a range that says nothing",
        find: "{ from = 2, to = 187 }",
        replace: "{}",
        code: "recipe::one-of",
        at: (21, 19),
        message: "says nothing",
        help: "from-parameter",
    },
    Breakage {
        name: "two tiers of one name",
        find: r#"name     = "ultrahighmem""#,
        replace: r#"name     = "highmem""#,
        code: "recipe::duplicate-name",
        at: (57, 12),
        message: "two tiers",
        help: "another name",
    },
    Breakage {
        name: "two rules of one name",
        find: r#"name  = "too-slow""#,
        replace: r#"name  = "oom""#,
        code: "recipe::duplicate-name",
        at: (67, 9),
        message: "two rules",
        help: "another name",
    },
    Breakage {
        name: "a parameter changed twice",
        find: r#"drop   = ["debug"]"#,
        replace: r#"drop   = ["image"]"#,
        code: "recipe::duplicate-name",
        at: (41, 11),
        message: "two ways",
        help: "keep one",
    },
    Breakage {
        name: "a tier that does not exist",
        find: r#"tier = "highmem""#,
        replace: r#"tier = "higmem""#,
        code: "recipe::unknown-tier",
        at: (69, 18),
        message: "no tier `higmem`",
        help: r#"write "highmem""#,
    },
    Breakage {
        name: "a shipped recipe that does not exist",
        find: "version  = 1",
        replace: "version  = 1\nextends  = \"gapit@1\"",
        code: "recipe::unknown-parent",
        at: (2, 12),
        message: "no recipe",
        help: r#"write "gapit3@1""#,
    },
    Breakage {
        name: "a recipe that is not there",
        find: "version  = 1",
        replace: "version  = 1\nextends  = \"../lab.toml\"",
        code: "recipe::unknown-parent",
        at: (2, 12),
        message: "cannot be read",
        help: "relative to the file",
    },
    Breakage {
        name: "a recipe that extends itself",
        find: "version  = 1",
        replace: "version  = 1\nextends  = \"./recipe.toml\"",
        code: "recipe::cycle",
        at: (2, 12),
        message: "extends itself",
        help: "remove one",
    },
    Breakage {
        name: "a language of the future",
        find: "version  = 1",
        replace: "version  = 2",
        code: "recipe::unsupported-version",
        at: (1, 12),
        message: "version 2",
        help: "version = 1",
    },
    Breakage {
        name: "an Argo that is not known",
        find: r#"version = "4.1""#,
        replace: r#"version = "3.6""#,
        code: "recipe::unsupported-version",
        at: (15, 11),
        message: "Argo 3.6",
        help: r#""4.1""#,
    },
    Breakage {
        name: "a tier of two kinds",
        find: "parallelism = 10",
        replace: "parallelism = 10\nlimits      = { memory = \"72Gi\" }",
        code: "recipe::tier-form",
        at: (45, 15),
        message: "`standard` names a template",
        help: "differences",
    },
    Breakage {
        name: "a tier of no kind",
        find: "template    = \"gapit3-gwas-single-trait\"\n",
        replace: "",
        code: "recipe::tier-form",
        at: (43, 1),
        message: "neither",
        help: "template",
    },
    Breakage {
        name: "a ladder that shrinks",
        find: "requests = { memory = \"160Gi\" }\nlimits   = { memory = \"180Gi\" }",
        replace: r#"limits   = { memory = "64Gi" }"#,
        code: "recipe::tier-does-not-grow",
        at: (58, 23),
        message: "no more than `highmem`",
        help: "smallest first",
    },
    Breakage {
        name: "a step of unknown height",
        find: "requests = { memory = \"160Gi\" }\nlimits   = { memory = \"180Gi\" }",
        replace: r#"limits   = { cpu = "24" }"#,
        code: "recipe::tier-does-not-grow",
        at: (57, 12),
        message: "says no memory",
        help: "above 104Gi",
    },
    Breakage {
        name: "a tier above the cap",
        find: r#"limits   = { memory = "180Gi" }"#,
        replace: r#"limits   = { memory = "240Gi" }"#,
        code: "recipe::above-cap",
        at: (59, 23),
        message: "above the cap of 180Gi",
        help: "caps.memory",
    },
    Breakage {
        name: "a floor above its cap",
        find: r#"workflow = "7d""#,
        replace: r#"workflow = "21d""#,
        code: "recipe::above-cap",
        at: (90, 12),
        message: "longest one",
        help: "caps.deadline",
    },
    Breakage {
        name: "a rule behind its twin",
        find: r#"causes = ["deadline"]"#,
        replace: r#"causes = ["oom"], exit-codes = [137]"#,
        code: "recipe::unreachable-rule",
        at: (67, 9),
        message: "`oom` before it always does",
        help: "narrower rule first",
    },
    Breakage {
        name: "a rule behind a rule for everything",
        find: r#"when  = { causes = ["oom"] }"#,
        replace: "when  = {}",
        code: "recipe::unreachable-rule",
        at: (67, 9),
        message: "and 2 more",
        help: "last",
    },
    Breakage {
        name: "success as a failure",
        find: "exit-codes = [1]",
        replace: "exit-codes = [0, 1]",
        code: "recipe::exit-code-zero",
        at: (78, 24),
        message: "did not fail",
        help: "output-missing",
    },
];

#[test]
fn the_recipe_is_sound_before_it_is_broken() {
    assert_eq!(faults(BASE), Faults::new());
}

#[test]
fn each_breakage_gives_one_fault_at_its_place_with_a_way_out() {
    assert!(BREAKAGES.len() >= 35);
    let mut wrong = Vec::new();
    for row in BREAKAGES {
        assert_eq!(BASE.matches(row.find).count(), 1, "{}: `{}` is not one place", row.name, row.find);
        let found = faults(&BASE.replace(row.find, row.replace));
        let mismatch = match found.iter().collect::<Vec<_>>()[..] {
            [fault] => told_otherwise(row, fault),
            ref many => Some(many.iter().map(|fault| format!("\n    {}", told(fault))).collect()),
        };
        wrong.extend(mismatch.map(|mismatch| format!("{}: {mismatch}", row.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How a fault differs from what its row expects.
fn told_otherwise(row: &Breakage, fault: &Fault) -> Option<String> {
    let at = fault.labels.first().map(|label| label.place.line_column());
    let fits = fault.code.as_str() == row.code
        && at == Some(row.at)
        && fault.message.contains(row.message)
        && fault.help.contains(row.help);
    (!fits).then(|| told(fault))
}

/// A fault on one line.
fn told(fault: &Fault) -> String {
    let at = fault.labels.first().map(|label| label.place.line_column());
    format!("{} at {at:?}: {} | {}", fault.code, fault.message, fault.help)
}

#[test]
fn several_mistakes_are_told_together() {
    let mut text = BASE.to_owned();
    let mistakes = ["4.1", "trait-index", "96Gi", "Always", "next", "(?i)mount", "14d"];
    for (find, replace) in
        mistakes.into_iter().zip(["3.9", "trait index", "96gb", "always", "nxet", "(?i)mount(", "14w"])
    {
        text = text.replacen(find, replace, 1);
    }
    let found = faults(&text);
    let codes: Vec<&str> = found.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "recipe::unknown-word",
            "recipe::unsupported-version",
            "recipe::bad-name",
            "recipe::bad-quantity",
            "recipe::bad-quantity",
            "recipe::bad-pattern",
            "recipe::unknown-tier",
        ],
        "{found:#?}"
    );
}

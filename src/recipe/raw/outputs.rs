//! `[outputs]`.

use crate::recipe::Since;
use crate::source::At;

table! {
    /// When the outputs of an item are complete.
    "[outputs]" Outputs {
        /// The directory of an item below the scanned root: a glob in which `<< index >>` is put in, as it is: its `*` or `[` are no pattern.
        Resolved "directory" directory: String,
        /// Files (globs, relative to the item's directory) that are all there when the item is complete.
        Resolved "complete-when" complete_when: Vec<At<String>>,
        /// A smaller file does not count; default 1.
        Optional "min-bytes" min_bytes: u64 = "1",
        /// `root`: a file older than the root workflow does not count (default). `any`: every file counts.
        Optional "since" since: Since = "\"root\"",
        /// Pieces of an item's output that can be missing alone.
        Optional "parts" parts: Parts,
    }
}

table! {
    /// Pieces of an item's output that can be missing alone, such as the models of a GWAS.
    "outputs.parts" Parts {
        /// Workflow parameters of the root that might hold the list of parts; the first that exists is read.
        Resolved "from-parameter" from_parameter: Vec<At<String>>,
        /// What stands between two parts in that parameter; default a comma.
        Optional "split" split: String = "\",\"",
        /// The file of one part: a glob in which `<< index >>` and `<< part >>` are put in, as they are.
        Resolved "file" file: String,
    }
}

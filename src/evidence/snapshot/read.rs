//! From the bytes of a file to a checked workflow.

use super::check;
use super::compressed;
use super::file::File;
use super::list;
use super::raw::RawWorkflow;
use super::refuse;
use super::workflow::Workflow;
use crate::error::{Code, Fault, Faults};
use crate::source::Source;

/// The workflow that a snapshot shows: JSON or YAML, plain or packed in gzip or zstd, its nodes plain or in `status.compressedNodes`.
/// A list that holds one workflow and nothing else is that workflow.
///
/// # Errors
/// One of the `snapshot::` faults that a file by itself can have, each with what to do.
pub fn read(name: &str, bytes: &[u8]) -> Result<Workflow, Faults> {
    let unpacked = compressed::file(name, bytes)?;
    let text = text_of(name, &unpacked)?;
    let mut file = File::new(name, text);
    let (raw, within) = parse(&file)?;
    file.within = within;
    let workflow = check::workflow(raw, &file)?;
    match lost_child(&workflow).filter(|_| !file.json) {
        Some(lost) => Err(refuse::lines_lost(&file, lost).into()),
        None => Ok(workflow),
    }
}

/// A node that another names as its child and that is not there. JSON that is cut does not parse; YAML that is cut between two lines
/// does, and its nodes, which the text writes one after the other, are fewer.
fn lost_child(workflow: &Workflow) -> Option<&str> {
    let nodes = &workflow.nodes.0;
    nodes.values().flat_map(|node| &node.children).find(|id| !nodes.contains_key(*id)).map(String::as_str)
}

/// The text, without the mark that some editors put first.
fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Fault> {
    let start = |text: &str, what: &str, help: &str| {
        Fault::new(Code::SnapshotSyntax, what, help).at(&Source::new(name, "").place(0..0), text)
    };
    // With its mark, or the two bytes of one ASCII character.
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] | [1..=0x7f, 0, ..]) {
        let help = "save it as UTF-8; in PowerShell: `kubectl get workflow NAME -o json | Out-File -Encoding utf8 FILE`";
        return Err(start("UTF-16", "this file is UTF-16, and JSON is UTF-8", help));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let what = format!("this file is not text: byte {} is not UTF-8", error.valid_up_to() + 1);
        start("not text", &what, refuse::TAKE)
    })?;
    if text.trim().is_empty() {
        let help = format!("a failed command leaves an empty file; {}", refuse::TAKE);
        return Err(start("nothing here", "this file is empty", &help));
    }
    Ok(text)
}

/// The workflow as the file has it, and the path to it.
fn parse(file: &File) -> Result<(RawWorkflow, &'static [&'static str]), Faults> {
    if list::is_bare(file) {
        return list::only(file);
    }
    let raw: RawWorkflow = if file.json {
        serde_json::from_str(file.text).map_err(|error| refuse::json_through::<RawWorkflow>(file, &error))
    } else {
        serde_yaml::from_str(file.text).map_err(|error| refuse::yaml(file, &error).into())
    }?;
    if raw.items.is_some() && raw.kind.as_deref() != Some("Workflow") {
        return list::only(file);
    }
    refuse::other_kind(file, &raw).map_or(Ok((raw, &[])), |fault| Err(fault.into()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::evidence::snapshot::{NodeType, Phase, digest};

    const MINIMAL: &str =
        r#"{"kind": "Workflow", "metadata": {"name": "w"}, "spec": {}, "status": {"nodes": {"w": {}}}}"#;

    fn fault(text: &str) -> Fault {
        let faults = read("w.json", text.as_bytes()).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.iter().next().unwrap().clone()
    }

    /// The code, line and column of the one fault, and that the message and the help say certain words.
    fn expect(text: &str, code: Code, at: (usize, usize), message: &str, help: &str) {
        let fault = fault(text);
        let place = &fault.labels[0].place;
        assert_eq!((fault.code, place.line_column(), place.source().name()), (code, at, "w.json"), "{fault}");
        assert!(fault.message.contains(message), "{}", fault.message);
        assert!(fault.help.contains(help), "{}", fault.help);
    }

    #[test]
    fn json_yaml_and_gzip_of_either_are_the_same_workflow() {
        let yaml =
            "# a comment\nkind: Workflow\nmetadata: {name: w}\nspec: {}\nstatus:\n  nodes:\n    w: {}\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(yaml.as_bytes()).unwrap();
        let bom = format!("\u{feff}{MINIMAL}");
        let all = [MINIMAL.as_bytes().to_vec(), yaml.as_bytes().to_vec(), gzip.finish().unwrap(), bom.into()];
        let digests: Vec<String> = all.iter().map(|bytes| digest(&read("w", bytes).unwrap())).collect();
        assert!(digests.iter().all(|digest| digest == &digests[0]));
    }

    #[test]
    fn what_no_stage_needs_does_not_change_the_digest() {
        let trimmed = read("a", MINIMAL.as_bytes()).unwrap();
        let full = MINIMAL
            .replace(
                r#""name": "w""#,
                r#""resourceVersion": "9", "managedFields": [{}], "name": "w", "labels": null"#,
            )
            .replace(r#""w": {}"#, r#""w": {"displayName": "W", "resourcesDuration": {"cpu": 1}}"#);
        assert_ne!(full, MINIMAL);
        assert_eq!(digest(&read("b", full.as_bytes()).unwrap()), digest(&trimmed));
        let other = MINIMAL.replace(r#""w": {}"#, r#""w": {"message": "x"}"#);
        assert_ne!(digest(&read("b", other.as_bytes()).unwrap()), digest(&trimmed));
    }

    #[test]
    fn null_missing_and_loose_values_are_taken() {
        let text = r#"{"metadata": {"name": "w", "name": "v", "creationTimestamp": "2025-11-12T20:00:00Z"},
            "spec": {"z": 1, "a": 2, "arguments": {"parameters": [{"name": "n", "value": 5}]}},
            "status": {"startedAt": null, "message": null, "nodes": {"n": {"name": "v.t",
              "outputs": {"exitCode": "137"}, "startedAt": null, "children": null, "future": {"x": [1]},
              "inputs": {"parameters": [{"name": "i", "value": 7}, {"name": "empty"}]}}}}}"#;
        let workflow = read("w", text.as_bytes()).unwrap();
        let node = &workflow.nodes.0["n"];
        assert_eq!((workflow.name.as_str(), workflow.started), ("v", None));
        assert_eq!(workflow.spec.keys().collect::<Vec<_>>(), ["a", "arguments", "z"]);
        assert_eq!(workflow.parameters()[0].value.as_deref(), Some("5"));
        assert_eq!(
            (node.exit_code, node.parameter("i"), node.parameter("empty")),
            (Some(137), Some("7"), None)
        );
        assert_eq!(
            (&node.kind, &node.phase),
            (&NodeType::Other(String::new()), &Phase::Unknown(String::new()))
        );
    }

    #[test]
    fn the_stored_spec_wins_and_a_shutdown_is_seen_in_either() {
        let text = r#"{"metadata": {"name": "w"}, "spec": {"shutdown": "Stop", "workflowTemplateRef": {"name": "t"}},
            "status": {"storedWorkflowTemplateSpec": {"entrypoint": "main"}, "nodes": {"w": {}}}}"#;
        let workflow = read("w", text.as_bytes()).unwrap();
        assert_eq!((workflow.spec.contains_key("entrypoint"), workflow.spec.len()), (true, 1));
        assert_eq!(workflow.shutdown.as_deref(), Some("Stop"));
    }

    #[test]
    fn what_is_neither_json_nor_yaml_is_shown_where_it_breaks() {
        expect(
            "{\"kind\": \"Workflow\",\n \"a\" 5}",
            Code::SnapshotSyntax,
            (2, 6),
            "not JSON",
            "kubectl get",
        );
        expect("kind: Workflow\na: b: c\n", Code::SnapshotSyntax, (2, 5), "not YAML", "kubectl get");
        expect("# kind: Workflow\n", Code::SnapshotNotAWorkflow, (1, 1), "no kind", "kubectl get");
        expect("\n  \n", Code::SnapshotSyntax, (1, 1), "empty", "failed command");
        assert!(read("w", b"").unwrap_err().iter().all(|fault| fault.message.contains("empty")));
        assert!(
            read("w", b"\xff\xfe{\x00").unwrap_err().iter().all(|fault| fault.message.contains("UTF-16"))
        );
        assert!(read("w", b"{\x00\n\x00").unwrap_err().iter().all(|fault| fault.message.contains("UTF-16")));
        assert!(read("w", b"{\xc3\x28").unwrap_err().iter().all(|fault| fault.message.contains("byte 2")));
    }

    #[test]
    fn a_text_that_ends_in_the_middle_is_truncated() {
        let cut = &MINIMAL[..60];
        expect(cut, Code::SnapshotTruncated, (1, 60), "ends in the middle", "again");
        expect(
            "kind: Workflow\nspec: {a: [1,\n",
            Code::SnapshotTruncated,
            (3, 1),
            "ends in the middle",
            "again",
        );
    }

    #[test]
    fn yaml_that_lost_the_nodes_at_its_end_is_truncated_and_json_is_taken_at_its_word() {
        let yaml =
            "metadata: {name: w}\nspec: {}\nstatus:\n  nodes:\n    w:\n      children: [a]\n    a: {}\n";
        assert!(read("w.yaml", yaml.as_bytes()).is_ok());
        let cut = yaml.replace("    a: {}\n", "");
        expect(&cut, Code::SnapshotTruncated, (6, 19), "the node `a` is not in this file", "-o json");
        let json =
            r#"{"metadata": {"name": "w"}, "spec": {}, "status": {"nodes": {"w": {"children": ["a"]}}}}"#;
        assert!(read("w.json", json.as_bytes()).is_ok());
    }

    #[test]
    fn lists_name_the_workflows_inside() {
        let list = r#"{"kind": "List", "items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}"#;
        expect(list, Code::SnapshotList, (1, 27), "2 workflows", "`kubectl get workflow a -o json`");
        expect(
            r#"[{"kind": "Workflow", "metadata": {"name": "a"}}, {"kind": "Pod", "metadata": {"name": "b"}}]"#,
            Code::SnapshotList,
            (1, 1),
            "1 workflow and something else",
            "workflow a ",
        );
        expect("[5]", Code::SnapshotList, (1, 1), "no workflow", "kubectl get");
        expect(
            r#"{"kind": "WorkflowList", "items": null}"#,
            Code::SnapshotList,
            (1, 10),
            "no workflow",
            "kubectl get",
        );
        expect("{\"a\": 1}\n{\"a\": 2}", Code::SnapshotList, (2, 1), "several JSON objects", "one workflow");
        expect("kind: Workflow\n---\nkind: Workflow\n", Code::SnapshotList, (2, 1), "documents", "a file");
    }

    #[test]
    fn the_only_workflow_of_a_list_is_read_and_its_faults_have_their_places() {
        let typed = MINIMAL.replace(r#""kind": "Workflow", "#, "");
        let listed = |one: &str| {
            format!(r#"{{"kind": "List", "metadata": {{"resourceVersion": ""}}, "items": [{one}]}}"#)
        };
        let yaml = "kind: List\nitems:\n- kind: Workflow\n  metadata: {name: w}\n  spec: {}\n  status: {nodes: {w: {}}}\n";
        for text in [
            listed(MINIMAL),
            listed(&typed),
            format!("[{MINIMAL}]"),
            format!(" [ {typed} ]"),
            yaml.to_owned(),
        ] {
            assert_eq!(
                digest(&read("w", text.as_bytes()).unwrap()),
                digest(&read("w", MINIMAL.as_bytes()).unwrap()),
                "{text}"
            );
        }
        let told = |one: &str, code, column, message| expect(&listed(one), code, (1, column), message, "");
        told(&MINIMAL.replace("{\"w\": {}}", "{}"), Code::SnapshotNoNodes, 135, "no nodes");
        told(
            &MINIMAL.replace("{\"w\": {}}", "5"),
            Code::SnapshotWrongType,
            145,
            "items[0].status.nodes: invalid type",
        );
        told(r#"{"kind": "Pod", "metadata": {}}"#, Code::SnapshotList, 64, "no workflow and something else");
        let bare = format!("[{}]", MINIMAL.replace("\"name\": \"w\"", ""));
        expect(&bare, Code::SnapshotWrongType, (1, 35), "`metadata.name` is missing", "kubectl get");
    }

    #[test]
    fn an_archived_workflow_is_read_as_any_other() {
        let text = r#"{"metadata": {"name": "w", "uid": "5", "creationTimestamp": null,
              "labels": {"workflows.argoproj.io/workflow-archiving-status": "Persisted"}},
            "spec": {"arguments": {}}, "status": {"phase": "Failed", "startedAt": null, "finishedAt": null,
              "compressedNodes": "", "offloadNodeStatusVersion": "fnv:1", "nodes": {"w": {"name": "w"}}}}"#;
        let workflow = read("w", text.as_bytes()).unwrap();
        assert_eq!((workflow.created, workflow.finished, workflow.nodes.0.len()), (None, None, 1));
    }

    #[test]
    fn other_kinds_are_named() {
        let kind = |kind: &str| format!("{{\n \"kind\": \"{kind}\", \"status\": \"x\"}}");
        expect(&kind("CronWorkflow"), Code::SnapshotNotAWorkflow, (2, 10), "CronWorkflow", "argo list");
        expect(
            &kind("WorkflowTemplate"),
            Code::SnapshotNotAWorkflow,
            (2, 10),
            "WorkflowTemplate",
            "inputs.templates",
        );
        expect(&kind("Pod"), Code::SnapshotNotAWorkflow, (2, 10), "a Pod", "kubectl get workflow");
        expect("5", Code::SnapshotNotAWorkflow, (1, 1), "not an object", "kubectl get");
        expect("{\"a\": 1}", Code::SnapshotNotAWorkflow, (1, 1), "no kind", "kubectl get");
        let error = "Error from server (NotFound): workflows \"x\" not found\n";
        expect(error, Code::SnapshotNotAWorkflow, (1, 1), "no kind", "kubectl get");
    }

    #[test]
    fn a_wrong_type_is_told_with_its_path_and_place() {
        let json = MINIMAL.replace("\"w\": {}", "\"w\": {\"children\": [\"a\", {}]}");
        expect(
            &json,
            Code::SnapshotWrongType,
            (1, 106),
            "status.nodes.w.children[1]: invalid type: map",
            "string",
        );
        let json = MINIMAL.replace("\"w\": {}", "\"w\": {\"startedAt\": \"noon\"}");
        expect(
            &json,
            Code::SnapshotWrongType,
            (1, 101),
            "status.nodes.w.startedAt: invalid value: string \"noon\"",
            "",
        );
        let yaml = "metadata: {name: w}\nspec: {}\nstatus:\n  phase: [1]\n";
        expect(yaml, Code::SnapshotWrongType, (4, 10), "status.phase: invalid type: sequence", "string");
        let text = MINIMAL.replace("\"name\": \"w\"", "");
        expect(&text, Code::SnapshotWrongType, (1, 34), "`metadata.name` is missing", "kubectl get");
    }

    #[test]
    fn wrong_types_are_told_together_each_in_its_place() {
        let text = r#"{"metadata": {"name": 5, "labels": {}}, "spec": [{"a": 1}],
            "status": {"startedAt": "noon", "nodes": {"w": {"children": {"b": [2]}, "name": {}}, "v": 7}, "message": false}}"#;
        let faults = read("w.json", text.as_bytes()).unwrap_err();
        let told: Vec<(String, &str)> = faults
            .iter()
            .map(|fault| {
                let path = fault.message.split(": ").nth(1).unwrap_or_default().to_owned();
                (path, fault.labels[0].place.text())
            })
            .collect();
        let expected = [
            ("metadata.name", "5"),
            ("spec", "["),
            ("status.startedAt", "\"noon\""),
            ("status.nodes.w.children", "{"),
            ("status.nodes.w.name", "{"),
            ("status.nodes.v", "7"),
            ("status.message", "false"),
        ];
        assert_eq!(told, expected.map(|(path, text)| (path.to_owned(), text)));
        // In a list nothing may be absent: there it ends.
        let list = MINIMAL.replace("{\"w\": {}}", "{\"w\": {\"children\": [1, 2], \"name\": 3}}");
        assert_eq!(read("w.json", list.as_bytes()).unwrap_err().len(), 1);
    }

    #[test]
    fn nodes_that_are_elsewhere_or_nowhere_are_told_apart() {
        let status =
            |status: &str| format!(r#"{{"metadata": {{"name": "w"}}, "spec": {{}}, "status": {status}}}"#);
        let offloaded = status(r#"{"offloadNodeStatusVersion": "fnv:1"}"#);
        expect(&offloaded, Code::SnapshotOffloaded, (1, 80), "in a database", "argo archive get");
        expect(&status(r#"{"phase": "Pending"}"#), Code::SnapshotNoNodes, (1, 51), "no nodes", "started");
        expect(&status("null"), Code::SnapshotNoNodes, (1, 51), "no status", "snapshot");
        expect(r#"{"kind": "Workflow", "spec": {}}"#, Code::SnapshotNoNodes, (1, 1), "no status", "snapshot");
    }

    #[test]
    fn compressed_nodes_are_read_and_their_mistakes_have_a_path() {
        use base64::Engine as _;
        let pack = |nodes: &str| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(nodes.as_bytes()).unwrap();
            let packed = base64::engine::general_purpose::STANDARD.encode(gzip.finish().unwrap());
            MINIMAL.replace("\"nodes\": {\"w\": {}}", &format!("\"compressedNodes\": \"{packed}\""))
        };
        let workflow = read("w", pack(r#"{"n": {"name": "w.t", "type": "Pod"}}"#).as_bytes()).unwrap();
        assert_eq!((workflow.nodes.0.len(), &workflow.nodes.0["n"].kind), (1, &NodeType::Pod));
        for (nodes, code, message) in [
            ("{\"n\": {\"name\"", Code::SnapshotTruncated, "ends in the middle"),
            ("{]", Code::SnapshotBadCompression, "not JSON"),
            (
                "{\"n\": {\"name\": 5}}",
                Code::SnapshotWrongType,
                "status.compressedNodes.n.name: invalid type: integer `5`",
            ),
            ("{}", Code::SnapshotNoNodes, "no nodes"),
        ] {
            let fault = fault(&pack(nodes));
            assert_eq!(fault.code, code, "{fault}");
            assert!(fault.message.contains(message), "{fault}");
        }
    }
}

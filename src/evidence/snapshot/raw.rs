//! A workflow as its JSON stands: only the fields that some stage needs, each one absent or null at will.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::any_text::{AnyText, Time};

/// Declares a struct of optional fields and how it is read: unknown keys are passed over, and of a key that stands twice the last
/// one counts, as for every reader of JSON in Kubernetes (a derived reader would refuse it).
macro_rules! record {
    ($(#[$doc:meta])* $name:ident, $expected:literal { $($field:ident: $type:ty = $key:literal,)* }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name { $(pub(super) $field: Option<$type>,)* }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> Visitor<'de> for Fields {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut record = $name::default();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $($key => record.$field = map.next_value()?,)*
                                _ => drop(map.next_value::<IgnoredAny>()?),
                            }
                        }
                        Ok(record)
                    }
                }
                deserializer.deserialize_map(Fields)
            }
        }
    };
}

record! {
    /// The whole file.
    RawWorkflow, "a workflow" {
        kind: String = "kind",
        items: IgnoredAny = "items",
        metadata: RawMetadata = "metadata",
        spec: Map<String, Value> = "spec",
        status: RawStatus = "status",
    }
}

record! {
    /// A list as `kubectl` prints it.
    RawList, "a list" {
        items: Vec<RawWorkflow> = "items",
    }
}

record! {
    /// Only what tells what kind of thing a file holds.
    Head, "an object" {
        kind: AnyText = "kind",
        items: Vec<Head> = "items",
        metadata: NameOnly = "metadata",
    }
}

record! {
    /// The name of a thing.
    NameOnly, "an object" {
        name: AnyText = "name",
    }
}

record! {
    RawMetadata, "the metadata of a workflow" {
        name: String = "name",
        generate_name: String = "generateName",
        namespace: String = "namespace",
        labels: BTreeMap<String, AnyText> = "labels",
        annotations: BTreeMap<String, AnyText> = "annotations",
        created: Time = "creationTimestamp",
    }
}

record! {
    RawStatus, "the status of a workflow" {
        phase: String = "phase",
        started: Time = "startedAt",
        finished: Time = "finishedAt",
        message: String = "message",
        nodes: RawNodes = "nodes",
        compressed_nodes: String = "compressedNodes",
        offloaded: AnyText = "offloadNodeStatusVersion",
        stored_templates: BTreeMap<String, Value> = "storedTemplates",
        stored_spec: Map<String, Value> = "storedWorkflowTemplateSpec",
    }
}

/// Nodes by id.
pub(super) type RawNodes = BTreeMap<String, Option<RawNode>>;

record! {
    RawNode, "a node" {
        name: String = "name",
        kind: String = "type",
        phase: String = "phase",
        template_name: String = "templateName",
        template_ref: RawTemplateRef = "templateRef",
        template_scope: String = "templateScope",
        boundary: String = "boundaryID",
        message: String = "message",
        started: Time = "startedAt",
        finished: Time = "finishedAt",
        host: String = "hostNodeName",
        inputs: RawInputs = "inputs",
        outputs: RawOutputs = "outputs",
        children: Vec<String> = "children",
        flag: RawFlag = "nodeFlag",
    }
}

record! {
    RawTemplateRef, "a template reference" {
        name: String = "name",
        template: String = "template",
        cluster_scope: bool = "clusterScope",
    }
}

record! {
    RawInputs, "the inputs of a node" {
        parameters: Vec<RawParameter> = "parameters",
        artifacts: Vec<Value> = "artifacts",
    }
}

record! {
    RawParameter, "a parameter" {
        name: String = "name",
        value: AnyText = "value",
    }
}

record! {
    RawOutputs, "the outputs of a node" {
        exit_code: AnyText = "exitCode",
    }
}

record! {
    RawFlag, "the flags of a node" {
        hooked: bool = "hooked",
        retried: bool = "retried",
    }
}

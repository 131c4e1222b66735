//! References that Argo's validator or a run refuses are found, once and where they stand.

use super::{Breakages, each};

const TEMPLATES_THAT_DO_NOT_EXIST: Breakages = &[
    (
        "entrypoint: main",
        "entrypoint: mian",
        "1 verify::reference /spec/entrypoint: this Workflow has no template `mian`",
    ),
    (
        "onExit: farewell",
        "onExit: farewel",
        "1 verify::reference /spec/onExit: this Workflow has no template `farewel`",
    ),
    ("entrypoint: main", "priority: 1", "1 verify::reference /spec: there is no entrypoint"),
    (
        "        template: many\n",
        "        template: mony\n",
        "1 verify::reference /spec/templates/0/dag/tasks/0/template: this Workflow has no template `mony`",
    ),
    (
        "template: many\n",
        "template: '{{workflow.parameters.batch}}'\n",
        "1 verify::reference /spec/templates/0/dag/tasks/0/template: this Workflow has no template `{{workflow.parameters.batch}}`",
    ),
    (
        "{name: item, template: run-item}",
        "{name: itme, template: run-item}",
        "1 verify::reference /spec/templates/0/dag/tasks/1/templateRef/name: WorkflowTemplate `itme` is neither among these documents nor given",
    ),
    (
        "{name: item, template: run-item}",
        "{name: item, template: run-itme}",
        "1 verify::reference /spec/templates/0/dag/tasks/1/templateRef/template: WorkflowTemplate `item` has no template `run-itme`",
    ),
    (
        "{name: item, template: run-item}",
        "{name: item, template: run-item, clusterScope: true}",
        "1 verify::reference /spec/templates/0/dag/tasks/1/templateRef/name: ClusterWorkflowTemplate `item` is not known, but a WorkflowTemplate `item` is",
    ),
    (
        "{name: item, template: run-item}",
        "{name: item}",
        "1 verify::reference /spec/templates/0/dag/tasks/1/templateRef: the templateRef has no template",
    ),
    (
        "        inline:\n",
        "        template: spaek\n        inline:\n",
        "1 verify::reference /spec/templates/0/dag/tasks/3/template: this Workflow has no template `spaek`",
    ),
    (
        "metadata: {name: item}",
        "metadata: {name: item, namespace: gwas}",
        "1 verify::reference /spec/templates/0/dag/tasks/1/templateRef/name: WorkflowTemplate `item` is in namespace `gwas`, its caller in no namespace\n1 verify::reference /spec/templates/1/dag/tasks/0/templateRef/name: WorkflowTemplate `item` is in namespace `gwas`, its caller in no namespace",
    ),
    (
        "inline:\n",
        "hooks: {exit: {template: spaek}}\n        inline:\n",
        "1 verify::reference /spec/templates/0/dag/tasks/3/hooks/exit/template: this Workflow has no template `spaek`",
    ),
    (
        "inline:\n",
        "hooks: {late: {template: speak}}\n        inline:\n",
        "1 verify::reference /spec/templates/0/dag/tasks/3/hooks/late/expression: the hook `late` has no expression",
    ),
    (
        "  onExit: farewell\n",
        "  onExit: farewell\n  hooks: {late: {template: speak}}\n",
        "1 verify::reference /spec/hooks/late/expression: the hook `late` has no expression",
    ),
    (
        "    podSpecPatch",
        "    suspend: {}\n    podSpecPatch",
        "1 verify::schema /spec/templates/3: the template has 2 bodies: script, suspend",
    ),
    ("    suspend: {}\n", "", "1 verify::schema /spec/templates/4: the template has no body"),
];

#[test]
fn templates_that_do_not_exist() {
    each(TEMPLATES_THAT_DO_NOT_EXIST);
}

const PARAMETERS_AND_LOOPS: Breakages = &[
    (
        "          - {name: index, value: '7'}\n",
        "",
        "1 verify::argument /spec/templates/0/dag/tasks/1/arguments: inputs.parameters.index of template `run-item` was not supplied",
    ),
    (
        "{name: extra, path: /extra, optional: true}",
        "{name: extra, path: /extra, raw: {data: x}, from: y}",
        "0 verify::argument /spec/templates/0/inputs/artifacts/0/from: an input artifact has no `from`",
    ),
    (
        "    - {name: image, value: 'registry.example.org/x:1'}\n",
        "",
        "1 verify::variable /spec/templates/1/dag/tasks/0/templateRef: in template `run-item` of WorkflowTemplate `item`: workflow parameter `image` is not declared",
    ),
    (
        "{name: batch, value: b1}",
        "{name: batch, value: b1, enum: [b2, b3]}",
        "1 verify::argument /spec/arguments/parameters/1/value: `b1` is not in the parameter's enum",
    ),
    (
        "{name: batch, value: b1}",
        "{name: batch, valueFrom: {path: /x}}",
        "1 verify::argument /spec/arguments/parameters/1/valueFrom: the valueFrom of an argument names no source that it can have",
    ),
    (
        "{name: unknown-to-item, value: x}",
        "{name: unknown-to-item}",
        "1 verify::argument /spec/templates/0/dag/tasks/1/arguments/parameters/1: the parameter `unknown-to-item` has no value",
    ),
    (
        "{name: unknown-to-item, value: x}",
        "{name: index, value: x}",
        "1 verify::name /spec/templates/0/dag/tasks/1/arguments/parameters/1/name: `index` stands twice among the arguments.parameters",
    ),
    (
        "          - {name: unknown-to-item, value: x}\n",
        "          artifacts: [{name: a}]\n",
        "1 verify::argument /spec/templates/0/dag/tasks/1/arguments/artifacts/0: the artifact `a` comes from nowhere",
    ),
    (
        "        withItems:\n",
        "        withParam: '[]'\n        withItems:\n",
        "1 verify::loop /spec/templates/1/dag/tasks/0: withItems and withParam stand together",
    ),
    (
        "        withItems:\n",
        "        withSequence: {count: 1}\n        withItems:\n",
        "1 verify::loop /spec/templates/1/dag/tasks/0: withItems and withSequence stand together",
    ),
    (
        "        - {index: '2'}",
        "        - {name: b}",
        "1 verify::variable /spec/templates/1/dag/tasks/0/arguments/parameters/0/value: not every item of the loop has `index`",
    ),
    (
        "        when: 'false'\n        arguments: {parameters: [{name: batch, value: x}]}",
        "        withItems: []\n        arguments: {parameters: [{name: batch, value: '{{item.x}}-{{item}}'}]}",
        "1 verify::loop /spec/templates/1/dag/tasks/1/withItems: withItems is empty, so that nothing fills in `{{item}}`",
    ),
    (
        "        when: 'false'\n",
        "        withSequence: {count: 1, end: 2}\n",
        "1 verify::loop /spec/templates/1/dag/tasks/1/withSequence: count and end stand together",
    ),
];

#[test]
fn parameters_and_loops() {
    each(PARAMETERS_AND_LOOPS);
}

const VARIABLES_OUT_OF_SCOPE: Breakages = &[
    (
        "'{{pod.name}}'",
        "'{{inputs.parameters.indxe}}'",
        "0 verify::variable /spec/templates/0/container/args/1: the template has no input parameter `indxe`",
    ),
    (
        "'{{pod.name}}'",
        "'{{ workflow.parameters.data }}'",
        "1 verify::variable /spec/templates/1/dag/tasks/0/templateRef: in template `run-item` of WorkflowTemplate `item`: workflow parameter `data` is not declared",
    ),
    (
        "'{{pod.name}}'",
        "'{{pod.nmae}}'",
        "0 verify::variable /spec/templates/0/container/args/1: `{{pod.nmae}}` cannot be resolved",
    ),
    (
        "value: '7'",
        "value: '{{item.x}}'",
        "1 verify::variable /spec/templates/0/dag/tasks/1/arguments/parameters/0/value: `{{item.x}}` is used outside a loop over maps",
    ),
    (
        "value: '7'",
        "value: '{{tasks.tial.outputs.result}}'",
        "1 verify::variable /spec/templates/0/dag/tasks/1/arguments/parameters/0/value: `{{tasks.tial.outputs.result}}` names no task that is known here",
    ),
    (
        "value: '7'",
        "value: '{{tasks.tail.outputs.result}}'",
        "1 verify::variable /spec/templates/0/dag/tasks/1/arguments/parameters/0/value: task `one` uses `tail` without depending on it",
    ),
    (
        "value: '7'",
        "value: 'x{{tasks.tail.status}}'",
        "1 verify::variable /spec/templates/0/dag/tasks/1/arguments/parameters/0/value: task `tail` offers no `status` here",
    ),
    (
        "'{{steps.speak.outputs.result}} == x'",
        "'{{steps.hear.outputs.result}} == x'",
        "1 verify::variable /spec/templates/2/steps/1/0/when: step `hear` offers no `outputs.result` here",
    ),
    (
        "source: 'echo {{inputs.parameters.status}}'",
        "source: 'echo {{workflow.failures}}'",
        "1 verify::variable /spec/templates/0/dag/tasks/3/inline/script/source: `{{workflow.failures}}` is known to an exit handler alone",
    ),
    (
        "'{{.Values.x}}'",
        "'{{workflow.labels.stag}}'",
        "0 verify::variable /spec/templates/0/container/args/3: `{{workflow.labels.stag}}` cannot be resolved\n1 verify::variable /spec/templates/1/dag/tasks/0/templateRef: in template `run-item` of WorkflowTemplate `item`: `{{workflow.labels.stag}}` cannot be resolved",
    ),
];

#[test]
fn variables_out_of_scope() {
    each(VARIABLES_OUT_OF_SCOPE);
}

const VOLUMES_THAT_DO_NOT_EXIST_OR_COLLIDE: Breakages = &[
    (
        "  - {name: data, emptyDir: {}}\n",
        "  - {name: dta, emptyDir: {}}\n",
        "1 verify::volume /spec/templates/1/dag/tasks/0/templateRef: volume `data`, mounted by template `run-item` of WorkflowTemplate `item`, is not a volume of this Workflow",
    ),
    (
        "      source: echo",
        "      volumeMounts: [{name: tmp, mountPath: /t}]\n      source: echo",
        "1 verify::volume /spec/templates/3/script/volumeMounts/0: volume `tmp`, mounted by template `speak`, is not a volume of this Workflow",
    ),
    (
        "mountPath: /scratch",
        "mountPath: /data",
        "0 verify::volume /spec/templates/0/container/volumeMounts/1: `/data` is mounted twice in one container",
    ),
    (
        "path: /extra",
        "path: /data",
        "0 verify::volume /spec/templates/0/inputs/artifacts/0/path: the artifact's path `/data` is taken by a mount or another artifact",
    ),
];

#[test]
fn volumes_that_do_not_exist_or_collide() {
    each(VOLUMES_THAT_DO_NOT_EXIST_OR_COLLIDE);
}

const DEPENDENCIES_THAT_DO_NOT_HOLD: Breakages = &[
    (
        "depends: one\n",
        "depends: noe\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/depends: task `dynamic` depends on `noe`, which is no task of this DAG",
    ),
    (
        "depends: one\n",
        "depends: one &&\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/depends: in depends, the end stands where a task is expected",
    ),
    (
        "depends: one\n",
        "depends: one.Suceeded\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/depends: `Suceeded` is no result of a task",
    ),
    (
        "depends: one\n",
        "depends: one.AllFailed\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/depends: `one.AllFailed` asks about items, but the task has no loop",
    ),
    (
        "depends: one\n",
        "dependencies: [one]\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/dependencies: `dependencies` stands in a DAG in which a task has `depends`",
    ),
    (
        "depends: one\n",
        "depends: one\n        continueOn: {failed: true}\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/continueOn: `continueOn` stands in a DAG in which a task has `depends`",
    ),
    (
        "depends: one\n",
        "depends: dynamic\n",
        "1 verify::depends /spec/templates/0/dag/tasks/2/depends: task `dynamic` depends on itself",
    ),
    (
        "      - name: one\n",
        "      - name: one\n        depends: tail\n",
        "1 verify::depends /spec/templates/0/dag/tasks/1/depends: the tasks one, tail depend on each other",
    ),
    (
        "target: many one tail",
        "target: many one  tail",
        "1 verify::depends /spec/templates/0/dag/target: the target has a blank too many",
    ),
    (
        "target: many one tail",
        "target: many tial",
        "1 verify::depends /spec/templates/0/dag/target: the target `tial` is no task of this DAG",
    ),
    (
        "- name: dynamic",
        "- name: 1-dynamic",
        "1 verify::depends /spec/templates/0/dag/tasks/2/name: task `1-dynamic` begins with a digit in a DAG that uses depends or dependencies",
    ),
    (
        "- name: dynamic",
        "- name: one",
        "1 verify::name /spec/templates/0/dag/tasks/2/name: `one` stands twice among the tasks or steps",
    ),
    (
        "      - name: all\n",
        "      - name: al\n",
        "1 verify::depends /spec/templates/1/dag/tasks/1/depends: task `again` depends on `all`, which is no task of this DAG",
    ),
];

#[test]
fn dependencies_that_do_not_hold() {
    each(DEPENDENCIES_THAT_DO_NOT_HOLD);
}

//! `[naming]`.

table! {
    /// The names of what is written. `<< pipeline >>`, `<< root.suffix >>` and others are put in.
    "[naming]" Naming {
        /// The retry Workflow.
        Optional "workflow" workflow: String = "\"<< pipeline >>-retry-<< root.suffix >><% if retry > 1 %>-<< retry >><% endif %>\"",
        /// The WorkflowTemplate of a tier; knows `<< base >>` and `<< tier >>`.
        Optional "template" template: String = "\"<< base >>-<< tier >>\"",
        /// The task of an item; knows `<< index >>`, `<< item >>`, `<< tier >>` and `<< rule >>`.
        Optional "task" task: String = "\"retry-<< index >>\"",
    }
}

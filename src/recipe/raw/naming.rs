//! `[naming]`.

table! {
    /// The names of what is written. `<< pipeline >>`, `<< root.suffix >>` and others are put in.
    "[naming]" Naming {
        /// The retry Workflow.
        Optional "workflow" workflow: String,
        /// The WorkflowTemplate of a tier; knows `<< base >>` and `<< tier >>`.
        Optional "template" template: String,
        /// The task of an item; knows `<< index >>`, `<< item >>`, `<< tier >>` and `<< rule >>`.
        Optional "task" task: String,
    }
}

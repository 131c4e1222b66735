//! `gapit-compile` compiles a recipe, a workflow snapshot and a scan of the outputs into retry manifests for Argo Workflows.
//!
//! ```text
//!  recipe.toml ──recipe::load──▶ Recipe ─┐
//!  workflow.json ─evidence::snapshot─▶ Lineage ┐├─diagnose─▶ Diagnosis ─plan─▶ Plan ─emit─▶ [Draft] ─verify─▶ [Manifest] ─diff─▶ Delta
//!  outputs ──────evidence::outputs───▶ Scan ───┘
//!  workflow.json ──────────init──▶ a first recipe.toml
//!  usage, logs ──evidence::{usage,logs}──▶ what each pod used and wrote, for the diagnosis and the rules
//! ```
//!
//! The modules below stand in the order in which data meets them, and a module imports only modules declared above it
//! (`tests/integration/architecture.rs` reads this file and holds that). The disk is touched in [`io`] only; the terminal in the
//! binary's `cli` only. Nothing here reads a clock, a host name or the environment: the same inputs give the same bytes.

pub mod units;
pub mod source;
pub mod error;
pub mod evidence;
pub mod recipe;
pub mod diagnose;
pub mod plan;
pub mod emit;
pub mod verify;
pub mod lint;
pub mod diff;
pub mod pipeline;
pub mod init;
pub mod report;
pub mod io;

pub use pipeline::{Compilation, Inputs, compile};

//! `[parameters]`.

use crate::source::At;

/// `[parameters]`: changes to the parent's workflow parameters, made in the order of the fields.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// New parameters, each with the name of the one whose value it gets.
    pub copy: Vec<(At<String>, At<String>)>,
    /// New names, by old name.
    pub rename: Vec<(At<String>, At<String>)>,
    /// Names to leave out.
    pub drop: Vec<At<String>>,
    /// New values, by name.
    pub set: Vec<(At<String>, At<String>)>,
}

//! What a row may look at when its message alone does not say the cause.

use super::{Confidence, CutBy, Judgement, Limit, Row};
use crate::diagnose::attempts::{Attempt, NodeFacts};
use crate::diagnose::moments::{Moment, Moments};
use crate::recipe::Cause;
use crate::units::Seconds;

/// An attempt, the item it belongs to, and the moments of its workflow.
pub(super) struct Context<'a> {
    /// The row that its message fits.
    pub row: &'static Row,
    pub node: &'a NodeFacts,
    pub attempt: &'a Attempt,
    /// Position of the attempt; the first is 0.
    pub ordinal: usize,
    pub moments: &'a Moments,
}

impl Context<'_> {
    pub(super) fn judge(
        &self,
        cause: Cause,
        confidence: Confidence,
        because: impl Into<String>,
    ) -> Judgement {
        let explanation = self.row.explanation;
        Judgement { explanation, ..Judgement::new(cause, confidence, self.row.id, because.into()) }
    }

    pub(super) fn cut(&self, limit: Limit, length: Seconds, because: impl Into<String>) -> Judgement {
        let cut_by = Some(CutBy { limit, length });
        Judgement { cut_by, ..self.judge(Cause::Deadline, Confidence::Certain, because) }
    }

    /// The deadline of the template for this attempt: the smaller of `activeDeadlineSeconds` and `timeout` (F 4).
    pub(super) fn template_deadline(&self) -> Option<Seconds> {
        let fields = [["activeDeadlineSeconds"], ["timeout"]];
        fields.iter().filter_map(|path| self.node.template_seconds(path)).min()
    }

    /// Whether the attempt lasted about as long as its template allows.
    pub(super) fn at_template_deadline(&self) -> Option<Seconds> {
        let length = self.template_deadline()?;
        Moment::after(self.attempt.started?, length)?.explains(self.attempt.finished).then_some(length)
    }

    /// How long the retry window is, if there is one.
    pub(super) fn window_length(&self) -> Option<Seconds> {
        self.node.template_seconds(&["retryStrategy", "backoff", "maxDuration"])
    }

    /// The end of the retry window, which bounds every attempt after the first (F 3.1, step 6).
    pub(super) fn window(&self) -> Option<Moment> {
        let length = self.window_length()?;
        let first = self.node.attempts.iter().filter_map(|attempt| attempt.started).min()?;
        Moment::after(first, length).filter(|_| self.ordinal > 0)
    }
}

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

    /// A deadline cut it: certain where Argo or the kubelet speaks of one, likely where only the time does.
    pub(super) fn cut(
        &self,
        limit: Limit,
        length: Seconds,
        confidence: Confidence,
        because: impl Into<String>,
    ) -> Judgement {
        let cut_by = Some(CutBy { limit, length });
        Judgement { cut_by, ..self.judge(Cause::Deadline, confidence, because) }
    }

    /// The deadlines that the template gives an attempt. Where it gives both, `timeout` seems to win whichever is longer
    /// (`workflow/controller/workflowpod.go`), so either can be the one that counted.
    fn template_deadlines(&self) -> impl Iterator<Item = Seconds> {
        let fields = [["activeDeadlineSeconds"], ["timeout"]];
        fields.into_iter().filter_map(|path| self.node.seconds_of(self.attempt, &path))
    }

    /// The smaller of them.
    pub(super) fn template_deadline(&self) -> Option<Seconds> {
        self.template_deadlines().min()
    }

    /// The one that the attempt lasted about as long as.
    pub(super) fn at_template_deadline(&self) -> Option<Seconds> {
        let start = self.attempt.started?;
        let meets = |length: &Seconds| {
            Moment::after(start, *length).is_some_and(|moment| moment.explains(self.attempt.finished))
        };
        self.template_deadlines().filter(meets).min()
    }

    /// How long the retry window is, if there is one.
    pub(super) fn window_length(&self) -> Option<Seconds> {
        self.node.seconds_of(self.attempt, &["retryStrategy", "backoff", "maxDuration"])
    }

    /// When a window of that length ends: it begins with the first attempt (`processNodeRetries` in `operator.go`).
    pub(super) fn window_end(&self, length: Seconds) -> Option<Moment> {
        Moment::after(self.attempt.place.first?, length)
    }

    /// The end of the retry window, which bounds every attempt after the first: Argo gives it to them as `ARGO_DEADLINE`
    /// (`workflow/controller/workflowpod.go`).
    pub(super) fn window(&self) -> Option<Moment> {
        self.window_end(self.window_length()?).filter(|_| self.attempt.place.ordinal > 0)
    }
}

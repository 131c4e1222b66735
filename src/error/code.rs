//! The closed list of fault codes, each with its page in `catalog/` and the exit code it leads to.

use std::fmt;

use crate::units::name::{meant, nearest};

/// Declares [`Code`] and ties every variant to its spelling, its page and its exit code.
macro_rules! codes {
    ($($variant:ident = $stage:literal / $name:literal => $exit:literal,)*) => {
        /// What kind of fault it is: `stage::kebab-name`. `gapit-compile explain CODE` prints its page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the page of a code is its documentation")]
        pub enum Code { $($variant,)* }

        impl Code {
            /// Every code, in the order of the pipeline.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The spelling that people read and search for.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => concat!($stage, "::", $name),)* }
            }

            /// The page of the catalogue: what it means, an example, the fix.
            pub fn page(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("catalog/", $stage, "/", $name, ".md")),)* }
            }

            /// The exit code of a run that this fault ends.
            pub fn exit(self) -> u8 {
                match self { $(Self::$variant => $exit,)* }
            }
        }
    };
}

codes! {
    CliOnlyOutsideRange = "cli" / "only-outside-range" => 2,
    CliUnknownItem = "cli" / "unknown-item" => 2,
    CliUnknownName = "cli" / "unknown-name" => 2,
    CliNothingToLint = "cli" / "nothing-to-lint" => 3,
    CliNoTests = "cli" / "no-tests" => 2,
    RecipeSyntax = "recipe" / "syntax" => 2,
    RecipeUnknownKey = "recipe" / "unknown-key" => 2,
    RecipeMissingKey = "recipe" / "missing-key" => 2,
    RecipeWrongType = "recipe" / "wrong-type" => 2,
    RecipeUnknownWord = "recipe" / "unknown-word" => 2,
    RecipeBadQuantity = "recipe" / "bad-quantity" => 2,
    RecipeBadName = "recipe" / "bad-name" => 2,
    RecipeBadPattern = "recipe" / "bad-pattern" => 2,
    RecipeBadTemplate = "recipe" / "bad-template" => 2,
    RecipeOneOf = "recipe" / "one-of" => 2,
    RecipeDuplicateName = "recipe" / "duplicate-name" => 2,
    RecipeUnknownTier = "recipe" / "unknown-tier" => 2,
    RecipeUnknownParent = "recipe" / "unknown-parent" => 2,
    RecipeExtendsNothing = "recipe" / "extends-nothing" => 2,
    RecipeBadAfter = "recipe" / "bad-after" => 2,
    RecipeBadRemove = "recipe" / "bad-remove" => 2,
    RecipeCycle = "recipe" / "cycle" => 2,
    RecipeUnsupportedVersion = "recipe" / "unsupported-version" => 2,
    RecipeTierForm = "recipe" / "tier-form" => 2,
    RecipeTierDoesNotGrow = "recipe" / "tier-does-not-grow" => 2,
    RecipeAboveCap = "recipe" / "above-cap" => 2,
    RecipeUnreachableRule = "recipe" / "unreachable-rule" => 2,
    RecipeExitCodeZero = "recipe" / "exit-code-zero" => 2,
    RecipeBadScript = "recipe" / "bad-script" => 2,
    RecipeNoInput = "recipe" / "no-input" => 2,
    TestUnknownItem = "test" / "unknown-item" => 2,
    TestUnknownRule = "test" / "unknown-rule" => 2,
    TestContradiction = "test" / "contradiction" => 2,
    SnapshotSyntax = "snapshot" / "syntax" => 3,
    SnapshotTruncated = "snapshot" / "truncated" => 3,
    SnapshotList = "snapshot" / "list" => 3,
    SnapshotNotAWorkflow = "snapshot" / "not-a-workflow" => 3,
    SnapshotWrongType = "snapshot" / "wrong-type" => 3,
    SnapshotOffloaded = "snapshot" / "offloaded" => 3,
    SnapshotNoNodes = "snapshot" / "no-nodes" => 3,
    SnapshotBadCompression = "snapshot" / "bad-compression" => 3,
    SnapshotOtherPipeline = "snapshot" / "other-pipeline" => 3,
    SnapshotNoRange = "snapshot" / "no-range" => 3,
    SnapshotNoIndex = "snapshot" / "no-index" => 3,
    SnapshotIndexClash = "snapshot" / "index-clash" => 3,
    SnapshotNoFanOut = "snapshot" / "no-fan-out" => 3,
    SnapshotLineage = "snapshot" / "lineage" => 3,
    LedgerSyntax = "ledger" / "syntax" => 3,
    LedgerConflict = "ledger" / "conflict" => 3,
    LedgerEdited = "ledger" / "edited" => 3,
    LedgerFuture = "ledger" / "future" => 3,
    LedgerMissing = "ledger" / "missing" => 3,
    DecisionsSyntax = "decisions" / "syntax" => 2,
    DecisionsUnknownKey = "decisions" / "unknown-key" => 2,
    DecisionsMissingKey = "decisions" / "missing-key" => 2,
    DecisionsBadValue = "decisions" / "bad-value" => 2,
    DecisionsOneOf = "decisions" / "one-of" => 2,
    DecisionsUnknownItem = "decisions" / "unknown-item" => 2,
    DecisionsUnknownTier = "decisions" / "unknown-tier" => 2,
    DecisionsContradiction = "decisions" / "contradiction" => 2,
    DecisionsNotNeeded = "decisions" / "not-needed" => 2,
    ScanNotAScan = "scan" / "not-a-scan" => 3,
    ScanUnreadable = "scan" / "unreadable" => 3,
    ScanAmbiguous = "scan" / "ambiguous" => 2,
    UsageNotAUsage = "usage" / "not-a-usage" => 3,
    UsageBadNumber = "usage" / "bad-number" => 3,
    TemplatesNotATemplate = "templates" / "not-a-template" => 3,
    TemplatesTwoKinds = "templates" / "two-kinds" => 3,
    PlanTierUnknown = "plan" / "tier-unknown" => 3,
    PlanStopLoss = "plan" / "stop-loss" => 4,
    PlanActive = "plan" / "active" => 4,
    PlanUpstream = "plan" / "upstream" => 4,
    PlanOpenDecisions = "plan" / "open-decisions" => 4,
    PlanLedgerPast = "plan" / "ledger-past" => 4,
    PlanNothingRetryable = "plan" / "nothing-retryable" => 4,
    PlanAboveTotal = "plan" / "above-total" => 4,
    EmitBaseMissing = "emit" / "base-missing" => 3,
    EmitBaseUnsuited = "emit" / "base-unsuited" => 3,
    EmitArgumentMissing = "emit" / "argument-missing" => 2,
    EmitUnknownParameter = "emit" / "unknown-parameter" => 2,
    EmitRedacted = "emit" / "redacted" => 2,
    EmitNameTooLong = "emit" / "name-too-long" => 2,
    EmitBadName = "emit" / "bad-name" => 2,
    EmitNameClash = "emit" / "name-clash" => 2,
    EmitBadLayout = "emit" / "bad-layout" => 2,
    EmitTooLarge = "emit" / "too-large" => 3,
    VerifySyntax = "verify" / "syntax" => 3,
    VerifyDuplicateKey = "verify" / "duplicate-key" => 3,
    VerifyUnknownField = "verify" / "unknown-field" => 3,
    VerifySchema = "verify" / "schema" => 3,
    VerifyReference = "verify" / "reference" => 3,
    VerifyArgument = "verify" / "argument" => 3,
    VerifyVariable = "verify" / "variable" => 3,
    VerifyLoop = "verify" / "loop" => 3,
    VerifyExpression = "verify" / "expression" => 3,
    VerifyPodSpecPatch = "verify" / "pod-spec-patch" => 3,
    VerifyRetry = "verify" / "retry" => 3,
    VerifyDuration = "verify" / "duration" => 3,
    VerifySynchronization = "verify" / "synchronization" => 3,
    VerifyMemoize = "verify" / "memoize" => 3,
    VerifySchedule = "verify" / "schedule" => 3,
    VerifyVolume = "verify" / "volume" => 3,
    VerifyDepends = "verify" / "depends" => 3,
    VerifyName = "verify" / "name" => 3,
    LintAggregationSkipped = "lint" / "aggregation-skipped" => 1,
    LintBadAllow = "lint" / "bad-allow" => 1,
    LintConstantMemoKey = "lint" / "constant-memo-key" => 1,
    LintDeprecatedField = "lint" / "deprecated-field" => 1,
    LintGenerateNameSynced = "lint" / "generate-name-synced" => 1,
    LintItemWithoutLoop = "lint" / "item-without-loop" => 1,
    LintMemoryCap = "lint" / "memory-cap" => 1,
    LintMutableImage = "lint" / "mutable-image" => 1,
    LintNamedTtl = "lint" / "named-ttl" => 1,
    LintNestedRetries = "lint" / "nested-retries" => 1,
    LintOomSameSize = "lint" / "oom-same-size" => 1,
    LintPreemptiblePolicy = "lint" / "preemptible-policy" => 1,
    LintRequestAboveLimit = "lint" / "request-above-limit" => 1,
    LintRetryWindow = "lint" / "retry-window" => 1,
    LintSucceededOverFailures = "lint" / "succeeded-over-failures" => 1,
    LintTemplateAndInline = "lint" / "template-and-inline" => 1,
    LintTemplateFailFast = "lint" / "template-fail-fast" => 1,
    LintTemplateRef = "lint" / "template-ref" => 1,
    LintThreadsCpu = "lint" / "threads-cpu" => 1,
    LintUnknownArgument = "lint" / "unknown-argument" => 1,
    LintUnreachedRung = "lint" / "unreached-rung" => 1,
    LintUnsetArgument = "lint" / "unset-argument" => 1,
    LintUnusedAllow = "lint" / "unused-allow" => 1,
    LintWorkflowDeadline = "lint" / "workflow-deadline" => 1,
    IoRead = "io" / "read" => 3,
    IoWrite = "io" / "write" => 3,
    IoBusy = "io" / "busy" => 3,
    IoHandEdited = "io" / "hand-edited" => 3,
    IoGit = "io" / "git" => 3,
}

impl Code {
    /// The code of that spelling.
    pub fn from_spelling(spelling: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == spelling)
    }

    /// The codes that have this name, whatever their stage: who writes `mutable-image` means `lint::mutable-image`.
    pub fn named(name: &str) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |code| code.name() == name)
    }

    /// The beginning of a way out of a misspelt code: "write `CODE`; ", or nothing where none of these is near, with its stage or
    /// without it.
    pub fn meant(wrong: &str, among: impl Fn(Self) -> bool) -> String {
        let codes: Vec<Self> = Self::ALL.iter().copied().filter(|code| among(*code)).collect();
        let near =
            if wrong.contains("::") { None } else { nearest(wrong, codes.iter().map(|code| code.name())) };
        match near.and_then(|near| codes.iter().find(|code| code.name() == near)) {
            Some(code) => format!("write `{code}`; "),
            None => meant(wrong, codes.iter().map(|code| code.as_str())),
        }
    }
}

impl Code {
    /// The stage that it belongs to, the part before the `::`.
    pub fn stage(self) -> &'static str {
        self.as_str().split("::").next().unwrap_or_default()
    }

    /// Its name in that stage, the part behind the `::`.
    fn name(self) -> &'static str {
        self.as_str().split("::").nth(1).unwrap_or_default()
    }

    /// Whether `lint` finds it in manifests.
    pub fn is_of_manifests(self) -> bool {
        matches!(self.stage(), "verify" | "lint")
    }

    /// Whether `lint` can be told to pass over it. A text that cannot be read, or that two readers read differently, has nothing in
    /// it that could be fine; and what is wrong with an allowance is mended there.
    pub fn can_be_allowed(self) -> bool {
        let never = [Self::VerifySyntax, Self::VerifyDuplicateKey, Self::LintBadAllow, Self::LintUnusedAllow];
        self.is_of_manifests() && !never.contains(&self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

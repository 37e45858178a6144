//! One type for each kind of id, so that an organisation's id cannot be passed where an action's is meant.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A process, the tenant.
    ProcessId,
    /// An address with its means of sign-in; belongs to the installation.
    AccountId,
    /// A person's dated role in one process.
    MembershipId,
    SessionId,
    PillarId,
    BeneficiaryId,
    OrganisationId,
    ThemeId,
    ActionId,
    ContributionId,
    RemarkId,
    NoticeId,
    SuggestionId,
    AccessRequestId,
    MergeId,
    ContactPointId,
    PillarLeadId,
    /// A proposed organisation, or a proposed correction of one.
    ProposalId,
    PlanId,
    PlanNodeId,
    IndicatorId,
    SnapshotId,
    ConsultationId,
    /// A party that is asked in a consultation.
    AskedId,
    PositionId,
    PlanRemarkId,
    /// A file that was asked for.
    DocumentId,
    /// A decision of the Board.
    DecisionId,
    /// A seat of the Board in one decision.
    SeatId,
    VoteId,
    /// A coordination question.
    OverlapId,
    NeedId,
    /// The link from an action to a need.
    ResponseId,
    /// A strategy of a beneficiary's own.
    StrategyId,
    /// A chapter or objective of one.
    ObjectiveId,
    /// A mapping cycle.
    CycleId,
    /// A file that brings actions in.
    ImportId,
    /// An address that is told of what changes.
    WebhookId,
    /// A token by which a program acts for a member.
    TokenId,
    /// A process as one archive.
    BundleId,
    /// What a meeting, a beneficiary or a donor is given, frozen as it was made.
    PackId,
    /// Money of a donor that is not tied to an action.
    EnvelopeId,
    /// A stated figure of an indicator.
    ActualId,
    /// A report on a mapping cycle.
    ReportId,
    /// A part of its text.
    ReportSectionId,
    /// A file that was put on a record.
    FileId,
    /// A dated request to confirm, to report or to map.
    RoundId,
    /// A party that is asked in a round.
    RoundAskedId,
    /// What a party is asked about in a round.
    RoundItemId,
    /// What is reported of an action in a round.
    ProgressId,
    MeetingId,
    /// Whether a party comes to a meeting, and was there.
    AttendanceId,
    /// What somebody is to do after a meeting.
    TaskId,
}

//! Who may do what: one table, one question. `docs/permissions.md` is made from this table by a test.

mod handling;

use serde::{Deserialize, Serialize};

use super::db::MembershipFacts;
use super::ids::{BeneficiaryId, OrganisationId, PillarId};
pub use handling::Handling;

mod refusal;
mod side;
mod table;
mod words;

pub use refusal::Refusal;
pub use side::Side;
pub use table::TABLE;

/// What a membership makes of a person. The order is that of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SupportGroup,
    Chair,
    Lead,
    Beneficiary,
    Partner,
    Observer,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::SupportGroup, Role::Chair, Role::Lead, Role::Beneficiary, Role::Partner, Role::Observer];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::SupportGroup => "support_group",
            Role::Chair => "chair",
            Role::Lead => "lead",
            Role::Beneficiary => "beneficiary",
            Role::Partner => "partner",
            Role::Observer => "observer",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Role::SupportGroup => "role-support-group",
            Role::Chair => "role-chair",
            Role::Lead => "role-lead",
            Role::Beneficiary => "role-beneficiary",
            Role::Partner => "role-partner",
            Role::Observer => "role-observer",
        }
    }

    /// These sign in with a second factor where the installation asks for it.
    pub fn needs_second_factor(self) -> bool {
        matches!(self, Role::SupportGroup | Role::Chair)
    }
}

/// One thing that can be done. Each handler names the one it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    HomeSee,
    DirectorySee,
    SettingsSee,
    SettingsEdit,
    ThemesEdit,
    /// The whole list: who is proposed, invited and gone, besides the members that the directory shows to all.
    MembersSee,
    MembersEdit,
    MembersPropose,
    OrganisationEdit,
    OrganisationMerge,
    OrganisationPropose,
    OrganisationContacts,
    ActionSee,
    ActionSeeMoney,
    /// That an action is there which is not shown: its pillars, and whom to ask.
    ActionKnowOf,
    ActionCreate,
    ActionReport,
    ActionEdit,
    ActionEditLinks,
    ActionMoney,
    ActionSuggest,
    ActionRemark,
    ActionConfirm,
    ActionOpen,
    HistorySee,
    AccessLogSee,
    AccessRequestsDecide,
    ExportLists,
    /// To bring actions in from a file; the scope is what becomes of a row.
    ImportActions,
    /// To have tokens, by which a program acts with one's own rights.
    TokensOwn,
    /// To make tokens that act for an organisation or a beneficiary, and to end them.
    TokensOfOwn,
    /// To see every token of the process, without its secret, and to end it.
    TokensOversee,
    /// To take the whole process along as one archive.
    BundleTake,
    PlanSee,
    PlanWrite,
    PlanLinkActions,
    PlanRemark,
    PlanSuggest,
    PlanConsult,
    PlanPosition,
    PlanAgree,
    PlanAdopt,
    PlanInForce,
    PlanPublish,
    PlanRevise,
    /// Letters of the process that have not left: to whom and about what, never their text.
    LettersSee,
    DecisionSee,
    /// To prepare a decision of the Board, open it for votes, and withdraw it.
    DecisionPrepare,
    /// To cast the vote of one seat; the seat's beneficiary or organisation is the scope.
    DecisionVote,
    /// To write down at a meeting how each seat has voted.
    DecisionRecordVotes,
    /// To record the result.
    DecisionRecord,
    /// To state, for a party, what is kept beside the decision.
    DecisionStatement,
    OverlapSee,
    /// To take it up, give it to somebody, set a day, invite, decide, record the outcome.
    OverlapDecide,
    /// To remark, to escalate, to ask the keeper of an action that is not shown.
    OverlapTakePart,
    OverlapReport,
    /// To ask, with an idea that nobody has saved, what there is already.
    BriefAsk,
    /// Needs that were submitted, by their level, and with them responses, coverage and the matrix.
    NeedSee,
    /// Needs that have not been submitted.
    NeedSeeDraft,
    /// To write needs and change what is not submitted yet.
    NeedWrite,
    /// To change a need that was submitted.
    NeedAmend,
    /// To submit a need for its beneficiary, to withdraw it, to confirm it in a later cycle.
    NeedSubmit,
    /// To open and close mapping cycles.
    NeedCycles,
    ResponsePropose,
    ResponseConfirm,
    CoverageJudge,
    WebhooksKeep,
    /// To read packs that were made, each by its level.
    PackSee,
    /// To make one: of the whole process, a pillar, a beneficiary or a donor, which is the scope.
    PackMake,
    /// Money of a donor that is not tied to an action: of others by its level, to partners their own alone.
    EnvelopeSee,
    EnvelopeWrite,
    /// To state figures of a plan's indicators, to correct them and to take them back.
    ResultState,
    /// Reports on mapping cycles, with their tables.
    ReportSee,
    /// To write one, fill its tables, and say that its pillar's meeting has discussed it.
    ReportWrite,
    /// To put one before the Board.
    ReportSubmit,
    /// To record that the Board has adopted one, or to refer it back.
    ReportAdopt,
    ReportPublish,
    /// Files of what one sees, as far as their own level lets.
    FileSee,
    /// To bring files, put new versions in their place, take them away and back; the record is the scope: an action or its
    /// report by its parties, a plan or a meeting by its pillar.
    FileKeep,
    /// Rounds; and of a record in one, who has answered.
    RoundSee,
    /// To open a round, to give it more time, to lock it.
    RoundRun,
    /// To answer for a party that is asked, which is the scope.
    RoundAnswer,
    /// How complete and how timely each organisation is, not one's own alone.
    RoundOversee,
    ProgressReport,
    /// To say for a beneficiary that a report is right, or to ask for a correction.
    ProgressConfirm,
    /// To accept reports, and to return them.
    ProgressAccept,
    /// That there is a meeting, when and where, by its level; what is inside is for those who take part.
    MeetingSee,
    /// To call a meeting, and to keep its agenda, record and tasks.
    MeetingRun,
    /// To say for a party whether it comes, and that its task is done.
    MeetingAnswer,
    /// To have a private address of one's calendar.
    MeetingCalendar,
    /// How long ago records were confirmed, by who keeps them.
    FreshnessSee,
}

/// On which records a role holds a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grant {
    No,
    Yes,
    /// In the pillars that the membership names.
    OwnPillar,
    /// Where the membership's beneficiary is named.
    OwnBeneficiary,
    /// Where the membership's organisation keeps the record or is a party.
    OwnOrganisation,
    /// Where the membership's organisation keeps the record.
    Keeper,
    /// For own beneficiary, where the membership is marked as its focal point.
    FocalBeneficiary,
    /// For own organisation, where the membership is marked as its focal point.
    FocalOrganisation,
    /// For own beneficiary, where the membership carries the mark *votes*.
    VotesBeneficiary,
    /// For own organisation, where the membership carries the mark *votes*.
    VotesOrganisation,
    /// For own beneficiary, where the membership carries the mark *speaks for*.
    SpeaksBeneficiary,
    /// For own organisation, where the membership carries the mark *speaks for*.
    SpeaksOrganisation,
    /// Plans that have been adopted.
    Adopted,
    /// What has been put before the Chairmanship.
    Escalated,
    /// Meetings of the Board.
    OfBoard,
    /// What is public or for members.
    Members,
    /// The same, and `parties` in own pillars.
    MembersAndOwnPillar,
    /// The same, and `parties` where own beneficiary is named.
    MembersAndOwnBeneficiary,
    /// The same, `parties` where own organisation is named, and what it keeps or was opened to it.
    MembersAndOwnOrganisation,
    /// What is public or for members, and all of own beneficiary.
    MembersAndAllOfOwnBeneficiary,
    /// What the secretariat wrote on somebody's behalf.
    OnBehalf,
    /// All but `restricted`.
    Shared,
    /// All but others' `restricted` that was not opened to the secretariat.
    SharedAndOpened,
}

/// The record that is asked about. What does not apply is left empty.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub handling: Option<Handling>,
    /// The organisation that keeps the record.
    pub keeper: Option<OrganisationId>,
    pub organisations: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
    pub opened_to: Vec<OrganisationId>,
    pub open_to_support_group: bool,
    /// Of a plan: it has been adopted.
    pub adopted: bool,
    /// Of a coordination question: it has been put before the Chairmanship.
    pub escalated: bool,
    /// Of a need: the secretariat wrote it for its beneficiary.
    pub on_behalf: bool,
    /// Of a meeting: it is one of the Board.
    pub board: bool,
}

impl Scope {
    pub fn organisation(id: OrganisationId) -> Self {
        Self { keeper: Some(id), ..Self::default() }
    }
    pub fn beneficiary(id: BeneficiaryId) -> Self {
        Self { beneficiaries: vec![id], ..Self::default() }
    }
    fn names(&self, organisation: OrganisationId) -> bool {
        self.keeper == Some(organisation) || self.organisations.contains(&organisation)
    }
}

impl Grant {
    fn holds(self, m: &MembershipFacts, scope: &Scope) -> bool {
        let level = scope.handling.unwrap_or(Handling::Members);
        let open = matches!(level, Handling::Public | Handling::Members);
        let own_pillar = m.pillars.iter().any(|p| scope.pillars.contains(p));
        let own_beneficiary = m.beneficiary.is_some_and(|b| scope.beneficiaries.contains(&b));
        match self {
            Grant::No => false,
            Grant::Yes => true,
            Grant::OwnPillar => own_pillar,
            Grant::OwnBeneficiary => own_beneficiary,
            Grant::OwnOrganisation => m.organisation.is_some_and(|o| scope.names(o)),
            Grant::Keeper => m.organisation.is_some() && m.organisation == scope.keeper,
            Grant::FocalBeneficiary => m.focal_point && own_beneficiary,
            Grant::FocalOrganisation => m.focal_point && m.organisation.is_some() && m.organisation == scope.keeper,
            Grant::VotesBeneficiary => m.votes && own_beneficiary,
            Grant::VotesOrganisation => m.votes && m.organisation.is_some() && m.organisation == scope.keeper,
            Grant::SpeaksBeneficiary => m.speaks_for && own_beneficiary,
            Grant::SpeaksOrganisation => m.speaks_for && m.organisation.is_some() && m.organisation == scope.keeper,
            Grant::Adopted => scope.adopted,
            Grant::Escalated => scope.escalated,
            Grant::OfBoard => scope.board,
            Grant::Members => open,
            Grant::MembersAndOwnPillar => open || (level == Handling::Parties && own_pillar),
            Grant::MembersAndOwnBeneficiary => open || (level == Handling::Parties && own_beneficiary),
            Grant::MembersAndOwnOrganisation => {
                open || m.organisation.is_some_and(|o| match level {
                    Handling::Restricted => scope.keeper == Some(o) || scope.opened_to.contains(&o),
                    _ => scope.names(o),
                })
            }
            Grant::MembersAndAllOfOwnBeneficiary => open || own_beneficiary,
            Grant::OnBehalf => scope.on_behalf,
            Grant::Shared => level != Handling::Restricted,
            Grant::SharedAndOpened => level != Handling::Restricted || scope.open_to_support_group,
        }
    }

    /// Whether there can be any record on which the membership has it.
    fn conceivable(self, m: &MembershipFacts) -> bool {
        match self {
            Grant::No => false,
            Grant::FocalBeneficiary | Grant::FocalOrganisation => m.focal_point,
            Grant::VotesBeneficiary | Grant::VotesOrganisation => m.votes,
            Grant::SpeaksBeneficiary | Grant::SpeaksOrganisation => m.speaks_for,
            _ => true,
        }
    }
}

fn grant(permission: Permission, role: Role) -> Grant {
    let column = Role::ALL.iter().position(|r| *r == role);
    let row = TABLE.iter().find(|(p, _)| *p == permission);
    match (row, column) {
        (Some((_, grants)), Some(i)) => grants.get(i).copied().unwrap_or(Grant::No),
        _ => Grant::No,
    }
}

/// A person in a process: the union of their current memberships.
#[derive(Debug, Clone)]
pub struct Member {
    memberships: Vec<MembershipFacts>,
}

impl Member {
    pub fn new(memberships: Vec<MembershipFacts>) -> Self {
        Self { memberships }
    }

    /// The one question.
    pub fn may(&self, permission: Permission, scope: &Scope) -> bool {
        self.granting(permission, scope).is_some()
    }

    /// The membership that grants it: in whose name, and for which organisation, a thing is done.
    pub fn granting(&self, permission: Permission, scope: &Scope) -> Option<&MembershipFacts> {
        self.memberships.iter().find(|m| grant(permission, m.role).holds(m, scope))
    }

    /// Every membership that grants it, where in whose name a thing is done is the person's to choose.
    pub fn all_granting(&self, permission: Permission, scope: &Scope) -> impl Iterator<Item = &MembershipFacts> {
        self.memberships.iter().filter(move |m| grant(permission, m.role).holds(m, scope))
    }

    /// Whether there is any record on which it may; a page that is never theirs answers 403 before it asks the database.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.memberships.iter().any(|m| grant(permission, m.role).conceivable(m))
    }

    /// # Errors
    /// The refusal, in words for the person.
    pub fn require(&self, permission: Permission, scope: &Scope) -> Result<&MembershipFacts, Refusal> {
        self.granting(permission, scope).ok_or(Refusal { permission })
    }

    pub fn memberships(&self) -> &[MembershipFacts] {
        &self.memberships
    }

    /// The first of their memberships: what the account menu and the home start from.
    pub fn first(&self) -> Option<&MembershipFacts> {
        self.memberships.first()
    }

    pub fn organisations(&self) -> Vec<OrganisationId> {
        self.memberships.iter().filter(|m| m.role == Role::Partner).filter_map(|m| m.organisation).collect()
    }

    pub fn beneficiaries(&self) -> Vec<BeneficiaryId> {
        self.memberships.iter().filter_map(|m| m.beneficiary).collect()
    }

    pub fn pillars(&self) -> Vec<PillarId> {
        self.memberships.iter().flat_map(|m| m.pillars.iter().copied()).collect()
    }
}

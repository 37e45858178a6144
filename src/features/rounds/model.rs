//! Rounds, those who are asked, what they are asked about and what they answer.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::life::{ReportState, State};
use super::party;
pub use crate::features::actions::Health;
use crate::features::actions::Status;
use crate::kernel::ids::{
    ActionId, BeneficiaryId, CycleId, IndicatorId, NeedId, OrganisationId, PillarId, ProgressId, RoundAskedId, RoundId,
    RoundItemId,
};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Role, Scope};

closed_list! {
    Kind {
        Confirm = "confirm", "round-kind-confirm";
        Progress = "progress", "round-kind-progress";
        Needs = "needs", "round-kind-needs";
        Responses = "responses", "round-kind-responses";
    }
}

impl Kind {
    /// Mapped in a mapping cycle.
    pub fn is_mapping(self) -> bool {
        matches!(self, Kind::Needs | Kind::Responses)
    }

    /// The Fluent key of what those who are asked do.
    pub fn hint(self) -> &'static str {
        match self {
            Kind::Confirm => "round-kind-confirm-hint",
            Kind::Progress => "round-kind-progress-hint",
            Kind::Needs => "round-kind-needs-hint",
            Kind::Responses => "round-kind-responses-hint",
        }
    }
}

closed_list! {
    /// What a party has answered about one thing. None of these is consent but by the party's own word.
    ItemState {
        Open = "open", "round-item-open";
        Confirmed = "confirmed", "round-item-confirmed";
        Changed = "changed", "round-item-changed";
        Reported = "reported", "round-item-reported";
        CannotSay = "cannot_say", "round-item-cannot-say";
        NotOurs = "not_ours", "round-item-not-ours";
    }
}

impl ItemState {
    /// What it is called where needs are asked about, or actions.
    pub fn label_in(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (ItemState::Confirmed, Kind::Needs) => "round-item-goes-on",
            (ItemState::NotOurs, Kind::Needs) => "round-item-no-longer",
            (state, _) => state.label(),
        }
    }
    pub fn badge(self) -> &'static str {
        match self {
            ItemState::Open => "plain",
            ItemState::Confirmed | ItemState::Changed | ItemState::Reported => "ok",
            ItemState::CannotSay | ItemState::NotOurs => "info",
        }
    }
}

/// A round as its pages need it.
#[derive(Debug, Clone)]
pub struct Round {
    pub id: RoundId,
    pub kind: Kind,
    pub title: String,
    pub letter: String,
    pub period_start: NaiveDate,
    pub period_end: NaiveDate,
    pub deadline: NaiveDate,
    pub pillar: Option<PillarId>,
    pub cycle: Option<CycleId>,
    pub everybody: bool,
    pub state: State,
    /// Parties whose pages are filled, of how many.
    pub done: i32,
    pub total: i32,
    pub asked_at: DateTime<Utc>,
    pub by: Option<Person>,
    pub ended_at: Option<DateTime<Utc>>,
    pub why: String,
}

impl Round {
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }
    pub fn is_opening(&self) -> bool {
        self.state == State::Opening
    }
    pub fn has_failed(&self) -> bool {
        self.state == State::Failed
    }
    /// How it stands with its last day; what is locked on that day itself is ended before it is over.
    pub fn over(&self, today: NaiveDate) -> Over {
        match self.ended_at.filter(|_| self.state.has_ended()) {
            Some(at) if at.date_naive() <= self.deadline => Over::Early,
            Some(_) => Over::Yes,
            None if today > self.deadline => Over::Yes,
            None => Over::No,
        }
    }
    pub fn is_locked(&self) -> bool {
        self.state == State::Locked
    }
    pub fn is_progress(&self) -> bool {
        self.kind == Kind::Progress
    }

    /// The record that permissions ask about: the round itself.
    pub fn scope(&self) -> Scope {
        Scope { pillars: self.pillar.into_iter().collect(), ..Scope::default() }
    }

    pub fn period(&self, p: &Page) -> String {
        p.t2("round-period", "first", p.day(&self.period_start), "last", p.day(&self.period_end))
    }

    pub fn pillar_key(&self, p: &Page) -> Option<String> {
        let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().find(|l| Some(l.id) == self.pillar).map(|l| l.key.clone())
    }

    pub fn link(&self, p: &Page, rest: &str) -> String {
        p.link(&format!("/rounds/{}{rest}", self.id))
    }
}

/// Whoever acted, as others see them.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

impl Person {
    /// Of who has left, whose member they were.
    pub fn shown(&self, p: &Page) -> String {
        let of = self.of.clone().unwrap_or_else(|| p.t(self.role.label()));
        match &self.name {
            Some(name) if name.ends_with(&of) => name.clone(),
            Some(name) => p.t2("round-person", "name", name, "of", of),
            None => p.t1("round-person-former", "of", of),
        }
    }
}

/// Whether those who were asked have had their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    No,
    /// It was ended before its last day was over.
    Early,
    Yes,
}

/// A party that is asked, with how much of it the reader may know.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: RoundAskedId,
    /// The organisation that it is today, where it was merged since.
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub name: String,
    pub handed_in_at: Option<DateTime<Utc>>,
    pub handed_in_by: Option<Person>,
    pub on_behalf: bool,
    /// Items that the reader sees, and of these how many are answered.
    pub items: i64,
    pub answered: i64,
}

impl Asked {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        party::scope(self.organisation, self.beneficiary)
    }

    /// It is the reader's own, and not on somebody's behalf.
    pub fn is_own(&self, member: &Member) -> bool {
        party::is_own(self.organisation, self.beneficiary, member)
    }

    pub fn may_answer(&self, member: &Member) -> bool {
        member.may(Permission::RoundAnswer, &self.scope())
    }

    /// How it stands, by key and badge: what has not come has not been answered, and is nothing else.
    pub fn standing(&self, over: Over) -> (&'static str, &'static str) {
        match (self.handed_in_at, self.answered, over) {
            (Some(_), ..) => ("round-standing-answered", "ok"),
            (None, 0, Over::Yes) => ("round-standing-did-not", "plain"),
            (None, 0, Over::Early) => ("round-standing-early", "plain"),
            (None, 0, Over::No) => ("round-standing-not-yet", "plain"),
            // as far as the reader sees what they are asked about
            (None, n, Over::No) if n >= self.items => ("round-standing-not-handed-in-yet", "info"),
            (None, n, _) if n >= self.items => ("round-standing-not-handed-in", "info"),
            (None, ..) => ("round-standing-in-part", "info"),
        }
    }
}

/// What a party is asked about.
#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    pub id: RoundItemId,
    pub asked: RoundAskedId,
    pub state: ItemState,
    pub word: String,
    pub answered_at: Option<DateTime<Utc>>,
    pub by: Option<Person>,
    pub on_behalf: bool,
    pub action: Option<Action>,
    pub need: Option<Need>,
    pub report: Option<Report>,
    #[serde(default)]
    pub indicators: Vec<Indicator>,
    /// What was disbursed and spent in the period, as the money page counts it.
    #[serde(default, deserialize_with = "super::money::read")]
    pub money: Vec<Money>,
    pub frozen: Option<Frozen>,
}

impl Item {
    pub fn title(&self) -> &str {
        if let Some(frozen) = &self.frozen {
            return &frozen.title;
        }
        let action = self.action.as_ref().map(|a| a.title.as_str());
        action.or(self.need.as_ref().map(|n| n.title.as_str())).unwrap_or_default()
    }
    pub fn is_open(&self) -> bool {
        self.state == ItemState::Open
    }
    /// The edition that stands; none is 0.
    pub fn edition(&self) -> i32 {
        self.report.as_ref().map_or(0, |r| r.edition)
    }
}

/// What an item was about when its round was locked.
#[derive(Debug, Clone, Deserialize)]
pub struct Frozen {
    pub title: String,
    pub status: Option<Status>,
    pub end: Option<String>,
    pub total: Option<String>,
    pub currency: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Action {
    pub id: ActionId,
    pub title: String,
    pub status: Option<Status>,
    pub handling: Handling,
    pub keeper: OrganisationId,
    pub keeper_name: String,
    /// ISO 8601, as precise as stated; the actual end where there is one.
    pub end: Option<String>,
    pub total: Option<String>,
    pub currency: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub organisations: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
    pub opened_to: Vec<OrganisationId>,
    pub open_to_support_group: bool,
    /// Needs that it answers, as its beneficiaries have confirmed.
    pub needs: i64,
}

impl Action {
    pub fn scope(&self) -> Scope {
        Scope {
            handling: Some(self.handling),
            keeper: Some(self.keeper),
            organisations: self.organisations.clone(),
            beneficiaries: self.beneficiaries.clone(),
            pillars: self.pillars.clone(),
            opened_to: self.opened_to.clone(),
            open_to_support_group: self.open_to_support_group,
            ..Scope::default()
        }
    }

    /// Shown to few: letters do not name it.
    pub fn is_discreet(&self) -> bool {
        !matches!(self.handling, Handling::Public | Handling::Members)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Need {
    pub id: NeedId,
    pub title: String,
    pub beneficiary: BeneficiaryId,
    pub cycle: String,
    /// The same in the round's cycle, and whether that is submitted.
    pub later: Option<NeedId>,
    pub later_submitted: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Report {
    pub id: ProgressId,
    pub state: ReportState,
    pub health: Health,
    pub done: String,
    pub hinders: String,
    pub edition: i32,
    pub reported_at: DateTime<Utc>,
    pub by: Option<Person>,
    pub on_behalf: bool,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<Person>,
    pub word: String,
    /// What each beneficiary says of this edition.
    pub said: Vec<Said>,
}

impl Report {
    pub fn of(&self, beneficiary: BeneficiaryId) -> Option<&Said> {
        self.said.iter().find(|s| s.beneficiary == beneficiary)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Said {
    pub beneficiary: BeneficiaryId,
    pub confirmed: bool,
    pub word: String,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
}

/// An indicator of a part of a plan that an action hangs under, with what was reported of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Indicator {
    pub id: IndicatorId,
    pub name: String,
    pub unit: String,
    pub baseline: Option<Decimal>,
    /// For all together, in the year in which the period ends or the next after it that has one.
    pub target: Option<Decimal>,
    pub target_year: Option<i16>,
    pub values: Vec<Valued>,
}

impl Indicator {
    pub fn value(&self, beneficiary: Option<BeneficiaryId>) -> Option<Decimal> {
        self.values.iter().find(|v| v.beneficiary == beneficiary).map(|v| v.value)
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Valued {
    pub beneficiary: Option<BeneficiaryId>,
    pub value: Decimal,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Money {
    pub kind: String,
    pub amount: String,
    pub currency: String,
}

/// Of whose records the reader may know who has answered.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    pub all: bool,
    pub pillars: Vec<uuid::Uuid>,
    pub beneficiaries: Vec<uuid::Uuid>,
    pub organisations: Vec<uuid::Uuid>,
}

impl Sight {
    /// The same within a round: whoever runs it waits for all who are asked in it.
    pub fn within(member: &Member, round: &Round) -> Self {
        let all =
            member.may(Permission::RoundSee, &Scope::default()) || member.may(Permission::RoundRun, &round.scope());
        Self { all, ..Self::of(member) }
    }

    pub fn of(member: &Member) -> Self {
        Self {
            all: member.may(Permission::RoundSee, &Scope::default()),
            pillars: member.pillars().iter().map(|l| l.0).collect(),
            beneficiaries: member.beneficiaries().iter().map(|b| b.0).collect(),
            organisations: member.organisations().iter().map(|o| o.0).collect(),
        }
    }
}

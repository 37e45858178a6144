//! What is asked, and what is answered.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::rules::quarters::Quarter;
use crate::features::actions::Status;
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId, PillarId, PlanId};
use crate::kernel::lists::closed_list;
use crate::kernel::money::Currency;

closed_list! {
    /// The kind of money. Kinds are different questions and never added.
    #[derive(Default)]
    Kind {
        Planned = "planned", "money-kind-planned";
        #[default]
        Committed = "committed", "money-kind-committed";
        Disbursed = "disbursed", "money-kind-disbursed";
        Spent = "spent", "money-kind-spent";
    }
}

impl Kind {
    /// An action's stated total can stand in for it.
    pub fn is_of_budget(self) -> bool {
        matches!(self, Kind::Planned | Kind::Committed)
    }
}

closed_list! {
    /// By what totals are parted.
    Dimension {
        Donor = "donor", "money-by-donor";
        Implementer = "implementer", "money-by-implementer";
        Pillar = "pillar", "money-by-pillar";
        Beneficiary = "beneficiary", "money-by-beneficiary";
        Year = "year", "money-by-year";
        Quarter = "quarter", "money-by-quarter";
        Status = "status", "money-by-status";
        Action = "action", "money-by-action";
    }
}

/// A value of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Organisation(OrganisationId),
    Pillar(PillarId),
    Beneficiary(BeneficiaryId),
    Year(i32),
    Quarter(Quarter),
    Status(Status),
    Action(ActionId),
    NotStated,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Stated totals stand in where an action has no planned and no committed rows.
    pub kind: Kind,
    /// From and to, both included. Money whose year is not stated is in no years.
    pub years: Option<(i32, i32)>,
    pub pillar: Option<PillarId>,
    pub beneficiary: Option<BeneficiaryId>,
    /// Money that this organisation gives.
    pub organisation: Option<OrganisationId>,
    /// Actions under this plan, and their parts.
    pub plan: Option<PlanId>,
    /// None: all.
    pub statuses: Vec<Status>,
    /// What totals are shown in: the process's own where none is given, else euro.
    pub currency: Option<Currency>,
    /// A cell of a total that is opened: its part of each dimension.
    pub parts: Vec<(Dimension, Part)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// A part of each dimension that was asked for, in their order.
    pub key: Vec<Part>,
    pub amount: Decimal,
    /// Of the amount, what rests on an equal split, a spread over time, a rate of another day or a donor taken from the
    /// parent, as far as it matters to the dimensions and filters that were asked.
    pub estimated: Decimal,
    pub actions: usize,
}

closed_list! {
    /// Why something is not in a total.
    Reason {
        PassedOn = "passed-on", "money-left-passed-on";
        Superseded = "superseded", "money-left-superseded";
        Withdrawn = "withdrawn", "money-left-withdrawn";
        Unreadable = "unreadable", "money-left-unreadable";
        NoRate = "no-rate", "money-left-no-rate";
        /// Children that together come to more than their parent.
        AboveParent = "above-parent", "money-left-above-parent";
        Merged = "merged", "money-left-merged";
        Declined = "declined", "money-left-declined";
        Cancelled = "cancelled", "money-left-cancelled";
        /// Committed was asked, and the action is not committed yet.
        OnlyPlanned = "only-planned", "money-left-only-planned";
        NoFigure = "no-figure", "money-left-no-figure";
    }
}

impl Reason {
    /// What the reason is, in a sentence.
    pub fn text(self) -> &'static str {
        match self {
            Reason::PassedOn => "money-left-passed-on-text",
            Reason::Superseded => "money-left-superseded-text",
            Reason::Withdrawn => "money-left-withdrawn-text",
            Reason::Unreadable => "money-left-unreadable-text",
            Reason::NoRate => "money-left-no-rate-text",
            Reason::AboveParent => "money-left-above-parent-text",
            Reason::Merged => "money-left-merged-text",
            Reason::Declined => "money-left-declined-text",
            Reason::Cancelled => "money-left-cancelled-text",
            Reason::OnlyPlanned => "money-left-only-planned-text",
            Reason::NoFigure => "money-left-no-figure-text",
        }
    }
}

/// What is not in a total, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub reason: Reason,
    pub rows: usize,
    pub actions: usize,
    /// What it comes to, as far as it can be said.
    pub amount: Decimal,
}

/// Money for which there is no rate, in its own currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconverted {
    pub currency: Currency,
    pub amount: Decimal,
    pub rows: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub currency: Currency,
    pub whole: Decimal,
    pub estimated: Decimal,
    /// Of the whole, what are stated totals that stand in for rows.
    pub stated: Decimal,
    pub cells: Vec<Cell>,
    pub rows_in: usize,
    /// Actions that are in it.
    pub actions: usize,
    pub left_out: Vec<LeftOut>,
    pub unconverted: Vec<Unconverted>,
    /// The days of the oldest and the newest rate that amounts were converted at.
    pub oldest_rate: Option<NaiveDate>,
    pub newest_rate: Option<NaiveDate>,
}

/// Money on its way from a donor to an implementer, from an implementer to a beneficiary, or straight from one to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// None: not stated.
    pub from: Option<OrganisationId>,
    pub to: Part,
    pub amount: Decimal,
    pub estimated: Decimal,
    pub actions: usize,
}

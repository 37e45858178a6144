//! One action as the store gives it, and what its pages speak of.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::fields::{Difference, Field, Sheet};
use super::mentions::Nameable;
use crate::features::actions::{ClaimState, Health, PartyRole, Status};
use crate::kernel::history::Changes;
use crate::kernel::ids::{
    ActionId, BeneficiaryId, ContributionId, MembershipId, NeedId, OrganisationId, PillarId, RemarkId, RoundId,
    SuggestionId, ThemeId,
};
use crate::kernel::permit::{Handling, Role, Scope};

/// Who somebody is for others; `name` is missing once they have left.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Party {
    pub id: OrganisationId,
    pub role: PartyRole,
    pub name: String,
    /// As the source spells it, where that differs.
    pub as_named: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Share {
    pub id: BeneficiaryId,
    pub name: String,
    /// Percent; not stated is not a guess.
    pub share: Option<Decimal>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Theme {
    pub id: ThemeId,
    pub name: String,
    pub dac: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Named<T> {
    pub id: T,
    pub name: String,
}

/// Another action, as a link to it.
#[derive(Debug, Clone, Deserialize)]
pub struct Other {
    pub id: ActionId,
    pub title: String,
    pub status: Option<Status>,
}

/// A contribution as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Money {
    pub id: ContributionId,
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub value_date: Option<String>,
    pub period_start: Option<chrono::NaiveDate>,
    pub period_end: Option<chrono::NaiveDate>,
    pub provider: Option<OrganisationId>,
    pub provider_name: Option<String>,
    pub receiver: Option<OrganisationId>,
    pub receiver_name: Option<String>,
    pub note: String,
    /// What it was made from; none: somebody entered it. Only that is a row of the form.
    #[serde(default)]
    pub origin: Option<String>,
}

/// A contribution as a row of the form: a value of [`Field::Contributions`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub date: String,
    pub provider: String,
    pub receiver: String,
    pub note: String,
    /// The stored contribution that this row shows or corrects; empty for a new one.
    pub id: String,
}

impl Contribution {
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl From<&Money> for Contribution {
    fn from(money: &Money) -> Self {
        let id = |o: Option<OrganisationId>| o.map(|o| o.to_string()).unwrap_or_default();
        Self {
            kind: money.kind.clone(),
            amount: plain(&money.amount),
            currency: money.currency.clone(),
            date: money.value_date.clone().unwrap_or_default(),
            provider: id(money.provider),
            receiver: id(money.receiver),
            note: tidy(&money.note),
            id: money.id.to_string(),
        }
    }
}

/// A text of one line without control characters, as the sheet has it.
pub fn tidy(text: &str) -> String {
    let kept: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An amount without trailing zeros, so that equal amounts are equal texts.
pub fn plain(amount: &str) -> String {
    amount.parse::<Decimal>().map_or_else(|_| amount.to_owned(), |d| d.normalize().to_string())
}

#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    pub id: ActionId,
    pub version: i32,
    pub title: String,
    pub description: String,
    pub status: Option<Status>,
    pub handling: Handling,
    pub keeper: OrganisationId,
    pub keeper_name: String,
    /// ISO 8601, as precise as stated.
    pub planned_start: Option<String>,
    pub planned_end: Option<String>,
    pub actual_start: Option<String>,
    pub actual_end: Option<String>,
    pub date_note: String,
    pub parent_id: Option<ActionId>,
    /// `None` where there is one that the reader may not see.
    pub parent_title: Option<String>,
    pub parent_text: Option<String>,
    pub theme_text: String,
    pub reference: String,
    pub source_url: Option<String>,
    pub source_note: String,
    pub stated_total: Option<String>,
    pub stated_currency: Option<String>,
    pub claim: ClaimState,
    pub claim_reason: String,
    pub reported_by: Option<Person>,
    pub open_to_support_group: bool,
    pub last_confirmed_at: Option<DateTime<Utc>>,
    pub last_confirmed_by: Option<Person>,
    pub merged_into_id: Option<ActionId>,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<Person>,
    pub missing: Vec<String>,
    pub pillars: Vec<Named<PillarId>>,
    pub beneficiaries: Vec<Share>,
    pub themes: Vec<Theme>,
    pub parties: Vec<Party>,
    pub disclosures: Vec<Named<OrganisationId>>,
    pub contributions: Vec<Money>,
}

impl Record {
    /// The record as its form has it.
    pub fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::default();
        let mut one = |field, value: Option<&str>| sheet.set(field, value.map(str::to_owned));
        one(Field::Title, Some(&self.title));
        one(Field::Reporting, Some(&self.keeper.to_string()));
        one(Field::Description, Some(&self.description));
        one(Field::ThemeText, Some(&self.theme_text));
        one(Field::Status, self.status.map(Status::as_str));
        one(Field::PlannedStart, self.planned_start.as_deref());
        one(Field::PlannedEnd, self.planned_end.as_deref());
        one(Field::ActualStart, self.actual_start.as_deref());
        one(Field::ActualEnd, self.actual_end.as_deref());
        one(Field::DateNote, Some(&self.date_note));
        one(Field::Handling, Some(self.handling.as_str()));
        one(Field::OpenToSupportGroup, self.open_to_support_group.then_some("yes"));
        one(Field::Reference, Some(&self.reference));
        one(Field::SourceUrl, self.source_url.as_deref());
        one(Field::SourceNote, Some(&self.source_note));
        let parent =
            self.parent_id.map(|id| id.to_string()).or_else(|| self.parent_text.as_ref().map(|t| format!("words:{t}")));
        one(Field::Parent, parent.as_deref());
        let total = self.stated_total.as_ref().zip(self.stated_currency.as_ref());
        one(Field::StatedTotal, total.map(|(amount, currency)| format!("{} {currency}", plain(amount))).as_deref());
        sheet.set(Field::Pillars, self.pillars.iter().map(|p| p.id.to_string()));
        sheet.set(Field::Themes, self.themes.iter().map(|t| t.id.to_string()));
        sheet.set(Field::Disclosures, self.disclosures.iter().map(|d| d.id.to_string()));
        sheet.set(Field::Parties, self.parties.iter().map(|p| format!("{}:{}", p.role.as_str(), p.id)));
        sheet.set(
            Field::Beneficiaries,
            self.beneficiaries.iter().map(|b| match b.share {
                Some(share) => format!("{}={}", b.id, share.normalize()),
                None => b.id.to_string(),
            }),
        );
        sheet.set(Field::Contributions, self.entered().map(|c| Contribution::from(c).text()));
        sheet
    }

    /// Contributions that somebody entered; what a file says is put right on the page of the money.
    pub fn entered(&self) -> impl Iterator<Item = &Money> {
        self.contributions.iter().filter(|c| c.origin.is_none())
    }

    /// The currency that more of its money is probably in: that of what was written down last, or of the stated total.
    pub fn usual_currency(&self) -> Option<&str> {
        let last = self.contributions.iter().max_by_key(|c| c.id).map(|c| c.currency.as_str());
        last.or(self.stated_currency.as_deref())
    }

    /// The action as the table of permissions asks about it.
    pub fn scope(&self) -> Scope {
        self.sheet().scope()
    }

    /// There is a parent, and the reader may not see it: the form leaves it alone.
    pub fn parent_is_hidden(&self) -> bool {
        self.parent_id.is_some() && self.parent_title.is_none()
    }
}

/// What the form offers.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Choices {
    pub organisations: Vec<Organisation>,
    pub themes: Vec<ThemeChoice>,
    /// Actions that the typed parent may mean.
    pub parents: Vec<ParentChoice>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    pub short_name: Option<String>,
    pub aliases: Vec<String>,
    /// Its IATI identifier.
    pub iati: Option<String>,
    /// Those that were merged into it: files go on naming them by what they were known by.
    #[serde(default)]
    pub merged: Vec<MergedOrganisation>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct MergedOrganisation {
    pub id: OrganisationId,
    pub iati: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ThemeChoice {
    pub id: ThemeId,
    pub key: String,
    pub name: String,
    /// Purposes and categories of the OECD-DAC that it stands for.
    pub dac: Vec<String>,
    pub retired: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ParentChoice {
    pub id: ActionId,
    pub title: String,
}

/// Names of what a sheet holds as ids.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Names(pub BTreeMap<Uuid, String>);

impl Names {
    pub fn of(choices: &Choices) -> Self {
        let organisations = choices.organisations.iter().map(|o| (o.id.0, o.name.clone()));
        let themes = choices.themes.iter().map(|t| (t.id.0, t.name.clone()));
        let parents = choices.parents.iter().map(|p| (p.id.0, p.title.clone()));
        Self(organisations.chain(themes).chain(parents).collect())
    }

    /// Adds the names that the record itself brings.
    pub fn with_record(mut self, record: &Record) -> Self {
        if let (Some(id), Some(title)) = (record.parent_id, &record.parent_title) {
            self.0.insert(id.0, title.clone());
        }
        self.0.insert(record.keeper.0, record.keeper_name.clone());
        self.0.extend(record.parties.iter().map(|p| (p.id.0, p.name.clone())));
        self.0.extend(record.themes.iter().map(|t| (t.id.0, t.name.clone())));
        self
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Remark {
    pub id: RemarkId,
    /// Empty where it was taken back.
    pub text: String,
    pub handling: Handling,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub mine: bool,
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The remark it answers.
    pub answers_id: Option<RemarkId>,
    /// It says that the record is wrong.
    pub asks_correction: bool,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<Person>,
    /// Whom it names.
    pub names: Vec<NamedIn>,
}

/// Somebody who is named in a remark: a person, or an organisation or beneficiary by its name.
#[derive(Debug, Clone, Deserialize)]
pub struct NamedIn {
    pub name: Option<String>,
    pub person: Option<Person>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Suggestion {
    pub id: SuggestionId,
    /// Who made it; known where it is decided on.
    #[serde(default)]
    pub by_id: Option<MembershipId>,
    pub action_id: ActionId,
    pub changes: Difference,
    pub note: String,
    pub state: String,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub mine: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub event: String,
    pub changes: Changes,
    pub why: String,
    pub by: Option<Person>,
    /// For which organisation it was done, where that is not the person's own.
    pub for_name: Option<String>,
    /// Whose suggestion it was.
    pub suggested_by: Option<Person>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ContactPoint {
    pub name: String,
    pub post: String,
    pub email: String,
    pub phone: String,
    pub about: String,
}

/// What stands around a record on its page.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Around {
    pub children: Vec<Other>,
    pub siblings: Vec<Other>,
    pub remarks: Vec<Remark>,
    pub suggestions: Vec<Suggestion>,
    pub history: Vec<Event>,
    pub contacts: Vec<ContactPoint>,
    /// Names to choose from, for whoever may open the record.
    pub organisations: Vec<String>,
    /// Whom a remark can name.
    pub nameable: Vec<Nameable>,
    /// Needs that it answers, or is proposed for.
    pub needs: Vec<AnsweredNeed>,
    /// What was reported of it in rounds, the latest first; what was referred back is left out.
    pub progress: Vec<Reported>,
}

/// A report of progress, as it stands on the page of its action.
#[derive(Debug, Clone, Deserialize)]
pub struct Reported {
    pub round: RoundId,
    pub title: String,
    /// Of the report, as the database has it.
    pub state: String,
    pub health: Health,
    pub done: String,
    pub hinders: String,
    pub at: DateTime<Utc>,
}

/// A need that an action answers, as a line on its page.
#[derive(Debug, Clone, Deserialize)]
pub struct AnsweredNeed {
    pub id: NeedId,
    pub title: String,
    pub beneficiary: String,
    /// Of the response, as the database has it.
    pub state: String,
}

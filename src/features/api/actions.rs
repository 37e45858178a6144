//! Actions: the list with the filters of its page, one record, its money.

use axum::extract::Path;
use axum::http::{HeaderName, header};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::answer::{self, Answered, Strict};
use super::auth::Called;
use super::places::{Beneficiary, Pillar, beneficiaries_of};
use super::problem::{Fault, Kind};
use super::shape::{Exact, List, Listed, Named, One, Partial, lists, shapes};
use crate::features::actions::{
    self, ActionRow, CONTRIBUTION_KINDS, ClaimState, Money as Stored, PartyRole, Record, Status,
};
use crate::kernel::db::Frame;
use crate::kernel::ids::{ActionId, BeneficiaryId};
use crate::kernel::permit::Handling;

lists!(Status, PartyRole, ClaimState, Handling);

/// The kinds of a contribution.
#[derive(Debug, Clone)]
pub enum ContributionKind {}

impl List for ContributionKind {
    fn values() -> Vec<&'static str> {
        CONTRIBUTION_KINDS.to_vec()
    }
}

shapes! {
    /// An amount in its own currency.
    Money {
        /// The amount.
        amount: Exact,
        /// The currency (ISO 4217).
        currency: String,
    }
    /// An organisation's part in an action.
    Party {
        /// Its id.
        id: Uuid,
        /// Its name.
        name: String,
        /// What it is in this action.
        role: One<PartyRole>,
    }
    /// A beneficiary's share of an action.
    Share {
        /// Its id.
        id: Uuid,
        /// Its code.
        code: String,
        /// Its name, with the asterisk that it bears.
        name: String,
        /// The note that goes with its name.
        note: Option<String>,
        /// In percent; null where it is not stated.
        share: Option<Exact>,
    }
    /// An action, as a list has it.
    ActionLine {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// The reference that its keeper knows it by.
        reference: String,
        /// Where it stands.
        status: Option<One<Status>>,
        /// Who sees it.
        handling: One<Handling>,
        /// Whether its donor stands behind what a beneficiary reported; null where no beneficiary reported it.
        claim: Option<One<ClaimState>>,
        /// The organisation that keeps the record.
        keeper: Named,
        /// When it begins, or is to.
        start: Option<Partial>,
        /// When it ends, or is to.
        end: Option<Partial>,
        /// Its stated total, for whoever may see money.
        stated_total: Option<Money>,
        /// Its pillars.
        pillars: Vec<Pillar>,
        /// Its beneficiaries.
        beneficiaries: Vec<Beneficiary>,
        /// Its parties.
        parties: Vec<Party>,
        /// When it was last confirmed.
        last_confirmed_at: Option<DateTime<Utc>>,
        /// When it was changed last.
        updated_at: DateTime<Utc>,
    }
    /// An action of assistance: a project, a programme, an activity, a grant.
    Action {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// What is done.
        description: String,
        /// Where it stands.
        status: Option<One<Status>>,
        /// Who sees it.
        handling: One<Handling>,
        /// The organisation that keeps the record.
        keeper: Named,
        /// When it is to begin.
        planned_start: Option<Partial>,
        /// When it is to end.
        planned_end: Option<Partial>,
        /// When it began.
        actual_start: Option<Partial>,
        /// When it ended.
        actual_end: Option<Partial>,
        /// What is to be said of these dates.
        date_note: String,
        /// The larger action that it is part of, where the reader sees it.
        parent: Option<Named>,
        /// The larger action in words, where it is none of those here.
        parent_text: Option<String>,
        /// The theme in the words of its source.
        theme_text: String,
        /// The reference that its keeper knows it by.
        reference: String,
        /// Where it is described.
        source_url: Option<String>,
        /// Where the record is from.
        source_note: String,
        /// Its stated total, for whoever may see money.
        stated_total: Option<Money>,
        /// Whether its donor stands behind what a beneficiary reported; null where no beneficiary reported it.
        claim: Option<One<ClaimState>>,
        /// Why its donor does not.
        claim_reason: String,
        /// Its pillars.
        pillars: Vec<Named>,
        /// Its beneficiaries.
        beneficiaries: Vec<Share>,
        /// Its themes.
        themes: Vec<Named>,
        /// Its parties.
        parties: Vec<Party>,
        /// Organisations to which a restricted record was opened.
        opened_to: Vec<Named>,
        /// A restricted record is open to the Support Group's secretariat.
        open_to_support_group: bool,
        /// Core fields that are not stated.
        missing: Vec<String>,
        /// When it was last confirmed.
        last_confirmed_at: Option<DateTime<Utc>>,
        /// When it was changed last.
        updated_at: DateTime<Utc>,
    }
    /// Money for one action. Amounts are signed.
    Contribution {
        /// Its id. One that is corrected gets another.
        id: Uuid,
        /// What kind of money it is.
        kind: One<ContributionKind>,
        /// The amount.
        amount: Exact,
        /// The currency (ISO 4217).
        currency: String,
        /// When.
        date: Option<Partial>,
        /// Who gives it; null where it is not stated.
        provider: Option<Named>,
        /// Who receives it; null where it is not stated.
        receiver: Option<Named>,
        /// What is to be said of it.
        note: String,
    }
}

/// A decimal number without trailing zeros.
fn exact(amount: &str) -> Exact {
    let number = amount.parse::<rust_decimal::Decimal>();
    Exact(number.map_or_else(|_| amount.to_owned(), |n| n.normalize().to_string()))
}

fn money(amount: Option<&str>, currency: Option<&str>) -> Option<Money> {
    amount.zip(currency).map(|(amount, currency)| Money { amount: exact(amount), currency: currency.to_owned() })
}

fn line(frame: &Frame, row: ActionRow) -> ActionLine {
    let (start, end) = (row.start(), row.end());
    let total = row.stated_total.map(|n| n.to_string());
    let claim = row.claim_said().map(|claim| One::new(claim.as_str()));
    let ids: Vec<BeneficiaryId> = row.beneficiaries.iter().copied().map(BeneficiaryId).collect();
    ActionLine {
        id: row.id.0,
        title: row.title,
        reference: row.reference,
        status: row.status.map(One::new),
        handling: One::new(row.handling),
        claim,
        keeper: Named { id: row.keeper.0, name: row.keeper_name },
        start: start.map(|d| Partial(d.to_string())),
        end: end.map(|d| Partial(d.to_string())),
        stated_total: money(total.as_deref(), row.stated_currency.as_deref()),
        pillars: frame
            .pillars
            .iter()
            .filter(|l| row.pillars.contains(&l.id.0))
            .map(|l| Pillar { id: l.id.0, key: l.key.clone(), name: l.name.clone() })
            .collect(),
        beneficiaries: beneficiaries_of(frame, &ids),
        parties: row
            .parties
            .0
            .into_iter()
            .map(|p| Party { id: p.id.0, name: p.name, role: One::new(p.role) })
            .collect(),
        last_confirmed_at: row.last_confirmed_at,
        updated_at: row.updated_at,
    }
}

/// A record as it is answered.
pub fn shown(frame: &Frame, r: &Record) -> Action {
    let partial = |text: &Option<String>| text.clone().map(Partial);
    Action {
        id: r.id.0,
        title: r.title.clone(),
        description: r.description.clone(),
        status: r.status.map(|s| One::new(s.as_str())),
        handling: One::new(r.handling.as_str()),
        keeper: Named { id: r.keeper.0, name: r.keeper_name.clone() },
        planned_start: partial(&r.planned_start),
        planned_end: partial(&r.planned_end),
        actual_start: partial(&r.actual_start),
        actual_end: partial(&r.actual_end),
        date_note: r.date_note.clone(),
        parent: r.parent_id.zip(r.parent_title.clone()).map(|(id, name)| Named { id: id.0, name }),
        parent_text: r.parent_text.clone(),
        theme_text: r.theme_text.clone(),
        reference: r.reference.clone(),
        source_url: r.source_url.clone(),
        source_note: r.source_note.clone(),
        stated_total: money(r.stated_total.as_deref(), r.stated_currency.as_deref()),
        claim: r.claim.said(r.reported_by.is_some()).map(|claim| One::new(claim.as_str())),
        claim_reason: r.claim_reason.clone(),
        pillars: r.pillars.iter().map(|l| Named { id: l.id.0, name: l.name.clone() }).collect(),
        beneficiaries: r
            .beneficiaries
            .iter()
            .filter_map(|s| {
                let of = frame.beneficiaries.iter().find(|b| b.id == s.id)?;
                Some(Share {
                    id: s.id.0,
                    code: of.code.clone(),
                    name: of.name.clone(),
                    note: of.note.clone(),
                    share: s.share.map(|n| Exact(n.normalize().to_string())),
                })
            })
            .collect(),
        themes: r.themes.iter().map(|t| Named { id: t.id.0, name: t.name.clone() }).collect(),
        parties: r
            .parties
            .iter()
            .map(|p| Party { id: p.id.0, name: p.name.clone(), role: One::new(p.role.as_str()) })
            .collect(),
        opened_to: r.disclosures.iter().map(|o| Named { id: o.id.0, name: o.name.clone() }).collect(),
        open_to_support_group: r.open_to_support_group,
        missing: r.missing.clone(),
        last_confirmed_at: r.last_confirmed_at,
        updated_at: r.updated_at,
    }
}

/// A contribution as it is answered.
pub fn contribution(c: &Stored) -> Contribution {
    let side = |id: Option<Uuid>, name: &Option<String>| id.zip(name.clone()).map(|(id, name)| Named { id, name });
    Contribution {
        id: c.id.0,
        kind: One::new(c.kind.as_str()),
        amount: exact(&c.amount),
        currency: c.currency.clone(),
        date: c.value_date.clone().map(Partial),
        provider: side(c.provider.map(|o| o.0), &c.provider_name),
        receiver: side(c.receiver.map(|o| o.0), &c.receiver_name),
        note: c.note.clone(),
    }
}

const STRICT: Strict = Strict {
    dates: &["from", "to", "starts_from", "starts_to", "ends_from", "ends_to"],
    ids: &["parent"],
    numbers: &["ending"],
    lists: &["role", "status", "handling", "claim", "total", "fresh", "missing", "sort"],
};

pub async fn list(mut called: Called) -> Answered {
    answer::strict(&mut called.inside.fields, &STRICT);
    let limit = answer::limit(&mut called.inside.fields);
    let (filter, _) = actions::read_filter(&mut called.inside).await?;
    let cursor = called.inside.fields.value("cursor").to_owned();
    answer::sound(&called.inside.fields)?;
    let after = (!cursor.is_empty()).then_some(cursor.as_str());
    let Some(stretch) = actions::stretch(&mut called.inside.tx, &filter, after, limit).await? else {
        called.inside.fields.fail("cursor", crate::kernel::i18n::Message::new("api-error-cursor"));
        answer::sound(&called.inside.fields)?;
        return Err(Fault::not_found());
    };
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let items: Vec<ActionLine> = stretch.rows.into_iter().map(|row| line(frame, row)).collect();
    answer::json(&Listed { items, next: stretch.next })
}

/// The record of an address. One that does not exist or may not be seen is not found; one that was merged into another is gone,
/// and says where to.
pub async fn find(called: &mut Called, id: &str) -> Result<Record, Fault> {
    let id: ActionId = id.parse().map_err(|_| Fault::not_found())?;
    let today = called.inside.page.today;
    let record = actions::read_record(&mut called.inside.tx, id, today).await?.ok_or_else(Fault::not_found)?;
    match record.merged_into_id {
        Some(kept) => Err(Fault::new(Kind::Gone, "api-detail-merged").with(header::LOCATION, &address(kept.0))),
        None => Ok(record),
    }
}

/// Where an action is.
pub fn address(id: Uuid) -> String {
    format!("{}/actions/{id}", super::openapi::BASE)
}

pub async fn one(Path(id): Path<String>, mut called: Called) -> Answered {
    let record = find(&mut called, &id).await?;
    let noted = actions::note_reading(&mut called.inside, &record).await?;
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let mut response = answer::record(&called.headers, &shown(frame, &record))?;
    let at = record.last_confirmed_at.map_or(record.updated_at, |at| at.max(record.updated_at));
    if let Ok(at) = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string().parse() {
        response.headers_mut().insert(HeaderName::from_static("last-modified"), at);
    }
    if noted {
        called.inside.tx.commit().await?;
    }
    Ok(response)
}

pub async fn contributions(Path(id): Path<String>, mut called: Called) -> Answered {
    let record = find(&mut called, &id).await?;
    let noted = actions::note_reading(&mut called.inside, &record).await?;
    let items: Vec<Contribution> = record.contributions.iter().map(contribution).collect();
    let response = answer::json(&Listed { items, next: None })?;
    if noted {
        called.inside.tx.commit().await?;
    }
    Ok(response)
}

pub async fn one_contribution(Path((id, of)): Path<(String, String)>, mut called: Called) -> Answered {
    let record = find(&mut called, &id).await?;
    let of: Uuid = of.parse().map_err(|_| Fault::not_found())?;
    let found = record.contributions.iter().find(|c| c.id.0 == of).map(contribution).ok_or_else(Fault::not_found)?;
    let noted = actions::note_reading(&mut called.inside, &record).await?;
    let response = answer::record(&called.headers, &found)?;
    if noted {
        called.inside.tx.commit().await?;
    }
    Ok(response)
}

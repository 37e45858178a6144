//! Storing an action from its sheet: the row, its links, its money.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::fields::{Field, Sheet};
use super::super::model::{Contribution, Money};
use crate::features::actions::ClaimState;
use crate::kernel::date::PartialDate;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::fold::fold;
use crate::kernel::ids::ActionId;
use crate::kernel::random;

/// A date in its two columns.
pub(super) type Columns = (Option<NaiveDate>, Option<&'static str>);

/// The columns of a sheet, as the table has them.
pub(super) struct Row {
    pub(super) reporting: Option<Uuid>,
    pub(super) planned_start: Columns,
    pub(super) planned_end: Columns,
    pub(super) actual_start: Columns,
    pub(super) actual_end: Columns,
    pub(super) parent: Option<Uuid>,
    pub(super) parent_text: Option<String>,
    pub(super) total: Option<Decimal>,
    pub(super) currency: Option<String>,
    pub(super) search_title: String,
    pub(super) search_text: String,
}

fn date(text: Option<&str>) -> Columns {
    let date = text.and_then(|t| t.parse::<PartialDate>().ok());
    (date.map(|d| d.first_day()), date.map(|d| d.precision().as_str()))
}

impl Row {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let parent = sheet.one(Field::Parent);
        let total = sheet.one(Field::StatedTotal).and_then(|t| t.split_once(' '));
        let amount = total.and_then(|(amount, _)| amount.parse().ok());
        let text = |field| sheet.one(field).unwrap_or_default();
        let parent_words = parent.and_then(|p| p.strip_prefix("words:"));
        let words = [
            text(Field::Title),
            text(Field::Description),
            text(Field::Reference),
            text(Field::ThemeText),
            parent_words.unwrap_or_default(),
        ];
        Self {
            reporting: sheet.keeper().map(|k| k.0),
            planned_start: date(sheet.one(Field::PlannedStart)),
            planned_end: date(sheet.one(Field::PlannedEnd)),
            actual_start: date(sheet.one(Field::ActualStart)),
            actual_end: date(sheet.one(Field::ActualEnd)),
            parent: parent.and_then(|p| p.parse().ok()),
            parent_text: parent_words.map(str::to_owned),
            currency: amount.and(total).map(|(_, currency)| currency.to_owned()),
            total: amount,
            search_title: fold(text(Field::Title)),
            search_text: fold(&words.join(" ")),
        }
    }
}

/// How a new action comes into being.
pub struct Birth<'a> {
    pub by: &'a MembershipFacts,
    pub claim: ClaimState,
    /// A party's own member states it, which is a confirmation; on behalf of others it is none.
    pub confirmed: bool,
    pub now: DateTime<Utc>,
}

/// Stores a new action's row; its links follow by [`write_links`].
///
/// # Errors
/// The database's own.
pub async fn create(tx: &mut ProcessTx, sheet: &Sheet, birth: &Birth<'_>) -> sqlx::Result<ActionId> {
    let (id, row, by) = (ActionId(random::id()), Row::of(sheet), birth.by.id.0);
    let reported = birth.claim == ClaimState::Unconfirmed;
    let confirmed = birth.confirmed;
    sqlx::query!(
        "insert into action (id, reporting_id, title, description, status, handling, planned_start, planned_start_precision, planned_end,
            planned_end_precision, actual_start, actual_start_precision, actual_end, actual_end_precision, date_note, parent_id, parent_text,
            theme_text, reference, source_url, source_note, stated_total, stated_currency, claim, reported_by_id, open_to_support_group,
            last_confirmed_at, last_confirmed_by_id, created_at, created_by_id, updated_at, updated_by_id, search_title, search_text)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
            $28, $29, $30, $29, $30, $31, $32)",
        id.0,
        row.reporting,
        sheet.one(Field::Title),
        sheet.one(Field::Description).unwrap_or_default(),
        sheet.one(Field::Status),
        sheet.handling().as_str(),
        row.planned_start.0,
        row.planned_start.1,
        row.planned_end.0,
        row.planned_end.1,
        row.actual_start.0,
        row.actual_start.1,
        row.actual_end.0,
        row.actual_end.1,
        sheet.one(Field::DateNote).unwrap_or_default(),
        row.parent,
        row.parent_text,
        sheet.one(Field::ThemeText).unwrap_or_default(),
        sheet.one(Field::Reference).unwrap_or_default(),
        sheet.one(Field::SourceUrl),
        sheet.one(Field::SourceNote).unwrap_or_default(),
        row.total,
        row.currency,
        birth.claim.as_str(),
        reported.then_some(by),
        sheet.one(Field::OpenToSupportGroup).is_some(),
        confirmed.then_some(birth.now),
        confirmed.then_some(by),
        birth.now,
        by,
        row.search_title,
        row.search_text
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Stores the row of an action that still stands at `version`. `false`: somebody else was first.
/// `claim_confirmed`: whether this save is a party's own word on a claim.
///
/// # Errors
/// The database's own.
pub async fn update(
    tx: &mut ProcessTx,
    id: ActionId,
    version: i32,
    sheet: &Sheet,
    by: &MembershipFacts,
    claim_confirmed: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let row = Row::of(sheet);
    let done = sqlx::query!(
        "update action set reporting_id = $3, title = $4, description = $5, status = $6, handling = $7, planned_start = $8,
            planned_start_precision = $9, planned_end = $10, planned_end_precision = $11, actual_start = $12, actual_start_precision = $13,
            actual_end = $14, actual_end_precision = $15, date_note = $16, parent_id = $17, parent_text = $18, theme_text = $19,
            reference = $20, source_url = $21, source_note = $22, stated_total = $23, stated_currency = $24, open_to_support_group = $25,
            version = version + 1, updated_at = $26, updated_by_id = $27, search_title = $28, search_text = $29,
            claim = case when $30 then 'confirmed' else claim end, claim_reason = case when $30 then '' else claim_reason end,
            last_confirmed_at = case when $30 then $26 else last_confirmed_at end,
            last_confirmed_by_id = case when $30 then $27 else last_confirmed_by_id end
         where process_id = kernel.process_id() and id = $1 and version = $2",
        id.0,
        version,
        row.reporting,
        sheet.one(Field::Title),
        sheet.one(Field::Description).unwrap_or_default(),
        sheet.one(Field::Status),
        sheet.handling().as_str(),
        row.planned_start.0,
        row.planned_start.1,
        row.planned_end.0,
        row.planned_end.1,
        row.actual_start.0,
        row.actual_start.1,
        row.actual_end.0,
        row.actual_end.1,
        sheet.one(Field::DateNote).unwrap_or_default(),
        row.parent,
        row.parent_text,
        sheet.one(Field::ThemeText).unwrap_or_default(),
        sheet.one(Field::Reference).unwrap_or_default(),
        sheet.one(Field::SourceUrl),
        sheet.one(Field::SourceNote).unwrap_or_default(),
        row.total,
        row.currency,
        sheet.one(Field::OpenToSupportGroup).is_some(),
        now,
        by.id.0,
        row.search_title,
        row.search_text,
        claim_confirmed
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes the links and the money what the sheet says, and forgets the draft. `before`: the contributions that
/// stood there; one that is corrected is superseded, one that is gone is withdrawn.
///
/// # Errors
/// The database's own.
pub async fn write_links(
    tx: &mut ProcessTx,
    id: ActionId,
    sheet: &Sheet,
    before: &[Money],
    by: &MembershipFacts,
    draft_key: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let parties = sheet.get(Field::Parties).iter().filter_map(|p| p.split_once(':'));
    let (roles, organisations): (Vec<String>, Vec<Uuid>) =
        parties.filter_map(|(role, id)| Some((role.to_owned(), id.parse::<Uuid>().ok()?))).unzip();
    let shares = sheet.get(Field::Beneficiaries).iter().filter_map(|b| {
        let (id, share) =
            b.split_once('=').map_or((b.as_str(), None), |(id, share)| (id, share.parse::<Decimal>().ok()));
        Some((id.parse::<Uuid>().ok()?, share))
    });
    let (beneficiaries, shares): (Vec<Uuid>, Vec<Option<Decimal>>) = shares.unzip();
    let pillars: Vec<Uuid> = sheet.ids(Field::Pillars);
    let themes: Vec<Uuid> = sheet.ids(Field::Themes);
    let disclosed: Vec<Uuid> = sheet.ids(Field::Disclosures);
    let money = MoneyChange::of(sheet, before);
    sqlx::query!(
        r#"with gone_party as (delete from action_party p where p.process_id = kernel.process_id() and p.action_id = $1
                and not exists (select from unnest($2::text[], $3::uuid[]) n (role, id) where n.role = p.role and n.id = p.organisation_id)),
            gone_beneficiary as (delete from action_beneficiary b where b.process_id = kernel.process_id() and b.action_id = $1
                and b.beneficiary_id <> all ($4::uuid[])),
            gone_pillar as (delete from action_pillar l where l.process_id = kernel.process_id() and l.action_id = $1
                and l.pillar_id <> all ($6::uuid[])),
            gone_theme as (delete from action_theme t where t.process_id = kernel.process_id() and t.action_id = $1
                and t.theme_id <> all ($7::uuid[])),
            gone_disclosure as (delete from action_disclosure d where d.process_id = kernel.process_id() and d.action_id = $1
                and d.organisation_id <> all ($8::uuid[])),
            gone_draft as (delete from form_draft f where f.process_id = kernel.process_id() and f.account_id = kernel.account_id()
                and f.key = $22),
            gone_money as (update contribution c set withdrawn_at = $10, withdrawn_by_id = $9 where c.process_id = kernel.process_id() and c.action_id = $1
                and c.id = any ($11::uuid[])),
            party as (insert into action_party (action_id, role, organisation_id)
                select $1, n.role, n.id from unnest($2::text[], $3::uuid[]) n (role, id) on conflict do nothing),
            beneficiary as (insert into action_beneficiary (action_id, beneficiary_id, share)
                select $1, n.id, n.share from unnest($4::uuid[], $5::numeric[]) n (id, share)
                on conflict (process_id, action_id, beneficiary_id) do update set share = excluded.share
                    where action_beneficiary.share is distinct from excluded.share),
            pillar as (insert into action_pillar (action_id, pillar_id) select $1, n.id from unnest($6::uuid[]) n (id) on conflict do nothing),
            theme as (insert into action_theme (action_id, theme_id) select $1, n.id from unnest($7::uuid[]) n (id) on conflict do nothing),
            disclosure as (insert into action_disclosure (action_id, organisation_id, by_membership_id, at)
                select $1, n.id, $9, $10 from unnest($8::uuid[]) n (id) on conflict do nothing)
        insert into contribution (id, action_id, kind, amount, currency, value_date, value_date_precision, provider_id, receiver_id, note,
            supersedes_id, period_start, period_end, envelope_id, created_at, created_by_id)
        select n.id, $1, n.kind, n.amount, n.currency, n.day, n.precision, n.provider, n.receiver, n.note, n.supersedes,
            old.period_start, old.period_end, old.envelope_id, $10, $9
        from unnest($12::uuid[], $13::text[], $14::numeric[], $15::text[], $16::date[], $17::text[], $18::uuid[], $19::uuid[], $20::text[],
                $21::uuid[]) n (id, kind, amount, currency, day, precision, provider, receiver, note, supersedes)
            left join contribution old on old.process_id = kernel.process_id() and old.id = n.supersedes -- past the view: the record was read through it"#,
        id.0,
        &roles,
        &organisations,
        &beneficiaries,
        &shares as &[Option<Decimal>],
        &pillars,
        &themes,
        &disclosed,
        by.id.0,
        now,
        &money.withdrawn,
        &money.ids,
        &money.kinds,
        &money.amounts,
        &money.currencies,
        &money.days as &[Option<NaiveDate>],
        &money.precisions as &[Option<String>],
        &money.providers as &[Option<Uuid>],
        &money.receivers as &[Option<Uuid>],
        &money.notes,
        &money.supersedes as &[Option<Uuid>],
        draft_key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is to be written of the money: columns of the new rows, and which old ones are withdrawn.
#[derive(Default)]
struct MoneyChange {
    withdrawn: Vec<Uuid>,
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    amounts: Vec<Decimal>,
    currencies: Vec<String>,
    days: Vec<Option<NaiveDate>>,
    precisions: Vec<Option<String>>,
    providers: Vec<Option<Uuid>>,
    receivers: Vec<Option<Uuid>>,
    notes: Vec<String>,
    supersedes: Vec<Option<Uuid>>,
}

impl MoneyChange {
    fn of(sheet: &Sheet, before: &[Money]) -> Self {
        let mut change = Self::default();
        let rows: Vec<Contribution> =
            sheet.get(Field::Contributions).iter().filter_map(|t| Contribution::parse(t)).collect();
        let old: Vec<Contribution> = before.iter().filter(|m| m.origin.is_none()).map(Contribution::from).collect();
        // one row stands for a stored contribution; a second with its id is a new one
        let mut stood_for: Vec<String> = Vec::new();
        for row in &rows {
            let known = old.iter().find(|o| o.id == row.id && !stood_for.contains(&o.id));
            if let Some(known) = known {
                stood_for.push(known.id.clone());
            }
            if known == Some(row) {
                continue;
            }
            let Ok(amount) = row.amount.parse() else { continue };
            let (day, precision) = date(Some(row.date.as_str()));
            change.ids.push(random::id());
            change.kinds.push(row.kind.clone());
            change.amounts.push(amount);
            change.currencies.push(row.currency.clone());
            change.days.push(day);
            change.precisions.push(precision.map(str::to_owned));
            change.providers.push(row.provider.parse().ok());
            change.receivers.push(row.receiver.parse().ok());
            change.notes.push(row.note.clone());
            change.supersedes.push(known.and_then(|k| k.id.parse().ok()));
        }
        let gone = old.iter().filter(|o| !stood_for.contains(&o.id));
        change.withdrawn = gone.filter_map(|o| o.id.parse().ok()).collect();
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(id: u128, amount: &str) -> Money {
        Money {
            id: crate::kernel::ids::ContributionId(Uuid::from_u128(id)),
            kind: "planned".into(),
            amount: amount.into(),
            currency: "EUR".into(),
            value_date: Some("2027".into()),
            period_start: None,
            period_end: None,
            provider: None,
            provider_name: None,
            receiver: None,
            receiver_name: None,
            note: String::new(),
            origin: None,
        }
    }

    #[test]
    fn a_correction_supersedes_and_a_removal_withdraws() {
        let before = [stored(1, "100.00"), stored(2, "200"), stored(3, "300")];
        let mut sheet = Sheet::default();
        let kept = Contribution::from(&before[0]);
        let corrected = Contribution { amount: "250".into(), ..Contribution::from(&before[1]) };
        let new = Contribution { id: String::new(), amount: "-5".into(), ..kept.clone() };
        sheet.set(Field::Contributions, [kept.text(), corrected.text(), new.text()]);
        let change = MoneyChange::of(&sheet, &before);
        assert_eq!(change.withdrawn, [Uuid::from_u128(3)]);
        let mut made: Vec<(String, Option<Uuid>)> =
            change.amounts.iter().map(ToString::to_string).zip(change.supersedes.iter().copied()).collect();
        made.sort();
        assert_eq!(made, [("-5".to_owned(), None), ("250".to_owned(), Some(Uuid::from_u128(2)))]);
    }

    #[test]
    fn what_came_from_a_file_is_no_row_of_the_form_and_stays() {
        let before = [Money { origin: Some("iati".into()), ..stored(1, "100") }];
        let change = MoneyChange::of(&Sheet::default(), &before);
        assert!(change.ids.is_empty() && change.withdrawn.is_empty());
    }

    #[test]
    fn an_untouched_sheet_changes_no_money() {
        let before = [stored(1, "100.00"), stored(2, "200")];
        let mut sheet = Sheet::default();
        sheet.set(Field::Contributions, before.iter().map(|m| Contribution::from(m).text()));
        let change = MoneyChange::of(&sheet, &before);
        assert!(change.ids.is_empty() && change.withdrawn.is_empty());
    }
}

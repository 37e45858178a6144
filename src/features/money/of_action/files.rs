//! The amounts of an action as a file: what counts, what once did, and why.

use axum::extract::Path;
use axum::response::Response;
use rust_decimal::Decimal;

use super::model::{Chain, Row, beginning, unfold};
use super::{begins, find, store, views};
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::features::money::answer::currency;
use crate::features::money::model::Question;
use crate::features::money::rates::{Rates, rates_in};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

const COLUMNS: &[(&str, u16)] = &[
    ("action-money-kind", 14),
    ("amount-file-state", 16),
    ("action-money-amount", 18),
    ("action-currency", 10),
    ("amount-file-converted", 18),
    ("amount-file-counted", 18),
    ("amount-file-into", 8),
    ("amount-file-rate", 14),
    ("amount-file-rate-day", 12),
    ("action-money-provider", 36),
    ("action-money-receiver", 36),
    ("amount-field-value_date", 14),
    ("amount-file-from", 12),
    ("amount-file-to", 12),
    ("action-money-note", 40),
    ("amount-file-origin", 12),
    ("amount-field-why", 40),
    ("amount-file-written", 12),
];

/// `counted`: what of it counts, in the currency of totals.
fn cells(
    p: &Page,
    row: &Row,
    (state, why): (&str, &str),
    counted: Option<Decimal>,
    to: Currency,
    rates: &Rates,
) -> Vec<Value> {
    let name = |of: Option<&String>| cell(of.map(String::as_str).unwrap_or_default());
    let day = |of: Option<chrono::NaiveDate>| of.map_or(Value::Empty, Value::Date);
    let made = views::figures(row, to, rates);
    let rounded = |amount: Decimal| Value::Number(amount.round_dp(2));
    vec![
        Value::Text(p.t(views::kind_label(&row.kind))),
        Value::Text(p.t(state)),
        Value::Number(row.amount),
        Value::Text(row.currency.to_string()),
        made.map_or(Value::Empty, |(amount, ..)| rounded(amount)),
        counted.map_or(Value::Empty, rounded),
        Value::Text(to.to_string()),
        made.map_or(Value::Empty, |(_, rate, _)| Value::Number(rate.round_dp(6))),
        day(made.and_then(|(.., day)| day)),
        name(row.provider.as_ref().map(|o| &o.name)),
        name(row.receiver.as_ref().map(|o| &o.name)),
        date(row.value_date),
        day(row.period_start),
        day(row.period_end),
        cell(&row.note),
        cell(&row.origin.as_ref().map(|_| "IATI".to_owned()).unwrap_or_default()),
        cell(why),
        Value::Date(row.created_at.date_naive()),
    ]
}

fn rows_of(p: &Page, chain: &Chain<'_>, to: Currency, rates: &Rates) -> Vec<Vec<Value>> {
    let row = chain.row;
    let said = match (row.withdrawn_at.is_some(), chain.passed_on()) {
        (true, _) => ("amount-state-withdrawn", row.withdrawn_reason.as_str()),
        (false, true) => ("amount-state-passed-on", row.reason.as_str()),
        (false, false) => ("amount-state-counts", row.reason.as_str()),
    };
    let before = |old: &&Row| cells(p, old, ("amount-state-replaced", old.reason.as_str()), None, to, rates);
    std::iter::once(cells(p, row, said, chain.counted, to, rates)).chain(chain.earlier.iter().map(before)).collect()
}

pub async fn file(
    Path((_, id)): Path<(String, String)>,
    format: SheetFormat,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id).await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    inside.member.require(Permission::ActionSeeMoney, &record.scope())?;
    let by = inside.exporter().await?;
    let rows = beginning(store::rows(&mut inside.tx, record.id, inside.page.today).await?, begins(&record));
    let rates = rates_in(&mut inside.tx, &inside.app).await?;
    let (p, to) = (&inside.page, currency(&inside, &Question::default()));
    let all = unfold(&rows, to, &rates);
    let list = List {
        subject_kind: "action",
        what: "money",
        title: p.t1("amount-of-title", "title", &record.title),
        notes: vec![p.t("amount-file-note")],
        columns: COLUMNS,
        rows: all.counting.iter().chain(&all.withdrawn).flat_map(|chain| rows_of(p, chain, to, &rates)).collect(),
        more: i64::try_from(rows.len()).unwrap_or(i64::MAX) >= store::MOST,
    };
    let what = inside.page.t("amount-of");
    list.deliver_of_action(inside, &by, format, record.id.0, &what).await
}

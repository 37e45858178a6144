//! The page of an action's money.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::model::{beginning, unfold};
use super::views::{self, Line, Part};
use super::{begins, find, store};
use crate::features::actions::note_reading;
use crate::features::money::answer::currency;
use crate::features::money::model::Question;
use crate::features::money::rates::rates_in;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::ActionId;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "money/amounts.html")]
struct MoneyPage {
    p: Page,
    id: ActionId,
    title: String,
    /// The action's stated total, which is a figure of its own.
    stated: Option<String>,
    parts: Vec<Part>,
    withdrawn: Vec<Line>,
    edits: bool,
    exports: bool,
    /// Something is in another currency than totals are, and no rates are loaded.
    without_rates: bool,
    /// There are more rows than stand here.
    more: bool,
}

pub async fn page(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id).await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let scope = record.scope();
    inside.member.require(Permission::ActionSeeMoney, &scope)?;
    let rows = beginning(store::rows(&mut inside.tx, record.id, inside.page.today).await?, begins(&record));
    let rates = rates_in(&mut inside.tx, &inside.app).await?;
    let edits = inside.member.may(Permission::ActionMoney, &scope);
    let to = currency(&inside, &Question::default());
    if note_reading(&mut inside, &record).await? {
        inside.tx.commit().await?;
    }
    let p = inside.page;
    let all = unfold(&rows, to, &rates);
    let total = record.stated_total.as_deref().zip(record.stated_currency.as_deref());
    let stated = total.and_then(|(amount, currency)| {
        Some(p.locale.amount(amount.parse().ok()?, &currency.parse::<Currency>().ok()?))
    });
    let page = MoneyPage {
        id: record.id,
        stated,
        parts: views::parts(&p, &all, to, &rates),
        withdrawn: all.withdrawn.iter().map(|chain| views::one(&p, chain, to, &rates)).collect(),
        edits,
        exports: p.may(Permission::ExportLists),
        without_rates: rates.is_empty() && rows.iter().any(|row| row.currency != to),
        more: i64::try_from(rows.len()).unwrap_or(i64::MAX) >= store::MOST,
        title: record.title,
        p,
    };
    Ok(Html(page.render()?).into_response())
}

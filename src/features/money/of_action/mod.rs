//! The money of one action: every amount with its place in the chain from who gives to who receives, what each was before it was
//! put right, and what it comes to at the rate of its day. Amounts are never written over: a correction is a row of its own that
//! takes the place of the one before, and what is taken back is marked and counts no more. Both stay readable, with who, when and why.

mod files;
mod forms;
mod model;
mod page;
mod period;
mod service;
mod store;
mod views;

pub use service::{Amended, correct_amount, withdraw_amount};

use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use crate::features::actions::{Record, read_record};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::ids::ActionId;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit) = (Access::Member(P::ActionSeeMoney), Access::Member(P::ActionMoney));
    r.get_noted("/{process}/actions/{id}/money", see, page::page);
    r.get_noted("/{process}/actions/{id}/money.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/actions/{id}/money.csv", Access::Member(P::ExportLists), files::file);
    r.get("/{process}/actions/{id}/money/new", edit, forms::new);
    r.post("/{process}/actions/{id}/money/new", edit, forms::add);
    r.get("/{process}/actions/{id}/money/{row}", edit, forms::edit);
    r.post("/{process}/actions/{id}/money/{row}", edit, forms::correct);
    r.post("/{process}/actions/{id}/money/{row}/withdraw", edit, forms::withdraw);
}

/// The day on which an action begins, as far as it is known.
fn begins(record: &Record) -> Option<NaiveDate> {
    let start = record.actual_start.as_ref().or(record.planned_start.as_ref())?;
    start.parse::<PartialDate>().ok().map(|date| date.first_day())
}

/// The action of an address. `Err` is where a merged one has gone; one that may not be seen is not found.
async fn find(inside: &mut Inside, id: &str) -> Result<Result<Record, Response>, Problem> {
    let id: ActionId = id.parse().map_err(|_| Problem::NotFound)?;
    let record = read_record(&mut inside.tx, id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    Ok(match record.merged_into_id {
        Some(kept) => Err(Redirect::to(&inside.page.link(&format!("/actions/{kept}/money"))).into_response()),
        None => Ok(record),
    })
}

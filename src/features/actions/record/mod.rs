//! One action: its page, its form, and what people say about it (confirmations, remarks, suggestions, claims).
//!
//! Everything that changes is a [`fields::Sheet`]: the form, the history, an edit conflict and a suggestion are
//! made from the same fields.

mod bulk;
mod confirm;
mod drafts;
mod edit;
mod fields;
mod form;
mod history;
mod lately;
mod model;
mod open;
mod page;
mod parent;
mod remarks;
mod rights;
mod service;
mod sheet_fill;
mod sheet_form;
#[cfg(test)]
mod sheet_form_tests;
mod show;
mod similar;
mod store;
mod suggest;
mod suggestions;
mod suggestions_file;
mod telling;

use axum::response::{IntoResponse, Redirect, Response};

use crate::features::notices::mentions;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::ActionId;
use crate::kernel::permit::{Handling, Permission};
use crate::kernel::route::{Access, Routes};

pub use bulk::{
    Added, Altered, Changed, Standing, add_many, builds_on, change_many, check, confirm_many, directory, editable,
    for_new, in_words, reporters, rows_of, settled, settles, standing, withdraw_many, would_see,
};
pub use fields::{Base, Delta, Difference, Field, Sheet, merge};
pub use model::{Choices, Contribution, Money, Names, Record};
pub use service::{Kept, change_record, create_record};
pub use sheet_form::{MONEY_PARTS, NOT_STATED};
pub use show::DiffRow;
pub use show::KINDS;
pub use store::{names, record as read_record};
pub use suggest::suggest_as;

pub fn routes(r: &mut Routes) {
    use Permission as P;
    r.get("/{process}/actions/new", Access::Member(P::ActionCreate), edit::new);
    r.post("/{process}/actions/new", Access::Member(P::ActionCreate), edit::create);
    r.get("/{process}/actions/report", Access::Member(P::ActionReport), edit::report);
    r.post("/{process}/actions/report", Access::Member(P::ActionReport), edit::create_report);
    r.post("/{process}/actions/similar", Access::Member(P::ActionSuggest), similar::similar);
    r.get_noted("/{process}/actions/{id}", Access::Member(P::ActionSee), page::page);
    r.get_noted("/{process}/actions/{id}/history/file", Access::Member(P::HistorySee), history::file);
    r.get_noted("/{process}/actions/{id}/edit", Access::Member(P::ActionEditLinks), edit::edit);
    r.post("/{process}/actions/{id}/edit", Access::Member(P::ActionEditLinks), edit::save);
    r.get_noted("/{process}/actions/{id}/suggest", Access::Member(P::ActionSuggest), suggest::suggest);
    r.post("/{process}/actions/{id}/suggest", Access::Member(P::ActionSuggest), suggest::send);
    r.get_filtered("/{process}/suggestions", Access::Member(P::ActionSuggest), suggestions::list);
    r.get_noted("/{process}/suggestions.xlsx", Access::Member(P::ActionSuggest), suggestions_file::file);
    r.get_noted("/{process}/suggestions.csv", Access::Member(P::ActionSuggest), suggestions_file::file);
    r.get_filtered("/{process}/changes", Access::Member(P::HistorySee), lately::list);
    r.get_noted("/{process}/changes.xlsx", Access::Member(P::HistorySee), lately::file);
    r.get_noted("/{process}/changes.csv", Access::Member(P::HistorySee), lately::file);
    r.post("/{process}/suggestions/{id}/accept", Access::Member(P::ActionEditLinks), suggest::accept);
    r.post("/{process}/suggestions/{id}/refuse", Access::Member(P::ActionEditLinks), suggest::refuse);
    r.post("/{process}/suggestions/{id}/withdraw", Access::Member(P::ActionSuggest), suggest::withdraw);
    r.post("/{process}/actions/{id}/remarks", Access::Member(P::ActionRemark), remarks::add);
    r.post("/{process}/remarks/{id}/withdraw", Access::Member(P::ActionRemark), remarks::withdraw);
    r.post("/{process}/remarks/{id}/settle", Access::Member(P::ActionRemark), remarks::resolve);
    r.post("/{process}/remarks/{id}/open", Access::Member(P::ActionRemark), remarks::open_again);
    r.post("/{process}/actions/{id}/confirm", Access::Member(P::ActionConfirm), confirm::confirm);
    r.post("/{process}/actions/{id}/claim", Access::Member(P::ActionEdit), confirm::claim);
    r.post("/{process}/actions/{id}/open", Access::Member(P::ActionOpen), open::open);
    r.post("/{process}/drafts/{key}", Access::Member(P::HomeSee), drafts::keep);
    r.post("/{process}/drafts/{key}/discard", Access::Member(P::HomeSee), drafts::discard);
}

/// The record of an address. `Err` is where a merged one has gone; one that does not exist or may not be seen is
/// not found.
async fn find(inside: &mut Inside, id: &str, rest: &str) -> Result<Result<Record, Response>, Problem> {
    let id: ActionId = id.parse().map_err(|_| Problem::NotFound)?;
    let record = store::record(&mut inside.tx, id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    Ok(match record.merged_into_id {
        Some(kept) => Err(Redirect::to(&inside.page.link(&format!("/actions/{kept}{rest}"))).into_response()),
        None => Ok(record),
    })
}

/// Leaves a line in the access log where the record's level asks for it; `true` if there is something to commit.
pub async fn note_reading(inside: &mut Inside, record: &Record) -> Result<bool, Problem> {
    if !matches!(record.handling, Handling::Parties | Handling::Restricted) {
        return Ok(false);
    }
    let by = inside.member.granting(Permission::ActionSee, &record.scope()).or(inside.member.first());
    let Some(by) = by else { return Ok(false) };
    let line = Line {
        export: false,
        subject_kind: "action",
        subject: Some(record.id.0),
        keeper: Some(record.keeper),
        handling: Some(record.handling),
        detail: "",
        rows: None,
    };
    access_log::note(&mut inside.tx, by, line).await?;
    Ok(true)
}

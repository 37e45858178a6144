//! How far a need is covered: judged by the pillar's lead or the secretariat, with a reason; what was judged stays.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{Coverage, State};
use super::page::show_page;
use super::show::{done, find};
use super::{store_response, told};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::permit::Permission;

pub async fn save(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    let by = inside.member.require(Permission::CoverageJudge, &need.scope())?.clone();
    if need.state != State::Submitted {
        return Err(Problem::Conflict(Message::new("need-not-submitted")));
    }
    let mut f = std::mem::take(&mut inside.fields);
    let coverage = f.required_choice("coverage", Coverage::parse);
    let reason = f.required("reason", 5_000);
    let Some(coverage) = coverage.filter(|_| f.is_valid()) else {
        return show_page(inside, &key, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let now = inside.app.clock.now();
    store_response::judge(&mut inside.tx, need.id, coverage, &reason, by.id, now).await?;
    let before = need.judgement().map(|j| inside.page.t(j.coverage.label()));
    let change = Change { from: before.into_iter().collect(), to: vec![inside.page.t(coverage.label())] };
    let changes = [("coverage".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Need, id: need.id.0, event: "need-judged", changes, why: &reason };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    told::judged(&mut inside.tx, &inside.app, &by, &need).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/needs/{}#covered", need.id), "need-judged"))
}

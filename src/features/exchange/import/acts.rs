//! What is done with an import as a whole. The work itself is a job's.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::model::{Becomes, Decision, Import, State, Verdict};
use super::{find, go_on, needs, store};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;

type Key = Path<(String, String)>;

pub fn not_now() -> Problem {
    Problem::Conflict(Message::new("import-error-not-now"))
}

/// One decision for all rows of a verdict.
pub async fn choose(Path((_, id)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    if !store::hold(&mut inside.tx, import.id).await? {
        return Err(not_now());
    }
    let verdict = Verdict::parse(inside.fields.value("verdict")).ok_or(Problem::Bad("no verdict"))?;
    let decision = Decision::parse(inside.fields.value("decision")).filter(|d| verdict.decisions().contains(d));
    let decision = decision.ok_or(Problem::Bad("no decision"))?;
    store::decide_all(&mut inside.tx, import.id, verdict, decision).await?;
    let show = verdict.as_str();
    let address = inside.page.link(&format!("/imports/{}?show={show}&done=import-rows-kept", import.id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

async fn begin(inside: &mut Inside, import: &Import, from: State, to: State) -> Result<String, Problem> {
    if !store::step(&mut inside.tx, import.id, from, to, None).await? {
        return Err(not_now());
    }
    store::progress(&mut inside.tx, import.id, 0, import.rows_all).await?;
    go_on(inside, import.id).await?;
    Ok(inside.page.link(&format!("/imports/{}", import.id)))
}

/// Takes in what was chosen.
pub async fn apply(Path((_, id)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    if let Becomes::Needs(within) = import.becomes {
        return needs::apply(inside, &import, within).await;
    }
    let address = begin(&mut inside, &import, State::Checked, State::Applying).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

/// Takes back what was taken in.
pub async fn undo(Path((_, id)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    if let Becomes::Needs(within) = import.becomes {
        return needs::undo(inside, &import, within).await;
    }
    let address = begin(&mut inside, &import, State::Applied, State::Undoing).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

/// Forgets a file from which nothing has come in.
pub async fn forget(Path((_, id)): Key, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    if !store::drop_it(&mut inside.tx, import.id).await? {
        return Err(not_now());
    }
    let address = inside.page.link("/imports?done=import-dropped");
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

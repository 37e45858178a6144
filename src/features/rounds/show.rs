//! What the pages of rounds share: answers, the round of an address, the party that is answered for.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::{Asked, Round, Sight};
use super::party::Party;
use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::{RoundAskedId, RoundId};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

pub fn html(page: &impl Template) -> Result<Response, Problem> {
    Ok(Html(page.render()?).into_response())
}

/// A form with errors, as it was sent.
pub fn again(page: &impl Template) -> Result<Response, Problem> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

/// On to a page of the process, which says what was done: `what` is the end of a Fluent key `done-…`.
pub fn done(p: &Page, rest: &str, what: &str) -> Response {
    let (rest, anchor) = rest.split_once('#').map_or((rest, String::new()), |(r, a)| (r, format!("#{a}")));
    let joint = if rest.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{}{joint}done={what}{anchor}", p.link(rest))).into_response()
}

/// The id in an address. What is none is of nothing.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

/// The round of an address.
pub async fn find(inside: &mut Inside, key: &str) -> Result<Round, Problem> {
    let id: RoundId = id(key)?;
    store::round(&mut inside.tx, id, inside.page.today).await?.ok_or(Problem::NotFound)
}

/// The pages that the reader may answer on, by name: their own first; for the secretariat, which answers on behalf, every one.
pub async fn pages(inside: &mut Inside, round: &Round) -> Result<Vec<Party>, Problem> {
    let sight = Sight::of(&inside.member);
    let mut all = store::parties(&mut inside.tx, round.id, &sight).await?;
    all.retain(|a| a.may_answer(&inside.member));
    all.sort_by_key(|a| !a.is_own(&inside.member));
    Ok(all)
}

/// A page of a round, as whoever answers on it asks for it.
pub async fn page_of(inside: &mut Inside, round: &Round, asked: RoundAskedId) -> Result<Asked, Problem> {
    let sight = Sight::of(&inside.member);
    let found = store::asked(&mut inside.tx, round.id, Some(asked), &sight, inside.page.today).await?;
    let asked = found.into_iter().next().ok_or(Problem::NotFound)?;
    inside.member.require(Permission::RoundAnswer, &asked.scope())?;
    Ok(asked)
}

//! The list of decisions.

use askama::Template;
use axum::response::Response;

use super::model::{State, SubjectKind};
use super::show::html;
use super::store::{self, Filter, Line};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::DecisionId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::window::kept_query;

const SIZE: usize = 50;

#[derive(Template)]
#[template(path = "decisions/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    lines: Vec<Line>,
    kinds: Vec<(String, String)>,
    states: Vec<(String, String)>,
    /// The query of the page that goes on, where there is one.
    next: Option<String>,
    filtered: bool,
    begun: bool,
    prepares: bool,
    /// The query of what is shown, all its pages.
    query: String,
}

/// What the list is narrowed to.
pub fn asked(f: &Fields, after: Option<DecisionId>) -> Filter {
    Filter { kind: SubjectKind::parse(f.value("kind")), state: State::parse(f.value("state")), after }
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let after: Option<DecisionId> = f.value("after").parse().ok();
    let filter = asked(&f, after);
    let mut lines = store::list(&mut tx, &filter, SIZE as i64).await?;
    let more = lines.len() > SIZE;
    lines.truncate(SIZE);
    let next = lines.last().filter(|_| more).map(|last| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(kind) = filter.kind {
            query.append_pair("kind", kind.as_str());
        }
        if let Some(state) = filter.state {
            query.append_pair("state", state.as_str());
        }
        query.append_pair("after", &last.summary.id.to_string()).finish()
    });
    html(&ListPage {
        kinds: SubjectKind::options(&p),
        states: State::options(&p),
        filtered: filter.kind.is_some() || filter.state.is_some(),
        begun: after.is_some(),
        prepares: member.may(Permission::DecisionPrepare, &Scope::default()),
        query: kept_query(&f),
        lines,
        next,
        f,
        p,
    })
}

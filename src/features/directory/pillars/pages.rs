//! The list of pillars and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::store::{self, Figures, Pillar};
use crate::features::directory::shared::{HistoryLine, history, html};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::Subject;
use crate::kernel::ids::PillarId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

pub fn scope(id: PillarId) -> Scope {
    Scope { pillars: vec![id], ..Scope::default() }
}

#[derive(Template)]
#[template(path = "directory/pillars.html")]
struct ListPage {
    p: Page,
    list: Vec<Pillar>,
    edits: bool,
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let list = store::list(&mut tx, p.today).await?;
    html(&ListPage { edits: p.may(Permission::SettingsEdit), p, list })
}

#[derive(Template)]
#[template(path = "directory/pillar.html")]
struct OnePage {
    p: Page,
    pillar: Pillar,
    figures: Figures,
    history: Option<Vec<HistoryLine>>,
    edits: bool,
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    let figures = store::figures(&mut tx, pillar.id).await?;
    let scope = scope(pillar.id);
    let history = match member.may(Permission::HistorySee, &scope) {
        true => Some(history(&mut tx, Subject::Pillar, pillar.id.0, p.today).await?),
        false => None,
    };
    html(&OnePage { edits: member.may(Permission::SettingsEdit, &scope), pillar, figures, history, p })
}

//! The list of beneficiaries and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::Months;

use super::store::{self, Around, Beneficiary, Line};
use crate::features::directory::shared::{ActionLine, HistoryLine, history, html};
use crate::features::directory::strategies::{self, Brief};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::Subject;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "directory/beneficiaries.html")]
struct ListPage {
    p: Page,
    list: Vec<Line>,
    edits: bool,
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let list = store::list(&mut tx, p.today).await?;
    html(&ListPage { edits: p.may(Permission::SettingsEdit), p, list })
}

#[derive(Template)]
#[template(path = "directory/beneficiary.html")]
struct OnePage {
    p: Page,
    b: Beneficiary,
    around: Around,
    ending: Vec<ActionLine>,
    /// Its own strategies.
    strategies: Vec<Brief>,
    history: Option<Vec<HistoryLine>>,
    edits: bool,
    /// Whether the reader keeps the strategies.
    keeps: bool,
}

pub async fn page(Path((_, code)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let b = store::load(&mut tx, &code).await?;
    let around = store::around(&mut tx, b.id, p.today).await?;
    let soon = p.today.checked_add_months(Months::new(6)).unwrap_or(p.today);
    let ending = store::ending(&mut tx, b.id, p.today, soon).await?;
    let strategies = strategies::of_beneficiary(&mut tx, b.id).await?;
    let scope = Scope::beneficiary(b.id);
    let history = match member.may(Permission::HistorySee, &scope) {
        true => Some(history(&mut tx, Subject::Beneficiary, b.id.0, p.today).await?),
        false => None,
    };
    html(&OnePage {
        edits: member.may(Permission::SettingsEdit, &scope),
        keeps: p.may(Permission::ThemesEdit),
        b,
        around,
        ending,
        strategies,
        history,
        p,
    })
}

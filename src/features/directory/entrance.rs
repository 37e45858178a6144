//! The entrance of the directory: what there is, in figures that open.

use askama::Template;
use axum::response::Response;

use super::shared::html;
use super::store::{self, Figures};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "directory/entrance.html")]
struct Entrance {
    p: Page,
    n: Figures,
    /// Keeps the lists, and is told what waits.
    keeps: bool,
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let n = store::figures(&mut tx, p.today).await?;
    html(&Entrance { keeps: member.may(Permission::MembersEdit, &Scope::default()), n, p })
}

//! The list of themes.

use askama::Template;
use axum::response::Response;

use super::store::{self, Theme};
use crate::features::directory::shared::html;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "directory/themes.html")]
struct ListPage {
    p: Page,
    list: Vec<Theme>,
    edits: bool,
    exports: bool,
    /// Whether the reader sees needs at all.
    needs: bool,
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let list = store::list(&mut tx).await?;
    html(&ListPage {
        edits: p.may(Permission::ThemesEdit),
        exports: p.may(Permission::ExportLists),
        needs: p.may(Permission::NeedSee),
        list,
        p,
    })
}

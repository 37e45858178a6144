//! The access log, the latest first.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::store::{self, Filter, Line};
use crate::features::directory::shared::{Cursor, Window, html, kept_query};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

#[derive(Template)]
#[template(path = "directory/access_log.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    list: Window<Line, Uuid>,
    kinds: Vec<(String, String)>,
    /// Every organisation's lines, not only the reader's own.
    all: bool,
}

/// The organisations whose lines this reader sees; `None` where all.
pub fn sight(member: &Member) -> Option<Vec<Uuid>> {
    let sees = |scope: &Scope| member.may(Permission::AccessLogSee, scope);
    let own = member.memberships().iter().filter_map(|m| m.organisation);
    (!sees(&Scope::default())).then(|| own.filter(|o| sees(&Scope::organisation(*o))).map(|o| o.0).collect())
}

/// What the list is narrowed to.
pub fn asked(f: &Fields) -> Filter {
    Filter {
        export: match f.value("kind") {
            "export" => Some(true),
            "read" => Some(false),
            _ => None,
        },
        organisation: f.value("organisation").parse().ok(),
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let own = sight(&member);
    let list = store::list(&mut tx, &asked(&f), own.as_deref(), Cursor::read(&f), p.today).await?;
    let kinds = ["read", "export"].map(|k| (k.to_owned(), p.t(&format!("directory-log-{k}")))).to_vec();
    html(&ListPage { query: kept_query(&f), p, f, list, kinds, all: own.is_none() })
}

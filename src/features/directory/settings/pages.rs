//! The settings as they stand.

use askama::Template;
use axum::response::Response;

use super::model::WORDS;
use super::store::{self, Settings};
use crate::features::directory::shared::{HistoryLine, history, html};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::Subject;
use crate::kernel::i18n;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "directory/settings.html")]
struct SettingsPage {
    p: Page,
    s: Settings,
    /// The portal's word and the process's own, where it has one.
    words: Vec<(String, String)>,
    /// The name of the organisation with the Commission's seat.
    commission: Option<String>,
    /// Field and term of each kind that is forgotten.
    terms: Vec<(&'static str, String)>,
    history: Vec<HistoryLine>,
    edits: bool,
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let s = store::load(&mut tx).await?;
    let history = history(&mut tx, Subject::Process, s.id.0, p.today).await?;
    let commission = match s.draft.board.commission {
        Some(id) => store::organisation_name(&mut tx, id).await?,
        None => None,
    };
    let words = WORDS
        .iter()
        .zip(&s.draft.words)
        .filter(|(_, own)| !own.is_empty())
        .map(|(key, own)| (i18n::text(&p.locale, key), own.clone()))
        .collect();
    let term = |days: Option<u16>| {
        days.map_or_else(|| p.t("directory-keep-all"), |n| p.tn("directory-keep-days", u32::from(n)))
    };
    let terms = s.draft.retention.terms().map(|(kind, days)| (kind.field, term(days.or(kind.usual)))).collect();
    html(&SettingsPage {
        edits: member.may(Permission::SettingsEdit, &Scope::default()),
        s,
        words,
        commission,
        terms,
        history,
        p,
    })
}

//! The list of organisations and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::model::{OrganisationKind, Standing};
use super::store::{self, Around, Filter, Line, Organisation, Parts};
use crate::features::actions::PartyRole;
use crate::features::directory::shared::{self, ActionLine, Cursor, HistoryLine, Window, history, html, kept_query};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::history::Subject;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "directory/organisations.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    total: i64,
    list: Window<Line, OrganisationId>,
    kinds: Vec<(String, String)>,
    parts: Vec<(String, String)>,
    standings: Vec<(String, String)>,
}

/// The two parts that a list is narrowed by.
fn part(text: &str) -> Option<PartyRole> {
    PartyRole::parse(text).filter(|r| matches!(r, PartyRole::Funding | PartyRole::Implementing))
}

/// What the list is narrowed to.
pub fn asked(f: &Fields) -> Filter {
    let words = f.value("q").trim();
    Filter {
        words: (!words.is_empty()).then(|| fold(words)),
        kind: OrganisationKind::parse(f.value("kind")),
        part: part(f.value("part")),
        standing: Standing::parse(f.value("standing")),
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, fields: mut f, .. } = inside;
    f.sought("q");
    let filter = asked(&f);
    let list = store::list(&mut tx, &filter, Cursor::read(&f), p.today).await?;
    let total = store::count(&mut tx, &filter, p.today).await?;
    let parts = [PartyRole::Funding, PartyRole::Implementing].map(|r| (r.as_str().to_owned(), p.t(r.label()))).to_vec();
    let (kinds, standings) = (OrganisationKind::options(&p), Standing::options(&p));
    html(&ListPage { query: kept_query(&f), f, total, list, kinds, parts, standings, p })
}

#[derive(Template)]
#[template(path = "directory/organisation.html")]
struct OnePage {
    p: Page,
    o: Organisation,
    standing: Standing,
    around: Around,
    parts: Parts,
    actions: Vec<ActionLine>,
    history: Option<Vec<HistoryLine>>,
    /// May edit, merge, change contacts, propose a correction.
    edits: bool,
    merges: bool,
    contacts: bool,
    proposes: bool,
}

impl OnePage {
    fn count(&self, role: &str) -> i64 {
        self.parts.roles.iter().find(|(r, _)| r.as_str() == role).map_or(0, |(_, n)| *n)
    }

    fn rows<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a ActionLine> {
        self.actions.iter().filter(move |a| a.under == role)
    }
}

pub async fn page(Path((_, id)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let id: OrganisationId = shared::id(&id)?;
    let Inside { mut tx, member, page: p, .. } = inside;
    let o = store::load(&mut tx, id).await?;
    if let Some(kept) = o.merged_into {
        return Ok(Redirect::to(&p.link(&format!("/organisations/{kept}?merged={id}"))).into_response());
    }
    let scope = Scope::organisation(id);
    let around = store::around(&mut tx, id, p.today).await?;
    let parts = store::parts(&mut tx, id).await?;
    let actions = store::first_actions(&mut tx, id).await?;
    let history = match member.may(Permission::HistorySee, &scope) {
        true => Some(history(&mut tx, Subject::Organisation, id.0, p.today).await?),
        false => None,
    };
    let edits = member.may(Permission::OrganisationEdit, &scope);
    html(&OnePage {
        standing: Standing::of(o.draft.member, o.draft.member_to, p.today),
        edits,
        merges: member.may(Permission::OrganisationMerge, &scope),
        contacts: member.may(Permission::OrganisationContacts, &scope),
        proposes: !edits && member.may(Permission::OrganisationPropose, &scope),
        o,
        around,
        parts,
        actions,
        history,
        p,
    })
}

//! The imports of an account, and the form that brings a file.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::store::{self, Line, Wanted};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{OrganisationId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};

#[derive(Template)]
#[template(path = "imports/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    lines: Vec<Line>,
    /// Organisations that can keep what comes in.
    keepers: Vec<(String, String)>,
    pillars: Vec<(String, String)>,
    levels: Vec<(String, String)>,
}

/// Whether a member may import for an organisation: for their own, or on behalf where a file is theirs to bring in any case.
fn keeps(member: &Member, id: OrganisationId) -> bool {
    member.may(Permission::ImportActions, &everything(member, id))
}

/// An organisation, with what else the member's own rights may rest on.
fn everything(member: &Member, id: OrganisationId) -> Scope {
    Scope { beneficiaries: member.beneficiaries(), pillars: member.pillars(), ..Scope::organisation(id) }
}

/// In whose name a file is brought.
pub fn bringer(member: &Member, id: OrganisationId) -> Result<&MembershipFacts, Problem> {
    Ok(member.require(Permission::ImportActions, &everything(member, id))?)
}

pub async fn list(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = Fields::default();
    f.set("handling", Handling::Members.as_str());
    if let Some(own) = inside.member.organisations().first() {
        f.set("organisation", own);
    }
    show(&mut inside, f, StatusCode::OK).await
}

pub async fn show(inside: &mut Inside, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let lines = store::list(&mut inside.tx).await?;
    let keepers = store::organisations(&mut inside.tx).await?;
    let keepers = keepers.into_iter().filter(|(id, _)| keeps(&inside.member, *id));
    let p = inside.page.clone();
    let pillars = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let page = ListPage {
        keepers: keepers.map(|(id, name)| (id.to_string(), name)).collect(),
        pillars: pillars.iter().map(|l| (l.id.to_string(), format!("{} – {}", l.key, l.name))).collect(),
        levels: Handling::ALL.iter().map(|h| (h.as_str().to_owned(), p.t(h.label()))).collect(),
        lines,
        f,
        p,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// What is asked when a file is brought.
pub fn wanted(inside: &Inside, f: &mut Fields) -> Option<Wanted> {
    let organisation: Option<OrganisationId> = f.id("organisation");
    let organisation = match organisation {
        Some(id) if keeps(&inside.member, id) => Some(id),
        Some(_) => {
            f.fail("organisation", Message::new("import-error-not-own"));
            None
        }
        None => {
            f.fail("organisation", Message::new("field-choose"));
            None
        }
    };
    let handling = f.required_choice("handling", Handling::parse);
    let pillars = inside.page.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let known = |text: &str| text.parse().ok().filter(|id: &PillarId| pillars.iter().any(|l| l.id == *id));
    let pillar = f.choice("pillar", known);
    f.is_valid().then_some(())?;
    Some(Wanted { organisation: organisation?, handling: handling?, pillar })
}

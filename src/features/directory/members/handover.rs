//! A successor's first page: what we hold, what waits, what the predecessor did, whom to ask. Positions and decisions
//! will stand here when there are any.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::Months;

use super::pages::{scope, sight};
use super::store::{self, Membership};
use super::store_handover::{self, Act, Contact, Holding, Place};
use crate::features::directory::shared::{ActionLine, html, id};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Role};

#[derive(Template)]
#[template(path = "directory/handover.html")]
struct HandoverPage {
    p: Page,
    m: Membership,
    h: Holding,
    ending: Vec<ActionLine>,
    acts: Vec<Act>,
    contacts: Vec<Contact>,
    /// The query of the list of actions that are ours.
    query: String,
    /// The end of what counts as soon.
    soon: chrono::NaiveDate,
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let sight = sight(&member);
    let m = store::load(&mut tx, id(&key)?, &sight).await?;
    // the successor's own, and the secretariat's
    if !sight.mine.contains(&m.id.0) && !member.may(Permission::MembersEdit, &scope(&m.draft)) {
        return Err(Problem::NotFound);
    }
    let (predecessor, _) = m.predecessor.clone().ok_or(Problem::NotFound)?;
    let place = Place {
        organisation: m.draft.organisation.filter(|_| m.draft.role != Role::Beneficiary),
        beneficiary: m.draft.beneficiary,
        pillars: if m.draft.role == Role::Lead { m.draft.pillars.clone() } else { Vec::new() },
    };
    let soon = p.today.checked_add_months(Months::new(6)).unwrap_or(p.today);
    let half_a_year_ago = p.today.checked_sub_months(Months::new(6)).unwrap_or(p.today);
    let h = store_handover::holding(&mut tx, &place, (p.today, soon), half_a_year_ago).await?;
    let ending = store_handover::ending(&mut tx, &place, (p.today, soon)).await?;
    let acts = store_handover::acts(&mut tx, predecessor).await?;
    let contacts = store_handover::contacts(&mut tx, m.id, &place, p.today).await?;
    let query = match (&m.beneficiary, place.organisation, m.pillars.first()) {
        (Some((code, _)), _, _) => format!("beneficiary={code}"),
        (None, _, Some(pillar)) if m.draft.role == Role::Lead => format!("pillar={}", pillar.key),
        (None, Some(organisation), _) => format!("organisation={organisation}"),
        _ => String::new(),
    };
    html(&HandoverPage { p, m, h, ending, acts, contacts, query, soon })
}

//! A successor's first page: what we hold, what waits, what the predecessor did, which positions and votes
//! stand in the place's name, whom to ask.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::Months;

use super::model::needs;
use super::pages::{scope, sight};
use super::store::{self, Membership};
use super::store_handover::{self, Act, Contact, Holding, Place, Said};
use crate::features::directory::shared::{ActionLine, html, id};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "directory/handover.html")]
struct HandoverPage {
    p: Page,
    m: Membership,
    h: Holding,
    ending: Vec<ActionLine>,
    acts: Vec<Act>,
    said: Vec<Said>,
    contacts: Vec<Contact>,
    /// The query of the list of actions that are ours.
    query: String,
    /// The end of what counts as soon.
    soon: chrono::NaiveDate,
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let sight = sight(&member);
    let m = store::load(&mut tx, id(&key)?, &sight).await?;
    // the successor's own, and the secretariat's
    if !sight.mine.contains(&m.id.0) && !member.may(Permission::MembersEdit, &scope(&m.draft)) {
        return Err(Problem::NotFound);
    }
    let (predecessor, _) = m.predecessor.clone().ok_or(Problem::NotFound)?;
    // what a role needs says whose things they are: the pillars', the beneficiary's, or the organisation's
    let (needs, d) = (needs(m.draft.role), &m.draft);
    let place = match (needs.pillars, needs.beneficiary) {
        (true, _) => Place { pillars: d.pillars.clone(), ..Place::default() },
        (_, true) => Place { beneficiary: d.beneficiary, ..Place::default() },
        (false, false) => Place { organisation: d.organisation, ..Place::default() },
    };
    let now = app.clock.now();
    let soon = p.today.checked_add_months(Months::new(6)).unwrap_or(p.today);
    let half_a_year_ago = now.checked_sub_months(Months::new(6)).unwrap_or(now);
    let h = store_handover::holding(&mut tx, &place, (p.today, soon), half_a_year_ago).await?;
    let ending = store_handover::ending(&mut tx, &place, (p.today, soon)).await?;
    let (acts, said) = store_handover::past(&mut tx, predecessor, &place).await?;
    let contacts = store_handover::contacts(&mut tx, m.id, (d.organisation, d.beneficiary), p.today).await?;
    let query = match (&m.beneficiary, place.organisation) {
        (Some((code, _)), None) => format!("beneficiary={code}"),
        (_, Some(organisation)) => format!("organisation={organisation}"),
        (None, None) => m.pillars.iter().map(|l| format!("pillar={}", l.key)).collect::<Vec<_>>().join("&"),
    };
    html(&HandoverPage { p, m, h, ending, acts, said, contacts, query, soon })
}

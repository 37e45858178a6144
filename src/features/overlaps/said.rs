//! What somebody says two near actions are to one another: in the form that makes one of them, or after saving, on the page of
//! what is near. Either way it is a remark on the coordination question of the two, and whoever said it is not asked again until
//! one of them changes in what matters.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;
use uuid::Uuid;

use super::cases::{self, Saying};
use super::engine::CASE_THRESHOLD;
use super::model::{Found, Stance};
use super::near::SHOWN;
use super::subjects::{Row, pair_matters};
use super::{finders, store, store_near};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::state::App;

/// Whom these actions concern, as a question about them would.
pub fn concerned(p: &Page, rows: &[&Row]) -> Scope {
    let mut scope = Scope::default();
    for row in rows {
        scope.organisations.extend(row.parties.0.iter().filter(|x| !x.above).map(|x| OrganisationId(x.id)));
        if let Some(frame) = p.frame() {
            let served = frame.beneficiaries.iter().filter(|b| row.beneficiaries.contains(&b.code));
            scope.beneficiaries.extend(served.map(|b| b.id));
            scope.pillars.extend(frame.pillars.iter().filter(|l| row.pillars.contains(&l.key)).map(|l| l.id));
        }
    }
    scope
}

/// Says of a saved action and one near it what they are to one another: a plain form, for which no script is needed.
pub async fn say(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: ActionId = id.parse().map_err(|_| Problem::NotFound)?;
    let other = inside.fields.id::<ActionId>("other").filter(|other| *other != id).ok_or(Problem::NotFound)?;
    let rows = store::of(&mut inside.tx, &[id.0, other.0]).await?;
    let one = |id: ActionId| rows.iter().find(|row| row.id == id.0 && !row.gone).ok_or(Problem::NotFound);
    let (mine, theirs) = (one(id)?, one(other)?);
    let stance = inside.fields.required_choice("say", Stance::parse);
    let stance = stance.ok_or(Problem::Bad("neither related nor different"))?;
    let scope = concerned(&inside.page, &[mine, theirs]);
    let by = inside.member.require(Permission::OverlapTakePart, &scope)?.clone();
    let near = inside.page.link(&format!("/actions/{id}/near"));
    let slot = finders::ready_soon(&inside.app.db, &inside.app.memory, &inside.app.clock, inside.tx.process()).await?;
    // the page says that the comparison is being prepared
    let Some(slot) = slot else { return Ok(Redirect::to(&near).into_response()) };
    let found = slot.finder().assess(id.0.as_u128(), other.0.as_u128()).map(|a| Found::from(&a));
    let found = found.ok_or(Problem::NotFound)?;
    if stance == Stance::Different && found.likelihood < CASE_THRESHOLD {
        let asked = store_near::cases_of(&mut inside.tx, id.0).await?;
        if !asked.iter().any(|q| q.other == Some(other.0)) {
            return Ok(Redirect::to(&format!("{near}?done=overlap-said-far")).into_response());
        }
    }
    let words = inside.page.t(stance.label());
    let of = pair_matters(mine.matters(), theirs.matters());
    let saying = Saying { pair: [id, other], found: &found, stance, of: &of, words: &words };
    // of a question that is not the reader's to see nothing is kept
    cases::said(&inside.app, &mut inside.tx, &saying, &by).await?.ok_or(Problem::NotFound)?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&format!("{near}?done=overlap-said-{}", stance.as_str())).into_response())
}

/// What the form that made an action said of those near it is kept as questions; `true` where something near enough was not
/// spoken of, so that whoever has no scripts is shown it now.
///
/// # Errors
/// The database's own.
pub async fn said(
    app: &App,
    tx: &mut ProcessTx,
    p: &Page,
    f: &Fields,
    id: ActionId,
    by: &MembershipFacts,
) -> Result<bool, Problem> {
    let Some(slot) = finders::ready_soon(&app.db, &app.memory, &app.clock, tx.process()).await? else {
        return Ok(false);
    };
    let said: HashMap<Uuid, Stance> = f
        .pairs()
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("near-")?.parse().ok()?, Stance::parse(value)?)))
        .take(SHOWN)
        .collect();
    let asked: Vec<Uuid> = said.keys().copied().collect();
    let wanted: Vec<Uuid> = asked.iter().copied().chain([id.0]).collect();
    let rows = store::of(tx, &wanted).await?;
    let Some(row) = rows.iter().find(|r| r.id == id.0) else { return Ok(false) };
    let subject = row.subject();
    let (near, assessed) = tokio::task::spawn_blocking(move || {
        let finder = slot.finder();
        let assessed: HashMap<Uuid, Found> = asked
            .iter()
            .filter_map(|other| Some((*other, Found::from(&finder.assess_subject(&subject, other.as_u128())?))))
            .collect();
        (finder.near(&subject, SHOWN, Some(id.0.as_u128())), assessed)
    })
    .await
    .map_err(anyhow::Error::from)?;
    let open = near.iter().filter(|n| n.assessment.likelihood >= CASE_THRESHOLD);
    let open: Vec<Uuid> = open.map(|n| Uuid::from_u128(n.id)).collect();
    let seen: Vec<Uuid> = store_near::lines(tx, &open).await?.iter().map(|l| l.id).collect();
    for other in rows.iter().filter(|r| r.id != id.0 && !r.gone) {
        let (Some(stance), Some(found)) = (said.get(&other.id).copied(), assessed.get(&other.id)) else { continue };
        // what is different and was not near is no question
        if stance == Stance::Different && found.likelihood < CASE_THRESHOLD {
            continue;
        }
        let words = p.t(stance.when_entered());
        let of = pair_matters(row.matters(), other.matters());
        let saying = Saying { pair: [id, ActionId(other.id)], found, stance, of: &of, words: &words };
        cases::said(app, tx, &saying, by).await?;
    }
    Ok(open.iter().any(|other| seen.contains(other) && !said.contains_key(other)))
}

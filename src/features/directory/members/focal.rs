//! What a focal point does: proposes staff of its own organisation or beneficiary, and looks through its list twice
//! a year. The secretariat accepts or declines.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::MemberState;
use super::invite::{letter, record};
use super::model::{Draft, Mark};
use super::pages::{scope, sight};
use super::store::{self, Membership, OwnList};
use super::store_write::{self, New};
use crate::features::directory::requests;
use crate::features::directory::shared::{Facts, again, changes, done, html, id};
use crate::features::directory::telling::{self, Proposed};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::Changes;
use crate::kernel::i18n::Message;
use crate::kernel::ids::MembershipId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Role};
use crate::kernel::random;
use crate::kernel::state::App;

#[derive(Template)]
#[template(path = "directory/member_propose.html")]
struct ProposePage {
    p: Page,
    f: Fields,
    /// The lists that are the reader's own: the membership they keep it by, and its name.
    own: Vec<(String, String)>,
}

fn options(own: &[OwnList]) -> Vec<(String, String)> {
    own.iter().map(|l| (l.membership.to_string(), l.name().to_owned())).collect()
}

fn form(p: Page, mut f: Fields, own: &[OwnList]) -> ProposePage {
    if let (false, [only]) = (f.is_set("for"), own) {
        f.set("for", only.membership);
    }
    ProposePage { p, f, own: options(own) }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: query, .. } = inside;
    let own = store::own_lists(&mut tx, &sight(&member).mine).await?;
    // the secretariat keeps no list of its own: it invites
    if own.is_empty() {
        return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(
            &p.link("/members/invite"),
        )));
    }
    let mut f = Fields::default();
    f.set("starts_on", p.day(&p.today));
    if query.is_set("request") {
        f.set("request", query.value("request"));
        requests::prefill(&mut tx, &member, &mut f, p.today).await?;
        // of several lists, that of the organisation that the request names
        let named = f.value("organisation");
        let list = own.iter().find(|l| l.organisation.as_ref().is_some_and(|(id, _)| id.to_string() == named));
        if let Some(list) = list {
            f.set("for", list.membership);
        }
    }
    html(&form(p, f, &own))
}

/// A proposal asks for a person and a term; role and place are those of the list, marks are the secretariat's to give.
fn read(f: &mut Fields, own: &[OwnList], today: chrono::NaiveDate) -> Option<Draft> {
    let name = f.required("name", 120);
    let post = f.text("post", 200);
    let phone = f.text("phone", 60);
    let chosen: Option<MembershipId> = f.required_choice("for", |t| t.parse().ok());
    let list = chosen.and_then(|id| own.iter().find(|l| l.membership == id));
    if list.is_none() && chosen.is_some() {
        f.fail("for", Message::new("field-not-in-list"));
    }
    let starts_on = f.day("starts_on", today);
    if starts_on.is_none() && f.error("starts_on").is_none() {
        f.fail("starts_on", Message::new("field-required"));
    }
    let ends_on = f.day("ends_on", today);
    if starts_on.zip(ends_on).is_some_and(|(from, to)| to < from) {
        f.fail("ends_on", Message::new("directory-error-before-start"));
    }
    let (list, starts_on) = (list?, starts_on?);
    f.is_valid().then(|| Draft {
        name,
        post,
        phone,
        role: if list.beneficiary.is_some() { Role::Beneficiary } else { Role::Partner },
        organisation: list.organisation.as_ref().map(|(id, _)| *id),
        beneficiary: list.beneficiary.as_ref().map(|(id, _)| *id),
        pillars: Vec::new(),
        starts_on,
        ends_on,
        speaks_for: Mark::default(),
        votes: Mark::default(),
        focal_point: false,
    })
}

pub async fn send(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    store_write::lock(&mut tx).await?;
    let own = store::own_lists(&mut tx, &sight(&member).mine).await?;
    let email = f.email("email");
    let why = f.text("why", 500);
    let Some(draft) = read(&mut f, &own, p.today) else {
        return again(&form(p, f, &own));
    };
    let by = member.require(Permission::MembersPropose, &scope(&draft))?;
    // on their own list they see who is there; of other lists, and of accounts, they learn nothing
    if let Some(name) = store_write::same(&mut tx, &email, &draft, p.today).await? {
        f.fail("email", Message::new("directory-member-already").with("name", name));
        return again(&form(p, f, &own));
    }
    let account = store_write::account_of(&mut tx, &email).await?;
    let key = MembershipId(random::id());
    let new = New {
        id: key,
        account,
        draft: &draft,
        state: MemberState::Proposed,
        proposed_by: Some(by.id),
        predecessor: None,
        at: app.clock.now(),
    };
    store_write::add(&mut tx, &new).await?;
    let names: Vec<(String, String)> = own
        .iter()
        .flat_map(|l| {
            let organisation = l.organisation.as_ref().map(|(id, name)| (id.to_string(), name.clone()));
            organisation.into_iter().chain(l.beneficiary.as_ref().map(|(id, name)| (id.to_string(), name.clone())))
        })
        .collect();
    let named = |id: String| names.iter().find(|(i, _)| *i == id).map_or(id, |(_, n)| n.clone());
    record(&mut tx, by, key, "member-proposed", changes(&Facts::new(), &draft.facts(named)), &why).await?;
    telling::proposed(&mut tx, &app, by, Proposed::Member, key.0).await?;
    tx.commit().await?;
    done(&p, &format!("/members/{key}"), "directory-proposed")
}

/// "Still right": one click, for one list or for all of one's own.
pub async fn confirm(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: f, .. } = inside;
    let own = store::own_lists(&mut tx, &sight(&member).mine).await?;
    let chosen: MembershipId = id(f.value("membership"))?;
    let list = own.iter().find(|l| l.membership == chosen).ok_or(Problem::NotFound)?;
    let by = member.memberships().iter().find(|m| m.id == chosen).ok_or(Problem::NotFound)?;
    store_write::confirm_list(&mut tx, chosen, app.clock.now()).await?;
    record(&mut tx, by, chosen, "member-list-confirmed", Changes::new(), "").await?;
    tx.commit().await?;
    done(&p, &format!("/members?{}", list.query()), "directory-list-confirmed")
}

pub async fn accept(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let m = store::load(&mut tx, id(&key)?, &sight(&member)).await?;
    let by = member.require(Permission::MembersEdit, &scope(&m.draft))?;
    if !store_write::set_state(&mut tx, m.id, MemberState::Proposed, MemberState::Invited).await? {
        return Err(Problem::Conflict(Message::new("directory-decided-already")));
    }
    letter(&app, &mut tx, &p, by, &m.email, &m.draft.name, m.draft.role).await?;
    record(&mut tx, by, m.id, "member-accepted", Changes::new(), "").await?;
    answered(&app, &mut tx, by, &m, true).await?;
    tx.commit().await?;
    done(&p, &format!("/members/{}", m.id), "directory-invited")
}

pub async fn decline(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f, .. } = inside;
    let m = store::load(&mut tx, id(&key)?, &sight(&member)).await?;
    let by = member.require(Permission::MembersEdit, &scope(&m.draft))?;
    let why: String = f.text("why", 500).chars().filter(|c| *c != '\0').take(500).collect();
    if !store_write::set_state(&mut tx, m.id, MemberState::Proposed, MemberState::Declined).await? {
        return Err(Problem::Conflict(Message::new("directory-decided-already")));
    }
    record(&mut tx, by, m.id, "member-declined", Changes::new(), &why).await?;
    answered(&app, &mut tx, by, &m, false).await?;
    tx.commit().await?;
    done(&p, &format!("/members/{}", m.id), "directory-member-declined")
}

/// Tells whoever proposed them, where it was somebody.
async fn answered(
    app: &App,
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    m: &Membership,
    accepted: bool,
) -> Result<(), Problem> {
    match &m.proposed_by {
        Some((proposer, _)) => telling::decided(tx, app, by, (Proposed::Member, accepted), m.id.0, *proposer).await,
        None => telling::settled(tx, app, Proposed::Member, m.id.0).await,
    }
}

/// Whoever proposed it takes it back.
pub async fn withdraw(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let sight = sight(&member);
    let m = store::load(&mut tx, id(&key)?, &sight).await?;
    let by = member.require(Permission::MembersPropose, &scope(&m.draft))?;
    if !m.proposed_by.as_ref().is_some_and(|(by, _)| sight.mine.contains(&by.0)) {
        return Err(Problem::NotFound);
    }
    if !store_write::set_state(&mut tx, m.id, MemberState::Proposed, MemberState::Declined).await? {
        return Err(Problem::Conflict(Message::new("directory-decided-already")));
    }
    record(&mut tx, by, m.id, "member-withdrawn", Changes::new(), "").await?;
    telling::settled(&mut tx, &app, Proposed::Member, m.id.0).await?;
    tx.commit().await?;
    done(&p, &format!("/members/{}", m.id), "directory-proposal-withdrawn")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists() -> Vec<OwnList> {
        let id = |n: u128| uuid::Uuid::from_u128(n);
        vec![OwnList {
            membership: MembershipId(id(1)),
            organisation: Some((crate::kernel::ids::OrganisationId(id(2)), "Norland".into())),
            beneficiary: None,
            since: chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
            confirmed_at: None,
        }]
    }

    #[test]
    fn role_and_place_are_those_of_the_list() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let mut f = Fields::decode(
            b"name=Ada&for=00000000-0000-0000-0000-000000000001&starts_on=2026-12-01&role=support_group&organisation=00000000-0000-0000-0000-000000000009&votes_from=2026-12-01&focal_point=yes",
        );
        let draft = read(&mut f, &lists(), today).unwrap();
        assert_eq!(draft.role, Role::Partner);
        assert_eq!(draft.organisation.unwrap().0, uuid::Uuid::from_u128(2));
        assert!(draft.votes.from.is_none() && !draft.focal_point);
        let mut foreign = Fields::decode(b"name=Ada&for=00000000-0000-0000-0000-000000000007&starts_on=2026-12-01");
        assert!(read(&mut foreign, &lists(), today).is_none() && foreign.error("for").is_some());
    }
}

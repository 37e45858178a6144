//! A seat votes by its own hand.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::act;
use super::asked::Cast;
use super::model::{Procedure, Vote};
use super::show::{self, Refused, again, done, find, html, refused};
use super::store::{Decision, Seat};
use super::store_write::Party;
use super::told;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::SeatId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Refusal, Scope};

/// The seats for which a member casts the vote.
pub fn own_seats<'d>(member: &Member, d: &'d Decision) -> Vec<&'d Seat> {
    d.seats.iter().filter(|s| member.may(Permission::DecisionVote, &s.scope())).collect()
}

/// The parties for which a member speaks.
pub fn parties(member: &Member) -> Vec<Party> {
    let mut all: Vec<Party> = Vec::new();
    for m in member.memberships() {
        let may = |scope: Scope| member.may(Permission::DecisionStatement, &scope);
        let beneficiary = m.beneficiary.filter(|b| may(Scope::beneficiary(*b)));
        let organisation = m.organisation.filter(|o| may(Scope::organisation(*o)));
        let party = match (beneficiary, &m.beneficiary_name, organisation, &m.organisation_name) {
            (Some(b), Some(name), _, _) => Party { beneficiary: Some(b), organisation: None, label: name.clone() },
            (_, _, Some(o), Some(name)) => Party { beneficiary: None, organisation: Some(o), label: name.clone() },
            _ => continue,
        };
        if !all.contains(&party) {
            all.push(party);
        }
    }
    all
}

#[derive(Template)]
#[template(path = "decisions/vote.html")]
struct VotePage {
    p: Page,
    f: Fields,
    d: Decision,
    seat: Seat,
    /// Other seats for which the same person votes.
    others: Vec<Seat>,
    votes: Vec<(String, String)>,
}

/// The seat that is meant: the one of the address or form, or the first that has not voted.
fn seat<'d>(member: &Member, d: &'d Decision, f: &Fields) -> Result<&'d Seat, Problem> {
    let own = own_seats(member, d);
    let wanted: Option<SeatId> = f.value("seat").parse().ok();
    if let Some(wanted) = wanted {
        let found = own.iter().find(|s| s.id == wanted).copied();
        return found.ok_or_else(|| Refusal { permission: Permission::DecisionVote }.into());
    }
    let waiting = own.iter().find(|s| s.vote().is_none()).or(own.first()).copied();
    waiting.ok_or_else(|| Refusal { permission: Permission::DecisionVote }.into())
}

fn page(member: &Member, p: Page, f: Fields, d: Decision, seat: SeatId) -> Result<VotePage, Problem> {
    let own: Vec<Seat> = own_seats(member, &d).into_iter().cloned().collect();
    let votes = d.procedure.map_or(&[][..], Procedure::votes);
    Ok(VotePage {
        votes: votes.iter().map(|v| (v.as_str().to_owned(), p.t(v.label()))).collect(),
        others: own.iter().filter(|s| s.id != seat).cloned().collect(),
        seat: own.into_iter().find(|s| s.id == seat).ok_or(Problem::NotFound)?,
        p,
        f,
        d,
    })
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let own = seat(&member, &d, &fields)?;
    if !d.takes_votes(p.today) {
        return Ok(done(&p, d.id, "decision-no-votes"));
    }
    let mut f = Fields::default();
    if let Some(stands) = own.vote() {
        f.set("vote", stands.vote.as_str());
        f.set("note", &stands.note);
        f.set("seen", stands.id);
    }
    let id = own.id;
    html(&page(&member, p, f, d, id)?)
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let seat = seat(&member, &d, &f)?;
    let by = member.require(Permission::DecisionVote, &seat.scope())?;
    let vote = f.required_choice("vote", Vote::parse);
    let note = f.text("note", 2000);
    if vote == Some(Vote::BreaksSilence) && note.is_empty() {
        f.fail("note", Message::new("decision-error-silence-reason"));
    }
    let (id, seat_id) = (d.id, seat.id);
    let Some(vote) = vote.filter(|_| f.is_valid()) else {
        return again(&page(&member, p, f, d, seat_id)?);
    };
    let cast = Cast { seat: seat_id, vote, note, seen: f.value("seen").parse().ok() };
    let by = by.clone();
    match act::cast(&mut tx, &by, id, &cast, app.clock.now()).await {
        Ok(()) => {
            let now = find(&mut tx, &key, p.today).await?;
            if let Some(seat) = now.seats.iter().find(|s| s.id == seat_id) {
                told::voted(&mut tx, &app, &now, seat, &by).await?;
            }
            tx.commit().await?;
            Ok(done(&p, id, "decision-voted"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, id, Some("vote")).await? {
            Refused::Form(f) => again(&page(&member, p, f, d, seat_id)?),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}

//! The page.

use anyhow::Context;
use askama::Template;
use axum::response::Html;
use std::collections::HashMap;

use super::blocks::{self, Answer, Block, Desk};
use super::desks::{self, Known, Seat};
use super::figures::Figures;
use super::store::{self, Reader, Whose};
use super::waiting::{Own, Place, Takeover};
use crate::features::directory::{RequestSight, list_due, request_sight};
use crate::features::needs::{self, OnHome};
use crate::features::{meetings, money, overlaps, plans, reports, rounds};
use crate::kernel::auth::Inside;
use crate::kernel::awaited::Awaited;
use crate::kernel::error::Problem;
use crate::kernel::job::{self, Task};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    p: Page,
    /// What the reader takes over from somebody, with the page that says what that is.
    takeovers: Vec<(String, String)>,
    desks: Vec<Desk>,
    /// The reader keeps actions whose money they may change: what of it should be looked at comes in a second request.
    checks: bool,
}

/// Who reads. The secretariat decides every request for access, and has them on its own desk.
fn reader(member: &Member) -> Reader {
    let memberships = member.memberships().iter().map(|m| m.id.0).collect();
    match request_sight(member) {
        RequestSight::Own { organisations, beneficiaries } => Reader { memberships, organisations, beneficiaries },
        RequestSight::All => Reader { memberships, ..Reader::default() },
    }
}

/// Whose they are, for what waits.
fn whose(member: &Member) -> Whose {
    Whose {
        beneficiaries: member.beneficiaries().iter().map(|b| b.0).collect(),
        organisations: member.organisations().iter().map(|o| o.0).collect(),
        pillars: member.pillars().iter().map(|l| l.0).collect(),
        all: member.may(Permission::ProgressAccept, &Scope::default()),
    }
}

/// A focal point's requests stand before everything else: they have a day by which they are answered.
fn with_requests(p: &Page, own: &Own, desk: &mut Desk) {
    if own.requests.is_empty() {
        return;
    }
    let link = p.link("/access-requests");
    let text = p.tn("home-answer-requests", own.requests_open);
    desk.answers.push(Answer::new(p, own.requests_open, text, link));
    desk.main.insert(0, blocks::requests(p, own));
}

/// The lists of members that a focal point is to confirm again.
fn lists_due(p: &Page, own: &Own) -> Vec<Awaited> {
    let days = own.lists.iter().map(|list| (list, list_due(list.confirmed_at, list.since)));
    days.filter(|(_, day)| *day <= p.today)
        .map(|(list, day)| Awaited {
            text: p.t1("home-list-due", "name", &list.of),
            link: p.link("/members"),
            by: Some(day),
        })
        .collect()
}

/// What of a beneficiary's needs is not covered; for a partner, what nothing is known to answer.
fn with_needs(p: &Page, needs: &OnHome, seat: Seat, desk: &mut Desk) {
    let figure = match seat {
        Seat::Beneficiary(b) => needs.own.iter().find(|(id, _)| *id == b).map(|(_, figure)| figure),
        Seat::Partner(_) => needs.missing.as_ref(),
        _ => None,
    };
    if let Some(figure) = figure {
        desk.answers.push(Answer::new(p, figure.n, figure.text.clone(), figure.link.clone()));
    }
}

/// Money of a donor that is not tied to an action yet: a figure of its own.
fn with_envelopes(p: &Page, envelopes: &money::OpenEnvelopes, seat: Seat, desk: &mut Desk) {
    if let Seat::Partner(donor) = seat
        && let Some((n, text)) = envelopes.of(p, donor)
    {
        desk.answers.push(Answer::new(p, n, text, p.link(&format!("/envelopes?donor={donor}"))));
    }
}

pub async fn home(inside: Inside) -> Result<Html<String>, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let Some(frame) = p.frame().cloned() else { return Err(Problem::NotFound) };
    let (now, today) = (app.clock.now(), p.today);
    let seats = desks::seats(&member);
    let wanted = desks::wanted(&seats, &frame);

    let counted = store::figures(&mut tx, now, &wanted).await?;
    let (has_counted, due) = (counted.counted, counted.due);
    let figures = Figures::from(counted);
    let asks = desks::asks(&seats, &frame, &figures);
    let (waiting, own) = store::waiting(&mut tx, now, today, &asks, &reader(&member)).await?;
    let keeping = match seats.contains(&Seat::Secretariat) {
        true => Some(store::keeping(&mut tx, now, today).await?),
        false => None,
    };
    let places: Vec<Place> = seats
        .iter()
        .filter_map(|s| s.organisation())
        .flat_map(|o| figures.places(o.0))
        .map(|(place, _)| place)
        .collect();
    let beside = match places.is_empty() {
        true => HashMap::new(),
        false => store::beside(&mut tx, &places).await?,
    };
    let (mut awaited, needs, envelopes, coming) = match member.may_somewhere(Permission::PlanRemark) {
        true => {
            let mine = meetings::mine(&member);
            let asked = store::awaited(&mut tx, &whose(&member), &mine, now, today).await?;
            let said = || -> serde_json::Result<_> {
                let mut all = plans::awaited(asked.plans, &member, &p)?;
                all.extend(overlaps::awaited(asked.overlaps, &member, &p)?);
                all.extend(rounds::awaited(asked.rounds, &member, &p)?);
                let needs = needs::on_home(asked.needs, &member, &p)?;
                all.extend(needs.awaited.iter().cloned());
                all.extend(reports::awaited(asked.reports, &member, &p)?);
                let meetings = meetings::awaited(asked.meetings, &member, &p)?;
                all.extend(meetings.awaited);
                Ok((all, needs, money::OpenEnvelopes::read(asked.envelopes)?, meetings.coming))
            };
            said().context("what waits for the reader of a home")?
        }
        // an observer is asked for nothing, and sees which meetings come
        false => {
            let coming = match member.may_somewhere(Permission::MeetingSee) {
                true => {
                    let asked = store::meetings(&mut tx, &meetings::mine(&member), now).await?;
                    meetings::awaited(asked, &member, &p).context("the meetings of a home")?.coming
                }
                false => Vec::new(),
            };
            (Vec::new(), OnHome::default(), money::OpenEnvelopes::default(), coming)
        }
    };
    awaited.extend(lists_due(&p, &own));
    if due {
        job::enqueue(&mut tx, Task::Tally).await?;
    }
    if has_counted || due {
        tx.commit().await?;
    }

    let known = Known { figures, waiting, keeping, beside };
    let desk = |seat: &Seat| {
        let mut desk = seat.desk(&p, &frame, &known)?;
        with_needs(&p, &needs, *seat, &mut desk);
        with_envelopes(&p, &envelopes, *seat, &mut desk);
        Some(desk)
    };
    let mut desks: Vec<Desk> = seats.iter().filter_map(desk).collect();
    if let Some(first) = desks.first_mut() {
        // what is the desk's own stands in its main part, or it is all below: then its first part is the answer
        let answer = usize::from(first.main.is_empty() && !first.below.is_empty());
        with_requests(&p, &own, first);
        if !awaited.is_empty() {
            // "nothing waits" beside what waits would be no answer
            first
                .main
                .retain(|block| !matches!(block, Block::List(list) if list.id == "waiting" && list.items.is_empty()));
            first.main.insert(0, blocks::awaited(&p, awaited));
        }
        if !coming.is_empty() {
            // beside the rest where there is a side, else below it
            match first.side.is_empty() {
                true => first.below.insert(answer, blocks::coming(&p, coming)),
                false => first.side.insert(0, blocks::coming(&p, coming)),
            }
        }
    }
    let takeover = |t: &Takeover| {
        let link = p.link(&format!("/members/{}/handover", t.membership));
        (p.t1("home-takeover", "person", t.from.shown(&p)), link)
    };
    let takeovers = own.takeovers.iter().map(takeover).collect();
    let keeps = seats.iter().any(|seat| matches!(seat, Seat::Partner(_)));
    let checks = keeps && member.may_somewhere(Permission::ActionMoney);
    Ok(Html(HomePage { p, takeovers, desks, checks }.render()?))
}

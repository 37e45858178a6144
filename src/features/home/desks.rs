//! One set of sections for each role.

mod chair;
mod concerned;
mod observer;
mod partner;
mod secretariat;
pub mod time;

use std::collections::HashMap;
use uuid::Uuid;

use super::blocks::{Act, Desk};
use super::figures::Figures;
use super::store::{Ask, Wanted};
use super::waiting::{Beside, Keeping, Place, Waiting, Want};
use crate::kernel::db::Frame;
use crate::kernel::ids::{BeneficiaryId, OrganisationId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Role};

/// Whose home it is. A person has one of each that a membership of theirs gives, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    Secretariat,
    Chair,
    Pillar(PillarId),
    Beneficiary(BeneficiaryId),
    Partner(OrganisationId),
    Observer,
}

/// What was asked of the database for all seats together.
pub struct Known {
    pub figures: Figures,
    pub waiting: HashMap<Uuid, Waiting>,
    pub keeping: Option<Keeping>,
    pub beside: HashMap<Place, Beside>,
}

/// The seats of a member. Who sees the whole process in another role needs no observer's view beside it.
pub fn seats(member: &Member) -> Vec<Seat> {
    let mut seats: Vec<Seat> = Vec::new();
    for m in member.memberships() {
        match m.role {
            Role::SupportGroup => seats.push(Seat::Secretariat),
            Role::Chair => seats.push(Seat::Chair),
            Role::Lead => seats.extend(m.pillars.iter().copied().map(Seat::Pillar)),
            Role::Beneficiary => seats.extend(m.beneficiary.map(Seat::Beneficiary)),
            Role::Partner => seats.extend(m.organisation.map(Seat::Partner)),
            Role::Observer => seats.push(Seat::Observer),
        }
    }
    seats.sort();
    seats.dedup();
    if seats.len() > 1 {
        seats.retain(|s| *s != Seat::Observer);
    }
    seats
}

impl Seat {
    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            Seat::Partner(o) => Some(o),
            _ => None,
        }
    }

    /// What waits is asked for here, and this is asked of it.
    fn asks(self, frame: &Frame) -> (Uuid, &'static [Want]) {
        match self {
            Seat::Secretariat => (frame.id.0, &[Want::Suggestions, Want::Claims, Want::Changes]),
            Seat::Chair => (frame.id.0, &[Want::Soon]),
            Seat::Pillar(l) => (l.0, &[Want::ToConfirm, Want::Suggestions, Want::Claims, Want::Changes, Want::Soon]),
            Seat::Beneficiary(b) => (b.0, &[Want::ToConfirm, Want::Claims, Want::Soon]),
            Seat::Partner(o) => (o.0, &[Want::ToConfirm, Want::Suggestions, Want::Claims, Want::Soon]),
            Seat::Observer => (frame.id.0, &[Want::Added]),
        }
    }

    pub fn desk(self, p: &Page, frame: &Frame, known: &Known) -> Option<Desk> {
        match self {
            Seat::Secretariat => Some(secretariat::desk(p, frame, known)),
            Seat::Chair => Some(chair::desk(p, frame, known)),
            Seat::Pillar(l) => concerned::pillar(p, frame, known, l),
            Seat::Beneficiary(b) => concerned::beneficiary(p, frame, known, b),
            Seat::Partner(o) => Some(partner::desk(p, frame, known, o)),
            Seat::Observer => Some(observer::desk(p, frame, known)),
        }
    }
}

/// The figures that these seats show.
pub fn wanted(seats: &[Seat], frame: &Frame) -> Wanted {
    let mut wanted = Wanted::default();
    for seat in seats {
        match *seat {
            Seat::Secretariat | Seat::Observer => wanted.within.push(frame.id.0),
            Seat::Chair => {
                wanted.within.push(frame.id.0);
                wanted.within.extend(frame.pillars.iter().map(|l| l.id.0));
            }
            Seat::Pillar(l) => {
                wanted.within.push(l.0);
                wanted.own.push(l.0);
            }
            Seat::Beneficiary(b) => {
                wanted.within.push(b.0);
                wanted.own.push(b.0);
            }
            Seat::Partner(o) => {
                wanted.within.push(o.0);
                wanted.own.push(o.0);
            }
        }
    }
    wanted.within.sort();
    wanted.within.dedup();
    wanted
}

/// What is asked of the database for all seats together, once a scope.
pub fn asks(seats: &[Seat], frame: &Frame, figures: &Figures) -> Vec<Ask> {
    let mut asks: Vec<Ask> = Vec::new();
    for seat in seats {
        let (scope, wants) = seat.asks(frame);
        match asks.iter_mut().find(|a| a.scope == scope) {
            Some(ask) => ask.wants.extend_from_slice(wants),
            None => asks.push(Ask { scope, wants: wants.to_vec(), actions: figures.n(scope, "all") }),
        }
    }
    asks
}

impl Known {
    /// When the figures that were counted ahead were counted.
    fn counted(&self, p: &Page) -> String {
        p.t1("home-counted-at", "time", p.time(&self.figures.counted_at))
    }

    pub fn waiting(&self, scope: Uuid) -> &Waiting {
        static NONE: std::sync::LazyLock<Waiting> = std::sync::LazyLock::new(Waiting::default);
        self.waiting.get(&scope).unwrap_or(&NONE)
    }
}

/// A figure with the list it opens, unless it is none.
fn more(p: &Page, n: i64, link: String) -> Option<(String, String)> {
    (n > 0).then(|| (p.tn("home-all-n", n), link))
}

/// What the reader may begin here: of these, what their roles permit.
fn acts(p: &Page, all: &[(Permission, &str, &str)]) -> Vec<Act> {
    let may = all.iter().filter(|(permission, ..)| p.may(*permission));
    may.map(|(_, key, link)| Act { text: p.t(key), link: p.link(link), main: false }).collect()
}

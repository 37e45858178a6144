//! An observer: what there is, without money.

use super::super::blocks::{self, Answer, Block, Desk};
use super::super::links::Narrow;
use super::super::store::soon_until;
use super::{Known, acts};
use crate::kernel::db::Frame;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// What an observer may read besides.
const ACTS: &[(Permission, &str, &str)] = &[
    (Permission::PlanSee, "home-act-adopted-plans", "/plans"),
    (Permission::MeetingSee, "home-act-meetings", "/meetings?view=month"),
];

pub fn desk(p: &Page, frame: &Frame, known: &Known) -> Desk {
    let f = &known.figures;
    let here = frame.id.0;
    let day = f.counted_at.date_naive();
    let answers = vec![
        Answer::new(p, f.n(here, "all"), p.tn("home-answer-actions", f.n(here, "all")), Narrow::new().link(p)),
        Answer::new(
            p,
            f.of(here, "status", "ongoing"),
            p.tn("home-answer-ongoing", f.of(here, "status", "ongoing")),
            Narrow::new().status("ongoing").link(p),
        ),
        Answer::new(
            p,
            f.n(here, "soon"),
            p.tn("home-answer-soon", f.n(here, "soon")),
            Narrow::new().ends(day, soon_until(day)).link(p),
        ),
    ];
    Desk {
        title: p.t("home-observer-title"),
        lead: String::new(),
        counted: known.counted(p),
        acts: acts(p, ACTS),
        answers,
        main: vec![blocks::added(p, &known.waiting(here).added, p.t("home-added-title"))],
        side: Vec::new(),
        below: vec![Block::Pair(vec![
            blocks::by_pillar(p, f, here, &Narrow::new(), p.t("home-by-pillar-title")),
            blocks::by_beneficiary(p, f, here, &Narrow::new(), p.t("home-by-beneficiary-title")),
        ])],
    }
}

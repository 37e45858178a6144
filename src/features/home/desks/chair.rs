//! The Chairmanship: the state of each pillar at a glance.

use uuid::Uuid;

use super::super::blocks::{self, Answer, Block, Cell, Desk, Head, Table};
use super::super::figures::Figures;
use super::super::links::Narrow;
use super::super::store::soon_until;
use super::{Known, acts, more};
use crate::features::actions::Status;
use crate::kernel::db::Frame;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// What the Chair may begin.
const ACTS: &[(Permission, &str, &str)] = &[
    (Permission::PackMake, "home-act-pack", "/packs"),
    (Permission::MeetingRun, "home-act-board-meeting", "/meetings/new?body=board"),
    (Permission::DecisionPrepare, "decision-new", "/decisions/new"),
];

pub fn desk(p: &Page, frame: &Frame, known: &Known) -> Desk {
    let f = &known.figures;
    let here = frame.id.0;
    let day = f.counted_at.date_naive();
    let soon = Narrow::new().ends(day, soon_until(day)).link(p);
    let answers = vec![
        Answer::new(p, f.n(here, "all"), p.tn("home-answer-actions", f.n(here, "all")), Narrow::new().link(p)),
        Answer::new(p, f.n(here, "soon"), p.tn("home-answer-soon", f.n(here, "soon")), soon.clone()),
        Answer::new(
            p,
            f.n(here, "stale"),
            p.tn("home-answer-stale", f.n(here, "stale")),
            Narrow::new().unconfirmed_lately().link(p),
        ),
    ];
    Desk {
        title: p.t("home-chair-title"),
        lead: String::new(),
        counted: known.counted(p),
        acts: acts(p, ACTS),
        answers,
        main: Vec::new(),
        side: Vec::new(),
        below: vec![
            pillars(p, frame, f),
            Block::Pair(vec![
                blocks::by_beneficiary(p, f, here, &Narrow::new(), p.t("home-by-beneficiary-title")),
                blocks::soon(p, &known.waiting(here).soon, p.t("home-soon-title"), more(p, f.n(here, "soon"), soon)),
            ]),
        ],
    }
}

/// A row a pillar. Statuses that no action has are left out, so that the table holds what there is to see.
fn pillars(p: &Page, frame: &Frame, f: &Figures) -> Block {
    let mut statuses: Vec<&str> = Status::ALL.iter().map(|s| s.as_str()).collect();
    statuses.push("");
    statuses.retain(|s| frame.pillars.iter().any(|l| f.of(l.id.0, "status", s) > 0));
    let mut heads =
        vec![Head { text: p.t("home-pillar"), num: false }, Head { text: p.t("home-head-actions"), num: true }];
    heads.extend(statuses.iter().map(|s| Head {
        text: match Status::parse(s) {
            Some(status) => p.t(status.label()),
            None => p.t("home-head-no-status"),
        },
        num: true,
    }));
    heads.push(Head { text: p.t("home-head-soon"), num: true });
    heads.push(Head { text: p.t("home-head-stale"), num: true });
    heads.push(Head { text: p.t("home-head-covered"), num: true });
    let day = f.counted_at.date_naive();
    let rows = frame
        .pillars
        .iter()
        .enumerate()
        .map(|(i, pillar)| {
            let id = pillar.id.0;
            let narrow = Narrow::new().pillar(p, &id.to_string()).unwrap_or_default();
            let mut name = Cell::link(pillar.key.clone(), p.link(&format!("/pillars/{}", pillar.key)));
            name.pillar = i + 1;
            name.after.clone_from(&pillar.name);
            let mut row = vec![name, Cell::number(p, f.n(id, "all"), narrow.link(p))];
            row.extend(
                statuses.iter().map(|s| Cell::number(p, f.of(id, "status", s), narrow.clone().status(s).link(p))),
            );
            row.push(Cell::number(p, f.n(id, "soon"), narrow.clone().ends(day, soon_until(day)).link(p)));
            row.push(Cell::number(p, f.n(id, "stale"), narrow.unconfirmed_lately().link(p)));
            row.push(Cell { num: true, ..Cell::text(covered(p, frame, f, id)) });
            row
        })
        .collect();
    Block::Table(Table {
        id: "pillars",
        title: p.t("home-pillars-title"),
        more: None,
        about: p.t("home-rule-pillar"),
        heads,
        rows,
        empty: p.t("home-none-yet"),
    })
}

/// For how many of the process's beneficiaries there is an action in the pillar.
fn covered(p: &Page, frame: &Frame, f: &Figures, pillar: Uuid) -> String {
    let n = frame.beneficiaries.iter().filter(|b| f.of(pillar, "beneficiary", &b.id.to_string()) > 0).count();
    p.t2("home-covered", "n", n, "of", frame.beneficiaries.len())
}

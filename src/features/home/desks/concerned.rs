//! Those for whom a part of the process is theirs: the lead of a pillar, a beneficiary.

use uuid::Uuid;

use super::super::blocks::{self, Act, Answer, Desk};
use super::super::links::Narrow;
use super::super::store::soon_until;
use super::{Known, more};
use crate::kernel::db::Frame;
use crate::kernel::ids::{BeneficiaryId, PillarId};
use crate::kernel::page::Page;

pub fn pillar(p: &Page, frame: &Frame, known: &Known, id: PillarId) -> Option<Desk> {
    let f = &known.figures;
    let pillar = frame.pillars.iter().find(|l| l.id == id)?;
    let narrow = Narrow::new().pillar(p, &id.to_string())?;
    let waiting = known.waiting(id.0);
    let mut answers = common(p, known, id.0, &narrow);
    answers.push(Answer::new(
        p,
        f.n(id.0, "incomplete"),
        p.tn("home-answer-incomplete", f.n(id.0, "incomplete")),
        narrow.clone().incomplete().link(p),
    ));
    answers.push(Answer::new(
        p,
        f.n(id.0, "unconfirmed"),
        p.tn("home-answer-unconfirmed", f.n(id.0, "unconfirmed")),
        narrow.clone().unconfirmed().link(p),
    ));
    let soon = ending(p, known, &narrow);
    Some(Desk {
        title: p.t1("home-lead-title", "pillar", &pillar.key),
        lead: pillar.name.clone(),
        counted: known.counted(p),
        acts: vec![
            Act { text: p.t("home-act-pack"), link: p.link("/packs"), main: false },
            Act { text: p.t("round-title"), link: p.link("/rounds"), main: false },
            Act { text: p.t("home-act-add"), link: p.link("/actions/new"), main: true },
        ],
        answers,
        main: vec![
            blocks::to_confirm(
                p,
                &waiting.to_confirm,
                p.t("home-to-confirm-title"),
                more(p, f.n(id.0, "stale"), narrow.clone().unconfirmed_lately().link(p)),
            ),
            blocks::suggestions(p, waiting, p.t("home-suggestions-pillar-title"), id.0),
        ],
        side: vec![
            blocks::soon(p, &waiting.soon, p.t("home-soon-title"), more(p, f.n(id.0, "soon"), soon)),
            blocks::changes(p, &waiting.changes, p.t("home-changes-pillar-title")),
        ],
        below: vec![
            blocks::Block::Pair(vec![
                blocks::by_status(p, |s| f.of(id.0, "status", s), &narrow, p.t("home-by-status-title"), None),
                blocks::by_beneficiary(p, f, id.0, &narrow, p.t("home-by-beneficiary-title")),
            ]),
            blocks::by_organisation(p, f, id.0, "donor", p.t("home-by-donor-pillar-title"), |o| {
                narrow.clone().donor(o).link(p)
            }),
        ],
    })
}

pub fn beneficiary(p: &Page, frame: &Frame, known: &Known, id: BeneficiaryId) -> Option<Desk> {
    let f = &known.figures;
    let beneficiary = frame.beneficiaries.iter().find(|b| b.id == id)?;
    let narrow = Narrow::new().beneficiary(p, &id.to_string())?;
    let waiting = known.waiting(id.0);
    let mut answers = common(p, known, id.0, &narrow);
    answers.push(Answer::new(
        p,
        f.n(id.0, "unconfirmed"),
        p.tn("home-answer-unconfirmed", f.n(id.0, "unconfirmed")),
        narrow.clone().unconfirmed().link(p),
    ));
    let soon = ending(p, known, &narrow);
    Some(Desk {
        title: p.t1("home-beneficiary-title", "name", &beneficiary.name),
        lead: String::new(),
        counted: known.counted(p),
        acts: vec![
            Act { text: p.t("home-act-pack"), link: p.link("/packs"), main: false },
            Act { text: p.t("round-title"), link: p.link("/rounds"), main: false },
            Act { text: p.t("import-needs-title"), link: p.link("/imports/needs"), main: false },
            Act { text: p.t("home-act-report"), link: p.link("/actions/report"), main: true },
        ],
        answers,
        main: vec![blocks::to_confirm(
            p,
            &waiting.to_confirm,
            p.t("home-to-confirm-title"),
            more(p, f.n(id.0, "stale"), narrow.clone().unconfirmed_lately().link(p)),
        )],
        side: vec![
            blocks::soon(p, &waiting.soon, p.t("home-soon-title"), more(p, f.n(id.0, "soon"), soon)),
            blocks::claims(
                p,
                &waiting.claims,
                p.t("home-claims-title"),
                more(p, f.n(id.0, "unconfirmed"), narrow.clone().unconfirmed().link(p)),
            ),
        ],
        below: vec![
            blocks::Block::Pair(vec![
                blocks::by_pillar(p, f, id.0, &narrow, p.t("home-by-pillar-title")),
                blocks::by_status(p, |s| f.of(id.0, "status", s), &narrow, p.t("home-by-status-title"), None),
            ]),
            blocks::Block::Pair(vec![
                blocks::by_organisation(p, f, id.0, "donor", p.t("home-by-donor-us-title"), |o| {
                    narrow.clone().donor(o).link(p)
                }),
                blocks::by_organisation(p, f, id.0, "organisation", p.t("home-who-works-title"), |o| {
                    narrow.clone().organisation(o).link(p)
                }),
            ]),
        ],
    })
}

/// The figures that both ask for.
fn common(p: &Page, known: &Known, within: Uuid, narrow: &Narrow) -> Vec<Answer> {
    let f = &known.figures;
    vec![
        Answer::new(p, f.n(within, "all"), p.tn("home-answer-actions", f.n(within, "all")), narrow.link(p)),
        Answer::new(p, f.n(within, "soon"), p.tn("home-answer-soon", f.n(within, "soon")), ending(p, known, narrow)),
        Answer::new(
            p,
            f.n(within, "stale"),
            p.tn("home-answer-stale", f.n(within, "stale")),
            narrow.clone().unconfirmed_lately().link(p),
        ),
    ]
}

fn ending(p: &Page, known: &Known, narrow: &Narrow) -> String {
    let day = known.figures.counted_at.date_naive();
    narrow.clone().ends(day, soon_until(day)).link(p)
}

//! A donor or implementer: its own actions, who else is at work there, and what it is asked for.

use super::super::blocks::{self, Act, Answer, Block, Cell, Desk, Head, Table};
use super::super::links::Narrow;
use super::super::store::soon_until;
use super::super::waiting::Place;
use super::{Known, more};
use crate::kernel::db::Frame;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

pub fn desk(p: &Page, frame: &Frame, known: &Known, id: OrganisationId) -> Desk {
    let f = &known.figures;
    let n = |dimension: &str| f.n(id.0, dimension);
    let day = f.counted_at.date_naive();
    let waiting = known.waiting(id.0);
    let narrow = Narrow::new().organisation(id);
    let soon = narrow.clone().ends(day, soon_until(day)).link(p);
    let name = p
        .member
        .as_ref()
        .and_then(|m| m.memberships().iter().find(|m| m.organisation == Some(id)))
        .and_then(|m| m.organisation_name.clone())
        .unwrap_or_default();
    let mut answers = vec![
        Answer::new(p, n("all"), p.tn("home-answer-own", n("all")), narrow.link(p)),
        Answer::new(p, n("soon"), p.tn("home-answer-soon", n("soon")), soon.clone()),
        Answer::new(p, n("stale"), p.tn("home-answer-stale", n("stale")), narrow.clone().unconfirmed_lately().link(p)),
        Answer::new(
            p,
            n("incomplete"),
            p.tn("home-answer-incomplete", n("incomplete")),
            narrow.clone().incomplete().link(p),
        ),
    ];
    if n("unconfirmed") > 0 {
        answers.push(Answer::new(
            p,
            n("unconfirmed"),
            p.tn("home-answer-unconfirmed-us", n("unconfirmed")),
            narrow.clone().unconfirmed().link(p),
        ));
    }
    let mut main = vec![blocks::to_confirm(
        p,
        &waiting.to_confirm,
        p.t("home-to-confirm-own-title"),
        more(p, n("stale"), narrow.clone().unconfirmed_lately().link(p)),
    )];
    if !waiting.claims.is_empty() {
        main.push(blocks::claims(
            p,
            &waiting.claims,
            p.t("home-claims-us-title"),
            more(p, n("unconfirmed"), narrow.clone().unconfirmed().link(p)),
        ));
    }
    let standing = p.may(Permission::FreshnessSee).then(|| (p.t("home-standing-own"), p.link("/rounds/standing")));
    Desk {
        title: p.t("home-partner-title"),
        lead: name,
        counted: known.counted(p),
        acts: vec![
            Act { text: p.t("home-act-pack"), link: p.link("/packs"), main: false },
            Act { text: p.t("round-title"), link: p.link("/rounds"), main: false },
            Act { text: p.t("brief-title"), link: p.link("/brief"), main: false },
            Act { text: p.t("import-own"), link: p.link("/imports/own-actions.xlsx"), main: false },
            Act { text: p.t("home-act-add"), link: p.link("/actions/new"), main: true },
        ],
        answers,
        main,
        side: vec![
            blocks::suggestions(p, waiting, p.t("home-suggestions-own-title"), id.0),
            blocks::soon(p, &waiting.soon, p.t("home-soon-own-title"), more(p, n("soon"), soon)),
        ],
        below: vec![
            neighbours(p, frame, known, id, &narrow),
            blocks::by_status(p, |s| f.of(id.0, "status", s), &narrow, p.t("home-by-status-own-title"), standing),
        ],
    }
}

/// Where the organisation works, and who else does.
fn neighbours(p: &Page, frame: &Frame, known: &Known, id: OrganisationId, narrow: &Narrow) -> Block {
    let mut pairs: Vec<(usize, usize, Place, i64)> = known
        .figures
        .places(id.0)
        .into_iter()
        .filter_map(|(place, n)| {
            let pillar = frame.pillars.iter().position(|l| l.id.0 == place.pillar)?;
            let beneficiary = frame.beneficiaries.iter().position(|b| b.id.0 == place.beneficiary)?;
            Some((pillar, beneficiary, place, n))
        })
        .collect();
    pairs.sort_by_key(|(l, b, ..)| (*b, *l));
    let rows = pairs
        .into_iter()
        .filter_map(|(l, b, place, ours)| {
            let (pillar, beneficiary) = (frame.pillars.get(l)?, frame.beneficiaries.get(b)?);
            let there = |n: Narrow| n.pillar(p, &pillar.id.to_string())?.beneficiary(p, &beneficiary.id.to_string());
            let everyone = there(Narrow::new())?;
            let beside = known.beside.get(&place);
            let named = beside.map(|b| b.others.as_slice()).unwrap_or_default();
            let mut others = Cell {
                parts: named.iter().map(|o| (o.name.clone(), everyone.clone().organisation(o.id).link(p))).collect(),
                ..Cell::default()
            };
            let rest = beside.map_or(0, |b| b.in_all) - i64::try_from(named.len()).unwrap_or(0);
            if named.is_empty() {
                others.after = p.t("home-others-none");
            } else if rest > 0 {
                others.parts.push((p.tn("home-others-more", rest), String::new()));
            }
            let mut name = Cell::link(pillar.key.clone(), everyone.link(p));
            name.pillar = l + 1;
            Some(vec![
                Cell::text(beneficiary.name.clone()),
                name,
                Cell::number(p, ours, there(narrow.clone())?.link(p)),
                others,
            ])
        })
        .collect();
    Block::Table(Table {
        id: "others",
        title: p.t("home-others-title"),
        more: None,
        about: p.t("home-others-about"),
        heads: vec![
            Head { text: p.t("home-beneficiary"), num: false },
            Head { text: p.t("home-pillar"), num: false },
            Head { text: p.t("home-head-ours"), num: true },
            Head { text: p.t("home-head-others"), num: false },
        ],
        rows,
        empty: p.t("home-others-nowhere"),
    })
}

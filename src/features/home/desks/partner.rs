//! A donor or implementer: its own actions, who else is at work there, and what it is asked for.

use super::super::blocks::{self, Act, Answer, Block, Cell, Desk, Head, Table};
use super::super::links::Narrow;
use super::super::store::soon_until;
use super::super::waiting::{Own, Pair};
use super::{Known, more};
use crate::kernel::db::Frame;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;

pub fn desk(p: &Page, frame: &Frame, known: &Known, id: OrganisationId) -> Desk {
    let none = Own::default();
    let own = known.own.get(&id.0).unwrap_or(&none);
    let waiting = known.waiting(id.0);
    let narrow = Narrow::new().organisation(id);
    let soon = narrow.clone().ends(p.today, soon_until(p.today)).link(p);
    let name = p
        .member
        .as_ref()
        .and_then(|m| m.memberships().iter().find(|m| m.organisation == Some(id)))
        .and_then(|m| m.organisation_name.clone())
        .unwrap_or_default();
    let mut answers = vec![
        Answer::new(p, own.all, p.tn("home-answer-own", own.all), narrow.link(p)),
        Answer::new(p, own.soon, p.tn("home-answer-soon", own.soon), soon.clone()),
        Answer::new(p, own.stale, p.tn("home-answer-stale", own.stale), narrow.clone().to_confirm().link(p)),
        Answer::new(
            p,
            own.incomplete,
            p.tn("home-answer-incomplete", own.incomplete),
            narrow.clone().incomplete().link(p),
        ),
    ];
    if own.unconfirmed > 0 {
        answers.push(Answer::new(
            p,
            own.unconfirmed,
            p.tn("home-answer-unconfirmed-us", own.unconfirmed),
            narrow.clone().unconfirmed().link(p),
        ));
    }
    let mut main = vec![blocks::to_confirm(
        p,
        &waiting.to_confirm,
        p.t("home-to-confirm-own-title"),
        more(p, own.stale, narrow.clone().to_confirm().link(p)),
        true,
    )];
    if !waiting.claims.is_empty() {
        main.push(blocks::claims(
            p,
            &waiting.claims,
            p.t("home-claims-us-title"),
            more(p, own.unconfirmed, narrow.clone().unconfirmed().link(p)),
        ));
    }
    Desk {
        title: p.t1("home-partner-title", "name", &name),
        lead: String::new(),
        counted: known.counted_now(p),
        acts: vec![Act { text: p.t("home-act-add"), link: p.link("/actions/new"), main: true }],
        answers,
        main,
        side: vec![
            blocks::suggestions(
                p,
                &waiting.suggestions,
                p.t("home-suggestions-own-title"),
                p.t("home-suggestions-none"),
            ),
            blocks::soon(p, &waiting.soon, p.t("home-soon-own-title"), more(p, own.soon, soon)),
        ],
        below: vec![
            neighbours(p, frame, own, &narrow),
            blocks::by_status(
                p,
                |s| own.statuses.get(s).copied().unwrap_or(0),
                &narrow,
                p.t("home-by-status-own-title"),
            ),
        ],
    }
}

/// Where the organisation works, and who else does.
fn neighbours(p: &Page, frame: &Frame, own: &Own, narrow: &Narrow) -> Block {
    let mut pairs: Vec<(usize, usize, &Pair)> = own
        .pairs
        .iter()
        .filter_map(|pair| {
            let pillar = frame.pillars.iter().position(|l| l.id.0 == pair.pillar)?;
            let beneficiary = frame.beneficiaries.iter().position(|b| b.id.0 == pair.beneficiary)?;
            Some((pillar, beneficiary, pair))
        })
        .collect();
    pairs.sort_by_key(|(l, b, _)| (*l, *b));
    let rows = pairs
        .into_iter()
        .filter_map(|(l, b, pair)| {
            let (pillar, beneficiary) = (frame.pillars.get(l)?, frame.beneficiaries.get(b)?);
            let place =
                |n: Narrow| n.pillar(p, &pillar.id.to_string())?.beneficiary(p, &beneficiary.id.to_string());
            let everyone = place(Narrow::new())?;
            let mut others = Cell {
                parts: pair
                    .others
                    .iter()
                    .map(|o| (o.name.clone(), everyone.clone().organisation(o.id).link(p)))
                    .collect(),
                ..Cell::default()
            };
            let rest = pair.others_in_all - i64::try_from(pair.others.len()).unwrap_or(0);
            if pair.others.is_empty() {
                others.after = p.t("home-others-none");
            } else if rest > 0 {
                others.parts.push((p.tn("home-others-more", rest), everyone.link(p)));
            }
            let mut name = Cell::text(pillar.key.clone());
            name.pillar = l + 1;
            Some(vec![
                Cell::text(beneficiary.name.clone()),
                name,
                Cell::number(p, pair.ours, place(narrow.clone())?.link(p)),
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

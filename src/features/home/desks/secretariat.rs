//! The Support Group secretariat: what there is, what is missing, who is in, what waits.

use super::super::blocks::{self, Act, Answer, Block, Cell, Desk, Head, Item, List, Table};
use super::super::links::{self, Narrow};
use super::super::store::soon_until;
use super::super::waiting::{Keeping, LogLine, Waiting};
use super::{Known, more, time};
use crate::kernel::access_log;
use crate::kernel::db::Frame;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Role};

pub fn desk(p: &Page, frame: &Frame, known: &Known) -> Desk {
    let f = &known.figures;
    let here = frame.id.0;
    let waiting = known.waiting(here);
    let day = f.counted_at.date_naive();
    let mut answers = vec![
        Answer::new(p, f.n(here, "all"), p.tn("home-answer-actions", f.n(here, "all")), Narrow::new().link(p)),
        Answer::new(
            p,
            f.n(here, "soon"),
            p.tn("home-answer-soon", f.n(here, "soon")),
            Narrow::new().ends(day, soon_until(day)).link(p),
        ),
        Answer::new(
            p,
            f.n(here, "stale"),
            p.tn("home-answer-stale", f.n(here, "stale")),
            Narrow::new().unconfirmed_lately().link(p),
        ),
        Answer::new(
            p,
            f.n(here, "incomplete"),
            p.tn("home-answer-incomplete", f.n(here, "incomplete")),
            Narrow::new().incomplete().link(p),
        ),
        Answer::new(
            p,
            f.n(here, "unconfirmed"),
            p.tn("home-answer-unconfirmed", f.n(here, "unconfirmed")),
            Narrow::new().unconfirmed().link(p),
        ),
    ];
    let mut side = Vec::new();
    if let Some(keeping) = &known.keeping {
        answers.push(Answer::new(
            p,
            keeping.requests_open,
            p.tn("home-answer-requests", keeping.requests_open),
            p.link("/access-requests"),
        ));
        side.push(access(p, keeping));
        side.push(ending(p, keeping));
        side.push(log(p, keeping));
    }
    Desk {
        title: p.t("home-secretariat-title"),
        lead: String::new(),
        counted: known.counted(p),
        acts: vec![
            Act { text: p.t("home-act-pack"), link: p.link("/packs"), main: false },
            Act { text: p.t("round-title"), link: p.link("/rounds"), main: false },
            Act { text: p.t("home-act-invite"), link: p.link("/members/invite"), main: false },
            Act { text: p.t("home-act-add"), link: p.link("/actions/new"), main: true },
        ],
        answers,
        main: vec![waits(p, frame, known, waiting), blocks::changes(p, &waiting.changes, p.t("home-changes-title"))],
        side,
        below: vec![
            Block::Pair(vec![
                blocks::by_pillar(p, f, here, &Narrow::new(), p.t("home-by-pillar-title")),
                blocks::by_beneficiary(p, f, here, &Narrow::new(), p.t("home-by-beneficiary-title")),
            ]),
            Block::Pair(vec![
                blocks::by_status(p, |s| f.of(here, "status", s), &Narrow::new(), p.t("home-by-status-title"), None),
                blocks::by_organisation(p, f, here, "donor", p.t("home-by-donor-title"), |id| {
                    Narrow::new().donor(id).link(p)
                }),
            ]),
            Block::Time(time::chart(p, f, here)),
        ],
    }
}

/// Everything that waits for the secretariat, what is due first: in a new process, what everything else hangs on.
fn waits(p: &Page, frame: &Frame, known: &Known, waiting: &Waiting) -> Block {
    let lacking = [
        (frame.pillars.is_empty(), "home-lacks-pillars", "/pillars/new"),
        (frame.beneficiaries.is_empty(), "home-lacks-beneficiaries", "/beneficiaries/new"),
    ];
    let mut items: Vec<Item> = lacking
        .into_iter()
        .filter(|(lacks, ..)| *lacks)
        .map(|(_, key, link)| Item { text: p.t(key), link: p.link(link), about: String::new(), mark: None })
        .collect();
    if let Some(keeping) = &known.keeping {
        items.extend(keeping.requests.iter().map(|r| blocks::request(p, r)));
        let proposed = [
            (keeping.proposed_members, "home-proposed-members", "/members?state=proposed"),
            (keeping.proposed_organisations, "home-proposed-organisations", "/organisations/proposals"),
        ];
        items.extend(proposed.into_iter().filter(|(n, ..)| *n > 0).map(|(n, key, link)| Item {
            text: p.tn(key, n),
            link: p.link(link),
            about: String::new(),
            mark: None,
        }));
    }
    items.extend(waiting.suggestions.iter().map(|s| Item {
        text: p.t1("home-suggestion-on", "title", &s.title),
        link: format!("{}#suggestion-{}", links::action(p, s.action), s.id),
        about: p.t2("home-suggested", "person", s.by.shown(p), "day", p.day_of(&s.at)),
        mark: None,
    }));
    items.extend(waiting.claims.iter().map(|a| Item {
        text: p.t1("home-claim-on", "title", &a.title),
        link: links::action(p, a.id),
        about: match &a.reported_by {
            Some(by) => p.t2("home-reported", "person", by.shown(p), "day", p.day_of(&a.created_at)),
            None => p.t1("home-reported-on", "day", p.day_of(&a.created_at)),
        },
        mark: None,
    }));
    Block::List(List {
        id: "waiting",
        title: p.t("home-waits-title"),
        more: blocks::all_suggestions(p, waiting, None),
        about: blocks::more_suggestions(p, waiting),
        items,
        empty: p.t("home-waits-none"),
    })
}

/// Who has access: how many people in each role, and until when.
fn access(p: &Page, keeping: &Keeping) -> Block {
    let rows = Role::ALL
        .iter()
        .filter_map(|role| keeping.roles.iter().find(|r| r.role == *role))
        .map(|r| {
            let until = match r.next_end {
                Some(day) => p.t1("home-access-next-end", "day", p.day(&day)),
                None => p.t("home-access-open"),
            };
            let mut name = Cell::link(p.t(r.role.label()), p.link(&format!("/members?role={}", r.role.as_str())));
            name.after = until;
            vec![name, Cell { num: true, ..Cell::text(p.number(r.people)) }]
        })
        .collect();
    Block::Table(Table {
        id: "access",
        title: p.t("home-access-title"),
        more: Some((p.t("home-access-more"), p.link("/members"))),
        about: String::new(),
        heads: vec![
            Head { text: p.t("home-access-role"), num: false },
            Head { text: p.t("home-access-people"), num: true },
        ],
        rows,
        empty: p.t("home-access-none"),
    })
}

fn ending(p: &Page, keeping: &Keeping) -> Block {
    let items = keeping
        .ending
        .iter()
        .map(|m| Item {
            text: m.name.clone(),
            link: p.link(&format!("/members/{}", m.id)),
            about: match &m.of {
                Some(of) => {
                    p.t3("home-ending-of", ("role", p.t(m.role.label())), ("of", of), ("day", p.day(&m.ends_on)))
                }
                None => p.t2("home-ending", "role", p.t(m.role.label()), "day", p.day(&m.ends_on)),
            },
            mark: None,
        })
        .collect();
    let shown = i64::try_from(keeping.ending.len()).unwrap_or(0);
    let rest = keeping.ending_in_all > shown;
    Block::List(List {
        id: "ending",
        title: p.t("home-ending-title"),
        more: if rest { more(p, keeping.ending_in_all, p.link("/members")) } else { None },
        about: String::new(),
        items,
        empty: p.t("home-ending-none"),
    })
}

/// What left the portal; a document has no rows.
fn exported(p: &Page, line: &LogLine) -> String {
    let what = p.t(access_log::subject_label(&line.subject_kind));
    match line.rows {
        Some(rows) => p.tn1("home-log-export", rows, "what", what),
        None => p.t1("home-log-export-whole", "what", what),
    }
}

/// What was read of the levels that few see, and what left the portal.
fn log(p: &Page, keeping: &Keeping) -> Block {
    let items = keeping
        .log
        .iter()
        .map(|l| {
            let who = l.by.as_ref().map_or_else(|| p.t("home-by-portal"), |by| by.shown(p));
            let (text, link) = match (l.export, &l.title, l.record) {
                (true, _, _) => (exported(p, l), p.link("/access-log")),
                (false, Some(title), Some(id)) if l.subject_kind == "need" => (title.clone(), links::need(p, id)),
                (false, Some(title), Some(id)) => (title.clone(), links::action(p, id)),
                (false, _, _) => (p.t("home-log-hidden"), p.link("/access-log")),
            };
            let about = match l.handling {
                Some(level) => {
                    p.t3("home-log-read", ("person", who), ("day", p.day_of(&l.at)), ("level", p.t(level.label())))
                }
                None => p.t2("home-log-by", "person", who, "day", p.day_of(&l.at)),
            };
            Item { text, link, about, mark: None }
        })
        .collect();
    let link = p.may(Permission::AccessLogSee).then(|| (p.t("home-log-more"), p.link("/access-log")));
    Block::List(List {
        id: "log",
        title: p.t("home-log-title"),
        more: link,
        about: p.t2("home-log-about", "reads", p.number(keeping.reads), "exports", p.number(keeping.exports)),
        items,
        empty: p.t("home-log-none"),
    })
}

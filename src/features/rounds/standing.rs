//! How complete and how timely: each organisation sees its own; the secretariat sees all, in the order of the alphabet. Nothing here is
//! a mark, and nothing is put in an order of merit.

use askama::Template;
use axum::response::Response;

use super::show::html;
use super::store_report::{self, Standing};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "rounds/standing.html")]
struct StandingPage {
    p: Page,
    lines: Vec<Standing>,
    all: bool,
}

async fn lines(inside: &mut Inside) -> Result<(Vec<Standing>, bool), Problem> {
    let all = inside.member.may(Permission::RoundOversee, &Scope::default());
    let own = inside.member.organisations();
    let (now, today) = (inside.app.clock.now(), inside.page.today);
    Ok((store_report::standing(&mut inside.tx, all, &own, now, today).await?, all))
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let (lines, all) = lines(&mut inside).await?;
    html(&StandingPage { lines, all, p: inside.page })
}

const COLUMNS: &[(&str, u16)] = &[
    ("round-field-organisation", 44),
    ("round-standing-actions", 12),
    ("round-standing-complete", 14),
    ("round-standing-fresh", 14),
    ("round-standing-asked", 12),
    ("round-standing-in-time", 12),
    ("round-standing-later", 12),
    ("round-standing-without", 14),
    ("round-standing-closed", 14),
];

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let (lines, _) = lines(&mut inside).await?;
    let p = &inside.page;
    let number = |n: i64| Value::Number(n.into());
    let row = |l: &Standing| {
        vec![
            cell(&l.name),
            number(l.actions),
            number(l.complete),
            number(l.fresh),
            number(l.asked),
            number(l.in_time),
            number(l.later),
            number(l.did_not),
            number(l.early),
        ]
    };
    let list = List {
        subject_kind: "organisation",
        what: "standing",
        title: p.t("round-standing-title"),
        notes: vec![p.t("round-standing-rule")],
        columns: COLUMNS,
        rows: lines.iter().map(row).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}

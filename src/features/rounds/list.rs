//! The list of rounds: those at work first.

use askama::Template;
use axum::response::Response;
use chrono::Months;

use super::model::{Round, Sight};
use super::new::months;
use super::show::html;
use super::store;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::RoundId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// A round, and how many of those whom the reader may know of have handed in.
struct Line {
    r: Round,
    asked: i64,
    answered: i64,
}

#[derive(Template)]
#[template(path = "rounds/list.html")]
struct ListPage {
    p: Page,
    lines: Vec<Line>,
    /// The reader sees how many are asked in all.
    all: bool,
    runs: bool,
    /// Progress has not been asked for as long as the process has set.
    due: Option<String>,
}

async fn lines(inside: &mut Inside, sight: &Sight) -> Result<Vec<Line>, Problem> {
    let rounds = store::rounds(&mut inside.tx, None, inside.page.today).await?;
    let counts = store::answered(&mut inside.tx, sight).await?;
    let of = |id: RoundId| counts.iter().find(|(round, ..)| *round == id).map_or((0, 0), |(_, n, m)| (*n, *m));
    // who runs nothing is not shown what never came to be
    let may = |r: &Round| inside.member.may(Permission::RoundRun, &r.scope());
    let shown = rounds.into_iter().filter(|r| !(r.is_opening() || r.has_failed()) || may(r));
    Ok(shown
        .map(|r| {
            let (asked, answered) = of(r.id);
            Line { r, asked, answered }
        })
        .collect())
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let sight = Sight::of(&inside.member);
    let lines = lines(&mut inside, &sight).await?;
    let p = inside.page.clone();
    let every = inside.member.may(Permission::RoundRun, &Scope::default());
    let due = match every {
        true => {
            let last = store::last_progress(&mut inside.tx).await?;
            let months = months(&p);
            let again = last.and_then(|day| day.checked_add_months(Months::new(months)));
            match again {
                Some(day) if day > p.today => None,
                Some(_) => Some(p.tn1(
                    "round-progress-due",
                    i64::from(months),
                    "day",
                    last.map(|d| p.day(&d)).unwrap_or_default(),
                )),
                None => Some(p.tn("round-progress-never", i64::from(months))),
            }
        }
        false => None,
    };
    html(&ListPage { lines, all: sight.all, runs: inside.member.may_somewhere(Permission::RoundRun), due, p })
}

const COLUMNS: &[(&str, u16)] = &[
    ("round-one", 50),
    ("round-field-kind", 22),
    ("round-field-pillar", 12),
    ("round-field-period-start", 14),
    ("round-field-period-end", 14),
    ("round-field-deadline", 14),
    ("round-field-state", 16),
    ("round-field-asked", 10),
    ("round-field-handed-in", 10),
];

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let sight = Sight::of(&inside.member);
    let lines = lines(&mut inside, &sight).await?;
    let p = &inside.page;
    let row = |l: &Line| {
        vec![
            cell(&l.r.title),
            Value::Text(p.t(l.r.kind.label())),
            l.r.pillar_key(p).map_or_else(|| Value::Text(p.t("round-whole")), Value::Text),
            Value::Date(l.r.period_start),
            Value::Date(l.r.period_end),
            Value::Date(l.r.deadline),
            Value::Text(p.t(l.r.state.label())),
            Value::Number(l.asked.into()),
            Value::Number(l.answered.into()),
        ]
    };
    let list = List {
        subject_kind: "round",
        what: "rounds",
        title: p.t("round-title"),
        notes: if sight.all { Vec::new() } else { vec![p.t("round-own-counts")] },
        columns: COLUMNS,
        rows: lines.iter().map(row).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}

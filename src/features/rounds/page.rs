//! The page of a round: how far its opening is, who has answered as far as the reader may know, what those who run it do, and the words
//! that came to them.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::{Asked, ItemState, Round, Sight};
use super::past::{self, Shown};
use super::show::{find, html};
use super::store;
use super::store::Worded;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::features::needs::{self, Cycle};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// Words that a page lists; the file has all.
const WORDS: i64 = 100;

#[derive(Template)]
#[template(path = "rounds/page.html")]
pub struct RoundPage {
    p: Page,
    f: Fields,
    r: Round,
    asked: Vec<Asked>,
    /// Of `asked`, the reader's own.
    own: Vec<Asked>,
    /// The reader sees all who are asked, and not only those who concern them.
    all: bool,
    words: Vec<Worded>,
    runs: bool,
    /// They may lock it without saying why.
    lockable: bool,
    /// The reader answers for others, too.
    on_behalf: bool,
    /// Reports concern the reader.
    reports: bool,
    past: Vec<Shown>,
    /// In which it maps, where it does.
    cycle: Option<Cycle>,
}

impl RoundPage {
    fn handed_in(&self) -> usize {
        self.asked.iter().filter(|a| a.handed_in_at.is_some()).count()
    }
    fn state_label(&self, state: &str) -> String {
        ItemState::parse(state).map(|s| self.p.t(s.label_in(self.r.kind))).unwrap_or_default()
    }
    fn by(&self) -> String {
        self.r.by.as_ref().map(|b| b.shown(&self.p)).unwrap_or_default()
    }
    fn handed(&self, a: &Asked) -> String {
        let Some(at) = &a.handed_in_at else { return String::new() };
        let by = a.handed_in_by.as_ref().map(|b| b.shown(&self.p)).unwrap_or_default();
        let key = if a.on_behalf { "round-handed-in-on-behalf" } else { "round-handed-in-by" };
        self.p.t2(key, "day", self.p.day_of(at), "by", by)
    }
    fn more_past(&self) -> bool {
        i64::try_from(self.past.len()).is_ok_and(|n| n >= past::PAGE)
    }
    /// The address of who has answered, as a file.
    fn files(&self) -> String {
        format!("/rounds/{}/asked", self.r.id)
    }
    fn standing_label(&self, a: &Asked) -> String {
        self.p.t(a.standing(self.r.over(self.p.today)).0)
    }
    fn standing_badge(&self, a: &Asked) -> &'static str {
        a.standing(self.r.over(self.p.today)).1
    }
    fn mine(&self, a: &Asked) -> String {
        self.r.link(&self.p, &format!("/mine?asked={}", a.id))
    }
    fn answers_for(&self, a: &Asked) -> bool {
        self.on_behalf && !self.own.iter().any(|o| o.id == a.id)
    }
}

/// The page, with a form that was sent and was wrong.
pub async fn show_page(inside: &mut Inside, round: Round, sight: &Sight, f: Fields) -> Result<RoundPage, Problem> {
    let p = inside.page.clone();
    let runs = inside.member.may(Permission::RoundRun, &round.scope());
    let asked = match round.is_opening() || round.has_failed() {
        true => Vec::new(),
        false => store::asked(&mut inside.tx, round.id, None, sight, p.today).await?,
    };
    let words = match runs {
        true => store::worded(&mut inside.tx, round.id, WORDS).await?,
        false => Vec::new(),
    };
    let counts = match runs && round.is_open() {
        true => store::counts(&mut inside.tx, round.id).await?,
        false => (0, 0),
    };
    let past = past::lines(inside, &round, sight, &asked, past::PAGE).await?;
    let cycle = match round.cycle {
        Some(id) => needs::cycles(&mut inside.tx).await?.into_iter().find(|c| c.id == id),
        None => None,
    };
    let mut f = f;
    if !f.has("deadline") {
        f.set("deadline", p.day(&round.deadline));
    }
    let member = &inside.member;
    Ok(RoundPage {
        own: asked.iter().filter(|a| a.is_own(member) && a.may_answer(member)).cloned().collect(),
        all: sight.all,
        lockable: super::life::locks_by_itself(p.today > round.deadline, counts.0, counts.1),
        on_behalf: member.may(Permission::RoundAnswer, &crate::kernel::permit::Scope::default()),
        cycle,
        reports: round.is_progress() && !round.is_opening() && !round.has_failed(),
        past,
        asked,
        words,
        runs,
        r: round,
        f,
        p,
    })
}

pub async fn page(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let sight = Sight::within(&inside.member, &round);
    html(&show_page(&mut inside, round, &sight, Fields::default()).await?)
}

const COLUMNS: &[(&str, u16)] = &[
    ("round-field-party", 40),
    ("round-field-standing", 22),
    ("round-field-items", 10),
    ("round-field-answered", 10),
    ("round-field-handed-in", 14),
    ("round-field-on-behalf", 14),
];

pub async fn file(
    Path((_, key)): Path<(String, String)>,
    format: SheetFormat,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let by = inside.exporter().await?;
    let sight = Sight::within(&inside.member, &round);
    let asked = store::asked(&mut inside.tx, round.id, None, &sight, inside.page.today).await?;
    let p = &inside.page;
    let over = round.over(p.today);
    let row = |a: &Asked| {
        vec![
            cell(&a.name),
            Value::Text(p.t(a.standing(over).0)),
            Value::Number(a.items.into()),
            Value::Number(a.answered.into()),
            a.handed_in_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
            Value::Text(p.t(if a.on_behalf { "round-yes" } else { "round-no" })),
        ]
    };
    let mut notes = vec![round.title.clone(), round.period(p), p.t1("round-until", "day", p.day(&round.deadline))];
    notes.push(p.t("round-silence"));
    let list = List {
        subject_kind: "round",
        what: "round",
        title: p.t("round-who"),
        notes,
        columns: COLUMNS,
        rows: asked.iter().map(row).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}

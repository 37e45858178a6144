//! The page of an import: how far it is, what each row would do, what came of it.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

use super::model::{Becomes, Counts, Decision, Import, NeedRow, Row, State, Verdict};
use super::store::{self, Filter, SIZE};
use super::{find, needs};
use crate::features::actions::{DiffRow, Difference, Field, Names, names, rows_of};
use crate::features::exchange::incoming::{ImportProblem, Said, Severity};
use crate::features::exchange::tables::{Column, Found, Kind};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::i18n::text_named;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "imports/page.html")]
struct ImportPage {
    p: Page,
    i: Import,
    rows: Vec<Row>,
    names: Names,
    /// Of needs, what each row changes.
    said: BTreeMap<i32, Vec<DiffRow>>,
    counts: Counts,
    results: HashMap<String, i64>,
    show: String,
    next: Option<i32>,
    money: bool,
    /// It is begun, and nobody works on it for now.
    rests: bool,
}

/// A problem in words: where, what, and in which cell it can be mended.
pub struct Told {
    pub place: String,
    pub text: String,
    pub lost: bool,
    pub cell: Option<(u16, String)>,
}

pub fn said(p: &Page, said: &Said) -> String {
    let args = said.args.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    text_named(&p.locale, &said.key, args)
}

/// The ids that rows speak of, to be named.
pub fn spoken_of(rows: &[Row]) -> Vec<Uuid> {
    let mut ids = BTreeSet::new();
    for row in rows {
        ids.extend(row.near.iter().map(|n| n.id));
        ids.extend(row.action.iter().chain(&row.applied).chain(&row.target));
        for delta in row.difference.values() {
            let values = delta.from.iter().chain(&delta.to);
            ids.extend(values.filter_map(|v| v.rsplit(':').next()?.split('=').next()?.parse::<Uuid>().ok()));
        }
    }
    ids.into_iter().collect()
}

/// What an address asks to see.
fn filter(show: &str) -> Filter {
    Filter {
        verdict: Verdict::parse(show),
        open: show == "open",
        told: show == "told",
        result: matches!(show, "added" | "left").then(|| show.to_owned()),
        ..Filter::default()
    }
}

pub async fn page(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let i = find(&mut inside, &id).await?;
    let show = inside.fields.value("show").to_owned();
    let after = inside.fields.value("after").parse().unwrap_or(0);
    let (mut rows, mut counts, mut results) = (Vec::new(), Counts::default(), HashMap::new());
    let mut said = BTreeMap::new();
    if !i.state.is_busy() {
        (counts, results) = store::counts(&mut inside.tx, i.id).await?;
        let filter = Filter { after, ..filter(&show) };
        if i.becomes == Becomes::Actions {
            rows = store::rows(&mut inside.tx, i.id, &filter, SIZE + 1).await?;
        } else {
            let found = store::need_rows(&mut inside.tx, i.id, &filter, SIZE + 1).await?;
            for (row, changes) in found.into_iter().map(NeedRow::plain) {
                said.insert(row.row, needs::said(&inside.page, &changes));
                rows.push(row);
            }
        }
    }
    let begun = matches!(i.state, State::Reading | State::Applying | State::Undoing);
    let rests = begun && store::rests(&mut inside.tx, i.id).await?;
    let more = rows.len() as i64 > SIZE;
    rows.truncate(SIZE as usize);
    let next = rows.last().filter(|_| more).map(|r| r.row);
    let ids = if i.becomes == Becomes::Actions { spoken_of(&rows) } else { Vec::new() };
    let names = if ids.is_empty() { Names::default() } else { names(&mut inside.tx, &ids).await? };
    let money = inside.member.may_somewhere(Permission::ActionSeeMoney);
    let page = ImportPage { p: inside.page, i, rows, names, said, counts, results, show, next, money, rests };
    Ok(Html(page.render()?).into_response())
}

impl ImportPage {
    fn link(&self, rest: &str) -> String {
        self.p.link(&format!("/imports/{}{rest}", self.i.id))
    }

    fn said(&self) -> Option<String> {
        self.i.said.as_ref().map(|s| said(&self.p, s))
    }

    /// The sheets that are not read although they look like tables of actions.
    fn others(&self) -> String {
        self.i.shape.others.join(", ")
    }

    fn is(&self, state: &str) -> bool {
        self.i.state.as_str() == state
    }

    fn busy(&self) -> bool {
        self.i.state.is_busy()
    }

    fn droppable(&self) -> bool {
        matches!(self.i.state, State::Receiving | State::Reading | State::Columns | State::Checked | State::Failed)
    }

    /// The day after which nothing is left of a file that is not taken in.
    fn forgotten(&self) -> String {
        let day = self.i.uploaded_at + chrono::TimeDelta::days(store::DAYS.into());
        // what could not be read cannot be taken in either
        let failed = self.i.state == State::Failed;
        let key = if failed { "import-failed-forgotten-on" } else { "import-forgotten-on" };
        self.p.t1(key, "day", self.p.day(&day.date_naive()))
    }

    fn columns_link(&self) -> bool {
        self.i.becomes == Becomes::Actions
            && self.i.kind != Kind::Iati
            && matches!(self.i.state, State::Columns | State::Checked)
    }

    /// Organisations that the directory does not know can be named.
    fn names_link(&self) -> bool {
        self.i.kind == Kind::Iati && self.i.state == State::Checked
    }

    /// What a row is, as the heading of its column says.
    fn kind(&self) -> String {
        self.p.t(if self.i.becomes == Becomes::Actions { "list-action" } else { "need-one" })
    }

    /// The page of the record that a row is, or has become.
    fn record(&self, id: impl std::fmt::Display) -> String {
        self.p.link(&format!("/{}/{id}", if self.i.becomes == Becomes::Actions { "actions" } else { "needs" }))
    }

    fn place(&self, row: &Row) -> String {
        self.i.place(row.row)
    }

    /// Nothing can be taken in: taking it in is not offered.
    fn all_wrong(&self) -> bool {
        self.i.state == State::Checked && self.counts.all_wrong()
    }

    /// What can be done where nothing can be taken in.
    fn instead(&self) -> String {
        let by_hand = self.rows.iter().any(|r| self.mendable(r));
        self.p.t(if by_hand { "import-all-wrong-mend" } else { "import-all-wrong-again" })
    }

    /// Where the file is brought once more.
    fn anew(&self) -> String {
        self.p.link(if self.i.becomes == Becomes::Actions { "/imports" } else { "/imports/needs" })
    }

    /// Whether the reader may bring a file there.
    fn brings(&self) -> bool {
        let actions = self.i.becomes == Becomes::Actions;
        self.p.may(if actions { Permission::ImportActions } else { Permission::NeedWrite })
    }

    /// Name and number of each verdict, to show those alone.
    fn tabs(&self) -> Vec<(&'static str, String, String)> {
        let all = [
            ("", self.p.t("import-show-all"), self.p.number(self.counts.all())),
            ("told", self.p.t("import-show-told"), self.p.number(self.counts.told)),
        ];
        let all = all.into_iter().filter(|(show, ..)| show.is_empty() || self.counts.told > 0);
        let of = Verdict::ALL.iter().map(|v| (v.as_str(), self.p.t(v.label()), self.p.number(self.counts.of(*v))));
        let shown = of.filter(|(v, ..)| Verdict::parse(v).is_some_and(|v| self.counts.of(v) > 0));
        all.chain(shown).collect()
    }

    /// What became of the rows, in figures.
    fn came(&self) -> Vec<(String, String)> {
        let of = ["added", "changed", "left", "undone", "kept"];
        let n = |key: &str| self.results.get(key).copied().unwrap_or(0);
        of.iter().filter(|k| n(k) > 0).map(|k| (self.p.t(&format!("import-result-{k}")), self.p.number(n(k)))).collect()
    }

    fn diff(&self, row: &Row) -> Vec<DiffRow> {
        if let Some(said) = self.said.get(&row.row) {
            return said.clone();
        }
        rows_of(&self.p, &self.names, &row.difference, self.money)
    }

    /// Of a new row what is not said by its title already.
    fn facts(&self, row: &Row) -> Vec<DiffRow> {
        if let Some(said) = self.said.get(&row.row) {
            return said.clone();
        }
        let rest: Difference =
            row.difference.iter().filter(|(f, _)| **f != Field::Title).map(|(f, d)| (*f, d.clone())).collect();
        rows_of(&self.p, &self.names, &rest, self.money)
    }

    /// The action that the row is, or has become.
    fn is_at(&self, row: &Row) -> Option<Uuid> {
        row.applied.or(row.action)
    }

    fn clashed(&self, row: &Row) -> String {
        let sheet = self.i.becomes != Becomes::Actions || row.patch.base.is_some();
        self.p.t1(if sheet { "import-clashes-sheet" } else { "import-clashes" }, "fields", self.clashing(row))
    }

    fn clashing(&self, row: &Row) -> String {
        if self.i.becomes != Becomes::Actions {
            let fields = row.clashes.iter().map(|c| self.p.t(&format!("need-field-{c}")));
            return fields.collect::<Vec<_>>().join(", ");
        }
        let fields = row.clashes.iter().filter_map(|c| Field::parse(c));
        fields.map(|f| self.p.t(&f.label())).collect::<Vec<_>>().join(", ")
    }

    fn told(&self, row: &Row) -> Vec<Told> {
        row.problems.iter().map(|problem| told(&self.p, &self.i, row, problem)).collect()
    }

    fn near(&self, row: &Row) -> Vec<(Uuid, String, String)> {
        let title = |id: &Uuid| self.names.0.get(id).cloned().unwrap_or_else(|| self.p.t("action-unknown"));
        let likely = |l: Option<f32>| match l {
            Some(l) => {
                let percent = (l * 100.0).round();
                match self.p.own_word("overlap-column-likelihood") {
                    Some(word) => self.p.t2("import-near-likely-own", "word", word, "percent", percent),
                    None => self.p.t1("import-near-likely", "percent", percent),
                }
            }
            None => self.p.t("import-near-same-name"),
        };
        row.near.iter().map(|n| (n.id, title(&n.id), likely(n.likelihood))).collect()
    }

    /// What can be chosen for a row: value, name, and a word where it is chosen.
    fn choices(&self, row: &Row) -> Vec<(String, String, &'static str)> {
        if self.i.state != State::Checked {
            return Vec::new();
        }
        let mut all = Vec::new();
        for decision in row.verdict.decisions() {
            let chosen = row.decision == Some(*decision);
            if *decision == Decision::Same {
                for near in self.near(row) {
                    let name = self.p.t1("import-decision-same-as", "title", &near.1);
                    all.push((format!("same:{}", near.0), name, selected(chosen && row.target == Some(near.0))));
                }
            } else {
                all.push((decision.as_str().to_owned(), self.p.t(decision.label()), selected(chosen)));
            }
        }
        all
    }

    /// What can be chosen for all rows of the verdict that is shown.
    fn for_all(&self) -> Vec<(&'static str, String)> {
        let Some(verdict) = Verdict::parse(&self.show).filter(|_| self.i.state == State::Checked) else {
            return Vec::new();
        };
        let of = verdict.decisions().iter().filter(|d| **d != Decision::Same);
        of.map(|d| (d.as_str(), self.p.t(d.label()))).collect()
    }

    fn forms(&self) -> bool {
        self.rows.iter().any(|r| !self.choices(r).is_empty() || self.mendable(r))
    }

    fn mendable(&self, row: &Row) -> bool {
        self.i.state == State::Checked && self.told(row).iter().any(|t| t.cell.is_some())
    }

    fn outcome(&self, row: &Row) -> Option<(String, &'static str)> {
        let key = row.undone.as_deref().or(row.result.as_deref())?;
        let badge = match key {
            "added" => "ok",
            "changed" => "info",
            "kept" => "warn",
            _ => "plain",
        };
        Some((self.p.t(&format!("import-result-{key}")), badge))
    }

    fn kept_why(&self, row: &Row) -> Option<String> {
        row.kept_why.as_ref().map(|why| self.p.t(&format!("import-kept-{why}")))
    }

    fn ignored(&self) -> String {
        let mut unknown = self.i.unknown_columns();
        unknown.truncate(20);
        unknown.join(", ")
    }
}

fn selected(chosen: bool) -> &'static str {
    if chosen { "selected" } else { "" }
}

/// A problem in words.
pub fn told(p: &Page, i: &Import, row: &Row, problem: &ImportProblem) -> Told {
    // what is said of a field by the record's own rules stands at the column that holds the field
    let index = problem.index.or_else(|| at(i, &problem.column));
    let place = match index.and_then(|at| i.heads(row.row).get(usize::from(at))) {
        Some(head) if !head.is_empty() => head.clone(),
        _ if problem.column.starts_with("action-field-") => p.t(&problem.column),
        _ => problem.column.clone(),
    };
    let line = problem.what.args.iter().find(|(name, _)| name == "line").map(|(_, line)| line);
    let place = match line {
        Some(line) if !place.is_empty() => p.t2("import-at-line", "place", place, "line", line),
        _ => place,
    };
    let wrong = problem.severity == Severity::Wrong;
    let cell = index.filter(|_| wrong && row.cells.is_some()).map(|at| {
        let text = row.cells.as_ref().and_then(|c| c.get(usize::from(at))).cloned().unwrap_or_default();
        (at, text)
    });
    Told { place, text: said(p, &problem.what), lost: !wrong, cell }
}

fn at(i: &Import, label: &str) -> Option<u16> {
    let place = i.columns.iter().position(|f| {
        f.is_some_and(|f: Found| {
            let other = match f.column {
                Column::End => "action-field-planned-end",
                Column::Start => "action-field-planned-start",
                column => column.label(),
            };
            let either = ["action-field-planned-start", "action-field-planned-end"];
            let in_period = f.column == Column::Period && either.contains(&label);
            f.column.label() == label || other == label || in_period
        })
    });
    place.and_then(|n| u16::try_from(n).ok())
}

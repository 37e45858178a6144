//! The timeline of actions, and where no action of a theme runs for a beneficiary.

use chrono::{Datelike, NaiveDate, TimeDelta};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use super::draw::timeline::{Content, Density, Group, Run, Timeline};
use super::draw::{Grid, Shape, colours, grid};
use super::model::{Asked, Choice, Drawn, Figure, Figures, ahead, beneficiaries, named, pillars, steps};
use super::store::{self, Dated, Key, Passed};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// Up to so many actions each have a bar of their own.
const FEW: i64 = 120;
/// A picture reaches no further back and ahead than this, whatever a date says.
const BACK: i32 = 12;
const AHEAD: i32 = 8;
/// What runs, or is to run: the filter of the list that leaves out the cancelled.
const NOT_CANCELLED: [(&str, &str); 7] = [
    ("status", "pipeline"),
    ("status", "planned"),
    ("status", "funded"),
    ("status", "ongoing"),
    ("status", "suspended"),
    ("status", "completed"),
    ("status", "none"),
];
/// What counts as running on a day that lies within its dates.
pub const RUNNING: [(&str, &str); 4] =
    [("status", "funded"), ("status", "ongoing"), ("status", "suspended"), ("status", "none")];

fn group_by(p: &Page, first: &'static str) -> Choice {
    let other = if first == "pillar" { "beneficiary" } else { "pillar" };
    let name = |of: &str| p.t(if of == "pillar" { "pictures-pillar" } else { "pictures-beneficiary" });
    Choice { name: "by", label: "pictures-group", first: name(first), options: vec![(other.to_owned(), name(other))] }
}

/// Place, name and filter value of a group.
type Named = (usize, String, String);

/// What was counted of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Counted {
    n: i64,
    now: i64,
    six: i64,
    twelve: i64,
    /// By steps of time.
    starts: BTreeMap<Option<i32>, i64>,
    ends: BTreeMap<Option<i32>, i64>,
}

fn counted(passed: &[Passed]) -> HashMap<Option<Uuid>, Counted> {
    let mut all: HashMap<Option<Uuid>, Counted> = HashMap::new();
    for one in passed.iter().filter(|one| !one.what.starts_with("all")) {
        let group = all.entry(one.key).or_default();
        match one.what.as_str() {
            "n" => group.n += one.n,
            "now" => group.now += one.n,
            "six" => group.six += one.n,
            "twelve" => group.twelve += one.n,
            "start" => *group.starts.entry(one.step).or_default() += one.n,
            _ => *group.ends.entry(one.step).or_default() += one.n,
        }
    }
    all
}

/// The step of time that a day lies in, and the first day of one.
fn step_of(day: NaiveDate) -> i32 {
    i32::try_from((day - store::epoch()).num_days()).unwrap_or(0) / store::STEP
}

fn day_of(step: i32) -> NaiveDate {
    store::epoch() + TimeDelta::days(i64::from(step) * i64::from(store::STEP))
}

/// How many run in each step from `first` to `last`. What states no start has begun before; what states no end goes on.
fn running(counted: &Counted, first: i32, last: i32) -> Vec<u32> {
    let sum = |of: &BTreeMap<Option<i32>, i64>, fits: &dyn Fn(i32) -> bool| -> i64 {
        of.iter().filter(|(step, _)| step.is_some_and(fits)).map(|(_, n)| n).sum()
    };
    let unknown = counted.starts.get(&None).copied().unwrap_or(0);
    (first..=last)
        .map(|at| {
            // one that ends in this step has run in it
            let now = unknown + sum(&counted.starts, &|step| step <= at) - sum(&counted.ends, &|step| step < at);
            u32::try_from(now).unwrap_or(0)
        })
        .collect()
}

/// From the first start to the last end, within reason, and in any case a year around today.
fn frame(asked: &Asked, passed: &[Passed], today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let years = |what: &'static str| {
        passed.iter().filter(move |one| one.what == what).filter_map(|one| one.step).map(|step| day_of(step).year())
    };
    let this = today.year();
    let first = asked.from.unwrap_or_else(|| years("start").min().unwrap_or(this).clamp(this - BACK, this - 1));
    let last = asked.to.unwrap_or_else(|| years("end").max().unwrap_or(this).clamp(this + 1, this + AHEAD));
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today);
    (day(first, 1, 1), day(last.max(first), 12, 31))
}

fn bar(p: &Page, one: &Dated, today: NaiveDate) -> Run {
    let said = |day: Option<NaiveDate>| day.map_or_else(|| p.t("not-stated"), |d| p.day(&d));
    let ends = one.ends_on.or(one.completed.then_some(today));
    Run {
        label: one.title.clone(),
        starts: one.starts_on,
        ends,
        title: p.t3("pictures-bar", ("title", &one.title), ("start", said(one.starts_on)), ("end", said(one.ends_on))),
        href: Some(p.link(&format!("/actions/{}", one.id))),
    }
}

pub async fn timeline(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let by_pillar = inside.fields.value("by") != "beneficiary";
    let (name, key) = if by_pillar { ("pillar", Key::Pillar) } else { ("beneficiary", Key::Beneficiary) };
    let today = inside.page.today;
    let passed = store::passing(&mut inside.tx, asked.within(), key, today).await?;
    // each once, whatever it is grouped by
    let once = |what: &str| passed.iter().find(|one| one.what == what).map_or(0, |one| one.n);
    let (all, now, soon) = (once("all"), once("all-now"), once("all-twelve"));
    let bars = if all <= FEW { store::dated(&mut inside.tx, asked.within(), FEW).await? } else { Vec::new() };
    let p = &inside.page;
    let (first, last) = frame(asked, &passed, today);
    let of = |one: &Dated| if by_pillar { one.pillars.clone() } else { one.beneficiaries.clone() };
    let mut found: Vec<(Named, Counted, Option<Uuid>)> = counted(&passed)
        .into_iter()
        .filter_map(|(id, counted)| Some((named(p, id, by_pillar)?, counted, id)))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let mut figures = Figures {
        heads: [
            "pictures-group-one",
            "pictures-actions",
            "pictures-runs-today",
            "pictures-ends-six",
            "pictures-ends-year",
        ]
        .map(|key| p.t(key))
        .to_vec(),
        rows: Vec::new(),
    };
    let span = [first.year().to_string(), last.year().to_string()];
    let mut groups = Vec::new();
    for ((_, heading, value), counted, id) in found {
        let own = [(name, value.as_str())];
        let said = p.t2("pictures-group-said", "n", p.number(counted.n), "soon", p.number(counted.twelve));
        let [from, to] = &span;
        let rows: Vec<(&str, &str)> = own
            .iter()
            .copied()
            .chain(NOT_CANCELLED)
            .chain([("from", from.as_str()), ("to", to.as_str()), ("sort", "end")])
            .collect();
        let link = asked.actions(p, &rows);
        let ending = |months: &str| {
            let rows: Vec<(&str, &str)> =
                own.iter().copied().chain(NOT_CANCELLED).chain([("ending", months)]).collect();
            Some(asked.actions(p, &rows))
        };
        let content = if all <= FEW {
            let within = |one: &&Dated| id.map_or_else(|| of(one).is_empty(), |id| of(one).contains(&id));
            Content::Runs(bars.iter().filter(within).map(|one| bar(p, one, today)).collect())
        } else {
            let counts = running(&counted, step_of(first), step_of(last));
            let most = counts.iter().copied().max().unwrap_or(0);
            let title = p.t2("pictures-band", "name", &heading, "most", p.number(most));
            let days = store::STEP.unsigned_abs();
            Content::Density(Density { from: day_of(step_of(first)), days, counts, title, href: Some(link.clone()) })
        };
        figures.rows.push(vec![
            Figure::text(&heading).to(Some(link)),
            Figure::number(p.number(counted.n)).of(counted.n),
            Figure::number(p.number(counted.now)).of(counted.now),
            Figure::number(p.number(counted.six)).of(counted.six).to(ending("6")),
            Figure::number(p.number(counted.twelve)).of(counted.twelve).to(ending("12")),
        ]);
        groups.push(Group { heading, said, content });
    }
    let ending = format!("{}?ending=12", p.link("/actions"));
    let mut notes = vec![p.t("pictures-timeline-rule"), p.t("pictures-more-than-once")];
    // a bar that meets the edge does not begin or end there
    if passed.iter().filter_map(|one| one.step).map(day_of).any(|day| day < first || day > last) {
        notes.push(p.t2("pictures-timeline-cut", "from", first.year(), "to", last.year()));
    }
    if all > FEW {
        notes.push(p.tn("pictures-timeline-band", FEW));
    }
    let legend =
        [("o2", "pictures-runs"), ("o5", "pictures-open"), ("o4", "pictures-ends-mark"), ("soon", "pictures-window")];
    let used = |class: &str| all <= FEW || class == "soon";
    Ok(Drawn {
        said: p.t3("pictures-timeline-said", ("now", p.number(now)), ("soon", p.number(soon)), ("all", p.number(all))),
        shape: (!groups.is_empty()).then(|| {
            Shape::Timeline(Timeline {
                first,
                last,
                today,
                legend: legend.iter().filter(|(c, _)| used(c)).map(|(c, key)| (*c, p.t(key))).collect(),
                now: p.t("pictures-today"),
                groups,
            })
        }),
        notes,
        figures,
        choices: vec![group_by(p, "pillar"), pillars(p), beneficiaries(p)],
        years: true,
        opened: Some((p.t("pictures-ends-list"), ending)),
    })
}

/// What stands in a cell: nothing runs, or what runs ends within a year, or so many run.
fn cell(
    p: &Page,
    (theme, name): (&store::Theme, &str),
    (now, later): (i64, i64),
    most: i64,
    href: String,
) -> grid::Cell {
    let (shown, standing, words) = match (now, later) {
        (0, _) => ("○ 0".to_owned(), grid::Standing::Gap, p.t("pictures-gap")),
        (_, 0) => (format!("{} ▽", p.number(now)), step(now, most), p.t("pictures-gap-ahead")),
        _ => (p.number(now), step(now, most), p.tn("pictures-gap-running", now)),
    };
    let title = p.t3("pictures-cell", ("theme", &theme.name), ("beneficiary", name), ("said", words));
    grid::Cell { shown, standing, title, href: Some(href) }
}

fn step(n: i64, most: i64) -> grid::Standing {
    grid::Standing::Step(grid::step(n as f64, most as f64))
}

pub async fn gaps(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let today = inside.page.today;
    let later = ahead(today, 12);
    let themes = store::themes(&mut inside.tx).await?;
    let rows = store::running(&mut inside.tx, asked.within().pillar, today, later).await?;
    let p = &inside.page;
    let found: HashMap<(Uuid, Uuid), (i64, i64)> =
        rows.iter().map(|r| ((r.theme, r.beneficiary), (r.now, r.later))).collect();
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let most = rows.iter().map(|r| r.now).max().unwrap_or(0);
    let day = today.to_string();
    let (mut lines, mut empty, mut ending) = (Vec::new(), 0usize, 0usize);
    let mut figures = Figures { heads: vec![p.t("pictures-theme")], rows: Vec::new() };
    figures.heads.extend(all.iter().map(|b| b.name.clone()));
    let mut counts = Vec::new();
    for theme in &themes {
        let mut cells = Vec::new();
        let mut row = vec![Figure::text(&theme.name)];
        for b in all {
            let (now, later) = found.get(&(theme.id, b.id.0)).copied().unwrap_or((0, 0));
            counts.push(now);
            empty += usize::from(now == 0);
            ending += usize::from(now > 0 && later == 0);
            let mut own = vec![("theme", theme.key.as_str()), ("beneficiary", b.code.as_str())];
            // of what does not run, whatever there is: what has ended, and what is planned
            if now > 0 {
                own.extend(RUNNING);
                own.extend([("from", day.as_str()), ("to", day.as_str())]);
            }
            let link = asked.actions(p, &own);
            let cell = cell(p, (theme, &b.name), (now, later), most, link.clone());
            let figure = Figure::number(&cell.shown).to(Some(link));
            // what ends within the year keeps its sign, in a file too
            row.push(if now > 0 && later == 0 { figure } else { figure.of(now) });
            cells.push(cell);
        }
        figures.rows.push(row);
        lines.push(grid::Line { label: theme.name.clone(), cells });
    }
    let mut legend = vec![(colours::GAP, format!("○ {}", p.t("pictures-gap")))];
    legend.extend(steps(p, counts.iter().copied(), most));
    legend.push(("a0", format!("▽ {}", p.t("pictures-gap-ahead"))));
    // a code bears the asterisk of its name
    let short = all.iter().map(|b| if b.name.ends_with('*') { format!("{}*", b.code) } else { b.code.clone() });
    let grid = Grid { heads: all.iter().map(|b| b.name.clone()).collect(), short: short.collect(), lines, legend };
    Ok(Drawn {
        said: p.t3(
            "pictures-gaps-said",
            ("all", p.number(counts.len())),
            ("gaps", p.number(empty)),
            ("ending", p.number(ending)),
        ),
        shape: (!grid.is_empty()).then_some(Shape::Grid(grid)),
        notes: vec![p.t("pictures-running-rule"), p.t("pictures-gaps-rule")],
        figures,
        choices: vec![pillars(p)],
        years: false,
        opened: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn passed(what: &str, step: Option<i32>, n: i64) -> Passed {
        Passed { key: None, what: what.into(), step, n }
    }

    #[test]
    fn what_runs_in_a_step_has_begun_and_not_ended_before_it() {
        let all = [
            passed("n", None, 6),
            passed("start", Some(100), 2),
            passed("start", Some(102), 3),
            passed("start", None, 1),
            passed("end", Some(101), 1),
            passed("end", Some(102), 2),
            passed("end", None, 3),
            passed("now", None, 3),
            passed("all", None, 6),
            passed("all-now", None, 3),
            passed("all-twelve", None, 2),
        ];
        let counted = counted(&all);
        let group = counted.get(&None).expect("a group");
        assert_eq!((group.n, group.now), (6, 3));
        // 3, one ends in the next step and has run in it; then three begin and two end
        assert_eq!(running(group, 100, 104), [3, 3, 5, 3, 3]);
        assert_eq!(running(group, 50, 50), [1]);
        assert!((0..2000).all(|step| step_of(day_of(step)) == step));
    }

    #[test]
    fn a_strange_date_does_not_stretch_the_picture() {
        let today = day("2026-11-28");
        let all = [passed("start", Some(0), 1), passed("end", Some(step_of(day("2999-01-01"))), 1)];
        assert_eq!(frame(&Asked::default(), &all, today), (day("2014-01-01"), day("2034-12-31")));
        assert_eq!(frame(&Asked::default(), &[], today), (day("2025-01-01"), day("2027-12-31")));
        let asked = Asked { from: Some(2020), to: Some(2022), ..Asked::default() };
        assert_eq!(frame(&asked, &all, today), (day("2020-01-01"), day("2022-12-31")));
    }
}

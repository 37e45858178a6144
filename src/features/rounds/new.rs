//! Opening a round: of which kind, about which time, who is asked, by when. The pages are filled by a job.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, Months, NaiveDate};

use super::model::Kind;
use super::show::{again, html};
use super::store_write::NewRound;
use super::{store, store_write};
use crate::features::needs::{self, Cycle};
use crate::kernel::auth::Inside;
use crate::kernel::db::progress_months;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, CycleId, OrganisationId, PillarId};
use crate::kernel::job::{self, Task};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// A round runs so long at most.
const MOST_DAYS: u64 = 366;
/// Where nothing else is said, answers are awaited for so long.
const DAYS: u64 = 28;
/// Where nothing else is set, progress is reported once a year.
const MONTHS: u32 = 12;

#[derive(Template)]
#[template(path = "rounds/new.html")]
struct NewPage {
    p: Page,
    f: Fields,
    pillars: Vec<(String, String)>,
    /// Whether a round can be of the whole process.
    whole: bool,
    cycles: Vec<(String, String)>,
    keepers: Vec<(String, String)>,
    beneficiaries: Vec<(String, String)>,
}

impl NewPage {
    fn kinds(&self) -> Vec<(&'static str, String, String)> {
        Kind::ALL.iter().map(|k| (k.as_str(), self.p.t(k.label()), self.p.t(k.hint()))).collect()
    }
}

/// After how many months progress is reported again, as the process has set it.
pub fn months(p: &Page) -> u32 {
    p.frame().and_then(|f| progress_months(&f.settings)).map_or(MONTHS, u32::from)
}

async fn page(inside: &mut Inside, f: Fields) -> Result<NewPage, Problem> {
    let cycles: Vec<Cycle> = needs::cycles(&mut inside.tx).await?;
    let keepers = store::keepers(&mut inside.tx).await?;
    let p = &inside.page;
    let pillars = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let own = |id: PillarId| inside.member.may(Permission::RoundRun, &Scope { pillars: vec![id], ..Scope::default() });
    let beneficiaries = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    Ok(NewPage {
        pillars: pillars
            .iter()
            .filter(|l| own(l.id))
            .map(|l| (l.id.to_string(), format!("{} – {}", l.key, l.name)))
            .collect(),
        whole: inside.member.may(Permission::RoundRun, &Scope::default()),
        cycles: cycles.iter().filter(|c| c.is_open()).map(|c| (c.id.to_string(), c.label())).collect(),
        keepers: keepers
            .into_iter()
            .map(|(id, name, n)| (id.to_string(), p.tn1("round-keeper", n, "name", name)))
            .collect(),
        beneficiaries: beneficiaries.iter().map(|b| (b.id.to_string(), b.name.clone())).collect(),
        p: p.clone(),
        f,
    })
}

pub async fn form(mut inside: Inside) -> Result<Response, Problem> {
    let kind = Kind::parse(inside.fields.value("kind")).unwrap_or(Kind::Confirm);
    let (p, mut f) = (&inside.page, Fields::default());
    f.set("kind", kind.as_str());
    f.set("who", "everybody");
    let first = p.today.checked_sub_months(Months::new(months(p))).unwrap_or(p.today);
    f.set("period_start", p.day(&first));
    f.set("period_end", p.day(&p.today));
    f.set("deadline", p.day(&p.today.checked_add_days(Days::new(DAYS)).unwrap_or(p.today)));
    let mut shown = page(&mut inside, f).await?;
    // where one alone is open it is meant; rounds of other kinds have none, whatever stands here
    if let [(only, _)] = shown.cycles.as_slice() {
        shown.f.set("cycle", only.clone());
    }
    html(&shown)
}

/// What the form says; `None`: something is wrong, and stands at its field.
fn read(f: &mut Fields, today: NaiveDate) -> Option<NewRound> {
    let kind = f.required_choice("kind", Kind::parse);
    let title = f.required("title", 200);
    let (first, last) = (f.day("period_start", today), f.day("period_end", today));
    for (name, day) in [("period_start", first), ("period_end", last)] {
        if day.is_none() {
            f.fail(name, Message::new("field-required"));
        }
    }
    if let (Some(a), Some(b)) = (first, last)
        && b < a
    {
        f.fail("period_end", Message::new("round-error-period"));
    }
    let deadline = f.day("deadline", today);
    match deadline {
        None => f.fail("deadline", Message::new("field-required")),
        Some(day) if day <= today => f.fail("deadline", Message::new("round-error-deadline")),
        Some(day) if too_far(day, today) => f.fail("deadline", Message::new("round-error-deadline-far")),
        Some(_) => {}
    }
    let pillar: Option<PillarId> = f.id("pillar");
    let cycle: Option<CycleId> = f.id("cycle").filter(|_| kind.is_some_and(Kind::is_mapping));
    if kind.is_some_and(Kind::is_mapping) && cycle.is_none() {
        f.fail("cycle", Message::new("round-error-cycle"));
    }
    let everybody = f.required_choice("who", |t| match t {
        "everybody" => Some(true),
        "chosen" => Some(false),
        _ => None,
    });
    let mut organisations: Vec<OrganisationId> = f.ids("organisation");
    let mut beneficiaries: Vec<BeneficiaryId> = f.ids("beneficiary");
    match (kind, everybody) {
        // needs are the beneficiaries', what is reported and what responds is its keepers'
        (Some(Kind::Needs), _) => organisations.clear(),
        (Some(Kind::Progress | Kind::Responses), _) => beneficiaries.clear(),
        _ => {}
    }
    if everybody == Some(true) {
        organisations.clear();
        if kind == Some(Kind::Needs) {
            beneficiaries.clear();
        }
    } else if everybody == Some(false) && organisations.is_empty() && beneficiaries.is_empty() {
        f.fail("who", Message::new("round-error-nobody"));
    }
    let letter = f.text("letter", 5_000);
    if !f.is_valid() {
        return None;
    }
    Some(NewRound {
        kind: kind?,
        title,
        letter,
        period_start: first?,
        period_end: last?,
        deadline: deadline?,
        pillar,
        cycle,
        everybody: everybody?,
        organisations,
        beneficiaries,
    })
}

/// Beyond what a round can wait for.
pub fn too_far(day: NaiveDate, today: NaiveDate) -> bool {
    today.checked_add_days(Days::new(MOST_DAYS)).is_some_and(|most| day > most)
}

pub async fn create(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let read = read(&mut f, inside.page.today);
    let Some(new) = read else { return again(&page(&mut inside, f).await?) };
    let frame = inside.page.frame().ok_or(Problem::NotFound)?;
    if new.pillar.is_some_and(|id| !frame.pillars.iter().any(|l| l.id == id)) {
        f.fail("pillar", Message::new("field-not-in-list"));
    }
    let scope = Scope { pillars: new.pillar.into_iter().collect(), ..Scope::default() };
    if new.pillar.is_none() && !inside.member.may(Permission::RoundRun, &scope) {
        f.fail("pillar", Message::new("round-error-own-pillar"));
    }
    if let Some(cycle) = new.cycle {
        let open = needs::cycles(&mut inside.tx).await?.iter().any(|c| c.id == cycle && c.is_open());
        if !open {
            f.fail("cycle", Message::new("round-error-cycle"));
        }
    }
    if !f.is_valid() {
        return again(&page(&mut inside, f).await?);
    }
    let by = inside.member.require(Permission::RoundRun, &scope)?.clone();
    let now = inside.app.clock.now();
    let id = store_write::create(&mut inside.tx, &new, &by, now).await?;
    let said = |text: String| Change { from: Vec::new(), to: vec![text] };
    let changes = [
        ("name".to_owned(), said(new.title.clone())),
        ("deadline".to_owned(), said(new.deadline.to_string())),
        ("round_kind".to_owned(), said(new.kind.as_str().to_owned())),
    ];
    let entry = Entry { subject: Subject::Round, id: id.0, event: "round-begun", changes: changes.into(), why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    job::enqueue_about(&mut inside.tx, Task::OpenRound, &[("round", id.0)].into()).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&inside.page.link(&format!("/rounds/{id}"))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    const GOOD: [(&str, &str); 6] = [
        ("kind", "confirm"),
        ("title", "Still true?"),
        ("period_start", "2026-01-01"),
        ("period_end", "2026-11-24"),
        ("deadline", "2026-12-20"),
        ("who", "everybody"),
    ];

    #[test]
    fn what_is_lacking_is_said_at_its_field() {
        let today = day("2026-11-24");
        assert!(read(&mut sent(&GOOD), today).is_some());
        for (name, bad) in [
            ("kind", "exam"),
            ("title", ""),
            ("period_start", ""),
            ("period_end", "2025-12-31"),
            ("deadline", "2026-11-24"),
            ("deadline", "2030-01-01"),
            ("who", "chosen"),
            ("who", "some"),
        ] {
            let mut f = sent(&GOOD);
            f.set(name, bad);
            assert!(read(&mut f, today).is_none(), "{name}={bad}");
            assert!(f.error(name).is_some(), "{name}={bad}: {:?}", f.errors());
        }
        let mut mapping = sent(&GOOD);
        mapping.set("kind", "needs");
        assert!(read(&mut mapping, today).is_none() && mapping.error("cycle").is_some());
    }

    proptest! {
        #[test]
        fn hostile_forms_are_refused_or_whole(pairs in prop::collection::vec(("[a-z_]{1,12}", ".{0,40}"), 0..12)) {
            let today = day("2026-11-24");
            let mut f = sent(&GOOD);
            for (name, value) in &pairs { f.set(name, value); }
            if let Some(new) = read(&mut f, today) {
                prop_assert!(f.is_valid() && new.deadline > today && new.period_end >= new.period_start && !new.title.is_empty());
                prop_assert_eq!(new.cycle.is_some(), new.kind.is_mapping());
            }
        }
    }
}

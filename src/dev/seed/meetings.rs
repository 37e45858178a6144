//! Meetings of the two processes: those of IISG that public sources tell of, and invented ones in the example, each step taken
//! on its day. Nobody is said to have attended a real meeting.

use anyhow::{Context, anyhow};
use chrono::{NaiveTime, TimeDelta};
use serde::Deserialize;

use super::decisions::{moment, role};
use super::file::{Day, File};
use super::store::Keys;
use crate::features::meetings::{
    self, Answer, Attendance, Body, ItemKind, NewItem, NewMeeting, NewPaper, NewTask, Owner, Recorded, TaskState, Time,
    WasThere,
};
use crate::kernel::clock::Clock;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, MeetingId, MembershipId, OrganisationId, PillarId};
use crate::kernel::permit::Handling;
use crate::kernel::zone::{ZONE, Zone};

const TEXT: &str = include_str!("../../../seed/meetings.json");

#[derive(Debug, Deserialize)]
struct OfProcess {
    slug: String,
    time_zone: Zone,
    meetings: Vec<Meeting>,
}

#[derive(Debug, Deserialize)]
struct Meeting {
    body: Body,
    pillar: Option<String>,
    title: String,
    #[serde(default)]
    about: String,
    day: Day,
    last_day: Option<Day>,
    /// Such as `09:30:00`; left out where it is not stated.
    starts: Option<NaiveTime>,
    ends: Option<NaiveTime>,
    #[serde(default)]
    place: String,
    online: Option<String>,
    handling: Option<Handling>,
    source: Option<String>,
    #[serde(default)]
    source_note: String,
    /// Keys of organisations and codes of beneficiaries.
    #[serde(default)]
    organisations: Vec<String>,
    #[serde(default)]
    beneficiaries: Vec<String>,
    called: Option<Day>,
    #[serde(default)]
    agenda: Vec<Item>,
    #[serde(default)]
    papers: Vec<(String, String)>,
    #[serde(default)]
    answers: Vec<(String, Answer)>,
    held: Option<Held>,
    cancelled: Option<(Day, String)>,
}

#[derive(Debug, Deserialize)]
struct Item {
    title: String,
    #[serde(default)]
    note: String,
    /// The title of the decision, or the key of the plan that it is about.
    decision: Option<String>,
    plan: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Held {
    on: Day,
    attended: Vec<String>,
    excused: Vec<String>,
    conclusions: String,
    tasks: Vec<Task>,
}

#[derive(Debug, Deserialize)]
struct Task {
    title: String,
    owner: String,
    due: Option<Day>,
    done: Option<(Day, String)>,
}

pub(super) async fn meetings(tx: &mut ProcessTx, file: &File, keys: &Keys, clock: &Clock) -> anyhow::Result<()> {
    let all: Vec<OfProcess> = serde_json::from_str(TEXT).context("the meetings of the seed cannot be read")?;
    let Some(own) = all.into_iter().find(|p| p.slug == file.slug) else { return Ok(()) };
    let (process, setting) = (tx.process(), serde_json::json!({ ZONE: own.time_zone.as_str() }));
    sqlx::query!("update process set settings = settings || $2 where id = $1", process.0, setting)
        .execute(tx.conn())
        .await?;
    for m in &own.meetings {
        one(tx, file, keys, clock, own.time_zone, m).await.with_context(|| format!("the meeting {:?}", m.title))?;
    }
    Ok(())
}

/// `m:`, `o:` or `b:` and the file's key.
fn owner(keys: &Keys, text: &str) -> anyhow::Result<Owner> {
    let (kind, key) = text.split_once(':').context("an owner")?;
    Ok(match kind {
        "m" => Owner::Member(MembershipId(keys.get("member", key)?)),
        "o" => Owner::Organisation(OrganisationId(keys.get("organisation", key)?)),
        "b" => Owner::Beneficiary(BeneficiaryId(keys.get("beneficiary", key)?)),
        _ => return Err(anyhow!("no owner: {text}")),
    })
}

fn time(m: &Meeting, zone: Zone, clock: &Clock) -> anyhow::Result<Time> {
    let today = clock.today();
    let (first, last) = (m.day.date(today), m.last_day.map(|day| day.date(today)));
    let Some(starts) = m.starts else { return Time::days(first, last, zone).context("a day") };
    let at = |time| zone.moment(first.and_time(time)).context("a time");
    Ok(Time { starts_at: at(starts)?, ends_at: m.ends.map(at).transpose()?, timed: true, zone })
}

async fn one(
    tx: &mut ProcessTx,
    file: &File,
    keys: &Keys,
    clock: &Clock,
    zone: Zone,
    m: &Meeting,
) -> anyhow::Result<()> {
    let today = clock.today();
    let organisation = |key: &String| keys.get("organisation", key).map(OrganisationId);
    let beneficiary = |code: &String| keys.get("beneficiary", code).map(BeneficiaryId);
    let new = NewMeeting {
        body: m.body,
        pillar: keys.maybe("pillar", m.pillar.as_ref())?.map(PillarId),
        title: m.title.clone(),
        about: m.about.clone(),
        time: time(m, zone, clock)?,
        place: m.place.clone(),
        online: m.online.clone(),
        handling: m.handling.unwrap_or(Handling::Members),
        organisations: m.organisations.iter().map(organisation).collect::<anyhow::Result<_>>()?,
        beneficiaries: m.beneficiaries.iter().map(beneficiary).collect::<anyhow::Result<_>>()?,
        source: m.source.clone().map(|url| (url, m.source_note.clone())),
    };
    if new.source.is_some() {
        meetings::call(tx, None, &new, clock.now()).await?;
        return Ok(());
    }
    let by = role(file, keys, "support_group")?;
    let called = moment(m.called.context("when it was called")?.date(today), 9, clock);
    let id = meetings::call(tx, Some(&by), &new, called).await?;
    let mut w = whole(tx, id, clock).await?;
    let mut items = Vec::new();
    for item in &m.agenda {
        items.push(on_agenda(tx, keys, item).await?);
    }
    let papers: Vec<NewPaper> =
        m.papers.iter().map(|(title, address)| NewPaper { title: title.clone(), address: address.clone() }).collect();
    if !items.is_empty() || !papers.is_empty() {
        meetings::agenda(tx, &by, &w, (&items, &papers), called + TimeDelta::hours(1)).await?;
    }
    let is = |x: Owner, o: Option<OrganisationId>, b: Option<BeneficiaryId>| match x {
        Owner::Organisation(id) => o == Some(id),
        Owner::Beneficiary(id) => b == Some(id),
        Owner::Member(_) => false,
    };
    for (party, answer) in &m.answers {
        let party = owner(keys, party)?;
        let found = w.parties.iter().find(|x| is(party, x.organisation, x.beneficiary)).context("a party")?;
        meetings::answer(tx, &by, id, found, *answer, called + TimeDelta::hours(3)).await?;
    }
    if let Some((on, why)) = &m.cancelled {
        meetings::cancel(tx, &by, &w.meeting, why, moment(on.date(today), 11, clock)).await?;
    }
    let Some(held) = &m.held else { return Ok(()) };
    w = whole(tx, id, clock).await?;
    let at = moment(held.on.date(today), 15, clock);
    let listed = |all: &[String]| all.iter().map(|key| owner(keys, key)).collect::<anyhow::Result<Vec<_>>>();
    let (attended, excused) = (listed(&held.attended)?, listed(&held.excused)?);
    let parties = w.parties.iter().map(|x| {
        let among = |all: &[Owner]| all.iter().any(|party| is(*party, x.organisation, x.beneficiary));
        let attendance =
            if among(&attended) { Some(Attendance::Attended) } else { among(&excused).then_some(Attendance::Excused) };
        WasThere { id: x.id, attendance, note: String::new() }
    });
    let recorded = Recorded { parties: parties.collect(), conclusions: held.conclusions.clone() };
    meetings::record(tx, &by, &w, &recorded, Some(meetings::State::Held), at).await?;
    for t in &held.tasks {
        let new =
            NewTask { title: t.title.clone(), owner: owner(keys, &t.owner)?, due_on: t.due.map(|d| d.date(today)) };
        let task = meetings::give(tx, &by, id, (&new, ""), at).await?;
        if let Some((on, answer)) = &t.done {
            let w = whole(tx, id, clock).await?;
            let task = w.tasks.iter().find(|x| x.id == task).context("a task")?;
            let ended = moment(on.date(today), 14, clock);
            meetings::end_task(tx, &by, id, task, (TaskState::Done, answer), ended).await?;
        }
    }
    Ok(())
}

async fn whole(tx: &mut ProcessTx, id: MeetingId, clock: &Clock) -> anyhow::Result<meetings::Whole> {
    meetings::load(tx, id, clock.today()).await?.context("the meeting")
}

async fn on_agenda(tx: &mut ProcessTx, keys: &Keys, item: &Item) -> anyhow::Result<NewItem> {
    let plan = keys.maybe("plan", item.plan.as_ref())?;
    let decision = match &item.decision {
        Some(title) => Some(
            sqlx::query_scalar!(
                "select id from board_decision where process_id = kernel.process_id() and title = $1",
                title
            )
            .fetch_one(tx.conn())
            .await?,
        ),
        None => None,
    };
    let kind = match (plan, decision) {
        (Some(_), _) => ItemKind::Plan,
        (None, Some(_)) => ItemKind::Decision,
        (None, None) => ItemKind::Own,
    };
    Ok(NewItem { title: item.title.clone(), note: item.note.clone(), kind, subject: plan.or(decision) })
}

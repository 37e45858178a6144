//! Decisions of the Board: each step taken as a member takes it, on its day; or told by public sources.

use anyhow::{Context, anyhow};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::file::{BoardDecision, Day, File, Member};
use super::store::Keys;
use crate::features::decisions::{
    self, AtMeeting, BoardSettings, Cast, Conclusion, NewDecision, NewPaper, PaperContent, Party, Procedure, Sourced,
    State, Subject,
};
use crate::features::plans;
use crate::kernel::clock::Clock;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, DecisionId, MembershipId, OrganisationId, PillarId, PlanId};
use crate::kernel::permit::Role;

pub(super) async fn decisions(tx: &mut ProcessTx, file: &File, keys: &Keys, clock: &Clock) -> anyhow::Result<()> {
    if let Some(board) = &file.board {
        let board = BoardSettings {
            commission: keys.maybe("organisation", board.commission.as_ref())?.map(OrganisationId),
            rule: board.rule,
            quorum: board.quorum,
            procedure: board.procedure,
            term_days: board.term_days,
        };
        let mut settings = serde_json::json!({});
        board.put(&mut settings);
        let process = tx.process();
        sqlx::query!("update process set settings = settings || $2 where id = $1", process.0, settings)
            .execute(tx.conn())
            .await?;
    }
    for decision in &file.board_decisions {
        one(tx, file, keys, clock, decision).await.with_context(|| format!("the decision {:?}", decision.title))?;
    }
    Ok(())
}

async fn one(tx: &mut ProcessTx, file: &File, keys: &Keys, clock: &Clock, d: &BoardDecision) -> anyhow::Result<()> {
    let plan = keys.maybe("plan", d.plan.as_ref())?;
    let report = keys.maybe("report", d.report.as_ref())?;
    let id = plan.or(report).or(keys.maybe("organisation", d.organisation.as_ref())?);
    let subject = Subject { kind: d.kind, id, label: d.label.clone() };
    if let Some(source) = &d.source {
        let sourced = Sourced {
            subject,
            title: d.title.clone(),
            procedure: d.procedure,
            meeting_on: d.meeting_on,
            meeting_place: d.meeting_place.clone(),
            decided_on: d.decided_on.context("when it was decided")?,
            source_url: source.clone(),
            source_note: d.source_note.clone(),
        };
        decisions::from_sources(tx, &sourced, clock.now()).await?;
        return Ok(());
    }
    let today = clock.today();
    let mut papers: Vec<NewPaper> = d
        .papers
        .iter()
        .map(|p| NewPaper { title: p.title.clone(), content: PaperContent::Text(p.text.clone()) })
        .collect();
    if let Some(plan) = plan {
        let frame = plans::frame(tx).await?;
        let text = plans::paper(tx, PlanId(plan), &frame, today).await?;
        papers.push(NewPaper { title: d.label.clone(), content: PaperContent::Text(text) });
    }
    let new = NewDecision {
        subject,
        title: d.title.clone(),
        procedure: d.procedure,
        meeting_on: d.meeting_on,
        meeting_place: d.meeting_place.clone(),
        deadline: d.deadline.map(|day| day.date(today)),
        note: d.note.clone(),
        papers,
    };
    let (secretariat, chair) = (role(file, keys, "support_group")?, role(file, keys, "chair")?);
    let at = |day: Day, hour: u32| moment(day.date(today), hour, clock);
    let id = decisions::prepare(tx, &secretariat, &new, at(d.prepared.context("when it was prepared")?, 9)).await?;
    let Some(opened) = d.opened else { return Ok(()) };
    decisions::open(tx, &secretariat, id, None, None, at(opened, 10)).await?;
    votes(tx, file, keys, d, id, &secretariat, at).await?;
    for s in &d.statements {
        let (by, party) = (member(file, keys, &s.by)?, party(file, keys, &s.by)?);
        decisions::state(tx, &by, id, &party, &s.text, at(s.on, 15)).await?;
    }
    if let Some(result) = &d.result {
        let (on, reasons) = (result.on, result.reasons.clone());
        let conclusion = match result.state {
            State::Taken => Conclusion::Taken { on, number: None, note: reasons },
            State::NotTaken => Conclusion::NotTaken { on, reasons },
            State::ReferredBack => Conclusion::ReferredBack { on, reasons },
            other => return Err(anyhow!("{other:?} is no result")),
        };
        let recorded = result.recorded.unwrap_or(Day::On(on));
        decisions::conclude(tx, &chair, id, None, &conclusion, at(recorded, 16)).await?;
    }
    Ok(())
}

async fn votes(
    tx: &mut ProcessTx,
    file: &File,
    keys: &Keys,
    d: &BoardDecision,
    id: DecisionId,
    secretariat: &MembershipFacts,
    at: impl Fn(Day, u32) -> DateTime<Utc>,
) -> anyhow::Result<()> {
    let seats = decisions::seats(tx, id).await?;
    let seat = |name: &str| {
        seats.iter().find(|(_, label)| label == name).map(|(id, _)| *id).with_context(|| format!("no seat {name}"))
    };
    if d.procedure == Some(Procedure::Meeting) {
        let mut all = Vec::new();
        for v in &d.votes {
            all.push(AtMeeting { seat: seat(&v.seat)?, vote: Some(v.vote), note: v.note.clone() });
        }
        if let Some(first) = d.votes.first() {
            decisions::record_votes(tx, secretariat, id, None, &all, at(first.on, 14)).await?;
        }
        return Ok(());
    }
    for (i, v) in d.votes.iter().enumerate() {
        let (seat, by) = (seat(&v.seat)?, member(file, keys, &v.by)?);
        let seen = decisions::vote_of(tx, seat).await?;
        let hour = 11 + u32::try_from(i).unwrap_or_default() % 8;
        let cast = Cast { seat, vote: v.vote, note: v.note.clone(), seen };
        decisions::cast(tx, &by, id, &cast, at(v.on, hour)).await?;
    }
    Ok(())
}

/// A moment of a day that has begun: never after now.
pub(super) fn moment(day: NaiveDate, hour: u32, clock: &Clock) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 5, 0).unwrap_or_default();
    day.and_time(time).and_utc().min(clock.now())
}

pub(super) fn role(file: &File, keys: &Keys, role: &str) -> anyhow::Result<MembershipFacts> {
    let found = file.members.iter().find(|m| m.role == role).with_context(|| format!("no {role}"))?;
    facts(found, file, keys)
}

fn member(file: &File, keys: &Keys, key: &str) -> anyhow::Result<MembershipFacts> {
    let found = file.members.iter().find(|m| m.key() == key).with_context(|| format!("no member {key}"))?;
    facts(found, file, keys)
}

fn facts(m: &Member, file: &File, keys: &Keys) -> anyhow::Result<MembershipFacts> {
    let pillars = m.pillars.iter().map(|p| keys.get("pillar", p).map(PillarId)).collect::<anyhow::Result<_>>()?;
    let organisation = m.organisation.as_ref().and_then(|key| file.organisations.iter().find(|o| o.key == *key));
    let beneficiary = m.beneficiary.as_ref().and_then(|code| file.beneficiaries.iter().find(|b| b.code == *code));
    Ok(MembershipFacts {
        id: MembershipId(keys.get("member", m.key())?),
        name: m.name.clone(),
        post: m.post.clone(),
        role: Role::parse(&m.role).context("a role")?,
        organisation: keys.maybe("organisation", m.organisation.as_ref())?.map(OrganisationId),
        organisation_name: organisation.map(|o| o.name.clone()),
        organisation_short: organisation.and_then(|o| o.short_name.clone()),
        beneficiary: keys.maybe("beneficiary", m.beneficiary.as_ref())?.map(BeneficiaryId),
        beneficiary_name: beneficiary.map(|b| b.name.clone()),
        pillars,
        ends_on: m.to,
        focal_point: false,
        speaks_for: m.speaks_for,
        votes: m.votes,
    })
}

fn party(file: &File, keys: &Keys, key: &str) -> anyhow::Result<Party> {
    let m = member(file, keys, key)?;
    let label = m.beneficiary_name.or(m.organisation_name).context("a party")?;
    let organisation = m.organisation.filter(|_| m.beneficiary.is_none());
    Ok(Party { beneficiary: m.beneficiary, organisation, label })
}

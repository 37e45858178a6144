//! Decisions as they are read: through the views of 0130, one statement a decision with all that belongs to it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Ballot, Number, Outcome, Procedure, Quorum, Rule, State, SubjectKind, Vote, tally};
use super::settings::BoardSettings;
use super::{Standing, Summary};
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::ProcessTx;
use crate::kernel::history::Changes;
use crate::kernel::ids::{BeneficiaryId, DecisionId, OrganisationId, SeatId, VoteId};
use crate::kernel::permit::Scope;

/// Somebody as others see them.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Decision {
    pub id: DecisionId,
    pub subject_kind: SubjectKind,
    pub subject_id: Option<Uuid>,
    pub subject_label: String,
    pub title: String,
    pub number: Option<Number>,
    pub procedure: Option<Procedure>,
    pub meeting_on: Option<NaiveDate>,
    pub meeting_place: String,
    pub rule: Option<Rule>,
    pub quorum: Option<Quorum>,
    pub state: State,
    pub opened_at: Option<DateTime<Utc>>,
    pub deadline: Option<NaiveDate>,
    pub decided_on: Option<PartialDate>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub recorded_by: Option<Person>,
    pub note: String,
    pub reasons: String,
    /// When the text that it was taken on was referred back, before its adoption.
    pub text_back_at: Option<DateTime<Utc>>,
    pub source_url: Option<String>,
    pub source_note: String,
    pub version: i32,
    pub prepared_at: DateTime<Utc>,
    pub prepared_by: Option<Person>,
    pub papers: Vec<Paper>,
    /// In alphabetical order.
    pub seats: Vec<Seat>,
    pub statements: Vec<Statement>,
    /// The latest first.
    pub history: Vec<Event>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Paper {
    pub place: i16,
    pub title: String,
    pub address: Option<String>,
    pub sha256: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Seat {
    pub id: SeatId,
    pub label: String,
    pub beneficiary: Option<BeneficiaryId>,
    pub organisation: Option<OrganisationId>,
    /// The latest first; the first that is not replaced stands.
    pub votes: Vec<Given>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Given {
    pub id: VoteId,
    pub vote: Vote,
    pub own_hand: bool,
    pub at: DateTime<Utc>,
    pub by: Person,
    pub note: String,
    pub replaced_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Statement {
    pub label: String,
    pub text: String,
    pub post: String,
    pub at: DateTime<Utc>,
    pub by: Person,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub changes: Changes,
    pub by: Option<Person>,
}

impl Seat {
    pub fn vote(&self) -> Option<&Given> {
        self.votes.iter().find(|v| v.replaced_at.is_none())
    }

    pub fn earlier(&self) -> impl Iterator<Item = &Given> {
        self.votes.iter().filter(|v| v.replaced_at.is_some())
    }

    /// The record that the permission to vote is asked about.
    pub fn scope(&self) -> Scope {
        Scope { keeper: self.organisation, beneficiaries: self.beneficiary.into_iter().collect(), ..Scope::default() }
    }
}

impl Decision {
    /// It was prepared on a record of the portal, a plan or a mapping report, whose text its papers are: subject and papers
    /// stay as they are.
    pub fn is_of_record(&self) -> bool {
        match self.subject_kind {
            SubjectKind::Plan => true,
            SubjectKind::MappingReport => self.subject_id.is_some(),
            _ => false,
        }
    }

    /// What is counted; `None` before it is opened, and where the votes are not known.
    pub fn ballot(&self) -> Option<Ballot> {
        if self.state == State::Prepared || self.source_url.is_some() {
            return None;
        }
        Some(Ballot {
            votes: self.seats.iter().map(|s| s.vote().map(|v| v.vote)).collect(),
            rule: self.rule?,
            quorum: self.quorum?,
            procedure: self.procedure?,
            deadline: self.deadline,
        })
    }

    /// How the votes stand; what was recorded is counted as of the day it was recorded.
    pub fn tally(&self, today: NaiveDate) -> Option<Outcome> {
        let day = self.recorded_at.map_or(today, |at| at.date_naive());
        self.ballot().map(|b| tally(&b, day))
    }

    /// The first day on which it can have been decided: when it was opened, or the meeting, where that was entered after it
    /// was held. `None` before it is opened.
    pub fn first_day(&self) -> Option<NaiveDate> {
        let opened = self.opened_at?.date_naive();
        let meeting = self.meeting_on.filter(|_| self.procedure == Some(Procedure::Meeting));
        Some(meeting.map_or(opened, |day| day.min(opened)))
    }

    /// Whether votes can still be given by the seats' own hand.
    pub fn takes_votes(&self, today: NaiveDate) -> bool {
        self.state == State::Open
            && matches!(self.procedure, Some(Procedure::Written | Procedure::Silence))
            && self.deadline.is_some_and(|last| today <= last)
    }

    pub fn takes_statements(&self) -> bool {
        self.state.takes_statements() && self.source_url.is_none()
    }

    pub fn standing(&self, today: NaiveDate) -> Standing {
        let summary = Summary {
            id: self.id,
            title: self.title.clone(),
            state: self.state,
            number: self.number,
            procedure: self.procedure,
            meeting_on: self.meeting_on,
            deadline: self.deadline,
            decided_on: self.decided_on,
            reasons: self.reasons.clone(),
            text_back: self.text_back_at.is_some(),
            takes_statements: self.takes_statements(),
        };
        Standing { summary, tally: self.tally(today) }
    }
}

/// One decision with all that belongs to it.
pub async fn load(tx: &mut ProcessTx, id: DecisionId, today: NaiveDate) -> sqlx::Result<Option<Decision>> {
    let row = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', d.id, 'subject_kind', d.subject_kind, 'subject_id', d.subject_id,
            'subject_label', d.subject_label, 'title', d.title,
            'number', case when d.number_year is not null then jsonb_build_object('year', d.number_year, 'in_year', d.number_in_year) end,
            'procedure', d.procedure, 'meeting_on', d.meeting_on, 'meeting_place', d.meeting_place, 'rule', d.rule, 'quorum', d.quorum,
            'state', d.state, 'opened_at', d.opened_at, 'deadline', d.deadline,
            'decided_on', kernel.partial_date(d.decided_on, d.decided_on_precision), 'recorded_at', d.recorded_at,
            'recorded_by', kernel.person(d.recorded_by_id, $2), 'note', d.note, 'reasons', d.reasons, 'text_back_at', d.text_back_at, 'source_url', d.source_url,
            'source_note', d.source_note, 'version', d.version, 'prepared_at', d.prepared_at,
            'prepared_by', kernel.person(d.prepared_by_id, $2),
            'papers', coalesce((select jsonb_agg(jsonb_build_object('place', p.place, 'title', p.title, 'address', p.address,
                    'sha256', p.sha256) order by p.place)
                from visible_paper p where p.process_id = d.process_id and p.decision_id = d.id), '[]'),
            'seats', coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'label', s.label, 'beneficiary', s.beneficiary_id,
                    -- a seat whose organisation was merged goes on with the one that was kept
                    'organisation', coalesce(o.merged_into_id, s.organisation_id),
                    'votes', coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'vote', v.vote, 'own_hand', v.own_hand,
                            'at', v.at, 'by', kernel.person(v.by_membership_id, $2), 'note', v.note, 'replaced_at', v.replaced_at)
                            order by v.replaced_at is null desc, v.at desc, v.id desc)
                        from visible_vote v where v.process_id = d.process_id and v.seat_id = s.id), '[]'))
                    order by lower(s.label), s.id)
                from visible_seat s left join organisation o on o.process_id = s.process_id and o.id = s.organisation_id
                where s.process_id = d.process_id and s.decision_id = d.id), '[]'),
            'statements', coalesce((select jsonb_agg(jsonb_build_object('label', t.label, 'text', t.text, 'post', t.post,
                    'at', t.at, 'by', kernel.person(t.by_membership_id, $2)) order by t.at, t.id)
                from visible_statement t where t.process_id = d.process_id and t.decision_id = d.id), '[]'),
            'history', coalesce((select jsonb_agg(jsonb_build_object('at', h.at, 'event', h.event, 'changes', h.changes, 'why', h.why,
                    'by', kernel.person(h.by_membership_id, $2)) order by h.at desc, h.id desc)
                from (select x.* from history x where x.process_id = d.process_id and x.subject_kind = 'decision' -- past the view: of a decision that is seen
                    and x.subject_id = d.id order by x.at desc, x.id desc limit 200) h), '[]')
        ) as "decision!: Json<Decision>"
        from visible_decision d where d.process_id = kernel.process_id() and d.id = $1"#,
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|Json(d)| d))
}

pub struct PaperText {
    pub title: String,
    pub content: Option<String>,
    pub address: Option<String>,
    pub sha256: Option<String>,
    pub decision: String,
    pub state: State,
}

/// One paper with its content.
pub async fn paper(tx: &mut ProcessTx, id: DecisionId, place: i16) -> sqlx::Result<PaperText> {
    let r = sqlx::query!(
        r#"select p.title as "title!", p.content, p.address, p.sha256, d.title as "decision!", d.state as "state!"
        from visible_paper p join visible_decision d on d.process_id = p.process_id and d.id = p.decision_id
        where p.process_id = kernel.process_id() and p.decision_id = $1 and p.place = $2"#,
        id.0,
        place
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(PaperText {
        title: r.title,
        content: r.content,
        address: r.address,
        sha256: r.sha256,
        decision: r.decision,
        state: State::parse(&r.state).unwrap_or(State::Withdrawn),
    })
}

/// A paper as a form shows it again: title, content, address, checksum.
pub async fn paper_texts(tx: &mut ProcessTx, id: DecisionId) -> sqlx::Result<Vec<[String; 4]>> {
    let rows = sqlx::query!(
        r#"select title as "title!", content, address, sha256 from visible_paper
        where process_id = kernel.process_id() and decision_id = $1 order by place"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let stated = if r.address.is_some() { r.sha256.unwrap_or_default() } else { String::new() };
            [r.title, r.content.unwrap_or_default(), r.address.unwrap_or_default(), stated]
        })
        .collect())
}

/// A decision in a list.
pub struct Line {
    pub summary: Summary,
    pub kind: SubjectKind,
    pub subject_label: String,
    pub from_sources: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub kind: Option<SubjectKind>,
    pub state: Option<State>,
    /// The list goes on after this decision.
    pub after: Option<DecisionId>,
}

macro_rules! line {
    ($r:ident) => {
        Line {
            summary: Summary {
                id: $r.id,
                title: $r.title,
                state: State::parse(&$r.state).unwrap_or(State::Withdrawn),
                number: $r.number_year.zip($r.number_in_year).map(|(year, in_year)| Number { year, in_year }),
                procedure: $r.procedure.as_deref().and_then(Procedure::parse),
                meeting_on: $r.meeting_on,
                deadline: $r.deadline,
                decided_on: $r
                    .decided_on
                    .zip($r.decided_on_precision.parse::<Precision>().ok())
                    .and_then(|(day, precision)| PartialDate::from_parts(day, precision).ok()),
                reasons: $r.reasons,
                text_back: $r.text_back,
                takes_statements: State::parse(&$r.state).is_some_and(State::takes_statements) && !$r.from_sources,
            },
            kind: SubjectKind::parse(&$r.subject_kind).unwrap_or(SubjectKind::Plan),
            subject_label: $r.subject_label,
            from_sources: $r.from_sources,
        }
    };
}

/// Decisions, what waits first and then the latest; one more than `most` where there are more.
pub async fn list(tx: &mut ProcessTx, filter: &Filter, most: i64) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"with d as (select *, case state when 'open' then 0 when 'prepared' then 1 else 2 end as rank,
                coalesce(decided_on, meeting_on, deadline, prepared_at::date) as day
            from visible_decision where process_id = kernel.process_id())
        select d.id as "id!: DecisionId", d.title as "title!", d.state as "state!", d.number_year, d.number_in_year, d.procedure,
            d.meeting_on, d.deadline, d.decided_on, d.decided_on_precision as "decided_on_precision!", d.reasons as "reasons!",
            d.subject_kind as "subject_kind!", d.subject_label as "subject_label!", d.source_url is not null as "from_sources!",
            d.text_back_at is not null as "text_back!"
        from d
        where ($1::text is null or d.subject_kind = $1) and ($2::text is null or d.state = $2)
            and ($3::uuid is null or (d.rank, -(d.day - date '2000-01-01'), d.id)
                > (select x.rank, -(x.day - date '2000-01-01'), x.id from d x where x.id = $3))
        order by d.rank, d.day desc, d.id limit $4"#,
        filter.kind.map(SubjectKind::as_str),
        filter.state.map(State::as_str),
        filter.after.map(|d| d.0),
        most + 1
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| line!(r)).collect())
}

pub async fn of_subject(tx: &mut ProcessTx, kind: SubjectKind, id: Uuid) -> sqlx::Result<Vec<Summary>> {
    let rows = sqlx::query!(
        r#"select d.id as "id!: DecisionId", d.title as "title!", d.state as "state!", d.number_year, d.number_in_year, d.procedure,
            d.meeting_on, d.deadline, d.decided_on, d.decided_on_precision as "decided_on_precision!", d.reasons as "reasons!",
            d.subject_kind as "subject_kind!", d.subject_label as "subject_label!", d.source_url is not null as "from_sources!",
            d.text_back_at is not null as "text_back!"
        from visible_decision d where d.process_id = kernel.process_id() and d.subject_kind = $1 and d.subject_id = $2
        order by d.prepared_at desc, d.id desc"#,
        kind.as_str(),
        id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| line!(r).summary).collect())
}

/// The settings of the Board as they stand in this transaction.
pub async fn settings(tx: &mut ProcessTx) -> sqlx::Result<BoardSettings> {
    let process = tx.process();
    let settings =
        sqlx::query_scalar!("select settings from process where id = $1", process.0).fetch_one(tx.conn()).await?;
    Ok(BoardSettings::of(&settings))
}

/// The names of the seats that a decision opened now would have, in alphabetical order.
pub async fn seats_now(tx: &mut ProcessTx, board: &BoardSettings) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select name as "name!" from (
            select b.name from beneficiary b where b.process_id = kernel.process_id()
            union all
            select o.name from organisation m
                join organisation o on o.process_id = m.process_id and o.id = coalesce(m.merged_into_id, m.id)
            where m.process_id = kernel.process_id() and m.id = $1) x order by lower(name), name"#,
        board.commission.map(|o| o.0)
    )
    .fetch_all(tx.conn())
    .await
}

/// The number that is free: the lowest of its year, so that the portal itself leaves none out.
pub async fn next_number(tx: &mut ProcessTx, year: i16) -> sqlx::Result<Number> {
    let in_year = sqlx::query_scalar!(
        r#"select coalesce(min(n), 1)::smallint as "n!" from generate_series(1, (select count(*)::integer + 1 from visible_decision
                where process_id = kernel.process_id() and number_year = $1)) n
        where not exists (select from visible_decision d where d.process_id = kernel.process_id() and d.number_year = $1
            and d.number_in_year = n)"#,
        year
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Number { year, in_year })
}

/// Whether a decision has this number.
pub async fn number_is_taken(tx: &mut ProcessTx, number: Number) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from visible_decision where process_id = kernel.process_id() and number_year = $1
            and number_in_year = $2) as "taken!""#,
        number.year,
        number.in_year
    )
    .fetch_one(tx.conn())
    .await
}

pub async fn seats(tx: &mut ProcessTx, id: DecisionId) -> sqlx::Result<Vec<(SeatId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id!: SeatId", label as "label!" from visible_seat
        where process_id = kernel.process_id() and decision_id = $1 order by lower(label), id"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.label)).collect())
}

pub async fn vote_of(tx: &mut ProcessTx, seat: SeatId) -> sqlx::Result<Option<VoteId>> {
    sqlx::query_scalar!(
        r#"select id as "id!: VoteId" from visible_vote
        where process_id = kernel.process_id() and seat_id = $1 and replaced_at is null"#,
        seat.0
    )
    .fetch_optional(tx.conn())
    .await
}

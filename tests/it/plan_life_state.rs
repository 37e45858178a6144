//! What must be so of all plans of the example at any moment, whatever was done before: read from behind row-level security,
//! and judged by the design, not by the code that decides.

use crate::plan_life::LIFE;
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};

/// A plan as it stands.
#[derive(Debug, Deserialize)]
struct Plan {
    id: String,
    state: String,
    text: Option<String>,
}

/// A decision on a plan, with each seat and the vote of it that stands.
#[derive(Debug, Deserialize)]
struct Decision {
    id: String,
    plan: String,
    state: String,
    number: Option<String>,
    procedure: Option<String>,
    rule: Option<String>,
    quorum: Option<String>,
    /// Recorded after the last day on which a vote could be given.
    over: bool,
    votes: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
struct Kept {
    number: Option<String>,
    outcome: String,
    votes: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
struct Now {
    plans: Vec<Plan>,
    /// Plan, event, from, to: in their order.
    steps: Vec<(String, String, String, String)>,
    /// Plan and step, in their order.
    snapshots: Vec<(String, String)>,
    /// Of adopted texts: the plan, and the decision as the frozen record has it.
    adopted: Vec<(String, Option<Kept>)>,
    decisions: Vec<Decision>,
    said: BTreeSet<String>,
    wrong: Vec<String>,
}

const NOW: &str = r#"with recursive e as (select id from process where slug = 'example'),
    p as (select x.* from plan x, e where x.process_id = e.id),
    line as (select id, id as root from p where revises_id is null
        union all select p.id, line.root from p join line on p.revises_id = line.id),
    d as (select x.* from board_decision x, e where x.process_id = e.id and x.subject_kind = 'plan'),
    -- the consultation that a plan had last
    c as (select distinct on (x.plan_id) x.* from consultation x join p on p.id = x.plan_id order by x.plan_id, x.number desc)
select jsonb_build_object(
    'plans', (select jsonb_agg(jsonb_build_object('id', p.id, 'state', p.state, 'text', (
            select md5(string_agg(concat_ws('|', n.lineage_id, n.parent_id, n.kind, n.title, n.body, n.expected_result), '~' order by n.id))
            from plan_node n where n.plan_id = p.id and n.removed_at is null))) from p),
    'steps', (select jsonb_agg(jsonb_build_array(h.subject_id, h.event, h.changes #>> '{plan_state,from,0}', h.changes #>> '{plan_state,to,0}')
            order by h.id) from history h join p on p.id = h.subject_id where h.changes ? 'plan_state'),
    'snapshots', (select jsonb_agg(jsonb_build_array(s.plan_id, s.step) order by s.plan_id, s.number)
            from plan_snapshot s join p on p.id = s.plan_id),
    'adopted', (select jsonb_agg(jsonb_build_array(s.plan_id, s.record::jsonb -> 'decision')) from plan_snapshot s join p on p.id = s.plan_id
            where s.step = 'adopted'),
    'decisions', (select jsonb_agg(jsonb_build_object('id', d.id, 'plan', d.subject_id, 'state', d.state, 'procedure', d.procedure,
            'number', d.number_year || '/' || d.number_in_year, 'rule', d.rule, 'quorum', d.quorum,
            'over', coalesce((d.recorded_at at time zone 'utc')::date > d.deadline, false),
            'votes', coalesce((select jsonb_agg(jsonb_build_array(s.label, coalesce(v.vote, '')) order by s.label) from board_seat s
                left join board_vote v on v.seat_id = s.id and v.replaced_at is null where s.decision_id = d.id), '[]'))) from d),
    'said', (select jsonb_agg(x) from (
        select concat_ws(' ', 'remark', r.id, r.text, r.wording_to, r.by_membership_id) as x from plan_remark r join p on p.id = r.plan_id
        union all select concat_ws(' ', 'position', q.id, q.stance, q.reason, q.by_membership_id) from party_position q
        union all select concat_ws(' ', 'asked', a.id, x.letter) from asked_party a join consultation x on x.id = a.consultation_id
        union all select concat_ws(' ', 'vote', v.id, v.seat_id, v.vote, v.note) from board_vote v
        union all select concat_ws(' ', 'statement', t.id, t.text) from party_statement t
        union all select concat_ws(' ', 'paper', t.decision_id, t.sha256) from decision_paper t
        union all select concat_ws(' ', 'frozen', s.id, s.step, encode(s.content_sha256, 'hex'), encode(s.record_sha256, 'hex')) from plan_snapshot s
        union all select concat_ws(' ', 'history', h.id, h.event, h.why) from history h
        union all select concat_ws(' ', 'edit', x.id) from plan_edit x) all_of_it),
    'wrong', (select coalesce(jsonb_agg(x), '[]') from (
        select 'a consultation is open or not, against the state: ' || p.state || ' ' || p.id as x from p
            where (p.state = 'consultation') <> exists (select from consultation o where o.plan_id = p.id and o.closed_at is null)
        union all select 'two consultations are open: ' || o.plan_id from consultation o where o.closed_at is null
            group by o.plan_id having count(*) > 1
        union all select 'a checksum is not that of its bytes: ' || s.id from plan_snapshot s
            where s.content_sha256 <> sha256(convert_to(s.content, 'UTF8')) or s.public_sha256 <> sha256(convert_to(s.public_content, 'UTF8'))
                or s.record_sha256 <> sha256(s.content_sha256 || convert_to(s.record, 'UTF8'))
        union all select 'two of one line are in force: ' || line.root from line join p on p.id = line.id and p.state = 'in_force'
            group by line.root having count(*) > 1
        union all select 'two revisions of one plan are being made: ' || p.revises_id from p
            where p.revises_id is not null and p.state in ('draft', 'consultation', 'agreed', 'adopted') group by p.revises_id having count(*) > 1
        union all select 'adopted, and the Board has not decided so: ' || p.state || ' ' || p.id from p
            where p.state in ('adopted', 'in_force', 'closed', 'superseded')
                and not exists (select from d where d.subject_id = p.id and d.state = 'taken' and d.text_back_at is null)
        union all select 'taken, and the text went back, which the decision does not say: ' || p.id from p where p.state in ('draft', 'consultation')
                and exists (select from d where d.subject_id = p.id and d.state = 'taken' and d.text_back_at is null)
        union all select 'taken, and the text went back without a reservation that lacked its statement: ' || d.id from d
            where d.text_back_at is not null and not exists (select from consultation x
                join asked_party a on a.consultation_id = x.id
                join party_position q on q.asked_id = a.id and q.replaced_at is null and q.stance = 'reservation'
                where x.plan_id = d.subject_id and not exists (select from party_statement t where t.decision_id = d.id and t.at < d.text_back_at
                    and coalesce(t.beneficiary_id, t.organisation_id) = coalesce(a.beneficiary_id, a.organisation_id)))
        union all select 'more than one decision waits: ' || d.subject_id from d where d.state in ('prepared', 'open')
            group by d.subject_id having count(*) > 1
        union all select 'a decision waits, and there is no text for it: ' || d.id from d join p on p.id = d.subject_id
            where d.state in ('prepared', 'open') and p.state <> 'agreed'
        union all select 'withdrawn when its text went back, though it had been opened: ' || d.id from d join p on p.id = d.subject_id
            where d.state = 'withdrawn' and d.opened_at is not null and d.reasons = 'sent back'
        union all select 'adopted with a reservation that no statement explains: ' || p.id from p
            join c on c.plan_id = p.id
            join asked_party a on a.consultation_id = c.id
            join party_position q on q.asked_id = a.id and q.replaced_at is null and q.stance = 'reservation'
            where p.state in ('adopted', 'in_force') and not exists (select from party_statement t join d on d.id = t.decision_id
                where d.subject_id = p.id and d.state = 'taken' and d.text_back_at is null and coalesce(t.beneficiary_id, t.organisation_id) = coalesce(a.beneficiary_id, a.organisation_id))
        union all select 'agreed, and a remark waits for its answer: ' || r.id from plan_remark r join p on p.id = r.plan_id
            where p.state not in ('draft', 'consultation') and r.consultation_id is not null and r.reply_to_id is null
                and r.withdrawn_at is null and r.answer is null
        union all select 'stated after the agreement was recorded: ' || p.id from p join c on c.plan_id = p.id
            join lateral (select s.record::jsonb as record from plan_snapshot s where s.plan_id = p.id and s.step = 'agreed'
                order by s.number desc limit 1) s on true
            where p.state = 'agreed' and (select string_agg(concat_ws('|', x ->> 'party', x ->> 'stance', x ->> 'reason'), '~' order by x ->> 'party')
                    from jsonb_array_elements(s.record -> 'positions') x)
                is distinct from (select string_agg(concat_ws('|', coalesce(b.name, o.name), q.stance, q.reason), '~' order by coalesce(b.name, o.name))
                    from asked_party a join party_position q on q.asked_id = a.id and q.replaced_at is null
                    left join beneficiary b on b.id = a.beneficiary_id left join organisation o on o.id = a.organisation_id
                    where a.consultation_id = c.id)
        union all select 'a vote was given or changed after the count: ' || v.id from board_vote v join board_decision x on x.id = v.decision_id
            where x.recorded_at is not null and (v.at > x.recorded_at or v.replaced_at > x.recorded_at)
        union all select 'a seat has two votes that stand: ' || v.seat_id from board_vote v where v.replaced_at is null
            group by v.seat_id having count(*) > 1
        union all select 'closed, and no final state is kept: ' || p.id from p where p.state = 'closed'
                and not exists (select from plan_snapshot s where s.plan_id = p.id and s.step = 'closed')) all_of_it)) as now"#;

/// What is remembered between two looks.
#[derive(Debug, Default)]
pub struct Memory {
    said: BTreeSet<String>,
    /// Of each plan that was there at first: its state then, and how many steps and snapshots had led to it.
    first: BTreeMap<String, (String, usize, usize)>,
    /// Decisions that have ended, with their votes.
    ended: BTreeMap<String, String>,
    /// Texts that are the Board's or on their way to it.
    frozen: BTreeMap<String, String>,
    begun: bool,
    /// Every step that was taken: from and to.
    pub steps: BTreeSet<(String, String)>,
}

/// Whether the votes carry, by a simple majority with two thirds of the seats voting; `None` where it was not over.
fn carried(d: &Decision) -> Option<bool> {
    assert_eq!((d.rule.as_deref(), d.quorum.as_deref()), (Some("majority"), Some("2/3")), "{d:?}");
    let count = |vote: &str| d.votes.iter().filter(|(_, v)| v == vote).count();
    let voted = d.votes.len() - count("");
    let holds = voted * 3 >= d.votes.len() * 2 && count("in_favour") > count("against");
    match d.procedure.as_deref() {
        Some("silence") if count("breaks_silence") > 0 => Some(false),
        Some("silence") => d.over.then_some(true),
        Some("written") => (d.over || voted == d.votes.len()).then_some(holds),
        _ => (voted > 0).then_some(holds),
    }
}

fn of<'a, T>(all: &'a [T], plan: &str, key: impl Fn(&T) -> &str) -> Vec<&'a T> {
    all.iter().filter(|x| key(x) == plan).collect()
}

impl Memory {
    /// Looks at everything.
    ///
    /// # Errors
    /// What is not as it must be.
    pub async fn look(&mut self, sql: &PgPool) -> Result<(), String> {
        let Json(now): Json<Now> = sqlx::query_scalar(NOW).fetch_one(sql).await.map_err(|e| e.to_string())?;
        if let Some(wrong) = now.wrong.first() {
            return Err(wrong.clone());
        }
        if let Some(lost) = self.said.difference(&now.said).next() {
            return Err(format!("lost or changed: {lost}"));
        }
        for plan in &now.plans {
            self.plan(plan, &now)?;
        }
        for d in &now.decisions {
            self.decision(d)?;
        }
        for (plan, kept) in &now.adopted {
            let Some(kept) = kept else { return Err(format!("no decision is kept with the adopted text of {plan}")) };
            let same = |d: &&Decision| {
                let votes: BTreeSet<_> = d.votes.iter().collect();
                d.plan == *plan && d.state == "taken" && d.number == kept.number && votes == kept.votes.iter().collect()
            };
            if kept.outcome != "taken" || !now.decisions.iter().any(|d| same(&d)) {
                return Err(format!("the adopted text of {plan} keeps another decision: {kept:?}"));
            }
        }
        self.said = now.said;
        self.begun = true;
        Ok(())
    }

    /// Its state is the end of a chain of steps that the design knows, and each left its frozen text.
    fn plan(&mut self, plan: &Plan, now: &Now) -> Result<(), String> {
        let steps = of(&now.steps, &plan.id, |s| &s.0);
        let snapshots = of(&now.snapshots, &plan.id, |s| &s.0);
        let first = match self.begun {
            false => (plan.state.clone(), steps.len(), snapshots.len()),
            true => ("draft".to_owned(), 0, 0),
        };
        let (mut state, skip, kept) = self.first.entry(plan.id.clone()).or_insert(first).clone();
        let mut expected = Vec::new();
        for (_, event, from, to) in steps.into_iter().skip(skip) {
            let known = LIFE.iter().any(|(_, f, t, e)| (f, t, e) == (&from.as_str(), &to.as_str(), &event.as_str()));
            if !known || *from != state {
                return Err(format!("{}: from {state}, {event} from {from} to {to}", plan.id));
            }
            self.steps.insert((from.clone(), to.clone()));
            if matches!(to.as_str(), "consultation" | "agreed" | "adopted" | "closed" | "superseded") {
                expected.push(to.as_str());
            }
            state.clone_from(to);
        }
        if state != plan.state {
            return Err(format!("{}: it is {}, and its history ends with {state}", plan.id, plan.state));
        }
        let frozen: Vec<&str> = snapshots.into_iter().skip(kept).map(|(_, step)| step.as_str()).collect();
        if frozen != expected {
            return Err(format!("{}: frozen {frozen:?}, steps {expected:?}", plan.id));
        }
        let text = plan.text.clone().unwrap_or_default();
        if matches!(plan.state.as_str(), "draft" | "consultation") {
            self.frozen.remove(&plan.id);
        } else if *self.frozen.entry(plan.id.clone()).or_insert_with(|| text.clone()) != text {
            return Err(format!("{}: its text has changed while it was {}", plan.id, plan.state));
        }
        Ok(())
    }

    /// What was recorded is what the votes come to, and stays.
    fn decision(&mut self, d: &Decision) -> Result<(), String> {
        if matches!(d.state.as_str(), "prepared" | "open") {
            return Ok(());
        }
        let says = match d.state.as_str() {
            "taken" => Some(true),
            "not_taken" => Some(false),
            _ => None,
        };
        if says.is_some() && carried(d) != says {
            return Err(format!("recorded against the votes: {d:?}"));
        }
        let ended = format!("{d:?}");
        if *self.ended.entry(d.id.clone()).or_insert_with(|| ended.clone()) != ended {
            return Err(format!("an ended decision has changed: {ended}"));
        }
        Ok(())
    }
}

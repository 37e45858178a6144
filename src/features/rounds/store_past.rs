//! The history of a round in the database, in the sight of whoever looks at it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Person, Sight};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::RoundId;

/// What was done in a round, once.
#[derive(Debug)]
pub struct Line {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    /// None: the portal itself.
    pub by: Option<Json<Person>>,
    /// By the secretariat: what a party answers came through it.
    pub secretariat: bool,
    /// How it was answered, as the database has it.
    pub state: Option<String>,
    /// The day that it was put off from and to.
    pub day_was: Option<String>,
    pub day: Option<String>,
    /// Of how many actions or needs that the reader sees, and the title where it is one.
    pub items: i64,
    pub title: Option<String>,
    /// For whom, as far as the reader may know.
    pub parties: Vec<String>,
    /// Of the reader's own page.
    pub own: bool,
}

/// The latest first. What is about actions or needs stands here as far as the reader sees these and they concern them; what is about
/// parties, as far as those are among `seen`. `own`: the reader's own pages.
///
/// # Errors
/// The database's own.
pub async fn lines(
    tx: &mut ProcessTx,
    round: RoundId,
    sight: &Sight,
    (seen, own): (&[Uuid], &[Uuid]),
    most: i64,
    today: NaiveDate,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"select h.at as "at!", h.event as "event!", kernel.person(h.by_membership_id, $2) as "by?: Json<Person>",
            -- where several words were said at once, each stands at the place of its item: those of what the reader sees
            coalesce(nullif(h.why, ''), case when t.items = 1 then t.word else t.words end, '') as "why!",
            coalesce(m.role = 'support_group', false) as "secretariat!",
            h.changes #>> '{round_items,to,0}' as "state?", h.changes #>> '{deadline,from,0}' as "day_was?",
            h.changes #>> '{deadline,to,0}' as "day?", coalesce(t.items, 0) as "items!",
            case when t.items = 1 then t.title end as "title?", coalesce(t.parties, q.parties, '{}') as "parties!: Vec<String>",
            coalesce(t.own, q.own, false) as "own!"
        from history h -- past the view: of a round that its reader sees, each line as far as they see what it is about
            left join membership m on m.process_id = h.process_id and m.id = h.by_membership_id
            left join lateral (
                select count(*) as items, min(coalesce(i.frozen ->> 'title', a.title, n.title)) as title,
                    array_agg(distinct coalesce(b.name, k.name, o.name)) as parties, bool_or(i.asked_id = any ($6)) as own, min(w.word) as word,
                    string_agg(concat_ws(': ', coalesce(i.frozen ->> 'title', a.title, n.title), w.word), chr(10) order by x.place)
                        filter (where w.word is not null) as words
                from jsonb_array_elements_text(h.changes #> '{round_items,from}') with ordinality x (id, place)
                    join visible_round_item i on i.process_id = h.process_id and i.id = x.id::uuid
                    join round_asked y on y.process_id = i.process_id and y.id = i.asked_id
                    cross join lateral (select nullif(h.changes #>> array['round_words', 'to', (x.place - 1)::text], '') as word) w
                    left join visible_action a on a.process_id = i.process_id and a.id = i.action_id
                    left join visible_need n on n.process_id = i.process_id and n.id = i.need_id
                    left join organisation o on o.process_id = y.process_id and o.id = y.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                    left join beneficiary b on b.process_id = y.process_id and b.id = y.beneficiary_id
                where $3 or i.asked_id = any ($6)
                    or exists (select from action_pillar l where l.process_id = i.process_id and l.action_id = i.action_id
                        and l.pillar_id = any ($7))
                    or exists (select from action_beneficiary l where l.process_id = i.process_id and l.action_id = i.action_id
                        and l.beneficiary_id = any ($8))) t on h.changes ? 'round_items'
            left join lateral (
                select array_agg(distinct coalesce(b.name, k.name, o.name)) as parties, bool_or(y.id = any ($6)) as own
                from round_asked y
                    left join organisation o on o.process_id = y.process_id and o.id = y.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                    left join beneficiary b on b.process_id = y.process_id and b.id = y.beneficiary_id
                where y.process_id = h.process_id and y.round_id = $1 and y.id = any ($5)
                    and (y.id::text in (select jsonb_array_elements_text(h.changes #> '{round_asked,to}'))
                        or coalesce(y.organisation_id, y.beneficiary_id)::text
                            in (select jsonb_array_elements_text(h.changes #> '{round_parties,to}')))) q
                on h.changes ?| array['round_asked', 'round_parties']
        where h.process_id = kernel.process_id() and h.subject_kind = 'round' and h.subject_id = $1 and kernel.takes_part()
            and (t.items > 0 or q.parties is not null or not h.changes ?| array['round_items', 'round_asked', 'round_parties'])
        order by h.at desc, h.id desc limit $4"#,
        round.0,
        today,
        sight.all,
        most,
        seen,
        own,
        &sight.pillars,
        &sight.beneficiaries
    )
    .fetch_all(tx.conn())
    .await
}

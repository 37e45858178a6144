//! The list's statements. Ids are found in visible_facet, one narrow row an action; what is shown is read through
//! visible_action.

mod keepers;
mod order;

pub use keepers::{Leaving, leaving};
pub use order::page;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::filter::Match;
use crate::features::actions::model::ClaimState;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::ids::{ActionId, OrganisationId, ThemeId};

/// A statement over what a filter lets through: `head`, then the filtered rows as `a`, then `tail`. The five kinds of
/// values that are counted come as columns `in_…` rather than as conditions, since a value's count is of what all the
/// *other* filters let through. The first 29 parameters are the filter's.
macro_rules! over_filtered {
    ($row:ty, $f:expr, [$($head:tt)*], [$($tail:tt)*] $(, $extra:expr)* $(,)?) => {
        sqlx::query_as!($row, $($head)* +
            "(select a.*,
                ($2::uuid[] is null or a.pillars && $2::uuid[] or ($3::boolean and a.pillars = '{}')) as in_pillar,
                ($4::uuid[] is null or a.beneficiaries && $4::uuid[] or ($5::boolean and a.beneficiaries = '{}')) as in_beneficiary,
                ($9::uuid[] is null or a.themes && $9::uuid[] or ($10::boolean and a.themes = '{}')) as in_theme,
                ($11::text[] is null or a.status = any ($11::text[]) or ($12::boolean and a.status is null)) as in_status,
                ($13::text[] is null or a.handling = any ($13::text[])) as in_handling
            from visible_facet a
            where a.kept
                and ($1::text is null or a.action_id in (select s.id from search.actions($1::text, 2147483647) s))
                and ($6::uuid[] is null
                    or (($8::text[] is null or 'keeper' = any ($8::text[])) and a.reporting_id = any ($6::uuid[]))
                    or a.action_id in (select p.action_id from action_party p where p.process_id = (select kernel.process_id())
                        and p.organisation_id = any ($6::uuid[]) and ($8::text[] is null or p.role = any ($8::text[])))
                    or ($7::boolean and not exists (select from action_party p where p.process_id = a.process_id
                        and p.action_id = a.action_id and ($8::text[] is null or p.role = any ($8::text[])))))
                and ($14::date is null or (coalesce(a.starts_on, a.ends_on) is not null and a.end_up >= $14::date))
                and ($15::date is null or (coalesce(a.starts_on, a.ends_on) is not null and a.start_down <= $15::date))
                and ($16::date is null or a.starts_on >= $16::date)
                and ($17::date is null or a.starts_on <= $17::date)
                and ($18::date is null or a.ends_on >= $18::date)
                and ($19::date is null or a.ends_on <= $19::date)
                and ($20::numeric is null or a.stated_total >= $20::numeric)
                and ($21::numeric is null or a.stated_total <= $21::numeric)
                and ($22::text is null or a.stated_currency = $22::text)
                and ($23::boolean is null or (a.stated_total is not null) = $23::boolean)
                and ($24::timestamptz is null or a.last_confirmed_at >= $24::timestamptz)
                and ($25::timestamptz is null or a.last_confirmed_at < $25::timestamptz or ($26::boolean and a.last_confirmed_at is null))
                and case when $27::text is null then a.claim <> 'declined'
                    when $27::text = 'answered' then a.claim = 'confirmed' and a.action_id in (select r.id
                        from action r -- past the view: whether somebody reported what is seen
                        where r.process_id = (select kernel.process_id()) and r.reported_by_id is not null)
                    else a.claim = $27::text end
                and ($28::text[] is null or a.missing && $28::text[])
                and ($29::uuid is null or a.parent_id = $29::uuid)) a" + $($tail)*,
            $f.words, $f.pillars.as_deref() as _, $f.no_pillar, $f.beneficiaries.as_deref() as _, $f.no_beneficiary,
            $f.organisations.as_deref() as _, $f.no_organisation, $f.roles.as_deref() as _, $f.themes.as_deref() as _,
            $f.no_theme, $f.statuses.as_deref() as _, $f.no_status, $f.handlings.as_deref() as _, $f.active_from, $f.active_to,
            $f.starts_from, $f.starts_to, $f.ends_from, $f.ends_to, $f.least, $f.most, $f.currency, $f.has_total,
            $f.confirmed_from, $f.confirmed_before, $f.or_never_confirmed, $f.claim, $f.missing.as_deref() as _, $f.parent
            $(, $extra)*)
    };
}
pub(super) use over_filtered;

/// An organisation's part in an action.
#[derive(Debug, Clone, Deserialize)]
pub struct Party {
    pub role: String,
    pub id: OrganisationId,
    pub name: String,
}

/// One action, with all that a list or its file shows of it.
#[derive(Debug)]
pub struct Row {
    pub id: ActionId,
    pub title: String,
    pub reference: String,
    pub description: String,
    pub status: Option<String>,
    pub handling: String,
    pub claim: String,
    /// By a beneficiary.
    pub reported: bool,
    pub keeper: OrganisationId,
    pub keeper_name: String,
    pub starts: Option<NaiveDate>,
    pub starts_precision: Option<String>,
    pub ends: Option<NaiveDate>,
    pub ends_precision: Option<String>,
    pub stated_total: Option<Decimal>,
    pub stated_currency: Option<String>,
    pub last_confirmed_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub source_url: Option<String>,
    pub source_note: String,
    pub pillars: Vec<Uuid>,
    pub beneficiaries: Vec<Uuid>,
    pub themes: Vec<String>,
    pub theme_text: String,
    pub parties: Json<Vec<Party>>,
    /// Titles of entries that were merged into it and that the reader may see, where the search that found it may have found it by
    /// them: its own title lacks a word of that search.
    pub also: Vec<String>,
}

fn partial(day: Option<NaiveDate>, precision: Option<&str>) -> Option<PartialDate> {
    let precision: Precision = precision?.parse().ok()?;
    PartialDate::from_parts(day?, precision).ok()
}

impl Row {
    /// What is said of it where a beneficiary reported it.
    pub fn claim_said(&self) -> Option<ClaimState> {
        ClaimState::parse(&self.claim).and_then(|claim| claim.said(self.reported))
    }
    pub fn start(&self) -> Option<PartialDate> {
        partial(self.starts, self.starts_precision.as_deref())
    }
    pub fn end(&self) -> Option<PartialDate> {
        partial(self.ends, self.ends_precision.as_deref())
    }
    /// Names of those who have this part in it, in alphabetical order.
    pub fn names(&self, role: &str) -> Vec<&str> {
        self.parties.iter().filter(|p| p.role == role).map(|p| p.name.as_str()).collect()
    }
}

/// Whether each of these folded words begins a word of a title.
fn names_all(title: &str, words: &str) -> bool {
    let title = fold(title);
    words.split(' ').all(|word| title.split(' ').any(|own| own.starts_with(word)))
}

/// The rows of these ids, in their order. What is not visible is not among them.
///
/// # Errors
/// The database's own.
pub async fn rows(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<Row>> {
    found(tx, ids, None).await
}

/// The same, of what was found by these folded words: each says as what else it was entered, where its own title does not tell why
/// it was found.
///
/// # Errors
/// The database's own.
pub async fn found(tx: &mut ProcessTx, ids: &[Uuid], words: Option<&str>) -> sqlx::Result<Vec<Row>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = sqlx::query_as!(
        Row,
        r#"select a.id as "id!: ActionId", a.title as "title!", a.reference as "reference!", a.description as "description!",
            a.status, a.handling as "handling!", a.claim as "claim!", a.reported_by_id is not null as "reported!",
            a.reporting_id as "keeper!: OrganisationId", k.name as "keeper_name!", coalesce(a.actual_start, a.planned_start) as starts,
            coalesce(a.actual_start_precision, a.planned_start_precision) as starts_precision,
            coalesce(a.actual_end, a.planned_end) as ends, coalesce(a.actual_end_precision, a.planned_end_precision) as ends_precision,
            a.stated_total, a.stated_currency, a.last_confirmed_at, a.updated_at as "updated_at!", a.source_url,
            a.source_note as "source_note!", a.theme_text as "theme_text!", f.pillars as "pillars!", f.beneficiaries as "beneficiaries!",
            array(select t.name from theme t where t.process_id = a.process_id and t.id = any (f.themes) order by t.position, t.name) as "themes!",
            coalesce((select jsonb_agg(jsonb_build_object('role', p.role, 'id', p.organisation_id, 'name', o.name) order by o.search_text, o.name)
                from action_party p join organisation o on o.process_id = p.process_id and o.id = p.organisation_id
                where p.process_id = a.process_id and p.action_id = a.id), '[]') as "parties!: Json<Vec<Party>>",
            case when $2::boolean then array(select g.title from visible_action g
                where g.process_id = (select kernel.process_id()) and g.merged_into_id = a.id
                    -- on the public side only what had a card
                    and ((select current_setting('app.levels', true)) <> 'public' or g.claim = 'confirmed')
                order by g.search_title, g.id limit 5) else '{}' end as "also!"
        from unnest($1::uuid[]) with ordinality w (id, place)
        join visible_action a on a.process_id = (select kernel.process_id()) and a.id = w.id
        join visible_facet f on f.process_id = a.process_id and f.action_id = a.id
        join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
        order by w.place"#,
        ids,
        words.is_some()
    )
    .fetch_all(tx.conn())
    .await?;
    for row in &mut rows {
        if words.is_none_or(|words| names_all(&row.title, words)) {
            row.also.clear();
        }
        let own = row.title.clone();
        row.also.retain(|title| *title != own);
    }
    Ok(rows)
}

/// A theme as the filter offers it.
#[derive(Debug, Clone, Deserialize)]
pub struct ThemeChoice {
    pub id: ThemeId,
    pub key: String,
    pub name: String,
}

/// An organisation that was asked for, and by what.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    pub id: OrganisationId,
    pub name: String,
    /// The folded words that found it; none where it was asked for by its id.
    pub by: Option<String>,
}

/// What a filter's texts stand for.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Lookups {
    pub themes: Vec<ThemeChoice>,
    pub organisations: Vec<Named>,
    pub parent: Option<String>,
}

/// Looks up what a filter names: organisations by id or by folded words, the larger action, and every theme.
///
/// # Errors
/// The database's own.
pub async fn lookups(
    tx: &mut ProcessTx,
    ids: &[Uuid],
    words: &[String],
    parent: Option<Uuid>,
) -> sqlx::Result<Lookups> {
    if ids.is_empty() && words.is_empty() && parent.is_none() {
        // most lists: to plan the rest for these values would take three times as long as all of this
        let themes = sqlx::query_scalar!(
            r#"select jsonb_build_object('organisations', '[]'::jsonb, 'themes', coalesce(
                jsonb_agg(jsonb_build_object('id', t.id, 'key', t.key, 'name', t.name) order by t.position, t.name), '[]')
            ) as "found!: Json<Lookups>" from theme t where t.process_id = (select kernel.process_id())"#
        );
        return Ok(themes.fetch_one(tx.conn()).await?.0);
    }
    let found = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'themes', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'key', t.key, 'name', t.name) order by t.position, t.name)
                from theme t where t.process_id = (select kernel.process_id())), '[]'),
            'organisations', coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name)) from organisation o
                where o.process_id = (select kernel.process_id()) and o.id = any ($1)), '[]')
                || coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'by', w.words))
                from unnest($2::text[]) w (words) cross join lateral search.organisations(w.words, 20) s
                join organisation o on o.process_id = (select kernel.process_id()) and o.id = s.id and o.merged_into_id is null
                -- a name that holds the words leaves no room for those that only read alike
                where s.rank >= 1 or not exists (select from search.organisations(w.words, 1) b where b.rank >= 1)), '[]'),
            'parent', (select a.title from visible_action a where a.process_id = (select kernel.process_id()) and a.id = $3)
        ) as "found!: Json<Lookups>""#,
        ids,
        words,
        parent
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// How many actions have a value, by kind of value and value ("" is "not stated"); and how many there are.
#[derive(Debug, Default)]
pub struct Counts {
    pub all: i64,
    of: std::collections::HashMap<(String, String), i64>,
}

impl FromIterator<(String, String, i64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (String, String, i64)>>(rows: I) -> Self {
        let mut counts = Counts::default();
        for (kind, value, n) in rows {
            if kind == "all" {
                counts.all = n;
            } else {
                counts.of.insert((kind, value), n);
            }
        }
        counts
    }
}

impl Counts {
    pub fn of(&self, kind: &str, value: &str) -> i64 {
        self.of.get(&(kind.to_owned(), value.to_owned())).copied().unwrap_or(0)
    }
}

struct Counted {
    kind: String,
    value: String,
    n: i64,
}

/// Counts what a filter lets through, exactly, and for each value of a kind what all the other filters let through.
///
/// # Errors
/// The database's own.
pub async fn counts(tx: &mut ProcessTx, f: &Match) -> sqlx::Result<Counts> {
    // Rows that are alike are put together before they are laid out over their values, in memory. Compiling the
    // statement would take longer than it runs.
    sqlx::query!(
        "select set_config('work_mem', '32MB', true) as memory, set_config('jit', 'off', true) as jit,
            set_config('plan_cache_mode', 'force_custom_plan', true) as plan"
    )
    .fetch_one(tx.conn())
    .await?;
    let counted = over_filtered!(
        Counted,
        f,
        ["with m as materialized (
            select a.status, a.handling, a.pillars, a.beneficiaries, a.themes, a.in_pillar as p, a.in_beneficiary as b,
                a.in_theme as t, a.in_status as s, a.in_handling as h from "],
        [" where a.in_pillar::int + a.in_beneficiary::int + a.in_theme::int + a.in_status::int + a.in_handling::int >= 4
        ), g as materialized (
            select status, handling, pillars, beneficiaries, p, b, t, s, h, count(*) as n from m group by 1, 2, 3, 4, 5, 6, 7, 8, 9
        )
        select 'all' as \"kind!\", '' as \"value!\", coalesce(sum(n), 0)::bigint as \"n!\" from g where p and b and t and s and h
        union all
        select 'status', coalesce(status, ''), sum(n)::bigint from g where p and b and t and h group by 2
        union all
        select 'handling', handling, sum(n)::bigint from g where p and b and t and s group by 2
        union all
        select 'pillar', coalesce(v::text, ''), sum(n)::bigint from g left join lateral unnest(pillars) v on true where b and t and s and h group by v
        union all
        select 'beneficiary', coalesce(v::text, ''), sum(n)::bigint from g left join lateral unnest(beneficiaries) v on true where p and t and s and h group by v
        union all
        select 'theme', v::text, count(*) from (select unnest(themes) as v from m where p and b and s and h) x group by v
        union all
        select 'theme', '', count(*) from m where p and b and s and h and themes = '{}' having count(*) > 0"],
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(counted.into_iter().map(|c| (c.kind, c.value, c.n)).collect())
}

struct Counting {
    n: i64,
}

/// How many a filter lets through, as far as `most`: a list that may be long says "more than" instead of counting on.
///
/// # Errors
/// The database's own.
pub async fn count_to(tx: &mut ProcessTx, f: &Match, most: i64) -> sqlx::Result<i64> {
    let counted = over_filtered!(
        Counting,
        f,
        ["select count(*) as \"n!\" from (select true as one from "],
        [" where a.in_pillar and a.in_beneficiary and a.in_theme and a.in_status and a.in_handling limit $30) c"],
        most
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(counted.n)
}

/// How many a filter lets through, and how many of them lack what a file of another standard cannot do without.
#[derive(Debug)]
pub struct Lacking {
    pub all: i64,
    /// Neither start nor end, nor a date in what it came with that only a file can say.
    pub without_date: i64,
    /// A date, but no organisation besides who keeps it, nor one in what it came with.
    pub without_party: i64,
    /// Of those that have both.
    pub without_status: i64,
}

/// # Errors
/// The database's own.
pub async fn lacking(tx: &mut ProcessTx, f: &Match) -> sqlx::Result<Lacking> {
    over_filtered!(
        Lacking,
        f,
        ["select count(*) as \"all!\", count(*) filter (where not m.dated) as \"without_date!\",
            count(*) filter (where m.dated and not m.parties) as \"without_party!\",
            count(*) filter (where m.dated and m.parties and m.status is null) as \"without_status!\"
        from (select a.status,
            -- what it came with counts where the record itself states nothing: a date of a kind or time that no record has, and
            -- organisations that the directory does not know
            case when a.missing @> array['start', 'end']
                then coalesce((select k.content ~* '<activity-date (?!([^>]* )?type=\"([1-4]|(start|end)-(planned|actual))\")'
                        or k.content ~ '<activity-date [^>]*iso-date=\"(?!(19[5-9][0-9]|20[0-9][0-9]|2100)-)'
                    from visible_action_kept k where k.process_id = a.process_id and k.action_id = a.action_id and k.format = 'iati'), false)
                else true end as dated,
            case when exists (select from action_party p where p.process_id = a.process_id and p.action_id = a.action_id) then true
                else coalesce((select k.content like '%concert:directory=\"not-listed\"%'
                    from visible_action_kept k where k.process_id = a.process_id and k.action_id = a.action_id and k.format = 'iati'), false)
                end as parties from "],
        [" where a.in_pillar and a.in_beneficiary and a.in_theme and a.in_status and a.in_handling) m"],
    )
    .fetch_one(tx.conn())
    .await
}

/// A row's place in the order.
#[derive(Debug, Clone)]
pub struct Found {
    pub id: Uuid,
    pub key: String,
}

#[cfg(test)]
mod tests {
    use super::names_all;

    #[test]
    fn a_title_tells_why_it_was_found_where_it_has_every_word() {
        assert!(names_all("Obuka istražitelja, četiri mjesta", "obuka istraz"));
        assert!(!names_all("Training of investigators", "training fit4"));
    }
}

//! Many actions at once: what an import leaves is what saving each by itself would leave, and each is written as few times as can be.

use crate::harness::Portal;
use crate::iati_import::{activity, brought, file};
use crate::imports::{DONOR, apply, figures, organisation, send, work};

const MANY: usize = 7;

/// Activities with links of each kind and money.
fn many(amount: &str) -> Vec<u8> {
    let one = |n: usize| {
        let rest = format!(
            r#"<activity-status code="2"/><activity-date type="1" iso-date="2026-03-01"/>
            <recipient-country code="XA" percentage="100"/><sector vocabulary="1" code="15137"/>
            <budget><period-start iso-date="2026-03-01"/><period-end iso-date="2026-12-31"/><value value-date="2026-03-01">5000</value></budget>
            <transaction><transaction-type code="3"/><transaction-date iso-date="2026-04-01"/>
                <value value-date="2026-04-01">{amount}</value></transaction>"#
        );
        activity(&format!("XX-NORLAND-{n}"), &format!("Watchtower {n} on the northern ridge"), &rest)
    };
    file(&(1..=MANY).map(one).collect::<Vec<_>>()).into_bytes()
}

/// All that is derived from an action and its links.
const DERIVED: &str = "select string_agg(x.line, E'\n' order by x.line) from (
        select concat_ws(' ', a.reference, (select string_agg(u::text, ',' order by u) from unnest(a.audience) u), a.missing, f::text, w::text) as line
        from action a join action_facet f on f.process_id = a.process_id and f.action_id = a.id
            join action_words w on w.process_id = a.process_id and w.action_id = a.id
        where a.reference like $1 || '%') x";

#[tokio::test]
async fn what_many_leave_is_what_each_by_itself_leaves() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "many.xml", &many("700")).await;
    assert_eq!(figures(&portal, &address).await, format!("new {MANY}"));
    apply(&portal, &donor, &address).await;
    for amount in ["700", "900"] {
        if amount == "900" {
            let (_, again) = brought(&portal, DONOR, "later.xml", &many(amount)).await;
            assert_eq!(figures(&portal, &again).await, format!("changed {MANY}"));
            apply(&portal, &donor, &again).await;
        }
        let at_once = portal.lookup(DERIVED, "XX-NORLAND-").await;
        assert_eq!(at_once.lines().count(), MANY, "{at_once}");
        let mut c = portal.in_process("example").await;
        for n in 1..=MANY {
            sqlx::query("update action set version = version where reference = $1")
                .bind(format!("XX-NORLAND-{n}"))
                .execute(&mut c)
                .await
                .expect("touched");
        }
        assert_eq!(portal.lookup(DERIVED, "XX-NORLAND-").await, at_once);
    }
    // nobody stands outside what is seen of the record
    let facts =
        "select string_agg(distinct concat_ws('|', f.audience = '{}', cardinality(a.audience), a.missing::text), ', ')
        from action a join action_facet f on f.action_id = a.id where a.reference like $1 || '%'";
    assert_eq!(portal.lookup(facts, "XX-NORLAND-").await, "t|2|{pillars,implementing,end,description}");
    let told = "select string_agg(distinct h.event || ' ' || h.n, ', ' order by h.event || ' ' || h.n) from (
        select x.event, count(*) as n from history x join action a on a.id = x.subject_id where a.reference like $1 || '%' group by 1) h";
    assert_eq!(portal.lookup(told, "XX-NORLAND-").await, format!("created {MANY}, imported {MANY}"));
}

/// How often rows were written since the last time.
async fn written(portal: &Portal) -> String {
    let found = portal
        .lookup(
            "select string_agg(x.what || ' ' || x.n, ', ' order by x.what) from (
                select what, count(*) as n from written where what like $1 || '%' group by what) x",
            "",
        )
        .await;
    sqlx::raw_sql("delete from written").execute(&mut portal.superuser().await).await.expect("forgotten");
    found
}

#[tokio::test]
async fn an_action_is_written_with_all_its_links_and_money_and_indexed_once() {
    let portal = Portal::start().await;
    sqlx::raw_sql(
        "create table public.written (what text not null);
         create function public.note_written() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
            begin insert into written values (tg_table_name || ' ' || lower(tg_op)); return null; end $$;
         create trigger noted after insert or update on action for each row execute function public.note_written();
         create trigger noted after insert or update on action_facet for each row execute function public.note_written();
         create trigger noted after insert or update on action_words for each row execute function public.note_written();",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("noted");
    let (donor, address) = brought(&portal, DONOR, "many.xml", &many("700")).await;
    apply(&portal, &donor, &address).await;
    let expected =
        format!("action insert {MANY}, action update {MANY}, action_facet insert {MANY}, action_words insert {MANY}");
    assert_eq!(written(&portal).await, expected);
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::minutes(5));
    // what has another amount alone: its money is written in the same transaction, and touches nothing once more
    let (_, again) = brought(&portal, DONOR, "later.xml", &many("900")).await;
    apply(&portal, &donor, &again).await;
    assert_eq!(written(&portal).await, format!("action update {}, action_facet update {MANY}", 2 * MANY));
}

#[tokio::test]
async fn rows_that_were_read_are_counted_before_they_are_asked_for() {
    let portal = Portal::start().await;
    let lines: Vec<String> = (1..=501).map(|n| format!("Lighthouse {n} of the inner sea;NL-L-{n}")).collect();
    let file = format!("Title;Reference\r\n{}\r\n", lines.join("\r\n"));
    let counted = "select (reltuples >= 501)::text from pg_class where relname = $1";
    assert_eq!(portal.lookup(counted, "import_row").await, "false");
    let (_, address) = brought(&portal, DONOR, "many.csv", file.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "new 501");
    assert_eq!(portal.lookup(counted, "import_row").await, "true");
}

#[tokio::test]
async fn of_work_that_was_interrupted_the_page_says_that_it_goes_on() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let own = organisation(&portal, DONOR).await;
    let file: &[u8] = b"Title;Reference\r\nLighthouse of the inner sea;NL-L-1\r\n";
    let fields = [("organisation", own.as_str()), ("handling", "members"), ("pillar", "")];
    let address = send(&donor, &fields, Some(("one.csv", file))).await.location.expect("an address");
    let says = async || !donor.get(&address).await.select("#rests").is_empty();
    let job = async |set: &'static str| {
        let sql = format!(
            "update graphile_worker._private_jobs set {set} where payload::jsonb ->> 'import' = '{}'",
            address.rsplit('/').next().expect("an id")
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut portal.superuser().await).await;
        assert_eq!(done.expect("the job").rows_affected(), 1, "{set}");
    };
    let beats = async |at: &'static str| {
        let sql = format!(
            "insert into graphile_worker._private_workers (id, last_heartbeat_at) values ('one', {at})
            on conflict (id) do update set last_heartbeat_at = excluded.last_heartbeat_at"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut portal.superuser().await).await.expect("a worker");
    };
    assert!(!says().await, "it waits for its turn");
    beats("now()").await;
    job("locked_by = 'one', locked_at = now(), attempts = 1").await;
    assert!(!says().await, "it is worked on");
    beats("now() - interval '20 seconds'").await;
    assert!(says().await, "its worker is silent");
    job("locked_by = 'nobody'").await;
    assert!(says().await, "its worker is gone");
    job("locked_by = null, locked_at = null, attempts = 0, last_error = 'recovered', run_at = now() + interval '5 seconds'")
        .await;
    assert!(says().await, "it was given back");
    job("run_at = now() + interval '1 hour'").await;
    assert!(!says().await, "nothing is promised that will not be");
    work(&portal, &address).await;
    assert!(!says().await && donor.get(&address).await.text().contains("Nothing has been changed yet"));
}

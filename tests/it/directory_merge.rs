//! Two organisations become one, and two again, to the letter.

use crate::directory::{count, organisation, send};
use crate::harness::{Browser, Portal};
use serde_json::Value;
use std::collections::BTreeMap;

const SECRETARIAT: &str = "support-group@iisg.example";

/// What is read as it was and leads on to the one that stays by `merged_into_id`: a record of its time, or of which both can have
/// a row of their own. Everything else that names an organisation is moved.
const KEPT: [&str; 22] = [
    "access_log.organisation_id",
    "action_imported.organisation_id",
    "asked_party.organisation_id",
    "board_seat.organisation_id",
    "history.for_organisation_id",
    "import.organisation_id",
    "import_head.organisation_id",
    "import_name.listed_id",
    "import_name.organisation_id",
    "meeting_attendance.organisation_id",
    "meeting_task.organisation_id",
    "mention.organisation_id",
    "need_organisation.organisation_id",
    "organisation_proposal.result_id",
    "overlap_invited.organisation_id",
    "pack.organisation_id",
    "party_statement.organisation_id",
    "plan_mention.organisation_id",
    "plan_remark.for_organisation_id",
    "round_asked.organisation_id",
    "stored_file.organisation_id",
    "webhook.organisation_id",
];

/// Of every column that refers to an organisation, how many rows name this one. The record of merges itself is left out.
async fn naming(portal: &Portal, organisation: &str) -> BTreeMap<String, i64> {
    let mut connection = portal.superuser().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select c.conrelid::regclass::text, a.attname::text from pg_constraint c
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname <> 'process_id'
         where c.contype = 'f' and c.confrelid = 'organisation'::regclass and c.conrelid <> 'organisation_merge'::regclass order by 1, 2",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the keys");
    assert!(columns.len() > 20, "{columns:?}");
    let mut all = BTreeMap::new();
    for (table, column) in columns {
        let sql = format!("select count(*) from {table} where {column}::text = $1");
        let n: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(organisation)
            .fetch_one(&mut connection)
            .await
            .expect("a count");
        all.insert(format!("{table}.{column}"), n);
    }
    all
}

/// Every row of every tenant's table. Versions move on with every change, and so does the time of an organisation's;
/// the order within an audience means nothing. The record of the merge itself, history, what is told of what has
/// left somebody's sight and sessions are left out.
async fn everything(portal: &Portal) -> BTreeMap<String, Value> {
    let mut connection = portal.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns where table_schema = 'public' and column_name = 'process_id'
            and table_name in (select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE')
            and table_name not in ('organisation_merge', 'history', 'departure', 'webhook_delivery', 'access_log', 'outgoing_mail', 'action_change', 'action_tally', 'action_tally_state', 'search_word') order by 1",
    )
    .fetch_all(&mut connection)
    .await
    .expect("tables");
    assert!(tables.len() > 20);
    let mut all = BTreeMap::new();
    for table in tables {
        let less = if table == "organisation" { "- 'updated_at'" } else { "" };
        let audience = match table.as_str() {
            "action" | "need" | "meeting" => {
                "|| jsonb_build_object('audience', (select array_agg(x order by x) from unnest(t.audience) x))"
            }
            "overlap_case" => {
                "|| jsonb_build_object('organisations', (select array_agg(x order by x) from unnest(t.organisations) x))"
            }
            _ => "",
        };
        let sql = format!(
            "select coalesce(jsonb_agg(r order by r::text), '[]') from (select to_jsonb(t) - 'version' - 'changed' {less} {audience} as r from {table} t) x"
        );
        let rows: Value = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect("rows");
        all.insert(table, rows);
    }
    all
}

/// Compared row by row, so that a failure names the one that differs.
fn same(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>, of: &str) {
    for (table, rows) in before {
        let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
        let (was, is) = (list(rows), list(&after[table]));
        for (was, is) in was.iter().zip(&is) {
            assert_eq!(was, is, "{of}: {table}");
        }
        assert_eq!(was.len(), is.len(), "{of}: {table}");
    }
}

async fn merge(browser: &Browser, goes: &str, stays: &str) -> String {
    let page = format!("/iisg/organisations/{goes}/merge?into={stays}");
    send(browser, &page, Some("/merge"), &[("why", "The same body")]).await
}

/// Makes everything that can be moved, and everything that both can have, exist for these two.
async fn entangle(portal: &Portal, goes: &str, stays: &str) {
    let sql = "
        do $$ declare p uuid; g uuid := 'GOES'; s uuid := 'STAYS'; a uuid[]; m uuid; x uuid; y uuid;
        begin
            select process_id into p from organisation where id = g;
            -- what is derived is derived for the transaction's process
            perform set_config('app.process', p::text, true);
            select array_agg(x.id) into a from (select id from action where process_id = p order by title limit 6) x;
            select id into m from membership where process_id = p and role = 'support_group' limit 1;
            -- both in the same part of one action, each with its own spelling; one alone in others
            insert into action_party (process_id, action_id, organisation_id, role, as_named, position) values
                (p, a[1], g, 'funding', 'as the first source has it', 7), (p, a[1], s, 'funding', 'as the second has it', 8),
                (p, a[2], g, 'extending', null, 3), (p, a[2], s, 'lead', null, 4) on conflict do nothing;
            update action set reporting_id = g where process_id = p and id = a[3];
            update action set handling = 'restricted' where process_id = p and id in (a[4], a[5]);
            insert into action_disclosure (process_id, action_id, organisation_id, by_membership_id, at) values
                (p, a[4], g, m, '2026-01-01'), (p, a[4], s, m, '2026-02-02'), (p, a[5], g, m, '2026-03-03') on conflict do nothing;
            insert into contribution (process_id, action_id, kind, amount, currency, provider_id, receiver_id) values
                (p, a[1], 'planned', 100.125, 'EUR', g, s), (p, a[2], 'spent', -5, 'EUR', s, g), (p, a[3], 'spent', 1, 'EUR', g, g);
            insert into pillar_lead (process_id, pillar_id, organisation_id, starts_on) select p, id, g, '2024-01-01' from pillar where process_id = p limit 1;
            insert into contact_point (process_id, organisation_id, name, phone) values (p, g, 'Desk', '1'), (p, s, 'Desk', '1');
            insert into organisation_alias (process_id, organisation_id, name) values (p, g, 'One name of both'), (p, s, 'One name of both'), (p, g, 'Its own');
            insert into access_request (process_id, kind, name, email, organisation_name, organisation_id, due_on)
                values (p, 'person', 'A', 'a@x.example', 'G', g, '2026-12-01');
            update organisation set parent_id = g where process_id = p and id = (select id from organisation where process_id = p and id not in (g, s)
                and parent_id is null and merged_into_id is null order by name limit 1);
            insert into membership (process_id, account_id, name, role, organisation_id, starts_on)
                select p, account_id, 'Moved', 'partner', g, '2026-01-01' from membership where id = m;
            insert into organisation (process_id, name, kind, merged_into_id) values (p, 'Merged before into ' || g, 'other', g);
            insert into organisation_proposal (process_id, organisation_id, fields, by_membership_id, result_id) values (p, g, '[]', m, g);
            insert into history (process_id, for_organisation_id, subject_kind, subject_id, event) values (p, g, 'organisation', g, 'organisation-edited');
            insert into access_log (process_id, kind, subject_kind, organisation_id) values (p, 'read', 'action', g);
            -- asked in a consultation, both; a remark for it, and remarks that name it
            insert into plan (process_id, title) values (p, 'A plan that asks') returning id into x;
            insert into plan_remark (process_id, plan_id, by_membership_id, for_organisation_id, text, at) values (p, x, m, g, 'For it', now())
                returning id into y;
            insert into plan_mention (process_id, plan_remark_id, organisation_id) values (p, y, g), (p, y, s);
            insert into plan_snapshot (process_id, plan_id, number, step, at, content, content_sha256, public_content, public_sha256, record, record_sha256)
                values (p, x, 1, 'consultation', now(), '{}', sha256('x'), '{}', sha256('x'), '{}', sha256('x')) returning id into y;
            insert into consultation (process_id, plan_id, number, opened_at, opened_by_id, deadline, snapshot_id)
                values (p, x, 1, now(), m, '2027-01-01', y) returning id into x;
            insert into asked_party (process_id, consultation_id, organisation_id) values (p, x, g), (p, x, s);
            insert into remark (process_id, action_id, by_membership_id, text) values (p, a[1], m, 'Of it') returning id into x;
            insert into mention (process_id, remark_id, organisation_id) values (p, x, g), (p, x, s);
            -- a seat of the Board, and its statement
            insert into board_decision (process_id, subject_kind, title) values (p, 'methodology', 'Of a method') returning id into x;
            insert into board_seat (process_id, decision_id, organisation_id, label) values (p, x, g, 'Its seat');
            insert into party_statement (process_id, decision_id, organisation_id, label, text, by_membership_id, post, at)
                values (p, x, g, 'It', 'A statement', m, '', now());
            -- files that it brought, and what was remembered of them; an address that is told
            insert into import (process_id, account_id, by_membership_id, organisation_id, file_name, uploaded_at)
                select p, account_id, m, g, 'ours.csv', now() from membership where id = m;
            insert into import_head (process_id, organisation_id, head, field, updated_at, by_membership_id)
                values (p, g, 'titel', 'title', now(), m), (p, s, 'titel', 'title', now(), m) on conflict do nothing;
            insert into import_name (process_id, organisation_id, stated, listed_id, updated_at, by_membership_id)
                values (p, g, 'A name', g, now(), m), (p, s, 'A name', g, now(), m) on conflict do nothing;
            insert into action_imported (process_id, action_id, organisation_id, stated, at)
                values (p, a[1], g, '{}', now()), (p, a[1], s, '{}', now()) on conflict do nothing;
            insert into webhook (process_id, organisation_id, membership_id, name, address, types, secret, created_at)
                values (p, g, m, 'Ours', 'https://hooks.example.org/', array['action.changed'], 'x', now());
            -- a file that is its own
            insert into stored_file (process_id, action_id, organisation_id, handling, at, by_membership_id)
                values (p, a[1], g, 'restricted', now(), m);
            -- a need that it is shown, a question that it is invited to
            insert into mapping_cycle (process_id, name, first_year, last_year, opened_at) values (p, 'Cycle of ' || g, 2027, 2028, now())
                returning id into x;
            insert into need (process_id, beneficiary_id, cycle_id, title, handling)
                select p, b.id, x, 'Shown to ' || g, 'parties' from beneficiary b where b.process_id = p order by b.name limit 1 returning id into y;
            insert into need_organisation (process_id, need_id, organisation_id) values (p, y, g);
            insert into overlap_case (process_id, origin, kind, report, opened_at) values (p, 'reported', 'overlap', 'Invites ' || g, now())
                returning id into x;
            insert into overlap_invited (process_id, case_id, organisation_id, at, by_membership_id) values (p, x, g, now(), m);
            -- a round in which both are asked
            insert into round (process_id, kind, title, period_start, period_end, deadline, asked_at, by_membership_id, state, opened_at)
                values (p, 'confirm', 'Asks ' || g, '2026-01-01', '2026-11-01', '2026-12-20', now(), m, 'open', now()) returning id into x;
            insert into round_asked (process_id, round_id, organisation_id, named) values (p, x, g, true), (p, x, s, true);
            insert into envelope (process_id, donor_id, title, kind, amount, currency) values (p, g, 'Of ' || g, 'planned', 1, 'EUR');
            insert into pack (process_id, kind, organisation_id, title, handling, since, since_what, content, book, sha256, by_membership_id, at)
                values (p, 'donor', g, 'For ' || g, 'members', now(), 'months', '{}', '{}', repeat('0', 64), m, now());
            -- a meeting that both are invited to, and a task of it
            insert into meeting (process_id, body, title, starts_at, timed, over_at, zone, created_at, changed_at)
                values (p, 'other', 'Invites ' || g, now(), false, now(), 'UTC', now(), now()) returning id into x;
            insert into meeting_attendance (process_id, meeting_id, organisation_id) values (p, x, g), (p, x, s);
            insert into meeting_task (process_id, meeting_id, title, organisation_id, created_at) values (p, x, 'Do it', g, now());
        end $$";
    let sql = sql.replace("GOES", goes).replace("STAYS", stays);
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut portal.superuser().await).await.expect("entangled");
}

#[tokio::test]
async fn merged_and_undone_every_table_is_as_it_was() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let pairs = [
        ("Austria", "Italy"),
        // a body into the one that it is part of, and the other way around
        ("Federal Ministry of the Interior of Austria", "Austria"),
        ("Germany", "Deutsche Gesellschaft für Internationale Zusammenarbeit"),
        ("European Union", "European Commission"),
        ("United Nations Office on Drugs and Crime", "International Organization for Migration"),
    ];
    for (goes_name, stays_name) in pairs {
        let (goes, stays) =
            (organisation(&portal, "iisg", goes_name).await, organisation(&portal, "iisg", stays_name).await);
        entangle(&portal, &goes, &stays).await;
        let before = everything(&portal).await;
        let named = naming(&portal, &goes).await;
        for (column, n) in &named {
            assert!(*n > 0, "{goes_name}: nothing of {column} names it: entangle() is to make it so");
        }
        let merged = merge(&browser, &goes, &stays).await;

        let between = everything(&portal).await;
        for table in [
            "action_party",
            "action",
            "action_disclosure",
            "contribution",
            "pillar_lead",
            "membership",
            "contact_point",
            "organisation_alias",
            "access_request",
            "organisation",
        ] {
            assert_ne!(before[table], between[table], "{goes_name}: {table} is touched");
        }
        // nothing names it still but what is read through it
        for (column, n) in naming(&portal, &goes).await {
            let left = if KEPT.contains(&column.as_str()) { named[&column] } else { 0 };
            assert_eq!(n, left, "{goes_name}: {column}");
        }
        // what is shown to it, and what it is invited to, is for the one that stays
        for sql in [
            "select (o.merged_into_id = any (n.audience))::text from need n join organisation o on n.title = 'Shown to ' || o.id where o.id::text = $1",
            "select (o.merged_into_id = any (c.organisations))::text from overlap_case c join organisation o on c.report = 'Invites ' || o.id
             where o.id::text = $1",
            "select (o.merged_into_id = any (m.audience))::text from meeting m join organisation o on m.title = 'Invites ' || o.id
             where o.id::text = $1",
            "select (b.merged_into_id = o.merged_into_id)::text from organisation b join organisation o on b.name = 'Merged before into ' || o.id
             where o.id::text = $1",
        ] {
            assert_eq!(portal.lookup(sql, &goes).await, "true", "{goes_name}: {sql}");
        }
        // the one that went leads on to the one that stays, which says so, and both names find it
        let page = browser.get(&format!("/iisg/organisations/{goes}")).await;
        assert_eq!(page.status, 303);
        let kept = browser.get(&page.location.expect("a way on")).await;
        assert!(kept.text().contains(&format!("{goes_name} was merged into this organisation")), "{}", kept.text());
        let query: String = url::form_urlencoded::byte_serialize(goes_name.as_bytes()).collect();
        assert!(
            browser
                .get(&format!("/iisg/organisations?q={query}"))
                .await
                .select("tbody th a")
                .contains(&stays_name.to_owned())
        );
        assert!(browser.get(&merged).await.text().contains("What was moved"));
        assert_eq!(browser.get(&format!("/iisg/organisations/{goes}/edit")).await.status, 409);

        send(&browser, &merged, Some("/undo"), &[]).await;
        let after = everything(&portal).await;
        same(&before, &after, &format!("{goes_name} and {stays_name}"));
        assert_eq!(browser.post(&format!("{merged}/undo"), &[]).await.status, 409, "undone once");
    }
}

#[tokio::test]
async fn merges_are_undone_in_the_order_they_stand_on_each_other() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let of = |name: &'static str| organisation(&portal, "iisg", name);
    let (austria, italy, france) = (of("Austria").await, of("Italy").await, of("France").await);
    let before = everything(&portal).await;
    let first = merge(&browser, &austria, &italy).await;
    let second = merge(&browser, &france, &italy).await;
    assert_eq!(browser.post(&format!("{first}/undo"), &[]).await.status, 409, "the newer one stands on it");
    let third = merge(&browser, &italy, &of("Slovenia").await).await;
    assert_eq!(browser.post(&format!("{second}/undo"), &[]).await.status, 409, "it was merged on");
    for address in [third, second, first] {
        send(&browser, &address, Some("/undo"), &[]).await;
    }
    same(&before, &everything(&portal).await, "three merges");
}

#[tokio::test]
async fn what_was_changed_in_between_stays() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let (goes, stays) = (organisation(&portal, "iisg", "Austria").await, organisation(&portal, "iisg", "Italy").await);
    let merged = merge(&browser, &goes, &stays).await;
    send(
        &browser,
        &format!("/iisg/organisations/{stays}/edit"),
        None,
        &[("name", "Italy renamed"), ("note", "Since then")],
    )
    .await;
    let dropped = portal
        .lookup("delete from action_party where (process_id, action_id, organisation_id, role) in (select process_id, action_id, organisation_id, role
            from action_party where organisation_id::text = $1 and role = 'funding' limit 1) returning action_id::text", &stays)
        .await;
    send(&browser, &merged, Some("/undo"), &[]).await;
    let page = browser.get(&format!("/iisg/organisations/{stays}")).await;
    assert!(
        page.text().contains("Italy renamed")
            && page.text().contains("Since then")
            && !page.text().contains("was merged into this")
    );
    assert_eq!(browser.get(&format!("/iisg/organisations/{goes}")).await.status, 200);
    let again = count(
        &portal,
        "select count(*)::text from action_party p join organisation o on o.id = p.organisation_id
        where p.action_id::text = $1 and p.role = 'funding' and o.name in ('Austria', 'Italy renamed')",
        &dropped,
    )
    .await;
    assert_eq!(again, 0, "a part that was taken out stays out");
}

#[tokio::test]
async fn a_merge_is_of_what_the_preview_showed() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let (goes, stays) = (organisation(&portal, "iisg", "Austria").await, organisation(&portal, "iisg", "Italy").await);
    let preview = browser.get(&format!("/iisg/organisations/{goes}/merge?into={stays}")).await;
    let (_, fields) = preview.form(Some("/merge"));
    send(&browser, &format!("/iisg/organisations/{stays}/edit"), None, &[("note", "Changed")]).await;
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(browser.post_raw(&format!("/iisg/organisations/{goes}/merge"), &pairs).await.status, 409);
    let itself = browser.post(&format!("/iisg/organisations/{goes}/merge"), &[("into", &goes)]).await;
    assert_eq!(itself.status, 409);
    for email in [
        "chair@iisg.example",
        "austria@iisg.example",
        "lead-wbcti@iisg.example",
        "albania@iisg.example",
        "observer@iisg.example",
    ] {
        let other = portal.signed_in(email).await;
        assert_eq!(other.get(&format!("/iisg/organisations/{goes}/merge")).await.status, 403, "{email}");
        assert_eq!(
            other.post(&format!("/iisg/organisations/{goes}/merge"), &[("into", &stays)]).await.status,
            403,
            "{email}"
        );
    }
    let none = count(&portal, "select count(*)::text from organisation_merge where $1 = ''", "").await;
    assert_eq!(none, 0);
    let merged = merge(&browser, &goes, &stays).await;
    let donor = portal.signed_in("austria@iisg.example").await;
    assert_eq!(donor.get(&merged).await.status, 200, "everybody may look at it");
    assert_eq!(donor.post(&format!("{merged}/undo"), &[]).await.status, 403);
}

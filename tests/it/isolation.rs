//! Nothing of one process is seen or touched from another: tried with the application's own role, in plain SQL.

use crate::harness::Portal;
use concert::kernel::random::Token;
use sqlx::Row;
use sqlx::postgres::PgConnection;

/// Every table that carries a process.
async fn tenant_tables(c: &mut PgConnection) -> Vec<String> {
    let rows = sqlx::query(
        "select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'process_id' and not a.attisdropped
         where n.nspname = 'public' and c.relkind = 'r' order by 1",
    )
    .fetch_all(c)
    .await
    .expect("the catalogue");
    rows.into_iter().map(|r| r.get("name")).collect()
}

async fn count(c: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(c).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

#[tokio::test]
async fn without_a_process_no_row_is_seen() {
    let portal = Portal::start().await;
    let tables = tenant_tables(&mut portal.superuser().await).await;
    assert!(tables.len() > 25, "{tables:?}");
    let mut app = portal.sql("concert_app").await;
    let mut owner = portal.sql("concert_owner").await;
    let mut filled = 0;
    for table in &tables {
        // letters belong to the installation: only the sender reads them
        assert_eq!(count(&mut app, &format!("select count(*) from {table}")).await, 0, "the app sees {table}");
        assert_eq!(count(&mut owner, &format!("select count(*) from {table}")).await, 0, "the owner sees {table}");
        filled += i64::from(count(&mut portal.superuser().await, &format!("select count(*) from {table}")).await > 0);
    }
    assert!(filled > 10, "the seed leaves too much empty for this test to mean anything: {filled}");
}

#[tokio::test]
async fn in_a_process_only_its_rows_are_seen() {
    let portal = Portal::start().await;
    let tables = tenant_tables(&mut portal.superuser().await).await;
    let example = portal.lookup("select id::text from process where slug = $1", "example").await;
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select set_config('app.process', (select id::text from kernel.public_processes() join (select $1 as id) x on true where slug = 'example'), false)")
        .bind(&example)
        .execute(&mut app)
        .await
        .expect("a setting");
    for table in tables {
        let foreign = count(&mut app, &format!("select count(*) from {table} where process_id <> '{example}'")).await;
        assert_eq!(foreign, 0, "rows of another process in {table}");
    }
    assert!(count(&mut app, "select count(*) from action").await > 40);
}

#[tokio::test]
async fn rows_of_another_process_cannot_be_written_changed_or_referred_to() {
    let portal = Portal::start().await;
    let example = portal.lookup("select id::text from process where slug = $1", "example").await;
    let iisg = portal.lookup("select id::text from process where slug = $1", "iisg").await;
    let foreign = portal.lookup("select min(id::text) from organisation where process_id = $1::uuid", &iisg).await;
    let action = portal.action("iisg", "CyberSEE").await;
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select set_config('app.process', $1, false)")
        .bind(&example)
        .execute(&mut app)
        .await
        .expect("a setting");

    let forged = sqlx::query("insert into theme (process_id, key, name) values ($1::uuid, 'forged', 'Forged')")
        .bind(&iisg)
        .execute(&mut app)
        .await;
    assert!(forged.expect_err("a forged process").to_string().contains("row-level security"));
    let refers = sqlx::query("insert into action (reporting_id, title) values ($1::uuid, 'Refers elsewhere')")
        .bind(&foreign)
        .execute(&mut app)
        .await;
    assert!(refers.expect_err("a reference across processes").to_string().contains("foreign key"));
    let moved = sqlx::query("update theme set process_id = $1::uuid").bind(&iisg).execute(&mut app).await;
    assert!(moved.is_err(), "a row moved to another process");
    let changed = sqlx::query("update action set title = 'Changed' where id = $1::uuid")
        .bind(&action)
        .execute(&mut app)
        .await
        .expect("runs");
    assert_eq!(changed.rows_affected(), 0);
    let gone = sqlx::query("delete from action_party where action_id = $1::uuid")
        .bind(&action)
        .execute(&mut app)
        .await
        .expect("runs");
    assert_eq!(gone.rows_affected(), 0);
    let title = portal.lookup("select title from action where id = $1::uuid", &action).await;
    assert_eq!(title, "CyberSEE");
}

#[tokio::test]
async fn search_returns_ids_of_the_own_process_only() {
    let portal = Portal::start().await;
    let example = portal.lookup("select id::text from process where slug = $1", "example").await;
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select set_config('app.process', $1, false)")
        .bind(&example)
        .execute(&mut app)
        .await
        .expect("a setting");
    for word in ["asset", "recovery", "border", "a"] {
        let foreign = count(
            &mut app,
            &format!("select count(*) from search.actions('{word}', 500) s where not exists (select from action a where a.id = s.id)"),
        )
        .await;
        assert_eq!(foreign, 0, "{word}");
    }
    assert!(count(&mut app, "select count(*) from search.actions('recovery', 500)").await > 0);
    sqlx::query("select set_config('app.process', '', false)").execute(&mut app).await.expect("a setting");
    assert_eq!(count(&mut app, "select count(*) from search.actions('recovery', 500)").await, 0);
}

#[tokio::test]
async fn the_app_reaches_no_account_but_its_own_and_no_role_but_its_own() {
    let portal = Portal::start().await;
    let mut app = portal.sql("concert_app").await;
    for table in ["account", "sign_in_session", "recovery_code", "one_time_link"] {
        assert_eq!(count(&mut app, &format!("select count(*) from {table}")).await, 0, "{table}");
    }
    assert!(sqlx::query("select * from attempt").execute(&mut app).await.is_err());
    for role in ["concert_owner", "concert_search", "concert_maintenance", "concert_jobs", "postgres"] {
        let become_other = sqlx::query(sqlx::AssertSqlSafe(format!("set role {role}"))).execute(&mut app).await;
        assert!(become_other.is_err(), "the app became {role}");
    }
    let made_operator = sqlx::query("update account set operator = true").execute(&mut app).await;
    assert!(made_operator.is_err());
}

#[tokio::test]
async fn a_token_opens_its_own_process_and_no_other() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let token = Token::parse(&donor.cookie("concert").expect("a session")).expect("a token");
    let mut app = portal.sql("concert_app").await;
    for (slug, expected) in [("example", "ok"), ("iisg", "unknown"), ("nowhere", "unknown")] {
        let answer: serde_json::Value = sqlx::query_scalar("select kernel.enter($1, $2, $3, 60)")
            .bind(slug)
            .bind(token.hash())
            .bind(portal.clock.now())
            .fetch_one(&mut app)
            .await
            .expect("an answer");
        assert_eq!(answer["status"], expected, "{slug}");
        if expected != "ok" {
            assert_eq!(count(&mut app, "select count(*) from action").await, 0);
        }
    }
}

/// Foreign keys are followed from the other side when a row is changed: each needs an index.
#[tokio::test]
async fn every_foreign_key_has_its_index_and_tenant_keys_begin_with_the_process() {
    let portal = Portal::start().await;
    let mut c = portal.superuser().await;
    let bare: Vec<String> = sqlx::query_scalar(
        "select k.conrelid::regclass || ' ' || pg_get_constraintdef(k.oid) from pg_constraint k
         where k.contype = 'f' and k.connamespace = 'public'::regnamespace and array_length(k.conkey, 1) > 0
            and not (array_length(k.conkey, 1) = 1 and k.confrelid = 'process'::regclass
                and exists (select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]))
            and not exists (select from pg_index i where i.indrelid = k.conrelid
                and (i.indkey::smallint[])[0:array_length(k.conkey, 1) - 1] @> k.conkey
                and (i.indkey::smallint[])[0:array_length(k.conkey, 1) - 1] <@ k.conkey)",
    )
    .fetch_all(&mut c)
    .await
    .expect("the catalogue");
    assert!(bare.is_empty(), "foreign keys without an index:\n{}", bare.join("\n"));
    let open: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'process_id' and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)",
    )
    .fetch_all(&mut c)
    .await
    .expect("the catalogue");
    assert!(open.is_empty(), "row-level security is not forced on {open:?}");
    let late: Vec<String> = sqlx::query_scalar(
        "select k.conrelid::regclass::text from pg_constraint k
            join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'process_id' and not a.attisdropped
         where k.contype = 'p' and k.connamespace = 'public'::regnamespace and k.conkey[1] <> a.attnum
            and k.conrelid <> 'outgoing_mail'::regclass",
    )
    .fetch_all(&mut c)
    .await
    .expect("the catalogue");
    assert!(late.is_empty(), "primary keys that do not begin with the process: {late:?}");
}

//! The permission table against the database's views, and against its own documentation.

use crate::harness::Portal;
use concert::kernel::ids::{BeneficiaryId, OrganisationId, PillarId};
use concert::kernel::permit::{Handling, Member, Permission, Role, Scope, TABLE};
use concert::kernel::random::Token;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The views and `may(See, …)` are two spellings of one rule: for every demo account of both processes and every
/// action, the one shows what the other allows.
#[tokio::test]
async fn views_show_exactly_what_may_be_seen() {
    let portal = Portal::start().await;
    widen(&portal).await;
    let accounts: Vec<(String, String)> = sqlx::query_as(
        "select a.email, p.slug from account a join membership m on m.account_id = a.id join process p on p.id = m.process_id",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("accounts");
    let (mut seen_total, mut hidden_total) = (0, 0);
    for (email, slug) in accounts {
        let browser = portal.signed_in(&email).await;
        let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        let mut app = portal.sql("concert_app").await;
        let facts: serde_json::Value = sqlx::query_scalar("select kernel.enter($1, $2, $3, 60)")
            .bind(&slug)
            .bind(token.hash())
            .bind(portal.clock.now())
            .fetch_one(&mut app)
            .await
            .expect("an answer");
        let member = Member::new(serde_json::from_value(facts["memberships"].clone()).expect("memberships"));
        // settings end with the transaction that set them: enter and read in one
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        sqlx::query("select kernel.enter($1, $2, $3, 60)")
            .bind(&slug)
            .bind(token.hash())
            .bind(portal.clock.now())
            .execute(&mut *tx)
            .await
            .expect("enter");
        let seen: Vec<uuid::Uuid> = sqlx::query_scalar("select id from visible_action where claim <> 'declined'")
            .fetch_all(&mut *tx)
            .await
            .expect("the view");
        let seen: BTreeSet<_> = seen.into_iter().collect();
        let money: bool =
            sqlx::query_scalar("select exists (select from visible_action where stated_total is not null)")
                .fetch_one(&mut *tx)
                .await
                .expect("money");
        drop(tx);
        for (id, scope) in scopes(&portal, &slug).await {
            let allowed = member.may(Permission::ActionSee, &scope);
            assert_eq!(seen.contains(&id), allowed, "{email} and the action {id}: {scope:?}");
            seen_total += i32::from(allowed);
            hidden_total += i32::from(!allowed);
        }
        assert_eq!(money, member.may_somewhere(Permission::ActionSeeMoney), "{email} and money");
    }
    assert!(
        seen_total > 500 && hidden_total > 100,
        "too one-sided to mean anything: {seen_total} seen, {hidden_total} hidden"
    );
}

/// The member that an account is in a process, and the ids that each of these statements gives them there.
async fn sees(
    portal: &Portal,
    email: &str,
    slug: &str,
    statements: &[&'static str],
) -> (Member, Vec<BTreeSet<uuid::Uuid>>) {
    let browser = portal.signed_in(email).await;
    let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
    let mut app = portal.sql("concert_app").await;
    let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
    let facts: serde_json::Value = sqlx::query_scalar("select kernel.enter($1, $2, $3, 60)")
        .bind(slug)
        .bind(token.hash())
        .bind(portal.clock.now())
        .fetch_one(&mut *tx)
        .await
        .expect("enter");
    let member = Member::new(serde_json::from_value(facts["memberships"].clone()).expect("memberships"));
    let mut seen = Vec::new();
    for statement in statements {
        let ids: Vec<uuid::Uuid> =
            sqlx::query_scalar(*statement).fetch_all(&mut *tx).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
        seen.push(ids.into_iter().collect());
    }
    (member, seen)
}

/// The ids that a statement gives of a process (`$1`), behind row-level security.
async fn all(portal: &Portal, sql: &'static str, slug: &str) -> BTreeSet<uuid::Uuid> {
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar(sql)
        .bind(slug)
        .fetch_all(&mut portal.superuser().await)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    ids.into_iter().collect()
}

/// The same of envelopes: one for every donor that somebody is a member of, at every level, with and without a pillar or a beneficiary.
#[tokio::test]
async fn the_view_of_envelopes_shows_what_may_be_seen() {
    let portal = Portal::start().await;
    sqlx::raw_sql(
        "insert into envelope (process_id, donor_id, title, kind, amount, currency, handling, pillar_id, beneficiary_id)
            select d.process_id, d.organisation_id, 'E', 'planned', 1, 'EUR', h.level, l.id, b.id
            from (select distinct process_id, organisation_id from membership where organisation_id is not null and role = 'partner') d
                cross join unnest(array['public', 'members', 'parties', 'restricted']) h (level)
                cross join lateral (select null::uuid as id union all (select id from pillar where process_id = d.process_id order by position limit 2)) l
                cross join lateral (select null::uuid as id union all (select id from beneficiary where process_id = d.process_id order by position limit 2)) b",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("envelopes");
    let accounts: Vec<(String, String)> = sqlx::query_as(
        "select distinct a.email, p.slug from account a join membership m on m.account_id = a.id join process p on p.id = m.process_id",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("accounts");
    type Row = (uuid::Uuid, uuid::Uuid, String, Option<uuid::Uuid>, Option<uuid::Uuid>);
    let (mut shown, mut hidden) = (0, 0);
    for (email, slug) in &accounts {
        let (member, seen) = sees(&portal, email, slug, &["select id from visible_envelope"]).await;
        let rows: Vec<Row> = sqlx::query_as(
            "select e.id, e.donor_id, e.handling, e.pillar_id, e.beneficiary_id from envelope e join process p on p.id = e.process_id where p.slug = $1",
        )
        .bind(slug)
        .fetch_all(&mut portal.superuser().await)
        .await
        .expect("envelopes");
        for (id, donor, handling, pillar, beneficiary) in rows {
            let scope = Scope {
                handling: Handling::parse(&handling),
                keeper: Some(OrganisationId(donor)),
                pillars: pillar.map(PillarId).into_iter().collect(),
                beneficiaries: beneficiary.map(BeneficiaryId).into_iter().collect(),
                ..Scope::default()
            };
            let may = member.may(Permission::EnvelopeSee, &scope);
            assert_eq!(seen[0].contains(&id), may, "{email} and an envelope: {scope:?}");
            shown += i32::from(may);
            hidden += i32::from(!may);
        }
    }
    assert!(shown > 100 && hidden > 100, "too one-sided to mean anything: {shown} shown, {hidden} hidden");
}

/// The same of plans (with what was said on them while they were drafts) and of the Board's decisions.
#[tokio::test]
async fn views_of_plans_and_decisions_show_what_may_be_seen() {
    let portal = Portal::start().await;
    let accounts: Vec<(String, String)> = sqlx::query_as(
        "select distinct a.email, p.slug from account a join membership m on m.account_id = a.id join process p on p.id = m.process_id",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("accounts");
    let views = [
        "select id from visible_plan",
        "select n.id from visible_plan_node n",
        "select id from visible_consultation",
        "select id from visible_position",
        "select id from visible_snapshot where record is not null",
        "select id from visible_plan_remark where handling = 'members'",
        "select id from visible_decision",
        "select id from visible_mapping_report_section",
        "select id from visible_mapping_report_snapshot where content is not null",
    ];
    let none = BTreeSet::new();
    let (mut shown, mut hidden) = (0, 0);
    for (email, slug) in &accounts {
        let (member, seen) = sees(&portal, email, slug, &views).await;
        let adopted = Scope { adopted: true, ..Scope::default() };
        let (drafts, past) =
            (member.may(Permission::PlanSee, &Scope::default()), member.may(Permission::PlanSee, &adopted));
        let decides = member.may(Permission::DecisionSee, &Scope::default());
        let reads = member.may(Permission::ReportSee, &Scope::default());
        // a plan, and its parts, by whether it was adopted
        for (view, sql) in [
            (0, "select x.id from plan x join process p on p.id = x.process_id where p.slug = $1 and x.state in ('adopted', 'in_force', 'closed', 'superseded')"),
            (1, "select n.id from plan_node n join plan x on x.process_id = n.process_id and x.id = n.plan_id join process p on p.id = x.process_id
                where p.slug = $1 and n.removed_at is null and x.state in ('adopted', 'in_force', 'closed', 'superseded')"),
        ] {
            let of_adopted = all(&portal, sql, slug).await;
            let wanted: BTreeSet<_> = if past { of_adopted.clone() } else { none.clone() };
            let found: BTreeSet<_> = seen[view].intersection(&of_adopted).copied().collect();
            assert_eq!(found, wanted, "{email}: {}", views[view]);
        }
        // what is the record of those who see drafts, and what of those who see decisions
        for (view, sql, may) in [
            (
                0,
                "select x.id from plan x join process p on p.id = x.process_id where p.slug = $1 and x.state in ('draft', 'consultation', 'agreed')",
                drafts,
            ),
            (2, "select x.id from consultation x join process p on p.id = x.process_id where p.slug = $1", drafts),
            (3, "select x.id from party_position x join process p on p.id = x.process_id where p.slug = $1", drafts),
            (
                4,
                "select x.id from plan_snapshot x join process p on p.id = x.process_id where p.slug = $1 and x.record is not null",
                drafts,
            ),
            (
                5,
                "select x.id from plan_remark x join process p on p.id = x.process_id where p.slug = $1 and x.handling = 'members'",
                drafts,
            ),
            (6, "select x.id from board_decision x join process p on p.id = x.process_id where p.slug = $1", decides),
            (
                7,
                "select x.id from mapping_report_section x join process p on p.id = x.process_id where p.slug = $1",
                reads,
            ),
            (
                8,
                "select x.id from mapping_report_snapshot x join process p on p.id = x.process_id where p.slug = $1",
                reads,
            ),
        ] {
            let there = all(&portal, sql, slug).await;
            let found: BTreeSet<_> = seen[view].intersection(&there).copied().collect();
            assert_eq!(found, if may { there.clone() } else { none.clone() }, "{email}: {}", views[view]);
            let n = there.len();
            shown += if may { n } else { 0 };
            hidden += if may { 0 } else { n };
        }
    }
    assert!(shown > 200 && hidden > 20, "too one-sided to mean anything: {shown} shown, {hidden} hidden");
}

/// Every level on actions of every kind, so that the comparison has something to find.
async fn widen(portal: &Portal) {
    sqlx::query(
        "with n as (select process_id, id, row_number() over (partition by process_id order by title) as n from action)
         update action a set handling = (array['public', 'members', 'parties', 'restricted'])[1 + n.n % 4], open_to_support_group = n.n % 8 = 3
         from n where n.process_id = a.process_id and n.id = a.id",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("levels");
}

async fn scopes(portal: &Portal, slug: &str) -> Vec<(uuid::Uuid, Scope)> {
    type Row =
        (uuid::Uuid, String, uuid::Uuid, bool, Vec<uuid::Uuid>, Vec<uuid::Uuid>, Vec<uuid::Uuid>, Vec<uuid::Uuid>);
    let rows: Vec<Row> = sqlx::query_as(
        "select a.id, a.handling, a.reporting_id, a.open_to_support_group,
            array(select organisation_id from action_party x where x.process_id = a.process_id and x.action_id = a.id),
            array(select beneficiary_id from action_beneficiary x where x.process_id = a.process_id and x.action_id = a.id),
            array(select pillar_id from action_pillar x where x.process_id = a.process_id and x.action_id = a.id),
            array(select organisation_id from action_disclosure x where x.process_id = a.process_id and x.action_id = a.id)
         from action a join process p on p.id = a.process_id where p.slug = $1 and a.claim <> 'declined'",
    )
    .bind(slug)
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("actions");
    rows.into_iter()
        .map(|(id, handling, keeper, open, organisations, beneficiaries, pillars, opened)| {
            let scope = Scope {
                handling: Handling::parse(&handling),
                keeper: Some(OrganisationId(keeper)),
                organisations: organisations.into_iter().map(OrganisationId).collect(),
                beneficiaries: beneficiaries.into_iter().map(BeneficiaryId).collect(),
                pillars: pillars.into_iter().map(PillarId).collect(),
                opened_to: opened.into_iter().map(OrganisationId).collect(),
                open_to_support_group: open,
                ..Scope::default()
            };
            (id, scope)
        })
        .collect()
}

#[test]
fn the_documentation_is_the_table() {
    let mut text = String::from(
        "# Who may do what\n\nMade from the table in `src/kernel/permit/table.rs` by a test; run `UPDATE_DOCS=1 cargo test --test it documentation` after changing it.\n\
         A person's rights are the union of their current memberships. \"Own\" is what the membership names.\n\n|",
    );
    let columns = ["Support Group secretariat", "Chairmanship", "pillar lead", "beneficiary", "partner", "observer"];
    for column in columns {
        let _ = write!(text, " | {column}");
    }
    text.push_str(" |\n|---|---|---|---|---|---|---|\n");
    for (permission, grants) in TABLE {
        let _ = write!(text, "| {permission:?}");
        for grant in grants {
            let _ = write!(text, " | {}", grant.words());
        }
        text.push_str(" |\n");
    }
    assert_eq!(columns.len(), Role::ALL.len());
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("docs");
        std::fs::write(&path, &text).expect("write");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "docs/permissions.md is out of date");
}

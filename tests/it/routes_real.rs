//! The walks over the URL table on records that exist: what the page holds, and what has changed.

use crate::harness::Portal;
use crate::notices::run;
use crate::routes::{ROLES, ever, facts, filled};
use axum::http::{Method, StatusCode};
use concert::kernel::job::Task;
use concert::kernel::route::Access;
use std::collections::{BTreeMap, BTreeSet};

/// Ids of records by the routes that they are of: the beginning of the route's path, the name in it, the id.
pub struct Real {
    ids: Vec<(&'static str, &'static str, String)>,
    /// Each account has notices of its own.
    notices: BTreeMap<String, String>,
}

/// What a page of a record holds, and nobody may read who may not see the record.
const HOLDS: [(&str, &str); 16] = [
    ("/{process}/organisations/{id}", "Norland"),
    ("/{process}/organisations/{id}/edit", "Norland"),
    ("/{process}/organisations/{id}/contacts/{contact}", "Desk for questions"),
    ("/{process}/organisations/merges/{id}", "Twin of the other"),
    ("/{process}/organisations/proposals/{id}", "A body that was proposed"),
    ("/{process}/members/{id}", "Taken over by Somebody"),
    ("/{process}/members/{id}/edit", "Taken over by Somebody"),
    ("/{process}/members/{id}/handover", "Taken over by Somebody"),
    ("/{process}/access-requests/{id}", "Somebody who asks"),
    ("/{process}/overlaps/{id}", "FIT4"),
    ("/{process}/decisions/{id}", "Admission of Eastholm as a member"),
    ("/{process}/strategies/{id}", "strategy of Arvania"),
    ("/{process}/reports/{report}", "One of them answered late"),
    ("/{process}/reports/{report}/versions/{number}", "One of them answered late"),
    ("/{process}/rounds/{round}", "Progress on serious crime 2026"),
    ("/{process}/meetings/{id}", "Support Group on serious crime, November"),
];

const RECORDS: &str = "do $$ declare p uuid; n uuid; d uuid; s uuid;
    begin
        select id into p from process where slug = 'example';
        select id into n from organisation where process_id = p and name = 'Norland';
        select m.id into d from membership m join account a on a.id = m.account_id where m.process_id = p and a.email = 'donor@example.example';
        select m.id into s from membership m join account a on a.id = m.account_id where m.process_id = p and a.email = 'second-donor@example.example';
        insert into organisation (process_id, name, search_text, kind) values (p, 'Twin', 'twin', 'ngo'), (p, 'Twin of the other', 'twin of the other', 'ngo');
        insert into contact_point (process_id, organisation_id, name) values (p, n, 'Desk for questions');
        insert into organisation_proposal (process_id, fields, by_membership_id)
            values (p, '[[\"name\", \"A body that was proposed\"], [\"kind\", \"ngo\"]]', d);
        insert into access_request (process_id, kind, name, email, organisation_name, organisation_id, due_on)
            values (p, 'person', 'Somebody who asks', 'somebody@asks.example', 'Norland', n, '2026-12-15');
        update membership set predecessor_id = d, name = 'Taken over by Somebody' where process_id = p and id = s;
        insert into notice (process_id, account_id, membership_id, topic, subject_kind, subject_id, key, link, dedupe_key, at, mail)
            select distinct on (m.account_id) p, m.account_id, m.id, 'asks', 'nothing', gen_random_uuid(), 'notices-title', '/plans', 'walk', '2026-11-01 08:00+00', 'none'
            from membership m where m.process_id = p and m.state = 'active';
        insert into outgoing_mail (process_id, recipient, subject, body, tries, last_error) values (p, 'walk@asks.example', 'Walk', 'Walk', 9, 'refused');
    end $$";

impl Real {
    pub async fn of(portal: &Portal) -> Self {
        sqlx::raw_sql(RECORDS).execute(&mut portal.superuser().await).await.expect("records");
        run(portal, Task::Overlaps).await.expect("the finder's job");
        let organisation = |name: &'static str| crate::directory::organisation(portal, "example", name);
        let secretariat = portal.signed_in(crate::directory::SECRETARIAT).await;
        let merge = format!(
            "/example/organisations/{}/merge?into={}",
            organisation("Twin of the other").await,
            organisation("Twin").await
        );
        let merged = crate::directory::send(&secretariat, &merge, Some("/merge"), &[("why", "The same body")]).await;
        let mut ids = vec![
            ("/{process}/organisations/merges/", "{id}", merged.rsplit('/').next().expect("an id").to_owned()),
            ("/{process}/organisations/{id}", "{id}", organisation("Norland").await),
            ("/{process}/pillars/{key}", "{key}", "CRIME".to_owned()),
            ("/{process}/beneficiaries/{code}", "{code}", "XT".to_owned()),
            ("/{process}/actions/{id}", "{id}", portal.action("example", "Strengthening asset recovery").await),
            ("/{process}/decisions/{id}", "{place}", "1".to_owned()),
            ("/{process}/reports/{report}/versions/", "{number}", "3".to_owned()),
            ("/{process}/themes/", "{id}", crate::directory::theme(portal, "example").await),
            ("/{process}/pillars/{key}/leads/", "{lead}", crate::directory::lead(portal, "example").await),
        ];
        for (path, name, sql) in [
            ("/{process}/organisations/proposals/", "{id}", "select id::text from organisation_proposal where $1 <> '' and fields::text like '%A body that was proposed%'"),
            ("/{process}/organisations/{id}/contacts/", "{contact}", "select id::text from contact_point where $1 <> '' and name = 'Desk for questions'"),
            ("/{process}/members/{id}", "{id}", "select id::text from membership where $1 <> '' and name = 'Taken over by Somebody'"),
            ("/{process}/access-requests/", "{id}", "select id::text from access_request where $1 <> '' and name = 'Somebody who asks'"),
            ("/{process}/notices/letters/", "{id}", "select id::text from outgoing_mail where $1 <> '' and recipient = 'walk@asks.example'"),
            ("/{process}/overlaps/", "{id}", "select min(c.case_id::text) from overlap_case_action c join action a on a.process_id = c.process_id and a.id = c.action_id
                where $1 <> '' and a.title like 'FIT4%'"),
            ("/{process}/decisions/{id}", "{id}", "select min(d.id::text) from board_decision d join process p on p.id = d.process_id
                where p.slug = $1 and d.title = 'Admission of Eastholm as a member'"),
            ("/{process}/meetings/{id}", "{id}", "select min(m.id::text) from meeting m join process p on p.id = m.process_id
                where p.slug = $1 and m.title like 'Support Group on serious crime, November%'"),
            ("/{process}/meetings/{id}", "{task}", "select min(t.id::text) from meeting_task t join meeting m on m.process_id = t.process_id and m.id = t.meeting_id
                join process p on p.id = m.process_id where p.slug = $1 and m.title like 'Support Group on serious crime, November%'"),
            ("/{process}/suggestions/", "{id}", "select min(s.id::text) from suggestion s join process p on p.id = s.process_id where p.slug = $1 and s.state = 'open'"),
            ("/{process}/remarks/", "{id}", "select min(r.id::text) from remark r join process p on p.id = r.process_id where p.slug = $1"),
            ("/{process}/responses/", "{response}", "select min(r.id::text) from response r join process p on p.id = r.process_id where p.slug = $1"),
            ("/{process}/reports/{report}", "{report}", "select min(r.id::text) from mapping_report r join process p on p.id = r.process_id
                where p.slug = $1 and r.state = 'adopted'"),
            ("/{process}/reports/{report}/sections/", "{section}", "select min(s.id::text) from mapping_report_section s join mapping_report r
                on r.process_id = s.process_id and r.id = s.report_id where $1 <> '' and r.state = 'adopted'"),
            ("/{process}/rounds/{round}", "{round}", "select min(r.id::text) from round r join process p on p.id = r.process_id where p.slug = $1"),
            ("/{process}/rounds/{round}/items/", "{item}", "select min(i.id::text) from round_item i join process p on p.id = i.process_id where p.slug = $1"),
            ("/{process}/rounds/{round}/reports/", "{report}", "select min(g.id::text) from progress_report g join process p on p.id = g.process_id where p.slug = $1"),
            ("/{process}/strategies/{id}", "{id}", "select min(s.id::text) from strategy s join process p on p.id = s.process_id where p.slug = $1 and s.title like '%strategy of Arvania%'"),
            ("/{process}/strategies/{id}/objectives/", "{objective}", "select min(o.id::text) from strategy_objective o where $1 <> '' and o.strategy_id = (select min(s.id::text)::uuid
                from strategy s where s.title like '%strategy of Arvania%')"),
        ] {
            let id = portal.lookup(sql, "example").await;
            assert!(!id.is_empty(), "no record for {path}");
            ids.push((path, name, id));
        }
        let notices: Vec<(String, String)> = sqlx::query_as(
            "select a.email, n.id::text from notice n join account a on a.id = n.account_id where n.dedupe_key = 'walk'",
        )
        .fetch_all(&mut portal.superuser().await)
        .await
        .expect("notices");
        Self { ids, notices: notices.into_iter().collect() }
    }

    /// A route's path with what exists in it; what is not known here exists nowhere.
    pub fn filled(&self, path: &str, slug: &str, email: &str) -> String {
        let own = self.notices.get(email).filter(|_| path == "/{process}/notices/{id}");
        let start = own.map_or_else(|| path.to_owned(), |id| path.replace("{id}", id));
        let known = self.ids.iter().filter(|(begins, _, _)| path.starts_with(begins));
        filled(&known.fold(start, |path, (_, name, id)| path.replace(name, id)), slug)
    }
}

/// All rows of each tenant's table, as one number each.
pub async fn everything(portal: &Portal) -> BTreeMap<String, String> {
    let mut connection = portal.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.table_name::text from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
            where c.table_schema = 'public' and c.column_name = 'process_id' and t.table_type = 'BASE TABLE' order by 1",
    )
    .fetch_all(&mut connection)
    .await
    .expect("tables");
    assert!(tables.len() > 20);
    let mut all = BTreeMap::new();
    for table in tables {
        let sql = format!("select md5(coalesce(string_agg(md5(t::text), '' order by t::text), '')) from {table} t");
        let sum: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect("rows");
        all.insert(table, sum);
    }
    all
}

#[tokio::test]
async fn pages_of_records_hold_them_for_those_alone_who_may_see_them() {
    let portal = Portal::start().await;
    let real = Real::of(&portal).await;
    let mut held = BTreeSet::new();
    for (email, role) in ROLES {
        let browser = portal.signed_in(email).await;
        for fact in facts() {
            let Access::Member(permission) = fact.access else { continue };
            let Some((_, words)) = HOLDS.iter().find(|(path, _)| fact.method == Method::GET && *path == fact.path)
            else {
                continue;
            };
            let page = browser.get(&real.filled(fact.path, "example", email)).await;
            let at = format!("{role:?} {}: {} {}", fact.path, page.status, page.text());
            if ever(permission, role) && page.status == StatusCode::OK {
                assert!(page.text().contains(words) || page.body.contains(words), "{at}");
                held.insert(fact.path);
            } else {
                let refused = matches!(page.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
                assert!(refused && !page.text().contains(words), "{at}");
                assert!(ever(permission, role) || page.status == StatusCode::FORBIDDEN, "{at}");
            }
        }
        // opening a notice leads to what it is about
        let notice = browser.get(&real.filled("/{process}/notices/{id}", "example", email)).await;
        assert_eq!(notice.location.as_deref(), Some("/example/plans"), "{email}: {}", notice.text());
    }
    let never: Vec<_> = HOLDS.iter().filter(|(path, _)| !held.contains(path)).collect();
    assert!(never.is_empty(), "nobody was shown what these hold: {never:?}");
}

#[tokio::test]
async fn who_is_refused_has_changed_nothing() {
    let portal = Portal::start().await;
    let real = Real::of(&portal).await;
    let mut asked = 0;
    for (email, role) in ROLES {
        let browser = portal.signed_in(email).await;
        let token = browser.form_token().await;
        let before = everything(&portal).await;
        for fact in facts() {
            let Access::Member(permission) = fact.access else { continue };
            if fact.method != Method::POST || ever(permission, role) {
                continue;
            }
            let page = browser.post_raw(&real.filled(fact.path, "example", email), &[("form_token", &token)]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {}", fact.path);
            asked += 1;
        }
        assert_eq!(everything(&portal).await, before, "{role:?}");
    }
    assert!(asked > 100, "too few forms sent: {asked}");
}

#[tokio::test]
async fn records_of_another_process_are_not_found_and_not_changed() {
    let portal = Portal::start().await;
    let real = Real::of(&portal).await;
    let before = everything(&portal).await;
    for email in ["support-group@iisg.example", "operator@concert.example"] {
        let browser = portal.signed_in(email).await;
        let token = browser.form_token().await;
        for fact in facts() {
            if !matches!(fact.access, Access::Member(_)) {
                continue;
            }
            let mut places = vec!["example"];
            // an id of the other process at an address of one's own; what is none of a record's would be one's own to change
            if email.contains("@iisg") && HOLDS.iter().any(|(path, _)| fact.path.starts_with(path)) {
                places.push("iisg");
            }
            for slug in places {
                let path = real.filled(fact.path, slug, email);
                let page = match fact.method {
                    Method::GET => browser.get(&path).await,
                    _ => browser.post_raw(&path, &[("form_token", &token)]).await,
                };
                let refused = matches!(page.status.as_u16(), 403 | 404 | 422);
                assert!(
                    page.status == StatusCode::NOT_FOUND || (slug == "iisg" && refused),
                    "{email} {path}: {}",
                    page.status
                );
                for (_, words) in HOLDS {
                    assert!(!page.body.contains(words), "{email} {path}: {words}");
                }
            }
        }
    }
    assert_eq!(everything(&portal).await, before);
}

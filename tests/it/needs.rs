//! Needs, through the front door: drafts are their own side's, who speaks for a beneficiary submits, partners propose,
//! the beneficiary answers, leads judge; what was said stays.

use crate::decisions::{ARVANIA, CHAIR, KESTRIA, SECRETARIAT, ok};
use crate::harness::{Browser, Portal};
use axum::http::StatusCode;

pub const DONOR: &str = "donor@example.example";
pub const WESTMARK: &str = "second-donor@example.example";
pub const LEAD_CRIME: &str = "lead-two@example.example";
pub const LEAD_PREVENT: &str = "lead-one@example.example";
pub const OBSERVER: &str = "observer@example.example";

/// The id of a need of the example by the words after "Example: ", in its latest cycle.
pub async fn need(portal: &Portal, title: &str) -> String {
    portal
        .lookup(
            "select n.id::text from need n join mapping_cycle c on c.process_id = n.process_id and c.id = n.cycle_id
             where n.title like 'Example: ' || $1 || '%' order by c.first_year desc limit 1",
            title,
        )
        .await
}

/// The cycle that is open.
pub async fn open_cycle(portal: &Portal) -> String {
    portal
        .lookup("select max(id::text) from mapping_cycle where closed_at is null and name like $1 || '%'", "Needs")
        .await
}

async fn state(portal: &Portal, id: &str) -> String {
    portal.lookup("select state from need where id::text = $1", id).await
}

/// Writes a draft and says where it is.
pub async fn drafted(browser: &Browser, title: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![("title", title)];
    fields.extend_from_slice(more);
    ok(&browser.submit("/example/needs/new", Some("/needs/new"), &fields).await)
}

/// Takes the mark "speaks for" from an account.
async fn without_the_mark(portal: &Portal, email: &str) {
    sqlx::query(
        "update membership m set speaks_for_to = '2020-01-01' from account a where a.id = m.account_id and a.email = $1",
    )
    .bind(email)
    .execute(&mut portal.superuser().await)
    .await
    .expect("a membership");
}

#[tokio::test]
async fn a_need_lives_from_its_draft_to_a_judgement() {
    let portal = Portal::start().await;
    let (arvania, donor, lead) =
        (portal.signed_in(ARVANIA).await, portal.signed_in(DONOR).await, portal.signed_in(LEAD_CRIME).await);
    let node = portal.lookup("select min(n.id::text) from plan_node n join plan p on p.id = n.plan_id where p.state = 'in_force' and n.title like $1 || '%'", "Joint investigation teams have").await;
    let place = drafted(&arvania, "A car park for seized lorries", &[("node", &node), ("body", "It is full.")]).await;

    // its own side finds it from the list, which holds what was submitted
    let list = arvania.get("/example/needs").await;
    assert_eq!(list.select("a[href='/example/needs?state=draft']").len(), 1, "{}", list.text());
    assert!(arvania.get("/example/needs?state=draft").await.text().contains("seized lorries"));
    // nobody else sees a draft: neither its page, nor a line anywhere
    for other in [DONOR, LEAD_CRIME, SECRETARIAT, CHAIR, KESTRIA] {
        let browser = portal.signed_in(other).await;
        assert_eq!(browser.get(&place).await.status, StatusCode::NOT_FOUND, "{other}");
        for path in ["/example/needs?state=draft", "/example/needs", "/example/coverage", "/example"] {
            assert!(!browser.get(path).await.body.contains("seized lorries"), "{other} {path}");
        }
    }
    // type and perspective are asked for first
    let page = arvania.submit(&place, Some("/submit"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // both at once, and each leads to where it is stated
    for (field, words) in [("type", "Please state “Type”"), ("perspective", "Please state “Perspective”")] {
        let link = format!(".errors a[href='{place}/edit#{field}']");
        assert!(page.select(&link).join(" ").contains(words), "{}", page.text());
    }
    ok(&arvania
        .submit(&format!("{place}/edit"), Some("/edit"), &[("type", "operational"), ("perspective", "response")])
        .await);
    ok(&arvania.submit(&place, Some("/submit"), &[]).await);
    assert_eq!(state(&portal, place.rsplit('/').next().unwrap()).await, "submitted");

    // the lead is told, the list and the plan's page show it
    assert!(lead.get("/example/notices").await.text().contains("A car park for seized lorries"));
    assert!(donor.get("/example/needs").await.text().contains("A car park for seized lorries"));
    let plan = portal
        .lookup(
            "select min(id::text) from plan where state = 'in_force' and title like $1 || '%'",
            "Plan of Action on serious crime",
        )
        .await;
    assert!(donor.get(&format!("/example/plans/{plan}")).await.text().contains("A car park for seized lorries"));

    // a partner proposes its action; the beneficiary is asked, and says yes
    let action = portal.action("example", "Strengthening asset recovery").await;
    let page = donor
        .submit(&format!("{place}/respond"), Some("/respond"), &[("action", &action), ("how", "Half of it.")])
        .await;
    ok(&page);
    assert!(arvania.get("/example").await.text().contains("answers your need “A car park for seized lorries”"));
    assert!(arvania.get("/example/notices").await.text().contains("as a response to your need"));
    let response = portal
        .lookup(
            "select r.id::text from response r join need n on n.id = r.need_id where n.title = $1",
            "A car park for seized lorries",
        )
        .await;
    let answer = format!("/example/responses/{response}/answer");
    // a no needs its word
    let page = arvania.submit(&place, Some(&answer), &[("do", "decline")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("Please say why not"), "{}", page.text());
    // others cannot answer for it
    for other in [DONOR, KESTRIA, SECRETARIAT, LEAD_CRIME] {
        let browser = portal.signed_in(other).await;
        assert_eq!(browser.post(&answer, &[("do", "confirm")]).await.status, StatusCode::FORBIDDEN, "{other}");
    }
    let asked = "select bool_or(settled_at is null)::text || bool_or(read_at is null) from notice where key = 'need-told-proposed' and subject_id::text = $1";
    assert_eq!(portal.lookup(asked, &response).await, "truetrue");
    ok(&arvania.submit(&place, Some(&answer), &[("do", "confirm"), ("answer", "It does.")]).await);
    assert_eq!(portal.lookup(asked, &response).await, "falsefalse", "it still waits for an answer");
    assert!(donor.get("/example/notices").await.text().contains("confirms that"));
    assert!(donor.get(&format!("/example/actions/{action}")).await.text().contains("A car park for seized lorries"));

    // the lead of the pillar judges, twice; both judgements stay
    let another = portal.signed_in(LEAD_PREVENT).await;
    assert_eq!(
        another.post(&format!("{place}/judge"), &[("coverage", "covered"), ("reason", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    let page = lead.post(&format!("{place}/judge"), &[("coverage", "covered")]).await;
    assert_eq!(page.select(".errors a[href='#reason']").len(), 1, "{}", page.text());
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "a judgement has its reason");
    ok(&lead.submit(&place, Some("/judge"), &[("coverage", "partly"), ("reason", "Half of the lorries.")]).await);
    ok(&lead.submit(&place, Some("/judge"), &[("coverage", "covered"), ("reason", "All of them now.")]).await);
    let text = donor.get(&place).await.text();
    assert!(text.contains("All of them now.") && text.contains("Half of the lorries."), "{text}");
    assert!(donor.get("/example/needs?coverage=covered").await.text().contains("A car park for seized lorries"));
    assert!(!donor.get("/example/needs?coverage=none").await.text().contains("A car park for seized lorries"));
}

#[tokio::test]
async fn only_who_speaks_for_a_beneficiary_submits_and_amends() {
    let portal = Portal::start().await;
    let arvania = portal.signed_in(ARVANIA).await;
    let stated = [("type", "legislative"), ("perspective", "prevention")];
    let place = drafted(&arvania, "Drafted by a member without the mark", &stated).await;
    let submitted = format!("/example/needs/{}", need(&portal, "five more posts").await);
    without_the_mark(&portal, ARVANIA).await;
    let id = place.rsplit('/').next().unwrap();
    let version = portal.lookup("select version::text from need where id::text = $1", id).await;
    let page = arvania.post(&format!("{place}/submit"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(arvania.get(&format!("{submitted}/edit")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(arvania.post(&format!("{submitted}/withdraw"), &[("why", "x")]).await.status, StatusCode::FORBIDDEN);
    // a draft is still theirs to write and to discard
    ok(&arvania.submit(&format!("{place}/edit"), Some("/edit"), &[("priority", "high")]).await);
    ok(&arvania.submit(&place, Some("/withdraw"), &[]).await);
    assert_eq!(state(&portal, id).await, "withdrawn");
}

#[tokio::test]
async fn the_secretariat_writes_on_behalf_and_does_not_submit() {
    let portal = Portal::start().await;
    let (secretariat, kestria) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(KESTRIA).await);
    let beneficiary = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XE").await;
    let fields = [("beneficiary", beneficiary.as_str()), ("type", "operational"), ("perspective", "response")];
    let place = drafted(&secretariat, "Written on behalf", &fields).await;
    let page = kestria.get(&place).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text().contains("written by Demo account, Support Group secretariat")
            && page.text().contains("on behalf of Kestria*"),
        "{}",
        page.text()
    );
    assert!(kestria.get("/example/notices").await.text().contains("has drafted the need “Written on behalf”"));
    assert_eq!(secretariat.post(&format!("{place}/submit"), &[("version", "1")]).await.status, StatusCode::FORBIDDEN);
    // not seen by another beneficiary, and never for the beneficiary alone
    assert_eq!(portal.signed_in(ARVANIA).await.get(&place).await.status, StatusCode::NOT_FOUND);
    let page = secretariat.submit(&format!("{place}/edit"), Some("/edit"), &[("handling", "restricted")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    ok(&kestria.submit(&place, Some("/submit"), &[]).await);
}

#[tokio::test]
async fn levels_hold_and_observers_see_nothing() {
    let portal = Portal::start().await;
    let parties = need(&portal, "experts who can value").await;
    let restricted = need(&portal, "identities that hold").await;
    let sees = [
        // account, sees what is for parties (shown to Westmark, in CRIME), sees what is restricted (Upper Sevonia's)
        (SECRETARIAT, true, false),
        (CHAIR, true, false),
        (LEAD_CRIME, true, false),
        (LEAD_PREVENT, false, false),
        (WESTMARK, true, false),
        (DONOR, false, false),
        (ARVANIA, false, false),
        ("beneficiary-three@example.example", true, false),
        ("beneficiary-five@example.example", false, true),
    ];
    for (email, first, second) in sees {
        let browser = portal.signed_in(email).await;
        for (id, seen, words) in
            [(&parties, first, "value seized companies"), (&restricted, second, "officers under cover")]
        {
            let page = browser.get(&format!("/example/needs/{id}")).await;
            assert_eq!(page.status == StatusCode::OK, seen, "{email} {words}: {}", page.status);
            for path in [
                "/example/needs",
                "/example/needs.csv",
                "/example/coverage/missing",
                "/example/coverage/cell?row=&column=",
            ] {
                assert_eq!(browser.get(path).await.body.contains(words), seen, "{email} {words} {path}");
            }
        }
    }
    // reading what is for few leaves a line
    let lines = portal
        .lookup("select count(*)::text from access_log where subject_kind = 'need' and handling = $1", "parties")
        .await;
    assert!(lines.parse::<i64>().unwrap() >= 4, "{lines}");
    // observers and the public: neither pages nor words, in plans, actions and published texts
    let observer = portal.signed_in(OBSERVER).await;
    for path in [
        "/example/needs",
        "/example/coverage",
        "/example/coverage/missing",
        "/example/needs.csv",
        "/example/coverage.svg",
    ] {
        assert_eq!(observer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let plan = portal
        .lookup(
            "select min(id::text) from plan where state = 'in_force' and title like $1 || '%'",
            "Plan of Action on serious crime",
        )
        .await;
    let action = portal.action("example", "Strengthening asset recovery").await;
    let visitor = portal.visitor();
    for body in [
        observer.get(&format!("/example/plans/{plan}")).await.body,
        observer.get(&format!("/example/actions/{action}")).await.body,
        observer.get("/example").await.body,
        visitor.get("/example/public/plans").await.body,
        visitor.get(&format!("/example/public/plans/{plan}")).await.body,
        visitor.get("/example/public/actions").await.body,
    ] {
        assert!(!body.contains("posts in the asset management office") && !body.contains("/needs"), "a need is told");
    }
}

/// The view and `may(…)` are two spellings of one rule: held against each other for every account and every need.
#[tokio::test]
async fn the_view_shows_exactly_what_may_be_seen() {
    use concert::kernel::ids::{BeneficiaryId, OrganisationId, PillarId};
    use concert::kernel::permit::{Handling, Member, Permission, Scope};
    use concert::kernel::random::Token;
    let portal = Portal::start().await;
    // every level, submitted and not, written on behalf and not
    sqlx::query(
        "with n as (select id, row_number() over (order by title, id) as n from need)
         update need x set handling = (array['members', 'parties', 'restricted'])[1 + n.n % 3],
            submitted_at = case when n.n % 5 = 0 then null else coalesce(x.submitted_at, now()) end,
            state = case when n.n % 5 = 0 then 'draft' else 'submitted' end, withdrawn_at = null, on_behalf = n.n % 2 = 0
         from n where n.id = x.id",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("levels");
    type Row = (uuid::Uuid, String, uuid::Uuid, bool, bool, Option<uuid::Uuid>, Vec<uuid::Uuid>, Vec<uuid::Uuid>);
    let needs: Vec<Row> = sqlx::query_as(
        "select n.id, n.handling, n.beneficiary_id, n.submitted_at is not null, n.on_behalf, p.pillar_id,
            array(select a.reporting_id from response r join action a on a.id = r.action_id where r.need_id = n.id and r.state in ('proposed', 'confirmed')),
            array(select organisation_id from need_organisation x where x.need_id = n.id)
         from need n left join plan_node k on k.id = n.plan_node_id left join plan p on p.id = k.plan_id",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("needs");
    let accounts: Vec<String> = sqlx::query_scalar(
        "select distinct a.email from account a join membership m on m.account_id = a.id join process p on p.id = m.process_id where p.slug = 'example'",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("accounts");
    let (mut seen_total, mut hidden_total) = (0, 0);
    for email in accounts {
        let browser = portal.signed_in(&email).await;
        let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        let mut app = portal.sql("concert_app").await;
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        let facts: serde_json::Value = sqlx::query_scalar("select kernel.enter('example', $1, $2, 60)")
            .bind(token.hash())
            .bind(portal.clock.now())
            .fetch_one(&mut *tx)
            .await
            .expect("an answer");
        let member = Member::new(serde_json::from_value(facts["memberships"].clone()).expect("memberships"));
        let seen: Vec<uuid::Uuid> =
            sqlx::query_scalar("select id from visible_need").fetch_all(&mut *tx).await.expect("the view");
        for (id, handling, beneficiary, submitted, on_behalf, pillar, responding, shown) in &needs {
            let shown: Vec<OrganisationId> = shown.iter().copied().map(OrganisationId).collect();
            let scope = Scope {
                handling: Handling::parse(handling),
                beneficiaries: vec![BeneficiaryId(*beneficiary)],
                pillars: pillar.iter().copied().map(PillarId).collect(),
                organisations: responding.iter().copied().map(OrganisationId).chain(shown.clone()).collect(),
                opened_to: shown,
                on_behalf: *on_behalf,
                ..Scope::default()
            };
            let permission = if *submitted { Permission::NeedSee } else { Permission::NeedSeeDraft };
            let allowed = member.may(permission, &scope);
            assert_eq!(seen.contains(id), allowed, "{email} and the need {id}, {permission:?}: {scope:?}");
            seen_total += i32::from(allowed);
            hidden_total += i32::from(!allowed);
        }
    }
    assert!(seen_total > 100 && hidden_total > 50, "too one-sided: {seen_total} seen, {hidden_total} hidden");
}

#[tokio::test]
async fn needs_are_taken_over_into_the_next_cycle_and_confirmed_or_changed() {
    let portal = Portal::start().await;
    let (secretariat, arvania) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(ARVANIA).await);
    let fields = [("name", "Needs mapping 2028 (example)"), ("first_year", "2028"), ("last_year", "2028")];
    ok(&secretariat.submit("/example/needs/cycles", Some("/needs/cycles"), &fields).await);
    let page = secretariat
        .post("/example/needs/cycles", &[("name", "x"), ("first_year", "2028"), ("last_year", "2027")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("The last year is before the first"), "{}", page.text());
    let page = secretariat
        .post("/example/needs/cycles", &[("name", "x"), ("first_year", "soon"), ("last_year", "2027")])
        .await;
    assert!(page.select("#first_year-error").join("").contains("Please write a year"), "{}", page.text());
    let cycle =
        portal.lookup("select id::text from mapping_cycle where name like $1 || '%'", "Needs mapping 2028").await;
    let place = format!("/example/needs/cycles/{cycle}/take-over");
    // all that Arvania has submitted in the latest cycle is offered, checked
    let page = arvania.get(&place).await;
    assert!(
        page.text().contains("five more posts") && page.text().contains("material for teachers"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("witnesses"), "another beneficiary's needs are not offered");
    ok(&arvania.submit(&place, Some("/take-over"), &[("do", "copy")]).await);
    let count = "select count(*)::text from need where cycle_id::text = $1 and copied_from_id is not null";
    let first = portal.lookup(count, &cycle).await;
    assert!(first.parse::<i64>().unwrap() >= 1);
    // again it takes nothing twice
    let ids = "select string_agg(n.id::text, ',') from need n join beneficiary b on b.id = n.beneficiary_id join mapping_cycle c on c.id = n.cycle_id where b.code = $1 and c.first_year = 2026 and n.state = 'submitted'";
    let all = portal.lookup(ids, "XA").await;
    let beneficiary = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XA").await;
    let nothing = arvania.post(&place, &[("do", "copy"), ("beneficiary", beneficiary.as_str())]).await;
    assert!(nothing.select(".errors").join(" ").contains("Need: Please choose"), "{}", nothing.text());
    let mut again = vec![("do", "copy"), ("beneficiary", beneficiary.as_str())];
    again.extend(all.split(',').map(|id| ("need", id)));
    arvania.post(&place, &again).await;
    arvania.post(&place, &again).await;
    let second = portal.lookup(count, &cycle).await;
    assert_eq!(second.parse::<usize>().unwrap(), all.split(',').count());
    // one is changed and submitted, the others are confirmed together
    let changed = portal.lookup("select min(id::text) from need where copied_from_id is not null and title like '%five more posts%' and cycle_id::text = $1", &cycle).await;
    ok(&arvania.submit(&format!("/example/needs/{changed}/edit"), Some("/edit"), &[("body", "Now four.")]).await);
    ok(&arvania.submit(&format!("/example/needs/{changed}"), Some("/submit"), &[]).await);
    assert_eq!(portal.lookup("select carried from need where id::text = $1", &changed).await, "changed");
    let rest = portal
        .lookup("select string_agg(id::text, ',') from need where state = 'draft' and cycle_id::text = $1", &cycle)
        .await;
    let mut confirm = vec![("do", "submit"), ("beneficiary", beneficiary.as_str())];
    confirm.extend(rest.split(',').map(|id| ("need", id)));
    ok(&arvania.post(&place, &confirm).await);
    let carried = portal.lookup("select string_agg(distinct carried, ',') from need where state = 'submitted' and id::text <> $1 and cycle_id = (select cycle_id from need where id::text = $1)", &changed).await;
    assert_eq!(carried, "confirmed");
    // what answers a need that says the same is confirmed with it; of the changed one it is to be confirmed anew
    let answers = "select string_agg(distinct r.state, ',') from response r join need n on n.id = r.need_id
        where n.cycle_id::text = split_part($1, '|', 1) and n.title like '%' || split_part($1, '|', 2) || '%'";
    assert_eq!(portal.lookup(answers, &format!("{cycle}|material for teachers")).await, "confirmed");
    assert_eq!(portal.lookup(answers, &format!("{cycle}|five more posts")).await, "proposed");
    let answered = arvania.get("/example/coverage/answered").await;
    let nothing = answered.select("#view-unanswered").concat();
    assert!(!nothing.contains("material for teachers") && nothing.contains("five more posts"), "{nothing}");
    // and is waited for, and named, once
    let action = portal.action("example", "From illicit financial flows").await;
    let home = arvania.get("/example").await.text();
    assert_eq!(home.matches("From illicit financial flows to recovered assets” answers").count(), 1, "{home}");
    let page = arvania.get(&format!("/example/actions/{action}/needs")).await;
    let named = page.select("a.t[href*='#response-']");
    assert_eq!(named.iter().filter(|t| t.contains("five more posts")).count(), 1, "{}", page.text());
    // what was taken over no longer stands in the matrix twice
    let current = arvania.get("/example/needs?beneficiary=XA").await.text();
    assert_eq!(current.matches("five more posts").count(), 1, "{current}");
    // those of others, that were stated in the cycle before, say so
    for place in ["/example/needs", "/example/coverage/missing"] {
        let all = arvania.get(place).await;
        let said = |title: &str| {
            all.select("tbody th")
                .into_iter()
                .any(|t| t.contains(title) && t.contains("Last stated in Needs mapping 2026"))
        };
        assert!(said("document readers at nine crossings") && !said("five more posts"), "{place}: {}", all.text());
    }
    // a closed cycle takes nothing more
    ok(&secretariat.post(&format!("/example/needs/cycles/{cycle}/close"), &[]).await);
    assert_eq!(arvania.get(&place).await.status, StatusCode::CONFLICT);
    let page = arvania.get(&format!("/example/needs/{changed}/edit")).await;
    assert!(page.location.is_some_and(|l| l.contains("need-cycle-closed")));
}

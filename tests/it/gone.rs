//! What leaves somebody's sight: who saw it is told that it is gone, in the feed and by webhooks, and no more of it;
//! who never did is told nothing.

use crate::action_record::{TITLE, save};
use crate::api::{BENEFICIARY, Program, SECRETARIAT, program};
use crate::api_read::read_on;
use crate::harness::{Browser, Portal};
use crate::webhooks::{ALL, Came, DONOR, Receiver, WESTMARK, hooked};
use axum::http::StatusCode;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// What a program is told from where it was, up to now: a mark that everybody is told of comes last.
pub async fn told(portal: &Portal, program: &Program, since: &mut String) -> Vec<Value> {
    let mark = "insert into history (process_id, subject_kind, subject_id, event)
        select o.process_id, 'organisation', o.id, 'edited' from organisation o join process p on p.id = o.process_id
        where p.slug = $1 order by o.id limit 1 returning id::text";
    let mark = portal.lookup(mark, "example").await;
    let mut told = Vec::new();
    for _ in 0..400 {
        let (some, next) = read_on(program, since.clone(), 0).await;
        *since = next;
        told.extend(some);
        if told.iter().any(|change| change["id"] == mark.as_str()) {
            told.retain(|change| change["kind"] != "organisation");
            return told;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the mark never came: {told:?}");
}

fn of(told: &[Value], record: &str) -> Vec<String> {
    let events = told.iter().filter(|change| change["record"] == record);
    events.map(|change| change["event"].as_str().expect("an event").to_owned()).collect()
}

/// Gives the action another level, as its keeper does.
async fn set_level(donor: &Browser, action: &str, level: &str) {
    let page = save(donor, &format!("/example/actions/{action}/edit"), &[("handling", level)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

#[tokio::test]
async fn another_level_is_told_to_who_saw_it_alone_and_back_again_is_a_change() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let westmark = program(&portal, WESTMARK, "example", "read").await;
    let beneficiary = program(&portal, BENEFICIARY, "example", "read").await;
    let secretariat = program(&portal, SECRETARIAT, "example", "read").await;
    let action = portal.action("example", TITLE).await;
    let (mut w, mut b, mut s) = (String::new(), String::new(), String::new());
    for (program, since) in [(&westmark, &mut w), (&beneficiary, &mut b), (&secretariat, &mut s)] {
        told(&portal, program, since).await;
    }
    set_level(&donor, &action, "parties").await;
    let first = told(&portal, &westmark, &mut w).await;
    assert_eq!(of(&first, &action), ["gone"]);
    let gone = first.iter().find(|change| change["record"] == action.as_str()).expect("it");
    let names: BTreeSet<&str> = gone.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["address", "at", "event", "id", "kind", "record"].into(), "and nothing of what it is or became");
    assert_eq!(gone["kind"], "action");
    // what it answered with is gone with it
    let responses = "select count(*)::text from response where action_id = $1::uuid";
    let kinds = first.iter().filter(|change| change["kind"] == "response");
    assert_eq!(kinds.clone().count().to_string(), portal.lookup(responses, &action).await);
    assert!(kinds.into_iter().all(|change| change["event"] == "gone"), "{first:?}");
    assert_eq!(of(&told(&portal, &beneficiary, &mut b).await, &action), ["edited"], "it is named in it");
    assert_eq!(of(&told(&portal, &secretariat, &mut s).await, &action), ["edited"]);

    set_level(&donor, &action, "restricted").await;
    assert_eq!(of(&told(&portal, &westmark, &mut w).await, &action), [""; 0], "they could not see it any more");
    assert_eq!(of(&told(&portal, &beneficiary, &mut b).await, &action), ["gone"]);
    assert_eq!(of(&told(&portal, &secretariat, &mut s).await, &action), ["gone"], "it was not opened to it");

    set_level(&donor, &action, "members").await;
    for (program, since) in [(&westmark, &mut w), (&beneficiary, &mut b)] {
        assert_eq!(of(&told(&portal, program, since).await, &action), ["edited"]);
    }
    set_level(&donor, &action, "restricted").await;
    assert_eq!(of(&told(&portal, &westmark, &mut w).await, &action), ["gone"]);
    // nothing of it in another process
    let other = program(&portal, "support-group@iisg.example", "iisg", "read").await;
    let (elsewhere, _) = read_on(&other, String::new(), 0).await;
    assert!(elsewhere.iter().all(|change| change["record"] != action.as_str()));
}

#[tokio::test]
async fn short_stretches_miss_nothing_and_repeat_nothing() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let westmark = program(&portal, WESTMARK, "example", "read").await;
    let action = portal.action("example", TITLE).await;
    for level in ["restricted", "members", "restricted"] {
        set_level(&donor, &action, level).await;
    }
    let all = told(&portal, &westmark, &mut String::new()).await;
    let (mut one_by_one, mut since) = (Vec::new(), String::new());
    while one_by_one.len() < all.len() {
        let at: String = url::form_urlencoded::byte_serialize(since.as_bytes()).collect();
        let answer = westmark.get(&format!("/api/v1/changes?limit=1&since={at}")).await;
        let items = answer.json["items"].as_array().expect("items").clone();
        assert_eq!(items.len(), 1, "{}", answer.text);
        one_by_one.extend(items.into_iter().filter(|change| change["kind"] != "organisation"));
        since = answer.json["next"].as_str().expect("a place").to_owned();
    }
    assert_eq!(one_by_one, all);
    assert!(of(&all, &action).iter().all(|event| event == "gone"), "{all:?}");
}

#[tokio::test]
async fn an_organisation_that_is_no_party_any_more_is_told() {
    let portal = Portal::start().await;
    let action = portal.action("example", TITLE).await;
    let mut inside = portal.in_process("example").await;
    let join = "insert into action_party (action_id, organisation_id, role)
        select $1::uuid, m.organisation_id, 'implementing' from membership m join account a on a.id = m.account_id
        where m.process_id = kernel.process_id() and a.email = $2";
    sqlx::query(join).bind(&action).bind(WESTMARK).execute(&mut inside).await.expect("a party");
    crate::webhooks::restrict(&portal, &action, "parties").await;
    let westmark = program(&portal, WESTMARK, "example", "read").await;
    let beneficiary = program(&portal, BENEFICIARY, "example", "read").await;
    let (mut w, mut b) = (String::new(), String::new());
    let before = of(&told(&portal, &westmark, &mut w).await, &action);
    assert!(!before.iter().any(|event| *event == "gone"), "it sees it still");
    told(&portal, &beneficiary, &mut b).await;
    let leave = "delete from action_party where action_id = $1::uuid and organisation_id in (select m.organisation_id
        from membership m join account a on a.id = m.account_id
        where m.process_id = kernel.process_id() and a.email = $2)";
    sqlx::query(leave).bind(&action).bind(WESTMARK).execute(&mut inside).await.expect("a party less");
    assert_eq!(of(&told(&portal, &westmark, &mut w).await, &action), ["gone"]);
    assert_eq!(of(&told(&portal, &beneficiary, &mut b).await, &action), [""; 0]);
}

#[tokio::test]
async fn what_an_import_added_is_gone_when_it_is_undone() {
    let portal = Portal::start().await;
    let westmark = program(&portal, WESTMARK, "example", "read").await;
    let mut since = String::new();
    told(&portal, &westmark, &mut since).await;
    let file = crate::imports::table(&["Radio links for mountain posts;NL-77;Norland;XA;Planned;2027;"]);
    let (donor, address) = crate::imports::brought(&portal, DONOR, "ours.csv", &file).await;
    crate::imports::apply(&portal, &donor, &address).await;
    let action = portal.action("example", "Radio links for mountain posts").await;
    let added = of(&told(&portal, &westmark, &mut since).await, &action);
    assert!(!added.is_empty() && !added.contains(&"gone".to_owned()), "{added:?}");
    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    crate::imports::work(&portal, &address).await;
    assert_eq!(of(&told(&portal, &westmark, &mut since).await, &action), ["gone"]);
}

#[tokio::test]
async fn a_webhook_is_told_of_what_its_member_saw() {
    let portal = crate::webhooks::portal().await;
    let (donor, westmark) = (portal.signed_in(DONOR).await, portal.signed_in(WESTMARK).await);
    let (theirs, ours) = (Receiver::start().await, Receiver::start().await);
    let (their_hook, _) = hooked(&westmark, &theirs.address, &ALL).await;
    let (our_hook, _) = hooked(&donor, &ours.address, &ALL).await;
    let action = portal.action("example", TITLE).await;
    let kinds = |receiver: &Receiver| receiver.came().iter().map(Came::kind).collect::<Vec<_>>();
    let work = async || {
        crate::webhooks::work(&portal, &their_hook).await;
        crate::webhooks::work(&portal, &our_hook).await;
    };
    set_level(&donor, &action, "parties").await;
    work().await;
    assert_eq!((kinds(&theirs), kinds(&ours)), (vec!["action.gone".to_owned()], vec!["action.changed".to_owned()]));
    let said = theirs.came()[0].json();
    assert_eq!(said["data"]["id"], action);
    assert!(!theirs.came()[0].body.contains("recovery") && !theirs.came()[0].body.contains("parties"), "{said}");
    // whom it was hidden from before is told nothing, nor by a number that is left out
    set_level(&donor, &action, "restricted").await;
    work().await;
    assert_eq!(kinds(&theirs), ["action.gone"]);
    // gone and back before anything was sent: it has changed
    for level in ["members", "restricted", "members"] {
        set_level(&donor, &action, level).await;
    }
    work().await;
    assert_eq!(kinds(&theirs), ["action.gone", "action.changed"]);
    assert_eq!(theirs.came().iter().map(Came::number).collect::<Vec<_>>(), [1, 2]);
}

type Seen = BTreeSet<(Uuid, String, Uuid)>;

/// What each membership of every process is shown by a statement, with the application's own role.
async fn seen(portal: &Portal, statement: &'static str) -> Seen {
    let members = "select process_id, id from membership where state = 'active'";
    let members: Vec<(Uuid, Uuid)> =
        sqlx::query_as(members).fetch_all(&mut portal.superuser().await).await.expect("memberships");
    let mut app = portal.sql("concert_app").await;
    let mut all = Seen::new();
    for (process, member) in members {
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        let enter = sqlx::query_scalar::<_, bool>("select kernel.enter_as($1, $2, $3)").bind(process).bind(member);
        if enter.bind(portal.clock.now()).fetch_one(&mut *tx).await.expect("entered") {
            let rows: Vec<(String, Uuid)> = sqlx::query_as(statement).fetch_all(&mut *tx).await.expect("rows");
            all.extend(rows.into_iter().map(|(kind, id)| (member, kind, id)));
        }
    }
    all
}

/// In one transaction, through states that nobody sees: levels, parties, disclosures, what is declined and taken back.
const SHUFFLE: &str = "
    update action set handling = (array['public', 'members', 'parties', 'restricted'])[1 + abs(hashtext(title)) % 4]
        where process_id = kernel.process_id();
    delete from action_party where process_id = kernel.process_id() and abs(hashtext(action_id::text)) % 3 = 0;
    delete from action_disclosure where process_id = kernel.process_id() and abs(hashtext(action_id::text)) % 2 = 0;
    update action
        set handling = (array['parties', 'restricted', 'members', 'public'])[1 + abs(hashtext(title || '2')) % 4],
        open_to_support_group = abs(hashtext(title)) % 3 = 0
        where process_id = kernel.process_id() and abs(hashtext(title || '3')) % 2 = 0;
    update action set claim = 'declined', claim_reason = 'Not ours'
        where process_id = kernel.process_id() and (claim = 'unconfirmed' or abs(hashtext(title || '4')) % 7 = 0);
    update action set withdrawn_at = now(), claim = 'declined'
        where process_id = kernel.process_id() and abs(hashtext(title || '5')) % 8 = 0;
    update need set handling = (array['members', 'parties', 'restricted'])[1 + abs(hashtext(title)) % 3]
        where process_id = kernel.process_id();
    delete from need_organisation where process_id = kernel.process_id() and abs(hashtext(need_id::text)) % 2 = 0
";

#[tokio::test]
async fn what_is_gone_is_what_was_seen_and_is_not_for_every_member() {
    let portal = Portal::start().await;
    let records = "select 'action', id from visible_action union all select 'need', id from visible_need
        union all select 'response', id from visible_response";
    for _ in 0..2 {
        sqlx::raw_sql("delete from departure").execute(&mut portal.superuser().await).await.expect("none");
        let before = seen(&portal, records).await;
        sqlx::raw_sql(SHUFFLE).execute(&mut portal.in_process("example").await).await.expect("shuffled");
        let after = seen(&portal, records).await;
        let gone: Seen = before.difference(&after).cloned().collect();
        assert!(gone.len() > 20, "{}", gone.len());
        assert_eq!(seen(&portal, "select distinct kind, subject_id from visible_departure").await, gone);
        // everything back to where it can be seen, for the second round
        let open = "update action set handling = 'members', claim = 'confirmed', claim_reason = '', withdrawn_at = null
                where process_id = kernel.process_id();
            update need set handling = 'members' where process_id = kernel.process_id()";
        sqlx::raw_sql(open).execute(&mut portal.in_process("example").await).await.expect("opened");
        let back = seen(&portal, "select distinct kind, subject_id from visible_departure").await;
        assert!(back.is_disjoint(&seen(&portal, records).await), "what is seen again is not gone");
    }
}

#[tokio::test]
async fn what_a_transaction_made_itself_or_showed_by_the_way_nobody_saw() {
    let portal = Portal::start().await;
    sqlx::raw_sql("delete from departure").execute(&mut portal.superuser().await).await.expect("none");
    // opened to its parties by one that takes a party away at once; and one that is added and hidden
    let action = portal.action("example", TITLE).await;
    crate::webhooks::restrict(&portal, &action, "restricted").await;
    sqlx::raw_sql("delete from departure").execute(&mut portal.superuser().await).await.expect("none");
    let both = "do $$ declare made uuid; begin
        update action set handling = 'parties'
            where process_id = kernel.process_id() and title like 'Strengthening asset recovery and%';
        delete from action_beneficiary x using action a where a.process_id = x.process_id and a.id = x.action_id
            and a.process_id = kernel.process_id() and a.title like 'Strengthening asset recovery and%';
        insert into action (reporting_id, title) select reporting_id, 'Made and hidden' from action
            where process_id = kernel.process_id() limit 1 returning id into made;
        update action set handling = 'restricted' where process_id = kernel.process_id() and id = made;
    end $$";
    sqlx::raw_sql(both).execute(&mut portal.in_process("example").await).await.expect("done");
    assert_eq!(seen(&portal, "select kind, subject_id from visible_departure").await, Seen::new());
}

#[tokio::test]
async fn what_was_gone_before_somebody_took_part_is_not_told_to_them() {
    let portal = Portal::start().await;
    let action = portal.action("example", TITLE).await;
    crate::webhooks::restrict(&portal, &action, "restricted").await;
    let gone = "select kind, subject_id from visible_departure where kind = 'action'";
    assert!(!seen(&portal, gone).await.is_empty());
    let later = "update departure set at = '2000-01-01'";
    sqlx::raw_sql(later).execute(&mut portal.superuser().await).await.expect("earlier");
    assert_eq!(seen(&portal, gone).await, Seen::new());
}

#[tokio::test]
async fn who_got_another_role_is_not_told_of_what_that_role_alone_saw() {
    let portal = Portal::start().await;
    sqlx::raw_sql("delete from departure").execute(&mut portal.superuser().await).await.expect("none");
    let action = portal.action("example", TITLE).await;
    let member = async |email: &str| crate::notices::membership(&portal, email).await.0;
    let (westmark, secretariat) = (member(WESTMARK).await, member(SECRETARIAT).await);
    let gone = async |member: Uuid| {
        let all = seen(&portal, "select kind, id from visible_departure where kind = 'action'").await;
        all.into_iter().filter(|(who, ..)| *who == member).map(|(_, _, id)| id).collect::<BTreeSet<Uuid>>()
    };
    // first from all members, then from the secretariat
    for level in ["parties", "restricted"] {
        crate::webhooks::restrict(&portal, &action, level).await;
    }
    let theirs = gone(westmark).await;
    assert_eq!((theirs.len(), gone(secretariat).await.len()), (1, 2));
    let change = "update membership set role = 'support_group' where process_id = kernel.process_id() and id = $1";
    sqlx::query(change).bind(westmark).execute(&mut portal.in_process("example").await).await.expect("another role");
    assert_eq!(gone(westmark).await, theirs, "what the secretariat saw is told to who was none of it then");
    // and from now on as everybody of that role
    for level in ["parties", "restricted"] {
        crate::webhooks::restrict(&portal, &action, level).await;
    }
    assert_eq!((gone(westmark).await.len(), gone(secretariat).await.len()), (2, 3));
}

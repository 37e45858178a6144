//! Two who change the list of members at one moment: the second sees what the first did.

use crate::directory::organisation;
use crate::directory_members::{SECRETARIAT, member};
use crate::harness::{Browser, Page, Portal};
use sqlx::postgres::PgConnection;
use std::time::Duration;

const OTHER: &str = "observer@example.example";

/// Holds a lock that the portal takes, so that who comes for it waits.
pub async fn hold(portal: &Portal, key: &str) -> PgConnection {
    let mut held = portal.superuser().await;
    let sql = "select pg_advisory_lock(hashtextextended($1, 0))";
    sqlx::query(sql).bind(key).execute(&mut held).await.expect("the lock");
    held
}

/// Until so many wait for a lock in this portal's database.
pub async fn waits(portal: &Portal, how_many: &str) {
    let sql = "select count(*)::text from pg_locks where not granted and locktype = $1
        and database = (select oid from pg_database where datname = current_database())";
    for _ in 0..500 {
        if portal.lookup(sql, "advisory").await == how_many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{how_many} do not wait");
}

pub async fn let_go(mut held: PgConnection) {
    sqlx::query("select pg_advisory_unlock_all()").execute(&mut held).await.expect("let go");
}

async fn hold_members(portal: &Portal) -> PgConnection {
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    hold(portal, &format!("members {process}")).await
}

async fn let_two_go(portal: &Portal, held: PgConnection) {
    waits(portal, "2").await;
    let_go(held).await;
}

/// A form as it was opened, but for these fields, ready to be sent.
async fn filled(browser: &Browser, path: &str, fill: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
    let (target, mut fields) = browser.get(path).await.form(None);
    fields.retain(|(name, _)| !fill.iter().any(|(filled, _)| filled == name));
    fields.extend(fill.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    (target.unwrap_or_else(|| path.to_owned()), fields)
}

async fn sent(browser: &Browser, (target, fields): &(String, Vec<(String, String)>)) -> Page {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_raw(target, &pairs).await
}

/// One was taken, the other refused with its form.
fn one_of(first: &Page, second: &Page) {
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "{}\n{}", first.text(), second.text());
}

#[tokio::test]
async fn two_of_the_secretariat_cannot_end_each_other() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let second =
        "update membership m set role = 'support_group' from account a where a.id = m.account_id and a.email = $1";
    sqlx::query(second).bind(OTHER).execute(&mut portal.superuser().await).await.expect("another of the secretariat");
    let (one, two) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(OTHER).await);
    let (first, other) = (member(&portal, SECRETARIAT).await, member(&portal, OTHER).await);
    let end = [("at_once", "yes"), ("why", "Another post")];
    let end = filled(&one, &format!("/example/members/{other}/end"), &end).await;
    let edit = filled(&two, &format!("/example/members/{first}/edit"), &[("role", "observer")]).await;
    let held = hold_members(&portal).await;
    let (ended, edited, ()) = tokio::join!(sent(&one, &end), sent(&two, &edit), let_two_go(&portal, held));
    one_of(&ended, &edited);
    let late = if ended.status == 422 { &ended } else { &edited };
    assert!(late.text().contains("has to stay"), "{}", late.text());
    let left = "select count(*)::text from membership m join process p on p.id = m.process_id
        where p.slug = $1 and m.role = 'support_group' and m.state = 'active'";
    assert_eq!(portal.lookup(left, "example").await, "1");
}

#[tokio::test]
async fn an_invitation_that_is_sent_twice_at_once_invites_once() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let norland = organisation(&portal, "example", "Norland").await;
    let fields = [
        ("name", "Ada Norr"),
        ("email", "ada@new.example"),
        ("role", "partner"),
        ("organisation", norland.as_str()),
        ("starts_on", "24.11.2026"),
    ];
    let form = filled(&browser, "/example/members/invite", &fields).await;
    let held = hold_members(&portal).await;
    let (one, two, ()) = tokio::join!(sent(&browser, &form), sent(&browser, &form), let_two_go(&portal, held));
    one_of(&one, &two);
    let invited = "select count(*)::text from membership m join account a on a.id = m.account_id where a.email = $1";
    assert_eq!(portal.lookup(invited, "ada@new.example").await, "1");
    let letters = "select count(*)::text from outgoing_mail where recipient = $1";
    assert_eq!(portal.lookup(letters, "ada@new.example").await, "1");
}

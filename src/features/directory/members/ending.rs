//! Ending and renewing a membership. The act stays; the person is "a former member of …" in what others see.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::MemberState;
use super::invite::{leaves_nobody, record};
use super::pages::{scope, sight};
use super::store::{self, Membership};
use super::store_write;
use crate::features::directory::shared::{again, done, html, id};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{Change, Changes};
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

#[derive(Template)]
#[template(path = "directory/member_term.html")]
struct TermPage {
    p: Page,
    f: Fields,
    m: Membership,
    ends: bool,
    title: String,
    action: String,
}

fn form(p: Page, f: Fields, m: Membership, ends: bool) -> TermPage {
    let (title, act) = if ends { ("directory-end-title", "end") } else { ("directory-renew-title", "renew") };
    TermPage {
        title: p.t1(title, "name", &m.draft.name),
        action: p.link(&format!("/members/{}/{act}", m.id)),
        p,
        f,
        m,
        ends,
    }
}

/// The membership, for one who keeps the list, while it stands.
async fn standing(tx: &mut crate::kernel::db::ProcessTx, member: &Member, key: &str) -> Result<Membership, Problem> {
    let m = store::load(tx, id(key)?, &sight(member)).await?;
    member.require(Permission::MembersEdit, &scope(&m.draft))?;
    match m.state {
        MemberState::Active | MemberState::Invited => Ok(m),
        _ => Err(Problem::Conflict(Message::new("directory-decided-already"))),
    }
}

pub async fn end(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let m = standing(&mut tx, &member, &key).await?;
    let mut f = Fields::default();
    f.set("ends_on", p.day(&p.today));
    f.set("version", m.version);
    html(&form(p, f, m, true))
}

pub async fn save_end(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    save(&key, inside, true).await
}

pub async fn renew(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let m = standing(&mut tx, &member, &key).await?;
    let mut f = Fields::default();
    f.set("version", m.version);
    html(&form(p, f, m, false))
}

pub async fn save_renewal(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    save(&key, inside, false).await
}

async fn save(key: &str, inside: Inside, ends: bool) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    store_write::lock(&mut tx).await?;
    let m = standing(&mut tx, &member, key).await?;
    let by: &MembershipFacts = member.require(Permission::MembersEdit, &scope(&m.draft))?;
    // who must be out now is out now: not tomorrow, and also where the term began today or begins only later
    let at_once = ends && f.is_set("at_once");
    if at_once {
        f.set("ends_on", p.day(&p.today.max(m.draft.starts_on)));
    }
    let last = f.day("ends_on", p.today);
    if last.is_none() && f.error("ends_on").is_none() {
        f.fail("ends_on", Message::new("field-required"));
    }
    let why = f.text("why", 500);
    if last.is_some_and(|last| last < m.draft.starts_on) {
        f.fail("ends_on", Message::new("directory-error-before-start"));
    }
    if let Some(last) = last
        && f.is_valid()
    {
        let mut after = m.draft.clone();
        after.ends_on = Some(last);
        // on its last day a membership still holds; the day after counts
        let tomorrow = p.today.succ_opt().unwrap_or(p.today);
        let after = (!at_once).then_some(&after);
        if leaves_nobody(&mut tx, &m, after, if ends { tomorrow } else { p.today }).await?
            || (at_once && leaves_nobody(&mut tx, &m, after, p.today).await?)
        {
            f.fail("ends_on", Message::new("directory-member-last-secretariat"));
        }
    }
    let version = f.integer("version");
    let (Some(last), Some(version), true) = (last, version, f.is_valid()) else {
        return again(&form(p, f, m, ends));
    };
    let ended_before = if at_once { last.succ_opt().unwrap_or(last) } else { p.today };
    if !store_write::set_end(&mut tx, m.id, version, last, ended_before).await? {
        // shown with what stands now; what was typed stays
        f.set("version", m.version);
        f.fail("ends_on", Message::new("directory-member-changed"));
        return again(&form(p, f, m, ends));
    }
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).into_iter().collect::<Vec<_>>();
    let mut changes = Changes::new();
    if m.draft.ends_on != Some(last) {
        changes.insert("ends_on".to_owned(), Change { from: day(m.draft.ends_on), to: day(Some(last)) });
    }
    if at_once {
        let state = |s: MemberState| vec![s.as_str().to_owned()];
        changes.insert("state".to_owned(), Change { from: state(m.state), to: state(MemberState::Ended) });
    }
    record(&mut tx, by, m.id, if ends { "member-ended" } else { "member-renewed" }, changes, &why).await?;
    tx.commit().await?;
    done(&p, &format!("/members/{}", m.id), if ends { "directory-member-ended" } else { "directory-member-renewed" })
}

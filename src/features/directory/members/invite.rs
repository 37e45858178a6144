//! Inviting a member, inviting again, editing. The secretariat's.

use axum::extract::Path;
use axum::response::Response;

use super::MemberState;
use super::form::{Choices, FormPage, too_late};
use super::model::{DAYS, Draft, FIELDS};
use super::pages::{scope, sight};
use super::store::{self, Membership};
use super::store_write::{self, New};
use crate::features::directory::requests;
use crate::features::directory::shared::{
    Facts, again as form_again, as_read, changes, done, html, id, remember, settle,
};
use crate::features::sign_in::{self, Invitation};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{AccountId, MembershipId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Role, Scope};
use crate::kernel::random;
use crate::kernel::state::App;

/// Sends the letter that invites, in the process's name; returns the account it is for.
pub async fn letter(
    app: &App,
    tx: &mut ProcessTx,
    p: &Page,
    by: &MembershipFacts,
    email: &str,
    name: &str,
    role: Role,
) -> Result<AccountId, Problem> {
    let process = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let by = if by.post.is_empty() { by.name.clone() } else { format!("{}, {}", by.name, by.post) };
    let invitation = Invitation { email, name, role, process: &process, by: &by, locale: p.locale };
    Ok(sign_in::invite(tx, app, &invitation).await?)
}

fn form(p: Page, f: Fields, choices: Choices, predecessor: Option<String>) -> FormPage {
    FormPage {
        title: p.t("directory-invite-title"),
        text: "directory-invite-text",
        button: "directory-invite-send",
        action: p.link("/members/invite"),
        leave: p.link("/members"),
        asks_email: true,
        predecessor,
        choices,
        p,
        f,
    }
}

/// Whom the form's `after` names: a membership of this process that somebody takes over.
async fn predecessor(tx: &mut ProcessTx, member: &Member, f: &Fields) -> Result<Option<Membership>, Problem> {
    match f.value("after") {
        "" => Ok(None),
        after => Ok(Some(store::load(tx, id(after)?, &sight(member)).await?)),
    }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: query, .. } = inside;
    let choices = Choices::load(&mut tx, &p).await?;
    let before = predecessor(&mut tx, &member, &query).await?;
    let mut f = Fields::default();
    f.set("starts_on", p.day(&p.today));
    if let Some(m) = &before {
        // role and place are taken over; the person, the term and the marks are not
        let mut same = Fields::default();
        m.draft.fill(&mut same);
        for name in ["post", "role", "organisation", "beneficiary", "pillars"] {
            for value in same.values(name) {
                f.add(name, value);
            }
        }
        f.set("after", m.id);
    }
    if query.is_set("request") {
        f.set("request", query.value("request"));
        requests::prefill(&mut tx, &member, &mut f, p.today).await?;
    }
    let name = before.map(|m| m.draft.name);
    html(&form(p, f, choices, name))
}

pub async fn send(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::MembersEdit, &Scope::default())?;
    store_write::lock(&mut tx).await?;
    let choices = Choices::load(&mut tx, &p).await?;
    let before = predecessor(&mut tx, &member, &f).await?;
    let email = f.email("email");
    let draft = choices.read(&mut f, p.today);
    if let Some(draft) = &draft
        && let Some(name) = store_write::same(&mut tx, &email, draft, p.today).await?
    {
        f.fail("email", Message::new("directory-member-already").with("name", name));
    }
    let Some(draft) = draft.filter(|_| f.is_valid()) else {
        return form_again(&form(p, f, choices, before.map(|m| m.draft.name)));
    };
    let account = letter(&app, &mut tx, &p, by, &email, &draft.name, draft.role).await?;
    let key = MembershipId(random::id());
    let new = New {
        id: key,
        account,
        draft: &draft,
        state: MemberState::Invited,
        proposed_by: None,
        predecessor: before.map(|m| m.id),
        at: app.clock.now(),
    };
    store_write::add(&mut tx, &new).await?;
    record(&mut tx, by, key, "member-invited", changes(&Facts::new(), &draft.facts(|id| choices.name(id))), "").await?;
    tx.commit().await?;
    done(&p, &format!("/members/{key}"), "directory-invited")
}

pub async fn record(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    id: MembershipId,
    event: &'static str,
    changes: Changes,
    why: &str,
) -> Result<(), Problem> {
    history::record(tx, Some(by), Entry { subject: Subject::Membership, id: id.0, event, changes, why }).await?;
    Ok(())
}

/// The link in the first letter may have run out.
pub async fn again(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let m = store::load(&mut tx, id(&key)?, &sight(&member)).await?;
    let by = member.require(Permission::MembersEdit, &scope(&m.draft))?;
    if m.state != MemberState::Invited {
        return Err(Problem::Conflict(Message::new("directory-decided-already")));
    }
    letter(&app, &mut tx, &p, by, &m.email, &m.draft.name, m.draft.role).await?;
    record(&mut tx, by, m.id, "member-invited-again", Changes::new(), "").await?;
    tx.commit().await?;
    done(&p, &format!("/members/{}", m.id), "directory-invited")
}

fn edit_form(p: Page, f: Fields, choices: Choices, m: &Membership) -> FormPage {
    let home = p.link(&format!("/members/{}", m.id));
    FormPage {
        title: p.t1("directory-member-edit-title", "name", &m.draft.name),
        text: "",
        button: "directory-save",
        action: format!("{home}/edit"),
        leave: home,
        asks_email: false,
        predecessor: m.predecessor.as_ref().map(|(_, name)| name.clone()),
        choices,
        p,
        f,
    }
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let m = store::load(&mut tx, id(&key)?, &sight(&member)).await?;
    member.require(Permission::MembersEdit, &scope(&m.draft))?;
    let choices = Choices::load(&mut tx, &p).await?;
    let mut f = Fields::default();
    m.draft.fill(&mut f);
    as_read(&p, &mut f, &DAYS);
    remember(&mut f, &FIELDS);
    f.set("version", m.version);
    html(&edit_form(p, f, choices, &m))
}

/// Whether this change would leave the process without a secretariat, and when. The list of members is held, and `m` was read since:
/// otherwise two of the secretariat could end each other at once.
pub async fn leaves_nobody(
    tx: &mut ProcessTx,
    m: &Membership,
    after: Option<&Draft>,
    today: chrono::NaiveDate,
) -> Result<bool, Problem> {
    let was = m.draft.role == Role::SupportGroup && m.state == MemberState::Active && !m.is_former(today);
    let stays = after
        .is_some_and(|d| d.role == Role::SupportGroup && d.starts_on <= today && d.ends_on.is_none_or(|e| e >= today));
    if !was || stays {
        return Ok(false);
    }
    Ok(!store_write::secretariat_stays(tx, m.id, today).await?)
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    store_write::lock(&mut tx).await?;
    let m = store::load(&mut tx, id(&key)?, &sight(&member)).await?;
    let by = member.require(Permission::MembersEdit, &scope(&m.draft))?;
    let choices = Choices::load(&mut tx, &p).await?;
    settle(&mut f, &FIELDS);
    let draft = choices.read(&mut f, p.today);
    if let Some(draft) = &draft
        && leaves_nobody(&mut tx, &m, Some(draft), p.today).await?
    {
        f.fail("role", Message::new("directory-member-last-secretariat"));
    }
    let version = f.integer("version");
    let (Some(draft), Some(version), true) = (draft, version, f.is_valid()) else {
        return form_again(&edit_form(p, f, choices, &m));
    };
    if !store_write::save(&mut tx, m.id, version, &draft).await? {
        return too_late(&mut tx, &app, p, &f, &m, choices).await;
    }
    let changes = changes(&m.draft.facts(|id| choices.name(id)), &draft.facts(|id| choices.name(id)));
    if !changes.is_empty() {
        record(&mut tx, by, m.id, "member-edited", changes, "").await?;
    }
    tx.commit().await?;
    done(&p, &format!("/members/{}", m.id), "directory-saved")
}

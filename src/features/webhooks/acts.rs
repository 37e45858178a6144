//! What the keeper of a hook does with it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use super::model::{Hook, Kind, State, unfit};
use super::pages::{SecretPage, find, own_places, show};
use super::places::Place;
use super::sign::Key;
use super::store::{self, Draft, Kept};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MembershipId, WebhookId};
use crate::kernel::job::{Task, enqueue_about};
use crate::kernel::outbound::Outbound;
use crate::kernel::random;

/// More than anybody has receivers; each costs the worker time when it does not answer.
const MOST: i64 = 10;
/// How long the old secret is valid beside a new one.
const BOTH: TimeDelta = TimeDelta::days(1);

type Address = Path<(String, String)>;

fn read(f: &mut Fields, places: Vec<Place>, outbound: &Outbound) -> Option<(Place, Draft)> {
    let chosen: Option<MembershipId> = f.required_choice("whose", |text| text.parse().ok());
    let place = chosen.and_then(|id| places.into_iter().find(|place| place.by.id == id));
    if place.is_none() {
        f.fail("whose", Message::new("field-not-in-list"));
    }
    let name = f.required("name", 120);
    let typed = f.required("address", 1_900);
    let target = outbound.target(&typed).map_err(|why| f.fail("address", Message::new(unfit(why)))).ok();
    let sent: Vec<Option<Kind>> = f.values("types").into_iter().map(Kind::offered).collect();
    if sent.is_empty() {
        f.fail("types", Message::new("webhooks-error-no-types"));
    } else if sent.contains(&None) {
        f.fail("types", Message::new("field-not-in-list"));
    }
    let kinds: Vec<Kind> = Kind::OFFERED.into_iter().filter(|kind| sent.contains(&Some(*kind))).collect();
    f.is_valid().then_some(())?;
    Some((place?, Draft { name, address: target?.address, kinds }))
}

pub async fn add(mut inside: Inside) -> Result<Response, Problem> {
    let places = own_places(&inside)?;
    let mut f = std::mem::take(&mut inside.fields);
    let Some((place, draft)) = read(&mut f, places, &inside.app.outbound) else {
        return show(&mut inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if store::count(&mut inside.tx, place.owner).await? >= MOST {
        f.fail("name", Message::new("webhooks-error-many").with("most", MOST));
        return show(&mut inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (id, key) = (WebhookId(random::id()), Key::new());
    let sealed = key.sealed(&inside.app.secret, id)?;
    let now = inside.app.clock.now();
    store::add(&mut inside.tx, id, &Kept { owner: place.owner, by: place.by.id }, &draft, &sealed, now).await?;
    note(&mut inside, &place.by, id, "webhook-added").await?;
    secret(inside, id, draft.name, &key, false).await
}

/// Keeps what was done, and shows the secret: the only time that anybody sees it.
async fn secret(inside: Inside, id: WebhookId, name: String, key: &Key, renewed: bool) -> Result<Response, Problem> {
    let onward = inside.page.link(&format!("/webhooks/{id}"));
    let page = SecretPage { p: inside.page, name, secret: key.shown(), onward, renewed }.render()?;
    inside.tx.commit().await?;
    Ok(Html(page).into_response())
}

async fn note(inside: &mut Inside, by: &MembershipFacts, id: WebhookId, event: &'static str) -> sqlx::Result<()> {
    let entry = Entry { subject: Subject::Webhook, id: id.0, event, changes: Changes::new(), why: "" };
    history::record(&mut inside.tx, Some(by), entry).await
}

async fn done(inside: Inside, hook: &Hook, what: &str) -> Result<Response, Problem> {
    let address = inside.page.link(&format!("/webhooks/{}?done={what}", hook.id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

fn not_now() -> Problem {
    Problem::Conflict(Message::new("webhooks-error-not-now"))
}

pub async fn test(Path((_, key)): Address, mut inside: Inside) -> Result<Response, Problem> {
    let (hook, _) = find(&mut inside, &key).await?;
    if hook.state != State::Active {
        return Err(not_now());
    }
    let now = inside.app.clock.now();
    store::test(&mut inside.tx, hook.id, now).await?;
    enqueue_about(&mut inside.tx, Task::Webhooks, &[("hook", hook.id.0)].into()).await?;
    done(inside, &hook, "webhook-test").await
}

pub async fn pause(Path((_, key)): Address, mut inside: Inside) -> Result<Response, Problem> {
    let (hook, place) = find(&mut inside, &key).await?;
    if !store::pause(&mut inside.tx, hook.id).await? {
        return Err(not_now());
    }
    let now = inside.app.clock.now();
    store::drop_waiting(&mut inside.tx, hook.id, now).await?;
    note(&mut inside, &place.by, hook.id, "webhook-paused").await?;
    done(inside, &hook, "webhook-paused").await
}

/// Whoever switches it on is whose eyes it has from then on.
pub async fn resume(Path((_, key)): Address, mut inside: Inside) -> Result<Response, Problem> {
    let (hook, place) = find(&mut inside, &key).await?;
    if !store::resume(&mut inside.tx, hook.id, place.by.id).await? {
        return Err(not_now());
    }
    note(&mut inside, &place.by, hook.id, "webhook-resumed").await?;
    done(inside, &hook, "webhook-resumed").await
}

pub async fn renew(Path((_, key)): Address, mut inside: Inside) -> Result<Response, Problem> {
    let (hook, place) = find(&mut inside, &key).await?;
    let key = Key::new();
    let sealed = key.sealed(&inside.app.secret, hook.id)?;
    let until = inside.app.clock.now() + BOTH;
    store::renew(&mut inside.tx, hook.id, &sealed, until).await?;
    note(&mut inside, &place.by, hook.id, "webhook-secret-renewed").await?;
    secret(inside, hook.id, hook.name, &key, true).await
}

pub async fn remove(Path((_, key)): Address, mut inside: Inside) -> Result<Response, Problem> {
    let (hook, place) = find(&mut inside, &key).await?;
    let now = inside.app.clock.now();
    store::remove(&mut inside.tx, hook.id).await?;
    store::drop_waiting(&mut inside.tx, hook.id, now).await?;
    note(&mut inside, &place.by, hook.id, "webhook-removed").await?;
    let address = inside.page.link("/webhooks?done=webhook-removed");
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

//! The list of one's hooks with the form that adds one, and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::model::{Delivery, Hook, Kind, Owner, State};
use super::places::{Place, places};
use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::WebhookId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    hooks: Vec<Hook>,
    /// For whom the reader keeps hooks: the membership they do it by, and the name.
    whose: Vec<(String, String)>,
    owners: Vec<(Owner, String)>,
    kinds: Vec<(String, String)>,
}

impl ListPage {
    fn of(&self, hook: &Hook) -> &str {
        self.owners.iter().find(|(owner, _)| *owner == hook.owner).map_or("", |(_, name)| name)
    }
}

#[derive(Template)]
#[template(path = "webhooks/page.html")]
struct OnePage {
    p: Page,
    hook: Hook,
    of: String,
    deliveries: Vec<Delivery>,
}

impl OnePage {
    fn is_active(&self) -> bool {
        self.hook.state == State::Active
    }

    fn here(&self) -> String {
        self.p.link(&format!("/webhooks/{}", self.hook.id))
    }

    /// The record that a delivery was about.
    fn about(&self, delivery: &Delivery) -> String {
        self.p.link(&delivery.kind.path(delivery.subject))
    }
}

/// A secret, shown once.
#[derive(Template)]
#[template(path = "webhooks/secret.html")]
pub struct SecretPage {
    pub p: Page,
    pub name: String,
    pub secret: String,
    /// The hook's page.
    pub onward: String,
    /// Another one is valid beside it for a day.
    pub renewed: bool,
}

/// Those for whom the reader keeps hooks; who does for nobody is refused.
pub fn own_places(inside: &Inside) -> Result<Vec<Place>, Problem> {
    let places = places(&inside.member);
    if places.is_empty() {
        inside.member.require(Permission::WebhooksKeep, &Scope::default())?;
    }
    Ok(places)
}

/// The hook of an address, if it is one of the reader's, and the place by which it is.
pub async fn find(inside: &mut Inside, key: &str) -> Result<(Hook, Place), Problem> {
    let places = own_places(inside)?;
    let owners: Vec<Owner> = places.iter().map(|p| p.owner).collect();
    let id: WebhookId = key.parse().map_err(|_| Problem::NotFound)?;
    let hook = store::find(&mut inside.tx, id, &owners, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let place = places.into_iter().find(|p| p.owner == hook.owner).ok_or(Problem::NotFound)?;
    Ok((hook, place))
}

pub async fn list(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = Fields::default();
    for kind in Kind::OFFERED {
        f.add("types", kind.as_str());
    }
    show(&mut inside, f, StatusCode::OK).await
}

pub async fn show(inside: &mut Inside, mut f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let places = own_places(inside)?;
    let p = inside.page.clone();
    if let (false, [only]) = (f.is_set("whose"), places.as_slice()) {
        f.set("whose", only.by.id);
    }
    let owners: Vec<Owner> = places.iter().map(|p| p.owner).collect();
    let page = ListPage {
        hooks: store::list(&mut inside.tx, &owners, p.today).await?,
        whose: places.iter().map(|place| (place.by.id.to_string(), place.name(&p))).collect(),
        owners: places.iter().map(|place| (place.owner, place.name(&p))).collect(),
        kinds: Kind::OFFERED.iter().map(|kind| (kind.as_str().to_owned(), p.t(kind.label()))).collect(),
        f,
        p,
    };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn one(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (mut hook, place) = find(&mut inside, &key).await?;
    let now = inside.app.clock.now();
    hook.old_until = hook.old_until.filter(|until| *until > now);
    let deliveries = store::deliveries(&mut inside.tx, hook.id).await?;
    let p = inside.page;
    Ok(Html(OnePage { of: place.name(&p), hook, deliveries, p }.render()?).into_response())
}

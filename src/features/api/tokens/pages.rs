//! The page of one's tokens: made, recognised, ended.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};

use super::model::{self, Kind, Life, Line, Scope, Sight, Standing};
use super::store;
use crate::features::sign_in::{self, MadeToken};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MembershipId, TokenId};
use crate::kernel::mail;
use crate::kernel::page::Page;
use crate::kernel::permit::{self, Member, Permission};
use crate::kernel::random::{self, Token};

/// Of one membership at a time.
const MOST: i64 = 20;

#[derive(Template)]
#[template(path = "api/tokens.html")]
struct TokensPage {
    p: Page,
    f: Fields,
    lines: Vec<Line>,
    /// As whom a token can act: `kind:membership` and its name.
    whose: Vec<(String, String)>,
    scopes: Vec<(String, String)>,
    lives: Vec<(String, String)>,
    /// The token that has just been made, shown this once.
    made: Option<String>,
    slug: String,
    now: DateTime<Utc>,
}

impl TokensPage {
    fn standing(&self, line: &Line) -> Standing {
        line.standing(self.now)
    }
    fn is_live(&self, line: &Line) -> bool {
        line.standing(self.now) == Standing::Live
    }
    /// Its beginning, by which it is recognised.
    fn recognised(&self, line: &Line) -> String {
        format!("concert_{}_{}…", self.slug, line.hint)
    }
    fn member(&self, line: &Line) -> String {
        match (&line.member, &line.of) {
            (Some(name), _) => name.clone(),
            (None, Some(of)) => self.p.t1("token-former-member", "of", of),
            (None, None) => self.p.t("token-former-member-of-none"),
        }
    }
}

/// The organisation or beneficiary for which somebody is the focal point.
fn focal(member: &Member) -> impl Iterator<Item = &MembershipFacts> {
    member.memberships().iter().filter(|m| {
        let scope = match (m.organisation, m.beneficiary) {
            (_, Some(beneficiary)) => permit::Scope::beneficiary(beneficiary),
            (Some(organisation), None) => permit::Scope::organisation(organisation),
            (None, None) => return false,
        };
        Member::new(vec![(*m).clone()]).may(Permission::TokensOfOwn, &scope)
    })
}

fn own(member: &Member) -> impl Iterator<Item = &MembershipFacts> {
    member.memberships().iter().filter(|m| Member::new(vec![(*m).clone()]).may_somewhere(Permission::TokensOwn))
}

fn sight(inside: &Inside) -> Sight {
    Sight {
        all: inside.member.may_somewhere(Permission::TokensOversee),
        organisations: focal(&inside.member).filter_map(|m| m.organisation).map(|o| o.0).collect(),
        beneficiaries: focal(&inside.member).filter_map(|m| m.beneficiary).map(|b| b.0).collect(),
        today: inside.page.today,
    }
}

/// What a membership is called among others of the same person.
fn named(p: &Page, m: &MembershipFacts) -> String {
    m.beneficiary_name.clone().or_else(|| m.organisation_name.clone()).unwrap_or_else(|| p.t(m.role.label()))
}

fn whose(p: &Page, member: &Member) -> Vec<(String, String)> {
    let choice = |kind: Kind, m: &MembershipFacts| {
        (format!("{}:{}", kind.as_str(), m.id), p.t1(kind.whose(), "of", named(p, m)))
    };
    let personal = own(member).map(|m| choice(Kind::Personal, m));
    let organisation = focal(member).map(|m| choice(Kind::Organisation, m));
    personal.chain(organisation).collect()
}

async fn show(mut inside: Inside, f: Fields, made: Option<String>, status: StatusCode) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    let sight = sight(&inside);
    let lines = store::list(&mut inside.tx, &sight, now).await?;
    if made.is_some() {
        inside.tx.commit().await?;
    }
    let p = inside.page;
    let page = TokensPage {
        whose: whose(&p, &inside.member),
        scopes: Scope::options(&p),
        lives: Life::options(&p),
        slug: p.frame().map(|frame| frame.slug.clone()).unwrap_or_default(),
        p,
        f,
        lines,
        made,
        now,
    };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let mut f = Fields::default();
    if let Some((first, _)) = whose(&inside.page, &inside.member).first() {
        f.set("whose", first);
    }
    f.set("scope", Scope::Read.as_str());
    f.set("life", Life::Quarter.as_str());
    show(inside, f, None, StatusCode::OK).await
}

/// As whom, of the memberships that the sender has.
fn chosen(text: &str, member: &Member) -> Option<(Kind, MembershipFacts)> {
    let (kind, id) = text.split_once(':')?;
    let (kind, id): (Kind, MembershipId) = (Kind::parse(kind)?, id.parse().map(MembershipId).ok()?);
    let found = match kind {
        Kind::Personal => own(member).find(|m| m.id == id),
        Kind::Organisation => focal(member).find(|m| m.id == id),
    };
    Some((kind, found?.clone()))
}

pub async fn make(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let name = f.required("name", 100);
    let whose = f.required_choice("whose", |text| chosen(text, &inside.member));
    let scope = f.required_choice("scope", Scope::parse);
    let life = f.required_choice("life", Life::parse);
    let now = inside.app.clock.now();
    let (Some((kind, by)), Some(scope), Some(life), true) = (whose, scope, life, f.is_valid()) else {
        return show(inside, f, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if !store::hold(&mut inside.tx).await? {
        return Err(Problem::SignedOut { next: inside.page.link("/tokens") });
    }
    if store::count(&mut inside.tx, by.id, now).await? >= MOST {
        f.fail("name", Message::new("token-error-many").with("most", MOST));
        return show(inside, f, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (secret, id) = (Token::new(), TokenId(random::id()));
    let (hint, hash) = (model::hint(&secret), secret.hash());
    let new = store::New {
        id,
        membership: by.id,
        kind,
        scope,
        name: &name,
        hint: &hint,
        hash: &hash,
        now,
        expires_at: now + TimeDelta::days(life.days()),
    };
    store::make(&mut inside.tx, &new).await?;
    note(&mut inside, &by, by.id, "token-made", &name).await?;
    tell(&mut inside, &new, &by).await?;
    let slug = inside.page.frame().map(|frame| frame.slug.clone()).unwrap_or_default();
    let mut blank = Fields::default();
    blank.set("whose", f.value("whose"));
    blank.set("scope", Scope::Read.as_str());
    blank.set("life", Life::Quarter.as_str());
    show(inside, blank, Some(model::text(&slug, &secret)), StatusCode::OK).await
}

/// Writes to whoever has made it, at once.
async fn tell(inside: &mut Inside, new: &store::New<'_>, by: &MembershipFacts) -> Result<(), Problem> {
    let p = &inside.page;
    let Some(email) = &p.email else { return Ok(()) };
    let (whose, scope) = (p.t1(new.kind.whose(), "of", named(p, by)), p.t(new.scope.label()));
    let (until, page) = (p.day_of(&new.expires_at), p.link("/tokens"));
    let made = MadeToken {
        name: new.name,
        process: p.frame().map(|frame| frame.name.as_str()).unwrap_or_default(),
        whose: &whose,
        scope: &scope,
        until: &until,
        page: &page,
    };
    let letter = sign_in::token_letter(&inside.app.base_url, p.locale, email, &made);
    mail::queue(inside.tx.conn(), None, &letter).await?;
    Ok(())
}

/// A line in the history of the membership whose token it is.
async fn note(
    inside: &mut Inside,
    by: &MembershipFacts,
    of: MembershipId,
    event: &'static str,
    name: &str,
) -> Result<(), Problem> {
    let change = match event {
        "token-made" => Change { from: Vec::new(), to: vec![name.to_owned()] },
        _ => Change { from: vec![name.to_owned()], to: Vec::new() },
    };
    let changes: Changes = [("token".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Membership, id: of.0, event, changes, why: "" };
    history::record(&mut inside.tx, Some(by), entry).await?;
    Ok(())
}

pub async fn revoke(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id = id.parse().map(TokenId).map_err(|_| Problem::NotFound)?;
    let now = inside.app.clock.now();
    let sight = sight(&inside);
    // only what the list shows can be ended
    let lines = store::list(&mut inside.tx, &sight, now).await?;
    let line = lines.into_iter().find(|line| line.id == id).ok_or(Problem::NotFound)?;
    let mine = inside.member.memberships().iter().find(|m| m.id == line.membership);
    let by = mine.or(inside.member.first()).cloned().ok_or(Problem::NotFound)?;
    if store::revoke(&mut inside.tx, id, by.id, now).await? {
        note(&mut inside, &by, line.membership, "token-ended", &line.name).await?;
    }
    inside.tx.commit().await?;
    Ok(Redirect::to(&inside.page.link("/tokens?done=token-revoked")).into_response())
}

//! Who is this, and may they be here at all. The extractors read a form before they open a transaction,
//! verify its token, enter, and refuse by the route's permission; a handler that has one is inside.

mod account;
mod lost;
mod upload;
mod visitor;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::cookie::CookieJar;

use super::db::{Entry, Intent, MemberFacts, ProcessTx, Statements};
use super::error::{LetIn, Problem};
use super::form::Fields;
use super::i18n::Locale;
use super::page::Page;
use super::permit::{Member, Permission, Refusal};
use super::random::Token;
use super::route::{Access, HasPage};
use super::state::App;

pub use account::{InAccount, InPlatform};
pub use lost::{lost, lost_in_public, may_be_process};
pub use upload::{Bringing, Upload};
pub use visitor::{Visitor, address, clear_session, has_session, set_session};
use visitor::{session_cookie, visit_cookie};

/// A form of ours never comes near this; an upload has its own route and limit.
const FORM_BYTES: usize = 1 << 20;

/// How often something may fail or be asked for, in a quarter of an hour; and how long a page may take.
#[derive(Debug, Clone)]
pub struct Limits {
    pub sign_in_per_account: i64,
    pub sign_in_per_address: i64,
    pub reset_per_account: i64,
    pub requests_per_address: i64,
    pub exports_per_account: i64,
    pub uploads_per_account: i64,
    pub files_per_account: i64,
    /// Requests of a token in a minute.
    pub requests_per_token: u32,
    pub page_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_per_account: 10,
            sign_in_per_address: 100,
            reset_per_account: 3,
            requests_per_address: 10,
            exports_per_account: 60,
            uploads_per_account: 20,
            files_per_account: 60,
            requests_per_token: 600,
            page_seconds: 60,
        }
    }
}

/// A member inside a process.
pub struct Inside {
    pub app: App,
    pub tx: ProcessTx,
    pub member: Member,
    pub page: Page,
    /// The form that was sent, or the query of a page.
    pub fields: Fields,
}

/// Somebody on the public side of a process.
pub struct InPublic {
    pub app: App,
    pub tx: ProcessTx,
    pub about: Vec<String>,
    pub page: Page,
    pub fields: Fields,
    pub visitor: Visitor,
}

/// Somebody who is not signed in, or need not be.
pub struct Outside {
    pub app: App,
    pub page: Page,
    pub fields: Fields,
    pub visitor: Visitor,
    pub statements: Statements,
}

/// A request taken apart, its form read and its token verified.
struct Opened {
    parts: Parts,
    fields: Fields,
    session: Option<Token>,
    visitor: Visitor,
    form_token: String,
    statements: Statements,
    locale: Locale,
}

async fn open(request: Request, app: &App) -> Result<Opened, Problem> {
    open_with(request, app, None).await
}

/// The same; where `upload` is given, a form may bring a file after its fields, which is left to be read.
async fn open_with(request: Request, app: &App, upload: Option<&mut Option<Upload>>) -> Result<Opened, Problem> {
    let (parts, body) = request.into_parts();
    let jar = CookieJar::from_headers(&parts.headers);
    let secure = app.secure();
    let session = jar.get(session_cookie(secure)).and_then(|c| Token::parse(c.value()));
    let visit = jar.get(visit_cookie(secure)).and_then(|c| Token::parse(c.value()));
    let safe = matches!(parts.method, Method::GET | Method::HEAD);

    let fields = if safe {
        Fields::decode(parts.uri.query().unwrap_or_default().as_bytes())
    } else {
        if parts.headers.get("sec-fetch-site").is_some_and(|v| v == "cross-site") {
            return Err(Problem::FormToken);
        }
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mut fields = if kind.starts_with("application/x-www-form-urlencoded") {
            let bytes: Bytes = to_bytes(body, FORM_BYTES).await.map_err(|_| Problem::TooLarge)?;
            Fields::sent(&bytes)
        } else if let (Some(upload), true) = (upload, kind.starts_with("multipart/form-data")) {
            let (fields, file) = upload::fields(kind, body).await?;
            *upload = file;
            fields
        } else {
            return Err(Problem::Bad("not a form"));
        };
        let given = fields.value("form_token").to_owned();
        let matches =
            |token: &Option<Token>| token.as_ref().is_some_and(|t| app.secret.form_token_matches(t.expose(), &given));
        if !matches(&session) && !matches(&visit) {
            return Err(if session.is_none() { session_gone(&parts, &fields) } else { Problem::FormToken });
        }
        fields.remove("form_token");
        fields
    };

    let (anchor, new_cookie) = match (&session, visit) {
        (Some(token), _) => (token.clone(), None),
        (None, Some(token)) => (token, None),
        (None, None) => {
            let token = Token::new();
            (token.clone(), Some(token))
        }
    };
    let agent = text_header(&parts.headers, header::USER_AGENT).chars().take(300).collect();
    let visitor =
        Visitor { address: address(&parts, app.trusted_proxies), agent, new_cookie, session: session.clone() };
    let statements = parts.extensions.get::<Statements>().cloned().unwrap_or_default();
    let locale = Locale::negotiate(text_header(&parts.headers, header::ACCEPT_LANGUAGE));
    Ok(Opened {
        form_token: app.secret.form_token(anchor.expose()),
        fields,
        session,
        visitor,
        statements,
        locale,
        parts,
    })
}

/// A form without its token from a browser without a session. What another site makes a browser send comes without one as well
/// (`SameSite`), and nothing tells whose it was: so it is kept for nobody, and put into no form after signing in. Where the browser says
/// that a page of ours has sent it, it stands there to be copied.
fn session_gone(parts: &Parts, fields: &Fields) -> Problem {
    let of_member = matches!(parts.extensions.get::<Access>(), Some(Access::Member(_)));
    if !of_member || text_header(&parts.headers, header::HeaderName::from_static("sec-fetch-site")) != "same-origin" {
        return Problem::FormToken;
    }
    let home = parts.uri.path().split('/').nth(1).unwrap_or_default();
    Problem::SessionGone { next: way_back(parts, &format!("/{home}")), typed: fields.written() }
}

fn text_header(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// The page of ours on which somebody has followed a link, path and query, as their browser says; "" for any other.
fn came_from<'a>(headers: &'a HeaderMap, base_url: &str) -> &'a str {
    let path = text_header(headers, header::REFERER).strip_prefix(base_url);
    path.filter(|path| path.starts_with('/')).unwrap_or_default()
}

async fn slug(parts: &mut Parts, app: &App) -> Result<String, Problem> {
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::Bad("path"))?;
    let slug = params.iter().find(|(name, _)| *name == "process").map(|(_, v)| v);
    slug.filter(|slug| may_be_process(slug)).map(str::to_owned).ok_or(Problem::NotFound)
}

fn whole_address(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// Where somebody comes back to who has first to sign in, or to give a second factor: the page they asked for, the page of the form
/// they sent, or `home` where there is none at that address.
fn way_back(parts: &Parts, home: &str) -> String {
    if parts.method == Method::GET {
        return whole_address(parts);
    }
    match parts.extensions.get::<HasPage>() {
        Some(HasPage(true)) => parts.uri.path().to_owned(),
        _ => home.to_owned(),
    }
}

impl Opened {
    fn access(&self) -> Result<Access, Problem> {
        let access = self.parts.extensions.get::<Access>().copied();
        access.ok_or_else(|| anyhow::anyhow!("a route without its access: {}", self.parts.uri.path()).into())
    }

    fn intent(&self) -> Intent {
        self.parts.extensions.get::<Intent>().copied().unwrap_or(Intent::Read)
    }

    async fn slug(&mut self, app: &App) -> Result<String, Problem> {
        slug(&mut self.parts, app).await
    }

    fn address(&self) -> String {
        whole_address(&self.parts)
    }

    fn page(&self, app: &App) -> Page {
        let done = Fields::decode(self.parts.uri.query().unwrap_or_default().as_bytes());
        let done = done.value("done");
        let key = format!("done-{done}");
        let known =
            !done.is_empty() && done.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && super::i18n::has(&key);
        Page {
            form_token: self.form_token.clone(),
            address: self.address(),
            came_from: came_from(&self.parts.headers, &app.base_url).to_owned(),
            demo: app.demo,
            done: known.then_some(key),
            ..Page::bare(self.locale, app.clock.today())
        }
    }

    fn way_back(&self, home: &str) -> String {
        way_back(&self.parts, home)
    }

    /// What was written into the form that was sent; of a page that is looked at, the fields are its address.
    fn written(&self) -> Vec<String> {
        match self.parts.method {
            Method::GET | Method::HEAD => Vec::new(),
            _ => self.fields.written(),
        }
    }

    /// Keeps a form whose session has ended, then asks to sign in.
    async fn signed_out(self, app: &App, slug: Option<&str>, home: &str) -> Problem {
        let next = self.way_back(home);
        let key = self.fields.value("draft");
        if let (Some(slug), Some(token), false) = (slug, &self.session, key.is_empty()) {
            match keep_draft(app, slug, token, key, &self.fields).await {
                // whoever has just lost a page of typing is told that it is not lost
                Ok(true) => {
                    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                    return Problem::Elsewhere(format!("/sign-in?next={next}&done=form-kept"));
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "a form of an ended session was not kept"),
            }
        }
        Problem::SignedOut { next }
    }
}

/// Whether it was kept: a session that ended long ago, or of whoever is no member, keeps nothing.
async fn keep_draft(app: &App, slug: &str, token: &Token, key: &str, fields: &Fields) -> sqlx::Result<bool> {
    let mut tx = app.db.outside(Intent::Write, &Statements::default()).await?;
    let kept = sqlx::query_scalar!(
        "select kernel.stash_draft($1, $2, $3, $4, $5)",
        slug,
        token.hash(),
        key.chars().take(100).collect::<String>(),
        sqlx::types::Json(fields.pairs()) as _,
        app.clock.now()
    )
    .fetch_one(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(kept.unwrap_or(false))
}

impl FromRequest<App> for Inside {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (request, kept) = lost::kept(request);
        match open(request, app).await {
            Ok(opened) => inside(opened, app).await,
            Err(problem) => Err(lost::not_taken(kept, app, problem).await),
        }
    }
}

async fn inside(mut opened: Opened, app: &App) -> Result<Inside, Problem> {
    let Access::Member(permission) = opened.access()? else {
        return Err(anyhow::anyhow!("a member's page on a route for others").into());
    };
    let slug = opened.slug(app).await?;
    let home = format!("/{slug}");
    let Some(token) = opened.session.clone() else { return Err(opened.signed_out(app, Some(&slug), &home).await) };
    let (tx, facts) = match app.db.enter(&slug, &token, opened.intent(), &opened.statements).await? {
        Entry::In(inside) => *inside,
        Entry::SignedOut => return Err(opened.signed_out(app, Some(&slug), &home).await),
        Entry::Unknown => return Err(Problem::NotFound),
        Entry::Suspended { name } => return Err(Problem::Suspended { name }),
    };
    if facts.stale {
        app.db.touch_session(facts.session);
    }
    let (member, page) = let_in(&opened, app, facts, &opened.way_back(&home))?;
    permitted(&member, permission)?;
    Ok(Inside { app: app.clone(), tx, member, page, fields: opened.fields })
}

/// The member who has entered, and their page; `next` is where they come back to from the second factor that they have still to give.
fn let_in(opened: &Opened, app: &App, facts: MemberFacts, next: &str) -> Result<(Member, Page), Problem> {
    let member = Member::new(facts.memberships);
    factor_given(app, &member, (facts.enrolled, facts.second_factor), next)?;
    let mut page = opened.page(app);
    page.process = Some(facts.process);
    page.member = Some(member.clone());
    page.email = Some(facts.email);
    page.operator = facts.operator;
    page.others = facts.others;
    page.unread = facts.unread;
    LetIn::note_typed(&opened.parts, &page, opened.written());
    Ok((member, page))
}

/// Whether a member has given the second factor that they need.
fn factor_given(app: &App, member: &Member, (enrolled, given): (bool, bool), next: &str) -> Result<(), Problem> {
    let needed = app.second_factor_required && member.memberships().iter().any(|m| m.role.needs_second_factor());
    second_factor(needed, enrolled, given, next)
}

/// Whether a member has a right to a route anywhere.
fn permitted(member: &Member, permission: Permission) -> Result<(), Problem> {
    if member.may_somewhere(permission) { Ok(()) } else { Err(Refusal { permission }.into()) }
}

/// Sends on whoever has still to give, or to set up, a second factor.
fn second_factor(needed: bool, enrolled: bool, given: bool, address: &str) -> Result<(), Problem> {
    if given || (!needed && !enrolled) {
        return Ok(());
    }
    let next: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    let page = if enrolled { "/sign-in/second-factor" } else { "/account/second-factor" };
    Err(Problem::Elsewhere(format!("{page}?next={next}")))
}

impl FromRequest<App> for InPublic {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (request, kept) = lost::kept(request);
        let mut opened = match open(request, app).await {
            Ok(opened) => opened,
            Err(problem) => return Err(lost::not_taken_in_public(kept, app, problem).await),
        };
        if opened.access()? != Access::PublicProcess {
            return Err(anyhow::anyhow!("a public page on a route for others").into());
        }
        let slug = opened.slug(app).await?;
        let (tx, facts) = match app.db.enter_public(&slug, opened.intent(), &opened.statements).await? {
            Entry::In(inside) => *inside,
            _ => return Err(Problem::NotFound),
        };
        let mut page = opened.page(app);
        page.process = Some(facts.process);
        LetIn::note_typed(&opened.parts, &page, opened.written());
        Ok(Self { app: app.clone(), tx, about: facts.about, page, fields: opened.fields, visitor: opened.visitor })
    }
}

impl FromRequest<App> for Outside {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let opened = open(request, app).await?;
        if opened.access()? != Access::Anyone {
            return Err(anyhow::anyhow!("an open page on a route for others").into());
        }
        let page = opened.page(app);
        Ok(Self {
            app: app.clone(),
            page,
            fields: opened.fields,
            visitor: opened.visitor,
            statements: opened.statements,
        })
    }
}

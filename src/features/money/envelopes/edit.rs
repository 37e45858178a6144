//! Adding, changing, closing an envelope.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::{Draft, Envelope, EnvelopeKind};
use super::{pages, store};
use crate::kernel::auth::Inside;
use crate::kernel::conflict::{self, Differences};
use crate::kernel::date::YEARS;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{EnvelopeId, OrganisationId};
use crate::kernel::money::{Currency, Negative, parse_money};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 10] =
    ["title", "kind", "amount", "currency", "first_year", "last_year", "pillar", "beneficiary", "note", "handling"];
const FIRST: [&str; 12] = ["EUR", "USD", "CHF", "GBP", "NOK", "SEK", "DKK", "ALL", "BAM", "MKD", "RSD", "TRY"];

#[derive(Template)]
#[template(path = "money/envelope_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    /// Whose money it is, where that is settled.
    donor: Option<String>,
    donors: Vec<(String, String)>,
    title: String,
    address: String,
    leave: String,
}

impl FormPage {
    fn kinds(&self) -> Vec<(String, String)> {
        EnvelopeKind::options(&self.p)
    }
    fn currencies(&self) -> Vec<String> {
        let rest = Currency::all().map(Currency::code).filter(|c| !FIRST.contains(c));
        FIRST.into_iter().chain(rest).map(str::to_owned).collect()
    }
    fn is_currency(&self, code: &str) -> bool {
        let chosen = self.f.value("currency");
        if chosen.is_empty() { code == "EUR" } else { chosen == code }
    }
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.key.clone(), format!("{} – {}", l.key, l.name))).collect()
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().into_iter().flat_map(|f| f.beneficiary_names());
        all.map(|(code, name)| (code.to_owned(), name.to_owned())).collect()
    }
    fn levels(&self) -> Vec<(String, String)> {
        Handling::ALL.iter().map(|h| (h.as_str().to_owned(), self.p.t(h.label()))).collect()
    }
    fn respond(&self, status: StatusCode) -> Result<Response, Problem> {
        Ok((status, Html(self.render()?)).into_response())
    }
}

/// Whose envelopes somebody may write.
async fn donors(inside: &mut Inside) -> Result<Vec<(OrganisationId, String)>, Problem> {
    let mut all = store::organisations(&mut inside.tx).await?;
    all.retain(|(id, _)| inside.member.may(Permission::EnvelopeWrite, &Scope::organisation(*id)));
    Ok(all)
}

fn form_new(p: Page, mut f: Fields, donors: Vec<(OrganisationId, String)>) -> FormPage {
    if let ([(only, _)], false) = (donors.as_slice(), f.is_set("donor")) {
        f.set("donor", only);
    }
    if !f.has("handling") {
        f.set("handling", Handling::Members.as_str());
    }
    FormPage {
        donor: None,
        donors: donors.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        title: p.t("envelope-new-title"),
        address: p.link("/envelopes/new"),
        leave: p.link("/envelopes"),
        p,
        f,
    }
}

fn form_of(p: Page, f: Fields, e: &Envelope) -> FormPage {
    let own = format!("/envelopes/{}", e.id);
    FormPage {
        donor: Some(e.donor_name.clone()),
        donors: Vec::new(),
        title: e.draft.title.clone(),
        address: p.link(&format!("{own}/edit")),
        leave: p.link(&own),
        p,
        f,
    }
}

fn year(f: &mut Fields, name: &str) -> Option<i32> {
    let year = f.integer(name)?;
    if !YEARS.contains(&year) {
        f.fail(name, Message::new("envelope-error-year"));
    }
    Some(year)
}

/// What the form says; `None` where a field is wrong.
fn read(
    p: &Page,
    member: &Member,
    f: &mut Fields,
    donor: Option<OrganisationId>,
    before: Option<&Draft>,
) -> Option<Draft> {
    let title = f.required("title", 300);
    let kind = f.required_choice("kind", EnvelopeKind::parse);
    let chosen = f.choice("currency", |code| code.parse::<Currency>().ok());
    let typed = f.value("amount").to_owned();
    // as it was shown it is what it was, with all its decimals
    let same = before.filter(|d| p.quantity(&d.amount) == typed.trim()).map(|d| d.amount);
    let amount = match (same, parse_money(&typed, Negative::Refused)) {
        (Some(amount), _) => chosen.map(|currency| (amount, currency)),
        (None, Ok(read)) if read.amount.is_zero() => {
            f.fail("amount", Message::new("envelope-error-nothing"));
            None
        }
        (None, Ok(read)) => read.currency.or(chosen).map(|currency| (read.amount, currency)),
        (None, Err(error)) => {
            f.fail("amount", error.message());
            None
        }
    };
    if amount.is_none() && f.error("amount").is_none() {
        f.fail("amount", Message::new("action-error-currency"));
    }
    let (first_year, last_year) = (year(f, "first_year"), year(f, "last_year"));
    if first_year.zip(last_year).is_some_and(|(first, last)| last < first) {
        f.fail("last_year", Message::new("envelope-error-years"));
    }
    let frame = p.frame()?;
    let pillar = f.choice("pillar", |key| frame.pillars.iter().find(|l| l.key == key).map(|l| l.id));
    let beneficiary = f.choice("beneficiary", |code| frame.beneficiaries.iter().find(|b| b.code == code).map(|b| b.id));
    let note = f.text("note", 2_000);
    let handling = f.required_choice("handling", Handling::parse);
    let (donor, kind, (amount, currency), handling) = (donor?, kind?, amount?, handling?);
    let draft =
        Draft { donor, title, kind, amount, currency, first_year, last_year, pillar, beneficiary, note, handling };
    // nobody shuts themselves out
    if f.is_valid() && !member.may(Permission::EnvelopeSee, &draft.scope()) {
        f.fail("handling", Message::new("action-error-would-not-see"));
    }
    f.is_valid().then_some(draft)
}

fn code_of(p: &Page, draft: &Draft) -> String {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().find(|b| Some(b.id) == draft.beneficiary).map(|b| b.code.clone()).unwrap_or_default()
}

fn fill(p: &Page, draft: &Draft, f: &mut Fields) {
    let year = |year: Option<i32>| year.map(|y| y.to_string()).unwrap_or_default();
    f.set("title", &draft.title);
    f.set("kind", draft.kind.as_str());
    f.set("amount", p.quantity(&draft.amount));
    f.set("currency", draft.currency);
    f.set("first_year", year(draft.first_year));
    f.set("last_year", year(draft.last_year));
    f.set("pillar", draft.pillar_key(p));
    f.set("beneficiary", code_of(p, draft));
    f.set("note", &draft.note);
    f.set("handling", draft.handling.as_str());
}

/// What has changed from one to the other, each side as the form shows it.
fn changes(p: &Page, before: Option<&Draft>, after: &Draft) -> Changes {
    let said = |draft: &Draft| {
        let mut f = Fields::default();
        fill(p, draft, &mut f);
        f
    };
    let (before, after) = (before.map(said).unwrap_or_default(), said(after));
    let of = |f: &Fields, name: &str| Some(f.value(name).to_owned()).filter(|v| !v.is_empty()).into_iter().collect();
    let change = |name: &&str| {
        let change = Change { from: of(&before, name), to: of(&after, name) };
        (change.from != change.to).then(|| ((*name).to_owned(), change))
    };
    FIELDS.iter().filter_map(change).collect()
}

fn done(p: &Page, id: EnvelopeId, what: &str) -> Response {
    Redirect::to(&p.link(&format!("/envelopes/{id}?done={what}"))).into_response()
}

pub async fn new(mut inside: Inside) -> Result<Response, Problem> {
    let donors = donors(&mut inside).await?;
    // whose it is may stand in the address
    let mut f = Fields::default();
    f.set("donor", inside.fields.value("donor"));
    form_new(inside.page, f, donors).respond(StatusCode::OK)
}

pub async fn create(mut inside: Inside) -> Result<Response, Problem> {
    let donors = donors(&mut inside).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let listed =
        |text: &str| text.parse::<OrganisationId>().ok().filter(|id| donors.iter().any(|(known, _)| known == id));
    let donor = f.required_choice("donor", listed);
    let Some(draft) = read(&inside.page, &inside.member, &mut f, donor, None) else {
        return form_new(inside.page, f, donors).respond(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let by = inside.member.require(Permission::EnvelopeWrite, &draft.scope())?.clone();
    let id = EnvelopeId(random::id());
    store::create(&mut inside.tx, id, &draft, by.id, inside.app.clock.now()).await?;
    let changes = changes(&inside.page, None, &draft);
    let entry = Entry { subject: Subject::Envelope, id: id.0, event: "envelope-created", changes, why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, id, "envelope-saved"))
}

async fn load(inside: &mut Inside, key: &str) -> Result<Envelope, Problem> {
    let id: EnvelopeId = key.parse().map_err(|_| Problem::NotFound)?;
    let e = store::load(&mut inside.tx, id).await?;
    inside.member.require(Permission::EnvelopeWrite, &e.draft.scope())?;
    Ok(e)
}

pub async fn edit(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let e = load(&mut inside, &key).await?;
    let mut f = Fields::default();
    fill(&inside.page, &e.draft, &mut f);
    conflict::remember(&mut f, &FIELDS);
    f.set("version", e.version);
    form_of(inside.page, f, &e).respond(StatusCode::OK)
}

/// Both versions beside one another.
#[derive(Template)]
#[template(path = "money/envelope_conflict.html")]
struct ConflictPage {
    p: Page,
    e: Envelope,
    differences: Differences,
    carried: Vec<(String, String)>,
}

impl ConflictPage {
    fn words(&self, name: &str, value: &str) -> String {
        pages::in_words(&self.p, name, value)
    }
    fn label(&self, name: &str) -> String {
        pages::label(&self.p, name)
    }
}

pub async fn save(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let e = load(&mut inside, &key).await?;
    let mut f = std::mem::take(&mut inside.fields);
    conflict::settle(&mut f, &FIELDS);
    let version = f.integer("version").unwrap_or(0);
    let Some(draft) = read(&inside.page, &inside.member, &mut f, Some(e.draft.donor), Some(&e.draft)) else {
        return form_of(inside.page, f, &e).respond(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let by = inside.member.require(Permission::EnvelopeWrite, &e.draft.scope())?.clone();
    let changes = changes(&inside.page, Some(&e.draft), &draft);
    if version == e.version && changes.is_empty() {
        return Ok(done(&inside.page, e.id, "envelope-saved"));
    }
    if !store::save(&mut inside.tx, e.id, version, &draft, by.id, inside.app.clock.now()).await? {
        // read anew: whoever saved in between is in it
        let e = store::load(&mut inside.tx, e.id).await?;
        let mut theirs = Fields::default();
        fill(&inside.page, &e.draft, &mut theirs);
        let page = ConflictPage {
            differences: conflict::differences(&f, &theirs, &FIELDS),
            carried: conflict::carry(&f, &theirs, &FIELDS),
            p: inside.page,
            e,
        };
        return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
    }
    let entry = Entry { subject: Subject::Envelope, id: e.id.0, event: "envelope-edited", changes, why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, e.id, "envelope-saved"))
}

async fn set_closed(key: &str, mut inside: Inside, closed: bool) -> Result<Response, Problem> {
    let e = load(&mut inside, key).await?;
    let by = inside.member.require(Permission::EnvelopeWrite, &e.draft.scope())?.clone();
    if store::set_closed(&mut inside.tx, e.id, closed, by.id, inside.app.clock.now()).await? {
        let event = if closed { "envelope-closed" } else { "envelope-opened" };
        let entry = Entry { subject: Subject::Envelope, id: e.id.0, event, changes: Changes::new(), why: "" };
        history::record(&mut inside.tx, Some(&by), entry).await?;
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, e.id, if closed { "envelope-closed" } else { "envelope-opened" }))
}

pub async fn close(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    set_closed(&key, inside, true).await
}

pub async fn open(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    set_closed(&key, inside, false).await
}

/// One click says that it is still so. A closed one is opened first.
pub async fn confirm(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let e = load(&mut inside, &key).await?;
    let by = inside.member.require(Permission::EnvelopeWrite, &e.draft.scope())?.clone();
    if store::confirm(&mut inside.tx, e.id, by.id, inside.app.clock.now()).await? {
        let entry = Entry {
            subject: Subject::Envelope,
            id: e.id.0,
            event: "envelope-confirmed",
            changes: Changes::new(),
            why: "",
        };
        history::record(&mut inside.tx, Some(&by), entry).await?;
        inside.tx.commit().await?;
        return Ok(done(&inside.page, e.id, "envelope-confirmed"));
    }
    Ok(Redirect::to(&inside.page.link(&format!("/envelopes/{}", e.id))).into_response())
}

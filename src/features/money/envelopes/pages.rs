//! The list of envelopes and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::model::{self, Envelope, Event, Payer, Tied};
use super::store::{self, Filter};
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::EnvelopeId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};
use crate::kernel::window::kept_query;

/// More envelopes than a process has.
pub const MOST: i64 = 1_000;

/// What the list is narrowed to, by its address.
pub fn asked(p: &Page, f: &Fields) -> Filter {
    let frame = p.frame();
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    Filter {
        id: None,
        donor: f.value("donor").parse().ok(),
        pillar: pillars.iter().find(|l| l.key == f.value("pillar")).map(|l| l.id),
        beneficiary: beneficiaries.iter().find(|b| b.code == f.value("beneficiary")).map(|b| b.id),
        open: match f.value("state") {
            "closed" => Some(false),
            "all" => None,
            _ => Some(true),
        },
    }
}

#[derive(Template)]
#[template(path = "money/envelopes.html")]
struct ListPage {
    p: Page,
    f: Fields,
    list: Vec<Envelope>,
    donors: Vec<(String, String)>,
    query: String,
    writes: bool,
    exports: bool,
}

impl ListPage {
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.key.clone(), format!("{} – {}", l.key, l.name))).collect()
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().into_iter().flat_map(|f| f.beneficiary_names());
        all.map(|(code, name)| (code.to_owned(), name.to_owned())).collect()
    }
    fn states(&self) -> Vec<(String, String)> {
        [("closed", "envelope-closed"), ("all", "envelope-all")].map(|(v, key)| (v.to_owned(), self.p.t(key))).into()
    }
    fn amounts(&self, tied: &[Tied]) -> String {
        model::amounts(&self.p, tied)
    }
    fn awaits(&self, envelope: &Envelope) -> bool {
        envelope.awaits(self.p.today)
    }
    fn left(&self, envelope: &Envelope) -> Option<String> {
        envelope.left().map(|left| self.p.locale.amount(left, &envelope.draft.currency))
    }
    fn beneficiary(&self, envelope: &Envelope) -> String {
        envelope.draft.beneficiary.map(|id| self.p.beneficiary_name(&id)).unwrap_or_default()
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, fields: f, .. } = inside;
    let filter = asked(&p, &f);
    let list = store::list(&mut tx, &filter, MOST).await?;
    let donors = store::organisations(&mut tx).await?;
    let page = ListPage {
        donors: donors.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        query: kept_query(&f),
        writes: p.may(Permission::EnvelopeWrite),
        exports: p.may(Permission::ExportLists),
        list,
        f,
        p,
    };
    Ok(Html(page.render()?).into_response())
}

#[derive(Template)]
#[template(path = "money/envelope.html")]
struct OnePage {
    p: Page,
    e: Envelope,
    payers: Vec<Payer>,
    history: Option<Vec<Event>>,
    writes: bool,
}

impl OnePage {
    fn amounts(&self, tied: &[Tied]) -> String {
        model::amounts(&self.p, tied)
    }
    fn awaits(&self) -> bool {
        self.e.awaits(self.p.today)
    }
    fn left(&self) -> Option<String> {
        self.e.left().map(|left| self.p.locale.amount(left, &self.e.draft.currency))
    }
    fn beneficiary(&self) -> String {
        self.e.draft.beneficiary.map(|id| self.p.beneficiary_name(&id)).unwrap_or_default()
    }
    fn by(&self, event: &Event) -> String {
        event.by.as_ref().map_or_else(|| self.p.t("action-by-source"), |by| by.shown(&self.p))
    }
    fn words(&self, field: &str, value: &str) -> String {
        in_words(&self.p, field, value)
    }
    fn label(&self, field: &str) -> String {
        label(&self.p, field)
    }
}

/// The name of a field.
pub fn label(p: &Page, field: &str) -> String {
    p.t(&format!("envelope-field-{field}"))
}

/// A value of the form or of the history: closed lists are stored by their keys, pillars and beneficiaries by their own.
pub fn in_words(p: &Page, field: &str, value: &str) -> String {
    match field {
        "kind" => model::EnvelopeKind::parse(value).map(|kind| p.t(kind.label())),
        "handling" => Handling::parse(value).map(|level| p.t(level.label())),
        "beneficiary" => p
            .frame()
            .and_then(|f| f.beneficiary_names().find(|(code, _)| *code == value).map(|(_, name)| name.to_owned())),
        _ => None,
    }
    .unwrap_or_else(|| value.to_owned())
}

/// An envelope that was read leaves a line in the access log where its level asks for it.
async fn note(inside: &mut Inside, e: &Envelope) -> Result<bool, Problem> {
    if !matches!(e.draft.handling, Handling::Parties | Handling::Restricted) {
        return Ok(false);
    }
    let by = inside.member.granting(Permission::EnvelopeSee, &e.draft.scope()).or(inside.member.first());
    let Some(by) = by else { return Ok(false) };
    let line = Line {
        export: false,
        subject_kind: "envelope",
        subject: Some(e.id.0),
        keeper: Some(e.draft.donor),
        handling: Some(e.draft.handling),
        detail: "",
        rows: None,
    };
    access_log::note(&mut inside.tx, by, line).await?;
    Ok(true)
}

fn sees_history(member: &Member, e: &Envelope) -> bool {
    let scope = Scope { handling: None, ..e.draft.scope() };
    member.may(Permission::HistorySee, &scope)
}

pub async fn page(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: EnvelopeId = key.parse().map_err(|_| Problem::NotFound)?;
    let e = store::load(&mut inside.tx, id).await?;
    let payers = store::payers(&mut inside.tx, id).await?;
    let history = match sees_history(&inside.member, &e) {
        true => Some(store::history(&mut inside.tx, id, inside.page.today).await?),
        false => None,
    };
    let writes = inside.member.may(Permission::EnvelopeWrite, &e.draft.scope());
    if note(&mut inside, &e).await? {
        inside.tx.commit().await?;
    }
    Ok(Html(OnePage { p: inside.page, e, payers, history, writes }.render()?).into_response())
}

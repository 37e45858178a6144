//! Writing a need: for one's own beneficiary, or by the secretariat on its behalf.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{LEVELS, Need, NeedType, Perspective, Priority};
use super::sheet::{self, Choices, FIELDS, LANGUAGES, Sheet, changes, facts};
use super::show::{again, answer, done, find, html, note_reading};
use super::{store, store_write, told};
use crate::features::plans;
use crate::kernel::auth::Inside;
use crate::kernel::conflict::{self, Difference};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Refusal, Scope};

#[derive(Template)]
#[template(path = "needs/form.html")]
pub struct FormPage {
    pub p: Page,
    pub f: Fields,
    pub need: Option<Need>,
    pub choices: Choices,
    pub types: Vec<(String, String)>,
    pub perspectives: Vec<(String, String)>,
    pub priorities: Vec<(String, String)>,
    pub levels: Vec<(String, String)>,
    pub languages: Vec<(String, String)>,
    pub action: String,
    pub leave: String,
}

impl FormPage {
    fn new(p: Page, f: Fields, need: Option<Need>, choices: Choices) -> Self {
        let (action, leave) = match &need {
            Some(n) => (n.link(&p, "/edit"), n.link(&p, "")),
            None => (p.link("/needs/new"), p.link("/needs")),
        };
        let languages = LANGUAGES.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect();
        Self {
            types: NeedType::options(&p),
            perspectives: Perspective::options(&p),
            priorities: Priority::options(&p),
            levels: LEVELS
                .iter()
                .map(|h| (h.as_str().to_owned(), p.t(&format!("need-level-{}", h.as_str()))))
                .collect(),
            languages,
            action,
            leave,
            p,
            f,
            need,
            choices,
        }
    }

    /// Whether the measure that the need has is none of those that are offered.
    fn own_node(&self) -> Option<(String, String)> {
        let measure = self.need.as_ref()?.measure.as_ref()?;
        let offered = self.choices.plans.iter().flat_map(|o| &o.nodes).any(|n| n.id == measure.id && n.last);
        (!offered).then(|| (measure.id.to_string(), measure.title.clone()))
    }

    /// Whether anything is said in another language, or an error stands there: the part is then shown open.
    fn own_open(&self) -> bool {
        ["own_language", "own_title", "own_body"].iter().any(|n| self.f.is_set(n) || self.f.error(n).is_some())
    }
}

/// What a member can choose from where they write needs.
///
/// # Errors
/// The database's own.
pub async fn choices_of(tx: &mut ProcessTx, p: &Page, member: &Member) -> sqlx::Result<Choices> {
    let beneficiaries = p
        .frame()
        .map(|f| f.beneficiaries.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(|b| member.may(Permission::NeedWrite, &Scope::beneficiary(b.id)))
        .map(|b| (b.id.to_string(), b.name.clone()))
        .collect();
    let lists = store::lists(tx).await?;
    Ok(Choices {
        beneficiaries,
        cycles: lists.cycles.iter().map(|c| (c.id.to_string(), c.label())).collect(),
        plans: plans::outlines(tx).await?,
        themes: lists.themes,
        organisations: lists.organisations,
    })
}

async fn choices(inside: &mut Inside) -> Result<Choices, Problem> {
    Ok(choices_of(&mut inside.tx, &inside.page, &inside.member).await?)
}

/// The organisations of the names that were typed.
async fn named(inside: &mut Inside, f: &Fields) -> Result<Vec<(String, OrganisationId)>, Problem> {
    let typed: Vec<String> = sheet::shown_names(f).into_iter().filter(|n| !n.contains('\0')).collect();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::organisations_named(&mut inside.tx, &typed).await?)
}

pub async fn new(mut inside: Inside) -> Result<Response, Problem> {
    let choices = choices(&mut inside).await?;
    let mut f = Fields::default();
    // what a link brings along: a measure, a beneficiary
    for name in ["node", "beneficiary", "cycle"] {
        f.set(name, inside.fields.value(name));
    }
    if let ([(only, _)], false) = (choices.beneficiaries.as_slice(), f.is_set("beneficiary")) {
        f.set("beneficiary", only);
    }
    if let (Some((latest, _)), false) = (choices.cycles.first(), f.is_set("cycle")) {
        f.set("cycle", latest);
    }
    f.set("handling", "members");
    html(&FormPage::new(inside.page, f, None, choices))
}

pub async fn create(mut inside: Inside) -> Result<Response, Problem> {
    let choices = choices(&mut inside).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let named = named(&mut inside, &f).await?;
    let Some(sheet) = sheet::read(&mut f, &inside.page, &choices, &named, None) else {
        return again(&FormPage::new(inside.page, f, None, choices));
    };
    let by = inside.member.require(Permission::NeedWrite, &Scope::beneficiary(sheet.beneficiary))?.clone();
    // no member of the beneficiary's own: the secretariat
    let on_behalf = by.beneficiary != Some(sheet.beneficiary);
    if let Some(message) = unseen(&sheet, on_behalf) {
        f.fail("handling", message);
        return again(&FormPage::new(inside.page, f, None, choices));
    }
    let now = inside.app.clock.now();
    let id = store_write::create(&mut inside.tx, &sheet, by.id, on_behalf, now).await?;
    let said = changes(&sheet::Facts::new(), &facts(&inside.page, &choices, None, &f));
    let entry = Entry { subject: Subject::Need, id: id.0, event: "need-drafted", changes: said, why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    if on_behalf {
        let about = told::About { id, title: &sheet.title, beneficiary: sheet.beneficiary, discreet: true };
        told::drafted(&mut inside.tx, &inside.app, &by, &about).await?;
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/needs/{id}"), "need-drafted"))
}

/// Whoever writes on behalf does not write what they would not see.
pub fn unseen(sheet: &Sheet, on_behalf: bool) -> Option<Message> {
    let hidden = on_behalf && sheet.handling == crate::kernel::permit::Handling::Restricted;
    hidden.then(|| Message::new("need-error-behalf-restricted"))
}

/// Who may change it: a draft whoever writes for its beneficiary, what was submitted who speaks for it.
pub fn editor<'a>(member: &'a Member, need: &Need) -> Result<&'a MembershipFacts, Refusal> {
    let permission = if need.was_submitted() { Permission::NeedAmend } else { Permission::NeedWrite };
    member.require(permission, &need.scope())
}

/// Why a need is not written at any more: a key of what was done.
pub fn closed(need: &Need) -> Option<&'static str> {
    match need.state {
        super::model::State::Withdrawn => Some("need-withdrawn-already"),
        _ if !need.cycle.is_open() => Some("need-cycle-closed"),
        _ => None,
    }
}

pub async fn edit(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    editor(&inside.member, &need)?;
    if let Some(why) = closed(&need) {
        return Ok(done(&inside.page, &format!("/needs/{}", need.id), why));
    }
    let noted = note_reading(&mut inside, &need).await?;
    let choices = choices(&mut inside).await?;
    let mut f = Fields::default();
    sheet::fill(&mut f, &need);
    conflict::remember(&mut f, &FIELDS);
    f.set("version", need.version);
    if noted {
        inside.tx.commit().await?;
    }
    html(&FormPage::new(inside.page, f, Some(need), choices))
}

#[derive(Template)]
#[template(path = "needs/conflict.html")]
struct ConflictPage {
    p: Page,
    need: Need,
    choices: Choices,
    differences: Vec<Difference>,
    carried: Vec<(String, String)>,
}

impl ConflictPage {
    fn words(&self, name: &str, value: &str) -> String {
        self.choices.words(&self.p, Some(&self.need), name, value)
    }
    fn by(&self) -> String {
        self.need.updated_by.as_ref().map_or_else(|| self.p.t("need-by-portal"), |w| w.shown(&self.p))
    }
}

pub async fn save(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    let by = editor(&inside.member, &need)?.clone();
    if let Some(why) = closed(&need) {
        return Ok(done(&inside.page, &format!("/needs/{}", need.id), why));
    }
    let choices = choices(&mut inside).await?;
    let mut f = std::mem::take(&mut inside.fields);
    conflict::settle(&mut f, &FIELDS);
    f.set("beneficiary", need.beneficiary);
    f.set("cycle", need.cycle.id);
    let named = named(&mut inside, &f).await?;
    let why = f.text("why", 1_000);
    let version = f.integer("version").unwrap_or(0);
    let read = sheet::read(&mut f, &inside.page, &choices, &named, Some(&need));
    let Some(sheet) = read else {
        return again(&FormPage::new(inside.page, f, Some(need), choices));
    };
    if let Some(message) = unseen(&sheet, by.beneficiary != Some(sheet.beneficiary)) {
        f.fail("handling", message);
        return again(&FormPage::new(inside.page, f, Some(need), choices));
    }
    let now = inside.app.clock.now();
    let mut theirs = Fields::default();
    sheet::fill(&mut theirs, &need);
    let stale = version != need.version;
    if stale || !store_write::save(&mut inside.tx, need.id, version, &sheet, by.id, now).await? {
        // read anew: whoever saved in between is in it
        let need = store::load(&mut inside.tx, need.id, inside.page.today).await?.ok_or(Problem::NotFound)?;
        let mut theirs = Fields::default();
        sheet::fill(&mut theirs, &need);
        let page = ConflictPage {
            differences: conflict::differences(&f, &theirs, &FIELDS),
            carried: conflict::carry(&f, &theirs, &FIELDS),
            p: inside.page,
            need,
            choices,
        };
        return answer(StatusCode::CONFLICT, &page);
    }
    let before = facts(&inside.page, &choices, Some(&need), &theirs);
    let said = changes(&before, &facts(&inside.page, &choices, Some(&need), &f));
    if said.is_empty() {
        // nothing differs: the version stays what it was
        return Ok(done(&inside.page, &format!("/needs/{}", need.id), "need-unchanged"));
    }
    let entry = Entry { subject: Subject::Need, id: need.id.0, event: "need-changed", changes: said, why: &why };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    if need.was_submitted() {
        told::changed(&mut inside.tx, &inside.app, &by, &need).await?;
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/needs/{}", need.id), "need-saved"))
}

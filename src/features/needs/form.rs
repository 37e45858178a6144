//! Writing a need: for one's own beneficiary, or by the secretariat on its behalf.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{LEVELS, Need, NeedType, Perspective, Priority};
use super::service::{self, Kept, editor};
use super::sheet::{self, Choices, FIELDS, LANGUAGES};
use super::show::{again, answer, done, find, html, note_reading};
use super::store;
use crate::features::plans;
use crate::kernel::auth::Inside;
use crate::kernel::conflict::{self, Differences};
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

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

pub async fn choices(inside: &mut Inside) -> Result<Choices, Problem> {
    Ok(choices_of(&mut inside.tx, &inside.page, &inside.member).await?)
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
    let Some(id) = service::make(&mut inside, &choices, &mut f).await? else {
        return again(&FormPage::new(inside.page, f, None, choices));
    };
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/needs/{id}"), "need-drafted"))
}

/// Why it can no longer be written at: a Fluent key `done-…`.
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
    differences: Differences,
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
    editor(&inside.member, &need)?;
    if let Some(why) = closed(&need) {
        return Ok(done(&inside.page, &format!("/needs/{}", need.id), why));
    }
    let choices = choices(&mut inside).await?;
    let mut f = std::mem::take(&mut inside.fields);
    conflict::settle(&mut f, &FIELDS);
    f.set("beneficiary", need.beneficiary);
    f.set("cycle", need.cycle.id);
    let why = f.text("why", 1_000);
    let version = f.integer("version").unwrap_or(0);
    let kept = service::keep(&mut inside, &need, &choices, &mut f, version, &why).await?;
    match kept {
        Kept::Wrong => return again(&FormPage::new(inside.page, f, Some(need), choices)),
        Kept::Same => return Ok(done(&inside.page, &format!("/needs/{}", need.id), "need-unchanged")),
        Kept::Saved => {
            inside.tx.commit().await?;
            return Ok(done(&inside.page, &format!("/needs/{}", need.id), "need-saved"));
        }
        Kept::Moved => {}
    }
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
    answer(StatusCode::CONFLICT, &page)
}

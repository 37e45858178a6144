//! The form of one section. Two who write one section at once lose nothing: what somebody else saved stands beside what was
//! typed.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::head::{held, writing};
use super::model::{Report, Section, SectionKind};
use super::store_write::Words;
use super::{id, store, store_write};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::ids::{ReportId, ReportSectionId};
use crate::kernel::page::Page;

/// Stands in the address for the id of one that is not there yet.
const NEW: &str = "new";
/// What the schema holds, too.
const BODY: usize = 60_000;

#[derive(Template)]
#[template(path = "reports/section.html")]
struct SectionPage {
    p: Page,
    f: Fields,
    report: Report,
    /// None: one that is added.
    section: Option<Section>,
    /// "new" or the section's id.
    key: String,
    /// Somebody else has saved it meanwhile: who, and when; their text is the section's.
    overtaken: Option<(String, String)>,
}

impl SectionPage {
    fn can_be_public(&self) -> bool {
        kind(self.section.as_ref()).can_be_public()
    }
    fn marks(&self) -> Vec<(String, String)> {
        vec![("yes".to_owned(), self.p.t("report-section-public"))]
    }
}

fn kind(section: Option<&Section>) -> SectionKind {
    section.map_or(SectionKind::Other, |s| s.kind)
}

async fn find(inside: &mut Inside, report: ReportId, key: &str) -> Result<Option<Section>, Problem> {
    if key == NEW {
        return Ok(None);
    }
    let wanted: ReportSectionId = id(key)?;
    let all = store::sections(&mut inside.tx, report, inside.page.today).await?;
    Ok(Some(all.into_iter().find(|s| s.id == wanted).ok_or(Problem::NotFound)?))
}

type Keys = Path<(String, String, String)>;

pub async fn form(Path((_, key, which)): Keys, mut inside: Inside) -> Result<Response, Problem> {
    let (report, _) = writing(&mut inside, &key).await?;
    let section = find(&mut inside, report.id, &which).await?;
    let mut f = Fields::default();
    if let Some(s) = &section {
        f.set("heading", &s.heading);
        f.set("body", &s.body);
        f.set("version", s.version);
        if s.public {
            f.set("public", "yes");
        }
    }
    let page = SectionPage { p: inside.page, f, report, section, key: which, overtaken: None };
    Ok(Html(page.render()?).into_response())
}

fn changes(old: Option<&Section>, new: Option<&Words>) -> Changes {
    let side = |text: Option<&str>| text.filter(|t| !t.is_empty()).map(str::to_owned).into_iter().collect::<Vec<_>>();
    let mark = |public: Option<bool>| public.map(|yes| if yes { "public" } else { "members" });
    let all = [
        ("heading", side(old.map(|s| s.heading.as_str())), side(new.map(|w| w.heading.as_str()))),
        ("body", side(old.map(|s| s.body.as_str())), side(new.map(|w| w.body.as_str()))),
        ("public", side(mark(old.map(|s| s.public))), side(mark(new.map(|w| w.public)))),
    ];
    let differs = all.into_iter().filter(|(_, from, to)| from != to);
    differs.map(|(name, from, to)| (name.to_owned(), Change { from, to })).collect()
}

pub async fn save(Path((_, key, which)): Keys, mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let (report, by) = held(&mut inside, &key).await?;
    let section = find(&mut inside, report.id, &which).await?;
    let (p, now) = (inside.page.clone(), inside.app.clock.now());
    let drop = f.value("do") == "remove" && section.is_some();
    let heading = f.required("heading", 200);
    let body = f.text("body", BODY);
    // needs and their analysis are never public, whatever a form says
    let public = f.value("public") == "yes" && kind(section.as_ref()).can_be_public();
    let words = Words { heading, body, public };
    let version = f.integer("version");
    if !f.is_valid() && !drop {
        let page = SectionPage { p, f, report, section, key: which, overtaken: None };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let tx = &mut inside.tx;
    let (kept, event) = match &section {
        None => {
            store_write::add(tx, report.id, &words, by.id, now).await?;
            (true, "report-section-added")
        }
        Some(s) if drop => {
            (store_write::remove(tx, s.id, version.unwrap_or_default(), by.id, now).await?, "report-section-removed")
        }
        Some(s) => {
            let version = version.unwrap_or_default();
            (store_write::write(tx, s.id, version, &words, by.id, now).await?, "report-section-written")
        }
    };
    if !kept {
        let section = section.ok_or(Problem::NotFound)?;
        let who = section.updated_by.as_ref().map(|w| w.shown(&p)).unwrap_or_default();
        let overtaken = Some((who, p.time(&section.updated_at)));
        f.set("version", section.version);
        let page = SectionPage { p, f, report, section: Some(section), key: which, overtaken };
        return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
    }
    let mut changes = changes(section.as_ref(), (!drop).then_some(&words));
    if !changes.is_empty() {
        let named = section.as_ref().filter(|_| drop).map_or(&words.heading, |s| &s.heading).clone();
        changes.insert("section".to_owned(), Change { from: Vec::new(), to: vec![named] });
        let entry = Entry { subject: Subject::MappingReport, id: report.id.0, event, changes, why: "" };
        history::record_at(&mut inside.tx, Some(&by), entry, now).await?;
    }
    inside.tx.commit().await?;
    Ok(Redirect::to(&report.link(&p, "?done=report-saved")).into_response())
}

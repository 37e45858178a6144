//! What has been made, the making of one, reading it, its files, and taking it back.

use anyhow::{Context, ensure};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::make::{checksum, make as make_pack, make_for};
use super::model::{Kind, Level, Line, Subject, banner, subjects};
use super::screen::{Piece, Screen};
use super::store::{self, Filter, Kept};
use crate::features::documents::{self, Checksum, Document, Format, Making, Order, Workbook};
use crate::kernel::access_log;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MeetingId, OrganisationId, PackId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission, Scope, Side};
use crate::kernel::window::{SIZE, kept_query};

#[derive(Template)]
#[template(path = "packs/list.html")]
struct ListPage {
    p: Page,
    /// What the list is narrowed to.
    f: Fields,
    /// The form that asked for a pack, where something is wrong with it.
    sent: Fields,
    lines: Vec<Line>,
    /// What the reader may make a pack about: the form's value, and its name.
    to_make: Vec<(String, String)>,
    /// Donors that the reader may choose from: whoever may make packs about all.
    donors: Vec<(String, String)>,
    /// What a pack at the own level of the reader is, in words.
    own: String,
    /// The query of the page that goes on, where there is one.
    next: Option<String>,
    filtered: bool,
    begun: bool,
    query: String,
}

impl ListPage {
    fn kinds(&self) -> Vec<(String, String)> {
        Kind::options(&self.p)
    }
    fn levels(&self) -> Vec<(String, String)> {
        Level::options(&self.p)
    }
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.key.clone(), l.key.clone())).collect()
    }
    fn level(&self, line: &Line) -> String {
        self.p.t(banner(line.handling))
    }
    fn makes(&self) -> bool {
        !self.to_make.is_empty()
    }
}

/// What a list is narrowed to.
pub fn asked(p: &Page, f: &Fields) -> Filter {
    let frame = p.frame();
    let pillar = frame.and_then(|x| x.pillars.iter().find(|l| l.key == f.value("pillar"))).map(|l| l.id.0);
    let code = f.value("beneficiary");
    let beneficiary = frame.and_then(|x| x.beneficiaries.iter().find(|b| b.code == code)).map(|b| b.id.0);
    Filter {
        kind: Kind::parse(f.value("kind")),
        level: Level::parse(f.value("readers")),
        pillar,
        beneficiary,
        meeting: f.value("meeting").parse().ok(),
        after: f.value("after").parse().ok(),
    }
}

/// The name of what a pack can be made about, in a button's place.
fn named(p: &Page, subject: Subject) -> String {
    let frame = p.frame();
    let own = |id: OrganisationId| {
        let mine = p.member.iter().flat_map(|m| m.memberships()).find(|m| m.organisation == Some(id));
        mine.and_then(|m| m.organisation_name.clone()).unwrap_or_default()
    };
    match subject {
        Subject::Board => p.t("pack-kind-board"),
        Subject::Pillar(id) => {
            let key = frame.and_then(|f| f.pillars.iter().find(|l| l.id == id)).map(|l| l.key.clone());
            p.t1("pack-of-pillar", "pillar", key.unwrap_or_default())
        }
        Subject::Beneficiary(id) => p.beneficiary_name(&id),
        Subject::Donor(id) => own(id),
    }
}

async fn show_list(inside: &mut Inside, f: Fields, sent: Fields) -> Result<Response, Problem> {
    let p = inside.page.clone();
    let filter = asked(&p, &f);
    let most = i64::try_from(SIZE).unwrap_or(i64::MAX - 1);
    let mut lines = store::list(&mut inside.tx, &filter, p.today, most + 1).await?;
    let more = lines.len() > SIZE;
    lines.truncate(SIZE);
    let query = kept_query(&f);
    let next = lines.last().filter(|_| more).map(|last| {
        let after = format!("after={}", last.id);
        if query.is_empty() { after } else { format!("{query}&{after}") }
    });
    let member = &inside.member;
    let whole = member.may(Permission::PackMake, &Scope::default());
    let to_make = subjects(&p, member).into_iter().map(|s| (s.name(), named(&p, s))).collect();
    let donors = match whole {
        true => store::donors(&mut inside.tx).await?,
        false => Vec::new(),
    };
    let donors = donors.into_iter().map(|(id, name)| (Subject::Donor(id).name(), name)).collect();
    let shared = member.sides(Permission::PackMake).any(|s| matches!(s, Side::Process | Side::Pillars));
    let own = p.t(if shared { "pack-own-parties" } else { "pack-own-restricted" });
    let narrowed = |name: &str| f.is_set(name);
    let status = if sent.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListPage {
        filtered: ["kind", "readers", "pillar", "beneficiary", "meeting"].into_iter().any(narrowed),
        begun: filter.after.is_some(),
        p,
        lines,
        to_make,
        donors,
        own,
        next,
        query,
        sent,
        f,
    };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn list(mut inside: Inside) -> Result<Response, Problem> {
    let f = std::mem::take(&mut inside.fields);
    show_list(&mut inside, f, Fields::default()).await
}

/// Makes a pack in one click: about what, at which level, and for which meeting where it is for one.
pub async fn make(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let level = f.required_choice("level", Level::parse);
    let meeting: Option<MeetingId> = if f.is_set("meeting") { f.id("meeting") } else { None };
    let subject = Subject::parse(f.value("about"));
    if subject.is_none() && meeting.is_none() && f.error("meeting").is_none() {
        f.fail("about", Message::new("pack-error-about"));
    }
    let (Some(level), true) = (level, f.is_valid()) else {
        return show_list(&mut inside, Fields::default(), f).await;
    };
    let id = match (meeting, subject) {
        (Some(meeting), _) => make_for(&mut inside, meeting, level).await?,
        (None, Some(subject)) => make_pack(&mut inside, subject, level, None).await?,
        (None, None) => return Err(Problem::NotFound),
    };
    let address = inside.page.link(&format!("/packs/{id}?done=pack-made"));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

#[derive(Template)]
#[template(path = "packs/show.html")]
struct ShowPage {
    p: Page,
    line: Line,
    cover: Vec<(String, String)>,
    screen: Screen,
}

impl ShowPage {
    fn level(&self) -> String {
        self.p.t(banner(self.line.handling))
    }
}

fn id(key: &str) -> Result<PackId, Problem> {
    key.parse().map_err(|_| Problem::NotFound)
}

/// What is kept, as it was kept: what does not fit its checksum is shown to nobody.
fn whole(kept: &Kept) -> anyhow::Result<()> {
    ensure!(checksum(&kept.content, &kept.book) == kept.line.sha256, "a pack does not fit its checksum");
    Ok(())
}

fn document(kept: &Kept) -> anyhow::Result<Document> {
    whole(kept)?;
    serde_json::from_str(&kept.content).context("a pack's document")
}

/// Reading one that is not for all members leaves a line in the access log.
pub async fn show(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let kept = store::one(&mut inside.tx, id(&key)?, inside.page.today).await?;
    let document = document(&kept)?;
    let noted = kept.line.handling != Handling::Members;
    if noted && let Some(by) = inside.member.first() {
        let line = access_log::Line {
            export: false,
            subject_kind: "pack",
            subject: Some(kept.line.id.0),
            keeper: None,
            handling: Some(kept.line.handling),
            detail: "",
            rows: None,
        };
        access_log::note(&mut inside.tx, by, line).await?;
    }
    let screen = Screen::new(&document, &inside.app.base_url);
    let cover = document.cover.into_iter().map(|c| (c.label, c.text)).collect();
    let page = ShowPage { p: inside.page.clone(), line: kept.line, cover, screen };
    let response = Html(page.render()?).into_response();
    if noted {
        inside.tx.commit().await?;
    }
    Ok(response)
}

/// The pack as a file, made of what is kept; each page and each sheet bears its checksum.
pub async fn file(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let format = match inside.fields.value("format") {
        "" => Format::Pdf,
        other => Format::parse(other).ok_or(Problem::NotFound)?,
    };
    let kept = store::one(&mut inside.tx, id(&key)?, inside.page.today).await?;
    let by = inside.member.require(Permission::ExportLists, &Scope::default())?.clone();
    let p = &inside.page;
    let slug = p.frame().map(|f| f.slug.as_str()).unwrap_or_default();
    let file_name = format!("{slug}-pack-{}-{}", kept.line.kind.as_str(), kept.line.at.date_naive());
    let mut document = document(&kept)?;
    document.checksums.push(Checksum { label: p.t("pack-checksum"), hex: kept.line.sha256.clone() });
    let making = match format {
        Format::Pdf => Making::Pdf(document),
        Format::Docx => Making::Docx(document),
        Format::Xlsx => {
            let mut book: Workbook = serde_json::from_str(&kept.book).context("a pack's tables")?;
            let line = format!("{}: {}", p.t("pack-checksum"), kept.line.sha256);
            for sheet in &mut book.sheets {
                sheet.notes.push(line.clone());
            }
            Making::Xlsx(book)
        }
    };
    let order = Order { subject_kind: "pack", subject: Some(kept.line.id.0), file_name, making };
    documents::deliver(inside, &by, order).await
}

/// Taken back by whoever made it: it is kept, and shown to nobody any more.
pub async fn withdraw(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let kept = store::one(&mut inside.tx, id(&key)?, inside.page.today).await?;
    if !store::withdraw(&mut inside.tx, kept.line.id, inside.app.clock.now()).await? {
        return Err(Problem::Refused(Message::new("pack-error-withdraw")));
    }
    let address = inside.page.link("/packs?done=pack-withdrawn");
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

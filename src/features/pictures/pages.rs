//! The pages of pictures, and the pictures as files.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::draw::{About, Mode, Shape, Width};
use super::model::{Asked, Choice, Drawn, Figures, Picture};
use super::{data_flows, data_map, data_money, data_plans, data_state, data_time};
use crate::features::documents::png;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::db::Footnote;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;
use crate::kernel::window::kept_query;

/// PNGs that are made at the same time: each takes a core for a moment.
static MAKING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);
/// As much of the filters as the access log holds.
const DETAIL: usize = 900;
/// So many fields stand above a picture; the others fold out.
const FIRST: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    Svg,
    Png,
}

impl File {
    fn ending(self) -> &'static str {
        match self {
            File::Svg => "svg",
            File::Png => "png",
        }
    }
    fn content_type(self) -> HeaderValue {
        match self {
            File::Svg => HeaderValue::from_static("image/svg+xml; charset=utf-8"),
            File::Png => HeaderValue::from_static("image/png"),
        }
    }
}

#[derive(Template)]
#[template(path = "pictures/index.html")]
struct IndexPage {
    p: Page,
    pictures: Vec<Picture>,
}

pub async fn index(inside: Inside) -> Result<Response, Problem> {
    let p = inside.page;
    let pictures = Picture::ALL.into_iter().filter(|picture| p.may(picture.permission())).collect();
    Ok(Html(IndexPage { p, pictures }.render()?).into_response())
}

pub(super) async fn drawn(inside: &mut Inside, picture: Picture) -> Result<Drawn, Problem> {
    let asked = Asked::read(&inside.page, &mut inside.fields);
    match picture {
        Picture::Money => data_money::money(inside, &asked).await,
        Picture::Flows => data_flows::flows(inside, &asked).await,
        Picture::Timeline => data_time::timeline(inside, &asked).await,
        Picture::Gaps => data_time::gaps(inside, &asked).await,
        Picture::Map => data_map::map(inside, &asked).await,
        Picture::Plans => data_plans::plan_progress(inside, &asked).await,
        Picture::Freshness => data_state::freshness(inside, &asked).await,
    }
}

/// The notes of names stand in the foot of a page; a file carries them itself.
fn about(p: &Page, picture: Picture, drawn: &Drawn, mode: Mode) -> About {
    let mut notes = Vec::new();
    if mode == Mode::File {
        let frame = p.frame();
        notes.push(drawn.said.clone());
        notes.extend(drawn.notes.iter().cloned());
        if frame.is_some_and(|f| f.example) {
            notes.push(format!("{} {}", p.t("example-banner-title"), p.t("example-banner-text")));
        }
        notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
        let name = frame.map(|f| f.name.clone()).unwrap_or_default();
        notes.push(p.t2("pictures-file", "process", name, "day", p.day(&p.today)));
    }
    About { title: p.t(picture.label()), desc: drawn.said.clone(), notes, id: format!("pic-{}-", picture.as_str()) }
}

#[derive(Template)]
#[template(path = "pictures/page.html")]
struct PicturePage {
    p: Page,
    f: Fields,
    picture: Picture,
    /// As it is laid out for a desk, and for a phone where that is another one.
    wide: Option<String>,
    narrow: Option<String>,
    said: String,
    notes: Vec<String>,
    figures: Figures,
    choices: Vec<Choice>,
    years: bool,
    opened: Option<(String, String)>,
    query: String,
    exports: bool,
}

impl PicturePage {
    fn file(&self, ending: &str) -> String {
        let address = self.p.link(&format!("{}.{ending}", self.picture.address()));
        if self.query.is_empty() { address } else { format!("{address}?{}", self.query) }
    }
    /// The fields that are always there, and those that fold out: what narrows it further.
    fn first(&self) -> &[Choice] {
        self.choices.get(..FIRST).unwrap_or(&self.choices)
    }
    fn more(&self) -> &[Choice] {
        self.choices.get(FIRST..).unwrap_or_default()
    }
    fn more_used(&self) -> usize {
        let chosen = self.more().iter().filter(|c| !self.f.value(c.name).is_empty()).count();
        chosen + ["from", "to"].iter().filter(|name| self.years && !self.f.value(name).is_empty()).count()
    }
    fn tabs(&self) -> Vec<Picture> {
        Picture::ALL.into_iter().filter(|picture| self.p.may(picture.permission())).collect()
    }
}

pub async fn page(mut inside: Inside, picture: Picture) -> Result<Response, Problem> {
    let drawn = drawn(&mut inside, picture).await?;
    let exports = inside.member.may_somewhere(Permission::ExportLists);
    let Inside { page: p, fields: f, .. } = inside;
    let about = about(&p, picture, &drawn, Mode::Page);
    let svg = |shape: &Shape, width| shape.svg(width, Mode::Page, &about);
    let wide = drawn.shape.as_ref().map(|shape| svg(shape, Width::Wide));
    let narrow = drawn.shape.as_ref().filter(|s| s.has_narrow()).map(|shape| svg(shape, Width::Narrow));
    let query = kept_query(&f);
    let Drawn { said, notes, figures, mut choices, years, opened, .. } = drawn;
    // nothing is asked where there is nothing to choose
    choices.retain(|choice| !choice.options.is_empty());
    let page =
        PicturePage { p, f, picture, wide, narrow, said, notes, figures, choices, years, opened, query, exports };
    Ok(Html(page.render()?).into_response())
}

/// The picture as a file, which leaves a line in the access log with what was asked for.
pub async fn file(mut inside: Inside, picture: Picture, kind: File) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let drawn = drawn(&mut inside, picture).await?;
    let p = &inside.page;
    let Some(shape) = &drawn.shape else { return Err(Problem::NotFound) };
    let svg = shape.svg(Width::Wide, Mode::File, &about(p, picture, &drawn, Mode::File));
    let query: String = kept_query(&inside.fields).chars().take(DETAIL).collect();
    let detail = format!("{} ({}): {query}", p.t(picture.label()), kind.ending().to_uppercase());
    let detail = detail.trim_end_matches([':', ' ']);
    let slug = p.frame().map(|f| f.slug.as_str()).unwrap_or_default();
    let name = format!("{slug}-{}-{}.{}", picture.as_str(), p.today, kind.ending());
    let line = Line::export("picture", None, detail, Some(drawn.figures.rows.len()));
    access_log::note(&mut inside.tx, &by, line).await?;
    inside.tx.commit().await?;
    let bytes = match kind {
        File::Svg => svg.into_bytes(),
        File::Png => {
            let _turn = MAKING.acquire().await.map_err(anyhow::Error::from)?;
            tokio::task::spawn_blocking(move || png(&svg)).await.map_err(anyhow::Error::from)??
        }
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind.content_type());
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

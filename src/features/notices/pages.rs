//! One's own notices, and how one wants to be told.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::model::{How, Topic};
use super::store::{self, Line, SIZE, Wanted};
use super::words;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::NoticeId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;
use crate::kernel::window::kept_query;

#[derive(Template)]
#[template(path = "notices/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    lines: Vec<Line>,
    topics: Vec<(String, String)>,
    /// The query of the page that follows.
    next: Option<String>,
    /// Whether this page is not the first.
    later: bool,
    narrowed: bool,
    /// The query of what is shown, all its pages.
    query: String,
}

/// What a notice says, in the reader's words.
pub fn sentence(p: &Page, line: &Line) -> String {
    words::sentence(&p.locale, &line.key, &line.args, &words::person(&p.locale, line.by.as_ref()))
}

impl ListPage {
    fn sentence(&self, line: &Line) -> String {
        sentence(&self.p, line)
    }

    /// The day something is asked by, and whether it has passed; none where it is done.
    fn by(&self, line: &Line) -> Option<(String, bool)> {
        line.deadline
            .filter(|_| !line.settled)
            .map(|day| (self.p.t1("notices-by", "day", self.p.day(&day)), day < self.p.today))
    }

    /// Those that are unread, then those that are read, each with the Fluent key of its heading.
    fn parts(&self) -> Vec<(&'static str, Vec<&Line>)> {
        let of = |unread: bool| self.lines.iter().filter(|l| l.unread == unread).collect::<Vec<_>>();
        let all = [("notices-unread", of(true)), ("notices-earlier", of(false))];
        all.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
    }
}

/// A row as it stood on the page before: `u` or `r`, and its id.
fn after(text: &str) -> Option<(bool, NoticeId)> {
    let (state, id) = text.split_once('.')?;
    let unread = match state {
        "u" => true,
        "r" => false,
        _ => return None,
    };
    Some((unread, id.parse().ok()?))
}

/// What the list is narrowed to.
pub fn wanted(f: &Fields) -> Wanted {
    Wanted {
        topic: Topic::parse(f.value("topic")),
        unread: f.value("show") == "unread",
        after: after(f.value("after")),
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, fields: f, .. } = inside;
    let wanted = wanted(&f);
    let mut lines = store::list(&mut tx, &wanted, SIZE, p.today).await?;
    let more = lines.len() > SIZE;
    lines.truncate(SIZE);
    let next = lines.last().filter(|_| more).map(|last| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for name in ["topic", "show"] {
            if f.is_set(name) {
                query.append_pair(name, f.value(name));
            }
        }
        query.append_pair("after", &format!("{}.{}", if last.unread { "u" } else { "r" }, last.id));
        query.finish()
    });
    let page = ListPage {
        topics: Topic::options(&p),
        next,
        later: wanted.after.is_some(),
        narrowed: wanted.topic.is_some() || wanted.unread,
        query: kept_query(&f),
        lines,
        f,
        p,
    };
    Ok(Html(page.render()?).into_response())
}

/// Marks as read: the one that is named, or all.
pub async fn read(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, page: p, fields: mut f, .. } = inside;
    let ids: Vec<Uuid> = f.ids("id");
    let all = f.value("all") == "yes";
    if !all && ids.is_empty() {
        return Ok(Redirect::to(&p.link("/notices")).into_response());
    }
    store::read(&mut tx, (!all).then_some(ids.as_slice()), app.clock.now()).await?;
    tx.commit().await?;
    let done = if all { "notices-all-read" } else { "notices-read" };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["topic", "show"] {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    query.append_pair("done", done);
    Ok(Redirect::to(&p.link(&format!("/notices?{}", query.finish()))).into_response())
}

/// Opens what a notice is about.
pub async fn open(Path((_, id)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, page: p, .. } = inside;
    let id: NoticeId = id.parse().map_err(|_| Problem::NotFound)?;
    let link = store::open(&mut tx, id, app.clock.now()).await?.ok_or(Problem::NotFound)?;
    tx.commit().await?;
    Ok(Redirect::to(&p.link(&link)).into_response())
}

#[derive(Template)]
#[template(path = "notices/settings.html")]
struct SettingsPage {
    p: Page,
    f: Fields,
    topics: Vec<Topic>,
}

impl SettingsPage {
    fn hows(&self) -> &'static [How] {
        How::ALL
    }
}

/// The topics that concern a reader at all: nobody is asked about letters that can never come.
fn topics(p: &Page) -> Vec<Topic> {
    let concerns = |topic: &Topic| match topic {
        Topic::Requests => p.may(Permission::AccessRequestsDecide),
        Topic::Positions => p.may(Permission::ActionEditLinks),
        Topic::Actions => p.may(Permission::ActionSuggest),
        _ => true,
    };
    Topic::ALL.iter().copied().filter(concerns).collect()
}

pub async fn settings(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let chosen = store::choices(&mut tx).await?;
    let mut f = Fields::default();
    let topics = topics(&p);
    for topic in &topics {
        let how = chosen.iter().find(|(t, _)| t == topic).map_or(topic.by_default(), |(_, how)| *how);
        f.set(topic.as_str(), how.as_str());
    }
    Ok(Html(SettingsPage { p, f, topics }.render()?).into_response())
}

pub async fn save_settings(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, fields: mut f, .. } = inside;
    let topics = topics(&p);
    let mut chosen = Vec::new();
    for topic in &topics {
        match f.choice(topic.as_str(), How::parse) {
            Some(how) => chosen.push((*topic, how)),
            None => f.fail(topic.as_str(), Message::new("field-choose")),
        }
    }
    if !f.is_valid() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(SettingsPage { p, f, topics }.render()?)).into_response());
    }
    store::choose(&mut tx, &chosen).await?;
    tx.commit().await?;
    Ok(Redirect::to(&p.link("/notices/settings?done=notices-chosen")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_or_is_none() {
        let id = "01990000-0000-7000-8000-000000000000";
        assert_eq!(after(&format!("u.{id}")).map(|(unread, _)| unread), Some(true));
        assert_eq!(after(&format!("r.{id}")).map(|(unread, _)| unread), Some(false));
        for bad in ["", "u", "u.", "x.1", id, "u.1;drop"] {
            assert!(after(bad).is_none(), "{bad}");
        }
    }
}

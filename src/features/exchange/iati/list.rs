//! The list of actions as an IATI file: a page that says what will be in it, and the file.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::making::{CHUNK, KIND, Making};
use crate::features::actions::{self, Lacking, Run};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "exchange/iati_list.html")]
struct AskPage {
    p: Page,
    lacking: Lacking,
    /// The file, and the list that it is of.
    file: String,
    list: String,
}

impl AskPage {
    fn written(&self) -> i64 {
        self.lacking.all - self.lacking.without_date - self.lacking.without_party
    }
}

/// Says how many actions the file will hold, which of the list it leaves out, and why.
pub async fn ask(mut inside: Inside) -> Result<Response, Problem> {
    let (filter, _) = actions::read_filter(&mut inside).await?;
    let lacking = actions::lacking(&mut inside.tx, &filter.matches).await?;
    let p = inside.page;
    let query = filter.query(&[]);
    let mark = if query.is_empty() { "" } else { "?" };
    let page = AskPage {
        lacking,
        file: format!("{}{mark}{query}", p.link("/actions.xml")),
        list: format!("{}{mark}{query}", p.link("/actions")),
        p,
    };
    Ok(Html(page.render()?).into_response())
}

pub async fn file(inside: Inside) -> Result<Response, Problem> {
    let allowed = actions::allow(inside).await?;
    let name = allowed.name.clone();
    let now = allowed.app.clock.now();
    let making = Making::new(allowed.page.clone(), &allowed.app.base_url, now, false);
    let mut response = Response::new(making.body(async move { Run::begin(&allowed, CHUNK).await }, ()));
    actions::as_file(&mut response, KIND, &name, "xml");
    Ok(response)
}

//! The page of the code tables, and the same as a file.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::table::{self, Code, PURPOSES};
use crate::features::documents::{List, SheetFormat, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// A code with the list that it is of.
struct Line {
    list: &'static str,
    code: &'static Code,
}

/// What was asked for: the words, and one list or all. At first: the purposes.
fn asked(f: &Fields) -> Vec<Line> {
    let wanted = if f.has("list") || f.is_set("q") { f.value("list") } else { PURPOSES };
    let lists = table::lists().iter().filter(|list| wanted.is_empty() || list.name == wanted);
    let found = |list: &'static table::List| {
        list.like(f.value("q")).into_iter().map(|code| Line { list: list.name, code }).collect::<Vec<_>>()
    };
    lists.flat_map(found).collect()
}

#[derive(Template)]
#[template(path = "codes/page.html")]
struct CodesPage {
    p: Page,
    f: Fields,
    lines: Vec<Line>,
    lists: Vec<(String, String)>,
    query: String,
    exports: bool,
}

/// The query of an address that asks for the same.
fn query(f: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["list", "q"] {
        if f.has(name) {
            query.append_pair(name, f.value(name));
        }
    }
    query.finish()
}

impl CodesPage {
    /// The address of what is shown as a file.
    fn file(&self, ending: &str) -> String {
        let address = self.p.link(&format!("/codes.{ending}"));
        if self.query.is_empty() { address } else { format!("{address}?{}", self.query) }
    }
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { page: p, fields: mut f, .. } = inside;
    let (lines, query) = (asked(&f), query(&f));
    if !f.has("list") && !f.is_set("q") {
        f.set("list", PURPOSES);
    }
    let lists = table::lists().iter().map(|list| (list.name.to_owned(), list.name.to_owned())).collect();
    let page = CodesPage { exports: p.may(Permission::ExportLists), lines, lists, query, f, p };
    Ok(Html(page.render()?).into_response())
}

const COLUMNS: &[(&str, u16)] = &[("code-tables-list", 24), ("code-tables-code", 12), ("code-tables-name", 80)];

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let p = &inside.page;
    let lines = asked(&inside.fields);
    let list = List {
        subject_kind: "code_table",
        what: "codes",
        title: p.t("code-tables-title"),
        notes: vec![p.tn("code-tables-n", lines.len()), p.t("code-tables-source")],
        columns: COLUMNS,
        rows: lines.iter().map(|line| vec![cell(line.list), cell(line.code.code), cell(line.code.name)]).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}

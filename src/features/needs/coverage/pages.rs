//! The page of the matrix.

use askama::Template;
use axum::response::Response;

use super::ask::{self, Asked, Counted, Show};
use super::grid::{self, Grid};
use super::model::{By, Standing};
use crate::features::needs::model::Cycle;
use crate::features::needs::show::html;
use crate::features::needs::store;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "needs/matrix.html")]
struct MatrixPage {
    p: Page,
    f: Fields,
    counted: Counted,
    all_cycles: Vec<Cycle>,
    grid: Grid,
    /// As a picture, beside the table.
    picture: Option<String>,
    query: String,
    exports: bool,
}

/// The query that asks for the same matrix.
pub fn query(f: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ask::NAMES {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    query.finish()
}

pub async fn matrix(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let asked = Asked::read(&inside.page, &mut f);
    let money = asked.show == Show::Money;
    let counted = ask::count_money(&mut inside, asked, money).await?;
    let all_cycles = store::cycles(&mut inside.tx).await?;
    let (p, query) = (inside.page, query(&f));
    let grid = grid::grid(&p, &counted, query.clone());
    let picture = (f.value("view") == "picture").then(|| super::chart::svg(&p, &counted, &grid, false));
    let exports = inside.member.may_somewhere(Permission::ExportLists);
    html(&MatrixPage { p, f, counted, all_cycles, grid, picture, query, exports })
}

impl MatrixPage {
    /// Actions in the rows that are shown: of a pillar or a plan those alone.
    fn n_actions(&self) -> usize {
        self.counted.matrix.together(|_| true).actions.len()
    }
    fn shows(&self) -> Vec<(String, String)> {
        Show::options(&self.p)
    }
    fn plans(&self) -> Vec<(String, String)> {
        self.counted.plans.iter().map(|o| (o.id.to_string(), o.title.clone())).collect()
    }
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.key.clone(), l.key.clone())).collect()
    }
    fn cycles(&self) -> Vec<(String, String)> {
        self.all_cycles.iter().map(|c| (c.id.to_string(), c.label())).collect()
    }
    fn bys(&self) -> Vec<(String, String)> {
        vec![("themes".to_owned(), self.p.t("matrix-by-themes"))]
    }
    fn narrowed(&self) -> bool {
        ask::NAMES.iter().any(|n| self.f.is_set(n))
    }
    /// Chosen is more than what is shown, and by what.
    fn filtered(&self) -> bool {
        ask::NAMES.iter().any(|n| !matches!(*n, "by" | "show") && self.f.is_set(n))
    }
    fn by_themes(&self) -> bool {
        self.counted.asked.by == By::Themes
    }
    fn money(&self) -> bool {
        self.counted.asked.show == Show::Money
    }
    fn row_head(&self) -> String {
        self.p.t(if self.by_themes() { "need-field-theme" } else { "need-field-node" })
    }
    fn file(&self, ending: &str) -> String {
        let address = self.p.link(&format!("/coverage.{ending}"));
        if self.query.is_empty() { address } else { format!("{address}?{}", self.query) }
    }
    fn cell(&self, query: &str) -> String {
        self.p.link(&format!("/coverage/cell?{query}"))
    }
    /// The same page as a picture, or as a table.
    fn other_view(&self) -> String {
        let joint = if self.query.is_empty() { "" } else { "&" };
        match self.picture {
            Some(_) => format!("{}?{}", self.p.link("/coverage"), self.query),
            None => format!("{}?{}{joint}view=picture", self.p.link("/coverage"), self.query),
        }
    }
    fn legend(&self) -> Vec<Standing> {
        Standing::ALL.iter().copied().filter(|s| *s != Standing::Nothing).collect()
    }
}

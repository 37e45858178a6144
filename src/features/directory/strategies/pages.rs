//! The list of strategies and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::{Brief, Objective, Strategy};
use super::store;
use crate::features::codes;
use crate::features::directory::shared::{HistoryLine, histories, html, id};
use crate::features::needs::language;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::Subject;
use crate::kernel::ids::BeneficiaryId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// The place of a strategy's page inside the process.
pub fn address(strategy: &Strategy) -> String {
    format!("/strategies/{}", strategy.id)
}

/// The beneficiary that a list is narrowed to, by the code in its address.
pub fn asked(p: &Page, f: &Fields) -> Option<BeneficiaryId> {
    let all = p.frame().map(|frame| frame.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().find(|b| b.code == f.value("beneficiary")).map(|b| b.id)
}

pub fn code_of(p: &Page, id: BeneficiaryId) -> String {
    let all = p.frame().map(|frame| frame.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().find(|b| b.id == id).map(|b| b.code.clone()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "directory/strategies.html")]
struct ListPage {
    p: Page,
    f: Fields,
    list: Vec<Brief>,
    beneficiaries: Vec<(String, String)>,
    query: String,
    edits: bool,
    exports: bool,
    /// Whoever is a beneficiary's and does not enter strategies is told to whom its own is sent.
    own: bool,
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let beneficiary = asked(&p, &f);
    let list = store::list(&mut tx, beneficiary).await?;
    let names = p.frame().into_iter().flat_map(|frame| frame.beneficiary_names());
    html(&ListPage {
        beneficiaries: names.map(|(code, name)| (code.to_owned(), name.to_owned())).collect(),
        query: beneficiary.map(|id| format!("?beneficiary={}", code_of(&p, id))).unwrap_or_default(),
        edits: p.may(Permission::ThemesEdit),
        exports: p.may(Permission::ExportLists),
        own: !member.beneficiaries().is_empty() && !p.may(Permission::ThemesEdit),
        list,
        f,
        p,
    })
}

#[derive(Template)]
#[template(path = "directory/strategy.html")]
struct OnePage {
    p: Page,
    s: Strategy,
    /// The code of its beneficiary.
    code: String,
    objectives: Vec<Objective>,
    history: Option<Vec<HistoryLine>>,
    edits: bool,
    /// Whether the reader sees needs at all.
    needs: bool,
}

impl OnePage {
    /// The actions of an objective, by its themes.
    fn actions(&self, objective: &Objective) -> String {
        self.p.link(&format!("/actions?{}", objective.actions_query(&self.code)))
    }

    fn needs_of(&self, objective: &Objective) -> String {
        self.p.link(&format!("/needs?beneficiary={}&objective={}", self.code, objective.id))
    }

    fn mapped(&self, objective: &Objective) -> Vec<String> {
        objective.codes.iter().map(|code| codes::named(code)).collect()
    }

    /// The place of the same as a file, without its ending.
    fn files(&self) -> String {
        format!("{}/list", address(&self.s))
    }

    fn language(&self) -> String {
        self.s.draft.own_language.as_deref().map(language).unwrap_or_default().to_owned()
    }
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let s = store::load(&mut tx, id(&key)?).await?;
    let objectives = store::objectives(&mut tx, Some(s.id), None).await?;
    let history = if member.may(Permission::HistorySee, &Scope::beneficiary(s.draft.beneficiary)) {
        let own = objectives.iter().map(|o| (Subject::StrategyObjective, o.id.0));
        let all: Vec<_> = std::iter::once((Subject::Strategy, s.id.0)).chain(own).collect();
        Some(histories(&mut tx, &all, p.today).await?)
    } else {
        None
    };
    html(&OnePage {
        code: code_of(&p, s.draft.beneficiary),
        edits: p.may(Permission::ThemesEdit),
        needs: p.may(Permission::NeedSee),
        objectives,
        history,
        s,
        p,
    })
}

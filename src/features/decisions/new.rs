//! The form that prepares a decision: for what is no plan; a plan's decision is prepared on the plan.

use askama::Template;
use axum::response::Response;
use url::Url;

use super::act;
use super::asked::{NewDecision, NewPaper, PaperContent, Subject};
use super::model::{Procedure, SubjectKind};
use super::settings::BoardSettings;
use super::show::{again, done, html};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

pub const MOST_PAPERS: usize = 20;
const PAPER_FIELDS: [&str; 4] = ["paper_title", "paper_text", "paper_address", "paper_sha256"];

#[derive(Template)]
#[template(path = "decisions/form.html")]
pub struct FormPage {
    pub p: Page,
    pub f: Fields,
    pub title: String,
    pub action: String,
    pub leave: String,
    pub kinds: Vec<(String, String)>,
    pub procedures: Vec<(String, String)>,
    pub papers: Vec<[String; 4]>,
    /// A plan's subject and papers are the plan's own.
    pub of_plan: bool,
    pub board: BoardSettings,
}

/// The papers as they were typed.
fn typed(f: &Fields) -> Vec<[String; 4]> {
    let columns = PAPER_FIELDS.map(|name| f.values(name));
    let rows = columns.iter().map(Vec::len).max().unwrap_or_default().min(MOST_PAPERS);
    let cell = |column: &Vec<&str>, i: usize| column.get(i).map(|v| v.trim().replace("\r\n", "\n")).unwrap_or_default();
    (0..rows).map(|i| [0, 1, 2, 3].map(|c| columns.get(c).map(|column| cell(column, i)).unwrap_or_default())).collect()
}

/// Puts papers into a form.
pub fn fill_papers(f: &mut Fields, papers: &[[String; 4]]) {
    for name in PAPER_FIELDS {
        f.remove(name);
    }
    for paper in papers {
        for (name, value) in PAPER_FIELDS.iter().zip(paper) {
            f.add(name, value);
        }
    }
}

/// A paper more or less, for browsers without scripts.
pub fn reshaped(f: &mut Fields) -> bool {
    if f.is_set("add") {
        let mut papers = typed(f);
        papers.push(Default::default());
        fill_papers(f, &papers);
        return true;
    }
    let Ok(drop) = f.value("drop").parse::<usize>() else { return false };
    let kept: Vec<_> = typed(f).into_iter().enumerate().filter(|(i, _)| *i != drop).map(|(_, paper)| paper).collect();
    fill_papers(f, &kept);
    true
}

fn read_paper([title, text, address, sha256]: &[String; 4], i: usize, f: &mut Fields) -> Option<NewPaper> {
    let at = i + 1;
    let mut fail = |key: &'static str| f.fail("papers", Message::new(key).with("place", at));
    let sha256 = sha256.to_lowercase();
    if title.is_empty() || title.chars().count() > 300 {
        fail("decision-error-paper-title");
        return None;
    }
    if [title, text, address].iter().any(|t| t.contains('\0')) {
        fail("decision-error-paper-content");
        return None;
    }
    let content = match (text.is_empty(), address.is_empty()) {
        (false, true) if text.chars().count() <= 200_000 => PaperContent::Text(text.clone()),
        (true, false) => {
            let web = Url::parse(address).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            if !web || address.len() > 2000 {
                fail("decision-error-paper-address");
                return None;
            }
            let checksum = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
            if !sha256.is_empty() && !checksum {
                fail("decision-error-paper-checksum");
                return None;
            }
            PaperContent::Address { address: address.clone(), sha256: Some(sha256).filter(|s| !s.is_empty()) }
        }
        _ => {
            fail("decision-error-paper-content");
            return None;
        }
    };
    Some(NewPaper { title: title.clone(), content })
}

/// Reads the form; `None` where a field is wrong. Of a plan's decision subject and papers stay as they are.
pub fn read(f: &mut Fields, p: &Page, plan: Option<&Subject>) -> Option<NewDecision> {
    let subject = match plan {
        Some(subject) => Some(subject.clone()),
        None => {
            let kind = |t: &str| SubjectKind::parse(t).filter(|k| *k != SubjectKind::Plan);
            let kind = f.required_choice("subject_kind", kind);
            let label = f.required("subject_label", 500);
            kind.map(|kind| Subject { kind, id: None, label })
        }
    };
    let title = f.required("title", 500);
    let procedure = f.choice("procedure", Procedure::parse);
    let meeting_on = f.day("meeting_on", p.today);
    let meeting_place = f.text("meeting_place", 300);
    let deadline = f.day("deadline", p.today);
    if deadline.is_some_and(|last| last < p.today) {
        f.fail("deadline", Message::new("decision-error-deadline-past"));
    }
    let note = f.text("note", 5000);
    let mut papers = Vec::new();
    if plan.is_none() {
        let rows = typed(f);
        for (i, row) in rows.iter().enumerate() {
            if row.iter().any(|cell| !cell.is_empty()) {
                papers.extend(read_paper(row, i, f));
            }
        }
    }
    let subject = subject?;
    f.is_valid().then_some(NewDecision { subject, title, procedure, meeting_on, meeting_place, deadline, note, papers })
}

impl FormPage {
    pub fn new(p: Page, f: Fields, title: String, rest: &str, leave: &str, of_plan: bool) -> Self {
        let mut papers = typed(&f);
        if papers.is_empty() {
            papers.push(Default::default());
        }
        let board = BoardSettings::of(p.frame().map_or(&serde_json::Value::Null, |frame| &frame.settings));
        Self {
            kinds: SubjectKind::options(&p).into_iter().filter(|(k, _)| k != SubjectKind::Plan.as_str()).collect(),
            procedures: Procedure::options(&p),
            action: p.link(rest),
            leave: p.link(leave),
            papers,
            board,
            title,
            of_plan,
            p,
            f,
        }
    }
}

fn page(p: Page, f: Fields) -> FormPage {
    let title = p.t("decision-new-title");
    FormPage::new(p, f, title, "/decisions/new", "/decisions", false)
}

pub async fn form(inside: Inside) -> Result<Response, Problem> {
    let mut f = Fields::default();
    let kind = inside.fields.value("kind");
    if SubjectKind::parse(kind).is_some_and(|k| k != SubjectKind::Plan) {
        f.set("subject_kind", kind);
        f.set("subject_label", inside.fields.value("label"));
    }
    html(&page(inside.page, f))
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::DecisionPrepare, &Scope::default())?.clone();
    if reshaped(&mut f) {
        return html(&page(p, f));
    }
    let Some(new) = read(&mut f, &p, None) else {
        return again(&page(p, f));
    };
    let id = act::prepare(&mut tx, &by, &new, app.clock.now()).await?;
    tx.commit().await?;
    Ok(done(&p, id, "decision-prepared"))
}

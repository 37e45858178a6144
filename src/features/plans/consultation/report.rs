//! What came of a consultation, to be read and to be carried away: what was asked, of whom and by when; what each party
//! stated; each remark with its answer; who did not answer. It holds what its reader may see.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::super::model::Plan;
use super::model::{Asked, Consultation, Group, Position, Remark, Spoken, Talk, Thread, groups};
use super::store::InText;
use super::{load, store};
use crate::features::documents::{self, Block, Cell, Document, Format, Making, Note, Order, Row, Run, Table};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::ids::PlanNodeId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};

#[derive(Template)]
#[template(path = "plans/consultation/report.html")]
struct Report {
    p: Page,
    plan: Plan,
    c: Consultation,
    /// The plan's title, as it was where the report was kept.
    plan_title: String,
    /// It was kept when the consultation closed.
    kept: bool,
    groups: Vec<Group>,
    /// The parts as they stood in the text that was asked about, in its order.
    asked: Vec<InText>,
}

impl Report {
    /// Codes of the parts that a position names.
    fn nodes(&self, position: &Position) -> Vec<String> {
        let code = |n: &PlanNodeId| self.asked.iter().find(|t| t.node == *n).map(|t| t.code.clone());
        position.nodes.iter().filter_map(code).filter(|code| !code.is_empty()).collect()
    }
    fn title(&self) -> String {
        self.p.t1("plan-report-title", "number", self.c.number)
    }
    /// Shown to fewer than all members: whoever passes it on should know.
    fn is_for_parties(&self) -> bool {
        self.groups.iter().flat_map(|g| &g.threads).any(|t| t.remark.handling != Handling::Members)
    }
    /// Of which day it is, and what of it is not.
    fn standing(&self) -> String {
        match (self.kept, &self.c.closed_at) {
            (true, Some(at)) => self.p.t1("plan-report-kept", "day", self.p.day_of(at)),
            (_, None) => self.p.t1("plan-report-as-now", "day", self.p.day(&self.p.today)),
            (false, Some(_)) => self.p.t1("plan-report-not-kept", "day", self.p.day(&self.p.today)),
        }
    }
    fn silent(&self) -> Vec<&Asked> {
        self.c.silent().collect()
    }
    fn remarks(&self) -> usize {
        self.groups.iter().map(|g| g.threads.len()).sum()
    }
}

async fn find(tx: &mut ProcessTx, member: &Member, p: Page, key: &str, number: &str) -> Result<Report, Problem> {
    let plan = load(tx, member, key, p.today).await?;
    let number: i16 = super::super::id(number)?;
    let all = store::consultations(tx, plan.id, p.today).await?;
    let c = all.into_iter().find(|c| c.number == number).ok_or(Problem::NotFound)?;
    let Talk { remarks, .. } = store::talk(tx, plan.id, None, p.today).await?;
    let kept = match c.is_open() {
        true => None,
        false => store::kept(tx, c.id).await?,
    };
    let (kept, plan_title, c, remarks, asked) = match kept {
        Some(kept) => {
            let kept = kept.of_that_day(&c, &remarks);
            (true, kept.title, kept.consultation, kept.remarks, kept.asked)
        }
        None => {
            let asked = store::in_text(tx, plan.id, c.snapshot).await?;
            (false, plan.title.clone(), c, remarks, asked)
        }
    };
    let mut threads = Talk { remarks, ..Talk::default() }.threads();
    threads.retain(|t| t.remark.consultation == Some(number) && t.remark.withdrawn_at.is_none());
    let spoken = |t: &InText| Spoken {
        node: t.node,
        title: format!("{} {}", t.code, t.title).trim_start().to_owned(),
        there: t.there,
    };
    let groups = groups(&asked.iter().map(spoken).collect::<Vec<_>>(), threads);
    Ok(Report { p, plan, c, plan_title, kept, groups, asked })
}

pub async fn page(Path((_, key, number)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let report = find(&mut tx, &member, p, &key, &number).await?;
    Ok(Html(report.render()?).into_response())
}

/// The report as a file; that it was carried away is written down.
pub async fn file(
    Path((_, key, number)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let format = Format::parse(inside.fields.value("format")).unwrap_or(Format::Pdf);
    let p = inside.page.clone();
    let report = find(&mut inside.tx, &inside.member, p, &key, &number).await?;
    let document = document(&report);
    let making = match format {
        Format::Pdf => Making::Pdf(document),
        Format::Docx => Making::Docx(document),
        Format::Xlsx => return Err(Problem::NotFound),
    };
    let by = inside.member.require(Permission::PlanSee, &Scope::default())?.clone();
    let file_name = format!("{} {}", report.plan_title, report.title());
    let order = Order { subject_kind: "consultation", subject: Some(report.c.id.0), file_name, making };
    documents::deliver(inside, &by, order).await
}

/// Who says it, to whom it is shown, when.
fn said_by(p: &Page, r: &Remark) -> String {
    let who = r.by.shown(p);
    let who = match &r.party {
        Some(party) if r.by.of.as_deref() != Some(party) => p.t2("plan-report-for", "who", &who, "party", party),
        _ => who,
    };
    let level = match r.handling {
        Handling::Members => String::new(),
        other => format!(" · {}", p.t(&format!("plan-remark-{}", other.as_str()))),
    };
    format!("{who}, {}{level}", p.day_of(&r.at))
}

/// The report as a document.
fn document(r: &Report) -> Document {
    let p = &r.p;
    let frame = p.frame();
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let mut d = Document::new(p.locale, r.title(), author, p.today);
    d.subtitle.clone_from(&r.plan_title);
    d.short_title = format!("{} – {}", r.title(), r.plan_title);
    if frame.is_some_and(|f| f.example) {
        d.warn(p.t("plan-report-example"));
    }
    if r.is_for_parties() {
        d.warn(p.t("plan-report-for-parties"));
    }
    for n in frame.map(|f| f.footnotes.as_slice()).unwrap_or_default() {
        d.notes.push(Note { mark: n.mark.clone(), text: n.words().to_owned() });
    }
    d.contents = 2;
    d.cover_line(p.t("plan-report-plan"), r.plan_title.clone());
    d.cover_line(p.t("plan-consultation-opened"), p.day_of(&r.c.opened_at));
    d.cover_line(p.t("plan-field-deadline"), p.day(&r.c.deadline));
    d.cover_line(p.t("plan-report-state"), r.c.said(p));

    d.small(r.standing());
    d.heading(1, p.t("plan-report-asked"));
    d.paragraph(p.t2("plan-report-asked-text", "by", r.c.opened_by.shown(p), "number", r.c.snapshot));
    d.text(&r.c.letter);
    d.heading(2, p.t("plan-report-parties"));
    let items = r.c.parties.iter().map(|a| documents::Item::new(vec![Run::plain(&a.name)])).collect();
    d.push(Block::List { ordered: false, items });

    d.heading(1, p.t("plan-positions"));
    if r.c.answered() == 0 {
        d.paragraph(p.t("plan-report-no-positions"));
    } else {
        d.push(Block::Table(positions(r)));
    }
    let silent: Vec<_> = r.c.silent().map(|a| documents::Item::new(vec![Run::plain(&a.name)])).collect();
    if !silent.is_empty() {
        d.heading(1, p.t(if r.c.is_open() { "plan-report-not-yet" } else { "plan-report-silent" }));
        d.push(Block::List { ordered: false, items: silent });
    }

    d.heading(1, p.t("plan-report-remarks"));
    if r.groups.is_empty() {
        d.paragraph(p.t("plan-report-no-remarks"));
    }
    for group in &r.groups {
        d.heading(2, if group.node.is_none() { p.t("plan-remarks-whole") } else { group.title.clone() });
        if !group.there {
            d.small(p.t("plan-remarks-gone"));
        }
        for thread in &group.threads {
            remark(&mut d, p, thread);
        }
    }
    d
}

fn positions(r: &Report) -> Table {
    let p = &r.p;
    let (party, position, reason) = (p.t("plan-party"), p.t("plan-position"), p.t("plan-position-reason"));
    let mut table = Table::new(p.t("plan-positions"), &[(&party, 3), (&position, 3), (&reason, 6)]);
    table.row_heads = true;
    for (asked, q) in r.c.positions() {
        let stance =
            vec![Run::strong(p.t(q.stance.label())), Run::plain(format!("\n{}, {}", q.by.shown(p), p.day_of(&q.at)))];
        let mut reason = q.reason.clone();
        let nodes = r.nodes(q);
        if !nodes.is_empty() {
            let concerns = p.t1("plan-position-concerns-list", "nodes", nodes.join(", "));
            reason = if reason.is_empty() { concerns } else { format!("{reason}\n{concerns}") };
        }
        for before in asked.earlier() {
            let earlier =
                p.t2("plan-position-earlier", "stance", p.t(before.stance.label()), "day", p.day_of(&before.at));
            reason = if reason.is_empty() { earlier } else { format!("{reason}\n{earlier}") };
        }
        let cells = vec![Cell::text(&asked.name), Cell::runs(stance), Cell::text(reason)];
        table.rows.push(Row { cells, strong: false });
    }
    table
}

fn remark(d: &mut Document, p: &Page, thread: &Thread) {
    let r = &thread.remark;
    let mut paragraphs = Vec::new();
    if !r.text.is_empty() {
        paragraphs.push(vec![Run::plain(&r.text)]);
    }
    if let Some(wording) = &r.wording {
        let mut runs = vec![Run::emphasis(format!("{}: ", p.t(wording.field.label())))];
        runs.extend(documents::words(&wording.from, &wording.to));
        paragraphs.push(runs);
    }
    let answer = match r.answer {
        Some(answer) => {
            let mut runs = vec![Run::strong(p.t(answer.label()))];
            if !r.answer_text.is_empty() {
                runs.push(Run::plain(format!(": {}", r.answer_text)));
            }
            runs
        }
        None => vec![Run::emphasis(p.t("plan-remark-waits"))],
    };
    paragraphs.push(answer);
    for reply in thread.replies.iter().filter(|r| r.withdrawn_at.is_none()) {
        let who = Run::emphasis(format!("{}: ", said_by(p, reply)));
        paragraphs.push(vec![who, Run::plain(&reply.text)]);
    }
    d.push(Block::Callout { title: said_by(p, r), paragraphs });
}

//! Minutes: what stands in the portal of a meeting, as PDF or for Word.

use axum::extract::Path;
use axum::response::Response;

use super::model::{Attendance, Item, State, Whole};
use super::show::find;
use crate::features::documents::{self, Block, Cell, Document, Format, Item as Line, Making, Note, Order, Run, Table};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission, Scope};

/// The document of a meeting: its agenda before it is held, its minutes afterwards.
fn document(p: &Page, w: &Whole) -> Document {
    let (m, frame) = (&w.meeting, p.frame());
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let mut d = Document::new(p.locale, &m.title, author, p.today);
    d.subtitle = p.t(if m.state == State::Held { "meeting-minutes" } else { "meeting-agenda" });
    d.short_title = m.title.clone();
    d.contents = 0;
    if frame.is_some_and(|f| f.example) {
        d.warn(p.t("example-banner-title"));
    }
    if m.state == State::Cancelled {
        d.warn(p.t(m.state.label()));
    }
    let mut line = |key: &str, text: String| {
        if !text.is_empty() {
            d.cover_line(p.t(key), text);
        }
    };
    line("meeting-field-body", p.t(m.body.label()));
    line("meeting-field-pillar", m.pillar_key(p).unwrap_or_default());
    line("meeting-column-when", m.when(p));
    line("meeting-field-place", m.place.clone());
    line("meeting-field-state", p.t(m.state.label()));
    if m.handling != Handling::Members {
        line("meeting-field-handling", p.t(m.handling.label()));
    }
    d.text(&m.about);

    d.heading(1, p.t("meeting-agenda"));
    if w.items.is_empty() {
        d.paragraph(p.t("meeting-agenda-none"));
    } else {
        let item = |i: &Item| {
            let mut runs = vec![Run::strong(&i.title)];
            if !i.note.is_empty() {
                runs.push(Run::plain(format!("\n{}", i.note)));
            }
            Line::new(runs)
        };
        d.push(Block::List { ordered: true, items: w.items.iter().map(item).collect() });
    }
    if !w.papers.is_empty() {
        d.heading(1, p.t("meeting-papers"));
        let items = w.papers.iter().map(|x| Line::new(vec![Run::plain(&x.title)])).collect();
        d.push(Block::List { ordered: false, items });
    }
    d.heading(1, p.t("meeting-attendance"));
    if w.parties.is_empty() {
        d.paragraph(p.t("meeting-invited-none"));
    } else {
        let heads = [p.t("meeting-party"), p.t("meeting-attendance"), p.t("meeting-field-note")];
        let [a, b, c] = &heads;
        let mut table = Table::new(p.t("meeting-attendance"), &[(a, 4), (b, 2), (c, 4)]);
        table.row_heads = true;
        for x in &w.parties {
            let was = x.attendance.map_or_else(|| p.t("meeting-attendance-none"), |a: Attendance| p.t(a.label()));
            table.row(vec![Cell::text(&x.name), Cell::text(was), Cell::text(&x.note)]);
        }
        d.push(Block::Table(table));
    }
    if !w.decisions.is_empty() {
        d.heading(1, p.t("meeting-decisions"));
        let item = |x: &super::model::Decided| {
            let number = x.number.map(|n| format!("{n}, ")).unwrap_or_default();
            let back = if x.text_back { format!("; {}", p.t("decision-text-back")) } else { String::new() };
            Line::new(vec![Run::strong(&x.title), Run::plain(format!(" ({number}{}{back})", p.t(x.state.label())))])
        };
        d.push(Block::List { ordered: false, items: w.decisions.iter().map(item).collect() });
    }
    if !m.conclusions.is_empty() {
        d.heading(1, p.t("meeting-field-conclusions"));
        d.text(&m.conclusions);
    }
    if !w.tasks.is_empty() {
        d.heading(1, p.t("meeting-tasks"));
        let heads = ["meeting-field-task", "meeting-field-owner", "meeting-field-due_on", "meeting-field-state"];
        let heads = heads.map(|key| p.t(key));
        let [a, b, c, e] = &heads;
        let mut table = Table::new(p.t("meeting-tasks"), &[(a, 5), (b, 3), (c, 2), (e, 2)]);
        table.row_heads = true;
        for t in &w.tasks {
            let due = t.due_on.map_or_else(|| p.t("not-stated"), |day| p.day(&day));
            let state = p.t(t.state.label());
            table.row(vec![Cell::text(&t.title), Cell::text(t.whose(p)), Cell::text(due), Cell::text(state)]);
        }
        d.push(Block::Table(table));
    }
    for n in frame.map(|f| f.footnotes.as_slice()).unwrap_or_default() {
        d.notes.push(Note { mark: n.mark.clone(), text: n.words().to_owned() });
    }
    d
}

pub async fn file(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let w = find(&mut inside.tx, &key, inside.page.today).await?;
    let by = inside.member.require(Permission::ExportLists, &Scope::default())?.clone();
    let format = match inside.fields.value("format") {
        "" => Format::Pdf,
        typed => Format::parse(typed).ok_or(Problem::NotFound)?,
    };
    let d = document(&inside.page, &w);
    let making = match format {
        Format::Pdf => Making::Pdf(d),
        Format::Docx => Making::Docx(d),
        // minutes are read, not counted in
        Format::Xlsx => return Err(Problem::NotFound),
    };
    // names of beneficiaries do not stand in the name of a file
    let file_name = format!("{}-{}", inside.page.t("meeting-file-name"), w.meeting.day());
    let order = Order { subject_kind: "meeting", subject: Some(w.meeting.id.0), file_name, making };
    documents::deliver(inside, &by, order).await
}

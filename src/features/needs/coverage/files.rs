//! The matrix as files: a workbook, CSV with a line a cell, the picture, and one page of A3.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::ask::{self, Asked, Counted, Show};
use super::grid::{self, Grid, Shown, several_legend};
use super::pages::query;
use crate::features::documents::{
    self, Block, Cell, Document, Leaf, Making, Note, Order, Row as Line, Sheet, SheetColumn, Table, Tone, Value,
    Workbook,
};
use crate::features::needs::export;
use crate::kernel::access_log::{self, Line as Noted};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

struct Made {
    counted: Counted,
    grid: Grid,
    by: MembershipFacts,
}

async fn made(inside: &mut Inside) -> Result<Made, Problem> {
    let by = inside.exporter().await?;
    let mut f = std::mem::take(&mut inside.fields);
    let asked = Asked::read(&inside.page, &mut f);
    let money = asked.show == Show::Money;
    let counted = ask::count_money(inside, asked, money).await?;
    let grid = grid::grid(&inside.page, &counted, query(&f));
    Ok(Made { counted, grid, by })
}

fn name(p: &Page, counted: &Counted) -> String {
    let slug = p.frame().map(|f| f.slug.clone()).unwrap_or_default();
    format!("{slug}-coverage-{}-{}", counted.asked.show.as_str(), counted.asked.day)
}

fn title(p: &Page, counted: &Counted) -> String {
    format!("{}: {}", p.t("matrix-title"), p.t(counted.asked.show.label()))
}

/// What is said of every file of the matrix.
fn notes(p: &Page, made: &Made) -> Vec<String> {
    let asked = &made.counted.asked;
    let mut first = vec![p.t1("matrix-as-of", "day", p.day(&asked.day))];
    first.extend(made.counted.caveats(p));
    first.push(p.t("matrix-rule-needs"));
    first.push(p.t("matrix-rule-actions"));
    if asked.show == Show::Money {
        first.push(made.counted.money_rule(p));
    }
    export::notes(p, &made.by, first)
}

fn number(n: usize) -> Value {
    Value::Number(u64::try_from(n).unwrap_or(u64::MAX).into())
}

/// The matrix as it is shown.
fn table(p: &Page, made: &Made) -> Sheet {
    let grid = &made.grid;
    let mut columns = vec![
        SheetColumn { head: p.t("matrix-file-code"), width: 9 },
        SheetColumn { head: p.t("need-field-node"), width: 60 },
    ];
    columns.extend(grid.heads.iter().map(|h| SheetColumn { head: h.clone(), width: 16 }));
    columns.push(SheetColumn { head: p.t("matrix-all"), width: 16 });
    let figure = |s: &Shown| match made.counted.asked.show {
        _ if s.lines.is_empty() => Value::Empty,
        Show::Needs => number(s.needs),
        Show::Actions => number(s.actions),
        Show::Donors => number(s.donors),
        Show::Money => Value::Text(s.figure()),
    };
    let mut rows = Vec::new();
    for line in &grid.lines {
        let mut row = vec![Value::Text(line.code.clone()), Value::Text(line.title.clone())];
        row.extend(line.cells.iter().chain(&line.total).map(figure));
        rows.push(row);
    }
    let mut all = vec![Value::Empty, Value::Text(p.t("matrix-all"))];
    all.extend(grid.totals.iter().chain(std::iter::once(&grid.whole)).map(figure));
    rows.push(all);
    Sheet { name: p.t("matrix-title"), title: title(p, &made.counted), notes: notes(p, made), columns, rows }
}

/// A line a cell, with everything that is counted in it.
fn cells(p: &Page, made: &Made) -> Sheet {
    const HEADS: [(&str, u16); 10] = [
        ("need-field-plan", 40),
        ("matrix-file-code", 9),
        ("need-field-node", 60),
        ("need-field-beneficiary", 24),
        ("need-title", 9),
        ("nav-actions", 9),
        ("matrix-show-donors", 9),
        ("matrix-file-standing", 24),
        ("matrix-several", 12),
        ("matrix-show-money", 40),
    ];
    let columns = HEADS.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect();
    let mut rows = Vec::new();
    let mut plan = String::new();
    for line in &made.grid.lines {
        if line.heading {
            plan.clone_from(&line.title);
            continue;
        }
        for (name, s) in made.grid.heads.iter().zip(&line.cells) {
            if s.needs == 0 && s.actions == 0 {
                continue;
            }
            let money = if made.counted.asked.show == Show::Money { s.lines.join("; ") } else { String::new() };
            rows.push(vec![
                Value::Text(plan.clone()),
                Value::Text(line.code.clone()),
                Value::Text(line.title.clone()),
                Value::Text(name.clone()),
                number(s.needs),
                number(s.actions),
                number(s.donors),
                Value::Text(p.t(s.standing.label())),
                Value::Text(p.t(if s.several { "directory-yes" } else { "directory-no" })),
                Value::Text(money),
            ]);
        }
    }
    Sheet { name: p.t("matrix-file-cells"), title: title(p, &made.counted), notes: notes(p, made), columns, rows }
}

pub async fn xlsx(mut inside: Inside) -> Result<Response, Problem> {
    let made = made(&mut inside).await?;
    let p = &inside.page;
    let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let sheets = vec![table(p, &made), cells(p, &made)];
    let book = Workbook { title: title(p, &made.counted), author, date: p.today, sheets };
    let order = Order {
        subject_kind: "coverage",
        subject: None,
        file_name: name(p, &made.counted),
        making: Making::Xlsx(book),
    };
    documents::deliver(inside, &made.by, order).await
}

pub async fn csv(mut inside: Inside) -> Result<Response, Problem> {
    let made = made(&mut inside).await?;
    let (sheet, name) = (cells(&inside.page, &made), name(&inside.page, &made.counted));
    documents::deliver_csv(inside, &made.by, "coverage", &name, &sheet).await
}

pub async fn svg(mut inside: Inside) -> Result<Response, Problem> {
    let made = made(&mut inside).await?;
    let picture = super::chart::svg(&inside.page, &made.counted, &made.grid, true);
    let detail = format!("{} (SVG)", title(&inside.page, &made.counted));
    let line = Noted::export("coverage", None, &detail, None);
    access_log::note(&mut inside.tx, &made.by, line).await?;
    inside.tx.commit().await?;
    let mut response = picture.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml; charset=utf-8"));
    let file = format!("attachment; filename=\"{}.svg\"", name(&inside.page, &made.counted));
    if let Ok(value) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// How a cell looks on paper.
fn tone(s: &Shown) -> Option<Tone> {
    match s.class {
        "gap" => Some(Tone::Gap),
        "h1" => Some(Tone::Light),
        "h2" => Some(Tone::Middle),
        "h3" | "h4" => Some(Tone::Dark),
        _ => None,
    }
}

fn printed(s: &Shown) -> Cell {
    let mut text = s.lines.join("\n");
    let sign = s.standing.sign();
    if !sign.is_empty() {
        text = format!("{sign} {text}");
    }
    if s.several {
        text.push_str(" ▲");
    }
    let text = text.trim();
    let mut cell = Cell::text(if text.is_empty() { "–" } else { text });
    cell.tone = tone(s);
    cell
}

/// What every one-page document of needs begins with.
pub fn leaf(p: &Page, title: String, leaf: Leaf) -> Document {
    let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let mut d = Document::new(p.locale, title, author, p.today);
    d.leaf = leaf;
    d.contents = 0;
    let frame = p.frame();
    d.banner = frame.filter(|f| f.example).map(|_| p.t("example-banner-title"));
    d.notes = frame
        .map(|f| f.footnotes.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|n| Note { mark: n.mark.clone(), text: n.words().to_owned() })
        .collect();
    d
}

pub async fn pdf(mut inside: Inside) -> Result<Response, Problem> {
    let made = made(&mut inside).await?;
    let p = &inside.page;
    let grid = &made.grid;
    let mut d = leaf(p, title(p, &made.counted), Leaf::A3);
    d.subtitle = p.t1("matrix-as-of", "day", p.day(&made.counted.asked.day));
    for caveat in made.counted.caveats(p) {
        d.small(caveat);
    }
    let measure = p.t("need-field-node");
    let all = p.t("matrix-all");
    let mut heads: Vec<(&str, u16)> = vec![(&measure, 44)];
    heads.extend(grid.heads.iter().map(|h| (h.as_str(), 12)));
    heads.push((&all, 12));
    let mut table = Table::new("", &heads);
    table.row_heads = true;
    let wide = u16::try_from(heads.len()).unwrap_or(u16::MAX);
    for line in &grid.lines {
        if line.heading {
            let title = line.pillar.as_ref().map_or_else(|| line.title.clone(), |key| format!("{key}: {}", line.title));
            table.rows.push(Line { cells: vec![Cell::text(title).over(wide)], strong: true });
        } else {
            let mut row = vec![Cell::text(format!("{} {}", line.code, line.title).trim())];
            row.extend(line.cells.iter().chain(&line.total).map(printed));
            table.row(row);
        }
    }
    let mut row = vec![Cell::text(&*all)];
    row.extend(grid.totals.iter().chain(std::iter::once(&grid.whole)).map(printed));
    table.rows.push(Line { cells: row, strong: true });
    d.push(Block::Table(table));
    d.small(p.t1("matrix-picture-legend", "several", several_legend(p)));
    let mut rule = vec![p.t("matrix-rule-needs"), p.t("matrix-rule-actions")];
    if made.counted.asked.show == Show::Money {
        rule.push(made.counted.money_rule(p));
    }
    d.small(rule.join(" "));
    d.small(p.t("need-file-sight"));
    let order =
        Order { subject_kind: "coverage", subject: None, file_name: name(p, &made.counted), making: Making::Pdf(d) };
    documents::deliver(inside, &made.by, order).await
}

//! The brief on paper.

use super::idea::Idea;
use super::made::Brief;
use super::pages::need_meta;
use super::store::Need;
use crate::features::documents::{Block, Cell, Document, Item, Note, Run, Table};
use crate::kernel::ids::ThemeId;
use crate::kernel::page::Page;

pub fn document(p: &Page, idea: &Idea, brief: &Brief, themes: &[(ThemeId, String)]) -> Document {
    let frame = p.frame();
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let mut d = Document::new(p.locale, &idea.title, author, p.today);
    d.subtitle = p.t("brief-title");
    d.short_title = p.t("brief-title");
    d.contents = 0;
    d.banner = frame.filter(|f| f.example).map(|_| p.t("example-banner-title"));
    let mut line = |label: &str, text: String| {
        if !text.is_empty() {
            d.cover_line(p.t(label), text);
        }
    };
    line("brief-field-beneficiaries", p.beneficiary_names(&idea.beneficiaries).join(", "));
    let theme = themes.iter().find(|(id, _)| Some(*id) == idea.theme).map(|(_, name)| name.clone());
    line("brief-field-theme", theme.unwrap_or_default());
    if idea.start.is_some() || idea.end.is_some() {
        let shown =
            |d: &Option<crate::kernel::date::PartialDate>| d.as_ref().map_or_else(|| p.t("not-stated"), |d| p.date(d));
        line("overlap-row-period", p.t2("action-period", "start", shown(&idea.start), "end", shown(&idea.end)));
    }
    if let Some((amount, currency)) = &idea.amount {
        line("brief-field-amount", p.locale.amount(*amount, currency));
    }
    line("brief-as-of", p.day(&p.today));
    d.text(&idea.words);

    d.heading(1, p.t("brief-who"));
    if brief.rows.is_empty() {
        d.paragraph(p.t("brief-who-none"));
    } else {
        let heads = [p.t("overlap-column-actions"), p.t("overlap-column-likelihood"), p.t("overlap-why")];
        let [a, b, c] = &heads;
        let mut table = Table::new(p.t("brief-who"), &[(a, 5), (b, 3), (c, 4)]);
        table.row_heads = true;
        for row in &brief.rows {
            let first = vec![Run::strong(&row.line.title), Run::plain(format!("\n{}", row.meta(p)))];
            table.row(vec![Cell::runs(first), Cell::text(row.judged(p)), Cell::text(row.why(p))]);
        }
        d.push(Block::Table(table));
    }
    if !brief.hidden.is_empty() {
        d.push(Block::Callout { title: String::new(), paragraphs: vec![vec![Run::plain(p.t("brief-hidden"))]] });
    }
    let needs = |d: &mut Document, title: &str, none: &str, all: &[Need]| {
        d.heading(1, p.t(title));
        if all.is_empty() {
            d.paragraph(p.t(none));
            return;
        }
        let items =
            all.iter().map(|n| Item::new(vec![Run::strong(&n.title), Run::plain(format!("\n{}", need_meta(p, n)))]));
        d.push(Block::List { ordered: false, items: items.collect() });
    };
    needs(&mut d, "brief-answers", "brief-answers-none", &brief.answers);
    needs(&mut d, "brief-remain", "brief-remain-none", &brief.remain);
    d.heading(1, p.t("brief-talk"));
    if brief.contacts.is_empty() {
        d.paragraph(p.t("brief-talk-none"));
    } else {
        let line = |c: &super::store::Contact| {
            let rest: Vec<&str> = [c.post.as_str(), c.email.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
            let rest = if rest.is_empty() { String::new() } else { format!(", {}", rest.join(", ")) };
            Item::new(vec![Run::strong(&c.of), Run::plain(format!(": {}{rest}", c.name))])
        };
        d.push(Block::List { ordered: false, items: brief.contacts.iter().map(line).collect() });
    }
    d.push(Block::Small { runs: vec![Run::plain(p.t("brief-no-verdict"))] });
    d.notes = frame
        .map(|f| f.footnotes.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|n| Note { mark: n.mark.clone(), text: n.words().to_owned() })
        .collect();
    d
}

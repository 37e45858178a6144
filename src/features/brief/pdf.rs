//! The brief on paper: one page where it goes on one, to be handed round.

use super::idea::Idea;
use super::made::Brief;
use super::pages::need_meta;
use super::store::Need;
use crate::features::documents::{Block, Cell, Document, Leaf, Note, Run, Table};
use crate::features::overlaps::Row;
use crate::kernel::page::{DOT, Page};

/// What goes on one page of A4 in letters that can be read: so many lines of tables, and so many letters of the idea.
const LINES: usize = 48;
const LETTERS: usize = 1_200;

pub fn document(p: &Page, idea: &Idea, brief: &Brief) -> Document {
    let frame = p.frame();
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let mut d = Document::new(p.locale, &idea.title, author, p.today);
    d.subtitle = p.t("brief-title");
    d.short_title = p.t("brief-title");
    d.contents = 0;
    d.banner = frame.filter(|f| f.example).map(|_| p.t("example-banner-title"));
    // an action takes three lines, with whoever keeps and pays it and why it is near
    let lines = 3 * brief.rows.len() + brief.answers.len() + brief.remain.len() + brief.named().count() + 1;
    if lines <= LINES && idea.words.chars().count() <= LETTERS {
        d.leaf = Leaf::A4;
        let facts: Vec<&str> = brief.facts.iter().map(|(_, text)| text.as_str()).collect();
        d.paragraph(facts.join(DOT));
    } else {
        brief.facts.iter().for_each(|(label, text)| d.cover_line(label, text));
    }
    d.text(&idea.words);

    // what is not known yet is not said to be nothing
    let none = |none: &'static str| if brief.making { "overlap-near-making" } else { none };
    if brief.rows.is_empty() {
        nothing(&mut d, p, "brief-who", none("brief-who-none"));
    }
    actions(&mut d, p, "brief-who", brief.likely().collect(), true);
    more(&mut d, p, "brief-more-likely", brief.more_likely());
    actions(&mut d, p, "brief-near", brief.further().collect(), false);
    if !brief.hidden.is_empty() {
        d.push(Block::Callout { title: String::new(), paragraphs: vec![vec![Run::plain(p.t("brief-hidden"))]] });
    }
    needs(&mut d, p, "brief-answers", none(brief.no_answers()), &brief.answers);
    more(&mut d, p, "brief-more-needs", brief.more_answers());
    needs(&mut d, p, "brief-remain", brief.nothing_remains(), &brief.remain);
    more(&mut d, p, "brief-more-needs", brief.more_remain());
    contacts(&mut d, p, brief);
    let verdict = p.t_own("overlap-column-likelihood", "brief-no-verdict", "brief-no-verdict-own");
    d.small(format!("{verdict} {}", p.t("need-file-sight")));
    d.notes = frame
        .map(|f| f.footnotes.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|n| Note { mark: n.mark.clone(), text: n.words().to_owned() })
        .collect();
    d
}

/// A part of which there is nothing: its name, and that.
fn nothing(d: &mut Document, p: &Page, title: &str, none: &str) {
    d.push(Block::Paragraph { runs: vec![Run::strong(p.t(title)), Run::plain(format!(": {}", p.t(none)))] });
}

/// What there is besides and is not shown.
fn more(d: &mut Document, p: &Page, text: &str, n: usize) {
    if n > 0 {
        d.small(p.tn(text, n));
    }
}

fn table(p: &Page, title: &str, heads: &[(&str, u16)]) -> Table {
    let heads: Vec<(String, u16)> = heads.iter().map(|(key, share)| (p.t(key), *share)).collect();
    let heads: Vec<(&str, u16)> = heads.iter().map(|(head, share)| (head.as_str(), *share)).collect();
    let mut table = Table::new(p.t(title), &heads);
    table.row_heads = true;
    table
}

fn actions(d: &mut Document, p: &Page, title: &str, rows: Vec<&Row>, judged: bool) {
    if rows.is_empty() {
        return;
    }
    let mut table = table(p, title, &[("overlap-column-actions", 6), ("brief-alike", 4)]);
    for row in rows {
        let meta: Vec<String> = [row.meta(p)].into_iter().chain(row.status(p)).chain(row.donors(p)).collect();
        let first = vec![Run::strong(&row.line.title), Run::plain(format!("\n{}", meta.join(DOT)))];
        let why: Vec<String> = judged.then(|| row.judged(p)).into_iter().chain([row.why(p)]).collect();
        table.row(vec![Cell::runs(first), Cell::text(why.join("\n"))]);
    }
    d.push(Block::Table(table));
}

fn needs(d: &mut Document, p: &Page, title: &str, none: &str, all: &[Need]) {
    if all.is_empty() {
        return nothing(d, p, title, none);
    }
    let mut table = table(p, title, &[("need-one", 6), ("brief-state", 4)]);
    for need in all {
        table.row(vec![Cell::text(&need.title), Cell::text(need_meta(p, need))]);
    }
    d.push(Block::Table(table));
}

fn contacts(d: &mut Document, p: &Page, brief: &Brief) {
    if brief.contacts.is_empty() {
        return nothing(d, p, "brief-talk", "brief-talk-none");
    }
    let heads = [("brief-talk-of", 4), ("brief-talk-name", 4), ("brief-talk-post", 3), ("brief-talk-email", 5)];
    let mut table = table(p, "brief-talk", &heads);
    for c in brief.named() {
        table.row([&c.of, &c.name, &c.post, &c.email].into_iter().map(Cell::text).collect());
    }
    if table.rows.is_empty() {
        d.push(Block::Paragraph { runs: vec![Run::strong(p.t("brief-talk"))] });
    } else {
        d.push(Block::Table(table));
    }
    let unnamed: Vec<&str> = brief.unnamed().map(|c| c.of.as_str()).collect();
    if !unnamed.is_empty() {
        d.small(format!("{} {}", p.t("brief-talk-nobody"), unnamed.join(", ")));
    }
}

//! The agenda of a meeting and its papers: what is due is proposed, whoever runs the meeting picks, orders and words it. Nothing
//! is saved before the form is; moving a line up or down works with and without scripts, by a button or by its number.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use url::Url;

use super::asked::{NewItem, NewPaper};
use super::model::{Item, ItemKind, Meeting, Whole};
use super::propose::{Proposal, Typed, in_order, moved, proposals};
use super::show::{Line, again, conflict, done, find, html};
use super::{acts, store_agenda};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

const MOST: usize = 60;
const MOST_PAPERS: usize = 30;
const ITEM: [&str; 4] = ["item_place", "item_key", "item_title", "item_note"];
const PAPER: [&str; 2] = ["paper_title", "paper_address"];

#[derive(Template)]
#[template(path = "meetings/agenda.html")]
struct AgendaPage {
    p: Page,
    f: Fields,
    m: Meeting,
    when: String,
    /// Number, key, title and note of each line, and what it is about.
    rows: Vec<([String; 4], String)>,
    papers: Vec<[String; 2]>,
    proposals: Vec<Proposal>,
}

/// The values of some fields, row by row, as they were typed.
fn rows<const N: usize>(f: &Fields, names: [&str; N], most: usize) -> Vec<[String; N]> {
    let columns = names.map(|name| f.values(name));
    let length = columns.iter().map(Vec::len).max().unwrap_or_default().min(most);
    let cell = |column: &Vec<&str>, i: usize| column.get(i).map(|v| v.trim().replace("\r\n", "\n")).unwrap_or_default();
    (0..length)
        .map(|i| std::array::from_fn(|c| columns.get(c).map(|column| cell(column, i)).unwrap_or_default()))
        .collect()
}

fn put<const N: usize>(f: &mut Fields, names: [&str; N], rows: &[[String; N]]) {
    for name in names {
        f.remove(name);
    }
    for row in rows {
        for (name, value) in names.iter().zip(row) {
            f.add(name, value);
        }
    }
}

fn key(kind: ItemKind, subject: Option<uuid::Uuid>) -> String {
    Proposal { kind, subject, title: String::new(), why: String::new() }.key()
}

/// What a line is about: only what is on the agenda or proposed can be named by a form.
fn about(text: &str) -> Option<(ItemKind, Option<uuid::Uuid>)> {
    match text.split_once(':') {
        None => ItemKind::parse(text).map(|kind| (kind, None)),
        Some((kind, id)) => Some((ItemKind::parse(kind)?, Some(id.parse().ok()?))),
    }
}

fn fill(f: &mut Fields, w: &Whole) {
    f.set("version", w.meeting.version);
    let items: Vec<[String; 4]> = w
        .items
        .iter()
        .map(|i| [i.place.to_string(), key(i.kind, i.subject), i.title.clone(), i.note.clone()])
        .collect();
    put(f, ITEM, &items);
    let papers: Vec<[String; 2]> = w.papers.iter().map(|x| [x.title.clone(), x.address.clone()]).collect();
    put(f, PAPER, &papers);
}

/// One line less, up or down, or a paper more or less, without saving. The lines are numbered anew.
fn reshaped(f: &mut Fields) -> bool {
    let mut items = rows(f, ITEM, MOST);
    let mut papers = rows(f, PAPER, MOST_PAPERS);
    if let Some((at, way)) = f.value("move").split_once(':') {
        let Ok(at) = at.parse::<usize>() else { return false };
        items = moved(items, at, way == "up");
    } else if let Ok(at) = f.value("drop").parse::<usize>() {
        items = items.into_iter().enumerate().filter(|(i, _)| *i != at).map(|(_, row)| row).collect();
    } else if let Ok(at) = f.value("drop_paper").parse::<usize>() {
        papers = papers.into_iter().enumerate().filter(|(i, _)| *i != at).map(|(_, row)| row).collect();
    } else if f.value("add") == "paper" {
        papers.push(Default::default());
    } else {
        return false;
    }
    for (i, row) in items.iter_mut().enumerate() {
        if let Some(place) = row.first_mut() {
            *place = (i + 1).to_string();
        }
    }
    put(f, ITEM, &items);
    put(f, PAPER, &papers);
    true
}

/// The agenda as it is typed, as far as proposals ask for it.
fn as_items(f: &Fields) -> Vec<Item> {
    let item = |row: [String; 4]| {
        let [_, key, title, note] = row;
        let (kind, subject) = about(&key)?;
        Some(Item { place: 0, title, note, kind, subject, seen: false, of: None })
    };
    rows(f, ITEM, MOST).into_iter().filter_map(item).collect()
}

async fn agenda_page(tx: &mut ProcessTx, p: Page, f: Fields, m: Meeting) -> Result<AgendaPage, Problem> {
    let due = store_agenda::due(tx, &m, m.day()).await?;
    let proposals = proposals(&due, &as_items(&f), &p);
    let named = |row: [String; 4]| {
        let kind = row.get(1).and_then(|key| about(key)).map_or(ItemKind::Own, |(kind, _)| kind);
        (row, p.t(kind.label()))
    };
    let mut papers = rows(&f, PAPER, MOST_PAPERS);
    if papers.is_empty() {
        papers.push(Default::default());
    }
    Ok(AgendaPage {
        rows: rows(&f, ITEM, MOST).into_iter().map(named).collect(),
        papers,
        proposals,
        when: m.when(&p),
        m,
        f,
        p,
    })
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    member.require(Permission::MeetingRun, &w.meeting.scope())?;
    if !w.meeting.is_open() {
        return Ok(done(&p, w.meeting.id, "meeting-ended"));
    }
    let mut f = Fields::default();
    fill(&mut f, &w);
    html(&agenda_page(&mut tx, p, f, w.meeting).await?)
}

/// An address as it is kept: inside this process from its slash on, else on the web. `None`: it is neither.
fn address(p: &Page, base: &str, typed: &str) -> Option<String> {
    let home = p.link("/");
    let rest = typed.strip_prefix(base).unwrap_or(typed);
    if let Some(inside) = rest.strip_prefix(home.as_str()) {
        return good(&format!("/{inside}"));
    }
    // of this portal, but not of this process: from here it would lead nowhere
    if rest.len() < typed.len() && rest.starts_with('/') {
        return None;
    }
    if rest.starts_with('/') {
        return good(rest);
    }
    let web = Url::parse(typed).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    (web && typed.len() <= 2000).then(|| typed.to_owned())
}

/// An address inside the process: nothing that a browser would take for another host.
fn good(rest: &str) -> Option<String> {
    let bad = rest.starts_with("//") || rest.contains('\\') || rest.chars().any(char::is_control) || rest.len() > 500;
    (!bad).then(|| rest.to_owned())
}

/// Reads the form; `None` where a field is wrong.
fn read(
    f: &mut Fields,
    p: &Page,
    base: &str,
    known: &[String],
    proposals: &[Proposal],
) -> Option<(Vec<NewItem>, Vec<NewPaper>)> {
    let mut typed = Vec::new();
    for (i, [place, about_key, title, note]) in rows(f, ITEM, MOST).into_iter().enumerate() {
        if title.is_empty() && about_key == ItemKind::Own.as_str() && note.is_empty() {
            continue;
        }
        if title.is_empty()
            || title.chars().count() > 500
            || note.chars().count() > 2000
            || title.contains('\0')
            || note.contains('\0')
        {
            f.fail("items", Message::new("meeting-error-item").with("place", i + 1));
            continue;
        }
        // what is not on the agenda and was not proposed is a line of one's own
        let found = about(&about_key).filter(|_| known.contains(&about_key));
        let (kind, subject) = found.unwrap_or((ItemKind::Own, None));
        let place = place.parse().unwrap_or_else(|_| i64::try_from(i + 1).unwrap_or(i64::MAX));
        typed.push(Typed { item: NewItem { title, note, kind, subject }, place });
    }
    let mut items = in_order(typed);
    let taken = f.values("take").into_iter().map(str::to_owned).collect::<Vec<_>>();
    items.extend(proposals.iter().filter(|x| taken.contains(&x.key())).map(Proposal::item));
    let own = f.text("own", 5000);
    for (i, title) in own.lines().map(str::trim).filter(|t| !t.is_empty()).enumerate() {
        if title.chars().count() > 500 {
            f.fail("own", Message::new("meeting-error-own").with("place", i + 1));
        }
        items.push(NewItem { title: title.to_owned(), note: String::new(), kind: ItemKind::Own, subject: None });
    }
    if items.len() > MOST {
        f.fail("items", Message::new("meeting-error-items").with("most", MOST));
    }
    let mut papers = Vec::new();
    for (i, [title, typed]) in rows(f, PAPER, MOST_PAPERS).into_iter().enumerate() {
        if title.is_empty() && typed.is_empty() {
            continue;
        }
        match address(p, base, &typed) {
            Some(address) if !title.is_empty() && title.chars().count() <= 300 && !title.contains('\0') => {
                papers.push(NewPaper { title, address });
            }
            _ => f.fail("papers", Message::new("meeting-error-paper").with("place", i + 1)),
        }
    }
    f.is_valid().then_some((items, papers))
}

fn lines(p: &Page, mine: &Fields, theirs: &Fields, offered: &[Proposal]) -> Vec<Line> {
    let words = |f: &Fields, name: &str| {
        // what is ticked is sent by its key
        let said = |v: &str| match offered.iter().find(|x| name == "take" && x.key() == v) {
            Some(proposal) => proposal.title.clone(),
            None => v.trim().to_owned(),
        };
        f.values(name).into_iter().map(said).filter(|v| !v.is_empty()).collect::<Vec<_>>().join("\n")
    };
    ["item_title", "item_note", "own", "take", "paper_title", "paper_address"]
        .into_iter()
        .map(|name| Line {
            label: p.t(&format!("meeting-field-{name}")),
            theirs: words(theirs, name),
            mine: words(mine, name),
        })
        .collect()
}

pub async fn save(Path((_, key_typed)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let w = find(&mut tx, &key_typed, p.today).await?;
    let by = member.require(Permission::MeetingRun, &w.meeting.scope())?.clone();
    if !w.meeting.is_open() {
        return Err(Problem::Conflict(Message::new("meeting-late-ended")));
    }
    if reshaped(&mut f) {
        return html(&agenda_page(&mut tx, p, f, w.meeting).await?);
    }
    let due = store_agenda::due(&mut tx, &w.meeting, w.meeting.day()).await?;
    let offered = proposals(&due, &[], &p);
    let on = w.items.iter().map(|i| key(i.kind, i.subject));
    let known: Vec<String> = on.chain(offered.iter().map(Proposal::key)).collect();
    // what stands among the lines already is not taken a second time
    let fresh = proposals(&due, &as_items(&f), &p);
    let version = f.integer("version").unwrap_or(0);
    let Some((items, papers)) = read(&mut f, &p, &app.base_url, &known, &fresh) else {
        return again(&agenda_page(&mut tx, p, f, w.meeting).await?);
    };
    let Some(before) = acts::hold(&mut tx, w.meeting.id, version, p.today).await? else {
        let w = find(&mut tx, &key_typed, p.today).await?;
        let mut theirs = Fields::default();
        fill(&mut theirs, &w);
        let lines = lines(&p, &f, &theirs, &offered);
        return conflict(p, &w, &f, lines, "/agenda");
    };
    acts::agenda(&mut tx, &by, &before, (&items, &papers), app.clock.now()).await?;
    tx.commit().await?;
    Ok(done(&p, w.meeting.id, "meeting-agenda-saved"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;

    fn page() -> Page {
        Page::bare(Locale::default(), "2026-11-24".parse().unwrap())
    }

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    const TWO: [(&str, &str); 8] = [
        ("item_place", "2"),
        ("item_key", "needs"),
        ("item_title", "Needs"),
        ("item_note", ""),
        ("item_place", "1"),
        ("item_key", "plan:00000000-0000-0000-0000-000000000009"),
        ("item_title", "Plan"),
        ("item_note", "ten minutes"),
    ];

    #[test]
    fn lines_stand_by_their_numbers_and_name_nothing_that_was_not_offered() {
        let mut f = form(&TWO);
        f.set("own", "Any other business\n\n Next meeting ");
        let (items, papers) = read(&mut f, &page(), "", &["needs".to_owned()], &[]).unwrap();
        let titles: Vec<_> = items.iter().map(|i| (i.title.as_str(), i.kind)).collect();
        let own = ItemKind::Own;
        let expected = [("Plan", own), ("Needs", ItemKind::Needs), ("Any other business", own), ("Next meeting", own)];
        assert_eq!(titles, expected);
        assert!(papers.is_empty() && items.iter().all(|i| i.subject.is_none()));
    }

    #[test]
    fn an_item_that_is_too_long_is_refused_and_not_cut() {
        let mut f = form(&[("own", &format!("Welcome\n{}", "x".repeat(501)))]);
        assert!(read(&mut f, &page(), "", &[], &[]).is_none());
        assert_eq!(f.error("own").and_then(|m| m.arg("place")), Some("2"));
    }

    #[test]
    fn a_late_one_sees_all_that_they_added() {
        let due = Proposal { kind: ItemKind::Needs, subject: None, title: "Two needs".into(), why: String::new() };
        let mine = form(&[("own", "Any other business"), ("take", "needs")]);
        let lines = lines(&page(), &mine, &Fields::default(), &[due]);
        let said: Vec<_> = lines.iter().map(|l| l.mine.as_str()).filter(|l| !l.is_empty()).collect();
        assert_eq!(said, ["Any other business", "Two needs"]);
    }

    #[test]
    fn a_line_is_moved_and_dropped_without_scripts() {
        let mut f = form(&TWO);
        f.set("move", "1:up");
        assert!(reshaped(&mut f));
        assert_eq!((f.values("item_title"), f.values("item_place")), (vec!["Plan", "Needs"], vec!["1", "2"]));
        f.remove("move");
        f.set("drop", "0");
        assert!(reshaped(&mut f));
        assert_eq!(f.values("item_title"), ["Needs"]);
        f.remove("drop");
        assert!(!reshaped(&mut f));
    }

    #[test]
    fn a_paper_is_on_the_web_or_inside() {
        let p = page();
        let kept = |typed: &str| address(&p, "https://portal.example", typed);
        assert_eq!(kept("https://portal.example/plans/1").as_deref(), Some("/plans/1"));
        assert_eq!(kept("/plans/1").as_deref(), Some("/plans/1"));
        assert_eq!(kept("https://else.example/x").as_deref(), Some("https://else.example/x"));
        for bad in [
            "",
            "javascript:alert(1)",
            "//evil.example",
            "/\\evil.example",
            "plans/1",
            "ftp://x.example/",
            "data:text/html,x",
        ] {
            assert_eq!(kept(bad), None, "{bad}");
        }
    }
}

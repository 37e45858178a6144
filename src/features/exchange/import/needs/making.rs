//! The workbook of a beneficiary's needs, and the page that gives it out and takes it back.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::collections::BTreeMap;

use super::{COLUMNS, Holds};
use crate::features::exchange::import::book::{Book, FormColumn, FormSheet, Shows};
use crate::features::exchange::import::bring::{counted, receive};
use crate::features::exchange::import::store;
use crate::features::exchange::tables::Cell;
use crate::features::needs::Need;
use crate::features::needs::bulk;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::{Bringing, Inside};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, ImportId, NeedId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;
use crate::kernel::spreadsheet::fitting;

#[derive(Template)]
#[template(path = "imports/needs.html")]
struct NeedsPage {
    p: Page,
    f: Fields,
    beneficiaries: Vec<(String, String)>,
    cycles: Vec<(String, String)>,
}

/// The beneficiaries that a member writes needs for.
fn own(inside: &Inside) -> Vec<(String, String)> {
    let all = inside.page.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let own = all.iter().filter(|b| inside.member.may(Permission::NeedWrite, &Scope::beneficiary(b.id)));
    own.map(|b| (b.id.to_string(), b.name.clone())).collect()
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let f = std::mem::take(&mut inside.fields);
    show(inside, f, StatusCode::OK).await
}

async fn show(mut inside: Inside, mut f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let cycles = bulk::open_cycles(&mut inside.tx).await?;
    let beneficiaries = own(&inside);
    for (name, options) in [("beneficiary", &beneficiaries), ("cycle", &cycles)] {
        if let (Some((first, _)), false) = (options.first(), f.is_set(name)) {
            f.set(name, first);
        }
    }
    let page = NeedsPage { p: inside.page, f, beneficiaries, cycles };
    Ok((status, Html(page.render()?)).into_response())
}

/// Whose needs, of which cycle, a form names; where it names none, the first of each.
fn within(f: &mut Fields, beneficiaries: &[(String, String)], cycles: &[(String, String)]) -> Option<bulk::Within> {
    let of = |options: &[(String, String)], text: &str| options.iter().any(|(value, _)| value == text);
    for (name, options) in [("beneficiary", beneficiaries), ("cycle", cycles)] {
        if let ([(only, _), ..], false) = (options, f.is_set(name)) {
            f.set(name, only);
        }
    }
    let beneficiary = f.required_choice("beneficiary", |t| of(beneficiaries, t).then(|| t.parse().ok()).flatten());
    let cycle = f.required_choice("cycle", |t| of(cycles, t).then(|| t.parse().ok()).flatten());
    Some(bulk::Within { beneficiary: beneficiary?, cycle: cycle? })
}

/// Takes the file of a sheet that comes back.
pub async fn bring(bringing: Bringing) -> Result<Response, Problem> {
    let Bringing { mut inside, file } = bringing;
    let mut f = std::mem::take(&mut inside.fields);
    let cycles = bulk::open_cycles(&mut inside.tx).await?;
    let wanted = within(&mut f, &own(&inside), &cycles);
    if file.is_none() {
        f.fail("file", Message::new("import-error-no-file"));
    }
    let (Some(within), Some(file)) = (wanted, file) else {
        return show(inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let by = inside.member.require(Permission::NeedWrite, &Scope::beneficiary(within.beneficiary))?.clone();
    let account = counted(&mut inside).await?;
    let (id, now) = (ImportId(random::id()), inside.app.clock.now());
    store::insert_needs(&mut inside.tx, id, account.0, &by, within, &file.name, now).await?;
    receive(inside, id, file).await
}

pub async fn file(mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let mut f = std::mem::take(&mut inside.fields);
    let desk = bulk::Desk::open(&mut inside.tx, &inside.page, &inside.member).await?;
    let Some(within) = within(&mut f, &own(&inside), desk.cycles()) else {
        return Err(Problem::Conflict(Message::new("import-needs-no-cycle")));
    };
    let ids: Vec<NeedId> = bulk::listed(&mut inside.tx, within).await?.into_iter().map(|(id, _)| id).collect();
    let needs = bulk::standing(&mut inside.tx, &ids, inside.page.today).await?;
    access_log::note(&mut inside.tx, &by, Line::export("need", None, "sheet", Some(needs.len()))).await?;
    inside.tx.commit().await?;
    let p = &inside.page;
    let frame = p.frame().ok_or(Problem::NotFound)?;
    let code = frame.beneficiaries.iter().find(|b| b.id == within.beneficiary).map(|b| b.code.to_lowercase());
    let name = format!("{}-needs-{}-{}", frame.slug, code.unwrap_or_default(), p.today);
    book(p, &desk, within.beneficiary, &needs, &inside.app.base_url).answer(&name).await
}

/// A name that a sheet can have, and no other sheet has.
fn sheet_name(taken: &[String], wanted: &str) -> String {
    let kept: String =
        wanted.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept = if kept.is_empty() { "–".to_owned() } else { kept };
    let is_free = |name: &String| taken.iter().all(|t| t.to_lowercase() != name.to_lowercase());
    let mut names = (1..100).map(|n| {
        let end = if n == 1 { String::new() } else { format!(" {n}") };
        format!("{}{end}", kept.chars().take(31 - end.len()).collect::<String>())
    });
    names.find(is_free).unwrap_or(kept)
}

fn cell(p: &Page, desk: &bulk::Desk, base_url: &str, need: &Need, holds: Holds) -> Cell {
    let text = match holds {
        Holds::Field(field) => desk.words(need, field),
        Holds::State => p.t(need.state.label()),
        Holds::Address => format!("{base_url}{}", need.link(p, "")),
        Holds::AsOf => desk.as_of(need),
    };
    // what is longer than a cell is not brought back shorter: an empty one changes nothing
    if fitting(&text) == text { Cell::of_text(&text) } else { Cell::Empty }
}

fn book(p: &Page, desk: &bulk::Desk, beneficiary: BeneficiaryId, needs: &[Need], base_url: &str) -> Book {
    let frame = p.frame();
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    // a sheet a pillar, and one for what hangs on none
    let mut parts: Vec<(Option<PillarId>, String)> = Vec::new();
    let mut taken = vec![p.t("import-template-notes"), p.t("import-template-lists")];
    let keys = pillars.iter().map(|l| (Some(l.id), l.key.clone()));
    for (pillar, wanted) in keys.chain([(None, p.t("import-needs-other"))]) {
        let name = sheet_name(&taken, &wanted);
        taken.push(name.clone());
        parts.push((pillar, name));
    }
    let mut of: BTreeMap<Option<PillarId>, Vec<&Need>> = BTreeMap::new();
    for need in needs {
        let pillar = need.measure.as_ref().and_then(|m| m.pillar);
        let known = pillar.filter(|id| pillars.iter().any(|l| l.id == *id));
        of.entry(known).or_default().push(need);
    }
    let mut lists: Vec<(String, Vec<String>)> = ["type", "perspective", "priority", "handling", "own_language"]
        .into_iter()
        .map(|field| (head(Holds::Field(field)).to_owned(), desk.options(field)))
        .collect();
    lists.push((head(Holds::Field("theme")).to_owned(), desk.themes()));
    lists.push((head(Holds::Field("shown_to")).to_owned(), desk.organisations().to_vec()));
    let mut sheets = Vec::new();
    for (pillar, name) in parts {
        let measures = (lists.len() < 26).then_some(lists.len());
        lists.push((format!("{} {name}", head(Holds::Field("node"))), desk.measures(pillar)));
        let list = |holds: Holds| match holds {
            Holds::Field("node") => measures,
            Holds::Field(_) => lists.iter().position(|(name, _)| name == head(holds)),
            _ => None,
        };
        let column = |(holds, head, width, shows): (Holds, &str, f64, Shows)| FormColumn {
            head: String::from(head),
            width,
            shows,
            list: list(holds),
            note: note(holds).map(|key| p.t(key)),
            locked: !matches!(holds, Holds::Field(_)),
        };
        let row = |need: &&Need| -> Vec<Cell> {
            COLUMNS.iter().map(|(holds, ..)| cell(p, desk, base_url, need, *holds)).collect()
        };
        let rows = of.get(&pillar).map(|all| all.iter().map(row).collect()).unwrap_or_default();
        sheets.push(FormSheet { name, columns: COLUMNS.into_iter().map(column).collect(), rows });
    }
    Book {
        sheets,
        names: [p.t("import-template-notes"), p.t("import-template-lists")],
        notes: notes(p, beneficiary),
        lists,
    }
}

fn head(holds: Holds) -> &'static str {
    COLUMNS.iter().find(|(h, ..)| *h == holds).map_or("", |(_, head, ..)| *head)
}

/// What is to be known of a column: a key of the texts of the form.
fn note(holds: Holds) -> Option<&'static str> {
    match holds {
        Holds::Field("title") => Some("need-hint-title"),
        Holds::Field("body") => Some("need-hint-body"),
        Holds::Field("node") => Some("need-hint-node"),
        Holds::Field("type") => Some("need-hint-type"),
        Holds::Field("perspective") => Some("need-hint-perspective"),
        Holds::Field("priority") => Some("need-hint-priority"),
        Holds::Field("by_when") => Some("need-hint-by_when"),
        Holds::Field("exists_already") => Some("need-hint-exists_already"),
        Holds::Field("evidence") => Some("need-hint-evidence"),
        Holds::Field("handling") => Some("need-hint-handling"),
        Holds::Field("shown_to") => Some("import-needs-shown-to"),
        Holds::Field(_) => None,
        _ => Some("import-own-locked"),
    }
}

fn notes(p: &Page, beneficiary: BeneficiaryId) -> Vec<(String, String)> {
    let frame = p.frame();
    let about = [
        "import-needs-about-sheets",
        "import-needs-about-rows",
        "import-needs-about-lists",
        "import-needs-about-dates",
        "import-needs-about-empty",
        "import-needs-about-drafts",
        "import-needs-about-discreet",
    ];
    let mut notes = vec![
        (p.t("need-field-beneficiary"), p.beneficiary_name(&beneficiary)),
        (p.t("import-own-about-as-of-head"), p.t1("import-own-about-as-of", "day", p.day(&p.today))),
    ];
    if frame.is_some_and(|f| f.example) {
        notes.push((String::new(), p.t("example-banner-text")));
    }
    notes.extend(about.iter().map(|key| (p.t(&format!("{key}-head")), p.t(key))));
    let footnotes = frame.map(|f| f.footnotes.as_slice()).unwrap_or_default();
    notes.extend(footnotes.iter().map(|n| (String::new(), n.line())));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_a_workbook_can_hold() {
        assert_eq!(sheet_name(&[], "CRIME"), "CRIME");
        assert_eq!(sheet_name(&["crime".to_owned()], "CRIME"), "CRIME 2");
        assert_eq!(sheet_name(&[], "a/b: [c]*"), "a b c");
        assert_eq!(sheet_name(&[], "*"), "–");
        assert_eq!(sheet_name(&[], &"x".repeat(40)).chars().count(), 31);
    }
}

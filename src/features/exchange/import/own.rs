//! A member's own actions as a sheet to fill in: the template with a row of each, and what the portal knows it by. Brought back it
//! says of each row what was changed in it, and what was edited here meanwhile.

use axum::response::Response;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::book::{FormColumn, Shows};
use super::check::settle_parent;
use super::directory::{Directory, Heads, patch};
use super::store;
use super::template::{self, COLUMNS, head};
use super::verdict::{Candidate, changer, onto};
use crate::features::actions::{Base, Choices, Field, Standing, Status, directory, standing};
use crate::features::exchange::incoming::Place;
use crate::features::exchange::tables::{Cell, Cells, Column, incoming};
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::Frame;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;
use crate::kernel::spreadsheet::{fitting, in_list};

/// More actions than one party fills in a sheet for.
const MOST: i64 = 5_000;
/// What stands beside the columns of the template, and is not to be changed.
const LOCKED: [(Column, f64); 2] = [(Column::Address, 24.0), (Column::AsOf, 14.0)];

pub async fn file(mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let organisations: Vec<Uuid> = inside.member.organisations().iter().map(|o| o.0).collect();
    let ids = store::own_actions(&mut inside.tx, &organisations, MOST).await?;
    let mut stands = standing(&mut inside.tx, &ids, inside.page.today).await?;
    stands.retain(|s| changer(&inside.member, &s.sheet).is_some());
    stands.sort_by_cached_key(|s| (fold(s.sheet.one(Field::Title).unwrap_or_default()), s.id.0));
    let choices = directory(&mut inside.tx).await?;
    let larger: Vec<String> = stands.iter().filter_map(larger).collect();
    let references: Vec<String> = larger.iter().map(|words| words.to_lowercase()).collect();
    let titles: Vec<String> = larger.iter().map(|words| fold(words)).collect();
    let mut candidates = store::candidates(&mut inside.tx, &[], &references, &titles, &larger).await?;
    candidates.retain(|c| !c.merged);
    access_log::note(&mut inside.tx, &by, Line::export("action", None, "own", Some(stands.len()))).await?;
    inside.tx.commit().await?;

    let (p, base_url) = (&inside.page, inside.app.base_url.as_str());
    let frame = p.frame().ok_or(Problem::NotFound)?;
    let directory = Directory::new(&choices, frame, base_url);
    let form = Form::new(p, frame, &choices, &directory, &candidates, base_url);
    let mut book = template::book(p, frame, &choices);
    if let Some(sheet) = book.sheets.first_mut() {
        let locked = |(column, width): (Column, f64)| FormColumn {
            head: head(column).to_owned(),
            width,
            shows: Shows::Text,
            list: None,
            note: Some(p.t("import-own-locked")),
            locked: true,
        };
        sheet.columns.extend(LOCKED.into_iter().map(locked));
        sheet.rows = stands.iter().map(|s| form.row(s)).collect();
    }
    let own = [
        (p.t("import-own-about-as-of-head"), p.t1("import-own-about-as-of", "day", p.day(&p.today))),
        (p.t("import-own-about-locked-head"), p.t("import-own-about-locked")),
    ];
    book.notes.splice(0..0, own);
    book.answer(&format!("{}-own-actions-{}", frame.slug, p.today)).await
}

/// What an action is part of: its title, where the reader sees it, or the words that stand for it.
fn larger(s: &Standing) -> Option<String> {
    let parent = s.sheet.one(Field::Parent).filter(|_| !s.parent_is_hidden)?;
    if let Some(words) = parent.strip_prefix("words:") {
        return Some(words.to_owned());
    }
    let id: Uuid = parent.parse().ok()?;
    s.names.0.get(&id).cloned()
}

fn date(text: Option<&str>) -> Cell {
    match text.and_then(|t| t.parse::<PartialDate>().ok()) {
        Some(date) if date.precision() == Precision::Day => Cell::Day(date.first_day()),
        Some(date) => Cell::of_text(&date.to_string()),
        None => Cell::Empty,
    }
}

/// The columns in which a field stands.
fn columns_of(field: Field) -> &'static [Column] {
    use Column as C;
    match field {
        Field::Title => &[C::Title],
        Field::Reference => &[C::Reference],
        Field::Parties => &[C::Funding, C::Implementing],
        Field::Beneficiaries => &[C::Beneficiaries],
        Field::Pillars => &[C::Pillars],
        Field::Themes | Field::ThemeText => &[C::Themes],
        Field::Status => &[C::Status],
        Field::PlannedStart => &[C::PlannedStart],
        Field::PlannedEnd => &[C::PlannedEnd],
        Field::ActualStart => &[C::ActualStart],
        Field::ActualEnd => &[C::ActualEnd],
        Field::StatedTotal => &[C::Total, C::Currency],
        Field::Description => &[C::Description],
        Field::Handling => &[C::Handling],
        Field::Parent => &[C::Parent],
        Field::SourceUrl => &[C::Link],
        Field::Reporting => &[C::Keeper],
        _ => &[],
    }
}

/// What rows are written with.
struct Form<'a> {
    p: &'a Page,
    frame: &'a Frame,
    choices: &'a Choices,
    directory: &'a Directory,
    candidates: &'a [Candidate],
    base_url: &'a str,
    columns: Vec<Option<Column>>,
    heads: Vec<String>,
}

impl<'a> Form<'a> {
    fn new(
        p: &'a Page,
        frame: &'a Frame,
        choices: &'a Choices,
        directory: &'a Directory,
        candidates: &'a [Candidate],
        base_url: &'a str,
    ) -> Self {
        let columns: Vec<Column> = COLUMNS.iter().chain(&LOCKED).map(|(c, _)| *c).collect();
        let heads = columns.iter().map(|c| head(*c).to_owned()).collect();
        let columns = columns.into_iter().map(Some).collect();
        Self { p, frame, choices, directory, candidates, base_url, columns, heads }
    }

    fn organisations(&self, s: &Standing, role: &str) -> Vec<String> {
        let all = s.sheet.get(Field::Parties).iter().filter_map(|party| party.split_once(':'));
        all.filter(|(r, _)| *r == role).filter_map(|(_, id)| self.choices.label_of(id)).collect()
    }

    fn beneficiaries(&self, s: &Standing) -> Vec<String> {
        let named = |value: &String| {
            let (id, share) = value.split_once('=').map_or((value.as_str(), None), |(id, share)| (id, Some(share)));
            let found = self.frame.beneficiaries.iter().find(|b| b.id.to_string() == id)?;
            Some(share.map_or_else(|| found.name.clone(), |share| format!("{} {share} %", found.name)))
        };
        s.sheet.get(Field::Beneficiaries).iter().filter_map(named).collect()
    }

    fn cell(&self, column: Column, s: &Standing) -> Cell {
        let sheet = &s.sheet;
        let text = |t: &str| Cell::of_text(&fitting(t));
        let one = |field: Field| sheet.one(field).map_or(Cell::Empty, text);
        let listed = |names: Vec<String>| text(&names.iter().map(|name| in_list(name)).collect::<Vec<_>>().join("; "));
        let total = sheet.one(Field::StatedTotal).and_then(|t| t.split_once(' '));
        match column {
            Column::Title => one(Field::Title),
            Column::Reference => one(Field::Reference),
            Column::Description => one(Field::Description),
            Column::Link => one(Field::SourceUrl),
            Column::Funding => listed(self.organisations(s, "funding")),
            Column::Implementing => listed(self.organisations(s, "implementing")),
            Column::Keeper => {
                let keeper = sheet.one(Field::Reporting).and_then(|id| self.choices.label_of(id));
                keeper.map_or(Cell::Empty, |name| text(&name))
            }
            Column::Beneficiaries => listed(self.beneficiaries(s)),
            Column::Pillars => {
                let ids: Vec<Uuid> = sheet.ids(Field::Pillars);
                let all = self.frame.pillars.iter().filter(|l| ids.contains(&l.id.0));
                listed(all.map(|l| l.key.clone()).collect())
            }
            Column::Themes => {
                let ids: Vec<Uuid> = sheet.ids(Field::Themes);
                let all = self.choices.themes.iter().filter(|t| ids.contains(&t.id.0));
                listed(all.map(|t| t.name.clone()).collect())
            }
            Column::Status => {
                let status = sheet.one(Field::Status).and_then(Status::parse);
                status.map_or(Cell::Empty, |status| text(&self.p.t(status.label())))
            }
            Column::Handling => {
                let handling = sheet.one(Field::Handling).and_then(Handling::parse);
                handling.map_or(Cell::Empty, |handling| text(&self.p.t(handling.label())))
            }
            Column::PlannedStart => date(sheet.one(Field::PlannedStart)),
            Column::PlannedEnd => date(sheet.one(Field::PlannedEnd)),
            Column::ActualStart => date(sheet.one(Field::ActualStart)),
            Column::ActualEnd => date(sheet.one(Field::ActualEnd)),
            Column::Total => total.and_then(|(n, _)| n.parse().ok()).map_or(Cell::Empty, Cell::Number),
            Column::Currency => total.map_or(Cell::Empty, |(_, currency)| text(currency)),
            Column::Parent => larger(s).map_or(Cell::Empty, |t| text(&t)),
            Column::Address => text(&format!("{}{}", self.base_url, self.p.link(&format!("/actions/{}", s.id)))),
            Column::AsOf => text(&format!("{} {}", s.version, Base::of(sheet))),
            _ => Cell::Empty,
        }
    }

    /// The columns that would not say the same when the row is read again: names that several bear.
    fn unsteady(&self, s: &Standing, cells: &[Cell], today: NaiveDate) -> BTreeSet<usize> {
        let said = incoming(Place::default(), &Cells::new(cells.to_vec()), &self.heads, &self.columns, None, today);
        let heads = Heads { heads: &self.heads, columns: &self.columns };
        let (mut patch, problems) = patch(self.directory, said, &heads);
        settle_parent(&mut patch, self.candidates);
        let difference = s.sheet.difference(&onto(&patch, &s.sheet));
        let of = |column: &Column| self.columns.iter().position(|c| *c == Some(*column));
        let differing = difference.keys().flat_map(|field| columns_of(*field)).filter_map(of);
        problems.iter().filter_map(|p| p.index.map(usize::from)).chain(differing).collect()
    }

    /// A row that says nothing new when it is read again: a cell that would is left empty, and changes nothing.
    fn row(&self, s: &Standing) -> Vec<Cell> {
        let mut cells: Vec<Cell> = self.columns.iter().map(|c| c.map_or(Cell::Empty, |c| self.cell(c, s))).collect();
        // an emptied cell can make another one say something else: an amount without its currency
        for _ in 0..3 {
            let unsteady = self.unsteady(s, &cells, self.p.today);
            if unsteady.is_empty() {
                break;
            }
            cells.iter_mut().enumerate().filter(|(at, _)| unsteady.contains(at)).for_each(|(_, c)| *c = Cell::Empty);
        }
        cells
    }
}

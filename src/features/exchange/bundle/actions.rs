//! The actions of a bundle as a table, for whoever brings one into a process that is there already: what it says of each goes through the
//! preview, the choices and the undoing of any other table. What else is in it is for taking in a whole process.

use anyhow::{Context, ensure};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::manifest::FILE;
use super::open::Opened;
use super::rows::{Row, raw};
use super::tables::find;
use crate::kernel::i18n::Message;
use crate::kernel::random;
use crate::kernel::spreadsheet::in_list;

/// No larger one is read, unpacked: the rest of a process is in it too.
const MOST_BYTES: u64 = 2 << 30;
/// Nor any table of it that is read here: names and links are held in memory. Fifty thousand actions take less.
const MOST_OF_TABLE: u64 = 192 << 20;

/// The heads by which the columns are known.
const HEADS: [&str; 24] = [
    "Address of the record",
    "Title",
    "Reference",
    "Keeps the record",
    "Donor",
    "Accountable",
    "Extending",
    "Implementer",
    "Lead",
    "Beneficiary",
    "Pillar",
    "Theme",
    "Theme in words",
    "Status",
    "Planned start",
    "Planned end",
    "Actual start",
    "Actual end",
    "Total",
    "Currency",
    "Description",
    "Handling",
    "Part of",
    "Source",
];
const ROLES: [&str; 5] = ["funding", "accountable", "extending", "implementing", "lead"];

/// The table of a bundle's actions; nothing where the file is no bundle.
///
/// # Errors
/// It is one, and not whole, or not what it says.
pub fn as_table(file: &mut File) -> Result<Option<File>, Message> {
    let made = is_one(file).and_then(|one| if one { table(file.try_clone()?).map(Some) } else { Ok(None) });
    made.map_err(|error| Message::new("import-bundle-wrong").with("why", format!("{error:#}")))
}

fn is_one(file: &mut File) -> anyhow::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    file.by_ref().take(4).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    if start != b"PK\x03\x04" {
        return Ok(false);
    }
    // one that cannot be opened is told of by whoever reads workbooks
    let names = |name: &str, zip: &zip::ZipArchive<&mut File>| zip.index_for_name(name).is_some();
    let one = zip::ZipArchive::new(&mut *file).is_ok_and(|zip| names(FILE, &zip) && names("action.ndjson", &zip));
    file.seek(SeekFrom::Start(0))?;
    Ok(one)
}

fn text(row: &Row, column: &str) -> String {
    serde_json::from_str::<Option<String>>(raw(row, column)).ok().flatten().unwrap_or_default()
}

/// A day as precisely as it is known.
fn day(row: &Row, column: &str) -> String {
    let day = text(row, column);
    let long = match text(row, &format!("{column}_precision")).as_str() {
        "year" => 4,
        "month" => 7,
        _ => 10,
    };
    day.get(..long).unwrap_or(&day).to_owned()
}

/// Goes through the rows of a table, if the bundle has it.
fn each(opened: &mut Opened, name: &str, mut take: impl FnMut(&Row) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let Some(part) = find(name).and_then(|table| opened.part(table)) else { return Ok(()) };
    ensure!(part.bytes <= MOST_OF_TABLE, "{} is longer than that of any file of actions", part.name);
    let mut rows = opened.rows(&part)?;
    while let Some((_, row)) = rows.row()? {
        take(&row)?;
    }
    Ok(())
}

type Names = HashMap<String, String>;

fn names(opened: &mut Opened, table: &str, column: &str) -> anyhow::Result<Names> {
    let mut all = Names::new();
    each(opened, table, |row| {
        all.insert(text(row, "id"), text(row, column));
        Ok(())
    })?;
    Ok(all)
}

/// What links of actions lead to, as a cell has several of them.
fn linked(
    opened: &mut Opened,
    table: &str,
    to: &str,
    named: &Names,
) -> anyhow::Result<HashMap<(String, String), String>> {
    let mut all: HashMap<(String, String), String> = HashMap::new();
    each(opened, table, |row| {
        let Some(name) = named.get(&text(row, to)) else { return Ok(()) };
        let share = text(row, "share");
        let cell = all.entry((text(row, "action_id"), text(row, "role"))).or_default();
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        cell.push_str(&in_list(name));
        if !share.is_empty() {
            cell.push_str(&format!(" {share} %"));
        }
        Ok(())
    })?;
    Ok(all)
}

/// Whether an action stands for itself, and is no report that its donor has not confirmed: of those none is in a bundle of what is
/// public, which says nothing of claims.
fn stands(row: &Row) -> bool {
    ["merged_into_id", "withdrawn_at"].iter().all(|column| raw(row, column) == "null")
        && matches!(text(row, "claim").as_str(), "confirmed" | "")
}

fn table(file: File) -> anyhow::Result<File> {
    let mut opened = Opened::of(file, "the file", MOST_BYTES)?;
    let organisations = names(&mut opened, "organisation", "name")?;
    let parties = linked(&mut opened, "action_party", "organisation_id", &organisations)?;
    let codes = names(&mut opened, "beneficiary", "code")?;
    let beneficiaries = linked(&mut opened, "action_beneficiary", "beneficiary_id", &codes)?;
    let keys = names(&mut opened, "pillar", "key")?;
    let pillars = linked(&mut opened, "action_pillar", "pillar_id", &keys)?;
    let called = names(&mut opened, "theme", "name")?;
    let themes = linked(&mut opened, "action_theme", "theme_id", &called)?;
    let titles = names(&mut opened, "action", "title")?;
    let mut written = csv::Writer::from_writer(nameless().context("no place for the table")?);
    written.write_record(HEADS)?;
    each(&mut opened, "action", |row| {
        if !stands(row) {
            return Ok(());
        }
        let id = text(row, "id");
        let of = |all: &HashMap<(String, String), String>, role: &str| {
            all.get(&(id.clone(), role.to_owned())).cloned().unwrap_or_default()
        };
        let whole = titles.get(&text(row, "parent_id")).cloned().unwrap_or_else(|| text(row, "parent_text"));
        let source = [text(row, "source_note"), text(row, "source_url")].join(" ");
        let mut cells = vec![
            format!("/actions/{id}"),
            text(row, "title"),
            text(row, "reference"),
            organisations.get(&text(row, "reporting_id")).cloned().unwrap_or_default(),
        ];
        cells.extend(ROLES.iter().map(|role| of(&parties, role)));
        cells.extend([&beneficiaries, &pillars, &themes].map(|all| of(all, "")));
        cells.extend(["theme_text", "status"].map(|column| text(row, column)));
        cells.extend(["planned_start", "planned_end", "actual_start", "actual_end"].map(|column| day(row, column)));
        cells.extend(["stated_total", "stated_currency", "description", "handling"].map(|column| text(row, column)));
        cells.extend([whole, source.trim().to_owned()]);
        Ok(written.write_record(&cells)?)
    })?;
    let mut table = written.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))?;
    table.seek(SeekFrom::Start(0))?;
    Ok(table)
}

/// A file without a name, which goes away with its last reader.
fn nameless() -> std::io::Result<File> {
    let path = std::env::temp_dir().join(format!("concert-bundle-table-{}", random::id()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

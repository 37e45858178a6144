//! Editing a beneficiary: the note its name carries, and the names it bore before.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::store::{self, Beneficiary, FormerName};
use crate::features::directory::shared::{
    Conflict, Facts, again, as_read, carry, changes, conflict, differences, done, fact, html, last_change, remember,
    settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

const FIELDS: [&str; 3] = ["note", "former_name", "former_until"];
const MOST_NAMES: usize = 10;

#[derive(Template)]
#[template(path = "directory/beneficiary_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    b: Beneficiary,
    /// Name and last day of each row, and an empty one.
    rows: Vec<(String, String)>,
}

fn form(p: Page, f: Fields, b: Beneficiary) -> FormPage {
    let mut rows = rows(&f);
    if rows.len() < MOST_NAMES && rows.last().is_none_or(|(n, u)| !n.is_empty() || !u.is_empty()) {
        rows.push((String::new(), String::new()));
    }
    FormPage { p, f, b, rows }
}

fn rows(f: &Fields) -> Vec<(String, String)> {
    let (names, untils) = (f.values("former_name"), f.values("former_until"));
    let at = |list: &[&str], i: usize| list.get(i).map(|v| v.trim().to_owned()).unwrap_or_default();
    (0..names.len().max(untils.len()).min(MOST_NAMES)).map(|i| (at(&names, i), at(&untils, i))).collect()
}

fn fill(b: &Beneficiary, f: &mut Fields) {
    f.set("note", b.note.as_deref().unwrap_or_default());
    for name in &b.former {
        f.add("former_name", &name.name);
        f.add("former_until", name.until);
    }
}

fn facts(b: &Beneficiary) -> Facts {
    let names = b.former.iter().map(|n| format!("{} ({})", n.name, n.until)).collect();
    [("note", fact(b.note.as_ref())), ("former_name", names)].into()
}

/// The note, and the former names with their last days; `None` where a field is wrong.
fn read(f: &mut Fields, today: chrono::NaiveDate) -> Option<(Option<String>, Vec<FormerName>)> {
    let note = f.optional("note", 1000);
    let mut former = Vec::new();
    for (name, until) in rows(f) {
        if name.is_empty() && until.is_empty() {
            continue;
        }
        let mut one = Fields::new(vec![("until".to_owned(), until)]);
        match one.day("until", today) {
            Some(until) if until > today => f.fail("former_name", Message::new("directory-error-former-ahead")),
            Some(until) if !name.is_empty() && name.chars().count() <= 200 => former.push(FormerName { name, until }),
            _ => f.fail(
                "former_name",
                one.error("until").cloned().unwrap_or_else(|| Message::new("directory-error-former-name")),
            ),
        }
    }
    former.sort_by_key(|n| std::cmp::Reverse(n.until));
    f.is_valid().then_some((note, former))
}

pub async fn edit(Path((_, code)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let b = store::load(&mut tx, &code).await?;
    member.require(Permission::SettingsEdit, &Scope::beneficiary(b.id))?;
    let mut f = Fields::default();
    fill(&b, &mut f);
    as_read(&p, &mut f, &["former_until"]);
    remember(&mut f, &FIELDS);
    f.set("version", b.version);
    html(&form(p, f, b))
}

/// A row more or less, for browsers without scripts.
fn reshaped(f: &mut Fields) -> bool {
    if f.is_set("add") {
        f.add("former_name", "");
        f.add("former_until", "");
        return true;
    }
    let Ok(drop) = f.value("drop").parse::<usize>() else { return false };
    let kept: Vec<_> = rows(f).into_iter().enumerate().filter(|(i, _)| *i != drop).map(|(_, row)| row).collect();
    f.remove("former_name");
    f.remove("former_until");
    for (name, until) in kept {
        f.add("former_name", name);
        f.add("former_until", until);
    }
    true
}

pub async fn save(Path((_, code)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let b = store::load(&mut tx, &code).await?;
    let by = member.require(Permission::SettingsEdit, &Scope::beneficiary(b.id))?;
    settle(&mut f, &FIELDS);
    if reshaped(&mut f) {
        return html(&form(p, f, b));
    }
    let (Some((note, former)), Some(version)) = (read(&mut f, p.today), f.integer("version")) else {
        return again(&form(p, f, b));
    };
    let before = facts(&b);
    let after = Beneficiary { note, former, code: b.code.clone(), name: b.name.clone(), ..b };
    let changes = changes(&before, &facts(&after));
    if !store::save(&mut tx, &after, version).await? {
        let theirs_record = store::load(&mut tx, &code).await?;
        let mut theirs = Fields::default();
        fill(&theirs_record, &mut theirs);
        as_read(&p, &mut theirs, &["former_until"]);
        let (who, at) = last_change(&mut tx, Subject::Beneficiary, after.id.0, p.today).await?;
        let leave = p.link(&format!("/beneficiaries/{}", after.code));
        return conflict(&Conflict {
            differences: differences(&f, &theirs, &FIELDS),
            carried: carry(&f, &theirs, &FIELDS),
            title: after.name,
            action: format!("{leave}/edit"),
            leave,
            version: theirs_record.version,
            by: who,
            at: at.unwrap_or_else(|| app.clock.now()),
            names: Vec::new(),
            p,
        });
    }
    if !changes.is_empty() {
        let entry =
            Entry { subject: Subject::Beneficiary, id: after.id.0, event: "beneficiary-edited", changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, &format!("/beneficiaries/{}", after.code), "directory-saved")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn former_names_need_both() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let mut f = Fields::decode(b"note=&former_name=Old&former_until=12.2.2019&former_name=&former_until=");
        let (note, former) = read(&mut f, today).unwrap();
        assert_eq!((note, former.len()), (None, 1));
        for wrong in [
            "former_name=Old&former_until=",
            "former_name=&former_until=2019-01-01",
            "former_name=Old&former_until=31.9.2019",
            "former_name=Old&former_until=2019",
            // still borne
            "former_name=Old&former_until=25.11.2026",
        ] {
            let mut f = Fields::decode(wrong.as_bytes());
            assert!(read(&mut f, today).is_none() && f.error("former_name").is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_row_less() {
        let mut f = Fields::decode(b"former_name=A&former_until=1&former_name=B&former_until=2&drop=0");
        assert!(reshaped(&mut f));
        assert_eq!(rows(&f), [("B".to_owned(), "2".to_owned())]);
    }
}

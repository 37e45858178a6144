//! Adding and editing a beneficiary: its name, the note that its name carries, and the names it bore before.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::store::{self, Beneficiary, Draft, FormerName};
use crate::features::directory::shared::{
    Conflict, Facts, again, as_read, carry, changes, conflict, differences, done, fact, html, last_change, remember,
    settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::BeneficiaryId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 4] = ["name", "note", "former_name", "former_until"];
const MOST_NAMES: usize = 10;

#[derive(Template)]
#[template(path = "directory/beneficiary_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    /// None where one is added.
    b: Option<Beneficiary>,
    /// Name and last day of each row, and an empty one.
    rows: Vec<(String, String)>,
    title: String,
    action: String,
    leave: String,
}

fn form(p: Page, f: Fields, b: Option<Beneficiary>) -> FormPage {
    let mut rows = rows(&f);
    if rows.len() < MOST_NAMES && rows.last().is_none_or(|(n, u)| !n.is_empty() || !u.is_empty()) {
        rows.push((String::new(), String::new()));
    }
    let list = p.link("/beneficiaries");
    let (title, action, leave) = match &b {
        Some(b) => (
            p.t1("directory-beneficiary-edit-title", "name", &b.name),
            format!("{list}/{}/edit", b.code),
            format!("{list}/{}", b.code),
        ),
        None => (p.t("directory-beneficiary-new-title"), format!("{list}/new"), list),
    };
    FormPage { p, f, b, rows, title, action, leave }
}

fn rows(f: &Fields) -> Vec<(String, String)> {
    let (names, untils) = (f.values("former_name"), f.values("former_until"));
    let at = |list: &[&str], i: usize| list.get(i).map(|v| v.trim().to_owned()).unwrap_or_default();
    (0..names.len().max(untils.len()).min(MOST_NAMES)).map(|i| (at(&names, i), at(&untils, i))).collect()
}

fn fill(b: &Beneficiary, f: &mut Fields) {
    f.set("name", &b.name);
    f.set("note", b.note.as_deref().unwrap_or_default());
    for name in &b.former {
        f.add("former_name", &name.name);
        f.add("former_until", name.until);
    }
}

fn facts(name: &str, note: Option<&String>, former: &[FormerName]) -> Facts {
    let former = former.iter().map(|n| format!("{} ({})", n.name, n.until)).collect();
    [("name", fact(Some(name))), ("note", fact(note)), ("former_name", former)].into()
}

/// The name, its note, and the former names with their last days; `None` where a field is wrong.
fn read(f: &mut Fields, today: chrono::NaiveDate) -> Option<Draft> {
    let name = f.required("name", 200);
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
    f.is_valid().then_some(Draft { name, note, former })
}

/// Two letters, as countries are written in short; however they are typed.
fn code(f: &mut Fields) -> String {
    let code = f.required("country_code", 10).to_uppercase();
    let fits = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    if !code.is_empty() && !fits {
        f.fail("country_code", Message::new("directory-error-country-code"));
    }
    code
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    html(&form(inside.page, Fields::default(), None))
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let by = member.require(Permission::SettingsEdit, &Scope::default())?;
    if reshaped(&mut f) {
        return html(&form(p, f, None));
    }
    let code = code(&mut f);
    let Some(draft) = read(&mut f, p.today) else { return again(&form(p, f, None)) };
    if store::name_taken(&mut tx, &draft.name, None).await? {
        f.fail("name", Message::new("directory-beneficiary-name-taken"));
        return again(&form(p, f, None));
    }
    let id = BeneficiaryId(random::id());
    if !store::create(&mut tx, id, &code, &draft).await? {
        f.fail("country_code", Message::new("directory-error-country-code-taken").with("code", code));
        return again(&form(p, f, None));
    }
    let mut after = facts(&draft.name, draft.note.as_ref(), &draft.former);
    after.insert("country_code", fact(Some(&code)));
    let changes = changes(&Facts::new(), &after);
    let entry = Entry { subject: Subject::Beneficiary, id: id.0, event: "beneficiary-created", changes, why: "" };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    done(&p, &format!("/beneficiaries/{code}"), "directory-beneficiary-added")
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
    html(&form(p, f, Some(b)))
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
        return html(&form(p, f, Some(b)));
    }
    let (Some(draft), Some(version)) = (read(&mut f, p.today), f.integer("version")) else {
        return again(&form(p, f, Some(b)));
    };
    if store::name_taken(&mut tx, &draft.name, Some(b.id)).await? {
        f.fail("name", Message::new("directory-beneficiary-name-taken"));
        return again(&form(p, f, Some(b)));
    }
    let before = facts(&b.name, b.note.as_ref(), &b.former);
    let changes = changes(&before, &facts(&draft.name, draft.note.as_ref(), &draft.former));
    if !store::save(&mut tx, b.id, version, &draft).await? {
        let theirs_record = store::load(&mut tx, &code).await?;
        let mut theirs = Fields::default();
        fill(&theirs_record, &mut theirs);
        as_read(&p, &mut theirs, &["former_until"]);
        let (who, at) = last_change(&mut tx, Subject::Beneficiary, b.id.0, p.today).await?;
        let leave = p.link(&format!("/beneficiaries/{}", b.code));
        return conflict(&Conflict {
            differences: differences(&f, &theirs, &FIELDS),
            carried: carry(&f, &theirs, &FIELDS),
            title: theirs_record.name,
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
        let entry = Entry { subject: Subject::Beneficiary, id: b.id.0, event: "beneficiary-edited", changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, &format!("/beneficiaries/{}", b.code), "directory-saved")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn former_names_need_both() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let mut f = Fields::decode(b"name=New&note=&former_name=Old&former_until=12.2.2019&former_name=&former_until=");
        let draft = read(&mut f, today).unwrap();
        assert_eq!((draft.note, draft.former.len()), (None, 1));
        for wrong in [
            "former_name=Old&former_until=",
            "former_name=&former_until=2019-01-01",
            "former_name=Old&former_until=31.9.2019",
            "former_name=Old&former_until=2019",
            // still borne
            "former_name=Old&former_until=25.11.2026",
        ] {
            let mut f = Fields::decode(format!("name=New&{wrong}").as_bytes());
            assert!(read(&mut f, today).is_none() && f.error("former_name").is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_code_is_two_letters() {
        for (typed, code) in
            [("al", Some("AL")), (" XK ", Some("XK")), ("ALB", None), ("", None), ("A1", None), ("ÄÖ", None)]
        {
            let mut f = Fields::new(vec![("country_code".to_owned(), typed.to_owned())]);
            let read = super::code(&mut f);
            assert_eq!(f.is_valid().then_some(read.as_str()), code, "{typed}");
        }
    }

    #[test]
    fn a_row_less() {
        let mut f = Fields::decode(b"former_name=A&former_until=1&former_name=B&former_until=2&drop=0");
        assert!(reshaped(&mut f));
        assert_eq!(rows(&f), [("B".to_owned(), "2".to_owned())]);
    }
}

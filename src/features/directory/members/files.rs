//! The list of members as a file. Addresses of people are in it for whoever sees the whole list, in every state; others have
//! what their page of the list shows, and each address on its person's page.

use axum::response::Response;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::model::standing;
use super::pages::{asked, left, sight};
use super::store::{self, Line};
use crate::features::directory::shared::Cursor;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("directory-field-name", 40),
    ("directory-field-post", 40),
    ("directory-field-role", 30),
    ("directory-beneficiary", 24),
    ("directory-organisation", 50),
    ("directory-pillars", 16),
    ("directory-column-marks", 30),
    ("directory-field-starts_on", 12),
    ("directory-field-ends_on", 12),
    ("directory-field-state", 16),
    ("directory-field-email", 40),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, addresses: &BTreeMap<Uuid, String>, m: &Line) -> Vec<Value> {
    let left = left(p, m);
    let open = left.is_none();
    let marks: Vec<String> = m.marks().into_iter().map(|key| p.t(key)).collect();
    let pillars: Vec<&str> = m.pillars.iter().map(|l| l.key.as_str()).collect();
    let (word, _) = standing(m.state, m.starts_on, m.ends_on, p.today);
    let address = addresses.get(&m.id.0).filter(|_| open);
    vec![
        cell(left.as_ref().unwrap_or(&m.name)),
        cell(if open { m.post.as_str() } else { "" }),
        Value::Text(p.t(m.role.label())),
        cell(m.beneficiary.as_ref().map_or("", |(_, name)| name)),
        cell(m.organisation.as_ref().map_or("", |(_, name)| name)),
        cell(&pillars.join(", ")),
        cell(&marks.join(", ")),
        Value::Date(m.starts_on),
        m.ends_on.map_or(Value::Empty, Value::Date),
        Value::Text(p.t(word)),
        cell(address.map_or("", String::as_str)),
        Value::Text(format!("{base}{}", p.link(&format!("/members/{}", m.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let sight = sight(&inside.member);
    let filter = asked(&inside.fields);
    let (found, _) = store::list(&mut inside.tx, &filter, &sight, Cursor::file(), inside.page.today).await?;
    let addresses = match sight.all {
        true => store::addresses(&mut inside.tx).await?,
        false => BTreeMap::new(),
    };
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "membership",
        what: "members",
        title: p.t("directory-members"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: found.rows.iter().map(|m| cells(p, base, &addresses, m)).collect(),
        more: found.after.is_some(),
    };
    list.deliver(inside, &by, format).await
}

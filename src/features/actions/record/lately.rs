//! What has changed of actions, plans and needs lately, for those who look after them: one list to look through, instead of each
//! record's history. Of a plan, of a need, and of an action that is not for every member it names the fields alone; the record's own
//! page, whose reading is written down, says from what to what.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use chrono::TimeDelta;
use uuid::Uuid;

use super::fields::Field;
use super::show::{self, DiffRow};
use super::store::lately::{Entry, Since, lately};
use super::suggestions::places;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::clock::Clock;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n;
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};
use crate::kernel::window::{Cursor, Window, kept_query};

closed_list! {
    /// How far back it is looked.
    Period {
        Week = "7", "lately-7";
        Month = "30", "lately-30";
        Quarter = "90", "lately-90";
        Year = "365", "lately-365";
    }
}

impl Period {
    fn length(self) -> TimeDelta {
        TimeDelta::days(match self {
            Period::Week => 7,
            Period::Month => 30,
            Period::Quarter => 90,
            Period::Year => 365,
        })
    }
}

closed_list! {
    /// What is looked for.
    What {
        Changed = "changed", "lately-changed";
        Confirmed = "confirmed", "lately-confirmed";
    }
}

closed_list! {
    /// What it is about.
    About {
        Actions = "action", "lately-actions";
        Plans = "plan", "lately-plans";
        Needs = "need", "lately-needs";
    }
}

#[derive(Template)]
#[template(path = "actions/record/lately.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    list: Window<Entry, Uuid>,
    periods: Vec<(String, String)>,
    whats: Vec<(String, String)>,
    abouts: Vec<(String, String)>,
    places: Vec<(String, String)>,
    narrowed: bool,
}

/// The names of the fields that were changed, of an action in the form's order.
fn names(p: &Page, entry: &Entry) -> String {
    if entry.about != About::Actions {
        let all: Vec<String> = entry.fields.iter().filter_map(|field| called(p, entry.about, field)).collect();
        return all.join(", ");
    }
    let money = p.may(Permission::ActionSeeMoney);
    let named = Field::ALL.iter().filter(|f| (money || !f.is_money()) && entry.fields.iter().any(|n| n == f.name()));
    named.map(|f| p.t(&f.label())).collect::<Vec<_>>().join(", ")
}

/// A field of a plan or a need, as its own page calls it. Of a state the event itself says what it is.
fn called(p: &Page, about: About, field: &str) -> Option<String> {
    let kind = about.as_str();
    let dashed = format!("{kind}-field-{}", field.replace('_', "-"));
    let keys = [dashed, format!("{kind}-field-{field}")];
    keys.iter().find(|key| i18n::has(key)).filter(|_| field != "need_state").map(|key| p.t(key))
}

/// Where the record is read, from the portal's root on.
fn address(p: &Page, entry: &Entry) -> String {
    match entry.about {
        About::Actions => p.link(&format!("/actions/{}#history", entry.record)),
        About::Plans => p.link(&format!("/plans/{}/history", entry.record)),
        About::Needs => p.link(&format!("/needs/{}#history", entry.record)),
    }
}

/// What it is about: of a part of a plan, with the plan.
fn title(p: &Page, entry: &Entry) -> String {
    let own = if entry.title.is_empty() { p.t("plan-node-untitled") } else { entry.title.clone() };
    entry.of.as_ref().map_or(own.clone(), |plan| p.t2("lately-part", "part", own, "plan", plan))
}

/// From what to what. A record that was added has nothing that it was before.
fn differences(p: &Page, entry: &Entry) -> Vec<DiffRow> {
    let changes = entry.changes.as_ref().filter(|_| !matches!(entry.event.as_str(), "created" | "reported"));
    changes.map(|c| show::history_rows(p, c, p.may(Permission::ActionSeeMoney))).unwrap_or_default()
}

fn who(p: &Page, entry: &Entry) -> String {
    entry.by.as_ref().map_or_else(|| p.t("action-by-portal"), |by| show::person(p, Some(by)))
}

fn event(p: &Page, entry: &Entry) -> String {
    p.t(&format!("event-{}", entry.event))
}

impl ListPage {
    fn link(&self, cursor: &str, row: &Uuid) -> String {
        let joint = if self.query.is_empty() { "" } else { "&" };
        format!("{}?{}{joint}{cursor}={row}", self.p.link("/changes"), self.query)
    }
    fn address(&self, entry: &Entry) -> String {
        address(&self.p, entry)
    }
    fn title(&self, entry: &Entry) -> String {
        title(&self.p, entry)
    }
    fn names(&self, entry: &Entry) -> String {
        names(&self.p, entry)
    }
    fn rows(&self, entry: &Entry) -> Vec<DiffRow> {
        differences(&self.p, entry)
    }
    fn who(&self, entry: &Entry) -> String {
        who(&self.p, entry)
    }
    fn event(&self, entry: &Entry) -> String {
        event(&self.p, entry)
    }
}

/// Whose records' histories this member may read: the same rule as for one, said of all at once.
fn sought(member: &Member, f: &mut Fields, clock: &Clock) -> Since {
    let reads = |scope: &Scope| member.may(Permission::HistorySee, scope);
    let mut own: Vec<Uuid> = Vec::new();
    own.extend(member.organisations().iter().filter(|o| reads(&Scope::organisation(**o))).map(|o| o.0));
    own.extend(member.beneficiaries().iter().filter(|b| reads(&Scope::beneficiary(**b))).map(|b| b.0));
    let in_pillar = |pillar: &_| Scope { pillars: vec![*pillar], ..Scope::default() };
    own.extend(member.pillars().iter().filter(|l| reads(&in_pillar(*l))).map(|l| l.0));
    let period = Period::parse(f.value("days")).unwrap_or(Period::Month);
    f.set("days", period.as_str());
    Since {
        from: clock.now() - period.length(),
        all: reads(&Scope::default()),
        own,
        within: f.value("of").parse().ok(),
        what: What::parse(f.value("what")),
        about: About::parse(f.value("about")),
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let narrowed = ["days", "what", "about", "of"].iter().any(|name| f.is_set(name));
    let since = sought(&member, &mut f, &app.clock);
    let list = lately(&mut tx, &since, Cursor::read(&f), p.today).await?;
    let page = ListPage {
        query: kept_query(&f),
        periods: Period::options(&p),
        whats: What::options(&p),
        abouts: About::options(&p),
        places: places(&p, &member),
        p,
        f,
        list,
        narrowed,
    };
    Ok(Html(page.render()?).into_response())
}

const COLUMNS: &[(&str, u16)] = &[
    ("lately-at", 18),
    ("lately-action", 60),
    ("lately-what", 40),
    ("lately-fields", 40),
    ("lately-difference", 70),
    ("lately-by", 40),
    ("lately-for", 40),
    ("lately-why", 50),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, entry: &Entry) -> Vec<Value> {
    let side = |values: &[String]| if values.is_empty() { p.t("not-stated") } else { values.join("; ") };
    let told =
        |row: DiffRow| p.t3("lately-from-to", ("field", &row.label), ("from", side(&row.from)), ("to", side(&row.to)));
    let differences: Vec<String> = differences(p, entry).into_iter().map(told).collect();
    vec![
        Value::Text(p.time(&entry.at)),
        cell(&title(p, entry)),
        Value::Text(event(p, entry)),
        cell(&names(p, entry)),
        cell(&differences.join("\n")),
        Value::Text(who(p, entry)),
        cell(entry.for_name.as_deref().unwrap_or_default()),
        cell(&entry.why),
        Value::Text(format!("{base}{}", address(p, entry))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let since = sought(&inside.member, &mut inside.fields, &inside.app.clock);
    let found = lately(&mut inside.tx, &since, Cursor::file(), inside.page.today).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "action",
        what: "changes",
        title: p.t("lately-title"),
        notes: vec![p.t("lately-about")],
        columns: COLUMNS,
        rows: found.rows.iter().map(|e| cells(p, base, e)).collect(),
        more: found.after.is_some(),
    };
    list.deliver(inside, &by, format).await
}

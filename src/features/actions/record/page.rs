//! The page of an action: everything at a glance.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::fields::{Difference, Field, Sheet};
use super::mentions::Nameable;
use super::model::{Around, Contribution, Event, NamedIn, Names, Party, Person, Record, Remark, Suggestion};
use super::show::{self, DiffRow};
use super::{find, note_reading, rights, store};
use crate::features::actions::{ClaimState, PartyRole};
use crate::features::files;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::ActionId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};

/// What the reader may do here: decides which links and forms are shown.
#[derive(Debug, Clone, Copy, Default)]
struct May {
    edit: bool,
    suggest: bool,
    remark: bool,
    settle: bool,
    confirm: bool,
    /// Asks for a correction.
    contest: bool,
    claim: bool,
    open: bool,
    history: bool,
    money: bool,
}

/// So many contributions are shown on the page itself.
const MOST_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "actions/record/page.html")]
struct ActionPage {
    p: Page,
    r: Record,
    around: Around,
    names: Names,
    may: May,
    files: files::Part,
    /// What is typed in the forms below the record.
    f: Fields,
}

pub async fn page(Path((_, id)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    show_page(inside, &id, Fields::default(), axum::http::StatusCode::OK).await
}

/// The page with what was typed into one of its small forms.
pub async fn show_page(
    mut inside: Inside,
    id: &str,
    f: Fields,
    status: axum::http::StatusCode,
) -> Result<Response, Problem> {
    let record = match find(&mut inside, id, "").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (sheet, member) = (record.sheet(), &inside.member);
    let (scope, fields) = (sheet.scope(), rights::editable(member, &sheet));
    let may = May {
        edit: !fields.is_empty(),
        // who may change every field has no need to suggest
        suggest: member.may(Permission::ActionSuggest, &scope)
            && ![Permission::ActionEdit, Permission::ActionMoney].iter().all(|p| member.may(*p, &scope)),
        remark: member.may(Permission::ActionRemark, &scope),
        settle: member.may(Permission::ActionEdit, &scope),
        confirm: member.may(Permission::ActionConfirm, &scope) && record.claim == ClaimState::Confirmed,
        contest: member.may(Permission::ActionConfirm, &scope),
        claim: member.may(Permission::ActionEdit, &scope) && record.claim == ClaimState::Unconfirmed,
        open: member.may(Permission::ActionOpen, &scope) && record.handling == Handling::Restricted,
        history: member.may(Permission::HistorySee, &scope),
        money: member.may(Permission::ActionSeeMoney, &scope),
    };
    let sees_suggestions = may.edit || may.history || member.may(Permission::ActionSuggest, &scope);
    let mut around =
        store::around(&mut inside.tx, &record, may.history, may.open, may.remark, inside.page.today).await?;
    if !sees_suggestions {
        around.suggestions.clear();
    }
    let mut ids: Vec<Uuid> = around.suggestions.iter().flat_map(|s| ids_in(&s.changes)).collect();
    ids.sort();
    ids.dedup();
    let names = if ids.is_empty() { Names::default() } else { store::names(&mut inside.tx, &ids).await? };
    let subject = files::Subject::Action(record.id);
    let files = files::part(&mut inside.tx, &inside.app, &inside.member, subject, &scope).await?;
    if note_reading(&mut inside, &record).await? {
        inside.tx.commit().await?;
    }
    let page = ActionPage { p: inside.page, names: names.with_record(&record), r: record, around, may, files, f };
    Ok((status, Html(page.render()?)).into_response())
}

/// Ids in a difference whose names have to be asked for.
pub fn ids_in(difference: &Difference) -> Vec<Uuid> {
    let named = [Field::Reporting, Field::Themes, Field::Parties, Field::Disclosures, Field::Parent];
    let mut ids = Vec::new();
    for (field, delta) in difference {
        let mut sheet = Sheet::default();
        for values in [&delta.from, &delta.to] {
            sheet.set(*field, values.clone());
            if named.contains(field) {
                ids.extend(sheet.ids::<Uuid>(*field));
            }
            let rows = values.iter().filter(|_| *field == Field::Contributions).filter_map(|v| Contribution::parse(v));
            ids.extend(rows.flat_map(|row| [row.provider, row.receiver]).filter_map(|id| id.parse::<Uuid>().ok()));
        }
    }
    ids
}

impl ActionPage {
    fn date(&self, iso: &str) -> String {
        show::date(&self.p, iso)
    }
    fn amount(&self, amount: &str, currency: &str) -> String {
        show::amount(&self.p, amount, currency)
    }
    fn total(&self) -> Option<String> {
        Some(self.amount(self.r.stated_total.as_deref()?, self.r.stated_currency.as_deref()?))
    }
    fn parent(&self) -> Option<(ActionId, &str)> {
        Some((self.r.parent_id?, self.r.parent_title.as_deref()?))
    }
    fn kind(&self, kind: &str) -> String {
        self.p.t(show::kind_label(kind))
    }
    fn person(&self, person: &Option<Person>) -> String {
        show::person(&self.p, person.as_ref())
    }
    fn who(&self, event: &Event) -> String {
        show::author(&self.p, event)
    }
    fn link(&self, rest: &str) -> String {
        self.p.link(&format!("/actions/{}{rest}", self.r.id))
    }

    /// The parties of each role that has any, in the roles' order.
    fn roles(&self) -> Vec<(PartyRole, Vec<&Party>)> {
        let of = |role: PartyRole| (role, self.r.parties.iter().filter(|p| p.role == role).collect::<Vec<_>>());
        PartyRole::ALL.iter().map(|role| of(*role)).filter(|(_, parties)| !parties.is_empty()).collect()
    }

    /// Each beneficiary's part of an equal split, told only where there is an amount to be split and no share is stated.
    fn estimate(&self) -> Option<String> {
        let all = &self.r.beneficiaries;
        let stated = all.iter().any(|b| b.share.is_some());
        if stated || all.len() < 2 || !self.may.money || self.r.stated_total.is_none() {
            return None;
        }
        Some(self.p.locale.percent(Decimal::ONE / Decimal::from(all.len())))
    }

    /// What has happened: an action that runs has begun, and its end is not lacking.
    fn actual(&self) -> Option<String> {
        match (&self.r.actual_start, &self.r.actual_end) {
            (Some(start), None) => Some(self.p.t1("action-since", "day", self.date(start))),
            (None, Some(end)) => Some(self.p.t1("action-ended", "day", self.date(end))),
            (start, end) => self.period(start, end),
        }
    }

    fn has_notes(&self) -> bool {
        self.r.contributions.iter().any(|c| !c.note.is_empty())
    }

    /// A pair of dates as a period; `None` where neither is stated.
    fn period(&self, start: &Option<String>, end: &Option<String>) -> Option<String> {
        let shown = |iso: &Option<String>| iso.as_ref().map_or_else(|| self.p.t("not-stated"), |d| self.date(d));
        (start.is_some() || end.is_some()).then(|| self.p.t2("action-period", "start", shown(start), "end", shown(end)))
    }

    /// Core fields that are not stated, as far as the reader may know.
    fn missing(&self) -> Vec<String> {
        let known = self.r.missing.iter().filter(|m| self.may.money || *m != "stated_total");
        known.map(|m| self.p.t(&format!("action-missing-{}", m.replace('_', "-")))).collect()
    }

    fn handling_text(&self) -> String {
        self.p.t(&format!("action-handling-{}-text", self.r.handling.as_str()))
    }

    fn names_of_parties(&self) -> String {
        let mut names: Vec<&str> =
            self.r.parties.iter().map(|p| p.name.as_str()).chain([self.r.keeper_name.as_str()]).collect();
        names.sort_unstable();
        names.dedup();
        names.extend(self.r.beneficiaries.iter().map(|b| b.name.as_str()));
        names.join(", ")
    }

    /// More rows than a page can hold beside the rest: they stand on a page of their own.
    fn has_many(&self) -> bool {
        self.r.contributions.len() > MOST_SHOWN
    }

    /// How many rows there are of each kind. What they come to is for the rules of counting to say.
    fn money_counts(&self) -> Vec<String> {
        let count = |kind: &str| self.r.contributions.iter().filter(|c| c.kind == kind).count();
        let of = |kind: &&'static str| (show::kind_label(kind), count(kind));
        let all = show::KINDS.iter().map(of).filter(|(_, n)| *n > 0);
        all.map(|(label, n)| self.p.tn1("action-money-kind-count", n, "kind", self.p.t(label))).collect()
    }

    fn money_when(&self, money: &super::model::Money) -> Option<String> {
        if let Some(date) = &money.value_date {
            return Some(self.date(date));
        }
        let day = |d: &Option<chrono::NaiveDate>| d.map_or_else(|| self.p.t("not-stated"), |d| self.p.day(&d));
        (money.period_start.is_some() || money.period_end.is_some())
            .then(|| self.p.t2("action-period", "start", day(&money.period_start), "end", day(&money.period_end)))
    }

    fn suggestion_rows(&self, suggestion: &Suggestion) -> Vec<DiffRow> {
        show::rows(&self.p, &self.names, &suggestion.changes, self.may.money)
    }

    fn history_rows(&self, event: &Event) -> Vec<DiffRow> {
        show::history_rows(&self.p, &event.changes, self.may.money)
    }

    /// The names of changed fields.
    fn labels(&self, rows: &[DiffRow]) -> String {
        rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn counted(&self, key: &str, n: usize) -> String {
        self.p.tn(key, i64::try_from(n).unwrap_or_default())
    }

    fn event(&self, event: &Event) -> String {
        self.p.t(&format!("event-{}", event.event))
    }

    fn remark_levels(&self) -> Vec<(&'static str, String)> {
        [Handling::Members, Handling::Parties, Handling::Restricted]
            .iter()
            .map(|h| (h.as_str(), self.p.t(h.label())))
            .collect()
    }

    /// An address that may be a link: http or https. Others are shown as they stand.
    fn source_link(&self) -> Option<&str> {
        self.r.source_url.as_deref().filter(|u| u.starts_with("https://") || u.starts_with("http://"))
    }

    fn remark_class(&self, remark: &Remark) -> &'static str {
        match (remark.mine, remark.resolved_at.is_some()) {
            (true, false) => " class=\"own\"",
            (false, true) => " class=\"settled\"",
            (true, true) => " class=\"own settled\"",
            (false, false) => "",
        }
    }

    /// Remarks with their answers. An answer to what is not shown stands by itself.
    fn threads(&self) -> Vec<(&Remark, Vec<&Remark>)> {
        let all = &self.around.remarks;
        let shown = |r: &Remark| r.answers_id.is_some_and(|id| all.iter().any(|other| other.id == id));
        let answers = |of: &Remark| all.iter().filter(|r| r.answers_id == Some(of.id)).collect();
        all.iter().filter(|r| !shown(r)).map(|r| (r, answers(r))).collect()
    }

    /// What it is said to be wrong in, as far as it is not settled: how often, and the latest.
    fn contested(&self) -> Option<(usize, &Remark)> {
        let open = |r: &&Remark| r.asks_correction && r.withdrawn_at.is_none() && r.resolved_at.is_none();
        let latest = self.around.remarks.iter().rfind(open)?;
        Some((self.around.remarks.iter().filter(open).count(), latest))
    }

    /// Whether the form below is the one that was sent.
    fn answering(&self, remark: &Remark) -> bool {
        self.f.value("answers") == remark.id.to_string()
    }

    fn named(&self, remark: &Remark) -> Option<String> {
        let name = |n: &NamedIn| n.name.clone().unwrap_or_else(|| self.person(&n.person));
        let names: Vec<String> = remark.names.iter().map(name).collect();
        (!names.is_empty()).then(|| self.p.t1("action-remark-named", "names", names.join("; ")))
    }

    /// Whom a remark can name: members, beneficiaries, organisations, each with the Fluent key of what they are.
    fn nameable(&self) -> Vec<(&'static str, Vec<&Nameable>)> {
        let of = |kind: &str| self.around.nameable.iter().filter(|n| n.value.starts_with(kind)).collect::<Vec<_>>();
        let all = [
            ("action-name-members", of("m:")),
            ("action-name-beneficiaries", of("b:")),
            ("action-name-organisations", of("o:")),
        ];
        all.into_iter().filter(|(_, names)| !names.is_empty()).collect()
    }
}

//! A question's page: the actions side by side, why it is asked, and everything that can be done about it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::collections::BTreeSet;

use super::super::model::{Decision, Kind, State};
use super::super::words;
use super::model::{Case, Kin, Person, Share, Side, Sight, months_together, never_together};
use super::stake::{self, Part, Stake};
use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::OverlapId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// What an organisation can be in an action, in the order of an action's page.
const ROLES: [&str; 5] = ["funding", "accountable", "extending", "implementing", "lead"];

/// What the reader may do here.
#[derive(Debug, Clone, Copy, Default)]
struct May {
    decide: bool,
    part: bool,
}

#[derive(Template)]
#[template(path = "overlaps/case.html")]
struct CasePage {
    p: Page,
    f: Fields,
    c: Case,
    may: May,
    /// For inviting.
    organisations: Vec<String>,
    /// Somebody else was first: what was typed stands in the form, where there is one still, and nothing was saved.
    late: bool,
}

pub fn link(p: &Page, id: OverlapId) -> String {
    p.link(&format!("/overlaps/{id}"))
}

/// The question of an address; what is none, or may not be seen, is not found.
pub async fn find(tx: &mut ProcessTx, key: &str, p: &Page) -> Result<Case, Problem> {
    let id: OverlapId = key.parse().map_err(|_| Problem::NotFound)?;
    store::load(tx, id, p.today).await?.ok_or(Problem::NotFound)
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let c = find(&mut tx, &key, &p).await?;
    show(&mut tx, &member, p, Fields::default(), c, StatusCode::OK).await
}

/// The page with what was typed into one of its forms.
pub async fn show(
    tx: &mut ProcessTx,
    member: &Member,
    p: Page,
    f: Fields,
    c: Case,
    status: StatusCode,
) -> Result<Response, Problem> {
    let scope = c.scope();
    let may = May {
        decide: member.may(Permission::OverlapDecide, &scope),
        part: member.may(Permission::OverlapTakePart, &scope),
    };
    let organisations = if may.decide && !c.state.is_over() { store::organisations(tx).await? } else { Vec::new() };
    let late = status == StatusCode::CONFLICT;
    Ok((status, Html(CasePage { p, f, c, may, organisations, late }.render()?)).into_response())
}

/// One row of the comparison: what each action says, and whether they say the same.
struct Compared {
    label: String,
    cells: Vec<Option<String>>,
    /// `same`, `differs`, `shares`, or nothing where one says nothing.
    how: &'static str,
}

impl CasePage {
    fn to(&self, rest: &str) -> String {
        format!("{}{rest}", link(&self.p, self.c.id))
    }

    fn title(&self) -> String {
        self.titled(self.c.actions.iter().map(|a| &a.title))
    }

    fn titled<'a>(&self, titles: impl Iterator<Item = &'a Option<String>>) -> String {
        let name = |title: &Option<String>| title.clone().unwrap_or_else(|| self.p.t("overlap-hidden-short"));
        titles.map(name).collect::<Vec<_>>().join(" × ")
    }

    fn kin_title(&self, kin: &Kin) -> String {
        self.titled(kin.titles.iter())
    }

    fn judged(&self) -> Option<String> {
        self.judged_as(self.c.kind, self.c.likelihood)
    }

    fn kin_judged(&self, kin: &Kin) -> Option<String> {
        self.judged_as(kin.kind, kin.likelihood)
    }

    fn judged_as(&self, kind: Option<Kind>, likelihood: Option<f32>) -> Option<String> {
        match (kind, likelihood) {
            (Some(kind), Some(likelihood)) => Some(words::judged(&self.p, kind, likelihood)),
            (Some(kind), None) => Some(self.p.t(&format!("{}-possible", kind.label()))),
            _ => None,
        }
    }

    fn reasons(&self) -> (Vec<String>, Vec<String>) {
        words::reasons(&self.p, &self.c.reasons)
    }

    fn person(&self, person: &Option<Person>) -> String {
        person.as_ref().map_or_else(|| self.p.t("overlap-nobody"), |person| person.shown(&self.p))
    }

    /// How long those that are seen in full run side by side; that they never do, or that it cannot be told, is said as well.
    fn together(&self) -> Option<String> {
        let periods: Vec<_> = self.c.full().iter().map(|a| (a.starts_on, a.ends_on)).collect();
        if periods.len() < 2 {
            return None;
        }
        Some(match months_together(&periods) {
            Some(months) => self.p.tn("overlap-months-together", months),
            None if never_together(&periods) => self.p.t("overlap-months-never"),
            None => self.p.t("overlap-months-unknown"),
        })
    }

    fn amount(&self, side: &Side) -> Option<String> {
        let (total, currency) = (side.total.as_deref()?, side.currency.as_deref()?);
        Some(self.p.locale.amount(total.parse().ok()?, &currency.parse().ok()?))
    }

    /// What of each action's stated total falls where all of them meet, in the order of the table, each in its own currency:
    /// never a sum across them.
    fn parts(&self) -> Vec<Option<Part>> {
        let percent = |share: &Share| share.percent.as_deref().and_then(|text| text.parse().ok());
        let stake = |side: &&Side| Stake {
            starts: side.starts_on,
            ends: side.ends_on,
            total: side.total.as_deref().and_then(|text| text.parse().ok()),
            serves: side.shares.iter().map(|share| (share.beneficiary, percent(share))).collect(),
        };
        stake::parts(&self.c.full().iter().map(stake).collect::<Vec<_>>())
    }

    /// Whether any of these parts is an estimate.
    fn estimates(&self) -> bool {
        self.parts().iter().flatten().any(|part| part.estimate)
    }

    fn part(&self, side: &Side, part: Option<Part>) -> Option<String> {
        let part = part?;
        let amount = self.p.locale.amount(part.amount, &side.currency.as_deref()?.parse().ok()?);
        Some(if part.estimate { format!("≈\u{a0}{amount}") } else { amount })
    }

    fn period(&self, side: &Side) -> Option<String> {
        if side.start.is_none() && side.end.is_none() {
            return None;
        }
        let shown = |d: &Option<crate::kernel::date::PartialDate>| {
            d.as_ref().map_or_else(|| self.p.t("not-stated"), |d| self.p.date(d))
        };
        Some(self.p.t2("action-period", "start", shown(&side.start), "end", shown(&side.end)))
    }

    /// The actions side by side: a row a field that any of them states.
    fn rows(&self) -> Vec<Compared> {
        let full = self.c.full();
        let one = |label: &str, cell: &dyn Fn(&Side) -> Option<String>| {
            let cells: Vec<Option<String>> = full.iter().map(|a| cell(a)).collect();
            let how = agreement(&cells);
            Compared { label: self.p.t(label), cells, how }
        };
        let set = |label: &str, values: &dyn Fn(&Side) -> Vec<String>| {
            let sets: Vec<BTreeSet<String>> = full.iter().map(|a| values(a).into_iter().collect()).collect();
            let shared = sets.iter().skip(1).fold(sets.first().cloned().unwrap_or_default(), |left, right| {
                left.intersection(right).cloned().collect()
            });
            let cells: Vec<Option<String>> =
                full.iter().map(|a| Some(values(a).join(", ")).filter(|text| !text.is_empty())).collect();
            let how = match agreement(&cells) {
                "differs" if !shared.is_empty() => "shares",
                how => how,
            };
            Compared { label: self.p.t(label), cells, how }
        };
        let party = |role: &'static str| {
            set(&format!("party-{role}"), &move |a: &Side| {
                a.parties.iter().filter(|x| x.role == role).map(|x| x.name.clone()).collect()
            })
        };
        let mut rows = vec![
            one("action-keeper", &|a| a.keeper.clone()),
            one("action-field-status", &|a| a.status.as_ref().map(|s| self.p.t(&format!("status-{s}")))),
            one("overlap-row-period", &|a| self.period(a)),
            set("action-field-beneficiaries", &|a| self.p.beneficiary_names(&a.beneficiaries)),
            set("action-field-pillars", &|a| a.pillars.clone()),
            set("action-field-themes", &|a| a.themes.clone()),
        ];
        rows.extend(ROLES.iter().map(|role| party(role)));
        rows.push(one("action-field-stated-total", &|a| self.amount(a)));
        let parts = full.iter().zip(self.parts()).map(|(side, part)| self.part(side, part)).collect();
        // how alike two parts are says nothing of the actions
        rows.push(Compared { label: self.p.t("overlap-row-meets"), cells: parts, how: "" });
        rows.push(one("action-field-description", &|a| Some(a.description.clone()).filter(|text| !text.is_empty())));
        rows.retain(|row| row.cells.iter().any(Option::is_some));
        rows
    }

    /// Each keeper of an action that is seen, once.
    fn contact_sides(&self) -> Vec<&Side> {
        let mut sides = self.c.full();
        let mut seen = BTreeSet::new();
        sides.retain(|a| seen.insert(a.keeper.clone()));
        sides
    }

    fn decisions(&self) -> Vec<(String, String)> {
        Decision::options(&self.p)
    }

    fn assignable(&self) -> Vec<(String, String)> {
        let name = |a: &super::model::Assignable| match &a.of {
            Some(of) => format!("{} ({of})", a.name),
            None => format!("{} ({})", a.name, self.p.t(&format!("role-{}", a.role.replace('_', "-")))),
        };
        self.c.assignable.iter().map(|a| (a.id.to_string(), name(a))).collect()
    }

    fn owner_chosen(&self) -> String {
        if self.f.is_set("owner") {
            return self.f.value("owner").to_owned();
        }
        self.c.owner_id.map(|o| o.to_string()).unwrap_or_default()
    }

    fn due_chosen(&self) -> String {
        if self.f.is_set("due") {
            return self.f.value("due").to_owned();
        }
        self.c.due_on.map(|d| d.to_string()).unwrap_or_default()
    }

    /// Whether what was decided stands: where the actions have changed since in what matters, the question is open
    /// again.
    fn decided(&self) -> bool {
        self.c.decision.is_some() && self.c.state.is_settled()
    }

    /// What was typed into a form that the question as it stands now has no more, since somebody else was first:
    /// label and text. It is shown, so that nothing is lost.
    fn homeless(&self) -> Vec<(&'static str, &str)> {
        let (c, may) = (&self.c, &self.may);
        let open = may.decide && !self.decided();
        let decided = may.decide && self.decided();
        let homes = [
            ("reason", "overlap-field-reason", open),
            ("follow_up", "overlap-field-follow-up", open),
            ("outcome", "overlap-field-outcome", decided && c.outcome.is_empty() && c.state != State::Closed),
            ("why", "overlap-field-reopen", decided),
            ("escalation", "overlap-field-escalation", c.escalated_at.is_none() && !c.state.is_over()),
        ];
        homes
            .into_iter()
            .filter(|(name, _, home)| !home && self.f.is_set(name))
            .map(|(name, label, _)| (label, self.f.value(name)))
            .collect()
    }

    fn event(&self, event: &str) -> String {
        self.p.t(&format!("event-{event}"))
    }

    fn merge_offer(&self) -> bool {
        self.may.decide && self.c.full().len() == 2 && self.c.full().iter().all(|a| !a.merged)
    }

    fn live_merges(&self) -> Vec<&super::model::Merge> {
        self.c.merges.iter().filter(|m| m.undone_at.is_none()).collect()
    }
}

fn agreement(cells: &[Option<String>]) -> &'static str {
    let stated: Vec<&String> = cells.iter().flatten().collect();
    match stated.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && stated.len() == cells.len() => {
            if rest.iter().all(|cell| cell == first) { "same" } else { "differs" }
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::agreement;

    #[test]
    fn what_is_not_stated_agrees_with_nothing() {
        let some = |t: &str| Some(t.to_owned());
        assert_eq!(agreement(&[some("a"), some("a")]), "same");
        assert_eq!(agreement(&[some("a"), some("b")]), "differs");
        assert_eq!(agreement(&[some("a"), None]), "");
        assert_eq!(agreement(&[]), "");
    }
}

//! The list of suggested changes: those that are open, one's own, those one decides on.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use uuid::Uuid;

use super::fields::Field;
use super::show;
use super::store::{self, Deciding, Line, Sought};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::SuggestionId;
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};
use crate::kernel::window::{Cursor, Window, kept_query};

closed_list! {
    /// Where a suggestion stands.
    SuggestionState {
        Open = "open", "suggestion-open";
        Accepted = "accepted", "suggestion-accepted";
        Refused = "refused", "suggestion-refused";
        Withdrawn = "withdrawn", "suggestion-withdrawn";
    }
}

closed_list! {
    /// Whose suggestions are looked for, of those that the reader may see.
    Whose {
        Mine = "mine", "suggestions-mine";
        Decide = "decide", "suggestions-decide";
    }
}

#[derive(Template)]
#[template(path = "actions/record/suggestions.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    list: Window<Line, SuggestionId>,
    total: i64,
    states: Vec<(String, String)>,
    whose: Vec<(String, String)>,
    places: Vec<(String, String)>,
    narrowed: bool,
}

/// The names of the fields that would change, in the form's order.
pub fn fields(p: &Page, line: &Line) -> String {
    let named = Field::ALL.iter().filter(|f| line.fields.iter().any(|n| n == f.name()));
    named.map(|f| p.t(&f.label())).collect::<Vec<_>>().join(", ")
}

impl ListPage {
    fn link(&self, cursor: &str, row: &SuggestionId) -> String {
        let joint = if self.query.is_empty() { "" } else { "&" };
        format!("{}?{}{joint}{cursor}={row}", self.p.link("/suggestions"), self.query)
    }

    fn fields(&self, line: &Line) -> String {
        fields(&self.p, line)
    }

    fn by(&self, line: &Line) -> String {
        show::person(&self.p, Some(&line.by))
    }

    /// The word for where it stands, and its badge.
    fn standing(&self, line: &Line) -> (String, &'static str) {
        let badge = match line.state {
            SuggestionState::Open => "info",
            SuggestionState::Accepted => "ok",
            SuggestionState::Refused | SuggestionState::Withdrawn => "plain",
        };
        (self.p.t(line.state.label()), badge)
    }

    /// When it was answered, and by whom.
    fn decided(&self, line: &Line) -> Option<String> {
        let (at, by) = (line.decided_at.as_ref()?, line.decided_by.as_ref()?);
        Some(self.p.t2("suggestion-answered", "day", self.p.day_of(at), "by", show::person(&self.p, Some(by))))
    }
}

/// On which actions this member decides: the same rule as for accepting one, said of all at once.
fn deciding(member: &Member) -> Deciding {
    let edits = |scope: &Scope| member.may(Permission::ActionEdit, scope);
    let in_pillar = |pillar: &_| Scope { pillars: vec![*pillar], ..Scope::default() };
    let mut organisations = member.organisations();
    organisations.retain(|o| edits(&Scope::organisation(*o)));
    // who leads a pillar edits what its organisation keeps, and not all that it is a party to
    let keeps = member.memberships().iter().filter_map(|m| m.organisation);
    let keeps = keeps.filter(|o| edits(&Scope::organisation(*o))).map(|o| o.0).collect();
    let mut pillars = member.pillars();
    pillars.retain(|l| member.may(Permission::ActionEditLinks, &in_pillar(l)));
    Deciding {
        all: edits(&Scope::default()),
        keeps,
        organisations: organisations.into_iter().map(|o| o.0).collect(),
        pillars: pillars.into_iter().map(|l| l.0).collect(),
    }
}

/// What the list can be narrowed to: a pillar, and what is one's own.
pub fn places(p: &Page, member: &Member) -> Vec<(String, String)> {
    let frame = p.frame();
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let mut places: Vec<(String, String)> = pillars.iter().map(|l| (l.id.to_string(), l.key.clone())).collect();
    for m in member.memberships() {
        places.extend(m.beneficiary.zip(m.beneficiary_name.clone()).map(|(id, name)| (id.to_string(), name)));
        places.extend(m.organisation.zip(m.organisation_name.clone()).map(|(id, name)| (id.to_string(), name)));
    }
    let mut seen = std::collections::BTreeSet::new();
    places.retain(|(id, _)| seen.insert(id.clone()));
    places
}

/// What the list is narrowed to: to those that are open, unless another state is named, or none.
pub fn sought(member: &Member, f: &mut Fields) -> Sought {
    if f.value("state").is_empty() {
        f.set("state", SuggestionState::Open.as_str());
    }
    let whose = Whose::parse(f.value("whose"));
    Sought {
        state: SuggestionState::parse(f.value("state")),
        within: f.value("of").parse::<Uuid>().ok(),
        mine: whose == Some(Whose::Mine),
        deciding: (whose == Some(Whose::Decide)).then(|| deciding(member)),
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let places = places(&p, &member);
    let narrowed = ["state", "whose", "of"].iter().any(|name| f.is_set(name));
    let sought = sought(&member, &mut f);
    let (list, total) = store::suggestions(&mut tx, &sought, Cursor::read(&f), p.today).await?;
    let page = ListPage {
        query: kept_query(&f),
        states: SuggestionState::options(&p),
        whose: Whose::options(&p),
        p,
        f,
        list,
        total,
        places,
        narrowed,
    };
    Ok(Html(page.render()?).into_response())
}

//! The list of members and the page of one.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::{MemberState, standing};
use super::store::{self, Filter, Line, Membership, OwnList, Sight};
use crate::features::directory::shared::{
    Cursor, HistoryLine, Person, Window, history, html, id, kept_query, organisation_options,
};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::Subject;
use crate::kernel::ids::MembershipId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Role, Scope};

/// Whom this reader may see.
pub fn sight(member: &Member) -> Sight {
    Sight {
        all: member.may(Permission::MembersSee, &Scope::default()),
        mine: member.memberships().iter().map(|m| m.id.0).collect(),
    }
}

/// The record that permissions on a membership are asked about.
pub fn scope(m: &super::model::Draft) -> Scope {
    Scope {
        keeper: m.organisation,
        beneficiaries: m.beneficiary.into_iter().collect(),
        pillars: m.pillars.clone(),
        ..Scope::default()
    }
}

pub fn roles(p: &Page) -> Vec<(String, String)> {
    Role::ALL.map(|r| (r.as_str().to_owned(), p.t(r.label()))).to_vec()
}

#[derive(Template)]
#[template(path = "directory/members.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    total: i64,
    list: Window<Line, MembershipId>,
    own: Vec<OwnList>,
    roles: Vec<(String, String)>,
    organisations: Vec<(String, String)>,
    beneficiaries: Vec<(String, String)>,
    states: Vec<(String, String)>,
    edits: bool,
    proposes: bool,
}

/// Of somebody who has left, whoever does not keep the list sees whose member they were.
pub fn left(p: &Page, line: &Line) -> Option<String> {
    let former = line.state == MemberState::Ended || line.ends_on.is_some_and(|e| e < p.today);
    let of = line.organisation.as_ref().map(|(_, name)| name).or(line.beneficiary.as_ref().map(|(_, name)| name));
    let person = Person { name: Some(line.name.clone()), of: of.cloned(), former: true };
    (former && !p.may(Permission::MembersEdit)).then(|| person.shown(p))
}

/// What the list is narrowed to.
pub fn asked(f: &Fields) -> Filter {
    Filter {
        role: Role::parse(f.value("role")),
        organisation: f.value("organisation").parse().ok(),
        beneficiary: f.value("beneficiary").parse().ok(),
        ending: f.value("ending") == "90",
        state: MemberState::parse(f.value("state")),
    }
}

impl ListPage {
    fn left(&self, line: &Line) -> Option<String> {
        left(&self.p, line)
    }

    fn standing(&self, line: &Line) -> (&'static str, &'static str) {
        standing(line.state, line.starts_on, line.ends_on, self.p.today)
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let sight = sight(&member);
    let (list, total) = store::list(&mut tx, &asked(&f), &sight, Cursor::read(&f), p.today).await?;
    let proposes = p.may(Permission::MembersPropose);
    let own = match proposes {
        true => store::own_lists(&mut tx, &sight.mine).await?,
        false => Vec::new(),
    };
    let organisations = organisation_options(&mut tx).await?;
    let states: &[MemberState] = match (sight.all, proposes) {
        (true, _) => MemberState::ALL,
        (false, true) => &[MemberState::Proposed, MemberState::Invited, MemberState::Active, MemberState::Declined],
        (false, false) => &[],
    };
    let states = states.iter().map(|s| (s.as_str().to_owned(), p.t(s.label()))).collect();
    let beneficiaries = p
        .frame()
        .map(|f| f.beneficiaries.iter().map(|b| (b.id.to_string(), b.name.clone())).collect())
        .unwrap_or_default();
    html(&ListPage {
        query: kept_query(&f),
        roles: roles(&p),
        edits: p.may(Permission::MembersEdit),
        p,
        f,
        total,
        list,
        own,
        organisations,
        beneficiaries,
        states,
        proposes,
    })
}

#[derive(Template)]
#[template(path = "directory/member.html")]
struct OnePage {
    p: Page,
    m: Membership,
    former: bool,
    word: &'static str,
    badge: &'static str,
    history: Option<Vec<HistoryLine>>,
    edits: bool,
    /// Proposed by the reader, who may take it back.
    proposed: bool,
    /// The reader's own, taken over from somebody.
    handover: bool,
    due: Option<chrono::NaiveDate>,
}

impl OnePage {
    fn title(&self) -> String {
        let of = self.m.organisation.clone().or_else(|| self.m.beneficiary.as_ref().map(|(_, name)| name.clone()));
        let shown = Person { name: Some(self.m.draft.name.clone()), of, former: self.former }.shown(&self.p);
        // it stands alone here: "a former member of …" begins a title
        let mut letters = shown.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// What is told of whoever has left, to others: what they did, and no way to reach them.
    fn open(&self) -> bool {
        !self.former || self.edits
    }
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let key: MembershipId = id(&key)?;
    let sight = sight(&member);
    let m = store::load(&mut tx, key, &sight).await?;
    let scope = scope(&m.draft);
    let history = match member.may(Permission::HistorySee, &scope) {
        true => Some(history(&mut tx, Subject::Membership, key.0, p.today).await?),
        false => None,
    };
    let (word, badge) = standing(m.state, m.draft.starts_on, m.draft.ends_on, p.today);
    let own = sight.mine.contains(&key.0);
    let edits = p.may(Permission::MembersEdit);
    html(&OnePage {
        former: m.is_former(p.today),
        word,
        badge,
        history,
        edits,
        proposed: m.state == MemberState::Proposed
            && m.proposed_by.as_ref().is_some_and(|(by, _)| sight.mine.contains(&by.0)),
        handover: m.predecessor.is_some() && (own || edits),
        due: (m.draft.focal_point && !m.is_former(p.today))
            .then(|| super::model::list_due(m.list_confirmed_at, m.draft.starts_on)),
        m,
        p,
    })
}

//! Needs and what answers them.

use axum::extract::Path;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::actions;
use super::answer::{self, Answered, Strict};
use super::auth::Called;
use super::places::{Beneficiary, beneficiaries_of, cut, rows};
use super::problem::{Fault, Kind};
use super::shape::{Listed, Named, One, Partial, lists, shapes};
use crate::features::needs::{self, Coverage, Filter, Line, NeedType, Perspective, Priority, ResponseState, State};
use crate::kernel::db::Frame;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, NeedId};
use crate::kernel::permit::Handling;

lists!(Perspective, Priority, State, ResponseState, needs::Sort);

shapes! {
    /// A need, as a list has it.
    NeedLine {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// The beneficiary that has it.
        beneficiary: Option<Beneficiary>,
        /// The mapping cycle.
        cycle: String,
        /// The measure that it stands under.
        measure: Option<String>,
        /// The key of its pillar.
        pillar: Option<String>,
        /// Its theme.
        theme: Option<String>,
        /// What kind of need it is.
        r#type: Option<One<NeedType>>,
        /// Prevention or response.
        perspective: Option<One<Perspective>>,
        /// How urgent it is.
        priority: Option<One<Priority>>,
        /// By when it should be met.
        by_when: Option<Partial>,
        /// Who sees it.
        handling: One<Handling>,
        /// Where it stands.
        state: One<State>,
        /// How far it is covered, as it was judged last.
        coverage: Option<One<Coverage>>,
        /// Actions that answer it, confirmed by the beneficiary, as far as the reader sees them.
        confirmed_responses: i64,
        /// Actions that are proposed.
        proposed_responses: i64,
    }
    /// A round in which the beneficiaries state their needs.
    Cycle {
        /// Its id.
        id: Uuid,
        /// Its name.
        name: String,
        /// The first of its years.
        first_year: i16,
        /// The last of its years.
        last_year: i16,
        /// Whether needs can be written into it.
        open: bool,
    }
    /// What a beneficiary says it needs.
    Need {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// What is needed.
        body: String,
        /// The beneficiary that has it.
        beneficiary: Option<Beneficiary>,
        /// The mapping cycle.
        cycle: Named,
        /// The measure that it stands under, where the reader sees its plan.
        node: Option<Named>,
        /// Its theme.
        theme: Option<Named>,
        /// What kind of need it is.
        r#type: Option<One<NeedType>>,
        /// Prevention or response.
        perspective: Option<One<Perspective>>,
        /// How urgent it is.
        priority: Option<One<Priority>>,
        /// By when it should be met.
        by_when: Option<Partial>,
        /// The language of what follows.
        own_language: Option<String>,
        /// The title in the beneficiary's own language.
        own_title: String,
        /// The text in the beneficiary's own language.
        own_body: String,
        /// What there is already.
        exists_already: String,
        /// What the need is known from.
        evidence: String,
        /// Who sees it.
        handling: One<Handling>,
        /// Organisations that it is shown to at the levels `parties` and `restricted`.
        shown_to: Vec<Named>,
        /// Where it stands.
        state: One<State>,
        /// The secretariat wrote it for its beneficiary.
        on_behalf: bool,
        /// When it was submitted.
        submitted_at: Option<DateTime<Utc>>,
        /// How far it is covered, as it was judged last.
        coverage: Option<One<Coverage>>,
        /// When it was changed last.
        updated_at: DateTime<Utc>,
    }
    /// An action that answers a need.
    Response {
        /// Its id.
        id: Uuid,
        /// Where it stands.
        state: One<ResponseState>,
        /// The need.
        need: Named,
        /// The action.
        action: Named,
        /// What of the need the action answers.
        how: String,
        /// What the beneficiary answered.
        answer: String,
    }
}

fn beneficiary(frame: &Frame, id: crate::kernel::ids::BeneficiaryId) -> Option<Beneficiary> {
    beneficiaries_of(frame, &[id]).pop()
}

fn line(frame: &Frame, l: Line) -> NeedLine {
    NeedLine {
        id: l.id.0,
        title: l.title,
        beneficiary: beneficiary(frame, l.beneficiary),
        cycle: l.cycle,
        measure: l.measure,
        pillar: l.pillar_key,
        theme: l.theme,
        r#type: l.need_type.map(|v| One::new(v.as_str())),
        perspective: l.perspective.map(|v| One::new(v.as_str())),
        priority: l.priority.map(|v| One::new(v.as_str())),
        by_when: l.by_when.map(|d| Partial(d.to_string())),
        handling: One::new(l.handling.as_str()),
        state: One::new(l.state.as_str()),
        coverage: l.coverage.map(|v| One::new(v.as_str())),
        confirmed_responses: l.confirmed,
        proposed_responses: l.proposed,
    }
}

/// A need as it is answered.
pub fn shown(frame: &Frame, n: &needs::Need) -> Need {
    Need {
        id: n.id.0,
        title: n.title.clone(),
        body: n.body.clone(),
        beneficiary: beneficiary(frame, n.beneficiary),
        cycle: Named { id: n.cycle.id.0, name: n.cycle.name.clone() },
        node: n.measure.as_ref().map(|m| Named { id: m.id.0, name: m.title.clone() }),
        theme: n.theme.as_ref().map(|t| Named { id: t.id.0, name: t.name.clone() }),
        r#type: n.need_type.map(|v| One::new(v.as_str())),
        perspective: n.perspective.map(|v| One::new(v.as_str())),
        priority: n.priority.map(|v| One::new(v.as_str())),
        by_when: n.by_when.map(|d| Partial(d.to_string())),
        own_language: n.own_language.clone(),
        own_title: n.own_title.clone(),
        own_body: n.own_body.clone(),
        exists_already: n.exists_already.clone(),
        evidence: n.evidence.clone(),
        handling: One::new(n.handling.as_str()),
        shown_to: n.shown_to.iter().map(|o| Named { id: o.id.0, name: o.name.clone() }).collect(),
        state: One::new(n.state.as_str()),
        on_behalf: n.on_behalf,
        submitted_at: n.submitted_at,
        coverage: n.judgement().map(|j| One::new(j.coverage.as_str())),
        updated_at: n.updated_at,
    }
}

/// A response as it is answered.
pub fn response(need: &needs::Need, r: &needs::Response) -> Response {
    Response {
        id: r.id.0,
        state: One::new(r.state.as_str()),
        need: Named { id: need.id.0, name: need.title.clone() },
        action: Named { id: r.action.0, name: r.title.clone() },
        how: r.how.clone(),
        answer: r.answer.clone(),
    }
}

/// The page's filter leaves out what it does not know; a program is told.
fn check(f: &mut Fields, filter: &Filter) {
    let known = [
        ("beneficiary", filter.beneficiary.is_some()),
        ("cycle", filter.cycle.is_some()),
        ("type", filter.need_type.is_some()),
        ("perspective", filter.perspective.is_some()),
        ("priority", filter.priority.is_none() || filter.priority.one().is_some()),
        ("coverage", filter.coverage.is_none() || filter.coverage.one().is_some()),
        ("pillar", filter.pillar.is_none() || filter.pillar.one().is_some()),
        ("node", filter.node.is_none() || filter.node.one().is_some()),
        ("theme", filter.theme.is_none() || filter.theme.one().is_some()),
        ("objective", filter.objective.is_some()),
        ("state", filter.state.is_some()),
        ("answered", filter.answered.is_some()),
        ("current", f.value("current") == "all"),
        ("sort", filter.sort.is_some()),
    ];
    for (name, _) in known.iter().filter(|(_, known)| !known) {
        if f.is_set(name) {
            f.fail(name, Message::new("field-not-in-list"));
        }
    }
    // text the database cannot hold
    f.text("q", 300);
}

pub async fn cycles(mut called: Called) -> Answered {
    let all = needs::cycles(&mut called.inside.tx).await?;
    let cycle = |c: needs::Cycle| Cycle {
        id: c.id.0,
        open: c.is_open(),
        name: c.name,
        first_year: c.first_year,
        last_year: c.last_year,
    };
    answer::json(&Listed { items: all.into_iter().map(cycle).collect::<Vec<_>>(), next: None })
}

const STRICT: Strict = Strict {
    dates: &[],
    ids: &["cycle", "objective"],
    numbers: &[],
    lists: &["type", "perspective", "priority", "coverage", "state", "answered", "current", "sort"],
};

pub async fn list(mut called: Called) -> Answered {
    let fields = &mut called.inside.fields;
    answer::strict(fields, &STRICT);
    let (limit, after) = (answer::limit(fields), answer::after(fields));
    let filter = Filter::read(&called.inside.page, fields);
    check(fields, &filter);
    answer::sound(fields)?;
    let mut lines = needs::lines(&mut called.inside.tx, &filter, after.map(NeedId), rows(limit)).await?;
    // what a cursor stands for has left the list: whoever went on would take that for its end
    if lines.is_empty() && after.is_some() {
        return Err(Fault::new(Kind::Gone, "api-detail-cursor-gone"));
    }
    let next = cut(&mut lines, limit, |l| l.id);
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let items: Vec<NeedLine> = lines.into_iter().map(|l| line(frame, l)).collect();
    answer::json(&Listed { items, next })
}

pub async fn one(Path(id): Path<String>, mut called: Called) -> Answered {
    let need = needs::find(&mut called.inside, &id).await?;
    let noted = needs::note_reading(&mut called.inside, &need).await?;
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let response = answer::record(&called.headers, &shown(frame, &need))?;
    if noted {
        called.inside.tx.commit().await?;
    }
    Ok(response)
}

pub async fn responses(Path(id): Path<String>, mut called: Called) -> Answered {
    let need = needs::find(&mut called.inside, &id).await?;
    let noted = needs::note_reading(&mut called.inside, &need).await?;
    let items: Vec<Response> = need.responses.iter().map(|r| response(&need, r)).collect();
    let response = answer::json(&Listed { items, next: None })?;
    if noted {
        called.inside.tx.commit().await?;
    }
    Ok(response)
}

pub async fn of_action(Path(id): Path<String>, mut called: Called) -> Answered {
    let record = actions::find(&mut called, &id).await?;
    let id: ActionId = record.id;
    let answered = needs::answered_by(&mut called.inside.tx, id).await?;
    let items: Vec<Response> = answered
        .into_iter()
        .map(|a| Response {
            id: a.id.0,
            state: One::new(a.state.as_str()),
            need: Named { id: a.need.0, name: a.title },
            action: Named { id: id.0, name: record.title.clone() },
            how: a.how,
            answer: a.answer,
        })
        .collect();
    answer::json(&Listed { items, next: None })
}

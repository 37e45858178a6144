//! The beneficiaries' own strategies with their objectives and the themes that these lead to; and the code tables that
//! themes, objectives and files of IATI take their codes from.

use axum::extract::Path;
use uuid::Uuid;

use super::answer::{self, Answered};
use super::auth::Called;
use super::places::{Beneficiary, beneficiaries_of, cut};
use super::problem::Fault;
use super::shape::{Listed, Named, One, Partial, lists, shapes};
use crate::features::codes;
use crate::features::directory::{self, StrategyBrief, StrategyObjective, StrategyStatus};
use crate::kernel::db::Frame;
use crate::kernel::i18n::Message;
use crate::kernel::ids::StrategyId;

lists!(StrategyStatus);

shapes! {
    /// A beneficiary's own strategy, as a list has it.
    StrategyLine {
        /// Its id.
        id: Uuid,
        /// Whose it is.
        beneficiary: Option<Beneficiary>,
        /// Its title.
        title: String,
        /// The language of its own title.
        own_language: Option<String>,
        /// The title in the beneficiary's own language.
        own_title: String,
        /// From when.
        starts: Option<Partial>,
        /// Until when.
        ends: Option<Partial>,
        /// Where it stands.
        status: Option<One<StrategyStatus>>,
        /// Where it is published.
        url: Option<String>,
        /// It is no longer in use.
        retired: bool,
    }
    /// A part of a strategy.
    Objective {
        /// Its id: what the filter of needs names it by.
        id: Uuid,
        /// Its number in the strategy, such as 2.1.
        number: Option<String>,
        /// Its title.
        title: String,
        /// The OECD-DAC purpose codes that it maps to.
        dac_codes: Vec<String>,
        /// The themes that it is mapped to.
        themes: Vec<Named>,
        /// The keys of all themes that it leads to: those named, and those that share a purpose code.
        reached: Vec<String>,
        /// It is no longer in use.
        retired: bool,
    }
    /// A beneficiary's own strategy with its parts.
    Strategy {
        /// Its id.
        id: Uuid,
        /// Whose it is.
        beneficiary: Option<Beneficiary>,
        /// Its title.
        title: String,
        /// The language of its own title.
        own_language: Option<String>,
        /// The title in the beneficiary's own language.
        own_title: String,
        /// From when.
        starts: Option<Partial>,
        /// Until when.
        ends: Option<Partial>,
        /// Where it stands.
        status: Option<One<StrategyStatus>>,
        /// Where it is published.
        url: Option<String>,
        /// Its parts in the order of their numbers, those no longer in use last.
        objectives: Vec<Objective>,
        /// It is no longer in use.
        retired: bool,
    }
    /// A code list of the IATI Standard or of the OECD-DAC.
    CodeTable {
        /// Its name, as the IATI Standard has it.
        name: String,
        /// Where in an activity its codes stand.
        places: Vec<String>,
        /// How many codes it has.
        codes: i64,
    }
    /// A code with its name.
    Code {
        /// The name of its table.
        table: String,
        /// The code.
        code: String,
        /// What it means.
        name: String,
    }
}

fn line(frame: &Frame, s: directory::Strategy) -> StrategyLine {
    StrategyLine {
        id: s.id.0,
        beneficiary: beneficiaries_of(frame, &[s.draft.beneficiary]).pop(),
        title: s.draft.title,
        own_language: s.draft.own_language,
        own_title: s.draft.own_title,
        starts: s.draft.starts.map(|d| Partial(d.to_string())),
        ends: s.draft.ends.map(|d| Partial(d.to_string())),
        status: s.draft.status.map(|v| One::new(v.as_str())),
        url: s.draft.url,
        retired: s.retired_at.is_some(),
    }
}

fn objective(o: StrategyObjective) -> Objective {
    Objective {
        id: o.id.0,
        number: Some(o.code).filter(|code| !code.is_empty()),
        title: o.title,
        dac_codes: o.codes,
        themes: o.themes.into_iter().map(|t| Named { id: t.id.0, name: t.name }).collect(),
        reached: o.reached,
        retired: o.retired_at.is_some(),
    }
}

pub async fn list(mut called: Called) -> Answered {
    let fields = &mut called.inside.fields;
    let (limit, after) = (answer::limit(fields), answer::after(fields));
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let code = fields.value("beneficiary").to_owned();
    let beneficiary = frame.beneficiaries.iter().find(|b| b.code == code).map(|b| b.id);
    if beneficiary.is_none() && !code.is_empty() {
        fields.fail("beneficiary", Message::new("field-not-in-list"));
    }
    answer::sound(fields)?;
    // a process has a few dozen: they are read at once, and given in stretches as what grows is
    let mut found: Vec<StrategyBrief> = directory::strategies(&mut called.inside.tx, beneficiary).await?;
    found.retain(|brief| after.is_none_or(|after| brief.strategy.id.0 > after));
    found.sort_by_key(|brief| brief.strategy.id.0);
    let next = cut(&mut found, limit, |brief| brief.strategy.id.0);
    let items: Vec<StrategyLine> = found.into_iter().map(|brief| line(frame, brief.strategy)).collect();
    answer::json(&Listed { items, next })
}

pub async fn one(Path(id): Path<String>, mut called: Called) -> Answered {
    let id = StrategyId(id.parse().map_err(|_| Fault::not_found())?);
    let found = directory::strategy(&mut called.inside.tx, id).await?;
    let objectives = directory::objectives(&mut called.inside.tx, Some(id), None).await?;
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let StrategyLine { id, beneficiary, title, own_language, own_title, starts, ends, status, url, retired } =
        line(frame, found);
    let objectives = objectives.into_iter().map(objective).collect();
    let strategy =
        Strategy { id, beneficiary, title, own_language, own_title, starts, ends, status, url, objectives, retired };
    answer::record(&called.headers, &strategy)
}

pub async fn code_tables(_: Called) -> Answered {
    let table = |t: &codes::Table| CodeTable {
        name: t.name.to_owned(),
        places: t.places.iter().map(|place| (*place).to_owned()).collect(),
        codes: i64::try_from(t.codes.len()).unwrap_or(i64::MAX),
    };
    answer::json(&Listed { items: codes::tables().iter().map(table).collect::<Vec<_>>(), next: None })
}

/// What a cursor of the codes is made of.
fn place(code: &Code) -> String {
    format!("{}:{}", code.table, code.code)
}

pub async fn codes(mut called: Called) -> Answered {
    let fields = &mut called.inside.fields;
    let limit = answer::limit(fields);
    let (words, cursor) = (fields.text("q", 300), fields.value("cursor").to_owned());
    let named = fields.value("table").to_owned();
    let tables = codes::tables().iter().filter(|t| named.is_empty() || t.name == named);
    let code = |table: &'static codes::Table, c: &'static codes::Code| Code {
        table: table.name.to_owned(),
        code: c.code.to_owned(),
        name: c.name.to_owned(),
    };
    let mut items: Vec<Code> =
        tables.flat_map(|table| table.like(&words).into_iter().map(move |c| code(table, c))).collect();
    if fields.has("table") && !codes::tables().iter().any(|t| t.name == named) {
        fields.fail("table", Message::new("field-not-in-list"));
    }
    if !cursor.is_empty() {
        match items.iter().position(|code| place(code) == cursor) {
            Some(at) => drop(items.drain(..=at)),
            None => fields.fail("cursor", Message::new("api-error-cursor")),
        }
    }
    answer::sound(fields)?;
    let next = cut(&mut items, limit, place);
    answer::json(&Listed { items, next })
}

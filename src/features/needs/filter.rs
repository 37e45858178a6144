//! What the list of needs is narrowed to: it stands in the address, and the files and the matrix lead to the same.

use super::model::{Coverage, NeedType, Perspective, Priority, State};
use crate::kernel::fold::fold_tokens;
use crate::kernel::form::Fields;
use crate::kernel::ids::{BeneficiaryId, CycleId, ObjectiveId, PillarId, PlanNodeId, ThemeId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;

closed_list! {
    /// How the list is ordered; the need's id makes each order total.
    Sort {
        Beneficiary = "beneficiary", "need-sort-beneficiary";
        Measure = "measure", "need-sort-measure";
        Priority = "priority", "need-sort-priority";
        ByWhen = "by_when", "need-sort-by-when";
        Updated = "updated", "need-sort-updated";
    }
}

/// The value of a filter for what is not stated, or not judged.
pub const NONE: &str = "none";

/// One thing that may be not stated: any, none, or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick<T> {
    #[default]
    Any,
    None,
    One(T),
}

impl<T: Copy> Pick<T> {
    pub fn one(self) -> Option<T> {
        match self {
            Pick::One(value) => Some(value),
            _ => None,
        }
    }
    pub fn is_none(self) -> bool {
        matches!(self, Pick::None)
    }
}

fn pick<T>(f: &Fields, name: &str, parse: impl Fn(&str) -> Option<T>) -> Pick<T> {
    match f.value(name) {
        NONE => Pick::None,
        text => parse(text).map_or(Pick::Any, Pick::One),
    }
}

/// What is asked for. What an address says that is none of these is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub beneficiary: Option<BeneficiaryId>,
    pub cycle: Option<CycleId>,
    pub need_type: Option<NeedType>,
    pub perspective: Option<Perspective>,
    pub priority: Pick<Priority>,
    pub coverage: Pick<Coverage>,
    pub pillar: Pick<PillarId>,
    /// A node, with all below it.
    pub node: Pick<PlanNodeId>,
    pub theme: Pick<ThemeId>,
    /// Of the themes that an objective of a beneficiary's strategy is mapped to.
    pub objective: Option<ObjectiveId>,
    /// What was submitted, where none is named.
    pub state: Option<State>,
    /// With a response that its beneficiary confirmed, or without.
    pub answered: Option<bool>,
    /// Without what was taken over into a later cycle.
    pub current: bool,
    pub words: Vec<String>,
    pub sort: Option<Sort>,
    /// Texts in full: for files.
    pub full: bool,
}

/// The names in the address.
const NAMES: [&str; 15] = [
    "q",
    "beneficiary",
    "cycle",
    "type",
    "perspective",
    "priority",
    "coverage",
    "pillar",
    "node",
    "theme",
    "objective",
    "answered",
    "state",
    "current",
    "sort",
];

impl Filter {
    pub fn read(p: &Page, f: &Fields) -> Self {
        let frame = p.frame();
        let code = f.value("beneficiary");
        let key = f.value("pillar");
        let pillar = |k: &str| frame.and_then(|x| x.pillars.iter().find(|l| l.key == k)).map(|l| l.id);
        Self {
            beneficiary: frame.and_then(|x| x.beneficiaries.iter().find(|b| b.code == code)).map(|b| b.id),
            cycle: f.value("cycle").parse().ok(),
            need_type: NeedType::parse(f.value("type")),
            perspective: Perspective::parse(f.value("perspective")),
            priority: pick(f, "priority", Priority::parse),
            coverage: pick(f, "coverage", Coverage::parse),
            pillar: if key == NONE { Pick::None } else { pillar(key).map_or(Pick::Any, Pick::One) },
            node: pick(f, "node", |t| t.parse().ok()),
            theme: pick(f, "theme", |t| t.parse().ok()),
            objective: f.value("objective").parse().ok(),
            state: State::parse(f.value("state")),
            answered: match f.value("answered") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            // a cycle that is named is shown as it was
            current: f.value("current") != "all" && !f.is_set("cycle"),
            words: fold_tokens(f.value("q")).into_iter().take(12).collect(),
            sort: Sort::parse(f.value("sort")),
            full: false,
        }
    }

    /// The submitted needs of one beneficiary in a cycle.
    pub fn of_cycle(cycle: CycleId, beneficiary: BeneficiaryId) -> Self {
        Self { cycle: Some(cycle), beneficiary: Some(beneficiary), sort: Some(Sort::Measure), ..Self::default() }
    }

    pub fn drafts_of(cycle: CycleId, beneficiary: BeneficiaryId) -> Self {
        Self { state: Some(State::Draft), ..Self::of_cycle(cycle, beneficiary) }
    }

    pub fn state(&self) -> State {
        self.state.unwrap_or(State::Submitted)
    }

    pub fn sort(&self) -> Sort {
        self.sort.unwrap_or(Sort::Beneficiary)
    }

    /// Whether anything but the order is asked for.
    pub fn is_narrow(&self) -> bool {
        let all = Self { sort: self.sort, full: self.full, current: self.current, ..Self::default() };
        *self != all
    }
}

/// The query of an address that asks for the same, with nothing else in it.
pub fn query(f: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in NAMES {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    query.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;

    fn read(query: &str) -> Filter {
        Filter::read(&Page::bare(Locale::default(), chrono::NaiveDate::default()), &Fields::decode(query.as_bytes()))
    }

    #[test]
    fn what_is_no_filter_is_none() {
        for text in ["", "type=x&priority=%00&coverage=&node=1&cycle=x&state=all&sort=rank&answered=maybe"] {
            assert!(!read(text).is_narrow(), "{text}");
        }
    }

    #[test]
    fn not_stated_can_be_asked_for() {
        let f = read("priority=none&coverage=none&node=none&type=legislative&answered=no");
        assert!(f.priority.is_none() && f.coverage.is_none() && f.node.is_none());
        assert_eq!((f.need_type, f.answered, f.state()), (Some(NeedType::Legislative), Some(false), State::Submitted));
    }

    #[test]
    fn the_query_holds_what_was_asked_and_nothing_else() {
        let f = Fields::decode("q=a+b&type=legislative&after=1&done=x&<b>=1".as_bytes());
        assert_eq!(query(&f), "q=a+b&type=legislative");
    }
}

//! The fields of a need as its form has them: read, filled, and told apart for the history.

use std::collections::BTreeMap;

use super::model::{LEVELS, Need, NeedType, Perspective, Priority};
use crate::features::plans::Outline;
use crate::kernel::date::PartialDate;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::history::{Change, Changes};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, CycleId, OrganisationId, PlanNodeId, ThemeId};
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

/// Every field of the form, in its order.
pub const FIELDS: [&str; 17] = [
    "beneficiary",
    "cycle",
    "title",
    "body",
    "own_language",
    "own_title",
    "own_body",
    "node",
    "theme",
    "type",
    "perspective",
    "priority",
    "by_when",
    "exists_already",
    "evidence",
    "handling",
    "shown_to",
];

/// Organisations that a need can be shown to.
const MOST_SHOWN: usize = 40;

/// The languages that a need can be written in besides English: the tag, and its own name.
pub const LANGUAGES: [(&str, &str); 14] = [
    ("sq", "Shqip"),
    ("bs", "Bosanski"),
    ("cnr", "Crnogorski"),
    ("hr", "Hrvatski"),
    ("mk", "Македонски"),
    ("sr-Latn", "Srpski"),
    ("sr-Cyrl", "Српски"),
    ("sl", "Slovenščina"),
    ("tr", "Türkçe"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("ro", "Română"),
    ("bg", "Български"),
];

/// The name of a language in itself; a tag that is none of ours stays a tag.
pub fn language(tag: &str) -> &str {
    LANGUAGES.iter().find(|(t, _)| *t == tag).map_or(tag, |(_, name)| name)
}

/// What can be chosen in the form, with the names of the ids.
pub struct Choices {
    pub cycles: Vec<(String, String)>,
    pub beneficiaries: Vec<(String, String)>,
    pub plans: Vec<Outline>,
    pub themes: Vec<(String, String)>,
    pub organisations: Vec<String>,
}

/// What a need says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub beneficiary: BeneficiaryId,
    pub cycle: CycleId,
    pub title: String,
    pub body: String,
    pub own_language: Option<String>,
    pub own_title: String,
    pub own_body: String,
    pub node: Option<PlanNodeId>,
    pub theme: Option<ThemeId>,
    pub need_type: Option<NeedType>,
    pub perspective: Option<Perspective>,
    pub priority: Option<Priority>,
    pub by_when: Option<PartialDate>,
    pub exists_already: String,
    pub evidence: String,
    pub handling: Handling,
    pub shown_to: Vec<OrganisationId>,
}

impl Sheet {
    /// What it is found by.
    pub fn search_text(&self) -> String {
        fold(&[&self.title, &self.body, &self.own_title, &self.own_body, &self.evidence].map(String::as_str).join(" "))
    }
}

/// The names that were typed, one a line, each once.
pub fn shown_names(f: &Fields) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in f.value("shown_to").lines().map(str::trim).filter(|l| !l.is_empty()) {
        if !all.iter().any(|known| known == line) {
            all.push(line.to_owned());
        }
    }
    all
}

/// Reads the form; `None` where a field is wrong. `named`: the organisations of the names that were typed. `own`: the
/// need that is changed: what it has already stays possible, and neither its beneficiary nor its cycle changes.
pub fn read(
    f: &mut Fields,
    p: &Page,
    choices: &Choices,
    named: &[(String, OrganisationId)],
    own: Option<&Need>,
) -> Option<Sheet> {
    let of = |options: &[(String, String)], text: &str| options.iter().any(|(value, _)| value == text);
    let (beneficiary, cycle) = match own {
        Some(need) => (Some(need.beneficiary), Some(need.cycle.id)),
        None => (
            f.required_choice("beneficiary", |t| of(&choices.beneficiaries, t).then(|| t.parse().ok()).flatten()),
            f.required_choice("cycle", |t| of(&choices.cycles, t).then(|| t.parse().ok()).flatten()),
        ),
    };
    let title = f.required("title", 300);
    let body = f.text("body", 20_000);
    let own_language = f.choice("own_language", |t| LANGUAGES.iter().find(|(tag, _)| *tag == t).map(|_| t.to_owned()));
    let own_title = f.text("own_title", 300);
    let own_body = f.text("own_body", 20_000);
    if own_language.is_none() && !(own_title.is_empty() && own_body.is_empty()) {
        f.fail("own_language", Message::new("need-error-language"));
    }
    let known = |id: PlanNodeId| {
        choices.plans.iter().flat_map(|o| &o.nodes).any(|n| n.id == id && n.last)
            || own.and_then(|n| n.measure.as_ref()).is_some_and(|m| m.id == id)
    };
    let node = f.choice("node", |t| t.parse().ok().filter(|id| known(*id)));
    let theme = f.choice("theme", |t| {
        let had = own.and_then(|n| n.theme.as_ref()).is_some_and(|h| h.id.to_string() == t);
        (had || of(&choices.themes, t)).then(|| t.parse().ok()).flatten()
    });
    let need_type = f.choice("type", NeedType::parse);
    let perspective = f.choice("perspective", Perspective::parse);
    let priority = f.choice("priority", Priority::parse);
    let by_when = f.date("by_when", p.today);
    let exists_already = f.text("exists_already", 20_000);
    let evidence = f.text("evidence", 20_000);
    let handling = f.required_choice("handling", |t| Handling::parse(t).filter(|h| LEVELS.contains(h)));
    let typed = shown_names(f);
    if typed.len() > MOST_SHOWN {
        f.fail("shown_to", Message::new("need-error-shown-many").with("most", MOST_SHOWN));
    }
    let mut shown_to = Vec::new();
    for name in typed {
        match named.iter().find(|(n, _)| *n == name) {
            Some((_, id)) if !shown_to.contains(id) => shown_to.push(*id),
            Some(_) => {}
            None => f.fail(
                "shown_to",
                Message::new("need-error-organisation").with("name", crate::kernel::i18n::excerpt(&name)),
            ),
        }
    }
    shown_to.sort();
    let sheet = Sheet {
        beneficiary: beneficiary?,
        cycle: cycle?,
        title,
        body,
        own_language,
        own_title,
        own_body,
        node,
        theme,
        need_type,
        perspective,
        priority,
        by_when,
        exists_already,
        evidence,
        handling: handling?,
        shown_to,
    };
    f.is_valid().then_some(sheet)
}

/// Puts a need into a form.
pub fn fill(f: &mut Fields, need: &Need) {
    f.set("beneficiary", need.beneficiary);
    f.set("cycle", need.cycle.id);
    f.set("title", &need.title);
    f.set("body", &need.body);
    f.set("own_language", need.own_language.as_deref().unwrap_or_default());
    f.set("own_title", &need.own_title);
    f.set("own_body", &need.own_body);
    f.set("node", need.measure.as_ref().map(|m| m.id.to_string()).unwrap_or_default());
    f.set("theme", need.theme.as_ref().map(|t| t.id.to_string()).unwrap_or_default());
    f.set("type", need.need_type.map(NeedType::as_str).unwrap_or_default());
    f.set("perspective", need.perspective.map(Perspective::as_str).unwrap_or_default());
    f.set("priority", need.priority.map(Priority::as_str).unwrap_or_default());
    f.set("by_when", need.by_when.map(|d| d.to_string()).unwrap_or_default());
    f.set("exists_already", &need.exists_already);
    f.set("evidence", &need.evidence);
    f.set("handling", need.handling.as_str());
    f.set("shown_to", need.shown_to.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join("\n"));
}

impl Choices {
    /// A node as it is chosen: its code and title.
    fn node(&self, id: &str, own: Option<&Need>) -> Option<String> {
        let found = self.plans.iter().flat_map(|o| &o.nodes).find(|n| n.id.to_string() == id);
        let had = own.and_then(|n| n.measure.as_ref()).filter(|m| m.id.to_string() == id);
        found.map(|n| format!("{} {}", n.code, n.title)).or_else(|| had.map(|m| m.title.clone()))
    }

    /// A value of a field in the reader's words.
    pub fn words(&self, p: &Page, own: Option<&Need>, field: &str, value: &str) -> String {
        let listed = |options: &[(String, String)]| options.iter().find(|(v, _)| v == value).map(|(_, n)| n.clone());
        let label = |key: Option<&'static str>| key.map(|k| p.t(k));
        let found = match field {
            "beneficiary" => value.parse().ok().map(|id| p.beneficiary_name(&id)),
            "cycle" => listed(&self.cycles).or_else(|| own.map(|n| n.cycle.label())),
            "node" => self.node(value, own),
            "theme" => listed(&self.themes).or_else(|| own.and_then(|n| n.theme.as_ref()).map(|t| t.name.clone())),
            "type" => label(NeedType::parse(value).map(NeedType::label)),
            "perspective" => label(Perspective::parse(value).map(Perspective::label)),
            "priority" => label(Priority::parse(value).map(Priority::label)),
            "handling" => label(Handling::parse(value).map(Handling::label)),
            "by_when" => value.parse::<PartialDate>().ok().map(|d| p.date(&d)),
            "own_language" => Some(language(value).to_owned()),
            _ => None,
        };
        found.unwrap_or_else(|| value.to_owned())
    }
}

/// The values of every field, in words, of a form that was read.
pub type Facts = BTreeMap<&'static str, Vec<String>>;

/// What a form says, field by field, in the reader's words.
pub fn facts(p: &Page, choices: &Choices, own: Option<&Need>, f: &Fields) -> Facts {
    let mut all = Facts::new();
    for field in FIELDS {
        let typed = match field {
            "shown_to" => shown_names(f),
            _ => Some(f.value(field).trim().replace("\r\n", "\n")).filter(|v| !v.is_empty()).into_iter().collect(),
        };
        let date =
            |v: &String| crate::kernel::date::parse_input(v, p.today).map_or_else(|_| v.clone(), |d| d.to_string());
        let typed: Vec<String> = if field == "by_when" { typed.iter().map(date).collect() } else { typed };
        all.insert(field, typed.iter().map(|v| choices.words(p, own, field, v)).collect());
    }
    all
}

/// What has changed between two.
pub fn changes(before: &Facts, after: &Facts) -> Changes {
    let empty = Vec::new();
    let of = |facts: &Facts, field: &str| facts.get(field).unwrap_or(&empty).clone();
    FIELDS
        .iter()
        .map(|field| (*field, of(before, field), of(after, field)))
        .filter(|(_, from, to)| from != to)
        .map(|(field, from, to)| (field.to_owned(), Change { from, to }))
        .collect()
}

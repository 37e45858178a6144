//! Actions with all that hangs on them.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use concert::kernel::fold::fold;
use uuid::Uuid;

use super::chance::Chance;
use super::people::Process;
use super::table::{Cell, Table, row};
use super::texts::Texts;

pub struct ActionTables {
    action: Table,
    party: Table,
    beneficiary: Table,
    pillar: Table,
    theme: Table,
    disclosure: Table,
    contribution: Table,
    remark: Table,
    suggestion: Table,
    history: Table,
}

impl ActionTables {
    pub const fn new() -> Self {
        Self {
            action: Table::new(
                "action",
                "process_id, id, reporting_id, title, description, status, handling, planned_start, planned_start_precision, \
                 planned_end, planned_end_precision, actual_start, actual_start_precision, actual_end, actual_end_precision, \
                 parent_id, theme_text, reference, source_url, stated_total, stated_currency, claim, reported_by_id, \
                 open_to_support_group, last_confirmed_at, last_confirmed_by_id, merged_into_id, version, created_at, \
                 created_by_id, updated_at, updated_by_id, search_title, search_text",
            ),
            party: Table::new("action_party", "process_id, action_id, organisation_id, role, position"),
            beneficiary: Table::new("action_beneficiary", "process_id, action_id, beneficiary_id, share"),
            pillar: Table::new("action_pillar", "process_id, action_id, pillar_id"),
            theme: Table::new("action_theme", "process_id, action_id, theme_id"),
            disclosure: Table::new("action_disclosure", "process_id, action_id, organisation_id, by_membership_id"),
            contribution: Table::new(
                "contribution",
                "process_id, id, action_id, kind, amount, currency, value_date, value_date_precision, provider_id, receiver_id, created_at",
            ),
            remark: Table::new("remark", "process_id, id, action_id, by_membership_id, text, handling, at"),
            suggestion: Table::new(
                "suggestion",
                "process_id, id, action_id, by_membership_id, base_version, changes, state, at",
            ),
            history: Table::new(
                "history",
                "process_id, id, at, by_membership_id, subject_kind, subject_id, event, changes",
            ),
        }
    }

    pub fn all(&mut self) -> [&mut Table; 10] {
        [
            &mut self.action,
            &mut self.party,
            &mut self.beneficiary,
            &mut self.pillar,
            &mut self.theme,
            &mut self.disclosure,
            &mut self.contribution,
            &mut self.remark,
            &mut self.suggestion,
            &mut self.history,
        ]
    }
}

const STATUSES: [(u64, Option<&str>); 8] = [
    (35, Some("ongoing")),
    (35, Some("completed")),
    (8, Some("planned")),
    (6, Some("pipeline")),
    (6, Some("funded")),
    (2, Some("suspended")),
    (3, Some("cancelled")),
    (5, None),
];
const LEVELS: [(u64, &str); 4] = [(45, "public"), (40, "members"), (10, "parties"), (5, "restricted")];
const CURRENCIES: [(u64, &str); 6] = [(70, "EUR"), (16, "USD"), (4, "CHF"), (4, "SEK"), (3, "NOK"), (3, "GBP")];
const PRECISIONS: [(u64, &str); 3] = [(60, "day"), (20, "month"), (20, "year")];

/// A partial date as it is stored: the first day of the stated period.
struct Stated(Option<(NaiveDate, &'static str)>);

impl Stated {
    fn from(day: NaiveDate, chance: &mut Chance) -> Self {
        let precision = chance.weighed(&PRECISIONS, "day");
        let first = match precision {
            "year" => NaiveDate::from_ymd_opt(day.year(), 1, 1),
            "month" => NaiveDate::from_ymd_opt(day.year(), day.month(), 1),
            _ => Some(day),
        };
        Self(first.map(|first| (first, precision)))
    }
    fn if_so(so: bool, day: NaiveDate, chance: &mut Chance) -> Self {
        if so { Self::from(day, chance) } else { Self(None) }
    }
    fn cells(&self) -> [Cell<'static>; 2] {
        [self.0.map(|(day, _)| day).into(), self.0.map(|(_, precision)| precision).into()]
    }
}

/// Makes the actions of a process one after another.
pub struct Actions<'a> {
    pub process: &'a Process,
    pub texts: &'a Texts,
    /// The day on which all of it was true.
    pub today: DateTime<Utc>,
    /// Some of those made so far: parents.
    pub earlier: Vec<Uuid>,
}

/// The links of one action.
struct Links {
    parties: Vec<(Uuid, &'static str)>,
    beneficiaries: Vec<Uuid>,
    pillars: Vec<Uuid>,
    themes: Vec<Uuid>,
    disclosures: Vec<Uuid>,
}

impl Actions<'_> {
    pub fn make(&mut self, chance: &mut Chance, into: &mut ActionTables) {
        let created = chance.moment(self.today - TimeDelta::days(7 * 365), self.today - TimeDelta::days(1));
        let id = chance.id(created);
        let level = chance.weighed(&LEVELS, "members");
        let links = self.links(level, chance);
        let Some(reporting) = links.parties.first().map(|(id, _)| *id) else { return };
        self.action(id, created, level, reporting, chance, into);
        self.trail(id, created, &links, chance, into);

        let process = self.process.id;
        for (i, (organisation, role)) in links.parties.iter().enumerate() {
            row!(into.party; process, id, *organisation, *role, i);
        }
        let shared = chance.percent(30) && links.beneficiaries.len() > 1;
        let share = i64::try_from(100 / links.beneficiaries.len().max(1)).unwrap_or(0);
        for beneficiary in &links.beneficiaries {
            row!(into.beneficiary; process, id, *beneficiary, shared.then_some(share));
        }
        for pillar in &links.pillars {
            row!(into.pillar; process, id, *pillar);
        }
        for theme in &links.themes {
            row!(into.theme; process, id, *theme);
        }
        if let Some(by) = self.process.members.first() {
            for organisation in &links.disclosures {
                row!(into.disclosure; process, id, *organisation, by.id);
            }
        }
        if chance.percent(10) {
            self.earlier.push(id);
        }
    }

    fn links(&self, level: &str, chance: &mut Chance) -> Links {
        let mut parties: Vec<(Uuid, &'static str)> = Vec::new();
        let wanted = 2 + chance.below(5);
        let roles = ["funding", "implementing", "extending", "implementing", "accountable", "lead"];
        for i in 0..wanted {
            let role = if i < 2 { roles.get(i) } else { chance.one(&roles) };
            let organisation = chance.skewed(&self.process.organisations).copied();
            if let (Some(organisation), Some(role)) = (organisation, role)
                && !parties.contains(&(organisation, *role))
                // some donors and implementers are not known
                && !chance.percent(3)
            {
                parties.push((organisation, role));
            }
        }
        if parties.is_empty()
            && let Some(organisation) = chance.skewed(&self.process.organisations)
        {
            parties.push((*organisation, "lead"));
        }
        let several = |ids: &[Uuid], n: usize, chance: &mut Chance| {
            let mut chosen: Vec<Uuid> = (0..n).filter_map(|_| chance.one(ids).copied()).collect();
            chosen.sort();
            chosen.dedup();
            chosen
        };
        let all: Vec<Uuid> = self.process.beneficiaries.iter().map(|(id, _)| *id).collect();
        let beneficiaries = match chance.below(100) {
            0..4 => Vec::new(),
            4..24 => all,
            24..44 => several(&all, 2 + chance.below(2), chance),
            _ => several(&all, 1, chance),
        };
        let pillars = chance.weighed(&[(8, 0), (80, 1), (12, 2)], 1);
        let themes = chance.below(4);
        Links {
            beneficiaries,
            pillars: several(&self.process.pillars, pillars, chance),
            themes: several(&self.process.themes, themes, chance),
            disclosures: match level {
                "restricted" if chance.percent(15) => several(&self.process.organisations, 1, chance),
                _ => Vec::new(),
            },
            parties,
        }
    }

    fn action(
        &self,
        id: Uuid,
        created: DateTime<Utc>,
        level: &str,
        reporting: Uuid,
        chance: &mut Chance,
        into: &mut ActionTables,
    ) {
        let process = self.process;
        let nowhere = (Uuid::nil(), "the region".to_owned());
        let place = chance.one(&process.beneficiaries).unwrap_or(&nowhere);
        let text = self.texts.make(chance, &place.1);
        let status = chance.weighed(&STATUSES, None);

        let today = self.today.date_naive();
        let (from, days) = match status {
            Some("completed" | "cancelled") => (today - TimeDelta::days(12 * 365), 9 * 365),
            Some("planned" | "pipeline" | "funded") => (today, 2 * 365),
            _ => (today - TimeDelta::days(4 * 365), 4 * 365 - 30),
        };
        let starts = chance.day(from, days);
        let ends = starts + TimeDelta::days(chance.between(180, 5 * 365));
        let begun = starts <= today && chance.percent(70);
        let over = matches!(status, Some("completed")) && chance.percent(80);
        let planned = chance.percent(90);
        let (planned_start, planned_end) =
            (Stated::if_so(planned, starts, chance), Stated::if_so(planned && chance.percent(95), ends, chance));
        let (actual_start, actual_end) =
            (Stated::if_so(begun, starts, chance), Stated::if_so(over, ends.min(today), chance));

        let total = chance.percent(75).then(|| amount(chance));
        let claimed = chance.percent(2);
        let by = |role: &str, chance: &mut Chance| {
            let of: Vec<Uuid> = process.members.iter().filter(|m| m.role == role).map(|m| m.id).collect();
            chance.one(&of).copied()
        };
        let reported_by = if claimed { by("beneficiary", chance) } else { None };
        let author = by("partner", chance);
        let updated = if chance.percent(60) { chance.moment(created, self.today) } else { created };
        let confirmed =
            chance.percent(60).then(|| chance.moment(created.max(self.today - TimeDelta::days(700)), self.today));
        let merged = if chance.below(300) == 0 { chance.one(&self.earlier).copied() } else { None };
        let parent = if chance.percent(8) { chance.one(&self.earlier).copied() } else { None };
        let reference =
            if chance.percent(50) { format!("XM-DAC-7-{}", chance.below(9_999_999)) } else { String::new() };
        let theme_text = if chance.percent(40) { "Internal security" } else { "" };
        let url = chance.percent(60).then(|| format!("https://example.org/activities/{id}"));

        let folded = fold(&[text.title.as_str(), &text.description, &reference, theme_text, ""].join(" "));
        let [ps, psp] = planned_start.cells();
        let [pe, pep] = planned_end.cells();
        let [s, sp] = actual_start.cells();
        let [e, ep] = actual_end.cells();
        row!(into.action; process.id, id, reporting, &text.title, &text.description, status, level, ps, psp, pe, pep, s, sp, e, ep,
            parent, theme_text, &reference, url, total.as_ref(), total.as_ref().map(|_| chance.weighed(&CURRENCIES, "EUR")),
            if claimed { "unconfirmed" } else { "confirmed" }, reported_by, level == "restricted" && chance.percent(30),
            confirmed, confirmed.and(author), merged, if updated > created { 2_usize } else { 1 }, created, author, updated, author,
            fold(&text.title), folded);
    }

    /// Money, remarks, suggestions, history.
    fn trail(&self, id: Uuid, created: DateTime<Utc>, links: &Links, chance: &mut Chance, into: &mut ActionTables) {
        let process = self.process.id;
        let funder = links.parties.iter().find(|(_, role)| *role == "funding").map(|(id, _)| *id);
        let receiver = links.parties.iter().find(|(_, role)| *role == "implementing").map(|(id, _)| *id);
        // five on average: half a million of the large process
        for _ in 0..chance.below(11) {
            let kind =
                chance.weighed(&[(30, "planned"), (30, "committed"), (30, "disbursed"), (10, "spent")], "planned");
            let [day, precision] = Stated::from(chance.day(created.date_naive(), 900), chance).cells();
            // some of it is passed on
            let (provider, receiver) = match chance.below(100) {
                0..60 => (funder, receiver),
                60..75 => (receiver, links.parties.last().map(|(id, _)| *id)),
                _ => (None, receiver),
            };
            row!(into.contribution; process, chance.id(created), id, kind, amount(chance), chance.weighed(&CURRENCIES, "EUR"), day, precision,
                provider, receiver, created);
        }
        let members: Vec<Uuid> = self.process.members.iter().map(|m| m.id).collect();
        let Some(by) = chance.one(&members).copied() else { return };
        row!(into.history; process, chance.id(created), created, by, "action", id, "created", "{}");
        if chance.percent(50) {
            let at = chance.moment(created, self.today);
            row!(into.history; process, chance.id(at), at, by, "action", id, "edited", r#"{"status": {"from": ["planned"], "to": ["ongoing"]}}"#);
        }
        if chance.percent(5) {
            let at = chance.moment(created, self.today);
            row!(into.remark; process, chance.id(at), id, by, "Is this the phase that we spoke of in the spring?", "members", at);
        }
        if chance.percent(1) {
            let at = chance.moment(created, self.today);
            let state = if chance.percent(30) { "open" } else { "accepted" };
            row!(into.suggestion; process, chance.id(at), id, by, 1_usize, r#"{"status": {"from": ["planned"], "to": ["ongoing"]}}"#, state, at);
        }
    }
}

fn amount(chance: &mut Chance) -> String {
    let whole = 50_000.0 * (600.0_f64).powf(chance.unit());
    if chance.percent(20) { format!("{whole:.2}") } else { format!("{:.0}000", whole / 1000.0) }
}

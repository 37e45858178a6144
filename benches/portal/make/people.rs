//! A process before its actions: organisations, pillars, beneficiaries, themes, members.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use concert::kernel::fold::fold;
use uuid::Uuid;

use super::chance::Chance;
use super::seed::Seed;
use super::table::{Table, row};
use super::texts::Texts;

/// How many of what a process has.
#[derive(Clone, Copy)]
pub struct Size {
    pub actions: usize,
    /// Besides those of the seed.
    pub organisations: usize,
    pub members: usize,
}

/// The ids that actions refer to.
pub struct Process {
    pub id: Uuid,
    pub slug: String,
    pub size: Size,
    pub pillars: Vec<Uuid>,
    pub beneficiaries: Vec<(Uuid, String)>,
    pub themes: Vec<Uuid>,
    pub organisations: Vec<Uuid>,
    pub members: Vec<Member>,
}

pub struct Member {
    pub id: Uuid,
    pub role: String,
    pub organisation: Option<Uuid>,
    pub beneficiary: Option<Uuid>,
}

pub struct PeopleTables {
    process: Table,
    account: Table,
    organisation: Table,
    pillar: Table,
    pillar_lead: Table,
    beneficiary: Table,
    theme: Table,
    membership: Table,
    membership_pillar: Table,
}

impl PeopleTables {
    pub const fn new() -> Self {
        Self {
            process: Table::new("process", "id, slug, name, short_name, tagline, footnotes, example, public"),
            account: Table::new("account", "id, email, password_hash, password_changed_at"),
            organisation: Table::new(
                "organisation",
                "process_id, id, name, short_name, kind, level, seat, member_from, search_text",
            ),
            pillar: Table::new("pillar", "process_id, id, key, name, position"),
            pillar_lead: Table::new("pillar_lead", "process_id, id, pillar_id, organisation_id, starts_on"),
            beneficiary: Table::new("beneficiary", "process_id, id, code, name, note, position, search_text"),
            theme: Table::new("theme", "process_id, id, key, name, dac_codes, position"),
            membership: Table::new(
                "membership",
                "process_id, id, account_id, name, post, role, organisation_id, beneficiary_id, starts_on, ends_on, state, focal_point, speaks_for_from",
            ),
            membership_pillar: Table::new("membership_pillar", "process_id, membership_id, pillar_id"),
        }
    }

    pub fn all(&mut self) -> [&mut Table; 9] {
        [
            &mut self.process,
            &mut self.account,
            &mut self.organisation,
            &mut self.pillar,
            &mut self.pillar_lead,
            &mut self.beneficiary,
            &mut self.theme,
            &mut self.membership,
            &mut self.membership_pillar,
        ]
    }
}

pub struct Founding<'a> {
    pub seed: &'a Seed,
    pub texts: &'a Texts,
    pub password_hash: &'a str,
    pub founded: DateTime<Utc>,
}

impl Founding<'_> {
    /// The process of the number; the first is the large one.
    pub fn found(&self, number: usize, size: Size, chance: &mut Chance, into: &mut PeopleTables) -> Process {
        let slug = format!("bench-{number}");
        let id = chance.id(self.founded);
        row!(into.process; id, &slug, format!("Measured process {number}"), format!("Bench {number}"),
            "Made of real titles and invented links, to be measured and not to be read", self.seed.footnotes.to_string(), true, true);
        let mut process = Process {
            id,
            slug,
            size,
            pillars: Vec::new(),
            beneficiaries: Vec::new(),
            themes: Vec::new(),
            organisations: Vec::new(),
            members: Vec::new(),
        };
        self.organisations(&mut process, chance, into);
        self.structure(&mut process, chance, into);
        self.members(&mut process, chance, into);
        process
    }

    fn organisations(&self, process: &mut Process, chance: &mut Chance, into: &mut PeopleTables) {
        let first = self.founded.date_naive();
        for (i, o) in self.seed.organisations.iter().enumerate() {
            let id = chance.id(self.founded);
            let names = format!("{} {}", o.name, o.short_name.clone().unwrap_or_default());
            row!(into.organisation; process.id, id, &o.name, o.short_name.as_ref(), &o.kind, o.level.as_ref(), o.seat.as_ref(),
                (i < 40).then_some(first), fold(&names));
            process.organisations.push(id);
        }
        for (name, kind) in self.texts.parties.iter().take(process.size.organisations) {
            let id = chance.id(self.founded);
            row!(into.organisation; process.id, id, name, None::<&str>, kind_of(kind), None::<&str>, None::<&str>, None::<NaiveDate>,
                fold(name));
            process.organisations.push(id);
        }
    }

    fn structure(&self, process: &mut Process, chance: &mut Chance, into: &mut PeopleTables) {
        for (i, p) in self.seed.pillars.iter().enumerate() {
            let id = chance.id(self.founded);
            row!(into.pillar; process.id, id, &p.key, &p.name, i);
            if let Some(lead) = process.organisations.get(i) {
                row!(into.pillar_lead; process.id, chance.id(self.founded), id, *lead, self.founded.date_naive());
            }
            process.pillars.push(id);
        }
        for (i, b) in self.seed.beneficiaries.iter().enumerate() {
            let id = chance.id(self.founded);
            row!(into.beneficiary; process.id, id, &b.code, &b.name, b.note.as_ref(), i, fold(&b.name));
            process.beneficiaries.push((id, b.name.clone()));
        }
        for (i, t) in self.seed.themes.iter().enumerate() {
            let id = chance.id(self.founded);
            let codes: Vec<&str> = t.dac.iter().map(|d| d.code.as_str()).collect();
            row!(into.theme; process.id, id, &t.key, &t.name, codes.as_slice(), i);
            process.themes.push(id);
        }
    }

    /// The seed's roles, then partners; some of whom are leaving.
    fn members(&self, process: &mut Process, chance: &mut Chance, into: &mut PeopleTables) {
        let starts = self.founded.date_naive();
        for m in &self.seed.members {
            let local = m.email.split('@').next().unwrap_or_default();
            let organisation = self.seed.organisations.iter().position(|o| m.organisation.as_ref() == Some(&o.key));
            let beneficiary = self.seed.beneficiaries.iter().position(|b| m.beneficiary.as_ref() == Some(&b.code));
            let member = Member {
                id: chance.id(self.founded),
                role: m.role.clone(),
                organisation: organisation.and_then(|i| process.organisations.get(i)).copied(),
                beneficiary: beneficiary.and_then(|i| process.beneficiaries.get(i)).map(|(id, _)| *id),
            };
            let email = format!("{local}@{}.example", process.slug);
            self.member(process, &member, &email, starts, None, chance, into);
            for key in &m.pillars {
                let at = self.seed.pillars.iter().position(|p| p.key == *key);
                if let Some(pillar) = at.and_then(|i| process.pillars.get(i)) {
                    row!(into.membership_pillar; process.id, member.id, *pillar);
                }
            }
            process.members.push(member);
        }
        for i in 0..process.size.members {
            let member = Member {
                id: chance.id(self.founded),
                role: "partner".to_owned(),
                organisation: chance.skewed(&process.organisations).copied(),
                beneficiary: None,
            };
            let ends = chance.percent(30).then(|| chance.day(starts + TimeDelta::days(300), 500));
            let email = format!("partner-{i}@{}.example", process.slug);
            self.member(process, &member, &email, starts, ends, chance, into);
            process.members.push(member);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a row's columns")]
    fn member(
        &self,
        process: &Process,
        member: &Member,
        email: &str,
        starts: NaiveDate,
        ends: Option<NaiveDate>,
        chance: &mut Chance,
        into: &mut PeopleTables,
    ) {
        let account = chance.id(self.founded);
        row!(into.account; account, email, self.password_hash, self.founded);
        let name = format!("Somebody {}", email.split('@').next().unwrap_or_default());
        row!(into.membership; process.id, member.id, account, name, "Officer", &member.role, member.organisation, member.beneficiary,
            starts, ends, "active", member.role != "observer", (member.role == "beneficiary").then_some(starts));
    }
}

/// IATI's codes of kinds of organisations.
fn kind_of(code: &str) -> &'static str {
    match code {
        "10" | "11" | "15" => "state",
        "40" => "international",
        "21" | "22" | "23" | "24" => "ngo",
        "60" => "foundation",
        "70" | "71" | "72" | "73" => "company",
        _ => "other",
    }
}

//! What a membership is, and what its form may hold.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};

use crate::features::directory::shared::{Facts, fact};
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, OrganisationId, PillarId};
use crate::kernel::lists::closed_list;
use crate::kernel::permit::Role;

closed_list! {
    /// Where a membership stands, apart from its dates.
    MemberState {
        Proposed = "proposed", "directory-member-proposed";
        Invited = "invited", "directory-member-invited";
        Active = "active", "directory-member-active";
        Declined = "declined", "directory-member-declined";
        Ended = "ended", "directory-member-ended";
    }
}

/// A membership that ends within this many days is about to end.
pub const SOON: u64 = 90;

/// How a membership stands today: the word, its badge.
pub fn standing(
    state: MemberState,
    starts: NaiveDate,
    ends: Option<NaiveDate>,
    today: NaiveDate,
) -> (&'static str, &'static str) {
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    match state {
        MemberState::Proposed => (state.label(), "info"),
        MemberState::Invited => (state.label(), "info"),
        MemberState::Declined | MemberState::Ended => (state.label(), "plain"),
        MemberState::Active if ends.is_some_and(|e| e < today) => (MemberState::Ended.label(), "plain"),
        MemberState::Active if starts > today => ("directory-member-to-come", "info"),
        MemberState::Active if ends.is_some_and(|e| e <= soon) => ("directory-member-ending", "warn"),
        MemberState::Active => (state.label(), "ok"),
    }
}

/// When a focal point has to look through its list again: twice a year, the first time half a year after it began.
pub fn list_due(confirmed: Option<DateTime<Utc>>, since: NaiveDate) -> NaiveDate {
    let from = confirmed.map_or(since, |at| at.date_naive());
    from.checked_add_months(Months::new(6)).unwrap_or(from)
}

/// Those of the fields that hold a day.
pub const DAYS: [&str; 6] = ["starts_on", "ends_on", "speaks_for_from", "speaks_for_to", "votes_from", "votes_to"];

/// The fields of the form, as they are compared and kept.
pub const FIELDS: [&str; 14] = [
    "name",
    "post",
    "phone",
    "role",
    "organisation",
    "beneficiary",
    "pillars",
    "starts_on",
    "ends_on",
    "speaks_for_from",
    "speaks_for_to",
    "votes_from",
    "votes_to",
    "focal_point",
];

/// What the form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub post: String,
    pub phone: String,
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub speaks_for: Mark,
    pub votes: Mark,
    pub focal_point: bool,
}

/// A mark with its dates; none where it does not begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Mark {
    fn read(f: &mut Fields, [from_name, to_name]: [&str; 2], today: NaiveDate) -> Self {
        let (from, to) = (f.day(from_name, today), f.day(to_name, today));
        if to.is_some() && from.is_none() && f.error(from_name).is_none() {
            f.fail(from_name, Message::new("directory-error-mark-start"));
        }
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            f.fail(to_name, Message::new("directory-error-before-start"));
        }
        Self { from, to }
    }
}

/// What a role must name, and what it can carry: the one place that says so.
pub struct Needs {
    pub organisation: bool,
    pub beneficiary: bool,
    pub pillars: bool,
    pub may_speak: bool,
    pub may_vote: bool,
    pub may_be_focal: bool,
}

pub fn needs(role: Role) -> Needs {
    let of = |organisation, beneficiary, pillars, may_speak, may_vote, may_be_focal| Needs {
        organisation,
        beneficiary,
        pillars,
        may_speak,
        may_vote,
        may_be_focal,
    };
    match role {
        Role::SupportGroup | Role::Chair | Role::Observer => of(false, false, false, false, false, false),
        Role::Lead => of(false, false, true, true, false, false),
        Role::Beneficiary => of(false, true, false, true, true, true),
        Role::Partner => of(true, false, false, true, true, true),
    }
}

impl Draft {
    /// Reads the form; `None` where a field is wrong.
    pub fn read(f: &mut Fields, today: NaiveDate) -> Option<Self> {
        let name = f.required("name", 120);
        let post = f.text("post", 200);
        let phone = f.text("phone", 60);
        let role = f.required_choice("role", Role::parse);
        let organisation = f.id("organisation");
        let beneficiary = f.id("beneficiary");
        let pillars: Vec<PillarId> = f.ids("pillars");
        if let Some(needs) = role.map(needs) {
            if needs.organisation && organisation.is_none() {
                f.fail("organisation", Message::new("directory-error-role-organisation"));
            }
            if needs.beneficiary && beneficiary.is_none() {
                f.fail("beneficiary", Message::new("directory-error-role-beneficiary"));
            }
            if !needs.beneficiary && beneficiary.is_some() {
                f.fail("beneficiary", Message::new("directory-error-role-no-beneficiary"));
            }
            if needs.pillars && pillars.is_empty() {
                f.fail("pillars", Message::new("directory-error-role-pillars"));
            }
        }
        let starts_on = f.day("starts_on", today);
        if starts_on.is_none() && f.error("starts_on").is_none() {
            f.fail("starts_on", Message::new("field-required"));
        }
        let ends_on = f.day("ends_on", today);
        if starts_on.zip(ends_on).is_some_and(|(from, to)| to < from) {
            f.fail("ends_on", Message::new("directory-error-before-start"));
        }
        let speaks_for = Mark::read(f, ["speaks_for_from", "speaks_for_to"], today);
        let votes = Mark::read(f, ["votes_from", "votes_to"], today);
        let focal_point = f.is_set("focal_point");
        if let Some(needs) = role.map(needs) {
            if speaks_for.from.is_some() && !needs.may_speak {
                f.fail("speaks_for_from", Message::new("directory-error-role-mark"));
            }
            if votes.from.is_some() && !needs.may_vote {
                f.fail("votes_from", Message::new("directory-error-role-mark"));
            }
            if focal_point && !needs.may_be_focal {
                f.fail("focal_point", Message::new("directory-error-role-focal"));
            }
        }
        if !f.is_valid() {
            return None;
        }
        let (role, starts_on) = (role?, starts_on?);
        Some(Self {
            name,
            post,
            phone,
            role,
            organisation,
            beneficiary,
            pillars,
            starts_on,
            ends_on,
            speaks_for,
            votes,
            focal_point,
        })
    }

    /// The form as it stands for this.
    pub fn fill(&self, f: &mut Fields) {
        let day = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
        f.set("name", &self.name);
        f.set("post", &self.post);
        f.set("phone", &self.phone);
        f.set("role", self.role.as_str());
        f.set("organisation", self.organisation.map(|o| o.to_string()).unwrap_or_default());
        f.set("beneficiary", self.beneficiary.map(|b| b.to_string()).unwrap_or_default());
        f.remove("pillars");
        for pillar in &self.pillars {
            f.add("pillars", pillar);
        }
        f.set("starts_on", self.starts_on);
        f.set("ends_on", day(self.ends_on));
        f.set("speaks_for_from", day(self.speaks_for.from));
        f.set("speaks_for_to", day(self.speaks_for.to));
        f.set("votes_from", day(self.votes.from));
        f.set("votes_to", day(self.votes.to));
        f.remove("focal_point");
        if self.focal_point {
            f.set("focal_point", "yes");
        }
    }

    /// What it says, for the history; `named` gives the name of an id.
    pub fn facts(&self, named: impl Fn(String) -> String) -> Facts {
        let mut pillars: Vec<String> = self.pillars.iter().map(|p| named(p.to_string())).collect();
        pillars.sort();
        [
            ("name", vec![self.name.clone()]),
            ("post", fact(Some(&self.post))),
            ("phone", fact(Some(&self.phone))),
            ("role", vec![self.role.as_str().to_owned()]),
            ("organisation", fact(self.organisation.map(|o| named(o.to_string())))),
            ("beneficiary", fact(self.beneficiary.map(|b| named(b.to_string())))),
            ("pillars", pillars),
            ("starts_on", fact(Some(self.starts_on))),
            ("ends_on", fact(self.ends_on)),
            ("speaks_for_from", fact(self.speaks_for.from)),
            ("speaks_for_to", fact(self.speaks_for.to)),
            ("votes_from", fact(self.votes.from)),
            ("votes_to", fact(self.votes.to)),
            ("focal_point", vec![if self.focal_point { "yes" } else { "no" }.to_owned()]),
        ]
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANISATION: &str = "00000000-0000-7000-8000-000000000001";

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }
    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn wrong(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut f = form(pairs);
        assert_eq!(Draft::read(&mut f, day("2026-11-24")), None);
        f.errors().into_iter().map(|(n, _)| n.to_owned()).collect()
    }

    #[test]
    fn a_role_asks_for_what_it_needs() {
        let base = [("name", "Ada"), ("starts_on", "2026-01-01")];
        let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
        assert_eq!(wrong(&with(&[("role", "partner")])), ["organisation"]);
        assert_eq!(wrong(&with(&[("role", "beneficiary")])), ["beneficiary"]);
        assert_eq!(wrong(&with(&[("role", "lead")])), ["pillars"]);
        assert_eq!(
            wrong(&with(&[("role", "observer"), ("votes_from", "2026-01-01"), ("focal_point", "yes")])),
            ["votes_from", "focal_point"]
        );
        assert_eq!(
            wrong(&with(&[("role", "partner"), ("organisation", ORGANISATION), ("speaks_for_to", "2026-02-01")])),
            ["speaks_for_from"]
        );
        assert_eq!(wrong(&[("role", "chair")]), ["name", "starts_on"]);
        assert_eq!(wrong(&with(&[("role", "emperor")])), ["role"]);
        assert_eq!(wrong(&with(&[("role", "chair"), ("ends_on", "2025-12-31")])), ["ends_on"]);
    }

    #[test]
    fn what_is_read_fills_the_form_again() {
        let mut f = form(&[
            ("name", "Ada"),
            ("role", "partner"),
            ("organisation", ORGANISATION),
            ("starts_on", "1.1.2026"),
            ("votes_from", "2026-02-01"),
            ("focal_point", "yes"),
        ]);
        let draft = Draft::read(&mut f, day("2026-11-24")).unwrap();
        let mut again = Fields::default();
        draft.fill(&mut again);
        assert_eq!(Draft::read(&mut again, day("2026-11-24")), Some(draft));
    }

    #[test]
    fn standing_by_the_day() {
        let at =
            |ends: Option<&str>| standing(MemberState::Active, day("2026-01-01"), ends.map(day), day("2026-11-24")).1;
        assert_eq!(at(None), "ok");
        assert_eq!(at(Some("2026-11-23")), "plain");
        assert_eq!(at(Some("2026-11-24")), "warn");
        assert_eq!(at(Some("2027-02-22")), "warn");
        assert_eq!(at(Some("2027-02-23")), "ok");
    }

    #[test]
    fn the_list_is_due_twice_a_year() {
        assert_eq!(list_due(None, day("2026-08-31")), day("2027-02-28"));
        let at = day("2026-11-24").and_hms_opt(8, 0, 0).unwrap().and_utc();
        assert_eq!(list_due(Some(at), day("2020-01-01")), day("2027-05-24"));
    }
}

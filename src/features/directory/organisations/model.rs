//! What an organisation is, and what its form may hold.

use chrono::NaiveDate;

use super::super::shared::{Facts, fact};
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::OrganisationId;
use crate::kernel::lists::closed_list;

closed_list! {
    /// What kind of body it is.
    OrganisationKind {
        EuBody = "eu_body", "directory-kind-eu-body";
        State = "state", "directory-kind-state";
        Ministry = "ministry", "directory-kind-ministry";
        Agency = "agency", "directory-kind-agency";
        Un = "un", "directory-kind-un";
        International = "international", "directory-kind-international";
        Regional = "regional", "directory-kind-regional";
        Ngo = "ngo", "directory-kind-ngo";
        Foundation = "foundation", "directory-kind-foundation";
        Company = "company", "directory-kind-company";
        Other = "other", "directory-kind-other";
    }
}

closed_list! {
    /// The level of government, where there are several.
    Level {
        International = "international", "directory-level-international";
        State = "state", "directory-level-state";
        Entity = "entity", "directory-level-entity";
        District = "district", "directory-level-district";
        Municipal = "municipal", "directory-level-municipal";
    }
}

closed_list! {
    /// How it stands to the process. An organisation may be named in actions without being a member.
    Standing {
        Member = "member", "directory-standing-member";
        Former = "former", "directory-standing-former";
        Named = "named", "directory-standing-named";
    }
}

impl OrganisationKind {
    /// Whether the kind already says the level, so that a list need not say it again.
    pub fn says(self, level: Level) -> bool {
        match self {
            OrganisationKind::EuBody
            | OrganisationKind::Un
            | OrganisationKind::International
            | OrganisationKind::Regional => level == Level::International,
            OrganisationKind::State | OrganisationKind::Ministry | OrganisationKind::Agency => level == Level::State,
            _ => false,
        }
    }
}

impl Standing {
    pub fn of(member: bool, to: Option<NaiveDate>, today: NaiveDate) -> Self {
        match (member, to) {
            (false, _) => Standing::Named,
            (true, Some(to)) if to < today => Standing::Former,
            (true, _) => Standing::Member,
        }
    }

    pub fn badge(self) -> &'static str {
        match self {
            Standing::Member => "ok",
            Standing::Former | Standing::Named => "plain",
        }
    }
}

/// The fields of the form, as they are compared and kept.
pub const FIELDS: [&str; 12] = [
    "name",
    "short_name",
    "aliases",
    "kind",
    "level",
    "parent",
    "seat",
    "iati_identifier",
    "note",
    "member",
    "member_from",
    "member_to",
];

/// What the form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub short_name: Option<String>,
    pub aliases: Vec<String>,
    pub kind: OrganisationKind,
    pub level: Option<Level>,
    pub parent: Option<OrganisationId>,
    pub seat: Option<String>,
    pub iati_identifier: Option<String>,
    pub note: String,
    pub member: bool,
    pub member_from: Option<NaiveDate>,
    pub member_to: Option<NaiveDate>,
}

impl Draft {
    /// Reads the form; `None` where a field is wrong.
    pub fn read(f: &mut Fields, today: NaiveDate) -> Option<Self> {
        let name = f.required("name", 200);
        let short_name = f.optional("short_name", 40);
        let aliases = aliases(f);
        let kind = f.required_choice("kind", OrganisationKind::parse);
        let level = f.choice("level", Level::parse);
        let parent = f.id("parent");
        let seat = f.choice("seat", seat);
        let iati_identifier = f.optional("iati_identifier", 100);
        if iati_identifier.as_deref().is_some_and(|i| !is_iati_identifier(i)) {
            f.fail("iati_identifier", Message::new("directory-error-iati"));
        }
        let note = f.text("note", 2000);
        let (member_from, member_to) = (f.day("member_from", today), f.day("member_to", today));
        let member = f.is_set("member") || member_from.is_some();
        if member_to.is_some() && !member {
            f.fail("member_to", Message::new("directory-error-not-a-member"));
        }
        if member_from.zip(member_to).is_some_and(|(from, to)| to < from) {
            f.fail("member_to", Message::new("directory-error-before-start"));
        }
        if !f.is_valid() {
            return None;
        }
        let kind = kind?;
        Some(Self {
            name,
            short_name,
            aliases,
            kind,
            level,
            parent,
            seat,
            iati_identifier,
            note,
            member,
            member_from,
            member_to,
        })
    }

    /// The form as it stands for this.
    pub fn fill(&self, f: &mut Fields) {
        f.set("name", &self.name);
        f.set("short_name", self.short_name.as_deref().unwrap_or_default());
        f.set("aliases", self.aliases.join("\n"));
        f.set("kind", self.kind.as_str());
        f.set("level", self.level.map_or("", Level::as_str));
        f.set("parent", self.parent.map(|p| p.to_string()).unwrap_or_default());
        f.set("seat", self.seat.as_deref().unwrap_or_default());
        f.set("iati_identifier", self.iati_identifier.as_deref().unwrap_or_default());
        f.set("note", &self.note);
        f.remove("member");
        if self.member {
            f.set("member", "yes");
        }
        f.set("member_from", self.member_from.map(|d| d.to_string()).unwrap_or_default());
        f.set("member_to", self.member_to.map(|d| d.to_string()).unwrap_or_default());
    }

    /// What it says, for the history. `named` gives the name of its parent.
    pub fn facts(&self, named: impl Fn(OrganisationId) -> String) -> Facts {
        [
            ("name", vec![self.name.clone()]),
            ("short_name", fact(self.short_name.as_ref())),
            ("aliases", self.aliases.clone()),
            ("kind", vec![self.kind.as_str().to_owned()]),
            ("level", fact(self.level.map(Level::as_str))),
            ("parent", fact(self.parent.map(named))),
            ("seat", fact(self.seat.as_ref())),
            ("iati_identifier", fact(self.iati_identifier.as_ref())),
            ("note", fact(Some(&self.note))),
            ("member", vec![if self.member { "yes" } else { "no" }.to_owned()]),
            ("member_from", fact(self.member_from)),
            ("member_to", fact(self.member_to)),
        ]
        .into()
    }

    pub fn search_text(&self) -> String {
        search_text(&self.name, self.short_name.as_deref(), &self.aliases)
    }
}

/// The names by which it is found, folded.
pub fn search_text(name: &str, short_name: Option<&str>, aliases: &[String]) -> String {
    let mut names = vec![fold(name)];
    for other in short_name.into_iter().chain(aliases.iter().map(String::as_str)) {
        let other = fold(other);
        if !names.contains(&other) {
            names.push(other);
        }
    }
    names.retain(|n| !n.is_empty());
    names.join(" ")
}

/// Other names, one a line.
fn aliases(f: &mut Fields) -> Vec<String> {
    let text = f.text("aliases", 8000);
    let mut names: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if line.chars().count() > 200 {
            f.fail("aliases", Message::new("field-too-long").with("most", 200));
        }
        if !names.iter().any(|n| n == line) {
            names.push(line.to_owned());
        }
    }
    if names.len() > 40 {
        f.fail("aliases", Message::new("directory-error-many-aliases"));
    }
    names
}

/// Two letters, as ISO 3166-1 has them; XK for Kosovo*.
fn seat(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())).then_some(text)
}

/// `{agency}-{number}`, such as XM-DAC-41128: letters and digits, and no sign that IATI forbids.
fn is_iati_identifier(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }
    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn what_is_read_fills_the_form_again() {
        let mut f = form(&[
            ("name", " Ministry of the Interior "),
            ("kind", "ministry"),
            ("seat", "at"),
            ("aliases", "BMI\r\nBMI\n\nInnenministerium"),
            ("member_from", "1.3.2024"),
        ]);
        let draft = Draft::read(&mut f, today()).unwrap();
        assert_eq!(draft.aliases, ["BMI", "Innenministerium"]);
        assert_eq!(draft.seat.as_deref(), Some("AT"));
        assert!(draft.member, "a date of membership makes a member");
        let mut again = Fields::default();
        draft.fill(&mut again);
        assert_eq!(Draft::read(&mut again, today()), Some(draft));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let mut f = form(&[
            ("kind", "alien"),
            ("seat", "Vienna"),
            ("iati_identifier", "<x>"),
            ("member_to", "2024-01-01"),
            ("parent", "1"),
        ]);
        assert_eq!(Draft::read(&mut f, today()), None);
        let wrong: Vec<_> = f.errors().into_iter().map(|(n, _)| n.to_owned()).collect();
        assert_eq!(wrong, ["name", "kind", "parent", "seat", "iati_identifier", "member_to"]);
    }

    #[test]
    fn found_by_every_name_once() {
        let text = search_text("Österreich", Some("AT"), &["Osterreich".into(), "Аустрија".into()]);
        assert_eq!(text.matches("osterreich").count(), 1, "{text}");
        assert!(text.contains("austrija"), "{text}");
    }

    #[test]
    fn standing() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d);
        assert_eq!(Standing::of(false, None, today()), Standing::Named);
        assert_eq!(Standing::of(true, day(24), today()), Standing::Member);
        assert_eq!(Standing::of(true, day(23), today()), Standing::Former);
    }
}

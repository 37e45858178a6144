//! What a process starts with, and what founding one takes.

use crate::features::RESERVED;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;

/// Whether members may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    Suspended,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Suspended => "suspended",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [State::Active, State::Suspended].into_iter().find(|s| s.as_str() == text)
    }
}

/// What a new process begins with. Built in: nothing is ever copied from another tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Template {
    /// Three pillars and eight themes of internal security
    ThreePillars,
    /// Nothing: the secretariat writes its own pillars and themes
    Empty,
}

/// Key, name, what it is about.
type Pillar = (&'static str, &'static str, &'static str);
/// Key, name, OECD-DAC purpose codes.
type Theme = (&'static str, &'static str, &'static [&'static str]);

impl Template {
    pub const ALL: [Template; 2] = [Template::ThreePillars, Template::Empty];

    pub fn as_str(self) -> &'static str {
        match self {
            Template::ThreePillars => "three-pillars",
            Template::Empty => "empty",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Template::ALL.into_iter().find(|t| t.as_str() == text)
    }

    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Template::ThreePillars => "processes-template-three-pillars",
            Template::Empty => "processes-template-empty",
        }
    }

    pub fn pillars(self) -> &'static [Pillar] {
        match self {
            Template::ThreePillars => &[
                ("CT", "Counter-terrorism", "Terrorism, and the prevention and countering of violent extremism"),
                ("SC", "Serious and organised crime", "Crime that is organised or crosses borders"),
                ("BS", "Border security", "Checks, surveillance and co-operation at borders"),
            ],
            Template::Empty => &[],
        }
    }

    pub fn themes(self) -> &'static [Theme] {
        match self {
            Template::ThreePillars => &[
                ("police-cooperation", "Police co-operation", &["15210"]),
                ("border-management", "Border management", &["15190"]),
                ("trafficking", "Trafficking in human beings", &["15160"]),
                ("drugs", "Drugs", &["16063"]),
                ("money-laundering", "Money laundering and asset recovery", &["15113"]),
                ("justice", "Prosecution and courts", &["15130"]),
                ("violent-extremism", "Prevention of violent extremism", &["15220"]),
                ("cybercrime", "Cybercrime", &[]),
            ],
            Template::Empty => &[],
        }
    }
}

/// Whom the first letter goes to: a member of the secretariat, who invites everyone else.
#[derive(Debug, Clone)]
pub struct First {
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone)]
pub struct Founding {
    pub slug: String,
    pub name: String,
    pub short_name: String,
    pub template: Template,
    pub first: First,
}

impl Founding {
    /// Reads the form; nothing where a field is wrong, which the form then says.
    pub fn read(f: &mut Fields) -> Option<Self> {
        let name = f.required("process-name", 200);
        let short_name = f.required("process-short-name", 30);
        let slug = f.required("process-slug", 31);
        if !slug.is_empty()
            && let Err(key) = check_slug(&slug)
        {
            f.fail("process-slug", Message::new(key));
        }
        let template = f.required_choice("process-template", Template::parse);
        let first = First { name: f.required("secretary-name", 200), email: f.email("secretary-email") };
        let template = template.filter(|_| f.is_valid())?;
        Some(Self { slug, name, short_name, template, first })
    }
}

/// Whether a process can have this as the first part of its addresses; the schema holds the same rule.
///
/// # Errors
/// The Fluent key of what is wrong with it.
pub fn check_slug(slug: &str) -> Result<(), &'static str> {
    let letters = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !letters || !slug.starts_with(|c: char| c.is_ascii_lowercase()) || !(2..=31).contains(&slug.len()) {
        return Err("processes-slug-form");
    }
    if RESERVED.contains(&slug) {
        return Err("processes-slug-reserved");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain_and_not_ours() {
        assert!(check_slug("iisg").is_ok());
        assert!(check_slug("a2-b").is_ok());
        for wrong in ["", "a", "2a", "-a", "Iisg", "a b", "a/b", "š", "operator", "static", &"a".repeat(32)] {
            assert!(check_slug(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_form_is_read_whole_or_told_what_is_wrong() {
        let typed = |slug: &str, email: &str| {
            Fields::new(
                [
                    ("process-slug", slug),
                    ("process-name", "A process"),
                    ("process-short-name", "AP"),
                    ("process-template", "empty"),
                    ("secretary-name", "Ada"),
                    ("secretary-email", email),
                ]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .to_vec(),
            )
        };
        assert!(Founding::read(&mut typed("ap", "ada@example.org")).is_some());
        let mut wrong = typed("help", "nobody");
        assert!(Founding::read(&mut wrong).is_none());
        assert_eq!(wrong.errors().iter().map(|(n, _)| *n).collect::<Vec<_>>(), ["process-slug", "secretary-email"]);
    }

    #[test]
    fn templates_hold_what_the_schema_takes() {
        for template in Template::ALL {
            assert_eq!(Template::parse(template.as_str()), Some(template));
            assert!(template.pillars().iter().all(|(key, name, _)| key.len() <= 20 && !name.is_empty()));
            assert!(template.themes().iter().flat_map(|(_, _, codes)| *codes).all(|c| c.len() == 5));
        }
    }
}

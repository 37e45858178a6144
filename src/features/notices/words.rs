//! Notices in words: for a page, and for a letter.

use chrono::NaiveDate;
use fluent_templates::fluent_bundle::FluentValue;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

use super::model::{Arg, Person};
use super::told::Means;
use crate::kernel::db::MembershipFacts;
use crate::kernel::i18n::{Locale, text, text_named, text_with};
use crate::kernel::mail::one_line;
use crate::kernel::notes::Notes;

/// The process, as a letter names it.
pub struct Place {
    pub slug: String,
    pub short_name: String,
    pub notes: Notes,
}

/// A letter on what is told at once; the notice's id comes between.
#[derive(Serialize)]
pub struct Parts {
    pub subject: String,
    pub before: String,
    pub after: String,
}

/// Who did it, in words.
pub fn person(locale: &Locale, person: Option<&Person>) -> String {
    let Some(person) = person else { return text(locale, "notices-by-portal") };
    let of = person.of.clone().unwrap_or_else(|| text(locale, person.role.label()));
    match &person.name {
        Some(name) if name.ends_with(&of) => one_line(name),
        Some(name) => one_line(&named(locale, "notices-person", &[("name", name), ("of", &of)])),
        None => one_line(&named(locale, "notices-former-member", &[("of", &of)])),
    }
}

fn named(locale: &Locale, key: &str, args: &[(&'static str, &str)]) -> String {
    let args: Vec<_> = args.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
    text_with(locale, key, &args)
}

/// The sentence of a notice. Plain text: whoever shows it escapes it.
pub fn sentence<N: AsRef<str>>(locale: &Locale, key: &str, args: &BTreeMap<N, Arg>, by: &str) -> String {
    let value = |arg: &Arg| match arg {
        Arg::Number(n) => FluentValue::from(*n),
        Arg::Text(text) => FluentValue::from(text.clone()),
        Arg::Day { day } => FluentValue::from(locale.day(*day)),
        Arg::Said { said } => FluentValue::from(text(locale, said)),
    };
    let mut all: Vec<_> = args.iter().map(|(name, arg)| (name.as_ref().to_owned(), value(arg))).collect();
    all.push(("by".to_owned(), FluentValue::from(by.to_owned())));
    text_named(locale, key, all)
}

/// The notes of the names in a text.
fn notes(place: &Place, text: &str) -> String {
    let called = place.notes.called_for(std::iter::once(text)).into_iter();
    called.fold(String::new(), |mut all, note| {
        let _ = write!(all, "\n{}\n", note.text);
        all
    })
}

/// The member who does something, as others name them.
pub fn author(by: &MembershipFacts) -> Person {
    let of = by.beneficiary_name.clone().or_else(|| by.organisation_name.clone());
    Person { name: Some(by.name.clone()), of, role: by.role }
}

/// The letter on one notice; without a title it says only that there is something. It holds the notice's sentence, its day and its address, and nothing else.
pub fn at_once(means: &Means<'_>, place: &Place, title: Option<&str>, deadline: Option<NaiveDate>) -> Parts {
    let locale = Locale::default();
    let title = title.map_or_else(|| text(&locale, "notices-discreet"), str::to_owned);
    let mut before = format!("{title}\n");
    if let Some(day) = deadline {
        let _ = writeln!(before, "{}", named(&locale, "notices-letter-by", &[("day", &locale.day(day))]));
    }
    let _ = write!(before, "\n{}/{}/notices/", means.base_url, place.slug);
    let subject = named(&locale, "notices-letter-subject", &[("title", &title), ("process", &place.short_name)]);
    Parts { subject: one_line(&subject), after: foot(&locale, means, place, &title), before }
}

/// Why one gets the letter and where to choose otherwise, then the notes of the names in it.
fn foot(locale: &Locale, means: &Means<'_>, place: &Place, letter: &str) -> String {
    let settings = format!("{}/{}/notices/settings", means.base_url, place.slug);
    let foot = named(locale, "notices-letter-foot", &[("process", &place.short_name), ("settings", &settings)]);
    format!("\n\n{foot}\n{}", notes(place, letter))
}

/// A line of the day's letter.
pub struct DigestLine {
    pub id: uuid::Uuid,
    pub group_title: String,
    pub key: String,
    pub args: BTreeMap<String, Arg>,
    pub by: Option<Person>,
    pub deadline: Option<NaiveDate>,
    pub discreet: bool,
}

/// So many notices stand in one letter; of the others it says how many they are.
const MOST: usize = 100;

/// The letter of a day: subject and text, grouped by plan.
pub fn digest(means: &Means<'_>, place: &Place, lines: &[DigestLine]) -> (String, String) {
    let locale = Locale::default();
    let mut groups: BTreeMap<(bool, &str), Vec<&DigestLine>> = BTreeMap::new();
    for line in lines.iter().take(MOST) {
        let title = if line.discreet { "" } else { line.group_title.as_str() };
        groups.entry((title.is_empty(), title)).or_default().push(line);
    }
    let mut body = String::new();
    let only_group = groups.len() == 1 && groups.keys().all(|(none, _)| *none);
    for ((none, title), lines) in &groups {
        if !only_group {
            let other = text(&locale, "notices-letter-other");
            let heading = if *none { other.as_str() } else { title };
            let _ = writeln!(body, "{heading}\n{}\n", "-".repeat(heading.chars().count().min(60)));
        }
        for line in lines {
            let title = if line.discreet {
                text(&locale, "notices-discreet")
            } else {
                sentence(&locale, &line.key, &line.args, &person(&locale, line.by.as_ref()))
            };
            // an asterisk stands at names alone, and calls for their notes
            let _ = write!(body, "- {title}");
            if let Some(day) = line.deadline {
                let _ = write!(body, " – {}", named(&locale, "notices-letter-by", &[("day", &locale.day(day))]));
            }
            let _ = writeln!(body, "\n  {}/{}/notices/{}\n", means.base_url, place.slug, line.id);
        }
    }
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    if lines.len() > MOST {
        let more = count - i64::try_from(MOST).unwrap_or(0);
        let _ = writeln!(body, "{}\n", counted(&locale, "notices-letter-more", more, place));
        let _ = writeln!(body, "{}/{}/notices\n", means.base_url, place.slug);
    }
    let subject = counted(&locale, "notices-digest-subject", count, place);
    let foot = foot(&locale, means, place, &body);
    (subject, format!("{}{}", body.trim_end(), foot))
}

fn counted(locale: &Locale, key: &str, n: i64, place: &Place) -> String {
    let args = [
        ("n", FluentValue::from(n)),
        ("count", FluentValue::from(locale.number(n))),
        ("process", FluentValue::from(place.short_name.clone())),
    ];
    text_with(locale, key, &args)
}

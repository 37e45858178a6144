//! Forms: what came in is kept as it was typed, each field has its own error, and a form with an error is
//! shown again as it was sent. Only marks that turn the direction of writing are left out, here for every field but a
//! password.

use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::str::FromStr;

use super::date::{PartialDate, parse_input};
use super::direction::unturned;
use super::fold::fold;
use super::i18n::Message;

/// The name of the button that takes an offered date.
const USE: &str = "use";

/// The fields of a form, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    values: Vec<(String, String)>,
    errors: BTreeMap<String, Message>,
    /// The order in which errors were found: that of the form.
    order: Vec<String>,
    /// Dates that are offered in place of what was typed.
    offers: BTreeMap<String, PartialDate>,
    /// It was sent to change something: a page's filter offers nothing.
    sent: bool,
}

impl Fields {
    pub fn new(values: Vec<(String, String)>) -> Self {
        // a password is nobody's to read, and what it was when it was chosen
        let kept = |name: &str, value| if name.contains("password") { value } else { unturned(value) };
        let read = |(name, value): (String, String)| {
            let value = kept(&name, value);
            (name, value)
        };
        let values = values.into_iter().map(read).collect();
        Self { values, ..Self::default() }
    }

    /// Decodes a query string or a form's body.
    pub fn decode(bytes: &[u8]) -> Self {
        Self::new(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// A form that was sent. Its button "use this date" puts a date in place of what was typed, if that still stands there:
    /// the Enter key presses the first button of a form, whatever was typed since.
    pub fn sent(bytes: &[u8]) -> Self {
        let mut fields = Self { sent: true, ..Self::decode(bytes) };
        let chosen = fields.value(USE).to_owned();
        fields.remove(USE);
        let mut parts = chosen.splitn(3, ' ');
        if let (Some(name), Some(date), Some(typed)) = (parts.next(), parts.next(), parts.next())
            && fields.value(name).trim() == typed
            && date.parse::<PartialDate>().is_ok()
        {
            fields.set(name, date);
        }
        fields
    }

    /// The date that is offered for a field, and what its button sends.
    pub fn offer(&self, name: &str) -> Option<(PartialDate, String)> {
        let date = self.offers.get(name).filter(|_| self.sent)?;
        Some((*date, format!("{name} {date} {}", self.value(name).trim())))
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.values
    }

    /// The field as it was typed; empty where there is none.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    pub fn values(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }

    pub fn contains(&self, name: &str, value: impl std::fmt::Display) -> bool {
        let value = value.to_string();
        self.values.iter().any(|(n, v)| n == name && *v == value)
    }

    /// What somebody wrote into the form, as it was typed, each text once. What a form brings along is its own, and a secret is shown
    /// to nobody.
    pub fn written(&self) -> Vec<String> {
        let own = |name: &str| {
            matches!(name, "draft" | "back" | "next" | USE)
                || ["was-", "was_", "theirs-", "keep-"].iter().any(|own| name.starts_with(own))
                || ["password", "secret", "token"].iter().any(|secret| name.contains(secret))
        };
        let mut all: Vec<String> = Vec::new();
        for (name, value) in &self.values {
            let text = value.trim().replace("\r\n", "\n");
            if is_written(&text) && !own(name) && !all.contains(&text) {
                all.push(text);
            }
        }
        all
    }

    /// Whether the form has the field at all.
    pub fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(n, _)| n == name)
    }

    pub fn is_set(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    pub fn set(&mut self, name: &str, value: impl std::fmt::Display) {
        self.remove(name);
        self.add(name, value);
    }

    /// What is stored is held against what was sent, so that neither may have what the other has lost.
    pub fn add(&mut self, name: &str, value: impl std::fmt::Display) {
        self.values.push((name.to_owned(), unturned(value.to_string())));
    }

    pub fn remove(&mut self, name: &str) {
        self.values.retain(|(n, _)| n != name);
    }

    /// Marks a field as wrong; the first error of a field stands.
    pub fn fail(&mut self, name: &str, message: Message) {
        if !self.errors.contains_key(name) {
            self.order.push(name.to_owned());
            self.errors.insert(name.to_owned(), message);
        }
    }

    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    pub fn error(&self, name: &str) -> Option<&Message> {
        self.errors.get(name)
    }

    /// Every error with its field, in the order of the form.
    pub fn errors(&self) -> Vec<(&str, &Message)> {
        self.order.iter().filter_map(|name| self.errors.get(name).map(|m| (name.as_str(), m))).collect()
    }

    pub fn error_count(&self) -> i64 {
        i64::try_from(self.order.len()).unwrap_or(i64::MAX)
    }

    /// Text without spaces at its ends, at most `most` characters.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let text = self.value(name).trim().replace("\r\n", "\n");
        if text.chars().count() > most {
            self.fail(name, Message::new("field-too-long").with("most", most));
        }
        if text.contains('\0') {
            self.fail(name, Message::new("field-control-character"));
        }
        text
    }

    /// The same, and not empty.
    pub fn required(&mut self, name: &str, most: usize) -> String {
        let text = self.text(name, most);
        if text.is_empty() {
            self.fail(name, Message::new("field-required"));
        }
        text
    }

    /// Words that are looked for: told where they have no letter and no digit, by which nothing can be found.
    pub fn sought(&mut self, name: &str) {
        let typed = self.value(name).trim();
        if !typed.is_empty() && fold(typed).is_empty() {
            self.fail(name, Message::new("list-error-words"));
        }
    }

    pub fn optional(&mut self, name: &str, most: usize) -> Option<String> {
        Some(self.text(name, most)).filter(|t| !t.is_empty())
    }

    /// One of a closed list; `None` where nothing is chosen. What is not of the list is an error.
    pub fn choice<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let typed = self.value(name).trim().to_owned();
        if typed.is_empty() {
            return None;
        }
        let parsed = parse(&typed);
        if parsed.is_none() {
            self.fail(name, Message::new("field-not-in-list"));
        }
        parsed
    }

    pub fn required_choice<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let chosen = self.choice(name, parse);
        if chosen.is_none() {
            self.fail(name, Message::new("field-choose"));
        }
        chosen
    }

    pub fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.choice(name, |text| text.parse().ok())
    }

    /// Several of a closed list.
    pub fn ids<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        let typed: Vec<String> = self.values(name).into_iter().filter(|v| !v.is_empty()).map(str::to_owned).collect();
        let parsed: Vec<T> = typed.iter().filter_map(|v| v.parse().ok()).collect();
        if parsed.len() != typed.len() {
            self.fail(name, Message::new("field-not-in-list"));
        }
        parsed
    }

    /// A date as people have it: a year, a month or a day.
    pub fn date(&mut self, name: &str, today: NaiveDate) -> Option<PartialDate> {
        let typed = self.value(name).trim().to_owned();
        if typed.is_empty() {
            return None;
        }
        match parse_input(&typed, today) {
            Ok(date) => Some(date),
            Err(error) => {
                if let Some(date) = error.offer() {
                    self.offers.insert(name.to_owned(), date);
                }
                self.fail(name, error.message());
                None
            }
        }
    }

    /// A date that has to be a day.
    pub fn day(&mut self, name: &str, today: NaiveDate) -> Option<NaiveDate> {
        let date = self.date(name, today)?;
        if date.precision() != super::date::Precision::Day {
            self.fail(name, Message::new("field-day-needed"));
            return None;
        }
        Some(date.first_day())
    }

    pub fn email(&mut self, name: &str) -> String {
        let text = self.required(name, 254);
        if !text.is_empty() && (text.chars().any(char::is_whitespace) || text.parse::<lettre::Address>().is_err()) {
            self.fail(name, Message::new("field-email"));
        }
        text
    }

    /// An address on the web; only http and https, so that no link of ours runs a script.
    pub fn web_address(&mut self, name: &str) -> Option<String> {
        let text = self.optional(name, 2000)?;
        let good = url::Url::parse(&text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        if !good {
            self.fail(name, Message::new("field-web-address"));
        }
        Some(text)
    }

    /// A number of the form's own, such as the version that was edited.
    pub fn integer(&mut self, name: &str) -> Option<i32> {
        self.choice(name, |text| text.parse().ok())
    }
}

/// Whether this may have been typed: a form tells names and values, and not which of them were a list or hidden. So what only a form can
/// hold is left out: ids, moments and tokens, addresses of our own, what a script has packed, the values of lists (one word in small
/// letters, as a code of three capitals) and small numbers, which are versions and counts. Everything else is given back, an amount or a
/// date as well; of what was typed only such a word or number is lost, which is soon typed again.
fn is_written(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return !text.starts_with(['{', '[']);
    }
    let of_list = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
    let code = text.len() <= 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let id = || text.split([':', '/', ',']).any(|part| part.parse::<uuid::Uuid>().is_ok());
    let token = || {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| {
            let (digits, letters) = (run.bytes().any(|b| b.is_ascii_digit()), run.bytes().any(|b| !b.is_ascii_digit()));
            run.len() >= 12 && digits && letters
        })
    };
    let moment = || chrono::DateTime::parse_from_rfc3339(text).is_ok();
    text.chars().nth(1).is_some()
        && !of_list
        && !code
        && !text.starts_with(['{', '[', '/'])
        && !moment()
        // an address of the web may hold such, and people bring it along
        && (text.contains("://") || !(id() || token()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(query: &str) -> Fields {
        Fields::sent(query.as_bytes())
    }

    #[test]
    fn an_offered_date_is_taken_where_nothing_else_was_typed() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let mut f = sent("end=31+September+2025");
        assert_eq!(f.date("end", today), None);
        let (date, button) = f.offer("end").unwrap();
        assert_eq!((date.to_string().as_str(), button.as_str()), ("2025-09-30", "end 2025-09-30 31 September 2025"));
        let mut taken = sent("end=31+September+2025&use=end+2025-09-30+31+September+2025");
        assert_eq!(taken.date("end", today).map(|d| d.to_string()).as_deref(), Some("2025-09-30"));
        assert_eq!(taken.value("use"), "");
        let mut other = sent("end=1+October+2025&use=end+2025-09-30+31+September+2025");
        assert_eq!(other.date("end", today).map(|d| d.to_string()).as_deref(), Some("2025-10-01"));
        for hostile in ["use=end", "use=end+x+31+September+2025", "use=+", "use=title+2025-09-30+"] {
            let f = sent(&format!("end=31+September+2025&{hostile}"));
            assert_eq!((f.value("end"), f.value("use")), ("31 September 2025", ""), "{hostile}");
        }
    }

    #[test]
    fn what_was_written_is_told_from_what_was_chosen() {
        let f = sent(
            "kind=one&note=Two+words&version=3&was-note=Old+words&theirs-note=Their+words&body=A%0D%0AB&again=Two+words\
             &new_password=a+long+one&sheet=%7B%22a%22%3A+1%7D&draft=a+key&word=one&empty=+&place=Ljubljana&currency=EUR\
             &seen=2026-11-29T10:00:00Z&city=%C4%8Dapljina&item=decision:01a22735-c717-70c1-8000-5f2a63d1c0de&next=/example/plans\
             &base=title.5f2a63d1c0de,note.d1c05f2a63de&state=in_force&handling=parties",
        );
        assert_eq!(f.written(), ["Two words", "A\nB", "Ljubljana", "čapljina"]);
        for typed in [
            "Members2",
            "12500",
            "1.250,50",
            "-12.5",
            "17.3.2027",
            "2027-03",
            "3/2027",
            "AL-2026-00017",
            "ada@ministry.example",
            "https://ministry.example/5f2a63d1c0de5f2a",
            "ž1",
            "UN-Women",
            "Ада",
        ] {
            let f = Fields::new(vec![("any".to_owned(), typed.to_owned())]);
            assert_eq!(f.written(), [typed]);
        }
    }

    #[test]
    fn no_field_turns_what_stands_after_it() {
        let mut f = sent("remark=Agreed+%E2%80%AEon+Monday&was-title=%E2%81%A6Old%E2%81%A9&name=%D7%A9%E2%80%8F!");
        assert_eq!(
            (f.value("remark"), f.value("was-title"), f.value("name")),
            ("Agreed on Monday", "Old", "ש\u{200f}!")
        );
        f.add("title", "\u{2066}Old\u{2069}");
        f.set("remark", "\u{202e}");
        assert_eq!(f.value("title"), "Old");
        assert_eq!(f.required("remark", 10), "");
        assert!(f.error("remark").is_some(), "nothing else was typed");
    }

    #[test]
    fn a_filter_offers_nothing() {
        let mut f = Fields::decode(b"end=31+September+2025");
        assert_eq!(f.date("end", NaiveDate::default()), None);
        assert!(f.offer("end").is_none());
    }
}

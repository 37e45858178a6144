//! What the finder is told of an action.

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use uuid::Uuid;

use super::engine::{Amount, Party, Precision, Role, Status, Subject, When};

/// Which way of telling the finder of an action this is: another one has every action judged anew, once.
pub const TOLD: u8 = 2;

/// An organisation of an action, or one above such, as the database tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct PartyRow {
    pub id: Uuid,
    pub name: String,
    pub reference: Option<String>,
    pub role: String,
    /// Not named itself: it stands above one that is.
    pub above: bool,
}

/// An action as the database tells it to the finder.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: Uuid,
    pub changed: i64,
    /// Merged into another, or declined by its donor: no longer an action of its own.
    pub gone: bool,
    pub title: String,
    pub description: String,
    pub theme_text: String,
    pub parent_text: Option<String>,
    pub reference: String,
    pub status: Option<String>,
    pub parent_id: Option<Uuid>,
    pub start: Option<NaiveDate>,
    pub start_precision: Option<String>,
    pub end: Option<NaiveDate>,
    pub end_precision: Option<String>,
    pub total: Option<f64>,
    pub currency: Option<String>,
    pub beneficiaries: Vec<String>,
    /// Code and name of each beneficiary of the process.
    pub all_beneficiaries: Vec<String>,
    pub pillars: Vec<String>,
    pub themes: Vec<Uuid>,
    pub sectors: Vec<String>,
    pub parties: Json<Vec<PartyRow>>,
}

/// What an organisation does in an action, as the finder tells roles apart.
pub fn role(name: &str) -> Role {
    match name {
        "funding" => Role::Funder,
        "accountable" | "lead" => Role::Lead,
        "extending" => Role::Extending,
        "implementing" => Role::Implementer,
        "reporting" => Role::Reporter,
        _ => Role::Other,
    }
}

pub fn status(name: &str) -> Option<Status> {
    match name {
        "pipeline" | "planned" | "funded" => Some(Status::Planned),
        "ongoing" | "suspended" => Some(Status::Running),
        "completed" => Some(Status::Ended),
        "cancelled" => Some(Status::Cancelled),
        _ => None,
    }
}

pub fn when(day: Option<NaiveDate>, precision: Option<&str>) -> Option<When> {
    let precision = match precision? {
        "year" => Precision::Year,
        "month" => Precision::Month,
        _ => Precision::Day,
    };
    Some(When { day: day?, precision })
}

/// What of an action's reference can tell it from others, as identifiers. "IPA II" and "IPA/2017" name an instrument and a year
/// of it, which many actions are paid from; "2018/1788" and "FIT-4" name one: they hold digits besides those of years, two at
/// least where there are several words.
pub fn identifiers(reference: &str) -> Vec<String> {
    let telling = |part: &&str| {
        let numbers = part.split(|c: char| !c.is_ascii_digit());
        let digits = |n: &str| if is_year(n) { 0 } else { n.len() };
        numbers.map(digits).sum::<usize>() > usize::from(part.contains(char::is_whitespace))
    };
    reference.split(';').map(str::trim).filter(telling).map(str::to_owned).collect()
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

impl Row {
    /// The names of its themes are no words of its own: that two share a theme is told once. Who keeps a record is not told, or
    /// any two of one keeper would look like a donor's and an implementer's entry of one action.
    pub fn subject(&self) -> Subject {
        let texts = [self.description.as_str(), self.theme_text.as_str()].into_iter().filter(|t| !t.trim().is_empty());
        Subject {
            titles: vec![self.title.clone()],
            texts: texts.map(str::to_owned).collect(),
            parties: self
                .parties
                .0
                .iter()
                .filter(|p| p.role != "reporting")
                .map(|p| Party {
                    key: Some(p.id.as_u128()),
                    reference: p.reference.clone(),
                    name: p.name.clone(),
                    role: role(&p.role),
                })
                .collect(),
            beneficiaries: self.beneficiaries.clone(),
            pillars: self.pillars.clone(),
            themes: self.themes.iter().map(Uuid::to_string).collect(),
            sectors: self.sectors.clone(),
            start: when(self.start, self.start_precision.as_deref()),
            end: when(self.end, self.end_precision.as_deref()),
            amounts: self
                .total
                .map(|value| Amount { value, currency: self.currency.clone().unwrap_or_default() })
                .into_iter()
                .collect(),
            identifiers: identifiers(&self.reference),
            parent: self.parent_id.map(|id| id.as_u128()),
            parent_title: self.parent_text.clone(),
            status: self.status.as_deref().and_then(status),
            ..Subject::default()
        }
        .reading_left_out(self.all_beneficiaries.iter().filter_map(|b| b.split_once(' ')))
    }

    /// A fingerprint of what matters for the question whether it overlaps: as long as it stays, a pair that was
    /// dismissed keeps quiet.
    pub fn matters(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list.join("|")
        };
        part(&self.title);
        part(&self.description);
        part(&sorted(self.beneficiaries.clone()));
        part(&sorted(self.themes.iter().map(Uuid::to_string).collect()));
        let named = self.parties.0.iter().filter(|p| !p.above);
        part(&sorted(named.map(|p| format!("{}{}", p.id, p.role)).collect()));
        part(&format!("{:?}{:?}{:?}{:?}", self.start, self.start_precision, self.end, self.end_precision));
        part(&format!("{:?}{:?}{:?}", self.total, self.currency, self.status));
        hash.finalize().into()
    }
}

/// The fingerprint of a pair, whichever stands first.
pub fn pair_matters(a: [u8; 32], b: [u8; 32]) -> Vec<u8> {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    let mut hash = Sha256::new();
    hash.update(first);
    hash.update(second);
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::identifiers;

    #[test]
    fn an_instrument_and_its_year_tell_no_action_from_another() {
        for shared in
            ["", "IPA II", "IPA 2", "IPA/2017", "IPA II Multi-country 2014", "IPA III Multi-country 2021-2022"]
        {
            assert!(identifiers(shared).is_empty(), "{shared}");
        }
        for own in ["2018/1788", "7F07499", "FIT-4", "RER-18/0018", "BA-08-IB-JH-01", "HOME/2014/ISFP/AG/RADX/7533"] {
            assert_eq!(identifiers(own), [own]);
        }
        assert_eq!(identifiers("IPA II 2016; 2016/378-241"), ["2016/378-241"]);
    }
}

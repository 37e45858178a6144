//! The corpus and its labelled pairs, read into what the finder takes.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::features::overlaps::engine::{Amount, Link, Named, Party, Role, Status, Subject, When};

/// One real activity in the corpus's flat form. Fields that the finder does not use are left out.
#[derive(Debug, Deserialize)]
pub struct Activity {
    pub id: String,
    pub publisher: Organisation,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    titles: BTreeMap<String, Option<String>>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    descriptions: Vec<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    countries: Vec<String>,
    #[serde(default)]
    sectors: Vec<String>,
    #[serde(default)]
    sector_groups: Vec<String>,
    start: Option<String>,
    end: Option<String>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    participating: Vec<Organisation>,
    #[serde(default)]
    amounts: Vec<Sum>,
    #[serde(default)]
    links: Vec<(String, String)>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Organisation {
    #[serde(rename = "ref", default)]
    pub reference: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    role: String,
}

#[derive(Debug, Deserialize)]
struct Sum {
    #[serde(default)]
    currency: Option<String>,
    value: Option<f64>,
}

/// A labelled pair.
#[derive(Debug, Clone, Deserialize)]
pub struct LabelledPair {
    pub a: String,
    pub b: String,
    pub label: Label,
    /// How the pair was found when it was labelled.
    #[serde(default)]
    pub tier: String,
    #[serde(default)]
    pub cross_publisher: bool,
    #[serde(default)]
    pub same_title: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    Duplicate,
    Related,
    Unrelated,
}

impl LabelledPair {
    /// Found by a formal link between the two.
    pub fn formal_link(&self) -> bool {
        self.tier == "A_link"
    }
}

/// Reads a file of activities, one JSON object a line, gzipped or not.
pub fn activities(path: &Path) -> anyhow::Result<Vec<Activity>> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let reader: Box<dyn BufRead> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(BufReader::new(GzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut activities = Vec::new();
    for (at, line) in reader.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            activities
                .push(serde_json::from_str(&line).with_context(|| format!("{}, line {}", path.display(), at + 1))?);
        }
    }
    Ok(activities)
}

/// Reads a file of labelled pairs, and the SHA-256 of its bytes.
pub fn pairs(path: &Path) -> anyhow::Result<(Vec<LabelledPair>, String)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let pairs = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(|| format!("reading {}", path.display()))?;
    let digest = Sha256::digest(text.as_bytes());
    Ok((pairs, digest.iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Which texts of an activity to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Languages<'a> {
    All,
    Only(&'a str),
}

impl Activity {
    /// Who published it, as the corpus tells publishers apart.
    pub fn publisher_key(&self) -> &str {
        if self.publisher.reference.is_empty() { &self.publisher.name } else { &self.publisher.reference }
    }

    /// What the finder is told of it.
    pub fn subject(&self) -> Subject {
        let (titles, texts) = self.texts(Languages::All);
        let mut parties = vec![self.publisher.party(Role::Reporter)];
        parties.extend(self.participating.iter().map(|organisation| organisation.party(organisation.role())));
        let mut identifiers = vec![self.id.clone()];
        let mut named = Vec::new();
        for (kind, identifier) in &self.links {
            match link(kind) {
                _ if identifier.trim().is_empty() => {}
                Some(how) => named.push(Named { identifier: identifier.clone(), how }),
                None => identifiers.push(identifier.clone()),
            }
        }
        let groups = self.sector_groups.iter().filter_map(|name| group(name)).map(str::to_owned);
        Subject {
            titles,
            texts,
            parties,
            beneficiaries: self.countries.clone(),
            sectors: self.sectors.iter().cloned().chain(groups).collect(),
            start: self.start.as_deref().and_then(day),
            end: self.end.as_deref().and_then(day),
            amounts: self
                .amounts
                .iter()
                .filter_map(|sum| {
                    Some(Amount { value: sum.value?, currency: sum.currency.clone().unwrap_or_default() })
                })
                .collect(),
            identifiers,
            named,
            status: match self.status.as_str() {
                "1" => Some(Status::Planned),
                "2" => Some(Status::Running),
                "3" | "4" => Some(Status::Ended),
                "5" | "6" => Some(Status::Cancelled),
                _ => None,
            },
            ..Subject::default()
        }
    }

    /// Titles and descriptions.
    pub fn texts(&self, languages: Languages<'_>) -> (Vec<String>, Vec<String>) {
        let wanted = |language: &str| match languages {
            Languages::All => true,
            Languages::Only(only) => language == only,
        };
        let mut titles: Vec<String> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        let mut add = |to_titles: bool, text: &Option<String>| {
            let to = if to_titles { &mut titles } else { &mut texts };
            if let Some(text) = text.as_deref().map(str::trim).filter(|t| !matches!(*t, "" | "N/A"))
                && !to.iter().any(|known| known == text)
            {
                to.push(text.to_owned());
            }
        };
        // English first: it is the working language.
        for english in [true, false] {
            for (_, title) in self.titles.iter().filter(|(l, _)| (*l == "en") == english && wanted(l)) {
                add(true, title);
            }
            for by_language in &self.descriptions {
                for (_, text) in by_language.iter().filter(|(l, _)| (*l == "en") == english && wanted(l)) {
                    add(false, text);
                }
            }
        }
        if languages == Languages::All {
            add(true, &self.title);
            add(false, &self.description);
        }
        (titles, texts)
    }

    /// The languages in which it has text.
    pub fn languages(&self) -> Vec<String> {
        let mut languages: Vec<String> = self
            .titles
            .iter()
            .chain(self.descriptions.iter().flatten())
            .filter(|(language, text)| {
                !language.is_empty() && text.as_deref().is_some_and(|t| !matches!(t.trim(), "" | "N/A"))
            })
            .map(|(language, _)| language.clone())
            .collect();
        languages.sort();
        languages.dedup();
        languages
    }
}

impl Organisation {
    fn party(&self, role: Role) -> Party {
        let reference = Some(self.reference.clone()).filter(|r| !r.is_empty());
        Party { key: None, reference, name: self.name.clone(), role }
    }

    fn role(&self) -> Role {
        match self.role.to_lowercase().as_str() {
            "1" | "funding" => Role::Funder,
            "2" => Role::Lead,
            "3" | "extending" => Role::Extending,
            "4" | "implementing" => Role::Implementer,
            _ => Role::Other,
        }
    }
}

/// Number of an activity in the finder: its place in the corpus.
pub type ById<'a> = HashMap<&'a str, u128>;

/// None: not another action but a reference of its own.
fn link(kind: &str) -> Option<Link> {
    Some(match kind {
        "related-activity type 1" => Link::Parent,
        "related-activity type 2" => Link::Child,
        "related-activity type 4" => Link::SameElsewhere,
        "related-activity type 5" => Link::SameElsewhere,
        "provider-activity-id" => Link::Funding,
        "receiver-activity-id" => Link::Receiving,
        "other-identifier" => return None,
        kind if kind.ends_with("role 1") => Link::Funding,
        kind if kind.ends_with("role 3") => Link::Funding,
        kind if kind.starts_with("participating") => Link::Receiving,
        _ => Link::Sibling,
    })
}

fn day(text: &str) -> Option<When> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok().map(When::day)
}

/// The corpus names some sector groups in words; the group's OECD-DAC code.
fn group(name: &str) -> Option<&str> {
    Some(match name {
        "Education" => "110",
        "Health" => "120",
        "Population Policies/Programmes & Reproductive Health" => "130",
        "Water Supply & Sanitation" => "140",
        "Government & Civil Society" => "150",
        "Other Social Infrastructure & Services" => "160",
        "Transport & Storage" => "210",
        "Communications" => "220",
        "Energy" => "230",
        "Banking & Financial Services" => "240",
        "Business & Other Services" => "250",
        "Agriculture, Forestry, Fishing" => "310",
        "Industry, Mining, Construction" => "320",
        "Trade Policies & Regulations" => "331",
        "Tourism" => "332",
        "General Environment Protection" => "410",
        "Other Multisector" => "430",
        "General Budget Support" => "510",
        "Development Food Assistance" => "520",
        "Action Relating to Debt" => "600",
        "Emergency Response" => "720",
        "Reconstruction Relief & Rehabilitation" => "730",
        "Disaster Prevention & Preparedness" => "740",
        "Administrative Costs of Donors" => "910",
        name if name.len() == 5 && name.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => return None,
    })
}

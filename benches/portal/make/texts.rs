//! The words of the actions: titles and descriptions of real ones, told apart where one is used twice.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use super::chance::Chance;
use super::seed::Seed;

/// What people of the region would write, in both their alphabets: the published files hold almost none of it.
const PHRASES: [(&str, &str); 10] = [
    ("Prekogranična policijska saradnja", "Прекогранична полицијска сарадња"),
    ("Borba protiv organizovanog kriminala", "Борба против организованог криминала"),
    ("Suzbijanje trgovine ljudima", "Сузбијање трговине људима"),
    ("Integrisano upravljanje granicama", "Интегрисано управљање границама"),
    ("Zaštita svedoka i žrtava", "Заштита сведока и жртава"),
    ("Sprečavanje nasilnog ekstremizma", "Спречавање насилног екстремизма"),
    ("Kontrola lakog i malokalibarskog oružja", "Контрола лаког и малокалибарског оружја"),
    ("Obuka graničnih policajaca", "Обука граничних полицајаца"),
    ("Megjunarodna pravosudna sorabotka", "Меѓународна правосудна соработка"),
    ("Finansijske istrage i oduzimanje imovine", "Финансијске истраге и одузимање имовине"),
];

pub struct Text {
    pub title: String,
    pub description: String,
}

pub struct Texts {
    /// The seed's own: security, which the searches ask for.
    own: Vec<Text>,
    published: Vec<Text>,
    /// Organisations that the published files name, with their IATI type.
    pub parties: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Published {
    title: String,
    description: Option<String>,
    participating: Vec<Participant>,
}

#[derive(Deserialize)]
struct Participant {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Texts {
    pub fn read(file: &Path, seed: &Seed) -> Result<Self> {
        let open = std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut texts = Self { own: Vec::new(), published: Vec::new(), parties: Vec::new() };
        let (mut titles, mut names) = (HashSet::new(), HashSet::new());
        for line in BufReader::new(flate2::read::GzDecoder::new(open)).lines() {
            let published: Published = serde_json::from_str(&line?).context("a line of the published actions")?;
            for party in published.participating {
                let name = party.name.unwrap_or_default().trim().to_owned();
                if (5..=120).contains(&name.chars().count()) && names.insert(name.to_lowercase()) {
                    texts.parties.push((name, party.kind.unwrap_or_default()));
                }
            }
            let title = clipped(&published.title, 300);
            if title.chars().count() >= 10 && titles.insert(title.to_lowercase()) {
                let description = clipped(&published.description.unwrap_or_default(), 4000);
                texts.published.push(Text { title, description });
            }
        }
        ensure!(texts.published.len() > 1000 && texts.parties.len() > 500, "{} holds too little", file.display());
        texts.own.extend(
            seed.actions.iter().map(|a| Text {
                title: clipped(&a.title, 300),
                description: a.description.clone().unwrap_or_default(),
            }),
        );
        Ok(texts)
    }

    /// The text of one action, of which there are many more than texts.
    pub fn make(&self, chance: &mut Chance, beneficiary: &str) -> Text {
        let from = if chance.percent(8) { &self.own } else { &self.published };
        let (Some(base), Some(other)) = (chance.one(from), chance.one(&self.published)) else {
            return Text { title: "An action".to_owned(), description: String::new() };
        };
        let mut title = match chance.below(8) {
            0 => format!("{} – phase {}", base.title, ["II", "III", "IV"].get(chance.below(3)).unwrap_or(&"II")),
            1 => format!("{} ({})", base.title, chance.between(2012, 2027)),
            2 => format!("{} – {beneficiary}", base.title),
            3 | 4 => crossed(&base.title, &other.title),
            _ => base.title.clone(),
        };
        let mut description = match chance.below(6) {
            0 => crossed(&base.description, &other.description),
            1 => String::new(),
            _ => base.description.clone(),
        };
        if chance.percent(2)
            && let Some((latin, cyrillic)) = chance.one(&PHRASES)
        {
            let phrase = if chance.percent(50) { latin } else { cyrillic };
            title = if chance.percent(50) { format!("{phrase} – {title}") } else { (*phrase).to_owned() };
            description = format!("{phrase}. {description}");
        }
        Text { title: clipped(&title, 400), description: clipped(&description, 6000) }
    }
}

/// The beginning of one and the end of the other.
fn crossed(first: &str, second: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (first.split_whitespace().collect(), second.split_whitespace().collect());
    let (a, b) = (a.get(..a.len().div_ceil(2)).unwrap_or_default(), b.get(b.len() / 2..).unwrap_or_default());
    [a, b].concat().join(" ")
}

fn clipped(text: &str, most: usize) -> String {
    text.trim().chars().filter(|c| *c != '\0').take(most).collect()
}

//! What an activity of a file states, with ids for what it names. Published data is taken as far as it makes sense: what cannot be
//! taken keeps nothing else out, is told, and stays with the action as it came.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::directory::{Directory, Listed, plain, stated};
use super::model::{Came, Patch, Read};
use crate::features::actions::{Field, check};
use crate::features::exchange::iati;
use crate::features::exchange::incoming::{ImportProblem, Incoming, IncomingParty, IncomingShare, Severity};
use crate::kernel::i18n::{Message, excerpt};
use sha2::{Digest, Sha256};

/// Of an activity as it is written no more is kept than the database takes.
const MOST: usize = 48_000_000;

/// An activity of a file, as a row of its import.
pub fn row(d: &Directory, number: u32, read: iati::Read) -> Read {
    let row = i32::try_from(number).unwrap_or(i32::MAX);
    let activity = match read {
        iati::Read::Activity(activity) => activity,
        iati::Read::LeftOut(loss) => {
            let problems = vec![iati::left_out(&loss)];
            return Read { row, cells: None, patch: Patch::default(), problems, came: None };
        }
    };
    let mut taken = Taken::default();
    let patch = taken.patch(d, iati::incoming(&activity, number));
    let (identifier, content) = iati::kept(activity.tree, &taken.not_listed);
    let patch = Patch { identifier: identifier.clone(), ..patch };
    if content.len() > MOST {
        taken.say("iati-activity", Severity::Wrong, Message::new("iati-loss-too-large"));
        return Read { row, cells: None, patch, problems: taken.problems, came: None };
    }
    let hash = hex::encode(Sha256::digest(content.as_bytes()));
    let came = Some(Came { identifier, content: Some(content), hash });
    Read { row, cells: None, patch, problems: taken.problems, came }
}

#[derive(Default)]
struct Taken {
    problems: Vec<ImportProblem>,
    not_listed: Vec<IncomingParty>,
}

impl Taken {
    fn say(&mut self, element: &str, severity: Severity, message: Message) {
        self.problems.push(ImportProblem { column: element.to_owned(), index: None, what: message.into(), severity });
    }

    fn lost(&mut self, element: &str, message: Message) {
        self.say(element, Severity::Lost, message);
    }

    /// A text that is too long for its field ends earlier here.
    fn shorten(&mut self, text: &mut Option<String>, element: &str, most: usize) {
        let Some(text) = text.as_mut().filter(|t| t.chars().count() > most) else { return };
        let end = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
        text.truncate(end);
        text.push('…');
        self.lost(element, Message::new("import-iati-shortened").with("most", most));
    }

    /// What cannot be cut is none where it is too long.
    fn fitting(&mut self, text: &mut Option<String>, element: &str, most: usize) {
        if text.as_ref().is_some_and(|t| t.chars().count() > most) {
            *text = None;
            self.lost(element, Message::new("field-too-long").with("most", most));
        }
    }

    fn party(&mut self, d: &Directory, party: &IncomingParty, element: &str) -> Option<Uuid> {
        let of = match d.listed(party) {
            Listed::One(id) => return Some(id),
            Listed::Not => String::new(),
            Listed::Doubtful(ids) => ids.iter().map(|id| d.name(*id)).collect::<Vec<_>>().join("; "),
        };
        let key = match (party.role, of.is_empty()) {
            ("reporting", _) => "import-iati-keeper",
            (_, true) => "import-iati-party",
            (_, false) => "import-iati-party-doubtful",
        };
        let name = party.name.as_deref().or(party.reference.as_deref()).unwrap_or_default();
        let message = Message::new(key).with("name", excerpt(name)).with("of", of).with("stated", stated(party));
        self.lost(element, message.with("reference", party.reference.as_deref().map(excerpt).unwrap_or_default()));
        None
    }

    fn patch(&mut self, d: &Directory, mut incoming: Incoming) -> Patch {
        self.problems = std::mem::take(&mut incoming.problems);
        if incoming.title.is_none() && incoming.reference.is_some() {
            incoming.title.clone_from(&incoming.reference);
            self.lost("title", Message::new("import-iati-no-title"));
        }
        self.shorten(&mut incoming.title, "title", 500);
        self.shorten(&mut incoming.description, "description", 20_000);
        self.shorten(&mut incoming.source_note, "concert:note", 5_000);
        self.shorten(&mut incoming.theme_text, "concert:note", 1_000);
        self.fitting(&mut incoming.reference, "iati-identifier", 200);
        self.fitting(&mut incoming.parent, "related-activity", 500);
        self.fitting(&mut incoming.link, "document-link", 2_000);
        // nothing is a part of itself
        if incoming.parent == incoming.reference {
            incoming.parent = None;
        }
        let of_the_web =
            |link: &String| url::Url::parse(link).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        if incoming.link.as_ref().is_some_and(|link| !of_the_web(link)) {
            incoming.link = None;
            self.lost("document-link", Message::new("field-web-address"));
        }
        let mut patch = plain(&incoming);
        let s = &mut patch.sheet;
        let keeper = incoming.reporter.as_ref().and_then(|r| self.party(d, r, "reporting-org"));
        s.set(Field::Reporting, keeper.map(|id| id.to_string()));
        let mut parties = Vec::new();
        for party in incoming.parties {
            match self.party(d, &party, "participating-org") {
                Some(id) => parties.push(format!("{}:{id}", party.role)),
                None => {
                    patch.open_roles.push(party.role.to_owned());
                    self.not_listed.push(party);
                }
            }
        }
        patch.open_roles.sort_unstable();
        patch.open_roles.dedup();
        s.set(Field::Parties, parties);
        let shares = self.shares(d, &incoming.beneficiaries);
        let stated = |(id, share): (Uuid, Option<Decimal>)| {
            share.map_or_else(|| id.to_string(), |share| format!("{id}={}", share.normalize()))
        };
        s.set(Field::Beneficiaries, shares.into_iter().map(stated));
        let pillars = self.keys(&incoming.pillars, |key| d.pillar(key));
        s.set(Field::Pillars, pillars);
        let mut themes = self.keys(&incoming.themes, |key| d.theme(key));
        themes.extend(incoming.sectors.iter().filter_map(|code| d.of_purpose(code)).map(|id| id.to_string()));
        s.set(Field::Themes, themes);
        s.set(Field::ThemeText, incoming.theme_text);
        self.settle(&mut patch);
        patch
    }

    /// What the process's own words in a file of ours stand for.
    fn keys(&mut self, stated: &[String], find: impl Fn(&str) -> Option<Uuid>) -> Vec<String> {
        let mut ids = Vec::new();
        for key in stated {
            match find(key) {
                Some(id) => ids.push(id.to_string()),
                None => self.lost("tag", Message::new("import-iati-tag").with("text", excerpt(key))),
            }
        }
        ids
    }

    /// Shares of the process's beneficiaries. Those that do not come to the whole are of others too, and stay the source's.
    fn shares(&mut self, d: &Directory, stated: &[IncomingShare]) -> Vec<(Uuid, Option<Decimal>)> {
        let mut shares: Vec<(Uuid, Option<Decimal>)> = Vec::new();
        let mut outside = false;
        for place in stated {
            // others are not the process's to say, and are kept with the action
            let Some(id) = d.beneficiary(&place.stated) else {
                outside = true;
                continue;
            };
            match shares.iter_mut().find(|(known, _)| *known == id) {
                Some((_, share)) => *share = share.zip(place.share).and_then(|(a, b)| a.checked_add(b)),
                None => shares.push((id, place.share)),
            }
        }
        let all: Vec<Decimal> = shares.iter().filter_map(|(_, share)| *share).collect();
        let sum = all.iter().try_fold(Decimal::ZERO, |sum, share| sum.checked_add(*share)).unwrap_or(Decimal::MAX);
        let complete = all.len() == shares.len();
        let hold = all.iter().all(|share| !share.is_sign_negative() || share.is_zero())
            && if complete { sum == Decimal::ONE_HUNDRED } else { sum <= Decimal::ONE_HUNDRED };
        if !all.is_empty() && !hold {
            shares.iter_mut().for_each(|(_, share)| *share = None);
            let key = if outside { "import-iati-shares-outside" } else { "import-iati-shares" };
            self.lost("recipient-country", Message::new(key).with("sum", sum.normalize()));
        }
        shares
    }

    /// What a record cannot hold beside the rest is left out of it.
    fn settle(&mut self, patch: &mut Patch) {
        for (field, message) in check(&patch.sheet) {
            if !matches!(field, Field::Title | Field::Reporting) {
                patch.sheet.set(field, Vec::<String>::new());
                self.lost(&field.label(), message);
            }
        }
    }
}

//! What a file names, found in the process: organisations, beneficiaries, pillars, themes. Identifiers first where a file has
//! some, then exact names, then folded ones; what several share is asked, never assumed.

use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

use super::model::Patch;
use super::near::nearest;
use crate::features::actions::{Choices, Field, Names};
use crate::features::exchange::incoming::{ImportProblem, Incoming, IncomingParty, IncomingShare, Severity};
use crate::features::exchange::tables::{Column, Known, Together, parted, parted_names, together, unknown_part};
use crate::kernel::db::Frame;
use crate::kernel::fold::fold;
use crate::kernel::i18n::{Message, excerpt};

/// The beneficiaries whom "WB6" names: of a process that has these and no others it means all.
const SIX: [&str; 6] = ["AL", "BA", "XK", "ME", "MK", "RS"];

/// Ids by folded name; several where a name is shared.
type ByName = HashMap<String, Vec<Uuid>>;

#[derive(Debug, Default)]
pub struct Directory {
    organisations: ByName,
    organisations_exact: ByName,
    beneficiaries: ByName,
    /// All beneficiaries of the process, and whether they are the six of the Western Balkans.
    every: Vec<Uuid>,
    six: bool,
    pillars: ByName,
    themes: ByName,
    theme_keys: ByName,
    /// Themes by the purposes that they stand for.
    purposes: ByName,
    /// Organisations by their IATI identifiers, and the other way round.
    references: ByName,
    identifiers: HashMap<Uuid, String>,
    /// What somebody has said about names and references that are none here.
    said: HashMap<String, Uuid>,
    names: Names,
    /// By which each organisation is told from others of its name.
    labels: HashMap<Uuid, String>,
    /// The address of the process, that records' addresses begin with.
    address: String,
}

fn add(to: &mut ByName, name: &str, id: Uuid) {
    put(to, fold(name), id);
}

fn put(to: &mut ByName, key: String, id: Uuid) {
    if key.is_empty() {
        return;
    }
    let ids = to.entry(key).or_default();
    if !ids.contains(&id) {
        ids.push(id);
    }
}

/// An identifier as identifiers are compared. The five digits of a multilateral channel are used with their list's name and
/// without.
fn compared(reference: &str) -> String {
    let reference = reference.trim().to_lowercase();
    let digits = reference.strip_prefix("xm-dac-").unwrap_or(&reference);
    let is_channel = digits.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit());
    if is_channel { digits.to_owned() } else { reference }
}

/// By which it is remembered what somebody has said of an organisation that a file names.
pub fn stated(party: &IncomingParty) -> String {
    match &party.reference {
        Some(reference) => format!("r:{}", compared(reference).chars().take(600).collect::<String>()),
        None => format!("n:{}", fold(party.name.as_deref().unwrap_or_default()).chars().take(600).collect::<String>()),
    }
}

/// An organisation that a file names, looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    One(Uuid),
    /// Its name is that of these, but its identifier is not, or they share the name.
    Doubtful(Vec<Uuid>),
    Not,
}

impl Directory {
    pub fn new(choices: &Choices, frame: &Frame, base_url: &str) -> Self {
        let mut d =
            Self { names: Names::of(choices), address: format!("{base_url}/{}/", frame.slug), ..Self::default() };
        for o in &choices.organisations {
            d.organisations_exact.entry(o.name.to_lowercase()).or_default().push(o.id.0);
            let label = choices.label(o);
            add(&mut d.organisations_exact, &label, o.id.0);
            d.labels.insert(o.id.0, label);
            for name in std::iter::once(&o.name).chain(&o.short_name).chain(&o.aliases) {
                add(&mut d.organisations, name, o.id.0);
            }
            // an organisation without an identifier stands in our own files by its id
            put(&mut d.references, format!("urn:uuid:{}", o.id), o.id.0);
            if let Some(identifier) = &o.iati {
                put(&mut d.references, compared(identifier), o.id.0);
                d.identifiers.insert(o.id.0, compared(identifier));
            }
            // nor is what was merged into it another organisation for those who go on naming it as before
            for merged in &o.merged {
                put(&mut d.references, format!("urn:uuid:{}", merged.id), o.id.0);
                if let Some(identifier) = &merged.iati {
                    put(&mut d.references, compared(identifier), o.id.0);
                }
            }
        }
        for b in &frame.beneficiaries {
            // by its code in capitals alone: AL is one, "al" a word of several languages
            d.beneficiaries.entry(format!("={}", b.code)).or_default().push(b.id.0);
            add(&mut d.beneficiaries, &b.name, b.id.0);
            d.names.0.insert(b.id.0, b.name.clone());
        }
        d.every = frame.beneficiaries.iter().map(|b| b.id.0).collect();
        d.six = d.every.len() == SIX.len() && frame.beneficiaries.iter().all(|b| SIX.contains(&b.code.as_str()));
        for l in &frame.pillars {
            add(&mut d.pillars, &l.key, l.id.0);
            add(&mut d.pillars, &l.name, l.id.0);
            d.names.0.insert(l.id.0, l.key.clone());
        }
        for t in choices.themes.iter().filter(|t| !t.retired) {
            add(&mut d.themes, &t.name, t.id.0);
            t.dac.iter().for_each(|code| put(&mut d.purposes, code.clone(), t.id.0));
        }
        choices.themes.iter().for_each(|t| put(&mut d.theme_keys, t.key.clone(), t.id.0));
        // a retired one is still what a record may have
        for t in choices.themes.iter().filter(|t| t.retired) {
            d.themes.entry(fold(&t.name)).or_insert_with(|| vec![t.id.0]);
        }
        d
    }

    /// With what has been said of names that are none here.
    #[must_use]
    pub fn knowing(mut self, said: HashMap<String, Uuid>) -> Self {
        self.said = said;
        self
    }

    /// Names of organisations and themes, to show what a row changes.
    pub fn names(&self) -> &Names {
        &self.names
    }

    pub fn name(&self, id: Uuid) -> String {
        self.names.0.get(&id).cloned().unwrap_or_default()
    }

    fn organisation(&self, name: &str) -> &[Uuid] {
        let name: String = name.chars().take(500).collect();
        if let Some([one]) = self.organisations_exact.get(&name.to_lowercase()).map(Vec::as_slice) {
            return std::slice::from_ref(one);
        }
        let folded = fold(&name);
        if let Some([one]) = self.organisations_exact.get(&folded).map(Vec::as_slice) {
            return std::slice::from_ref(one);
        }
        match self.organisations.get(&folded) {
            Some(ids) => ids,
            None => self.with_short_name(&name).map_or(&[], std::slice::from_ref),
        }
    }

    /// "United Nations Development Programme (UNDP)", where both are names of one organisation and of no other.
    fn with_short_name(&self, name: &str) -> Option<&Uuid> {
        let (name, short) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
        let of = |name: &str| self.organisations.get(&fold(name)).map(Vec::as_slice);
        match (of(name), of(short)) {
            (Some([one]), Some([same])) if one == same => Some(one),
            _ => None,
        }
    }

    fn is_organisation(&self, name: &str) -> bool {
        matches!(self.organisation(name), [_])
    }

    /// By its identifier, then by what somebody has said of it, then by its name.
    pub fn listed(&self, party: &IncomingParty) -> Listed {
        let reference = party.reference.as_deref().map(compared);
        if let Some([one]) = reference.as_ref().and_then(|r| self.references.get(r)).map(Vec::as_slice) {
            return Listed::One(*one);
        }
        if let Some(one) = self.said.get(&stated(party)).filter(|id| self.names.0.contains_key(*id)) {
            return Listed::One(*one);
        }
        match self.organisation(party.name.as_deref().unwrap_or_default()) {
            [] => Listed::Not,
            // another identifier is another organisation until somebody says otherwise
            [one] if reference.is_none() || !self.identifiers.contains_key(one) => Listed::One(*one),
            several => Listed::Doubtful(several.to_vec()),
        }
    }

    /// The organisation that somebody means by a name.
    pub fn meant(&self, name: &str) -> Option<Uuid> {
        match self.organisation(name) {
            [one] => Some(*one),
            _ => None,
        }
    }

    pub fn pillar(&self, key: &str) -> Option<Uuid> {
        Self::one(&self.pillars, key)
    }

    pub fn theme(&self, key: &str) -> Option<Uuid> {
        self.theme_keys.get(key).and_then(|ids| ids.first()).copied()
    }

    /// The one theme that stands for a purpose, or for the category that it is of.
    pub fn of_purpose(&self, code: &str) -> Option<Uuid> {
        let exact = self.purposes.get(code);
        let category = || code.get(..3).filter(|_| code.len() == 5).and_then(|category| self.purposes.get(category));
        match exact.or_else(category).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }

    pub fn beneficiary(&self, stated: &str) -> Option<Uuid> {
        let stated = stated.trim().trim_end_matches('*').trim_end();
        let code = self.beneficiaries.get(&format!("={stated}"));
        let found = code.or_else(|| self.beneficiaries.get(&fold(stated)));
        found.and_then(|ids| ids.first()).copied()
    }

    /// All beneficiaries, where what is no name says all of them for certain; else what is wrong with it.
    fn all_of(&self, stated: &IncomingShare) -> Result<&[Uuid], Message> {
        let whole = stated.share.is_none_or(|share| share == Decimal::ONE_HUNDRED);
        let key = match together(&stated.stated) {
            Some(said) if said == Together::All || (said == Together::Six && self.six) => match whole {
                true => return Ok(&self.every),
                false => "import-cell-beneficiary-share",
            },
            Some(_) => "import-cell-beneficiary-which",
            None => "import-cell-beneficiary",
        };
        let asked = Message::new(key).with("text", excerpt(&stated.stated));
        let near = nearest(&stated.stated, &self.beneficiaries).and_then(|id| self.names.0.get(&id));
        match near.filter(|_| key == "import-cell-beneficiary") {
            Some(near) => Err(Message { key: "import-cell-beneficiary-near", ..asked }.with("near", near)),
            None => Err(asked),
        }
    }

    fn one(of: &ByName, name: &str) -> Option<Uuid> {
        match of.get(&fold(name)).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }
}

impl Known for Directory {
    fn is_beneficiary(&self, text: &str) -> bool {
        self.beneficiary(text).is_some()
    }
    fn is_pillar(&self, text: &str) -> bool {
        self.pillars.contains_key(&fold(text))
    }
    fn is_theme(&self, text: &str) -> bool {
        self.themes.contains_key(&fold(text))
    }
    fn is_address(&self, text: &str) -> bool {
        text.starts_with(&self.address) && text.contains("/actions/")
    }
}

/// The columns of a table, to say where something stands.
pub struct Heads<'a> {
    pub heads: &'a [String],
    pub columns: &'a [Option<Column>],
}

impl Heads<'_> {
    fn of(&self, column: Column) -> (String, Option<u16>) {
        let at = self.columns.iter().position(|c| *c == Some(column));
        let head = at.and_then(|i| self.heads.get(i)).cloned().unwrap_or_default();
        (head, at.and_then(|i| u16::try_from(i).ok()))
    }
}

fn column_of(role: &str) -> Column {
    match role {
        "implementing" => Column::Implementing,
        "accountable" => Column::Accountable,
        "extending" => Column::Extending,
        "lead" => Column::Lead,
        "reporting" => Column::Keeper,
        _ => Column::Funding,
    }
}

struct Finding<'a> {
    heads: &'a Heads<'a>,
    problems: Vec<ImportProblem>,
}

impl Finding<'_> {
    fn say(&mut self, column: Column, severity: Severity, message: Message) {
        let (column, index) = self.heads.of(column);
        self.problems.push(ImportProblem { column, index, what: message.into(), severity });
    }

    fn party(&mut self, d: &Directory, party: &IncomingParty) -> Option<Uuid> {
        let name = party.name.as_deref().unwrap_or_default();
        let column = column_of(party.role);
        match d.organisation(name) {
            [one] => Some(*one),
            [] => {
                let near = || nearest(name, &d.organisations).and_then(|id| d.labels.get(&id));
                let message = match unknown_part(name, |part| d.is_organisation(part)) {
                    Some(part) => Message::new("import-cell-organisation-part").with("part", excerpt(part)),
                    None => match near() {
                        Some(near) => Message::new("import-cell-organisation-near").with("near", near),
                        None => Message::new("import-cell-organisation"),
                    },
                };
                self.say(column, Severity::Wrong, message.with("text", excerpt(name)));
                None
            }
            several => {
                let labels: Vec<&str> = several.iter().filter_map(|id| d.labels.get(id)).map(String::as_str).collect();
                let message = Message::new("import-cell-organisation-several").with("text", excerpt(name));
                self.say(column, Severity::Wrong, message.with("names", labels.join("; ")));
                None
            }
        }
    }

    /// One organisation, or several that the cell names with anything between them.
    fn parties(&mut self, d: &Directory, party: &IncomingParty) -> Vec<String> {
        let stated = party.name.clone().unwrap_or_default();
        // what two bear is a name as well, of which it is asked whose
        let is_name = |name: &str| match name == stated {
            true => !d.organisation(name).is_empty(),
            false => d.is_organisation(name),
        };
        let names = parted_names(&stated, is_name);
        let each = names.into_iter().map(|name| IncomingParty { name: Some(name), ..party.clone() });
        each.filter_map(|one| Some(format!("{}:{}", party.role, self.party(d, &one)?))).collect()
    }
}

/// What stands in a sheet as it is stated: texts, dates, the total.
pub fn plain(incoming: &Incoming) -> Patch {
    let mut patch = Patch {
        start: incoming.start,
        end: incoming.end,
        id: incoming.id,
        // its version stands before it, for people
        base: incoming.as_of.as_ref().map(|t| t.rsplit(' ').next().unwrap_or_default().to_owned()),
        parent: incoming.parent.clone(),
        ..Patch::default()
    };
    let s = &mut patch.sheet;
    let text = |t: &Option<String>| t.clone().into_iter();
    s.set(Field::Title, text(&incoming.title));
    s.set(Field::Description, text(&incoming.description));
    s.set(Field::Reference, text(&incoming.reference));
    s.set(Field::SourceUrl, text(&incoming.link));
    s.set(Field::SourceNote, text(&incoming.source_note));
    s.set(Field::Status, incoming.status);
    s.set(Field::Handling, incoming.handling);
    for (field, date) in [
        (Field::PlannedStart, incoming.planned_start),
        (Field::PlannedEnd, incoming.planned_end),
        (Field::ActualStart, incoming.actual_start),
        (Field::ActualEnd, incoming.actual_end),
    ] {
        s.set(field, date.map(|d| d.to_string()));
    }
    s.set(Field::StatedTotal, incoming.total.map(|(amount, currency)| format!("{} {currency}", amount.normalize())));
    patch
}

/// What a row states, with ids for names; what is wrong is told beside what the reading found wrong.
pub fn patch(d: &Directory, incoming: Incoming, heads: &Heads<'_>) -> (Patch, Vec<ImportProblem>) {
    let mut f = Finding { heads, problems: incoming.problems.clone() };
    let mut patch = plain(&incoming);
    let s = &mut patch.sheet;
    let keeper = incoming.reporter.as_ref().and_then(|r| f.party(d, r));
    s.set(Field::Reporting, keeper.map(|id| id.to_string()));
    let parties: Vec<String> = incoming.parties.iter().flat_map(|party| f.parties(d, party)).collect();
    s.set(Field::Parties, parties);
    let mut shares: Vec<String> = Vec::new();
    let mut all: Vec<Uuid> = Vec::new();
    let is_known = |name: &str| d.beneficiary(name).is_some();
    for stated in incoming.beneficiaries.iter().flat_map(|stated| parted(stated, is_known)) {
        let share = stated.share.map(|s| s.normalize());
        match d.beneficiary(&stated.stated) {
            Some(id) => shares.push(share.map_or_else(|| id.to_string(), |share| format!("{id}={share}"))),
            None => match d.all_of(&stated) {
                Ok(every) => all.extend(every),
                Err(message) => f.say(Column::Beneficiaries, Severity::Wrong, message),
            },
        }
    }
    for id in all.iter().map(Uuid::to_string) {
        if !shares.iter().any(|has| has.split('=').next() == Some(id.as_str())) {
            shares.push(id);
        }
    }
    s.set(Field::Beneficiaries, shares);
    let mut pillars = Vec::new();
    for stated in &incoming.pillars {
        match Directory::one(&d.pillars, stated) {
            Some(id) => pillars.push(id.to_string()),
            None => f.say(
                Column::Pillars,
                Severity::Wrong,
                Message::new("import-cell-pillar").with("text", excerpt(stated)),
            ),
        }
    }
    s.set(Field::Pillars, pillars);
    // what is no theme here is kept in the words of its source
    let (mut themes, mut words) = (Vec::new(), Vec::new());
    for stated in &incoming.themes {
        match Directory::one(&d.themes, stated) {
            Some(id) => themes.push(id.to_string()),
            None => {
                words.push(stated.clone());
                f.say(Column::Themes, Severity::Lost, Message::new("import-cell-theme").with("text", excerpt(stated)));
            }
        }
    }
    s.set(Field::Themes, themes);
    let in_words = incoming.theme_text.clone().or_else(|| (!words.is_empty()).then(|| words.join("; ")));
    s.set(Field::ThemeText, in_words);
    (patch, f.problems)
}

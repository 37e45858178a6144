//! What the form of the settings may hold.

use super::retention::{self, Retention};
use crate::features::decisions::{BoardSettings, Procedure, Quorum, Rule};
use crate::features::directory::shared::{Facts, fact};
use crate::kernel::db::Footnote;
use crate::kernel::form::Fields;
use crate::kernel::i18n::{self, Locale, Message};
use crate::kernel::money::Currency;
use crate::kernel::zone::Zone;

/// Words of the portal that a process may set for itself, by Fluent key: names of roles, of the parts an
/// organisation has in an action, of the levels of handling, and what is said of plans, questions, needs and reports.
pub const WORDS: [&str; 20] = [
    "role-support-group",
    "role-chair",
    "role-lead",
    "role-beneficiary",
    "role-partner",
    "role-observer",
    "party-funding",
    "party-implementing",
    "handling-public",
    "handling-members",
    "handling-parties",
    "handling-restricted",
    "plan-state-adopted",
    "decision-state-referred-back",
    "plan-stance-reservation",
    "overlap-title",
    "overlap-column-likelihood",
    "matrix-several",
    "envelope-awaits",
    "progress-correct",
];

/// The fields of the form of each of [`WORDS`], in their order.
const WORD_FIELDS: [&str; 20] = [
    "word-role-support-group",
    "word-role-chair",
    "word-role-lead",
    "word-role-beneficiary",
    "word-role-partner",
    "word-role-observer",
    "word-party-funding",
    "word-party-implementing",
    "word-handling-public",
    "word-handling-members",
    "word-handling-parties",
    "word-handling-restricted",
    "word-plan-state-adopted",
    "word-decision-state-referred-back",
    "word-plan-stance-reservation",
    "word-overlap-title",
    "word-overlap-column-likelihood",
    "word-matrix-several",
    "word-envelope-awaits",
    "word-progress-correct",
];

/// How the Board decides.
const BOARD_FIELDS: [&str; 5] =
    ["board_commission", "board_rule", "board_quorum", "board_procedure", "board_term_days"];
/// The longest term of a written or silence procedure, in days.
const LONGEST_TERM: u16 = 365;
/// The template of plans has so many objectives at most, each with a title of so many characters.
const MOST_OBJECTIVES: usize = 20;
const LONGEST_OBJECTIVE: usize = 200;

/// The fields of the form, as they are compared and kept.
pub fn field_names() -> Vec<&'static str> {
    let mut names =
        vec!["name", "short_name", "tagline", "about", "public", "publish_plans", "footnote_mark", "footnote_text"];
    names.extend(["currency", "plan_frame", "progress_months", "time_zone"]);
    names.extend(BOARD_FIELDS);
    names.extend(retention::FIELDS);
    names.extend(WORD_FIELDS);
    names
}

/// What the form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub short_name: String,
    pub tagline: String,
    pub about: Vec<String>,
    pub public: bool,
    /// A plan is published when it comes into force.
    pub publish_plans: bool,
    /// What totals of money are shown in; not set, it is the euro.
    pub currency: Option<Currency>,
    /// The objectives that a plan begun from the template starts with; empty where the portal's own stand.
    pub plan_frame: Vec<String>,
    /// After how many months progress is reported again; not set, it is a year.
    pub progress_months: Option<u16>,
    pub footnotes: Vec<Footnote>,
    /// One for each of [`WORDS`]; empty where the portal's own stands.
    pub words: Vec<String>,
    pub board: BoardSettings,
    pub retention: Retention,
    /// In which times of day are stated.
    pub zone: Zone,
}

impl Draft {
    /// Reads the form; `None` where a field is wrong.
    pub fn read(f: &mut Fields) -> Option<Self> {
        let name = f.required("name", 150);
        let short_name = f.required("short_name", 30);
        let tagline = f.text("tagline", 200);
        let about =
            f.text("about", 8000).split("\n\n").map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
        let marks: Vec<String> = f.values("footnote_mark").into_iter().map(|v| v.trim().to_owned()).collect();
        let texts: Vec<String> = f.values("footnote_text").into_iter().map(|v| v.trim().to_owned()).collect();
        let currency = f.choice("currency", |code| code.parse().ok());
        let mut footnotes = Vec::new();
        for i in 0..marks.len().max(texts.len()) {
            let (mark, text) = (marks.get(i).cloned().unwrap_or_default(), texts.get(i).cloned().unwrap_or_default());
            match (mark.is_empty(), text.is_empty()) {
                (true, true) => {}
                _ if mark.contains('\0') || text.contains('\0') => {
                    f.fail("footnotes", Message::new("field-control-character"))
                }
                (false, false) if mark.chars().count() <= 5 && text.chars().count() <= 1000 => {
                    footnotes.push(Footnote { mark, text })
                }
                _ => f.fail("footnotes", Message::new("directory-error-footnote")),
            }
        }
        if footnotes.len() > 10 {
            f.fail("footnotes", Message::new("directory-error-footnote"));
        }
        let (board, retention) = (read_board(f), Retention::read(f));
        let plan_frame = read_plan_frame(f);
        let progress_months = read_progress_months(f);
        let zone = f.choice("time_zone", Zone::parse).unwrap_or(Zone::Utc);
        let mut words = Vec::new();
        for key in WORDS {
            words.push(f.text(&format!("word-{key}"), 60));
        }
        f.is_valid().then_some(Self {
            name,
            short_name,
            tagline,
            about,
            public: f.is_set("public"),
            publish_plans: f.is_set("publish_plans"),
            currency,
            plan_frame,
            progress_months,
            footnotes,
            words,
            board,
            retention,
            zone,
        })
    }

    /// The form as it stands for this.
    pub fn fill(&self, f: &mut Fields) {
        f.set("name", &self.name);
        f.set("short_name", &self.short_name);
        f.set("tagline", &self.tagline);
        f.set("about", self.about.join("\n\n"));
        f.set("currency", self.currency.map(|c| c.to_string()).unwrap_or_default());
        for (name, is_so) in [("public", self.public), ("publish_plans", self.publish_plans)] {
            f.remove(name);
            if is_so {
                f.set(name, "yes");
            }
        }
        f.set("plan_frame", self.plan_frame.join("\n"));
        f.set("progress_months", self.progress_months.map(|n| n.to_string()).unwrap_or_default());
        for name in ["footnote_mark", "footnote_text"] {
            f.remove(name);
        }
        for note in &self.footnotes {
            f.add("footnote_mark", &note.mark);
            f.add("footnote_text", &note.text);
        }
        let board = &self.board;
        f.set("board_commission", board.commission.map(|o| o.to_string()).unwrap_or_default());
        f.set("board_rule", board.rule.map(Rule::as_str).unwrap_or_default());
        f.set("board_quorum", board.quorum.map(|q| q.to_string()).unwrap_or_default());
        f.set("board_procedure", board.procedure.map(Procedure::as_str).unwrap_or_default());
        f.set("board_term_days", board.term_days.map(|n| n.to_string()).unwrap_or_default());
        self.retention.fill(f);
        f.set("time_zone", self.zone.as_str());
        for (key, word) in WORDS.iter().zip(&self.words) {
            f.set(&format!("word-{key}"), word);
        }
    }

    /// What it says, for the history.
    pub fn facts(&self) -> Facts {
        let own = |(key, word): (&&str, &String)| {
            (!word.is_empty()).then(|| format!("{}: {word}", i18n::text(&Locale::default(), key)))
        };
        let terms = self.retention.terms().map(|(kind, days)| (kind.field, fact(days)));
        let all = [
            ("name", vec![self.name.clone()]),
            ("short_name", vec![self.short_name.clone()]),
            ("tagline", fact(Some(&self.tagline))),
            ("about", self.about.clone()),
            ("public", vec![if self.public { "yes" } else { "no" }.to_owned()]),
            ("publish_plans", vec![if self.publish_plans { "yes" } else { "no" }.to_owned()]),
            ("currency", fact(self.currency)),
            ("plan_frame", self.plan_frame.clone()),
            ("progress_months", fact(self.progress_months)),
            ("footnotes", self.footnotes.iter().map(|n| format!("{} {}", n.mark, n.text)).collect()),
            ("time_zone", vec![self.zone.as_str().to_owned()]),
            ("board_commission", fact(self.board.commission)),
            ("board_rule", fact(self.board.rule.map(Rule::as_str))),
            ("board_quorum", fact(self.board.quorum)),
            ("board_procedure", fact(self.board.procedure.map(Procedure::as_str))),
            ("board_term_days", fact(self.board.term_days)),
            ("words", WORDS.iter().zip(&self.words).filter_map(own).collect()),
        ];
        all.into_iter().chain(terms).collect()
    }
}

fn read_progress_months(f: &mut Fields) -> Option<u16> {
    let typed = f.value("progress_months").trim().to_owned();
    let months = typed.parse().ok().filter(|n| (1..=60).contains(n));
    if months.is_none() && !typed.is_empty() {
        f.fail("progress_months", Message::new("directory-error-progress-months"));
    }
    months
}

/// A title a line.
fn read_plan_frame(f: &mut Fields) -> Vec<String> {
    let titles: Vec<String> =
        f.text("plan_frame", 8000).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    if titles.len() > MOST_OBJECTIVES || titles.iter().any(|t| t.chars().count() > LONGEST_OBJECTIVE) {
        f.fail("plan_frame", Message::new("directory-error-plan-frame"));
    }
    titles
}

fn read_board(f: &mut Fields) -> BoardSettings {
    let quorum = f.value("board_quorum").trim().to_owned();
    let parsed = Quorum::parse(&quorum);
    if parsed.is_none() && !quorum.is_empty() {
        f.fail("board_quorum", Message::new("directory-error-quorum"));
    }
    let term = f.value("board_term_days").trim().to_owned();
    let days = term.parse::<u16>().ok().filter(|days| (1..=LONGEST_TERM).contains(days));
    if days.is_none() && !term.is_empty() {
        f.fail("board_term_days", Message::new("directory-error-term"));
    }
    BoardSettings {
        commission: f.id("board_commission"),
        rule: f.choice("board_rule", Rule::parse),
        quorum: parsed,
        procedure: f.choice("board_procedure", Procedure::parse),
        term_days: days,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn what_is_read_fills_the_form_again() {
        let mut f = form(&[
            ("name", "Example"),
            ("short_name", "EX"),
            ("about", "One.\r\n\r\nTwo\r\nlines."),
            ("footnote_mark", "*"),
            ("footnote_text", "* A note."),
            ("footnote_mark", ""),
            ("footnote_text", ""),
            ("publish_plans", "yes"),
            ("currency", "chf"),
            ("plan_frame", "Understand\r\n\r\n Act together "),
            ("word-role-lead", "Lead partner"),
            ("board_rule", "two_thirds"),
            ("board_quorum", "2/3"),
            ("board_term_days", "14"),
            ("keep_access_log", "730"),
        ]);
        let draft = Draft::read(&mut f).unwrap();
        assert_eq!(draft.about, ["One.", "Two\nlines."]);
        assert_eq!(draft.footnotes.len(), 1);
        assert_eq!(draft.currency.map(Currency::code), Some("CHF"));
        assert_eq!(draft.plan_frame, ["Understand", "Act together"]);
        let mut again = Fields::default();
        draft.fill(&mut again);
        assert_eq!(Draft::read(&mut again), Some(draft));
    }

    #[test]
    fn a_note_without_its_mark_is_an_error() {
        let mut f = form(&[("name", "E"), ("short_name", "E"), ("footnote_text", "lost")]);
        assert_eq!(Draft::read(&mut f), None);
        assert!(f.error("footnotes").is_some());
    }

    #[test]
    fn a_note_that_cannot_be_stored_is_an_error() {
        for (mark, text) in [("*\0", "* A note."), ("*", "* A\0note.")] {
            let sent = [("name", "E"), ("short_name", "E"), ("footnote_mark", mark), ("footnote_text", text)];
            let mut f = form(&sent);
            assert_eq!(Draft::read(&mut f), None, "{mark:?} {text:?}");
            assert_eq!(f.error("footnotes"), Some(&Message::new("field-control-character")));
        }
    }

    #[test]
    fn every_word_exists_and_has_its_field() {
        assert!(WORDS.iter().all(|key| i18n::has(key)));
        assert!(WORDS.iter().zip(WORD_FIELDS).all(|(key, field)| field == format!("word-{key}")));
    }
}

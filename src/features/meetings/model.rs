//! What a meeting is: plain data and its life.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::Deserialize;

use crate::kernel::ids::{MeetingId, PillarId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};
use crate::kernel::zone::Zone;

pub use super::parts::{Decided, Item, Party, Person, Task, Whole, named, party_scope};

closed_list! {
    Body {
        Board = "board", "meeting-body-board";
        /// The Support Group in the formation of one pillar.
        Pillar = "pillar", "meeting-body-pillar";
        /// The Support Group across pillars.
        SupportGroup = "support_group", "meeting-body-support-group";
        /// A regional meeting of experts.
        Expert = "expert", "meeting-body-expert";
        /// A beneficiary's own authorities among themselves.
        Consultation = "consultation", "meeting-body-consultation";
        Other = "other", "meeting-body-other";
    }
}

closed_list! {
    State {
        Planned = "planned", "meeting-state-planned";
        Held = "held", "meeting-state-held";
        Cancelled = "cancelled", "meeting-state-cancelled";
    }
}

closed_list! {
    /// Whether a party comes.
    Answer {
        Coming = "coming", "meeting-answer-coming";
        Unsure = "unsure", "meeting-answer-unsure";
        NotComing = "not_coming", "meeting-answer-not-coming";
    }
}

closed_list! {
    /// Whether a party was there; what is neither is not recorded.
    Attendance {
        Attended = "attended", "meeting-attendance-attended";
        Excused = "excused", "meeting-attendance-excused";
    }
}

closed_list! {
    TaskState {
        Open = "open", "meeting-task-open";
        Done = "done", "meeting-task-done";
        Dropped = "dropped", "meeting-task-dropped";
    }
}

closed_list! {
    /// What an item of an agenda is about.
    ItemKind {
        Own = "own", "meeting-item-own";
        Decision = "decision", "meeting-item-decision";
        Plan = "plan", "meeting-item-plan";
        Overlap = "overlap_case", "meeting-item-overlap";
        Needs = "needs", "meeting-item-needs";
        Cycle = "mapping_cycle", "meeting-item-cycle";
        Task = "meeting_task", "meeting-item-task";
    }
}

impl State {
    pub fn badge(self) -> &'static str {
        match self {
            State::Planned => "info",
            State::Held => "ok",
            State::Cancelled => "warn",
        }
    }

    /// Whether there is such a step.
    pub fn leads_to(self, to: State) -> bool {
        STEPS.contains(&(self, to))
    }
}

impl TaskState {
    pub fn badge(self) -> &'static str {
        match self {
            TaskState::Open => "info",
            TaskState::Done => "ok",
            TaskState::Dropped => "plain",
        }
    }
}

/// Every step of a meeting's life. What was cancelled stays so: a meeting called again is another one. That it has taken place can be
/// said too early, and taken back while [`Whole::can_be_taken_back`].
const STEPS: [(State, State); 3] =
    [(State::Planned, State::Held), (State::Planned, State::Cancelled), (State::Held, State::Planned)];

/// A meeting's own facts.
#[derive(Debug, Clone, Deserialize)]
pub struct Meeting {
    pub id: MeetingId,
    pub title: String,
    pub body: Body,
    /// None: of the Board, or of the whole process.
    pub pillar: Option<PillarId>,
    pub about: String,
    /// Where no time of day is stated, the beginning of its first day.
    pub starts_at: DateTime<Utc>,
    /// Where no time of day is stated, the beginning of its last day.
    pub ends_at: Option<DateTime<Utc>>,
    pub timed: bool,
    /// From then on it is past.
    pub over_at: DateTime<Utc>,
    pub zone: Zone,
    pub place: String,
    /// Where it can be joined from elsewhere.
    pub online: Option<String>,
    pub handling: Handling,
    pub state: State,
    pub cancelled_why: String,
    pub conclusions: String,
    /// Of one that public sources tell of.
    pub source_url: Option<String>,
    pub source_note: String,
    /// How often what a calendar shows of it has changed.
    pub sequence: i32,
    pub version: i32,
    pub changed_at: DateTime<Utc>,
}

/// When a meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub timed: bool,
    pub zone: Zone,
}

impl Time {
    /// From the beginning of a day on, without a time of day. `None`: that day has no such beginning in this zone.
    pub fn days(first: NaiveDate, last: Option<NaiveDate>, zone: Zone) -> Option<Self> {
        let begins = |day: NaiveDate| zone.moment(day.and_time(NaiveTime::MIN));
        let ends_at = match last.filter(|last| *last > first) {
            Some(last) => Some(begins(last)?),
            None => None,
        };
        Some(Self { starts_at: begins(first)?, ends_at, timed: false, zone })
    }

    /// The moment from which it is past: its end, or else the end of its last day.
    pub fn over_at(&self) -> DateTime<Utc> {
        if let (true, Some(end)) = (self.timed, self.ends_at) {
            return end;
        }
        let last = self.zone.local(self.ends_at.unwrap_or(self.starts_at)).date();
        let next = last.checked_add_days(Days::new(1)).unwrap_or(last).and_time(NaiveTime::MIN);
        self.zone.moment(next).unwrap_or(self.starts_at).max(self.starts_at)
    }
}

impl Meeting {
    pub fn time(&self) -> Time {
        Time { starts_at: self.starts_at, ends_at: self.ends_at, timed: self.timed, zone: self.zone }
    }

    /// Its first day, where it takes place.
    pub fn day(&self) -> NaiveDate {
        self.zone.local(self.starts_at).date()
    }

    pub fn last_day(&self) -> NaiveDate {
        self.ends_at.map_or_else(|| self.day(), |end| self.zone.local(end).date())
    }

    pub fn is_past(&self, now: DateTime<Utc>) -> bool {
        self.over_at <= now
    }

    /// It has begun: what came of it can be written down.
    pub fn has_begun(&self, now: DateTime<Utc>) -> bool {
        self.starts_at <= now
    }

    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        scope(self.body, self.pillar, self.handling)
    }

    /// Whose matters it is about: a pillar's, or the whole process's.
    pub fn about_whom(&self) -> Scope {
        Scope { pillars: self.pillar.into_iter().collect(), ..Scope::default() }
    }

    pub fn may_run(&self, member: &Member) -> bool {
        self.source_url.is_none() && member.may(Permission::MeetingRun, &self.scope())
    }

    /// Agenda and papers can still be changed.
    pub fn is_open(&self) -> bool {
        self.state == State::Planned
    }

    /// Attendance, conclusions and tasks can be written down.
    pub fn takes_record(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            State::Planned => self.has_begun(now),
            State::Held => true,
            State::Cancelled => false,
        }
    }

    /// The pillar by its short name.
    pub fn pillar_key(&self, p: &Page) -> Option<String> {
        let id = self.pillar?;
        p.frame()?.pillars.iter().find(|l| l.id == id).map(|l| l.key.clone())
    }

    /// When it is, as a sentence with its zone.
    pub fn when(&self, p: &Page) -> String {
        self.when_beside(p, None)
    }

    /// The same beside a line that says in which zone times are: only another is said again.
    pub fn when_beside(&self, p: &Page, said: Option<Zone>) -> String {
        let day = |at: NaiveDateTime| p.day(&at.date());
        let (from, to) = (self.zone.local(self.starts_at), self.ends_at.map(|end| self.zone.local(end)));
        let several = to.is_some_and(|to| to.date() > from.date());
        if !self.timed {
            return match to.filter(|_| several) {
                Some(to) => p.t2("meeting-when-days", "from", day(from), "to", day(to)),
                None => p.t1("meeting-when-day", "day", day(from)),
            };
        }
        let hour = |at: NaiveDateTime| at.format("%H:%M").to_string();
        let words = match to {
            Some(to) if several => {
                let (from, to) = (format!("{}, {}", day(from), hour(from)), format!("{}, {}", day(to), hour(to)));
                p.t2("meeting-when-days", "from", from, "to", to)
            }
            Some(to) => p.t2("meeting-when-time", "day", day(from), "time", format!("{}–{}", hour(from), hour(to))),
            None => p.t2("meeting-when-time", "day", day(from), "time", hour(from)),
        };
        match said {
            Some(zone) if zone == self.zone => words,
            _ => p.t2("meeting-when-zone", "when", words, "zone", self.zone_words(p)),
        }
    }

    /// The zone by its name, and how far it is from UTC that day.
    pub fn zone_words(&self, p: &Page) -> String {
        let name = p.t(self.zone.label());
        match self.zone.offset(self.starts_at) {
            _ if self.zone == Zone::Utc => name,
            hours => format!("{name}, UTC{hours:+}"),
        }
    }
}

/// The record that permissions ask about.
pub fn scope(body: Body, pillar: Option<PillarId>, handling: Handling) -> Scope {
    Scope {
        handling: Some(handling),
        board: body == Body::Board,
        pillars: pillar.into_iter().collect(),
        ..Scope::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn meeting(state: State) -> Meeting {
        serde_json::from_value(serde_json::json!({
            "id": Uuid::nil(), "title": "A meeting", "body": "board", "pillar": null, "about": "",
            "starts_at": "2026-12-10T09:00:00Z", "ends_at": "2026-12-10T11:00:00Z", "timed": true,
            "over_at": "2026-12-10T11:00:00Z", "zone": "Europe/Belgrade", "place": "", "online": null,
            "handling": "members", "state": state, "cancelled_why": "", "conclusions": "", "source_url": null,
            "source_note": "", "sequence": 0, "version": 1, "changed_at": "2026-11-01T00:00:00Z"
        }))
        .unwrap()
    }

    #[test]
    fn a_record_is_taken_from_when_it_has_begun_and_never_of_what_was_cancelled() {
        let (before, during): (DateTime<Utc>, DateTime<Utc>) =
            ("2026-12-10T08:59:00Z".parse().unwrap(), "2026-12-10T09:00:00Z".parse().unwrap());
        assert!(!meeting(State::Planned).takes_record(before));
        assert!(meeting(State::Planned).takes_record(during));
        assert!(meeting(State::Held).takes_record(before));
        assert!(!meeting(State::Cancelled).takes_record(during));
        for (from, to) in
            [(State::Cancelled, State::Planned), (State::Cancelled, State::Held), (State::Held, State::Cancelled)]
        {
            assert!(!from.leads_to(to), "{from:?} {to:?}");
        }
        assert!(State::Planned.leads_to(State::Held) && State::Planned.leads_to(State::Cancelled));
        assert!(State::Held.leads_to(State::Planned), "said too early");
    }

    #[test]
    fn that_it_has_taken_place_is_taken_back_until_something_is_decided_at_it() {
        let whole = |state: State, decided: &[&str], source: Option<&str>| -> Whole {
            let decisions = decided.iter().map(
                |state| serde_json::json!({ "id": Uuid::nil(), "title": "A decision", "state": state, "text_back": false, "number": null }),
            );
            let meeting = Meeting { source_url: source.map(str::to_owned), ..meeting(state) };
            Whole {
                meeting,
                parties: Vec::new(),
                items: Vec::new(),
                papers: Vec::new(),
                decisions: decisions.map(|d| serde_json::from_value(d).unwrap()).collect(),
                tasks: Vec::new(),
                history: Vec::new(),
            }
        };
        assert!(whole(State::Held, &[], None).can_be_taken_back());
        assert!(whole(State::Held, &["prepared", "open", "withdrawn"], None).can_be_taken_back());
        for decided in ["taken", "not_taken", "referred_back"] {
            assert!(!whole(State::Held, &["open", decided], None).can_be_taken_back(), "{decided}");
        }
        assert!(!whole(State::Held, &[], Some("https://example.org/")).can_be_taken_back(), "a source tells of it");
        assert!(!whole(State::Planned, &[], None).can_be_taken_back());
        assert!(!whole(State::Cancelled, &[], None).can_be_taken_back());
    }

    #[test]
    fn a_meeting_without_a_time_is_over_when_its_last_day_is() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let one = Time::days(day("2026-06-10"), None, Zone::Central).unwrap();
        assert_eq!(one.over_at().to_string(), "2026-06-10 22:00:00 UTC");
        let three = Time::days(day("2026-12-10"), Some(day("2026-12-12")), Zone::Central).unwrap();
        assert_eq!(three.over_at().to_string(), "2026-12-12 23:00:00 UTC");
        let timed = meeting(State::Planned).time();
        assert_eq!(Some(timed.over_at()), timed.ends_at);
        let open = Time { ends_at: None, ..timed };
        assert_eq!(open.over_at().to_string(), "2026-12-10 23:00:00 UTC");
    }
}

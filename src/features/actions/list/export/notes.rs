//! What a file says of itself: what is in it, when and by whom it was made, how to read it, and the process's notes.

use chrono::{DateTime, Utc};

use crate::features::actions::list::chips::chips;
use crate::features::actions::list::filter::Filter;
use crate::features::actions::list::store::Lookups;
use crate::kernel::db::MembershipFacts;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Debug, Clone)]
pub struct Note {
    pub about: String,
    pub text: String,
}

pub struct Notes {
    pub lines: Vec<Note>,
    /// The names of the two sheets.
    pub sheets: (String, String),
}

impl Notes {
    pub fn new(
        p: &Page,
        filter: &Filter,
        lookups: &Lookups,
        by: &MembershipFacts,
        now: DateTime<Utc>,
        rows: i64,
    ) -> Self {
        let mut lines = Vec::new();
        let mut say = |about: &str, text: String| lines.push(Note { about: p.t(about), text });
        let frame = p.frame();
        say("list-notes-process", frame.map(|f| format!("{} ({})", f.name, f.short_name)).unwrap_or_default());
        if frame.is_some_and(|f| f.example) {
            say("list-notes-process", p.t("example-banner-text"));
        }
        for note in frame.map(|f| f.footnotes.as_slice()).unwrap_or_default() {
            say("list-notes-names", note.text.clone());
        }
        say("list-notes-when", p.t1("list-notes-utc", "time", p.time(&now)));
        let of = by.organisation_name.as_ref().or(by.beneficiary_name.as_ref());
        let whose =
            [Some(&by.name), Some(&p.t(by.role.label())), of].into_iter().flatten().cloned().collect::<Vec<_>>();
        say("list-notes-by", whose.join(", "));
        say("list-notes-rows", p.number(rows));
        let chips = chips(p, filter, lookups, "");
        if chips.is_empty() {
            say("list-notes-filter", p.t("list-notes-no-filter"));
        }
        for chip in chips {
            say("list-notes-filter", format!("{}: {}", chip.name, chip.value));
        }
        say("list-notes-order", p.t(filter.order().label()));
        for key in [
            "list-notes-read-names",
            "list-notes-read-dates",
            "list-notes-read-stated",
            "list-notes-read-sight",
            "list-notes-read-keep",
        ] {
            say("list-notes-read", p.t(key));
        }
        if p.may(Permission::ActionSeeMoney) {
            say("list-notes-read", p.t("list-notes-read-money"));
        }
        Self { lines, sheets: (p.t("list-notes-sheet-actions"), p.t("list-notes-sheet-notes")) }
    }
}

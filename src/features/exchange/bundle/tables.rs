//! The one list of what a bundle holds: which tables, from which level on, which of their rows and columns; and what it
//! leaves out, with the reason. Columns are those of the database's catalogue. A test holds every table of the schema to one
//! of the two lists, and docs/bundle.md to both.

use super::Level;
use Level::{All, Members, Public};

/// A table of which a bundle can have a file.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    /// What a row of it is; stands in the manifest.
    pub about: &'static str,
    /// From which level on it is in a bundle.
    pub from: Level,
    /// Only where the whole process is taken, past what any one member sees.
    pub whole: bool,
    /// Which rows, where not everything is taken: a condition on the row `x`, by the views that know who sees what. Rows
    /// that point at what is left out are left out in any case.
    pub seen: Option<&'static str>,
    /// What is asked of a row besides, at the level of what everybody may see.
    pub published: Option<&'static str>,
    /// What is asked of a row besides, below the level of all.
    pub below: Option<&'static str>,
    /// Columns that are in a bundle from a level on.
    pub held: &'static [(&'static str, Level)],
    /// Columns that the database fills from others, each time they change.
    pub derived: &'static [&'static str],
}

const fn table(name: &'static str, from: Level, about: &'static str) -> Table {
    Table { name, about, from, whole: false, seen: None, published: None, below: None, held: &[], derived: &[] }
}

impl Table {
    const fn whole(self) -> Self {
        Self { whole: true, ..self }
    }
    const fn seen(self, condition: &'static str) -> Self {
        Self { seen: Some(condition), ..self }
    }
    const fn published(self, condition: &'static str) -> Self {
        Self { published: Some(condition), ..self }
    }
    const fn below(self, condition: &'static str) -> Self {
        Self { below: Some(condition), ..self }
    }
    const fn held(self, columns: &'static [(&'static str, Level)]) -> Self {
        Self { held: columns, ..self }
    }
    const fn derived(self, columns: &'static [&'static str]) -> Self {
        Self { derived: columns, ..self }
    }

    /// The name of its file in the archive.
    pub fn file(&self) -> String {
        format!("{}.ndjson", self.name)
    }

    /// Whether a bundle of this level has it. `whole`: it is of the whole process, not of what a member sees.
    pub fn is_in(&self, level: Level, whole: bool) -> bool {
        self.from <= level && (!self.whole || (whole && level == All))
    }
}

/// The table of a name.
pub fn find(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

/// Organisations that public records name: the others are the members' own directory.
const NAMED_IN_PUBLIC: &str = "x.id in (select a.reporting_id from visible_action a where a.claim = 'confirmed'
    union select p.organisation_id from action_party p join visible_action a on a.id = p.action_id where a.claim = 'confirmed'
    union select l.organisation_id from pillar_lead l)";

/// The installation's table of accounts: of it, addresses of members alone.
pub const ACCOUNT: &str = "account";

/// In no order that matters: they are written and taken in so that what is pointed at comes first.
pub const TABLES: &[Table] = &[
    table("process", Public, "The process itself: its address, names, notes, own words for the portal's, settings")
        .held(&[("settings", All)])
        .derived(&["state", "suspended_at", "version", "created_at"]),
    table("pillar", Public, "A policy field of the process, in order"),
    table("beneficiary", Public, "Whom the process serves, with the note that an asterisk carries"),
    table("former_name", Public, "A name that a beneficiary bore until a day"),
    table("organisation", Public, "Any party: EU body, UN agency, state donor, ministry, regional initiative, NGO")
        .published(NAMED_IN_PUBLIC)
        .held(&[("note", Members)]),
    table("organisation_alias", Members, "Another name under which an organisation is found"),
    table("pillar_lead", Public, "An organisation that leads a pillar, from day to day"),
    table("theme", Public, "A theme of the process, with the OECD-DAC purpose codes that it maps to"),
    table("strategy", Members, "A beneficiary's own strategy, as far as it concerns the process"),
    table(
        "strategy_objective",
        Members,
        "A chapter or objective of a strategy, with the OECD-DAC codes that it maps to",
    ),
    table("strategy_objective_theme", Members, "A theme that an objective of a strategy maps to"),
    table(ACCOUNT, All, "The address of a member; whoever takes the bundle in knows accounts again by it"),
    table("membership", All, "A person's dated role in the process: name, post, phone, organisation or beneficiary"),
    table("membership_pillar", All, "A pillar that a membership names"),
    table("contact_point", All, "Whom to ask at an organisation"),
    table("organisation_merge", All, "Two organisations that were found to be one: what was moved"),
    table("organisation_proposal", All, "A proposed organisation, or a proposed correction of one"),
    table("access_request", All, "Somebody who asked to take part, and the answer"),
    table("action", Public, "A project, programme, activity or grant of assistance")
        .seen("x.id in (select id from visible_action)")
        .published("x.claim = 'confirmed' and x.merged_into_id is null")
        .held(&[
            ("stated_total", Members),
            ("stated_currency", Members),
            ("claim", Members),
            ("claim_reason", Members),
            ("source_note", Members),
            ("open_to_support_group", Members),
        ])
        .derived(&["audience", "missing", "changed", "born"]),
    table("action_party", Public, "An organisation in an action: funding, implementing, and so on"),
    table("action_beneficiary", Public, "A beneficiary of an action, with its share in per cent where it is stated"),
    table("action_pillar", Public, "A pillar of an action"),
    table("action_theme", Public, "A theme of an action"),
    table("action_disclosure", All, "A restricted action that was opened to an organisation").whole(),
    table("action_kept", Members, "What an action came with in another format and the portal has no place for"),
    table("action_imported", All, "What an organisation's last import said of an action").whole(),
    table(
        "contribution",
        Members,
        "Money for one action: planned, committed, disbursed or spent; and what it once was said to be",
    )
    .seen("x.id in (select id from visible_contribution_row)"),
    table("remark", All, "A remark on an action").seen("x.id in (select id from visible_remark)"),
    table("mention", All, "Who is named in a remark"),
    table("suggestion", All, "A change of an action that somebody proposed, and the answer")
        .seen("x.id in (select id from visible_suggestion)"),
    table("action_merge", All, "Two actions that were found to be one")
        .seen("x.id in (select id from visible_action_merge)"),
    table("plan", Public, "An Integrated Plan of Action (iPA)").seen("x.id in (select id from visible_plan)"),
    table("plan_node", Public, "An objective, priority or measure of a plan")
        .seen("x.id in (select id from visible_plan_node)"),
    table("plan_node_action", Public, "An action under a part of a plan"),
    table("indicator", Public, "What a part of a plan is measured by"),
    table("indicator_target", Public, "What an indicator is to be in a year"),
    table("indicator_actual", All, "A figure of an indicator as it was stated, for a period")
        .seen("x.id in (select id from visible_actual)"),
    table("plan_edit", All, "A change of a plan's draft, as it can be undone"),
    table("plan_snapshot", All, "The frozen text of a plan as it was agreed or adopted, with its checksum")
        .seen("x.id in (select id from visible_snapshot)"),
    table("consultation", All, "A consultation on a plan").seen("x.id in (select id from visible_consultation)"),
    table("asked_party", All, "A party that is asked in a consultation"),
    table("party_position", All, "What a party has answered").seen("x.id in (select id from visible_position)"),
    table("party_position_node", All, "The part of a plan that an answer is about"),
    table("consultation_report", All, "The report of a consultation as it was when it closed").whole(),
    table("plan_remark", All, "A remark on a plan").seen("x.id in (select id from visible_plan_remark)"),
    table("plan_mention", All, "Who is named in a remark on a plan"),
    table("mapping_cycle", Members, "The years over which needs are mapped"),
    table("need", Members, "What a beneficiary says it needs")
        .seen("x.id in (select id from visible_need)")
        .derived(&["audience", "born"]),
    table("mapping_report", Members, "A report on a mapping cycle, for a pillar")
        .seen("x.id in (select id from visible_mapping_report)"),
    table("mapping_report_section", Members, "A part of a report's narrative")
        .seen("x.id in (select id from visible_mapping_report_section)"),
    table("mapping_report_snapshot", All, "The frozen text and tables of a report, with their checksum")
        .seen("x.id in (select id from visible_mapping_report_snapshot)"),
    table("need_organisation", Members, "An institution that a need is of"),
    table("response", Members, "An action that answers a need")
        .seen("x.id in (select id from visible_response)")
        .derived(&["born"]),
    table("need_judgement", All, "How far a need is covered, as somebody judged")
        .seen("x.id in (select id from visible_judgement)"),
    table("board_decision", All, "A decision of the Board").seen("x.id in (select id from visible_decision)"),
    table("decision_paper", All, "A paper before the Board, frozen when the decision was opened")
        .seen("x.id in (select id from visible_paper)"),
    table("board_seat", All, "A seat of the Board in one decision").seen("x.id in (select id from visible_seat)"),
    table("board_vote", All, "A vote of a seat").seen("x.id in (select id from visible_vote)"),
    table("party_statement", All, "What a party has stated beside a decision")
        .seen("x.id in (select id from visible_statement)"),
    table("overlap_case", All, "A coordination question: two or more actions found or reported to overlap")
        .seen("x.id in (select c.id from visible_overlap_case c where c.whole)")
        .derived(&["restricted", "plain", "organisations", "beneficiaries", "pillars"]),
    table("overlap_case_action", All, "An action of a coordination question"),
    table("overlap_invited", All, "An organisation that was asked to join a coordination question"),
    table("overlap_remark", All, "A remark on a coordination question")
        .seen("x.id in (select id from visible_overlap_remark)"),
    table("brief", All, "An idea with which somebody asked what there is already")
        .seen("x.id in (select id from visible_brief)"),
    table("pack", All, "What a meeting, a beneficiary or a donor was given, frozen as it was made")
        .seen("x.id in (select id from visible_pack)"),
    table("round", All, "A dated request to confirm actions, to report on them, or to map needs and responses"),
    table("round_asked", All, "A party that is asked in a round"),
    table("round_item", All, "What a party is asked about in a round, and what it has answered")
        .seen("x.id in (select id from visible_round_item)"),
    table("progress_report", All, "What is reported of an action in a round of progress")
        .seen("x.id in (select id from visible_progress_report)"),
    table("progress_confirmation", All, "What a beneficiary says of a report")
        .seen("x.id in (select id from visible_progress_confirmation)"),
    table("progress_value", All, "What an indicator has come to, by a report")
        .seen("x.id in (select id from visible_progress_value)"),
    table("meeting", Members, "A meeting: when and where; what was concluded is in `all` alone")
        .seen("x.id in (select id from visible_meeting)")
        .held(&[("online", All), ("conclusions", All)])
        .derived(&["audience"]),
    table("meeting_attendance", All, "A party that is invited to a meeting, whether it comes and was there")
        .seen("x.id in (select id from visible_meeting_attendance)"),
    table("agenda_item", All, "A line of a meeting's agenda").seen("x.id in (select id from visible_agenda_item)"),
    table("meeting_paper", All, "A paper of a meeting, by its address")
        .seen("x.id in (select id from visible_meeting_paper)"),
    table("meeting_decision", All, "A decision that is before a meeting"),
    table("meeting_task", All, "What somebody is to do after a meeting")
        .seen("x.id in (select id from visible_meeting_task)"),
    table("deadline", All, "A day by which something is asked for").whole(),
    table("deadline_asked", All, "Who is asked by that day").whole(),
    table("notice_choice", All, "How a member wants to be told of what").whole(),
    table("import_head", All, "Which column an organisation's heading stands for").whole(),
    table("import_name", All, "Which organisation is meant by a name or reference in an organisation's files").whole(),
    table(OBJECT, Members, "Something that lies where files lie, or was on its way there; its content is `files/<id>`")
        .seen(
            "x.id in (select v.object_id from visible_stored_file_version v
            join visible_stored_file f on f.id = v.file_id where f.taken_at is null)",
        )
        .below(
            "x.id in (select v.object_id from visible_stored_file_version v
            join visible_stored_file f on f.id = v.file_id where f.report_id is null)",
        ),
    // what was taken away is had by nobody: only who has the database takes it along. What stands on a report goes with it
    table("stored_file", Members, "A file on a record")
        .seen("x.taken_at is null and x.id in (select id from visible_stored_file)")
        .below("x.report_id is null"),
    table(VERSION, Members, "A version of a file: its name, kind, size and checksum")
        .seen("x.id in (select id from visible_stored_file_version)"),
    table("access_log", All, "Who read a record of the higher levels, or carried something away as a file").whole(),
    table("envelope", All, "Money of a donor that is not tied to an action yet")
        .seen("x.id in (select id from visible_envelope)"),
    table(HISTORY, All, "Who changed what, when, from what to what, and why"),
];

/// Its entries name what they are about by kind and id: those about what is left out are left out.
pub const HISTORY: &str = "history";

/// Of what members have brought: what lies there, and of which file it is a version.
pub const OBJECT: &str = "stored_object";
pub const VERSION: &str = "stored_file_version";

/// Tables that are in no bundle.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("recovery_code", "a means of sign-in"),
    ("sign_in_session", "a means of sign-in"),
    ("one_time_link", "a means of sign-in"),
    ("attempt", "limits of this installation"),
    ("operator_act", "the installation's own history, not the process's"),
    ("api_token", "a means of sign-in"),
    ("api_answer", "answers kept for a day, in case a program asks twice"),
    ("webhook", "it holds a secret, and was registered for this installation"),
    ("webhook_delivery", "what this installation has sent"),
    ("departure", "what programs are told of what has left their sight here"),
    ("outgoing_mail", "letters can hold links that open an account; those that have left are gone"),
    ("form_draft", "what a person typed and has not saved is theirs alone"),
    ("notice", "what each person was told; what it was about is in the bundle"),
    ("notice_digest", "which letters of the day have left"),
    ("document_file", "files made for one person, forgotten after a week"),
    ("published_file", "made anew from the frozen text at the first request"),
    ("bundle", "bundles themselves"),
    ("bundle_part", "bundles themselves"),
    ("import", "a file under work, its importer's alone; what was taken in is in the bundle"),
    ("import_part", "a file under work, its importer's alone; what was taken in is in the bundle"),
    ("import_row", "a file under work, its importer's alone; what was taken in is in the bundle"),
    ("action_facet", "made from the actions by the database"),
    ("action_words", "made from the actions by the database"),
    ("action_change", "made from the actions by the database"),
    ("search_word", "made from the actions by the database"),
    ("action_tally", "figures, counted anew"),
    ("action_tally_state", "figures, counted anew"),
    ("overlap_state", "how far the overlap finder is; it begins anew"),
    ("brief_count", "limits of this installation"),
    ("exchange_rate", "rates of this installation, by which all its processes convert"),
    ("rate_load", "rates of this installation, by which all its processes convert"),
    ("calendar_feed", "a means of reading without a session"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_table_is_in_one_of_the_lists_once() {
        let names = TABLES.iter().map(|t| t.name).chain(LEFT_OUT.iter().map(|(name, _)| *name));
        let all: Vec<&str> = names.collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn the_documentation_names_what_is_in_and_what_is_not() {
        let text = include_str!("../../../../docs/bundle.md");
        for t in TABLES {
            let level = match t.from {
                _ if t.whole => "whole",
                Public => "public",
                Members => "members",
                All => "all",
            };
            let line = format!("| `{}` | {level} | {} |", t.file(), t.about);
            assert!(text.contains(&line), "docs/bundle.md has no line\n{line}");
        }
        for (name, why) in LEFT_OUT {
            assert!(
                text.contains(&format!("| `{name}` | {why} |")),
                "docs/bundle.md does not say why {name} is left out"
            );
        }
    }

    #[test]
    fn people_are_in_no_bundle_below_all() {
        for name in ["account", "membership", "contact_point", "access_request", "remark", "history", "access_log"] {
            assert!(!find(name).unwrap().is_in(Members, true), "{name}");
        }
        assert!(!find("access_log").unwrap().is_in(All, false));
    }
}

//! What is read beside actions, needs and plans.

use axum::http::StatusCode;

use super::openapi::{Operation, Parameter, Takes};
use super::records::{Decision, Meeting, MeetingLine, Question};
use super::reports::{Envelope, Figure, FileEntry, Progress, Report, ReportLine, Round};
use super::shape::Listed;
use super::strategies::{Code, CodeTable, Strategy, StrategyLine};
use super::table::{id, one_of, stretch, text};
use super::{records, reports, strategies};
use crate::features::codes;
use crate::kernel::db::Intent;
use crate::kernel::permit::Permission as P;

const OK: StatusCode = StatusCode::OK;

const FILES: &str = "What a file is and where it stands; its content is brought and taken on the pages.";
const QUESTIONS: &str = "Of a question with an action that the reader does not see, its kind is kept back until the keeper of that action discloses it.";

/// Hands these operations to whoever takes the table.
pub fn all(to: &mut impl Takes) {
    let get = Operation::get;
    let walk = || stretch().to_vec();
    vocabulary(to);
    to.on(
        get("/api/v1/plans/{id}/figures", "listFigures", "plans", P::PlanSee)
            .says("The figures of a plan's indicators", "")
            .answers::<Listed<Figure>>(OK, "Every figure that stands, by indicator."),
        reports::figures,
    );
    to.on(
        get("/api/v1/actions/{id}/progress", "listProgress", "actions", P::RoundSee)
            .says("What was reported of an action", "")
            .answers::<Listed<Progress>>(OK, "Reports, the latest first.")
            .fails(&[super::problem::Kind::Gone]),
        reports::progress,
    );
    to.on(
        get("/api/v1/overlaps", "listQuestions", "overlaps", P::OverlapSee)
            .says("Coordination questions", QUESTIONS)
            .takes(walk())
            .answers::<Listed<Question>>(OK, "Questions, by their ids."),
        records::questions,
    );
    to.on(
        get("/api/v1/decisions", "listDecisions", "board", P::DecisionSee)
            .says("Decisions of the Board", "")
            .takes(walk())
            .answers::<Listed<Decision>>(OK, "Decisions, by their ids."),
        records::decisions,
    );
    to.on(
        get("/api/v1/meetings", "listMeetings", "board", P::MeetingSee)
            .says("Meetings", "")
            .takes(walk())
            .answers::<Listed<MeetingLine>>(OK, "Meetings, by their ids."),
        records::meetings,
    );
    to.on(
        get("/api/v1/meetings/{id}", "getMeeting", "board", P::MeetingSee)
            .says("A meeting", "Reading one of the level `parties` is noted in the access log.")
            .begins(Intent::Write)
            .answers::<Meeting>(OK, "The meeting with its agenda.")
            .tagged(),
        records::meeting,
    );
    to.on(
        get("/api/v1/rounds", "listRounds", "rounds", P::RoundSee)
            .says("Rounds", "")
            .takes(walk())
            .answers::<Listed<Round>>(OK, "Rounds that are open or have ended, by their ids."),
        reports::rounds,
    );
    to.on(
        get("/api/v1/reports", "listReports", "rounds", P::ReportSee)
            .says("Reports on mapping cycles", "")
            .takes(walk())
            .answers::<Listed<ReportLine>>(OK, "Reports, by their ids."),
        reports::reports,
    );
    to.on(
        get("/api/v1/reports/{id}", "getReport", "rounds", P::ReportSee)
            .says("A report with its narrative", "")
            .answers::<Report>(OK, "The report.")
            .tagged(),
        reports::report,
    );
    to.on(
        get("/api/v1/envelopes", "listEnvelopes", "money", P::EnvelopeSee)
            .says("Money that is not tied to an action", "")
            .takes(walk())
            .answers::<Listed<Envelope>>(OK, "Envelopes, by their ids."),
        reports::envelopes,
    );
    let mut of_files = vec![Parameter::new("of", "The id of the record that they stand on.", id())];
    of_files.extend(stretch());
    to.on(
        get("/api/v1/files", "listFiles", "files", P::FileSee)
            .says("Files on records", FILES)
            .takes(of_files)
            .answers::<Listed<FileEntry>>(OK, "Files, by their ids."),
        reports::files,
    );
}

/// What actions and needs are named and grouped by, beside the themes.
fn vocabulary(to: &mut impl Takes) {
    let get = Operation::get;
    let mut of_strategies = vec![Parameter::new("beneficiary", "The code of a beneficiary.", text())];
    of_strategies.extend(stretch());
    to.on(
        get("/api/v1/strategies", "listStrategies", "process", P::DirectorySee)
            .says("The beneficiaries' own strategies", "")
            .takes(of_strategies)
            .answers::<Listed<StrategyLine>>(OK, "Strategies, by their ids."),
        strategies::list,
    );
    to.on(
        get("/api/v1/strategies/{id}", "getStrategy", "process", P::DirectorySee)
            .says("A strategy with its parts and the themes that they lead to", "")
            .answers::<Strategy>(OK, "The strategy.")
            .tagged(),
        strategies::one,
    );
    to.on(
        get("/api/v1/code-tables", "listCodeTables", "process", P::DirectorySee)
            .says("The code tables in use", "")
            .answers::<Listed<CodeTable>>(OK, "Every table, in the order of the page."),
        strategies::code_tables,
    );
    let tables = one_of(codes::tables().iter().map(|table| table.name).collect());
    let mut of_codes = vec![
        Parameter::new("table", "The name of a table.", tables),
        Parameter::new("q", "The beginning of a code, or of words of its name.", text()),
    ];
    of_codes.extend(stretch());
    to.on(
        get("/api/v1/codes", "listCodes", "process", P::DirectorySee)
            .says("Codes and their names", "")
            .takes(of_codes)
            .answers::<Listed<Code>>(OK, "Codes, table by table."),
        strategies::codes,
    );
}

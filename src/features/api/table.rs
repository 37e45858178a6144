//! Everything that can be asked for: the router and the document are made from it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::actions::{Action, ActionLine, Contribution};
use super::changes::Feed;
use super::needs::{Cycle, Need, NeedLine, Response};
use super::openapi::{Operation, Parameter, Takes};
use super::places::{Beneficiary, Organisation, Pillar, Process, Theme};
use super::plans::{Plan, PlanLine};
use super::problem::Kind;
use super::shape::{List, Listed};
use super::write_actions::ACTION;
use super::write_money::CONTRIBUTION;
use super::write_needs::{ANSWER, NEED, RESPONSE, STEP};
use super::{actions, answer, changes, needs, places, plans, table_records, write_actions, write_money, write_needs};
use crate::features::actions::{ClaimState, PartyRole, Status};
use crate::features::needs::{Coverage, NeedType, Perspective, Priority, Sort, State};
use crate::kernel::db::Intent;
use crate::kernel::permit::{Handling, Permission as P};

const OK: StatusCode = StatusCode::OK;
const CREATED: StatusCode = StatusCode::CREATED;

const CHANGES: &str = "It says that a record has changed, and where it is read. Of an action, a need or a response that one \
    saw and sees no more the event is `gone`: it is to be forgotten, with all that was read of it. Nothing is missed: what is \
    still being written comes later.";

pub(super) fn text() -> Value {
    json!({ "type": "string", "maxLength": 300 })
}

pub(super) fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

pub(super) fn one_of(values: Vec<&'static str>) -> Value {
    json!({ "type": "string", "enum": values })
}

/// One of a closed list, or that it is not stated.
fn or_none(mut values: Vec<&'static str>) -> Value {
    values.push("none");
    one_of(values)
}

fn date() -> Value {
    json!({ "type": "string", "pattern": super::shape::DATE })
}

pub(super) fn stretch() -> [Parameter; 2] {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": answer::MOST, "default": answer::SIZE });
    [
        Parameter::new("limit", "How many rows come at once.", limit),
        Parameter::new("cursor", "Where the rows begin: the `next` of those before.", json!({ "type": "string" })),
    ]
}

/// The filters of the list of actions.
fn of_actions() -> Vec<Parameter> {
    let p = Parameter::new;
    let fresh = one_of(vec!["6", "12", "stale", "year", "never"]);
    let missing = one_of(vec![
        "pillars",
        "beneficiaries",
        "themes",
        "funding",
        "implementing",
        "status",
        "start",
        "end",
        "stated_total",
        "description",
        "any",
    ]);
    let mut roles = PartyRole::values();
    roles.push("keeper");
    let sort = one_of(vec![
        "match",
        "title",
        "-title",
        "start",
        "-start",
        "end",
        "-end",
        "total",
        "-total",
        "confirmed",
        "-confirmed",
        "updated",
        "-updated",
    ]);
    let mut all = vec![
        p("q", "Words that are looked for.", text()),
        p("pillar", "The key of a pillar, or `none`.", text()).several(),
        p("beneficiary", "The code of a beneficiary, or `none`.", text()).several(),
        p("organisation", "The id or the name of an organisation, or `none`.", text()).several(),
        p("role", "The part that the organisation has.", one_of(roles)).several(),
        p("theme", "The key of a theme, or `none`.", text()).several(),
        p("status", "Where it stands.", or_none(Status::values())).several(),
        p("handling", "Who sees it.", one_of(Handling::values())).several(),
        p("claim", "What became of what a beneficiary reported.", one_of(ClaimState::values())),
        p("from", "It runs on or after this date.", date()),
        p("to", "It runs on or before this date.", date()),
        p("starts_from", "It begins on or after this date.", date()),
        p("starts_to", "It begins on or before this date.", date()),
        p("ends_from", "It ends on or after this date.", date()),
        p("ends_to", "It ends on or before this date.", date()),
        p("ending", "It ends within so many months.", json!({ "type": "integer", "minimum": 1, "maximum": 240 })),
        p("min", "Its stated total is at least this; with `currency`.", text()),
        p("max", "Its stated total is at most this; with `currency`.", text()),
        p("currency", "The currency of `min` and `max`.", text()),
        p("total", "Whether a total is stated.", one_of(vec!["yes", "no"])),
        p(
            "fresh",
            "When it was last confirmed: within 6 or 12 months, not within 6 (`stale`) or 12 (`year`), never.",
            fresh,
        ),
        p("missing", "A core field that is not stated.", missing).several(),
        p("parent", "The id of the larger action.", id()),
        p("sort", "The order: by title where nothing is said; the best match first where words are looked for.", sort),
    ];
    all.extend(stretch());
    all
}

/// The filters of the list of needs.
fn of_needs() -> Vec<Parameter> {
    let p = Parameter::new;
    let mut all = vec![
        p("q", "Words that are looked for.", text()),
        p("beneficiary", "The code of a beneficiary.", text()),
        p("cycle", "The id of a mapping cycle.", id()),
        p("type", "What kind of need it is.", one_of(NeedType::values())),
        p("perspective", "Prevention or response.", one_of(Perspective::values())),
        p("priority", "How urgent it is, or `none`.", or_none(Priority::values())),
        p("coverage", "How far it is covered, or `none`.", or_none(Coverage::values())),
        p("pillar", "The key of a pillar, or `none`.", text()),
        p("node", "The id of a node of a plan, with all below it, or `none`.", text()),
        p("theme", "The id of a theme, or `none`.", text()),
        p("objective", "The id of a part of a beneficiary's strategy: needs of the themes that it leads to.", id()),
        p("state", "Where it stands; `submitted` where nothing is said.", one_of(State::values())),
        p("answered", "With a confirmed response, or without.", one_of(vec!["yes", "no"])),
        p("current", "`all`: with those too that were taken over into a later cycle.", one_of(vec!["all"])),
        p("sort", "The order.", one_of(Sort::values())),
    ];
    all.extend(stretch());
    all
}

/// Hands the table to whoever takes it.
pub fn all(to: &mut impl Takes) {
    let get = Operation::get;
    to.on(
        get("/api/v1/process", "getProcess", "process", P::HomeSee)
            .says("The process", "")
            .answers::<Process>(OK, "The process.")
            .tagged(),
        places::process,
    );
    to.on(
        get("/api/v1/pillars", "listPillars", "process", P::HomeSee)
            .says("Pillars", "")
            .answers::<Listed<Pillar>>(OK, "Every pillar, in order."),
        places::pillars,
    );
    to.on(
        get("/api/v1/beneficiaries", "listBeneficiaries", "process", P::HomeSee)
            .says("Beneficiaries", "")
            .answers::<Listed<Beneficiary>>(OK, "Every beneficiary, in order."),
        places::beneficiaries,
    );
    let mut of_organisations = vec![Parameter::new("q", "A name, or the beginning of one.", text())];
    of_organisations.extend(stretch());
    to.on(
        get("/api/v1/organisations", "listOrganisations", "process", P::DirectorySee)
            .says("Organisations", "")
            .takes(of_organisations)
            .answers::<Listed<Organisation>>(OK, "Organisations, by their ids."),
        places::organisations,
    );
    to.on(
        get("/api/v1/organisations/{id}", "getOrganisation", "process", P::DirectorySee)
            .says("An organisation", "One that was merged into another is answered as that other.")
            .answers::<Organisation>(OK, "The organisation.")
            .tagged(),
        places::organisation,
    );
    to.on(
        get("/api/v1/themes", "listThemes", "process", P::DirectorySee)
            .says("Themes", "")
            .answers::<Listed<Theme>>(OK, "Every theme, in order."),
        places::themes,
    );
    to.on(
        get("/api/v1/plans", "listPlans", "plans", P::PlanSee)
            .says("Plans", "")
            .answers::<Listed<PlanLine>>(OK, "Every plan, what is being worked on first."),
        plans::list,
    );
    to.on(
        get("/api/v1/plans/{id}", "getPlan", "plans", P::PlanSee)
            .says("A plan with its tree", "")
            .answers::<Plan>(OK, "The plan.")
            .tagged(),
        plans::one,
    );
    let since = "Where to go on from: the `next` of what was read before; without it, from the beginning.";
    let [limit, _] = stretch();
    to.on(
        get("/api/v1/changes", "listChanges", "changes", P::HomeSee)
            .says("What has changed", CHANGES)
            .takes(vec![limit, Parameter::new("since", since, json!({ "type": "string" }))])
            .answers::<Feed>(OK, "What was written down since, the earliest first.")
            .fails(&[Kind::Gone]),
        changes::list,
    );
    of_the_actions(to);
    of_the_needs(to);
    table_records::all(to);
}

fn of_the_actions(to: &mut impl Takes) {
    let get = Operation::get;
    to.on(
        get("/api/v1/actions", "listActions", "actions", P::ActionSee)
            .says("Actions", "The filters are those of the page; several values of one kind mean any of them.")
            .begins(Intent::ReadFiltered)
            .takes(of_actions())
            .answers::<Listed<ActionLine>>(OK, "A stretch of the list."),
        actions::list,
    );
    to.on(
        Operation::write(Method::POST, "/api/v1/actions", "createAction", "actions", P::ImportActions, ACTION)
            .says("A new action", "A beneficiary's is a report that its donor has still to confirm.")
            .answers::<Action>(CREATED, "The action as it stands.")
            .tagged(),
        write_actions::create,
    );
    to.on(
        get("/api/v1/actions/{id}", "getAction", "actions", P::ActionSee)
            .says("An action", "Reading one of the levels `parties` and `restricted` is noted in the access log.")
            .begins(Intent::Write)
            .answers::<Action>(OK, "The action.")
            .tagged()
            .fails(&[Kind::Gone]),
        actions::one,
    );
    to.on(
        Operation::write(Method::PATCH, "/api/v1/actions/{id}", "changeAction", "actions", P::ActionEditLinks, ACTION)
            .says("Change an action", "What is not named stays; null takes away. Lists are replaced as a whole.")
            .answers::<Action>(OK, "The action as it stands.")
            .tagged()
            .matched()
            .fails(&[Kind::Gone]),
        write_actions::change,
    );
    to.on(
        get("/api/v1/actions/{id}/contributions", "listContributions", "actions", P::ActionSeeMoney)
            .says("The money of an action", "")
            .begins(Intent::Write)
            .answers::<Listed<Contribution>>(OK, "Every contribution.")
            .fails(&[Kind::Gone]),
        actions::contributions,
    );
    let path = "/api/v1/actions/{id}/contributions";
    to.on(
        Operation::write(Method::POST, path, "addContribution", "actions", P::ActionMoney, CONTRIBUTION)
            .says("Add a contribution", "")
            .answers::<Contribution>(CREATED, "The contribution.")
            .tagged()
            .fails(&[Kind::Gone, Kind::PreconditionFailed]),
        write_money::add,
    );
    let path = "/api/v1/actions/{id}/contributions/{contribution}";
    to.on(
        get(path, "getContribution", "actions", P::ActionSeeMoney)
            .says("A contribution", "")
            .begins(Intent::Write)
            .answers::<Contribution>(OK, "The contribution.")
            .tagged()
            .fails(&[Kind::Gone]),
        actions::one_contribution,
    );
    to.on(
        Operation::write(Method::PATCH, path, "correctContribution", "actions", P::ActionMoney, CONTRIBUTION)
            .says("Correct a contribution", "The correction takes its place and has an id of its own.")
            .answers::<Contribution>(OK, "The correction.")
            .tagged()
            .fails(&[Kind::Gone, Kind::PreconditionFailed]),
        write_money::correct,
    );
    to.on(
        Operation::bare(Method::DELETE, path, "withdrawContribution", "actions", P::ActionMoney)
            .says("Withdraw a contribution", "It is no longer counted; the history keeps it.")
            .answers::<Contribution>(OK, "The contribution that was withdrawn.")
            .tagged()
            .fails(&[Kind::Gone, Kind::PreconditionFailed, Kind::Conflict, Kind::Invalid]),
        write_money::withdraw,
    );
    to.on(
        get("/api/v1/actions/{id}/responses", "listResponsesOfAction", "actions", P::NeedSee)
            .says("The needs that an action answers", "")
            .answers::<Listed<Response>>(OK, "Responses, the live ones first.")
            .fails(&[Kind::Gone]),
        needs::of_action,
    );
}

fn of_the_needs(to: &mut impl Takes) {
    let get = Operation::get;
    to.on(
        get("/api/v1/cycles", "listCycles", "needs", P::NeedSee)
            .says("Mapping cycles", "")
            .answers::<Listed<Cycle>>(OK, "Every mapping cycle, the latest first."),
        needs::cycles,
    );
    to.on(
        get("/api/v1/needs", "listNeeds", "needs", P::NeedSee)
            .says("Needs", "The filters are those of the page.")
            .begins(Intent::ReadFiltered)
            .takes(of_needs())
            .answers::<Listed<NeedLine>>(OK, "A stretch of the list.")
            .fails(&[Kind::Gone]),
        needs::list,
    );
    to.on(
        Operation::write(Method::POST, "/api/v1/needs", "createNeed", "needs", P::NeedWrite, NEED)
            .says("A new need", "It is a draft until it is submitted.")
            .answers::<Need>(CREATED, "The need as it stands.")
            .tagged()
            .fails(&[Kind::NotFound]),
        write_needs::create,
    );
    to.on(
        get("/api/v1/needs/{id}", "getNeed", "needs", P::NeedSee)
            .says("A need", "")
            .begins(Intent::Write)
            .answers::<Need>(OK, "The need.")
            .tagged(),
        needs::one,
    );
    to.on(
        Operation::write(Method::PATCH, "/api/v1/needs/{id}", "changeNeed", "needs", P::NeedWrite, NEED)
            .says("Change a need", "What is not named stays; null takes away.")
            .answers::<Need>(OK, "The need as it stands.")
            .tagged()
            .matched(),
        write_needs::change,
    );
    to.on(
        Operation::write(Method::POST, "/api/v1/needs/{id}/state", "moveNeed", "needs", P::NeedWrite, STEP)
            .says(
                "Submit or withdraw a need",
                "What was submitted, and to submit, is for who speaks for its beneficiary.",
            )
            .answers::<Need>(OK, "The need as it stands.")
            .tagged()
            .matched(),
        write_needs::step,
    );
    to.on(
        get("/api/v1/needs/{id}/responses", "listResponses", "needs", P::NeedSee)
            .says("What answers a need", "")
            .begins(Intent::Write)
            .answers::<Listed<Response>>(OK, "Responses, as far as the reader sees their actions."),
        needs::responses,
    );
    to.on(
        Operation::write(
            Method::POST,
            "/api/v1/needs/{id}/responses",
            "proposeResponse",
            "needs",
            P::ResponsePropose,
            RESPONSE,
        )
        .says("Propose an action for a need", "Its beneficiary is told, and answers.")
        .answers::<Response>(CREATED, "The response.")
        .tagged(),
        write_needs::propose,
    );
    to.on(
        get("/api/v1/responses/{id}", "getResponse", "needs", P::NeedSee)
            .says("A response", "")
            .answers::<Response>(OK, "The response.")
            .tagged(),
        write_needs::one_response,
    );
    to.on(
        Operation::write(
            Method::PATCH,
            "/api/v1/responses/{id}",
            "answerResponse",
            "needs",
            P::ResponseConfirm,
            ANSWER,
        )
        .whole()
        .says("Answer a response", "For the beneficiary whose need it is.")
        .answers::<Response>(OK, "The response as it stands.")
        .tagged(),
        write_needs::settle,
    );
    to.on(
        Operation::bare(Method::DELETE, "/api/v1/responses/{id}", "withdrawResponse", "needs", P::ResponsePropose)
            .says("Take a response back", "For whose action it is.")
            .answers::<Response>(OK, "The response that was withdrawn.")
            .tagged()
            .fails(&[Kind::Conflict, Kind::Invalid]),
        write_needs::withdraw,
    );
}

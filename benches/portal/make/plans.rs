//! Plans of the size they may have: 400 nodes that 3,000 actions hang on, one adopted and one in its draft.

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::chance::Chance;
use super::people::Process;
use super::table::{Cell, Table, row};
use super::texts::{Text, Texts};

/// Objectives, priorities in each and measures in each of those: 8 + 8 · 7 + 8 · 7 · 6 = 400 nodes.
const SHAPE: [usize; 3] = [8, 7, 6];
const KINDS: [&str; 3] = ["objective", "priority", "measure"];
const ACTIONS: usize = 3000;
const YEARS: std::ops::RangeInclusive<usize> = 2025..=2027;

struct PlanTables {
    plan: Table,
    node: Table,
    indicator: Table,
    target: Table,
    link: Table,
}

/// Where a node stands.
struct Branch<'a> {
    plan: Uuid,
    parent: Option<Uuid>,
    code: &'a str,
    depth: usize,
    /// Adopted: its codes are fixed.
    fixed: bool,
}

/// Gives a process its two plans.
pub async fn make(
    process: &Process,
    texts: &Texts,
    today: DateTime<Utc>,
    chance: &mut Chance,
    connection: &mut PgConnection,
) -> Result<()> {
    let actions: Vec<Uuid> = sqlx::query_scalar(
        "select id from action where process_id = $1 and merged_into_id is null order by md5(id::text) limit $2",
    )
    .bind(process.id)
    .bind(i64::try_from(ACTIONS)?)
    .fetch_all(&mut *connection)
    .await?;
    ensure!(!actions.is_empty(), "{} has no action for its plans", process.slug);
    let mut tables = PlanTables {
        plan: Table::new(
            "plan",
            "process_id, id, pillar_id, title, first_year, last_year, state, adopted_on, in_force_on, published_at, created_at",
        ),
        node: Table::new(
            "plan_node",
            "process_id, id, plan_id, parent_id, kind, position, code, title, body, expected_result, created_at",
        ),
        indicator: Table::new("indicator", "process_id, id, plan_node_id, name, unit, baseline, baseline_year"),
        target: Table::new("indicator_target", "process_id, indicator_id, year, beneficiary_id, value"),
        link: Table::new("plan_node_action", "process_id, plan_node_id, action_id"),
    };
    for (pillar, (title, state)) in process.pillars.iter().zip([("A plan in force", "in_force"), ("A draft", "draft")])
    {
        let fixed = state == "in_force";
        let plan = chance.id(today);
        let day = fixed.then(|| today.date_naive());
        row!(tables.plan; process.id, plan, *pillar, title, *YEARS.start(), *YEARS.end(), state, day, day, fixed.then_some(today), today);
        let mut measures = Vec::new();
        let root = Branch { plan, parent: None, code: "", depth: 0, fixed };
        grow(process, texts, today, chance, &mut tables, &root, &mut measures);
        for (at, action) in actions.iter().enumerate() {
            row!(tables.link; process.id, measures.get(at % measures.len()).copied(), *action);
        }
    }
    for table in [&mut tables.plan, &mut tables.node, &mut tables.indicator, &mut tables.target, &mut tables.link] {
        table.send(connection).await?;
    }
    Ok(())
}

fn grow(
    process: &Process,
    texts: &Texts,
    today: DateTime<Utc>,
    chance: &mut Chance,
    tables: &mut PlanTables,
    branch: &Branch<'_>,
    measures: &mut Vec<Uuid>,
) {
    let (Some(&kind), Some(&count)) = (KINDS.get(branch.depth), SHAPE.get(branch.depth)) else { return };
    for number in 1..=count {
        let id = chance.id(today);
        let code = if branch.depth == 0 { number.to_string() } else { format!("{}.{number}", branch.code) };
        let Text { title, description } = texts.make(chance, "the region");
        let fixed: Cell<'_> = branch.fixed.then_some(&code).into();
        tables.node.row(&[
            process.id.into(),
            id.into(),
            branch.plan.into(),
            branch.parent.into(),
            kind.into(),
            number.into(),
            fixed,
            (&title).into(),
            (&description).into(),
            "What is there by the end of the period, and how it is seen".into(),
            today.into(),
        ]);
        if kind == "measure" {
            measures.push(id);
            indicator(process, today, chance, tables, id);
        }
        let below = Branch { parent: Some(id), code: &code, depth: branch.depth + 1, ..*branch };
        grow(process, texts, today, chance, tables, &below, measures);
    }
}

/// One indicator, its targets by year for all, and by beneficiary for the last.
fn indicator(process: &Process, today: DateTime<Utc>, chance: &mut Chance, tables: &mut PlanTables, node: Uuid) {
    let id = chance.id(today);
    row!(tables.indicator; process.id, id, node, "People trained", "people", 40_usize, YEARS.start() - 1);
    for year in YEARS {
        row!(tables.target; process.id, id, year, None::<Uuid>, 100 + 10 * chance.below(20));
    }
    for (beneficiary, _) in &process.beneficiaries {
        row!(tables.target; process.id, id, *YEARS.end(), *beneficiary, 10 + chance.below(20));
    }
}

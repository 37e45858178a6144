//! What a matrix is asked for, from its address; and everything that it counts.

use chrono::NaiveDate;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

use super::model::{By, Matrix};
use crate::features::money;
use crate::features::needs::{store, store_coverage};
use crate::features::plans::{self, Outline};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{CycleId, PlanId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

closed_list! {
    /// What its cells show.
    Show {
        Needs = "needs", "matrix-show-needs";
        Actions = "actions", "matrix-show-actions";
        Money = "money", "matrix-show-money";
        Donors = "donors", "matrix-show-donors";
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub by: By,
    pub show: Show,
    pub plan: Option<PlanId>,
    /// The key of a pillar.
    pub pillar: String,
    pub cycle: Option<CycleId>,
    /// The day as of which it is counted.
    pub day: NaiveDate,
    pub today: NaiveDate,
    /// Only what every member may see, whoever asks: for what is kept.
    pub open: bool,
}

/// The names in the address.
pub const NAMES: [&str; 6] = ["by", "show", "plan", "pillar", "cycle", "at"];

impl Asked {
    /// Reads the address. A day that is none, or lies ahead, is told at its field, and today's is shown.
    pub fn read(p: &Page, f: &mut Fields) -> Self {
        let typed = f.day("at", p.today);
        if typed.is_some_and(|day| day > p.today) {
            f.fail("at", crate::kernel::i18n::Message::new("matrix-error-ahead"));
        }
        Self {
            by: if f.value("by") == "themes" { By::Themes } else { By::Measures },
            show: Show::parse(f.value("show")).unwrap_or(Show::Needs),
            plan: f.value("plan").parse().ok(),
            pillar: f.value("pillar").to_owned(),
            cycle: f.value("cycle").parse().ok(),
            day: typed.filter(|day| *day <= p.today).unwrap_or(p.today),
            today: p.today,
            open: false,
        }
    }

    pub fn is_past(&self) -> bool {
        self.day < self.today
    }
}

/// A row of the matrix, or a heading over rows.
#[derive(Debug, Clone)]
pub enum Row {
    Heading { title: String, pillar: Option<String>, plan: Option<PlanId> },
    Of { key: Option<Uuid>, code: String, title: String, node: Option<(PlanId, Uuid)> },
}

/// Everything that a matrix, its cells and its files are made from.
pub struct Counted {
    pub asked: Asked,
    pub rows: Vec<Row>,
    pub matrix: Matrix,
    /// Those that rows can be of; none where they are themes.
    pub plans: Vec<Outline>,
    /// There are more actions than are counted.
    cut: bool,
}

impl Counted {
    /// What has to be said wherever its figures stand.
    pub fn caveats(&self, p: &Page) -> Vec<String> {
        let past = self.asked.is_past().then(|| p.t("matrix-past"));
        let cut = self.cut.then(|| p.tn("matrix-cut", store_coverage::MOST));
        let money = self.matrix.money.as_ref().map(|(within, _)| within.unconverted.as_slice()).unwrap_or_default();
        let without: Vec<String> = money.iter().map(|u| p.locale.amount(u.amount, &u.currency)).collect();
        let without = (!without.is_empty()).then(|| p.t1("matrix-money-without", "amounts", without.join(", ")));
        past.into_iter().chain(cut).chain(without).collect()
    }

    /// The days at whose rates its money was converted.
    pub fn rates(&self, p: &Page) -> Option<String> {
        let (from, to) = self.matrix.money.as_ref()?.0.rates?;
        Some(p.t2("matrix-money-rates", "from", p.day(&from), "to", p.day(&to)))
    }

    /// How its money is counted, and the days at whose rates.
    pub fn money_rule(&self, p: &Page) -> String {
        let all: Vec<String> = std::iter::once(p.t("matrix-rule-money")).chain(self.rates(p)).collect();
        all.join(" ")
    }
}

/// The same, with the money of its actions where that is asked for and the reader may see it.
///
/// # Errors
/// The database's own.
pub async fn count_money(inside: &mut Inside, asked: Asked, wanted: bool) -> Result<Counted, Problem> {
    let mut counted = count(&mut inside.tx, &inside.page, asked).await?;
    if wanted {
        let shown = counted.matrix.together(|_| true).actions;
        add_money(inside, &mut counted, &shown).await?;
    }
    Ok(counted)
}

/// Adds the money of these actions, where the reader may see it: of those that are shown alone, so that no amount is said to be
/// missing that would stand elsewhere.
///
/// # Errors
/// The database's own.
pub async fn add_money(inside: &mut Inside, counted: &mut Counted, actions: &BTreeSet<usize>) -> Result<(), Problem> {
    if inside.member.may_somewhere(Permission::ActionSeeMoney) {
        let actions = actions.iter().filter_map(|i| counted.matrix.actions.get(*i)).map(|a| a.id.0).collect();
        counted.matrix.money = Some(money::within(inside, &money::Question::default(), actions).await?);
    }
    Ok(())
}

/// Reads what is counted: three statements.
///
/// # Errors
/// The database's own.
pub async fn count(tx: &mut ProcessTx, p: &Page, asked: Asked) -> Result<Counted, Problem> {
    let (plans, themes) = match asked.by {
        By::Themes => (Vec::new(), store::themes(tx).await?),
        By::Measures => (plans::outlines(tx).await?, Vec::new()),
    };
    let needs = store_coverage::needs(tx, asked.day, asked.cycle, asked.open).await?;
    let answering: Vec<Uuid> = needs.iter().flat_map(|n| n.answered_by.iter().map(|a| a.0)).collect();
    let by_theme = asked.by == By::Themes;
    let actions = store_coverage::actions(tx, asked.day, asked.today, by_theme, &answering, asked.open).await?;
    let cut = actions.len() >= store_coverage::MOST;
    let mut rows = match asked.by {
        By::Measures => measures(&asked, &plans, &needs),
        By::Themes => themes
            .into_iter()
            .filter_map(|(id, title)| {
                let key = id.parse().ok()?;
                Some(Row::Of { key: Some(key), code: String::new(), title, node: None })
            })
            .collect(),
    };
    let keys: HashSet<Uuid> = rows
        .iter()
        .filter_map(|r| match r {
            Row::Of { key, .. } => *key,
            Row::Heading { .. } => None,
        })
        .collect();
    let narrowed = asked.plan.is_some() || !asked.pillar.is_empty();
    // a matrix of one plan leaves out what stands under another: it does not call that "no measure"
    let needs = match narrowed && asked.by == By::Measures {
        true => needs.into_iter().filter(|n| n.lineage.is_some_and(|l| keys.contains(&l))).collect(),
        false => needs,
    };
    let matrix = Matrix::new(needs, actions, asked.by, &keys);
    let loose = matrix.together(|(row, _)| row.is_none());
    if !loose.needs.is_empty() {
        let title = p.t(if by_theme { "matrix-no-theme" } else { "matrix-no-measure" });
        rows.push(Row::Of { key: None, code: String::new(), title, node: None });
    }
    Ok(Counted { asked, rows, matrix, plans, cut })
}

/// The measures of the plans that are asked for, each plan under its heading; and whatever else of a plan needs hang on.
fn measures(asked: &Asked, plans: &[Outline], needs: &[super::model::NeedAt]) -> Vec<Row> {
    let used: HashSet<Uuid> = needs.iter().filter_map(|n| n.lineage).collect();
    let mut rows = Vec::new();
    for plan in plans {
        let pillar = plan.pillar.as_ref().map(|l| l.key.clone());
        let of_pillar = asked.pillar.is_empty() || pillar.as_deref() == Some(asked.pillar.as_str());
        if asked.plan.is_some_and(|id| id != plan.id) || !of_pillar {
            continue;
        }
        let nodes: Vec<_> = plan.nodes.iter().filter(|n| n.last || used.contains(&n.lineage)).collect();
        if nodes.is_empty() {
            continue;
        }
        rows.push(Row::Heading { title: plan.title.clone(), pillar, plan: Some(plan.id) });
        rows.extend(nodes.into_iter().map(|n| Row::Of {
            key: Some(n.lineage),
            code: n.code.to_string(),
            title: n.title.clone(),
            node: Some((plan.id, n.id.0)),
        }));
    }
    rows
}

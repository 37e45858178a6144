//! Which column holds what: by its name, by what an organisation chose earlier, by what stands in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::cells::{Cell, Cells};
use super::words::{HEADS, status};
use crate::kernel::fold::fold_letters;
use crate::kernel::lists::closed_list;
use crate::kernel::money::Currency;

closed_list! {
    /// What a column holds.
    Column {
        Title = "title", "action-field-title";
        Description = "description", "action-field-description";
        Reference = "reference", "action-field-reference";
        /// The address of the record here, as our own files have it.
        Address = "address", "import-column-address";
        /// What the record said when a sheet to fill in was made of it.
        AsOf = "as_of", "import-column-as-of";
        Keeper = "keeper", "action-field-reporting";
        Funding = "funding", "party-funding";
        Implementing = "implementing", "party-implementing";
        Accountable = "accountable", "party-accountable";
        Extending = "extending", "party-extending";
        Lead = "lead", "party-lead";
        Beneficiaries = "beneficiaries", "action-field-beneficiaries";
        Pillars = "pillars", "action-field-pillars";
        Themes = "themes", "action-field-themes";
        ThemeText = "theme_text", "action-field-theme-text";
        Status = "status", "action-field-status";
        /// Actual, where one is known, else planned.
        Start = "start", "import-column-start";
        End = "end", "import-column-end";
        /// Both in one cell.
        Period = "period", "import-column-period";
        PlannedStart = "planned_start", "action-field-planned-start";
        PlannedEnd = "planned_end", "action-field-planned-end";
        ActualStart = "actual_start", "action-field-actual-start";
        ActualEnd = "actual_end", "action-field-actual-end";
        Total = "total", "action-field-stated-total";
        Currency = "currency", "import-column-currency";
        Handling = "handling", "action-field-handling";
        Parent = "parent", "action-field-parent";
        Link = "link", "action-field-source-url";
        /// A note and an address in one, as our own lists have it.
        Source = "source", "import-column-source";
        Ignore = "ignore", "import-column-ignore";
    }
}

/// How a column came to be what it is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Name,
    Remembered,
    Content,
    Chosen,
}

/// A column as it is taken; `None` in the list for one that nothing is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Found {
    pub column: Column,
    pub how: How,
}

/// What the process knows by name, for recognising columns by what stands in them.
pub trait Known {
    fn is_beneficiary(&self, text: &str) -> bool;
    fn is_pillar(&self, text: &str) -> bool;
    fn is_theme(&self, text: &str) -> bool;
    /// Whether the text is an address of an action of this portal.
    fn is_address(&self, text: &str) -> bool;
}

static BY_NAME: LazyLock<HashMap<String, Column>> = LazyLock::new(|| {
    let all = HEADS.iter().flat_map(|(column, names)| names.iter().map(|n| (fold_letters(n), *column)));
    // of a name that stands for two the first
    all.rev().collect()
});

/// A head as it is remembered.
pub fn folded_head(head: &str) -> String {
    fold_letters(&head.chars().take(200).collect::<String>())
}

/// By its whole name; else by one of its parts ("Naziv / Title", "Budget (EUR)").
fn by_name(head: &str) -> Option<Column> {
    let head: String = head.chars().take(200).collect();
    let whole = fold_letters(&head);
    if let Some(column) = BY_NAME.get(&whole) {
        return Some(*column);
    }
    let mut parts =
        head.split(['/', '|', '\n', '(', ')', '[', ']', ':', ';', '–']).map(str::trim).filter(|p| !p.is_empty());
    parts.find_map(|part| BY_NAME.get(&fold_letters(part)).copied())
}

/// How many different columns a row names, if it is one of heads.
pub fn known_heads(heads: &[String]) -> usize {
    let mut found: Vec<Column> = heads.iter().filter(|h| h.chars().count() <= 80).filter_map(|h| by_name(h)).collect();
    found.sort_by_key(|c| c.as_str());
    found.dedup();
    found.len()
}

/// Whether they stand over a table of actions: a title, and something else that is known.
pub fn are_of_actions(heads: &[String]) -> bool {
    known_heads(heads) >= 2 && heads.iter().any(|head| by_name(head) == Some(Column::Title))
}

/// Two rows of heads as one: what stands over several columns is put before what stands below it where the two are a name
/// ("Planned", "Start"), and stands for a column that has nothing below; the title of a table does so only where it is a name. `None`:
/// the lower is no row of heads.
pub fn joined_heads(upper: &[String], lower: &[String]) -> Option<Vec<String>> {
    let (known, said) = (known_heads(lower), lower.iter().filter(|head| !head.is_empty()).count());
    if known < 2 || known * 2 < said {
        return None;
    }
    let is_title = upper.iter().filter(|head| !head.is_empty()).count() < 2;
    let at = |heads: &[String], i: usize| heads.get(i).cloned().unwrap_or_default();
    let mut over = String::new();
    let mut joined = Vec::new();
    for i in 0..upper.len().max(lower.len()) {
        let (above, below) = (at(upper, i), at(lower, i));
        if !above.is_empty() {
            over.clone_from(&above);
        }
        let both = format!("{over} {below}");
        let is_name = both.chars().count() <= 80 && BY_NAME.contains_key(&fold_letters(&both));
        joined.push(match below.is_empty() {
            true if !is_title || by_name(&above).is_some() => above,
            false if is_name && !over.is_empty() => both,
            _ => below,
        });
    }
    Some(joined)
}

/// Most of what stands in a column is of one kind.
fn mostly(samples: &[&Cell], is: impl Fn(&Cell) -> bool) -> bool {
    samples.len() >= 2 && samples.iter().filter(|c| is(c)).count() * 5 >= samples.len() * 4
}

fn by_content(samples: &[Cells], column: u16, known: &dyn Known) -> Option<Column> {
    let cells: Vec<&Cell> = samples.iter().map(|s| s.get(column)).filter(|c| !c.is_empty()).collect();
    let texts = |is: &dyn Fn(&str) -> bool| {
        mostly(&cells, |c| matches!(c, Cell::Text(t) if t.split([';', ',', '\n']).all(|p| is(p.trim()))))
    };
    let whole = |is: &dyn Fn(&str) -> bool| mostly(&cells, |c| matches!(c, Cell::Text(t) if is(t)));
    let web = |t: &str| t.starts_with("https://") || t.starts_with("http://");
    if whole(&|t| known.is_address(t)) {
        return Some(Column::Address);
    }
    if whole(&web) {
        return Some(Column::Link);
    }
    if texts(&|t| known.is_beneficiary(t)) {
        return Some(Column::Beneficiaries);
    }
    if texts(&|t| known.is_pillar(t)) {
        return Some(Column::Pillars);
    }
    if whole(&|t| status(t).is_some()) {
        return Some(Column::Status);
    }
    if texts(&|t| known.is_theme(t)) {
        return Some(Column::Themes);
    }
    if whole(&|t| t.len() == 3 && t.parse::<Currency>().is_ok()) {
        return Some(Column::Currency);
    }
    None
}

/// What each column holds. A field that can stand once is given to the first column that claims it by the better right:
/// what was chosen earlier, then the name, then the content.
pub fn recognise(
    heads: &[String],
    samples: &[Cells],
    remembered: &HashMap<String, Column>,
    known: &dyn Known,
) -> Vec<Option<Found>> {
    let mut found: Vec<Option<Found>> = vec![None; heads.len()];
    let mut taken: Vec<Column> = Vec::new();
    for how in [How::Remembered, How::Name, How::Content] {
        for (i, head) in heads.iter().enumerate() {
            let Ok(index) = u16::try_from(i) else { break };
            if found.get(i).is_none_or(Option::is_some) {
                continue;
            }
            let column = match how {
                How::Remembered => remembered.get(&folded_head(head)).copied(),
                How::Name => by_name(head),
                _ => by_content(samples, index, known),
            };
            let Some(column) = column.filter(|c| *c == Column::Ignore || c.repeats() || !taken.contains(c)) else {
                continue;
            };
            taken.push(column);
            if let Some(place) = found.get_mut(i) {
                *place = Some(Found { column, how });
            }
        }
    }
    found
}

impl Column {
    /// Several columns can hold it: donors side by side.
    pub fn repeats(self) -> bool {
        use Column::{Accountable, Beneficiaries, Extending, Funding, Ignore, Implementing, Lead, Pillars, Themes};
        matches!(
            self,
            Ignore | Funding | Implementing | Accountable | Extending | Lead | Beneficiaries | Pillars | Themes
        )
    }
}

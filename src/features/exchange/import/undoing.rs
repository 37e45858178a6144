//! Taking back what an import did: what it added is withdrawn, what it changed is as it was before. A row on which something has
//! been built meanwhile stays, and says why.

use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use super::applying::tell;
use super::check::Means;
use super::directory::Directory;
use super::model::Row;
use super::money;
use super::reading::listed;
use super::store::{self, Filter, Undone};
use super::verdict::{changeable, changer};
use super::work::{At, Whose, page};
use crate::features::actions::{Changed, ClaimState, Standing, builds_on, change_many, standing, withdraw_many};
use crate::features::overlaps;
use crate::kernel::db::MembershipFacts;
use crate::kernel::i18n::text_with;
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::page::Page;

const CHUNK: i64 = 200;

/// Takes back what can be, in one transaction.
///
/// # Errors
/// The database's own: nothing is taken back, and it is tried again.
pub async fn undo(means: &Means, whose: Whose) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    let page = page(&at, means);
    let known = listed(&mut at, means).await?;
    let why = text_with(&page.locale, "import-undo-why", &[("file", at.import.file_name.clone().into())]);
    let own = store::added(&mut at.tx, whose.id).await?;
    let mut keepers = BTreeSet::new();
    for result in ["added", "changed"] {
        let mut filter = Filter { result: Some(result.to_owned()), ..Filter::default() };
        loop {
            let rows = store::rows(&mut at.tx, whose.id, &filter, CHUNK).await?;
            let Some(last) = rows.last() else { break };
            filter.after = last.row;
            keepers.extend(back(&mut at, means, &page, &known, &own, &rows, &why).await?);
        }
    }
    if !store::undone(&mut at.tx, whose.id, means.clock.now()).await? {
        return Ok(());
    }
    overlaps::changed(&mut at.tx).await?;
    tell(&mut at, means, "import-told-taken-back", keepers).await?;
    Ok(at.tx.commit().await?)
}

/// Why a row stays, if it does.
fn kept(
    row: &Row,
    standing: Option<&Standing>,
    built: Option<&String>,
    by: Option<&MembershipFacts>,
) -> Option<String> {
    let Some(standing) = standing else { return Some("gone".to_owned()) };
    // what was changed and not added stays with all that stands on it; what stands on it says more than that it was
    // touched, which an amount does too
    if row.before.is_none()
        && let Some(built) = built
    {
        return Some(built.clone());
    }
    if Some(standing.version) != row.version_after {
        return Some("edited".to_owned());
    }
    by.is_none().then(|| "refused".to_owned())
}

/// Takes some rows back; answers whose records they were.
async fn back(
    at: &mut At,
    means: &Means,
    page: &Page,
    known: &Directory,
    own: &[Uuid],
    rows: &[Row],
    why: &str,
) -> anyhow::Result<BTreeSet<OrganisationId>> {
    let now = means.clock.now();
    let ids: Vec<Uuid> = rows.iter().filter_map(|r| r.applied).collect();
    let stands: HashMap<Uuid, Standing> =
        standing(&mut at.tx, &ids, means.clock.today()).await?.into_iter().map(|s| (s.id.0, s)).collect();
    let built = builds_on(&mut at.tx, &ids, own).await?;
    let (mut undone, mut withdrawn, mut restored) = (Vec::new(), Vec::new(), Vec::new());
    let mut keepers = BTreeSet::new();
    for row in rows {
        let Some(id) = row.applied else { continue };
        let standing = stands.get(&id);
        let by = standing.and_then(|s| changer(&at.member, &s.sheet));
        // who could add it, as a beneficiary reports one, takes it back too
        let reporter = || at.member.memberships().iter().find(|m| m.id == at.import.by && row.before.is_none());
        let by = by.or_else(reporter);
        let kept_why = kept(row, standing, built.get(&ActionId(id)), by);
        if kept_why.is_none()
            && let (Some(standing), Some(by)) = (standing, by)
        {
            keepers.extend(standing.sheet.keeper());
            match &row.before {
                None => withdrawn.push((ActionId(id), by)),
                Some(before) => {
                    let mut sheet = standing.sheet.clone();
                    let mut difference = standing.sheet.difference(before);
                    let allowed = changeable(&at.member, standing);
                    difference.retain(|field, _| allowed.contains(field));
                    sheet.apply(&difference);
                    let mut all = known.names().clone();
                    all.0.extend(standing.names.0.clone());
                    // a report that the import settled is one again
                    let claim = row.settled.then_some(ClaimState::Unconfirmed);
                    restored.push((standing, sheet, by, all, claim));
                }
            }
        }
        undone.push(Undone { row: row.row, kept_why });
    }
    let changed: Vec<Changed<'_>> = restored
        .iter()
        .map(|(standing, sheet, by, names, claim)| Changed {
            id: standing.id,
            version: standing.version,
            before: &standing.sheet,
            sheet,
            by,
            names,
            claim: *claim,
        })
        .collect();
    let altered = change_many(&mut at.tx, page, &changed, "import-undone", why, now).await?;
    anyhow::ensure!(altered.moved.is_empty(), "an action was edited while its import was undone");
    store::keep_undone(&mut at.tx, at.import.id, at.import.organisation, &undone).await?;
    let gone: Vec<i32> = undone.iter().filter(|u| u.kept_why.is_none()).map(|u| u.row).collect();
    store::put_back(&mut at.tx, at.import.id, &gone, now).await?;
    let applied: Vec<Uuid> = rows.iter().filter(|r| gone.contains(&r.row)).filter_map(|r| r.applied).collect();
    money::renew(&mut at.tx, known, &applied, now).await?;
    withdraw_many(&mut at.tx, &withdrawn, why, now).await?;
    Ok(keepers)
}

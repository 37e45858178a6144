//! What of coordination questions waits for a reader.

use super::cases::Waiting;
use crate::kernel::awaited::Awaited;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Role, Scope};

/// What a member is waited for to do about coordination questions, of what `kernel.overlaps_waiting` answers.
///
/// # Errors
/// It is not such an answer.
pub fn awaited(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<Vec<Awaited>> {
    if !member.may_somewhere(Permission::OverlapSee) {
        return Ok(Vec::new());
    }
    let n: Waiting = serde_json::from_value(waiting)?;
    let mut all = Vec::new();
    let mut line = |count: i64, key: &str, query: &str, by| {
        if count > 0 {
            all.push(Awaited { text: p.tn(key, count), link: p.link(&format!("/overlaps{query}")), by });
        }
    };
    line(n.in_charge, "overlap-awaited-in-charge", "?owner=me", n.due);
    if member.has_role(Role::Chair) {
        line(n.escalated, "overlap-awaited-escalated", "?escalated=1", None);
    }
    if member.may(Permission::OverlapDecide, &Scope::default()) {
        line(n.nobody, "overlap-awaited-nobody", "?owner=nobody", None);
    } else if !member.organisations().is_empty() || !member.beneficiaries().is_empty() {
        line(n.mine, "overlap-awaited-mine", "?mine=1", None);
    } else if member.has_role(Role::Lead) {
        line(n.nobody, "overlap-awaited-nobody", "?owner=nobody", None);
    }
    Ok(all)
}

//! The life of a record that the Board decides on, as one table: from where to where, who, on what condition, to what effect.
//! Plans and mapping reports have theirs in this form; each says itself what its conditions mean and does its effects.

use chrono::NaiveDate;

use super::permit::{Member, Permission, Scope};

/// What has to be so before a step.
pub trait Condition: Copy + 'static {
    /// What it is judged by.
    type Facts;

    fn holds(self, facts: &Self::Facts, today: NaiveDate) -> bool;

    /// What is met by filling in the step's own form.
    fn is_of_form(self) -> bool;

    /// What does not come to hold again once it does not.
    fn is_lost_for_good(self) -> bool;
}

/// One row of a table.
#[derive(Debug)]
pub struct Rule<State, Step, Guard: 'static, Effect: 'static> {
    pub step: Step,
    pub from: State,
    pub to: State,
    /// Nobody, where it follows from another step or from a date alone.
    pub who: Option<Permission>,
    /// It also happens by itself on a day that is set.
    pub by_date: bool,
    pub guards: &'static [Guard],
    pub effects: &'static [Effect],
}

impl<State, Step, Guard: Condition, Effect: 'static> Rule<State, Step, Guard, Effect> {
    /// The conditions that do not hold.
    pub fn unmet(&self, facts: &Guard::Facts, today: NaiveDate) -> Vec<Guard> {
        self.guards.iter().copied().filter(|g| !g.holds(facts, today)).collect()
    }
}

/// The row of a step from a state, where there is one.
pub fn find<State, Step, Guard, Effect>(
    table: &'static [Rule<State, Step, Guard, Effect>],
    step: Step,
    from: State,
) -> Option<&'static Rule<State, Step, Guard, Effect>>
where
    State: PartialEq + 'static,
    Step: PartialEq + 'static,
    Guard: 'static,
    Effect: 'static,
{
    table.iter().find(|r| r.step == step && r.from == from)
}

/// A step that somebody may take from here, and what is still in its way.
#[derive(Debug)]
pub struct Offer<State: 'static, Step: 'static, Guard: 'static, Effect: 'static> {
    pub rule: &'static Rule<State, Step, Guard, Effect>,
    pub unmet: Vec<Guard>,
}

/// The steps that a member may take, whether or not their conditions hold yet; those of the form itself are left to it.
pub fn offers<State, Step, Guard, Effect>(
    table: &'static [Rule<State, Step, Guard, Effect>],
    from: State,
    member: &Member,
    scope: &Scope,
    facts: &Guard::Facts,
    today: NaiveDate,
) -> Vec<Offer<State, Step, Guard, Effect>>
where
    State: PartialEq + 'static,
    Step: 'static,
    Guard: Condition,
    Effect: 'static,
{
    table
        .iter()
        .filter(|r| r.from == from && r.who.is_some_and(|who| member.may(who, scope)))
        .map(|rule| Offer { rule, unmet: rule.unmet(facts, today).into_iter().filter(|g| !g.is_of_form()).collect() })
        .filter(|offer| !offer.unmet.iter().any(|g| g.is_lost_for_good()))
        .collect()
}

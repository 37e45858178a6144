//! Addresses of the list of actions: the one place that knows its parameters.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::kernel::page::Page;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Narrow(Vec<(&'static str, String)>);

/// The value of a filter for what is not stated.
const NOT_STATED: &str = "none";

impl Narrow {
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.push((name, value.to_string()));
        self
    }

    /// A pillar of the frame by its id as text; "" is "not stated". `None` for one that the process has not.
    pub fn pillar(self, p: &Page, id: &str) -> Option<Self> {
        if id.is_empty() {
            return Some(self.with("pillar", NOT_STATED));
        }
        let key = p.frame()?.pillars.iter().find(|l| l.id.to_string() == id)?.key.clone();
        Some(self.with("pillar", key))
    }

    pub fn beneficiary(self, p: &Page, id: &str) -> Option<Self> {
        if id.is_empty() {
            return Some(self.with("beneficiary", NOT_STATED));
        }
        let code = p.frame()?.beneficiaries.iter().find(|b| b.id.to_string() == id)?.code.clone();
        Some(self.with("beneficiary", code))
    }

    pub fn donor(self, id: &str) -> Self {
        if id.is_empty() {
            return self.with("organisation", NOT_STATED).with("role", "funding");
        }
        self.with("organisation", id).with("role", "funding")
    }

    pub fn organisation(self, id: impl ToString) -> Self {
        self.with("organisation", id)
    }

    pub fn status(self, status: &str) -> Self {
        self.with("status", if status.is_empty() { NOT_STATED } else { status })
    }

    /// Ends between these two days, both included.
    pub fn ends(self, from: NaiveDate, to: NaiveDate) -> Self {
        self.with("ends_from", from).with("ends_to", to)
    }

    pub fn starts(self, from: NaiveDate, to: NaiveDate) -> Self {
        self.with("starts_from", from).with("starts_to", to)
    }

    pub fn unconfirmed_lately(self) -> Self {
        self.with("fresh", "stale")
    }

    pub fn incomplete(self) -> Self {
        self.with("missing", "any")
    }

    pub fn unconfirmed(self) -> Self {
        self.with("claim", "unconfirmed")
    }

    pub fn link(&self, p: &Page) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { p.link("/actions") } else { format!("{}?{query}", p.link("/actions")) }
    }
}

pub fn action(p: &Page, id: Uuid) -> String {
    p.link(&format!("/actions/{id}"))
}

pub fn need(p: &Page, id: Uuid) -> String {
    p.link(&format!("/needs/{id}"))
}

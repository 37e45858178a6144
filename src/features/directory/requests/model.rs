//! What a request for access asks, and who answers it.

use chrono::NaiveDate;

use crate::kernel::lists::closed_list;

closed_list! {
    /// Who asks: each sort goes its own way.
    RequestKind {
        Person = "person", "directory-request-person";
        NewMember = "new_member", "directory-request-new-member";
        EuAgency = "eu_agency", "directory-request-eu-agency";
        Evaluator = "evaluator", "directory-request-evaluator";
        Public = "public", "directory-request-public";
    }
}

impl RequestKind {
    /// What has to happen before it is granted.
    pub fn way(self) -> &'static str {
        match self {
            RequestKind::Person => "directory-request-way-person",
            RequestKind::NewMember => "directory-request-way-new-member",
            RequestKind::EuAgency => "directory-request-way-eu-agency",
            RequestKind::Evaluator => "directory-request-way-evaluator",
            RequestKind::Public => "directory-request-way-public",
        }
    }
}

closed_list! {
    RequestState {
        Open = "open", "directory-request-open";
        Granted = "granted", "directory-request-granted";
        Declined = "declined", "directory-request-declined";
        Withdrawn = "withdrawn", "directory-request-withdrawn";
    }
}

/// Where a request stands today: the word, its badge.
pub fn standing(state: RequestState, due_on: NaiveDate, today: NaiveDate) -> (&'static str, &'static str) {
    match state {
        RequestState::Open if due_on < today => ("directory-request-overdue", "warn"),
        RequestState::Open => (state.label(), "info"),
        RequestState::Granted => (state.label(), "ok"),
        RequestState::Declined | RequestState::Withdrawn => (state.label(), "plain"),
    }
}

//! The interface for programs: `/api/v1`, REST and JSON. What a member may see and do on the pages, a token of theirs may see and
//! do here: the same views, filters and services stand behind both. Its routes and its document are made from one table.

mod actions;
mod answer;
mod auth;
mod body;
mod changes;
mod limit;
mod needs;
mod once;
mod openapi;
mod places;
mod plans;
mod problem;
mod query;
mod records;
mod reference;
mod reports;
mod shape;
mod store;
mod store_records;
mod store_reports;
mod strategies;
mod table;
mod table_records;
mod tokens;
mod write_actions;
mod write_money;
mod write_needs;

pub use auth::guard;
pub use limit::take;
pub use reference::document;

use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    tokens::routes(r);
    r.get("/api/v1", Access::Anyone, reference::page);
    r.get("/api/v1/openapi.json", Access::Anyone, reference::file);
    table::all(r);
}

//! The pages that are measured, and what each must hold.

use anyhow::{Context as _, Result, ensure};
use std::collections::HashMap;
use std::net::SocketAddr;

use crate::http::{Client, Request, Response};

/// What a figure is held against. Times in milliseconds at one client are the 99th percentile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Target {
    pub per_second: Option<f64>,
    /// Of what pgbench does with the same statements.
    pub ratio: Option<f64>,
    pub half_load_p99: Option<f64>,
    pub one_client_p99: Option<f64>,
    pub database_ms: Option<f64>,
    /// "Must hold" in the brief; what is not is an aim, shown and not enforced.
    pub must: bool,
}

/// What is left to the page's own: how it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Page,
    /// Bound by the hashing of a password; its statements cannot be repeated by pgbench, for it makes a session.
    SignIn,
    /// Long: a few of them, its bytes a second and the memory it takes.
    Export,
}

pub struct Page {
    pub name: &'static str,
    pub kind: Kind,
    pub request: Request,
    pub status: u16,
    /// Must stand in the answer.
    pub holds: Vec<String>,
    /// So many times must this stand in the answer.
    pub rows: Option<(&'static str, usize)>,
    pub target: Target,
    /// No sequential scan of the actions is allowed.
    pub indexed: bool,
}

const LIST: Target = Target {
    per_second: Some(300.0),
    ratio: Some(0.5),
    half_load_p99: Some(50.0),
    one_client_p99: None,
    database_ms: Some(15.0),
    must: true,
};
const SEARCH: Target =
    Target { per_second: None, ratio: None, half_load_p99: None, one_client_p99: Some(150.0), database_ms: None, must: true };
const HOME: Target =
    Target { per_second: Some(100.0), ratio: None, half_load_p99: None, one_client_p99: Some(100.0), database_ms: None, must: true };
const COUNTS: Target =
    Target { per_second: None, ratio: None, half_load_p99: None, one_client_p99: Some(300.0), database_ms: None, must: true };
/// Section 11 of the design, for pages that the brief names no figure for.
const AIM: Target =
    Target { per_second: Some(300.0), ratio: Some(0.5), half_load_p99: Some(50.0), one_client_p99: None, database_ms: None, must: false };
const NONE: Target =
    Target { per_second: None, ratio: None, half_load_p99: None, one_client_p99: None, database_ms: None, must: false };

/// The pages, with the addresses that the data decide.
pub async fn find(_address: SocketAddr, _cookies: &HashMap<String, String>) -> Result<Vec<Page>> {
    Ok(Vec::new())
}

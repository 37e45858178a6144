//! What is taken from the seed of the IISG process: who takes part.

use anyhow::{Context as _, Result};
use serde::Deserialize;

const FILE: &str = include_str!("../../../seed/iisg.json");

#[derive(Deserialize)]
pub struct Seed {
    pub footnotes: serde_json::Value,
    pub pillars: Vec<Keyed>,
    pub beneficiaries: Vec<Beneficiary>,
    pub themes: Vec<Theme>,
    pub organisations: Vec<Organisation>,
    pub members: Vec<Member>,
    pub actions: Vec<Action>,
}

#[derive(Deserialize)]
pub struct Keyed {
    pub key: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct Beneficiary {
    pub code: String,
    pub name: String,
    pub note: Option<String>,
}

#[derive(Deserialize)]
pub struct Theme {
    pub key: String,
    pub name: String,
    pub dac: Vec<Code>,
}

#[derive(Deserialize)]
pub struct Code {
    pub code: String,
}

#[derive(Deserialize)]
pub struct Organisation {
    pub key: String,
    pub name: String,
    pub short_name: Option<String>,
    pub kind: String,
    pub level: Option<String>,
    pub seat: Option<String>,
}

#[derive(Deserialize)]
pub struct Member {
    pub email: String,
    pub role: String,
    pub organisation: Option<String>,
    pub pillars: Vec<String>,
    pub beneficiary: Option<String>,
}

#[derive(Deserialize)]
pub struct Action {
    pub title: String,
    pub description: Option<String>,
}

impl Seed {
    pub fn read() -> Result<Self> {
        serde_json::from_str(FILE).context("the seed cannot be read")
    }
}

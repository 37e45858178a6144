//! Writes envelopes: money of donors that is not tied to an action.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::file::File;
use super::store::Keys;
use crate::kernel::db::ProcessTx;

#[derive(Debug, Deserialize)]
pub struct Envelope {
    pub donor: String,
    pub title: String,
    pub kind: String,
    pub amount: Decimal,
    pub currency: String,
    pub first_year: Option<i32>,
    pub last_year: Option<i32>,
    pub pillar: Option<String>,
    pub beneficiary: Option<String>,
    pub note: String,
    pub handling: String,
}

pub(super) async fn envelopes(tx: &mut ProcessTx, file: &File, keys: &mut Keys) -> anyhow::Result<()> {
    let mut rows: Vec<Value> = Vec::new();
    for e in &file.envelopes {
        let id = keys.new_id("envelope", &e.title);
        let pillar = e.pillar.as_ref().map(|key| keys.get("pillar", key)).transpose()?;
        let beneficiary = e.beneficiary.as_ref().map(|code| keys.get("beneficiary", code)).transpose()?;
        rows.push(json!({ "id": id, "donor": keys.get("organisation", &e.donor)?, "title": e.title, "kind": e.kind,
            "amount": e.amount, "currency": e.currency, "first_year": e.first_year, "last_year": e.last_year, "pillar": pillar,
            "beneficiary": beneficiary, "note": e.note, "handling": e.handling }));
    }
    sqlx::query!(
        "insert into envelope (id, donor_id, title, kind, amount, currency, first_year, last_year, pillar_id, beneficiary_id, note, handling)
         select id, donor, title, kind, amount, currency, first_year, last_year, pillar, beneficiary, note, handling
         from jsonb_to_recordset($1) as x(id uuid, donor uuid, title text, kind text, amount numeric, currency text, first_year integer,
            last_year integer, pillar uuid, beneficiary uuid, note text, handling text)",
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

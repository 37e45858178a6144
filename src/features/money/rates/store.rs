//! Exchange rates in the database: the installation's, read by every process.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::parse::Quote;
use super::rule::Table;

/// The newest load; 0 where nothing was loaded.
///
/// # Errors
/// The database's own.
pub async fn newest(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!" from rate_load"#).fetch_one(connection).await
}

/// All rates. Of a code that no currency has there is none.
///
/// # Errors
/// The database's own.
pub async fn table(connection: &mut PgConnection) -> sqlx::Result<Table> {
    let rows = sqlx::query!(
        r#"select currency, array_agg(day order by day) as "days!: Vec<NaiveDate>",
            array_agg(per_euro order by day) as "rates!: Vec<Decimal>"
        from exchange_rate group by currency"#
    )
    .fetch_all(connection)
    .await?;
    let quotes = rows.into_iter().filter_map(|r| Some((r.currency.parse().ok()?, r.days, r.rates)));
    Ok(quotes
        .flat_map(|(currency, days, rates)| {
            days.into_iter().zip(rates).map(move |(day, per_euro)| Quote { currency, day, per_euro })
        })
        .collect())
}

/// A file that was loaded.
#[derive(Debug, Clone)]
pub struct Load {
    pub loaded_at: DateTime<Utc>,
    pub file_name: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Whose rates they are; empty: the European Central Bank's.
    pub source: String,
    pub currencies: i32,
    pub added: i32,
    pub changed: i32,
}

/// The files that were loaded, the latest first.
///
/// # Errors
/// The database's own.
pub async fn loads(connection: &mut PgConnection) -> sqlx::Result<Vec<Load>> {
    sqlx::query_as!(
        Load,
        "select loaded_at, file_name, first_day, last_day, source, currencies, added, changed from rate_load order by id desc limit 12"
    )
    .fetch_all(connection)
    .await
}

/// Whose the newest rates of these currencies are, where they are not the European Central Bank's.
///
/// # Errors
/// The database's own.
pub async fn sources(connection: &mut PgConnection, codes: &[String]) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select distinct on (currency) currency, source from exchange_rate where currency = any ($1) and source <> ''
            order by currency, day desc",
        codes
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|r| (r.currency, r.source)).collect())
}

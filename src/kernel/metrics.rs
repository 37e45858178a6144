//! What the server measures of itself, as Prometheus reads it.

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use std::time::Duration;
use subtle::ConstantTimeEq;

use super::db::Db;

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to measure, once for the whole program; measuring costs nothing where nobody asked for it. Called inside a
/// runtime.
///
/// # Errors
/// Somebody else measures already.
pub fn install() -> anyhow::Result<()> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds)?
        .set_buckets_for_metric(
            Matcher::Suffix("_statements".into()),
            &[0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0],
        )?
        .install_recorder()
        .context("cannot measure")?;
    metrics::describe_histogram!("concert_request_seconds", "time of a request, by route and status");
    metrics::describe_histogram!(
        "concert_request_statements",
        "statements a request sent to the database, BEGIN and COMMIT included, by route"
    );
    metrics::describe_histogram!("concert_job_seconds", "time of a job, by task");
    metrics::describe_counter!(
        "concert_jobs_total",
        "jobs, by task and outcome (done or failed); a job that failed is tried again"
    );
    metrics::describe_gauge!("concert_connections", "connections to the database, by state (in_use or idle)");
    metrics::describe_gauge!("concert_letters_waiting", "letters that were not sent yet");
    metrics::describe_gauge!("concert_letter_oldest_seconds", "how long the oldest of them has waited");
    if HANDLE.set(handle.clone()).is_ok() {
        tokio::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_secs(5));
            loop {
                every.tick().await;
                handle.run_upkeep();
            }
        });
    }
    Ok(())
}

/// Everything measured, with what is asked of the database now. Nothing where [`install`] was not called.
pub async fn render(db: &Db) -> Option<String> {
    let handle = HANDLE.get()?;
    let (all, idle) = db.connections();
    metrics::gauge!("concert_connections", "state" => "in_use").set(f64::from(all.saturating_sub(idle)));
    metrics::gauge!("concert_connections", "state" => "idle").set(f64::from(idle));
    match waiting(db).await {
        Ok((letters, seconds)) => {
            metrics::gauge!("concert_letters_waiting").set(f64::from(letters));
            metrics::gauge!("concert_letter_oldest_seconds").set(seconds);
        }
        Err(error) => tracing::warn!(%error, "the letters that wait were not counted"),
    }
    Some(handle.render())
}

async fn waiting(db: &Db) -> sqlx::Result<(i32, f64)> {
    let mut tx = db.platform_job().await?;
    let row = sqlx::query!(
        r#"select count(*)::int as "letters!", coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as "seconds!"
        from outgoing_mail where sent_at is null and body <> ''"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.letters, row.seconds))
}

/// The word that opens /metrics to whoever has no listener of its own.
#[derive(Clone, Debug)]
pub struct MetricsToken(SecretString);

impl MetricsToken {
    /// `None` for an empty one, which would open to everyone.
    ///
    /// # Errors
    /// Fewer than 16 characters: too easy to guess.
    pub fn new(token: Option<&SecretString>) -> anyhow::Result<Option<Self>> {
        let Some(token) = token.filter(|t| !t.expose_secret().is_empty()) else { return Ok(None) };
        anyhow::ensure!(token.expose_secret().len() >= 16, "CONCERT_METRICS_TOKEN must have at least 16 characters");
        Ok(Some(Self(token.clone())))
    }

    /// Compares in constant time, whatever the lengths.
    pub fn opens(&self, authorization: Option<&str>) -> bool {
        let given = authorization.and_then(|h| h.strip_prefix("Bearer ")).unwrap_or_default();
        Sha256::digest(given.as_bytes()).ct_eq(&Sha256::digest(self.0.expose_secret().as_bytes())).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_for_its_word_alone() {
        assert!(MetricsToken::new(Some(&String::new().into())).unwrap().is_none());
        assert!(MetricsToken::new(Some(&"short".to_owned().into())).is_err());
        let token = MetricsToken::new(Some(&"a-word-of-some-length".to_owned().into())).unwrap().unwrap();
        assert!(token.opens(Some("Bearer a-word-of-some-length")));
        for other in [
            None,
            Some(""),
            Some("Bearer "),
            Some("Bearer a-word-of-some-lengt"),
            Some("a-word-of-some-length"),
            Some("Basic a-word-of-some-length"),
        ] {
            assert!(!token.opens(other), "{other:?}");
        }
    }
}

//! Makes a file from a list of actions, a chunk at a time: neither memory nor time to the first byte grows with it.

use axum::body::{Body, Bytes};
use chrono::{DateTime, Utc};
use futures::stream;
use tokio::sync::mpsc::{self, Sender};

use super::compose::{Way, Without, compose};
use super::{store, write};
use crate::features::actions::{PATIENCE, Run};
use crate::kernel::db::Frame;
use crate::kernel::page::Page;

/// Actions fetched at once: what one came with can be long.
pub const CHUNK: i64 = 200;

/// What kind of file it is.
pub const KIND: &str = "application/xml";

/// What a file says of itself, and for whom it is.
pub struct Making {
    pub way: Way,
    pub generated: DateTime<Utc>,
    pub page: Page,
}

/// How many actions are in a file, and why others are not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub written: usize,
    pub undated: usize,
    pub alone: usize,
}

impl Making {
    /// `published`: for everybody.
    pub fn new(page: Page, base_url: &str, generated: DateTime<Utc>, published: bool) -> Self {
        let slug = page.frame().map(|f| f.slug.as_str()).unwrap_or_default();
        let way = Way { address: format!("{base_url}/{slug}"), today: generated.date_naive(), published };
        Self { way, generated, page }
    }

    /// The process, its notes, and how the file is to be read.
    fn notes(&self) -> Vec<String> {
        let p = &self.page;
        let mut notes = Vec::new();
        if let Some(Frame { name, short_name, footnotes, example, .. }) = p.frame() {
            notes.push(format!("{name} ({short_name})"));
            if *example {
                notes.push(p.t("example-banner-text"));
            }
            notes.extend(footnotes.iter().map(|note| note.line()));
        }
        notes.push(p.t(if self.way.published { "iati-note-published" } else { "iati-note-reader" }));
        notes.push(p.t("iati-note-status"));
        notes
    }

    /// Sends the file. Ends early where nobody takes it.
    ///
    /// # Errors
    /// The database's own; whoever receives is told that the file is not whole.
    pub async fn send(&self, mut run: Run, to: &Sender<anyhow::Result<Bytes>>) -> anyhow::Result<Tally> {
        let mut tally = Tally::default();
        let mut text = write::head(self.generated, &self.notes());
        while let Some(ids) = run.next().await? {
            for record in store::records(run.tx(), &ids).await? {
                match compose(&record, &self.way) {
                    Ok(activity) => {
                        tally.written += 1;
                        write::activity(&activity, &mut text);
                    }
                    Err(Without::Date) => tally.undated += 1,
                    Err(Without::Party) => tally.alone += 1,
                }
            }
            let part = Bytes::from(std::mem::take(&mut text));
            if !matches!(tokio::time::timeout(PATIENCE, to.send(Ok(part))).await, Ok(Ok(()))) {
                tracing::info!("an export was not taken to its end");
                return Ok(tally);
            }
        }
        for said in self.left_out(tally) {
            text.push_str(&write::comment(&said));
        }
        text.push_str(write::TAIL);
        let _ = to.send(Ok(text.into())).await;
        Ok(tally)
    }

    /// What is not in the file, in words.
    pub fn left_out(&self, tally: Tally) -> Vec<String> {
        let lines = [("iati-left-out-undated", tally.undated), ("iati-left-out-alone", tally.alone)];
        lines.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| self.page.tn(key, n)).collect()
    }

    /// The file as the body of an answer, made while it is taken. `turn` is held until it is.
    pub fn body<T>(self, run: impl Future<Output = anyhow::Result<Run>> + Send + 'static, turn: T) -> Body
    where
        T: Send + 'static,
    {
        let (sender, mut receiver) = mpsc::channel::<anyhow::Result<Bytes>>(2);
        tokio::spawn(async move {
            let sent = async { self.send(run.await?, &sender).await };
            if let Err(error) = sent.await {
                tracing::error!(error = format!("{error:#}"), "an export broke off");
                // whoever receives it is to see that it is not complete
                let _ = sender.send(Err(anyhow::anyhow!("the export broke off"))).await;
            }
            drop(turn);
        });
        // what packs an answer asks once more after its end, which not every stream bears
        Body::from_stream(stream::poll_fn(move |cx| receiver.poll_recv(cx)))
    }
}

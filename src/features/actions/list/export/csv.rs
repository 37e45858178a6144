//! CSV: UTF-8 with its mark, since spreadsheets guess otherwise; sent as it is made.

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures::stream;
use tokio::sync::mpsc;

use super::columns::Cell;
use super::{Allowed, CHUNK, Run, allow, as_file, fetch};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::spreadsheet::harmless;

const BYTE_ORDER_MARK: &str = "\u{feff}";

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.normalize().to_string(),
        Cell::Day(day) => day.format("%Y-%m-%d").to_string(),
    }
}

fn lines(rows: &[Vec<String>]) -> anyhow::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner()?)
}

async fn write(allowed: &Allowed, to: &mpsc::Sender<anyhow::Result<Bytes>>) -> anyhow::Result<()> {
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(lines(&[allowed.columns().heads().iter().map(|h| harmless(h)).collect()])?);
    to.send(Ok(head.into())).await?;
    let (sender, mut receiver) = mpsc::channel::<Vec<Vec<Cell>>>(1);
    let pass_on = async {
        while let Some(rows) = receiver.recv().await {
            let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(written).collect()).collect();
            to.send(Ok(lines(&rows)?.into())).await?;
        }
        anyhow::Ok(())
    };
    let fetched = async {
        let fetched = async { fetch(&allowed.columns(), Run::begin(allowed, CHUNK).await?, &sender).await }.await;
        drop(sender);
        fetched
    };
    let (fetched, passed) = tokio::join!(fetched, pass_on);
    fetched.and(passed)
}

pub async fn csv(inside: Inside) -> Result<Response, Problem> {
    let allowed = allow(inside).await?;
    let name = allowed.name.clone();
    let (sender, mut receiver) = mpsc::channel::<anyhow::Result<Bytes>>(2);
    tokio::spawn(async move {
        if let Err(error) = write(&allowed, &sender).await {
            tracing::error!(error = format!("{error:#}"), "an export broke off");
            // whoever receives it is to see that it is not complete
            let _ = sender.send(Err(anyhow::anyhow!("the export broke off"))).await;
        }
    });
    // what packs an answer asks once more after its end, which not every stream bears
    let body = stream::poll_fn(move |cx| receiver.poll_recv(cx));
    let mut response = Response::new(Body::from_stream(body));
    as_file(&mut response, "text/csv; charset=utf-8", &name, "csv");
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"https://evil.example\")"] {
            assert_eq!(written(&Cell::Text(text.into())), format!("'{text}"), "{text}");
        }
        assert_eq!(written(&Cell::Text("a = b".into())), "a = b");
        assert_eq!(written(&Cell::Number("-5.50".parse().unwrap())), "-5.5");
    }
}

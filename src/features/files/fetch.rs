//! Handing a file out: to be kept, never to be shown. It comes under a policy in which nothing runs, whatever it holds.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::model::Wanted;
use super::store;
use crate::features::documents::disposition;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::files::{Kept, Key};
use crate::kernel::ids::FileId;

const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

pub async fn fetch(
    Path((_, id, number)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let id: FileId = id.parse().map_err(|_| Problem::NotFound)?;
    let number: i32 = number.parse().map_err(|_| Problem::NotFound)?;
    let wanted = store::wanted(&mut inside.tx, id, number).await?.ok_or(Problem::NotFound)?;
    if wanted.taken || wanted.gone {
        // its own page says why it cannot be had
        return Err(Problem::Elsewhere(inside.page.link(&format!("/files/{id}"))));
    }
    let by = inside.member.first().cloned().ok_or(Problem::NotFound)?;
    inside.count_export().await?;
    let line = Line {
        export: true,
        subject_kind: "stored_file",
        subject: Some(id.0),
        keeper: wanted.keeper,
        handling: Some(wanted.level),
        // its name may say more than whoever reads the log may know
        detail: "",
        rows: None,
    };
    access_log::note(&mut inside.tx, &by, line).await?;
    let key = Key { process: inside.tx.process(), id: wanted.object };
    inside.tx.commit().await?;
    match inside.app.files.fetch(key).await.map_err(Problem::FilesAway)? {
        Some(kept) => handed(&wanted, kept),
        None => Err(anyhow::anyhow!("version {number} of file {id} is not where the database says that it is").into()),
    }
}

fn handed(wanted: &Wanted, kept: Kept) -> Result<Response, Problem> {
    // another length than was written down is another file
    if i64::try_from(kept.size).ok() != Some(wanted.size) {
        return Err(anyhow::anyhow!("a file has another length than it had: {} of {}", kept.size, wanted.size).into());
    }
    let mut response = Body::from_stream(kept.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(wanted.kind.media()));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(kept.size));
    // as it is: packed on the way it would have no length, and most of it is packed already
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let name = HeaderValue::from_str(&disposition(&wanted.name)).map_err(anyhow::Error::from)?;
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

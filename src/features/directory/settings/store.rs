//! The settings of the process in the database.

use sqlx::types::Json;
use std::collections::HashMap;

use super::model::{Draft, WORDS};
use super::retention::Retention;
use crate::features::decisions::BoardSettings;
use crate::kernel::db::{CURRENCY, Footnote, PLAN_FRAME, PUBLISH_PLANS, ProcessTx, plan_frame};
use crate::kernel::ids::{OrganisationId, ProcessId};

pub struct Settings {
    pub id: ProcessId,
    pub slug: String,
    pub draft: Draft,
    pub version: i32,
    /// Words of the process that the form does not offer; they stay as they are.
    other_words: HashMap<String, String>,
    /// Everything that the process has set, also what the form does not offer.
    settings: serde_json::Value,
}

pub async fn load(tx: &mut ProcessTx) -> sqlx::Result<Settings> {
    let id = tx.process();
    let r = sqlx::query!(
        r#"select slug, name, short_name, tagline, about, public, version, footnotes as "footnotes: Json<Vec<Footnote>>",
            words as "words: Json<HashMap<String, String>>", settings from process where id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let mut words = r.words.0;
    let own = WORDS.iter().map(|key| words.remove(*key).unwrap_or_default()).collect();
    Ok(Settings {
        id,
        slug: r.slug,
        draft: Draft {
            name: r.name,
            short_name: r.short_name,
            tagline: r.tagline,
            about: r.about,
            public: r.public,
            publish_plans: r.settings.get(PUBLISH_PLANS).is_some_and(|v| v == true),
            currency: r.settings.get(CURRENCY).and_then(|v| v.as_str()).and_then(|code| code.parse().ok()),
            plan_frame: plan_frame(&r.settings),
            footnotes: r.footnotes.0,
            words: own,
            board: BoardSettings::of(&r.settings),
            retention: Retention::of(&r.settings),
        },
        version: r.version,
        other_words: words,
        settings: r.settings,
    })
}

/// False where somebody else was first.
pub async fn save(tx: &mut ProcessTx, before: &Settings, version: i32, draft: &Draft) -> sqlx::Result<bool> {
    let mut words = before.other_words.clone();
    words.extend(
        WORDS.iter().zip(&draft.words).filter(|(_, w)| !w.is_empty()).map(|(k, w)| ((*k).to_owned(), w.clone())),
    );
    let mut settings = before.settings.clone();
    draft.board.put(&mut settings);
    draft.retention.put(&mut settings);
    if let Some(all) = settings.as_object_mut() {
        all.insert(PUBLISH_PLANS.to_owned(), draft.publish_plans.into());
        match draft.currency {
            None => all.remove(CURRENCY),
            Some(currency) => all.insert(CURRENCY.to_owned(), currency.code().into()),
        };
        match draft.plan_frame.is_empty() {
            true => all.remove(PLAN_FRAME),
            false => all.insert(PLAN_FRAME.to_owned(), draft.plan_frame.clone().into()),
        };
    }
    let saved = sqlx::query!(
        "update process set name = $3, short_name = $4, tagline = $5, about = $6, public = $7, footnotes = $8, words = $9, settings = $10, version = version + 1
         where id = $1 and version = $2",
        before.id.0,
        version,
        draft.name,
        draft.short_name,
        draft.tagline,
        &draft.about,
        draft.public,
        Json(&draft.footnotes) as _,
        Json(&words) as _,
        settings
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// The name of an organisation of the process; of one that was merged, that of the one that was kept.
pub async fn organisation_name(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select coalesce(k.name, o.name) as \"name!\" from organisation o
            left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
         where o.process_id = kernel.process_id() and o.id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await
}

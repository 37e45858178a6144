//! The words of the form itself, in the document's language.

use serde::{Deserialize, Serialize};

use crate::kernel::i18n::{self, Locale};

/// They travel with the document: a job that makes it knows nothing of its reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub contents: String,
    pub notes: String,
    /// With `{page}` and `{pages}`.
    pub page: String,
    /// How inserted and deleted text is marked; stands before the first block of a document that has any.
    pub legend_inserted: String,
    pub legend_deleted: String,
    /// Said at the end where letters could not be set in the PDF, and before the address of the notes at a page's foot.
    pub not_set: String,
    pub see_notes: String,
}

impl Words {
    pub fn new(locale: Locale) -> Self {
        let say = |key: &str| i18n::text(&locale, key);
        Self {
            contents: say("documents-contents"),
            notes: say("documents-notes"),
            page: i18n::text_with(&locale, "documents-page", &[("page", "{page}".into()), ("pages", "{pages}".into())]),
            legend_inserted: say("documents-inserted"),
            legend_deleted: say("documents-deleted"),
            not_set: say("documents-not-set"),
            see_notes: say("documents-see-notes"),
        }
    }
}

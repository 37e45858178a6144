//! Letters of the process that have not left: for its secretariat, without their text.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::store::{self, Unsent};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;

/// A page shows so many, the latest first.
const MOST: i32 = 200;
/// So often a letter is tried by itself (the queue's own limit).
const BY_ITSELF: i16 = 25;

#[derive(Template)]
#[template(path = "notices/letters.html")]
struct LettersPage {
    p: Page,
    letters: Vec<Unsent>,
}

/// Where a letter stands: the Fluent key of the word, and its badge.
fn standing(letter: &Unsent) -> (&'static str, &'static str) {
    if letter.given_up {
        ("notices-letter-given-up", "bad")
    } else if letter.tries >= BY_ITSELF {
        ("notices-letter-failed", "bad")
    } else if letter.tries > 0 {
        ("notices-letter-again-soon", "warn")
    } else {
        ("notices-letter-waits", "info")
    }
}

/// What went wrong, in plain words: what the sender notes is for the log, and in one language.
fn reason(noted: &str) -> &'static str {
    let known = [
        ("no mail server is set up", "notices-error-no-server"),
        ("the recipient is no address", "notices-error-address"),
        ("the mail server refuses", "notices-error-refused"),
        ("the mail server asks to try later", "notices-error-later"),
        ("the mail server cannot be reached safely", "notices-error-unsafe"),
        ("the mail server cannot be reached", "notices-error-unreachable"),
        ("the mail server does not answer", "notices-error-unreachable"),
        ("given up", "notices-error-given-up"),
    ];
    known.iter().find(|(text, _)| noted.starts_with(text)).map_or("notices-error-other", |(_, key)| key)
}

impl LettersPage {
    fn standing(&self, letter: &Unsent) -> (&'static str, &'static str) {
        standing(letter)
    }
    fn reason(&self, letter: &Unsent) -> Option<String> {
        (!letter.last_error.is_empty()).then(|| self.p.t(reason(&letter.last_error)))
    }
    fn tries(&self, letter: &Unsent) -> String {
        self.p.tn("notices-letter-tries", i32::from(letter.tries))
    }
    fn again(&self, letter: &Unsent) -> String {
        self.p.link(&format!("/notices/letters/{}/again", letter.id))
    }
    fn full(&self) -> bool {
        i32::try_from(self.letters.len()).is_ok_and(|n| n >= MOST)
    }
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let letters = store::unsent(&mut tx, MOST).await?;
    Ok(Html(LettersPage { p, letters }.render()?).into_response())
}

pub async fn again(Path((_, id)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let id: Uuid = id.parse().map_err(|_| Problem::NotFound)?;
    if !store::again(&mut tx, id).await? {
        return Err(Problem::Conflict(Message::new("notices-letter-gone")));
    }
    tx.commit().await?;
    Ok(Redirect::to(&p.link("/notices/letters?done=notices-letter-again")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_in_words_of_ours() {
        assert_eq!(reason("the mail server refuses (550)"), "notices-error-refused");
        assert_eq!(reason("the mail server cannot be reached safely"), "notices-error-unsafe");
        assert_eq!(reason("cannot write into the folder of letters: x"), "notices-error-other");
    }
}

//! Letters on their way out: by a mail server, or as files in a folder (the demo and the tests).
//!
//! Neither recipient, subject nor text is ever logged, nor what a mail server said: it likes to repeat the recipient.

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

use crate::config;
use crate::kernel::db::PlatformTx;
use crate::kernel::job::Job;
use crate::kernel::mail::LETTER_DAYS;

/// A mail server that does not answer is tried again later.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone)]
enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(Arc<Path>),
    /// Nothing is set up: letters wait, and the log says so each time.
    None,
}

/// Sends letters.
#[derive(Clone)]
pub struct Sender {
    way: Way,
    from: Mailbox,
}

impl Sender {
    /// # Errors
    /// The server's address or the sender's cannot be read. Neither is repeated: the first holds a password.
    pub fn new(mail: &config::Mail) -> anyhow::Result<Self> {
        let from: Mailbox = mail
            .mail_from
            .parse()
            .context("the sender of letters is no address, such as Concert <concert@ministry.example>")?;
        let way = match (&mail.smtp_url, &mail.mail_folder) {
            (Some(url), _) if !url.expose_secret().is_empty() => {
                let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
                    .ok()
                    .context("the mail server's address cannot be read; it has the form smtps://user:password@mail.example or smtp://user:password@mail.example:587?tls=required")?;
                Way::Server(server.timeout(Some(PATIENCE)).build())
            }
            (_, Some(folder)) => Way::Folder(folder.as_path().into()),
            _ => {
                tracing::warn!("no mail server is set up (CONCERT_SMTP_URL): letters wait");
                Way::None
            }
        };
        Ok(Self { way, from })
    }

    async fn send(&self, letter: &Letter) -> anyhow::Result<()> {
        match &self.way {
            Way::Server(server) => {
                let message = self.message(letter, false)?;
                match tokio::time::timeout(PATIENCE * 2, server.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => bail!("{}", reason(&error)),
                    Err(_) => bail!("the mail server does not answer"),
                }
            }
            Way::Folder(folder) => {
                let text = self.message(letter, true)?.formatted();
                keep(folder, letter.id, &text).await.context("cannot write into the folder of letters")
            }
            Way::None => bail!("no mail server is set up"),
        }
    }

    /// `as_it_is`: a file is to be read by people; a server gets what it understands.
    fn message(&self, letter: &Letter, as_it_is: bool) -> anyhow::Result<Message> {
        let to: lettre::Address = letter.recipient.parse().ok().context("the recipient is no address")?;
        // the same letter sent twice, after a crash between sending and noting it, can be told by its id
        let id = format!("<{}@{}>", letter.id, self.from.email.domain());
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .date(letter.created_at.into())
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN);
        let text = letter.body.replace("\r\n", "\n").replace('\n', "\r\n");
        let body = if as_it_is {
            Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::EightBit)
        } else {
            Body::new(text)
        };
        let mut message = builder.body(body).ok().context("the letter cannot be put together")?;
        // keeps absence notes from answering
        message.headers_mut().insert_raw(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
        Ok(message)
    }
}

/// What went wrong, without what the server said of whom.
fn reason(error: &lettre::transport::smtp::Error) -> String {
    let kind = if error.is_timeout() {
        "does not answer"
    } else if error.is_permanent() {
        "refuses"
    } else if error.is_transient() {
        "asks to try later"
    } else if error.is_tls() {
        "cannot be reached safely"
    } else {
        "cannot be reached"
    };
    match error.status() {
        Some(code) => format!("the mail server {kind} ({code})"),
        None => format!("the mail server {kind}"),
    }
}

struct Letter {
    id: Uuid,
    recipient: String,
    subject: String,
    body: String,
    created_at: DateTime<Utc>,
}

/// Sends one letter and empties it. The row stays locked while it is sent, so no other instance sends it too.
///
/// # Errors
/// It could not be sent: it is tried again, for some days.
pub async fn send(job: Job, sender: Sender) -> anyhow::Result<()> {
    let id = job.payload.id("mail")?;
    let mut tx = job.db.platform_job().await?;
    let letter = sqlx::query_as!(
        Letter,
        "select id, recipient, subject, body, created_at from outgoing_mail
         where id = $1 and sent_at is null and body <> '' for update skip locked",
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    // sent already, given up, or in another's hands
    let Some(letter) = letter else { return Ok(()) };
    let sent = sender.send(&letter).await;
    match &sent {
        Ok(()) => {
            sqlx::query!(
                "update outgoing_mail set sent_at = $2, body = '', tries = tries + 1, last_error = '' where id = $1",
                id,
                job.clock.now()
            )
            .execute(tx.conn())
            .await?;
        }
        Err(error) => {
            sqlx::query!(
                "update outgoing_mail set tries = least(tries + 1, 30000), last_error = $2 where id = $1",
                id,
                format!("{error:#}")
            )
            .execute(tx.conn())
            .await?;
        }
    }
    tx.commit().await?;
    sent
}

/// Letters leave traces only as long as they are of use: the text of one that could not be sent goes after a week (its
/// links have ended by then), the line itself, which names its recipient, after 30 days or, where it is of a process, when
/// that process says.
///
/// # Errors
/// The database's own.
pub async fn forget(tx: &mut PlatformTx, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update outgoing_mail set body = '', last_error = 'given up' where sent_at is null and body <> '' and created_at < $1",
        now - TimeDelta::days(7)
    )
    .execute(tx.conn())
    .await?;
    let before = now - TimeDelta::days(LETTER_DAYS.into());
    sqlx::query!("delete from outgoing_mail where process_id is null and created_at < $1", before)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A file that appears whole or not at all, readable by us alone.
async fn keep(folder: &Path, id: Uuid, text: &[u8]) -> anyhow::Result<()> {
    use tokio::io::AsyncWriteExt;
    ensure!(folder.is_dir(), "it does not exist");
    let making: PathBuf = folder.join(format!(".{id}"));
    let mut file =
        tokio::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&making).await?;
    file.write_all(text).await?;
    file.flush().await?;
    tokio::fs::rename(&making, folder.join(format!("{id}.eml"))).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            id: crate::kernel::random::id(),
            recipient: "ada@ministry.example".into(),
            subject: "Позив – invitation\r\nBcc: eve@example.net".into(),
            body: "A link:\nhttps://concert.example/invitation/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhI\n".into(),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn sender(folder: &Path) -> Sender {
        let mail = config::Mail {
            smtp_url: None,
            mail_folder: Some(folder.to_owned()),
            mail_from: "Concert <concert@localhost>".into(),
        };
        Sender::new(&mail).unwrap()
    }

    #[test]
    fn a_letter_in_a_file_reads_as_it_was_written_and_gains_no_header() {
        let message = sender(Path::new("/nowhere")).message(&letter(), true).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(
            text.contains("https://concert.example/invitation/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhI"),
            "{text}"
        );
        assert!(!text.lines().any(|l| l.starts_with("Bcc:")), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        let mail = config::Mail {
            smtp_url: Some("smtp://user:hunter2@:::".to_owned().into()),
            mail_folder: None,
            mail_from: "Concert <concert@localhost>".into(),
        };
        let error = format!("{:#}", Sender::new(&mail).err().unwrap());
        assert!(!error.contains("hunter2"), "{error}");
    }
}

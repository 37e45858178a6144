//! Letters over a mail server: what it is told, and that one whom it refuses blocks nobody.

use crate::harness::Portal;
use crate::jobs::{sending, until};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What came, each from its first command to its last line.
type Came = Arc<Mutex<Vec<String>>>;

/// Speaks as much of RFC 5321 as a letter takes. Who is gone is refused for good; who is busy, the first time.
async fn converse(stream: TcpStream, came: Came, busy: Arc<Mutex<bool>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 mail.example ready\r\n").await?;
    let mut letter = String::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.to_uppercase();
        let answer: &[u8] = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => b"250 mail.example\r\n",
            "MAIL" => {
                letter = format!("{line}\n");
                b"250 go on\r\n"
            }
            "RCPT" if line.contains("gone@") => b"550 5.1.1 <gone@ministry.example> is unknown here\r\n",
            "RCPT" if line.contains("busy@") && std::mem::take(&mut *busy.lock().expect("no panic")) => {
                b"451 4.7.1 later\r\n"
            }
            "RCPT" => {
                letter += &format!("{line}\n");
                b"250 go on\r\n"
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter += &format!("{line}\n");
                }
                came.lock().expect("no panic").push(std::mem::take(&mut letter));
                b"250 taken\r\n"
            }
            "QUIT" => {
                writing.write_all(b"221 goodbye\r\n").await?;
                return Ok(());
            }
            _ => b"250 well\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}

async fn mail_server() -> (String, Came) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("smtp://{}", listener.local_addr().expect("an address"));
    let (came, busy) = (Came::default(), Arc::new(Mutex::new(true)));
    let kept = came.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, kept.clone(), busy.clone()));
        }
    });
    (address, came)
}

#[tokio::test]
async fn letters_leave_over_a_mail_server_and_one_that_is_refused_blocks_none() {
    let portal = Portal::start().await;
    let (address, came) = mail_server().await;
    let (stop, worked) = sending(&portal, Some(address), None);
    let mut c = portal.superuser().await;
    for (recipient, subject) in [
        ("gone@ministry.example", "To nobody"),
        ("busy@ministry.example", "To who is busy"),
        ("ada@ministry.example", "Позив – ftesë\r\nBcc: eve@example.net"),
    ] {
        sqlx::query("insert into outgoing_mail (recipient, subject, body) values ($1, $2, E'Përshëndetje\\n.\\nhttps://concert.example/x')")
            .bind(recipient)
            .bind(subject)
            .execute(&mut portal.sql("concert_app").await)
            .await
            .expect("a letter");
    }
    until("two were tried in vain and one has left", async || {
        sqlx::query_scalar::<_, String>("select string_agg(split_part(recipient, '@', 1) || ' ' || (sent_at is not null)::text || ' ' || last_error, ', ' order by recipient) from outgoing_mail where tries > 0")
            .fetch_one(&mut c)
            .await
            .is_ok_and(|all| all == "ada true , busy false the mail server asks to try later (451), gone false the mail server refuses (550)")
    })
    .await;
    // tried again, the one is taken; the other waits for whoever mends the address, and names nobody
    sqlx::query("update graphile_worker._private_jobs set run_at = now()").execute(&mut c).await.expect("at once");
    until("the second has left", async || {
        sqlx::query_scalar::<_, i64>("select count(*) from outgoing_mail where sent_at is not null and body = ''")
            .fetch_one(&mut c)
            .await
            .is_ok_and(|n| n == 2)
    })
    .await;
    let told: String = sqlx::query_scalar(
        "select string_agg(last_error, ' ') from graphile_worker._private_jobs where last_error is not null",
    )
    .fetch_one(&mut c)
    .await
    .expect("what went wrong");
    assert!(!told.contains("gone@") && told.contains("550"), "{told}");
    let letters = came.lock().expect("no panic").clone();
    assert_eq!(letters.len(), 2, "each once: {letters:?}");
    let letter = letters.iter().find(|l| l.contains("ada@")).expect("the first");
    for part in [
        "MAIL FROM:<concert@concert.test>",
        "RCPT TO:<ada@ministry.example>",
        "\nTo: ada@ministry.example\n",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(letter.contains(part), "{part} in {letter}");
    }
    // what was typed makes no header, and other scripts travel as every server takes them
    assert!(letter.is_ascii() && letter.contains("Subject: =?utf-8?"), "{letter}");
    assert!(!letter.lines().any(|line| line.starts_with("Bcc:")), "{letter}");
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
}

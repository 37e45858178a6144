//! `concert account`: the first accounts of an installation, and a way back for who is locked out.
//!
//! A password is never set from here but in the demo: who is to use an account gets a link.

use anyhow::{Context, bail, ensure};
use chrono::Duration;
use clap::{Args, Subcommand};
use std::io::Read;
use tokio::runtime::Runtime;

use super::place::Reached;
use crate::config::Place;
use crate::features::sign_in::{self, Event, account_letter};
use crate::kernel::clock::Clock;
use crate::kernel::db::{AccountTx, Intent, Statements};
use crate::kernel::i18n::{Locale, Message, say};
use crate::kernel::ids::AccountId;
use crate::kernel::mail;
use crate::kernel::random::Token;

/// How long a link works that is handed on by a person.
const LINK_HOURS: i64 = 24;

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make an account; a letter with a link lets its owner choose a password
    Create {
        #[command(flatten)]
        account: Account,
        /// It may found and suspend processes
        #[arg(long)]
        operator: bool,
    },
    /// Send the owner of an account a letter with a link that lets them choose a new password
    ResetPassword {
        #[command(flatten)]
        account: Account,
    },
    /// Remove the second factor of an account whose owner has lost the device and the recovery codes; ends its sessions and
    /// personal tokens for programs
    ///
    /// Make sure first that it is its owner who asks, by another way than this address. The owner gets a letter that says
    /// it was done, and sets up a new one where one is required. The act stands in the operators' history.
    ResetSecondFactor(Reset),
}

#[derive(Debug, Clone, Args)]
pub struct Reset {
    /// Its e-mail address
    email: String,
    /// Kept in the operators' history: who asked, and how you made sure
    #[arg(long, default_value = "")]
    why: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Args)]
pub struct Account {
    /// Its e-mail address
    email: String,
    /// Print the link instead of sending it: for the first account, before letters can be sent. Whoever reads it can enter
    #[arg(long, conflicts_with = "password_stdin")]
    print_link: bool,
    /// In the demo alone: read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    place: Place,
}

/// # Errors
/// The data cannot be reached, or there is no such account, or the password is not to be set here.
pub fn run(command: &Command, runtime: &Runtime) -> anyhow::Result<()> {
    let (email, place) = match command {
        Command::Create { account, .. } | Command::ResetPassword { account } => (&account.email, &account.place),
        Command::ResetSecondFactor(reset) => (&reset.email, &reset.place),
    };
    ensure!(email.parse::<lettre::Address>().is_ok(), "{email} is no e-mail address");
    let reached = Reached::open(place, runtime)?;
    let done = runtime.block_on(async {
        match command {
            Command::Create { account, operator } => change(&reached, account, Some(*operator)).await,
            Command::ResetPassword { account } => change(&reached, account, None).await,
            Command::ResetSecondFactor(reset) => reset_second_factor(&reached, reset).await,
        }
    });
    reached.close(runtime)?;
    println!("{}", done?);
    Ok(())
}

async fn change(reached: &Reached, account: &Account, create: Option<bool>) -> anyhow::Result<String> {
    ensure!(
        !account.password_stdin || reached.is_demo(),
        "a password is set from the command line in the demo alone (--data); elsewhere its owner gets a link"
    );
    let id = match create {
        Some(operator) => make(reached, &account.email, operator).await?,
        None => known(reached, &account.email).await?,
    };
    if account.password_stdin {
        let mut password = String::new();
        std::io::stdin().take(4096).read_to_string(&mut password).context("cannot read the password")?;
        return set_password(reached, id, password.trim_end_matches(['\r', '\n'])).await;
    }
    let purpose = if create.is_some() { "invitation" } else { "reset" };
    link(reached, id, account, purpose).await
}

async fn make(reached: &Reached, email: &str, operator: bool) -> anyhow::Result<AccountId> {
    let mut tx = reached.db.platform_job().await?;
    let id = if operator {
        sqlx::query_scalar!(r#"select kernel.operator_account($1) as "id!: AccountId""#, email)
            .fetch_one(tx.conn())
            .await?
    } else {
        sqlx::query_scalar!(r#"select kernel.account_of($1) as "id!: AccountId""#, email).fetch_one(tx.conn()).await?
    };
    tx.commit().await?;
    Ok(id)
}

async fn known(reached: &Reached, email: &str) -> anyhow::Result<AccountId> {
    let mut tx = outside(reached).await?;
    let id = sqlx::query_scalar!(r#"select account_id as "id!: AccountId" from kernel.credentials($1)"#, email)
        .fetch_optional(tx.conn())
        .await?;
    id.with_context(|| format!("there is no account {email}"))
}

async fn outside(reached: &Reached) -> sqlx::Result<AccountTx> {
    reached.db.outside(Intent::Write, &Statements::default()).await
}

async fn link(reached: &Reached, id: AccountId, account: &Account, purpose: &str) -> anyhow::Result<String> {
    let (clock, token, locale) = (Clock::default(), Token::new(), Locale::default());
    let until = clock.now() + Duration::hours(LINK_HOURS);
    let page = if purpose == "reset" { "password/reset" } else { "invitation" };
    let address = format!("{}/{page}/{}", reached.base_url, token.expose());
    let mut tx = outside(reached).await?;
    sqlx::query!("select kernel.make_link($1, $2, $3, $4)", id.0, purpose, token.hash(), until)
        .fetch_one(tx.conn())
        .await?;
    if account.print_link {
        tx.commit().await?;
        return Ok(format!("For {LINK_HOURS} hours and one use:\n{address}"));
    }
    let (subject, body) = match purpose {
        "reset" => ("accounts-letter-reset-subject", "accounts-letter-reset-text"),
        _ => ("accounts-letter-invitation-subject", "accounts-letter-invitation-text"),
    };
    let body = say(&locale, &Message::new(body).with("link", &address).with("hours", LINK_HOURS));
    sqlx::query!(
        "insert into outgoing_mail (recipient, subject, body) values ($1, $2, $3)",
        account.email,
        say(&locale, &Message::new(subject)),
        body
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(whereabouts(reached, &account.email))
}

/// Where the letter that was just written goes.
fn whereabouts(reached: &Reached, email: &str) -> String {
    match reached.letters() {
        Some((folder, true)) => format!("A letter to {email} is in {}.", folder.display()),
        Some((folder, false)) => format!("A letter to {email} will be in {} when the demo runs.", folder.display()),
        None => format!("A letter to {email} is on its way."),
    }
}

async fn reset_second_factor(reached: &Reached, reset: &Reset) -> anyhow::Result<String> {
    let id = known(reached, &reset.email).await?;
    let mut tx = reached.db.platform_job().await?;
    let ended = sqlx::query_scalar!(
        "select kernel.reset_second_factor($1, $2, $3) as tokens",
        id.0,
        reset.why,
        Clock::default().now()
    )
    .fetch_one(tx.conn())
    .await?;
    let ended = ended.with_context(|| format!("the account {} has no second factor", reset.email))?;
    let event = Event::FactorReset { tokens: ended > 0 };
    mail::queue(tx.conn(), None, &account_letter(&reached.base_url, Locale::default(), &reset.email, event)).await?;
    tx.commit().await?;
    let tokens = match ended {
        0 => String::new(),
        n => format!(" Personal tokens for programs that ended with it: {n}."),
    };
    Ok(format!(
        "The second factor is removed and every session of the account is ended.{tokens} {}",
        whereabouts(reached, &reset.email)
    ))
}

/// The demo's only: the caller has made sure.
async fn set_password(reached: &Reached, id: AccountId, password: &str) -> anyhow::Result<String> {
    if password.chars().count() < 12 {
        bail!("a password has at least 12 characters");
    }
    let hash = sign_in::hash(password.to_owned()).await?;
    let mut tx = outside(reached).await?;
    tx.become_account(id).await?;
    sign_in::set_password(&mut tx, id, &hash, Clock::default().now()).await?;
    tx.commit().await?;
    Ok("The password is set, and every session of the account is ended.".to_owned())
}

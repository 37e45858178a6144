//! A round over five thousand actions, from asking to its pages, and the packs of a large process: what is waited for once, and so is
//! told in seconds. The job runs here, in this process, as a worker runs it.

use anyhow::{Context as _, Result, ensure};
use concert::kernel::clock::Clock;
use concert::kernel::db::Db;
use concert::kernel::job::{Job, Jobs, Task};
use concert::kernel::memory::Memory;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Instant;
use uuid::Uuid;

use crate::http::{self, Client, Request, Response};
use crate::pages::token;
use crate::place::{DATABASE, Place};

/// So many actions a round is over, at least.
const ACTIONS: i64 = 5_000;
/// What the brief gives the opening of such a round, in seconds.
const MOST_OPENING: f64 = 10.0;
/// What we give a pack that somebody waits for, and each of its files.
const MOST_PACK: f64 = 10.0;
/// Begin and commit included, as on any page.
const MOST_STATEMENTS: u32 = 8;
/// Each page is asked for again for so long.
const SECONDS: f64 = 2.0;

struct Told {
    what: String,
    seconds: f64,
    /// It must take less.
    most: Option<f64>,
    statements: Option<u32>,
}

impl Told {
    fn missed(&self) -> bool {
        self.most.is_some_and(|most| self.seconds >= most) || self.statements.is_some_and(|n| n > MOST_STATEMENTS)
    }

    fn line(&self) -> String {
        let most = self.most.map(|most| format!(" (must: under {most:.0} s)")).unwrap_or_default();
        let statements = self.statements.map(|n| format!(", {n} statements")).unwrap_or_default();
        format!("{}: {:.3} s{most}{statements}{}", self.what, self.seconds, if self.missed() { "  MISSED" } else { "" })
    }
}

struct Bench<'a> {
    address: SocketAddr,
    place: &'a Place,
    cookie: &'a str,
    process: Uuid,
    lines: Vec<Told>,
}

/// Tells what it takes, and whether what must hold does.
///
/// # Errors
/// The server does not answer as it should, or the round is not opened.
pub async fn run(address: SocketAddr, place: &Place, cookie: &str) -> Result<(Value, bool)> {
    let mut superuser = place.superuser().await?;
    let process: Uuid =
        sqlx::query_scalar("select id from process where slug = 'bench-1'").fetch_one(&mut superuser).await?;
    let mut bench = Bench { address, place, cookie, process, lines: Vec::new() };
    bench.forget().await?;
    let keepers = bench.keepers().await?;
    bench.round("a round over five thousand actions", &keepers, Some(MOST_OPENING)).await?;
    bench.round("a round over all actions", &[], None).await?;
    bench.pack("board", &["pdf", "docx", "xlsx"]).await?;
    let pillar: Uuid = sqlx::query_scalar("select id from pillar where process_id = $1 order by position, id limit 1")
        .bind(process)
        .fetch_one(&mut superuser)
        .await?;
    bench.pack(&format!("pillar:{pillar}"), &["pdf"]).await?;
    bench.forget().await?;
    for line in &bench.lines {
        println!("{}", line.line());
    }
    let told = bench.lines.iter().map(|l| {
        json!({ "what": l.what, "seconds": l.seconds, "must_be_under": l.most, "statements": l.statements, "missed": l.missed() })
    });
    Ok((told.collect(), !bench.lines.iter().any(Told::missed)))
}

impl Bench<'_> {
    /// What an earlier run left, and what this one leaves: the generator makes no rounds and no packs.
    async fn forget(&self) -> Result<()> {
        let mut superuser = self.place.superuser().await?;
        // an ended round is frozen by its triggers
        for statement in [
            "set session_replication_role = replica",
            "delete from deadline_asked a using deadline d where d.process_id = a.process_id and d.id = a.deadline_id and d.subject_kind = 'round'",
            "delete from deadline where subject_kind = 'round'",
            "delete from notice where subject_kind = 'round'",
            "delete from history where subject_kind = 'round'",
            "delete from round_item",
            "delete from round_asked",
            "delete from round",
            "delete from document_file where subject_kind = 'pack'",
            "delete from pack",
        ] {
            sqlx::raw_sql(statement).execute(&mut superuser).await?;
        }
        Ok(())
    }

    /// Keepers of open actions, those with the fewest first, until they keep enough.
    async fn keepers(&self) -> Result<Vec<Uuid>> {
        let keepers: Vec<Uuid> = sqlx::query_scalar(
            "select id from (select reporting_id as id, n, sum(n) over (order by n, reporting_id) - n as before
                from (select reporting_id, count(*) as n from action where process_id = $1 and merged_into_id is null and claim = 'confirmed'
                    and coalesce(status, '') not in ('completed', 'cancelled') group by 1) k) k
             where before < $2::bigint order by n desc, id",
        )
        .bind(self.process)
        .bind(ACTIONS)
        .fetch_all(&mut self.place.superuser().await?)
        .await?;
        Ok(keepers)
    }

    fn get(&self, path: &str) -> Request {
        Request::get(path, self.cookie)
    }

    async fn send(&self, request: &Request) -> Result<(Response, f64)> {
        let mut client = Client::connect(self.address).await?;
        let begun = Instant::now();
        let answer = client.send(request).await?;
        Ok((answer, begun.elapsed().as_secs_f64()))
    }

    /// A form of a page, sent; answers where it led.
    async fn post(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Result<(String, f64)> {
        let form_token = token(&self.send(&self.get(page)).await?.0.text())?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("form_token", &form_token).extend_pairs(fields);
        let request = Request { form: Some(form.finish()), ..self.get(path) };
        let (answer, seconds) = self.send(&request).await?;
        ensure!(
            answer.status == 303,
            "{path}: status {}: {}",
            answer.status,
            answer.text().chars().take(2000).collect::<String>()
        );
        let to = answer.header("location").context("a redirect without an address")?;
        Ok((to.split('?').next().unwrap_or(to).to_owned(), seconds))
    }

    /// The time of one who reads nothing else meanwhile: the median.
    async fn page(&mut self, what: &str, path: &str) -> Result<()> {
        let request = self.get(path);
        let (answer, _) = self.send(&request).await?;
        ensure!(answer.status == 200, "{path}: status {}", answer.status);
        let load = http::single(self.address, &request, 200, SECONDS).await?;
        self.tell(what, load.p50_ms / 1000.0, None, answer.statements());
        Ok(())
    }

    fn tell(&mut self, what: &str, seconds: f64, most: Option<f64>, statements: Option<u32>) {
        let line = Told { what: what.to_owned(), seconds, most, statements };
        // said as it comes, so that a run which is stopped has told something
        eprintln!("  {}", line.line());
        self.lines.push(line);
    }

    /// Asked for as on the page, opened by its job, looked at. Nobody chosen: everybody is asked.
    async fn round(&mut self, what: &str, keepers: &[Uuid], most: Option<f64>) -> Result<()> {
        let today = Clock::default().today();
        let (first, last) = ((today - chrono::TimeDelta::days(365)).to_string(), today.to_string());
        let deadline = (today + chrono::TimeDelta::days(28)).to_string();
        let ids: Vec<String> = keepers.iter().map(Uuid::to_string).collect();
        let mut fields = vec![
            ("kind", "progress"),
            ("title", what),
            ("period_start", first.as_str()),
            ("period_end", last.as_str()),
            ("deadline", deadline.as_str()),
            ("who", if ids.is_empty() { "everybody" } else { "chosen" }),
        ];
        fields.extend(ids.iter().map(|id| ("organisation", id.as_str())));
        let (place, seconds) = self.post("/bench-1/rounds/new", "/bench-1/rounds/new", &fields).await?;
        self.tell(&format!("{what}, asked for"), seconds, None, None);
        let id: Uuid = place.rsplit('/').next().unwrap_or_default().parse().context("the round has no id")?;

        let seconds = self.work(Task::OpenRound, json!({ "process": self.process, "round": id })).await?;
        let (state, items, largest): (String, i64, Uuid) = sqlx::query_as(
            "select r.state, (select count(*) from round_item i where i.process_id = r.process_id and i.round_id = r.id),
                (select i.asked_id from round_item i where i.process_id = r.process_id and i.round_id = r.id group by 1
                    order by count(*) desc, 1 limit 1)
             from round r where r.process_id = $1 and r.id = $2",
        )
        .bind(self.process)
        .bind(id)
        .fetch_one(&mut self.place.superuser().await?)
        .await?;
        ensure!(state == "open" && items >= ACTIONS.min(self.open_actions().await?), "{what}: {state}, {items} items");
        self.tell(&format!("{what}, opened by its job ({items} items)"), seconds, most, None);
        self.page(&format!("{what}, its page"), &place).await?;
        self.page(&format!("{what}, the largest party's page"), &format!("{place}/mine?asked={largest}")).await?;
        self.page(&format!("{what}, its reports"), &format!("{place}/reports")).await
    }

    /// Does a job, as the worker does.
    async fn work(&self, task: Task, about: Value) -> Result<f64> {
        let mut jobs = Jobs::default();
        concert::features::jobs(&mut jobs);
        let clock = Clock::default();
        let job = Job {
            db: Db::connect(&self.place.cluster.url("concert_app", DATABASE), 2, clock.clone()).await?,
            clock,
            memory: Memory::default(),
            base_url: format!("http://{}", self.address),
            payload: serde_json::from_value(about)?,
        };
        let begun = Instant::now();
        jobs.run(task, job).await?;
        Ok(begun.elapsed().as_secs_f64())
    }

    /// On less data than the bench is meant for, a round is over what there is.
    async fn open_actions(&self) -> Result<i64> {
        let n: i64 = sqlx::query_scalar(
            "select count(*) from action where process_id = $1 and merged_into_id is null and claim = 'confirmed'
                and coalesce(status, '') not in ('completed', 'cancelled')",
        )
        .bind(self.process)
        .fetch_one(&mut self.place.superuser().await?)
        .await?;
        Ok(n)
    }

    /// Made as on the page, read, and taken as files.
    async fn pack(&mut self, about: &str, formats: &[&str]) -> Result<()> {
        let kind = about.split(':').next().unwrap_or(about);
        let fields = [("about", about), ("level", "members")];
        let (place, seconds) = self.post("/bench-1/packs", "/bench-1/packs", &fields).await?;
        self.tell(&format!("pack of a {kind}, made"), seconds, Some(MOST_PACK), None);
        self.page(&format!("pack of a {kind}, read"), &place).await?;
        for format in formats {
            let path = format!("{place}/file?format={format}");
            let (mut answer, mut seconds) = self.send(&self.get(&path)).await?;
            // what is large is made by a job, and waited for on a page of its own
            if let Some(waits) = answer.header("location").map(str::to_owned) {
                let id: Uuid = waits.rsplit('/').next().unwrap_or_default().parse().context("the file has no id")?;
                seconds += self.work(Task::MakeDocument, json!({ "process": self.process, "document": id })).await?;
                answer = self.send(&self.get(&format!("{waits}/file"))).await?.0;
            }
            ensure!(answer.status == 200 && answer.body.len() > 1_000, "{path}: status {}", answer.status);
            let kb = answer.body.len() / 1024;
            self.tell(
                &format!("pack of a {kind}, {} ({kb} kB)", format.to_uppercase()),
                seconds,
                Some(MOST_PACK),
                None,
            );
        }
        Ok(())
    }
}

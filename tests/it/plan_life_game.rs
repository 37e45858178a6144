//! Playing at random with plans and the decisions on them: the people of the example, and what each can send. Every act goes
//! through the front door; what its form would have said is read from behind it.

use crate::decisions::{CHAIR, SECRETARIAT};
use crate::harness::{Browser, Portal};
use crate::plan_life::days;
use crate::plan_life_state::Memory;
use chrono::TimeDelta;
use concert::dev::cluster::SUPERUSER;
use sqlx::PgPool;
use std::sync::Mutex;

pub const PEOPLE: [&str; 14] = [
    SECRETARIAT,
    CHAIR,
    "lead-one@example.example",
    "lead-two@example.example",
    "beneficiary-one@example.example",
    "beneficiary-two@example.example",
    "beneficiary-three@example.example",
    "beneficiary-four@example.example",
    "beneficiary-five@example.example",
    "beneficiary-six@example.example",
    "commission@example.example",
    "donor@example.example",
    "second-donor@example.example",
    "observer@example.example",
];

pub struct Game {
    portal: Portal,
    people: Vec<(Browser, String)>,
    sql: PgPool,
    /// What was done and what it was answered, for whoever has to find out.
    pub log: Mutex<Vec<String>>,
}

impl Game {
    pub async fn start() -> Self {
        let portal = Portal::start().await;
        let mut people = Vec::new();
        for email in PEOPLE {
            let browser = portal.signed_in(email).await;
            let token = browser.form_token().await;
            people.push((browser, token));
        }
        let sql = PgPool::connect(&portal.url(SUPERUSER)).await.expect("a pool");
        // weeks pass here: nobody is signed out for it
        sqlx::query("update sign_in_session set ends_at = '2030-01-01', last_seen_at = '2030-01-01'")
            .execute(&sql)
            .await
            .expect("sessions");
        Self { portal, people, sql, log: Mutex::default() }
    }

    pub async fn all(&self, sql: &'static str, with: &str) -> Vec<String> {
        sqlx::query_scalar(sql).bind(with).fetch_all(&self.sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    pub async fn one(&self, sql: &'static str, with: &str) -> Option<String> {
        self.all(sql, with).await.into_iter().next()
    }

    pub fn number(email: &str) -> usize {
        PEOPLE.iter().position(|p| *p == email).unwrap_or_default()
    }

    pub fn note(&self, who: usize, place: &str, status: u16, text: impl FnOnce() -> String) -> u16 {
        self.log.lock().expect("log").push(format!("{} {place}: {status}", PEOPLE[who]));
        assert!(status < 500, "{place}: {}", text());
        status
    }

    /// Sends a form as it is.
    pub async fn post(&self, who: usize, place: &str, fields: &[(&str, &str)]) -> u16 {
        let (browser, token) = &self.people[who];
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        let page = browser.post_raw(place, &all).await;
        self.note(who, place, page.status.as_u16(), || page.text())
    }

    /// Opens a form, fills it and sends it; what cannot be opened is answered with what came instead.
    pub async fn fill(&self, who: usize, place: &str, fields: &[(&str, &str)]) -> u16 {
        let page = self.people[who].0.get(place).await;
        if page.status != 200 {
            return self.note(who, place, page.status.as_u16(), || page.text());
        }
        let (_, mut all) = page.form(None);
        all.retain(|(name, _)| !fields.iter().any(|(n, _)| n == name) && name != "form_token");
        let mut pairs: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend_from_slice(fields);
        self.post(who, place, &pairs).await
    }

    /// The id and state of a plan of the first two pillars: the one that was begun last as often as all others, those that
    /// have ended seldom.
    pub async fn plan(&self, n: usize) -> (String, String) {
        let all = "select p.id || '|' || p.state from plan p join pillar l on l.id = p.pillar_id
            where l.key in ('PREVENT', 'CRIME') and $1 = '' order by p.created_at, p.id";
        let mut all = self.all(all, "").await;
        let ended = |p: &String| p.ends_with("closed") || p.ends_with("superseded");
        if !n.is_multiple_of(9) && !all.iter().all(ended) {
            all.retain(|p| !ended(p));
        }
        let which = if n.is_multiple_of(2) { all.len() - 1 } else { n / 2 % all.len() };
        let (id, state) = all[which].split_once('|').expect("id and state");
        (id.to_owned(), state.to_owned())
    }

    /// A decision on a plan: the latest, or one of the earlier.
    pub async fn decision(&self, plan: &str, n: usize) -> Option<[String; 3]> {
        let all = "select concat_ws('|', id, state, coalesce(procedure, 'none')) from board_decision where subject_id::text = $1
            order by prepared_at desc, id desc";
        let all = self.all(all, plan).await;
        let found = all.get(if n.is_multiple_of(5) { n % all.len().max(1) } else { 0 })?;
        let mut parts = found.split('|').map(str::to_owned);
        Some([parts.next()?, parts.next()?, parts.next()?])
    }

    pub fn day(&self, later: usize) -> String {
        (self.portal.clock.today() + TimeDelta::days(i64::try_from(later).unwrap_or_default())).to_string()
    }

    pub fn pass(&self, days: usize) {
        let clock = &self.portal.clock;
        clock.set(clock.now() + TimeDelta::days(i64::try_from(days).unwrap_or_default()) + TimeDelta::minutes(1));
    }

    pub async fn job(&self) -> u16 {
        self.log.lock().expect("log").push("the day's job".to_owned());
        days(&self.portal).await.expect("the day's job");
        200
    }

    /// Takes a step with whatever its form may ask for.
    pub async fn step(&self, who: usize, plan: &str, step: &str, n: usize) -> u16 {
        let parties = "select b.id::text from beneficiary b join plan p on p.process_id = b.process_id where p.id::text = $1 order by 1";
        let parties = self.all(parties, plan).await;
        let (deadline, start) = (self.day(2 + n % 3), self.day(if n.is_multiple_of(3) { 4 } else { 0 }));
        let mut fields = vec![("why", "sent back"), ("deadline", deadline.as_str()), ("in_force_on", start.as_str())];
        for party in parties.iter().skip(n % 5).take(2) {
            fields.push(("beneficiary", party));
        }
        self.post(who, &format!("/example/plans/{plan}/steps/{step}"), &fields).await
    }

    /// Somebody who speaks for a party that is asked, and the party; one that has not answered where there is one.
    pub async fn party(&self, plan: &str, n: usize) -> Option<(usize, String)> {
        let asked = "select a.id || '|' || (select min(x.email) from membership m join account x on x.id = m.account_id
                where m.process_id = a.process_id and m.role <> 'chair' and (m.beneficiary_id = a.beneficiary_id or m.organisation_id = a.organisation_id))
            from asked_party a join consultation c on c.id = a.consultation_id left join party_position q on q.asked_id = a.id
            where c.plan_id::text = $1 order by c.number desc, q.id is not null, a.id";
        let all = self.all(asked, plan).await;
        let (asked, email) = all.get(if n.is_multiple_of(4) { n % all.len().max(1) } else { 0 })?.split_once('|')?;
        Some((Self::number(email), asked.to_owned()))
    }

    pub async fn position(&self, who: usize, plan: &str, asked: &str, n: usize) -> u16 {
        let stance = ["agree", "agree_with_remarks", "agree", "reservation"][n % 4];
        let reason = format!("because of {n}");
        let place = format!("/example/plans/{plan}/consultation/positions/{asked}");
        self.post(who, &place, &[("stance", stance), ("reason", &reason)]).await
    }

    pub async fn answer(&self, who: usize, plan: &str, n: usize) -> u16 {
        let waiting = "select id::text from plan_remark where plan_id::text = $1 and consultation_id is not null and answer is null
            and withdrawn_at is null and reply_to_id is null";
        let waiting = self.all(waiting, plan).await;
        let mut fields: Vec<(&str, &str)> = waiting.iter().map(|r| ("remark", r.as_str())).collect();
        fields.extend([("answer", ["accepted", "partly", "not"][n % 3]), ("answer_why", "so it is")]);
        self.post(who, &format!("/example/plans/{plan}/consultation/answers"), &fields).await
    }

    pub async fn write(&self, who: usize, plan: &str, n: usize) -> u16 {
        let nodes = "select n.id || '|' || n.version from plan_node n where n.plan_id::text = $1 and n.removed_at is null order by n.id";
        let nodes = self.all(nodes, plan).await;
        let place = format!("/example/plans/{plan}/nodes");
        let title = format!("Written as {n}");
        match (n % 4, nodes.get(n % nodes.len().max(1)).and_then(|x| x.split_once('|'))) {
            (1 | 2, Some((node, version))) => {
                let fields = [("title", title.as_str()), ("body", "In other words."), ("version", version)];
                self.post(who, &format!("{place}/{node}"), &fields).await
            }
            (3, Some((node, _))) if nodes.len() > 2 => {
                self.post(who, &format!("{place}/{node}"), &[("do", ["remove", "up", "add-measure"][n % 3])]).await
            }
            _ => self.post(who, &place, &[("title", &title)]).await,
        }
    }

    /// A seat's vote, by one who may give it (or by `who`), on what it was when the form was opened.
    pub async fn vote(&self, who: Option<usize>, decision: &str, n: usize) -> u16 {
        let seats = "select concat_ws('|', s.id, (select v.id from board_vote v where v.seat_id = s.id and v.replaced_at is null),
                (select min(x.email) from membership m join account x on x.id = m.account_id where m.process_id = s.process_id and m.role <> 'chair'
                    and (m.beneficiary_id = s.beneficiary_id or m.organisation_id = s.organisation_id)))
            from board_seat s left join board_vote w on w.seat_id = s.id and w.replaced_at is null
            where s.decision_id::text = $1 order by w.id is not null, s.id";
        let seats = self.all(seats, decision).await;
        let Some(seat) = seats.get(if who.is_some() { n % seats.len().max(1) } else { 0 }) else { return 404 };
        let parts: Vec<&str> = seat.split('|').collect();
        let seen = if parts.len() == 3 { parts[1] } else { "" };
        let vote = ["in_favour", "in_favour", "in_favour", "against", "in_favour", "abstain", "breaks_silence"][n % 7];
        let who = who.unwrap_or(Self::number(parts.last().copied().unwrap_or_default()));
        let note = format!("note {n}");
        let fields = [("seat", parts[0]), ("seen", seen), ("vote", vote), ("note", &note)];
        self.post(who, &format!("/example/decisions/{decision}/vote"), &fields).await
    }

    /// How the seats have voted at a meeting.
    pub async fn minutes(&self, who: usize, decision: &str, n: usize) -> u16 {
        let seats =
            self.all("select id::text from board_seat where decision_id::text = $1 order by id", decision).await;
        let names: Vec<String> = seats.iter().map(|s| format!("vote-{s}")).collect();
        let vote = if n.is_multiple_of(6) { "against" } else { "in_favour" };
        let fields: Vec<(&str, &str)> = names.iter().skip(n % 4).map(|name| (name.as_str(), vote)).collect();
        self.fill(who, &format!("/example/decisions/{decision}/meeting"), &fields).await
    }

    pub async fn record(&self, who: usize, decision: &str, result: &str) -> u16 {
        let fields = [("result", result), ("reasons", "as it was counted"), ("number", "")];
        self.fill(who, &format!("/example/decisions/{decision}/record"), &fields).await
    }

    /// What is next for the Board's decision on an agreed plan.
    pub async fn next_of_decision(&self, plan: &str, n: usize) -> u16 {
        let (secretariat, chair) = (Self::number(SECRETARIAT), Self::number(CHAIR));
        let Some([decision, state, procedure]) = self.decision(plan, 1).await else { return 404 };
        let place = format!("/example/decisions/{decision}");
        let waits = "select s.id::text from board_seat s where s.decision_id::text = $1
            and not exists (select from board_vote v where v.seat_id = s.id and v.replaced_at is null)";
        match (state.as_str(), procedure.as_str()) {
            ("prepared", "none") => {
                let procedure = ["meeting", "silence", "written"][n % 3];
                self.fill(chair, &format!("{place}/edit"), &[("procedure", procedure)]).await
            }
            ("prepared", _) => self.fill(chair, &format!("{place}/open"), &[("deadline", &self.day(n % 4))]).await,
            ("open", "written") if !n.is_multiple_of(8) && !self.all(waits, &decision).await.is_empty() => {
                self.vote(None, &decision, n).await;
                self.vote(None, &decision, n + 1).await;
                self.vote(None, &decision, n + 2).await
            }
            ("open", "meeting") if !self.all(waits, &decision).await.is_empty() && !n.is_multiple_of(4) => {
                self.minutes(secretariat, &decision, n).await
            }
            ("open", _) => {
                if n.is_multiple_of(2) {
                    self.pass(4);
                }
                match self.record(chair, &decision, "taken").await {
                    303 => 303,
                    _ if n.is_multiple_of(3) => self.record(chair, &decision, "not_taken").await,
                    other => other,
                }
            }
            ("taken", _) => {
                let reserved = "select concat_ws('|', a.id) from asked_party a join consultation c on c.id = a.consultation_id
                    join party_position q on q.asked_id = a.id and q.replaced_at is null and q.stance = 'reservation'
                    where c.plan_id::text = $1 and c.number = (select max(number) from consultation x where x.plan_id = c.plan_id)";
                for asked in self.all(reserved, plan).await {
                    let email = "select min(x.email) from membership m join account x on x.id = m.account_id join asked_party a on a.process_id = m.process_id
                        where a.id::text = $1 and m.role <> 'chair' and (m.beneficiary_id = a.beneficiary_id or m.organisation_id = a.organisation_id)";
                    let who = Self::number(&self.one(email, &asked).await.unwrap_or_default());
                    self.fill(who, &format!("{place}/statement"), &[("text", "We keep our reservation.")]).await;
                }
                self.step(chair, plan, "adopt", n).await
            }
            _ => self.step(chair, plan, "refer-back", n).await,
        }
    }

    /// What is next for a plan, by somebody whose it is.
    pub async fn next(&self, n: usize, plan: &str, state: &str) -> u16 {
        let (secretariat, chair) = (Self::number(SECRETARIAT), Self::number(CHAIR));
        let waits = "select 1::text from plan_remark where plan_id::text = $1 and consultation_id is not null and answer is null
            and withdrawn_at is null and reply_to_id is null";
        match state {
            "draft" => self.step(secretariat, plan, "open-consultation", n).await,
            "consultation" if n.is_multiple_of(17) => self.step(secretariat, plan, "stop-consultation", n).await,
            "consultation" if !self.all(waits, plan).await.is_empty() && !n.is_multiple_of(5) => {
                self.answer(secretariat, plan, n).await
            }
            "consultation" => match (n % 4, self.party(plan, 1).await) {
                (0 | 1, Some((who, asked))) => self.position(who, plan, &asked, n).await,
                (2, _) => {
                    self.pass(5);
                    self.step(secretariat, plan, "agree", n).await
                }
                _ => self.step(secretariat, plan, "agree", n).await,
            },
            "agreed" if n.is_multiple_of(17) => self.step(chair, plan, "refer-back", n).await,
            "agreed" => self.next_of_decision(plan, n).await,
            "adopted" if n.is_multiple_of(2) => self.step(secretariat, plan, "put-in-force", n).await,
            "adopted" => {
                self.pass(4);
                self.job().await
            }
            "in_force" if n.is_multiple_of(9) => self.step(secretariat, plan, "close", n).await,
            "in_force" => {
                self.post(chair, &format!("/example/plans/{plan}/revise"), &[("why", "time has passed")]).await
            }
            _ => 200,
        }
    }

    pub async fn restart(&mut self) {
        self.portal.restart().await;
        let people = std::mem::take(&mut self.people);
        self.people = people.into_iter().map(|(b, token)| (self.portal.reopened(&b), token)).collect();
    }

    /// Nothing is wrong; else what had been done.
    pub async fn holds(&self, memory: &mut Memory) {
        if let Err(wrong) = memory.look(&self.sql).await {
            let log = self.log.lock().expect("log");
            let last = log.len().saturating_sub(40);
            panic!("{wrong}\nafter:\n{}", log[last..].join("\n"));
        }
    }
}

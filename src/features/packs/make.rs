//! Making a pack: who may, from when on changes are told, what is gathered with the eyes of its readers, and what is kept.

use anyhow::Context;
use chrono::{DateTime, Months, Utc};
use sha2::{Digest, Sha256};

use super::draft::{Draft, READ};
use super::model::{ForMeeting, Level, Sight, Since, SinceWhat, Subject, banner};
use super::sections::{self, Facts};
use super::store_facts::{Days, SHEET, Which};
use super::{store, store_facts, store_work};
use crate::features::documents::{Document, Note, Workbook};
use crate::features::money;
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MeetingId, PackId};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// Where neither a pack nor a meeting is known, changes are told of so many months.
const MONTHS: u32 = 6;

/// Makes the pack of a meeting, in the caller's transaction: there is one if that is committed. A pillar's meeting gets the
/// pillar's pack, every other one that of the whole process. Nothing else may be read in the transaction afterwards: what it
/// sees is narrowed to the pack's readers.
///
/// # Errors
/// Who may not make it is refused; [`Problem::NotFound`] where there is no such meeting; the database's own.
pub async fn make_for(inside: &mut Inside, meeting: MeetingId, level: Level) -> Result<PackId, Problem> {
    let meeting = store::meeting(&mut inside.tx, meeting).await?.ok_or(Problem::NotFound)?;
    make(inside, meeting.subject(), level, Some(meeting)).await
}

/// Makes a pack, in the caller's transaction; see [`make_for`].
pub async fn make(
    inside: &mut Inside,
    subject: Subject,
    level: Level,
    meeting: Option<ForMeeting>,
) -> Result<PackId, Problem> {
    let by = inside.member.require(Permission::PackMake, &subject.scope())?.clone();
    // how often is limited as with other files: it reads much
    inside.exporter().await?;
    if meeting.as_ref().is_some_and(|m| !m.open) && level == Level::Members {
        return Err(Problem::Refused(Message::new("pack-error-meeting-of-parties")));
    }
    let name = name(inside, subject).await?.ok_or(Problem::NotFound)?;
    let sight = Sight::of(&by, subject, level);
    store::narrow(&mut inside.tx, &sight).await?;
    // a meeting or a pack that the readers do not know of gives no day either
    let since = since(inside, subject, &sight, meeting.as_ref()).await?;
    let facts = gather(inside, subject, sight.clone(), since).await?;

    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let document = begun(p, subject, &name, &sight, &since, meeting.as_ref(), &by);
    let title: String = document.title.chars().take(300).collect();
    let first = vec![p.t(banner(sight.handling)), p.t1("pack-as-of", "day", p.day(&p.today))];
    let mut draft = Draft::new(p, base, subject, document, first);
    sections::write(&mut draft, facts);
    let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let book = Workbook { title: title.clone(), author, date: p.today, sheets: draft.sheets };
    let content = serde_json::to_string(&draft.document).context("a pack's document as data")?;
    let book = serde_json::to_string(&book).context("a pack's tables as data")?;
    let new = store::New {
        subject,
        meeting: meeting.map(|m| m.id),
        title: &title,
        sight: &sight,
        since,
        sha256: &checksum(&content, &book),
        content: &content,
        book: &book,
        by: &by,
        at: inside.app.clock.now(),
    };
    Ok(store::insert(&mut inside.tx, new).await?)
}

/// Of what a pack holds: the document, a line feed, the tables, as they are kept.
pub fn checksum(content: &str, book: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(content.as_bytes());
    hash.update(b"\n");
    hash.update(book.as_bytes());
    hex::encode(hash.finalize())
}

/// The name of what a pack is about; none where the process has no such thing.
async fn name(inside: &mut Inside, subject: Subject) -> Result<Option<String>, Problem> {
    let frame = inside.page.frame();
    Ok(match subject {
        Subject::Board => frame.map(|f| f.name.clone()),
        Subject::Pillar(id) => {
            let pillar = frame.and_then(|f| f.pillars.iter().find(|l| l.id == id));
            pillar.map(|l| format!("{} – {}", l.key, l.name))
        }
        Subject::Beneficiary(id) => {
            frame.and_then(|f| f.beneficiaries.iter().find(|b| b.id == id)).map(|b| b.name.clone())
        }
        Subject::Donor(id) => store::organisation(&mut inside.tx, id).await?,
    })
}

/// From when on changes are told.
async fn since(
    inside: &mut Inside,
    subject: Subject,
    sight: &Sight,
    meeting: Option<&ForMeeting>,
) -> Result<Since, Problem> {
    let now = inside.app.clock.now();
    let until = meeting.map_or(now, |m| m.starts_at.min(now));
    let last = store::last(&mut inside.tx, subject, sight.handling, inside.page.today, until).await?;
    Ok(chosen(last, now))
}

/// The last pack, since what it told ends there; else the last meeting; else half a year.
fn chosen((pack, meeting): (Option<DateTime<Utc>>, Option<DateTime<Utc>>), now: DateTime<Utc>) -> Since {
    match (pack, meeting) {
        (Some(at), _) => Since { at, what: SinceWhat::Pack },
        (None, Some(at)) => Since { at, what: SinceWhat::Meeting },
        (None, None) => {
            let at = now.checked_sub_months(Months::new(MONTHS)).unwrap_or(now);
            Since { at, what: SinceWhat::Months }
        }
    }
}

/// Everything that a pack is made of, as its readers see it: a fixed number of statements, whatever the size.
async fn gather(inside: &mut Inside, subject: Subject, sight: Sight, since: Since) -> Result<Facts, Problem> {
    let (now, today) = (inside.app.clock.now(), inside.page.today);
    let ahead = |months| today.checked_add_months(Months::new(months)).unwrap_or(today);
    let days = Days { now, today, since: since.at, half: ahead(6), year: ahead(12) };
    // one row more than is held tells that there are others
    let sheet = SHEET + 1;
    let shown = i64::try_from(READ).unwrap_or(SHEET);

    // a ledger that nobody has asked for lately takes as long to read as all the rest: it is read meanwhile
    let asked = sections::asked(subject);
    money::soon(inside, &asked);
    let tx = &mut inside.tx;
    let counts = store_facts::counts(tx, subject, &days).await?;
    let all = store_facts::actions(tx, subject, Which::All, &days, sheet).await?;
    let began = store_facts::actions(tx, subject, Which::Began, &days, shown).await?;
    let ended = store_facts::actions(tx, subject, Which::Ended, &days, shown).await?;
    let stale = store_facts::actions(tx, subject, Which::Stale, &days, shown).await?;
    let ends = store_facts::actions(tx, subject, Which::Ends, &days, shown).await?;
    let reported = store_facts::reported(tx, subject, sheet).await?;
    let decisions = store_work::decisions(tx, subject, since.at.date_naive(), sheet).await?;
    let questions = match sight.has_questions() {
        true => Some(store_work::questions(tx, subject, since.at, sheet).await?),
        false => None,
    };
    let needs = store_work::needs(tx, subject, sheet).await?;
    let plans = store_work::plans(tx, subject).await?;
    let changes = store_work::changes(tx, subject, since.at, sheet).await?;
    let totals = money::totals(inside, &asked, sections::BY).await?;
    let names = store_facts::names(&mut inside.tx, &sections::organisations(&totals)).await?;
    Ok(Facts {
        sight,
        since,
        days,
        counts,
        all,
        began,
        ended,
        stale,
        ends,
        reported,
        decisions,
        questions,
        needs,
        plans,
        asked,
        totals,
        names,
        changes,
    })
}

/// The document with its cover: what it is about, for whom, as of when, and who may read it. No person is named: the pack
/// stays when they are gone.
fn begun(
    p: &Page,
    subject: Subject,
    name: &str,
    sight: &Sight,
    since: &Since,
    meeting: Option<&ForMeeting>,
    by: &MembershipFacts,
) -> Document {
    let frame = p.frame();
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    let kind = p.t(subject.kind().label());
    let mut d = Document::new(p.locale, format!("{kind}: {name}"), author, p.today);
    d.short_title.clone_from(&d.title);
    d.contents = 2;
    d.warn(p.t(banner(sight.handling)));
    if frame.is_some_and(|f| f.example) {
        d.warn(p.t("pack-example"));
    }
    if let Some(m) = meeting {
        let text = p.t2("pack-cover-meeting-text", "title", &m.title, "day", p.day_of(&m.starts_at));
        d.cover_line(p.t("pack-cover-meeting"), text);
    }
    d.cover_line(p.t("pack-cover-day"), p.day(&p.today));
    d.cover_line(p.t("pack-cover-level"), p.t(sight.readers()));
    d.cover_line(p.t("pack-cover-since"), p.t1(since.what.label(), "day", p.day_of(&since.at)));
    let made = by.organisation_name.clone().or_else(|| by.beneficiary_name.clone());
    d.cover_line(p.t("pack-cover-by"), made.unwrap_or_else(|| p.t(by.role.label())));
    for n in frame.map(|f| f.footnotes.as_slice()).unwrap_or_default() {
        d.notes.push(Note { mark: n.mark.clone(), text: n.words().to_owned() });
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_from_the_last_pack_else_the_last_meeting_else_half_a_year() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (pack, meeting, now) = (at("2026-09-01T08:00:00Z"), at("2026-10-01T08:00:00Z"), at("2026-11-24T09:00:00Z"));
        assert_eq!(chosen((Some(pack), Some(meeting)), now), Since { at: pack, what: SinceWhat::Pack });
        assert_eq!(chosen((None, Some(meeting)), now), Since { at: meeting, what: SinceWhat::Meeting });
        let half = Since { at: at("2026-05-24T09:00:00Z"), what: SinceWhat::Months };
        assert_eq!(chosen((None, None), now), half);
    }

    #[test]
    fn a_checksum_tells_what_stands_where() {
        assert_ne!(checksum("a", "b"), checksum("ab", ""));
        assert_ne!(checksum("a", "b"), checksum("a", "c"));
        assert_eq!(checksum("a", "b").len(), 64);
    }
}

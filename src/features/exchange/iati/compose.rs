//! An action as an IATI activity. The rules stand in docs/iati.md: nothing is invented, and of what came from an IATI
//! file all that still holds comes out again.

mod merge;
mod money;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use std::collections::BTreeSet;

use super::own;
use super::read;
use super::record::{Body, Record, Whole};
use super::schema::SCHEMA;
use super::stated::{Coded, Milestone, Role, Stated};
use super::values::{Checked, Kind};
use super::xml::{Element, Name, Node};
use crate::features::actions::Status;
use crate::kernel::date::{PartialDate, Precision};
use merge::Kept;

/// For whom a file is.
#[derive(Debug, Clone)]
pub struct Way {
    /// The process's own address, without a slash at its end.
    pub address: String,
    pub today: NaiveDate,
    /// For everybody: no more than the public pages show.
    pub published: bool,
}

/// Why an action is not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    Date,
    Party,
}

/// The activity of an action, or what it lacks.
pub fn compose(r: &Record, way: &Way) -> Result<Element, Without> {
    let kept = r.kept.as_deref().and_then(read::one);
    let kept = Kept(if way.published { kept.map(merge::published) } else { kept });
    let dates = dates(r, &kept);
    if dates.is_empty() {
        return Err(Without::Date);
    }
    let parties = parties(r, &kept, way);
    if parties.is_empty() {
        return Err(Without::Party);
    }
    let identifier = identifier(r, &kept);
    let mut parts = vec![Element::new("iati-identifier").saying(&identifier), reporter(r, &kept), title(r, &kept)];
    parts.extend(descriptions(r, &kept, way));
    parts.extend(parties);
    if !r.reference.trim().is_empty() && r.reference.trim() != identifier && !way.published {
        parts.push(Element::new("other-identifier").with("ref", r.reference.trim()).with("type", "A1"));
    }
    parts.push(status(r, &kept, way.today));
    parts.extend(dates);
    parts.extend(countries(r, &kept));
    parts.extend(labels(r, way));
    parts.extend(link(r, &kept));
    parts.extend(whole(r, &kept));
    if !way.published {
        parts.extend(sector(r, &kept));
        let (sums, total) = money::money(r, &kept);
        parts.extend(kept.rest(r, &sums));
        parts.extend(sums);
        parts.push(record(r, total));
    } else {
        parts.push(Element::new(own::RECORD).with(own::ID, r.id.to_string()));
    }
    // in the schema's order; other vocabularies last
    let place = |e: &Element| {
        let of = SCHEMA.shapes.get(SCHEMA.activity).and_then(|shape| shape.child(&e.name));
        of.map_or(usize::MAX, |(place, _)| place)
    };
    parts.sort_by_key(place);
    Ok(Element {
        name: Name::Borrowed("iati-activity"),
        attributes: attributes(r, &kept),
        content: parts.into_iter().map(Node::Element).collect(),
        line: 0,
    })
}

fn attributes(r: &Record, kept: &Kept) -> Vec<(Name, String)> {
    let mut attributes = vec![
        (Name::Borrowed(own::DECLARATION), own::ADDRESS.to_owned()),
        (Name::Borrowed("last-updated-datetime"), r.updated_at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
    ];
    let before = kept.0.iter().flat_map(|k| &k.attributes);
    let before = before.filter(|(name, _)| !attributes.iter().any(|(n, _)| n == name));
    let before: Vec<_> = before.cloned().collect();
    attributes.extend(before);
    attributes
}

/// The organisation's identifier, or a name for it that claims nothing.
pub fn organisation(body: &Body) -> String {
    stated(body.iati.as_deref()).map_or_else(|| format!("urn:uuid:{}", body.id), str::to_owned)
}

fn stated(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The identifier of an action: the one it came with; else made of its keeper's and its own reference.
fn made(keeper: Option<&str>, reference: &str, id: uuid::Uuid) -> String {
    let reference = reference.trim();
    match stated(keeper) {
        None => format!("urn:uuid:{id}"),
        Some(keeper) if reference.is_empty() => format!("{keeper}-{id}"),
        Some(keeper) if reference.strip_prefix(keeper).is_some_and(|rest| rest.starts_with('-')) => {
            reference.to_owned()
        }
        Some(keeper) => format!("{keeper}-{reference}"),
    }
}

fn identifier(r: &Record, kept: &Kept) -> String {
    let before = kept.stated().and_then(Stated::identifier);
    before.unwrap_or_else(|| made(r.keeper.iati.as_deref(), &r.reference, r.id))
}

fn identifier_of_whole(whole: &Whole) -> String {
    stated(whole.identifier.as_deref())
        .map_or_else(|| made(whole.iati.as_deref(), &whole.reference, whole.id), str::to_owned)
}

/// The code of the list OrganisationType that says what the directory says; none where it says too little.
fn kind(body: &Body) -> Option<&'static str> {
    let below = matches!(body.level.as_deref(), Some("entity" | "district" | "municipal"));
    match body.kind.as_str() {
        "state" | "ministry" => Some(if below { "11" } else { "10" }),
        "agency" => Some("15"),
        "eu_body" | "un" | "international" | "regional" => Some("40"),
        "ngo" if body.level.as_deref() == Some("international") => Some("21"),
        "ngo" if body.level.is_some() || body.seat.is_some() => Some("22"),
        "foundation" => Some("60"),
        "company" => Some("70"),
        "other" => Some("90"),
        _ => None,
    }
}

fn reporter(r: &Record, kept: &Kept) -> Element {
    if let Some(before) = kept.named("reporting-org").find(|e| merge::is_of(e, &r.keeper, None)) {
        return before.clone();
    }
    Element::new("reporting-org")
        .with("ref", organisation(&r.keeper))
        .with("type", kind(&r.keeper).unwrap_or("90"))
        .narrating(&r.keeper.name)
}

fn title(r: &Record, kept: &Kept) -> Element {
    let before = kept.named("title").find(|e| merge::tells(e, &r.title));
    before.cloned().unwrap_or_else(|| Element::new("title").narrating(&r.title))
}

fn descriptions(r: &Record, kept: &Kept, way: &Way) -> Vec<Element> {
    let general = |e: &&Element| matches!(e.attribute("type"), None | Some("1"));
    if way.published || r.description.trim().is_empty() {
        // one that came without a word is none that the portal could have changed
        let stays = |e: &&Element| !general(e) || merge::tells(e, "");
        let others: Vec<Element> = kept.named("description").filter(stays).cloned().collect();
        if !others.is_empty() {
            return others;
        }
        // the standard wants one
        return vec![Element::new("description").with(own::NO_DESCRIPTION, own::NOT_STATED).narrating(&r.title)];
    }
    let mut all: Vec<Element> = match kept.named("description").find(|e| merge::tells(e, &r.description)) {
        Some(_) => kept.named("description").filter(general).cloned().collect(),
        None => vec![Element::new("description").with("type", "1").narrating(&r.description)],
    };
    all.extend(kept.named("description").filter(|e| !general(e)).cloned());
    all
}

fn parties(r: &Record, kept: &Kept, way: &Way) -> Vec<Element> {
    let mut all = Vec::new();
    for party in &r.parties {
        let Some(role) = Role::parse(&party.role) else { continue };
        if way.published && !matches!(role, Role::Funding | Role::Implementing) {
            continue;
        }
        // a file of ours tells those who lead from those who implement
        let leads = |e: &Element| e.attribute(own::ROLE) == Some("lead");
        let same = |e: &Element| {
            merge::role(e) == Some(role.code()) && merge::is_of(e, &party.body, party.as_named.as_deref())
        };
        let before = kept.named("participating-org").find(|e| same(e) && leads(e) == (role == Role::Lead));
        let mut element = before.cloned().unwrap_or_else(|| {
            Element::new("participating-org")
                .with_some("ref", party.body.iati.as_deref().and_then(|i| stated(Some(i))))
                .with_some("type", kind(&party.body))
                .with("role", role.code())
                .narrating(&party.body.name)
        });
        if role == Role::Lead {
            element.set(own::ROLE, "lead");
        }
        all.push(element);
    }
    if !way.published {
        all.extend(kept.not_listed(r));
    }
    all
}

/// The code of the list ActivityStatus.
pub fn code_of(status: Status) -> &'static str {
    match status {
        Status::Pipeline | Status::Planned | Status::Funded => "1",
        Status::Ongoing => "2",
        Status::Completed => "4",
        Status::Cancelled => "5",
        Status::Suspended => "6",
    }
}

/// What a code of the list ActivityStatus is here; finalisation is complete in what it set out to do.
pub fn status_of(code: &str) -> Option<Status> {
    Some(match code {
        "1" => Status::Pipeline,
        "2" => Status::Ongoing,
        "3" | "4" => Status::Completed,
        "5" => Status::Cancelled,
        "6" => Status::Suspended,
        _ => return None,
    })
}

fn status(r: &Record, kept: &Kept, today: NaiveDate) -> Element {
    let element = |code: &str, here: &str| Element::new("activity-status").with("code", code).with(own::STATUS, here);
    match r.status.as_deref().and_then(Status::parse) {
        Some(status) => {
            let before = kept.stated().and_then(Stated::status);
            let code = before.filter(|code| status_of(code) == Some(status)).unwrap_or(code_of(status));
            element(code, status.as_str())
        }
        None => element(by_dates(r, today), own::NOT_STATED),
    }
}

/// The standard wants a status: where none is stated, the one that the dates speak for, marked as not stated.
fn by_dates(r: &Record, today: NaiveDate) -> &'static str {
    let passed = |date: &Option<PartialDate>| date.is_some_and(|d| d.last_day() < today);
    let ahead = |date: &Option<PartialDate>| date.is_some_and(|d| d.first_day() > today);
    if passed(&r.actual_end) {
        "4"
    } else if passed(&r.planned_end) {
        "3"
    } else if r.actual_start.is_none() && ahead(&r.planned_start) || ahead(&r.actual_start) {
        "1"
    } else {
        "2"
    }
}

fn dates(r: &Record, kept: &Kept) -> Vec<Element> {
    let stated = [r.planned_start, r.actual_start, r.planned_end, r.actual_end];
    let mut all = Vec::new();
    for (milestone, date) in Milestone::ALL.into_iter().zip(stated) {
        let before = kept.stated().and_then(|k| k.date(milestone));
        let start = if milestone == Milestone::ActualEnd { r.actual_start } else { r.planned_start };
        // an end before its start is none here, and stays the source's
        let odd = |end: PartialDate| milestone.is_end() && start.is_some_and(|start| end.is_surely_before(&start));
        let stays = match (before, date) {
            (before, Some(date)) => before == Some(date),
            (Some(before), None) => odd(before),
            // nor is one a date here that lies beyond all that are taken
            (None, None) => true,
        };
        if stays {
            all.extend(kept.named("activity-date").filter(|e| Milestone::of(e) == Some(milestone)).cloned());
            continue;
        }
        let Some(date) = date else { continue };
        let day = if milestone.is_end() { date.last_day() } else { date.first_day() };
        let element = Element::new("activity-date").with("type", milestone.code()).with("iso-date", day.to_string());
        // how precisely it is known
        all.push(if date.precision() == Precision::Day { element } else { element.narrating(date.to_string()) });
    }
    // of what milestone they are nobody knows but the source
    all.extend(kept.named("activity-date").filter(|e| Milestone::of(e).is_none()).cloned());
    all
}

fn countries(r: &Record, kept: &Kept) -> Vec<Element> {
    let ours = |code: &str| r.beneficiaries.iter().any(|b| b == code);
    let mut before: Vec<Coded> = kept.stated().into_iter().flat_map(Stated::countries).collect();
    if before.is_empty() && r.sees_money {
        before = kept.stated().into_iter().flat_map(Stated::transactions).filter_map(|t| t.country).collect();
    }
    let before: BTreeSet<String> = before.into_iter().map(|c| c.code).filter(|c| ours(c)).collect();
    // shares that are none of the process's beneficiaries alone are not the record's, and stay the source's
    let unshared = r.places.iter().all(|place| place.share.is_none());
    if !before.is_empty() && unshared && r.places.iter().map(|p| p.code.clone()).collect::<BTreeSet<_>>() == before {
        return kept.named("recipient-country").cloned().collect();
    }
    let mut all = Vec::new();
    for place in &r.places {
        let share = place.share.map(|share| share.normalize());
        let before = kept.stated().into_iter().flat_map(Stated::countries).find(|c| c.code == place.code);
        if before.is_some_and(|b| b.percentage.map(|p| p.normalize()) == share) {
            all.extend(kept.named("recipient-country").find(|e| e.attribute("code") == Some(&place.code)).cloned());
            continue;
        }
        all.push(
            Element::new("recipient-country")
                .with("code", &place.code)
                .with_some("percentage", share.map(|share| share.to_string()))
                .narrating(&place.name),
        );
    }
    // elsewhere: not the process's to say
    let elsewhere = |e: &&Element| e.attribute("code").is_some_and(|code| !ours(code));
    all.extend(kept.named("recipient-country").filter(elsewhere).cloned());
    all
}

/// The process's own words for what it is about.
fn labels(r: &Record, way: &Way) -> Vec<Element> {
    let of = |kind: &str, label: &super::record::Label| {
        Element::new("tag")
            .with("code", &label.key)
            .with("vocabulary", "99")
            .with("vocabulary-uri", format!("{}/public/iati#{kind}", way.address))
            .narrating(&label.name)
    };
    let pillars = r.pillars.iter().map(|label| of("pillars", label));
    let themes = r.themes.iter().filter(|_| !way.published).map(|label| of("themes", label));
    pillars.chain(themes).collect()
}

/// A purpose or sector of the OECD-DAC, where the themes stand for one and no file has said better: each theme for its main
/// code, or for its only one. Parts of several would be invented.
fn sector(r: &Record, kept: &Kept) -> Option<Element> {
    let mut codes: Vec<&str> = r.themes.iter().flat_map(|t| t.dac.iter().map(String::as_str)).collect();
    codes.sort_unstable();
    codes.dedup();
    match codes.as_slice() {
        [code] if kept.named("sector").next().is_none() => {
            // of five digits the vocabulary 1, of three 2
            let vocabulary = if code.len() == 3 { "2" } else { "1" };
            Some(Element::new("sector").with("vocabulary", vocabulary).with("code", *code))
        }
        _ => None,
    }
}

fn link(r: &Record, kept: &Kept) -> Option<Element> {
    let url = stated(r.source_url.as_deref())?;
    let of_the_web = url.starts_with("https://") || url.starts_with("http://");
    if !of_the_web || Kind::Address.check(url) != Checked::Fits {
        return None;
    }
    if kept.named("document-link").any(|e| e.attribute("url") == Some(url)) {
        return None;
    }
    Some(
        Element::new("document-link")
            .with("url", url)
            .with("format", "text/html")
            .holding(Element::new("title").narrating(url))
            // an activity's page on the web
            .holding(Element::new("category").with("code", "A12")),
    )
}

fn whole(r: &Record, kept: &Kept) -> Option<Element> {
    let identifier = identifier_of_whole(r.whole.as_ref()?);
    let said = |e: &Element| e.attribute("type") == Some("1") && e.attribute("ref") == Some(&identifier);
    let before = kept.named("related-activity").find(|e| said(e)).cloned();
    before.or_else(|| Some(Element::new("related-activity").with("ref", &identifier).with("type", "1")))
}

/// What has no place in the standard.
fn record(r: &Record, total: bool) -> Element {
    let notes = [
        ("dates", r.date_note.as_str()),
        ("themes", &r.theme_text),
        ("source", &r.source_note),
        ("whole", r.parent_text.as_deref().unwrap_or_default()),
    ];
    let mut element =
        Element::new(own::RECORD).with(own::ID, r.id.to_string()).with(own::HANDLING, r.handling.as_str());
    element = element
        .with_some(own::REFERENCE, stated(Some(r.reference.as_str())))
        .with_some(own::LINK, stated(r.source_url.as_deref()))
        .with_some(own::WHOLE, r.whole.as_ref().map(|whole| whole.id.to_string()));
    if let (true, Some(total), Some(currency)) = (total, r.total, &r.currency) {
        element = element.with(own::TOTAL, total.normalize().to_string()).with(own::CURRENCY, currency);
    }
    let notes = notes.into_iter().filter(|(_, text)| !text.trim().is_empty());
    notes.fold(element, |e, (of, text)| e.holding(Element::new(own::NOTE).with(own::NOTE_OF, of).saying(text.trim())))
}

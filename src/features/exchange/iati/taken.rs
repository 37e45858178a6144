//! An activity as an incoming action: what the portal has a place for. The rest is kept with the action as it came, and comes
//! out again.

use super::compose::status_of;
use super::loss::{Loss, Severity};
use super::own;
use super::read::Activity;
use super::stated::{Coded, Milestone, Organisation, Stated, Told};
use super::write;
use super::xml::{Element, Node};
use crate::features::actions::Status;
use crate::features::exchange::incoming::{
    ImportProblem, Incoming, IncomingParty, IncomingShare, Place, Said, Severity as Badness,
};
use crate::kernel::permit::Handling;

/// What an action takes of an activity, which is the `number`th of its file.
pub fn incoming(activity: &Activity, number: u32) -> Incoming {
    let stated = Stated(&activity.tree);
    let record = activity.tree.child(own::RECORD);
    let note = |of: &str| {
        let all = record.into_iter().flat_map(|r| r.named(own::NOTE));
        let mut of_it = all.filter(|n| n.attribute(own::NOTE_OF) == Some(of)).map(|n| n.text().trim().to_owned());
        of_it.find(|text| !text.is_empty())
    };
    let own = |name: &str| record.and_then(|r| r.attribute(name)).map(str::to_owned);
    // a file of ours for members says all of a record; the one for everybody leaves out what is not for everybody
    let whole = own(own::HANDLING).is_some();
    let ours = own(own::ID).and_then(|id| id.parse().ok());
    let total = match (own(own::TOTAL), own(own::CURRENCY)) {
        (Some(amount), Some(currency)) => amount.parse().ok().zip(currency.parse().ok()),
        // contributions are said for themselves there
        _ if ours.is_some() && stated.budgets().is_empty() => None,
        _ => stated.total(),
    };
    let status = activity.tree.child("activity-status").and_then(|e| e.attribute(own::STATUS));
    let status = match status {
        Some(own::NOT_STATED) => None,
        Some(here) if Status::parse(here).is_some() => Status::parse(here),
        _ => stated.status().and_then(status_of),
    };
    let of_others = || stated.related().into_iter().find(|r| r.kind == "1").map(|r| r.identifier);
    Incoming {
        place: Place { sheet: None, row: number },
        id: ours,
        reference: if ours.is_some() { own(own::REFERENCE) } else { stated.identifier() },
        title: told(stated.titles()),
        description: description(stated),
        parties: parties(stated),
        reporter: reporter(&activity.tree),
        beneficiaries: places(stated),
        pillars: tags(&activity.tree, "#pillars"),
        themes: tags(&activity.tree, "#themes"),
        theme_text: note("themes"),
        // a purpose that stands in a file of ours was taken from the themes
        sectors: if ours.is_some() { Vec::new() } else { purposes(stated) },
        status: status.map(Status::as_str),
        planned_start: stated.date(Milestone::PlannedStart),
        planned_end: stated.date(Milestone::PlannedEnd),
        actual_start: stated.date(Milestone::ActualStart),
        actual_end: stated.date(Milestone::ActualEnd),
        total,
        parent: if ours.is_some() { own(own::WHOLE).or_else(|| note("whole")) } else { of_others() },
        link: if whole { own(own::LINK) } else { link(stated) },
        source_note: note("source"),
        handling: own(own::HANDLING).and_then(|level| Handling::parse(&level)).map(Handling::as_str),
        problems: activity.losses.iter().filter_map(problem).collect(),
        ..Incoming::default()
    }
}

/// The organisation that reports.
pub fn reporter(tree: &Element) -> Option<IncomingParty> {
    Stated(tree).reporter().map(|of| party("reporting", of)).filter(is_named)
}

/// What is kept with the action: its identifier, and the whole activity as it is written. `not_listed`: of its parties those
/// whom the directory does not know.
pub fn kept(mut tree: Element, not_listed: &[IncomingParty]) -> (Option<String>, String) {
    let identifier = Stated(&tree).identifier();
    let unknown = |e: &Element| {
        let said = Stated(&tree).party(e).map(|(role, of)| party(role.as_str(), of));
        // nor can one be known that says no name or no role
        said.is_none_or(|of| !is_named(&of) || not_listed.contains(&of))
    };
    let marks: Vec<bool> = tree.children().map(|e| e.name == "participating-org" && unknown(e)).collect();
    if marks.contains(&true) {
        tree.set(own::DECLARATION, own::ADDRESS);
        let children = tree.content.iter_mut().filter_map(|node| match node {
            Node::Element(e) => Some(e),
            Node::Text(_) => None,
        });
        for (child, _) in children.zip(marks).filter(|(_, marked)| *marked) {
            child.set(own::DIRECTORY, own::NOT_LISTED);
        }
    }
    let mut text = String::new();
    write::activity(&tree, &mut text);
    // one that is longer is none that another record could name
    (identifier.filter(|of| of.chars().count() <= 1000), text)
}

/// What was left out of the file, or of an activity.
pub fn left_out(loss: &Loss) -> ImportProblem {
    ImportProblem { column: loss.element.clone(), index: None, what: said(loss), severity: Badness::Wrong }
}

/// What was mended lost nothing, and is not told. What the standard wants and the portal can do without keeps no action out.
fn problem(loss: &Loss) -> Option<ImportProblem> {
    let severity = match loss.what.severity() {
        Severity::Mended => return None,
        Severity::Wrong | Severity::Lost => Badness::Lost,
    };
    Some(ImportProblem { column: loss.element.clone(), index: None, what: said(loss), severity })
}

fn said(loss: &Loss) -> Said {
    loss.message().with("line", loss.line).into()
}

/// English where there is some: the pages are.
fn told(all: Vec<Told>) -> Option<String> {
    let english = all.iter().position(|t| t.language.as_deref().is_some_and(|l| l == "en" || l.starts_with("en-")));
    all.into_iter().nth(english.unwrap_or(0)).map(|t| t.text)
}

fn description(stated: Stated<'_>) -> Option<String> {
    // the standard wants one: in a file of ours it may be none
    let stands_in = |e: &Element| e.attribute(own::NO_DESCRIPTION) == Some(own::NOT_STATED);
    if stated.0.named("description").any(stands_in) {
        return None;
    }
    told(stated.descriptions().into_iter().filter(|(kind, _)| *kind == "1").flat_map(|(_, all)| all).collect())
}

fn is_named(party: &IncomingParty) -> bool {
    party.reference.is_some() || party.name.is_some()
}

fn parties(stated: Stated<'_>) -> Vec<IncomingParty> {
    let all = stated.parties().into_iter().map(|(role, of)| party(role.as_str(), of));
    all.filter(is_named).collect()
}

pub(super) fn party(role: &'static str, of: Organisation) -> IncomingParty {
    IncomingParty { reference: of.reference, name: told(of.names), role }
}

/// Countries of the activity; where it states none, those of its transactions, of which it says no shares.
fn places(stated: Stated<'_>) -> Vec<IncomingShare> {
    let of = |c: Coded| IncomingShare { stated: c.code, share: c.percentage };
    let all: Vec<IncomingShare> = stated.countries().into_iter().map(of).collect();
    if !all.is_empty() {
        return all;
    }
    let mut codes: Vec<String> = stated.transactions().filter_map(|t| t.country).map(|c| c.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(|stated| IncomingShare { stated, share: None }).collect()
}

/// Keys of a process's own words, from a file of ours.
fn tags(tree: &Element, of: &str) -> Vec<String> {
    let address = format!("/public/iati{of}");
    let ours = |e: &&Element| {
        e.attribute("vocabulary") == Some("99")
            && e.attribute("vocabulary-uri").is_some_and(|uri| uri.ends_with(&address))
    };
    tree.named("tag").filter(ours).filter_map(|e| e.attribute("code").map(str::to_owned)).collect()
}

/// Purposes of the OECD-DAC, of five or three digits: of the activity, else of its transactions.
fn purposes(stated: Stated<'_>) -> Vec<String> {
    let of_dac = |c: &Coded| matches!(c.vocabulary.as_deref(), None | Some("1" | "2"));
    let mut all: Vec<String> = stated.sectors().into_iter().filter(of_dac).map(|c| c.code).collect();
    if all.is_empty() {
        all = stated.transactions().flat_map(|t| t.sectors).filter(of_dac).map(|c| c.code).collect();
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The activity's own page on the web, else its first document.
fn link(stated: Stated<'_>) -> Option<String> {
    let all = stated.documents();
    let page = all.iter().find(|d| d.categories.iter().any(|c| c == "A12"));
    page.or_else(|| all.first()).map(|d| d.url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::exchange::iati::{Limits, Read, Reader};

    fn read(inside: &str) -> Activity {
        let file =
            format!("<iati-activities version=\"2.03\"><iati-activity>{inside}</iati-activity></iati-activities>");
        let mut reader = Reader::open(std::io::Cursor::new(file.into_bytes()), Limits::default()).unwrap();
        match reader.next() {
            Some(Ok(Read::Activity(activity))) => activity,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_an_action_takes_of_an_activity() {
        let activity = read(
            r#"<iati-identifier> XX-1 </iati-identifier><reporting-org ref="XX" type="10"/>
            <title><narrative xml:lang="fr">Un</narrative><narrative xml:lang="en">One</narrative></title>
            <description type="2"><narrative>Objectives</narrative></description>
            <participating-org role="1"><narrative>A</narrative></participating-org><participating-org role="4"/>
            <activity-status code="3"/><recipient-country code="XA" percentage="40"/>
            <sector code="15137"/><sector vocabulary="99" code="own"/><sector vocabulary="2" code="152"/>
            <transaction><transaction-type code="2"/><transaction-date iso-date="2026-01-01"/>
                <value currency="EUR" value-date="2026-01-01">7</value></transaction>
            <related-activity ref="XX-0" type="1"/><related-activity ref="XX-2" type="2"/>
            <document-link url="https://x.example/a" format="text/html"><title><narrative>A</narrative></title><category code="B01"/></document-link>
            <document-link url="https://x.example/b" format="text/html"><title><narrative>B</narrative></title><category code="A12"/></document-link>"#,
        );
        let taken = incoming(&activity, 3);
        assert_eq!((taken.place.row, taken.id, taken.handling), (3, None, None));
        assert_eq!((taken.reference.as_deref(), taken.parent.as_deref()), (Some("XX-1"), Some("XX-0")));
        assert_eq!((taken.title.as_deref(), taken.description), (Some("One"), None));
        assert_eq!(taken.parties.len(), 1, "who has no name is none");
        assert_eq!(taken.status, Some("completed"));
        assert_eq!(taken.sectors, ["15137", "152"]);
        assert_eq!(taken.total.map(|(amount, currency)| format!("{amount} {currency}")).as_deref(), Some("7 EUR"));
        assert_eq!(taken.link.as_deref(), Some("https://x.example/b"));
        // whom the directory does not know, and who has no name at all, is marked
        let (identifier, text) = kept(activity.tree, &taken.parties);
        assert_eq!(identifier.as_deref(), Some("XX-1"));
        assert_eq!(text.matches("concert:directory=\"not-listed\"").count(), 2);
        assert!(super::super::read::one(&text).is_some());
    }
}

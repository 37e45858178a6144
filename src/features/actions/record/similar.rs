//! What is like the action in a form that is being filled in: asked while it is typed, before anything is saved.

use axum::response::Response;
use std::collections::BTreeSet;

use super::fields::{Field, Sheet};
use super::model::Choices;
use super::sheet_form::{Reading, read};
use super::{edit, store};
use crate::features::actions::Status;
use crate::features::overlaps::{self, engine};
use crate::kernel::auth::Inside;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::Frame;
use crate::kernel::error::Problem;
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId, PillarId, ThemeId};

/// So much has to be typed before it says anything.
const LEAST: usize = 4;

pub async fn similar(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = inside.fields.clone();
    let choices = store::choices(&mut inside.tx, "", None).await?;
    let frame = edit::frame(&inside.page)?.clone();
    let allowed: BTreeSet<Field> = Field::ALL.iter().copied().collect();
    let reading = Reading {
        choices: &choices,
        frame: &frame,
        today: inside.page.today,
        allowed: &allowed,
        record: None,
        before: &Sheet::default(),
    };
    // whatever is not yet right in it is left out: this is no saving
    let sheet = read(&mut f, &reading);
    let own: Option<ActionId> = f.value("own").parse().ok();
    let mut subject = subject(&sheet, &frame, &choices);
    if subject.titles.iter().chain(&subject.texts).map(|t| t.chars().count()).sum::<usize>() < LEAST {
        subject = engine::Subject::default();
    }
    let fields = std::mem::take(&mut inside.fields);
    let near = overlaps::beside(&inside.app, &mut inside.tx, &inside.page, fields, subject, own).await?;
    near.into_html()
}

/// A sheet as the finder is told of it.
pub fn subject(sheet: &Sheet, frame: &Frame, choices: &Choices) -> engine::Subject {
    let text = |field| sheet.one(field).unwrap_or_default().to_owned();
    let stated = |texts: Vec<String>| texts.into_iter().filter(|t| !t.trim().is_empty()).collect::<Vec<_>>();
    let party = |id: OrganisationId, role: engine::Role| engine::Party {
        key: Some(id.0.as_u128()),
        reference: None,
        name: choices.organisations.iter().find(|o| o.id == id).map(|o| o.name.clone()).unwrap_or_default(),
        role,
    };
    let parties = sheet.get(Field::Parties).iter().filter_map(|p| {
        let (role, id) = p.split_once(':')?;
        Some(party(id.parse().ok()?, overlaps::role(role)))
    });
    let themes: Vec<ThemeId> = sheet.ids(Field::Themes);
    let date = |actual: Field, planned: Field| {
        let date: PartialDate = sheet.one(actual).or_else(|| sheet.one(planned))?.parse().ok()?;
        let precision = match date.precision() {
            Precision::Year => engine::Precision::Year,
            Precision::Month => engine::Precision::Month,
            Precision::Day => engine::Precision::Day,
        };
        Some(engine::When { day: date.first_day(), precision })
    };
    let (beneficiaries, pillars): (Vec<BeneficiaryId>, Vec<PillarId>) =
        (sheet.ids(Field::Beneficiaries), sheet.ids(Field::Pillars));
    let total = sheet.one(Field::StatedTotal).and_then(|t| t.split_once(' '));
    let parent = sheet.one(Field::Parent);
    engine::Subject {
        titles: stated(vec![text(Field::Title)]),
        texts: stated(vec![text(Field::Description), text(Field::ThemeText)]),
        parties: sheet.keeper().map(|id| party(id, engine::Role::Reporter)).into_iter().chain(parties).collect(),
        beneficiaries: frame
            .beneficiaries
            .iter()
            .filter(|b| beneficiaries.contains(&b.id))
            .map(|b| b.code.clone())
            .collect(),
        pillars: frame.pillars.iter().filter(|l| pillars.contains(&l.id)).map(|l| l.key.clone()).collect(),
        themes: themes.iter().map(ToString::to_string).collect(),
        start: date(Field::ActualStart, Field::PlannedStart),
        end: date(Field::ActualEnd, Field::PlannedEnd),
        amounts: total
            .and_then(|(amount, currency)| {
                Some(engine::Amount { value: amount.parse().ok()?, currency: currency.to_owned() })
            })
            .into_iter()
            .collect(),
        identifiers: overlaps::identifiers(&text(Field::Reference)),
        parent: parent.and_then(|p| p.parse::<ActionId>().ok()).map(|id| id.0.as_u128()),
        parent_title: parent.and_then(|p| p.strip_prefix("words:")).map(str::to_owned),
        status: sheet.one(Field::Status).and_then(Status::parse).and_then(|s| overlaps::status(s.as_str())),
        ..engine::Subject::default()
    }
    .reading_left_out(frame.beneficiary_names())
}

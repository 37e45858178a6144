//! Who and what a process consists of: itself, its pillars, beneficiaries, organisations and themes.

use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;

use super::answer::{self, Answered};
use super::auth::Called;
use super::problem::Fault;
use super::shape::{Listed, Named, One, lists, shapes};
use super::store;
use crate::features::directory::{Level, OrganisationKind};
use crate::kernel::db::Frame;
use crate::kernel::ids::BeneficiaryId;

lists!(OrganisationKind, Level);

shapes! {
    /// A note that an asterisk in a name carries.
    Note {
        /// The mark, such as an asterisk.
        mark: String,
        /// What it says.
        text: String,
    }
    /// A coordination process: all that a token opens.
    Process {
        /// Its id.
        id: Uuid,
        /// The first part of its addresses.
        slug: String,
        /// Its name.
        name: String,
        /// Its short name.
        short_name: String,
        /// What it is, in a line.
        tagline: String,
        /// It is an example among invented parties.
        example: bool,
        /// Its public pages are open to everyone.
        public: bool,
        /// The notes that names of beneficiaries carry.
        notes: Vec<Note>,
    }
    /// A policy field of the process.
    Pillar {
        /// Its id.
        id: Uuid,
        /// Its short key: what filters and bodies name it by.
        key: String,
        /// Its name.
        name: String,
    }
    /// A country or economy that the process serves.
    Beneficiary {
        /// Its id.
        id: Uuid,
        /// Its code (ISO 3166-1 alpha-2; XK for Kosovo*): what filters and bodies name it by.
        code: String,
        /// Its name, with the asterisk that it bears.
        name: String,
        /// The note that goes with its name, wherever that is shown.
        note: Option<String>,
    }
    /// A party: donor, implementer, ministry, body. What it is in an action, the action says.
    Organisation {
        /// Its id.
        id: Uuid,
        /// Its name.
        name: String,
        /// Its short name.
        short_name: Option<String>,
        /// What kind of body it is.
        kind: One<OrganisationKind>,
        /// The level of administration.
        level: Option<One<Level>>,
        /// The code of where it has its seat.
        seat: Option<String>,
        /// Its IATI identifier.
        iati_identifier: Option<String>,
        /// The organisation that it is part of.
        parent: Option<Named>,
        /// Other names that it is known by.
        other_names: Vec<String>,
    }
    /// What an action or a need is about.
    Theme {
        /// Its id: what bodies name it by.
        id: Uuid,
        /// Its key: what filters name it by.
        key: String,
        /// Its name.
        name: String,
        /// The OECD-DAC purpose codes that it maps to.
        dac_codes: Vec<String>,
        /// It is no longer offered for new records.
        retired: bool,
    }
}

fn framed(called: &Called) -> Result<&Frame, Fault> {
    called.inside.page.frame().ok_or_else(Fault::not_found)
}

/// Everything at once: what is short has no cursor.
fn whole<T: serde::Serialize>(items: Vec<T>) -> Result<Response, Fault> {
    answer::json(&Listed { items, next: None })
}

/// Beneficiaries as their process has them, in its order.
pub fn beneficiaries_of(frame: &Frame, ids: &[BeneficiaryId]) -> Vec<Beneficiary> {
    frame.beneficiaries.iter().filter(|b| ids.contains(&b.id)).map(beneficiary).collect()
}

fn beneficiary(b: &crate::kernel::db::BeneficiaryFacts) -> Beneficiary {
    Beneficiary { id: b.id.0, code: b.code.clone(), name: b.name.clone(), note: b.note.clone() }
}

pub async fn process(called: Called) -> Answered {
    let frame = framed(&called)?;
    let process = Process {
        id: frame.id.0,
        slug: frame.slug.clone(),
        name: frame.name.clone(),
        short_name: frame.short_name.clone(),
        tagline: frame.tagline.clone(),
        example: frame.example,
        public: frame.public,
        notes: frame.footnotes.iter().map(|n| Note { mark: n.mark.clone(), text: n.words().to_owned() }).collect(),
    };
    answer::record(&called.headers, &process)
}

pub async fn pillars(called: Called) -> Answered {
    let pillars = &framed(&called)?.pillars;
    whole(pillars.iter().map(|l| Pillar { id: l.id.0, key: l.key.clone(), name: l.name.clone() }).collect())
}

pub async fn beneficiaries(called: Called) -> Answered {
    whole(framed(&called)?.beneficiaries.iter().map(beneficiary).collect::<Vec<_>>())
}

pub async fn organisations(mut called: Called) -> Answered {
    let fields = &mut called.inside.fields;
    let words = crate::kernel::fold::fold(&fields.text("q", 300));
    let (limit, after) = (answer::limit(fields), answer::after(fields));
    answer::sound(fields)?;
    let mut items = store::organisations(&mut called.inside.tx, &words, after, rows(limit)).await?;
    let next = cut(&mut items, limit, |o| o.id);
    answer::json(&Listed { items, next })
}

/// One more than is shown, to know whether there are more.
pub fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// Takes the one too many away; where there was one, the next begin after the last that is left.
pub fn cut<T, I: std::fmt::Display>(items: &mut Vec<T>, limit: usize, id: impl Fn(&T) -> I) -> Option<String> {
    let more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| more).map(|last| id(last).to_string())
}

pub async fn organisation(Path(id): Path<String>, mut called: Called) -> Answered {
    let id: Uuid = id.parse().map_err(|_| Fault::not_found())?;
    let found = store::organisation(&mut called.inside.tx, id).await?.ok_or_else(Fault::not_found)?;
    answer::record(&called.headers, &found)
}

pub async fn themes(mut called: Called) -> Answered {
    whole(store::themes(&mut called.inside.tx).await?)
}

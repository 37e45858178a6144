//! The public home of a process.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::actions::published;
use super::store::{self, Lead};
use crate::features::actions::{self, Counts, Status};
use crate::features::home;
use crate::kernel::auth::InPublic;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// A figure that opens the cards it counts.
struct Figure {
    name: String,
    /// `p1` … for pillars.
    class: String,
    n: String,
    width: i64,
    link: String,
    none: bool,
}

#[derive(Template)]
#[template(path = "public_site/home.html")]
struct HomePage {
    p: Page,
    about: Vec<String>,
    leads: Vec<Lead>,
    all: i64,
    /// When the figures were counted, where that was not just now.
    counted: Option<String>,
    figures: Vec<(&'static str, Vec<Figure>)>,
}

impl HomePage {
    fn led_by(&self, pillar: &crate::kernel::ids::PillarId) -> String {
        self.leads.iter().filter(|l| l.pillar == *pillar).map(|l| l.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

fn figures(p: &Page, counts: &Counts, kind: &str, values: Vec<(String, String, String, String)>) -> Vec<Figure> {
    let most = values.iter().map(|v| counts.of(kind, &v.2)).max().unwrap_or(0).max(1);
    values
        .into_iter()
        .map(|(value, name, key, class)| {
            let n = counts.of(kind, &key);
            Figure {
                none: key.is_empty(),
                name,
                class,
                n: p.number(n),
                width: n * 100 / most,
                link: if n == 0 { String::new() } else { format!("{}?{kind}={value}", p.link("/public/actions")) },
            }
        })
        // what nothing is said of is worth a line only where there is some
        .filter(|f| !f.none || !f.link.is_empty())
        .collect()
}

pub async fn page(mut inside: InPublic) -> Result<Response, Problem> {
    let today = inside.app.clock.today();
    let leads = store::leads(&mut inside.tx, today).await?;
    // a large process is counted ahead: everybody may ask for this page, and any number of times
    let (counts, at): (Counts, _) = match home::published(&mut inside.tx).await? {
        Some(ahead) => (ahead.rows.into_iter().collect(), Some(ahead.counted_at)),
        None => (actions::counts(&mut inside.tx, &published(Default::default())).await?, None),
    };
    let p = inside.page;
    let frame = p.frame().ok_or(Problem::NotFound)?.clone();
    let none = || ("none".to_owned(), p.t("not-stated"), String::new(), String::new());
    let pillars = frame.pillars.iter().enumerate();
    let pillars = pillars.map(|(i, l)| (l.key.clone(), l.key.clone(), l.id.to_string(), format!("p{}", i + 1)));
    let beneficiaries = frame.beneficiaries.iter();
    let beneficiaries = beneficiaries.map(|b| (b.code.clone(), b.name.clone(), b.id.to_string(), String::new()));
    let states =
        Status::ALL.iter().map(|s| (s.as_str().to_owned(), p.t(s.label()), s.as_str().to_owned(), String::new()));
    let page = HomePage {
        all: counts.all,
        counted: at.map(|at| p.t1("public-counted-at", "time", p.time(&at))),
        figures: vec![
            ("public-by-pillar", figures(&p, &counts, "pillar", pillars.chain([none()]).collect())),
            ("public-by-beneficiary", figures(&p, &counts, "beneficiary", beneficiaries.chain([none()]).collect())),
            ("public-by-status", figures(&p, &counts, "status", states.chain([none()]).collect())),
        ],
        leads,
        about: inside.about,
        p,
    };
    Ok(Html(page.render()?).into_response())
}

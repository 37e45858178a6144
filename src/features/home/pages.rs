//! The page.

use askama::Template;
use axum::response::Html;
use std::collections::HashMap;

use super::blocks::{Block, Desk};
use super::desks::{self, Known, Seat};
use super::figures::Figures;
use super::store;
use super::waiting::Place;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::job::{self, Task};
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    p: Page,
    desks: Vec<Desk>,
}

pub async fn home(inside: Inside) -> Result<Html<String>, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let Some(frame) = p.frame().cloned() else { return Err(Problem::NotFound) };
    let (now, today) = (app.clock.now(), p.today);
    let seats = desks::seats(&member);
    let wanted = desks::wanted(&seats, &frame);

    let counted = store::figures(&mut tx, now, &wanted).await?;
    let (has_counted, due) = (counted.counted, counted.due);
    let figures = Figures::from(counted);
    let asks = desks::asks(&seats, &frame, &figures);
    let waiting = store::waiting(&mut tx, now, today, &asks).await?;
    let keeping = match seats.contains(&Seat::Secretariat) {
        true => Some(store::keeping(&mut tx, now, today).await?),
        false => None,
    };
    let places: Vec<Place> = seats
        .iter()
        .filter_map(|s| s.organisation())
        .flat_map(|o| figures.places(o.0))
        .map(|(place, _)| place)
        .collect();
    let beside = match places.is_empty() {
        true => HashMap::new(),
        false => store::beside(&mut tx, &places).await?,
    };
    if due {
        job::enqueue(&mut tx, Task::Tally).await?;
    }
    if has_counted || due {
        tx.commit().await?;
    }

    let known = Known { figures, waiting, keeping, beside };
    let desks = seats.iter().filter_map(|s| s.desk(&p, &frame, &known)).collect();
    Ok(Html(HomePage { p, desks }.render()?))
}

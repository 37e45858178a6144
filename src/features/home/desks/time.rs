//! Starts and ends by year: bars, with the table they are drawn from beside them.

use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;
use uuid::Uuid;

use super::super::figures::Figures;
use super::super::links::Narrow;
use crate::kernel::page::Page;

pub struct Chart {
    pub title: String,
    pub years: Vec<Year>,
    /// Rows of the table besides the years: earlier, later, not stated.
    pub not_stated: Option<(String, String)>,
    pub today: String,
    pub has_today: bool,
}

/// Coordinates are percentages across and pixels down: text then keeps its size on a narrow page.
pub struct Year {
    pub year: String,
    pub labelled: bool,
    pub starts: String,
    pub starts_link: String,
    pub ends: String,
    pub ends_link: String,
    pub starts_x: String,
    pub ends_x: String,
    pub mid: String,
    pub width: String,
    pub starts_y: i64,
    pub starts_height: i64,
    pub ends_y: i64,
    pub ends_height: i64,
}

/// The height of the largest bar, and the line on which bars stand.
const HEIGHT: i64 = 130;
const GROUND: i64 = 150;
/// Years drawn at most: those around today.
const SPAN: i32 = 9;

pub fn chart(p: &Page, f: &Figures, within: Uuid) -> Chart {
    let this = p.today.year();
    let years: BTreeSet<i32> = ["starts", "ends"]
        .iter()
        .filter_map(|d| f.keys(within, d))
        .flat_map(|keys| keys.keys())
        .filter_map(|k| k.parse().ok())
        .filter(|y| (this - SPAN..=this + SPAN).contains(y))
        .collect();
    let range: Vec<i32> = match (years.first(), years.last()) {
        (Some(first), Some(last)) => (*first..=*last).collect(),
        _ => Vec::new(),
    };
    let of = |dimension: &str, year: i32| f.of(within, dimension, &year.to_string());
    let most = range.iter().flat_map(|y| [of("starts", *y), of("ends", *y)]).max().unwrap_or(0).max(1);
    let count = range.len().max(1);
    let step = 100.0 / count as f64;
    let every = count.div_ceil(9);
    let mut drawn = Vec::new();
    let mut today = 0.0;
    for (i, year) in range.iter().enumerate() {
        let left = step * i as f64;
        if *year == this {
            today = left + step * f64::from(p.today.ordinal0()) / 366.0;
        }
        let (starts, ends) = (of("starts", *year), of("ends", *year));
        let link = |n: i64, narrow: Narrow| if n > 0 { narrow.link(p) } else { String::new() };
        let (first, last) = (day(*year, 1, 1), day(*year, 12, 31));
        let (starts_height, ends_height) = (starts * HEIGHT / most, ends * HEIGHT / most);
        drawn.push(Year {
            year: year.to_string(),
            labelled: i % every == 0,
            starts: p.number(starts),
            starts_link: link(starts, Narrow::new().starts(first, last)),
            ends: p.number(ends),
            ends_link: link(ends, Narrow::new().ends(first, last)),
            starts_x: format!("{:.2}%", left + step * 0.14),
            ends_x: format!("{:.2}%", left + step * 0.51),
            mid: format!("{:.2}%", left + step * 0.5),
            width: format!("{:.2}%", step * 0.35),
            starts_y: GROUND - starts_height,
            starts_height,
            ends_y: GROUND - ends_height,
            ends_height,
        });
    }
    let (no_start, no_end) = (f.of(within, "starts", ""), f.of(within, "ends", ""));
    Chart {
        title: p.t("home-time-title"),
        years: drawn,
        not_stated: (no_start + no_end > 0).then(|| (p.number(no_start), p.number(no_end))),
        today: format!("{today:.2}%"),
        has_today: range.contains(&this),
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

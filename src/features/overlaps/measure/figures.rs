//! Figures of quality from scored pairs and ranks.

use serde::Serialize;

/// How well a score parts the wanted pairs from the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Separation {
    pub wanted: usize,
    pub others: usize,
    pub average_precision: f64,
    pub best_f1: f64,
    /// The highest share of the wanted that is found while at least 9 of 10 found are wanted.
    pub recall_at_precision_90: f64,
}

/// From (score, wanted). Ties are counted together, so that their order brings nothing.
pub fn separation(scored: &[(f64, bool)]) -> Separation {
    let mut scored = scored.to_vec();
    scored.sort_by(|x, y| y.0.total_cmp(&x.0));
    let wanted = scored.iter().filter(|(_, wanted)| *wanted).count();
    let mut s = Separation { wanted, others: scored.len() - wanted, ..Separation::default() };
    let (mut found, mut seen, mut at) = (0_usize, 0_usize, 0_usize);
    while at < scored.len() {
        let tied = scored
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take_while(|(score, _)| Some(*score) == scored.get(at).map(|x| x.0));
        let (mut more, mut of) = (0, 0);
        for (_, wanted) in tied {
            of += 1;
            more += usize::from(*wanted);
        }
        at += of;
        seen += of;
        found += more;
        let precision = found as f64 / seen as f64;
        let recall = if wanted == 0 { 0.0 } else { found as f64 / wanted as f64 };
        if wanted > 0 {
            s.average_precision += precision * more as f64 / wanted as f64;
        }
        if precision + recall > 0.0 {
            s.best_f1 = s.best_f1.max(2.0 * precision * recall / (precision + recall));
        }
        if precision >= 0.9 {
            s.recall_at_precision_90 = s.recall_at_precision_90.max(recall);
        }
    }
    s
}

/// Where what was sought stood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Retrieval {
    pub queries: usize,
    pub first: f64,
    pub in_five: f64,
    pub in_ten: f64,
    pub mean_reciprocal_rank: f64,
}

/// From ranks, counted from 1; none: not found.
pub fn retrieval<'a>(ranks: impl IntoIterator<Item = &'a Option<usize>>) -> Retrieval {
    let mut r = Retrieval::default();
    for rank in ranks {
        r.queries += 1;
        if let Some(rank) = *rank {
            r.first += f64::from(rank <= 1);
            r.in_five += f64::from(rank <= 5);
            r.in_ten += f64::from(rank <= 10);
            r.mean_reciprocal_rank += 1.0 / rank as f64;
        }
    }
    let of = r.queries.max(1) as f64;
    for sum in [&mut r.first, &mut r.in_five, &mut r.in_ten, &mut r.mean_reciprocal_rank] {
        *sum /= of;
    }
    r
}

/// The value below which `share` of the values lie; 0 of none.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_is_that_of_the_book() {
        let s = separation(&[(0.9, true), (0.8, false), (0.7, true), (0.1, false)]);
        assert!((s.average_precision - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-9);
        assert!((s.best_f1 - 0.8).abs() < 1e-9);
        assert!((s.recall_at_precision_90 - 0.5).abs() < 1e-9);
    }

    #[test]
    fn ties_bring_nothing() {
        let s = separation(&[(0.5, true), (0.5, false)]);
        assert!((s.average_precision - 0.5).abs() < 1e-9);
    }

    #[test]
    fn ranks_are_counted() {
        let r = retrieval(&[Some(1), Some(4), None, Some(8)]);
        assert!((r.first - 0.25).abs() < 1e-9 && (r.in_five - 0.5).abs() < 1e-9 && (r.in_ten - 0.75).abs() < 1e-9);
        assert!((percentile(&mut [3.0, 1.0, 2.0], 0.5) - 2.0).abs() < 1e-9);
    }
}

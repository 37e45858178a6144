//! Learning the weights: two logistic regressions with a pull towards zero, solved weight
//! by weight. The same input gives the same weights.

use crate::features::overlaps::engine::evidence::Feature;

const FEATURES: usize = Feature::ALL.len();
/// The features and the bias.
const SIZE: usize = FEATURES + 1;

const ROUNDS: usize = 400;

/// One example.
#[derive(Debug, Clone)]
pub struct Example {
    pub values: [f32; FEATURES],
    pub yes: bool,
    /// How much it counts.
    pub weight: f64,
}

/// Learns one weight a feature, and the bias last. `pull` is the strength of the pull towards
/// `prior`, what is believed beforehand; `fixed` weights stay at their prior (what the corpus cannot
/// tell: the portal's own themes and pillars);
/// `sides` are the least and the most that a weight may be.
///
/// One weight after the other is moved to where the loss is least along it, within a bound that grows
/// where the moves are large (Genkin, Lewis and Madigan 2007): slow and sure, and the sides are kept
/// exactly.
pub fn logistic(
    examples: &[Example],
    pull: f64,
    prior: &[f64; FEATURES],
    fixed: &[bool; FEATURES],
    sides: &[(f64, f64); FEATURES],
) -> Vec<f64> {
    // Column by column, what is not zero alone: (example, value).
    let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); SIZE];
    for (at, example) in examples.iter().enumerate() {
        for (column, value) in columns.iter_mut().zip(example.values.iter().chain(std::iter::once(&1.0))) {
            if *value != 0.0 {
                column.push((at, f64::from(*value)));
            }
        }
    }
    let mut weights = vec![0.0_f64; SIZE];
    let mut sums = vec![0.0_f64; examples.len()];
    let move_weight = |weights: &mut Vec<f64>, sums: &mut Vec<f64>, at: usize, by: f64| {
        weights[at] += by;
        for (example, value) in &columns[at] {
            sums[*example] += by * value;
        }
    };
    for (at, value) in prior.iter().enumerate() {
        move_weight(&mut weights, &mut sums, at, *value);
    }
    let mut bound = vec![1.0_f64; SIZE];
    for _ in 0..ROUNDS {
        let mut largest = 0.0_f64;
        for at in 0..SIZE {
            if fixed.get(at) == Some(&true) {
                continue;
            }
            let (mut slope, mut curve) =
                if at < FEATURES { (pull * (weights[at] - prior[at]), pull) } else { (0.0, 1e-6) };
            for (example, value) in &columns[at] {
                let p = 1.0 / (1.0 + (-sums[*example]).exp());
                let e = &examples[*example];
                slope += e.weight * (p - if e.yes { 1.0 } else { 0.0 }) * value;
                curve += e.weight * p * (1.0 - p) * value * value;
            }
            let mut by = (-slope / curve).clamp(-bound[at], bound[at]);
            let to = weights[at] + by;
            if let Some((least, most)) = sides.get(at) {
                by = to.clamp(*least, *most) - weights[at];
            }
            move_weight(&mut weights, &mut sums, at, by);
            bound[at] = (2.0 * by.abs()).max(bound[at] / 2.0);
            largest = largest.max(by.abs());
        }
        if largest < 1e-3 {
            break;
        }
    }
    weights
}

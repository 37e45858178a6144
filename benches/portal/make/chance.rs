//! Chance that comes out the same every time, on every machine and with every version of every crate.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

/// `splitmix64`: one addition and a few multiplications a number, and good enough to choose with.
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// From `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = u64::try_from(to - from + 1).unwrap_or(1).max(1);
        from + i64::try_from(self.next() % width).unwrap_or(0)
    }

    /// From 0 to 1, without 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn percent(&mut self, of_a_hundred: u64) -> bool {
        self.next() % 100 < of_a_hundred
    }

    /// One of them, the first ones more often: few organisations have many actions.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small counts"
    )]
    pub fn skewed<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get((self.unit().powf(2.5) * of.len() as f64) as usize)
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(of.len());
        of.get(at)
    }

    /// The value of the weight that was hit.
    pub fn weighed<T: Copy>(&mut self, of: &[(u64, T)], otherwise: T) -> T {
        let mut left = self.next() % of.iter().map(|(weight, _)| weight).sum::<u64>().max(1);
        for (weight, value) in of {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        otherwise
    }

    /// An id as the kernel makes them: the time first.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let time = u128::try_from(at.timestamp_millis()).unwrap_or(0) & 0xffff_ffff_ffff;
        let (a, b) = (u128::from(self.next() & 0xfff), u128::from(self.next() & 0x3fff_ffff_ffff_ffff));
        Uuid::from_u128(time << 80 | 0x7 << 76 | a << 64 | 0x2 << 62 | b)
    }

    pub fn moment(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = (to - from).num_seconds().max(0);
        from + TimeDelta::seconds(self.between(0, seconds))
    }

    pub fn day(&mut self, from: NaiveDate, days: i64) -> NaiveDate {
        from + TimeDelta::days(self.between(0, days))
    }
}

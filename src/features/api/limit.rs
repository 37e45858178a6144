//! How often a token may ask, and how often an address may send tokens that are none: a window of a minute each, in this server's
//! memory. It is asked before the database is.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::kernel::memory::Memory;

/// The length of a window, in seconds.
pub const WINDOW: i64 = 60;
/// Tokens that are kept in mind; whoever sends others than there are does not fill the memory.
const MOST: usize = 20_000;

/// Tokens that open nothing, of one address in a window: beyond these, tokens that have opened something lately are let through alone.
const WRONG: u32 = 60;

/// What is left of a token's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the window ends.
    pub reset: i64,
    /// Whether this request is within it.
    pub allowed: bool,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: i64,
    used: u32,
    /// It has opened something.
    good: bool,
}

impl Window {
    fn new(began: i64) -> Self {
        Self { began, used: 0, good: false }
    }
    /// A clock that was set back begins anew as well.
    fn is_over(&self, now: i64) -> bool {
        !(0..WINDOW).contains(&(now - self.began))
    }
}

#[derive(Default)]
struct Windows(Mutex<HashMap<Vec<u8>, Window>>);

/// Counts a request of the token with this hash.
pub fn take(memory: &Memory, hash: Vec<u8>, limit: u32, now: i64) -> Allowance {
    let windows = memory.of::<Windows>();
    let mut all = windows.0.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MOST {
        all.retain(|_, window| now - window.began < WINDOW);
        // what is made up is sent once each: a flood of it must not give who sends it another window
        if all.len() >= MOST {
            all.retain(|_, window| window.used > 1);
        }
        if all.len() >= MOST {
            all.clear();
        }
    }
    let window = all.entry(hash).or_insert_with(|| Window::new(now));
    if window.is_over(now) {
        *window = Window { good: window.good, ..Window::new(now) };
    }
    let allowed = window.used < limit;
    if allowed {
        window.used += 1;
    }
    Allowance { limit, remaining: limit - window.used.min(limit), reset: WINDOW - (now - window.began), allowed }
}

/// Says that the token with this hash opens something.
pub fn opened(memory: &Memory, hash: &[u8]) {
    let windows = memory.of::<Windows>();
    let mut all = windows.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(window) = all.get_mut(hash) {
        window.good = true;
    }
}

fn is_good(memory: &Memory, hash: &[u8]) -> bool {
    let windows = memory.of::<Windows>();
    let all = windows.0.lock().unwrap_or_else(PoisonError::into_inner);
    all.get(hash).is_some_and(|window| window.good)
}

/// Whoever has one address of the sixth version has as many as they like of the same network.
fn network(address: Option<IpAddr>) -> Option<IpAddr> {
    address.map(|address| match address {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        four => four,
    })
}

#[derive(Default)]
struct Refused(Mutex<HashMap<Option<IpAddr>, Window>>);

/// Notes that an address has sent a token that opens nothing.
pub fn refused(memory: &Memory, from: Option<IpAddr>, now: i64) {
    let refused = memory.of::<Refused>();
    let mut all = refused.0.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MOST {
        all.retain(|_, window| !window.is_over(now));
        if all.len() >= MOST {
            all.clear();
        }
    }
    let window = all.entry(network(from)).or_insert_with(|| Window::new(now));
    if window.is_over(now) {
        *window = Window::new(now);
    }
    window.used = window.used.saturating_add(1);
}

/// How many seconds an address has to wait before another token of it is looked for; none of it is kept from one that has opened
/// something lately. `hash`: of the token, where it has the form of one.
pub fn to_wait(memory: &Memory, from: Option<IpAddr>, hash: Option<&[u8]>, now: i64) -> Option<i64> {
    let refused = memory.of::<Refused>();
    let window = refused.0.lock().unwrap_or_else(PoisonError::into_inner).get(&network(from)).copied();
    let window = window.filter(|window| !window.is_over(now) && window.used >= WRONG)?;
    let good = hash.is_some_and(|hash| is_good(memory, hash));
    (!good).then_some(WINDOW - (now - window.began))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_are_made_up_give_nobody_a_new_window() {
        let memory = Memory::default();
        let ask = |token: Vec<u8>| take(&memory, token, 2, 100);
        assert!(ask(vec![1]).allowed && ask(vec![1]).allowed);
        for made_up in 0..=MOST {
            ask(made_up.to_be_bytes().to_vec());
        }
        assert!(!ask(vec![1]).allowed);
    }

    #[test]
    fn an_address_that_guesses_waits_and_a_token_that_is_known_does_not() {
        let memory = Memory::default();
        let from = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        take(&memory, vec![1], 600, 100);
        opened(&memory, &[1]);
        for _ in 0..WRONG {
            assert_eq!(to_wait(&memory, from("2001:db8::1"), Some(&[2]), 110), None);
            refused(&memory, from("2001:db8::1"), 110);
        }
        assert_eq!(to_wait(&memory, from("2001:db8::2"), Some(&[2]), 120), Some(50), "the same network");
        assert_eq!(to_wait(&memory, from("2001:db8::2"), None, 120), Some(50));
        assert_eq!(to_wait(&memory, from("2001:db8::2"), Some(&[1]), 120), None, "it has opened something");
        assert_eq!(to_wait(&memory, from("192.0.2.1"), Some(&[2]), 120), None, "another address");
        assert_eq!(to_wait(&memory, from("2001:db8::2"), Some(&[2]), 170), None, "a minute later");
    }

    #[test]
    fn a_window_is_used_up_and_begins_anew() {
        let memory = Memory::default();
        let ask = |token: u8, now| take(&memory, vec![token], 2, now);
        assert_eq!(ask(1, 100), Allowance { limit: 2, remaining: 1, reset: 60, allowed: true });
        assert_eq!(ask(1, 110), Allowance { limit: 2, remaining: 0, reset: 50, allowed: true });
        assert_eq!(ask(1, 120), Allowance { limit: 2, remaining: 0, reset: 40, allowed: false });
        assert!(ask(2, 120).allowed);
        assert_eq!(ask(1, 160), Allowance { limit: 2, remaining: 1, reset: 60, allowed: true });
        assert!(ask(1, 0).allowed);
    }
}

//! How often a token may ask: a window of a minute each, in this server's memory. It is asked before the database is.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::kernel::memory::Memory;

/// The length of a window, in seconds.
pub const WINDOW: i64 = 60;
/// Tokens that are kept in mind; whoever sends others than there are does not fill the memory.
const MOST: usize = 20_000;

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
    let window = all.entry(hash).or_insert(Window { began: now, used: 0 });
    // a clock that was set back begins anew as well
    if !(0..WINDOW).contains(&(now - window.began)) {
        *window = Window { began: now, used: 0 };
    }
    let allowed = window.used < limit;
    if allowed {
        window.used += 1;
    }
    Allowance { limit, remaining: limit - window.used.min(limit), reset: WINDOW - (now - window.began), allowed }
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

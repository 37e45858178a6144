//! Organisations, pillars and beneficiaries by numbers, so that a row of money stays small.

use std::collections::HashMap;
use uuid::Uuid;

use crate::features::money::rules::family::NOBODY;

/// Values of a dimension by a number.
#[derive(Debug, Clone, Default)]
pub struct Interned {
    numbers: HashMap<Uuid, u32>,
    all: Vec<Uuid>,
}

impl Interned {
    pub fn number(&self, id: Uuid) -> Option<u32> {
        self.numbers.get(&id).copied()
    }
    pub fn id(&self, number: u32) -> Option<Uuid> {
        self.all.get(usize::try_from(number).ok()?).copied()
    }
    pub fn put(&mut self, id: Uuid) -> u32 {
        if let Some(number) = self.number(id) {
            return number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(NOBODY);
        self.numbers.insert(id, number);
        self.all.push(id);
        number
    }
}

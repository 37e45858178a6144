//! What features keep in the server's memory: one value a type, made when first asked for. Nothing here is a fact of its
//! own: it is made from the database and can be dropped at any time.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl Memory {
    /// The one value of this type.
    pub fn of<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = held.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(one).downcast::<T>().unwrap_or_default()
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_value_is_made_once() {
        let memory = Memory::default();
        memory.of::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(memory.clone().of::<AtomicU32>().load(Ordering::Relaxed), 7);
    }
}

//! Maps made entry by entry.
//!
//! `collect` sorts what it gets, and the compiler makes a sort for every place that collects: some four kilobytes each.

use std::collections::BTreeMap;

/// A map of these entries; of several with one key the last.
pub(crate) fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

//! Sorting, compiled once.
//!
//! The compiler makes a sort of its own for every type that is sorted, some five kilobytes each, and so does `collect` for every map and set.
//! Here the places are sorted, by one function for all types.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A map of these entries; of several with one key the last.
pub(crate) fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// A set of these items.
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

/// Sorts as [`slice::sort`] does: what is equal keeps its order.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts by a key, as [`slice::sort_by_key`] does.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by a comparison, as [`slice::sort_by`] does.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut targets = targets(items.len(), &|a, b| compare(&items[a], &items[b]));
    for at in 0..items.len() {
        // Each exchange brings one item to its place, so that there are fewer of them than items.
        while targets[at] != at {
            let target = targets[at];
            items.swap(at, target);
            targets.swap(at, target);
        }
    }
}

/// Where each of so many items belongs.
fn targets(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| compare(*a, *b));
    let mut targets = vec![0; count];
    for (target, place) in places.into_iter().enumerate() {
        targets[place] = target;
    }
    targets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(pairs: Vec<(u8, u8)>) {
            let (mut ours, mut theirs) = (pairs.clone(), pairs.clone());
            super::sort_by_key(&mut ours, |pair| pair.0 % 16);
            theirs.sort_by_key(|pair| pair.0 % 16);
            prop_assert_eq!(&ours, &theirs);
            super::sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(ours, theirs);
            prop_assert_eq!(super::set(pairs.clone()), pairs.into_iter().collect());
        }
    }
}

//! Entries in the order of the model.

/// The order in which the entries of a mapping are written, where it is another than now. Keys that the model does not know
/// stay behind the known one that they follow.
pub(super) fn sorted<'k>(names: impl Iterator<Item = Option<&'k str>>, keys: &[&str]) -> Option<Vec<usize>> {
    let mut rank = None;
    let mut ranks: Vec<(Option<usize>, usize)> = Vec::new();
    for (index, name) in names.enumerate() {
        let known = name.and_then(|name| keys.iter().position(|key| *key == name));
        rank = known.or(rank);
        ranks.push((rank, index));
    }
    if ranks.is_sorted() {
        return None;
    }
    crate::sorted::sort(&mut ranks);
    Some(ranks.into_iter().map(|(_, index)| index).collect())
}

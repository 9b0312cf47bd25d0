//! Names of findings that stay the same when lines move, by which code scanning knows them again.

use super::entry::Entry;
use std::collections::BTreeMap;

/// A name for each finding, in their order. The same finding in one file twice has two names.
pub fn fingerprints<'o>(entries: &[Entry<'o>]) -> Vec<String> {
    let mut seen: BTreeMap<(&'o str, Option<&'o str>, &'o str), usize> = BTreeMap::new();
    let name = |entry: &Entry<'o>| {
        let nth = seen.entry((entry.path, entry.rule, entry.message)).or_default();
        *nth += 1;
        let text = [
            entry.path,
            entry.rule.unwrap_or_default(),
            entry.message,
            &nth.to_string(),
        ];
        format!("{:016x}", hash(&text.join("\0")))
    };
    entries.iter().map(name).collect()
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>): the same with every release of Rust, which the standard library's is not.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_that_of_its_authors() {
        assert_eq!(super::hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(super::hash("foobar"), 0x8594_4171_f739_67e8);
    }
}

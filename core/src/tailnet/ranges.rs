//! Sets of numbers as sorted, disjoint intervals: the ground that address and port sets stand on.

/// A set of numbers, kept as sorted inclusive intervals with a gap between any two.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Ranges(Vec<(u128, u128)>);

impl Ranges {
    /// The empty set.
    pub fn new() -> Ranges {
        Ranges::default()
    }

    /// The numbers from `low` to `high`, both included; empty where `low > high`.
    pub fn from_range(low: u128, high: u128) -> Ranges {
        if low > high {
            return Ranges::new();
        }
        Ranges(vec![(low, high)])
    }

    /// The union of intervals in any order; those with `low > high` are left out.
    pub fn from_intervals(mut intervals: Vec<(u128, u128)>) -> Ranges {
        intervals.retain(|(low, high)| low <= high);
        intervals.sort_unstable();
        let mut out: Vec<(u128, u128)> = Vec::with_capacity(intervals.len());
        for (low, high) in intervals {
            match out.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => out.push((low, high)),
            }
        }
        Ranges(out)
    }

    /// The intervals, sorted.
    pub fn intervals(&self) -> &[(u128, u128)] {
        &self.0
    }

    /// True where the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The smallest member.
    pub fn first(&self) -> Option<u128> {
        self.0.first().map(|r| r.0)
    }

    /// True where `n` is a member.
    pub fn contains(&self, n: u128) -> bool {
        self.overlaps_interval(n, n)
    }

    /// True where some number from `low` to `high` is a member.
    pub fn overlaps_interval(&self, low: u128, high: u128) -> bool {
        let at = self.0.partition_point(|r| r.1 < low);
        self.0.get(at).is_some_and(|r| r.0 <= high)
    }

    /// True where the two sets share a member.
    pub fn overlaps(&self, other: &Ranges) -> bool {
        let (few, many) = if self.0.len() <= other.0.len() {
            (self, other)
        } else {
            (other, self)
        };
        few.0.iter().any(|r| many.overlaps_interval(r.0, r.1))
    }

    /// True where every member of `other` is one of this set.
    pub fn contains_all(&self, other: &Ranges) -> bool {
        other.0.iter().all(|r| {
            let at = self.0.partition_point(|mine| mine.1 < r.0);
            self.0.get(at).is_some_and(|mine| mine.0 <= r.0 && r.1 <= mine.1)
        })
    }

    /// The members of either set.
    pub fn union(&self, other: &Ranges) -> Ranges {
        let mut all = Vec::with_capacity(self.0.len() + other.0.len());
        all.extend_from_slice(&self.0);
        all.extend_from_slice(&other.0);
        Ranges::from_intervals(all)
    }

    /// The members of both sets.
    pub fn intersect(&self, other: &Ranges) -> Ranges {
        let (few, many) = if self.0.len() <= other.0.len() {
            (self, other)
        } else {
            (other, self)
        };
        let mut out = Vec::new();
        for (low, high) in &few.0 {
            let mut at = many.0.partition_point(|r| r.1 < *low);
            while let Some(r) = many.0.get(at).filter(|r| r.0 <= *high) {
                out.push((r.0.max(*low), r.1.min(*high)));
                at += 1;
            }
        }
        Ranges(out)
    }

    /// The members of this set that are not in `other`.
    pub fn subtract(&self, other: &Ranges) -> Ranges {
        let mut out = Vec::new();
        for (low, high) in &self.0 {
            let mut from = *low;
            let mut at = other.0.partition_point(|r| r.1 < *low);
            let mut rest = true;
            while let Some(r) = other.0.get(at).filter(|r| r.0 <= *high) {
                if r.0 > from {
                    out.push((from, r.0 - 1));
                }
                if r.1 >= *high {
                    rest = false;
                    break;
                }
                from = r.1 + 1;
                at += 1;
            }
            if rest {
                out.push((from, *high));
            }
        }
        Ranges(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(members: u16) -> Ranges {
        Ranges::from_intervals(
            (0..16)
                .filter(|i| members & (1 << i) != 0)
                .map(|i| (i as u128, i as u128))
                .collect(),
        )
    }

    fn bits(r: &Ranges) -> u16 {
        (0..16)
            .filter(|i| r.contains(*i as u128))
            .fold(0, |acc, i| acc | (1 << i))
    }

    #[test]
    fn operations_agree_with_bit_sets() {
        let samples = [
            0u16, 1, 0x8000, 0xffff, 0x0ff0, 0xaaaa, 0x1234, 0xf00f, 0x7ffe, 0x00ff,
        ];
        for a in samples {
            for b in samples {
                let (x, y) = (set(a), set(b));
                assert_eq!(bits(&x.union(&y)), a | b);
                assert_eq!(bits(&x.intersect(&y)), a & b);
                assert_eq!(bits(&x.subtract(&y)), a & !b);
                assert_eq!(x.overlaps(&y), a & b != 0);
                assert_eq!(x.contains_all(&y), b & !a == 0);
            }
        }
    }

    #[test]
    fn adjacent_intervals_become_one_and_the_ends_of_the_number_line_hold() {
        assert_eq!(Ranges::from_intervals(vec![(3, 4), (1, 2)]).intervals(), [(1, 4)]);
        let all = Ranges::from_range(0, u128::MAX);
        assert_eq!(all.subtract(&Ranges::from_range(0, u128::MAX)), Ranges::new());
        assert_eq!(
            all.subtract(&Ranges::from_range(5, u128::MAX)).intervals(),
            [(0, 4)]
        );
        assert_eq!(Ranges::from_range(2, 1), Ranges::new());
    }
}

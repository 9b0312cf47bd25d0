//! Boxes of flows (sources by destinations by ports) and whether a union of boxes covers another.

use super::ranges::Ranges;

/// How many steps one question may take before it is given up.
pub const MAX_STEPS: usize = 2_000_000;

/// All flows from a source to a destination to a port, of one address family and one protocol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowBox {
    /// Sources.
    pub src: Ranges,
    /// Destinations.
    pub dst: Ranges,
    /// Ports.
    pub ports: Ranges,
}

impl FlowBox {
    /// True where the box holds no flow.
    pub fn is_empty(&self) -> bool {
        self.src.is_empty() || self.dst.is_empty() || self.ports.is_empty()
    }

    /// True where a flow is in both.
    pub fn overlaps(&self, other: &FlowBox) -> bool {
        self.src.overlaps(&other.src) && self.dst.overlaps(&other.dst) && self.ports.overlaps(&other.ports)
    }

    /// Some flow: source, destination, port.
    pub fn first(&self) -> Option<(u128, u128, u128)> {
        Some((self.src.first()?, self.dst.first()?, self.ports.first()?))
    }

    /// The part that is not in `other`, as boxes that do not overlap.
    fn without(&self, other: &FlowBox) -> Vec<FlowBox> {
        let src = self.src.intersect(&other.src);
        let dst = self.dst.intersect(&other.dst);
        let pieces = [
            FlowBox {
                src: self.src.subtract(&other.src),
                dst: self.dst.clone(),
                ports: self.ports.clone(),
            },
            FlowBox {
                src: src.clone(),
                dst: self.dst.subtract(&other.dst),
                ports: self.ports.clone(),
            },
            FlowBox {
                src,
                dst,
                ports: self.ports.subtract(&other.ports),
            },
        ];
        pieces.into_iter().filter(|b| !b.is_empty()).collect()
    }
}

/// What is known about a cover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cover {
    /// Every flow is covered.
    Whole,
    /// This part is not.
    Missing(FlowBox),
    /// Not decided within [`MAX_STEPS`].
    TooMuchWork,
}

/// Whether the union of `parts` holds every flow of `whole`.
pub fn cover(whole: FlowBox, parts: &[FlowBox]) -> Cover {
    let mut open = vec![(whole, 0)];
    let mut steps = 0;
    while let Some((rest, from)) = open.pop() {
        if rest.is_empty() {
            continue;
        }
        let next = parts.iter().enumerate().skip(from).find(|(_, part)| {
            steps += 1;
            part.overlaps(&rest)
        });
        let Some((at, part)) = next else {
            return Cover::Missing(rest);
        };
        if steps > MAX_STEPS {
            return Cover::TooMuchWork;
        }
        open.extend(rest.without(part).into_iter().map(|piece| (piece, at + 1)));
    }
    Cover::Whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(src: (u128, u128), dst: (u128, u128), ports: (u128, u128)) -> FlowBox {
        FlowBox {
            src: Ranges::from_range(src.0, src.1),
            dst: Ranges::from_range(dst.0, dst.1),
            ports: Ranges::from_range(ports.0, ports.1),
        }
    }

    #[test]
    fn a_cover_is_whole_only_where_every_flow_is_in_a_part() {
        let whole = flows((0, 3), (0, 3), (0, 3));
        let halves = [flows((0, 1), (0, 9), (0, 9)), flows((2, 9), (0, 9), (0, 9))];
        assert_eq!(cover(whole.clone(), &halves), Cover::Whole);
        let holed = [
            flows((0, 1), (0, 9), (0, 9)),
            flows((2, 9), (0, 2), (0, 9)),
            flows((2, 9), (3, 3), (0, 1)),
            flows((2, 2), (3, 3), (2, 3)),
        ];
        let missing = Cover::Missing(flows((3, 3), (3, 3), (2, 3)));
        assert_eq!(cover(whole.clone(), &holed), missing);
        assert_eq!(cover(whole.clone(), &[]), Cover::Missing(whole));
        assert_eq!(cover(flows((1, 0), (0, 1), (0, 1)), &[]), Cover::Whole);
    }
}

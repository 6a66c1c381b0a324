//! Lines beside others: how far left of their line and above it they are at distances along it.

use super::read::Reading;
use crate::attributes::Attributes;

/// Left and up, from a distance on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aside {
    pub(super) from: f64,
    pub(super) by: [f64; 2],
}

/// Left and up at a distance: straight between two that are given, and level beyond the first and the last.
pub(super) fn aside(asides: &[Aside], s: f64) -> [f64; 2] {
    let next = asides.partition_point(|a| a.from <= s);
    match (next.checked_sub(1).and_then(|k| asides.get(k)), asides.get(next)) {
        (Some(a), Some(b)) => {
            let share = (s - a.from) / (b.from - a.from);
            [0, 1].map(|k| a.by[k] + (b.by[k] - a.by[k]) * share)
        }
        (Some(one), None) | (None, Some(one)) => one.by,
        (None, None) => [0.0; 2],
    }
}

impl Reading<'_> {
    /// The offsets of an `IfcOffsetCurveByDistances`.
    pub(super) fn asides(&self, curve: &Attributes<'_>) -> Option<Vec<Aside>> {
        let one = |id: u32| {
            let a = self.step.instance(id, &["IFCPOINTBYDISTANCEEXPRESSION", "IFCDISTANCEEXPRESSION"])?;
            let offset = |slot: usize| Some(self.optional_length(&a, slot)?.unwrap_or(0.0));
            // Along the line nothing is beside it.
            (offset(3)? == 0.0)
                .then_some(Aside { from: self.measure(a.raw(0))?, by: [offset(1)?, offset(2)?] })
        };
        let asides: Vec<Aside> = curve.references(1).into_iter().map(one).collect::<Option<_>>()?;
        let ordered = asides.windows(2).all(|w| w[0].from < w[1].from);
        (ordered && !asides.is_empty()).then_some(asides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_straight_between_those_that_are_given() {
        let asides = [Aside { from: 10.0, by: [1.0, 0.0] }, Aside { from: 20.0, by: [3.0, -1.0] }];
        for (s, by) in [(0.0, [1.0, 0.0]), (15.0, [2.0, -0.5]), (20.0, [3.0, -1.0]), (99.0, [3.0, -1.0])] {
            assert_eq!(aside(&asides, s), by);
        }
    }
}

//! Sites, buildings, storeys and spaces of re-made GlobalIds.

use crate::identify::Method;
use crate::matching::{Matching, Side};

fn is_spatial(side: &Side<'_>, rank: u32) -> bool {
    let class = &side.element(rank).class;
    class.is_a("IfcSpatialStructureElement") || class.is_a("IfcSpatialElement")
}

/// Pairs spatial elements by class and name, storeys by elevation, and what is the only one of its class.
pub(crate) fn pair_spatial(m: &mut Matching<'_>) {
    m.pair_by_key(
        Method::Name,
        true,
        |side, i| {
            let name = side.element(i).name.as_deref().filter(|n| !n.is_empty())?;
            is_spatial(side, i).then_some((side.class[i as usize], name))
        },
        |_, _, _| true,
    );
    m.pair_by_key(
        Method::Structure,
        true,
        |side, i| Some((side.class[i as usize], *side.elevation.get(&i)?)),
        |_, _, _| true,
    );
    m.pair_by_key(
        Method::Structure,
        true,
        |side, i| is_spatial(side, i).then_some(side.class[i as usize]),
        |_, _, _| true,
    );
}

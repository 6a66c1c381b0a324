//! What belongs together and is left out.

use crate::Exclusion;
use groma_model::{Class, ElementId, Model};
use rustc_hash::FxHashMap;

/// Spatial elements by the names of IFC2x3 and IFC4.
const SPATIAL: [&str; 2] = ["IfcSpatialElement", "IfcSpatialStructureElement"];
/// What has a place but no physical body.
const REFERENCE: [&str; 8] = [
    "IfcGrid",
    "IfcAnnotation",
    "IfcPort",
    "IfcPositioningElement",
    "IfcLinearPositioningElement",
    "IfcAlignment",
    "IfcStructuralItem",
    "IfcStructuralActivity",
];

/// How many wholes of wholes are asked for a joint.
const NESTED: usize = 16;

fn is_any(class: &Class, names: &[&str]) -> bool {
    names.iter().any(|name| class.is_a(name))
}

/// Why an element takes no part in any pair.
///
/// With exclusions: feature elements, spaces and other spatial elements, virtual elements, and what has no
/// physical body. Without: only what is void or spatial by its nature, that is openings and other
/// `IfcFeatureElementSubtraction`s, and spatial elements; everything else that has a mesh is tested.
pub fn element(class: &Class, exclusions: bool) -> Option<Exclusion> {
    if is_any(class, &SPATIAL) {
        return Some(Exclusion::Space);
    }
    if class.is_a(if exclusions { "IfcFeatureElement" } else { "IfcFeatureElementSubtraction" }) {
        return Some(Exclusion::Feature);
    }
    if exclusions && class.is_a("IfcVirtualElement") {
        return Some(Exclusion::Virtual);
    }
    (exclusions && is_any(class, &REFERENCE)).then_some(Exclusion::Reference)
}

/// The pairs of one model that belong together.
pub(crate) struct Together<'a> {
    model: &'a Model,
    wholes: FxHashMap<ElementId, ElementId>,
    /// Sorted by the pair, the lesser element first; the first reason of a pair counts.
    joined: Vec<(ElementId, ElementId, Exclusion)>,
}

/// The values of the first column of a sorted list that stand beside a key.
fn beside(list: &[(ElementId, ElementId)], key: ElementId) -> impl Iterator<Item = ElementId> {
    let start = list.partition_point(|x| x.0 < key);
    list[start..].iter().take_while(move |x| x.0 == key).map(|x| x.1)
}

impl<'a> Together<'a> {
    /// Reads the relations of a model.
    pub(crate) fn new(model: &'a Model) -> Self {
        let relations = &model.relations;
        let sorted = |list: &[(ElementId, ElementId)]| {
            let mut list = list.to_vec();
            list.sort_unstable();
            list
        };
        let mut joined = Vec::new();
        let mut join = |a: ElementId, b: ElementId, why| joined.push((a.min(b), a.max(b), why));
        let fills = sorted(&relations.fills);
        for &(host, opening) in &relations.voids {
            beside(&fills, opening).for_each(|filling| join(host, filling, Exclusion::Filling));
        }
        relations.connects.iter().for_each(|&(a, b)| join(a, b, Exclusion::Connected));
        let ports = sorted(&relations.ports);
        for &(p, q) in &relations.port_connections {
            for a in beside(&ports, p) {
                beside(&ports, q).for_each(|b| join(a, b, Exclusion::Ports));
            }
        }
        joined.sort_unstable();
        joined.dedup_by_key(|x| (x.0, x.1));
        let mut wholes = FxHashMap::default();
        for (whole, part) in sorted(&relations.aggregates) {
            wholes.entry(part).or_insert(whole);
        }
        Self { model, wholes, joined }
    }

    /// The whole of a part, unless it is a place.
    fn whole(&self, part: ElementId) -> Option<ElementId> {
        let whole = *self.wholes.get(&part)?;
        let known = self.model.elements.get(whole.index())?;
        (!is_any(&known.class, &SPATIAL)).then_some(whole)
    }

    /// True when `whole` is above `part`, at any level.
    fn is_above(&self, whole: ElementId, part: ElementId) -> bool {
        let mut at = part;
        // A chain longer than the model is a cycle.
        for _ in 0..self.model.elements.len() {
            match self.whole(at) {
                Some(above) if above == whole => return true,
                Some(above) => at = above,
                None => return false,
            }
        }
        false
    }

    /// An element and the wholes above it, as far as assemblies are nested in earnest.
    fn upward(&self, element: ElementId) -> impl Iterator<Item = ElementId> {
        std::iter::successors(Some(element), |&at| self.whole(at)).take(NESTED)
    }

    /// Why two elements are joined themselves.
    fn joint(&self, a: ElementId, b: ElementId) -> Option<Exclusion> {
        let key = (a.min(b), a.max(b));
        let at = self.joined.partition_point(|x| (x.0, x.1) < key);
        self.joined.get(at).filter(|x| (x.0, x.1) == key).map(|x| x.2)
    }

    /// Why a pair of the model is left out. A filling and its host belong together with all their parts.
    pub(crate) fn pair(&self, a: ElementId, b: ElementId) -> Option<Exclusion> {
        if let Some(found) = self.joint(a, b) {
            return Some(found);
        }
        let siblings = self.whole(a).is_some_and(|whole| self.whole(b) == Some(whole));
        if siblings || self.is_above(a, b) || self.is_above(b, a) {
            return Some(Exclusion::Assembly);
        }
        let fills = |x, y| self.joint(x, y) == Some(Exclusion::Filling);
        self.upward(a).any(|x| self.upward(b).any(|y| fills(x, y))).then_some(Exclusion::Filling)
    }
}

//! Properties and quantities that changed.

use crate::identify::Pair;
use crate::{LENGTH_NOISE, RELATIVE_NOISE, Revision};
use groma_model::{ElementId, Model, PropertySet, Value};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// A property or quantity that changed, came or went, as it holds for the element: the occurrence's, else the
/// type's.
#[derive(Clone, PartialEq, Debug)]
pub struct PropertyChange {
    /// The name of its set.
    pub set: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// True in an `IfcElementQuantity`.
    pub quantity: bool,
    /// The unit of its numbers.
    pub unit: Option<Arc<str>>,
    /// What it was; `None` where it had no value.
    pub old: Option<Value>,
    /// What it is; `None` where it has none any more.
    pub new: Option<Value>,
}

/// Which sets of the old model equal which of the new one, for those that pairs hold at the same place of
/// their lists.
pub(crate) struct EqualSets(FxHashMap<(u32, u32), bool>);

impl EqualSets {
    pub(crate) fn of(old: &Model, new: &Model, pairs: &[Pair]) -> Self {
        let mut together: Vec<(u32, u32)> = pairs
            .iter()
            .flat_map(|p| sets(old, p.old).map(|s| s.0).zip(sets(new, p.new).map(|s| s.0)))
            .collect();
        together.sort_unstable();
        together.dedup();
        let equal = |&(o, n): &(u32, u32)| {
            let (a, b) = (&old.property_sets[o as usize], &new.property_sets[n as usize]);
            let equal = a.name == b.name && a.quantities == b.quantities && a.properties == b.properties;
            ((o, n), equal)
        };
        Self(together.par_iter().map(equal).collect::<Vec<_>>().into_iter().collect())
    }
}

/// The sets of an element, those of its type behind its own.
fn sets(model: &Model, id: ElementId) -> impl Iterator<Item = (u32, &PropertySet)> {
    let element = model.element(id);
    let of_type = element.type_object.map_or(&[][..], |t| &model.types[t as usize].property_sets);
    element.property_sets.iter().chain(of_type).map(|&set| (set, &model.property_sets[set as usize]))
}

/// The properties on which a pair differs, sorted by set and name.
pub(crate) fn property_changes(
    old: &Revision<'_>,
    new: &Revision<'_>,
    pair: &Pair,
    equal: &EqualSets,
) -> Vec<PropertyChange> {
    let of_old: Vec<_> = sets(old.model, pair.old).collect();
    let of_new: Vec<_> = sets(new.model, pair.new).collect();
    let same = |(o, n): (&(u32, &PropertySet), &(u32, &PropertySet))| equal.0.get(&(o.0, n.0)) == Some(&true);
    if of_old.len() == of_new.len() && of_old.iter().zip(&of_new).all(same) {
        return Vec::new();
    }
    let (of_old, of_new) = (effective(&of_old), effective(&of_new));
    let mut names: Vec<_> = of_old.keys().chain(of_new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter_map(|key| {
            let (old, new) = (of_old.get(key), of_new.get(key));
            let (before, after) = (old.map(|h| h.value), new.map(|h| h.value));
            let differs = match (before, after) {
                (Some(a), Some(b)) => !same_value(a, b),
                _ => true,
            };
            let held = new.or(old)?;
            differs.then(|| PropertyChange {
                set: held.set.clone(),
                name: held.name.clone(),
                quantity: held.quantity,
                unit: held.unit.clone(),
                old: before.cloned(),
                new: after.cloned(),
            })
        })
        .collect()
}

struct Held<'a> {
    set: &'a Arc<str>,
    name: &'a Arc<str>,
    quantity: bool,
    unit: &'a Option<Arc<str>>,
    value: &'a Value,
}

/// The values that hold, by set and name: the first of each name.
fn effective<'a>(sets: &[(u32, &'a PropertySet)]) -> BTreeMap<(&'a str, &'a str), Held<'a>> {
    let mut all = BTreeMap::new();
    for (_, set) in sets {
        for property in set.properties.iter() {
            let Some(value) = &property.value else { continue };
            if let Entry::Vacant(place) = all.entry((&*set.name, &*property.name)) {
                place.insert(Held {
                    set: &set.name,
                    name: &property.name,
                    quantity: set.quantities,
                    unit: &property.unit,
                    value,
                });
            }
        }
    }
    all
}

/// True when two values say the same but for the noise of exporters.
pub(crate) fn same_value(a: &Value, b: &Value) -> bool {
    use Value::{Bounded, Integer, List, Real, Table};
    let all = |a: &[Value], b: &[Value]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b));
    let option = |a: &Option<Box<Value>>, b: &Option<Box<Value>>| match (a, b) {
        (Some(a), Some(b)) => same_value(a, b),
        (None, None) => true,
        _ => false,
    };
    match (a, b) {
        (Real { value: x, measure }, Real { value: y, .. }) => same_number(*x, *y, measure.as_deref()),
        (Real { value, measure }, Integer(n)) | (Integer(n), Real { value, measure }) => {
            same_number(*value, *n as f64, measure.as_deref())
        }
        (List(a), List(b)) => all(a, b),
        (Bounded { lower: a, upper: b, set_point: c }, Bounded { lower: x, upper: y, set_point: z }) => {
            option(a, x) && option(b, y) && option(c, z)
        }
        (Table(a), Table(x)) => all(&a.defining, &x.defining) && all(&a.defined, &x.defined),
        _ => a == b,
    }
}

fn same_number(a: f64, b: f64, measure: Option<&str>) -> bool {
    let length = measure.is_some_and(|m| m.ends_with("LengthMeasure"));
    let least = if length { LENGTH_NOISE } else { 1e-9 };
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= least.max(RELATIVE_NOISE * a.abs().max(b.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(value: f64, measure: &str) -> Value {
        Value::Real { value, measure: Some(measure.into()) }
    }

    #[test]
    fn noise_is_no_change() {
        let check = |a: Value, b: Value, expect: bool| assert_eq!(same_value(&a, &b), expect, "{a:?} {b:?}");
        check(real(3.0, "IfcLengthMeasure"), real(3.000_09, "IfcLengthMeasure"), true);
        check(real(3.0, "IfcLengthMeasure"), real(3.000_2, "IfcPositiveLengthMeasure"), false);
        check(real(3.0, "IfcRatioMeasure"), real(3.000_002, "IfcRatioMeasure"), true);
        check(real(3.0, "IfcRatioMeasure"), real(3.000_009, "IfcRatioMeasure"), false);
        check(real(0.0, "IfcRatioMeasure"), real(1e-12, "IfcRatioMeasure"), true);
        check(real(2.0, "IfcCountMeasure"), Value::Integer(2), true);
        check(Value::Text("F30".into()), Value::Text("F60".into()), false);
        check(Value::List(vec![real(1.0, "x")]), Value::List(vec![real(1.0 + 1e-9, "x")]), true);
        check(Value::Logical(None), Value::Logical(Some(false)), false);
    }
}

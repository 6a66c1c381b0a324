//! What differs between two values of one kind, as properties with dotted names, and the way back.

use groma_model::{Property, PropertySet, Value};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Number, Value as Json};

/// The properties that turn `plain` into `whole`.
pub(super) fn difference<T: Serialize>(plain: &T, whole: &T) -> Vec<Property> {
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    let mut found = Vec::new();
    compare("", &json(plain), &json(whole), &mut found);
    found
}

fn compare(path: &str, plain: &Json, whole: &Json, found: &mut Vec<Property>) {
    if plain == whole {
        return;
    }
    if let Json::Object(map) = whole
        && matches!(plain, Json::Object(_) | Json::Null)
        && !map.is_empty()
    {
        for (key, value) in map {
            let before = plain.get(key).unwrap_or(&Json::Null);
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            compare(&path, before, value, found);
        }
        return;
    }
    let mut property = Property::new(path);
    property.value = match whole {
        Json::Null => None,
        Json::Bool(is) => Some(Value::Logical(Some(*is))),
        Json::Number(number) => Some(match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Real { value: number.as_f64().unwrap_or_default(), measure: None },
        }),
        Json::String(text) => Some(Value::Text(text.as_str().into())),
        Json::Array(_) | Json::Object(_) => Some(Value::Text(whole.to_string().into())),
    };
    found.push(property);
}

/// The value that properties make of a plain one; `None` where they do not fit it.
pub(super) fn overlaid<T: Serialize + DeserializeOwned>(plain: &T, set: &PropertySet) -> Option<T> {
    let mut json = serde_json::to_value(plain).ok()?;
    for property in set.properties.iter() {
        put(&mut json, &property.name, property.value.as_ref())?;
    }
    serde_json::from_value(json).ok()
}

fn put(json: &mut Json, path: &str, value: Option<&Value>) -> Option<()> {
    let mut place = json;
    for key in path.split('.') {
        if place.is_null() {
            *place = Json::Object(Map::new());
        }
        place = place.as_object_mut()?.entry(key).or_insert(Json::Null);
    }
    *place = match value {
        None => Json::Null,
        Some(Value::Logical(is)) => Json::Bool((*is)?),
        // A number of a list or of an amount may be whole.
        Some(Value::Integer(integer)) => match place {
            Json::Number(before) if before.is_f64() => Json::Number(Number::from_f64(*integer as f64)?),
            _ => Json::Number((*integer).into()),
        },
        Some(Value::Real { value, .. }) => Json::Number(Number::from_f64(*value)?),
        Some(Value::Text(text)) => match place {
            Json::Array(_) => serde_json::from_str(text).ok()?,
            _ => Json::String(text.to_string()),
        },
        Some(_) => return None,
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Baseline, Constraint, ConstraintKind, PercentKind};
    use crate::schedule::ProjectIndex;
    use crate::time::Time;

    #[test]
    fn a_difference_leads_back() {
        let plain = Activity::new("1", "Dig", ProjectIndex::new(0), 480);
        let mut whole = plain.clone();
        let at = Time::parse("2026-05-04T07:00");
        whole.constraint = Some(Constraint { kind: ConstraintKind::StartNoEarlierThan, date: at });
        whole.constraint2 = Some(Constraint { kind: ConstraintKind::AsLateAsPossible, date: None });
        (whole.percent_kind, whole.percent, whole.fixed_cost) = (PercentKind::Physical, 12.5, 3.0);
        (whole.manual, whole.active, whole.remaining) = (true, false, 0);
        whole.baselines.push(Baseline { number: 3, start: at, cost: Some(0.1), ..Baseline::default() });
        whole.codes.push(("Floor".into(), "[2]".into()));
        whole.fields.push(("WBS".into(), "1.2 \"x\"".into()));
        whole.notes = Some("line\nline".into());
        whole.stored.total_float = Some(-60);
        let mut set = PropertySet::new("Groma_Task");
        set.properties = difference(&plain, &whole).into();
        assert!(set.properties.iter().any(|p| &*p.name == "constraint.kind"));
        assert_eq!(overlaid(&plain, &set), Some(whole.clone()));
        // The other way round.
        set.properties = difference(&whole, &plain).into();
        assert_eq!(overlaid(&whole, &set), Some(plain.clone()));
        assert!(difference(&plain, &plain).is_empty());
        set.properties = [Property::new("duration.of.what")].into();
        assert_eq!(overlaid(&plain, &set), None::<Activity>);
    }
}

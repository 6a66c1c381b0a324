//! Lists of properties and of attributes that occur many times in a file, kept once.

use groma_model::{Property, Value};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::mem::discriminant;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps each distinct list once; shared by the threads of one reading.
pub(crate) struct Lists<T> {
    shards: [Mutex<FxHashSet<List<T>>>; 32],
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { shards: Default::default() }
    }
}

impl<T: Same> Lists<T> {
    /// The shared copy of a list.
    pub(crate) fn get(&self, list: Vec<T>) -> Arc<[T]> {
        let mut hasher = FxHasher::default();
        list.iter().for_each(|item| item.mark(&mut hasher));
        let shard = &self.shards[(hasher.finish() >> 32) as usize % self.shards.len()];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let new = List(list.into());
        if let Some(known) = shard.get(&new) {
            return known.0.clone();
        }
        shard.insert(List(new.0.clone()));
        new.0
    }
}

struct List<T>(Arc<[T]>);

impl<T: Same> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

impl<T: Same> Eq for List<T> {}

impl<T: Same> Hash for List<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.mark(state);
    }
}

/// What may stand for another: equal to the last bit, the sign of zero as well.
pub(crate) trait Same {
    fn same(&self, other: &Self) -> bool;
    /// Hashes what is the same alike.
    fn mark<H: Hasher>(&self, state: &mut H);
}

impl<T: Same> Same for [T] {
    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same(b))
    }

    fn mark<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|item| item.mark(state));
    }
}

impl<T: Same> Same for Option<T> {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same(b),
            (None, None) => true,
            _ => false,
        }
    }

    fn mark<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|value| value.mark(state));
    }
}

impl<T: Same> Same for Box<T> {
    fn same(&self, other: &Self) -> bool {
        (**self).same(other)
    }

    fn mark<H: Hasher>(&self, state: &mut H) {
        (**self).mark(state);
    }
}

impl Same for Value {
    fn same(&self, other: &Self) -> bool {
        use Value::{Bounded, List, Real, Table};
        match (self, other) {
            (Real { value: x, measure: a }, Real { value: y, measure: b }) => {
                x.to_bits() == y.to_bits() && a == b
            }
            (List(a), List(b)) => a[..].same(b),
            (Bounded { lower: a, upper: b, set_point: c }, Bounded { lower: x, upper: y, set_point: z }) => {
                a.same(x) && b.same(y) && c.same(z)
            }
            (Table(a), Table(x)) => a.defining[..].same(&x.defining) && a.defined[..].same(&x.defined),
            _ => self == other,
        }
    }

    fn mark<H: Hasher>(&self, state: &mut H) {
        discriminant(self).hash(state);
        match self {
            Self::Text(text) => text.hash(state),
            Self::Real { value, measure } => (value.to_bits(), measure).hash(state),
            Self::Integer(number) => number.hash(state),
            Self::Logical(logical) => logical.hash(state),
            Self::List(list) => list[..].mark(state),
            Self::Bounded { lower, upper, set_point } => {
                [lower, upper, set_point].iter().for_each(|bound| bound.mark(state));
            }
            Self::Table(table) => {
                table.defining[..].mark(state);
                table.defined[..].mark(state);
            }
            Self::Reference(to) => (&to.class, &to.name).hash(state),
        }
    }
}

impl Same for Property {
    fn same(&self, other: &Self) -> bool {
        let (Self { name, value, unit }, Self { name: n, value: v, unit: u }) = (self, other);
        name == n && unit == u && value.same(v)
    }

    fn mark<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.unit).hash(state);
        self.value.mark(state);
    }
}

impl Same for (Arc<str>, Value) {
    fn same(&self, other: &Self) -> bool {
        self.0 == other.0 && self.1.same(&other.1)
    }

    fn mark<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        self.1.mark(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groma_model::TableValue;

    fn check(a: Value, b: Value, shared: bool) {
        let lists = Lists::default();
        let list = |value: &Value| {
            lists.get(vec![Property { value: Some(value.clone()), ..Property::new("Width") }])
        };
        let (first, second) = (list(&a), list(&b));
        assert_eq!(Arc::ptr_eq(&first, &second), shared, "{a:?} {b:?}");
        // Whatever is shared, each has what it gave.
        assert_eq!(format!("{:?}", second[0].value), format!("{:?}", Some(b)));
    }

    #[test]
    fn what_is_the_same_to_the_last_bit_is_kept_once() {
        let real = |value: f64| Value::Real { value, measure: None };
        let bounded =
            |at: f64| Value::Bounded { lower: Some(Box::new(real(at))), upper: None, set_point: None };
        check(Value::Text("a".into()), Value::Text("a".into()), true);
        check(Value::Text("a".into()), Value::Text("b".into()), false);
        check(real(0.1), real(0.1), true);
        check(real(f64::NAN), real(f64::NAN), true);
        check(real(0.0), real(-0.0), false);
        check(real(1.0), Value::Integer(1), false);
        check(real(1.0), Value::Real { value: 1.0, measure: Some("IfcLengthMeasure".into()) }, false);
        check(Value::List(vec![real(0.0)]), Value::List(vec![real(-0.0)]), false);
        check(Value::List(vec![real(0.0)]), Value::List(vec![real(0.0)]), true);
        check(bounded(0.0), bounded(-0.0), false);
        check(bounded(2.0), bounded(2.0), true);
        let table = |defined: f64| {
            Value::Table(Box::new(TableValue { defining: vec![real(1.0)], defined: vec![real(defined)] }))
        };
        check(table(0.0), table(-0.0), false);
        check(table(0.5), table(0.5), true);
    }
}

//! Whether a value passes a comparison.

use crate::literal::Literal;
use crate::selector::{Comparison, Test};
use groma_model::Value;
use std::cmp::Ordering;

/// A value as comparisons see it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View<'a> {
    Null,
    Text(&'a str),
    Number(f64),
    Logical(bool),
    /// Any of the items may pass.
    List(&'a [Value]),
    /// Something that is there, and equals nothing that can be written.
    Opaque,
}

impl<'a> From<&'a Value> for View<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Real { value, .. } => Self::Number(*value),
            Value::Integer(n) => Self::Number(*n as f64),
            Value::Logical(Some(b)) => Self::Logical(*b),
            Value::Logical(None) => Self::Text("UNKNOWN"),
            Value::List(items) => Self::List(items),
            Value::Bounded { .. } | Value::Table(_) | Value::Reference(_) => Self::Opaque,
        }
    }
}

impl<'a> From<Option<&'a Value>> for View<'a> {
    fn from(value: Option<&'a Value>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl<'a> From<Option<&'a str>> for View<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl Test {
    /// True where the value passes: for `!=` and `!*=` where it, and each of its items, does not compare.
    pub(crate) fn passes(&self, value: View<'_>) -> bool {
        self.compares(value) != self.not
    }

    /// The comparison without the `!`.
    pub(crate) fn compares(&self, value: View<'_>) -> bool {
        match (&self.with, value) {
            (_, View::List(items)) => items.iter().any(|item| self.compares(item.into())),
            (Literal::Null, value) => matches!(value, View::Null),
            (Literal::Logical(b), View::Logical(a)) => a == *b,
            (Literal::Pattern(pattern), View::Text(text)) => pattern.matches(text),
            (Literal::Text(with), View::Text(text)) => texts(self.by, text, with),
            (Literal::Text(with), View::Number(number)) => {
                parse(with).is_some_and(|with| numbers(self.by, number, with))
            }
            // Like a number, 1 is true.
            (Literal::Text(with), View::Logical(b)) => {
                parse(with).is_some_and(|with| numbers(self.by, f64::from(u8::from(b)), with))
            }
            _ => false,
        }
    }

    /// The comparison for one of several names of a thing, any of which may compare; without the `!`.
    pub(crate) fn compares_any<'a>(&self, names: impl IntoIterator<Item = Option<&'a str>>) -> bool {
        names.into_iter().flatten().any(|name| self.compares(View::Text(name)))
    }

    pub(crate) fn is_null(&self) -> bool {
        self.with == Literal::Null
    }
}

fn parse(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Numbers as numbers, also where both are written as text; other texts by their characters.
fn texts(by: Comparison, text: &str, with: &str) -> bool {
    match by {
        Comparison::Equal => text == with,
        Comparison::Contains => text.contains(with),
        _ => match (parse(text), parse(with)) {
            (Some(a), Some(b)) => numbers(by, a, b),
            _ => ordered(by, text.cmp(with)),
        },
    }
}

/// Numbers within a billionth of each other are equal: what was converted to metres is not exact.
fn numbers(by: Comparison, a: f64, b: f64) -> bool {
    let near = (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let order = match near {
        true => Some(Ordering::Equal),
        false => a.partial_cmp(&b),
    };
    order.is_some_and(|order| ordered(by, order))
}

fn ordered(by: Comparison, order: Ordering) -> bool {
    match by {
        Comparison::Equal | Comparison::Contains => order.is_eq(),
        Comparison::More => order.is_gt(),
        Comparison::MoreOrEqual => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Selector;
    use crate::selector::Facet;

    fn check(value: Value, passes: &[&str], fails: &[&str]) {
        for (list, expect) in [(passes, true), (fails, false)] {
            for text in list {
                let selector = Selector::parse(&format!("Name{text}")).unwrap();
                let Facet::Attribute { test, .. } = &selector.lists[0][0] else { unreachable!() };
                assert_eq!(test.passes((&value).into()), expect, "{value:?} {text}");
            }
        }
    }

    #[test]
    fn texts_compare_as_texts_and_as_numbers() {
        check(
            Value::Text("D01".into()),
            &["=D01", "!=D02", "*=0", "!*=x", "=/D/", "*=/D[0-9]/", ">D00", "<=D01", "!=NULL", "!=TRUE"],
            &["=d01", "!=D01", "=/01/", "=NULL", ">D01", "=TRUE"],
        );
        check(Value::Text("120".into()), &[">60", "=120", "<1000.5"], &["=120.0", "<60"]);
    }

    #[test]
    fn numbers_convert_what_is_written() {
        let real = |value| Value::Real { value, measure: None };
        check(
            real(0.1 + 0.2),
            &["=0.3", ">=.3", "<=0.3", "*=0.3", "!=0.31", "<1e3"],
            &["<0.3", "=x", "=NULL"],
        );
        check(Value::Integer(3), &["=3", "=3.0", ">2.5", "!=x"], &["=TRUE", "=/3/", ">x"]);
        check(Value::Logical(Some(true)), &["=TRUE", "=1", "!=FALSE"], &["=FALSE", "=\"TRUE\"", "=x"]);
        check(Value::Logical(None), &["=UNKNOWN", "!=TRUE", "!=FALSE", "!=NULL"], &["=TRUE", "=NULL"]);
    }

    #[test]
    fn any_item_of_a_list_may_compare_and_none_must_for_not() {
        let list = Value::List(vec![Value::Text("A".into()), Value::Integer(7)]);
        check(list, &["=A", ">6", "!=B", "!=NULL"], &["=B", "!=A", "!=7", "=NULL"]);
        check(Value::List(vec![]), &["!=A"], &["=A"]);
    }
}

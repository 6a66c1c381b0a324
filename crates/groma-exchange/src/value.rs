//! Values of properties, in reports.

use groma_model::Value;
use schemars::JsonSchema;
use serde::Serialize;

/// A value: text, number, boolean, list; or an object for what IFC makes of several.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ValueReport {
    /// Text, identifiers, dates.
    Text(String),
    /// A number in SI units.
    Real(f64),
    /// A whole number.
    Integer(i64),
    /// True, false, or null for an `IfcLogical` that is unknown.
    Logical(Option<bool>),
    /// Several values.
    List(Vec<ValueReport>),
    /// A bounded value.
    Bounded {
        /// The lower bound.
        lower: Option<Box<ValueReport>>,
        /// The upper bound.
        upper: Option<Box<ValueReport>>,
        /// The set point.
        set_point: Option<Box<ValueReport>>,
    },
    /// A table: to each defining value the defined value at the same place.
    Table {
        /// The arguments.
        defining: Vec<ValueReport>,
        /// The values.
        defined: Vec<ValueReport>,
    },
    /// Another instance.
    Reference {
        /// Its class.
        class: String,
        /// Its name.
        name: Option<String>,
    },
}

impl From<&Value> for ValueReport {
    fn from(value: &Value) -> Self {
        let all = |list: &[Value]| list.iter().map(Self::from).collect();
        let bound = |b: &Option<Box<Value>>| b.as_deref().map(|v| Box::new(Self::from(v)));
        match value {
            Value::Text(text) => Self::Text(text.to_string()),
            Value::Real { value, .. } => Self::Real(*value),
            Value::Integer(n) => Self::Integer(*n),
            Value::Logical(logical) => Self::Logical(*logical),
            Value::List(list) => Self::List(all(list)),
            Value::Bounded { lower, upper, set_point } => {
                Self::Bounded { lower: bound(lower), upper: bound(upper), set_point: bound(set_point) }
            }
            Value::Table(table) => {
                Self::Table { defining: all(&table.defining), defined: all(&table.defined) }
            }
            Value::Reference(to) => {
                Self::Reference { class: to.class.to_string(), name: to.name.as_deref().map(str::to_owned) }
            }
        }
    }
}

impl ValueReport {
    /// The value in one line: text as it is, numbers with at most six digits behind the point.
    pub fn to_text(&self) -> String {
        let all = |list: &[Self]| list.iter().map(Self::to_text).collect::<Vec<_>>().join(", ");
        let bound = |b: &Option<Box<Self>>| b.as_ref().map_or("-".to_owned(), |b| b.to_text());
        match self {
            Self::Text(text) => text.clone(),
            // Adding zero makes the two zeros one.
            Self::Real(x) if x.abs() < 1e9 => format!("{}", (x * 1e6).round() / 1e6 + 0.0),
            Self::Real(x) => format!("{x:e}"),
            Self::Integer(n) => n.to_string(),
            Self::Logical(Some(true)) => "true".to_owned(),
            Self::Logical(Some(false)) => "false".to_owned(),
            Self::Logical(None) => "unknown".to_owned(),
            Self::List(list) => all(list),
            Self::Bounded { lower, upper, set_point: None } => {
                format!("{} to {}", bound(lower), bound(upper))
            }
            Self::Bounded { lower, upper, set_point } => {
                format!("{} ({} to {})", bound(set_point), bound(lower), bound(upper))
            }
            Self::Table { defining, defined } => format!("{} -> {}", all(defining), all(defined)),
            Self::Reference { class, name } => match name {
                Some(name) => format!("{class} {name}"),
                None => class.clone(),
            },
        }
    }
}

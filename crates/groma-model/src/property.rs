//! Properties and quantities.

use std::sync::Arc;

/// The value of a property or quantity, in SI units where its measure is a length, area, volume, plane
/// angle or derived from them (m, m², m³, rad); other measures stand as the file has them.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Text, labels, identifiers, dates, enumeration values.
    Text(Arc<str>),
    /// A real number; `measure` is the IFC measure, such as `IfcLengthMeasure`.
    Real {
        /// The number, converted as above.
        value: f64,
        /// The IFC defined type of the value, if the file names one.
        measure: Option<Arc<str>>,
    },
    /// An integer or count.
    Integer(i64),
    /// `IfcBoolean`, or `IfcLogical` with `None` for unknown.
    Logical(Option<bool>),
    /// A list or enumeration of values.
    List(Vec<Value>),
    /// A bounded value: lower bound, upper bound, set point.
    Bounded {
        /// The lower bound.
        lower: Option<Box<Value>>,
        /// The upper bound.
        upper: Option<Box<Value>>,
        /// The set point.
        set_point: Option<Box<Value>>,
    },
    /// A table of values.
    Table(Box<TableValue>),
    /// An instance that an `IfcPropertyReferenceValue` refers to.
    Reference(Box<ReferenceValue>),
}

/// The largest models have millions of values: what is rare among them lies elsewhere.
const _: () = assert!(size_of::<Value>() <= 32);

/// To each defining value the defined value at the same place.
#[derive(Clone, PartialEq, Debug)]
pub struct TableValue {
    /// The arguments.
    pub defining: Vec<Value>,
    /// The values.
    pub defined: Vec<Value>,
}

/// What stands for an instance that is referred to.
#[derive(Clone, PartialEq, Debug)]
pub struct ReferenceValue {
    /// Its class: `IfcMaterial`, `IfcPerson`, `IfcDocumentReference`.
    pub class: Arc<str>,
    /// Its name, or what stands for one.
    pub name: Option<Arc<str>>,
}

impl Value {
    /// A text, if the value is one.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number, if the value is one, real or integer.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Real { value, .. } => Some(*value),
            Self::Integer(n) => Some(*n as f64),
            _ => None,
        }
    }
}

/// A named value within a set; nested (complex) properties are flattened with `.` between the names.
#[derive(Clone, PartialEq, Debug)]
pub struct Property {
    /// `Name`.
    pub name: Arc<str>,
    /// The value; `None` where the file gives none.
    pub value: Option<Value>,
    /// The unit that the number stands in, where it has a measure with a unit: `m`, `m²`, `rad` for what was
    /// converted, otherwise the symbol of the property's own unit or of the file's: `W`, `kPa`, `°C`.
    pub unit: Option<Arc<str>>,
}

impl Property {
    /// A property without a value.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), value: None, unit: None }
    }
}

/// An `IfcPropertySet` or `IfcElementQuantity`, shared by all elements that refer to it, or a set of
/// properties that the schema defines.
#[derive(Clone, Debug)]
pub struct PropertySet {
    /// `Name`, such as `Pset_WallCommon` or `Qto_WallBaseQuantities`; the class where it has none.
    pub name: Arc<str>,
    /// The GlobalId; `None` for what has none, such as the properties of a material.
    pub global_id: Option<Arc<str>>,
    /// True for an `IfcElementQuantity`.
    pub quantities: bool,
    /// The class of a set whose properties the schema defines as attributes, such as
    /// `IfcDoorLiningProperties`.
    pub predefined: Option<Arc<str>>,
    /// The properties in file order; sets that say the same share them.
    pub properties: Arc<[Property]>,
}

impl PropertySet {
    /// A set without properties.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            global_id: None,
            quantities: false,
            predefined: None,
            properties: Arc::default(),
        }
    }
}

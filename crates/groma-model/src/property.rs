//! Properties and quantities.

use std::sync::Arc;

/// The value of a property or quantity, in SI units where its measure is a length, area, volume, plane
/// angle or derived from them (m, m², m³, rad); other measures stand as the file has them.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Text, labels, identifiers, dates.
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
}

/// A named value within a set; nested (complex) properties are flattened with `.` between the names.
#[derive(Clone, PartialEq, Debug)]
pub struct Property {
    /// `Name`.
    pub name: Arc<str>,
    /// The value; `None` where the file gives none.
    pub value: Option<Value>,
}

/// An `IfcPropertySet` or `IfcElementQuantity`, shared by all elements that refer to it.
#[derive(Clone, Debug)]
pub struct PropertySet {
    /// `Name`, such as `Pset_WallCommon` or `Qto_WallBaseQuantities`.
    pub name: Arc<str>,
    /// True for an `IfcElementQuantity`.
    pub quantities: bool,
    /// The properties in file order.
    pub properties: Vec<Property>,
}

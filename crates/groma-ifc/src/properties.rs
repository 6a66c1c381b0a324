//! Property sets and quantity sets.

use crate::attributes::{Attributes, enumeration, list, text, typed};
use crate::reader::Reader;
use crate::scan::Row;
use crate::units::FileUnits;
use groma_model::{Diagnostics, Property, PropertySet, Value};
use ifc_lite_core::StepNumber;
use ifc_lite_core::parser::{parse_ref, read_step_number};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Complex properties may hold complex properties; deeper than this they are a cycle.
const DEEPEST: usize = 16;
/// A set with more values than this was made to use up memory.
const MOST: usize = 100_000;

/// The sets of a file and where each stands among them, by instance name.
pub(crate) struct Sets {
    pub(crate) sets: Vec<PropertySet>,
    pub(crate) by_id: FxHashMap<u32, u32>,
}

/// Reads every set of the file, in file order.
pub(crate) fn read(reader: &Reader<'_>, units: &FileUnits<'_>, said: &mut Diagnostics) -> Sets {
    let rows = reader.rows(&["IFCPROPERTYSET", "IFCELEMENTQUANTITY"]);
    let read = reader.read(&rows, said, |row, a| {
        let quantities = reader.step.scan.keyword(row) == "IFCELEMENTQUANTITY";
        let mut walk = Walk { reader, units, set: row, properties: Vec::new(), dangling: Vec::new() };
        walk.all(&a.references(if quantities { 5 } else { 4 }), "", 0);
        let name = reader.text(a, Some(2)).unwrap_or_else(|| reader.texts.get(""));
        let set = PropertySet { quantities, properties: walk.properties, ..PropertySet::new(name) };
        Some((row, set, walk.dangling))
    });
    let mut sets = Sets { sets: Vec::with_capacity(read.len()), by_id: FxHashMap::default() };
    for (row, set, dangling) in read {
        for to in dangling {
            said.push(reader.dangling(row, to));
        }
        sets.by_id.insert(reader.step.scan.id(row), sets.sets.len() as u32);
        sets.sets.push(set);
    }
    sets
}

struct Walk<'r, 'a, 'u> {
    reader: &'r Reader<'a>,
    units: &'r FileUnits<'u>,
    set: Row,
    properties: Vec<Property>,
    dangling: Vec<u32>,
}

impl Walk<'_, '_, '_> {
    fn all(&mut self, ids: &[u32], prefix: &str, depth: usize) {
        for &id in ids {
            if depth >= DEEPEST || self.properties.len() >= MOST {
                return;
            }
            let Some(row) = self.reader.step.scan.row(id) else {
                self.dangling.push(id);
                continue;
            };
            // A set that is a part of itself would be read once for each step of the cycle.
            if row == self.set {
                continue;
            }
            let Some(a) = self.reader.step.attributes(row) else { continue };
            self.one(self.reader.step.scan.keyword(row), &a, prefix, depth);
        }
    }

    fn one(&mut self, keyword: &str, a: &Attributes<'_>, prefix: &str, depth: usize) {
        let own = a.text(0).unwrap_or_default();
        let name = if prefix.is_empty() { own.into_owned() } else { format!("{prefix}.{own}") };
        let nested = match keyword {
            "IFCCOMPLEXPROPERTY" => Some(3),
            "IFCPHYSICALCOMPLEXQUANTITY" => Some(2),
            _ => None,
        };
        if let Some(slot) = nested {
            self.all(&a.references(slot), &name, depth + 1);
            return;
        }
        let value = self.value(keyword, a);
        self.properties.push(Property { value, ..Property::new(self.reader.texts.get(&name)) });
    }

    fn value(&self, keyword: &str, a: &Attributes<'_>) -> Option<Value> {
        let quantity = |measure: &str| self.number(a.raw(3), Some(measure), a.reference(2));
        match keyword {
            "IFCPROPERTYSINGLEVALUE" => self.token(a.raw(2), a.reference(3)),
            "IFCPROPERTYENUMERATEDVALUE" => self.tokens(a.raw(2), None),
            "IFCPROPERTYLISTVALUE" => self.tokens(a.raw(2), a.reference(3)),
            "IFCPROPERTYBOUNDEDVALUE" => {
                let bound = |slot| self.token(a.raw(slot), a.reference(4)).map(Box::new);
                let (upper, lower, set_point) = (bound(2), bound(3), bound(5));
                if upper.is_none() && lower.is_none() && set_point.is_none() {
                    return None;
                }
                Some(Value::Bounded { lower, upper, set_point })
            }
            "IFCPROPERTYTABLEVALUE" => {
                let columns =
                    [self.tokens(a.raw(2), a.reference(5))?, self.tokens(a.raw(3), a.reference(6))?];
                Some(Value::List(columns.into()))
            }
            "IFCQUANTITYLENGTH" => quantity("IFCLENGTHMEASURE"),
            "IFCQUANTITYAREA" => quantity("IFCAREAMEASURE"),
            "IFCQUANTITYVOLUME" => quantity("IFCVOLUMEMEASURE"),
            "IFCQUANTITYWEIGHT" => quantity("IFCMASSMEASURE"),
            "IFCQUANTITYTIME" => quantity("IFCTIMEMEASURE"),
            "IFCQUANTITYCOUNT" => quantity("IFCCOUNTMEASURE"),
            "IFCQUANTITYNUMBER" => quantity("IFCNUMERICMEASURE"),
            _ => None,
        }
    }

    fn tokens(&self, token: &[u8], unit: Option<u32>) -> Option<Value> {
        let items = list(token)?;
        Some(Value::List(items.filter_map(|item| self.token(item, unit)).collect()))
    }

    /// A typed or a bare value.
    fn token(&self, token: &[u8], unit: Option<u32>) -> Option<Value> {
        let (measure, inner) = match typed(token) {
            Some((measure, inner)) => (Some(measure), inner),
            None => (None, token),
        };
        match inner.first()? {
            b'\'' => Some(Value::Text(self.reader.texts.get(&text(inner)?))),
            b'"' => Some(Value::Text(self.reader.texts.get(std::str::from_utf8(inner).ok()?))),
            b'.' if inner.len() > 1 && !inner[1].is_ascii_digit() => Some(match enumeration(inner)? {
                "T" | "t" => Value::Logical(Some(true)),
                "F" | "f" => Value::Logical(Some(false)),
                "U" | "u" => Value::Logical(None),
                other => Value::Text(self.reader.texts.get(other)),
            }),
            b'(' => {
                let items = list(inner)?;
                Some(Value::List(items.filter_map(|item| self.token(item, unit)).collect()))
            }
            b'#' => parse_ref(inner).map(|id| Value::Text(format!("#{id}").into())),
            _ => self.number(inner, measure, unit),
        }
    }

    fn number(&self, token: &[u8], measure: Option<&str>, unit: Option<u32>) -> Option<Value> {
        let inner = typed(token).map_or(token, |(_, inner)| inner);
        let upper = measure.map(str::to_ascii_uppercase);
        let converts = upper.as_deref().and_then(|m| self.units.factor(m));
        let factor = match unit {
            Some(unit) => self.units.factor_of_unit(unit).or(converts),
            None => converts,
        };
        if let (Some((StepNumber::Integer(n), _)), None) = (read_step_number(inner), factor)
            && upper.as_deref().is_none_or(|m| matches!(m, "IFCINTEGER" | "IFCCOUNTMEASURE" | "IFCTIMESTAMP"))
        {
            return Some(Value::Integer(n));
        }
        let value = ifc_lite_core::parse_step_real(inner).filter(|x| x.is_finite())?;
        let measure: Option<Arc<str>> = upper.map(|m| self.reader.texts.get(&spelled(&m)));
        Some(Value::Real { value: value * factor.unwrap_or(1.0), measure })
    }
}

/// A measure in the standard's spelling: `IFCPOSITIVELENGTHMEASURE` is `IfcPositiveLengthMeasure`.
fn spelled(upper: &str) -> String {
    // Words of the defined types, the longest first where one begins another.
    const WORDS: [&str; 88] = [
        "Measure",
        "Positive",
        "NonNegative",
        "Length",
        "Area",
        "Volume",
        "Plane",
        "Angle",
        "Mass",
        "Time",
        "Count",
        "Numeric",
        "Ratio",
        "Normalised",
        "Normalized",
        "Real",
        "Integer",
        "Volumetric",
        "Flow",
        "Rate",
        "Density",
        "Per",
        "Linear",
        "Velocity",
        "Acceleration",
        "Angular",
        "Thermodynamic",
        "Temperature",
        "Gradient",
        "Change",
        "Of",
        "Thermal",
        "Transmittance",
        "Resistance",
        "Conductivity",
        "Admittance",
        "Expansion",
        "Coefficient",
        "Electric",
        "Current",
        "Voltage",
        "Capacitance",
        "Charge",
        "Conductance",
        "Power",
        "Energy",
        "Force",
        "Pressure",
        "Frequency",
        "Inductance",
        "Illuminance",
        "Luminous",
        "Flux",
        "Intensity",
        "Distribution",
        "Magnetic",
        "Amount",
        "Substance",
        "Absorbed",
        "Dose",
        "Equivalent",
        "Radioactivity",
        "Monetary",
        "Moment",
        "Inertia",
        "Section",
        "Sectional",
        "Modulus",
        "Integral",
        "Elasticity",
        "Shear",
        "Torque",
        "Stiffness",
        "Rotational",
        "Warping",
        "Constant",
        "Curvature",
        "Planar",
        "Solid",
        "Specific",
        "Heat",
        "Capacity",
        "Dynamic",
        "Kinematic",
        "Viscosity",
        "Sound",
        "Level",
        "Compound",
    ];
    let Some(mut rest) = upper.strip_prefix("IFC") else { return upper.to_owned() };
    let mut name = String::from("Ifc");
    while !rest.is_empty() {
        let word = WORDS
            .iter()
            .filter(|w| {
                rest.len() >= w.len()
                    && rest.is_char_boundary(w.len())
                    && rest[..w.len()].eq_ignore_ascii_case(w)
            })
            .max_by_key(|w| w.len());
        match word {
            Some(word) => {
                name.push_str(word);
                rest = &rest[word.len()..];
            }
            None => {
                // An unknown word is capitalised as a whole.
                let mut letters = rest.chars();
                name.extend(letters.next());
                name.push_str(&letters.as_str().to_ascii_lowercase());
                break;
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn measures_are_spelled_as_in_the_standard() {
        for name in [
            "IfcLengthMeasure",
            "IfcNonNegativeLengthMeasure",
            "IfcVolumetricFlowRateMeasure",
            "IfcThermalTransmittanceMeasure",
            "IfcModulusOfElasticityMeasure",
            "IfcSectionModulusMeasure",
            "IfcMassPerLengthMeasure",
            "IfcPositiveRatioMeasure",
            "IfcSectionalAreaIntegralMeasure",
            "IfcMomentOfInertiaMeasure",
            "IfcReal",
        ] {
            assert_eq!(spelled(&name.to_ascii_uppercase()), name);
        }
    }
}

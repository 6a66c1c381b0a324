//! The units of a file, and values in SI.

use crate::angles;
use crate::attributes::Step;
use crate::budget::contained;
use crate::measures::{converted_symbol, spelled};
use groma_model::{Diagnostic, Diagnostics, Units, codes};
use ifc_lite_core::{EntityDecoder, MeasureUnit, ProjectUnits, measure_unit, resolve_unit_by_ref};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The units of one file.
pub(crate) struct FileUnits<'a> {
    /// What the model says of them.
    pub(crate) units: Units,
    /// Seconds per time unit.
    pub(crate) time: f64,
    project: ProjectUnits,
    /// What is known of each measure, by its name as the file writes it.
    measures: RwLock<FxHashMap<Box<str>, Measure>>,
    /// Units that properties name themselves, by instance name.
    own: Mutex<(EntityDecoder<'a>, FxHashMap<u32, Option<OwnUnit>>)>,
}

/// What a number of a measure means.
#[derive(Clone)]
pub(crate) struct Measure {
    /// The name in the standard's spelling.
    pub(crate) name: Arc<str>,
    /// SI per unit; `None` for measures that stay as they are.
    pub(crate) factor: Option<f64>,
    /// The unit in which its numbers stand once converted.
    pub(crate) unit: Option<Arc<str>>,
    /// True for integers and counts.
    pub(crate) integer: bool,
}

/// A unit that a property names itself.
#[derive(Clone)]
pub(crate) struct OwnUnit {
    /// SI per unit; `None` where values stay as they are.
    pub(crate) factor: Option<f64>,
    /// The unit in which values stand once converted.
    pub(crate) symbol: Option<Arc<str>>,
}

/// Measures and units beyond this many were made to use up memory.
const MOST: usize = 4096;

impl<'a> FileUnits<'a> {
    /// Resolves the unit assignment of the project.
    pub(crate) fn of(step: Step<'a>, project: Option<u32>, said: &mut Diagnostics) -> Self {
        let mut decoder = step.scan.decoder(step.bytes);
        let resolved =
            project.and_then(|id| contained(|| ProjectUnits::resolve(&mut decoder, id))).unwrap_or_default();
        let factor = |kind: &str| resolved.resolved_for_unit_type(kind).and_then(|u| usable(u.si_scale));
        let declared = resolved.resolved_for_unit_type("LENGTHUNIT");
        let length = usable(resolved.length_unit_scale());
        if length.is_none() || resolved.length_unit().unusable_factor.is_some() || declared.is_none() {
            let mut d = Diagnostic::new(codes::UNKNOWN_UNIT);
            d.location.express_id = project.map(Into::into);
            said.push(d);
        }
        let angle = usable(resolved.plane_angle_to_radians()).unwrap_or(1.0);
        let meant = angles::meant(step, angle);
        if meant.is_some() {
            said.push(Diagnostic::new(codes::ANGLES_IN_DEGREES));
        }
        let units = Units {
            length: length.unwrap_or(1.0),
            length_name: declared.map_or("m", |u| u.symbol.as_str()).into(),
            angle: meant.unwrap_or(angle),
            area: factor("AREAUNIT").unwrap_or(1.0),
            volume: factor("VOLUMEUNIT").unwrap_or(1.0),
        };
        Self {
            units,
            time: factor("TIMEUNIT").unwrap_or(1.0),
            project: resolved,
            measures: RwLock::default(),
            own: Mutex::new((decoder, FxHashMap::default())),
        }
    }

    /// What is known of a measure such as `IFCLENGTHMEASURE`.
    pub(crate) fn measure(&self, name: &str) -> Measure {
        if let Some(known) = self.measures.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return known.clone();
        }
        let measure = self.resolve(&name.to_ascii_uppercase());
        let mut measures = self.measures.write().unwrap_or_else(PoisonError::into_inner);
        if measures.len() < MOST {
            measures.insert(name.into(), measure.clone());
        }
        measure
    }

    fn resolve(&self, upper: &str) -> Measure {
        let kind = match measure_unit(upper) {
            Some(MeasureUnit::Typed { unit_type, .. }) => Some(unit_type),
            _ => None,
        };
        let converted = kind.and_then(|k| Some((k, converted_symbol(k)?)));
        let factor = converted.map(|(kind, _)| match kind {
            "LENGTHUNIT" => self.units.length,
            "PLANEANGLEUNIT" => self.units.angle,
            "AREAUNIT" => self.units.area,
            "VOLUMEUNIT" => self.units.volume,
            other => {
                self.project.resolved_for_unit_type(other).and_then(|u| usable(u.si_scale)).unwrap_or(1.0)
            }
        });
        let unit = match converted {
            Some((_, symbol)) => Some(symbol.into()),
            None => self.project.unit_for_measure(upper).map(|u| u.symbol.into()),
        };
        Measure {
            name: spelled(upper).into(),
            factor,
            unit: unit.filter(|u: &Arc<str>| !u.is_empty()),
            integer: matches!(
                upper,
                "IFCINTEGER" | "IFCPOSITIVEINTEGER" | "IFCCOUNTMEASURE" | "IFCTIMESTAMP"
            ),
        }
    }

    /// A unit that a property names itself; `None` where it cannot be read.
    pub(crate) fn own(&self, unit: u32) -> Option<OwnUnit> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let (decoder, known) = &mut *own;
        if let Some(unit) = known.get(&unit) {
            return unit.clone();
        }
        let found = contained(|| resolve_unit_by_ref(decoder, unit)).flatten().map(|(kind, resolved, _)| {
            let si = kind.as_deref().and_then(converted_symbol);
            match (si, usable(resolved.si_scale)) {
                (Some(symbol), Some(factor)) => OwnUnit { factor: Some(factor), symbol: Some(symbol.into()) },
                _ => {
                    let symbol = (!resolved.symbol.is_empty()).then(|| resolved.symbol.as_str().into());
                    OwnUnit { factor: None, symbol }
                }
            }
        });
        if known.len() < MOST {
            known.insert(unit, found.clone());
        }
        found
    }
}

fn usable(factor: f64) -> Option<f64> {
    (factor.is_finite() && factor > 0.0).then_some(factor)
}

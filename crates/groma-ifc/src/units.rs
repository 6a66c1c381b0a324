//! The units of a file, and values in SI.

use crate::attributes::Step;
use groma_model::{Diagnostic, Diagnostics, Units, codes};
use ifc_lite_core::{EntityDecoder, MeasureUnit, ProjectUnits, measure_unit, resolve_unit_by_ref};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// The kinds of units whose values become SI: lengths, areas, volumes, angles and their powers.
const CONVERTED: [&str; 9] = [
    "LENGTHUNIT",
    "AREAUNIT",
    "VOLUMEUNIT",
    "PLANEANGLEUNIT",
    "MOMENTOFINERTIAUNIT",
    "SECTIONMODULUSUNIT",
    "SECTIONAREAINTEGRALUNIT",
    "WARPINGCONSTANTUNIT",
    "CURVATUREUNIT",
];

/// The units of one file.
pub(crate) struct FileUnits<'a> {
    /// What the model says of them.
    pub(crate) units: Units,
    project: ProjectUnits,
    /// Factors by measure in upper case, for measures that are converted.
    factors: Mutex<FxHashMap<Box<str>, Option<f64>>>,
    /// Factors of units that properties name themselves, by instance name.
    own: Mutex<(EntityDecoder<'a>, FxHashMap<u32, Option<f64>>)>,
}

impl<'a> FileUnits<'a> {
    /// Resolves the unit assignment of the project.
    pub(crate) fn of(step: Step<'a>, project: Option<u32>, said: &mut Diagnostics) -> Self {
        let mut decoder = step.scan.decoder(step.bytes);
        let resolved =
            project.map_or_else(ProjectUnits::default, |id| ProjectUnits::resolve(&mut decoder, id));
        let factor = |kind: &str| {
            resolved.resolved_for_unit_type(kind).map(|u| u.si_scale).filter(|f| f.is_finite() && *f > 0.0)
        };
        let declared = resolved.resolved_for_unit_type("LENGTHUNIT");
        let length = usable(resolved.length_unit_scale());
        if length.is_none() || resolved.length_unit().unusable_factor.is_some() || declared.is_none() {
            let mut d = Diagnostic::new(codes::UNKNOWN_UNIT);
            d.location.express_id = project.map(Into::into);
            said.push(d);
        }
        let units = Units {
            length: length.unwrap_or(1.0),
            length_name: declared.map_or("m", |u| u.symbol.as_str()).into(),
            angle: usable(resolved.plane_angle_to_radians()).unwrap_or(1.0),
            area: factor("AREAUNIT").unwrap_or(1.0),
            volume: factor("VOLUMEUNIT").unwrap_or(1.0),
        };
        Self {
            units,
            project: resolved,
            factors: Mutex::default(),
            own: Mutex::new((decoder, FxHashMap::default())),
        }
    }

    /// SI per unit of a measure such as `IFCLENGTHMEASURE`; `None` for measures that stay as they are.
    pub(crate) fn factor(&self, measure: &str) -> Option<f64> {
        let mut factors = self.factors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = factors.get(measure) {
            return *known;
        }
        let factor = match measure_unit(measure) {
            Some(MeasureUnit::Typed { unit_type, .. }) if CONVERTED.contains(&unit_type) => {
                Some(match unit_type {
                    "LENGTHUNIT" => self.units.length,
                    "PLANEANGLEUNIT" => self.units.angle,
                    "AREAUNIT" => self.units.area,
                    "VOLUMEUNIT" => self.units.volume,
                    other => self
                        .project
                        .resolved_for_unit_type(other)
                        .and_then(|u| usable(u.si_scale))
                        .unwrap_or(1.0),
                })
            }
            _ => None,
        };
        if factors.len() < 4096 {
            factors.insert(measure.into(), factor);
        }
        factor
    }

    /// SI per unit of a unit that a property names itself; `None` when its values stay as they are.
    pub(crate) fn factor_of_unit(&self, unit: u32) -> Option<f64> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let (decoder, factors) = &mut *own;
        *factors.entry(unit).or_insert_with(|| {
            let (kind, resolved, _) = resolve_unit_by_ref(decoder, unit)?;
            kind.filter(|k| CONVERTED.contains(&k.as_str())).and_then(|_| usable(resolved.si_scale))
        })
    }
}

fn usable(factor: f64) -> Option<f64> {
    (factor.is_finite() && factor > 0.0).then_some(factor)
}

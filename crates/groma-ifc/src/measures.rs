//! Names and units of IFC measures.

/// The kinds of units whose values become SI (lengths, areas, volumes, angles and their powers), and the
/// symbol of the unit that they become.
pub(crate) const CONVERTED: [(&str, &str); 9] = [
    ("LENGTHUNIT", "m"),
    ("AREAUNIT", "m²"),
    ("VOLUMEUNIT", "m³"),
    ("PLANEANGLEUNIT", "rad"),
    ("MOMENTOFINERTIAUNIT", "m⁴"),
    ("SECTIONMODULUSUNIT", "m³"),
    ("SECTIONAREAINTEGRALUNIT", "m⁵"),
    ("WARPINGCONSTANTUNIT", "m⁶"),
    ("CURVATUREUNIT", "rad/m"),
];

/// The SI symbol of a kind of unit that is converted.
pub(crate) fn converted_symbol(kind: &str) -> Option<&'static str> {
    CONVERTED.iter().find(|(k, _)| *k == kind).map(|(_, symbol)| *symbol)
}

/// The measure of an attribute that a class declares as a length or an area; the schema tables that are at
/// hand say only that it is a number.
pub(crate) fn measure_of_attribute(name: &str) -> Option<&'static str> {
    Some(match name {
        "OverallHeight"
        | "OverallWidth"
        | "RiserHeight"
        | "TreadLength"
        | "NominalDiameter"
        | "NominalLength"
        | "SheathDiameter"
        | "Thickness"
        | "BarLength"
        | "MeshLength"
        | "MeshWidth"
        | "LongitudinalBarNominalDiameter"
        | "TransverseBarNominalDiameter"
        | "LongitudinalBarSpacing"
        | "TransverseBarSpacing"
        | "AnchorageSlip"
        | "MinCurvatureRadius"
        | "LiningDepth"
        | "LiningThickness"
        | "ThresholdDepth"
        | "ThresholdThickness"
        | "TransomThickness"
        | "MullionThickness"
        | "CasingThickness"
        | "CasingDepth"
        | "PanelDepth"
        | "FrameDepth"
        | "FrameThickness" => "IFCPOSITIVELENGTHMEASURE",
        "Elevation"
        | "ElevationOfRefHeight"
        | "ElevationOfTerrain"
        | "RefElevation"
        | "ElevationWithFlooring"
        | "TransomOffset"
        | "LiningOffset"
        | "ThresholdOffset"
        | "LiningToPanelOffsetX"
        | "LiningToPanelOffsetY"
        | "RestartDistance" => "IFCLENGTHMEASURE",
        "CrossSectionArea" | "LongitudinalBarCrossSectionArea" | "TransverseBarCrossSectionArea" => {
            "IFCAREAMEASURE"
        }
        _ => return None,
    })
}

/// A measure in the standard's spelling: `IFCPOSITIVELENGTHMEASURE` is `IfcPositiveLengthMeasure`.
pub(crate) fn spelled(upper: &str) -> String {
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

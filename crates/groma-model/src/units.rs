//! The units a file is written in.

use std::sync::Arc;

/// How a file's numbers become SI: multiply by the factor. The model itself is always in SI.
#[derive(Clone, Debug, PartialEq)]
pub struct Units {
    /// Metres per length unit.
    pub length: f64,
    /// The length unit's name as a person writes it: `mm`, `m`, `ft`.
    pub length_name: Arc<str>,
    /// Radians per plane angle unit.
    pub angle: f64,
    /// Square metres per area unit.
    pub area: f64,
    /// Cubic metres per volume unit.
    pub volume: f64,
}

impl Default for Units {
    fn default() -> Self {
        Self { length: 1.0, length_name: "m".into(), angle: 1.0, area: 1.0, volume: 1.0 }
    }
}

//! What every report has: versions, coverage, frame, diagnostics.

use groma_model::{Coverage, Diagnostics, Frame, Standing};
use schemars::JsonSchema;
use serde::Serialize;

/// The program that wrote a report.
pub const GENERATOR: &str = concat!("groma ", env!("CARGO_PKG_VERSION"));

/// How many elements ended how; `meshed + no_shape + failed == elements`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct CoverageReport {
    /// All elements: every `IfcProduct`.
    pub elements: usize,
    /// Those with a mesh.
    pub meshed: usize,
    /// Those that rightly have none.
    pub no_shape: usize,
    /// Those that should have one and have not.
    pub failed: usize,
}

impl From<Coverage> for CoverageReport {
    fn from(c: Coverage) -> Self {
        Self { elements: c.elements, meshed: c.meshed, no_shape: c.no_shape, failed: c.failed }
    }
}

/// The frame of a federation.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct FrameReport {
    /// `local` (the files' engineering coordinates) or `map`.
    pub standing: &'static str,
    /// The coordinate reference system, in map coordinates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// The origin that was subtracted while computing, in metres; points in reports have it added back.
    pub origin: [f64; 3],
}

impl From<&Frame> for FrameReport {
    fn from(frame: &Frame) -> Self {
        let (standing, crs) = match &frame.standing {
            Standing::Local => ("local", None),
            Standing::Map(crs) => ("map", crs.as_deref().map(str::to_owned)),
        };
        Self { standing, crs, origin: frame.origin.to_array() }
    }
}

/// One thing that is wrong with an input.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DiagnosticReport {
    /// The code; `groma explain CODE` has its page.
    pub code: &'static str,
    /// `error` (something is lost), `warning` or `note`.
    pub severity: &'static str,
    /// What kind of thing.
    pub title: &'static str,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The model's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The instance name in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub express_id: Option<u64>,
    /// The class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The GlobalId.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many of its kind it stands for, where not all are listed.
    #[serde(skip)]
    pub(crate) stands_for: usize,
}

/// All of a list, in its order.
pub fn diagnostics(list: &Diagnostics) -> Vec<DiagnosticReport> {
    let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().map(str::to_owned);
    list.iter()
        .map(|d| DiagnosticReport {
            code: d.code.id(),
            severity: d.code.page().severity.as_str(),
            title: d.code.page().title,
            detail: d.detail.clone(),
            model: text(&d.location.model),
            express_id: d.location.express_id,
            class: text(&d.location.class),
            global_id: text(&d.location.global_id),
            name: text(&d.location.name),
            stands_for: d.stands_for,
        })
        .collect()
}

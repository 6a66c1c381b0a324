//! How much a clash matters.

use crate::{Clash, DepthKind, Kind, Rule, RuleKind, Scene, Subject};
use groma_model::Class;
use std::fmt;

/// How much a clash matters; the greater matters more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Can be settled on site.
    Minor,
    /// One of the two has to move.
    Major,
    /// Cannot be built.
    Critical,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Minor, Self::Major, Self::Critical];

    /// The word for it in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }

    fn step(self, by: i32) -> Self {
        Self::ALL[(self as i32 + by).clamp(0, 3) as usize]
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Depths in metres from which a hard clash is minor, major, critical.
const DEPTHS: [f64; 3] = [0.005, 0.025, 0.1];

/// What bears: a cut in it is more than a nuisance.
const BEARING: [&str; 6] = ["IfcBeam", "IfcColumn", "IfcSlab", "IfcFooting", "IfcPile", "IfcWall"];
/// What gives way, is thin, or is fitted on site.
const SOFT: [&str; 6] = [
    "IfcCovering",
    "IfcFurnishingElement",
    "IfcElementComponent",
    "IfcReinforcingElement",
    "IfcBuildingElementProxy",
    "IfcRailing",
];

fn is_any(class: &Class, names: &[&str]) -> bool {
    names.iter().any(|name| class.is_a(name))
}

/// How much a clash matters, from its kind, its depth and the classes of its elements.
///
/// Hard: below 5 mm info, below 25 mm minor, below 100 mm major, from there critical; a lower bound counts
/// for the depth. Contained: critical where a service lies in what bears, else major. Duplicate: major.
/// Clearance: major where the two meet, minor below half of the distance, else info; what is hard or contained
/// under a clearance rule matters as much as under a hard one, and no less than what meets. Envelope: minor.
/// Touching: info. Services in what bears count a step more; coverings, furniture, fasteners, railings and
/// proxies a step less.
pub fn severity(scene: &Scene<'_>, rule: &Rule, clash: &Clash) -> Severity {
    let class = |s: Subject| &scene.element(s).class;
    let classes = [class(clash.a), class(clash.b)];
    let service = |c: &Class| c.is_a("IfcDistributionElement");
    let pierces = (service(classes[0]) && is_any(classes[1], &BEARING))
        || (service(classes[1]) && is_any(classes[0], &BEARING));
    let soft = classes.iter().any(|c| is_any(c, &SOFT));
    let by_class = i32::from(pierces) - i32::from(soft);
    let softly = |severity: Severity| severity.step(-i32::from(soft));
    let shared = match clash.kind {
        Kind::Touching => return Severity::Info,
        Kind::Envelope => return softly(Severity::Minor),
        Kind::Duplicate => return Severity::Major,
        Kind::Contained => Severity::Major.step(by_class),
        Kind::Hard => {
            let depth = clash.depth.unwrap_or(0.0);
            let reached = DEPTHS.iter().filter(|d| depth >= **d).count();
            let by_depth = Severity::ALL[reached];
            let surface = i32::from(clash.depth_kind == Some(DepthKind::Surface));
            by_depth.step((by_class - surface).clamp(-1, 1))
        }
        Kind::Clearance => Severity::Info,
    };
    let apart = match rule.kind {
        RuleKind::Clearance { .. } if clash.distance <= 0.0 => softly(Severity::Major),
        RuleKind::Clearance { distance } if clash.distance < distance / 2.0 => softly(Severity::Minor),
        RuleKind::Clearance { .. } | RuleKind::Hard | RuleKind::Touching | RuleKind::Duplicate => {
            Severity::Info
        }
    };
    shared.max(apart)
}

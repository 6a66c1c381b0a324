//! What to look for, and between whom.

use crate::Subject;

/// Which kind of clash a rule looks for. Lengths in metres.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum RuleKind {
    /// Interiors share volume deeper than the tolerance; containment and duplicates belong to it.
    Hard,
    /// The distance is less than this; hard and contained pairs belong to it with distance 0.
    Clearance {
        /// The distance asked for.
        distance: f64,
    },
    /// Surfaces meet and the interiors are disjoint.
    Touching,
    /// The same class and the same points.
    Duplicate,
}

impl RuleKind {
    /// The word for it in reports, and the name of a rule that has no other.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Clearance { .. } => "clearance",
            Self::Touching => "touching",
            Self::Duplicate => "duplicate",
        }
    }
}

/// Which pairs of elements are tested.
#[derive(Clone, PartialEq, Debug)]
pub enum Pairs {
    /// Both elements in the same model.
    Within,
    /// The elements in different models.
    Between,
    /// Any two elements.
    All,
    /// One element of A and one of B; an element in both is tested against all others of both.
    Sets {
        /// The first set, in any order.
        a: Vec<Subject>,
        /// The second set.
        b: Vec<Subject>,
    },
}

/// A rule: the least that is needed to test; named rules with selectors are resolved to this.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// The name, part of each clash's key.
    pub name: String,
    /// What to look for.
    pub kind: RuleKind,
    /// Penetration up to this depth is no hard clash, in metres; 2 mm unless the user says otherwise.
    pub tolerance: f64,
    /// Whom to test.
    pub pairs: Pairs,
    /// Leave out what belongs together: openings, spaces, fillings, parts of an assembly, connected and
    /// joined elements. Each pair left out is counted.
    pub exclusions: bool,
}

impl Rule {
    /// The tolerance of hard clashes unless the user says otherwise, in metres.
    pub const DEFAULT_TOLERANCE: f64 = 0.002;
}

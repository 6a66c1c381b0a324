//! What is found.

use crate::Subject;
use glam::DVec3;
use groma_model::{Diagnostics, ElementKey};
use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::fmt;

/// The identity of a clash across runs and revisions: a hash of the rule's name and the two sorted
/// element keys. Tolerance, kind and depth take no part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClashKey(pub [u8; 16]);

impl ClashKey {
    /// The key of a pair under a rule; the order of the pair does not matter.
    ///
    /// The first 16 bytes of SHA-256 over the rule's name, then model and GlobalId of the lesser and of
    /// the greater element key, each followed by a zero byte.
    pub fn new(rule: &str, a: &ElementKey, b: &ElementKey) -> Self {
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        Self::of_sorted(rule, first, second)
    }

    /// [`Self::new`] where the first is known to be the lesser.
    pub(crate) fn of_sorted(rule: &str, first: &ElementKey, second: &ElementKey) -> Self {
        debug_assert!(first <= second);
        let parts = [rule, &first.model, &first.global_id, &second.model, &second.global_id];
        let length = parts.iter().map(|part| part.len() + 1).sum();
        // All at once: the hash takes blocks, and most keys are two or three.
        let mut text: SmallVec<[u8; 256]> = SmallVec::from_elem(0, length);
        let mut at = 0;
        for part in parts {
            text[at..at + part.len()].copy_from_slice(part.as_bytes());
            at += part.len() + 1;
        }
        let mut key = [0; 16];
        key.copy_from_slice(&Sha256::digest(&text)[..16]);
        Self(key)
    }
}

impl fmt::Display for ClashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ClashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What kind of clash it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Interiors share volume.
    Hard,
    /// One lies inside the other and their surfaces do not cross.
    Contained,
    /// The same class and the same points.
    Duplicate,
    /// Nearer than the clearance.
    Clearance,
    /// Surfaces meet.
    Touching,
    /// One reaches into the space that the other keeps clear.
    Envelope,
}

impl Kind {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Contained => "contained",
            Self::Duplicate => "duplicate",
            Self::Clearance => "clearance",
            Self::Touching => "touching",
            Self::Envelope => "envelope",
        }
    }
}

/// What a depth is worth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DepthKind {
    /// The length of the least translation that separates the two.
    Exact,
    /// The way out is at least this long.
    LowerBound,
    /// One of the two is a surface: how far it reaches into the solid.
    Surface,
}

impl DepthKind {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::LowerBound => "lower_bound",
            Self::Surface => "surface",
        }
    }
}

/// Two elements that clash. `a` has the lesser key.
#[derive(Clone, PartialEq, Debug)]
pub struct Clash {
    /// The identity across runs.
    pub key: ClashKey,
    /// What kind.
    pub kind: Kind,
    /// The element with the lesser key.
    pub a: Subject,
    /// The element with the greater key.
    pub b: Subject,
    /// How deep they share volume, in metres; `None` where they do not.
    pub depth: Option<f64>,
    /// What the depth is worth.
    pub depth_kind: Option<DepthKind>,
    /// The least distance of the two, in metres; 0 where they meet.
    pub distance: f64,
    /// A point of the contact, or midway between the nearest points: world metres, rounded to 1 µm.
    pub point: DVec3,
    /// The unit vector along which `a` leaves `b`, in world axes.
    pub direction: DVec3,
    /// The point of `a` nearest to `b` and that of `b` nearest to `a`, where the two are apart: world metres,
    /// rounded to 1 µm.
    pub points: Option<[DVec3; 2]>,
}

/// Why a pair was left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Exclusion {
    /// An opening or another feature element.
    Feature,
    /// A space or another spatial element.
    Space,
    /// A virtual element.
    Virtual,
    /// A grid, an annotation, a port, an alignment: no physical body.
    Reference,
    /// A host and what fills its opening.
    Filling,
    /// Parts of one assembly, or a whole and its part.
    Assembly,
    /// Joined by `IfcRelConnects…`.
    Connected,
    /// Joined through ports.
    Ports,
}

impl Exclusion {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Space => "space",
            Self::Virtual => "virtual",
            Self::Reference => "reference",
            Self::Filling => "filling",
            Self::Assembly => "assembly",
            Self::Connected => "connected",
            Self::Ports => "ports",
        }
    }
}

/// What was tested on the way to a verdict.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Elements with a shape that were selected.
    pub elements: usize,
    /// Of these, the surfaces: meshes that are not closed solids.
    pub surfaces: usize,
    /// Elements that were selected and have no shape though they should.
    pub failed: usize,
    /// Pairs whose boxes meet.
    pub candidates: usize,
    /// Elements left out, and why.
    pub excluded_elements: BTreeMap<Exclusion, usize>,
    /// Candidate pairs left out, and why.
    pub excluded_pairs: BTreeMap<Exclusion, usize>,
}

/// The outcome of a rule.
#[derive(Clone, Debug, Default)]
pub struct ClashRun {
    /// The clashes, sorted by the element keys of `a`, then of `b`.
    pub clashes: Vec<Clash>,
    /// What was tested.
    pub tally: Tally,
    /// What was wrong with the shapes.
    pub diagnostics: Diagnostics,
    /// The pairs of which there is a verdict, the lesser key first, in the order of their keys; only where
    /// [`crate::Scope::remember`] asks for them.
    pub pairs: Vec<(Subject, Subject)>,
    /// How many pairs were tested, rather than known.
    pub tested: usize,
    /// The selected elements that are surfaces, in the order of their keys.
    pub surfaces: Vec<Subject>,
}

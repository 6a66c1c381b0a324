//! Verdicts kept from run to run, so that only pairs with a changed element are tested again.

use crate::parts::Parts;
use groma_cache::{Cache, Key};
use groma_clash::{
    Clash, ClashKey, ClashRun, DepthKind, DetectError, FINGERPRINT, Kind, KnownVerdicts, Rule, RuleKind,
    Scene, Scope, Shard, Subject, detect, detect_in,
};
use groma_geometry::Mesh;
use groma_model::Progress;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A hash of all that a verdict depends on in an element: class, meshes, placements.
type Print = [u64; 2];

/// Where verdicts on pairs that have not changed come from.
#[derive(Clone, Copy, Default)]
pub enum Memory<'a> {
    /// Nowhere: all pairs are tested.
    #[default]
    None,
    /// Earlier runs; what this one tests is kept as well.
    Cache(&'a Cache),
    /// The parts of a check.
    Parts(&'a Parts),
}

impl<'a> From<Option<&'a Cache>> for Memory<'a> {
    fn from(cache: Option<&'a Cache>) -> Self {
        cache.map_or(Self::None, Self::Cache)
    }
}

/// [`detect`], where what is known of unchanged pairs is not tested again; the outcome is the same in every bit.
/// `slot` tells rules of one name apart.
pub(crate) fn detect_again(
    scene: &Scene<'_>,
    rule: &Rule,
    slot: &str,
    memory: Memory<'_>,
    progress: &dyn Progress,
) -> Result<ClashRun, DetectError> {
    let cache = match memory {
        Memory::None => return detect(scene, rule, progress),
        Memory::Cache(cache) => cache,
        Memory::Parts(parts) => {
            let prints = prints(scene);
            let known = Unchanged::of(parts.of(&key(scene, rule, slot)), scene, rule, &prints);
            return detect_in(scene, rule, &Scope { known: Some(&known), ..Scope::default() }, progress);
        }
    };
    let prints = tracing::info_span!("fingerprints").in_scope(|| prints(scene));
    let key = key(scene, rule, slot);
    let kept = cache.get_bytes(&key).and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let known = Unchanged::of(kept.as_ref(), scene, rule, &prints);
    let scope = Scope { known: Some(&known), remember: true, shard: None };
    let run = detect_in(scene, rule, &scope, progress)?;
    if run.tested > 0 || run.pairs.len() != known.total {
        let bytes = serde_json::to_vec(&Kept::of(&run, scene, &prints)).unwrap_or_default();
        cache.put_bytes(&key, bytes);
    }
    Ok(run)
}

/// Tests the pairs of a share of a rule, and keeps the verdicts for [`Memory::Parts`].
pub(crate) fn detect_part(
    scene: &Scene<'_>,
    rule: &Rule,
    slot: &str,
    shard: Shard,
    progress: &dyn Progress,
) -> Result<KeptRule, DetectError> {
    let scope = Scope { shard: Some(shard), remember: true, known: None };
    let run = detect_in(scene, rule, &scope, progress)?;
    let key = key(scene, rule, slot).to_string();
    Ok(KeptRule { key, rule: slot.to_owned(), verdicts: Kept::of(&run, scene, &prints(scene)) })
}

/// Everything that a verdict depends on beside the elements.
fn key(scene: &Scene<'_>, rule: &Rule, slot: &str) -> Key {
    let distance = match rule.kind {
        RuleKind::Clearance { distance } => distance,
        RuleKind::Hard | RuleKind::Touching | RuleKind::Duplicate => 0.0,
    };
    let numbers = [rule.tolerance, distance].map(f64::to_le_bytes).concat();
    let frame = format!("{:?}", scene.frame);
    let labels: Vec<&str> = scene.models.iter().map(|m| &*m.model.label).collect();
    let texts = ["clashes 2", FINGERPRINT, slot, &rule.name, rule.kind.as_str(), &frame, &labels.join("\0")];
    Key::of_parts(texts.map(str::as_bytes).into_iter().chain([&numbers[..]]))
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Print {
    let key = Key::of_parts(parts);
    let half = |at: usize| key.bytes()[at..at + 8].iter().fold(0, |sum, b| sum << 8 | u64::from(*b));
    [half(0), half(8)]
}

/// The prints of all elements with a shape, by model and element.
fn prints(scene: &Scene<'_>) -> Vec<FxHashMap<u32, Print>> {
    let numbers = |values: &[f64]| values.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    let of_mesh = |mesh: &Mesh| {
        let points: Vec<u8> =
            mesh.positions.iter().flat_map(|p| p.to_array()).flat_map(f64::to_le_bytes).collect();
        let corners: Vec<u8> = mesh.triangles.iter().flatten().flat_map(|i| i.to_le_bytes()).collect();
        hash([&points[..], &corners[..]])
    };
    let of_model = |m: &groma_clash::SceneModel<'_>| {
        let meshes: Vec<Print> =
            m.shapes.meshes.par_iter().with_min_len(16).map(|mesh| of_mesh(mesh)).collect();
        let mut bytes: FxHashMap<u32, Vec<u8>> = FxHashMap::default();
        for i in &m.shapes.instances {
            let start = || m.model.element(i.element).class.name().as_bytes().to_vec();
            let of_element = bytes.entry(i.element.0).or_insert_with(start);
            if let Some(mesh) = meshes.get(i.mesh as usize) {
                mesh.iter().for_each(|half| of_element.extend(half.to_le_bytes()));
            }
            of_element.extend(numbers(&i.placement.to_cols_array()));
        }
        bytes.into_par_iter().map(|(e, bytes)| (e, hash([&bytes[..]]))).collect()
    };
    scene.models.iter().map(of_model).collect()
}

/// The verdicts of a part of a rule.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptRule {
    /// What they depend on beside the elements.
    pub(crate) key: String,
    /// The rule, for messages.
    pub(crate) rule: String,
    pub(crate) verdicts: Kept,
}

/// Verdicts as they are kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Of each element: the model's place in the scene, its GlobalId, its print.
    elements: Vec<(u32, String, Print)>,
    pairs: Vec<(u32, u32)>,
    clashes: Vec<KeptClash>,
}

/// A clash: its pair, and the bits of its numbers.
#[derive(Serialize, Deserialize)]
struct KeptClash {
    pair: u32,
    kind: u8,
    depth: Option<(u64, u8)>,
    /// Distance, point, direction.
    numbers: [u64; 7],
    /// The nearest points.
    points: Option<[[u64; 3]; 2]>,
}

const KINDS: [Kind; 6] =
    [Kind::Hard, Kind::Contained, Kind::Duplicate, Kind::Clearance, Kind::Touching, Kind::Envelope];
const DEPTHS: [DepthKind; 3] = [DepthKind::Exact, DepthKind::LowerBound, DepthKind::Surface];

fn place<T: PartialEq>(of: &T, among: &[T]) -> u8 {
    among.iter().position(|x| x == of).unwrap_or_default() as u8
}

impl Kept {
    fn of(run: &ClashRun, scene: &Scene<'_>, prints: &[FxHashMap<u32, Print>]) -> Self {
        let mut kept = Self { elements: Vec::new(), pairs: Vec::new(), clashes: Vec::new() };
        let mut known: FxHashMap<Subject, u32> = FxHashMap::default();
        let mut at = |s: Subject| {
            *known.entry(s).or_insert_with(|| {
                let print = prints[s.model as usize].get(&s.element.0).copied().unwrap_or_default();
                kept.elements.push((s.model, scene.element(s).key.global_id.to_string(), print));
                kept.elements.len() as u32 - 1
            })
        };
        kept.pairs = run.pairs.iter().map(|&(a, b)| (at(a), at(b))).collect();
        let mut clashes = run.clashes.iter().peekable();
        for (pair, &(a, b)) in (0..).zip(&run.pairs) {
            let Some(c) = clashes.next_if(|c| (c.a, c.b) == (a, b)) else { continue };
            let [p, d] = [c.point, c.direction].map(|v| v.to_array());
            let numbers = [c.distance, p[0], p[1], p[2], d[0], d[1], d[2]].map(f64::to_bits);
            let depth = c.depth.zip(c.depth_kind).map(|(x, k)| (x.to_bits(), place(&k, &DEPTHS)));
            let points = c.points.map(|of| of.map(|p| p.to_array().map(f64::to_bits)));
            kept.clashes.push(KeptClash { pair, kind: place(&c.kind, &KINDS), depth, numbers, points });
        }
        kept
    }
}

/// The verdicts on pairs of which neither element has changed.
#[derive(Default)]
struct Unchanged {
    verdicts: FxHashMap<(Subject, Subject), Option<Clash>>,
    /// How many pairs were kept.
    total: usize,
}

impl Unchanged {
    fn of<'k>(
        kept: impl IntoIterator<Item = &'k Kept>,
        scene: &Scene<'_>,
        rule: &Rule,
        prints: &[FxHashMap<u32, Print>],
    ) -> Self {
        let mut kept = kept.into_iter().peekable();
        if kept.peek().is_none() {
            return Self::default();
        }
        let mut now: FxHashMap<(u32, &str), (Subject, Print)> = FxHashMap::default();
        for ((m, part), prints) in (0..).zip(&scene.models).zip(prints) {
            for (e, element) in (0..).zip(&part.model.elements) {
                if let Some(print) = prints.get(&e) {
                    let subject = Subject { model: m, element: groma_model::ElementId(e) };
                    now.insert((m, &*element.key.global_id), (subject, *print));
                }
            }
        }
        let mut all = Self::default();
        for kept in kept {
            let same: Vec<Option<Subject>> = kept
                .elements
                .iter()
                .map(|(m, id, print)| now.get(&(*m, id.as_str())).filter(|x| x.1 == *print).map(|x| x.0))
                .collect();
            let subject = |at: u32| same.get(at as usize).copied().flatten();
            let mut clashes = kept.clashes.iter().peekable();
            for (n, &(a, b)) in (0..).zip(&kept.pairs) {
                let clash = clashes.next_if(|c| c.pair == n);
                if let (Some(a), Some(b)) = (subject(a), subject(b)) {
                    all.verdicts.insert((a, b), clash.map(|c| c.whole(scene, rule, a, b)));
                }
            }
            all.total += kept.pairs.len();
        }
        all
    }
}

impl KeptClash {
    fn whole(&self, scene: &Scene<'_>, rule: &Rule, a: Subject, b: Subject) -> Clash {
        let [distance, x, y, z, u, v, w] = self.numbers.map(f64::from_bits);
        let depth_kind = |k: u8| DEPTHS.get(usize::from(k)).copied().unwrap_or(DepthKind::LowerBound);
        Clash {
            key: ClashKey::new(&rule.name, &scene.element(a).key, &scene.element(b).key),
            kind: KINDS.get(usize::from(self.kind)).copied().unwrap_or(Kind::Hard),
            a,
            b,
            depth: self.depth.map(|d| f64::from_bits(d.0)),
            depth_kind: self.depth.map(|d| depth_kind(d.1)),
            distance,
            point: glam::DVec3::new(x, y, z),
            direction: glam::DVec3::new(u, v, w),
            points: self.points.map(|of| of.map(|p| p.map(f64::from_bits).into())),
        }
    }
}

impl KnownVerdicts for Unchanged {
    fn verdict(&self, a: Subject, b: Subject) -> Option<Option<Clash>> {
        self.verdicts.get(&(a, b)).cloned()
    }
}

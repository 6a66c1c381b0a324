//! Whom a rule tests: elements in the order of their keys, with their meshes ready.

use crate::body::{Part, Source};
use crate::{ClashRun, DetectError, Pairs, Rule, Scene, Subject, Tally, exclude};
use glam::{DAffine3, DMat3, DQuat, DVec3};
use groma_geometry::{Aabb, Instance, Mesh};
use groma_model::{Cancelled, Diagnostic, Element, ElementId, Progress, ShapeStatus, codes};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use smallvec::SmallVec;
use std::hash::Hasher;

/// An element that a rule tests.
pub(crate) struct Candidate<'a> {
    pub(crate) subject: Subject,
    pub(crate) element: &'a Element,
    /// Its meshes; at least one.
    pub(crate) parts: Vec<Part<'a>>,
    /// The box of each part, in the frame.
    pub(crate) boxes: Vec<Aabb>,
    /// The box of all parts.
    pub(crate) aabb: Aabb,
}

/// Which source an instance has: its model and mesh, and the map that its mesh is prepared under.
type SourceKey = (u32, u32, [u64; 9]);

/// Splits a placement into a map for the mesh and a placement that keeps lengths and handedness. A rigid
/// placement leaves the mesh alone, so that its instances share one source.
fn split(placement: &DAffine3) -> (DMat3, DAffine3) {
    let m = placement.matrix3;
    let square = m.transpose() * m;
    let rigid = square.abs_diff_eq(DMat3::IDENTITY, 1e-9) && m.determinant() > 0.0;
    if rigid {
        (DMat3::IDENTITY, *placement)
    } else {
        (m, DAffine3::from_rotation_translation(DQuat::IDENTITY, placement.translation))
    }
}

/// A mesh and the map that it is prepared under.
struct Drawn<'a> {
    mesh: &'a Mesh,
    linear: DMat3,
}

impl Drawn<'_> {
    /// Equal for what is the same in every bit.
    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        let linear = [self.linear.x_axis, self.linear.y_axis, self.linear.z_axis];
        for x in linear.iter().chain(&self.mesh.positions).flat_map(|p| p.to_array()) {
            hasher.write_u64(x.to_bits());
        }
        self.mesh.triangles.iter().for_each(|&[a, b, c]| {
            hasher.write_u64(u64::from(a) << 32 | u64::from(b));
            hasher.write_u32(c);
        });
        hasher.finish()
    }

    /// True for the same bits: a zero is not its negative, and what is no number is itself.
    fn is_same(&self, other: &Self) -> bool {
        let bits = |p: &DVec3| p.to_array().map(f64::to_bits);
        let (mine, theirs) = (&self.mesh.positions, &other.mesh.positions);
        self.linear.to_cols_array().map(f64::to_bits) == other.linear.to_cols_array().map(f64::to_bits)
            && self.mesh.triangles == other.mesh.triangles
            && mine.len() == theirs.len()
            && mine.iter().zip(theirs).all(|(p, q)| bits(p) == bits(q))
    }
}

/// The first of each that are the same, and for each given one the place of its first among those: what is drawn
/// anew at each place is one mesh all the same.
fn distinct(drawn: &[Drawn<'_>]) -> (Vec<usize>, Vec<usize>) {
    let hashes: Vec<u64> = drawn.par_iter().with_min_len(32).map(Drawn::hash).collect();
    let mut of_hash: FxHashMap<u64, SmallVec<[usize; 1]>> = FxHashMap::default();
    let mut firsts: Vec<usize> = Vec::new();
    let mut stands_for = Vec::with_capacity(drawn.len());
    for (at, hash) in hashes.into_iter().enumerate() {
        let alike = of_hash.entry(hash).or_default();
        let known = alike.iter().copied().find(|&k| drawn[firsts[k]].is_same(&drawn[at]));
        stands_for.push(known.unwrap_or_else(|| {
            alike.push(firsts.len());
            firsts.push(at);
            firsts.len() - 1
        }));
    }
    (firsts, stands_for)
}

/// The meshes of a scene's selected elements.
pub(crate) struct Sources {
    index: FxHashMap<SourceKey, usize>,
    sources: Vec<Source>,
    /// Of elements whose open meshes are a solid together, as the faces of each material may be: that solid, and
    /// what places it.
    welded: FxHashMap<Subject, (Source, DAffine3)>,
}

impl Sources {
    /// Gives back the memory.
    pub(crate) fn release(self) {
        self.sources.into_par_iter().with_min_len(64).for_each(drop);
    }

    fn of(&self, subject: Subject, instance: &Instance) -> &Source {
        let linear = split(&instance.placement).0;
        let key = (subject.model, instance.mesh, linear.to_cols_array().map(f64::to_bits));
        &self.sources[self.index[&key]]
    }
}

/// Selected elements with a shape, sorted by key; without their parts yet.
pub(crate) struct Selection {
    subjects: Vec<Subject>,
    sides: Option<(FxHashSet<Subject>, FxHashSet<Subject>)>,
}

/// True for an instance that a test can be made of.
fn has_triangles(scene: &Scene<'_>, model: u32, instance: &Instance) -> bool {
    let meshes = &scene.models[model as usize].shapes.meshes;
    meshes.get(instance.mesh as usize).is_some_and(|m| !m.triangles.is_empty())
}

/// Selects the elements of a rule and counts what is left out.
pub(crate) fn select(scene: &Scene<'_>, rule: &Rule, tally: &mut Tally) -> Result<Selection, DetectError> {
    let sides = match &rule.pairs {
        Pairs::Sets { a, b } => {
            Some((a.iter().copied().collect::<FxHashSet<_>>(), b.iter().copied().collect::<FxHashSet<_>>()))
        }
        Pairs::Within | Pairs::Between | Pairs::All => None,
    };
    let mut subjects = Vec::new();
    for (m, part) in scene.models.iter().enumerate() {
        for (e, element) in part.model.elements.iter().enumerate() {
            let subject = Subject { model: m as u32, element: ElementId(e as u32) };
            let selected = sides.as_ref().is_none_or(|(a, b)| a.contains(&subject) || b.contains(&subject));
            if !selected {
                continue;
            }
            let shaped =
                part.shapes.of(subject.element).iter().any(|i| has_triangles(scene, subject.model, i));
            let failed = matches!(part.shapes.status.get(e), Some(ShapeStatus::Failed(_)));
            match exclude::element(&element.class, rule.exclusions) {
                Some(why) if shaped => *tally.excluded_elements.entry(why).or_insert(0) += 1,
                Some(_) => {}
                None => {
                    tally.failed += usize::from(failed);
                    if shaped {
                        subjects.push(subject);
                    }
                }
            }
        }
    }
    let missing = |set: &FxHashSet<Subject>| !subjects.iter().any(|s| set.contains(s));
    let empty = match &sides {
        Some((a, _)) if missing(a) => Some("A"),
        Some((_, b)) if missing(b) => Some("B"),
        None if subjects.is_empty() => Some("the rule"),
        Some(_) | None => None,
    };
    if let Some(set) = empty {
        return Err(DetectError::NothingSelected { set });
    }
    tally.elements = subjects.len();
    subjects.par_sort_by(|x, y| (&scene.element(*x).key, x).cmp(&(&scene.element(*y).key, y)));
    Ok(Selection { subjects, sides })
}

impl Selection {
    /// True when the rule asks for the pair.
    pub(crate) fn asks_for(&self, pairs: &Pairs, a: Subject, b: Subject) -> bool {
        match (pairs, &self.sides) {
            (Pairs::Within, _) => a.model == b.model,
            (Pairs::Between, _) => a.model != b.model,
            (Pairs::All, _) | (Pairs::Sets { .. }, None) => true,
            (Pairs::Sets { .. }, Some((x, y))) => {
                (x.contains(&a) && y.contains(&b)) || (x.contains(&b) && y.contains(&a))
            }
        }
    }

    fn instances<'a>(&self, scene: &Scene<'a>, subject: Subject) -> impl Iterator<Item = &'a Instance> {
        let shapes = scene.models[subject.model as usize].shapes;
        let known =
            move |i: &&Instance| shapes.meshes.get(i.mesh as usize).is_some_and(|m| !m.triangles.is_empty());
        shapes.of(subject.element).iter().filter(known)
    }

    /// Makes the mesh of each instance ready, once for all that share it.
    pub(crate) fn sources(&self, scene: &Scene<'_>, progress: &dyn Progress) -> Result<Sources, Cancelled> {
        let mut index: FxHashMap<SourceKey, usize> = FxHashMap::default();
        let mut drawn: Vec<Drawn<'_>> = Vec::new();
        for &subject in &self.subjects {
            for instance in self.instances(scene, subject) {
                let linear = split(&instance.placement).0;
                let key = (subject.model, instance.mesh, linear.to_cols_array().map(f64::to_bits));
                index.entry(key).or_insert_with(|| {
                    let mesh = &scene.models[subject.model as usize].shapes.meshes[instance.mesh as usize];
                    drawn.push(Drawn { mesh, linear });
                    drawn.len() - 1
                });
            }
        }
        let (firsts, stands_for) = distinct(&drawn);
        index.values_mut().for_each(|at| *at = stands_for[*at]);
        progress.begin("preparing shapes", firsts.len() as u64);
        let sources: Result<Vec<Source>, Cancelled> = firsts
            .par_iter()
            .with_min_len(8)
            .map(|&at| {
                progress.check()?;
                let source = Source::new(drawn[at].mesh, &drawn[at].linear);
                progress.advance(1);
                Ok(source)
            })
            .collect();
        progress.end();
        let mut sources = Sources { index, sources: sources?, welded: FxHashMap::default() };
        let weld = |&subject: &Subject| Some((subject, self.weld(scene, subject, &sources)?));
        let welded: Vec<_> = self.subjects.par_iter().with_min_len(32).filter_map(weld).collect();
        sources.welded = welded.into_iter().collect();
        Ok(sources)
    }

    /// The open meshes of an element as one, where that is a solid.
    fn weld(&self, scene: &Scene<'_>, subject: Subject, sources: &Sources) -> Option<(Source, DAffine3)> {
        let is_open = |i: &&Instance| !sources.of(subject, i).solid;
        let open: Vec<&Instance> = self.instances(scene, subject).filter(is_open).collect();
        let [first, _, ..] = open[..] else { return None };
        if open.iter().any(|i| sources.of(subject, i).broken) {
            return None;
        }
        let origin = first.placement.translation;
        let mut whole = Mesh::default();
        for instance in open {
            let mesh = &scene.models[subject.model as usize].shapes.meshes[instance.mesh as usize];
            let start = whole.positions.len() as u32;
            let place = |&p: &DVec3| instance.placement.transform_point3(p) - origin;
            whole.positions.extend(mesh.positions.iter().map(place));
            // What is mirrored is turned, so that all of it is wound alike.
            let turned = instance.placement.matrix3.determinant() < 0.0;
            let corners = |&[a, b, c]: &[u32; 3]| if turned { [a, c, b] } else { [a, b, c] };
            whole
                .triangles
                .extend(mesh.triangles.iter().map(corners).map(|t| t.map(|i| i.saturating_add(start))));
        }
        let source = Source::new(&whole, &DMat3::IDENTITY);
        source.solid.then(|| (source, DAffine3::from_translation(origin)))
    }

    /// The selected elements with their parts.
    pub(crate) fn candidates<'a>(&self, scene: &Scene<'a>, sources: &'a Sources) -> Vec<Candidate<'a>> {
        self.subjects
            .par_iter()
            .with_min_len(32)
            .map(|&subject| {
                let part = |source: &'a Source, placement: DAffine3| Part {
                    source,
                    placement,
                    inverse: placement.inverse(),
                };
                let welded = sources.welded.get(&subject);
                let apart = self.instances(scene, subject).filter_map(|instance| {
                    let source = sources.of(subject, instance);
                    let alone = welded.is_none() || source.solid;
                    alone.then(|| part(source, split(&instance.placement).1))
                });
                let welded = welded.map(|(source, placement)| part(source, *placement));
                let parts: Vec<Part<'a>> = apart.chain(welded).collect();
                let place =
                    |p: &Part<'_>| Aabb::of(p.source.points.iter().map(|&x| p.placement.transform_point3(x)));
                let boxes: Vec<Aabb> = parts.iter().map(place).collect();
                let aabb = boxes.iter().fold(Aabb::EMPTY, |sum, b| sum.join(b));
                Candidate { subject, element: scene.element(subject), parts, boxes, aabb }
            })
            .collect()
    }
}

/// Makes the trees of the meshes that pairs need which must be near by `reach` metres, so that no thread waits for
/// another's. The largest come first: none is begun when all others are done.
pub(crate) fn build_bodies(
    candidates: &[Candidate<'_>],
    pairs: impl Iterator<Item = (u32, u32)>,
    reach: f64,
) {
    let mut needed: Vec<&Source> = Vec::new();
    let mut seen = FxHashSet::default();
    let square = reach * reach;
    for (i, j) in pairs {
        let (a, b) = (&candidates[i as usize], &candidates[j as usize]);
        for (x, y) in [(a, b), (b, a)] {
            for (part, aabb) in x.parts.iter().zip(&x.boxes) {
                if aabb.distance_squared(&y.aabb) <= square && seen.insert(std::ptr::from_ref(part.source)) {
                    needed.push(part.source);
                }
            }
        }
    }
    needed.sort_by_key(|source| std::cmp::Reverse(source.mesh.triangles.len()));
    needed.par_iter().with_max_len(1).for_each(|source| {
        source.body();
    });
}

/// Counts the surfaces, and says of each model how many it has and which shapes are broken.
pub(crate) fn report(scene: &Scene<'_>, candidates: &[Candidate<'_>], run: &mut ClashRun) {
    let ClashRun { tally, diagnostics, surfaces: listed, .. } = run;
    let mut per_model = vec![(0usize, 0usize); scene.models.len()];
    for candidate in candidates {
        let count = &mut per_model[candidate.subject.model as usize];
        let surface = candidate.parts.iter().any(|p| !p.source.solid);
        count.0 += usize::from(surface);
        listed.extend(surface.then_some(candidate.subject));
        count.1 += 1;
        if candidate.parts.iter().any(|p| p.source.broken) {
            diagnostics.push(Diagnostic::new(codes::BROKEN_MESH).element(candidate.element));
        }
    }
    for (part, (surfaces, all)) in scene.models.iter().zip(per_model) {
        tally.surfaces += surfaces;
        if surfaces > 0 {
            let detail = format!("{surfaces} of {all} elements");
            diagnostics.push(Diagnostic::new(codes::SURFACES).model(&part.model.label).detail(detail));
        }
    }
    diagnostics.sort();
}

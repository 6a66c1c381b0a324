//! Two revisions of a project beside each other.

use crate::{Loaded, Project};
use glam::{DAffine3, DVec3};
use groma_compare::{Comparison, Revision, compare, identify};
use groma_exchange::compare_report::{CompareReport, Compared};
use groma_exchange::identity_file::IdentityFile;
use groma_model::{Cancelled, Diagnostic, Diagnostics, ElementId, Progress, Standing, codes};
use rustc_hash::FxHashMap;

/// A model that both revisions have.
pub struct ComparedModel {
    /// Its index in the old project's models.
    pub old: usize,
    /// Its index in the new project's models.
    pub new: usize,
    /// Who is who, and what changed.
    pub comparison: Comparison,
}

/// What changed between two revisions of a project.
pub struct Revisions<'a> {
    /// The old revision.
    pub old: &'a Project,
    /// The new revision.
    pub new: &'a Project,
    /// The models that both have, by label.
    pub models: Vec<ComparedModel>,
    /// Models that only the new one has, as indices.
    pub added: Vec<usize>,
    /// Models that only the old one has, as indices.
    pub removed: Vec<usize>,
    /// What is added to compared points to make world coordinates of them.
    pub origin: DVec3,
    /// What is wrong with the aliases.
    pub diagnostics: Diagnostics,
}

impl Project {
    /// Compares this project with a newer revision of it.
    ///
    /// Models are taken for each other by label; two projects of one model each, whatever their labels. They
    /// are compared in world coordinates if both revisions stand in the same ones, else in the engineering
    /// coordinates of their files. Pairs of `aliases` hold whatever else speaks against them.
    ///
    /// # Errors
    ///
    /// The user's stop.
    pub fn compare<'a>(
        &'a self,
        newer: &'a Self,
        aliases: Option<&IdentityFile>,
        progress: &dyn Progress,
    ) -> Result<Revisions<'a>, Cancelled> {
        let together = Together::of(self, newer);
        let mut result = Revisions {
            old: self,
            new: newer,
            models: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            origin: together.origin,
            diagnostics: Diagnostics::default(),
        };
        let partner = |old: usize| {
            let one = self.models.len() == 1 && newer.models.len() == 1;
            let label = &self.models[old].model.label;
            let same = newer.models.iter().position(|m| m.model.label == *label);
            if one { Some(0) } else { same }
        };
        for old in 0..self.models.len() {
            let Some(new) = partner(old) else {
                result.removed.push(old);
                continue;
            };
            let (before, after) = (&self.models[old], &newer.models[new]);
            let revision = |loaded: &'a Loaded, placement| Revision {
                model: &loaded.model,
                shapes: &loaded.shapes,
                placement,
            };
            let old_revision = revision(before, together.placement(self, before));
            let new_revision = revision(after, together.placement(newer, after));
            let aliases = aliases.map_or_else(Vec::new, |file| resolve(file, &result, before, after));
            let (known, unknown) = split(aliases);
            unknown.into_iter().for_each(|d| result.diagnostics.push(d));
            let identity = identify(&old_revision, &new_revision, &known, progress)?;
            let comparison = compare(&old_revision, &new_revision, identity, progress)?;
            result.models.push(ComparedModel { old, new, comparison });
        }
        let is_added = |new: &usize| result.models.iter().all(|m| m.new != *new);
        result.added = (0..newer.models.len()).filter(is_added).collect();
        result.diagnostics.sort();
        Ok(result)
    }
}

impl Revisions<'_> {
    /// True when nothing changed.
    pub fn is_equal(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.models.iter().all(|m| m.comparison.is_equal())
    }

    /// What changed, as a report.
    pub fn report(&self) -> CompareReport {
        let labels = |project: &Project, list: &[usize]| {
            list.iter().map(|&m| project.models[m].model.label.to_string()).collect()
        };
        let mut found = self.old.all_diagnostics();
        found.extend(self.new.all_diagnostics());
        found.extend(self.diagnostics.clone());
        let (added, removed) = (labels(self.new, &self.added), labels(self.old, &self.removed));
        CompareReport::of(self.compared(), added, removed, &found)
    }

    /// Who is who, as a file for later stages.
    pub fn identity(&self) -> IdentityFile {
        IdentityFile::of(self.compared())
    }

    fn compared(&self) -> impl Iterator<Item = Compared<'_>> {
        self.models.iter().map(|m| Compared {
            old: &self.old.models[m.old].model,
            new: &self.new.models[m.new].model,
            comparison: &m.comparison,
            origin: self.origin,
        })
    }
}

/// The coordinates in which two projects are compared.
struct Together {
    /// True when both stand in the same world coordinates.
    world: bool,
    origin: DVec3,
}

impl Together {
    fn of(old: &Project, new: &Project) -> Self {
        let world = old.frame.standing == new.frame.standing;
        let local = [old, new].into_iter().find(|p| p.frame.standing == Standing::Local);
        let origin = if world { old.frame.origin } else { local.map_or(DVec3::ZERO, |p| p.frame.origin) };
        Self { world, origin }
    }

    /// From the frame of a project to the common coordinates.
    fn placement(&self, project: &Project, loaded: &Loaded) -> DAffine3 {
        let frame = &project.frame;
        if self.world {
            return DAffine3::from_translation(frame.origin - self.origin);
        }
        let to_local = frame.standing.transform(&loaded.model.place).inverse();
        DAffine3::from_translation(-self.origin) * to_local * DAffine3::from_translation(frame.origin)
    }
}

type Resolved = Result<(ElementId, ElementId), Diagnostic>;

/// The pairs that a file gives for two models.
fn resolve(file: &IdentityFile, so_far: &Revisions<'_>, old: &Loaded, new: &Loaded) -> Vec<Resolved> {
    let one = file.models.len() == 1 && so_far.old.models.len() == 1 && so_far.new.models.len() == 1;
    let mut of = file.models.iter();
    let Some(model) = of.find(|m| one || (*m.old == *old.model.label && *m.new == *new.model.label)) else {
        return Vec::new();
    };
    let index = |loaded: &Loaded| -> FxHashMap<std::sync::Arc<str>, ElementId> {
        let elements = loaded.model.elements.iter().zip(0..);
        elements.map(|(e, i)| (e.key.global_id.clone(), ElementId(i))).collect()
    };
    let (of_old, of_new) = (index(old), index(new));
    let find = |index: &FxHashMap<std::sync::Arc<str>, ElementId>, loaded: &Loaded, id: &str| {
        let unknown = || Diagnostic::new(codes::UNKNOWN_ALIAS).model(&loaded.model.label).detail(id);
        index.get(id).copied().ok_or_else(unknown)
    };
    let pairs = model.pairs.iter();
    pairs.map(|p| Ok((find(&of_old, old, &p.old)?, find(&of_new, new, &p.new)?))).collect()
}

fn split(resolved: Vec<Resolved>) -> (Vec<(ElementId, ElementId)>, Vec<Diagnostic>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for one in resolved {
        match one {
            Ok(pair) => known.push(pair),
            Err(diagnostic) => unknown.push(diagnostic),
        }
    }
    (known, unknown)
}

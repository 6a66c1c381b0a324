//! Models opened together, in one frame.

use crate::far::{self, bounds_without, far_away};
use crate::federation::{Bounds, Stands, carries_offset_twice, check, offset_twice};
use crate::remember::detect_again;
use crate::share::Share;
use crate::source::{LabelError, ModelSource, SourceError};
use groma_cache::{Cache, Cached, Key};
use groma_clash::{ClashRun, DetectError, Rule, Scene, SceneModel, Scope};
use groma_exchange::inspection::{Inspected, Inspection};
use groma_geometry::Shapes;
use groma_ifc::{Meshed, Opening};
use groma_model::{Cancelled, Coverage, Diagnostics, Frame, Model, Progress, Standing};
use rayon::prelude::*;
use std::sync::Arc;
use thiserror::Error;

/// One model of a project, with its shapes placed in the project's frame.
pub struct Loaded {
    /// Where it came from.
    pub source: ModelSource,
    /// What the file says.
    pub model: Model,
    /// The shapes, in the project's frame.
    pub shapes: Shapes,
    /// The corners of their box in the file's engineering coordinates, metres.
    pub local_bounds: Option<(glam::DVec3, glam::DVec3)>,
    /// What was wrong with the file, in order.
    pub diagnostics: Diagnostics,
    /// From the file's engineering coordinates in metres to the project's frame.
    pub to_frame: glam::DAffine3,
}

/// Models in one frame, sorted by label.
#[derive(Default)]
pub struct Project {
    /// The models.
    pub models: Vec<Loaded>,
    /// The frame that their shapes are placed in.
    pub frame: Frame,
    /// What is wrong with the models together.
    pub diagnostics: Diagnostics,
}

/// Looks on while models are opened, from the threads that open them. All is in the coordinates of its model: where
/// models stand to each other is known only when all are there.
pub trait Watch: Sync {
    /// A mesh of an element of a model, by label, that is being read. What comes out of a cache is not told so, nor is
    /// all else.
    fn meshed(&self, label: &Arc<str>, mesh: Meshed<'_>);
    /// A model is there.
    fn read(&self, model: &Loaded);
}

/// Nobody looks on.
impl Watch for () {
    fn meshed(&self, _: &Arc<str>, _: Meshed<'_>) {}

    fn read(&self, _: &Loaded) {}
}

/// Why a project cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is nothing to open.
    #[error("no model was given")]
    Nothing,
    /// The models cannot be told apart.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] groma_ifc::OpenError),
    /// The user stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<SourceError> for OpenError {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Label(e) => Self::Label(e),
            SourceError::File(e) => Self::File(e),
        }
    }
}

/// Of a file's progress, the hundredths that reading its model is worth; the rest is meshing.
const MODEL_SHARE: u64 = 30;

impl Project {
    /// Opens models, in parallel, and federates them: shared coordinates, one origin near them. Folders,
    /// archives and patterns stand for the models in them, see [`ModelSource::expand`].
    ///
    /// The order of the sources does not matter. What is broken in a file is in its diagnostics.
    ///
    /// # Errors
    ///
    /// No source, two equal labels, a file that cannot be opened at all, or the user's stop.
    pub fn open(sources: &[ModelSource], progress: &dyn Progress) -> Result<Self, OpenError> {
        Self::open_with(sources, None, progress)
    }

    /// [`Self::open`], where models that were opened before come out of a cache, and others go into it. The
    /// project is the same in every bit; what the cache did is in [`Cache::tally`].
    ///
    /// # Errors
    ///
    /// As [`Self::open`]; never the cache.
    pub fn open_with(
        sources: &[ModelSource],
        cache: Option<&Cache>,
        progress: &dyn Progress,
    ) -> Result<Self, OpenError> {
        Self::open_watched(sources, cache, progress, &())
    }

    /// [`Self::open_with`], with a watch on what is there already.
    ///
    /// # Errors
    ///
    /// As [`Self::open_with`].
    pub fn open_watched(
        sources: &[ModelSource],
        cache: Option<&Cache>,
        progress: &dyn Progress,
        watch: &dyn Watch,
    ) -> Result<Self, OpenError> {
        if sources.is_empty() {
            return Err(OpenError::Nothing);
        }
        let mut sources = ModelSource::expand_all(sources)?;
        ModelSource::check_labels(&sources)?;
        sources.sort_by(|a, b| a.label.cmp(&b.label));
        // All files are opened before the first is read, so that a misspelt name is told at once.
        let opened = sources.iter().map(|s| Opening::of(&s.path)).collect::<Result<Vec<_>, _>>()?;
        let bytes: u64 = opened.iter().map(Opening::bytes).sum();
        progress.begin("importing", bytes);
        let span = tracing::info_span!("import", files = sources.len(), bytes).entered();
        // Each source is moved in, so that what is unpacked is let go as soon as it is read.
        let models = sources
            .into_par_iter()
            .zip(opened)
            .map(|(source, bytes)| load(source, bytes, cache, progress, watch).inspect(|m| watch.read(m)))
            .collect::<Result<Vec<_>, OpenError>>()?;
        drop(span);
        progress.end();
        Ok(federate(models))
    }

    /// How many elements ended how, over all models.
    pub fn coverage(&self) -> Coverage {
        self.models.iter().map(|m| m.shapes.coverage()).sum()
    }

    /// True when a part of an input is lost: an element failed, or a diagnostic says so.
    pub fn is_incomplete(&self) -> bool {
        !self.coverage().is_complete() || self.models.iter().any(|m| m.diagnostics.any_lost())
    }

    /// Tests the pairs of a rule.
    ///
    /// # Errors
    ///
    /// A rule that makes no sense or selects nothing, or the user's stop.
    pub fn clash(&self, rule: &Rule, progress: &dyn Progress) -> Result<ClashRun, DetectError> {
        groma_clash::detect(&self.scene(), rule, progress)
    }

    /// [`Project::clash`] in a share of the pairs, or with verdicts that are known.
    ///
    /// # Errors
    ///
    /// As [`Project::clash`].
    pub fn clash_in(
        &self,
        rule: &Rule,
        scope: &Scope<'_>,
        progress: &dyn Progress,
    ) -> Result<ClashRun, DetectError> {
        groma_clash::detect_in(&self.scene(), rule, scope, progress)
    }

    /// [`Project::clash`], where pairs of which neither element has changed since the cache saw them are not
    /// tested again. The outcome is the same in every bit.
    ///
    /// # Errors
    ///
    /// As [`Project::clash`].
    pub fn clash_again(
        &self,
        rule: &Rule,
        cache: Option<&Cache>,
        progress: &dyn Progress,
    ) -> Result<ClashRun, DetectError> {
        detect_again(&self.scene(), rule, "", cache.into(), progress)
    }

    /// The models as clash detection sees them.
    pub fn scene(&self) -> Scene<'_> {
        let models = self.models.iter().map(|m| SceneModel { model: &m.model, shapes: &m.shapes });
        Scene { models: models.collect(), frame: &self.frame }
    }

    /// What the models are, as a report.
    pub fn inspect(&self) -> Inspection {
        let models = self.models.iter().map(|m| Inspected {
            model: &m.model,
            shapes: &m.shapes,
            local_bounds: m.local_bounds,
            diagnostics: &m.diagnostics,
        });
        Inspection::of(models, &self.frame, &self.diagnostics)
    }

    /// Every diagnostic, of the files and of the whole.
    pub fn all_diagnostics(&self) -> Diagnostics {
        let mut all = self.diagnostics.clone();
        for model in &self.models {
            all.extend(model.diagnostics.clone());
        }
        all.sort();
        all
    }
}

/// Takes one file out of the cache, or reads it: its model and, at the same time, its shapes.
fn load(
    source: ModelSource,
    opening: Opening,
    cache: Option<&Cache>,
    progress: &dyn Progress,
    watch: &dyn Watch,
) -> Result<Loaded, OpenError> {
    let span = tracing::info_span!("load", model = &*source.label).entered();
    progress.check()?;
    let size = opening.bytes();
    let bytes = opening.open()?;
    let cache = cache.map(|cache| (cache, Key::of(bytes.bytes())));
    if let Some((cache, key)) = &cache
        && let Some(Cached { model, shapes, diagnostics }) = cache.get(key, &source.label)
    {
        progress.advance(size);
        return Ok(Loaded {
            source,
            model,
            shapes,
            local_bounds: None,
            diagnostics,
            to_frame: glam::DAffine3::IDENTITY,
        });
    }
    let of_model = Share::new(progress, size * MODEL_SHARE / 100);
    let of_shapes = Share::new(progress, size - size * MODEL_SHARE / 100);
    let (model, shapes, diagnostics) =
        groma_ifc::read_telling(&bytes, &source.label, &of_model, &of_shapes, &|m| {
            watch.meshed(&source.label, m)
        })?;
    of_model.finish();
    of_shapes.finish();
    if let Some((cache, key)) = &cache {
        cache.put(key, &model, &shapes, &diagnostics);
    }
    drop(span);
    Ok(Loaded { source, model, shapes, local_bounds: None, diagnostics, to_frame: glam::DAffine3::IDENTITY })
}

/// Places the shapes of all models in one frame.
fn federate(mut models: Vec<Loaded>) -> Project {
    let _span = tracing::info_span!("federate").entered();
    let mut diagnostics = Diagnostics::default();
    let far: Vec<_> = models.par_iter().map(|m| far_away(&m.shapes)).collect();
    for (m, far) in models.iter_mut().zip(&far) {
        m.local_bounds = bounds_without(&m.shapes, far);
        if !far.is_empty() {
            far::say(&m.model, &m.shapes, far, &mut m.diagnostics);
            m.diagnostics.sort();
        }
        m.model.place.offset_in_placements = carries_offset_twice(&m.model.place, m.local_bounds);
        if m.model.place.offset_in_placements {
            m.diagnostics.push(offset_twice(&m.model));
            m.diagnostics.sort();
        }
    }
    let places: Vec<_> = models.iter().map(|m| (&*m.model.label, &m.model.place)).collect();
    let standing = Standing::shared(&places, &mut diagnostics);
    models.par_iter_mut().for_each(|m| {
        let to_shared = standing.transform(&m.model.place);
        m.shapes.transform(&to_shared);
        m.to_frame = to_shared;
    });
    let shared: Vec<Option<Bounds>> =
        models.iter().zip(&far).map(|(m, far)| bounds_without(&m.shapes, far)).collect();
    let bounds = shared.iter().flatten().copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let (min, max) = bounds.unwrap_or_default();
    let frame = Frame::around(standing, min, max);
    let stands: Vec<Stands<'_>> = models
        .iter()
        .zip(&shared)
        .map(|(m, &shared)| Stands { model: &m.model, local: m.local_bounds, shared })
        .collect();
    check(&stands, &mut diagnostics);
    for m in &mut models {
        let to_origin = glam::DAffine3::from_translation(-frame.origin);
        m.shapes.transform(&to_origin);
        m.to_frame = to_origin * m.to_frame;
    }
    Project { models, frame, diagnostics }
}

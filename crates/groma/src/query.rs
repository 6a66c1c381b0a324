//! A selector over models, as rows and columns.

use crate::columns::{Column, ColumnError, Measured};
use crate::federation::{Bounds, carries_offset_twice};
use crate::project::OpenError;
use crate::share::Share;
use crate::source::ModelSource;
use groma_cache::{Cache, Cached, Key};
use groma_exchange::query_report::{Cell, ColumnReport, QueryReport, StepReport};
use groma_exchange::report;
use groma_geometry::Shapes;
use groma_ifc::{Opening, Source, read_model, read_shapes};
use groma_model::{Cancelled, Coverage, Diagnostics, Model, Progress};
use groma_query::{Explanation, Index, Item, Selector};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use thiserror::Error;

/// What a query came to.
pub struct QueryRun {
    /// Rows and columns.
    pub report: QueryReport,
    /// How each facet added or took away.
    pub explanation: Explanation,
    /// True when a part of an input is lost, or a selected element has no shape that should have one and a
    /// column asks for shapes.
    pub incomplete: bool,
}

/// Why a query has no answer.
#[derive(Debug, Error)]
pub enum QueryError {
    /// A model cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A column that does not exist.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// The selector selects nothing.
    #[error("`{selector}` selects nothing{}", reason(.explanation))]
    Nothing {
        /// The selector in canonical form.
        selector: String,
        /// How it came to nothing.
        explanation: Explanation,
    },
}

impl From<Cancelled> for QueryError {
    fn from(stop: Cancelled) -> Self {
        Self::Open(stop.into())
    }
}

/// `: no property set is called Pset_X`, where that is known.
pub(crate) fn reason(explanation: &Explanation) -> String {
    explanation.reason().map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// What a file says, without shapes.
pub struct ReadModel {
    /// What it says.
    pub model: Model,
    /// What was wrong with it.
    pub diagnostics: Diagnostics,
    /// The text, where shapes may be asked for.
    source: Option<Source>,
    /// The size of the text.
    bytes: u64,
    /// Its place in the cache, and its shapes where they were there.
    key: Option<Key>,
    shapes: Option<Shapes>,
}

/// Of the progress, the hundredths that reading the models is worth where shapes are asked for.
const MODEL_SHARE: u64 = 30;

/// Selects from models, and shows columns of what is selected: by model, types and others behind the
/// elements, each in file order. Shapes are meshed, or taken out of the cache, only where a column asks for
/// them; a box is in the engineering coordinates of its file, in metres.
///
/// # Errors
///
/// A file that cannot be opened, a column that does not exist, a selector that selects nothing, or the
/// user's stop.
pub fn query(
    sources: &[ModelSource],
    selector: &Selector,
    columns: &[Column],
    cache: Option<&Cache>,
    progress: &dyn Progress,
) -> Result<QueryRun, QueryError> {
    let wants_shapes = columns.iter().any(Column::needs_shapes);
    let of_models = if wants_shapes { MODEL_SHARE } else { 100 };
    let mut models = read(sources, of_models, cache.filter(|_| wants_shapes), progress)?;

    let span = tracing::info_span!("query").entered();
    let indices: Vec<Index<'_>> = models.iter().map(|m| Index::new(&m.model)).collect();
    let selected: Vec<Vec<Item>> = indices.iter().map(|index| selector.select_in(index).items).collect();
    if selected.iter().all(Vec::is_empty) {
        progress.end();
        let explanation = selector.explain(&indices);
        return Err(QueryError::Nothing { selector: selector.to_string(), explanation });
    }
    columns.iter().try_for_each(|column| column.check(&indices))?;
    let explanation = selector.explain(&indices);
    drop((indices, span));
    if wants_shapes {
        mesh(&mut models, &selected, cache, progress)?;
    }
    progress.end();
    let indices: Vec<Index<'_>> = models.iter().map(|m| Index::new(&m.model)).collect();
    let shapes: Vec<Option<&Shapes>> = models.iter().map(|m| m.shapes.as_ref()).collect();

    let (rows, units) = rows(&indices, &selected, &shapes, columns);
    let headers = columns.iter().zip(units);
    let headers = headers.map(|(c, unit)| ColumnReport { name: c.name().to_owned(), unit }).collect();
    let labels = models.iter().map(|m| m.model.label.to_string()).collect();
    let mut report = QueryReport::new(selector.to_string(), labels, headers);
    report.selected = explanation.selected;
    report.set_rows(rows);
    let coverage: Coverage = shapes.iter().zip(&selected).map(|(s, items)| coverage(*s, items)).sum();
    report.coverage = wants_shapes.then(|| coverage.into());
    drop(indices);
    let mut all = Diagnostics::default();
    for (read, items) in models.into_iter().zip(&selected) {
        all.extend(about(&read, items));
    }
    all.sort();
    report.diagnostics = report::diagnostics(&all);
    let incomplete = all.any_lost() || coverage.failed > 0;
    Ok(QueryRun { report, explanation, incomplete })
}

/// Meshes the models of which elements are selected, as far as their shapes are not there yet.
fn mesh(
    models: &mut [ReadModel],
    selected: &[Vec<Item>],
    cache: Option<&Cache>,
    progress: &dyn Progress,
) -> Result<(), Cancelled> {
    models.par_iter_mut().zip(selected).try_for_each(|(read, items)| {
        let share = Share::new(progress, read.bytes - read.bytes * MODEL_SHARE / 100);
        if let Some(source) = read.source.take()
            && read.shapes.is_none()
            && items.iter().any(|item| matches!(item, Item::Element(_)))
        {
            let (shapes, said) = read_shapes(&source, &read.model, &share)?;
            read.diagnostics.extend(said);
            read.diagnostics.sort();
            if let Some((cache, key)) = cache.zip(read.key.as_ref()) {
                cache.put(key, &read.model, &shapes, &read.diagnostics);
            }
            read.shapes = Some(shapes);
        }
        share.finish();
        Ok(())
    })
}

/// What is said of a file, without what is said of the shapes of elements that are not selected.
fn about(read: &ReadModel, items: &[Item]) -> Diagnostics {
    let ids: FxHashSet<u64> =
        items.iter().filter_map(|item| item.express_id(&read.model)).map(u64::from).collect();
    let mut about = Diagnostics::default();
    for d in &read.diagnostics {
        let of_shape = d.code.id().starts_with("G03");
        if !of_shape || d.location.express_id.is_none_or(|id| ids.contains(&id)) {
            about.push(d.clone());
        }
    }
    about
}

/// Reads models without meshing them, sorted by label.
///
/// # Errors
///
/// No source, two equal labels, a file that cannot be opened at all, or the user's stop.
pub fn read_models(sources: &[ModelSource], progress: &dyn Progress) -> Result<Vec<ReadModel>, OpenError> {
    let models = read(sources, 100, None, progress);
    progress.end();
    models
}

/// Reads models; that is so many hundredths of the progress, which goes on.
fn read(
    sources: &[ModelSource],
    hundredths: u64,
    cache: Option<&Cache>,
    progress: &dyn Progress,
) -> Result<Vec<ReadModel>, OpenError> {
    if sources.is_empty() {
        return Err(OpenError::Nothing);
    }
    let mut sources = ModelSource::expand_all(sources)?;
    ModelSource::check_labels(&sources)?;
    sources.sort_by(|a, b| a.label.cmp(&b.label));
    let opened = sources.iter().map(|s| Opening::of(&s.path)).collect::<Result<Vec<_>, _>>()?;
    let bytes: u64 = opened.iter().map(Opening::bytes).sum();
    progress.begin("importing", bytes);
    let models = sources
        .into_par_iter()
        .zip(opened)
        .map(|(from, opening)| {
            let share = Share::new(progress, opening.bytes() * hundredths / 100);
            let bytes = opening.bytes();
            let source = opening.open()?;
            let key = cache.map(|_| Key::of(source.bytes()));
            let cached = cache.zip(key.as_ref()).and_then(|(cache, key)| cache.get(key, &from.label));
            let (mut model, shapes, diagnostics) = match cached {
                Some(Cached { model, shapes, diagnostics }) => (model, Some(shapes), diagnostics),
                None => {
                    let (model, diagnostics) = read_model(&source, &from.label, &share)?;
                    (model, None, diagnostics)
                }
            };
            model.place.offset_in_placements = carries_offset_twice(&model.place, placements(&model));
            share.finish();
            // Where no shapes are asked for, the text is let go.
            let source = (hundredths < 100).then_some(source);
            Ok(ReadModel { model, diagnostics, source, bytes, key, shapes })
        })
        .collect::<Result<Vec<_>, OpenError>>()?;
    Ok(models)
}

/// The bounds of the places where the elements of a model stand.
fn placements(model: &Model) -> Option<Bounds> {
    let elements = model.elements.iter().filter(|e| e.class.is_a("IfcElement"));
    let at = elements.filter_map(|e| e.placement).map(|at| (at.translation, at.translation));
    at.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The cells of all rows, and the unit of each column where all its numbers have one.
fn rows(
    indices: &[Index<'_>],
    selected: &[Vec<Item>],
    shapes: &[Option<&Shapes>],
    columns: &[Column],
) -> (Vec<Vec<Cell>>, Vec<Option<&'static str>>) {
    let of_models = indices.iter().zip(selected).zip(shapes);
    let all: Vec<(&Index<'_>, Item, Option<&Shapes>)> = of_models
        .flat_map(|((index, items), shapes)| items.iter().map(move |item| (index, *item, *shapes)))
        .collect();
    let cells: Vec<Vec<(Cell, Option<&'static str>)>> = all
        .into_par_iter()
        .with_min_len(64)
        .map(|(index, item, shapes)| {
            let measured = match (shapes, item) {
                (Some(shapes), Item::Element(id)) => Measured::of(shapes, id),
                _ => None,
            };
            columns.iter().map(|column| column.cell(index, item, shapes, measured.as_ref())).collect()
        })
        .collect();
    let units = (0..columns.len()).map(|c| {
        let mut found = cells.iter().map(|row| &row[c]).filter(|(cell, _)| *cell != Cell::Null);
        let first = found.next().map_or(columns[c].unit(), |(_, unit)| *unit);
        found.all(|(_, unit)| *unit == first).then_some(first).flatten()
    });
    let units = units.collect();
    (cells.into_iter().map(|row| row.into_iter().map(|(cell, _)| cell).collect()).collect(), units)
}

fn coverage(shapes: Option<&Shapes>, items: &[Item]) -> Coverage {
    let statuses = items.iter().filter_map(|item| match item {
        Item::Element(id) => shapes?.status.get(id.index()),
        _ => None,
    });
    Coverage::of(statuses)
}

impl QueryRun {
    /// Puts into the report how each facet added or took away.
    pub fn explain(&mut self) {
        self.report.explain = Some(steps(&self.explanation));
    }
}

/// An explanation as it stands in a report.
pub fn steps(explanation: &Explanation) -> Vec<Vec<StepReport>> {
    let step = |s: &groma_query::Step| StepReport {
        facet: s.facet.clone(),
        before: s.before,
        after: s.after,
        note: s.note.clone(),
    };
    explanation.lists.iter().map(|list| list.iter().map(step).collect()).collect()
}

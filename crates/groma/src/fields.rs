//! How the storeys of a project are cut to fields: by the grids of its models, else to squares.

use crate::rules::Result;
use crate::{Project, ProjectConfig};
use glam::DVec3;
use groma_clash::{Fields, GridFields};
use groma_ifc::{GridAxis, Source, grids_of};

/// The fields of a project: the grids of its models, in the order of their labels and files, and squares as wide as the
/// file says.
///
/// # Errors
///
/// A width that is no length above 0.
pub(crate) fn fields(project: &Project, config: &ProjectConfig) -> Result<Fields> {
    let mut fields = Fields::default();
    if let Some(width) = &config.file.grouping.cell {
        if !(*width.as_ref() > 0.0 && width.as_ref().is_finite()) {
            let what = format!("the cell must be a length of more than 0 metres, not {}", width.as_ref());
            return Err(Box::new(config.mistake(width.span(), what)));
        }
        fields.width = *width.as_ref();
    }
    for m in &project.models {
        if !m.model.elements.iter().any(|e| e.class.is_a("IfcGrid")) {
            continue;
        }
        // A file that has gone since it was read has no grids.
        let Ok(source) = Source::open(&m.source.path) else { continue };
        let to_world = |p: DVec3| project.frame.to_world(m.to_frame.transform_point3(p));
        for grid in grids_of(&source, &m.model) {
            let family = |axes: &[GridAxis]| -> Vec<(String, [DVec3; 2])> {
                axes.iter().map(|a| (a.tag.clone(), a.ends.map(to_world))).collect()
            };
            let [u, v] = &grid;
            fields.grids.extend(GridFields::new([&family(u), &family(v)]));
        }
    }
    Ok(fields)
}

//! The axes of a file's grids.

use crate::Source;
use crate::attributes::Step;
use crate::solids::Reading;
use glam::DVec3;
use groma_model::Model;

/// An axis of a grid, as a line through its two ends.
#[derive(Clone, PartialEq, Debug)]
pub struct GridAxis {
    /// Its name, as `B` or `3`.
    pub tag: String,
    /// The ends, in the engineering coordinates of the file, metres.
    pub ends: [DVec3; 2],
}

/// The straight axes of a grid that have a tag: its U axes, then its V axes.
pub type GridAxes = [Vec<GridAxis>; 2];

/// The grids of a file, in its order; without those of which nothing can be read.
pub fn grids_of(source: &Source, model: &Model) -> Vec<GridAxes> {
    let (bytes, scan) = source.text();
    let reading = Reading::new(Step { bytes, scan }, model.units.length, model.units.angle);
    let of_grid = |row| {
        let a = reading.step.attributes(row)?;
        let placement = reading.placement(a.reference(5)?)?;
        let family = |slot| {
            let axes = a.references(slot).into_iter().filter_map(|id| axis(&reading, id));
            axes.map(|axis| GridAxis { ends: axis.ends.map(|p| placement.transform_point3(p)), ..axis })
                .collect()
        };
        Some([family(7), family(8)])
    };
    let grids: Vec<GridAxes> = scan.rows("IFCGRID").filter_map(of_grid).collect();
    grids.into_iter().filter(|g| g.iter().any(|family| !family.is_empty())).collect()
}

fn axis(reading: &Reading<'_>, id: u32) -> Option<GridAxis> {
    let a = reading.step.instance(id, &["IFCGRIDAXIS"])?;
    let tag = a.text(0)?.trim().to_owned();
    let ends = ends(reading, a.reference(1)?, 0)?;
    (!tag.is_empty() && ends[0].distance(ends[1]) > 1e-6).then_some(GridAxis { tag, ends })
}

/// How many curves may be trimmed of each other.
const NESTED: u32 = 4;

/// The ends of a straight curve.
fn ends(reading: &Reading<'_>, id: u32, depth: u32) -> Option<[DVec3; 2]> {
    let a = reading.attributes(id)?;
    match reading.step.keyword(id) {
        "IFCPOLYLINE" => {
            let points: Option<Vec<DVec3>> = a.references(0).into_iter().map(|p| reading.point(p)).collect();
            let points = points?;
            let ends = [*points.first()?, *points.last()?];
            let along = (ends[1] - ends[0]).normalize_or_zero();
            let is_straight = |p: &DVec3| (*p - ends[0]).cross(along).length() < 1e-3;
            points.iter().all(is_straight).then_some(ends)
        }
        "IFCLINE" => {
            let from = reading.point(a.reference(0)?)?;
            let vector = reading.step.instance(a.reference(1)?, &["IFCVECTOR"])?;
            Some([from, from + reading.direction(vector.reference(0)?)?])
        }
        "IFCTRIMMEDCURVE" if depth < NESTED => ends(reading, a.reference(0)?, depth + 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::grids_of;
    use crate::{Source, read_model};
    use glam::DVec3;
    use std::path::Path;

    #[test]
    fn axes_stand_where_their_grid_is_placed() {
        let text = "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n#1=IFCCARTESIANPOINT((10.,0.,0.));\n\
                    #2=IFCAXIS2PLACEMENT3D(#1,$,$);\n#3=IFCLOCALPLACEMENT($,#2);\n#4=IFCCARTESIANPOINT((0.,0.));\n\
                    #5=IFCCARTESIANPOINT((0.,8.));\n#6=IFCPOLYLINE((#4,#5));\n#7=IFCGRIDAXIS('1',#6,.T.);\n\
                    #8=IFCDIRECTION((1.,0.));\n#9=IFCVECTOR(#8,5.);\n#10=IFCLINE(#4,#9);\n\
                    #11=IFCGRIDAXIS('A',#10,.T.);\n#12=IFCGRIDAXIS($,#10,.T.);\n\
                    #13=IFCGRID('0000000000000000000001',$,$,$,$,#3,$,(#7),(#11,#12,#99),$,$);\n\
                    ENDSEC;\nEND-ISO-10303-21;\n";
        let source = Source::from_bytes(text.into(), Path::new("a.ifc")).unwrap();
        let (model, _) = read_model(&source, &"a".into(), &()).unwrap();
        let [grid] = &grids_of(&source, &model)[..] else { panic!("one grid") };
        let [u, v] = grid;
        assert_eq!((u.len(), &*u[0].tag, u[0].ends), (1, "1", [DVec3::X * 10.0, DVec3::new(10.0, 8.0, 0.0)]));
        assert_eq!((v.len(), &*v[0].tag, v[0].ends), (1, "A", [DVec3::X * 10.0, DVec3::X * 11.0]));
    }
}

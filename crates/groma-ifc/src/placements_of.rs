//! Where elements stand by their own placements, whatever their shapes are made of.

use crate::Source;
use crate::attributes::Step;
use crate::solids::Reading;
use glam::DAffine3;
use groma_model::Model;

/// The placement (`ObjectPlacement`, with all that it is relative to) of each instance, in the engineering
/// coordinates of its file, metres; `None` where it has none that can be read.
pub fn placements_of(source: &Source, model: &Model, express_ids: &[u32]) -> Vec<Option<DAffine3>> {
    let (bytes, scan) = source.text();
    let reading = Reading::new(Step { bytes, scan }, model.units.length, model.units.angle);
    let placement = |&id: &u32| reading.placement(reading.attributes(id)?.reference(5)?);
    express_ids.iter().map(placement).collect()
}

#[cfg(test)]
mod tests {
    use super::placements_of;
    use crate::{Source, read_model};
    use std::path::Path;

    #[test]
    fn placements_are_those_of_the_elements() {
        let text = "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n#1=IFCCARTESIANPOINT((2.,3.,4.));\n\
                    #2=IFCDIRECTION((0.,0.,1.));\n#3=IFCDIRECTION((0.,1.,0.));\n#4=IFCAXIS2PLACEMENT3D(#1,#2,#3);\n\
                    #5=IFCLOCALPLACEMENT($,#4);\n#6=IFCLOCALPLACEMENT(#5,#4);\n\
                    #7=IFCDOOR('0000000000000000000001',$,$,$,$,#6,$,$,$,$,$,$,$);\n\
                    #8=IFCDOOR('0000000000000000000002',$,$,$,$,$,$,$,$,$,$,$,$);\nENDSEC;\nEND-ISO-10303-21;\n";
        let source = Source::from_bytes(text.into(), Path::new("a.ifc")).unwrap();
        let (model, _) = read_model(&source, &"a".into(), &()).unwrap();
        let found = placements_of(&source, &model, &[7, 8, 9]);
        let at = found[0].unwrap();
        assert!(at.translation.abs_diff_eq(glam::DVec3::new(-1.0, 5.0, 8.0), 1e-12), "{at}");
        assert!(at.matrix3.x_axis.abs_diff_eq(-glam::DVec3::X, 1e-12), "{at}");
        assert_eq!(found[1..], [None, None]);
    }
}

//! Models of boxes, as a test needs them.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::fmt::Write;
use std::path::Path;

/// A box: the class of IFC4, a number that makes its GlobalId, its name, its corners in metres.
#[derive(Clone, Copy)]
pub struct Block<'a>(pub &'a str, pub u32, pub &'a str, pub [f64; 3], pub [f64; 3]);

/// The GlobalId of a number.
pub fn id(number: u32) -> String {
    format!("{number:022}")
}

/// The text of a model of these boxes; `more` are records behind them, from #100000.
pub fn model(blocks: &[Block<'_>], more: &str) -> String {
    let mut text =
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n\
        FILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n\
        #1=IFCPROJECT('0000000000000000000999',$,'Boxes',$,$,$,$,(#4),#2);\n\
        #2=IFCUNITASSIGNMENT((#3));\n#3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n\
        #4=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#5,$);\n\
        #5=IFCAXIS2PLACEMENT3D(#6,$,$);\n#6=IFCCARTESIANPOINT((0.,0.,0.));\n\
        #7=IFCAXIS2PLACEMENT2D(#8,$);\n#8=IFCCARTESIANPOINT((0.,0.));\n#9=IFCDIRECTION((0.,0.,1.));\n"
            .to_owned();
    for (Block(class, number, name, low, high), n) in blocks.iter().zip((100..).step_by(10)) {
        let [x, y] = [0, 1].map(|k| (low[k] + high[k]) / 2.0);
        let [dx, dy, dz] = [0, 1, 2].map(|k| high[k] - low[k]);
        let z = low[2];
        let _ = write!(
            text,
            "#{}=IFCCARTESIANPOINT(({x:?},{y:?},{z:?}));\n#{}=IFCAXIS2PLACEMENT3D(#{n},$,$);\n\
             #{}=IFCLOCALPLACEMENT($,#{});\n#{}=IFCRECTANGLEPROFILEDEF(.AREA.,$,#7,{dx:?},{dy:?});\n\
             #{}=IFCEXTRUDEDAREASOLID(#{},#5,#9,{dz:?});\n\
             #{}=IFCSHAPEREPRESENTATION(#4,'Body','SweptSolid',(#{}));\n\
             #{}=IFCPRODUCTDEFINITIONSHAPE($,$,(#{}));\n\
             #{}={}('{}',$,'{name}',$,$,#{},#{},$,$);\n",
            n,
            n + 1,
            n + 2,
            n + 1,
            n + 3,
            n + 4,
            n + 3,
            n + 5,
            n + 4,
            n + 6,
            n + 5,
            n + 7,
            class.to_uppercase(),
            id(*number),
            n + 2,
            n + 6,
        );
    }
    text + more + "ENDSEC;\nEND-ISO-10303-21;\n"
}

/// Writes a model of these boxes.
pub fn write(file: &Path, blocks: &[Block<'_>]) {
    std::fs::write(file, model(blocks, "")).expect("the file can be written");
}

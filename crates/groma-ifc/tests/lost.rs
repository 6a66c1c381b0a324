//! What a file leaves out is said, and costs no more than itself.

mod common;

use common::{all, extents, source, step, told, with_threads};
use groma_model::{ShapeStatus, codes};

const WHOLE: ShapeStatus = ShapeStatus::Meshed;
const PART: ShapeStatus = ShapeStatus::Failed(codes::INCOMPLETE_BODY);

/// The first status, what was said, and how many triangles there are.
fn read(data: &str) -> (ShapeStatus, String, usize) {
    let (_, shapes, said) = with_threads(2, || all(&source(step("IFC4", data)), "m"));
    let triangles = shapes.instances.iter().map(|i| shapes.meshes[i.mesh as usize].triangles.len()).sum();
    (shapes.status[0], told(&said), triangles)
}

/// A unit tetrahedron as a brep `#41`, its faces `#30` to `#33`.
fn tetrahedron(faces: &str, bounds: &str, points: &str) -> String {
    format!(
        "#10=IFCCARTESIANPOINT((0.,0.,0.));\n#11=IFCCARTESIANPOINT((1.,0.,0.));\n\
         #12=IFCCARTESIANPOINT((0.,1.,0.));\n#13=IFCCARTESIANPOINT((0.,0.,1.));\n\
         #20=IFCPOLYLOOP((#10,#12,#11));\n#21=IFCPOLYLOOP((#10,#11,#13));\n#22=IFCPOLYLOOP((#10,#13,#12));\n\
         #23=IFCPOLYLOOP((#11,#12,{points}));\n#25=IFCFACEOUTERBOUND(#20,.T.);\n#26=IFCFACEOUTERBOUND(#21,.T.);\n\
         #27=IFCFACEOUTERBOUND(#22,.T.);\n#28=IFCFACEOUTERBOUND({bounds},.T.);\n#30=IFCFACE((#25));\n\
         #31=IFCFACE((#26));\n#32=IFCFACE((#27));\n#33=IFCFACE((#28));\n\
         #40=IFCCLOSEDSHELL((#30,#31,#32,{faces}));\n#41=IFCFACETEDBREP(#40);\n\
         #50=IFCSHAPEREPRESENTATION(#9,'Body','Brep',(#41));\n#51=IFCPRODUCTDEFINITIONSHAPE($,$,(#50));\n\
         #52=IFCWALL('w',$,$,$,$,$,#51,$,$);\n"
    )
}

#[test]
fn a_face_a_loop_or_a_point_that_is_not_there_is_told() {
    let (status, said, triangles) = read(&tetrahedron("#33", "#23", "#13"));
    assert_eq!((status, said.as_str(), triangles), (WHOLE, "", 4));
    for (faces, bounds, points, told) in [
        ("#99", "#23", "#13", "G0303 #52 #99 (of #40)"),
        ("#33", "#99", "#13", "G0303 #52 #99 (of #28)"),
        ("#33", "#23", "#99", "G0303 #52 #99 (of #23)"),
        ("$", "#23", "#13", "G0301 #52 IfcFacetedBrep, $ (of #40)"),
    ] {
        let (status, said, _) = read(&tetrahedron(faces, bounds, points));
        assert!(matches!(status, ShapeStatus::Failed(_)), "{said}");
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn an_index_beyond_the_points_is_told() {
    let set = |faces: &str| {
        read(&format!(
            "#10=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.),(0.,0.,1.)));\n\
             #11=IFCTRIANGULATEDFACESET(#10,$,.T.,({faces}),$);\n\
             #50=IFCSHAPEREPRESENTATION(#9,'Body','Tessellation',(#11));\n#51=IFCPRODUCTDEFINITIONSHAPE($,$,(#50));\n\
             #52=IFCWALL('w',$,$,$,$,$,#51,$,$);\n"
        ))
    };
    assert_eq!(set("(1,3,2),(1,2,4),(1,4,3),(2,3,4)").0, WHOLE);
    for last in ["(2,3,9)", "(0,3,4)"] {
        let (status, said, _) = set(&format!("(1,3,2),(1,2,4),(1,4,3),{last}"));
        assert!(matches!(status, ShapeStatus::Failed(_)), "{said}");
        assert!(said.contains(" of 4 (of #11)"), "{said}");
    }
}

#[test]
fn a_shell_that_is_not_there_is_told() {
    let data = tetrahedron("#33", "#23", "#13")
        .replace("#41=IFCFACETEDBREP(#40)", "#41=IFCSHELLBASEDSURFACEMODEL((#40,#99))")
        .replace("'Brep'", "'SurfaceModel'");
    let (status, said, triangles) = read(&data);
    assert_eq!((status, triangles), (PART, 4), "{said}");
    assert!(said.contains("G0303 #52 #99 (of #41)"), "{said}");
}

/// A wall with a representation of a type and of items; `#20` is an extrusion, `#24` a map of it.
fn typed(kind: &str, items: &str) -> String {
    format!(
        "#10=IFCCARTESIANPOINT((0.,0.));\n#11=IFCAXIS2PLACEMENT2D(#10,$);\n\
         #12=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,2.,1.);\n#20=IFCEXTRUDEDAREASOLID(#12,#8,#6,3.);\n\
         #21=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#20));\n#22=IFCREPRESENTATIONMAP(#8,#21);\n\
         #23=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,$,$);\n#24=IFCMAPPEDITEM(#22,#23);\n\
         #50=IFCSHAPEREPRESENTATION(#9,'Body',{kind},({items}));\n#51=IFCPRODUCTDEFINITIONSHAPE($,$,(#50));\n\
         #52=IFCWALL('w',$,$,$,$,$,#51,$,$);\n"
    )
}

#[test]
fn an_odd_type_of_representation_does_not_hide_a_body() {
    for kind in [
        "'SweptSolid'",
        "'sweptsolid'",
        "'SweptSolid '",
        "'Solid'",
        "'NotDefined'",
        "'SOLIDMODEL'",
        "'x'",
        "$",
        "''",
    ] {
        for item in ["#20", "#24"] {
            let (status, said, triangles) = read(&typed(kind, item));
            assert_eq!((status, said.as_str(), triangles), (WHOLE, "", 12), "{kind} {item}");
        }
    }
    // what says that it is no body stays none, and so does an odd one beside a known one
    let (status, _, triangles) = read(
        &typed("'SweptSolid'", "#20").replace("'Body','SweptSolid',(#20));\n#51", "'Box','odd',(#20));\n#51"),
    );
    assert!(status != WHOLE && triangles == 0);
    let two = typed("'odd'", "#20").replace("$,$,(#50)", "$,$,(#21,#50)");
    assert_eq!(read(&two).2, 12);
}

#[test]
fn one_item_that_is_not_there_costs_itself_alone() {
    for items in ["#20,#99", "#99,#20", "#24,#99"] {
        let (status, said, triangles) = read(&typed("'SweptSolid'", items));
        assert_eq!((status, triangles), (PART, 12), "{items}: {said}");
        assert!(said.contains("G0303 #52 #99 (of #50)"), "{said}");
    }
    // within a map
    let data = typed("'MappedRepresentation'", "#24").replace("'SweptSolid',(#20)", "'SweptSolid',(#20,#99)");
    let (status, said, triangles) = read(&data);
    assert_eq!((status, triangles), (PART, 12), "{said}");
    assert!(said.contains("#99 (of #21)"), "{said}");
}

#[test]
fn kinds_of_bodies_that_are_our_own() {
    let shared = "#10=IFCCARTESIANPOINT((0.,0.));\n#11=IFCAXIS2PLACEMENT2D(#10,$);\n\
         #12=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,1.,0.5);\n#13=IFCCIRCLEPROFILEDEF(.AREA.,$,#11,0.4);\n\
         #14=IFCCARTESIANPOINT((5.,0.,0.));\n#15=IFCDIRECTION((0.,1.,0.));\n#16=IFCAXIS1PLACEMENT(#14,#15);\n\
         #17=IFCCARTESIANPOINT((0.,2.,0.));\n#18=IFCPOLYLINE((#5,#14,#17,#5));\n#19=IFCPLANE(#8);\n\
         #20=IFCCARTESIANPOINT((3.,0.));\n#21=IFCPOLYLINE((#10,#20));\n#22=IFCCYLINDRICALSURFACE(#8,1.);\n\
         #23=IFCCARTESIANPOINT((3.,0.,0.));\n#24=IFCCARTESIANPOINT((3.,0.,4.));\n#25=IFCPOLYLINE((#5,#23,#24));\n\
         #26=IFCARBITRARYOPENPROFILEDEF(.CURVE.,$,#21);\n#27=IFCAXIS2PLACEMENT3D(#24,$,$);\n#28=IFCPOLYLINE((#5,#24));\n";
    let pi = std::f64::consts::PI;
    // each with its volume, or none for a surface
    let cases: [(&str, Option<f64>); 17] = [
        ("IFCRECTANGULARPYRAMID(#8,1.,2.,3.)", Some(2.0)),
        ("IFCRIGHTCIRCULARCONE(#8,2.,1.)", Some(2.0 * pi / 3.0)),
        ("IFCRIGHTCIRCULARCYLINDER(#8,2.,1.)", Some(2.0 * pi)),
        ("IFCSPHERE(#8,1.)", Some(4.0 * pi / 3.0)),
        ("IFCBLOCK(#8,1.,2.,3.)", Some(6.0)),
        ("IFCREVOLVEDAREASOLIDTAPERED(#12,#8,#16,1.5707963,#12)", Some(0.5 * 5.0 * pi / 2.0)),
        // between 0.5 m2 all the way and what the mixed area of both sections, 0.6, would give half way
        ("IFCREVOLVEDAREASOLIDTAPERED(#12,$,#16,1.5707963,#13)", Some(3.99)),
        ("IFCSWEPTDISKSOLID(#25,0.1,$,$,$)", Some(0.07 * pi)),
        ("IFCSWEPTDISKSOLID(#25,0.1,0.05,0.,2.)", Some(0.0525 * pi)),
        ("IFCSWEPTDISKSOLIDPOLYGONAL(#25,0.1,$,$,$,0.3)", Some(0.01 * pi * (7.0 - 0.6 + 0.15 * pi))),
        ("IFCSECTIONEDSPINE(#28,(#12,#12),(#8,#27))", Some(2.0)),
        ("IFCCURVEBOUNDEDPLANE(#19,#18,())", None),
        ("IFCRECTANGULARTRIMMEDSURFACE(#22,0.,0.,1.5,2.,.T.,.T.)", None),
        ("IFCSURFACEOFREVOLUTION(#26,#8,#16)", None),
        ("IFCEXTRUDEDAREASOLID(#40,#8,#6,2.)", Some(2.0 * pi * 0.5)),
        ("IFCEXTRUDEDAREASOLID(#41,#8,#6,2.)", Some(3.0)),
        ("IFCEXTRUDEDAREASOLID(#42,#8,#6,2.)", Some(0.6)),
    ];
    let profiles = "#40=IFCELLIPSEPROFILEDEF(.AREA.,$,#11,1.,0.5);\n#41=IFCTRAPEZIUMPROFILEDEF(.AREA.,$,#11,2.,1.,1.,0.3);\n\
         #42=IFCCENTERLINEPROFILEDEF(.CURVE.,$,#21,0.1);\n";
    for (body, volume) in cases {
        let data = format!(
            "{shared}{profiles}#49={body};\n#50=IFCSHAPEREPRESENTATION(#9,'Body','SolidModel',(#49));\n\
             #51=IFCPRODUCTDEFINITIONSHAPE($,$,(#50));\n#52=IFCWALL('w',$,$,$,$,$,#51,$,$);\n"
        );
        let (model, shapes, said) = with_threads(2, || all(&source(step("IFC4X3_ADD2", &data)), "m"));
        assert_eq!((shapes.status[0], told(&said).as_str()), (WHOLE, ""), "{body}");
        match volume {
            Some(volume) => {
                assert!(shapes.meshes.iter().all(|mesh| mesh.is_closed()), "{body}");
                let found = extents(&model, &shapes)["w"].2;
                assert!((found / volume - 1.0).abs() < 0.014, "{body}: {found} is not {volume}");
            }
            None => assert!(!shapes.instances.is_empty(), "{body}"),
        }
    }
}

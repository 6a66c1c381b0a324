//! Bodies of many kinds have the volume and the box that they should.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{all, extents, source, step, told, with_threads};
use glam::DVec3;
use groma_model::ShapeStatus;
use std::f64::consts::PI;

/// The element of these items, or of these representations: its box and volume, and whether all of it is closed.
fn read(data: &str, representations: &str) -> (DVec3, DVec3, f64, bool) {
    let data = format!(
        "{data}#89=IFCPRODUCTDEFINITIONSHAPE($,$,({representations}));\n\
         #90=IFCBUILDINGELEMENTPROXY('e',$,$,$,$,$,#89,$,$);\n"
    );
    let (model, shapes, said) = with_threads(2, || all(&source(step("IFC4", &data)), "m"));
    assert_eq!((shapes.status[0], told(&said).as_str()), (ShapeStatus::Meshed, ""), "{data}");
    let (lo, hi, volume) = extents(&model, &shapes)["e"];
    (lo, hi, volume, shapes.meshes.iter().all(|m| m.is_closed()))
}

fn body(data: &str) -> (DVec3, DVec3, f64) {
    let (lo, hi, volume, closed) =
        read(&format!("{data}#88=IFCSHAPEREPRESENTATION(#9,'Body','SolidModel',(#80));\n"), "#88");
    assert!(closed, "{data}");
    (lo, hi, volume)
}

fn check(data: &str, volume: f64, within: f64) {
    let (_, _, found) = body(data);
    assert!((found / volume - 1.0).abs() < within, "{found} is not {volume}: {data}");
}

fn near(found: DVec3, expect: [f64; 3], within: f64) {
    assert!((found - DVec3::from(expect)).abs().max_element() < within, "{found} is not {expect:?}");
}

/// A closed shell `#n` of the faces of a box.
fn shell(n: usize, low: f64, high: f64) -> String {
    let mut data = String::new();
    for k in 0..8 {
        let at = |bit: usize| if k >> bit & 1 == 1 { high } else { low };
        data += &format!("#{}=IFCCARTESIANPOINT(({:?},{:?},{:?}));\n", n + 1 + k, at(0), at(1), at(2));
    }
    let faces = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let mut names = Vec::new();
    for (k, face) in faces.iter().enumerate() {
        let points: Vec<String> = face.iter().map(|p| format!("#{}", n + 1 + p)).collect();
        let at = n + 10 + 3 * k;
        data += &format!(
            "#{at}=IFCPOLYLOOP(({}));\n#{}=IFCFACEOUTERBOUND(#{at},.T.);\n#{}=IFCFACE((#{}));\n",
            points.join(","),
            at + 1,
            at + 2,
            at + 1
        );
        names.push(format!("#{}", at + 2));
    }
    data + &format!("#{n}=IFCCLOSEDSHELL(({}));\n", names.join(","))
}

#[test]
fn voids_of_a_brep_are_not_filled() {
    let data = shell(100, 0.0, 2.0) + &shell(200, 0.5, 1.5) + "#80=IFCFACETEDBREPWITHVOIDS(#100,(#200));\n";
    let (lo, hi, volume) = body(&data);
    assert!((volume - 7.0).abs() < 1e-12, "{volume}");
    near(lo, [0.0; 3], 1e-12);
    near(hi, [2.0; 3], 1e-12);
}

#[test]
fn one_body_of_a_shape_is_shown() {
    let data = "#80=IFCBLOCK(#8,1.,2.,3.);\n#81=IFCBLOCK(#8,1.,1.,1.);\n#82=IFCREPRESENTATIONMAP(#8,#70);\n\
                #83=IFCMAPPEDITEM(#82,#84);\n#84=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,1.,$);\n\
                #85=IFCBOOLEANRESULT(.UNION.,#81,#86);\n#86=IFCBLOCK(#8,2.,1.,1.);\n\
                #70=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#80));\n\
                #71=IFCSHAPEREPRESENTATION(#9,'Body-FallBack','CSG',(#81));\n\
                #72=IFCSHAPEREPRESENTATION(#9,'Facetation','CSG',(#81));\n\
                #73=IFCSHAPEREPRESENTATION(#9,'Surface','Surface3D',(#81));\n\
                #74=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#81));\n\
                #75=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#83));\n\
                #76=IFCSHAPEREPRESENTATION(#9,'Clearance','CSG',(#81));\n\
                #77=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#85));\n";
    for (representations, volume) in [
        ("#70,#71", 6.0),
        ("#71,#70", 6.0),
        ("#70,#72", 6.0),
        ("#70,#73,#76", 6.0),
        ("#72,#75", 6.0),
        // without a body the next best stands for it
        ("#71,#72", 1.0),
        ("#73,#71", 1.0),
        // several are several
        ("#70,#74", 7.0),
        ("#74,#75", 7.0),
        // the kernel's too: 2 x 1 x 1 with what lies inside it
        ("#77,#72", 2.0),
    ] {
        let found = read(data, representations).2;
        assert!((found - volume).abs() < 1e-5, "{representations}: {found} is not {volume}");
    }
}

#[test]
fn what_is_round_is_as_round_as_its_size_asks() {
    let circle = "#70=IFCCARTESIANPOINT((0.,0.));\n#71=IFCAXIS2PLACEMENT2D(#70,$);\n";
    // Half a millimetre inside: chords of n give n / 2 sin(2 pi / n), which is 1 - 6.7e-5 for 316.
    for solid in [
        "#72=IFCCIRCLEPROFILEDEF(.AREA.,$,$,10.);\n#80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n".to_owned(),
        format!(
            "{circle}#73=IFCCIRCLE(#71,10.);\n#72=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#73);\n\
             #80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n"
        ),
        "#80=IFCRIGHTCIRCULARCYLINDER(#8,1.,10.);\n".to_owned(),
        "#72=IFCELLIPSEPROFILEDEF(.AREA.,$,$,10.,10.);\n#80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n".to_owned(),
    ] {
        check(&solid, 100.0 * PI, 1e-4);
        let (lo, hi, _) = body(&solid);
        near(lo, [-10.0, -10.0, 0.0], 1e-9);
        near(hi, [10.0, 10.0, 1.0], 1e-9);
    }
    check("#80=IFCRIGHTCIRCULARCONE(#8,3.,10.);\n", 100.0 * PI, 1e-4);
    check("#80=IFCSPHERE(#8,10.);\n", 4.0 / 3.0 * PI * 1000.0, 2e-3);
    // small ones are as they were: 36 chords
    let small = "#72=IFCCIRCLEPROFILEDEF(.AREA.,$,$,0.1);\n#80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n";
    check(small, 0.01 * 18.0 * (PI / 18.0).sin(), 1e-9);
}

/// A rectangle of 0.3 x 0.5 m turned about an axis 20 m away: its area along the way of its middle.
#[test]
fn what_is_revolved_is_round() {
    let data = |at: f64, angle: f64| {
        format!(
            "#70=IFCCARTESIANPOINT(({at:?},0.));\n#71=IFCAXIS2PLACEMENT2D(#70,$);\n\
             #72=IFCRECTANGLEPROFILEDEF(.AREA.,$,#71,.3,.5);\n#73=IFCDIRECTION((0.,1.,0.));\n\
             #74=IFCAXIS1PLACEMENT(#5,#73);\n#80=IFCREVOLVEDAREASOLID(#72,#8,#74,{angle:?});\n"
        )
    };
    check(&data(20.0, PI / 2.0), 0.15 * 20.0 * PI / 2.0, 2e-4);
    check(&data(20.0, 2.0 * PI), 0.15 * 20.0 * 2.0 * PI, 2e-4);
    // touching the axis: a cylinder of 0.3 m radius, 36 or more chords
    check(&data(0.15, 2.0 * PI), 0.09 * PI * 0.5, 6e-3);
    let (lo, hi, _) = body(&data(20.0, PI / 2.0));
    near(lo, [0.0, -0.25, -20.15], 1e-9);
    near(hi, [20.15, 0.25, 0.0], 1e-9);
}

/// Lines of 4 m in two pieces with a corner; `#77` is a polyline, `#78` a composite.
const BENT: &str = "#70=IFCCARTESIANPOINT((2.,0.,0.));\n#71=IFCCARTESIANPOINT((2.,2.,0.));\n\
    #72=IFCPOLYLINE((#5,#70));\n#73=IFCPOLYLINE((#70,#71));\n\
    #74=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#72);\n#75=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#73);\n\
    #77=IFCPOLYLINE((#5,#70,#71));\n#78=IFCCOMPOSITECURVE((#74,#75),.F.);\n\
    #79=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,.2,.1);\n#81=IFCPLANE(#8);\n";

#[test]
fn disks_keep_their_width_around_corners() {
    // a bar thinner than 20 mm has 24 sides, others 36
    let disk = |r: f64, n: f64| r * r * n / 2.0 * (2.0 * PI / n).sin();
    for (line, from, to, length) in [
        ("#78", "$", "$", 4.0),
        ("#78", "0.", "2.", 4.0),
        // the whole length for the parameter of the end
        ("#78", "0.", "4.", 4.0),
        ("#77", "0.", "2.", 4.0),
        // half of the first leg to half of the second
        ("#77", "0.5", "1.5", 2.0),
        ("#78", "0.5", "1.5", 2.0),
        ("#77", "IFCLENGTHMEASURE(0.5)", "IFCLENGTHMEASURE(3.)", 2.5),
    ] {
        check(
            &format!("{BENT}#80=IFCSWEPTDISKSOLID({line},0.01,$,{from},{to});\n"),
            disk(0.01, 24.0) * length,
            1e-9,
        );
        let pipe = (disk(0.1, 36.0) - disk(0.05, 36.0)) * length;
        check(&format!("{BENT}#80=IFCSWEPTDISKSOLID({line},0.1,0.05,{from},{to});\n"), pipe, 1e-9);
    }
    // along an arc of 10 m both ends are cut straight across
    let arc = "#70=IFCCIRCLE(#8,10.);\n#71=IFCTRIMMEDCURVE(#70,(IFCPARAMETERVALUE(0.)),\
               (IFCPARAMETERVALUE(1.5707963267948966)),.T.,.PARAMETER.);\n#80=IFCSWEPTDISKSOLID(#71,0.1,$,$,$);\n";
    check(arc, disk(0.1, 36.0) * 5.0 * PI, 1e-3);
    let (lo, hi, _) = body(arc);
    near(lo, [0.0, 0.0, -0.1], 1e-5);
    near(hi, [10.1, 10.1, 0.1], 1e-3);
}

#[test]
fn a_leg_may_be_shorter_than_its_mitre() {
    let data = "#70=IFCCARTESIANPOINT((0.05,0.,0.));\n#71=IFCCARTESIANPOINT((0.05,2.,0.));\n\
                #72=IFCPOLYLINE((#5,#70,#71));\n#80=IFCSWEPTDISKSOLID(#72,0.1,$,$,$);\n";
    // the second leg on the far side of the plane between both, and what the cap leaves of the first
    let (r, h) = (0.1_f64, 0.05_f64);
    let root = (r * r - h * h).sqrt();
    let below = r * r * (PI - (h / r).acos()) + h * root;
    check(data, 2.0 * PI * r * r + h * below + 2.0 / 3.0 * root.powi(3), 6e-3);
}

#[test]
fn areas_keep_their_width_around_corners() {
    for sweep in [
        "IFCFIXEDREFERENCESWEPTAREASOLID(#79,#8,#77,$,$,#6)",
        "IFCFIXEDREFERENCESWEPTAREASOLID(#79,#8,#78,0.,2.,#6)",
        "IFCSURFACECURVESWEPTAREASOLID(#79,#8,#77,$,$,#81)",
    ] {
        let data = format!("{BENT}#80={sweep};\n");
        check(&data, 0.02 * 4.0, 1e-9);
        // the first axis of the section stands up, the second lies across
        let (lo, hi, _) = body(&data);
        near(lo, [0.0, -0.05, -0.1], 1e-9);
        near(hi, [2.05, 2.0, 0.1], 1e-9);
    }
}

#[test]
fn rolled_sections_slope() {
    // a rise of a tenth over a length; the thicknesses are those of a quarter and of the half of the width
    let slope = 0.1_f64.atan();
    let solid = |profile: String| format!("#72={profile};\n#80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n");
    let i = format!("IFCISHAPEPROFILEDEF(.AREA.,$,$,1.,2.,0.1,0.2,$,$,{slope:?})");
    check(&solid(i), 0.2 + 4.0 * 0.45 * (0.2 - 0.1 * 0.025), 1e-9);
    let u = format!("IFCUSHAPEPROFILEDEF(.AREA.,$,$,2.,1.,0.1,0.2,$,$,{slope:?})");
    check(&solid(u), 0.2 + 2.0 * 0.9 * (0.2 - 0.1 * 0.05), 1e-9);
    // the inner faces meet where both legs are (t + 0.5 s) / (1 + s) thick
    let l = format!("IFCLSHAPEPROFILEDEF(.AREA.,$,$,1.,1.,0.1,$,$,{slope:?})");
    let corner = 0.15 / 1.1;
    check(&solid(l), 2.0 * ((1.0 - corner) * (corner + 0.05) / 2.0 + corner * corner / 2.0), 1e-9);
    // fillets and rounded edges are kept: what they fill and what they take, at corners that are nearly right angles
    let round = format!("IFCISHAPEPROFILEDEF(.AREA.,$,$,1.,2.,0.1,0.2,0.05,0.02,{slope:?})");
    let corner = (1.0 - PI / 4.0) * (0.05 * 0.05 - 0.02 * 0.02);
    check(&solid(round), 0.2 + 4.0 * 0.45 * 0.1975 + 4.0 * corner, 1e-3);
}

#[test]
fn holes_that_overlap_are_one() {
    let circle = |n: usize, x: f64, r: f64| {
        format!(
            "#{n}=IFCCARTESIANPOINT(({x:?},0.));\n#{}=IFCAXIS2PLACEMENT2D(#{n},$);\n#{}=IFCCIRCLE(#{},{r:?});\n",
            n + 1,
            n + 2,
            n + 1
        )
    };
    let data = circle(60, 0.0, 3.0)
        + &circle(64, 1.0, 1.0)
        + &circle(68, -0.5, 1.0)
        + "#72=IFCARBITRARYPROFILEDEFWITHVOIDS(.AREA.,$,#62,(#66,#70));\n#80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n";
    // two unit circles 1.5 m apart share 2 acos(0.75) - 0.75 sqrt(4 - 2.25)
    let shared = 2.0 * 0.75_f64.acos() - 0.75 * 1.75_f64.sqrt();
    check(&data, 9.0 * PI - (2.0 * PI - shared), 1e-3);
}

#[test]
fn profiles_may_be_bounded_by_splines() {
    // y = 2 x (2 - x) / 2 over two metres as a spline of degree two, closed below by a triangle of 1 m2: 4 / 3 + 1
    let points = "#60=IFCCARTESIANPOINT((0.,0.));\n#61=IFCCARTESIANPOINT((1.,2.));\n#62=IFCCARTESIANPOINT((2.,0.));\n\
                  #63=IFCCARTESIANPOINT((1.,-1.));\n";
    let data = format!(
        "{points}#64=IFCBSPLINECURVEWITHKNOTS(2,(#60,#61,#62),.UNSPECIFIED.,.F.,.F.,(3,3),(0.,1.),.UNSPECIFIED.);\n\
         #65=IFCPOLYLINE((#62,#63,#60));\n#66=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#64);\n\
         #67=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#65);\n#68=IFCCOMPOSITECURVE((#66,#67),.F.);\n\
         #72=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#68);\n#80=IFCEXTRUDEDAREASOLID(#72,#8,#6,1.);\n"
    );
    check(&data, 4.0 / 3.0 + 1.0, 1e-3);
}

#[test]
fn profiles_may_be_those_of_others() {
    // a rectangle three metres along, then twice as large, turned about an axis: two square metres times four
    let data = "#60=IFCCARTESIANPOINT((3.,0.));\n#61=IFCCARTESIANTRANSFORMATIONOPERATOR2D($,$,#60,2.);\n\
                #62=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,2.,1.);\n#63=IFCDERIVEDPROFILEDEF(.AREA.,$,#62,#61,$);\n\
                #64=IFCDIRECTION((0.,1.,0.));\n#65=IFCAXIS1PLACEMENT(#5,#64);\n\
                #80=IFCREVOLVEDAREASOLID(#63,#8,#65,1.);\n";
    check(data, 8.0 * 3.0, 1e-3);
    let data = "#62=IFCLSHAPEPROFILEDEF(.AREA.,$,$,2.,1.,0.1,$,$,$);\n#63=IFCMIRROREDPROFILEDEF(.AREA.,$,#62,*,$);\n\
                #80=IFCEXTRUDEDAREASOLID(#63,#8,#6,1.);\n";
    check(data, 0.29, 1e-9);
}

#[test]
fn a_body_may_be_cut_down_to_a_half_space() {
    let data = |flag: &str, operation: &str| {
        format!(
            "#60=IFCBLOCK(#8,2.,1.,3.);\n#61=IFCCARTESIANPOINT((0.,0.,1.));\n#62=IFCAXIS2PLACEMENT3D(#61,#6,#7);\n\
             #63=IFCPLANE(#62);\n#64=IFCHALFSPACESOLID(#63,.{flag}.);\n#80=IFCBOOLEANRESULT(.{operation}.,#60,#64);\n"
        )
    };
    // without agreement the material lies on the side that the normal points to
    for (flag, operation, volume) in [
        ("F", "INTERSECTION", 4.0),
        ("T", "INTERSECTION", 2.0),
        ("F", "DIFFERENCE", 2.0),
        ("T", "DIFFERENCE", 4.0),
    ] {
        check(&data(flag, operation), volume, 1e-9);
    }
}

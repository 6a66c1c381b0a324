//! A railway line in nine editions of IFC: each element is where the mathematics of its alignment puts it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{all, extents, source, step, told, with_threads};
use glam::DVec3;
use groma_ifc::Source;
use groma_model::ShapeStatus;
use groma_sample::{RailPart, RailSchema, author_rail};
use std::collections::BTreeMap;

/// Written numbers are rounded to a micrometre, arcs leave their chords by half a millimetre at most.
const BOX: f64 = 2e-5;
/// Of a volume.
const VOLUME: f64 = 2e-4;

fn authored(schema: RailSchema) -> (Vec<u8>, Vec<RailPart>) {
    let dir = tempfile::tempdir().unwrap();
    let parts = author_rail(schema, dir.path()).unwrap();
    (std::fs::read(dir.path().join("rail.ifc")).unwrap(), parts)
}

/// The box and the volume of each element, by GlobalId.
fn measured(source: &Source) -> (BTreeMap<String, (DVec3, DVec3, f64)>, String) {
    let (model, shapes, said) = with_threads(2, || all(source, "rail"));
    assert!(shapes.meshes.iter().all(|mesh| mesh.is_closed()));
    (extents(&model, &shapes), told(&said))
}

fn check(schema: RailSchema) {
    let (bytes, parts) = authored(schema);
    let (found, said) = measured(&source(bytes));
    assert_eq!(said, "", "{}", schema.name());
    compare(&found, &parts, schema.name());
}

/// Sleepers and signals, rails and all: each where it should be.
fn compare(found: &BTreeMap<String, (DVec3, DVec3, f64)>, parts: &[RailPart], what: &str) {
    assert_eq!(parts.len(), 1775);
    for part in parts {
        let (lo, hi, volume) = found[&part.global_id];
        let off = (lo - DVec3::from(part.lo)).abs().max((hi - DVec3::from(part.hi)).abs()).max_element();
        assert!(off < BOX, "{what} {} {}: {off} m", part.what, part.global_id);
        let off = (volume / part.volume - 1.0).abs();
        assert!(off < VOLUME, "{what} {} {}: {off}", part.what, part.global_id);
    }
}

#[test]
fn ifc_4_1_in_millimetres() {
    check(RailSchema::Ifc4x1);
}

#[test]
fn ifc_4_2_in_millimetres() {
    check(RailSchema::Ifc4x2);
}

#[test]
fn the_candidates_of_ifc_4_3() {
    check(RailSchema::Ifc4x3Rc1);
    check(RailSchema::Ifc4x3Rc2);
    check(RailSchema::Ifc4x3Rc3);
    check(RailSchema::Ifc4x3Rc4);
}

#[test]
fn ifc_4_3() {
    check(RailSchema::Ifc4x3);
}

#[test]
fn ifc_4_3_add_1() {
    check(RailSchema::Ifc4x3Add1);
}

#[test]
fn ifc_4_3_add_2() {
    check(RailSchema::Ifc4x3Add2);
}

/// Spirals of higher orders whose other terms are left out (or are so long that they bend nothing) are clothoids:
/// every element, sleepers and signals too, is where it was.
#[test]
fn spirals_of_every_kind_stand_for_a_clothoid() {
    let (bytes, parts) = authored(RailSchema::Ifc4x3Add2);
    let text = String::from_utf8(bytes).unwrap();
    for kind in [
        "IFCSECONDORDERPOLYNOMIALSPIRAL($1,$,$2,$)",
        "IFCTHIRDORDERPOLYNOMIALSPIRAL($1,$,$,$2,$)",
        "IFCSEVENTHORDERPOLYNOMIALSPIRAL($1,$,$,$,$,$,$,$2,$)",
        "IFCSINESPIRAL($1,1.E15,$2,$)",
    ] {
        let data: String = text
            .lines()
            .map(|line| match line.split_once("=IFCCLOTHOID(") {
                Some((id, rest)) => {
                    let (axes, constant) = rest.trim_end_matches(");").split_once(',').unwrap();
                    format!("{id}={};\n", kind.replace("$1", axes).replace("$2", constant))
                }
                None => format!("{line}\n"),
            })
            .collect();
        assert!(data.contains(&kind[..kind.find('(').unwrap()]));
        let (found, said) = measured(&source(data.into_bytes()));
        assert_eq!(said, "", "{kind}");
        compare(&found, &parts, kind);
    }
}

/// A transition of 80 m from a curvature to another as IFC 4.1 names it, or a spiral of IFC 4.3; its curvature.
type Transition = (&'static str, fn(f64) -> f64);

const PI: f64 = std::f64::consts::PI;
/// The change of curvature of the transitions of IFC 4.1: from 0.001 to 0.004.
const CHANGE: f64 = 0.003;

const NAMED: [Transition; 5] = [
    ("CLOTHOIDCURVE", |u| 0.001 + CHANGE * u),
    ("BLOSSCURVE", |u| 0.001 + CHANGE * (3.0 * u * u - 2.0 * u * u * u)),
    ("COSINECURVE", |u| 0.001 + CHANGE * (1.0 - (PI * u).cos()) / 2.0),
    ("SINECURVE", |u| 0.001 + CHANGE * (u - (2.0 * PI * u).sin() / (2.0 * PI))),
    ("BIQUADRATICPARABOLA", |u| {
        0.001 + CHANGE * if u < 0.5 { 2.0 * u * u } else { 4.0 * u - 2.0 * u * u - 1.0 }
    }),
];

/// Over the length in metres.
const SPIRALS: [Transition; 5] = [
    ("IFCSECONDORDERPOLYNOMIALSPIRAL(#101,120.,-250.,900.)", |s| {
        s * s / 120_f64.powi(3) - s / 250_f64.powi(2) + 1.0 / 900.0
    }),
    ("IFCTHIRDORDERPOLYNOMIALSPIRAL(#101,-150.,120.,$,900.)", |s| {
        -s.powi(3) / 150_f64.powi(4) + s * s / 120_f64.powi(3) + 1.0 / 900.0
    }),
    ("IFCSEVENTHORDERPOLYNOMIALSPIRAL(#101,130.,-125.,$,$,$,$,$,$)", |s| {
        s.powi(7) / 130_f64.powi(8) - s.powi(6) / 125_f64.powi(7)
    }),
    ("IFCSINESPIRAL(#101,-2000.,180.,$)", |s| s / 180_f64.powi(2) - (2.0 * PI * s / 80.0).sin() / 2000.0),
    ("IFCCOSINESPIRAL(#101,-800.,800.)", |s| 1.0 / 800.0 - (PI * s / 80.0).cos() / 800.0),
];

/// Where a line of this curvature that starts in the origin along X is, by the rule of the middle.
fn integrated(curvature: impl Fn(f64) -> f64, s: f64) -> DVec3 {
    const STEPS: u32 = 20_000;
    let step = s / f64::from(STEPS);
    let (mut at, mut heading) = (DVec3::ZERO, 0.0_f64);
    for n in 0..STEPS {
        let k = curvature((f64::from(n) + 0.5) * step);
        let (sin, cos) = (heading + k * step / 2.0).sin_cos();
        at += step * DVec3::new(cos, sin, 0.0);
        heading += k * step;
    }
    at
}

/// A block about the origin of each place.
const BLOCK: &str = "#200=IFCCARTESIANPOINT((-0.5,-0.5,-0.5));\n#201=IFCAXIS2PLACEMENT3D(#200,$,$);\n\
     #202=IFCBLOCK(#201,1.,1.,1.);\n#203=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#202));\n\
     #204=IFCPRODUCTDEFINITIONSHAPE($,$,(#203));\n";

/// The middles of elements placed at these distances along the curve `#100`, as records of a schema.
fn placed(schema: &str, curve: &str, distances: &[f64]) -> Vec<DVec3> {
    let mut data = format!("{curve}{BLOCK}");
    for (n, s) in distances.iter().enumerate() {
        let at = 1000 + 10 * n;
        data += &if schema == "IFC4X1" {
            format!(
                "#{at}=IFCDISTANCEEXPRESSION({s:?},$,$,$,.T.);\n#{}=IFCLINEARPLACEMENT(#100,#{at},$,$);\n",
                at + 2
            )
        } else {
            format!(
                "#{at}=IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE({s:?}),$,$,$,#100);\n\
                 #{}=IFCAXIS2PLACEMENTLINEAR(#{at},$,$);\n#{}=IFCLINEARPLACEMENT($,#{},$);\n",
                at + 1,
                at + 2,
                at + 1
            )
        };
        data += &format!("#{}=IFCBUILDINGELEMENTPROXY('e{n}',$,$,$,$,#{},#204,$,$);\n", at + 3, at + 2);
    }
    let (found, said) = measured(&source(step(schema, &data)));
    assert_eq!(said, "", "{curve}");
    (0..distances.len()).map(|n| &found[&format!("e{n}")]).map(|(lo, hi, _)| (*lo + *hi) / 2.0).collect()
}

#[test]
fn transitions_are_where_the_integral_of_their_curvature_is() {
    let distances = [0.0, 13.0, 40.0, 41.0, 67.5, 80.0];
    let check = |what: &str, found: Vec<DVec3>, curvature: &dyn Fn(f64) -> f64| {
        for (found, s) in found.into_iter().zip(distances) {
            let off = (found - integrated(curvature, s)).length();
            assert!(off < 1e-5, "{what} at {s}: {off} m");
        }
    };
    for (name, curvature) in NAMED {
        let curve = format!(
            "#100=IFCALIGNMENTCURVE(#102,$,$);\n#102=IFCALIGNMENT2DHORIZONTAL(0.,(#103));\n\
             #103=IFCALIGNMENT2DHORIZONTALSEGMENT(.T.,$,$,#104);\n#105=IFCCARTESIANPOINT((0.,0.));\n\
             #104=IFCTRANSITIONCURVESEGMENT2D(#105,0.,80.,1000.,250.,.T.,.T.,.{name}.);\n"
        );
        check(name, placed("IFC4X1", &curve, &distances), &|s| curvature(s / 80.0));
    }
    for (spiral, curvature) in SPIRALS {
        let curve = format!(
            "#105=IFCCARTESIANPOINT((0.,0.));\n#101=IFCAXIS2PLACEMENT2D(#105,$);\n#102={spiral};\n\
             #103=IFCCURVESEGMENT(.CONTINUOUS.,#101,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(80.),#102);\n\
             #100=IFCCOMPOSITECURVE((#103),.F.);\n"
        );
        check(spiral, placed("IFC4X3_ADD2", &curve, &distances), &curvature);
    }
}

/// Straight along X and level; the outer rail rises by 0.1 m over 80 m, and the line leans with it.
#[test]
fn cant_lifts_and_leans_the_line() {
    let curve = |parent: &str| {
        format!(
            "#105=IFCCARTESIANPOINT((0.,0.));\n#106=IFCDIRECTION((1.,0.));\n#101=IFCAXIS2PLACEMENT2D(#105,$);\n\
             #107=IFCVECTOR(#106,1.);\n#102=IFCLINE(#105,#107);\n\
             #103=IFCCURVESEGMENT(.CONTINUOUS.,#101,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(200.),#102);\n\
             #104=IFCCOMPOSITECURVE((#103),.F.);\n#110=IFCGRADIENTCURVE((#103),.F.,#104,$);\n\
             #111=IFCDIRECTION((0.,0.06,0.99819837));\n#112=IFCCARTESIANPOINT((80.,0.05,0.));\n\
             #113=IFCAXIS2PLACEMENT3D(#112,#111,#7);\n#114={parent};\n\
             #115=IFCCURVESEGMENT(.CONTINUOUS.,#8,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(80.),#114);\n\
             #116=IFCCURVESEGMENT(.CONTINUOUS.,#113,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(120.),#102);\n\
             #100=IFCSEGMENTEDREFERENCECURVE((#115,#116),.F.,#110,#113);\n"
        )
    };
    let distances = [0.0, 20.0, 40.0, 80.0, 150.0];
    for (parent, shares) in [
        ("IFCCLOTHOID(#101,100.)", [0.0, 0.25, 0.5, 1.0, 1.0]),
        // a cosine goes a seventh of the way in the first quarter
        ("IFCCOSINESPIRAL(#101,-800.,800.)", [0.0, (1.0 - 0.5_f64.sqrt()) / 2.0, 0.5, 1.0, 1.0]),
    ] {
        for ((found, s), share) in
            placed("IFC4X3_ADD2", &curve(parent), &distances).into_iter().zip(distances).zip(shares)
        {
            let expect = DVec3::new(s, 0.0, 0.05 * share);
            assert!((found - expect).length() < 1e-6, "{parent} at {s}: {found}");
        }
    }
    // what stands beside the line leans: a metre to the left it is lower by the sine
    let beside = curve("IFCCLOTHOID(#101,100.)");
    let data = format!(
        "{beside}{BLOCK}#1000=IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE(100.),1.,$,$,#100);\n\
         #1001=IFCAXIS2PLACEMENTLINEAR(#1000,$,$);\n#1002=IFCLINEARPLACEMENT($,#1001,$);\n\
         #1003=IFCBUILDINGELEMENTPROXY('e',$,$,$,$,#1002,#204,$,$);\n"
    );
    let (found, _) = measured(&source(step("IFC4X3_ADD2", &data)));
    let (lo, hi, _) = found["e"];
    let expect = DVec3::new(100.0, 0.998_198_37, 0.05 - 0.06);
    assert!(((lo + hi) / 2.0 - expect).length() < 1e-6, "{}", (lo + hi) / 2.0);
}

/// What is not followed here is the kernel's, and is told of each element that stands on it.
#[test]
fn a_line_that_is_not_followed_is_told() {
    let (bytes, parts) = authored(RailSchema::Ifc4x1);
    let text = String::from_utf8(bytes).unwrap().replace(".CLOTHOIDCURVE.", ".CUBICPARABOLA.");
    let (model, shapes, said) = with_threads(2, || all(&source(text.into_bytes()), "rail"));
    let failed = shapes.status.iter().filter(|s| matches!(s, ShapeStatus::Failed(_))).count();
    assert_eq!(failed, parts.len(), "{}", model.elements.len());
    assert!(told(&said).contains("pieces of the alignment"));
}

/// Packed as exporters pack it, the line is the same line.
#[test]
fn packed_models_are_those_that_were_packed() {
    for packing in groma_sample::Packing::ALL {
        let dir = tempfile::tempdir().unwrap();
        author_rail(RailSchema::Ifc4x2, dir.path()).unwrap();
        let plain = std::fs::read(dir.path().join("rail.ifc")).unwrap();
        let packed = groma_sample::pack(packing, dir.path()).unwrap();
        assert_eq!(groma_ifc::models_in(dir.path()).unwrap(), packed);
        assert!(std::fs::metadata(&packed[0]).unwrap().len() * 3 < plain.len() as u64);
        assert_eq!(Source::open(&packed[0]).unwrap().bytes(), plain);
    }
}

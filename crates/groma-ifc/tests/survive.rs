//! What real files do to an importer: openings, loops, maps, placements, spellings. Each is read to what it means.

mod common;

use common::{all, extents, source, step, told, with_threads};
use glam::DVec3;
use groma_model::ShapeStatus;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a file comes to: the measures by GlobalId, the statuses, what was said.
struct Read {
    extents: BTreeMap<String, (DVec3, DVec3, f64)>,
    status: Vec<ShapeStatus>,
    said: String,
}

fn read_bytes(bytes: Vec<u8>) -> Read {
    let source = source(bytes);
    let (model, shapes, said) = with_threads(2, || all(&source, "m"));
    Read { extents: extents(&model, &shapes), status: shapes.status.clone(), said: told(&said) }
}

fn read(data: &str) -> Read {
    read_bytes(step("IFC4", &format!("{PARTS}{data}")))
}

impl Read {
    /// The box and the volume of an element.
    fn check(&self, id: &str, lo: [f64; 3], hi: [f64; 3], volume: f64) {
        let (found_lo, found_hi, found) =
            self.extents.get(id).unwrap_or_else(|| panic!("no {id}: {}", self.said));
        let off = (*found_lo - DVec3::from(lo)).abs().max((*found_hi - DVec3::from(hi)).abs());
        assert!(off.max_element() < 1e-6, "{id}: {found_lo}..{found_hi}\n{}", self.said);
        assert!((found - volume).abs() < 1e-6, "{id}: {found} m³ instead of {volume}\n{}", self.said);
    }
}

/// A wall body of 10 x 0.3 x 3 m from the origin (shape `#22`), a placement `#23`, and a block of 1 m (`#62`).
const PARTS: &str = "#10=IFCCARTESIANPOINT((5.,0.15));
#11=IFCAXIS2PLACEMENT2D(#10,$);
#12=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,10.,0.3);
#20=IFCEXTRUDEDAREASOLID(#12,#8,#6,3.);
#21=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#20));
#22=IFCPRODUCTDEFINITIONSHAPE($,$,(#21));
#23=IFCLOCALPLACEMENT($,#8);
#60=IFCBLOCK(#8,1.,1.,1.);
#61=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#60));
#62=IFCPRODUCTDEFINITIONSHAPE($,$,(#61));
";

/// An opening in `#30`, a box from one corner to another, as records from `at` on.
fn opening(at: usize, lo: [f64; 3], hi: [f64; 3]) -> String {
    let size = [hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]];
    format!(
        "#{at}=IFCCARTESIANPOINT(({:?},{:?},{:?}));\n#{}=IFCAXIS2PLACEMENT3D(#{at},$,$);\n\
         #{}=IFCLOCALPLACEMENT(#23,#{});\n#{}=IFCCARTESIANPOINT(({:?},{:?}));\n\
         #{}=IFCAXIS2PLACEMENT2D(#{},$);\n#{}=IFCRECTANGLEPROFILEDEF(.AREA.,$,#{},{:?},{:?});\n\
         #{}=IFCEXTRUDEDAREASOLID(#{},$,#6,{:?});\n\
         #{}=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#{}));\n\
         #{}=IFCPRODUCTDEFINITIONSHAPE($,$,(#{}));\n\
         #{}=IFCOPENINGELEMENT('o{at}',$,$,$,$,#{},#{},$,$);\n\
         #{}=IFCRELVOIDSELEMENT('r{at}',$,$,$,#30,#{});\n",
        lo[0],
        lo[1],
        lo[2],
        at + 1,
        at + 2,
        at + 1,
        at + 3,
        size[0] / 2.0,
        size[1] / 2.0,
        at + 4,
        at + 3,
        at + 5,
        at + 4,
        size[0],
        size[1],
        at + 6,
        at + 5,
        size[2],
        at + 7,
        at + 6,
        at + 8,
        at + 7,
        at + 9,
        at + 2,
        at + 8,
        at + 10,
        at + 9,
    )
}

const WALL: &str = "#30=IFCWALL('w',$,$,$,$,#23,#22,$,$);\n";
const WHOLE: ([f64; 3], [f64; 3], f64) = ([0.0; 3], [10.0, 0.3, 3.0], 9.0);

#[test]
fn openings_thicker_than_the_wall_flush_with_it_and_overlapping() {
    let cases = [
        // thicker than the host
        (vec![([1.0, -1.0, 1.0], [2.0, 1.0, 2.0])], 0.3),
        // its faces are the wall's
        (vec![([1.0, 0.0, 1.0], [2.0, 0.3, 2.0])], 0.3),
        // a door: flush with the foot
        (vec![([1.0, 0.0, 0.0], [2.0, 0.3, 2.0])], 0.6),
        // a niche that ends within
        (vec![([1.0, 0.0, 1.0], [2.0, 0.1, 2.0])], 0.1),
        // two that overlap
        (vec![([1.0, -0.1, 1.0], [2.0, 0.4, 2.0]), ([1.5, -0.1, 1.5], [2.5, 0.4, 2.5])], 0.3 * 1.75),
        // two that meet in a face
        (vec![([1.0, -0.1, 1.0], [2.0, 0.4, 2.0]), ([2.0, -0.1, 1.0], [3.0, 0.4, 2.0])], 0.6),
        // the same twice
        (vec![([1.0, -0.1, 1.0], [2.0, 0.4, 2.0]), ([1.0, -0.1, 1.0], [2.0, 0.4, 2.0])], 0.3),
    ];
    for (boxes, cut) in cases {
        let openings: String =
            boxes.iter().enumerate().map(|(n, (lo, hi))| opening(100 + 20 * n, *lo, *hi)).collect();
        let read = read(&format!("{WALL}{openings}"));
        assert_eq!(read.said, "", "{boxes:?}");
        read.check("w", WHOLE.0, WHOLE.1, WHOLE.2 - cut);
    }
}

#[test]
fn sixty_openings_in_one_wall() {
    let mut data = WALL.to_owned();
    for n in 0..60_usize {
        let (x, z) = (0.2 + 0.48 * (n % 20) as f64, 0.3 + 0.9 * (n / 20) as f64);
        data += &opening(100 + 20 * n, [x, -0.05, z], [x + 0.25, 0.35, z + 0.5]);
    }
    let read = read(&data);
    assert_eq!(read.said, "");
    read.check("w", WHOLE.0, WHOLE.1, 9.0 - 60.0 * 0.25 * 0.5 * 0.3);
}

/// An opening in `#30`, a cylinder along Y through the wall, as records from `at` on.
fn round(at: usize, x: f64, z: f64, radius: f64) -> String {
    let box_of_it = opening(at, [0.0; 3], [1.0, 1.0, 2.0]);
    let mut lines: Vec<String> = box_of_it.lines().map(str::to_owned).collect();
    lines[0] = format!("#{at}=IFCCARTESIANPOINT(({x:?},-1.,{z:?}));");
    lines[1] = format!("#{}=IFCAXIS2PLACEMENT3D(#{at},#90,#7);", at + 1);
    lines[3] = format!("#{}=IFCCARTESIANPOINT((0.,0.));", at + 3);
    lines[5] = format!("#{}=IFCCIRCLEPROFILEDEF(.AREA.,$,#{},{radius:?});", at + 5, at + 4);
    lines.join("\n") + "\n"
}

#[test]
fn round_openings_in_any_number() {
    // the area of the polygon of 36 corners that stands for a circle
    let disk = 0.09 * 0.09 * 18.0 * 10.0_f64.to_radians().sin();
    for count in [1, 20, 30, 50, 100, 400] {
        let mut data = format!("#90=IFCDIRECTION((0.,1.,0.));\n{WALL}");
        for n in 0..count {
            let (x, z) = (0.2 + 0.24 * (n % 40) as f64, 0.15 + 0.25 * (n / 40) as f64);
            data += &round(100 + 20 * n, x, z, 0.09);
        }
        let read = read(&data);
        assert_eq!(read.said, "", "{count}");
        read.check("w", WHOLE.0, WHOLE.1, 9.0 - count as f64 * disk * 0.3);
    }
}

#[test]
fn eight_hundred_box_openings() {
    let mut data = WALL.to_owned();
    for n in 0..800_usize {
        let (x, z) = (0.1 + 0.122 * (n % 80) as f64, 0.1 + 0.28 * (n / 80) as f64);
        data += &opening(100 + 20 * n, [x, -0.05, z], [x + 0.06, 0.35, z + 0.14]);
    }
    let read = read(&data);
    assert_eq!(read.said, "");
    read.check("w", WHOLE.0, WHOLE.1, 9.0 - 800.0 * 0.06 * 0.14 * 0.3);
}

#[test]
fn a_niche_is_cut_out_of_what_round_holes_leave() {
    let mut data = format!("#90=IFCDIRECTION((0.,1.,0.));\n{WALL}");
    for n in 0..12_usize {
        data += &round(100 + 20 * n, 0.5 + 0.5 * n as f64, 2.0, 0.1);
    }
    data += &opening(1000, [1.0, 0.0, 0.5], [2.0, 0.1, 1.0]);
    let read = read(&data);
    assert_eq!(read.said, "");
    let disk = 0.01 * 18.0 * 10.0_f64.to_radians().sin();
    read.check("w", WHOLE.0, WHOLE.1, 9.0 - 12.0 * disk * 0.3 - 0.05);
}

#[test]
fn an_opening_that_leaves_nothing_is_told() {
    let read = read(&format!("{WALL}{}", opening(100, [-1.0, -1.0, -1.0], [11.0, 1.0, 4.0])));
    assert!(read.extents.is_empty() && !matches!(read.status[0], ShapeStatus::Meshed), "{:?}", read.status);
}

/// A profile of these points, extruded by 2 m as the body of the wall `w`.
fn extruded(points: &[[f64; 2]], close: bool) -> Read {
    let mut data = String::new();
    let mut names = Vec::new();
    for (n, [x, y]) in points.iter().enumerate() {
        writeln!(data, "#{}=IFCCARTESIANPOINT(({x:?},{y:?}));", 100 + n).expect("a string takes all");
        names.push(format!("#{}", 100 + n));
    }
    names.extend(close.then(|| "#100".to_owned()));
    read(&format!(
        "{data}#200=IFCPOLYLINE(({}));\n#201=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#200);\n\
         #202=IFCEXTRUDEDAREASOLID(#201,$,#6,2.);\n#203=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#202));\n\
         #204=IFCPRODUCTDEFINITIONSHAPE($,$,(#203));\n#30=IFCWALL('w',$,$,$,$,#23,#204,$,$);\n",
        names.join(",")
    ))
}

#[test]
fn profiles_left_open_wound_either_way_or_with_points_twice() {
    const L: [[f64; 2]; 6] = [[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [1.0, 1.0], [1.0, 3.0], [0.0, 3.0]];
    let mut back = L;
    back.reverse();
    let twice: Vec<[f64; 2]> = L.iter().flat_map(|&p| [p, p]).collect();
    let mut straight = L.to_vec();
    straight.insert(1, [2.0, 0.0]);
    for points in [L.to_vec(), back.to_vec(), twice, straight] {
        for close in [false, true] {
            let read = extruded(&points, close);
            assert_eq!(read.said, "", "{points:?}");
            read.check("w", [0.0; 3], [4.0, 3.0, 2.0], 12.0);
        }
    }
}

#[test]
fn a_loop_that_crosses_itself_is_meshed_or_told() {
    let read = extruded(&[[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]], true);
    match read.status[0] {
        ShapeStatus::Meshed => {
            let (lo, hi, _) = read.extents["w"];
            assert!(
                (lo - DVec3::ZERO).length() < 1e-6 && (hi - DVec3::splat(2.0)).length() < 1e-6,
                "{lo} {hi}"
            );
        }
        ShapeStatus::Failed(_) => assert!(read.said.contains("#30"), "{}", read.said),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shell_with_a_loose_face_or_faces_wound_inward_is_meshed() {
    // a unit tetrahedron; the third face is wound inward, the last stands apart
    let read = read(
        "#100=IFCCARTESIANPOINT((0.,0.,0.));\n#101=IFCCARTESIANPOINT((1.,0.,0.));\n\
         #102=IFCCARTESIANPOINT((0.,1.,0.));\n#103=IFCCARTESIANPOINT((0.,0.,1.));\n\
         #104=IFCCARTESIANPOINT((3.,0.,0.));\n#105=IFCCARTESIANPOINT((4.,0.,0.));\n#106=IFCCARTESIANPOINT((3.,1.,0.));\n\
         #110=IFCPOLYLOOP((#100,#102,#101));\n#111=IFCPOLYLOOP((#100,#101,#103));\n#112=IFCPOLYLOOP((#100,#102,#103));\n\
         #113=IFCPOLYLOOP((#101,#102,#103));\n#114=IFCPOLYLOOP((#104,#105,#106));\n\
         #120=IFCFACEOUTERBOUND(#110,.T.);\n#121=IFCFACEOUTERBOUND(#111,.T.);\n#122=IFCFACEOUTERBOUND(#112,.T.);\n\
         #123=IFCFACEOUTERBOUND(#113,.T.);\n#124=IFCFACEOUTERBOUND(#114,.T.);\n\
         #130=IFCFACE((#120));\n#131=IFCFACE((#121));\n#132=IFCFACE((#122));\n#133=IFCFACE((#123));\n#134=IFCFACE((#124));\n\
         #140=IFCCLOSEDSHELL((#130,#131,#132,#133));\n#141=IFCFACETEDBREP(#140);\n\
         #142=IFCSHAPEREPRESENTATION(#9,'Body','Brep',(#141));\n#143=IFCPRODUCTDEFINITIONSHAPE($,$,(#142));\n\
         #144=IFCCLOSEDSHELL((#130,#131,#132,#133,#134));\n#145=IFCFACETEDBREP(#144);\n\
         #146=IFCSHAPEREPRESENTATION(#9,'Body','Brep',(#145));\n#147=IFCPRODUCTDEFINITIONSHAPE($,$,(#146));\n\
         #30=IFCWALL('w',$,$,$,$,#23,#143,$,$);\n#31=IFCWALL('x',$,$,$,$,#23,#147,$,$);\n",
    );
    read.check("w", [0.0; 3], [1.0; 3], 1.0 / 6.0);
    let (lo, hi, _) = read.extents["x"];
    assert_eq!((lo, hi), (DVec3::ZERO, DVec3::new(4.0, 1.0, 1.0)), "{}", read.said);
}

#[test]
fn maps_within_maps_with_origins_of_their_own_mirrored_and_scaled() {
    // the block, moved by (1,2,3) as the map's origin, doubled and mirrored in x, then moved by (10,0,0)
    let read = read(
        "#100=IFCCARTESIANPOINT((1.,2.,3.));\n#101=IFCAXIS2PLACEMENT3D(#100,$,$);\n\
         #102=IFCREPRESENTATIONMAP(#101,#61);\n#103=IFCDIRECTION((-1.,0.,0.));\n#104=IFCDIRECTION((0.,1.,0.));\n\
         #105=IFCCARTESIANTRANSFORMATIONOPERATOR3D(#103,#104,#5,2.,#6);\n#106=IFCMAPPEDITEM(#102,#105);\n\
         #107=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#106));\n\
         #108=IFCREPRESENTATIONMAP(#8,#107);\n#109=IFCCARTESIANPOINT((10.,0.,0.));\n\
         #110=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#109,$,$);\n#111=IFCMAPPEDITEM(#108,#110);\n\
         #112=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#111));\n\
         #113=IFCPRODUCTDEFINITIONSHAPE($,$,(#112));\n#30=IFCWALL('w',$,$,$,$,#23,#113,$,$);\n",
    );
    assert_eq!(read.said, "");
    read.check("w", [6.0, 4.0, 6.0], [8.0, 6.0, 8.0], 8.0);
}

#[test]
fn an_opening_in_a_mapped_wall_leaves_the_other_walls_whole() {
    let read = read(&format!(
        "#100=IFCREPRESENTATIONMAP(#8,#21);\n#101=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,$,$);\n\
         #102=IFCMAPPEDITEM(#100,#101);\n#103=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#102));\n\
         #104=IFCPRODUCTDEFINITIONSHAPE($,$,(#103));\n#105=IFCPRODUCTDEFINITIONSHAPE($,$,(#103));\n\
         #30=IFCWALL('w',$,$,$,$,#23,#104,$,$);\n#31=IFCWALL('x',$,$,$,$,#23,#105,$,$);\n{}",
        opening(200, [1.0, -0.1, 1.0], [2.0, 0.4, 2.0])
    ));
    assert_eq!(read.said, "");
    read.check("w", WHOLE.0, WHOLE.1, WHOLE.2 - 0.3);
    read.check("x", WHOLE.0, WHOLE.1, WHOLE.2);
}

#[test]
fn parts_stand_in_their_assembly_and_what_is_no_body_is_not_meshed() {
    let read = read(
        "#100=IFCCARTESIANPOINT((7.,0.,0.));\n#101=IFCAXIS2PLACEMENT3D(#100,$,$);\n#102=IFCLOCALPLACEMENT(#23,#101);\n\
         #103=IFCLOCALPLACEMENT(#102,#101);\n#30=IFCELEMENTASSEMBLY('a',$,$,$,$,#102,$,$,$,$);\n\
         #31=IFCBEAM('b',$,$,$,$,#103,#62,$,$);\n#32=IFCRELAGGREGATES('r',$,$,$,#30,(#31));\n\
         #40=IFCBOUNDINGBOX(#5,9.,9.,9.);\n#41=IFCSHAPEREPRESENTATION(#9,'Box','BoundingBox',(#40));\n\
         #42=IFCPRODUCTDEFINITIONSHAPE($,$,(#41,#61));\n#33=IFCBEAM('c',$,$,$,$,#23,#42,$,$);\n\
         #43=IFCREPRESENTATIONMAP(#8,#61);\n#44=IFCBEAMTYPE('t',$,$,$,$,$,(#43),$,$,.BEAM.);\n\
         #34=IFCBEAM('d',$,$,$,$,#23,$,$,$);\n#45=IFCRELDEFINESBYTYPE('s',$,$,$,(#34),#44);\n",
    );
    assert_eq!(read.said, "");
    read.check("b", [14.0, 0.0, 0.0], [15.0, 1.0, 1.0], 1.0);
    read.check("c", [0.0; 3], [1.0; 3], 1.0);
    // a type's shape is nobody's until an occurrence maps it
    assert_eq!(read.extents.len(), 2);
}

#[test]
fn a_millimetre_stays_a_millimetre_at_map_coordinates() {
    let read = read(
        "#100=IFCCARTESIANPOINT((500000.,5700000.,0.));\n#101=IFCAXIS2PLACEMENT3D(#100,$,$);\n\
         #102=IFCLOCALPLACEMENT($,#101);\n#103=IFCCARTESIANPOINT((1.001,0.,0.));\n\
         #104=IFCAXIS2PLACEMENT3D(#103,$,$);\n#105=IFCLOCALPLACEMENT(#102,#104);\n\
         #30=IFCBEAM('a',$,$,$,$,#102,#62,$,$);\n#31=IFCBEAM('b',$,$,$,$,#105,#62,$,$);\n",
    );
    let gap = read.extents["b"].0.x - read.extents["a"].1.x;
    assert!((gap - 0.001).abs() < 1e-9, "{gap}");
    read.check("a", [500_000.0, 5_700_000.0, 0.0], [500_001.0, 5_700_001.0, 1.0], 1.0);
}

#[test]
fn what_is_missing_costs_no_more_than_itself() {
    // no placement, a shape that is not there, a placement that is relative to itself; the last is whole
    let read = read(
        "#30=IFCBEAM('a',$,$,$,$,$,#62,$,$);\n#31=IFCBEAM('b',$,$,$,$,#23,#999,$,$);\n\
         #50=IFCLOCALPLACEMENT(#50,#8);\n#32=IFCBEAM('c',$,$,$,$,#50,#62,$,$);\n\
         #33=IFCBEAM('d',$,$,$,$,#23,#62,$,$);\n",
    );
    read.check("a", [0.0; 3], [1.0; 3], 1.0);
    read.check("d", [0.0; 3], [1.0; 3], 1.0);
    assert!(matches!(read.status[1], ShapeStatus::Failed(_)), "{:?}", read.status);
    assert!(read.said.contains("#31"), "{}", read.said);
    assert!(
        matches!(read.status[2], ShapeStatus::Failed(_)) || read.extents.contains_key("c"),
        "{:?}",
        read.status
    );
}

#[test]
fn every_schema_and_every_spelling() {
    let data = format!("{PARTS}#30=IFCBEAM('w',$,$,$,$,#23,#22,$,$);\n");
    for schema in [
        "IFC2X3",
        "IFC4",
        "IFC4X1",
        "IFC4X2",
        "IFC4X3",
        "IFC4X3_RC1",
        "IFC4X3_RC2",
        "IFC4X3_RC3",
        "IFC4X3_RC4",
        "IFC4X3_TC1",
        "IFC4X3_ADD1",
        "IFC4X3_ADD2",
        "ifc4x3_add2",
        "IFC4_ADD2_TC1",
        "IFC2X2_FINAL",
        "IFC2X_FINAL",
        "IFC20X6",
    ] {
        let read = read_bytes(step(schema, &data));
        read.check("w", WHOLE.0, WHOLE.1, WHOLE.2);
    }
    let plain = String::from_utf8(step("IFC4", &data)).expect("it is ASCII");
    let spellings: [(&str, Vec<u8>); 6] = [
        ("a byte-order mark", format!("\u{feff}{plain}").into_bytes()),
        ("carriage returns", plain.replace('\n', "\r\n").into_bytes()),
        ("one line", plain.replace('\n', "").into_bytes()),
        ("lower case", plain.replace("IFC", "Ifc").replace(".AREA.", ".area.").into_bytes()),
        (
            "comments",
            plain
                .replace("=IFC", " /* a ; b */ = /*'*/ IFC")
                .replace("(.AREA.", "( /* x */ .AREA.")
                .into_bytes(),
        ),
        (
            "dollars in the header",
            plain.replace("FILE_NAME('','',(''),(''),'','','')", "FILE_NAME($,$,$,$,$,$,$)").into_bytes(),
        ),
    ];
    for (what, bytes) in spellings {
        let read = read_bytes(bytes);
        assert_eq!(read.said, "", "{what}");
        read.check("w", WHOLE.0, WHOLE.1, WHOLE.2);
    }
}

#[test]
fn everything_in_lower_case() {
    let data = format!("{PARTS}{WALL}{}", opening(100, [1.0, -0.1, 1.0], [2.0, 0.4, 2.0]));
    let lower = step("IFC4", &data).to_ascii_lowercase();
    let read = read_bytes(lower);
    assert_eq!(read.said, "");
    read.check("w", WHOLE.0, WHOLE.1, WHOLE.2 - 0.3);
}

#[test]
fn names_in_other_encodings_come_out_and_are_told_once() {
    let text = |name: &[u8]| {
        let plain = step("IFC4", "#30=IFCBEAM('w',$,'QQQQ',$,'QQQQ',$,$,$,$);\n");
        let at = |from: usize| plain[from..].windows(4).position(|w| w == b"QQQQ").map(|n| n + from);
        let (first, second) = (at(0).expect("a name"), at(at(0).expect("a name") + 4).expect("another"));
        [&plain[..first], name, &plain[first + 4..second], name, &plain[second + 4..]].concat()
    };
    for (bytes, name, told) in [
        (&b"T\xFCr \x96 5 \x80"[..], "Tür – 5 €", true),
        ("Tür".as_bytes(), "Tür", false),
        (b"T\\X2\\00FC\\X0\\r", "Tür", false),
        (b"T\\x2\\00fc\\x0\\r", "Tür", false),
        (b"T\\S\\|r", "Tür", false),
    ] {
        let source = source(text(bytes));
        let (model, _, said) = with_threads(2, || all(&source, "m"));
        assert_eq!(model.elements[0].name.as_deref(), Some(name));
        let said = common::told(&said);
        assert_eq!(said.contains("G0108 read as Windows-1252"), told, "{said}");
        assert_eq!(said.lines().count(), usize::from(told), "{said}");
    }
}

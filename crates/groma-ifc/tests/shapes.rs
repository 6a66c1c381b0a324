//! The shapes of small files.

mod common;

use common::{all, source, step, told, with_threads};
use glam::DVec3;
use groma_geometry::{Instance, Shapes};
use groma_ifc::Meshed;
use groma_model::{ElementId, Model};
use std::sync::{Arc, Mutex};

/// A block of 2 x 1 x 3 m as `#20`, its shape `#22`, and a placement `#23`.
const BLOCK: &str = "#10=IFCCARTESIANPOINT((0.,0.));
#11=IFCAXIS2PLACEMENT2D(#10,$);
#12=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,2.,1.);
#20=IFCEXTRUDEDAREASOLID(#12,#8,#6,3.);
#21=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#20));
#22=IFCPRODUCTDEFINITIONSHAPE($,$,(#21));
#23=IFCLOCALPLACEMENT($,#8);
";

fn read(data: &str) -> (Model, Shapes, String) {
    let source = source(step("IFC4", &(BLOCK.to_owned() + data)));
    let (model, shapes, said) = with_threads(2, || all(&source, "m"));
    let said = told(&said);
    (model, shapes, said)
}

/// Each element with its status, triangles and box.
fn shown(model: &Model, shapes: &Shapes) -> String {
    (0..model.elements.len() as u32)
        .map(ElementId)
        .map(|id| {
            let instances = shapes.of(id);
            let triangles: usize =
                instances.iter().map(|i| shapes.meshes[i.mesh as usize].triangles.len()).sum();
            let mut low = DVec3::INFINITY;
            let mut high = DVec3::NEG_INFINITY;
            for i in instances {
                for &p in &shapes.meshes[i.mesh as usize].positions {
                    let p = i.placement.transform_point3(p);
                    low = low.min(p);
                    high = high.max(p);
                }
            }
            let bounds = if instances.is_empty() { String::new() } else { format!(" {low:.3}..{high:.3}") };
            let name = model.element(id).name.clone().unwrap_or_default();
            format!("{name}: {:?} {triangles}{bounds}\n", shapes.status[id.index()])
        })
        .collect()
}

#[test]
fn a_body_is_meshed_and_nothing_else_is() {
    let (m, s, said) = read(
        "#30=IFCWALL('a',$,'wall',$,$,#23,#22,$,$);
#31=IFCWALL('b',$,'no shape',$,$,#23,$,$,$);
#32=IFCPOLYLINE((#5,#33));
#33=IFCCARTESIANPOINT((1.,0.,0.));
#34=IFCSHAPEREPRESENTATION(#9,'Axis','Curve3D',(#32));
#35=IFCPRODUCTDEFINITIONSHAPE($,$,(#34));
#36=IFCWALL('c',$,'axis',$,$,#23,#35,$,$);
#37=IFCROOF('d',$,'whole',$,$,#23,$,$,$);
#38=IFCRELAGGREGATES('e',$,$,$,#37,(#30));",
    );
    insta::assert_snapshot!(shown(&m, &s), @r"
    wall: Meshed 12 [-1.000, -0.500, 0.000]..[1.000, 0.500, 3.000]
    no shape: NoShape(NoRepresentation) 0
    axis: NoShape(NotABody) 0
    whole: NoShape(ShapeInParts) 0
    ");
    assert_eq!(said, "");
    assert_eq!(s.meshes[0].positions.len(), 8, "the corners of a block are shared");
}

#[test]
fn both_at_once_are_what_one_after_the_other_is() {
    let source = source(step("IFC4X3_ADD2", include_str!("common/small.txt")));
    let (model, shapes, said) = with_threads(2, || all(&source, "m"));
    let (again, mut told_again) = groma_ifc::read_model(&source, &"m".into(), &()).unwrap();
    let (meshed, more) = groma_ifc::read_shapes(&source, &again, &()).unwrap();
    told_again.extend(more);
    told_again.sort();
    assert_eq!(format!("{model:?}"), format!("{again:?}"));
    assert_eq!(format!("{shapes:?}"), format!("{meshed:?}"));
    assert_eq!(told(&said), told(&told_again));
    assert!(shapes.meshes.len() > 5, "the model holds many kinds of body");
}

#[test]
fn meshes_are_told_as_they_are_made() {
    let source = source(step("IFC4X3_ADD2", include_str!("common/small.txt")));
    let told = Mutex::new(Vec::new());
    let tell = |m: Meshed<'_>| {
        told.lock().unwrap().push((m.class.name().to_owned(), m.mesh.clone(), *m.placement, m.colour));
    };
    let read = || groma_ifc::read_telling(&source, &"m".into(), &(), &(), &tell).unwrap();
    let (model, shapes, _) = with_threads(2, read);
    let told = told.into_inner().unwrap();
    for (class, mesh, placement, colour) in &told {
        let is_it = |i: &&Instance| {
            Arc::ptr_eq(&shapes.meshes[i.mesh as usize], mesh)
                && (i.placement, i.colour) == (*placement, *colour)
                && model.element(i.element).class.name() == class
        };
        assert!(shapes.instances.iter().any(|i| is_it(&i)), "{class} {placement:?}");
    }
    assert!(
        told.len() > 5 && told.len() <= shapes.instances.len(),
        "{} of {}",
        told.len(),
        shapes.instances.len()
    );
}

#[test]
fn an_opening_is_cut_and_has_no_mesh() {
    let (m, s, said) = read(
        "#30=IFCWALL('a',$,'wall',$,$,#23,#22,$,$);
#31=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,1.,4.);
#32=IFCEXTRUDEDAREASOLID(#31,#8,#6,1.);
#33=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#32));
#34=IFCPRODUCTDEFINITIONSHAPE($,$,(#33));
#35=IFCOPENINGELEMENT('b',$,'hole',$,$,#23,#34,$,$);
#36=IFCRELVOIDSELEMENT('c',$,$,$,#30,#35);",
    );
    assert!(shown(&m, &s).contains("hole: NoShape(Void) 0"));
    assert!(shown(&m, &s).contains("wall: Meshed"), "{}", shown(&m, &s));
    assert_eq!(said, "");
    let mesh = &s.meshes[s.instances[0].mesh as usize];
    let volume: f64 = (0..mesh.triangles.len())
        .map(|t| {
            let [a, b, c] = mesh.triangle(t);
            a.dot(b.cross(c)) / 6.0
        })
        .sum();
    assert!((volume - 5.0).abs() < 1e-6, "{volume}");
}

#[test]
fn each_reason_for_no_shape_is_its_own() {
    let (m, s, said) = read(
        "#31=IFCELEMENTASSEMBLY('a',$,'parts without shape',$,$,#23,$,$,$,$);
#32=IFCWALL('b',$,'part',$,$,#23,$,$,$);
#33=IFCRELAGGREGATES('c',$,$,$,#31,(#32));
#34=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',());
#35=IFCPRODUCTDEFINITIONSHAPE($,$,(#34));
#36=IFCWALL('d',$,'no items',$,$,#23,#35,$,$);
#37=IFCREPRESENTATIONMAP(#8,#21);
#38=IFCWALLTYPE('e',$,'T',$,$,$,(#37),$,$,.STANDARD.);
#39=IFCWALL('f',$,'on the type',$,$,#23,$,$,$);
#40=IFCRELDEFINESBYTYPE('g',$,$,$,(#39),#38);
#41=IFCVIRTUALELEMENT('h',$,'virtual',$,$,#23,#22,$);
#42=IFCELEMENTASSEMBLY('i',$,'whole of a whole',$,$,#23,$,$,$,$);
#43=IFCELEMENTASSEMBLY('j',$,'whole',$,$,#23,$,$,$,$);
#44=IFCWALL('k',$,'wall',$,$,#23,#22,$,$);
#45=IFCRELAGGREGATES('l',$,$,$,#43,(#44));
#46=IFCRELAGGREGATES('m',$,$,$,#42,(#43));",
    );
    insta::assert_snapshot!(shown(&m, &s), @r"
    parts without shape: NoShape(NoRepresentation) 0
    part: NoShape(NoRepresentation) 0
    no items: NoShape(Empty) 0
    on the type: NoShape(ShapeOnType) 0
    virtual: NoShape(Void) 0
    whole of a whole: NoShape(ShapeInParts) 0
    whole: NoShape(ShapeInParts) 0
    wall: Meshed 12 [-1.000, -0.500, 0.000]..[1.000, 0.500, 3.000]
    ");
    assert_eq!(said, "");
}

#[test]
fn shapes_without_elements_are_told() {
    let (model, _, said) = read("");
    assert_eq!((model.elements.len(), said.as_str()), (0, "G0210 1 solids and surfaces\n"));
}

#[test]
fn an_opening_that_leaves_an_open_host_as_it_is_was_not_cut() {
    let points = "((0.,0.,0.),(4.,0.,0.),(4.,0.,4.),(0.,0.,4.))";
    let (_, _, said) = read(&format!(
        "#30=IFCCARTESIANPOINTLIST3D({points});
#31=IFCTRIANGULATEDFACESET(#30,$,$,((1,2,3),(1,3,4)),$);
#32=IFCSHAPEREPRESENTATION(#9,'Body','Tessellation',(#31));
#33=IFCPRODUCTDEFINITIONSHAPE($,$,(#32));
#34=IFCSLAB('a',$,'open',$,$,#23,#33,$,$);
#35=IFCOPENINGELEMENT('b',$,'hole',$,$,#23,#22,$,$);
#36=IFCRELVOIDSELEMENT('c',$,$,$,#34,#35);"
    ));
    assert_eq!(said, "G0312 #34 #35\n");
}

#[test]
fn what_cannot_be_meshed_is_told() {
    let (m, s, said) = read(
        "#30=IFCWALL('a',$,'dangling shape',$,$,#23,#99,$,$);
#31=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#98));
#32=IFCPRODUCTDEFINITIONSHAPE($,$,(#31));
#33=IFCWALL('b',$,'dangling item',$,$,#23,#32,$,$);
#34=IFCEXTRUDEDAREASOLID(#97,#8,#6,3.);
#35=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#34,#20));
#36=IFCPRODUCTDEFINITIONSHAPE($,$,(#35));
#37=IFCWALL('c',$,'half',$,$,#23,#36,$,$);",
    );
    insta::assert_snapshot!(shown(&m, &s) + &said, @r"
    dangling shape: Failed(G0301) 0
    dangling item: Failed(G0301) 0
    half: Failed(G0303) 12 [-1.000, -0.500, 0.000]..[1.000, 0.500, 3.000]
    G0301 #30 #99 (of #30)
    G0301 #33 #98 (of #31)
    G0303 #37 IfcExtrudedAreaSolid, #97 (of #34)
    ");
}

#[test]
fn a_mapped_body_is_one_mesh_placed_in_f64() {
    // turned by an angle that f32 does not hold, and far from the origin
    let (m, s, said) = read(
        "#30=IFCREPRESENTATIONMAP(#8,#21);
#31=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,1.,$);
#32=IFCMAPPEDITEM(#30,#31);
#33=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#32));
#34=IFCPRODUCTDEFINITIONSHAPE($,$,(#33));
#35=IFCMAPPEDITEM(#30,#31);
#36=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#35));
#37=IFCPRODUCTDEFINITIONSHAPE($,$,(#36));
#40=IFCCARTESIANPOINT((5000000.123456,400000.,0.));
#41=IFCDIRECTION((0.36,0.93295230317524,0.));
#42=IFCAXIS2PLACEMENT3D(#40,#6,#41);
#43=IFCLOCALPLACEMENT($,#42);
#44=IFCCARTESIANPOINT((5000010.,400000.,0.));
#45=IFCAXIS2PLACEMENT3D(#44,#6,#7);
#46=IFCLOCALPLACEMENT($,#45);
#50=IFCFURNITURE('a',$,'one',$,$,#46,#34,$,$);
#51=IFCFURNITURE('b',$,'two',$,$,#43,#37,$,$);",
    );
    assert_eq!(said, "");
    assert_eq!((s.meshes.len(), s.instances.len()), (1, 2), "{}", shown(&m, &s));
    // where the corner (1, 0.5, 3) of the block comes to stand, in f64
    let turned = DVec3::new(0.36 - 0.5 * 0.93295230317524, 0.93295230317524 + 0.5 * 0.36, 3.0);
    let expect = turned + DVec3::new(5_000_000.123456, 400_000.0, 0.0);
    let two = &s.of(ElementId(1))[0];
    let nearest = s.meshes[two.mesh as usize]
        .positions
        .iter()
        .map(|&p| (two.placement.transform_point3(p) - expect).length())
        .fold(f64::INFINITY, f64::min);
    assert!(nearest < 1e-6, "{nearest}");
}

#[test]
fn faces_of_several_colours_stay_one_body() {
    let (m, s, said) = read(
        "#30=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.),(0.,0.,1.)));
#31=IFCTRIANGULATEDFACESET(#30,$,.T.,((1,3,2),(1,2,4),(2,3,4),(3,1,4)),$);
#32=IFCCOLOURRGBLIST(((1.,0.,0.),(0.,1.,0.)));
#33=IFCINDEXEDCOLOURMAP(#31,$,#32,(1,2,1,2));
#34=IFCSHAPEREPRESENTATION(#9,'Body','Tessellation',(#31));
#35=IFCPRODUCTDEFINITIONSHAPE($,$,(#34));
#36=IFCWALL('a',$,'tetrahedron',$,$,#23,#35,$,$);",
    );
    assert_eq!(said, "");
    assert_eq!(
        (s.meshes.len(), s.meshes[0].positions.len(), s.meshes[0].triangles.len()),
        (1, 4, 4),
        "{}",
        shown(&m, &s)
    );
}

#[test]
fn faces_that_name_points_which_are_not_there_are_counted() {
    let body = |faces: &str| {
        format!(
            "#30=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.),(0.,0.,1.)));
#31=IFCTRIANGULATEDFACESET(#30,$,.T.,({faces}),$);
#34=IFCSHAPEREPRESENTATION(#9,'Body','Tessellation',(#31));
#35=IFCPRODUCTDEFINITIONSHAPE($,$,(#34));
#36=IFCWALL('a',$,'tetrahedron',$,$,#23,#35,$,$);"
        )
    };
    assert_eq!(read(&body("(1,3,2),(1,2,4),(2,3,4),(3,1,4)")).2, "");
    let (m, s, said) = read(&body("(1,3,2),(1,2,4),(2,3,4),(3,1,4),(3,1,9),(0,1,2)"));
    assert!(said.contains("G0303") && said.contains("2 faces of #31 that name points it has not"), "{said}");
    assert!(shown(&m, &s).starts_with("tetrahedron: Failed"), "{}", shown(&m, &s));
}

#[test]
fn a_bare_product_representation_is_meshed() {
    let text =
        String::from_utf8(step("IFC2X3", &(BLOCK.to_owned() + "#30=IFCWALL('a',$,'wall',$,$,#23,#22,$);")))
            .unwrap()
            .replace("IFCPRODUCTDEFINITIONSHAPE", "IFCPRODUCTREPRESENTATION");
    let (m, s, _) = all(&source(text.into_bytes()), "m");
    assert!(shown(&m, &s).starts_with("wall: Meshed 12"), "{}", shown(&m, &s));
}

#[test]
fn colours_come_in_linear_light() {
    let (_, s, _) = read(
        "#30=IFCCOLOURRGB($,1.,0.5,0.);
#31=IFCSURFACESTYLERENDERING(#30,0.25,$,$,$,$,$,$,.FLAT.);
#32=IFCSURFACESTYLE('s',.BOTH.,(#31));
#33=IFCSTYLEDITEM(#20,(#32),$);
#34=IFCWALL('a',$,'wall',$,$,#23,#22,$,$);",
    );
    let [r, g, b, a] = s.instances[0].colour;
    assert!((r - 1.0).abs() < 1e-6 && (g - 0.2140).abs() < 1e-3 && b == 0.0 && (a - 0.75).abs() < 1e-6);
}

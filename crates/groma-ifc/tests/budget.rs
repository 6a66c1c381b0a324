//! No element holds up a file: what is too much work is said, and the rest is there.

mod common;

use common::{all, source, step, told, with_threads};
use groma_model::{ShapeStatus, codes};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// The statuses of the elements and what was said, told within a minute.
fn read(data: &str) -> (Vec<ShapeStatus>, String, usize) {
    let source = source(step("IFC4", data));
    let start = Instant::now();
    let (_, shapes, said) = with_threads(2, || all(&source, "m"));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    (shapes.status.clone(), told(&said), shapes.instances.len())
}

/// A wall `#20` with a body `#21`, and a column beside it that nothing is wrong with.
const WALL: &str = "#20=IFCWALL('1aaaaaaaaaaaaaaaaaaaaa',$,'w',$,$,$,#22,$,$);
#22=IFCPRODUCTDEFINITIONSHAPE($,$,(#23));
#23=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#21));
#30=IFCCOLUMN('2aaaaaaaaaaaaaaaaaaaaa',$,'c',$,$,$,#32,$,$);
#32=IFCPRODUCTDEFINITIONSHAPE($,$,(#33));
#33=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#34));
#34=IFCBLOCK(#8,1.,1.,1.);
";

fn check_over_budget(body: &str) {
    let (status, said, _) = read(&format!("{WALL}{body}"));
    assert_eq!(status, [ShapeStatus::Failed(codes::OVER_BUDGET), ShapeStatus::Meshed], "{said}");
    assert!(said.contains("G0305 #20"), "{said}");
}

#[test]
fn a_tower_of_unions_that_doubles_with_each_floor() {
    let mut data = String::from("#100=IFCBLOCK(#8,1.,1.,1.);\n");
    for n in 101..160 {
        writeln!(data, "#{n}=IFCBOOLEANRESULT(.UNION.,#{},#{});", n - 1, n - 1).unwrap();
    }
    check_over_budget(&format!("{data}#21=IFCBOOLEANRESULT(.UNION.,#159,#159);\n"));
}

#[test]
fn four_hundred_differences_in_a_row() {
    let mut data = String::from("#100=IFCBLOCK(#8,30.,30.,1.);\n#101=IFCSPHERE(#8,0.4);\n");
    for n in 102..500 {
        writeln!(data, "#{n}=IFCBOOLEANRESULT(.DIFFERENCE.,#{},#101);", if n == 102 { 100 } else { n - 1 })
            .unwrap();
    }
    check_over_budget(&format!("{data}#21=IFCBOOLEANRESULT(.DIFFERENCE.,#499,#101);\n"));
}

#[test]
fn two_hundred_half_spaces() {
    let mut data = String::from("#100=IFCBLOCK(#8,10.,10.,10.);\n");
    for n in 0..200 {
        let (sin, cos) = (2.399 * f64::from(n)).sin_cos();
        let at = 101 + 6 * n;
        write!(
            data,
            "#{at}=IFCDIRECTION(({cos:?},{sin:?},0.1));\n#{}=IFCCARTESIANPOINT(({:?},{:?},5.));\n\
             #{}=IFCAXIS2PLACEMENT3D(#{},#{at},$);\n#{}=IFCPLANE(#{});\n#{}=IFCHALFSPACESOLID(#{},.F.);\n\
             #{}=IFCBOOLEANCLIPPINGRESULT(.DIFFERENCE.,#{},#{});\n",
            at + 1,
            5.0 + 4.0 * cos,
            5.0 + 4.0 * sin,
            at + 2,
            at + 1,
            at + 3,
            at + 2,
            at + 4,
            at + 3,
            at + 5,
            at - 1,
            at + 4
        )
        .unwrap();
    }
    check_over_budget(&format!("{data}#21=IFCCSGSOLID(#1300);\n"));
}

#[test]
fn a_few_records_that_make_ten_million_triangles() {
    let mut data = String::from("#101=IFCCARTESIANPOINTLIST3D((");
    for n in 0..300_000 {
        let (sin, cos) = (0.1 * f64::from(n)).sin_cos();
        let comma = if n > 0 { "," } else { "" };
        write!(data, "{comma}({cos:.4},{sin:.4},{:.4})", 0.001 * f64::from(n)).unwrap();
    }
    data += "));\n#102=IFCINDEXEDPOLYCURVE(#101,$,.F.);\n#21=IFCSWEPTDISKSOLID(#102,0.004,$,$,$);\n";
    check_over_budget(&data);
}

#[test]
fn an_operation_that_cannot_be_carried_out_is_left_out_and_said() {
    // an operator that is none, and a half-space whose plane is not there
    for (operator, operand) in [("APART", "IFCSPHERE(#8,1.)"), ("DIFFERENCE", "IFCHALFSPACESOLID(#99,.T.)")] {
        let (status, said, instances) = read(&format!(
            "{WALL}#21=IFCBOOLEANRESULT(.{operator}.,#40,#50);\n#40=IFCBLOCK(#8,3.,3.,3.);\n#50={operand};\n"
        ));
        assert_eq!(status, [ShapeStatus::Meshed; 2], "{said}");
        assert_eq!(instances, 2);
        assert!(said.contains("G0304 #20"), "{said}");
    }
}

#[test]
fn a_cut_that_is_too_much_leaves_the_host_uncut_and_says_so() {
    // spheres are no prisms: each of the cuts is a boolean of whole bodies
    let mut data = format!("{WALL}#21=IFCBLOCK(#8,30.,3.,3.);\n#40=IFCSPHERE(#8,0.5);\n");
    data += "#41=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#40));\n#42=IFCPRODUCTDEFINITIONSHAPE($,$,(#41));\n";
    for n in 0..200 {
        let at = 1000 + 10 * n;
        write!(
            data,
            "#{at}=IFCCARTESIANPOINT(({:?},0.,1.));\n#{}=IFCAXIS2PLACEMENT3D(#{at},$,$);\n\
             #{}=IFCLOCALPLACEMENT($,#{});\n#{}=IFCOPENINGELEMENT('{n:022}',$,$,$,$,#{},#42,$,$);\n\
             #{}=IFCRELVOIDSELEMENT('r{n:021}',$,$,$,#20,#{});\n",
            0.15 * f64::from(n),
            at + 1,
            at + 2,
            at + 1,
            at + 3,
            at + 2,
            at + 4,
            at + 3
        )
        .unwrap();
    }
    let (status, said, instances) = read(&data);
    assert_eq!(status[..2], [ShapeStatus::Meshed; 2], "{said}");
    assert_eq!(instances, 2);
    assert_eq!(
        said.trim(),
        "G0312 #20 #1003, #1013, #1023, #1033, #1043, #1053, #1063, #1073 and 192 more",
        "{said}"
    );
}

#[test]
fn nested_maps_that_multiply_end() {
    let mut data = String::from(
        "#100=IFCBLOCK(#8,1.,1.,1.);\n#101=IFCPOLYLINE((#5,#5));\n#99=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,1.,$);\n",
    );
    for (first, item) in [(1000, 100), (3000, 101)] {
        writeln!(data, "#{first}=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#{item}));").unwrap();
        for level in 1..20 {
            let at = first + 50 * level;
            let mut items = String::new();
            for n in 0..40 {
                writeln!(data, "#{}=IFCMAPPEDITEM(#{},#99);", at + 2 + n, at + 1).unwrap();
                write!(items, "{}#{}", if n > 0 { "," } else { "" }, at + 2 + n).unwrap();
            }
            writeln!(
                data,
                "#{at}=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',({items}));\n\
                 #{}=IFCREPRESENTATIONMAP(#8,#{});",
                at + 1,
                at - 50
            )
            .unwrap();
        }
        for level in [4, 7, 19] {
            let id = first + 60_000 + 10 * level;
            writeln!(
                data,
                "#{id}=IFCPRODUCTDEFINITIONSHAPE($,$,(#{}));\n\
                 #{}=IFCWALL('{id:022}',$,$,$,$,$,#{id},$,$);",
                first + 50 * level,
                id + 1
            )
            .unwrap();
        }
    }
    let (status, said, _) = read(&data);
    assert_eq!(status.len(), 6, "{said}");
}

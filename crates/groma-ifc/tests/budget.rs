//! No element holds up a file: what is too much work is said, and the rest is there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

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

/// Maps of maps: a few records that stand for ten to the power of their levels.
fn nest(levels: usize, uses: usize, elements: usize) -> String {
    let mut data = String::from(
        "#99=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,1.,$);\n#98=IFCBLOCK(#8,1.,1.,1.);\n\
         #1000=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#98));\n",
    );
    let mut below = 1000;
    for level in 1..=levels {
        let at = 1000 + 100 * level;
        writeln!(data, "#{at}=IFCREPRESENTATIONMAP(#8,#{below});").unwrap();
        let items: Vec<String> = (1..=10).map(|n| format!("#{}", at + n)).collect();
        for item in &items {
            writeln!(data, "{item}=IFCMAPPEDITEM(#{at},#99);").unwrap();
        }
        below = at + 50;
        writeln!(
            data,
            "#{below}=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',({}));",
            items.join(",")
        )
        .unwrap();
    }
    writeln!(data, "#3000=IFCREPRESENTATIONMAP(#8,#{below});").unwrap();
    let items: Vec<String> = (0..uses).map(|n| format!("#{}", 4000 + n)).collect();
    for item in &items {
        writeln!(data, "{item}=IFCMAPPEDITEM(#3000,#99);").unwrap();
    }
    writeln!(
        data,
        "#3001=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',({}));\n\
         #3002=IFCPRODUCTDEFINITIONSHAPE($,$,(#3001));",
        items.join(",")
    )
    .unwrap();
    for n in 0..elements {
        writeln!(data, "#{}=IFCWALL('{n:022}',$,$,$,$,$,#3002,$,$);", 900_000 + n).unwrap();
    }
    data
}

#[test]
fn maps_that_multiply_are_bounded_by_element_and_by_file() {
    let (status, said, instances) = read(&nest(4, 2000, 1));
    assert_eq!((status[0], instances), (ShapeStatus::Failed(codes::OVER_BUDGET), 0), "{said}");
    // a thousand each are good, and so many elements of them are not
    let (status, said, instances) = read(&nest(3, 1, 2000));
    let over = status.iter().filter(|s| **s == ShapeStatus::Failed(codes::OVER_BUDGET)).count();
    assert!((100_000..500_000).contains(&instances) && over > 1000, "{instances} {over}");
    assert_eq!(said.lines().filter(|line| line.starts_with("G0305")).count(), over);
    // those that come first in the file are there
    assert!(status.is_sorted_by_key(|s| *s != ShapeStatus::Meshed));
}

#[test]
fn sets_that_share_nests_of_properties_are_bounded_and_told() {
    let mut data = String::from("#100=IFCWALL('a',$,$,$,$,$,$,$,$);\n");
    for level in 0..14 {
        let next = vec![format!("#{}", 1001 + level); 4].join(",");
        writeln!(data, "#{}=IFCCOMPLEXPROPERTY('c{level}',$,'u',({next}));", 1000 + level).unwrap();
    }
    data += "#1014=IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('v'),$);\n";
    for n in 0..3000 {
        writeln!(data, "#{}=IFCPROPERTYSET('p{n}',$,'P{n}',$,(#1000));", 3000 + n).unwrap();
    }
    let source = source(step("IFC4", &data));
    let (model, _, said) = with_threads(2, || all(&source, "m"));
    let values: usize = model.property_sets.iter().map(|set| set.properties.len()).sum();
    assert!(values < 4_000_000, "{values}");
    assert_eq!(told(&said).lines().filter(|line| line.starts_with("G0207")).count(), 3000);
}

#[test]
fn a_hundred_thousand_nested_parts_take_no_time() {
    let mut data = String::new();
    for n in 0..100_000 {
        writeln!(
            data,
            "#{}=IFCWALL('w{n}',$,$,$,$,$,$,$,$);\n#{}=IFCRELAGGREGATES('r{n}',$,$,$,#{},(#{}));",
            1000 + 2 * n,
            1001 + 2 * n,
            1000 + 2 * n,
            1002 + 2 * n
        )
        .unwrap();
    }
    writeln!(data, "#201000=IFCWALL('last',$,$,$,$,$,$,$,$);").unwrap();
    let start = Instant::now();
    let (status, said, _) = read(&data);
    assert_eq!((status.len(), said.as_str()), (100_001, ""));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_tangle_of_an_outline_is_told_and_holds_nothing_up() {
    let mut data = String::new();
    let mut points = Vec::new();
    for n in 0..20_000_u64 {
        let (x, y) = (n * 7919 % 10_007, n * 104_729 % 9973);
        writeln!(data, "#{}=IFCCARTESIANPOINT(({x}.,{y}.));", 10_000 + n).unwrap();
        points.push(format!("#{}", 10_000 + n));
    }
    write!(
        data,
        "#100=IFCPOLYLINE(({},#10000));\n#101=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#100);\n",
        points.join(",")
    )
    .unwrap();
    for n in 0..8 {
        let at = 200 + 10 * n;
        write!(
            data,
            "#{at}=IFCEXTRUDEDAREASOLID(#101,#8,#6,{}.);\n#{}=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#{at}));\n\
             #{}=IFCPRODUCTDEFINITIONSHAPE($,$,(#{}));\n#{}=IFCWALL('{n:022}',$,$,$,$,$,#{},$,$);\n",
            n + 1,
            at + 1,
            at + 2,
            at + 1,
            at + 3,
            at + 2
        )
        .unwrap();
    }
    let start = Instant::now();
    let (status, said, _) = read(&data);
    assert_eq!(status, [ShapeStatus::Failed(codes::OVER_BUDGET); 8], "{said}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_body_whose_operations_are_too_much_is_shown_without_them() {
    let mut data = String::from("#100=IFCSPHERE(#8,3.);\n");
    for k in 0..30 {
        let at = 200 + 3 * k;
        let (sin, cos) = f64::from(k).sin_cos();
        write!(
            data,
            "#{at}=IFCCARTESIANPOINT(({:.3},{:.3},{:.2}));\n#{}=IFCAXIS2PLACEMENT3D(#{at},$,$);\n\
             #{}=IFCSPHERE(#{},0.5);\n#{}=IFCBOOLEANRESULT(.DIFFERENCE.,#{},#{});\n",
            3.0 * cos,
            3.0 * sin,
            0.1 * f64::from(k),
            at + 1,
            at + 2,
            at + 1,
            500 + k,
            if k == 0 { 100 } else { 499 + k },
            at + 2
        )
        .unwrap();
    }
    let (status, said, instances) = read(&format!("{WALL}{data}#21=IFCCSGSOLID(#529);\n"));
    assert_eq!(status, [ShapeStatus::Failed(codes::OVER_BUDGET), ShapeStatus::Meshed], "{said}");
    assert_eq!(said.trim(), "G0305 #20 shown without its operations");
    assert_eq!(instances, 2);
}

//! What is read of small files.

mod common;

use common::{model, named, step, told};
use glam::DVec3;
use groma_model::{Model, Value};

const WALL: &str = "IFCWALL('%',$,'%',$,$,$,$,$,$);";

fn walls(names: &[(u32, &str)]) -> String {
    names.iter().map(|(id, name)| format!("#{id}={}\n", WALL.replace('%', name))).collect()
}

fn tree(model: &Model) -> String {
    let mut lines = String::new();
    for node in &model.spatial.nodes {
        let mut depth = 0;
        let mut at = node.parent;
        while let Some(parent) = at {
            depth += 1;
            at = model.spatial.nodes[parent as usize].parent;
        }
        let element = model.element(node.element);
        let contains: Vec<_> =
            node.contains.iter().map(|&e| model.element(e).name.as_deref().unwrap_or("")).collect();
        lines += &format!(
            "{}{} {} {:?} {contains:?}\n",
            "  ".repeat(depth),
            element.class,
            element.name.as_deref().unwrap_or(""),
            node.elevation
        );
    }
    lines
}

#[test]
fn attributes_are_decoded_and_classes_keep_their_lineage() {
    let (m, said) = model(step(
        "IFC4",
        r"#10=IFCWALL('0abcdefghijklmnopqrstu',$,'W\X2\00E4\X0\nde ''1''','D','Basic','',$,'t1',.USERDEFINED.);
#11=IfcSlab('b',$,$,$,$,$,$,'t2',.FLOOR.);
#12=IFCWALLTYPE('c',$,'WT',$,$,(),$,'t3','Own',.USERDEFINED.);
#13=IFCRELDEFINESBYTYPE('d',$,$,$,(#10),#12);",
    ));
    let [wall, slab] = &m.elements[..] else { panic!("{:?}", m.elements) };
    assert_eq!(wall.key.to_string(), "m/0abcdefghijklmnopqrstu");
    assert_eq!(wall.name.as_deref(), Some("Wände '1'"));
    assert_eq!((wall.description.as_deref(), wall.tag.as_deref()), (Some("D"), Some("t1")));
    assert_eq!(wall.predefined_type.as_deref(), Some("Basic"));
    assert_eq!(wall.type_object, Some(0));
    assert!(wall.class.is_a("IfcBuildingElement"));
    assert_eq!((slab.class.name(), slab.predefined_type.as_deref()), ("IfcSlab", Some("FLOOR")));
    assert_eq!(
        (m.types[0].name.as_deref(), m.types[0].predefined_type.as_deref()),
        (Some("WT"), Some("Own"))
    );
    assert_eq!(told(&said), "");
}

#[test]
fn a_repeated_global_id_is_told_and_numbered() {
    let (m, said) =
        model(step("IFC4", &(walls(&[(10, "a"), (11, "a")]) + "#12=IFCWALL($,$,$,$,$,$,$,$,$);")));
    let keys: Vec<String> = m.elements.iter().map(|e| e.key.to_string()).collect();
    assert_eq!(keys, ["m/a", "m/a~2", "m/#12"]);
    insta::assert_snapshot!(told(&said), @r"
    G0201 #11
    G0202 #12
    ");
}

#[test]
fn foreign_and_misplaced_classes_survive() {
    let (m, said) = model(step(
        "IFC2X3",
        "#10=IFCLOCALPLACEMENT($,#8);
#11=IFCSUPERWALL('0abcdefghijklmnopqrstu',$,'S',$,$,#10,$,'t');
#12=IFCPIPESEGMENT('b',$,'Pipe',$,$,#10,$,'t',.USERDEFINED.);
#13=IFCNOTHING('x');",
    ));
    let classes: Vec<&str> = m.elements.iter().map(|e| e.class.name()).collect();
    assert_eq!(classes, ["IFCSUPERWALL", "IfcPipeSegment"]);
    assert!(m.elements[0].class.is_a("IfcProduct"));
    assert!(m.elements[1].class.is_a("IfcFlowSegment"));
    insta::assert_snapshot!(told(&said), @r"
    G0203 #11
    G0203 #12
    G0203 #13
    ");
}

#[test]
fn values_come_in_si() {
    let text = String::from_utf8(step(
        "IFC4",
        "#10=IFCWALL('w',$,'w',$,$,$,$,$,$);
#20=IFCPROPERTYSINGLEVALUE('l',$,IFCPOSITIVELENGTHMEASURE(2500.),$);
#21=IFCPROPERTYSINGLEVALUE('a',$,IFCPLANEANGLEMEASURE(180.),$);
#22=IFCPROPERTYSINGLEVALUE('t',$,IFCLABEL('F90'),$);
#23=IFCPROPERTYSINGLEVALUE('b',$,IFCBOOLEAN(.T.),$);
#24=IFCPROPERTYSINGLEVALUE('u',$,IFCLOGICAL(.U.),$);
#25=IFCPROPERTYSINGLEVALUE('i',$,IFCINTEGER(7),$);
#26=IFCPROPERTYSINGLEVALUE('none',$,$,$);
#27=IFCPROPERTYBOUNDEDVALUE('range',$,IFCLENGTHMEASURE(3000.),IFCLENGTHMEASURE(1000),$,$);
#28=IFCPROPERTYENUMERATEDVALUE('e',$,(IFCLABEL('x'),IFCLABEL('y')),$);
#29=IFCCOMPLEXPROPERTY('c',$,'use',(#22,#30));
#30=IFCCOMPLEXPROPERTY('d',$,'use',(#23));
#31=IFCPROPERTYSINGLEVALUE('metres',$,IFCLENGTHMEASURE(2.),#3);
#32=IFCPROPERTYSINGLEVALUE('r',$,IFCREAL(0.5),$);
#33=IFCPROPERTYSINGLEVALUE('hz',$,IFCFREQUENCYMEASURE(50.),$);
#40=IFCPROPERTYSET('p',$,'Pset_X',$,(#20,#21,#22,#23,#24,#25,#26,#27,#28,#29,#31,#32,#33));
#41=IFCQUANTITYAREA('area',$,$,4.5,$);
#42=IFCQUANTITYCOUNT('n',$,$,3,$);
#43=IFCELEMENTQUANTITY('q',$,'Qto_X',$,$,(#41,#42,#44));
#44=IFCPHYSICALCOMPLEXQUANTITY('layer',$,(#45),'x',$,$);
#45=IFCQUANTITYLENGTH('width',$,$,10.,$);
#50=IFCRELDEFINESBYPROPERTIES('r1',$,$,$,(#10),#40);
#51=IFCRELDEFINESBYPROPERTIES('r2',$,$,$,(#10),IFCPROPERTYSETDEFINITIONSET((#43)));
#60=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#61=IFCMEASUREWITHUNIT(IFCPLANEANGLEMEASURE(0.0174532925199433),#4);
#62=IFCDIMENSIONALEXPONENTS(0,0,0,0,0,0,0);
#63=IFCCONVERSIONBASEDUNIT(#62,.PLANEANGLEUNIT.,'DEGREE',#61);",
    ))
    .unwrap()
    .replace("IFCUNITASSIGNMENT((#3,#4))", "IFCUNITASSIGNMENT((#60,#63))");
    let (m, said) = model(text.into_bytes());
    assert_eq!(told(&said), "");
    assert_eq!((m.units.length, &*m.units.length_name), (1e-3, "mm"));
    fn shown(value: &Value) -> String {
        match value {
            Value::Text(text) => format!("{text:?}"),
            Value::Real { value, measure } => format!("{value:.9} {}", measure.as_deref().unwrap_or("-")),
            Value::Integer(n) => n.to_string(),
            Value::Logical(l) => format!("{l:?}"),
            Value::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(" | "),
            Value::Bounded { lower, upper, .. } => {
                format!("{:?}..{:?}", lower.as_deref().map(shown), upper.as_deref().map(shown))
            }
            other => format!("{other:?}"),
        }
    }
    let lines: String = m
        .property_sets(groma_model::ElementId(0))
        .flat_map(|set| {
            set.properties.iter().map(|p| {
                format!(
                    "{}.{} = {}\n",
                    set.name,
                    p.name,
                    p.value.as_ref().map_or_else(|| "none".into(), shown)
                )
            })
        })
        .collect();
    insta::assert_snapshot!(lines, @r#"
    Pset_X.l = 2.500000000 IfcPositiveLengthMeasure
    Pset_X.a = 3.141592654 IfcPlaneAngleMeasure
    Pset_X.t = "F90"
    Pset_X.b = Some(true)
    Pset_X.u = None
    Pset_X.i = 7
    Pset_X.none = none
    Pset_X.range = Some("1.000000000 IfcLengthMeasure")..Some("3.000000000 IfcLengthMeasure")
    Pset_X.e = "x" | "y"
    Pset_X.c.t = "F90"
    Pset_X.c.d.b = Some(true)
    Pset_X.metres = 2.000000000 IfcLengthMeasure
    Pset_X.r = 0.500000000 IfcReal
    Pset_X.hz = 50.000000000 IfcFrequencyMeasure
    Qto_X.area = 4.500000000 IfcAreaMeasure
    Qto_X.n = 3
    Qto_X.layer.width = 0.010000000 IfcLengthMeasure
    "#);
}

const SPATIAL: &str = "#10=IFCSITE('s',$,'Site',$,$,$,$,$,.ELEMENT.,(52,30,0),(13,24,0),34.,$,$);
#11=IFCBUILDING('b',$,'House',$,$,$,$,$,.ELEMENT.,$,$,$);
#12=IFCBUILDINGSTOREY('f1',$,'First',$,$,$,$,$,.ELEMENT.,3.5);
#13=IFCBUILDINGSTOREY('f0',$,'Ground',$,$,$,$,$,.ELEMENT.,0.);
#14=IFCSPACE('r',$,'Room',$,$,$,$,$,.ELEMENT.,.INTERNAL.,$);
#20=IFCRELAGGREGATES('a1',$,$,$,#1,(#10));
#21=IFCRELAGGREGATES('a2',$,$,$,#10,(#11));
#22=IFCRELAGGREGATES('a3',$,$,$,#11,(#13,#12));
#23=IFCRELAGGREGATES('a4',$,$,$,#13,(#14));
";

#[test]
fn the_spatial_tree_and_what_it_contains() {
    let data = SPATIAL.to_owned()
        + &walls(&[(30, "stair"), (31, "flight"), (32, "desk"), (33, "tread")])
        + "#40=IFCRELCONTAINEDINSPATIALSTRUCTURE('c1',$,$,$,(#30),#12);
#41=IFCRELCONTAINEDINSPATIALSTRUCTURE('c2',$,$,$,(#32),#14);
#42=IFCRELAGGREGATES('a5',$,$,$,#30,(#31));
#43=IFCRELNESTS('a6',$,$,$,#31,(#33));";
    let (m, said) = model(step("IFC4", &data));
    assert_eq!(told(&said), "");
    assert_eq!(m.spatial.project.as_deref(), Some("P"));
    insta::assert_snapshot!(tree(&m), @r#"
    IfcSite Site None []
      IfcBuilding House None []
        IfcBuildingStorey First Some(3.5) ["stair"]
        IfcBuildingStorey Ground Some(0.0) []
          IfcSpace Room None ["desk"]
    "#);
    let container = |name: &str| m.element(named(&m, name).container.unwrap()).name.clone().unwrap();
    assert_eq!(
        [container("tread"), container("flight"), container("desk")].map(|c| c.to_string()),
        ["First", "First", "Room"]
    );
    assert_eq!(m.relations.aggregates.len(), 6);
    assert_eq!(
        (m.place.latitude, m.place.longitude, m.place.elevation),
        (Some(52.5), Some(13.4), Some(34.0))
    );
}

#[test]
fn cycles_and_dangling_references_are_told_and_end() {
    let data = SPATIAL.to_owned()
        + &walls(&[(30, "a"), (31, "bb"), (32, "c")])
        + "#40=IFCRELAGGREGATES('x1',$,$,$,#30,(#31));
#41=IFCRELAGGREGATES('x2',$,$,$,#31,(#32));
#42=IFCRELAGGREGATES('x3',$,$,$,#32,(#30));
#43=IFCRELAGGREGATES('x4',$,$,$,#14,(#10));
#44=IFCRELCONTAINEDINSPATIALSTRUCTURE('c1',$,$,$,(#30,#99),#12);
#45=IFCRELCONTAINEDINSPATIALSTRUCTURE('c2',$,$,$,(#30),#13);
#46=IFCRELAGGREGATES('x5',$,$,$,#98,(#32));
#47=IFCCOMPLEXPROPERTY('c',$,'',(#47));
#48=IFCPROPERTYSET('p',$,'P',$,(#47,#97,#48));
#49=IFCRELDEFINESBYPROPERTIES('r',$,$,$,(#30,#96),#48);
#50=IFCRELAGGREGATES('x6',$);";
    let (m, said) = model(step("IFC4", &data));
    insta::assert_snapshot!(told(&said), @r"
    G0102 #50
    G0104 #44 #99
    G0104 #46 #98
    G0104 #48 #97
    G0104 #49 #96
    G0204 #10
    G0204 #30
    G0205 #30 two containers
    ");
    assert_eq!(m.spatial.nodes.len(), 5);
    assert_eq!(named(&m, "c").whole.map(|w| m.element(w).name.as_deref()), Some(Some("bb")));
    assert_eq!(named(&m, "a").whole, None);
}

#[test]
fn relations_between_elements() {
    let data = walls(&[(30, "wall"), (31, "beam"), (32, "bolt"), (33, "cover")])
        + "#34=IFCOPENINGELEMENT('o',$,'hole',$,$,$,$,$,$);
#35=IFCDOOR('d',$,'door',$,$,$,$,$,$,$,$,$,$);
#36=IFCDISTRIBUTIONPORT('p1',$,'port1',$,$,$,$,$,$,$);
#37=IFCDISTRIBUTIONPORT('p2',$,'port2',$,$,$,$,$,$,$);
#40=IFCRELVOIDSELEMENT('1',$,$,$,#30,#34);
#41=IFCRELFILLSELEMENT('2',$,$,$,#34,#35);
#42=IFCRELCONNECTSWITHREALIZINGELEMENTS('3',$,$,$,$,#30,#31,(#32),$);
#43=IFCRELCOVERSBLDGELEMENTS('4',$,$,$,#30,(#33));
#44=IFCRELCONNECTSPORTTOELEMENT('5',$,$,$,#36,#30);
#45=IFCRELNESTS('6',$,$,$,#31,(#37));
#46=IFCRELCONNECTSPORTS('7',$,$,$,#36,#37,$);
#47=IFCRELCONNECTSPATHELEMENTS('8',$,$,$,$,#31,#30,(),(),.ATEND.,.ATSTART.);
#50=IFCDISTRIBUTIONSYSTEM('sys',$,'Supply',$,$,$,$);
#51=IFCRELASSIGNSTOGROUP('9',$,$,$,(#31,#30,#31),$,#50);";
    let (m, said) = model(step("IFC4", &data));
    assert_eq!(told(&said), "");
    let name = |id: groma_model::ElementId| m.element(id).name.clone().unwrap();
    let list = |pairs: &[(groma_model::ElementId, groma_model::ElementId)]| -> String {
        pairs.iter().map(|&(a, b)| format!("{}-{} ", name(a), name(b))).collect()
    };
    let r = &m.relations;
    assert_eq!(list(&r.voids), "wall-hole ");
    assert_eq!(list(&r.fills), "hole-door ");
    assert_eq!(list(&r.connects), "wall-beam wall-bolt wall-cover beam-wall beam-bolt ");
    assert_eq!(list(&r.ports), "port1-wall port2-beam ");
    assert_eq!(list(&r.port_connections), "port1-port2 ");
    assert_eq!(list(&r.aggregates), "");
    assert_eq!(
        m.systems[0].members.iter().map(|&e| name(e).to_string()).collect::<Vec<_>>(),
        ["wall", "beam"]
    );
}

#[test]
fn materials_of_every_kind() {
    let data = walls(&[(30, "one"), (31, "layers"), (32, "list"), (33, "parts"), (34, "typed")])
        + "#40=IFCMATERIAL('Steel',$,$);
#41=IFCMATERIALLAYER(#40,0.1,$,$,$,$,$);
#42=IFCMATERIALLAYER($,0.05,.T.,$,$,$,$);
#43=IFCMATERIALLAYERSET((#41,#42),'Cavity',$);
#44=IFCMATERIALLAYERSETUSAGE(#43,.AXIS2.,.POSITIVE.,0.,$);
#45=IFCMATERIALLIST((#40));
#46=IFCMATERIALCONSTITUENT('Frame',$,#40,$,$);
#47=IFCMATERIALCONSTITUENTSET('Window',$,(#46));
#48=IFCWALLTYPE('t',$,'T',$,$,$,$,$,$,.NOTDEFINED.);
#50=IFCRELASSOCIATESMATERIAL('1',$,$,$,(#30),#40);
#51=IFCRELASSOCIATESMATERIAL('2',$,$,$,(#31,#48),#44);
#52=IFCRELASSOCIATESMATERIAL('3',$,$,$,(#32),#45);
#53=IFCRELASSOCIATESMATERIAL('4',$,$,$,(#33),#47);
#54=IFCRELDEFINESBYTYPE('5',$,$,$,(#34,#30),#48);
#60=IFCCLASSIFICATION($,$,$,'Uniclass',$,$,$);
#61=IFCCLASSIFICATIONREFERENCE($,'Ss','Systems',#60,$,$);
#62=IFCCLASSIFICATIONREFERENCE($,'Ss_25','Walls',#61,$,$);
#63=IFCRELASSOCIATESCLASSIFICATION('6',$,$,$,(#30),#62);";
    let (m, said) = model(step("IFC4", &data));
    assert_eq!(told(&said), "");
    let lines: String = m
        .elements
        .iter()
        .map(|e| {
            let materials: Vec<String> = e
                .materials
                .iter()
                .map(|&i| {
                    let material = &m.materials[i as usize];
                    let layers: Vec<String> = material
                        .layers
                        .iter()
                        .map(|l| format!("{} {:?}", l.material.as_deref().unwrap_or("air"), l.thickness))
                        .collect();
                    format!("{} {layers:?}", material.name.as_deref().unwrap_or("-"))
                })
                .collect();
            format!("{}: {}\n", e.name.as_deref().unwrap_or(""), materials.join("; "))
        })
        .collect();
    insta::assert_snapshot!(lines, @r#"
    one: Steel []
    layers: Cavity ["Steel Some(0.1)", "air Some(0.05)"]
    list: - ["Steel None"]
    parts: Window ["Steel None"]
    typed: Cavity ["Steel Some(0.1)", "air Some(0.05)"]
    "#);
    let class = &m.classifications[m.elements[0].classifications[0] as usize];
    assert_eq!((class.system.as_deref(), class.identification.as_deref()), (Some("Uniclass"), Some("Ss_25")));
}

#[test]
fn a_map_conversion_comes_in_metres() {
    let map = |units: &str, crs_unit: &str, scale: &str| {
        let data = format!(
            "#10=IFCPROJECTEDCRS('EPSG:25832',$,$,$,$,$,{crs_unit});
#11=IFCMAPCONVERSION(#9,#10,500000.,5800000.,30.,0.,1.,{scale});
#12=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);"
        );
        let text = String::from_utf8(step("IFC4", &data)).unwrap().replace("((#3,#4))", units);
        model(text.into_bytes()).0.place.map.unwrap()
    };
    // metres in the project and on the map; millimetres in the project; scale left out
    for (units, crs_unit, scale) in
        [("((#3,#4))", "$", "1."), ("((#12,#4))", "#3", "0.001"), ("((#12,#4))", "#3", "$")]
    {
        let m = map(units, crs_unit, scale);
        assert_eq!(m.crs.as_deref(), Some("EPSG:25832"));
        assert_eq!((m.eastings, m.northings, m.height), (500_000.0, 5_800_000.0, 30.0), "{units} {crs_unit}");
        assert!((m.rotation - std::f64::consts::FRAC_PI_2).abs() < 1e-12);
        assert!((m.scale - glam::DVec3::ONE).length() < 1e-12, "{}", m.scale);
    }
}

#[test]
fn a_file_without_units_is_told() {
    let text =
        String::from_utf8(step("IFC9", &walls(&[(30, "w")]))).unwrap().replace(",(#9),#2);", ",(#9),$);");
    let (m, said) = model(text.into_bytes());
    assert_eq!(m.units.length, 1.0);
    insta::assert_snapshot!(told(&said), @r#"
    G0105 "IFC9"
    G0206 #1
    "#);
}

#[test]
fn instance_names_beyond_32_bits_are_made_smaller() {
    let data = "#99999999999=IFCWALL('w',$,'wall',$,$,$,$,$,$);
#40=IFCPROPERTYSINGLEVALUE('p',$,IFCLABEL('#99999999999'),$);
#5000000000=IFCPROPERTYSET('s',$,'Set',$,(#40));
#42=IFCRELDEFINESBYPROPERTIES('r',$,$,$,(#99999999999),#5000000000);";
    let (m, said) = model(step("IFC4", data));
    insta::assert_snapshot!(told(&said), @"G0107 2 instance names; the first is #43 in what follows");
    assert_eq!(m.property(groma_model::ElementId(0), "Set", "p"), Some(&Value::Text("#99999999999".into())));
    assert_eq!(m.elements[0].express_id, 43);
}

#[test]
fn elements_stand_where_their_placements_lead() {
    let (model, _) = model(step(
        "IFC4",
        "#11=IFCCARTESIANPOINT((2.,3.,4.));\n#12=IFCDIRECTION((0.,0.,1.));\n#13=IFCDIRECTION((0.,1.,0.));\n\
         #14=IFCAXIS2PLACEMENT3D(#11,#12,#13);\n#15=IFCLOCALPLACEMENT($,#14);\n#16=IFCLOCALPLACEMENT(#15,#14);\n\
         #17=IFCDOOR('0000000000000000000002',$,'A',$,$,#16,$,$,$,$,$,$,$);\n\
         #18=IFCDOOR('0000000000000000000003',$,'B',$,$,$,$,$,$,$,$,$,$);",
    ));
    let at = named(&model, "A").placement.unwrap();
    assert!(at.translation.abs_diff_eq(DVec3::new(-1.0, 5.0, 8.0), 1e-12), "{at}");
    assert!(at.matrix3.x_axis.abs_diff_eq(-DVec3::X, 1e-12), "{at}");
    assert_eq!(named(&model, "B").placement, None);
}

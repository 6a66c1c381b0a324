//! What hangs on elements beyond what real models at hand have: groups, boundaries, classes, sets of every kind.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{model, named, step, told};
use groma_model::{ElementId, Flow, Model, Phase, Value};

fn wall(id: u32, name: &str) -> String {
    format!("#{id}=IFCWALL('{name}',$,'{name}',$,$,$,$,$,$);\n")
}

fn names(model: &Model, ids: &[ElementId]) -> Vec<String> {
    ids.iter().map(|&id| model.element(id).name.as_deref().unwrap_or("").to_owned()).collect()
}

#[test]
fn groups_nest_and_serve() {
    let data = wall(30, "a")
        + &wall(31, "b")
        + "#20=IFCBUILDING('B',$,'House',$,$,$,$,$,.ELEMENT.,$,$,$);
#21=IFCBUILDINGSTOREY('S',$,'Ground',$,$,$,$,$,.ELEMENT.,0.);
#40=IFCSYSTEM('g1',$,'Whole','all of it','Water');
#41=IFCDISTRIBUTIONSYSTEM('g2',$,'Part',$,$,'The long name',.USERDEFINED.);
#42=IFCZONE('g3',$,'Zone',$,'Own',$);
#43=IFCDISTRIBUTIONSYSTEM('g4',$,'Cold',$,$,$,.DOMESTICCOLDWATER.);
#50=IFCRELASSIGNSTOGROUP('1',$,$,$,(#41,#30,#40),$,#40);
#51=IFCRELASSIGNSTOGROUPBYFACTOR('2',$,$,$,(#31),$,#41,0.5);
#52=IFCRELSERVICESBUILDINGS('3',$,$,$,#40,(#20));
#53=IFCRELREFERENCEDINSPATIALSTRUCTURE('4',$,$,$,(#40,#30),#21);
#60=IFCPROPERTYSINGLEVALUE('p',$,IFCLABEL('v'),$);
#61=IFCPROPERTYSET('s',$,'Pset_DistributionSystemCommon',$,(#60));
#62=IFCRELDEFINESBYPROPERTIES('5',$,$,$,(#41,#1),#61);
#63=IFCCLASSIFICATION($,'2.0',$,'Uniclass',$,$,$);
#64=IFCCLASSIFICATIONREFERENCE($,'Ss','Systems',#63,$,$);
#65=IFCCLASSIFICATIONREFERENCE('http://x','Ss_25','Walls',#64,$,$);
#66=IFCRELASSOCIATESCLASSIFICATION('6',$,$,$,(#41),#65);";
    let (m, said) = model(step("IFC4", &data));
    assert_eq!(told(&said), "");
    let lines: String = m
        .systems
        .iter()
        .map(|s| {
            format!(
                "{} {} {:?} {:?} members {:?} groups {:?} serves {:?} sets {:?} classes {:?}\n",
                s.class,
                s.name.as_deref().unwrap_or(""),
                s.long_name,
                s.predefined_type,
                names(&m, &s.members),
                s.groups,
                names(&m, &s.serves),
                s.property_sets,
                s.classifications
            )
        })
        .collect();
    insta::assert_snapshot!(lines, @r#"
    IfcSystem Whole None None members ["a"] groups [1] serves ["House", "Ground"] sets [] classes []
    IfcDistributionSystem Part Some("The long name") Some("USERDEFINED") members ["b"] groups [] serves [] sets [0] classes [1]
    IfcZone Zone None None members [] groups [] serves [] sets [] classes []
    IfcDistributionSystem Cold None Some("DOMESTICCOLDWATER") members [] groups [] serves [] sets [] classes []
    "#);
    assert_eq!(m.project_property_sets, [0]);
    assert_eq!(names(&m, &[m.relations.references[0].0, m.relations.references[0].1]), ["Ground", "a"]);
    let class = &m.classifications[1];
    assert_eq!((class.edition.as_deref(), class.location.as_deref()), (Some("2.0"), Some("http://x")));
    assert_eq!(m.classifications[class.parent.unwrap() as usize].identification.as_deref(), Some("Ss"));
    assert_eq!(m.classifications.len(), 2, "the system itself is no reference");
}

#[test]
fn a_class_of_the_occurrence_stands_before_that_of_its_type_in_the_same_system() {
    let data = wall(30, "own")
        + &wall(31, "none")
        + "#40=IFCWALLTYPE('t',$,'T',$,$,$,$,$,$,.NOTDEFINED.);
#41=IFCRELDEFINESBYTYPE('1',$,$,$,(#30,#31),#40);
#50=IFCCLASSIFICATION($,$,$,'A',$,$,$);
#51=IFCCLASSIFICATION($,$,$,'B',$,$,$);
#52=IFCCLASSIFICATIONREFERENCE($,'a1',$,#50,$,$);
#53=IFCCLASSIFICATIONREFERENCE($,'a2',$,#50,$,$);
#54=IFCCLASSIFICATIONREFERENCE($,'b1',$,#51,$,$);
#60=IFCRELASSOCIATESCLASSIFICATION('2',$,$,$,(#30),#52);
#61=IFCRELASSOCIATESCLASSIFICATION('3',$,$,$,(#40),#53);
#62=IFCRELASSOCIATESCLASSIFICATION('4',$,$,$,(#40),#54);";
    let (m, _) = model(step("IFC4", &data));
    let of = |name: &str| -> Vec<String> {
        let classes = named(&m, name).classifications.iter();
        classes.map(|&c| m.classifications[c as usize].identification.clone().unwrap().to_string()).collect()
    };
    assert_eq!(of("own"), ["a1", "b1"]);
    assert_eq!(of("none"), ["a2", "b1"]);
    assert_eq!(m.types[0].classifications.len(), 2);
}

#[test]
fn sets_of_every_kind() {
    let data = wall(30, "w")
        + "#10=IFCPROPERTYTABLEVALUE('table',$,(IFCLABEL('x'),IFCLABEL('y')),(IFCLENGTHMEASURE(1.),IFCLENGTHMEASURE(2.)),$,$,#62,$);
#11=IFCPROPERTYREFERENCEVALUE('made of',$,$,#12);
#12=IFCMATERIAL('Steel',$,'metal');
#13=IFCPROPERTYREFERENCEVALUE('who',$,$,#14);
#14=IFCPERSON($,'Doe','Jane',$,$,$,$,$);
#15=IFCPROPERTYSINGLEVALUE('u',$,IFCTHERMALTRANSMITTANCEMEASURE(0.2),$);
#16=IFCPROPERTYSINGLEVALUE('temperature',$,IFCTHERMODYNAMICTEMPERATUREMEASURE(20.),#63);
#17=IFCPROPERTYSINGLEVALUE('wide',$,IFCLENGTHMEASURE(2.),#62);
#18=IFCPROPERTYSINGLEVALUE('pressure',$,IFCPRESSUREMEASURE(3.),#64);
#19=IFCPROPERTYLISTVALUE('none',$,(),$);
#20=IFCPROPERTYSINGLEVALUE('Status',$,IFCLABEL('DEMOLISH'),$);
#21=IFCPROPERTYSET('s1',$,'Pset_WallCommon',$,(#10,#11,#13,#15,#16,#17,#18,#19,#20));
#22=IFCRELDEFINESBYPROPERTIES('1',$,$,$,(#30),#21);
#40=IFCDOOR('d',$,'door',$,$,$,$,$,2.1,0.9,.GATE.,$,$);
#41=IFCDOORLININGPROPERTIES('s2',$,$,$,0.12,0.05,$,$,$,$,$,$,$,$,$,$,$);
#42=IFCDOORTYPE('t',$,'T',$,$,(#41),$,$,$,.DOOR.,.SINGLE_SWING_LEFT.,$,$);
#43=IFCRELDEFINESBYTYPE('2',$,$,$,(#40),#42);
#50=IFCMATERIALPROPERTIES('Pset_MaterialCommon',$,(#51),#12);
#51=IFCPROPERTYSINGLEVALUE('MassDensity',$,IFCMASSDENSITYMEASURE(7850.),$);
#52=IFCRELASSOCIATESMATERIAL('3',$,$,$,(#30),#53);
#53=IFCMATERIALLAYERSET((#54),'Set','of layers');
#54=IFCMATERIALLAYER(#12,0.2,.T.,'Core',$,'LoadBearing',$);
#62=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#63=IFCSIUNIT(*,.THERMODYNAMICTEMPERATUREUNIT.,$,.DEGREE_CELSIUS.);
#64=IFCSIUNIT(*,.PRESSUREUNIT.,.KILO.,.PASCAL.);";
    let (m, said) = model(step("IFC4", &data));
    assert_eq!(told(&said), "");
    let wall = ElementId(0);
    let properties: String = m
        .property_sets(wall)
        .flat_map(|s| &*s.properties)
        .map(|p| format!("{} = {:?} [{}]\n", p.name, p.value, p.unit.as_deref().unwrap_or("-")))
        .collect();
    insta::assert_snapshot!(properties, @r#"
    table = Some(Table(TableValue { defining: [Text("x"), Text("y")], defined: [Real { value: 0.001, measure: Some("IfcLengthMeasure") }, Real { value: 0.002, measure: Some("IfcLengthMeasure") }] })) [m]
    made of = Some(Reference(ReferenceValue { class: "IfcMaterial", name: Some("Steel") })) [-]
    who = Some(Reference(ReferenceValue { class: "IfcPerson", name: Some("Jane Doe") })) [-]
    u = Some(Real { value: 0.2, measure: Some("IfcThermalTransmittanceMeasure") }) [W/(m²·K)]
    temperature = Some(Real { value: 20.0, measure: Some("IfcThermodynamicTemperatureMeasure") }) [°C]
    wide = Some(Real { value: 0.002, measure: Some("IfcLengthMeasure") }) [m]
    pressure = Some(Real { value: 3.0, measure: Some("IfcPressureMeasure") }) [kPa]
    none = None [-]
    Status = Some(Text("DEMOLISH")) [-]
    "#);
    assert_eq!(m.phase(wall), Some(Phase::Demolish));
    let door = named(&m, "door");
    assert_eq!(door.attribute("OverallHeight").and_then(|v| v.as_number()), Some(2.1));
    assert_eq!(door.attribute("PredefinedType"), Some(Value::Text("GATE".into())));
    assert_eq!(door.attribute("OperationType"), None);
    assert_eq!(m.predefined_type(ElementId(1)).map(|p| &**p), Some("DOOR"));
    let lining = m.property_sets(ElementId(1)).next().unwrap();
    assert_eq!(
        (&*lining.name, lining.predefined.as_deref()),
        ("IfcDoorLiningProperties", Some("IfcDoorLiningProperties"))
    );
    assert_eq!(
        m.property(ElementId(1), "IfcDoorLiningProperties", "LiningDepth").unwrap().as_number(),
        Some(0.12)
    );
    let set = &m.materials[named(&m, "w").materials[0] as usize];
    let layer = &set.layers[0];
    assert_eq!((set.name.as_deref(), set.description.as_deref()), (Some("Set"), Some("of layers")));
    assert_eq!(
        (layer.name.as_deref(), layer.category.as_deref(), layer.ventilated),
        (Some("Core"), Some("LoadBearing"), Some(true))
    );
    let steel = &m.materials[layer.single.unwrap() as usize];
    assert_eq!((steel.name.as_deref(), steel.category.as_deref()), (Some("Steel"), Some("metal")));
    let density = &m.property_sets[steel.property_sets[0] as usize];
    assert_eq!(
        (&*density.name, density.properties[0].unit.as_deref()),
        ("Pset_MaterialCommon", Some("kg/m³"))
    );
}

#[test]
fn relations_of_every_kind() {
    let data = wall(30, "a")
        + &wall(31, "b")
        + "#20=IFCSPACE('S',$,'Room',$,$,$,$,$,.ELEMENT.,.INTERNAL.,$);
#21=IFCCOVERING('C',$,'Tiles',$,$,$,$,$,.FLOORING.);
#22=IFCDISTRIBUTIONPORT('P',$,'in',$,$,$,$,.SINK.,.PIPE.,$);
#40=IFCRELCONNECTSPATHELEMENTS('1',$,$,$,$,#30,#31,(),(),.ATSTART.,.ATEND.);
#41=IFCRELCOVERSBLDGELEMENTS('2',$,$,$,#30,(#21));
#42=IFCRELCOVERSSPACES('3',$,$,$,#20,(#21));
#43=IFCRELSPACEBOUNDARY('4',$,'2ndLevel',$,#20,#30,$,.PHYSICAL.,.EXTERNAL.);
#44=IFCRELSPACEBOUNDARY1STLEVEL('5',$,$,$,#20,$,$,.VIRTUAL.,.INTERNAL.,$);
#45=IFCRELINTERFERESELEMENTS('6',$,$,$,#30,#31,$,$,.U.);
#46=IFCPRESENTATIONLAYERASSIGNMENT('A-WALL','walls',(#50),'id');
#47=IFCPRESENTATIONLAYERASSIGNMENT('Other',$,(#52),$);
#50=IFCPRODUCTDEFINITIONSHAPE($,$,(#51));
#51=IFCSHAPEREPRESENTATION(#9,'Body','Brep',(#52));
#52=IFCBOUNDINGBOX(#5,1.,1.,1.);
#53=IFCWALL('w',$,'layered',$,$,$,#50,$,$);";
    let (m, said) = model(step("IFC4", &data));
    assert_eq!(told(&said), "");
    let r = &m.relations;
    insta::assert_snapshot!(format!("{:?}", r.paths), @"[PathConnection { relating: ElementId(0), related: ElementId(1), relating_end: End, related_end: Start }]");
    insta::assert_snapshot!(format!("{:?}", r.space_boundaries), @r#"[SpaceBoundary { space: ElementId(2), element: None, global_id: "5", physical: Some(false), internal: Some(true), level: 1 }, SpaceBoundary { space: ElementId(2), element: Some(ElementId(0)), global_id: "4", physical: Some(true), internal: Some(false), level: 2 }]"#);
    assert_eq!(names(&m, &[r.covers[0].0, r.covers[0].1]), ["a", "Tiles"]);
    assert_eq!(names(&m, &[r.covers_spaces[0].0, r.covers_spaces[0].1]), ["Room", "Tiles"]);
    assert_eq!(r.interferes.len(), 1);
    assert_eq!(named(&m, "in").flow(), Some(Flow::In));
    let layers: Vec<_> =
        m.presentation_layers.iter().map(|l| (l.name.as_deref(), names(&m, &l.elements))).collect();
    assert_eq!(
        layers,
        [(Some("A-WALL"), vec!["layered".to_owned()]), (Some("Other"), vec!["layered".to_owned()])]
    );
    assert_eq!(named(&m, "layered").layer.as_deref(), Some("A-WALL"));
}

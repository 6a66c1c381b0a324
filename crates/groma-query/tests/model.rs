//! Selectors over a model made here: what each facet selects, how it is explained, and at what size.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_model::process::{ProcessObject, Task, TaskTime};
use groma_model::{
    Class, Element, ElementId, KeyMaker, Material, Model, Property, PropertySet, SpatialNode, System,
    TypeObject, Value,
};
use groma_query::{Index, Item, Selector};
use insta::assert_snapshot;

const WALL: [&str; 5] = ["IfcBuildingElement", "IfcElement", "IfcProduct", "IfcObject", "IfcRoot"];
const PLACE: [&str; 4] = ["IfcSpatialStructureElement", "IfcProduct", "IfcObject", "IfcRoot"];

/// A building of so many storeys, each with as many walls; each wall of the type `T` with a fire rating,
/// every second with its own, every third bearing, with an opening and a door in it.
fn building(storeys: u32, walls: u32) -> Model {
    let mut model = Model::empty("m");
    let mut keys = KeyMaker::new("m".into());
    let mut add = |model: &mut Model, class: &str, above: &[&str], name: String| {
        let id = ElementId(model.elements.len() as u32);
        let (key, _) = keys.next(&format!("{:0>22}", id.0));
        let class = Class::new(class, above.iter().copied());
        model.elements.push(Element { name: Some(name.into()), ..Element::new(key, id.0 + 10, class) });
        id
    };
    let set = |name: &str, properties: &[(&str, Value)]| {
        let properties = properties.iter().map(|(name, value)| {
            let mut property = Property::new(*name);
            property.value = Some(value.clone());
            property
        });
        PropertySet { properties: properties.collect(), ..PropertySet::new(name) }
    };
    let text = |t: &str| Value::Text(t.into());
    model.property_sets.push(set("Pset_WallCommon", &[("FireRating", text("60")), ("Reference", text("T"))]));
    model.property_sets.push(set("Pset_WallCommon", &[("FireRating", text("120"))]));
    model.property_sets.push(set("Pset_WallCommon", &[("LoadBearing", Value::Logical(Some(true)))]));
    let width = |w: f64| Value::Real { value: w, measure: Some("IfcLengthMeasure".into()) };
    model.property_sets.push(set("Qto_Wall", &[("Width", width(0.2)), ("Length", width(5.0))]));
    model.materials.push(Material { name: Some("Brick".into()), ..Material::default() });
    let mut object =
        TypeObject::new("T000000000000000000000".into(), 1, Class::new("IfcWallType", ["IfcTypeProduct"]));
    object.name = Some("T".into());
    object.property_sets = vec![0];
    model.types.push(object);
    model.spatial.project = Some("P".into());
    model.spatial.project_id = Some("P000000000000000000000".into());
    let building = add(&mut model, "IfcBuilding", &PLACE, "House".into());
    let node = |element, parent| SpatialNode {
        element,
        parent,
        children: vec![],
        elevation: None,
        contains: vec![],
    };
    model.spatial.nodes.push(node(building, None));
    for s in 1..=storeys {
        let storey = add(&mut model, "IfcBuildingStorey", &PLACE, format!("Level {s}"));
        model.elements[storey.index()].whole = Some(building);
        model.relations.aggregates.push((building, storey));
        let mut here = node(storey, Some(0));
        for w in 0..walls {
            let wall = add(&mut model, "IfcWall", &WALL, format!("W{s}-{w}"));
            let element = &mut model.elements[wall.index()];
            element.container = Some(storey);
            element.type_object = Some(0);
            element.property_sets.push(3);
            element.property_sets.extend((w % 2 == 1).then_some(1));
            element.property_sets.extend((w % 3 == 0).then_some(2));
            element.materials.extend((w % 2 == 0).then_some(0));
            here.contains.push(wall);
            if w % 3 == 0 {
                let opening = add(&mut model, "IfcOpeningElement", &WALL[1..], "hole".into());
                let door = add(&mut model, "IfcDoor", &WALL, format!("D{w}"));
                model.relations.voids.push((wall, opening));
                model.relations.fills.push((opening, door));
            }
        }
        model.spatial.nodes.push(here);
    }
    let mut group = System::new("G000000000000000000000".into(), Class::new("IfcZone", ["IfcGroup"]));
    group.name = Some("East".into());
    group.members = vec![ElementId(2), ElementId(5)];
    model.systems.push(group);
    model
}

fn names(model: &Model, text: &str) -> String {
    let selected = Selector::parse(text).unwrap_or_else(|e| panic!("{e}")).select(model);
    let name = |item: &Item| item.name(model).map_or("?", |n| n).to_owned();
    selected.items.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_facet_selects() {
    let model = building(2, 4);
    let check = |text: &str, expect: &str| assert_eq!(names(&model, text), expect, "{text}");
    check("IfcWall, Name=/W1/", "W1-0 W1-1 W1-2 W1-3");
    check("IfcDoor, IfcWall, ! IfcWall", "D0 D3 D0 D3");
    check("IfcWall, ! 0000000000000000000002, Name*=1-", "W1-1 W1-2 W1-3");
    check("0000000000000000000002 + IfcZone + IfcWallType", "W1-0 T East");
    // The occurrence over its type, property by property.
    check("IfcWall, Pset_WallCommon.FireRating>60", "W1-1 W1-3 W2-1 W2-3");
    check("IfcWall, Pset_WallCommon.Reference=T, Name*=1-", "W1-0 W1-1 W1-2 W1-3");
    check("Pset_WallCommon.FireRating=60, Name!*=2-", "W1-0 W1-2 T");
    check("Pset_WallCommon.LoadBearing=TRUE", "W1-0 W2-0");
    check("/Pset_.*/.LoadBearing!=NULL", "W1-0 W1-3 W2-0 W2-3");
    check("/Q.*/./W.*/<0.5, material!=NULL", "W1-0 W1-2 W2-0 W2-2");
    check("IfcWall, material=NULL, location=\"Level 1\"", "W1-1 W1-3");
    check("type=T, Name*=W2", "W2-0 W2-1 W2-2 W2-3");
    check("IfcDoor, location=\"Level 2\"", "D0 D3");
    check("IfcDoor, location!=/Level [12]/", "");
    check(
        "location=House, IfcBuilding",
        "House Level 1 W1-0 hole D0 W1-1 W1-2 W1-3 hole D3 Level 2 W2-0 hole D0 W2-1 W2-2 W2-3 hole D3",
    );
    check("group=East", "W1-0 W1-1");
    check("IfcWall, group!=East", "W1-2 W1-3 W2-0 W2-1 W2-2 W2-3");
    check("parent=W1-0", "W1-0 hole D0");
    check("IfcDoor, parent=P, parent!=\"Level 1\"", "D0 D3");
    check("query:parent.class=IfcOpeningElement, query:storey.Name=\"Level 2\"", "D0 D3");
    check("query:types.count=8", "T");
    check("IfcWallType, query:types.Name=W2-3", "T");
    check("query:zone.Name=East", "W1-0 W1-1");
    check("query:Qto_Wall.Length=5, query:container.Name=\"Level 1\"", "W1-0 W1-1 W1-2 W1-3");
    check("IfcProject", "P");
    check("Name=P", "");
}

#[test]
fn tasks_are_selected_by_class() {
    let mut model = building(1, 1);
    let task = |i: u32, name: &str| Task {
        object: ProcessObject {
            global_id: format!("K{i}").into(),
            express_id: 90 + i,
            class: Class::new("IfcTask", ["IfcProcess", "IfcObject"]),
            name: Some(name.into()),
            description: None,
            object_type: None,
            identification: None,
            long_description: None,
            predefined_type: None,
            type_object: None,
            property_sets: Vec::new(),
            classifications: Vec::new(),
            attributes: Vec::new(),
            calendar: None,
            parent: (i == 1).then_some(0),
            children: Vec::new(),
        },
        status: None,
        work_method: None,
        is_milestone: Some(i == 0),
        priority: None,
        time: Some(TaskTime { schedule_start: Some("2026-03-02T08:00:00".into()), ..TaskTime::default() }),
        work_controls: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        types: Vec::new(),
        groups: Vec::new(),
        resources: Vec::new(),
    };
    model.processes.tasks = vec![task(0, "All"), task(1, "Walls")];
    assert_eq!(names(&model, "IfcTask"), "All Walls");
    assert_eq!(names(&model, "IfcProcess, IsMilestone=FALSE"), "Walls");
    assert_eq!(names(&model, "IfcTask, parent=All"), "All Walls");
    assert_eq!(names(&model, "IfcTask, query:TaskTime.ScheduleStart>=2026-03-02"), "All Walls");
    assert_eq!(names(&model, "IfcTask, query:TaskTime.ScheduleStart<2026-03-02"), "");
    assert_eq!(names(&model, "Name=Walls"), "", "of itself, a selector asks products and their types");
}

#[test]
fn an_explanation_says_what_each_facet_does_and_what_was_meant() {
    let model = building(2, 4);
    let explain = |text: &str| {
        let explanation = Selector::parse(text).unwrap().explain(&[Index::new(&model)]);
        let steps = explanation.lists.iter().flatten();
        let lines: Vec<String> = steps
            .map(|s| {
                format!(
                    "{}: {} to {}{}",
                    s.facet,
                    s.before,
                    s.after,
                    s.note.as_ref().map_or(String::new(), |n| format!("; {n}"))
                )
            })
            .collect();
        lines.join("\n")
    };
    assert_snapshot!(explain("IfcWall, Pset_WallCommn.LoadBearing=TRUE, Name=x + IfcDor"), @r"
    IfcWall: 0 to 8
    Pset_WallCommn.LoadBearing=TRUE: 8 to 0; no property set is called Pset_WallCommn; did you mean Pset_WallCommon?
    Name=x: 0 to 0
    IfcDor: 0 to 0; no element is an IfcDor; did you mean IfcDoor?
    ");
    assert_snapshot!(explain("IfcWall, Pset_WallCommon.FireRatin=60"), @r"
    IfcWall: 0 to 8
    Pset_WallCommon.FireRatin=60: 8 to 0; no property of Pset_WallCommon is called FireRatin; did you mean FireRating?
    ");
    assert_snapshot!(explain("Pset_WallCommon.FireRating=xyz"), @"Pset_WallCommon.FireRating=xyz: 20 to 0; Pset_WallCommon.FireRating is 60 (5), 120 (4), none (11)");
    assert_snapshot!(explain("IfcDoor, location=\"Lvel 1\""), @r#"
    IfcDoor: 0 to 4
    location="Lvel 1": 4 to 0; location has other values; did you mean Level 1 or Level 2?
    "#);
    assert_snapshot!(explain("IfcMaterialLayer"), @"IfcMaterialLayer: 0 to 0; an IfcMaterialLayer is not selected, only elements, types, groups and tasks are: ask for what is made of it, as in `IfcElement, material=concrete`");
    assert_snapshot!(explain("! IfcDoor"), @"! IfcDoor: 0 to 0; there is nothing to take away from: begin with a class, as in `IfcElement, ! IfcWall`");
}

#[test]
fn a_large_model_is_selected_from_at_once() {
    let model = building(100, 600);
    assert!(model.elements.len() > 100_000);
    let index = Index::new(&model);
    for (text, expect) in [
        ("IfcWall", 60_000),
        ("IfcElement, /Pset_.*Common/.FireRating=/1[0-9]*/", 30_000),
        ("IfcWall, Pset_WallCommon.FireRating=60, Qto_Wall.Width<=0.2", 30_000),
        ("location=\"Level 7\", material!=NULL", 300),
        ("parent=/Level 1.*/, ! IfcOpeningElement, ! IfcDoor, ! IfcSpatialStructureElement", 7_200),
        ("IfcDoor, query:storey.Name=/.*9/, Name*=3", 19 * 65),
    ] {
        let found = Selector::parse(text).unwrap().select_in(&index).items.len();
        assert_eq!(found, expect, "{text}");
    }
}

#[test]
fn ports_lead_from_element_to_element() {
    let mut model = building(1, 4);
    let walls: Vec<ElementId> = (0..model.elements.len() as u32)
        .map(ElementId)
        .filter(|&id| model.element(id).class.is_a("IfcWall"))
        .collect();
    let port = |model: &mut Model, n: u32, of: ElementId| {
        let (key, _) = KeyMaker::new("m".into()).next(&format!("port{n:0>18}"));
        let id = ElementId(model.elements.len() as u32);
        let class = Class::new("IfcDistributionPort", ["IfcPort", "IfcProduct", "IfcObject", "IfcRoot"]);
        model
            .elements
            .push(Element { name: Some(format!("P{n}").into()), ..Element::new(key, 900 + n, class) });
        model.relations.ports.push((id, of));
        id
    };
    let [a, b, c] = [(1, walls[0]), (2, walls[1]), (3, walls[1])].map(|(n, of)| port(&mut model, n, of));
    model.relations.port_connections.push((a, b));
    model.relations.connects.push((walls[2], walls[1]));
    let index = Index::new(&model);
    let value = |id: ElementId, path: &str| {
        let value = groma_query::Path::parse(path).unwrap().value(&index, Item::Element(id));
        value.map(|value| words(&value))
    };
    let of_wall = |w: usize| [value(walls[w], "ports.Name"), value(walls[w], "connected.id")];
    let id = |at: ElementId| model.element(at).express_id.to_string();
    assert_eq!(of_wall(0), [Some("P1".to_owned()), Some(id(walls[1]))]);
    assert_eq!(of_wall(1), [Some("P2, P3".to_owned()), Some(format!("{}, {}", id(walls[0]), id(walls[2])))]);
    assert_eq!(of_wall(2), [None, Some(id(walls[1]))]);
    assert_eq!(of_wall(3), [None, None]);
    assert_eq!([value(a, "connected.Name"), value(c, "connected.Name")], [Some("P2".to_owned()), None]);
    let unconnected = Selector::parse("IfcPort, query:connected.count=0").unwrap();
    assert_eq!(unconnected.select_in(&index).items, [Item::Element(c)]);
}

/// A value as words with commas between them.
fn words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::List(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => format!("{other:?}"),
    }
}

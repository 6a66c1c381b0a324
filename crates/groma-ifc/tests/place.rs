//! Units and places of small files.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{model, step, told};
use glam::DVec3;
use groma_model::{MapConversion, Model};

/// A file in millimetres, with degrees, if `units` say so.
fn place(schema: &str, units: &str, data: &str) -> Model {
    let units_data = "#60=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#61=IFCMEASUREWITHUNIT(IFCPLANEANGLEMEASURE(0.0174532925199433),#4);
#62=IFCDIMENSIONALEXPONENTS(0,0,0,0,0,0,0);
#63=IFCCONVERSIONBASEDUNIT(#62,.PLANEANGLEUNIT.,'DEGREE',#61);
#64=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#3);
#65=IFCCONVERSIONBASEDUNIT(#62,.LENGTHUNIT.,'FOOT',#64);
#66=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(25.4),#60);
#67=IFCCONVERSIONBASEDUNIT(#62,.LENGTHUNIT.,'INCH',#66);
#68=IFCCONVERSIONBASEDUNIT(#62,.AREAUNIT.,'SQUARE FOOT',#69);
#69=IFCMEASUREWITHUNIT(IFCAREAMEASURE(0.09290304),#70);
#70=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);
#71=IFCSIUNIT(*,.VOLUMEUNIT.,.CENTI.,.CUBIC_METRE.);
#72=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.30480061),#3);
#73=IFCCONVERSIONBASEDUNIT(#62,.LENGTHUNIT.,'US SURVEY FOOT',#72);
";
    let (m, said) = placed(schema, units, &format!("{units_data}{data}"));
    assert_eq!(said, "");
    m
}

/// The same with what was said.
fn placed(schema: &str, units: &str, data: &str) -> (Model, String) {
    let text = String::from_utf8(step(schema, data)).unwrap();
    let (m, said) = model(text.replace("((#3,#4))", units).into_bytes());
    (m, told(&said))
}

const MILLIMETRE: &str = "#60=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);\n";

/// A conversion of a file in millimetres: what the file's map unit is, its scale, and what is said.
fn scaled(map_unit: &str, scale: &str) -> (MapConversion, String) {
    let data = format!(
        "{MILLIMETRE}#10=IFCPROJECTEDCRS('EPSG:25832',$,$,$,$,$,{map_unit});\n\
         #11=IFCMAPCONVERSION(#9,#10,691000.,5335000.,0.,1.,0.,{scale});\n"
    );
    let (m, said) = placed("IFC4", "((#60,#4))", &data);
    (m.place.map.unwrap(), said)
}

#[test]
fn a_scale_may_carry_the_unit_and_no_map_is_absurd() {
    // the unit of the map is told by the scale, by itself, by both
    for (map_unit, scale) in [("$", "0.001"), ("#3", "0.001"), ("#3", "1."), ("#3", "$")] {
        let (map, said) = scaled(map_unit, scale);
        assert_eq!(said, "", "{map_unit} {scale}");
        near(&map, [1.0, 2.0, 3.0], [691_001.0, 5_335_002.0, 3.0]);
    }
    // written the wrong way round, or nonsense
    for scale in ["1000.", "77."] {
        let (map, said) = scaled("#3", scale);
        assert!(said.starts_with("G0209 the scale "), "{said}");
        near(&map, [1.0, 2.0, 3.0], [691_001.0, 5_335_002.0, 3.0]);
    }
    // as properties of IFC2x3
    let sets = format!(
        "{MILLIMETRE}#10=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCREAL(691000.),$);\n\
         #11=IFCPROPERTYSINGLEVALUE('Northings',$,IFCREAL(5335000.),$);\n\
         #12=IFCPROPERTYSINGLEVALUE('Scale',$,IFCREAL(0.001),$);\n\
         #13=IFCPROPERTYSET('p',$,'ePSet_MapConversion',$,(#10,#11,#12));\n"
    );
    let (m, said) = placed("IFC2X3", "((#60,#4))", &sets);
    assert_eq!(said, "");
    near(&m.place.map.unwrap(), [1.0, 2.0, 3.0], [691_001.0, 5_335_002.0, 3.0]);
}

#[test]
fn angles_of_a_rigid_operation_are_those_of_a_place() {
    let degree = "#61=IFCMEASUREWITHUNIT(IFCPLANEANGLEMEASURE(0.0174532925199433),#4);\n\
         #62=IFCDIMENSIONALEXPONENTS(0,0,0,0,0,0,0);\n#63=IFCCONVERSIONBASEDUNIT(#62,.PLANEANGLEUNIT.,'DEGREE',#61);\n";
    let operation = |units: &str, x: &str, y: &str| {
        let data = format!(
            "{degree}#10=IFCGEOGRAPHICCRS('EPSG:4326',$,$,$,$,$);\n\
             #11=IFCRIGIDOPERATION(#9,#10,IFCPLANEANGLEMEASURE({x}),IFCPLANEANGLEMEASURE({y}),30.);\n"
        );
        let (m, said) = placed("IFC4X3_ADD2", units, &data);
        let round = |x: Option<f64>| x.map(|x| (x * 1e6).round() / 1e6);
        (round(m.place.longitude), round(m.place.latitude), said)
    };
    assert_eq!(operation("((#3,#63))", "13.4", "52.5"), (Some(13.4), Some(52.5), String::new()));
    assert_eq!(
        operation("((#3,#4))", "0.233874", "0.916298"),
        (Some(13.399993), Some(52.500008), String::new())
    );
    // degrees where radians are declared, and what is no place at all
    let (x, y, said) = operation("((#3,#4))", "13.4", "52.5");
    assert_eq!((x, y), (Some(13.4), Some(52.5)));
    assert!(said.starts_with("G0208 13.4 and 52.5"), "{said}");
    let (x, y, said) = operation("((#3,#63))", "500000.", "5800000.");
    assert_eq!((x, y), (None, None));
    assert!(said.starts_with("G0209 500000.0 and 5800000.0"), "{said}");
}

#[test]
fn the_world_of_the_context_leads_to_the_map() {
    let conversion = |at: &str, axes: &str, to: &str| {
        let data = format!(
            "#10=IFCPROJECTEDCRS('EPSG:25832',$,$,$,$,$,#3);\n#11=IFCMAPCONVERSION(#99,#10,{to},0.,1.,0.,1.);\n\
             #97=IFCCARTESIANPOINT(({at}));\n#96=IFCDIRECTION(({axes}));\n#98=IFCAXIS2PLACEMENT3D(#97,#6,#96);\n\
             #99=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#98,$);\n"
        );
        let text = String::from_utf8(step("IFC4", &data))
            .unwrap()
            .replace("'Model',3,1.E-05,#8", "'Plan',3,1.E-05,#8");
        let (m, said) = model(text.into_bytes());
        (m.place.map.unwrap(), told(&said))
    };
    // turned by a quarter, and moved
    let (map, said) = conversion("100.,0.,5.", "0.,1.,0.", "691000.,5335000.");
    assert_eq!(said, "");
    near(&map, [1.0, 0.0, 0.0], [691_100.0, 5_335_001.0, 5.0]);
    // the offset of the map a second time counts once
    let (map, said) = conversion("691000.,5335000.,0.", "1.,0.,0.", "691000.,5335000.");
    assert!(said.contains("counts once"), "{said}");
    near(&map, [1.0, 0.0, 0.0], [691_001.0, 5_335_000.0, 0.0]);
}

#[test]
fn degrees_where_radians_are_declared() {
    let solid = |angle: &str| {
        let data = format!(
            "#10=IFCCARTESIANPOINT((5.,0.,0.));\n#11=IFCDIRECTION((0.,1.,0.));\n#12=IFCAXIS1PLACEMENT(#10,#11);\n\
             #13=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,2.,1.);\n#14=IFCREVOLVEDAREASOLID(#13,#8,#12,{angle});\n\
             #15=IFCWALL('a',$,$,$,$,$,$,$,$);\n"
        );
        let (m, said) = placed("IFC4", "((#3,#4))", &data);
        (m.units.angle, said)
    };
    assert_eq!(solid("1.57"), (1.0, String::new()));
    assert_eq!(solid("6.283185307179586"), (1.0, String::new()));
    let (angle, said) = solid("90.");
    assert!((angle - 1_f64.to_radians()).abs() < 1e-15 && said.starts_with("G0208"), "{said}");
    // arcs of a plane curve: two turns are one arc that begins late
    let arcs = |to: &str| {
        let data = format!(
            "#10=IFCCIRCLE(#8,2.);\n#11=IFCTRIMMEDCURVE(#10,(IFCPARAMETERVALUE(0.)),(IFCPARAMETERVALUE({to})),.T.,.PARAMETER.);\n"
        );
        placed("IFC4", "((#3,#4))", &data).0.units.angle
    };
    assert_eq!([arcs("1.5"), arcs("9.4")], [1.0; 2]);
    assert!((arcs("90.") - 1_f64.to_radians()).abs() < 1e-15);
}

#[test]
fn units_of_many_kinds() {
    let check = |units: &str, length: f64, angle: f64, area: f64, volume: f64| {
        let u = place("IFC4", units, "").units;
        for (got, want) in [(u.length, length), (u.angle, angle), (u.area, area), (u.volume, volume)] {
            assert!((got / want - 1.0).abs() < 1e-9, "{units}: {u:?}");
        }
    };
    let degree = 1_f64.to_radians();
    check("((#3,#4))", 1.0, 1.0, 1.0, 1.0);
    check("((#60,#63,#70,#71))", 1e-3, degree, 1.0, 1e-6);
    check("((#65,#63,#68))", 0.3048, degree, 0.092_903_04, 1.0);
    check("((#67,#4))", 0.0254, 1.0, 1.0, 1.0);
    check("((#73,#4))", 0.304_800_61, 1.0, 1.0, 1.0);
}

fn near(map: &MapConversion, from: [f64; 3], to: [f64; 3]) {
    let got = map.transform().transform_point3(DVec3::from(from));
    assert!((got - DVec3::from(to)).length() < 1e-6, "{map:?}: {from:?} leads to {got}");
}

#[test]
fn conversions_of_every_schema() {
    let crs = "#10=IFCPROJECTEDCRS('ETRS89 / UTM zone 32N','Germany','ETRS89','DHHN2016','UTM','32N',#3);\n";
    let m = place(
        "IFC4X3_ADD2",
        "((#3,#4))",
        &format!("{crs}#11=IFCMAPCONVERSIONSCALED(#9,#10,500000.,5800000.,30.,0.,1.,2.,1.,1.,0.5);"),
    );
    let map = m.place.map.unwrap();
    near(&map, [1.0, 10.0, 4.0], [499_980.0, 5_800_002.0, 34.0]);
    assert_eq!(map.crs.as_deref(), Some("EPSG:25832"));
    let crs_read = m.place.crs.unwrap();
    assert_eq!((crs_read.epsg, crs_read.vertical_datum.as_deref()), (Some(25_832), Some("DHHN2016")));
    assert_eq!(crs_read.name.as_deref(), Some("ETRS89 / UTM zone 32N"));

    let m = place(
        "IFC4X3_ADD2",
        "((#60,#4))",
        &format!("{crs}#11=IFCRIGIDOPERATION(#9,#10,IFCLENGTHMEASURE(500.),IFCLENGTHMEASURE(600.),7.);"),
    );
    near(&m.place.map.unwrap(), [1.0, 2.0, 3.0], [501.0, 602.0, 10.0]);

    let m = place(
        "IFC4X3_ADD2",
        "((#3,#63))",
        "#10=IFCGEOGRAPHICCRS('EPSG:4326',$,'WGS84',$,#63,$);
#11=IFCRIGIDOPERATION(#9,#10,IFCPLANEANGLEMEASURE(13.4),IFCPLANEANGLEMEASURE(52.5),30.);",
    );
    assert!(
        (m.place.longitude.unwrap() - 13.4).abs() < 1e-9 && (m.place.latitude.unwrap() - 52.5).abs() < 1e-9
    );
    assert_eq!(m.place.map, None, "angles are no metres");
}

#[test]
fn sets_that_stand_for_a_conversion_in_ifc2x3() {
    for name in ["ePSet", "EPset", "ePset"] {
        let data = format!(
            "#10=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCLENGTHMEASURE(76670.),$);
#11=IFCPROPERTYSINGLEVALUE('Northings',$,IFCLENGTHMEASURE(77179.),$);
#12=IFCPROPERTYSINGLEVALUE('XAxisAbscissa',$,IFCREAL(0.),$);
#13=IFCPROPERTYSINGLEVALUE('XAxisOrdinate',$,IFCREAL(1.),$);
#14=IFCPROPERTYSINGLEVALUE('Scale',$,IFCREAL(0.001),$);
#15=IFCPROPERTYSINGLEVALUE('OrthogonalHeight',$,IFCLENGTHMEASURE(5.),$);
#16=IFCPROPERTYSET('a',$,'{name}_MapConversion',$,(#10,#11,#12,#13,#14,#15));
#17=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('CGCS2000 / 3-degree Gauss-Kruger zone 39'),$);
#18=IFCPROPERTYSINGLEVALUE('MapUnit',$,IFCLABEL('METRE'),$);
#19=IFCPROPERTYSET('b',$,'{name}_ProjectedCRS',$,(#17,#18));
#20=IFCRELDEFINESBYPROPERTIES('c',$,$,$,(#1),#16);
#21=IFCRELDEFINESBYPROPERTIES('d',$,$,$,(#1),#19);"
        );
        let m = place("IFC2X3", "((#60,#4))", &data);
        let map = m.place.map.unwrap();
        near(&map, [1.0, 0.0, 2.0], [76_670.0, 77_180.0, 7.0]);
        assert_eq!(map.crs.as_deref(), Some("EPSG:4527"), "{name}");
    }
}

#[test]
fn feet_of_two_kinds_and_scales_left_out() {
    let map = |units: &str, crs_unit: &str, scale: &str| {
        let data = format!(
            "#10=IFCPROJECTEDCRS('EPSG:2271',$,$,$,$,$,{crs_unit});\n#11=IFCMAPCONVERSION(#9,#10,1000000.,200000.,0.,1.,0.,{scale});"
        );
        place("IFC4", units, &data).place.map.unwrap()
    };
    let foot = 0.3048;
    let survey = 1200.0 / 3937.0;
    near(&map("((#65,#4))", "#65", "1."), [10.0, 0.0, 0.0], [1e6 * foot + 10.0, 2e5 * foot, 0.0]);
    near(
        &map("((#3,#4))", "#65", "3.28083989501312"),
        [10.0, 0.0, 0.0],
        [1e6 * foot + 10.0, 2e5 * foot, 0.0],
    );
    near(&map("((#3,#4))", "#65", "$"), [10.0, 0.0, 0.0], [1e6 * foot + 10.0, 2e5 * foot, 0.0]);
    // Called a foot; the scale tells that it is one of the US survey.
    near(
        &map("((#3,#4))", "#65", "3.2808333333333337"),
        [10.0, 0.0, 0.0],
        [1e6 * survey + 10.0, 2e5 * survey, 0.0],
    );
    // A scale of the grid beside units that differ.
    near(&map("((#60,#4))", "#3", "0.9996"), [10_000.0, 0.0, 0.0], [1e6 + 9996.0, 2e5, 0.0]);
    near(&map("((#60,#4))", "#3", "0.0009996"), [10_000.0, 0.0, 0.0], [1e6 + 9996.0, 2e5, 0.0]);
}

#[test]
fn the_site_is_placed_through_what_it_stands_on() {
    let data = "#10=IFCCARTESIANPOINT((1000.,2000.,0.));
#11=IFCDIRECTION((0.,1.,0.));
#12=IFCAXIS2PLACEMENT3D(#10,$,#11);
#13=IFCLOCALPLACEMENT($,#12);
#14=IFCCARTESIANPOINT((500.,0.,100.));
#15=IFCAXIS2PLACEMENT3D(#14,$,$);
#16=IFCLOCALPLACEMENT(#13,#15);
#17=IFCSITE('s',$,'Site',$,$,#16,$,$,.ELEMENT.,(-33,-51,-30),(151,12,0,500000),12000.,$,$);";
    let m = place("IFC4", "((#60,#4))", data);
    let at = m.place.site.unwrap();
    assert!((at - DVec3::new(1.0, 2.5, 0.1)).length() < 1e-12, "{at}");
    assert!((m.place.latitude.unwrap() + 33.858_333_333_333).abs() < 1e-9);
    assert!((m.place.longitude.unwrap() - (151.2 + 0.5 / 3600.0)).abs() < 1e-9);
    assert_eq!(m.place.elevation, Some(12.0));
    let cycle = "#13=IFCLOCALPLACEMENT(#16,#8);
#16=IFCLOCALPLACEMENT(#13,#8);
#17=IFCSITE('s',$,'Site',$,$,#16,$,$,.ELEMENT.,$,$,$,$,$);";
    assert_eq!(place("IFC4", "((#3,#4))", cycle).place.site, None);
}

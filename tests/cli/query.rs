use crate::support::{Run, groma, sample};
use std::ffi::OsString;

fn query<const N: usize>(arguments: [&str; N]) -> Run {
    // A name of a sample file stands for its path.
    let arguments = arguments.map(|a| if a.ends_with(".ifc") { sample(a).into() } else { OsString::from(a) });
    groma([OsString::from("query")].into_iter().chain(arguments))
}

fn check_refused<const N: usize>(arguments: [&str; N], expect: &str) {
    let run = query(arguments);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    assert!(run.stderr.contains(expect), "{expect:?} is not in {}", run.stderr);
}

#[test]
fn a_table_for_a_person() {
    let run = query(["architecture.ifc", "IfcDoor, location=\"Level 1\"", "--columns", "class,storey,type"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let mut lines = run.stdout.lines();
    let header: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["class", "storey", "type"]);
    assert!(lines.clone().count() > 3 && lines.all(|l| l.starts_with("IfcDoor  Level 1")), "{}", run.stdout);
}

#[test]
fn csv_for_a_spreadsheet_with_a_box_in_six_columns() {
    let run =
        query(["structure.ifc", "IfcBeam", "--columns", "GlobalId,box,volume,closed", "--format", "csv"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let mut lines = run.stdout.lines();
    let header = "GlobalId,box_min_x,box_min_y,box_min_z,box_max_x,box_max_y,box_max_z,volume,closed";
    assert_eq!(lines.next(), Some(header));
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells.len(), cells[0].len(), cells[8]), (9, 22, "TRUE"), "{line}");
        let n: Vec<f64> = cells[1..8].iter().map(|c| c.parse().unwrap()).collect();
        let size = (n[3] - n[0]) * (n[4] - n[1]) * (n[5] - n[2]);
        assert!(n[6] > 0.0 && n[6] <= size * (1.0 + 1e-6), "a beam fills its box at most: {line}");
    }
}

#[test]
fn json_for_a_program() {
    let run = query([
        "structure.ifc",
        "architecture.ifc",
        "IfcSlab + IfcSlabType",
        "--columns",
        "model,class,Name,status,box",
        "--format",
        "json",
        "--explain",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["selector"], "IfcSlab + IfcSlabType");
    assert_eq!(json["models"], serde_json::json!(["architecture", "structure"]));
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(json["selected"], rows.len());
    assert_eq!(json["explain"][1][0]["facet"], "IfcSlabType");
    assert_eq!(json["columns"][4], serde_json::json!({"name": "box", "unit": "m"}));
    let slabs = rows.iter().filter(|r| r["class"] == "IfcSlab").count();
    assert_eq!(json["coverage"]["meshed"], slabs);
    assert!(rows.iter().any(|r| r["class"] == "IfcSlabType" && r["status"].is_null()));
    let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 5);
}

#[test]
fn groups_are_counted_and_summed() {
    let one = |[option, columns]: [&str; 2]| {
        let shown = ["--columns", "class,volume,triangles", "--format", "csv"];
        let [a, b, c, d] = shown;
        query(["structure.ifc", "IfcBuildingElement", a, b, c, d, option, columns])
    };
    let all = one(["--sort", "volume"]);
    let grouped = one(["--group-by", "class"]);
    assert_eq!((all.code, grouped.code), (Some(0), Some(0)), "{}", grouped.stderr);
    assert!(grouped.stdout.starts_with("class,count,volume,triangles\n"), "{}", grouped.stdout);
    let total = |text: &str, column: usize| -> f64 {
        text.lines().skip(1).map(|l| l.split(',').nth(column).unwrap().parse::<f64>().unwrap_or(0.0)).sum()
    };
    assert_eq!(total(&grouped.stdout, 1), all.stdout.lines().count() as f64 - 1.0);
    assert!((total(&grouped.stdout, 2) - total(&all.stdout, 1)).abs() < 1e-6);
    let volumes: Vec<f64> =
        all.stdout.lines().skip(1).filter_map(|l| l.split(',').nth(1).unwrap().parse().ok()).collect();
    assert!(volumes.is_sorted() && volumes.len() > 10);
}

#[test]
fn a_count_is_a_number_alone() {
    let run = query(["architecture.ifc", "IfcWall", "--count"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.trim_end().parse::<usize>().is_ok_and(|n| n > 10), "{}", run.stdout);
}

#[test]
fn what_selects_nothing_is_refused_and_says_why() {
    check_refused(["architecture.ifc", "IfcPump"], "`IfcPump` selects nothing: no element is an IfcPump");
    check_refused(["architecture.ifc", "IfcWal"], "did you mean IfcWall");
    check_refused(
        ["architecture.ifc", "IfcWall, Pset_WallCommn.IsExternal=TRUE"],
        "did you mean Pset_WallCommon",
    );
    check_refused(["architecture.ifc", "IfcWall, Pset_WallCommon.IsExtrnal=TRUE"], "did you mean IsExternal");
    check_refused(["architecture.ifc", "IfcDoor, location=\"Level 11\""], "did you mean Level 1");
    check_refused(["architecture.ifc", "! IfcWall"], "begin with a class");
    check_refused(["architecture.ifc", "IfcWall, Name=nobody", "--explain"], "  IfcWall      ");
}

#[test]
fn mistakes_are_refused_and_shown() {
    check_refused(["architecture.ifc", "IfcWall, Name"], "\n  IfcWall, Name\n               ^");
    check_refused(["architecture.ifc", "IfcWall", "--columns", "Name,storye"], "did you mean storey?");
    check_refused(
        ["architecture.ifc", "IfcWall", "--columns", "Pset_WallCommon.FireRatng"],
        "Pset_WallCommon.",
    );
    check_refused(
        ["architecture.ifc", "IfcWall", "--columns", "Pset_WalCommon.FireRating"],
        "did you mean Pset_WallCommon",
    );
    check_refused(["architecture.ifc", "IfcWall", "--sort", "volume"], "`volume` is not among the columns");
    check_refused(["IfcWall"], "required arguments were not provided");
    check_refused(["no_such_file.ifc", "IfcWall"], "no_such_file.ifc");
}

#[test]
fn a_side_of_a_clash_is_any_selector() {
    let clash = |a: &str, b: &str| {
        let files = [sample("structure.ifc"), sample("services.ifc")].map(OsString::from);
        let sides = ["--a", a, "--b", b, "--format", "json"].map(OsString::from);
        groma(["clash".into()].into_iter().chain(files).chain(sides))
    };
    let found = |a: &str| clash(a, "IfcElement").json()["clashes"].as_array().unwrap().len();
    let (all, some) = (found("IfcElement"), found("IfcElement, location=\"Level 1\""));
    assert!(0 < some && some < all, "{some} of {all}");
    let none = clash("IfcBeam, Name=nobody", "IfcDuctSegment");
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("`IfcBeam, Name=nobody` selects no element: Name"), "{}", none.stderr);
    let wrong = clash("IfcBeam, Name", "IfcDuctSegment");
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("is neither a file nor a selector: expected a comparison"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn places_connections_colours_and_reasons_are_columns() {
    let columns = "Name,x,y,z,rotation_z,ports.count,connected,colour,transparency,reason";
    let duct = "IfcFlowSegment, Name=\"Duct 600 x 500\"";
    let run = query(["services.ifc", duct, "--columns", columns, "--format", "csv"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let line = run.stdout.lines().nth(1).unwrap();
    assert_eq!(line, "Duct 600 x 500,10.4,13.2,3.1,0,2,Riser tee 600 x 500; Riser tee 600 x 500,#9ebdad,0,");
    let run =
        query(["architecture.ifc", "IfcOpeningElement", "--columns", "status,reason", "--format", "csv"]);
    assert!(run.stdout.lines().skip(1).all(|line| line == "no_shape,void"), "{}", run.stdout);
}

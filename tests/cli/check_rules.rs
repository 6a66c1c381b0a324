//! Rules and the matrix of `groma.toml`: what each key of the file does.

use crate::boxes::{Block, model, write};
use crate::check::check;
use crate::support::Run;
use serde_json::{Value, json};
use std::path::Path;

fn site(models: &[(&str, &[Block<'_>])], rules: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut config = String::new();
    for (name, blocks) in models {
        write(&dir.path().join(format!("{name}.ifc")), blocks);
        config += &format!("[[model]]\npath = \"{name}.ifc\"\n");
    }
    std::fs::write(dir.path().join("groma.toml"), config + rules).unwrap();
    dir
}

fn run(models: &[(&str, &[Block<'_>])], rules: &str) -> (Run, Value) {
    let dir = site(models, rules);
    report(dir.path(), &[])
}

fn report(dir: &Path, more: &[&str]) -> (Run, Value) {
    let run = check(dir, &[&["--out", "@out"], more].concat());
    let text = std::fs::read_to_string(dir.join("out/check.json"));
    (run, text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()))
}

/// What is wrong, and where: the first line of the error.
fn refused(models: &[(&str, &[Block<'_>])], rules: &str) -> String {
    let dir = site(models, rules);
    let run = check(dir.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{rules}: {}", run.stderr);
    let said = run.stderr.replace(&dir.path().display().to_string(), "DIR");
    said.lines().next().unwrap_or_default().to_owned()
}

/// The names of the elements of each clash, its rule and severity.
fn clashes(report: &Value) -> Vec<(String, String, String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let of =
        |c: &Value| (text(&c["a"]["name"]), text(&c["b"]["name"]), text(&c["rule"]), text(&c["severity"]));
    report["clashes"].as_array().unwrap().iter().map(of).collect()
}

/// A box a metre long at a place along x.
const fn block(class: &'static str, n: u32, name: &'static str, x: f64) -> Block<'static> {
    Block(class, n, name, [x, 0.0, 0.0], [x + 1.0, 1.0, 1.0])
}

const BEAM: Block<'_> = block("IfcBeam", 1, "Beam", 0.0);
const COLUMN: Block<'_> = block("IfcColumn", 2, "Column", 0.5);
const PIPE: Block<'_> = block("IfcPipeSegment", 3, "Gas pipe", 0.9);
const SPACE: Block<'_> = Block("IfcBuildingElementProxy", 9, "Proxy", [9.0, 0.0, 0.0], [10.0, 1.0, 1.0]);

#[test]
fn a_rule_without_a_pair_to_test_is_a_mistake() {
    let models: &[(&str, &[Block<'_>])] = &[("a", &[BEAM, COLUMN]), ("b", &[PIPE])];
    let rule = |more: &str| refused(models, &format!("[[rule]]\nname = \"r\"\n{more}"));
    insta::assert_snapshot!(rule("a = \"IfcBeam\"\n"), @"error: DIR/groma.toml:6:8: there is no pair to test: both sides are the same single element");
    insta::assert_snapshot!(rule("a = \"IfcBeam\"\nb = \"IfcColumn\"\nbetween_models = true\n"), @"error: DIR/groma.toml:6:8: there is no pair to test: all elements are of the model `a`");
    let kept = "kind = \"envelope\"\na = \"IfcBeam\"\nb = \"IfcBeam\"\nspace = { above = 1.0 }\n";
    insta::assert_snapshot!(rule(kept), @"error: DIR/groma.toml:6:8: there is no pair to test: both sides are the same single element");
    let one = "[[rule]]\nname = \"r\"\nbetween_models = true\n";
    insta::assert_snapshot!(refused(&[("a", &[BEAM, COLUMN])], one), @"error: DIR/groma.toml:4:8: there is no pair to test: all elements are of the model `a`");
    let cell = "[matrix]\n[[matrix.cell]]\na = \"gas\"\nb = \"gas\"\n";
    insta::assert_snapshot!(refused(models, cell), @"error: DIR/groma.toml:7:5: there is no pair to test: both sides are the same single element");
}

#[test]
fn a_side_that_is_never_tested_is_told_at_its_place() {
    let dir = site(&[("a", &[BEAM, SPACE])], "[[rule]]\nname = \"r\"\na = \"IfcSpace\"\nb = \"IfcBeam\"\n");
    let text = model(&[BEAM, SPACE], "");
    // A space with a body.
    let space = text
        .replace("IFCBUILDINGELEMENTPROXY(", "IFCSPACE(")
        .replace(",$,$);\nENDSEC", ",$,.ELEMENT.,$,$);\nENDSEC");
    assert_ne!(text, space);
    std::fs::write(dir.path().join("a.ifc"), space).unwrap();
    let run = check(dir.path(), &[]);
    let said = run.stderr.replace(&dir.path().display().to_string(), "DIR");
    insta::assert_snapshot!(said.lines().next().unwrap(), @"error: DIR/groma.toml:5:5: A selects 1 elements with a shape, and all are spaces and other spatial elements: these are never tested");
}

#[test]
fn two_cells_of_one_pair_are_both_tested() {
    let beside = Block("IfcPipeSegment", 4, "Gas pipe beside", [0.2, 1.05, 0.0], [0.4, 2.0, 0.5]);
    let models: &[(&str, &[Block<'_>])] = &[("a", &[BEAM]), ("b", &[PIPE, beside])];
    let cell = |kind: &str| format!("[[matrix.cell]]\na = \"structure\"\nb = \"gas\"\nkind = {kind}\n");
    let (hard, gap) = (cell("\"hard\""), cell("\"clearance\"\ndistance = 0.1"));
    for cells in [format!("{hard}{gap}"), format!("{gap}{hard}")] {
        let (run, report) = run(models, &format!("[matrix]\npreset = \"none\"\n{cells}"));
        let mut found: Vec<(String, String)> = clashes(&report).into_iter().map(|c| (c.1, c.2)).collect();
        found.sort();
        let expect = [("Gas pipe", "structure / gas hard"), ("Gas pipe beside", "structure / gas clearance")];
        assert_eq!(found, expect.map(|(a, b)| (a.to_owned(), b.to_owned())), "{}", run.stderr);
    }
    let twice = format!(
        "[matrix]\n{hard}{}",
        hard.replace("\"structure\"\nb = \"gas\"", "\"gas\"\nb = \"structure\"")
    );
    insta::assert_snapshot!(refused(models, &twice), @"error: DIR/groma.toml:11:5: a cell of `gas` and `structure` stands in line 7 already");
    let skipped = format!("[matrix]\n{hard}[[matrix.cell]]\na = \"structure\"\nb = \"gas\"\nskip = true\n");
    insta::assert_snapshot!(refused(models, &skipped), @"error: DIR/groma.toml:11:5: a cell of `structure` and `gas` stands in line 7 already");
    let shadowed = format!("[matrix]\n{}{hard}", hard.replace("\"gas\"", "\"services\""));
    insta::assert_snapshot!(refused(models, &shadowed), @"error: DIR/groma.toml:7:5: narrower cells leave nothing to test of `structure` and `services`");
}

#[test]
fn the_utilities_keep_their_distances() {
    let pipe = |n: u32, name: &'static str, y: f64| {
        Block("IfcPipeSegment", n, name, [0.0, y, 0.0], [5.0, y + 0.1, 0.1])
    };
    // Gas and water 190 mm apart where 200 are asked for; water and sewer far enough; sewer and gas not asked.
    let pipes = [pipe(1, "Gas main", 0.0), pipe(2, "Water main", 0.29), pipe(3, "Sewer", 0.89)];
    let (run, report) = run(&[("a", &pipes)], "[matrix]\npreset = \"utilities\"\n");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    let found = clashes(&report);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&*found[0].0, &*found[0].1, &*found[0].2),
        ("Gas main", "Water main", "gas / water clearance")
    );
    let distances: Vec<(&str, f64)> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["name"].as_str().unwrap(), r["distance"].as_f64().unwrap()))
        .collect();
    assert_eq!(
        distances,
        [("gas / water clearance", 0.2), ("gas / sewer clearance", 0.4), ("water / sewer clearance", 0.5)]
    );
    assert_eq!(report["clashes"][0]["distance"], 0.19);
}

const ALL: &[(&str, &[Block<'_>])] = &[("a", &[BEAM, COLUMN]), ("b", &[PIPE])];

#[test]
fn a_cell_has_its_tolerance_and_severity_or_is_skipped() {
    // Beam and column share 500 mm, the pipe and the beam 100 mm, the pipe and the column 600 mm.
    let matrix = |cell: &str| {
        run(ALL, &format!("[matrix]\n[[matrix.cell]]\na = \"structure\"\nb = \"gas\"\n{cell}")).1
    };
    let plain = matrix("");
    assert_eq!(clashes(&plain).len(), 3);
    let tolerant = matrix("tolerance = 0.2\n");
    let names: Vec<(String, String)> = clashes(&tolerant).into_iter().map(|c| (c.0, c.1)).collect();
    assert_eq!(
        names,
        [("Column".to_owned(), "Gas pipe".to_owned()), ("Beam".to_owned(), "Column".to_owned())]
    );
    let minor = matrix("severity = \"minor\"\n");
    let of_cell: Vec<String> =
        clashes(&minor).into_iter().filter(|c| c.2 == "structure / gas").map(|c| c.3).collect();
    assert_eq!(of_cell, ["minor", "minor"]);
    let skipped = clashes(&matrix("skip = true\n"));
    assert_eq!(skipped.len(), 1);
    assert_eq!((&*skipped[0].0, &*skipped[0].1), ("Beam", "Column"));
}

#[test]
fn elements_get_the_discipline_that_the_file_states() {
    let text = "[matrix]\n[[matrix.discipline]]\nselect = \"IfcColumn\"\ndiscipline = \"architecture\"\n";
    let dir = site(ALL, text);
    let (_, report) = report(dir.path(), &[]);
    let column = report["clashes"].as_array().unwrap().iter().find(|c| c["a"]["name"] == "Column").unwrap();
    assert_eq!(
        (&column["a"]["discipline"], &column["rule"]),
        (&json!("architecture"), &json!("architecture / services"))
    );
    let run = check(dir.path(), &["--explain-disciplines"]);
    insta::assert_snapshot!(run.stdout, @r"
    a  architecture  1  groma.toml says so
    a  structure     1  the class IfcBeam
    b  gas           1  the word gas in a name
    ");
}

#[test]
fn a_rule_leaves_out_what_it_excludes_and_counts_it() {
    let rule = "[[rule]]\nname = \"r\"\nseverity = \"minor\"\n";
    let (_, plain) = run(ALL, rule);
    assert_eq!(clashes(&plain).len(), 3);
    assert!(clashes(&plain).iter().all(|c| c.3 == "minor"), "{plain}");
    let with = format!(
        "{rule}exclusions = [{{ a = \"IfcBeam\", b = \"IfcColumn\", reason = \"cast together\" }}]\n"
    );
    let (_, less) = run(ALL, &with);
    assert_eq!(clashes(&less).len(), 2);
    assert_eq!(less["rules"][0]["exclusions"], json!([{ "reason": "cast together", "clashes": 1 }]));
    let (_, between) = run(ALL, &format!("{rule}a = \"IfcElement\"\nbetween_models = true\n"));
    assert!(clashes(&between).iter().all(|c| c.1 == "Gas pipe"), "{between}");
    assert_eq!(clashes(&between).len(), 2);
}

#[test]
fn the_gate_fails_on_what_it_is_told_to() {
    let rule = "[[rule]]\nname = \"r\"\na = \"IfcBeam\"\nb = \"IfcColumn\"\nseverity = \"minor\"\n";
    let code = |gate: &str| run(ALL, &format!("{rule}{gate}")).0.code;
    assert_eq!(code(""), Some(1));
    assert_eq!(code("[gate]\nseverity = \"major\"\n"), Some(0));
    assert_eq!(code("[gate]\nseverity = \"minor\"\n"), Some(1));
    assert_eq!(code("[gate]\nfail_on = []\n"), Some(0));
    let dir = site(ALL, rule);
    check(dir.path(), &["--save-baseline", "@known.jsonl"]);
    assert_eq!(report(dir.path(), &["--baseline", "@known.jsonl"]).0.code, Some(0));
    let config = std::fs::read_to_string(dir.path().join("groma.toml")).unwrap();
    std::fs::write(dir.path().join("groma.toml"), config + "[gate]\nfail_on = [\"open\"]\n").unwrap();
    assert_eq!(report(dir.path(), &["--baseline", "@known.jsonl"]).0.code, Some(1));
}

#[test]
fn rules_do_without_cells_and_sets_are_read_though_no_rule_names_them() {
    let rule = "[[rule]]\nname = \"r\"\n[matrix]\npreset = \"none\"\n";
    assert_eq!(run(ALL, rule).0.code, Some(1));
    insta::assert_snapshot!(refused(ALL, "[matrix]\npreset = \"none\"\n"), @"error: DIR/groma.toml:5:1: the matrix has no cell for the disciplines that there are");
    let set = |select: &str| {
        refused(ALL, &format!("[[rule]]\nname = \"r\"\n[[set]]\nname = \"s\"\nselect = \"{select}\"\n"))
    };
    insta::assert_snapshot!(set("IfcBeam, Name="), @"error: DIR/groma.toml:9:25: expected a value behind `=`, found the end");
    insta::assert_snapshot!(set("IfcPump"), @"error: DIR/groma.toml:9:10: `IfcPump` selects no element: no element is an IfcPump; the models hold IfcProject (2), IfcBeam (1), IfcColumn (1), IfcPipeSegment (1)");
}

#[test]
fn an_element_counts_once_however_many_cells_it_is_in() {
    // The cell of gas and structure splits that of services and structure in two.
    let water = block("IfcPipeSegment", 5, "Water pipe", 3.0);
    let sewer = block("IfcPipeSegment", 6, "Sewer pipe", 5.0);
    let cell = "[matrix]\npreset = \"none\"\n[[matrix.cell]]\na = \"services\"\nb = \"structure\"\n\
                [[matrix.cell]]\na = \"gas\"\nb = \"structure\"\ntolerance = 0.01\n";
    let (run, report) = run(&[("a", &[BEAM, COLUMN]), ("b", &[PIPE, water, sewer])], cell);
    let elements: Vec<(&str, u64)> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["name"].as_str().unwrap(), r["elements"].as_u64().unwrap()))
        .collect();
    assert_eq!(elements, [("services / structure", 4), ("gas / structure", 3)], "{}", run.stderr);
    assert_eq!(report["rules"][0]["surfaces"], 0);
}

#[test]
fn what_is_said_of_depths_says_which_are_bounds() {
    let (_, exact) = run(ALL, "[[rule]]\nname = \"r\"\na = \"IfcBeam\"\nb = \"IfcColumn\"\n");
    let title = exact["issues"][0]["title"].as_str().unwrap();
    assert!(title.ends_with(": hard, 500 mm deep"), "{title}");
    // An L bounds what is known of its depth.
    let dir = site(ALL, "[[rule]]\nname = \"r\"\na = \"IfcBeam\"\nb = \"IfcColumn\"\n");
    let profile = "IFCRECTANGLEPROFILEDEF(.AREA.,$,#7,1.0,1.0);\n#104";
    let angle = "IFCLSHAPEPROFILEDEF(.AREA.,$,#7,1.0,1.0,0.4,$,$,$);\n#104";
    let text = std::fs::read_to_string(dir.path().join("a.ifc")).unwrap();
    assert_eq!(text.matches(profile).count(), 1);
    std::fs::write(dir.path().join("a.ifc"), text.replace(profile, angle)).unwrap();
    let (_, report) = report(dir.path(), &["--format", "json,sarif,junit"]);
    assert_eq!(report["clashes"][0]["depth_kind"], "lower_bound");
    let title = report["issues"][0]["title"].as_str().unwrap();
    assert!(title.contains(": hard, at least ") && title.ends_with(" deep"), "{title}");
    for file in ["out/check.sarif", "out/check.junit.xml"] {
        let text = std::fs::read_to_string(dir.path().join(file)).unwrap();
        assert!(text.contains("hard, at least "), "{text}");
    }
}

#[test]
fn what_is_left_alone_is_grouped_by_the_fields_of_the_grid() {
    // Pairs of unlike depth, in two fields of 6 m along x; no element is in two of them.
    let mut blocks = Vec::new();
    for (k, (x, deep)) in [(0.5, 0.1), (3.0, 0.25), (7.0, 0.4), (10.0, 0.6)].into_iter().enumerate() {
        let n = 10 * k as u32;
        blocks.push(Block("IfcBeam", n + 1, "Beam", [x, 0.5, 0.0], [x + 1.0, 1.5, 1.0]));
        blocks.push(Block("IfcColumn", n + 2, "Column", [x + 1.0 - deep, 0.5, 0.0], [x + 1.8, 1.5, 1.0]));
    }
    let mut grid = String::new();
    let mut axes = [Vec::new(), Vec::new()];
    for (n, (tag, family, from, to)) in [
        ("1", 0, [0.0, 0.0], [0.0, 6.0]),
        ("2", 0, [6.0, 0.0], [6.0, 6.0]),
        ("3", 0, [12.0, 0.0], [12.0, 6.0]),
        ("A", 1, [0.0, 0.0], [12.0, 0.0]),
        ("B", 1, [0.0, 6.0], [12.0, 6.0]),
    ]
    .into_iter()
    .enumerate()
    {
        let at = 100_000 + 10 * n;
        grid += &format!(
            "#{at}=IFCCARTESIANPOINT(({:?},{:?}));\n#{}=IFCCARTESIANPOINT(({:?},{:?}));\n\
             #{}=IFCPOLYLINE((#{at},#{}));\n#{}=IFCGRIDAXIS('{tag}',#{},.T.);\n",
            from[0],
            from[1],
            at + 1,
            to[0],
            to[1],
            at + 2,
            at + 1,
            at + 3,
            at + 2
        );
        axes[family].push(format!("#{}", at + 3));
    }
    let [u, v] = axes.map(|family| family.join(","));
    grid += &format!(
        "#200000=IFCLOCALPLACEMENT($,#5);\n#200001=IFCGRID('{:022}',$,'Grid',$,$,#200000,$,({u}),({v}),$,$);\n",
        999
    );
    let rule = "[[rule]]\nname = \"r\"\na = \"IfcBeam\"\nb = \"IfcColumn\"\n";
    let fields = |report: &Value| -> Vec<(String, usize)> {
        let issues = report["issues"].as_array().unwrap().iter();
        let mut all: Vec<(String, usize)> = issues
            .map(|i| (i["why"].as_str().unwrap().to_owned(), i["clashes"].as_array().unwrap().len()))
            .collect();
        all.sort();
        all
    };
    let dir = site(&[("a", &blocks)], rule);
    let (_, squares) = report(dir.path(), &[]);
    assert_eq!(
        fields(&squares),
        [("4 clashes of elements of the same two kinds in the square of 25 m from (0, 0)".to_owned(), 4)]
    );
    std::fs::write(dir.path().join("a.ifc"), model(&blocks, &grid)).unwrap();
    let (run, named) = report(dir.path(), &[]);
    assert_eq!(
        fields(&named),
        ["A-1", "A-2"].map(|f| (format!("2 clashes of elements of the same two kinds in the field {f}"), 2)),
        "{}",
        run.stderr
    );
    assert_eq!(named["issues"][0]["field"], "A-2");
    let cell = |width: &str| format!("[[model]]\npath = \"a.ifc\"\n{rule}[grouping]\ncell = {width}\n");
    std::fs::write(dir.path().join("a.ifc"), model(&blocks, "")).unwrap();
    std::fs::write(dir.path().join("groma.toml"), cell("6.0")).unwrap();
    assert_eq!(fields(&report(dir.path(), &[]).1).len(), 2);
    std::fs::write(dir.path().join("groma.toml"), cell("0.0")).unwrap();
    let run = check(dir.path(), &[]);
    assert!(
        run.stderr.contains("groma.toml:8:8: the cell must be a length of more than 0 metres"),
        "{}",
        run.stderr
    );
}

use crate::support::{Run, groma, sample};
use serde_json::Value;
use std::fmt::Write;

/// Six tasks of the sample's storeys, four days apart, by codes, names and a breakdown.
const PROGRAMME: &str = r#"{"data_date": "2026-01-05T08:00", "start": "2026-01-05T08:00",
"calendars": [{"days": [1, 2, 3, 4, 5], "hours": [[8, 12], [13, 17]], "hol": []}],
"acts": [{"id": "S0", "cal": 0, "dur_h": 40}, {"id": "S1", "cal": 0, "dur_h": 40}, {"id": "S2", "cal": 0, "dur_h": 40},
         {"id": "DUCTS", "cal": 0, "dur_h": 80}, {"id": "SHORE", "cal": 0, "dur_h": 40}, {"id": "KEYS", "cal": 0, "dur_h": 0}],
"rels": [["S0", "S1", "FS", 0], ["S1", "S2", "FS", 0], ["S2", "DUCTS", "FS", 0], ["DUCTS", "KEYS", "FS", 0]]}"#;

/// A project of the sample's structure and services, with these entries behind the programme.
struct Place {
    dir: tempfile::TempDir,
}

fn place(entries: &str) -> Place {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for model in ["structure.ifc", "services.ifc"] {
        writeln!(text, "[[model]]\npath = {:?}", sample(model)).unwrap();
    }
    text += "[programme]\npath = \"programme.json\"\n";
    std::fs::write(dir.path().join("groma.toml"), text + entries).unwrap();
    std::fs::write(dir.path().join("programme.json"), PROGRAMME).unwrap();
    Place { dir }
}

impl Place {
    fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.dir.path().join(name), text).unwrap();
        self
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let config = self.dir.path().join("groma.toml");
        let (command, rest) = arguments.split_first().unwrap();
        groma([*command, "--quiet", "--config", config.to_str().unwrap()].iter().chain(rest))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let run = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        run.json()
    }

    fn check_refused(&self, expect: &[&str]) {
        let run = self.run(&["link"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        for part in expect {
            assert!(run.stderr.contains(part), "{part:?} is not in {}", run.stderr);
        }
    }
}

const LINKS: &str = r#"
[[link]]
name = "columns"
elements = 'IfcColumn, location="Ground floor"'
task = "S0"

[[link]]
name = "slabs"
elements = "IfcSlab"
task = "s?"
role = "construct"

[[link]]
name = "ducts"
elements = "IfcDuctSegment"
task-name = "duct*"
"#;

/// GlobalIds that a selector selects in a model of the sample.
fn ids(model: &str, selector: &str) -> Vec<String> {
    let model = sample(model);
    let run = groma([
        "query",
        "--quiet",
        model.to_str().unwrap(),
        selector,
        "--columns",
        "GlobalId",
        "--format",
        "csv",
    ]);
    run.stdout.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn links_are_counted_both_ways() {
    let at = place(LINKS);
    let report = at.json(&["link"]);
    let columns = ids("structure.ifc", "IfcColumn, location=\"Ground floor\"").len();
    let slabs = ids("structure.ifc", "IfcSlab").len();
    let ducts = ids("services.ifc", "IfcDuctSegment").len();
    assert!(columns > 3 && slabs > 3 && ducts > 3, "{columns} {slabs} {ducts}");
    let entries: Vec<(u64, u64, u64)> = report["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| ["pairs", "elements", "tasks"].map(|k| e[k].as_u64().unwrap()).into())
        .collect();
    let n = |n: usize| n as u64;
    assert_eq!(entries, [(n(columns), n(columns), 1), (n(3 * slabs), n(slabs), 3), (n(ducts), n(ducts), 1)]);
    assert_eq!(report["elements"]["linked"], n(columns + slabs + ducts));
    assert_eq!(report["tasks"], serde_json::json!({"all": 6, "linked": 4}));
    assert_eq!(report["links"].as_array().unwrap().len(), columns + 3 * slabs + ducts);
    let unlinked = report["unlinked_elements"].as_array().unwrap().len();
    assert_eq!(report["elements"]["all"], n(columns + slabs + ducts + unlinked));
    let tasks: Vec<&str> =
        report["unlinked_tasks"].as_array().unwrap().iter().map(|t| t["code"].as_str().unwrap()).collect();
    assert_eq!(tasks, ["SHORE", "KEYS"]);
    // the table of links is a file of links
    let csv = at.run(&["link", "--format", "csv"]).stdout;
    let again = place("[[link]]\ncsv = \"links.csv\"\n").file("links.csv", &csv).json(&["link"]);
    assert_eq!(again["elements"], report["elements"]);
    assert_eq!(again["tasks"], report["tasks"]);
    let text = at.run(&["link"]);
    assert!(
        text.stdout.contains("tasks with an element  4 of 6 (67 %), of programme.json"),
        "{}",
        text.stdout
    );
}

#[test]
fn what_stands_at_a_date() {
    let at = place(LINKS);
    let state = |date: &str| {
        let report = at.json(&["simulate", "--at", date]);
        let of = |class: &str| {
            let c = report["moments"][0]["classes"].as_array().unwrap();
            c.iter().find(|c| c["name"] == class).unwrap().clone()
        };
        let states = report["states"].as_array().unwrap().clone();
        (of("IfcColumn"), of("IfcSlab"), of("IfcDuctSegment"), states)
    };
    let columns = ids("structure.ifc", "IfcColumn, location=\"Ground floor\"").len();
    let slabs = ids("structure.ifc", "IfcSlab").len();
    let ducts = ids("services.ifc", "IfcDuctSegment").len();
    // S0 is the first week, S1 the second, S2 the third, the ducts two weeks
    let (column, slab, duct, _) = state("2026-01-04");
    assert_eq!((&column["not_started"], &slab["not_started"]), (&columns.into(), &slabs.into()));
    assert_eq!(duct["not_started"], ducts);
    let (column, slab, _, states) = state("2026-01-07T12:00");
    assert_eq!((&column["under_way"], &slab["under_way"]), (&columns.into(), &slabs.into()));
    // two days and a half of five, of one task of three
    let fraction = |class: &str| {
        let mut all = states.iter().filter(|s| s["class"] == class && s["stage"] == "under_way");
        all.next().unwrap()["fraction"].as_f64().unwrap()
    };
    assert!((fraction("IfcColumn") - 0.5).abs() < 1e-9, "{}", fraction("IfcColumn"));
    assert!((fraction("IfcSlab") - 0.5 / 3.0).abs() < 1e-9, "{}", fraction("IfcSlab"));
    let (column, slab, duct, _) = state("2026-01-23");
    assert_eq!(
        (&column["built"], &slab["built"], &duct["not_started"]),
        (&columns.into(), &slabs.into(), &ducts.into())
    );
    let (_, _, duct, _) = state("2026-02-06");
    assert_eq!(duct["built"], ducts);
}

#[test]
fn the_course_of_the_works_week_by_week() {
    let at = place(LINKS);
    let run = at.run(&["simulate", "--every", "week", "--format", "csv"]);
    let days: Vec<&str> = run.stdout.lines().skip(1).map(|l| l.split('T').next().unwrap()).collect();
    assert_eq!(days, ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02", "2026-02-09"]);
    // tasks that build nothing are part of the works: the clock is that of the viewer
    let early =
        place("[[link]]\nelements = \"IfcColumn\"\ntask = \"S0\"\n").json(&["simulate", "--every", "week"]);
    assert_eq!(early["span"], serde_json::json!(["2026-01-05T08:00", "2026-02-09T08:00"]));
    assert_eq!(early["moments"].as_array().unwrap().len(), 6);
    let built: Vec<usize> =
        run.stdout.lines().skip(1).map(|l| l.split(',').nth(4).unwrap().parse().unwrap()).collect();
    assert!(built.is_sorted() && built[0] == 0 && built[5] > built[4], "{built:?}");
    let table = at.run(&["simulate", "--every", "7", "--from", "2026-01-09", "--to", "2026-01-16"]);
    assert!(table.stdout.contains("2026-01-09 23:59") && table.stdout.contains('█'), "{}", table.stdout);
    for threads in ["1", "2", "8"] {
        assert_eq!(
            at.run(&["simulate", "--every", "week", "--format", "csv", "--threads", threads]).stdout,
            run.stdout
        );
    }
}

#[test]
fn what_was_seen_stands_beside_what_was_planned() {
    let slabs = ids("structure.ifc", "IfcSlab");
    let mut seen = String::from("global_id;selector;date;status;fraction;evidence\n");
    writeln!(seen, "{};;9-1-2026;done;;inspection", slabs[0]).unwrap();
    writeln!(seen, "{};;9-1-2026;;10 %;scan", slabs[1]).unwrap();
    writeln!(seen, "{};;9-1-2026;done;;report\n{0};;12-1-2026;;0,5;scan", slabs[2]).unwrap();
    writeln!(seen, ";\"IfcColumn, location=\"\"Ground floor\"\"\";9-1-2026;not started;;").unwrap();
    writeln!(seen, "{};;soon;done;;\nnobody;;9-1-2026;done;;\n{0};;9-1-2026;perhaps;;", slabs[0]).unwrap();
    let entries = format!("{LINKS}\n[[progress]]\ncsv = \"seen.csv\"\nday-first = true\n");
    let at = place(&entries).file("seen.csv", &seen);
    let at = |date: &str| {
        let run = at.run(&["simulate", "--at", date, "--format", "json", "--allow-incomplete"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.json()
    };
    let report = at("2026-01-13");
    let found = &report["observations"][0];
    assert_eq!(found["rows"], 5, "{found}");
    let lost: Vec<&str> =
        found["lost"].as_array().unwrap().iter().map(|l| l["what"].as_str().unwrap()).collect();
    assert_eq!(found["lost"][1]["rows"], serde_json::json!([{"line": 7, "sought": "soon"}]));
    assert_eq!(
        lost,
        [
            "rows whose element no model has",
            "rows with a date that is none",
            "rows without a fraction or a status"
        ]
    );
    let columns = ids("structure.ifc", "IfcColumn, location=\"Ground floor\"").len();
    let seen = &report["moments"][0]["seen"];
    assert_eq!(
        (&seen["done"], &seen["in_progress"], &seen["conflict"], &seen["not_started"]),
        (&1.into(), &1.into(), &1.into(), &columns.into()),
        "{seen}"
    );
    // the slabs should be at 1.4 of 3 tasks: one is further, one is not; the columns should stand
    assert_eq!((&seen["ahead"], &seen["behind"]), (&2.into(), &(columns + 1).into()), "{seen}");
    let unknown =
        report["elements"].as_u64().unwrap() - report["moments"][0]["counts"]["unlinked"].as_u64().unwrap();
    assert_eq!(seen["unknown"], unknown - 3 - columns as u64);
    // before anything was seen, nothing is known
    let early = at("2026-01-08");
    assert_eq!(early["moments"][0]["seen"]["unknown"], unknown);
}

#[test]
fn what_is_put_up_for_a_while_and_what_is_taken_away() {
    let entries = "[[link]]\nelements = \"IfcBeam\"\ntask = \"SHORE\"\nrole = \"temporary\"\n\
                   [[link]]\nelements = \"IfcSlab\"\ntask = \"S1\"\nrole = \"demolish\"\nweight = 2.5\n";
    let at = place(entries);
    let counts = |date: &str| at.json(&["simulate", "--at", date])["moments"][0]["counts"].clone();
    let (beams, slabs) = (ids("structure.ifc", "IfcBeam").len(), ids("structure.ifc", "IfcSlab").len());
    let first = counts("2026-01-07");
    assert_eq!((&first["temporary"], &first["built"]), (&beams.into(), &slabs.into()), "{first}");
    let second = counts("2026-01-14");
    assert_eq!(
        (&second["demolished"], &second["being_demolished"]),
        (&beams.into(), &slabs.into()),
        "{second}"
    );
    assert_eq!(counts("2026-01-16")["demolished"], beams + slabs);
}

#[test]
fn an_entry_that_links_nothing_costs_itself_alone() {
    let columns = ids("structure.ifc", "IfcColumn, location=\"Ground floor\"").len();
    let check = |entry: &str, expect: &[&str]| {
        let at = place(&format!("{LINKS}\n[[link]]\nname = \"odd\"\n{entry}"))
            .file("a.csv", "global_id,task\nx,S0\n")
            .file("empty.csv", "global_id,task\n");
        let text = at.run(&["link"]);
        assert_eq!(text.code, Some(3), "{}", text.stderr);
        for part in expect {
            assert_eq!(text.stderr.matches(part).count(), 1, "{part:?} in {}", text.stderr);
        }
        assert_eq!(text.stderr.matches("warning").count(), 1, "{}", text.stderr);
        assert!(text.stdout.contains("    nothing, see line "), "{}", text.stdout);
        let run = at.run(&["link", "--allow-incomplete", "--format", "json"]);
        assert_eq!((run.code, &run.stderr), (Some(0), &text.stderr));
        let report = run.json();
        let entries = report["entries"].as_array().unwrap();
        assert_eq!((&entries[0]["pairs"], &entries[3]["pairs"]), (&columns.into(), &0.into()), "{entries:?}");
        assert!(expect[0].contains(entries[3]["nothing"]["what"].as_str().unwrap()), "{entries:?}");
        assert_eq!(report["diagnostics"][0]["code"], "G0801");
        let csv = at.run(&["link", "--format", "csv"]);
        assert!(csv.stdout.contains("\n,,,,,odd,"), "{}", csv.stdout);
        let run = at.run(&["simulate", "--at", "2026-01-23"]);
        assert_eq!((run.code, &run.stderr), (Some(3), &text.stderr));
    };
    check(
        "elements = \"IfcSlab\"\ntask = \"X9\"\n",
        &[
            "groma.toml:27:8: no task of programme.json is called `X9`\n",
            "hint: there are S0, S1, S2, DUCTS and others",
        ],
    );
    check(
        "elements = \"IfcSlb\"\ntask = \"S0\"\n",
        &["groma.toml:26:12: `IfcSlb` selects no element: no element is an IfcSlb; did you mean IfcSlab?\n"],
    );
    check(
        "elements = \"IfcSlab\"\ntask = \"{zone}\"\n",
        &["groma.toml:27:8: this names no task for any of the elements\n", "there are S0, S1"],
    );
    check(
        "elements = \"IfcOpeningElement\"\ntask = \"S0\"\n",
        &[
            "groma.toml:26:12: nothing of what `IfcOpeningElement` selects is built\n",
            "hint: openings, spaces",
        ],
    );
    check(
        "csv = \"a.csv\"\n",
        &["groma.toml:26:7: a.csv links nothing: 1 rows whose element no model has\n"],
    );
    check("csv = \"empty.csv\"\n", &["empty.csv links nothing: it has no rows\n"]);
    check("ifc = true\n", &["groma.toml:26:7: the models assign no element to a task\n"]);
}

#[test]
fn a_programme_that_links_nothing_is_told_and_incomplete() {
    let check = |entries: &str, hint: &str| {
        let at = place(entries);
        for command in [&["link"][..], &["simulate", "--at", "2026-01-23"]] {
            let run = at.run(command);
            assert_eq!(run.code, Some(3), "{}", run.stderr);
            assert_eq!(run.stderr.matches(hint).count(), 1, "{}", run.stderr);
            let run = at.run(&[command, &["--allow-incomplete", "--format", "json"]].concat());
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            let report = run.json();
            let codes = report["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap());
            assert!(codes.into_iter().any(|code| code == "G0803"), "{report}");
        }
        let run = at.run(&["simulate", "--every", "week", "--allow-incomplete", "--format", "json"]);
        let report = run.json();
        let counts = &report["moments"][5]["counts"];
        assert_eq!((&counts["unlinked"], &counts["built"]), (&report["elements"], &0.into()));
    };
    check("", "groma.toml:6:8: no [[link]] says which task builds what, and the models assign nothing");
    check("[[link]]\nelements = \"IfcSlab\"\ntask = \"X9\"\n", "no task of programme.json is called `X9`");
}

#[test]
fn observations_that_tell_nothing_are_told_and_cost_themselves_alone() {
    let slab = &ids("structure.ifc", "IfcSlab")[0];
    let entries = format!("{LINKS}\n[[progress]]\ncsv = \"bad.csv\"\n[[progress]]\ncsv = \"good.csv\"\n");
    let at = place(&entries)
        .file("bad.csv", "global_id,date,fraction\nx,2026-01-05,1\n")
        .file("good.csv", &format!("global_id,date,fraction\n{slab},2026-01-09,1\n"));
    let run = at.run(&["simulate", "--at", "2026-01-13", "--format", "json"]);
    let what = "bad.csv tells nothing: 1 rows whose element no model has";
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    assert_eq!(run.stderr.matches(&format!("groma.toml:25:7: {what}\n")).count(), 1, "{}", run.stderr);
    let report = run.json();
    let [bad, good] = [0, 1].map(|n| &report["observations"][n]);
    assert_eq!((&bad["rows"], &good["rows"]), (&0.into(), &1.into()), "{report}");
    assert_eq!((&bad["nothing"]["what"], &good["nothing"]), (&what.into(), &Value::Null));
    assert_eq!(report["moments"][0]["seen"]["done"], 1);
    assert_eq!(report["diagnostics"][0]["code"], "G0802");
}

#[test]
fn lost_rows_are_named_by_line_and_by_what_they_look_for() {
    let slab = &ids("structure.ifc", "IfcSlab")[0];
    let mut rows =
        format!("global_id,tag,task,weight\n{slab},,S0,\n{slab},,S9,\n{slab},,S0,heavy\n\n,,S0,\n");
    (0..1200).for_each(|n| writeln!(rows, "x{n},T{n},S0,").unwrap());
    let entries = "[[link]]\ncsv = \"links.csv\"\n\
                   [[link]]\nelements = 'IfcColumn'\ntask = '{storey} S0'\n\
                   [[link]]\nelements = 'IfcColumn'\ntask = 'S0'\n";
    let at = place(entries).file("links.csv", &rows);
    let text = at.run(&["link", "--allow-incomplete"]).stdout;
    let rows_of = "    lost: 1 201 rows whose element no model has\n      line 6: (empty)\n      line 7: x0, T0\n      line 8: x1, T1\n      \
                   line 9: x2, T2\n      line 10: x3, T3\n      and 1 196 more (--all)\n";
    let others = [
        "    lost: 1 rows whose task the programme does not have\n      line 3: S9\n",
        "    lost: 1 rows with a weight that is none\n      line 4: heavy\n",
        " elements for which no task has such a name\n      Ground floor S0\n      Level 1 S0\n",
    ];
    for part in others.into_iter().chain([rows_of]) {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let all = at.run(&["link", "--allow-incomplete", "--all"]).stdout;
    assert!(all.contains("      line 1005: x998, T998\n      and 201 more\n"), "{all}");
    let run = at.run(&["link", "--allow-incomplete", "--format", "json"]);
    let lost = &run.json()["entries"][0]["lost"][0];
    assert_eq!((&lost["count"], lost["rows"].as_array().unwrap().len()), (&1201.into(), 1000));
    assert_eq!(lost["rows"][1], serde_json::json!({"line": 7, "sought": "x0, T0"}));
    let csv = at.run(&["link", "--allow-incomplete", "--format", "csv"]).stdout;
    assert!(csv.contains(",,,,,link 1,rows whose element no model has,7,\"x0, T0\"\n"), "{csv}");
    assert!(csv.contains(",,,,,link 1,rows whose element no model has,,and 201 more\n"), "{csv}");
}

#[test]
fn rows_link_what_is_built_to_one_task_by_one_weight() {
    let slab = &ids("structure.ifc", "IfcSlab")[0];
    let storey = &ids("structure.ifc", "IfcBuildingStorey")[0];
    let programme = PROGRAMME.replace("{\"id\": \"S2\"", "{\"id\": \"S2\", \"name\": \"twin\"");
    let programme = programme.replace("{\"id\": \"S1\"", "{\"id\": \"S1\", \"name\": \"Twin\"");
    let check = |rows: &str, links: u64, lost: &[(&str, &str)]| {
        let at = place("[[link]]\ncsv = \"links.csv\"\n")
            .file("programme.json", &programme)
            .file("links.csv", &format!("global_id;task;weight\n{rows}"));
        let report = at.run(&["link", "--format", "json", "--allow-incomplete"]).json();
        let entry = &report["entries"][0];
        let told: Vec<(&str, &str)> = entry["lost"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| (l["what"].as_str().unwrap(), l["rows"][0]["sought"].as_str().unwrap()))
            .collect();
        assert_eq!((entry["pairs"].as_u64().unwrap(), &told[..]), (links, lost), "{rows}");
    };
    check(&format!("{slab};S0;1\n{slab};S0;1\n{slab};S1;0,5\n"), 2, &[]);
    let sought = format!("{slab}, S0");
    check(&format!("{slab};S0;1\n{slab};S0;9\n"), 1, &[("links that have another weight already", &sought)]);
    let several = "rows whose task is one of several that are called so";
    check(&format!("{slab};TWIN;\n{slab};S0;\n"), 1, &[(several, "TWIN")]);
    let nothing = "rows whose element is nothing that is built";
    check(&format!("{storey};S0;\n{slab};S0;\n"), 1, &[(nothing, storey)]);
}

#[test]
fn a_table_of_other_headings_and_dates_is_a_programme() {
    let rows = "Nr;Vorgang;Anfang;Dauer\nA;Slabs;02.03.2026;5\nB;Columns;04.03.2026;2\n";
    let link = "[[link]]\nelements = \"IfcSlab\"\ntask = \"A\"\n";
    let columns = "columns = { id = \"Nr\", name = \"Vorgang\", start = \"Anfang\", duration = \"Dauer\" }\n";
    let at = |keys: &str| {
        let at = place("");
        let config = std::fs::read_to_string(at.dir.path().join("groma.toml")).unwrap();
        let config = config.replace("programme.json\"\n", &format!("programme.csv\"\n{keys}{link}"));
        at.file("groma.toml", &config).file("programme.csv", rows)
    };
    let good = at(&format!("dates = \"day-first\"\nhours-per-day = 4\n{columns}"));
    let run = good.run(&["simulate", "--at", "2026-03-06", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let slabs = ids("structure.ifc", "IfcSlab").len();
    assert_eq!(run.json()["moments"][0]["counts"]["built"], slabs);
    let early = good.run(&["simulate", "--at", "2026-03-05", "--format", "json"]).json();
    assert_eq!(early["moments"][0]["counts"]["under_way"], slabs);
    at("").check_refused(&["columns = { id = \"COLUMN\" } of [programme]"]);
    at("hours-per-day = 25\n").check_refused(&["groma.toml:", "from 1 to 24 hours"]);
    let unsure = at(columns).run(&["simulate", "--at", "2026-03-06"]);
    assert_eq!(unsure.code, Some(3));
    assert!(unsure.stderr.contains("in groma.toml dates of [programme]"), "{}", unsure.stderr);
}

#[test]
fn what_loses_rows_is_incomplete() {
    let slab = &ids("structure.ifc", "IfcSlab")[0];
    let entries = format!("{LINKS}\n[[link]]\ncsv = \"links.csv\"\n[[progress]]\ncsv = \"seen.csv\"\n");
    let check = |link: &str, seen: &str, told: &[&str]| {
        let at = place(&entries)
            .file("links.csv", &format!("global_id,task\n{slab},S0\n{link}"))
            .file("seen.csv", &format!("global_id,date,status\n{slab},2026-01-09,done\n{seen}"));
        let run = at.run(&["simulate", "--at", "2026-01-13"]);
        assert_eq!(run.code, Some(if told.is_empty() { 0 } else { 3 }), "{}", run.stderr);
        for words in told {
            assert!(run.stderr.contains(words), "{words:?} is not in {}", run.stderr);
        }
        assert_eq!(at.run(&["simulate", "--at", "2026-01-13", "--allow-incomplete"]).code, Some(0));
    };
    check("", "", &[]);
    let of_link = "1 rows whose task the programme does not have (line 3: S9)";
    check(&format!("{slab},S9\n"), "", &["G0804", of_link]);
    let of_seen = "2 rows with a date that is none (the first in line 3: soon)";
    check("", &format!("{slab},soon,done\n{slab},late,done\n"), &["G0804", "seen.csv", of_seen]);
}

#[test]
fn mistakes_say_where_and_how_to_mend_them() {
    let one = |entry: &str, expect: &[&str]| place(entry).check_refused(expect);
    one("[[link]]\nelements = \"IfcSlab[\"\ntask = \"S0\"\n", &["groma.toml:8:", "IfcSlab["]);
    one("[[link]]\nelements = \"IfcSlab\"\n", &["has one of task, task-name and wbs"]);
    one("[[link]]\ntask = \"S0\"\n", &["has either elements, or csv, or ifc = true"]);
    one(
        "[[link]]\nelements = \"IfcSlab\"\ntask = \"S0\"\nweight = -1.0\n",
        &["groma.toml:10:10: a weight is 0 or more"],
    );
    one("[[link]]\nelements = \"IfcSlb\"\n", &["has one of task, task-name and wbs"]);
    one("[[link]]\nelements = \"IfcSlab\"\ntask = \"S0\"\nifc = true\n", &["has either elements, or csv"]);
    one("[[link]]\ncsv = \"gone.csv\"\n", &["cannot read", "gone.csv"]);
    one("[[link]]\nelement = \"IfcSlab\"\n", &["groma.toml:8:1: unknown field `element`"]);
    place("[[link]]\ncsv = \"a.csv\"\n").file("a.csv", "guid,task\nx,S0\n").check_refused(&[
        "it has no column `global_id`, only guid, task",
        "hint: say in groma.toml what its columns are called",
    ]);
    let at = place(LINKS);
    let run = at.run(&["simulate", "--every", "1", "--from", "1950-01-01"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("at most 5000 are told"), "{}", run.stderr);
    let run = at.run(&["simulate"]);
    assert!(run.code == Some(2) && run.stderr.contains("--at"), "{}", run.stderr);
}

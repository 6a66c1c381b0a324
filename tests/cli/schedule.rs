use crate::support::{Run, groma};
use std::path::{Path, PathBuf};

/// Four activities from Monday 2026-01-05 on: A before B and C, both before D; C has five days of float.
pub(crate) const BASE: &str = r#"{"data_date": "2026-01-05T08:00", "start": "2026-01-05T08:00",
"calendars": [{"days": [1, 2, 3, 4, 5], "hours": [[8, 12], [13, 17]], "hol": []}],
"acts": [{"id": "A", "cal": 0, "dur_h": 40}, {"id": "B", "cal": 0, "dur_h": 80}, {"id": "C", "cal": 0, "dur_h": 40},
         {"id": "D", "cal": 0, "dur_h": 40}],
"rels": [["A", "B", "FS", 0], ["A", "C", "FS", 0], ["B", "D", "FS", 0], ["C", "D", "FS", 0]]}"#;

pub(crate) fn file(dir: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path: PathBuf = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) fn schedule(arguments: &[&str]) -> Run {
    groma(std::iter::once("schedule").chain(arguments.iter().copied()))
}

#[test]
fn solve_says_the_dates_of_each_activity() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "base.json", BASE);
    insta::assert_snapshot!(schedule(&["solve", &base]).transcript(dir.path()), @r#"
    exit 0
    --- stdout
    base.json (plain-json, rules of p6), finish 2026-01-30 17:00
    4 activities, 3 critical, 3 on the longest path

      id  name  start             finish            float h  free h  critical
      A   A     2026-01-05 08:00  2026-01-09 17:00        0       0  critical
      B   B     2026-01-12 08:00  2026-01-23 17:00        0       0  critical
      C   C     2026-01-12 08:00  2026-01-16 17:00       40      40
      D   D     2026-01-26 08:00  2026-01-30 17:00        0       0  critical
    --- stderr
    "#);
    let json = schedule(&["solve", &base, "--format", "json"]).json();
    assert_eq!((&json["schema_version"], &json["programme"]["profile"]), (&1.into(), &"p6".into()));
    let c = &json["activities"][2];
    let expect = serde_json::json!({
        "project": "project", "id": "C", "uid": "C", "name": "C", "kind": "task", "status": "not-started", "duration_h": 40.0,
        "early_start": "2026-01-12T08:00", "early_finish": "2026-01-16T17:00",
        "late_start": "2026-01-19T08:00", "late_finish": "2026-01-23T17:00",
        "start": "2026-01-12T08:00", "finish": "2026-01-16T17:00",
        "total_float_h": 40.0, "free_float_h": 40.0, "critical": false, "longest_path": false, "float_path": null,
    });
    assert_eq!(c, &expect);
    let csv = schedule(&["solve", &base, "--format", "csv"]).stdout;
    assert!(csv.starts_with("project,id,uid,name,kind,status,duration_h,early_start,"), "{csv}");
    assert_eq!(csv.lines().count(), 5, "{csv}");
}

#[test]
fn a_page_needs_nothing_but_itself() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "<b>.json", BASE);
    for (command, charts) in
        [("inspect", 0), ("solve", 3), ("health", 0), ("risk", 2), ("earned", 1), ("look-ahead", 0)]
    {
        let page = dir.path().join(format!("{command}.html"));
        let run = schedule(&[command, &base, "--format", "html", "-o", page.to_str().unwrap()]);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(text.starts_with("<!doctype html>") && text.ends_with("</html>\n"), "{text}");
        assert_eq!(text.matches("<svg").count(), charts, "{command}");
        for word in ["href=", "src=", "url(", "@import", "<script", "<b>"] {
            assert!(!text.contains(word), "{word} is in the page of {command}");
        }
    }
}

#[test]
fn health_is_a_gate_whose_limits_can_be_set() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "base.json", BASE);
    insta::assert_snapshot!(schedule(&["health", &base]).transcript(dir.path()), @r#"
    exit 1
    --- stdout
    base.json (plain-json, rules of p6), finish 2026-01-30 17:00
    4 activities, 4 not complete, 4 links
    health: a slip of 5 days moves another activity in 50 % of cases (2 of 4), 33.3 % of the programme on average; 3 move the finish

      point  check                 found  of  limit           what
          1  missing-logic        50.0 %   4  <= 5 %   FAILS  activities without predecessor or without successor
          2  leads                 0.0 %   4  <= 0 %   holds  links with a lead (negative lag)
          3  lags                  0.0 %   4  <= 5 %   holds  links with a lag
          4  link-types          100.0 %   4  >= 90 %  holds  links from finish to start
          5  hard-constraints      0.0 %   4  <= 5 %   holds  activities with a hard constraint
          6  high-float            0.0 %   4  <= 5 %   holds  activities with a high total float
          7  negative-float            0   4  <= 0     holds  activities with a negative total float
          8  high-duration         0.0 %   4  <= 5 %   holds  activities with a long duration
          9  invalid-dates             0   4  <= 0     holds  actual dates after the data date, or forecast ones before it
         10  resources                 4   4                  activities without a resource
         11  missed                    -   0  <= 5 %   holds  activities that were due and are late
         12  critical-path-test        0   1  <= 0     holds  a long slip of the critical path that does not move the finish
         13  cpli                   1.00   4  >= 0.95  holds  critical path length index
         14  bei                       -   4  >= 0.95  holds  baseline execution index
             no-predecessor            1   4                  activities without predecessor
             no-successor              1   4                  activities without successor
             pinned                    0   4                  activities bound to a date
             dangling-starts           0   4                  activities whose start nothing holds
             dangling-finishes         0   4                  activities whose finish holds nothing
             out-of-sequence           0   4                  links that progress did not keep
             duplicate-links           0   4                  links that stand twice
             manual                    0   4                  activities planned by hand

    checks that fail: 1

    missing-logic: activities without predecessor or without successor
      id  name  project
      A   A     project
      D   D     project
    --- stderr
    "#);
    let run = schedule(&["health", &base, "--limit", "missing-logic=50"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert_eq!(schedule(&["health", &base, "--limit", "missing-logic=off"]).code, Some(0));
    let run = schedule(&["health", &base, "--limit", "missing-logic=off", "--limit", "no-successor=0"]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    let run = schedule(&["health", &base, "--limit", "logic=3"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("there is no check \"logic\""), "{}", run.stderr);
    let run = schedule(&["health", &base, "--limit", "lags=few"]);
    assert!(run.stderr.contains("is no limit of lags"), "{}", run.stderr);
}

#[test]
fn compare_tells_what_slipped_and_was_relinked() {
    let dir = tempfile::tempdir().unwrap();
    let old = file(dir.path(), "old.json", BASE);
    let changed = BASE
        .replace(r#""B", "cal": 0, "dur_h": 80"#, r#""B", "cal": 0, "dur_h": 88"#)
        .replace(r#"["C", "D", "FS", 0]"#, r#"["C", "D", "SS", 0], ["A", "D", "FS", 8]"#);
    let new = file(dir.path(), "new.json", changed);
    let run = schedule(&["compare", &old, &new]);
    insta::assert_snapshot!(run.transcript(dir.path()), @r#"
    exit 0
    --- stdout
    old.json (plain-json, rules of p6), finish 2026-01-30 17:00
    new.json (plain-json, rules of p6), finish 2026-02-02 17:00
    0 added, 0 removed, 3 changed (2 of them finish later), 1 the same; links: 2 added, 1 removed, 0 with another lag; finish +3 d

    changed
      id  name  slip  old finish        new finish        duration h  float h
      B   B     +3 d  2026-01-23 17:00  2026-01-26 17:00  80 -> 88    0
      C   C     +0 d  2026-01-16 17:00  2026-01-16 17:00  40          40 -> 88
      D   D     +3 d  2026-01-30 17:00  2026-02-02 17:00  40          0

    links added
      predecessor  successor  link  lag
      C            D          SS     0h
      A            D          FS     8h

    links removed
      predecessor  successor  link  lag
      C            D          FS     0h
    --- stderr
    "#);
    assert_eq!(schedule(&["compare", &old, &new, "--fail-on-change"]).code, Some(1));
    assert_eq!(schedule(&["compare", &old, &old, "--fail-on-change"]).code, Some(0));
    let json = schedule(&["compare", &old, &new, "--format", "json"]).json();
    assert_eq!((&json["finish_slip_days"], &json["links_removed"][0]["kind"]), (&3.0.into(), &"FS".into()));
    let csv = schedule(&["compare", &old, &new, "--format", "csv"]).stdout;
    assert!(csv.contains("changed,project,B,B,duration_h,80,88\r\n"), "{csv}");
}

#[test]
fn risk_is_the_same_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "base.json", BASE);
    let run = |threads: &str| {
        let run =
            schedule(&["risk", &base, "--format", "json", "--iterations", "2000", "--threads", threads]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    let one = run("1");
    assert_eq!([&run("2"), &run("8")], [&one, &one]);
    let json: serde_json::Value = serde_json::from_str(&one).unwrap();
    // A triangle from 90 to 130 % leans late: its plan is kept in fewer than half of the runs.
    let chance = json["chance_of_finish"].as_f64().unwrap();
    assert!(chance > 0.0 && chance < 0.3, "{chance}");
    assert!(
        json["uncertain"][0].as_str().unwrap().contains("since nothing else was said"),
        "{}",
        json["uncertain"]
    );
    let runs: u64 = json["histogram"].as_array().unwrap().iter().map(|b| b["runs"].as_u64().unwrap()).sum();
    assert_eq!(runs, 2000);
    let fixed = schedule(&["risk", &base, "--work", "*=100%", "--format", "json"]).json();
    assert_eq!((&fixed["chance_of_finish"], &fixed["deviation_days"]), (&1.0.into(), &0.0.into()));
    let wrong = schedule(&["risk", &base, "--work", "B=pert(3d,2d,1d)"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.stdout);
    assert!(wrong.stderr.contains("low <= mode <= high must hold"), "{}", wrong.stderr);
}

#[test]
fn what_is_converted_says_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "base.json", BASE);
    for ending in ["xer", "xml", "json", "csv"] {
        let to = dir.path().join(format!("to.{ending}"));
        let to = to.to_str().unwrap();
        let run = schedule(&["convert", &base, "-o", to]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
        let run = schedule(&["compare", &base, to, "--profile", "p6"]);
        assert_eq!(run.code, Some(0), "{ending}: {}", run.stderr);
        // A file of Microsoft Project counts a lag on the successor's calendar.
        let same = match ending {
            "xml" => {
                "0 added, 0 removed, 0 changed (0 of them finish later), 4 the same; links: 0 added, 0 removed, 0 with another lag; finish +0 d; 1 of"
            }
            // A table has no place for a calendar without a name, nor for a data date.
            "csv" => {
                "0 added, 0 removed, 4 changed (0 of them finish later), 0 the same; links: 0 added, 0 removed, 0 with another lag; finish +0 d; 5 of"
            }
            _ => "no differences among 4 activities",
        };
        assert!(run.stdout.contains(same), "{ending}: {}", run.stdout);
    }
    let run = schedule(&["convert", &base, "-o", "to.mpp"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("the ending \"mpp\" says no format"), "{}", run.stderr);
    let run = schedule(&["convert", &base, "--to", "xer"]);
    assert!(run.stdout.starts_with("ERMHDR\t"), "{}", run.stdout);
}

#[test]
fn what_is_no_programme_is_told_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let check = |name: &str, bytes: &[u8], expect: &str| {
        let run = schedule(&["inspect", &file(dir.path(), name, bytes)]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        assert!(
            run.stderr.contains(expect) && run.stderr.contains("hint: "),
            "{expect:?} is not in {}",
            run.stderr
        );
    };
    check(
        "plan.mpp",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0",
        "save it as XML (File > Save As > XML Format)",
    );
    check("plan.pdf", b"%PDF-1.7\n", "this is not a programme");
    check("plan.txt", b"a programme\n", "the tasks of an IFC model");
    let run = schedule(&["inspect", &file(dir.path(), "empty.xer", "")]);
    assert!(run.stderr.contains("the file is empty"), "{}", run.stderr);
}

/// Two floors and two trades, with a baseline and progress, as Microsoft Project writes them.
const SITE: &str = "<Project xmlns=\"http://schemas.microsoft.com/project\"><Name>site</Name><StartDate>2026-01-05T08:00:00</StartDate><StatusDate>2026-01-14T17:00:00</StatusDate>\
<Tasks><Task><UID>1</UID><Name>Floor 1</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>\
<Task><UID>2</UID><Name>Walls</Name><OutlineLevel>2</OutlineLevel><Type>1</Type><Duration>PT40H0M0S</Duration><PercentComplete>100</PercentComplete><FixedCost>600000</FixedCost><ActualStart>2026-01-05T08:00:00</ActualStart><ActualFinish>2026-01-12T17:00:00</ActualFinish><Baseline><Number>0</Number><Start>2026-01-05T08:00:00</Start><Finish>2026-01-09T17:00:00</Finish><Duration>PT40H0M0S</Duration><Cost>500000</Cost></Baseline></Task>\
<Task><UID>3</UID><Name>Floor 2</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>\
<Task><UID>4</UID><Name>Walls</Name><OutlineLevel>2</OutlineLevel><Type>1</Type><Duration>PT40H0M0S</Duration><RemainingDuration>PT32H0M0S</RemainingDuration><PercentComplete>20</PercentComplete><FixedCost>750000</FixedCost><ActualStart>2026-01-13T08:00:00</ActualStart><PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type></PredecessorLink><Baseline><Number>0</Number><Start>2026-01-12T08:00:00</Start><Finish>2026-01-16T17:00:00</Finish><Duration>PT40H0M0S</Duration><Cost>500000</Cost></Baseline></Task>\
<Task><UID>5</UID><Name>Pipes</Name><OutlineLevel>2</OutlineLevel><Type>1</Type><Duration>PT16H0M0S</Duration><PredecessorLink><PredecessorUID>4</PredecessorUID><Type>0</Type></PredecessorLink></Task></Tasks></Project>";

#[test]
fn earned_value_is_measured_against_a_baseline() {
    let dir = tempfile::tempdir().unwrap();
    let site = file(dir.path(), "site.xml", SITE);
    let json = schedule(&["earned", &site, "--baseline", "0", "--format", "json"]).json();
    let cost = &json["whole"]["cost"];
    let value = |key: &str| cost[key].as_f64().unwrap();
    assert_eq!(["bac", "pv", "ev", "ac"].map(value), [10_000.0, 8_000.0, 6_000.0, 7_500.0]);
    assert_eq!(["spi", "cpi", "eac", "tcpi"].map(value), [0.75, 0.8, 12_500.0, 1.6]);
    assert_eq!(json["earned_schedule"]["sv_t_days"], -2.0);
    assert_eq!((&json["without_baseline"], json["wbs"].as_array().unwrap().len()), (&1.into(), 2));
    assert_eq!(json["at"], "2026-01-14T17:00");
    let text = schedule(&["earned", &site]).stdout;
    assert!(text.contains("against baseline 0; 1 activities are not in it"), "{text}");
    let csv = schedule(&["earned", &site, "--format", "csv"]).stdout;
    assert!(csv.contains("whole,,,2026-01-14T17:00,cost,,10000,8000,6000,7500"), "{csv}");
    let run = schedule(&["earned", &site, "--baseline", "7"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("has no baseline 7") && run.stderr.contains("there are 0"), "{}", run.stderr);
}

#[test]
fn trades_go_from_location_to_location() {
    let dir = tempfile::tempdir().unwrap();
    let site = file(dir.path(), "site.xml", SITE);
    let svg = dir.path().join("balance.svg");
    let run = schedule(&["takt", &site, "--format", "json", "--svg", svg.to_str().unwrap()]);
    let json = run.json();
    assert_eq!((&json["locations"][0], &json["trades"][0]), (&"Floor 1".into(), &"Walls".into()));
    let clash = &json["clashes"][0];
    assert_eq!((&clash["location"], &clash["trades"][1]), (&"Floor 2".into(), &"Pipes".into()));
    let picture = std::fs::read_to_string(svg).unwrap();
    assert!(picture.starts_with("<svg xmlns=") && picture.contains("Walls in Floor 2"), "{picture}");
    let page = schedule(&["takt", &site, "--format", "html"]).stdout;
    assert!(page.matches("<svg").count() == 1 && !page.contains("href="), "{page}");
    let run = schedule(&["takt", &site, "--location", "code:Zone"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("names its location and its trade"), "{}", run.stderr);
    assert_eq!(schedule(&["takt", &site, "--trade", "floor"]).code, Some(2));
}

#[test]
fn the_next_weeks_say_what_they_wait_for() {
    let dir = tempfile::tempdir().unwrap();
    let site = file(dir.path(), "site.xml", SITE);
    let json = schedule(&["look-ahead", &site, "--weeks", "2", "--format", "json"]).json();
    let ids: Vec<&str> =
        json["activities"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["4", "5"]);
    let wait = &json["activities"][1]["waits_for"][0];
    let found = ["predecessor", "kind", "name"].map(|key| wait[key].as_str().unwrap());
    assert_eq!(found, ["4", "FF", "Walls"]);
}

#[test]
fn tasks_of_an_ifc_file_are_a_programme() {
    let dir = tempfile::tempdir().unwrap();
    let site = file(dir.path(), "site.xml", SITE);
    for to in ["ifc", "ifc4x3"] {
        let ifc = dir.path().join(format!("site.{to}.ifc"));
        let ifc = ifc.to_str().unwrap();
        assert_eq!(schedule(&["convert", &site, "--to", to, "-o", ifc]).code, Some(0));
        let solved = |file: &str| schedule(&["solve", file, "--format", "json"]).json();
        assert_eq!(solved(ifc)["activities"], solved(&site)["activities"]);
        assert_eq!(solved(ifc)["programme"]["format"], "ifc");
        let run = schedule(&["compare", &site, ifc, "--fail-on-change"]);
        assert_eq!(run.code, Some(0), "{}", run.stdout);
    }
    let empty = file(
        dir.path(),
        "empty.ifc",
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n",
    );
    let run = schedule(&["inspect", &empty]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("is a model without tasks"), "{}", run.stderr);
}

#[test]
fn float_paths_are_told_apart_when_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "base.json", BASE);
    let json = schedule(&["solve", &base, "--float-paths", "5", "--format", "json"]).json();
    let paths: Vec<i64> =
        json["activities"].as_array().unwrap().iter().map(|a| a["float_path"].as_i64().unwrap()).collect();
    assert_eq!(paths, [1, 1, 2, 1]);
    let text = schedule(&["solve", &base, "--float-paths", "1"]).stdout;
    assert!(text.contains("free h  path  critical"), "{text}");
}

#[test]
fn a_table_is_told_when_it_starts() {
    let dir = tempfile::tempdir().unwrap();
    let table = file(dir.path(), "t.csv", "id,duration\nA,5d\n");
    let text = schedule(&["solve", &table]).stdout;
    assert!(text.contains("warning[G0619]: a programme does not say when it starts"), "{text}");
    let json = schedule(&[
        "solve",
        &table,
        "--start",
        "2026-05-04T07:00",
        "--hours-per-day",
        "10",
        "--format",
        "json",
    ])
    .json();
    assert_eq!(json["activities"][0]["finish"], "2026-05-08T18:00");
    assert_eq!(schedule(&["solve", &table, "--start", "4 May"]).code, Some(2));
}

#[test]
fn a_scenario_that_makes_a_loop_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "base.json", BASE);
    let scenario = file(dir.path(), "s.toml", "[scenario]\nname = \"s\"\n[[change]]\nlink = [\"D -> A\"]\n");
    for run in [groma(["whatif", &base, &scenario]), schedule(&["risk", &base, "--scenario", &scenario])] {
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("wait for each other in a loop: A > B > D > A"), "{}", run.stderr);
    }
}

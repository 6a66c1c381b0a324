use crate::support::{Run, groma};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Three activities in a row of five days each, from Monday 2026-01-05 on.
const BASE: &str = r#"{"data_date": "2026-01-05T08:00", "start": "2026-01-05T08:00",
"calendars": [{"days": [1, 2, 3, 4, 5], "hours": [[8, 12], [13, 17]], "hol": []}],
"acts": [{"id": "A", "cal": 0, "dur_h": 40}, {"id": "B", "cal": 0, "dur_h": 40}, {"id": "C", "cal": 0, "dur_h": 40}],
"rels": [["A", "B", "FS", 0], ["B", "C", "FS", 0]]}"#;

fn whatif(dir: &Path, scenario: &str, more: &[&str]) -> Run {
    let write = |name: &str, text: &str| -> PathBuf {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (base, file) = (write("base.json", BASE), write("scenario.toml", scenario));
    let arguments = [OsString::from("whatif"), base.into(), file.into()].into_iter();
    groma(arguments.chain(more.iter().map(|m| OsString::from(*m))))
}

#[test]
fn a_delay_is_as_long_as_it_is_and_an_assert_is_a_gate() {
    let dir = tempfile::tempdir().unwrap();
    let late = "[scenario]\nname = \"late\"\n[[change]]\ntask = \"B\"\ndelay = \"5wd\"\n";
    let run = whatif(dir.path(), late, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for word in ["in 67 % of cases (2 of 3)", "2026-01-30", "+7 d"] {
        assert!(run.stdout.contains(word), "{word:?} is not in\n{}", run.stdout);
    }
    let gate = format!("{late}[assert]\ndays = \"<= 5\"\n");
    let run = whatif(dir.path(), &gate, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("FAILS: late: days <= 5 (found 7.00)"), "{}", run.stdout);
}

#[test]
fn threads_change_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = "[scenario]\nname = \"x\"\n[[work]]\ntask = \"*\"\nduration = \"pert(80%,100%,160%)\"\ncorrelation = 0.3\n[run]\nmonte_carlo = 500\n";
    let one = whatif(dir.path(), scenario, &["--format", "json", "--threads", "1"]);
    let eight = whatif(dir.path(), scenario, &["--format", "json", "--threads", "8"]);
    assert_eq!((one.code, &one.stdout), (Some(0), &eight.stdout), "{}", one.stderr);
}

#[test]
fn mistakes_are_told_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let check = |scenario: &str, expect: &str| {
        let run = whatif(dir.path(), scenario, &[]);
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        assert!(run.stderr.contains(expect), "{expect:?} is not in\n{}", run.stderr);
    };
    check("[scenario]\nname = \"x\"\n[[change]]\ntask = \"A\"\nslip = 3\n", "line 5, column 1");
    check("[scenario]\nname = \"x\"\n[[change]]\ntask = \"Q*\"\ndelay = \"1d\"\n", "selects nothing");
    check(
        "[scenario]\nname = \"x\"\n[[change]]\nselect = \"IfcSlab\"\ndelay = \"1d\"\n",
        "there is no model here",
    );
    check(
        "[scenario]\nname = \"x\"\n[[change]]\ntask = \"A\"\nwhen = \"slack > 1\"\ndelay = \"1d\"\n",
        "slack",
    );
    check("[scenario]\nname = \"x\"\n[[change]]\ntask = \"A\"\n", "changes nothing of them");
    check("[scenario]\nname = \"x\"\n[[change]]\nlink = [\"A -> Q\"]\n", "selects nothing");
    check("[scenario]\nname = \"x\"\n[[change]]\ncalendar = \"*\"\nstop = [\"May\"]\n", "is no date");
    check("[scenario]\nname = \"x\"\n[assert]\nprofit = \"> 1\"\n", "cannot be asserted");
    check("[scenario]\nname = \"x\"\nlogic = [\"support\"]\n", "leaves out \"stated\"");
    check("[scenario]\nname = \"x\"\nlogic = [\"stated\", \"luck\"]\n", "luck");
    check("[scenario]\nname = \"x\"\n[[weather]]\nname = \"w\"\ntask = \"*\"\n", "neither which days");
    check(
        "[scenario]\nname = \"x\"\n[[weather]]\nname = \"w\"\ntask = \"*\"\nfile = \"none.csv\"\n",
        "none.csv",
    );
    check("[scenario]\nname = \"x\"\n[[change]]\ntask = \"A\"\ndelay = \"soon\"\n", "is no length");
}

#[test]
fn links_come_and_go_and_windows_select() {
    let dir = tempfile::tempdir().unwrap();
    let relink = "[scenario]\nname = \"side by side\"\n[[change]]\nunlink = [\"A -> B\"]\nlink = [\"A -> B SS+1d\"]\n[assert]\ndays = \"== -4\"\n";
    let run = whatif(dir.path(), relink, &[]);
    // B starts on the second day: Friday the 23rd becomes Monday the 19th.
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(run.stdout.contains("(found -4.00)"), "{}", run.stdout);
    let window = "[scenario]\nname = \"window\"\n[[change]]\nafter = \"start+1w\"\nbefore = \"2026-01-17\"\nduration = \"50%\"\n[assert]\nmoved = \"== 2\"\n";
    let run = whatif(dir.path(), window, &[]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_script_that_loops_for_ever_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let (base, script) = (dir.path().join("base.json"), dir.path().join("study.rhai"));
    std::fs::write(&base, BASE).unwrap();
    std::fs::write(&script, "loop { }").unwrap();
    let run = groma(["whatif".into(), base, script]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("does not end within its steps"), "{}", run.stderr);
}

#[test]
fn weather_comes_from_a_file_beside_the_scenario() {
    let dir = tempfile::tempdir().unwrap();
    let weather = |text: &str| std::fs::write(dir.path().join("storms.csv"), text).unwrap();
    let scenario = "[scenario]\nname = \"storm\"\n[[weather]]\nname = \"storm\"\ntask = \"B\"\nfile = \"storms.csv\"\nadded = true\n[run]\nmonte_carlo = 32\n";
    // The first and the last day of B.
    weather("date,work\n2026-01-12,no\n2026-01-13,yes\n2026-01-19,no\n");
    let rows = |scenario: &str| {
        let run = whatif(dir.path(), scenario, &["--format", "json"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.json()["scenarios"][1].clone()
    };
    let row = rows(scenario);
    assert_eq!((&row["p80"], &row["base_p80"]), (&"2026-01-27T17:00".into(), &"2026-01-23T17:00".into()));
    assert_eq!((&row["p10_days"], &row["p80_days"], &row["days"]), (&4.0.into(), &4.0.into(), &0.0.into()));
    // Weather that the programme has anyhow is the base's too.
    let row = rows(&scenario.replace("added = true\n", ""));
    assert_eq!((&row["p80"], &row["base_p80"]), (&"2026-01-27T17:00".into(), &"2026-01-27T17:00".into()));
    // A third of the days, and months for those that the file does not name.
    weather("from,to,lost\n2026-01-01,2026-01-31,1/3\n");
    let run = whatif(dir.path(), scenario, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("storms.csv") && run.stderr.contains("line 2: \"1/3\""), "{}", run.stderr);
    weather("date,lost\n2026-01-12,0\n");
    let months = scenario.replace("added", "lost = [0.5,0,0,0,0,0,0,0,0,0,0,0]\nadded");
    let lost = rows(&months);
    assert!(lost["p80_days"].as_f64() > Some(1.0), "{lost}");
}

/// The scenario that stands in the description of the format, as it stands there.
const PRINTED: &str = r#"[scenario]
name = "crane late and rain"
base = "programme.csv"
profile = "p6"
logic = ["stated", "support", "location"]     # inferred links, each kind on its own switch
[[change]]
select = 'IfcSlab, location="Level 5"'         # elements, by IfcOpenShell's selector grammar
delay  = "10wd"
[[change]]
task = "Masonry*"                             # tasks, by code first, then by name
crews = { add = 1, from = "2026-05-04", cost = 18000 }
[[change]]
calendar = "Site"
stop = ["2026-06-01..2026-06-05"]
[[risk]]
name = "rain"; p = 0.35; task = "EXT*"; impact = "triangular(1d,3d,8d)"
[run]
level = true
monte_carlo = 10000
seed = 7
[assert]                                      # exit code 1 when one fails
"P80(finish)" = "<= 2027-03-31"
"#;

#[test]
fn the_printed_scenario_runs_on_the_programme_that_it_names() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let table =
        "id,name,duration,predecessors,calendar\nM1,Masonry of level 1,20,,Site\nEXT1,Facade,20,M1,Site\n";
    std::fs::write(at("programme.csv"), table).unwrap();
    std::fs::write(at("printed.toml"), PRINTED).unwrap();
    let run = |more: &[&str]| {
        let file = at("printed.toml").into_os_string();
        let more = more.iter().map(OsString::from);
        groma(
            [OsString::from("whatif"), file, "--start".into(), "2026-05-04T08:00".into()]
                .into_iter()
                .chain(more),
        )
    };
    // It is understood, and there is no model to find the elements of its first change in.
    let no_model = run(&[]);
    assert_eq!(no_model.code, Some(2), "{}", no_model.stdout);
    assert!(no_model.stderr.contains("there is no model here"), "{}", no_model.stderr);
    let first = PRINTED.find("[[change]]").unwrap();
    let second = first + 1 + PRINTED[first + 1..].find("[[change]]").unwrap();
    std::fs::write(at("printed.toml"), format!("{}{}", &PRINTED[..first], &PRINTED[second..])).unwrap();
    let json = run(&["--format", "json"]).json();
    assert_eq!((&json["base"]["label"], &json["base"]["profile"]), (&"programme.csv".into(), &"p6".into()));
    let row = &json["scenarios"][1];
    // Masonry in ten days, the façade in twenty with a week off: from 18 May to 19 June.
    assert_eq!((&row["finish"], &row["asserts"][0]["holds"]), (&"2026-06-19T17:00".into(), &true.into()));
    let left_out = json["diagnostics"].as_array().unwrap().iter().find(|d| d["code"] == "G0622").unwrap();
    assert!(left_out["detail"].as_str().unwrap().ends_with("support, location"), "{left_out}");
    // Other rules when asked for, and a programme that is named beside it.
    let by_msp = run(&["--format", "json", "--profile", "msp"]).json();
    assert_eq!(by_msp["base"]["profile"], "msp");
    std::fs::write(at("other.csv"), table).unwrap();
    let beside = groma(["whatif".into(), at("other.csv"), at("printed.toml")]);
    assert!(beside.stderr.contains("is of") && beside.stderr.contains("other.csv"), "{}", beside.stderr);
    let nothing = groma(["whatif".into(), at("none.toml")]);
    assert_eq!(nothing.code, Some(2));
}

#[test]
fn scenarios_agree_on_their_programme_and_its_rules() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    write("base.json", BASE);
    let one = write("one.toml", "[scenario]\nname = \"one\"\nbase = \"base.json\"\nprofile = \"p6\"\n");
    let two = write("two.toml", "[scenario]\nname = \"two\"\nbase = \"./base.json\"\nprofile = \"msp\"\n");
    let far = write("far.toml", "[scenario]\nname = \"far\"\nbase = \"far.json\"\n");
    let check = |files: &[&PathBuf], expect: &str| {
        let files = files.iter().map(|f| f.as_os_str().to_owned());
        let run = groma(std::iter::once(OsString::from("whatif")).chain(files));
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        assert!(run.stderr.contains(expect), "{expect:?} is not in\n{}", run.stderr);
    };
    check(&[&one, &two], "\"one\" follows the rules of p6, and \"two\" those of msp");
    check(&[&one, &far], "\"one\" is of");
    let lone = write("lone.toml", "[scenario]\nname = \"lone\"\n");
    check(&[&lone], "no programme is named");
}

#[test]
fn the_base_is_as_uncertain_as_the_scenario() {
    let dir = tempfile::tempdir().unwrap();
    let work = "[scenario]\nname = \"x\"\n[[work]]\ntask = \"*\"\nduration = \"triangular(90%,100%,160%)\"\n[[risk]]\nname = \"r\"\np = 0.5\ntask = \"A\"\nimpact = \"triangular(1d,2d,4d)\"\n[run]\nmonte_carlo = 2000\n";
    let row =
        |scenario: &str| whatif(dir.path(), scenario, &["--format", "json"]).json()["scenarios"][1].clone();
    let plain = row(work);
    assert!(plain["p80"].as_str() > Some("2026-01-28"), "{plain}");
    assert_eq!((&plain["p80"], &plain["p80_days"]), (&plain["base_p80"], &0.0.into()));
    // The same runs, each a week later.
    let late = row(&format!(
        "{work}[[change]]\ntask = \"A\"\ndelay = \"5wd\"\n[assert]\n\"P80(finish)\" = \"<= base+7d\"\n"
    ));
    let days = ["p10_days", "p50_days", "p80_days"].map(|k| late[k].as_f64().unwrap());
    assert_eq!((days, &late["asserts"][0]["holds"]), ([7.0; 3], &true.into()));
    // What the scenario adds is not the base's.
    let added = row(&work.replace("impact", "added = true\nimpact"));
    assert!(added["p80_days"].as_f64() > Some(0.5) && added["p80"] == plain["p80"], "{added}");
}

#[test]
fn what_written_programmes_lose_is_told_once_for_each_kind() {
    let dir = tempfile::tempdir().unwrap();
    let written = dir.path().join("written");
    // Of a data date after the start Microsoft Project knows nothing.
    let base = BASE.replace("\"data_date\": \"2026-01-05", "\"data_date\": \"2026-01-12");
    std::fs::write(dir.path().join("late.json"), base).unwrap();
    let scenario = |name: &str| {
        let path = dir.path().join(format!("{name}.toml"));
        std::fs::write(&path, format!("[scenario]\nname = \"{name}\"\n")).unwrap();
        path
    };
    let files = [dir.path().join("late.json"), scenario("one"), scenario("two")];
    let more = ["--write".into(), written.clone().into_os_string()];
    let run = groma(std::iter::once("whatif".into()).chain(files.map(Into::into)).chain(more));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(std::fs::read_dir(&written).unwrap().count(), 2);
    assert_eq!(run.stderr.matches("[G0624]").count(), 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("one: 3 activities get other dates") && run.stderr.contains("; and 1 more"),
        "{}",
        run.stderr
    );
}

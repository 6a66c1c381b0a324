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
    check("[scenario]\nname = \"x\"\nlogic = [\"support\"]\n", "is not known");
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

use crate::support::{Run, groma};
use std::fmt::Write;
use std::path::Path;

/// Microsoft Project's XML: tasks of so many days side by side from Monday 2026-01-05 on, each with one mason of
/// two; the links are (predecessor, successor) from 1 on.
fn programme(days: &[u32], links: &[(usize, usize)]) -> String {
    let mut week = String::new();
    for day in 1..=7 {
        // 1 is Sunday.
        let _ = match day {
            1 | 7 => write!(week, "<WeekDay><DayType>{day}</DayType><DayWorking>0</DayWorking></WeekDay>"),
            _ => write!(
                week,
                "<WeekDay><DayType>{day}</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime><WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"
            ),
        };
    }
    let (mut tasks, mut assignments) = (String::new(), String::new());
    for (k, days) in days.iter().enumerate() {
        let (uid, hours) = (k + 1, days * 8);
        let mut before = String::new();
        for (predecessor, _) in links.iter().filter(|l| l.1 == uid) {
            let _ = write!(
                before,
                "<PredecessorLink><PredecessorUID>{predecessor}</PredecessorUID><Type>1</Type></PredecessorLink>"
            );
        }
        let _ = write!(
            tasks,
            "<Task><UID>{uid}</UID><ID>{uid}</ID><Name>Wall {uid}</Name><WBS>W{uid}</WBS><OutlineLevel>1</OutlineLevel><Type>1</Type><Duration>PT{hours}H0M0S</Duration><RemainingDuration>PT{hours}H0M0S</RemainingDuration><LevelingDelay>4800</LevelingDelay>{before}</Task>"
        );
        let _ = write!(
            assignments,
            "<Assignment><UID>{uid}</UID><TaskUID>{uid}</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units><Work>PT{hours}H0M0S</Work><RemainingWork>PT{hours}H0M0S</RemainingWork></Assignment>"
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Project xmlns=\"http://schemas.microsoft.com/project\"><Name>walls</Name><StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><Name>Site</Name><IsBaseCalendar>1</IsBaseCalendar><WeekDays>{week}</WeekDays></Calendar></Calendars><Tasks>{tasks}</Tasks><Resources><Resource><UID>1</UID><ID>1</ID><Name>Mason</Name><Initials>M</Initials><Type>1</Type><MaxUnits>2</MaxUnits></Resource></Resources><Assignments>{assignments}</Assignments></Project>"
    )
}

fn file(dir: &Path, text: &str) -> String {
    let path = dir.join("walls.xml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn level(arguments: &[&str]) -> Run {
    groma(["schedule", "level"].iter().chain(arguments).copied())
}

#[test]
fn four_walls_and_two_masons_take_six_days() {
    let dir = tempfile::tempdir().unwrap();
    // 3 + 3 and 5 + 1 days: no order is shorter.
    let walls = file(dir.path(), &programme(&[3, 5, 3, 1], &[]));
    let run = level(&[&walls]);
    insta::assert_snapshot!(run.transcript(dir.path()), @r#"
    exit 0
    --- stdout
    walls.xml (mspdi, rules of msp), finish 2026-01-09 17:00
    levelled (4999 schedules, seed 1): finish +3 d, 2026-01-12 17:00; 2 activities move, 2 are held; beyond the limits 32 h before, 0 h after

    resources
      id  resource  limit  peak before  peak after  over before h  over after h
      M   Mason         2            4           2             32             0

    activities that move
      id  name    start before      start after       finish after      moved d  held h  waits for
       2  Wall 2  2026-01-05 08:00  2026-01-06 08:00  2026-01-12 17:00     +1 d       8  Mason
       3  Wall 3  2026-01-05 08:00  2026-01-08 08:00  2026-01-12 17:00     +3 d      24  Mason

    warning[G0618]: something that a programme states is not computed (4 times)
      --> walls.xml: Task 1 "Wall 1": levelling delays it by 480 min
      --> walls.xml: Task 2 "Wall 2": levelling delays it by 480 min
      --> walls.xml: Task 3 "Wall 3": levelling delays it by 480 min
      and 1 more
      hint: groma explain G0618
    --- stderr
    "#);
    let json = level(&[&walls, "--format", "json"]).json();
    assert_eq!(json["finish_after"], "2026-01-12T17:00");
    let mason = &json["resources"][0];
    assert_eq!(
        (&mason["limit"], &mason["peak_before"], &mason["peak_after"]),
        (&2.0.into(), &4.0.into(), &2.0.into())
    );
    // The work of the first day: three walls and the fourth, of two masons.
    assert_eq!(
        mason["histogram"][0],
        serde_json::json!({"from": "2026-01-05", "before": 4.0, "after": 2.0, "limit": 2.0})
    );
    // Beyond two: 2 on the first day, 1 on the next two.
    assert_eq!((&mason["over_before_h"], &mason["over_after_h"]), (&32.0.into(), &0.0.into()));
    let csv = level(&[&walls, "--format", "csv"]).stdout;
    assert!(csv.starts_with("project,id,name,start_before,finish_before,start_after,"), "{csv}");
}

#[test]
fn what_is_written_says_the_same_in_each_format() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[3, 5, 3, 1, 2], &[(1, 5)]));
    let json = level(&[&walls, "--format", "json"]).json();
    for ending in ["xml", "xer", "json"] {
        let to = dir.path().join(format!("levelled.{ending}"));
        let to = to.to_str().unwrap();
        let run = level(&[&walls, "--write", to]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let solved = groma(["schedule", "solve", to, "--profile", "msp", "--format", "json"]).json();
        assert_eq!(solved["programme"]["finish"], json["finish_after"], "{ending}");
        for activity in json["activities"].as_array().unwrap() {
            let same =
                solved["activities"].as_array().unwrap().iter().find(|a| a["name"] == activity["name"]);
            assert_eq!(same.unwrap()["start"], activity["start_after"], "{ending}: {activity}");
        }
        // A levelled programme is level.
        let again = level(&[to, "--profile", "msp", "--format", "json"]).json();
        assert_eq!((&again["finish_days"], &again["moved"]), (&0.0.into(), &0.into()), "{ending}");
    }
    let text = std::fs::read_to_string(dir.path().join("levelled.xml")).unwrap();
    let held = json["activities"].as_array().unwrap().iter().filter(|a| !a["held_until"].is_null()).count();
    assert!(held > 0);
    assert_eq!(text.matches("<ConstraintType>4</ConstraintType>").count(), held);
    assert_eq!(text.matches("<LevelingDelay>0</LevelingDelay>").count(), held);
}

#[test]
fn smoothing_and_levelling_within_the_float_keep_the_finish() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[6, 2, 2, 2], &[]));
    let json = level(&[&walls, "--smooth", "--limit", "Mason=9", "--format", "json"]).json();
    assert_eq!((&json["mode"], &json["finish_days"]), (&"smooth".into(), &0.0.into()));
    assert_eq!(
        (&json["resources"][0]["peak_before"], &json["resources"][0]["peak_after"]),
        (&4.0.into(), &2.0.into())
    );
    // One mason cannot do it within the float: what lacks is named, and the gate says so.
    let run = level(&[&walls, "--within-float", "--limit", "mason=1"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stdout.contains("finish stays") && run.stdout.contains("G0621"), "{}", run.stdout);
    let run = level(&[&walls, "--limit", "M=1", "--format", "json"]);
    assert_eq!(run.json()["finish_after"], "2026-01-20T17:00");
    let none = level(&[&walls, "--limit", "Mason=0"]);
    assert_eq!(none.code, Some(1), "{}", none.stderr);
    assert!(none.stdout.contains("G0620"), "{}", none.stdout);
}

#[test]
fn a_page_shows_use_and_dates_before_and_after() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[3, 5, 3, 1], &[]));
    let page = level(&[&walls, "--format", "html"]).stdout;
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{page}");
    assert_eq!(page.matches("<svg").count(), 3);
    for word in ["href=", "src=", "url(", "@import", "<script"] {
        assert!(!page.contains(word), "{word} is in the page");
    }
    assert!(page.contains("Mason (limit 2, peak 4 before, 2 after)"), "{page}");
}

#[test]
fn threads_change_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[3, 5, 3, 1, 2, 4, 6, 2, 3], &[(1, 5), (2, 6), (3, 7)]));
    let run = |threads: &str| {
        let run = level(&[&walls, "--format", "json", "--schedules", "900", "--threads", threads]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    let one = run("1");
    assert_eq!([&run("2"), &run("8")], [&one, &one]);
}

#[test]
fn mistakes_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[1], &[]));
    let check = |arguments: &[&str], expect: &str| {
        let run = level(&[&[walls.as_str()], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        assert!(run.stderr.contains(expect), "{expect:?} is not in\n{}", run.stderr);
    };
    check(&["--limit", "Carpenter=2"], "there is no resource \"Carpenter\"\n  hint: there are Mason");
    check(&["--limit", "Mason=-1"], "is no number of units, 0 or more");
    check(&["--limit", "Mason=NaN"], "is no number of units, 0 or more");
    check(&["--limit", "Mason"], "write RESOURCE=UNITS");
    check(&["--schedules", "0"], "0 is not in 1..");
    check(&["--budget", "0s"], "write a time of 1ms to 24h");
    check(&["--budget", "soon"], "write a time of 1ms to 24h");
    check(&["--budget", "1s", "--schedules", "5"], "cannot be used with");
    check(&["--write", "levelled.mpp"], "the ending \"mpp\" says no format");
    if cfg!(not(feature = "exact")) {
        check(&["--exact"], "this groma is built without proofs\n  hint: cargo build");
    }
    let text = programme(&[1], &[]).replace("<ResourceUID>1<", "<ResourceUID>-65535<");
    let run = level(&[&file(dir.path(), &text)]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("there is nothing to level\n  hint: "), "{}", run.stderr);
}

#[cfg(feature = "exact")]
#[test]
fn a_proof_ends_where_the_search_did() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[3, 5, 3, 1], &[]));
    let json = level(&[&walls, "--exact=60s", "--format", "json"]).json();
    assert_eq!((&json["bound"], &json["is_proven"]), (&"2026-01-12T17:00".into(), &true.into()));
}

#[test]
fn a_scenario_is_levelled_before_it_is_compared() {
    let dir = tempfile::tempdir().unwrap();
    let walls = file(dir.path(), &programme(&[3, 5, 3, 1], &[]));
    let scenario = dir.path().join("s.toml");
    let finish = |run: &str| {
        std::fs::write(&scenario, format!("[scenario]\nname = \"x\"\n[run]\n{run}\n")).unwrap();
        let json = groma(["whatif", &walls, scenario.to_str().unwrap(), "--format", "json"]).json();
        let outcomes = json["scenarios"].as_array().unwrap();
        outcomes.last().unwrap()["finish"].as_str().unwrap().to_owned()
    };
    assert_eq!(finish("level = false"), "2026-01-09T17:00");
    assert_eq!(finish("level = true"), "2026-01-12T17:00");
}

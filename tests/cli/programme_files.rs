//! What is said of a programme's file: what was dropped or assumed, what another program makes of it.

use crate::schedule::{BASE, file, schedule};

#[test]
fn columns_that_nobody_knows_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let table = file(dir.path(), "t.csv", "id,Tage,colour,duration\nA,5,red,3\n");
    let codes = |arguments: &[&str]| -> Vec<String> {
        let json = schedule(&[&["inspect", &table, "--format", "json"], arguments].concat()).json();
        let all = json["diagnostics"].as_array().unwrap();
        let unknown = all.iter().filter(|d| d["code"] == "G0623");
        unknown.map(|d| d["detail"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&[]), ["Tage", "colour"]);
    assert_eq!(codes(&["--column", "duration=Tage"]), ["colour", "duration"]);
}

/// A programme of P6: one project, and with `baseline` the copy of it that was agreed on.
fn xer(baseline: bool, lone: bool) -> String {
    let project = |id: &str, name: &str, more: &str| {
        format!("%R\t{id}\t{name}\t1\t2026-01-12 08:00\t2026-01-05 08:00\t{more}\n")
    };
    let task = |id: &str, project: &str, code: &str, hours: u32, span: &str, cost: &str| {
        format!(
            "%R\t{id}\t{project}\t1\t{code}\t{code}\tTT_Task\tTK_NotStart\t{hours}\t{hours}\t{span}{cost}\n"
        )
    };
    let mut text = "ERMHDR\t8.4\n%T\tCALENDAR\n%F\tclndr_id\tclndr_name\tclndr_type\tclndr_data\n%R\t1\tfive\tCA_Base\t\n".to_owned();
    text += "%T\tPROJECT\n%F\tproj_id\tproj_short_name\tclndr_id\tlast_recalc_date\tplan_start_date\tsum_base_proj_id\torig_proj_id\n";
    if !lone {
        text += &project("10", "LIVE", "12\t");
    }
    if baseline {
        text += &project("11", "LIVE - B1", "\t10");
        text += &project("12", "LIVE - B2", "\t10");
    }
    text += "%T\tTASK\n%F\ttask_id\tproj_id\tclndr_id\ttask_code\ttask_name\ttask_type\tstatus_code\ttarget_drtn_hr_cnt\tremain_drtn_hr_cnt\ttarget_start_date\ttarget_end_date\n";
    if !lone {
        text += &task("100", "10", "A", 40, "2026-01-12 08:00\t2026-01-16 17:00", "");
        text += &task("101", "10", "B", 40, "2026-01-19 08:00\t2026-01-23 17:00", "");
    }
    if baseline {
        text += &task("110", "11", "A", 16, "2026-01-05 08:00\t2026-01-06 17:00", "");
        text += &task("120", "12", "A", 24, "2026-01-05 08:00\t2026-01-07 17:00", "");
    }
    text += "%T\tTASKPRED\n%F\ttask_pred_id\ttask_id\tpred_task_id\tpred_type\tlag_hr_cnt\n";
    if !lone {
        text += "%R\t1\t101\t100\tPR_FS\t0\n";
    }
    text + "%E\n"
}

#[test]
fn a_copy_of_a_project_of_p6_is_its_baseline() {
    let dir = tempfile::tempdir().unwrap();
    let both = file(dir.path(), "both.xer", xer(true, false));
    let solved = schedule(&["solve", &both, "--format", "json"]).json();
    assert_eq!(
        solved["activities"].as_array().unwrap().len(),
        2,
        "the copies are no activities of their own"
    );
    assert_eq!(solved["programme"]["projects"].as_array().unwrap().len(), 1);
    // The one that P6 takes is the first: 24 hours due, none done. The other has 16.
    let budget = |arguments: &[&str]| {
        let run = schedule(&[&["earned", &both, "--format", "json"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.json()["whole"]["hours"]["bac"].as_f64()
    };
    assert_eq!((budget(&[]), budget(&["--baseline", "1"])), (Some(24.0), Some(16.0)));
    // A file of nothing but copies is what somebody wants to see.
    let copies = file(dir.path(), "copies.xer", xer(true, true));
    let json = schedule(&["inspect", &copies, "--format", "json"]).json();
    assert_eq!(json["programme"]["projects"].as_array().unwrap().len(), 2);
}

#[test]
fn a_baseline_may_be_another_file() {
    let dir = tempfile::tempdir().unwrap();
    let now = file(dir.path(), "now.xer", xer(false, false));
    let then = BASE.replace("\"D\", \"cal\"", "\"E\", \"cal\"").replace("\"D\"", "\"E\"");
    let then = file(dir.path(), "then.json", then);
    let run =
        schedule(&["earned", &now, "--baseline", &then, "--at", "2026-01-12T08:00", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let json = run.json();
    // A and B as they were: 40 and 80 hours, of which A was to be done in the first week.
    assert_eq!(
        (&json["whole"]["hours"]["bac"], &json["whole"]["hours"]["pv"]),
        (&120.0.into(), &40.0.into()),
        "{json}"
    );
    let other = file(dir.path(), "other.csv", "id,duration\nX,3\n");
    let run = schedule(&["earned", &now, "--baseline", &other]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("no activity in common"), "{}", run.stderr);
    let run = schedule(&["earned", &now, "--baseline", "3"]);
    assert!(run.code == Some(2) && run.stderr.contains("has no baseline 3"), "{}", run.stderr);
}

#[test]
fn a_programme_for_another_program_says_which_dates_it_will_show() {
    let dir = tempfile::tempdir().unwrap();
    // Of a data date after the start Project knows nothing.
    let from_start = || {
        xer(false, false).replace("2026-01-12 08:00\t2026-01-05 08:00", "2026-01-12 08:00\t2026-01-12 08:00")
    };
    // No later than a date moves early dates by the rules of Microsoft Project, and not by those of P6.
    let held = from_start().replace("\tstatus_code\t", "\tcstr_type\tcstr_date\tstatus_code\t");
    let rows = |text: &str, code: &str, cells: &str| {
        text.replace(&format!("{code}\tTT_Task\t"), &format!("{code}\tTT_Task\t{cells}\t"))
    };
    let held = rows(&rows(&held, "A", "\t"), "B", "CS_MSOB\t2026-01-13 08:00");
    let source = file(dir.path(), "p6.xer", &held);
    let target = dir.path().join("msp.xml");
    let run = schedule(&["convert", &source, "-o", target.to_str().unwrap()]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let expect = "[G0624] the program that the file is for computes other dates: 1 activity gets other dates by the rules of Microsoft Project: \"B\"";
    assert!(run.stderr.contains(expect), "{}", run.stderr);
    let plain = file(dir.path(), "plain.xer", from_start());
    let run = schedule(&["convert", &plain, "-o", target.to_str().unwrap()]);
    assert!(run.code == Some(0) && !run.stderr.contains("G0624"), "{}", run.stderr);
    // Started, and nothing is left of it: Microsoft Project asks when it was finished.
    let done = from_start()
        .replace("\ttarget_start_date", "\tact_start_date\ttarget_start_date")
        .replace("TK_NotStart\t40\t40\t2026-01-12", "TK_Active\t40\t0\t2026-01-05 08:00\t2026-01-12")
        .replace("TK_NotStart\t40\t40\t2026-01-19", "TK_NotStart\t40\t40\t\t2026-01-19");
    let done = file(dir.path(), "done.xer", done);
    assert_eq!(schedule(&["convert", &done, "-o", target.to_str().unwrap()]).code, Some(0));
    let xml = std::fs::read_to_string(&target).unwrap();
    assert!(xml.contains("<PercentComplete>100</PercentComplete>"), "{xml}");
    assert_eq!(xml.matches("<ActualFinish>2026-01-12T08:00:00</ActualFinish>").count(), 1, "{xml}");
}

/// B started before A was done.
const STARTED: &str = r#"{"data_date": "2026-01-12T08:00", "start": "2026-01-05T08:00",
"calendars": [{"days": [1, 2, 3, 4, 5], "hours": [[8, 12], [13, 17]], "hol": []}],
"acts": [{"id": "A", "cal": 0, "dur_h": 40}, {"id": "B", "cal": 0, "dur_h": 40, "status": "active", "as": "2026-01-05T08:00", "rem_h": 16}],
"rels": [["A", "B", "FS", 0]]}"#;

#[test]
fn the_rule_of_progress_is_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let base = file(dir.path(), "started.json", STARTED);
    let finish = |arguments: &[&str]| {
        let run = schedule(&[&["solve", &base, "--format", "json"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.json()["activities"][1]["finish"].as_str().unwrap().to_owned()
    };
    assert_eq!(finish(&[]), "2026-01-20T17:00");
    assert_eq!(finish(&["--progress", "retained-logic"]), "2026-01-20T17:00");
    assert_eq!(finish(&["--progress", "progress-override"]), "2026-01-13T17:00");
    assert_eq!(finish(&["--progress", "actual-dates"]), "2026-01-13T17:00");
}

#[test]
fn forecasts_before_the_data_date_are_no_dates() {
    let dir = tempfile::tempdir().unwrap();
    let task = |uid: u32, start: &str, finish: &str| {
        format!(
            "<Task><UID>{uid}</UID><Name>T{uid}</Name><Type>1</Type><Duration>PT8H0M0S</Duration><Start>{start}:00</Start><Finish>{finish}:00</Finish></Task>"
        )
    };
    let tasks =
        task(1, "2026-01-06T08:00", "2026-01-06T17:00") + &task(2, "2026-01-13T08:00", "2026-01-13T17:00");
    let text = format!(
        "<Project xmlns=\"http://schemas.microsoft.com/project\"><StartDate>2026-01-05T08:00:00</StartDate><StatusDate>2026-01-12T08:00:00</StatusDate><Tasks>{tasks}</Tasks></Project>"
    );
    let base = file(dir.path(), "forecast.xml", text);
    let json = schedule(&["health", &base, "--format", "json"]).json();
    let all = json["checks"].as_array().unwrap();
    let check = all.iter().find(|c| c["name"] == "invalid-dates").unwrap();
    let names: Vec<&str> =
        check["activities"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    // By its logic the second starts with the project too, and so before the data date.
    assert!(names.contains(&"T1"), "{check}");
}

#[test]
fn a_calendar_of_ifc_without_hours_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let ifc = |calendar: &str| {
        let text = format!(
            "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n\
            {calendar}\
            #2=IFCTASKTIME($,$,.PREDICTED.,.WORKTIME.,'P5D','2026-01-05T08:00:00','2026-01-09T17:00:00',$,$,$,$,$,$,$,$,$,$,$,$,$);\n\
            #3=IFCTASK('0aaaaaaaaaaaaaaaaaaaa3',$,'Dig',$,$,'A',$,$,$,.F.,$,#2,$);\n\
            #4=IFCRELASSIGNSTOCONTROL('0aaaaaaaaaaaaaaaaaaaa4',$,$,$,(#3),$,#1);\nENDSEC;\nEND-ISO-10303-21;\n"
        );
        let run = schedule(&["inspect", &file(dir.path(), "tasks.ifc", text), "--format", "json"]);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        let json = run.json();
        let all = json["diagnostics"].as_array().unwrap().iter();
        all.map(|d| d["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let bare = "#1=IFCWORKCALENDAR('0aaaaaaaaaaaaaaaaaaaa1',$,'Site',$,$,$,$,$,$);\n";
    // Of a file of tasks alone no unit of length is missed.
    assert_eq!(ifc(bare), ["G0625"]);
    let times = |periods: &str| {
        format!(
            "#1=IFCWORKCALENDAR('0aaaaaaaaaaaaaaaaaaaa1',$,'Site',$,$,$,(#5),$,$);\n#5=IFCWORKTIME('week',$,$,#6,$,$);\n#6=IFCRECURRENCEPATTERN(.WEEKLY.,$,(1,2,3,4,5),$,$,$,$,{periods});\n#7=IFCTIMEPERIOD('07:00:00','15:00:00');\n"
        )
    };
    assert_eq!(ifc(&times("$")), ["G0625"]);
    assert_eq!(ifc(&times("(#7)")), [""; 0]);
}

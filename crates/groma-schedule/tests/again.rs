//! What a file says beyond dates, links and names is still there once it is written again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_model::codes;
use groma_schedule::{
    Network, ReadOptions, Schedule, WriteFormat, read, solve, stated_dates, stated_profile, write,
};

fn parsed(text: &str) -> (Schedule, Vec<String>) {
    let (schedule, said) = read(text.as_bytes(), &ReadOptions::labelled("x")).unwrap();
    (schedule, said.iter().map(ToString::to_string).collect())
}

/// The file read and written again.
fn again(text: &str, format: WriteFormat) -> (String, Vec<String>) {
    let (schedule, _) = parsed(text);
    let dates = solve(&Network::compile(&schedule, stated_profile(&schedule)).0);
    let (bytes, lost) = write(&schedule, &stated_dates(&schedule, &dates), format);
    let lost = lost.iter().map(|d| d.detail.clone().unwrap_or_default()).collect();
    (String::from_utf8(bytes).unwrap(), lost)
}

const XER: &str = "ERMHDR\t19.12\n%T\tPROJECT\n%F\tproj_id\tproj_short_name\tclndr_id\tlast_recalc_date\tplan_start_date\n%R\t1\tP\t1\t2026-01-05 08:00\t2026-01-05 08:00\n%T\tCALENDAR\n%F\tclndr_id\tdefault_flag\tclndr_name\tproj_id\tclndr_type\trsrc_private\tclndr_data\n%R\t1\tN\t5x8\t1\tCA_Project\tY\t\n%T\tSCHEDOPTIONS\n%F\tschedoptions_id\tproj_id\tsched_outer_depend_type\tsched_lag_early_start_flag\tsched_retained_logic\tlevel_float_thrs_cnt\n%R\t77\t1\tSD_None\tN\tY\t3\n%T\tRSRC\n%F\trsrc_id\trsrc_name\trsrc_short_name\trsrc_type\tdef_qty_per_hr\n%R\t1\tCrew\tC\tRT_Labor\t0.5\n%T\tRSRCRATE\n%F\trsrc_rate_id\trsrc_id\tmax_qty_per_hr\tcost_per_qty\tstart_date\tcost_per_qty2\n%R\t9\t1\t1\t50\t2026-01-01 00:00\t75\n%T\tTASK\n%F\ttask_id\tproj_id\twbs_id\tclndr_id\ttask_code\ttask_name\ttask_type\tstatus_code\ttarget_drtn_hr_cnt\tremain_drtn_hr_cnt\texternal_early_start_date\texternal_late_end_date\n%R\t1\t1\t\t1\tA1\tone\tTT_Task\tTK_NotStart\t8\t8\t2026-02-02 08:00\t2026-03-02 16:00\n%R\t2\t1\t\t1\tA2\ttwo\tTT_Task\tTK_NotStart\t8\t8\t\t\n%T\tTASKPRED\n%F\ttask_pred_id\ttask_id\tpred_task_id\tproj_id\tpred_proj_id\tpred_type\tlag_hr_cnt\tcomments\n%R\t5\t2\t1\t1\t1\tPR_FS\t0\tby contract\n%T\tTASKRSRC\n%F\ttaskrsrc_id\ttask_id\trsrc_id\ttarget_qty_per_hr\ttarget_qty\tact_reg_qty\tact_ot_qty\tremain_qty\tact_reg_cost\tact_ot_cost\n%R\t1\t1\t1\t1\t8\t2\t1\t5\t100\t75\n%E\n";

/// A cell of a table of an XER.
fn cell<'t>(text: &'t str, table: &str, column: &str) -> &'t str {
    let mut lines = text.lines().skip_while(|l| l.trim_end() != format!("%T\t{table}")).skip(1);
    let head: Vec<&str> = lines.next().unwrap().trim_end().split('\t').collect();
    let row: Vec<&str> = lines.next().unwrap().trim_end_matches('\r').split('\t').collect();
    head.iter().position(|c| *c == column).and_then(|k| row.get(k)).copied().unwrap_or("(no such column)")
}

#[test]
fn an_xer_keeps_the_columns_that_become_nothing_of_the_schedule() {
    let (text, _) = again(XER, WriteFormat::Xer);
    for (table, column, expect) in [
        ("CALENDAR", "proj_id", "1"),
        ("CALENDAR", "default_flag", "N"),
        ("CALENDAR", "rsrc_private", "Y"),
        ("SCHEDOPTIONS", "schedoptions_id", "77"),
        ("SCHEDOPTIONS", "sched_outer_depend_type", "SD_None"),
        ("SCHEDOPTIONS", "sched_lag_early_start_flag", "N"),
        ("SCHEDOPTIONS", "level_float_thrs_cnt", "3"),
        ("RSRC", "def_qty_per_hr", "0.5"),
        ("RSRCRATE", "cost_per_qty2", "75"),
        ("TASK", "external_early_start_date", "2026-02-02 08:00"),
        ("TASK", "external_late_end_date", "2026-03-02 16:00"),
        ("TASKPRED", "comments", "by contract"),
        ("TASKRSRC", "act_reg_qty", "2"),
        ("TASKRSRC", "act_ot_qty", "1"),
        ("TASKRSRC", "act_reg_cost", "100"),
        ("TASKRSRC", "act_ot_cost", "75"),
    ] {
        assert_eq!(cell(&text, table, column), expect, "{table}.{column}");
    }
    let (first, second) = (parsed(XER).0, parsed(&text).0);
    assert_eq!(first.links, second.links);
    assert_eq!((&first.resources, &first.calendars), (&second.resources, &second.calendars));
    assert_eq!(first.assignments[0].actual_work, 180.0);
}

fn mspdi(tasks: &str, rest: &str) -> String {
    format!(
        "<Project xmlns=\"http://schemas.microsoft.com/project\"><StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><Name>S</Name><WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>16:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays></Calendar></Calendars><Tasks>{tasks}</Tasks>{rest}</Project>"
    )
}

#[test]
fn an_mspdi_keeps_its_outline_its_seconds_and_what_it_says_of_links_and_baselines() {
    let tasks = "<Task><UID>0</UID><Name>All</Name><OutlineLevel>0</OutlineLevel><Summary>1</Summary></Task>\
        <Task><UID>1</UID><Name>Part</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>\
        <Task><UID>2</UID><Name>A</Name><OutlineLevel>2</OutlineLevel><Duration>PT8H0M20S</Duration><Type>1</Type><Start>2026-01-05T08:00:10</Start></Task>\
        <Task><UID>3</UID><Name>B</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration><Type>1</Type>\
        <PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type><CrossProject>1</CrossProject><CrossProjectName>x.mpp</CrossProjectName><LinkLag>4805</LinkLag><LagFormat>5</LagFormat></PredecessorLink>\
        <Baseline><Number>2</Number><Start>2026-01-05T08:00:00</Start><DurationFormat>21</DurationFormat><FixedCost>9</FixedCost></Baseline></Task>";
    let resource =
        "<Resources><Resource><UID>1</UID><Name>R</Name><CalendarUID>-1</CalendarUID></Resource></Resources>";
    let (text, _) = again(&mspdi(tasks, resource), WriteFormat::Mspdi);
    let flat = text.replace(['\n', ' '], "");
    for (uid, level) in [(0, 0), (1, 1), (2, 2), (3, 1)] {
        let task = flat.split("<Task>").skip(1).find(|t| t.contains(&format!("<UID>{uid}</UID>"))).unwrap();
        assert!(task.contains(&format!("<OutlineLevel>{level}</OutlineLevel>")), "{task}");
    }
    for part in [
        "<Duration>PT8H0M20S</Duration>",
        "<Start>2026-01-05T08:00:10</Start>",
        "<CrossProject>1</CrossProject><CrossProjectName>x.mpp</CrossProjectName><LinkLag>4805</LinkLag><LagFormat>5</LagFormat>",
        "<DurationFormat>21</DurationFormat>",
        "<FixedCost>9</FixedCost></Baseline>",
        "<CalendarUID>-1</CalendarUID>",
    ] {
        assert!(flat.contains(part), "{part} is not in {flat}");
    }
}

#[test]
fn what_a_file_of_project_refers_to_and_does_not_hold_is_named() {
    let tasks = "<Task><UID>1</UID><Name>A</Name><Duration>PT8H0M0S</Duration><ConstraintType>4</ConstraintType></Task>\
        <Task><UID>2</UID><Name>B</Name><Duration>PT8H0M0S</Duration><LevelingDelay>4800</LevelingDelay><PredecessorLink><PredecessorUID>1</PredecessorUID><Type>9</Type></PredecessorLink></Task>";
    let rest = "<ScheduleFromStart>0</ScheduleFromStart><Resources><Resource><UID>1</UID><Name>R</Name><CalendarUID>7</CalendarUID></Resource></Resources>\
        <Assignments><Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>55</ResourceUID><Units>1</Units></Assignment>\
        <Assignment><UID>2</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units><Delay>600</Delay></Assignment>\
        <Assignment><UID>3</UID><TaskUID>2</TaskUID><ResourceUID>-65535</ResourceUID><Units>1</Units></Assignment></Assignments>";
    let (_, said) = parsed(&mspdi(tasks, rest));
    for part in [
        "constraint SNET without a date",
        "link type \"9\", taken as FS",
        "Resource 1 \"R\": 7",
        "Assignment 1: resource 55",
        "planned backward from its finish",
        "levelling delays it by 480 min",
        "assignment 2 to 2 \"B\" begins 60 min late",
    ] {
        assert_eq!(said.iter().filter(|s| s.contains(part)).count(), 1, "{part}: {said:?}");
    }
    assert_eq!(said.len(), 7, "{said:?}");
}

#[test]
fn a_table_names_what_it_has_no_column_for() {
    let (_, lost) = again(XER, WriteFormat::Csv);
    for part in
        ["1 data dates", "1 resources", "1 assignments", "1 dates of other projects", "rules of scheduling"]
    {
        assert!(lost.iter().any(|l| l.contains(part)), "{part}: {lost:?}");
    }
    let (_, nothing) = again("id,duration,start\nA,5d,2026-01-05\n", WriteFormat::Csv);
    assert_eq!(nothing, ["1 project starts, which are told by the first start alone"]);
}

#[test]
fn a_table_without_dates_says_so_and_takes_a_start() {
    let text = "id,duration,predecessors\nA,5d,\nB,5d,A\n";
    let (_, said) = read(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(said.counts().get(&codes::NO_START), Some(&1));
    let start = groma_schedule::Time::parse("2026-05-04T08:00");
    let options = ReadOptions { start, ..ReadOptions::default() };
    let (schedule, said) = read(text.as_bytes(), &options).unwrap();
    assert!(said.is_empty(), "{said:?}");
    let dates = solve(&Network::compile(&schedule, stated_profile(&schedule)).0);
    assert_eq!(dates.finish[0].unwrap().to_string(), "2026-05-15T17:00");
    // A day of ten hours.
    let options = ReadOptions { start, minutes_of_day: Some(600), ..ReadOptions::default() };
    let (schedule, _) = read(text.as_bytes(), &options).unwrap();
    assert_eq!(schedule.activities[0].duration, 3_000);
    let dates = solve(&Network::compile(&schedule, stated_profile(&schedule)).0);
    assert_eq!(dates.finish[0].unwrap().to_string(), "2026-05-15T18:00");
}

#[test]
fn a_programme_by_other_rules_says_which_dates_move() {
    // Start no later than moves early dates by the rules of Microsoft Project, and not by those of P6.
    let tasks = "<Task><UID>1</UID><Name>A</Name><Duration>PT40H0M0S</Duration><Type>1</Type></Task>\
        <Task><UID>2</UID><Name>B</Name><Duration>PT8H0M0S</Duration><Type>1</Type><ConstraintType>5</ConstraintType><ConstraintDate>2026-01-05T08:00:00</ConstraintDate>\
        <PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink></Task>";
    let (_, lost) = again(&mspdi(tasks, ""), WriteFormat::Xer);
    assert!(
        lost.iter().any(|l| l.starts_with("1 activity gets other dates") && l.contains("\"B\"")),
        "{lost:?}"
    );
    let plain = tasks.replace("<ConstraintType>5</ConstraintType>", "<ConstraintType>0</ConstraintType>");
    assert_eq!(again(&mspdi(&plain, ""), WriteFormat::Xer).1, [""; 0]);
}

#[test]
fn more_than_fifty_of_a_kind_are_all_counted() {
    let rows: String = (0..80).map(|k| format!("A{k},{k}x\n")).collect();
    let (_, said) = read(format!("id,duration\n{rows}").as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(said.counts().get(&codes::UNREADABLE_NUMBER), Some(&80));
}

#[test]
fn tables_are_read_as_programs_write_them() {
    let text = "id,name,duration,start,resources,cost,relationships\n1.1,Dig,2d16h,05-Jan-26 A,Crew 1[2],\"1,250.50\",11FS12\n1.2,Pour,3 days?,13/04/2026 8:00 AM,Crew 1;Pump,,\n";
    let (s, said) = parsed(text);
    assert!(said.is_empty(), "{said:?}");
    assert_eq!((s.activities[0].duration, s.activities[1].duration), (1_920, 1_440));
    assert_eq!(s.activities[0].actual_start.unwrap().to_string(), "2026-01-05T00:00");
    assert_eq!(s.activities[1].stored.start.unwrap().to_string(), "2026-04-13T08:00");
    assert_eq!((s.activities[0].fixed_cost, s.resources.len(), s.assignments.len()), (1_250.5, 2, 3));
    assert_eq!((s.assignments[0].units, s.assignments[0].work), (2.0, 3_840.0));
    assert_eq!((s.links.len(), s.links[0].successor.at()), (1, 1));
}

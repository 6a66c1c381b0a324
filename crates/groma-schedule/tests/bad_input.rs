//! What is wrong with a programme's file is named and counted, and the rest is read.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_model::{Code, codes};
use groma_schedule::{
    Activity, Dates, Network, Profile, ReadError, ReadOptions, Schedule, Status, read, solve, stated_profile,
};
use std::time::{Duration, Instant};

/// The schedule, how often each code was said, and the details.
struct Found {
    schedule: Schedule,
    dates: Dates,
    said: Vec<(Code, String)>,
}

impl Found {
    fn count(&self, code: Code) -> usize {
        self.said.iter().filter(|(c, _)| *c == code).count()
    }

    fn details(&self, code: Code) -> Vec<&str> {
        self.said.iter().filter(|(c, _)| *c == code).map(|(_, d)| d.as_str()).collect()
    }

    fn activity(&self, code: &str) -> &Activity {
        self.schedule.activities.iter().find(|a| a.code == code).unwrap()
    }
}

fn found(bytes: impl AsRef<[u8]>) -> Found {
    with(bytes, &ReadOptions::labelled("file")).unwrap()
}

fn with(bytes: impl AsRef<[u8]>, options: &ReadOptions) -> Result<Found, ReadError> {
    let start = Instant::now();
    let (schedule, mut diagnostics) = read(bytes.as_ref(), options)?;
    let (network, more) = Network::compile(&schedule, stated_profile(&schedule));
    diagnostics.extend(more);
    let dates = solve(&network);
    // The other rules hold out as well.
    solve(&Network::compile(&schedule, Profile::Msp).0);
    assert!(start.elapsed() < Duration::from_secs(10));
    let said = diagnostics.iter().map(|d| (d.code, d.detail.clone().unwrap_or_default())).collect();
    Ok(Found { schedule, dates, said })
}

/// An XER with a calendar, a project, and these rows of activities and links.
fn xer(tasks: &[&str], links: &[&str]) -> String {
    let rows =
        |rows: &[&str]| rows.iter().map(|r| format!("%R\t{}\r\n", r.replace('|', "\t"))).collect::<String>();
    format!(
        "ERMHDR\t19.12\r\n%T\tCALENDAR\r\n%F\tclndr_id\tclndr_name\tclndr_data\r\n%R\t1\tSite\t(0||CalendarData()((0||DaysOfWeek()((0||2()((0||0(s|08:00|f|16:00)())))(0||3()((0||0(s|08:00|f|16:00)())))))))\r\n\
         %T\tPROJECT\r\n%F\tproj_id\tproj_short_name\tclndr_id\tplan_start_date\r\n%R\t1\tP\t1\t2026-01-05 08:00\r\n\
         %T\tTASK\r\n%F\ttask_id\tproj_id\tclndr_id\ttask_code\ttask_name\ttarget_drtn_hr_cnt\tcstr_type\tcstr_date\tact_start_date\tact_end_date\r\n{}\
         %T\tTASKPRED\r\n%F\ttask_id\tpred_task_id\tpred_type\tlag_hr_cnt\r\n{}%E\r\n",
        rows(tasks),
        rows(links)
    )
}

fn json(calendars: &str, acts: &str, rels: &str) -> String {
    format!(
        r#"{{"start": "2026-01-05T08:00", "calendars": [{calendars}], "acts": [{acts}], "rels": [{rels}]}}"#
    )
}

#[test]
fn a_loop_is_named_with_its_path_and_all_have_dates() {
    let act = |id: &str| format!(r#"{{"id": "{id}", "dur_h": 8}}"#);
    let rel = |a: &str, b: &str| format!(r#"["{a}", "{b}", "FS", 0]"#);
    let acts = ["A", "B", "C", "D"].map(act).join(",");
    let rels = [rel("A", "B"), rel("B", "C"), rel("C", "B"), rel("C", "D"), rel("D", "D")].join(",");
    let found = found(json("", &acts, &rels));
    let loops = found.details(codes::SCHEDULE_LOOP);
    assert_eq!(loops.len(), 2, "{loops:?}");
    assert!(
        loops.iter().any(|l| ["B > C > B", "C > B > C"].contains(l)) && loops.contains(&"D > D"),
        "{loops:?}"
    );
    assert!(found.dates.activities.iter().all(Option::is_some));
}

#[test]
fn dates_before_1900_and_after_2200_are_named_and_left_out() {
    let rows = ["1|1|1|A|Old|8|CS_MSOA|1899-12-31 08:00||", "2|1|1|B|New|8|CS_MSOA|2201-01-01 08:00||"];
    let found = found(xer(&rows, &[]));
    assert_eq!(found.count(codes::UNREADABLE_DATE), 2, "{:?}", found.said);
    assert_eq!(found.activity("A").constraint.unwrap().date, None);
}

#[test]
fn what_is_said_too_often_is_counted() {
    let rows: Vec<String> = (0..80).map(|k| format!("{k}|1|1|A{k}|x|8|CS_MSOA|2026-02-30||")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let found = found(xer(&rows, &[]));
    let details = found.details(codes::UNREADABLE_DATE);
    assert_eq!((details.len(), details[50]), (51, "and 30 more"));
}

#[test]
fn dates_that_could_be_two_are_errors_with_their_row() {
    let head = "id,duration,start\n";
    let ambiguous = format!("{head}A,5d,03/04/2026\nB,5d,05/06/2026\n");
    let said = found(&ambiguous);
    let details = said.details(codes::UNREADABLE_DATE);
    assert_eq!(details.len(), 2, "{:?}", said.said);
    assert!(details[0].contains("line 2") && details[0].contains("03/04/2026"), "{details:?}");
    // One date tells for all.
    let told = found(format!("{ambiguous}C,5d,31/12/2026\n"));
    assert_eq!(told.count(codes::UNREADABLE_DATE), 0, "{:?}", told.said);
    assert_eq!(told.activity("A").stored.start.unwrap().to_string(), "2026-04-03T00:00");
    // Two that tell different things tell nothing.
    let both = found(format!("{ambiguous}C,5d,31/12/2026\nD,5d,12/31/2026\n"));
    assert!(both.count(codes::UNREADABLE_DATE) > 0, "{:?}", both.said);
    let mut options = ReadOptions::labelled("file");
    options.dates = groma_schedule::DateOrder::MonthFirst;
    let stated = with(&ambiguous, &options).unwrap();
    assert_eq!(stated.activity("A").stored.start.unwrap().to_string(), "2026-03-04T00:00");
}

#[test]
fn a_calendar_without_work_is_named() {
    let never = r#"{"name": "never", "days": [], "hours": [[8, 16]], "hol": []}"#;
    let found = found(json(never, r#"{"id": "A", "cal": 0, "dur_h": 8}"#, ""));
    assert_eq!(found.details(codes::CALENDAR_WITHOUT_WORK), ["\"never\""]);
    assert!(found.dates.activities[0].is_some());
}

#[test]
fn negative_durations_and_missing_calendars_are_named() {
    let found = found(xer(&["1|1|1|A|x|-8||||", "2|1|77|B|y|8||||"], &[]));
    assert_eq!((found.count(codes::NEGATIVE_DURATION), found.activity("A").duration), (1, 0));
    assert_eq!(found.count(codes::MISSING_CALENDAR), 1, "{:?}", found.said);
}

#[test]
fn links_to_nobody_and_short_rows_are_named() {
    let found =
        found(xer(&["1|1|1|A|x|8||||", "2|1", "1|1|1|A|again|8||||"], &["1|9|PR_FS|0", "1|1|PR_XX|0"]));
    assert_eq!(found.count(codes::BROKEN_LINK), 2, "{:?}", found.said);
    assert_eq!(found.count(codes::BROKEN_ROW), 1, "{:?}", found.said);
    assert_eq!(found.count(codes::DUPLICATE_ACTIVITY), 1, "{:?}", found.said);
}

#[test]
fn progress_that_contradicts_itself_is_named() {
    let found = found(xer(&["1|1|1|A|x|8|||2026-01-08 08:00|2026-01-06 16:00"], &[]));
    assert_eq!(found.count(codes::CONTRADICTORY_PROGRESS), 1, "{:?}", found.said);
    assert_eq!(found.activity("A").status, Status::Complete);
}

#[test]
fn other_encodings_are_read() {
    let text = xer(&["1|1|1|A|Fa\u{e7}ade|8||||"], &[]);
    let (cp1252, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    assert_eq!(found(cp1252).activity("A").name, "Fa\u{e7}ade");
    let mut bom = vec![0xef, 0xbb, 0xbf];
    bom.extend(text.bytes());
    assert_eq!(found(bom).activity("A").name, "Fa\u{e7}ade");
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(found(utf16).activity("A").name, "Fa\u{e7}ade");
    // It says UTF-8 and is not.
    let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks><Task><UID>1</UID><Name>Fa\xe7ade</Name></Task></Tasks></Project>";
    let said = found(xml);
    assert_eq!((said.count(codes::OTHER_ENCODING), said.activity("1").name.as_str()), (1, "Fa\u{e7}ade"));
}

#[test]
fn bombs_of_entities_and_of_depth_do_not_go_off() {
    let mut entities = "<!ENTITY a0 'ha'>".to_owned();
    for k in 1..40 {
        entities += &format!("<!ENTITY a{k} '&a{0};&a{0};&a{0};&a{0};'>", k - 1);
    }
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE Project [{entities}]><Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks><Task><UID>1</UID><Name>&a39;</Name></Task></Tasks></Project>"
    );
    let said = found(bomb);
    assert_eq!(said.activity("1").name, "&a39;");
    assert_eq!(said.details(codes::UNKNOWN_ENTITY), ["line 1: &a39;"]);
    let deep = format!("<Project>{}", "<Tasks>".repeat(1_000_000));
    let error = read(deep.as_bytes(), &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("deeper than 128 levels"), "{error}");
}

#[test]
fn a_truncated_file_is_named_and_read_as_far_as_it_goes() {
    let whole = xer(&["1|1|1|A|x|8||||", "2|1|1|B|y|8||||"], &["2|1|PR_FS|0"]);
    let cut = &whole[..whole.find("\tB\ty").unwrap() + 3];
    let said = found(cut);
    assert_eq!((said.count(codes::TRUNCATED_SCHEDULE), said.schedule.activities.len()), (1, 2));
    // Between two rows nobody can tell.
    let said = found(whole.trim_end_matches("%E\r\n"));
    assert_eq!((said.count(codes::NO_END_MARK), said.count(codes::TRUNCATED_SCHEDULE)), (1, 0));
    let xml = "<Project><Tasks><Task><UID>1</UID><Name>A</Name></Task><Task><UID>2</UID><Name>B";
    let said = found(xml);
    assert_eq!((said.count(codes::TRUNCATED_SCHEDULE), said.schedule.activities.len()), (1, 2));
}

#[test]
fn numbers_beyond_reason_are_bounded() {
    let huge = format!(r#"{{"id": "A", "dur_h": {}}}, {{"id": "B", "dur_h": 8}}"#, i64::MAX);
    let found =
        found(json("", &huge, &format!(r#"["A", "B", "FS", {}], ["A", "B", "SS", {}]"#, 1e300, -1e300)));
    assert_eq!(found.count(codes::BEYOND_REASON), 3, "{:?}", found.said);
    assert!(found.dates.activities.iter().all(Option::is_some));
}

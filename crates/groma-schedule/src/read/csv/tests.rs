//! Tables as people write them.

use super::*;
use std::sync::Arc;

fn check(text: &str, options: &ReadOptions, expect: &[&str], complaints: &[&str]) {
    let mut notes = Notes::new(&Arc::from("x"));
    let s = read(text.as_bytes(), options, &mut notes).unwrap();
    let mut lines: Vec<String> = s
        .activities
        .iter()
        .map(|a| format!("{} {} {}h {:?}", a.code, a.name, a.duration / 60, a.stored.start))
        .collect();
    lines.extend(s.links.iter().map(|l| {
        let code = |i: ActivityIndex| s.activities[i.at()].code.as_str();
        format!("{} {} {} {:?}", code(l.predecessor), l.kind.as_str(), code(l.successor), l.lag)
    }));
    assert_eq!(lines, expect);
    let told: Vec<String> = notes.finish().iter().map(|d| d.code.to_string()).collect();
    assert_eq!(told, complaints);
}

#[test]
fn links_are_read_as_people_write_them() {
    let text =
        "ID,Name,Duration,Predecessors\nA1,Dig,5d,\nA2,Pour,2.5,A1FS+2d\nA3,Cure,1w,\"A1 SS; A2FF-8h, A9\"\n";
    let expect = [
        "A1 Dig 40h None",
        "A2 Pour 20h None",
        "A3 Cure 40h None",
        "A1 FS A2 Work(960)",
        "A1 SS A3 Work(0)",
        "A2 FF A3 Work(-480)",
    ];
    check(text, &ReadOptions::default(), &expect, &["G0603"]);
}

#[test]
fn a_row_names_the_activities_of_its_own_project_first() {
    let text = "project,id,duration,predecessors\nP1,A,1d,\nP1,B,1d,A\nP2,A,2d,\nP2,B,1d,A\nP2,C,1d,D\nP1,D,3d,\nP3,E,1d,A\n";
    let mut notes = Notes::new(&Arc::from("x"));
    let s = read(text.as_bytes(), &ReadOptions::default(), &mut notes).unwrap();
    let name = |i: ActivityIndex| {
        let a = &s.activities[i.at()];
        format!("{}.{}", s.projects[a.project.at()].code, a.code)
    };
    let links: Vec<String> =
        s.links.iter().map(|l| format!("{} {}", name(l.predecessor), name(l.successor))).collect();
    assert_eq!(links, ["P1.A P1.B", "P2.A P2.B", "P1.D P2.C"]);
    // `A` of P3 may be either.
    let told: Vec<String> = notes.finish().iter().map(|d| d.code.to_string()).collect();
    assert_eq!(told, ["G0603"]);
}

#[test]
fn day_and_month_are_told_or_declared_or_refused() {
    let start = |rows: &str| format!("id,start\n{rows}");
    let told = ["a a 0h Some(2026-05-04T00:00)", "b b 0h Some(2026-05-31T00:00)"];
    check(&start("a,04/05/2026\nb,31/05/2026\n"), &ReadOptions::default(), &told, &[]);
    let american = ReadOptions { dates: DateOrder::MonthFirst, ..ReadOptions::default() };
    check(&start("a,05/04/2026\n"), &american, &told[..1], &[]);
    check(&start("a,04/05/2026\n"), &ReadOptions::default(), &["a a 0h None"], &["G0605"]);
    check(
        &start("a,2026-05-04\nb,1/1/1850\n"),
        &ReadOptions::default(),
        &[told[0], "b b 0h None"],
        &["G0605"],
    );
}

#[test]
fn a_finish_without_a_time_is_the_end_of_that_days_work() {
    let text = "id,start,finish,calendar,constraint,constraint_date\n\
        a,2026-05-04,2026-05-05,,FNLT,06/05/2026\n\
        b,4-May-26 A,5-May-26 A,24/7,SNET,2026-05-04\n\
        c,2026-05-04T08:00,2026-05-05T00:00,,FNLT,2026-05-06T12:00\n";
    let mut notes = Notes::new(&Arc::from("x"));
    let options = ReadOptions { dates: DateOrder::DayFirst, ..ReadOptions::default() };
    let s = read(text.as_bytes(), &options, &mut notes).unwrap();
    let at = |text: &str| Time::parse(text);
    let of = |k: usize| {
        let a: &Activity = &s.activities[k];
        (a.duration, a.stored.finish, a.actual_finish, a.constraint.and_then(|c| c.date))
    };
    assert_eq!(of(0), (960, at("2026-05-05T17:00"), None, at("2026-05-06T17:00")));
    let around = at("2026-05-06T00:00");
    assert_eq!(of(1), (960, around, around, at("2026-05-04T00:00")));
    assert_eq!(of(2), (480, at("2026-05-05T00:00"), None, at("2026-05-06T12:00")));
    // Days of ten hours end at six.
    let long = ReadOptions { minutes_of_day: Some(600), ..options };
    let s = read(text.as_bytes(), &long, &mut notes).unwrap();
    assert_eq!(s.activities[0].stored.finish, at("2026-05-05T18:00"));
}

#[test]
fn a_mapping_names_columns() {
    let text = "Nr;Was;Tage\n1;Aushub;5\n2;Beton;3\n";
    let columns = [("id", "Nr"), ("name", "Was"), ("duration", "Tage")];
    let columns = columns.map(|(f, c)| (f.to_owned(), c.to_owned())).to_vec();
    let options = ReadOptions { columns, ..ReadOptions::default() };
    check(text, &options, &["1 Aushub 40h None", "2 Beton 24h None"], &[]);
    let mut notes = Notes::new(&Arc::from("x"));
    assert!(read(text.as_bytes(), &ReadOptions::default(), &mut notes).is_err());
}

#[test]
fn levels_make_a_breakdown() {
    let text = "Hierarchy,Identification,Name,ScheduleDuration,Relationships\n1,1,Demolition,,\n,,,,\n2,1.1,Strip,5d,\n2,1.2,Haul,2d,\n";
    check(text, &ReadOptions::default(), &["1.1 Strip 40h None", "1.2 Haul 16h None"], &[]);
}

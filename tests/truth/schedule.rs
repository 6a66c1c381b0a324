//! Dates against Primavera P6, MPXJ and what the files themselves store.

#![allow(clippy::print_stdout, reason = "the shares that agree are what a person runs it for")]

use crate::Check;
use crate::explained::{Difference, explained, list_is_of};
use groma::schedule::{ActivityDates, Network, Profile, ReadOptions, Schedule, Time, read, solve};
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Fields that agree and fields in all, and those that do not.
#[derive(Default)]
struct Share {
    equal: usize,
    all: usize,
    differences: Vec<Difference>,
    by_field: BTreeMap<&'static str, usize>,
}

impl Share {
    fn field(&mut self, of: &str, field: &'static str, ours: &str, theirs: &str) {
        self.all += 1;
        if ours == theirs {
            self.equal += 1;
        } else {
            *self.by_field.entry(field).or_default() += 1;
            let cell = |text: &str| text.replace(['\t', '\n'], " ");
            self.differences.push((cell(of), field.to_owned(), cell(ours), cell(theirs)));
        }
    }

    /// Says the share, and fails below a floor, or where a difference is not explained.
    fn at_least(&self, floor: f64, check: &str) -> Result<(), Failed> {
        let share = self.equal as f64 / self.all.max(1) as f64;
        println!("{} of {} fields equal: {:.2} % {:?}", self.equal, self.all, share * 100.0, self.by_field);
        if self.all > 0 && share >= floor {
            return explained(check, &self.differences);
        }
        let line = |(of, field, ours, theirs): &Difference| format!("{of} {field}: {ours}, not {theirs}");
        let shown = self.differences.iter().take(60).map(line).collect::<Vec<_>>().join("\n");
        Err(format!("{:.2} % of {} fields, not {:.2} %\n{shown}", share * 100.0, self.all, floor * 100.0)
            .into())
    }
}

pub(crate) fn checks() -> Vec<(String, Check)> {
    let mut checks: Vec<(String, Check)> = Vec::new();
    for (level, floor) in [(0, 1.0), (1, 1.0), (2, 1.0), (3, 0.98)] {
        for (profile, name) in [(Profile::P6, "p6"), (Profile::Msp, "msp")] {
            let check = format!("plain, level {level}, {name}");
            checks.push((
                format!("schedule::{check}"),
                Box::new(move |data| {
                    plain(&data.join("schedule/synthetic/plain"), level, profile, floor, &check)
                }),
            ));
        }
    }
    checks.push((
        "schedule::progress, p6".to_owned(),
        Box::new(|data| progress(&data.join("schedule/synthetic/progress"))),
    ));
    checks.push((
        "schedule::p6-native, 27 activities".to_owned(),
        Box::new(|data| native(&data.join("schedule/p6-native"))),
    ));
    checks.push((
        "schedule::files of P6".to_owned(),
        Box::new(|data| {
            files(&data.join("schedule"), "p6", &["xer", "pmxml"], Profile::P6, 0.99, "files of P6")
        }),
    ));
    checks.push((
        "schedule::files of Project".to_owned(),
        Box::new(|data| {
            files(&data.join("schedule"), "mspdi", &["xml"], Profile::Msp, 0.97, "files of Project")
        }),
    ));
    checks.push((
        "schedule::each difference has its reason".to_owned(),
        Box::new(|_| {
            let levels = (0..4).flat_map(|l| ["p6", "msp"].map(|p| format!("plain, level {l}, {p}")));
            let others = ["progress", "p6-native", "files of P6", "files of Project"].map(str::to_owned);
            let all: Vec<String> = levels.chain(others).collect();
            list_is_of(&all.iter().map(String::as_str).collect::<Vec<_>>())
        }),
    ));
    checks
}

/// Dates that Primavera P6 itself showed, one project per case.
fn native(folder: &Path) -> Result<(), Failed> {
    let schedule = load(&folder.join("cases-import.xer"))?;
    let (network, _) = Network::compile(&schedule, Profile::P6);
    let dates = solve(&network);
    let mut share = Share::default();
    let mut activities = 0;
    for entry in std::fs::read_dir(folder).map_err(|e| e.to_string())? {
        let case = entry.map_err(|e| e.to_string())?.path();
        let Ok(table) = std::fs::read_to_string(case.join("comparison.csv")) else { continue };
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let project = format!("XV{}", &name[..2]);
        let mut lines = table.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let cell = |column: &str| {
                let at = head.iter().position(|h| *h == column).unwrap_or(usize::MAX);
                cells.get(at).copied().unwrap_or_default()
            };
            let index = schedule
                .indices()
                .find(|i| {
                    let a = &schedule.activities[i.at()];
                    a.code == cells[0] && schedule.projects[a.project.at()].code == project
                })
                .ok_or_else(|| format!("{name}: no activity {}", cells[0]))?;
            activities += 1;
            let ours = dates.of(index).ok_or("no dates")?;
            let of = format!("{name} {}", cells[0]);
            for (column, early, actual) in [
                ("ES_p6", ours.early_start, ours.start),
                ("EF_p6", ours.early_finish, ours.finish),
                ("LS_p6", ours.late_start, ours.start),
                ("LF_p6", ours.late_finish, ours.finish),
            ] {
                // P6 shows an actual date, with an A behind it, in place of an early or late one.
                let (theirs, our) = match cell(column).strip_suffix(" A") {
                    Some(date) => (date, actual),
                    None => (cell(column), early),
                };
                let theirs = Time::parse(theirs).ok_or_else(|| format!("{of}: {theirs:?}"))?;
                share.field(&of, "date", &our.to_string(), &theirs.to_string());
            }
            for (column, our) in [("TF_p6", ours.total_float), ("FF_p6", ours.free_float)] {
                // It shows no float of what is complete.
                if !cell(column).is_empty() {
                    share.field(&of, "float", &(our / 480).to_string(), cell(column));
                }
            }
        }
    }
    if activities != 27 {
        return Err(format!("{activities} activities, not 27").into());
    }
    share.at_least(1.0, "p6-native")
}

/// What each file stores, and where it stores none what MPXJ computed.
fn files(
    data: &Path,
    folder: &str,
    kinds: &[&str],
    profile: Profile,
    floor: f64,
    check: &str,
) -> Result<(), Failed> {
    let mut share = Share::default();
    let mut names: Vec<PathBuf> = std::fs::read_dir(data.join(folder))
        .map_err(|e| e.to_string())?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| kinds.iter().any(|k| *k == e)))
        .collect();
    names.sort();
    for file in names {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let json = |kind: &str| -> Option<Value> {
            let path = data.join("truth").join(format!("{name}.{kind}.json"));
            serde_json::from_slice(&std::fs::read(path).ok()?).ok()
        };
        let (stored, computed) = (json("stored"), json("mpxj_cpm"));
        let Some(truth) = computed.clone().or_else(|| stored.clone().filter(|_| profile == Profile::P6))
        else {
            println!("{name}: nobody computed it");
            continue;
        };
        let schedule = load(&file)?;
        let (network, _) = Network::compile(&schedule, profile);
        let dates = solve(&network);
        let before = (share.equal, share.all);
        for task in truth["tasks"].as_array().ok_or("no tasks")? {
            if task["summary"] == true || (task["name"].is_null() && task["es"].is_null()) {
                continue;
            }
            let uid = task["uid"].to_string();
            let Some(index) = schedule.indices().find(|i| schedule.activities[i.at()].uid == uid) else {
                share.field(&format!("{name} {uid}"), "activity", "none", "one");
                continue;
            };
            let Some(ours) = dates.of(index) else { continue };
            // The file's own dates where it stores them, by P6's rules.
            let in_file = stored
                .as_ref()
                .and_then(|s| s["tasks"].as_array()?.iter().find(|t| t["uid"] == task["uid"]))
                .filter(|t| profile == Profile::P6 && !t["es"].is_null() && !t["ls"].is_null());
            let theirs = in_file.unwrap_or(task);
            let a = &schedule.activities[index.at()];
            let of = format!("{name} {uid} {:?} ({:?}, {:?})", a.name, a.status, a.kind);
            for (field, key) in &FIELDS[..5] {
                let theirs = &theirs[*key];
                match theirs {
                    Value::Null => {}
                    Value::Array(float) => {
                        let unit = match float[1].as_str() {
                            Some("d") => f64::from(480),
                            Some("w") => f64::from(2400),
                            Some("m") => 1.0,
                            Some("ed") => f64::from(1440),
                            _ => 60.0,
                        };
                        let theirs = float[0].as_f64().unwrap_or(f64::NAN) * unit;
                        share.field(&of, field, &ours.total_float.to_string(), &format!("{theirs:.0}"));
                    }
                    _ => share.field(&of, field, &ours_of(ours, field), &text(theirs)),
                }
            }
        }
        println!("{name}: {} of {}", share.equal - before.0, share.all - before.1);
    }
    share.at_least(floor, check)
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    Ok(files)
}

fn load(file: &Path) -> Result<Schedule, Failed> {
    let bytes = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let (schedule, _) =
        read(&bytes, &ReadOptions::labelled("truth")).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(schedule)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn hours(minutes: i32) -> String {
    format!("{:.2}", f64::from(minutes) / 60.0)
}

fn their_hours(value: &Value) -> String {
    format!("{:.2}", value.as_f64().unwrap_or(f64::NAN))
}

/// Compares the dates of each activity of a plain network with those expected.
fn compare(
    share: &mut Share,
    file: &Path,
    profile: Profile,
    expected: &str,
    fields: &[(&'static str, &str)],
) -> Result<(), Failed> {
    let schedule = load(file)?;
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    let json: Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
    let (network, diagnostics) = Network::compile(&schedule, profile);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let dates = solve(&network);
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for (index, activity) in schedule.indices().zip(&schedule.activities) {
        let theirs = &json["expected"][expected][&activity.code];
        let ours = dates.of(index).ok_or("no dates")?;
        for (field, key) in fields {
            let of = format!("{name} {} ({:?})", activity.code, activity.status);
            let theirs = &theirs[*key];
            share.field(&of, field, &ours_of(ours, field), &their(theirs));
        }
    }
    Ok(())
}

fn ours_of(dates: &ActivityDates, field: &str) -> String {
    let time = |t: Time| t.to_string();
    match field {
        "early start" => time(dates.early_start),
        "early finish" => time(dates.early_finish),
        "late start" => time(dates.late_start),
        "late finish" => time(dates.late_finish),
        "start" => time(dates.start),
        "finish" => time(dates.finish),
        "total float" => hours(dates.total_float),
        "free float" => hours(dates.free_float),
        "critical" => dates.critical.to_string(),
        _ => dates.longest_path.to_string(),
    }
}

fn their(value: &Value) -> String {
    match value {
        Value::Number(_) => their_hours(value),
        Value::Bool(b) => b.to_string(),
        _ => text(value),
    }
}

const FIELDS: &[(&str, &str)] = &[
    ("early start", "es"),
    ("early finish", "ef"),
    ("late start", "ls"),
    ("late finish", "lf"),
    ("total float", "tf_h"),
    ("free float", "ff_h"),
    ("critical", "critical"),
    ("longest path", "longest"),
];

fn plain(folder: &Path, level: u32, profile: Profile, floor: f64, check: &str) -> Result<(), Failed> {
    let mut share = Share::default();
    for file in json_files(folder)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&format!("net_0{level}")) {
            let fields = if profile == Profile::P6 { FIELDS } else { &FIELDS[..FIELDS.len() - 1] };
            compare(&mut share, &file, profile, profile.as_str(), fields)?;
        }
    }
    share.at_least(floor, check)
}

fn progress(folder: &Path) -> Result<(), Failed> {
    let mut share = Share::default();
    let mut fields = FIELDS.to_vec();
    fields.retain(|f| f.0 != "critical");
    fields.extend([("start", "start"), ("finish", "finish")]);
    for file in json_files(folder)? {
        compare(&mut share, &file, Profile::P6, "p6_retained_logic", &fields)?;
    }
    share.at_least(0.98, "progress")
}

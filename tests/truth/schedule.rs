//! Dates against Primavera P6, MPXJ and what the files themselves store.

use crate::Check;
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
    differences: Vec<String>,
    by_field: BTreeMap<&'static str, usize>,
}

impl Share {
    fn field(&mut self, of: &str, field: &'static str, ours: &str, theirs: &str) {
        self.all += 1;
        if ours == theirs {
            self.equal += 1;
        } else {
            *self.by_field.entry(field).or_default() += 1;
            self.differences.push(format!("{of} {field}: {ours}, not {theirs}"));
        }
    }

    /// Says the share, and fails below a floor.
    fn at_least(&self, floor: f64) -> Result<(), Failed> {
        let share = self.equal as f64 / self.all.max(1) as f64;
        println!("{} of {} fields equal: {:.2} % {:?}", self.equal, self.all, share * 100.0, self.by_field);
        if self.all > 0 && share >= floor {
            return Ok(());
        }
        let shown = self.differences.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        Err(format!("{:.2} % of {} fields, not {:.2} %\n{shown}", share * 100.0, self.all, floor * 100.0)
            .into())
    }
}

pub(crate) fn checks() -> Vec<(String, Check)> {
    let mut checks: Vec<(String, Check)> = Vec::new();
    for (level, floor) in [(0, 1.0), (1, 1.0), (2, 1.0), (3, 0.98)] {
        for (profile, name) in [(Profile::P6, "p6"), (Profile::Msp, "msp")] {
            checks.push((
                format!("schedule::plain, level {level}, {name}"),
                Box::new(move |data| plain(&data.join("schedule/synthetic/plain"), level, profile, floor)),
            ));
        }
    }
    checks.push((
        "schedule::progress, p6".to_owned(),
        Box::new(|data| progress(&data.join("schedule/synthetic/progress"))),
    ));
    checks
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

fn plain(folder: &Path, level: u32, profile: Profile, floor: f64) -> Result<(), Failed> {
    let mut share = Share::default();
    for file in json_files(folder)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&format!("net_0{level}")) {
            let fields = if profile == Profile::P6 { FIELDS } else { &FIELDS[..FIELDS.len() - 1] };
            compare(&mut share, &file, profile, profile.as_str(), fields)?;
        }
    }
    share.at_least(floor)
}

fn progress(folder: &Path) -> Result<(), Failed> {
    let mut share = Share::default();
    let mut fields = FIELDS.to_vec();
    fields.retain(|f| f.0 != "critical");
    fields.extend([("start", "start"), ("finish", "finish")]);
    for file in json_files(folder)? {
        compare(&mut share, &file, Profile::P6, "p6_retained_logic", &fields)?;
    }
    share.at_least(0.98)
}

//! Real files: written and read again they say the same, and broken in any way they neither panic nor hang.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::{
    HealthOptions, Network, Profile, ReadOptions, Schedule, SourceFormat, StoredDates, WriteFormat, health,
    read, solve, stated_dates, stated_profile, write,
};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() {
    let arguments = Arguments::from_args();
    let Some(data) = data() else {
        let name = "files::all (no shared data: set GROMA_DATA)";
        let trial = Trial::test(name, || Ok(())).with_ignored_flag(true);
        libtest_mimic::run(&arguments, vec![trial]).exit();
    };
    let mut trials = Vec::new();
    for file in files(&data.join("schedule")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let path = file.clone();
        trials.push(Trial::test(format!("again::{name}"), move || again(&path)));
        trials.push(Trial::test(format!("broken::{name}"), move || broken(&file)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The shared data: `GROMA_DATA`, else beside the project.
fn data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("GROMA_DATA").map_or(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    let required = std::env::var_os("GROMA_DATA_REQUIRED").is_some_and(|v| v == "1");
    assert!(!required, "GROMA_DATA_REQUIRED=1, but there is no {}", path.display());
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![
        folder.join("p6-native/cases-import.xer"),
        folder.join("synthetic/plain/net_03002.json"),
        folder.join("synthetic/progress/prog_04.json"),
        folder.join("csv/ifc4d-construction_schedule.csv"),
    ];
    for kind in ["p6", "mspdi"] {
        files.extend(std::fs::read_dir(folder.join(kind)).unwrap().map(|e| e.unwrap().path()));
    }
    files.sort();
    files
}

fn dated(schedule: &Schedule) -> groma_schedule::Dates {
    solve(&Network::compile(schedule, stated_profile(schedule)).0)
}

/// What a file says, without what its program computed and what only its own format can hold.
fn content(mut schedule: Schedule) -> Schedule {
    schedule.format = SourceFormat::Memory;
    schedule.kept.clear();
    let lists = schedule.projects.iter_mut().map(|p| &mut p.fields);
    let lists = lists.chain(schedule.assignments.iter_mut().map(|a| &mut a.fields));
    let lists = lists.chain(schedule.resources.iter_mut().map(|r| &mut r.fields));
    lists.chain(schedule.wbs.iter_mut().map(|w| &mut w.fields)).for_each(|fields| fields.sort());
    // An exception of P6 is a day; in which order they stand says nothing, and they are written by date.
    schedule.calendars.iter_mut().for_each(|c| c.exceptions.sort_by_key(|e| (e.from, e.to)));
    for activity in &mut schedule.activities {
        activity.fields.sort();
        activity.stored = StoredDates {
            start: activity.stored.start,
            finish: activity.stored.finish,
            ..StoredDates::default()
        };
    }
    schedule
}

fn again(file: &Path) -> Result<(), Failed> {
    let options = ReadOptions::labelled("file");
    let (schedule, _) = read(&std::fs::read(file).unwrap(), &options).map_err(|e| e.to_string())?;
    let dates = dated(&schedule);
    let stated = stated_dates(&schedule, &dates);
    let own = match schedule.format {
        SourceFormat::Xer => Some(WriteFormat::Xer),
        SourceFormat::Mspdi => Some(WriteFormat::Mspdi),
        _ => None,
    };
    for format in WriteFormat::ALL {
        let (bytes, _) = write(&schedule, &stated, format);
        // What is written as a model is read by the reader of models.
        if matches!(format, WriteFormat::Ifc4 | WriteFormat::Ifc4x3) {
            continue;
        }
        let (second, _) = read(&bytes, &options).map_err(|e| format!("{}: {e}", format.as_str()))?;
        if format == WriteFormat::Json || own == Some(format) {
            check_same(&content(schedule.clone()), &content(second.clone()))
                .map_err(|e| format!("{}: {e}", format.as_str()))?;
            if dated(&second) != dates {
                return Err(format!("{}: other dates", format.as_str()).into());
            }
        }
        if own == Some(format) {
            let (third, _) = write(&second, &stated_dates(&second, &dated(&second)), format);
            let kept = |s: &Schedule| s.kept.clone();
            let (last, _) = read(&third, &options).map_err(|e| e.to_string())?;
            if kept(&last) != kept(&second) || bytes != third {
                return Err(format!("{}: written again it differs", format.as_str()).into());
            }
        }
    }
    Ok(())
}

fn check_same(a: &Schedule, b: &Schedule) -> Result<(), String> {
    if a == b {
        return Ok(());
    }
    let first = |name: &str, pairs: Vec<(String, String)>| {
        let found = pairs.into_iter().find(|(a, b)| a != b);
        found.map(|(a, b)| {
            // What is before the first difference is of no interest.
            let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count().saturating_sub(60);
            let tail = |t: &str| t.chars().skip(same).take(200).collect::<String>();
            format!("{name}:\n  {}\n  {}", tail(&a), tail(&b))
        })
    };
    macro_rules! differs {
        ($($list:ident)*) => {$(
            let both = a.$list.iter().zip(&b.$list).map(|(a, b)| (format!("{a:?}"), format!("{b:?}"))).collect();
            if let Some(text) = first(stringify!($list), both) {
                return Err(text);
            }
            if a.$list.len() != b.$list.len() {
                return Err(format!("{} {} and {}", stringify!($list), a.$list.len(), b.$list.len()));
            }
        )*};
    }
    differs!(projects wbs activities links calendars resources assignments);
    Err(format!("{:?} and {:?}", a.name, b.name))
}

/// Bytes lost, doubled, changed, cut off; each time from the same seed.
fn broken(file: &Path) -> Result<(), Failed> {
    let bytes = std::fs::read(file).unwrap();
    let rounds = if bytes.len() > 100_000 { 24 } else { 64 };
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let start = Instant::now();
    for round in 0..rounds {
        let mut broken = bytes.clone();
        for _ in 0..=round % 8 {
            let at = next(broken.len());
            match next(6) {
                0 => broken.truncate(at.max(1)),
                1 => broken[at] = next(256) as u8,
                2 => {
                    let end = (at + next(200)).min(broken.len());
                    broken.drain(at..end);
                }
                3 => {
                    let end = (at + next(200)).min(broken.len());
                    let part = broken[at..end].to_vec();
                    let to = next(broken.len());
                    broken.splice(to..to, part);
                }
                4 => {
                    let words: [&[u8]; 8] =
                        [b"-1", b"99999999999", b"NaN", b"1e308", b"-2147483648", b"1800-01-01", b"<", b"\t"];
                    let word = words[next(8)];
                    let end = (at + word.len()).min(broken.len());
                    broken.splice(at..end, word.iter().copied());
                }
                _ => {
                    // A number becomes another: ids meet, lags grow, calendars go missing.
                    if let Some(k) = broken[at..].iter().position(u8::is_ascii_digit) {
                        broken[at + k] = b'0' + next(10) as u8;
                    }
                }
            }
        }
        let Ok((schedule, _)) = read(&broken, &ReadOptions::labelled("broken")) else { continue };
        for profile in [Profile::P6, Profile::Msp] {
            let (network, _) = Network::compile(&schedule, profile);
            let dates = solve(&network);
            if round % 6 == 0 {
                health(&schedule, &network, &dates, &HealthOptions::default());
                for format in WriteFormat::ALL {
                    write(&schedule, &dates, format);
                }
            }
        }
    }
    if start.elapsed() > Duration::from_secs(60) {
        return Err(format!("took {:?}", start.elapsed()).into());
    }
    Ok(())
}

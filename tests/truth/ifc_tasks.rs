//! Programmes as the tasks of IFC files: written and read again, and beside the programme that they were made from.

use crate::Check;
use groma::schedule::{
    Network, ReadOptions, Schedule, SourceFormat, WriteFormat, read, solve, stated_dates, stated_profile,
    write,
};
use libtest_mimic::Failed;
use std::path::{Path, PathBuf};

pub(crate) fn checks() -> Vec<(String, Check)> {
    vec![
        ("ifc tasks::written and read again".to_owned(), Box::new(|data| again(&data.join("schedule")))),
        ("ifc tasks::beside their programme".to_owned(), Box::new(|data| beside(&data.join("schedule")))),
        ("ifc tasks::every file is read".to_owned(), Box::new(|data| all_read(&data.join("schedule/ifc")))),
    ]
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_file()).collect();
    files.sort();
    Ok(files)
}

fn of_ifc(path: &Path) -> Result<Schedule, Failed> {
    let (schedule, _) =
        groma::read_programme(path, &ReadOptions::default(), &()).map_err(|e| e.to_string())?;
    Ok(schedule)
}

/// What differs first, with a little around it.
fn difference(a: &Schedule, b: &Schedule) -> Option<String> {
    let text = |s: &Schedule| serde_json::to_string(s).unwrap_or_default();
    let (a, b) = (text(a), text(b));
    let at = a.bytes().zip(b.bytes()).position(|(x, y)| x != y)?;
    let around = |t: &str| t.chars().skip(at.saturating_sub(120)).take(240).collect::<String>();
    Some(format!("{}\n{}", around(&a), around(&b)))
}

fn again(folder: &Path) -> Result<(), Failed> {
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut wrong = Vec::new();
    for file in ["mspdi", "p6"]
        .map(|kind| files(&folder.join(kind)))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?
        .concat()
    {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file).map_err(|e| e.to_string())?;
        let Ok((mut first, _)) = read(&bytes, &ReadOptions::default()) else { continue };
        if first.activities.is_empty() {
            continue;
        }
        let dates = solve(&Network::compile(&first, stated_profile(&first)).0);
        for format in [WriteFormat::Ifc4, WriteFormat::Ifc4x3] {
            let (bytes, _) = write(&first, &stated_dates(&first, &dates), format);
            let (same, _) = write(&first, &stated_dates(&first, &dates), format);
            let path = dir.path().join(format!("{name}.{}.ifc", format.as_str()));
            std::fs::write(&path, &bytes).map_err(|e| e.to_string())?;
            let mut second = of_ifc(&path)?;
            // Tables of an XER are not of the programme, and the file is another one.
            (first.kept, second.kept) = (Vec::new(), Vec::new());
            (first.format, second.format) = (SourceFormat::Memory, SourceFormat::Memory);
            // An IfcProject has a name; without one of the programme's it is that of its project.
            if first.name.is_empty() {
                second.name.clear();
            }
            if first != second || bytes != same {
                let what = difference(&first, &second).unwrap_or_else(|| "a part is missing".to_owned());
                wrong.push(format!("{name} {}: {what}", format.as_str()));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n\n").into()) }
}

/// The tasks that a converter made of the Schependomlaan programme, and that programme.
fn beside(folder: &Path) -> Result<(), Failed> {
    let ifc = of_ifc(&folder.join("ifc/schependomlaan.from_msp.ifc"))?;
    let bytes =
        std::fs::read(folder.join("mspdi/schependomlaan-2015-02-18.xml")).map_err(|e| e.to_string())?;
    let (msp, _) = read(&bytes, &ReadOptions::default()).map_err(|e| e.to_string())?;
    let theirs: Vec<_> =
        ifc.activities.iter().map(|a| (a.name.trim(), a.stored.start, a.stored.finish)).collect();
    let ours: Vec<_> =
        msp.activities.iter().map(|a| (a.name.trim(), a.stored.start, a.stored.finish)).collect();
    // The converter made tasks of the empty rows of the programme.
    let (empty, theirs): (Vec<_>, Vec<_>) = theirs.into_iter().partition(|t| t.0.is_empty());
    let found = theirs.iter().filter(|t| ours.contains(t)).count();
    if (theirs.len(), found, empty.len()) != (121, 121, 36) {
        let missing: Vec<_> = theirs.iter().filter(|t| !ours.contains(t)).take(10).collect();
        return Err(format!(
            "{found} of {} tasks of the file are in the programme: {missing:?}",
            theirs.len()
        )
        .into());
    }
    if (ifc.links.len(), ifc.calendars.len()) != (48, 4) {
        return Err(format!("{} links, {} calendars", ifc.links.len(), ifc.calendars.len()).into());
    }
    Ok(())
}

/// No file is empty, and each has dates.
fn all_read(folder: &Path) -> Result<(), Failed> {
    for file in files(folder)?.iter().filter(|f| f.extension().is_some_and(|e| e == "ifc")) {
        let schedule = of_ifc(file)?;
        let dates = solve(&Network::compile(&schedule, stated_profile(&schedule)).0);
        if schedule.activities.is_empty() || dates.activities.iter().any(Option::is_none) {
            return Err(format!("{}: no dates", file.display()).into());
        }
    }
    Ok(())
}

//! The programme of the building: trade after trade through the storeys, as a planner in the trades' rhythm would write it;
//! and eight weeks of what was seen of it on site.
//!
//! Tasks are called after trade and storey (`Columns and walls, Level 2`), which is what the links of the sample's
//! `groma.toml` go by. The site began as planned; the columns of Level 1 came a week late, and what follows slipped in part.

use crate::building::Building;
use groma_schedule::{
    Activity, ActivityIndex, ActivityKind, Calendar, CalendarIndex, CalendarKind, Day, Exception, Lag, Link,
    LinkKind, Network, Profile, Project, ProjectIndex, Schedule, WbsIndex, WbsNode, WriteFormat, solve,
    write,
};
use std::fs;
use std::io;
use std::path::Path;

/// Minutes of work in a day.
const DAY: i32 = 480;

/// The trades of a storey: code, name, days for a building of four bays, and the trade it waits for on its storey with
/// the days between.
const TRADES: [(&str, &str, i32, &str, i32); 13] = [
    ("COL", "Columns and walls", 5, "SLA", 2),
    ("BEA", "Beams", 3, "COL", 2),
    ("STA", "Stairs and railings", 2, "BEA", 1),
    ("FAC", "Facade", 5, "BEA", 5),
    ("WIN", "Windows", 3, "FAC", 0),
    ("DUC", "Ducts", 4, "BEA", 6),
    ("PIP", "Pipes and sprinklers", 5, "DUC", 0),
    ("ELE", "Cable trays and sensors", 3, "PIP", 0),
    ("PAR", "Partitions", 5, "WIN", 0),
    ("DOO", "Doors", 2, "PAR", 0),
    ("CEI", "Suspended ceilings", 4, "PAR", 2),
    ("FIX", "Lights, outlets and lavatories", 3, "CEI", 0),
    ("FIN", "Floor finishes", 4, "FIX", 0),
];

/// Files that a project names.
pub(crate) const MSPDI: &str = "programme.xml";
pub(crate) const CSV: &str = "programme.csv";
pub(crate) const SEEN: &str = "progress.csv";

struct Maker {
    schedule: Schedule,
}

impl Maker {
    fn wbs(&mut self, code: &str, name: &str) -> WbsIndex {
        self.schedule.wbs.push(WbsNode {
            uid: code.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            project: ProjectIndex::new(0),
            parent: None,
            fields: Vec::new(),
        });
        WbsIndex::new(self.schedule.wbs.len() - 1)
    }

    fn task(&mut self, code: &str, name: &str, days: i32, wbs: WbsIndex) -> ActivityIndex {
        let uid = (self.schedule.activities.len() + 1).to_string();
        let mut activity = Activity::new(&uid, name, ProjectIndex::new(0), days * DAY);
        activity.code = code.to_owned();
        activity.wbs = Some(wbs);
        if days == 0 {
            activity.kind = ActivityKind::FinishMilestone;
        }
        self.schedule.activities.push(activity);
        ActivityIndex::new(self.schedule.activities.len() - 1)
    }

    /// The task after another, so many days later.
    fn after(&mut self, predecessor: ActivityIndex, successor: ActivityIndex, days: i32) {
        let (kind, lag) = (LinkKind::FinishStart, Lag::Work(days * DAY));
        self.schedule.links.push(Link { predecessor, successor, kind, lag });
    }
}

/// The programme, without dates.
fn schedule(building: &Building) -> Schedule {
    let mut calendar = Calendar::standard("1", "Site");
    calendar.kind = CalendarKind::Global;
    let holidays = [(2026, 4, 3), (2026, 4, 6), (2026, 5, 1), (2026, 5, 14), (2026, 5, 25)];
    let holidays = holidays.into_iter().filter_map(|(y, m, d)| Day::from_ymd(y, m, d));
    calendar.exceptions.extend(holidays.map(Exception::day_off));
    let mut project = Project::new("1", "groma sample");
    project.start = Day::from_ymd(2026, 3, 2).map(|day| day.at(8 * 60));
    project.calendar = Some(CalendarIndex::new(0));
    let mut m = Maker {
        schedule: Schedule {
            name: "groma sample".to_owned(),
            projects: vec![project],
            calendars: vec![calendar],
            ..Schedule::default()
        },
    };
    let days = |days: i32| (days * building.bays as i32 + 3) / 4;
    let general = m.wbs("GEN", "General");
    let below = m.wbs("SUB", "Substructure");
    let begin = m.task("GEN-010", "Site set up", 5, general);
    let dig = m.task("SUB-010", "Excavation", days(6), below);
    let footings = m.task("SUB-020", "Footings", days(5), below);
    let drains = m.task("SUB-030", "Drains and ground works", 3, below);
    m.after(begin, dig, 0);
    m.after(dig, footings, 0);
    m.after(footings, drains, 0);
    let mut last_slab = footings;
    let mut before: [Option<ActivityIndex>; TRADES.len()] = [None; TRADES.len()];
    let mut finishes = Vec::new();
    let mut frame = footings;
    for storey in 0..building.storeys {
        let name = building.storey_name(storey);
        let wbs = m.wbs(&format!("S{storey:02}"), &name);
        let slab = m.task(&format!("S{storey:02}-SLA"), &format!("Slab, {name}"), days(4), wbs);
        m.after(last_slab, slab, if storey == 0 { 2 } else { 0 });
        let mut here: Vec<(&str, ActivityIndex)> = vec![("SLA", slab)];
        for (n, (code, trade, length, waits_for, gap)) in TRADES.into_iter().enumerate() {
            let task =
                m.task(&format!("S{storey:02}-{code}"), &format!("{trade}, {name}"), days(length), wbs);
            if let Some(&(_, predecessor)) = here.iter().find(|(known, _)| *known == waits_for) {
                m.after(predecessor, task, gap);
            }
            // The crew comes from the storey below.
            if let Some(crew) = before[n] {
                m.after(crew, task, 0);
            }
            before[n] = Some(task);
            here.push((code, task));
        }
        let of = |code: &str| here.iter().find(|(known, _)| *known == code).map_or(slab, |(_, task)| *task);
        last_slab = of("BEA");
        frame = of("BEA");
        finishes.push(of("FIN"));
        finishes.push(of("DOO"));
        finishes.push(of("STA"));
        finishes.push(of("ELE"));
    }
    let wbs = m.wbs("ROF", "Roof");
    let roof_slab = m.task("ROF-010", "Slab, Roof", days(4), wbs);
    let roof = m.task("ROF-020", "Roof and parapets", days(5), wbs);
    let plant = m.task("ROF-030", "Air handling unit", 2, wbs);
    m.after(frame, roof_slab, 1);
    m.after(roof_slab, roof, 3);
    m.after(roof, plant, 0);
    let lift = m.task("GEN-020", "Lift", days(8), general);
    m.after(roof, lift, 0);
    let tests = m.task("GEN-030", "Commissioning", 10, general);
    for task in finishes.into_iter().chain([plant, lift, drains]) {
        m.after(task, tests, 0);
    }
    let handover = m.task("GEN-040", "Handover", 0, general);
    m.after(tests, handover, 0);
    m.schedule
}

/// What was seen: in which week after the start, of what, how far it was, and how it became known. Weeks end on Fridays.
const OBSERVED: [(i32, &str, f64, &str); 23] = [
    (3, "IfcFooting", 0.6, "report"),
    (4, "IfcFooting", 1.0, "inspection"),
    (5, "IfcSlab, location=\"Ground floor\", Name*=\"Slab \"", 1.0, "report"),
    (6, "IfcColumn, location=\"Ground floor\"", 0.6, "report"),
    (6, "IfcWall, location=\"Ground floor\", Name*=\"Core wall\"", 0.5, "report"),
    (7, "IfcColumn, location=\"Ground floor\"", 1.0, "inspection"),
    (7, "IfcWall, location=\"Ground floor\", Name*=\"Core wall\"", 1.0, "inspection"),
    (7, "IfcBeam, location=\"Ground floor\"", 0.2, "report"),
    (8, "IfcBeam, location=\"Ground floor\"", 1.0, "scan"),
    (8, "IfcSlab, location=\"Level 1\", Name*=\"Slab \"", 0.5, "report"),
    (8, "IfcStairFlight, location=\"Ground floor\"", 1.0, "report"),
    (8, "IfcStair, location=\"Ground floor\"", 1.0, "report"),
    (9, "IfcSlab, location=\"Level 1\", Name*=\"Slab \"", 1.0, "report"),
    (9, "IfcColumn, location=\"Level 1\"", 0.0, "inspection"),
    (9, "IfcWall, location=\"Level 1\", Name*=\"Core wall\"", 0.0, "inspection"),
    (9, "IfcWall, location=\"Ground floor\", Name*=Facade", 0.5, "report"),
    (9, "IfcDuctSegment, location=\"Ground floor\"", 1.0, "report"),
    (10, "IfcDuctSegment, location=\"Ground floor\"", 0.5, "scan"),
    (10, "IfcDuctFitting, location=\"Ground floor\"", 1.0, "report"),
    (10, "IfcColumn, location=\"Level 1\"", 0.4, "report"),
    (10, "IfcWall, location=\"Level 1\", Name*=\"Core wall\"", 0.3, "report"),
    (10, "IfcWall, location=\"Ground floor\", Name*=Facade", 1.0, "report"),
    (10, "IfcWindow, location=\"Ground floor\"", 0.5, "report"),
];

fn seen() -> String {
    let start = Day::from_ymd(2026, 3, 2).unwrap_or(Day::MIN);
    let mut text = String::from("selector,date,fraction,evidence\n");
    for (week, selector, fraction, evidence) in OBSERVED {
        let friday = (start + (7 * week - 3)).civil();
        text.push_str(&format!("\"{}\",{friday},{fraction},{evidence}\n", selector.replace('"', "\"\"")));
    }
    text
}

/// Writes the programme, as Microsoft Project's XML and as CSV, and what was seen, into a folder.
pub(crate) fn write_into(building: &Building, dir: &Path) -> io::Result<()> {
    let mut schedule = schedule(building);
    let (network, _) = Network::compile(&schedule, Profile::Msp);
    let dates = solve(&network);
    for at in schedule.indices() {
        if let Some(d) = dates.of(at) {
            let stored = &mut schedule.activities[at.at()].stored;
            (stored.start, stored.finish) = (Some(d.start), Some(d.finish));
        }
    }
    for (name, format) in [(MSPDI, WriteFormat::Mspdi), (CSV, WriteFormat::Csv)] {
        fs::write(dir.join(name), write(&schedule, &dates, format).0)?;
    }
    fs::write(dir.join(SEEN), seen())
}

//! What was seen on site, folded to what is known of an element at an instant.

use groma_schedule::Time;

/// How a thing became known; a later one outweighs those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Evidence {
    /// Concluded from something else.
    Inferred,
    /// Somebody said so.
    #[default]
    Report,
    /// A device measured it.
    Sensor,
    /// A scan or a photograph shows it.
    Scan,
    /// Somebody went and looked.
    Inspection,
    /// What was known before was wrong.
    Correction,
}

impl Evidence {
    /// All of them, the weakest first.
    pub const ALL: [Self; 6] =
        [Self::Inferred, Self::Report, Self::Sensor, Self::Scan, Self::Inspection, Self::Correction];

    /// The name in files: `inspection`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Report => "report",
            Self::Sensor => "sensor",
            Self::Scan => "scan",
            Self::Inspection => "inspection",
            Self::Correction => "correction",
        }
    }

    /// The evidence of a name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// One thing that was seen of one element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Observation {
    /// The element.
    pub element: u32,
    /// When it was so.
    pub at: Time,
    /// How far the element had come, 0 to 1.
    pub fraction: f64,
    /// How it became known.
    pub evidence: Evidence,
    /// Where it stands among all that was seen; of two at one instant the later counts.
    pub row: u32,
}

/// What is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Nobody has looked.
    Unknown,
    /// It has not begun.
    NotStarted,
    /// It has begun.
    InProgress,
    /// It is done.
    Done,
    /// Two sources contradict each other; the stronger counts until a person settles it.
    Conflict,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Unknown, Self::NotStarted, Self::InProgress, Self::Done, Self::Conflict];

    /// The name in reports: `in_progress`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::Conflict => "conflict",
        }
    }
}

/// What is known of an element at an instant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Actual {
    /// In a word.
    pub verdict: Verdict,
    /// How far it has come; `None` where nobody has looked.
    pub fraction: Option<f64>,
    /// The row that says so.
    pub row: Option<u32>,
}

const UNKNOWN: Actual = Actual { verdict: Verdict::Unknown, fraction: None, row: None };

/// What is known of elements 0 to `elements` at an instant, from what was seen until then.
///
/// In the order of their dates, observations advance an element. One that takes it back is a conflict, in which
/// the stronger evidence counts, and the later of two equals. A conflict lasts until evidence as strong as the strongest
/// in it says how far the element is, or a correction, which simply replaces what was known.
///
/// # Panics
///
/// If an observation names an element that is not there.
pub fn actual(elements: usize, observations: &[Observation], at: Time) -> Vec<Actual> {
    let mut until: Vec<&Observation> = observations.iter().filter(|o| o.at <= at).collect();
    until.sort_by_key(|o| (o.at, o.row));
    let mut found = vec![(UNKNOWN, Evidence::Inferred); elements];
    for o in until {
        let (known, by) = &mut found[o.element as usize];
        let fraction = o.fraction.clamp(0.0, 1.0);
        let corrects = o.evidence == Evidence::Correction;
        let goes_back = !corrects && known.fraction.is_some_and(|f| fraction < f);
        let open = !corrects && known.verdict == Verdict::Conflict;
        if goes_back || (open && o.evidence < *by) {
            known.verdict = Verdict::Conflict;
        }
        if (goes_back || open) && o.evidence < *by {
            continue;
        }
        let verdict = match fraction {
            _ if goes_back => Verdict::Conflict,
            f if f >= 1.0 => Verdict::Done,
            f if f > 0.0 => Verdict::InProgress,
            _ => Verdict::NotStarted,
        };
        // What a weaker kind only repeats rests on the stronger one still.
        let repeats = !corrects && known.fraction == Some(fraction) && o.evidence < *by;
        if !repeats {
            *known = Actual { verdict, fraction: Some(fraction), row: Some(o.row) };
            *by = o.evidence;
        }
    }
    found.into_iter().map(|(known, _)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Observations as day, percentage, evidence; what is known on day 10.
    fn check(seen: &[(i32, f64, Evidence)], verdict: Verdict, percent: Option<f64>) {
        let observe = |(row, &(at, percent, evidence)): (usize, &(i32, f64, Evidence))| Observation {
            element: 0,
            at: Time::from_minutes(at * groma_schedule::DAY),
            fraction: percent / 100.0,
            evidence,
            row: row as u32,
        };
        let seen: Vec<Observation> = seen.iter().enumerate().map(observe).collect();
        let known = actual(1, &seen, Time::from_minutes(10 * groma_schedule::DAY))[0];
        assert_eq!((known.verdict, known.fraction.map(|f| f * 100.0)), (verdict, percent), "{seen:?}");
    }

    #[test]
    fn what_is_known() {
        use Evidence::{Correction, Inspection, Report, Scan};
        check(&[], Verdict::Unknown, None);
        check(&[(11, 50.0, Report)], Verdict::Unknown, None);
        check(&[(1, 0.0, Report)], Verdict::NotStarted, Some(0.0));
        check(&[(1, 0.0, Report), (3, 40.0, Report)], Verdict::InProgress, Some(40.0));
        // the order of rows does not matter, that of days does
        check(&[(3, 100.0, Report), (1, 40.0, Report)], Verdict::Done, Some(100.0));
        // a scan finds less than was reported: the scan counts, and somebody should look
        check(&[(1, 100.0, Report), (3, 60.0, Scan)], Verdict::Conflict, Some(60.0));
        // a report does not take back what an inspection saw
        check(&[(1, 100.0, Inspection), (3, 60.0, Report)], Verdict::Conflict, Some(100.0));
        // nor does one that agrees with the inspection settle it
        check(
            &[(1, 100.0, Inspection), (3, 60.0, Report), (4, 100.0, Report)],
            Verdict::Conflict,
            Some(100.0),
        );
        check(
            &[(1, 100.0, Inspection), (3, 60.0, Report), (4, 100.0, Inspection)],
            Verdict::Done,
            Some(100.0),
        );
        // what a report repeats rests on the inspection still
        check(&[(1, 100.0, Inspection), (2, 100.0, Report), (3, 60.0, Scan)], Verdict::Conflict, Some(100.0));
        // but may advance it
        check(&[(1, 50.0, Inspection), (3, 60.0, Report)], Verdict::InProgress, Some(60.0));
        check(&[(1, 100.0, Inspection), (3, 60.0, Correction)], Verdict::InProgress, Some(60.0));
    }
}

//! When clashes matter, by the programme: while both elements stand, and by when each must be solved.

use crate::twin::{Timeline, Twin, TwinError, needed_by, together};
use crate::{Project, ProjectConfig};
use groma_clash::{Clash, Subject};
use groma_model::{Diagnostic, Diagnostics, Severity, codes};
use groma_schedule::Time;
use jiff::ToSpan;
use jiff::civil::Date;

/// The elements of a project over time.
pub(crate) struct ClashDates {
    twin: Twin,
    timeline: Timeline,
    lead_days: i32,
    today: Date,
    /// The gate fails by days.
    asked: bool,
}

/// By when an issue must be solved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Deadline {
    /// The day on which work on one of its elements begins.
    pub(crate) needed_by: Date,
    /// That day less the lead time.
    pub(crate) solve_by: Date,
    /// It must be solved today, or must have been.
    pub(crate) due: bool,
}

impl ClashDates {
    /// By the programme and the links that a project's file states; `None` where it states neither.
    pub(crate) fn open(
        project: &Project,
        config: &ProjectConfig,
        today: Date,
    ) -> Result<Option<Self>, TwinError> {
        let file = &config.file;
        let gate = &file.gate;
        if file.programme.is_none() && file.links.is_empty() {
            let lead = gate.lead_time.as_ref().map(|lead| ("lead_time", lead.span()));
            let fails = gate.fail_when_due.as_ref().filter(|due| *due.get_ref());
            let Some((key, span)) = lead.or(fails.map(|due| ("fail_when_due", due.span()))) else {
                return Ok(None);
            };
            let what = format!("{key} needs a programme that says when work on an element begins");
            let hint = "name one: [programme] and path = \"programme.xml\" in the next line; [[link]] says which task builds what";
            return Err(Box::new(config.mistake(span, what).hint(hint)).into());
        }
        let twin = Twin::linked(project, config)?;
        let timeline = twin.timeline();
        let asked = gate.lead_time.is_some() || gate.fail_when_due.as_ref().is_some_and(|due| *due.get_ref());
        let lead_days = gate.lead_time.as_ref().map_or(0, |lead| lead.get_ref().0);
        Ok(Some(Self { twin, timeline, lead_days, today, asked }))
    }

    /// The day that it is.
    pub(crate) fn today(&self) -> Date {
        self.today
    }

    /// What was found wrong with the programme and its links.
    pub(crate) fn diagnostics(&self) -> &Diagnostics {
        &self.twin.diagnostics
    }

    /// What is lost of the programme or its links, so that a day may be missing: the first of it, in words. Where nothing
    /// or not all is linked no day is missing unless the gate asks for one.
    pub(crate) fn lost(&self) -> Option<String> {
        let lost = |d: &&Diagnostic| match [codes::NOTHING_LINKED, codes::LOST_ROWS].contains(&d.code) {
            true => self.asked,
            false => d.code.page().severity == Severity::Error,
        };
        let first = self.twin.diagnostics.iter().find(lost)?;
        Some(match self.twin.nothings().next() {
            Some(at) if [codes::LINK_OF_NOTHING, codes::NOTHING_LINKED].contains(&first.code) => {
                let file = at.file.file_name().unwrap_or_default().to_string_lossy();
                format!("{file}:{}:{}: {}", at.line, at.column, at.what)
            }
            _ => first.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" "),
        })
    }

    /// How many days before the work an issue must be solved.
    pub(crate) fn lead_days(&self) -> i32 {
        self.lead_days
    }

    /// While both elements stand; `None` where they never do.
    pub(crate) fn together(&self, a: Subject, b: Subject) -> Option<[Option<Time>; 2]> {
        let (from, until) = together(&self.timeline, self.twin.place(a), self.twin.place(b))?;
        Some([from, until])
    }

    /// By when the first of some clashes must be solved; `None` where nobody works on their elements.
    pub(crate) fn deadline<'c>(&self, clashes: impl IntoIterator<Item = &'c Clash>) -> Option<Deadline> {
        let place = |s: Subject| self.twin.place(s);
        let begins = |c: &Clash| needed_by(&self.timeline, place(c.a), place(c.b));
        let needed_by = clashes.into_iter().filter_map(begins).min()?.civil().date();
        let solve_by = needed_by.saturating_sub(self.lead_days.days());
        Some(Deadline { needed_by, solve_by, due: solve_by <= self.today })
    }
}

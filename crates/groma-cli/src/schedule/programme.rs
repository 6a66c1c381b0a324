//! A programme from a file, with its dates.

use super::args::{Format, ReadArgs, ReportArgs};
use crate::output::{self, Exit};
use anyhow::bail;
use groma::exchange::schedule::{Listed, Solved};
use groma::model::{Diagnostics, Severity};
use groma::read_programme;
use groma::schedule::{
    DateOrder, Dates, Network, Profile, ReadOptions, Schedule, only_project, solve, stated_profile,
};
use std::path::Path;

/// A programme, its logic and its dates.
pub(crate) struct Programme {
    pub(crate) label: String,
    pub(crate) schedule: Schedule,
    pub(crate) network: Network,
    pub(crate) dates: Dates,
    pub(crate) diagnostics: Diagnostics,
}

impl Programme {
    /// Reads a file and computes its dates.
    pub(crate) fn open(file: &Path, args: &ReadArgs) -> anyhow::Result<Self> {
        Self::open_by(file, args, args.profile.map(Into::into))
    }

    /// The same by the rules of a profile.
    pub(crate) fn open_by(file: &Path, args: &ReadArgs, profile: Option<Profile>) -> anyhow::Result<Self> {
        let label = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let options = ReadOptions {
            dates: args.dates.map_or(DateOrder::Unstated, Into::into),
            columns: args.columns.clone(),
            minutes_of_day: args.hours_per_day.map(|h| i32::from(h) * 60),
            start: args.start,
            data_date: args.data_date,
            ..ReadOptions::labelled(&label)
        };
        let (mut schedule, mut diagnostics) = read_programme(file, &options, &())?;
        if let Some(wanted) = &args.project {
            let is_wanted = |p: &&groma::schedule::Project| {
                [&p.code, &p.name, &p.uid].into_iter().any(|t| t.eq_ignore_ascii_case(wanted))
            };
            let Some(project) = schedule.projects.iter().find(is_wanted) else {
                let known: Vec<&str> = schedule.projects.iter().map(|p| p.code.as_str()).collect();
                bail!("{label} has no project {wanted:?}\n  hint: there are {}", known.join(", "));
            };
            let uid = project.uid.clone();
            let profile = profile.unwrap_or_else(|| stated_profile(&schedule));
            let (only, found) = only_project(&schedule, &uid, profile);
            schedule = only;
            diagnostics.extend(found);
        }
        if let Some(progress) = args.progress {
            schedule.projects.iter_mut().for_each(|p| p.options.progress = progress.into());
        }
        let profile = profile.unwrap_or_else(|| stated_profile(&schedule));
        let (network, found) = Network::compile(&schedule, profile);
        diagnostics.extend(found);
        let dates = solve(&network);
        Ok(Self { label, schedule, network, dates, diagnostics })
    }

    pub(crate) fn solved(&self) -> Solved<'_> {
        Solved {
            label: &self.label,
            schedule: &self.schedule,
            network: &self.network,
            dates: &self.dates,
            diagnostics: &self.diagnostics,
        }
    }

    /// True when a part of the file is lost.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.diagnostics.iter().any(|d| d.code.page().severity == Severity::Error)
    }

    /// An error where there is nothing to compute.
    pub(crate) fn with_activities(self) -> anyhow::Result<Self> {
        if self.network.is_empty() {
            bail!("{} holds no activity\n  hint: groma schedule inspect says what it holds", self.label);
        }
        Ok(self)
    }
}

/// Writes a report as it is asked for; the exit code by the gate, then by what is lost.
pub(crate) fn finish(
    report: &impl Listed,
    page: impl FnOnce() -> String,
    args: &ReportArgs,
    gate_holds: bool,
    is_incomplete: bool,
) -> anyhow::Result<Exit> {
    let text = match args.format {
        Format::Table => report.to_text(args.all),
        Format::Json => report.to_json(),
        Format::Csv => report.to_csv(),
        Format::Html => page(),
    };
    output::write(&text, args.output.as_deref())?;
    Ok(if !gate_holds {
        Exit::GateFailed
    } else if is_incomplete && !args.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Ok
    })
}

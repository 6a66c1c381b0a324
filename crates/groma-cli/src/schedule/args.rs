//! The command line of `groma schedule`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use groma::schedule::level::LevelOptions;
use groma::schedule::{DateOrder, Grouping, Profile, ProgressMode, Time};
use std::path::PathBuf;
use std::time::Duration;

#[derive(ClapArgs)]
#[command(after_help = "\
FILE is XER or XML from Primavera P6, XML from Microsoft Project, an IFC model with tasks, CSV, or
groma's JSON. A .mpp file is not read: save it as XML from Microsoft Project.

  groma schedule health programme.xer
  groma schedule solve programme.xml --profile msp --format html -o programme.html
  groma schedule compare march.xer april.xer --format csv")]
pub(crate) struct Schedule {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Subcommand)]
pub(crate) enum Action {
    /// What a programme is: projects, activities, links, calendars, what is wrong with it
    Inspect(Inspect),
    /// Compute its dates: early, late, float, critical and longest path
    Solve(Solve),
    /// Whether its logic carries: the DCMA's 14 points and what they miss; what a slip moves
    Health(Health),
    /// What changed between two states: added, removed, slipped, relinked
    Compare(Compare),
    /// What may become of it: percentiles, criticality, what moves the finish
    Risk(Risk),
    /// Earned value: planned, earned, spent; indices, estimates and S-curves
    Earned(Earned),
    /// Line of balance: which trade works where and when, its rhythm, and clashes of trades
    Takt(Takt),
    /// What the next weeks bring, and what it still waits for
    LookAhead(LookAhead),
    /// Keep resources within their limits, or make their peaks lower: what moves, what it waits for
    Level(Level),
    /// Write it in another format
    Convert(Convert),
}

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    #[value(alias = "text")]
    Table,
    /// For a program: everything, with a published schema
    Json,
    /// For a spreadsheet
    Csv,
    /// A page with charts that needs nothing but itself
    Html,
}

/// Whose rules dates follow.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// Primavera P6
    P6,
    /// Microsoft Project
    Msp,
}

impl From<ProfileArg> for Profile {
    fn from(profile: ProfileArg) -> Self {
        match profile {
            ProfileArg::P6 => Self::P6,
            ProfileArg::Msp => Self::Msp,
        }
    }
}

/// What becomes of work that started before what it waits for was done.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressArg {
    /// What is left of it still waits
    RetainedLogic,
    /// It goes on from the data date
    ProgressOverride,
    /// It goes on, and actual dates after the data date hold what follows
    ActualDates,
}

impl From<ProgressArg> for ProgressMode {
    fn from(progress: ProgressArg) -> Self {
        match progress {
            ProgressArg::RetainedLogic => Self::RetainedLogic,
            ProgressArg::ProgressOverride => Self::ProgressOverride,
            ProgressArg::ActualDates => Self::ActualDates,
        }
    }
}

/// Which of day and month comes first.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DatesArg {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

impl From<DatesArg> for DateOrder {
    fn from(dates: DatesArg) -> Self {
        match dates {
            DatesArg::DayFirst => Self::DayFirst,
            DatesArg::MonthFirst => Self::MonthFirst,
        }
    }
}

/// How a programme is read.
#[derive(ClapArgs, Clone)]
pub(crate) struct ReadArgs {
    /// Whose rules dates follow [default: those of the program that wrote the file]
    #[arg(long, value_enum)]
    pub(crate) profile: Option<ProfileArg>,
    /// What becomes of work that started before what it waits for was done, by P6's rules [default: as the file says]
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) progress: Option<ProgressArg>,
    /// Only one project of a file that holds several, by its id or name
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
    /// Which comes first in the dates of a CSV file, where they do not tell
    #[arg(long, value_enum)]
    pub(crate) dates: Option<DatesArg>,
    /// The column of a CSV file that holds a field (id, name, duration, predecessors, wbs with / between its
    /// names and \/ within one, …); may be repeated
    #[arg(long = "column", value_name = "FIELD=COLUMN", value_parser = pair)]
    pub(crate) columns: Vec<(String, String)>,
    /// How many hours a day of a CSV file has [default: 8]
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u16).range(1..=24))]
    pub(crate) hours_per_day: Option<u16>,
    /// When its projects start, whatever the file says: 2026-05-04, or 2026-05-04T07:00
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) start: Option<Time>,
    /// The date of its progress, whatever the file says
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) data_date: Option<Time>,
}

/// How a report is written.
#[derive(ClapArgs)]
pub(crate) struct ReportArgs {
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write the report to FILE instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Cut no list of the table
    #[arg(long)]
    pub(crate) all: bool,
    /// End with 0 although a part of the file is lost
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Inspect {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Solve {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How many float paths are told apart [default: as the file says]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1_000))]
    pub(crate) float_paths: Option<u16>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
Ends with 1 when a check fails. Each check has a name and a limit; --limit sets another, or `off`:

  groma schedule health programme.xer --limit missing-logic=10 --limit high-float=off
  groma schedule health programme.xml --limit no-predecessor=2 --format json")]
pub(crate) struct Health {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Another limit for a check; may be repeated
    #[arg(long = "limit", value_name = "CHECK=VALUE|off", value_parser = pair)]
    pub(crate) limits: Vec<(String, String)>,
    /// From how many working days on a float or a duration is high
    #[arg(long, value_name = "DAYS", default_value_t = 44, value_parser = clap::value_parser!(i32).range(0..=100_000))]
    pub(crate) high_days: i32,
    /// By how many days of eight hours activities slip in the test of what moves
    #[arg(long, value_name = "DAYS", default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub(crate) slip_days: i32,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
Activities are joined by project and id, then by a name that occurs once. Differences are no
failure: the exit code is 0, with --fail-on-change 1.")]
pub(crate) struct Compare {
    /// The old state
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The new state
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// End with 1 if anything changed
    #[arg(long)]
    pub(crate) fail_on_change: bool,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
A file of tasks and what is uncertain about them is a scenario, as `groma whatif` takes it; --work
says it in a line. Without either, each duration is taken as triangular(90%,100%,130%), and said so.

  groma schedule risk programme.xer --work '*=pert(80%,100%,160%)' --work 'Roof*=uniform(4wd,9wd)'
  groma schedule risk programme.xml --scenario storm_week.toml --format html -o risk.html")]
pub(crate) struct Risk {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How long tasks take, by code or name; the last that fits a task counts; may be repeated
    #[arg(long, value_name = "TASK=DISTRIBUTION", value_parser = uncertain)]
    pub(crate) work: Vec<(String, String)>,
    /// What is changed and what is uncertain, as a scenario
    #[arg(long, value_name = "FILE", conflicts_with = "work")]
    pub(crate) scenario: Option<PathBuf>,
    /// Runs [default: 10000; of a scenario what it says, or 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) iterations: Option<u32>,
    /// Other seeds give other runs, the same seed the same ones [default: 1, or the scenario's]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
People and machines are kept within the units that the file gives them; --limit gives others. Work
that is started, done, bound to a date or planned by hand stays. Each activity that is delayed gets a
start-no-earlier-than date, and so does the programme that --write writes (.xml, .xer, .csv, .json).
It ends with 1 when more is still used than there is.

  groma schedule level programme.xml --limit Mason=4 --write levelled.xml
  groma schedule level programme.xer --smooth --format html -o smooth.html
  groma schedule level programme.xer --within-float --budget 10s")]
pub(crate) struct Level {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Keep the finish, and make peaks lower by moving work within its float
    #[arg(long)]
    pub(crate) smooth: bool,
    /// Move nothing beyond its float, and say what then lacks
    #[arg(long)]
    pub(crate) within_float: bool,
    /// So many units of a resource, by its id or name, and of all that is a part of it; may be repeated
    #[arg(long = "limit", value_name = "RESOURCE=UNITS", value_parser = limit, allow_hyphen_values = true)]
    pub(crate) limits: Vec<(String, f64)>,
    /// Search so long: 500ms, 2s, 1min; a faster machine may find a better answer
    #[arg(long, value_name = "TIME", value_parser = budget, conflicts_with = "schedules")]
    pub(crate) budget: Option<Duration>,
    /// Search so many schedules: the same answer on any machine and number of threads
    #[arg(long, value_name = "N", default_value_t = LevelOptions::SCHEDULES, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) schedules: u64,
    /// Other seeds search other orders
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Then prove, for so long, that no schedule ends sooner, or before when none does [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = budget, num_args = 0..=1, require_equals = true, default_missing_value = "10s", conflicts_with_all = ["smooth", "within_float"])]
    pub(crate) exact: Option<Duration>,
    /// Write the programme with its new starts to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(
    override_usage = "groma whatif [OPTIONS] [BASE] <SCENARIO>...",
    after_help = "\
A SCENARIO is a TOML file: what changes, what is uncertain, what must hold; or a study, a Rhai
script (.rhai) that makes many of them. Percentiles are compared with those of the base under the
same uncertainty, in the same runs. It ends with 1 when an assert does not hold.

  groma whatif programme.xml examples/scenarios/*.toml --compare
  groma whatif programme.xml storm_weeks.rhai --format csv
  groma whatif storm.toml                         with base = \"programme.xml\" in it"
)]
pub(crate) struct Whatif {
    /// The programme, unless the scenarios name it (base); then the scenarios
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// One table of the base and all scenarios, which is what is written anyhow
    #[arg(long)]
    pub(crate) compare: bool,
    /// Write the programme of each scenario to DIR, as Microsoft Project's XML
    #[arg(long, value_name = "DIR")]
    pub(crate) write: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
A programme is measured against one of its own baselines, or against another file: the programme as it
was once. What is done is known for the data date; before it, it is spread evenly over the time that
it took.

  groma schedule earned programme.xml --baseline 0
  groma schedule earned april.xer --baseline january.xer
  groma schedule earned programme.xml --at 2026-05-29 --format html -o earned.html")]
pub(crate) struct Earned {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Against which baseline of its own, or the file of which [default: the first; without any the planned dates
    /// and costs]
    #[arg(long, value_name = "N|FILE")]
    pub(crate) baseline: Option<String>,
    /// By when [default: the data date]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) at: Option<Time>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
Locations and trades are named by `wbs` (the node of the breakdown), `wbs:2` (the node at a level),
`code:NAME` (an activity code), `name` or `resource`.

  groma schedule takt programme.xer --location wbs --trade code:Trade
  groma schedule takt programme.xml --location wbs:2 --trade resource --svg balance.svg")]
pub(crate) struct Takt {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What names the location of an activity
    #[arg(long, value_name = "BY", default_value = "wbs", value_parser = grouping)]
    pub(crate) location: Grouping,
    /// What names its trade
    #[arg(long, value_name = "BY", default_value = "name", value_parser = grouping)]
    pub(crate) trade: Grouping,
    /// Write the line of balance to FILE as a picture
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(ClapArgs)]
pub(crate) struct LookAhead {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How many weeks
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=520))]
    pub(crate) weeks: u16,
    /// From when on [default: the data date]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Time>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

fn grouping(text: &str) -> Result<Grouping, String> {
    Grouping::parse(text).ok_or_else(|| "there are wbs, wbs:LEVEL, code:NAME, name, resource".to_owned())
}

/// A format that a programme is written in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TargetArg {
    /// groma's own, which holds everything
    Json,
    /// Microsoft Project's XML
    Mspdi,
    /// Primavera P6's exchange file
    Xer,
    /// One row for each activity
    Csv,
    /// The tasks of an IFC4 file
    #[value(alias = "ifc4")]
    Ifc,
    /// The tasks of an IFC4.3 file
    Ifc4x3,
}

#[derive(ClapArgs)]
#[command(after_help = "\
The ending of the file says the format: .xml (Microsoft Project), .xer (Primavera P6), .ifc, .csv, .json.
Dates are those that the file states; --reschedule writes the computed ones.

  groma schedule convert programme.xer -o programme.xml")]
pub(crate) struct Convert {
    /// The programme
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where to; stdout needs --to
    #[arg(long, short, value_name = "FILE", required_unless_present = "to")]
    pub(crate) output: Option<PathBuf>,
    /// The format [default: by the ending]
    #[arg(long, value_enum)]
    pub(crate) to: Option<TargetArg>,
    /// Write the computed dates, not those that the file states
    #[arg(long)]
    pub(crate) reschedule: bool,
    /// End with 0 although a part of the file is lost
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
}

pub(crate) fn date(text: &str) -> Result<Time, String> {
    Time::parse(text)
        .ok_or_else(|| "write it as 2026-05-04, or 2026-05-04T07:00; between 1900 and 2199".to_owned())
}

/// `task=distribution`.
fn uncertain(text: &str) -> Result<(String, String), String> {
    pair(text).map_err(|_| {
        "write which tasks and how long they take: 'Roof*=pert(80%,100%,160%)', for all of them '*=pert(80%,100%,160%)'"
            .to_owned()
    })
}

/// `name=value`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// `Mason=4`.
fn limit(text: &str) -> Result<(String, f64), String> {
    let (name, units) = pair(text).map_err(|_| "write RESOURCE=UNITS, as Mason=4".to_owned())?;
    match units.parse::<f64>() {
        Ok(units) if units.is_finite() && units >= 0.0 => Ok((name, units)),
        _ => Err(format!("{units:?} is no number of units, 0 or more")),
    }
}

/// `500ms`, `2s`, `1min`.
fn budget(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let wrong = || "write a time of 1ms to 24h: 500ms, 2s, 1min".to_owned();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).ok_or_else(wrong)?;
    let number: f64 = text[..split].parse().map_err(|_| wrong())?;
    let seconds = match text[split..].trim() {
        "ms" => number / 1e3,
        "s" => number,
        "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(wrong()),
    };
    if (1e-3..=86_400.0).contains(&seconds) { Ok(Duration::from_secs_f64(seconds)) } else { Err(wrong()) }
}

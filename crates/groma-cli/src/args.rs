//! The command line, defined once; help and parsing come from here.

use crate::schedule::args::{Schedule, Whatif};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use groma::exchange::project_file::ReportFormat;
use groma::exchange::schema::Report;
use std::ffi::OsString;
use std::path::PathBuf;

/// Open construction digital twins: import IFC models, find what collides, see it in 3D.
#[derive(Parser)]
#[command(name = "groma", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  ran, complete, all gates hold
  1  ran, and a gate failed (clashes were found)
  2  could not run: usage, configuration, file, or a selection that selects nothing
  3  ran, gates hold, but the coverage is incomplete; --allow-incomplete makes it 0

FILE is an .ifc file, also packed (.ifczip, .ifc.gz), or LABEL=FILE to name its model; a folder, an
archive or a quoted pattern such as 'models/*.ifc' stands for the models in it. Try it: groma demo";

/// Options of every command.
#[derive(ClapArgs)]
pub(crate) struct Common {
    /// How many threads work [default: one per core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// No progress bars and no words but errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Read and mesh anew what was opened before, and keep nothing for the next time
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
    /// Write the time of each stage to FILE, for Perfetto or a browser's trace viewer
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// What models are: schema, units, place, storeys, classes, coverage, what is wrong with them
    Inspect(Inspect),
    /// Find what collides, or comes too near
    Clash(Clash),
    /// Check all that groma.toml asks for, against what is known: the job of a CI
    Check(Check),
    /// Make the whole of the parts of a clash run or a check (--shard)
    Merge(Merge),
    /// Write a commented groma.toml for the models it finds
    Init(Init),
    /// What changed between two revisions: added, removed, moved, reshaped, changed elements
    Compare(Compare),
    /// Programmes of work: what they are, their dates, their health, what changed, what may become of them
    Schedule(Schedule),
    /// What becomes of a programme under scenarios: delays, storms, crews, other logic
    Whatif(Whatif),
    /// Which elements belong to which tasks of the programme, and what belongs to nothing
    Link(Link),
    /// What stands at a date, or week by week: planned, and seen on site
    Simulate(Simulate),
    /// What is kept of models that were opened before, so that they open at once
    Cache(Cache),
    /// Select elements and list what they are: attributes, properties, shapes
    Query(Query),
    /// What a diagnostic code means, why it matters, how to mend it
    Explain(Explain),
    /// Open models in the viewer
    View(View),
    /// Unpack the sample project, check it, and say what to try next
    Demo(Demo),
    /// Print the JSON Schema of a report
    Schema(Schema),
}

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    Text,
    /// For a program: everything, with a published schema
    Json,
}

/// Where a report goes, and how much of it is told.
#[derive(ClapArgs)]
pub(crate) struct OutputArgs {
    /// Write the report to FILE instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Cut no list of the text
    #[arg(long)]
    pub(crate) all: bool,
    /// End with 0 although the coverage is incomplete
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

/// Options of the commands that write a report as text or JSON.
#[derive(ClapArgs)]
pub(crate) struct ReportArgs {
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) to: OutputArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Inspect {
    /// The models
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<OsString>,
    /// Longitude and latitude (WGS 84) of each model that stands on a map
    #[arg(long)]
    pub(crate) lon_lat: bool,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// Which kind of clash to look for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// Interiors share volume deeper than the tolerance
    Hard,
    /// Nearer than the distance
    Clearance,
    /// Surfaces meet
    Touching,
    /// The same class and the same points
    Duplicate,
}

#[derive(ClapArgs)]
#[command(after_help = "\
One FILE is tested within itself, several between each other; --within tests both.
--a and --b test one set against the other: files, or, beside FILEs, what a selector selects
(groma query --help).

  groma clash structure.ifc services.ifc
  groma clash --a arch.ifc --b services.ifc --kind clearance --distance 0.05
  groma clash arch.ifc services.ifc --a IfcWall --b IfcFlowSegment
  groma clash arch.ifc services.ifc --a 'IfcWall, location=\"Level 1\"' --b 'IfcDuctSegment + IfcPipeSegment'")]
pub(crate) struct Clash {
    /// The models
    #[arg(value_name = "FILE", required_unless_present_all = ["a", "b"])]
    pub(crate) files: Vec<OsString>,
    /// One side: a file, or a selector over the FILEs; may be repeated
    #[arg(long, value_name = "FILE|SELECTOR", requires = "b")]
    pub(crate) a: Vec<OsString>,
    /// The other side
    #[arg(long, value_name = "FILE|SELECTOR", requires = "a")]
    pub(crate) b: Vec<OsString>,
    /// Test within each model, and between them if there are several
    #[arg(long, conflicts_with_all = ["a", "b"])]
    pub(crate) within: bool,
    /// What to look for
    #[arg(long, value_enum, default_value_t = KindArg::Hard)]
    pub(crate) kind: KindArg,
    /// Metres of penetration that are no hard clash
    #[arg(long, value_name = "M", default_value_t = groma::Rule::DEFAULT_TOLERANCE, allow_negative_numbers = true)]
    pub(crate) tolerance: f64,
    /// Metres that a clearance asks for
    #[arg(long, value_name = "M", required_if_eq("kind", "clearance"), allow_negative_numbers = true)]
    pub(crate) distance: Option<f64>,
    /// Test also what belongs together: fillings, assemblies, connected and joined elements
    #[arg(long)]
    pub(crate) no_exclusions: bool,
    /// Say how much volume elements share
    #[arg(long)]
    pub(crate) volumes: bool,
    /// Clashes that are known: only what is new or worse fails
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all clashes to FILE as known
    #[arg(long, value_name = "FILE")]
    pub(crate) save_baseline: Option<PathBuf>,
    /// Who is who since the baseline was written: a file of groma compare --identity
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// Test one part of N, for jobs side by side; groma merge makes their reports one
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with_all = ["baseline", "save_baseline"])]
    pub(crate) shard: Option<groma::clash::Shard>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

fn shard(text: &str) -> Result<groma::clash::Shard, String> {
    groma::clash::Shard::parse(text).ok_or_else(|| "a part is I/N, as in 2/8".to_owned())
}

#[derive(ClapArgs)]
#[command(after_help = "\
  groma clash a.ifc b.ifc --shard 1/2 --format json -o 1.json    # on one machine
  groma clash a.ifc b.ifc --shard 2/2 --format json -o 2.json    # on another
  groma merge 1.json 2.json -o clashes.json                      # as if it had been one run

  groma check --shard 1/2 -o 1.json                              # the same of all that groma.toml asks for
  groma merge 1.json 2.json --baseline known.jsonl --out reports # as groma check does, with its exit code")]
pub(crate) struct Merge {
    /// The reports of all parts, in any order
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write the report of a clash run to FILE instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
Issues are new, reopened (known, and become worse), open (known), waived or resolved. New and
reopened ones fail, unless [gate] of groma.toml says otherwise.

  groma init models/*.ifc                       # writes groma.toml
  groma check --save-baseline                   # what is there today is known from now on
  groma check --out reports --format json,junit,sarif")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) of: CheckArgs,
    /// Check again whenever groma.toml or a file it names changes, until Ctrl-C
    #[arg(long, conflicts_with = "save_baseline")]
    pub(crate) watch: bool,
    /// Test one part of N, for jobs side by side, and write its verdicts; groma merge makes the check of them
    #[arg(long, value_name = "I/N", value_parser = shard)]
    #[arg(conflicts_with_all = ["watch", "baseline", "save_baseline", "waivers", "identity", "out", "format"])]
    #[arg(conflicts_with_all = ["explain_disciplines", "all", "date"])]
    pub(crate) shard: Option<groma::clash::Shard>,
    /// Write the verdicts of the part to FILE instead of stdout
    #[arg(long, short, value_name = "FILE", requires = "shard")]
    pub(crate) output: Option<PathBuf>,
}

/// Options of a check, whole or merged.
#[derive(ClapArgs)]
pub(crate) struct CheckArgs {
    /// The project's file
    #[arg(long, short, value_name = "FILE", default_value = "groma.toml")]
    pub(crate) config: PathBuf,
    /// Clashes that are known, instead of those that groma.toml names
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all clashes as known, to FILE or to the baseline that groma.toml names
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[allow(clippy::option_option, reason = "given or not, with a file or not")]
    pub(crate) save_baseline: Option<Option<PathBuf>>,
    /// Who answers for which clash until when, instead of the file that groma.toml names
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers: Option<PathBuf>,
    /// Who is who since the baseline was written, instead of the file that groma.toml names
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// Write reports to DIR
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Which reports, by comma: json, csv, junit, sarif
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = report_format)]
    pub(crate) format: Vec<ReportFormat>,
    /// The day that waivers are judged by, as in 2026-12-31 [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<jiff::civil::Date>,
    /// Say which elements are taken for which discipline, and what told
    #[arg(long)]
    pub(crate) explain_disciplines: bool,
    /// List every issue
    #[arg(long)]
    pub(crate) all: bool,
    /// End with 0 although the coverage is incomplete
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

fn report_format(name: &str) -> Result<ReportFormat, String> {
    match name {
        "json" => Ok(ReportFormat::Json),
        "csv" => Ok(ReportFormat::Csv),
        "junit" => Ok(ReportFormat::Junit),
        "sarif" => Ok(ReportFormat::Sarif),
        _ => Err("there are json, csv, junit, sarif".to_owned()),
    }
}

#[derive(ClapArgs)]
pub(crate) struct Init {
    /// The models; those of the folder unless stated
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<OsString>,
    /// Where to write it
    #[arg(long, short, value_name = "FILE", default_value = "groma.toml")]
    pub(crate) output: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// How a comparison is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// For a person
    Text,
    /// For a program: everything, with a published schema
    Json,
    /// For a table: one line for each change
    Csv,
}

#[derive(ClapArgs)]
#[command(after_help = "\
OLD and NEW are files, or folders whose models are taken for each other by label.
Elements are matched by GlobalId; where these were made anew, by tag, shape and place, name
and relatives, each with a score. What could be several is listed, not guessed. Differences
are no failure: the exit code is 0, with --fail-on-change 1.

  groma compare arch_v1.ifc arch_v2.ifc
  groma compare march/ april/ --identity identity.json --format csv -o changes.csv")]
pub(crate) struct Compare {
    /// The old revision: a file, a folder, an archive
    #[arg(value_name = "OLD")]
    pub(crate) old: OsString,
    /// The new revision
    #[arg(value_name = "NEW")]
    pub(crate) new: OsString,
    /// Pairs that hold whatever else speaks against them: an identity file, edited by hand
    #[arg(long, value_name = "FILE")]
    pub(crate) aliases: Option<PathBuf>,
    /// Write to FILE which element of NEW is which of OLD
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// End with 1 if anything changed
    #[arg(long)]
    pub(crate) fail_on_change: bool,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
    pub(crate) format: CompareFormat,
    #[command(flatten)]
    pub(crate) to: OutputArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
Models are kept by the content of their files, up to 4 GB or what GROMA_CACHE_LIMIT says (500MB, 20GB);
what was not used for longest goes.
They lie where the platform keeps caches, or in GROMA_CACHE_DIR; where that is empty, nothing
is kept. --no-cache leaves the cache alone for one run.")]
pub(crate) struct Cache {
    #[command(subcommand)]
    pub(crate) action: CacheAction,
}

#[derive(Clone, Copy, Subcommand)]
pub(crate) enum CacheAction {
    /// Where the cache is and how much is in it
    Info,
    /// Remove all that is in it
    Clean,
}

/// How a query is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For a person
    Table,
    /// For a spreadsheet
    Csv,
    /// For a program: everything, with a published schema
    Json,
}

/// Options of the commands that answer with a table.
#[derive(ClapArgs)]
pub(crate) struct TableArgs {
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
    /// Write the answer to FILE instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Cut no list of the text
    #[arg(long)]
    pub(crate) all: bool,
    /// End with 0 although the coverage is incomplete
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

#[derive(ClapArgs)]
#[command(after_help = "\
groma.toml names the programme and what links it:

  [programme]
  path = \"programme.xml\"             # of a CSV also dates = \"day-first\", hours-per-day, and
                                     # columns = { id = \"Nr\", name = \"Vorgang\" }

  [[link]]
  elements = \"IfcSlab\"
  task-name = \"Slab {storey}\"        # or task = \"A10*\", or wbs = \"Structure/*\"

  [[link]]
  csv = \"links.csv\"                  # columns global_id (or tag), task, role, weight

Without [[link]], what the models assign to their own tasks counts.")]
pub(crate) struct Link {
    /// The project's file
    #[arg(long, short, value_name = "FILE", default_value = "groma.toml")]
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  groma simulate --at 2026-05-01                # each storey and class on that evening
  groma simulate --every week                   # the course of the works
  groma simulate --at 2026-05-01 --format csv   # the state of each element")]
pub(crate) struct Simulate {
    /// The project's file
    #[arg(long, short, value_name = "FILE", default_value = "groma.toml")]
    pub(crate) config: PathBuf,
    /// One date, or instant as in 2026-05-01T12:00; a date alone means its end
    #[arg(long, value_name = "DATE", value_parser = instant, required_unless_present = "every", conflicts_with = "every")]
    pub(crate) at: Option<groma::schedule::Time>,
    /// One date in a day, a week, or so many days
    #[arg(long, value_name = "STEP", value_parser = step)]
    pub(crate) every: Option<u16>,
    /// The first date [default: the first start]
    #[arg(long, value_name = "DATE", value_parser = instant, requires = "every")]
    pub(crate) from: Option<groma::schedule::Time>,
    /// The last date [default: the last finish]
    #[arg(long, value_name = "DATE", value_parser = instant, requires = "every")]
    pub(crate) to: Option<groma::schedule::Time>,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

/// A date means its end.
fn instant(text: &str) -> Result<groma::schedule::Time, String> {
    let time = groma::schedule::Time::parse_evening(text);
    time.ok_or_else(|| "not a date such as 2026-05-01, from 1900 to 2199".into())
}

fn step(text: &str) -> Result<u16, String> {
    match text {
        "day" => Ok(1),
        "week" => Ok(7),
        "month" => Ok(30),
        _ => text
            .parse()
            .ok()
            .filter(|days| *days > 0)
            .ok_or_else(|| "day, week, month, or a number of days".into()),
    }
}

#[derive(ClapArgs)]
#[command(after_help = "\
SELECTOR is in the grammar of IfcOpenShell: lists with + between them, facets with , between them.

  IfcWall                            a class with its subtypes; ! IfcWall takes it away
  325Q7Fhnf67OZC$$r43uzK             a GlobalId
  Name=D01   Name*=D   Name=/D[0-9]/ an attribute: =, !=, *= (contains), !*=, >, >=, <, <=
  Pset_WallCommon.FireRating!=NULL   a property or quantity; NULL, TRUE, FALSE, /patterns/, \"texts\"
  type= material= classification= location= group= parent=    what it is related to, by name
  query:storey.Name=\"Level 3\"       what keys lead to

COLUMNS are attributes (Name), properties (Pset_WallCommon.FireRating), relations (type, storey, container,
material, classification, layer, group, system, zone, phase), and of the shape, in metres: status, box,
volume, area, triangles, closed.

  groma query arch.ifc 'IfcWall, Pset_WallCommon.IsExternal=TRUE' --columns Name,storey,volume
  groma query arch.ifc 'IfcSlab' --columns storey,area,volume --group-by storey --format csv
  groma query arch.ifc 'IfcDoor, location=\"Level 1\", Name*=Glas' --explain")]
pub(crate) struct Query {
    /// The models
    #[arg(required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) files: Vec<OsString>,
    /// Which elements
    pub(crate) selector: String,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
    /// What to show of each, with commas between
    #[arg(long, default_value = groma::Column::DEFAULT)]
    pub(crate) columns: String,
    /// Sort by columns
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) sort: Option<String>,
    /// One row for each value of columns, with counts and sums
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) group_by: Option<String>,
    /// Only how many
    #[arg(long, conflicts_with_all = ["columns", "sort", "group_by", "format"])]
    pub(crate) count: bool,
    /// Say how each facet adds or takes away
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write the answer to FILE instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// End with 0 although the coverage is incomplete
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Explain {
    /// A code such as G0312; none lists all
    pub(crate) code: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct View {
    /// The models, and options of the viewer (groma-viewer --help)
    #[arg(value_name = "FILE", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(ClapArgs)]
pub(crate) struct Demo {
    /// Where to unpack the sample project
    #[arg(default_value = "groma-demo")]
    pub(crate) dir: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct Schema {
    /// Which report
    #[arg(value_parser = report)]
    pub(crate) report: Report,
}

fn report(name: &str) -> Result<Report, String> {
    Report::ALL.into_iter().find(|r| r.name() == name).ok_or_else(|| {
        let known: Vec<&str> = Report::ALL.iter().map(|r| r.name()).collect();
        format!("there are {}", known.join(", "))
    })
}

//! groma as a library: open IFC models as one [`Project`], inspect them, find what collides.
//!
//! ```no_run
//! use groma::{ModelSource, Pairs, Project, Rule, RuleKind};
//!
//! let sources = [ModelSource::new("structure.ifc"), ModelSource::new("services.ifc")];
//! let project = Project::open(&sources, &())?;
//! let rule = Rule {
//!     name: "hard".into(),
//!     kind: RuleKind::Hard,
//!     tolerance: Rule::DEFAULT_TOLERANCE,
//!     pairs: Pairs::Between,
//!     exclusions: true,
//! };
//! let run = project.clash(&rule, &())?;
//! println!("{} clashes", run.clashes.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every stage is a function of its input alone: no globals, no logging set up, no thread pool of its
//! own (run it inside one to bound the threads). Lengths are metres in f64.

mod check;
mod clash_dates;
mod columns;
mod envelope;
mod far;
mod federation;
mod fields;
pub mod files;
mod gone;
mod history;
mod history_files;
pub mod init;
mod issue_words;
pub mod judge;
pub mod lon_lat;
mod matrix;
mod parts;
mod programme;
mod project;
mod project_config;
mod query;
mod remember;
mod revisions;
pub mod rules;
pub mod sample;
mod scenarios;
mod select;
mod share;
mod source;
mod testable;
pub mod twin;
mod verdicts;

/// The stack that each thread of a pool should have which opens projects, in bytes: geometry kernels
/// recurse as deep as a file nests its shapes. Only what is touched becomes memory.
pub const WORKER_STACK: usize = 64 << 20;

pub use groma_cache as cache;
pub use groma_clash as clash;
pub use groma_compare as compare;
pub use groma_exchange as exchange;
pub use groma_geometry as geometry;
pub use groma_model as model;
pub use groma_query as selectors;
pub use groma_schedule as schedule;

pub use crate::check::{CheckError, Checked, check};
pub use crate::gone::{NotTested, Tests};
pub use crate::history::History;
pub use crate::history_files::{HistoryError, HistoryFiles, today};
pub use crate::parts::{CheckPart, Parts, PartsError, check_part};
pub use crate::project_config::{ConfigError, ProjectConfig};
pub use crate::remember::Memory;
pub use crate::revisions::{ComparedModel, Revisions};
pub use columns::{Column, ColumnError};
pub use groma_cache::Cache;
pub use groma_clash::{ClashRun, Pairs, Rule, RuleKind};
pub use groma_ifc::Meshed;
pub use groma_model::Progress;
pub use groma_query::{Selector, SelectorError};
pub use programme::{ProgrammeError, read_programme};
pub use project::{Loaded, OpenError, Project, Watch};
pub use query::{QueryError, QueryRun, ReadModel, query, read_models, steps};
pub use scenarios::{ReadScenario, ScenariosError, is_of_scenarios, read_scenarios};
pub use select::{SelectError, Selection};
pub use source::{LabelError, ModelSource, SourceError};

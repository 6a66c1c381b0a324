//! Scenarios from files, with the files that they name.

use groma_schedule::whatif::{Scenario, ScenarioError, parse_scenario, parse_weather, study};
use std::path::{Path, PathBuf};

/// Why a file holds no scenarios.
#[derive(thiserror::Error, Debug)]
pub enum ScenariosError {
    /// The system refuses to read it, or a file that it names.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is no scenario, or the weather that it names is none.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// A scenario of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadScenario {
    /// What it states, with its weather.
    pub scenario: Scenario,
    /// The programme that it names; relative to where the program runs, not to the scenario.
    pub base: Option<PathBuf>,
}

/// True of a file of scenarios, by its ending: `.toml`, or a study, `.rhai`.
pub fn is_of_scenarios(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml") || e.eq_ignore_ascii_case("rhai"))
}

/// Reads the scenarios of a file: one of TOML, those that it makes of a study in Rhai. What a scenario names
/// (its base, a calendar of weather) lies where it says, seen from its own folder.
///
/// # Errors
///
/// See [`ScenariosError`].
pub fn read_scenarios(path: &Path) -> Result<Vec<ReadScenario>, ScenariosError> {
    let text = read(path)?;
    let name = path.display().to_string();
    let made = match path.extension().is_some_and(|e| e.eq_ignore_ascii_case("rhai")) {
        true => study(&name, &text)?,
        false => vec![parse_scenario(&name, &text)?],
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let with_files = |mut scenario: Scenario| {
        for weather in &mut scenario.weather {
            if let Some(file) = &weather.file {
                let file = folder.join(file);
                weather.days = Some(parse_weather(&file.display().to_string(), &read(&file)?)?);
            }
        }
        let base = scenario.scenario.base.as_ref().map(|base| folder.join(base));
        Ok(ReadScenario { scenario, base })
    };
    made.into_iter().map(with_files).collect()
}

fn read(path: &Path) -> Result<String, ScenariosError> {
    std::fs::read_to_string(path).map_err(|source| ScenariosError::Io { path: path.into(), source })
}

//! Expressions and studies in Rhai, shut in: no files, no network, no clock, and so many steps.

use super::parse::checked;
use super::scenario::{Scenario, ScenarioError};
use crate::activity::{Activity, Status};
use crate::solve::ActivityDates;
use crate::time::Time;
use rhai::serde::from_dynamic;
use rhai::{AST, Dynamic, Engine, EvalAltResult, Scope};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Steps that a script may take.
pub const MOST_STEPS: u64 = 1_000_000;
/// Steps that an expression may take.
const STEPS_OF_EXPRESSION: u64 = 10_000;
/// Scenarios that a study may make.
const MOST_SCENARIOS: usize = 10_000;
/// Entries of all its scenarios together, and runs of their simulations.
const MOST_ENTRIES: usize = 200_000;
const MOST_RUNS: u64 = 200_000_000;
/// How long a study may take, and an expression over all the activities that it is asked of. Steps alone do not
/// bound time: one of them may sort or copy a list.
const LONGEST: Duration = Duration::from_secs(10);

fn engine(steps: u64) -> Engine {
    let mut engine = Engine::new();
    engine.set_max_operations(steps);
    let end = Instant::now() + LONGEST;
    engine.on_progress(move |_| (Instant::now() >= end).then(|| TOO_LONG.into()));
    engine.set_max_expr_depths(64, 32);
    engine.set_max_call_levels(32);
    engine.set_max_string_size(1 << 14);
    engine.set_max_array_size(1_000);
    engine.set_max_map_size(1_000);
    engine.disable_symbol("eval");
    // Libraries print nothing.
    engine.on_print(|_| ());
    engine.on_debug(|_, _, _| ());
    engine
}

/// An expression over an activity: `critical && duration_h > 40 && name.contains("Roof")`.
pub(crate) struct Condition {
    engine: Engine,
    ast: AST,
    text: String,
}

impl Condition {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let engine = engine(STEPS_OF_EXPRESSION);
        let ast = engine.compile_expression(text).map_err(|e| format!("when = {text:?}: {e}"))?;
        Ok(Self { engine, ast, text: text.to_owned() })
    }

    pub(crate) fn holds(&self, a: &Activity, dates: Option<&ActivityDates>) -> Result<bool, String> {
        let mut scope = Scope::new();
        let hours = |m: i32| f64::from(m) / 60.0;
        let time = |t: Option<Time>| t.map(|t| t.to_string()).unwrap_or_default();
        scope.push_constant("code", a.code.clone());
        scope.push_constant("name", a.name.clone());
        scope.push_constant("kind", a.kind.as_str().to_owned());
        scope.push_constant("duration_h", hours(a.duration));
        scope.push_constant("remaining_h", hours(a.remaining));
        scope.push_constant("started", a.status != Status::NotStarted);
        scope.push_constant("complete", a.status == Status::Complete);
        scope.push_constant("critical", dates.is_some_and(|d| d.critical));
        scope.push_constant("longest_path", dates.is_some_and(|d| d.longest_path));
        scope.push_constant("total_float_h", dates.map_or(0.0, |d| hours(d.total_float)));
        // Written so that text compares as time does.
        scope.push_constant("start", time(dates.map(|d| d.start)));
        scope.push_constant("finish", time(dates.map(|d| d.finish)));
        self.engine
            .eval_ast_with_scope::<bool>(&mut scope, &self.ast)
            .map_err(|e| format!("when = {:?}: {}", self.text, plain(&e)))
    }
}

/// Why a script is stopped by the clock.
const TOO_LONG: &str = "it does not end within its time";

/// What went wrong, and that it was the steps or the time where it was.
fn plain(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorTerminated(_, at) => format!("{TOO_LONG} ({at})"),
        EvalAltResult::ErrorTooManyOperations(at) => format!("it does not end within its steps ({at})"),
        other => other.to_string(),
    }
}

/// Runs a study: a script that makes scenarios, each by `scenario(#{ … })` with the keys of a scenario's file.
///
/// Beside the language itself there is `add_days("2026-06-01", 7)`. The script sees no file, no network and no
/// clock, and is stopped after [`MOST_STEPS`], or after ten seconds.
///
/// # Errors
///
/// When it is no script, fails, takes too many steps, or makes what is no scenario.
pub fn study(file: &str, text: &str) -> Result<Vec<Scenario>, ScenarioError> {
    let malformed = |what: String| ScenarioError::Malformed { file: file.to_owned(), what };
    let made: Arc<Mutex<Vec<Scenario>>> = Arc::default();
    let mut engine = engine(MOST_STEPS);
    let sink = made.clone();
    engine.register_fn("scenario", move |map: Dynamic| -> Result<(), Box<EvalAltResult>> {
        let scenario: Scenario = from_dynamic(&map)?;
        let mut made = sink.lock().unwrap_or_else(PoisonError::into_inner);
        checked(&scenario)?;
        if scenario.scenario.base.is_some() {
            return Err("a study names no base; name the programme beside it".into());
        }
        if let Some(weather) = scenario.weather.iter().find(|w| w.file.is_some()) {
            let name = &weather.name;
            return Err(format!("the weather {name:?} names a file; a study names its days by months").into());
        }
        let entries = |s: &Scenario| s.change.len() + s.work.len() + s.weather.len() + s.risk.len();
        let all = || made.iter().chain([&scenario]);
        if made.len() == MOST_SCENARIOS {
            return Err(format!("more than {MOST_SCENARIOS} scenarios").into());
        }
        if all().map(entries).sum::<usize>() > MOST_ENTRIES {
            return Err(format!("more than {MOST_ENTRIES} changes and risks in all scenarios").into());
        }
        if all().map(|s| u64::from(s.run.monte_carlo)).sum::<u64>() > MOST_RUNS {
            return Err(format!("more than {MOST_RUNS} runs of all simulations").into());
        }
        made.push(scenario);
        Ok(())
    });
    engine.register_fn("add_days", |date: &str, days: i64| -> Result<String, Box<EvalAltResult>> {
        let day = Time::parse(date).ok_or_else(|| format!("{date:?} is no date: write 2026-05-04"))?.day();
        let days = i32::try_from(days).map_err(|_| format!("{days} days are too many"))?;
        Ok((day + days).to_string())
    });
    engine.run(text).map_err(|e| malformed(plain(&e)))?;
    let scenarios = std::mem::take(&mut *made.lock().unwrap_or_else(PoisonError::into_inner));
    if scenarios.is_empty() {
        return Err(malformed(
            "it makes no scenario; call scenario(#{ scenario: #{ name: \"…\" }, … })".into(),
        ));
    }
    Ok(scenarios)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let started = std::time::Instant::now();
        let error = study("study.rhai", text).unwrap_err().to_string();
        assert!(error.contains(expect), "{expect:?} is not in {error}");
        assert!(started.elapsed().as_secs() < 30, "{text}");
    }

    #[test]
    fn a_loop_makes_a_scenario_for_each_week() {
        let text = r#"
            for week in 0..27 {
                let monday = add_days("2015-03-02", 7 * week);
                scenario(#{
                    scenario: #{ name: `storm from ${monday}` },
                    change: [#{ calendar: "*", stop: [`${monday}..${add_days(monday, 4)}`] }],
                    run: #{ monte_carlo: 100 },
                });
            }"#;
        let scenarios = study("study.rhai", text).unwrap();
        assert_eq!(scenarios.len(), 27);
        assert_eq!(scenarios[26].scenario.name, "storm from 2015-08-31");
        assert_eq!(scenarios[26].change[0].stop, ["2015-08-31..2015-09-04"]);
        assert_eq!(scenarios[0].run.monte_carlo, 100);
    }

    #[test]
    fn what_does_not_end_is_stopped() {
        check("loop { }", "does not end within its steps");
        check("fn f(x) { f(x + 1) } f(0)", "Stack overflow");
        check("let s = \"x\"; loop { s += s; }", "Length of string too large");
        check("let a = []; loop { a.push(a.len()); }", "Size of array");
        check("while true { let x = 1; }", "does not end within its steps");
        // Few steps, and long ones.
        let lists = [
            "let a = []; for i in 0..999 { a.push(i); } loop { a.sort(|x, y| y - x); }",
            "let a = []; a.pad(999, 0); loop { let b = a; b[0] = 1; }",
            "let s = \"\"; s.pad(16000, \"x\"); loop { let t = s.replace(\"x\", \"y\"); s.index_of(\"yyz\"); }",
        ];
        for text in lists {
            check(text, "does not end within its");
        }
    }

    #[test]
    fn what_a_study_makes_is_bounded() {
        check(
            "scenario(#{ scenario: #{ name: \"x\" }, run: #{ monte_carlo: 4000000000 } })",
            "must lie between 1 and",
        );
        check(
            "scenario(#{ scenario: #{ name: \"x\" }, run: #{ monte_carlo: 0 } })",
            "must lie between 1 and",
        );
        check("scenario(#{ scenario: #{ name: \"x\", logic: [\"support\"] } })", "leaves out \"stated\"");
        check(
            "loop { scenario(#{ scenario: #{ name: \"x\" }, run: #{ monte_carlo: 9000000 } }); }",
            "runs of all simulations",
        );
        check(
            "let m = #{ scenario: #{ name: \"x\" }, change: [] }; for i in 0..900 { m.change.push(#{ task: \"*\" }); } loop { scenario(m); }",
            "changes and risks",
        );
    }

    #[test]
    fn nothing_outside_can_be_reached() {
        check("eval(\"1\")", "eval");
        check("import \"/etc/passwd\" as x;", "import");
        check("timestamp()", "Function not found: timestamp");
        check("open_file(\"/etc/passwd\")", "Function not found");
        check("let x = 1;", "it makes no scenario");
        check(
            "scenario(#{ scenario: #{ name: \"x\" }, weather: [#{ name: \"w\", task: \"*\", file: \"/etc/passwd\" }] })",
            "names a file",
        );
        check("scenario(#{ scenario: #{ name: \"x\" }, chance: 3 })", "chance");
    }

    #[test]
    fn conditions_are_about_one_activity() {
        let mut a = Activity::new("A1", "Roof beams", crate::schedule::ProjectIndex::new(0), 2_400);
        let holds = |a: &Activity, text: &str| Condition::parse(text).and_then(|c| c.holds(a, None));
        assert_eq!(holds(&a, "name.contains(\"Roof\") && duration_h >= 40"), Ok(true));
        assert_eq!(holds(&a, "started || critical"), Ok(false));
        a.status = Status::InProgress;
        assert_eq!(holds(&a, "started"), Ok(true));
        assert!(holds(&a, "duration_h").unwrap_err().contains("bool"));
        assert!(holds(&a, "slack > 1").unwrap_err().contains("slack"));
        assert!(holds(&a, "let x = 1").is_err());
    }
}

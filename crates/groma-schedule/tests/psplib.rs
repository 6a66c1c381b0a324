//! The search against the best known plans of PSPLIB (Kolisch and Sprecher 1996).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::level::{Budget, Rcpsp};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};

/// Every so many problems of a set are solved; the benchmark solves all.
const STEP: usize = 3;
/// Plans for each, as in the benchmark.
const SCHEDULES: u64 = 5_000;

fn main() {
    let arguments = Arguments::from_args();
    let folder = data();
    let missing = folder.is_none();
    let trials = [("j30", 0.3), ("j60", 0.7), ("j120", 2.6)].map(|(set, most)| {
        let folder = folder.clone().unwrap_or_default();
        let name = format!("psplib::{set}{}", if missing { " (no shared data: set GROMA_DATA)" } else { "" });
        Trial::test(name, move || near_the_best(&folder, set, most)).with_ignored_flag(missing)
    });
    #[allow(unused_mut, reason = "proofs add one more")]
    let mut trials = Vec::from(trials);
    #[cfg(feature = "exact")]
    trials.push({
        let name = format!("psplib::proof{}", if missing { " (no shared data: set GROMA_DATA)" } else { "" });
        let folder = folder.unwrap_or_default();
        Trial::test(name, move || proven(&folder)).with_ignored_flag(missing)
    });
    libtest_mimic::run(&arguments, trials).exit();
}

/// The shared data: `GROMA_DATA`, else beside the project.
fn data() -> Option<PathBuf> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let path = std::env::var_os("GROMA_DATA").map_or(beside, PathBuf::from).join("schedule/psplib");
    let required = std::env::var_os("GROMA_DATA_REQUIRED").is_some_and(|v| v == "1");
    assert!(path.is_dir() || !required, "GROMA_DATA_REQUIRED=1, but there is no {}", path.display());
    path.is_dir().then_some(path)
}

fn near_the_best(folder: &Path, set: &str, most: f64) -> Result<(), Failed> {
    let table = std::fs::read_to_string(folder.join(format!("{set}.optimum.csv")))?;
    let (mut gap, mut count) = (0.0, 0);
    for line in table.lines().skip(1).step_by(STEP) {
        let (file, best) = line.split_once(',').ok_or("a line without a comma")?;
        // `104..105` is a lower bound and the best known.
        let best: u32 = best.rsplit("..").next().unwrap_or(best).trim().parse()?;
        let problem = Rcpsp::parse_psplib(&std::fs::read_to_string(folder.join(set).join(file))?)?;
        let plan = problem.search(Budget::Schedules(SCHEDULES), 1, &()).map_err(|e| e.to_string())?;
        let ends = plan.start.iter().zip(problem.durations()).map(|(s, d)| s + d).max();
        if !problem.is_kept_by(&plan.start) || ends != Some(plan.makespan) {
            return Err(format!("{file}: the plan breaks a link or a capacity").into());
        }
        if plan.makespan > plan.first || plan.makespan < problem.bound() || plan.schedules > SCHEDULES {
            return Err(format!("{file}: {plan:?}").into());
        }
        if count == 0 {
            let on = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| problem.search(Budget::Schedules(SCHEDULES), 1, &()).unwrap())
            };
            if [on(1), on(2), on(8)].iter().any(|other| *other != plan) {
                return Err(format!("{file}: other threads find another plan").into());
            }
        }
        gap += 100.0 * (f64::from(plan.makespan) / f64::from(best) - 1.0);
        count += 1;
    }
    gap /= f64::from(count);
    match (-0.01..=most).contains(&gap) {
        true => Ok(()),
        false => {
            Err(format!("{gap:.2} % above the best known of {count} problems; {most} % is allowed").into())
        }
    }
}

/// Optima of j30 that are no critical path are proven, from a plan and without one.
#[cfg(feature = "exact")]
fn proven(folder: &Path) -> Result<(), Failed> {
    use std::time::Duration;
    for (file, best) in [("j301_1.sm", 43), ("j301_2.sm", 47), ("j301_9.sm", 49)] {
        let problem = Rcpsp::parse_psplib(&std::fs::read_to_string(folder.join("j30").join(file))?)?;
        assert!(problem.bound() < best, "{file} would prove nothing");
        let proof = problem.prove(best, Duration::from_secs(60), &()).map_err(|e| e.to_string())?;
        if (proof.bound, proof.is_least) != (best, true) {
            return Err(format!("{file}: {proof:?}, not {best}").into());
        }
        // From a worse plan on, a better one is found.
        let proof = problem.prove(best + 3, Duration::from_secs(60), &()).map_err(|e| e.to_string())?;
        if (proof.bound, proof.is_least) != (best, true) {
            return Err(format!("{file} from above: {proof:?}, not {best}").into());
        }
        // Without time the bound is what is seen at once.
        let proof = problem.prove(best, Duration::ZERO, &()).map_err(|e| e.to_string())?;
        if proof.is_least || !(problem.bound()..best).contains(&proof.bound) {
            return Err(format!("{file} without time: {proof:?}").into());
        }
    }
    Ok(())
}

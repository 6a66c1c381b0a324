#![allow(warnings, clippy::all)]
mod groma {
    pub use groma_schedule as schedule;
}
type Check = Box<dyn FnOnce(std::path::PathBuf) -> Result<(), libtest_mimic::Failed> + Send>;
#[path = "/tmp/truth_schedule_dev.rs"]
mod truth_schedule;
fn main() {
    let data = std::path::PathBuf::from("/work/shared/data");
    let trials = truth_schedule::checks()
        .into_iter()
        .map(|(n, c)| {
            let d = data.clone();
            libtest_mimic::Trial::test(n, move || c(d))
        })
        .collect();
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), trials).exit();
}

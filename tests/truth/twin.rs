//! A real programme over the models of its trades, and models that hold their own tasks.

use crate::Check;
use crate::support::{Run, groma};
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::{Path, PathBuf};

pub(crate) fn checks() -> Vec<(String, Check)> {
    vec![
        ("twin::trades on their programme".into(), Box::new(|data: PathBuf| trades(&data))),
        ("twin::tasks in the models".into(), Box::new(|data: PathBuf| own_tasks(&data))),
    ]
}

fn run(config: &str, command: &[&str]) -> Result<(tempfile::TempDir, Run), Failed> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("groma.toml");
    std::fs::write(&file, config)?;
    let (name, rest) = command.split_first().ok_or("no command")?;
    let common = ["--quiet", "--format", "json", "--config", file.to_str().ok_or("a path that is no text")?];
    let run = groma([*name].iter().chain(&common).chain(rest));
    if run.code != Some(0) {
        return Err(format!("{:?}: {}", run.code, run.stderr).into());
    }
    Ok((dir, run))
}

/// How many elements of a model have a mesh.
fn meshed(model: &Path) -> usize {
    let selected = groma([
        "query".as_ref(),
        "--quiet".as_ref(),
        model.as_os_str(),
        "IfcElement".as_ref(),
        "--columns".as_ref(),
        "status".as_ref(),
        "--format".as_ref(),
        "csv".as_ref(),
    ]);
    selected.stdout.lines().filter(|line| *line == "meshed").count()
}

/// The walls of the ground floor are glued from 22 to 24 April, those of the first floor from 26 to 29 May, and the windows
/// come on three floors in June and July 2015, says the programme.
fn trades(data: &Path) -> Result<(), Failed> {
    let models = data.join("ifc/schependomlaan");
    let model = |name: &str| format!("[[model]]\npath = {:?}\n", models.join(name));
    let programme = data.join("schedule/mspdi/schependomlaan-2015-02-18.xml");
    let config = [
        model("XELLA-Begane_grond.ifc"),
        model("XELLA-1e_verdieping.ifc"),
        model("LINDEN_-_Kozijnen.ifc"),
        format!("[programme]\npath = {programme:?}\n"),
        "[[link]]\nelements = \"XELLA-Begane_grond\"\ntask = \"65\"\n".into(),
        "[[link]]\nelements = \"XELLA-1e_verdieping\"\ntask = \"66\"\n".into(),
        "[[link]]\nelements = \"LINDEN_-_Kozijnen\"\ntask-name = \"plaatsen kozijnen\"\n".into(),
    ]
    .concat();
    let (_dir, linked) = run(&config, &["link"])?;
    let report = linked.json();
    assert_eq!(report["tasks"], serde_json::json!({"all": 121, "linked": 5}));
    assert_eq!(report["elements"]["all"], report["elements"]["linked"], "every element of these has a task");
    let elements = |name: &str| meshed(&models.join(name));
    let (ground, first) = (elements("XELLA-Begane_grond.ifc"), elements("XELLA-1e_verdieping.ifc"));
    let windows = elements("LINDEN_-_Kozijnen.ifc");
    assert_eq!(report["elements"]["all"], ground + first + windows);
    assert_eq!(report["entries"][2]["tasks"], 3, "three tasks on each window");
    for (at, under_way, built) in [
        ("2015-04-21", 0, 0),
        ("2015-04-23T12:00", ground, 0),
        ("2015-04-24", 0, ground),
        ("2015-05-27T12:00", first, ground),
        ("2015-05-29", 0, ground + first),
        ("2015-07-01", windows, ground + first),
        ("2015-07-24", 0, ground + first + windows),
    ] {
        let (_dir, simulated) = run(&config, &["simulate", "--at", at])?;
        let counts = &simulated.json()["moments"][0]["counts"];
        assert_eq!(
            (&counts["under_way"], &counts["built"]),
            (&under_way.into(), &built.into()),
            "{at}: {counts}"
        );
    }
    Ok(())
}

fn own_tasks(data: &Path) -> Result<(), Failed> {
    let model = data.join("schedule/ifc/ifc4_wall_cube_4d.ifc");
    let (_dir, linked) = run(&format!("[[model]]\npath = {model:?}\n"), &["link"])?;
    let report: Value = linked.json();
    assert_eq!(report["programme"], "the models");
    assert!(report["elements"]["linked"].as_u64() > Some(0), "{}", linked.stdout);
    Ok(())
}

//! The ten tightest places between two models: where a hand, a tool or insulation has no room.

#![allow(clippy::print_stdout, reason = "the answer is the program's output")]

use groma::{ModelSource, Pairs, Project, Rule, RuleKind};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    let sources = files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let project = Project::open(&sources, &())?;
    let rule = Rule {
        name: "room to work".into(),
        kind: RuleKind::Clearance { distance: 0.1 },
        tolerance: Rule::DEFAULT_TOLERANCE,
        pairs: Pairs::Between,
        exclusions: true,
    };
    let mut clashes = project.clash(&rule, &())?.clashes;
    clashes.retain(|c| c.depth.is_none());
    clashes.sort_by(|x, y| x.distance.total_cmp(&y.distance));
    let scene = project.scene();
    for clash in clashes.iter().take(10) {
        let [a, b] = [clash.a, clash.b].map(|s| scene.element(s).key.to_string());
        println!("{:>6.1} mm  {a}  {b}  at {:.3}", clash.distance * 1000.0, clash.point);
    }
    Ok(())
}

//! Mistakes in `groma.toml` and the files it names: one message each, with file, line and column.

use crate::check::{check, project};

const MODELS: &str = "[[model]]\npath = \"structure.ifc\"\n[[model]]\npath = \"services.ifc\"\n";

fn refused(config: &str) -> String {
    let dir = project(true);
    std::fs::write(dir.path().join("groma.toml"), format!("{MODELS}{config}")).unwrap();
    let run = check(dir.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{config}: {}", run.stderr);
    run.stderr.replace(&dir.path().display().to_string(), "DIR")
}

#[test]
fn mistakes_are_shown_at_their_place() {
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\ntoleranse = 0.01\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\ntolerance = -0.01\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\ntolerance = \"much\"\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\nkind = \"clearance\"\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\na = \"IfcPump\"\nb = \"IfcBeam\"\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\na = \"IfcBeam, Name=\"\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\na = \"beams\"\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\na = \"IfcSystem\"\nb = \"IfcBeam\"\n"));
    insta::assert_snapshot!(refused("[matrix]\n[[matrix.cell]]\na = \"gas\"\nb = \"structure\"\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\n[[rule]]\nname = \"r\"\n"));
    insta::assert_snapshot!(refused(""));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\ntolerance = nan\n"));
    insta::assert_snapshot!(refused(
        "[[rule]]\nname = \"r\"\na = \"IfcDistributionPort\"\nb = \"IfcBeam\"\n"
    ));
    insta::assert_snapshot!(refused("[rule]\nname = \"r\"\n"));
    let rule = "[[rule]]\nname = \"r\"\n";
    insta::assert_snapshot!(refused(&format!("{rule}[gate]\nlead_time = \"4 months\"\n")));
    insta::assert_snapshot!(refused(&format!("{rule}[gate]\nlead_time = \"4w\"\n")));
    insta::assert_snapshot!(refused(&format!("{rule}[gate]\nfail_when_due = true\n")));
    insta::assert_snapshot!(refused(&format!("{rule}[programme]\npath = \"gone.xml\"\n")));
}

#[test]
fn mistakes_about_spaces_are_shown_at_their_place() {
    let envelope = |more: &str| refused(&format!("[[rule]]\nname = \"r\"\nkind = \"envelope\"\n{more}"));
    insta::assert_snapshot!(envelope("space = { above = 1.0 }\n"));
    insta::assert_snapshot!(envelope("a = \"IfcBeam\"\n"));
    insta::assert_snapshot!(envelope("a = \"IfcBeam\"\nspace = { above = 1.0, below = 1.0 }\n"));
    insta::assert_snapshot!(envelope("a = \"IfcBeam\"\nspace = { before = -1.0 }\n"));
    insta::assert_snapshot!(envelope("a = \"IfcBeam\"\nspace = { before = 1.0, front = \"left\" }\n"));
    insta::assert_snapshot!(envelope("a = \"IfcBeam\"\nspace = { swing = true }\n"));
    insta::assert_snapshot!(refused("[[rule]]\nname = \"r\"\nspace = { above = 1.0 }\n"));
}

fn refused_with(name: &str, text: &str) -> String {
    let dir = project(true);
    std::fs::write(dir.path().join("file"), text).unwrap();
    let run = check(dir.path(), &[name, "@file"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    run.stderr.replace(&dir.path().display().to_string(), "DIR")
}

#[test]
fn what_is_known_is_checked_too() {
    let head = "{\"groma_baseline\":1,\"generator\":\"g\",\"project\":\"tower\",\"models\":[\"services\"]}\n";
    insta::assert_snapshot!(refused_with("--baseline", head));
    let head = "{\"groma_baseline\":1,\"generator\":\"g\",\"project\":\"\",\"models\":[\"tower\"]}\n";
    insta::assert_snapshot!(refused_with("--baseline", head));
    insta::assert_snapshot!(refused_with("--baseline", "no baseline\n"));
    let waiver = "[[waiver]]\nkey = \"0123456789abcdef0123456789abcdef\"\nreason = \"r\"\nauthor = \"a\"\n";
    insta::assert_snapshot!(refused_with("--waivers", &format!("{waiver}expires = \"tomorrow\"\n")));
    insta::assert_snapshot!(refused_with("--waivers", waiver));
    insta::assert_snapshot!(refused_with(
        "--waivers",
        "[[waiver]]\nkey = \"abc\"\nreason = \"r\"\nauthor = \"a\"\nexpires = \"2026-01-01\"\n"
    ));
}

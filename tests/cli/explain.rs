use crate::support::groma;
use std::path::Path;

#[test]
fn explain_prints_the_page_of_a_code() {
    let run = groma(["explain", "g0501"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.starts_with("# G0501: the models do not declare one coordinate system\n\n## What"));
}

#[test]
fn explain_lists_all_codes() {
    let run = groma(["explain"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.lines().count() > 10);
    assert!(run.stdout.lines().all(|l| l.starts_with("G0")));
}

#[test]
fn an_unknown_code_says_where_the_known_ones_are() {
    insta::assert_snapshot!(groma(["explain", "G9999"]).transcript(Path::new("/nowhere")), @r"
    exit 2
    --- stdout
    --- stderr
    error: there is no code `G9999`
      hint: `groma explain` lists all codes
    ");
}

#[test]
fn schemas_are_printed_by_name() {
    let run = groma(["schema", "clash"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(run.json()["title"], "ClashReport");
    assert_eq!(groma(["schema", "nothing"]).code, Some(2));
}

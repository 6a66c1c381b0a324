use crate::support::groma;

#[test]
fn the_demo_finds_exactly_what_was_planted() {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    for _ in 0..2 {
        // The second run finds its own files and uses them again.
        let run = groma(["demo".as_ref(), demo.as_os_str()]);
        assert_eq!(run.code, Some(0), "{}\n{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("Try next:"), "{}", run.stdout);
        for word in ["MISSED", "WRONG", "NOT PLANTED", "FALSE"] {
            assert!(!run.stdout.contains(word), "{}", run.stdout);
        }
        assert!(run.stdout.contains("0 others."), "{}", run.stdout);
    }
}

#[test]
fn the_demo_writes_over_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mine = dir.path().join("structure.ifc");
    std::fs::write(&mine, "mine").unwrap();
    let run = groma(["demo".as_ref(), dir.path().as_os_str()]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("name another directory"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "mine");
}

//! The ways in which a person names models: a file, packed files, a folder, an archive, a pattern.

use crate::support::{groma, sample};
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

/// The labels of the models that an argument stands for.
fn labels(argument: &OsStr) -> Result<Vec<String>, String> {
    let run = groma([OsStr::new("inspect"), OsStr::new("--quiet"), "--format=json".as_ref(), argument]);
    if run.code != Some(0) {
        return Err(run.stderr);
    }
    let models = run.json()["models"].as_array().unwrap().clone();
    Ok(models.iter().map(|m| m["label"].as_str().unwrap().to_owned()).collect())
}

fn tiny() -> Vec<u8> {
    "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n\
     #1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,$,#2);\n#2=IFCUNITASSIGNMENT((#3));\n\
     #3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n#4=IFCWALL('0000000000000000000002',$,$,$,$,$,$,$,$);\n\
     ENDSEC;\nEND-ISO-10303-21;\n"
        .into()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A folder with models in it, one of them in a folder below.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
    std::fs::create_dir(dir.path().join("below")).unwrap();
    write("a.ifc", &tiny());
    write("b.ifc.gz", &gzip(&tiny()));
    write("c.ifczip", &zip(&[("inner.ifc", &tiny())]));
    write("plans.zip", &zip(&[("x/d.ifc", &tiny()), ("e.ifc", &tiny()), ("readme.txt", b"hi")]));
    write("photos.zip", &zip(&[("f.png", b"")]));
    write("readme.txt", b"hi");
    write("below/g.ifc", &tiny());
    dir
}

fn check(dir: &Path, argument: &str, expect: &[&str]) {
    let argument = dir.join(argument);
    assert_eq!(labels(argument.as_os_str()).unwrap(), expect, "{}", argument.display());
}

#[test]
fn folders_archives_and_patterns_stand_for_their_models() {
    let dir = folder();
    let at = dir.path();
    check(at, "", &["a", "b", "c", "d", "e"]);
    check(at, "below", &["g"]);
    check(at, "b.ifc.gz", &["b"]);
    check(at, "plans.zip", &["d", "e"]);
    check(at, "plans.zip/x/d.ifc", &["d"]);
    check(at, "*.ifc", &["a"]);
    check(at, "**/*.ifc", &["a", "g"]);
    check(at, "[ab].*", &["a", "b"]);
}

#[test]
fn what_stands_for_no_model_is_told() {
    let dir = folder();
    let told = |argument: &str| labels(dir.path().join(argument).as_os_str()).unwrap_err();
    assert!(told("*.rvt").contains("no file matches"), "{}", told("*.rvt"));
    assert!(told("plans.zip/z.ifc").contains("it has no file z.ifc in it, only e.ifc"));
    std::fs::remove_file(dir.path().join("below/g.ifc")).unwrap();
    assert!(told("below").contains("there is no IFC model in the folder"));
    let mut labelled = std::ffi::OsString::from("x=");
    labelled.push(dir.path());
    let told = labels(&labelled).unwrap_err();
    assert!(told.contains("`x` cannot be the label of the 5 models in"), "{told}");
}

#[test]
fn a_side_of_a_clash_may_be_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::copy(sample("structure.ifc"), dir.path().join("structure.ifc")).unwrap();
    let services = sample("services.ifc");
    let of = |a: &OsStr| {
        let arguments: [&OsStr; 7] = [
            "clash".as_ref(),
            "--quiet".as_ref(),
            "--format=json".as_ref(),
            "--a".as_ref(),
            a,
            "--b".as_ref(),
            services.as_os_str(),
        ];
        groma(arguments).stdout
    };
    let (folder, file) = (of(dir.path().as_os_str()), of(sample("structure.ifc").as_os_str()));
    assert!(file.contains("\"clashes\""));
    assert_eq!(folder, file);
}

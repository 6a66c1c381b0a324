//! `groma check` on a real project of 42 trade models, as its CI would run it.

use crate::Check;
use crate::support::{Run, groma_with_cache, models};
use libtest_mimic::Failed;
use serde_json::Value;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};

pub(crate) fn checks() -> Vec<(String, Check)> {
    vec![("check::schependomlaan, 42 models and a duct".to_owned(), Box::new(life))]
}

/// One duct, 300 mm long, whose middle is at a point.
fn write_duct(file: &Path, [x, y, z]: [f64; 3]) -> Result<(), Failed> {
    let text = format!(
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n\
         FILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n\
         #1=IFCPROJECT('0000000000000000000001',$,'Ducts',$,$,$,$,(#4),#2);\n\
         #2=IFCUNITASSIGNMENT((#3));\n#3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n\
         #4=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#5,$);\n\
         #5=IFCAXIS2PLACEMENT3D(#6,$,$);\n#6=IFCCARTESIANPOINT((0.,0.,-0.05));\n\
         #7=IFCCARTESIANPOINT(({x:?},{y:?},{z:?}));\n#8=IFCAXIS2PLACEMENT3D(#7,$,$);\n\
         #9=IFCLOCALPLACEMENT($,#8);\n#10=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,0.3,0.1);\n\
         #11=IFCAXIS2PLACEMENT2D(#12,$);\n#12=IFCCARTESIANPOINT((0.,0.));\n#13=IFCDIRECTION((0.,0.,1.));\n\
         #14=IFCEXTRUDEDAREASOLID(#10,#5,#13,0.1);\n\
         #15=IFCSHAPEREPRESENTATION(#4,'Body','SweptSolid',(#14));\n\
         #16=IFCPRODUCTDEFINITIONSHAPE($,$,(#15));\n\
         #17=IFCDUCTSEGMENT('0000000000000000000002',$,'Duct',$,$,#9,#16,$,$);\n\
         ENDSEC;\nEND-ISO-10303-21;\n"
    );
    Ok(std::fs::write(file, text)?)
}

fn expect(run: &Run, code: i32, said: &str) -> Result<(), Failed> {
    if run.code == Some(code) && run.stdout.contains(said) && run.stdout.lines().count() <= 25 {
        return Ok(());
    }
    Err(format!("exit {:?}, not {code} with {said:?}\n{}{}", run.code, run.stdout, run.stderr).into())
}

fn life(data: PathBuf) -> Result<(), Failed> {
    /// Free of everything, and in the middle of the steel beam `1vP2sJ$_v9XRPftfJxtqWr` of ROOT-staal.
    const FREE: [f64; 3] = [-20.0, -20.0, 1.0];
    const IN_BEAM: [f64; 3] = [6.402, 18.3245, 5.663];
    let dir = tempfile::tempdir()?;
    let at = |name: &str| dir.path().join(name);
    let mut config = "[[model]]\npath = \"ducts.ifc\"\n".to_owned();
    for model in models(&data.join("ifc/schependomlaan")) {
        write!(config, "[[model]]\npath = {:?}\n", model.canonicalize()?)?;
    }
    config += "[matrix]\n";
    std::fs::write(at("groma.toml"), config)?;
    // The first run fills the cache; those after it test only what has changed, and say the same.
    let check = |more: &[&str]| {
        let mut all: Vec<OsString> = vec!["check".into(), "--config".into(), at("groma.toml").into()];
        all.extend(more.iter().map(|a| a.strip_prefix('@').map_or_else(|| a.into(), |f| at(f).into())));
        groma_with_cache(&at("cache"), all)
    };
    let report =
        || -> Result<Value, Failed> { Ok(serde_json::from_slice(&std::fs::read(at("out/check.json"))?)?) };
    write_duct(&at("ducts.ifc"), FREE)?;
    expect(&check(&["--save-baseline", "@known.jsonl", "--out", "@out"]), 1, " new, 0 reopened, 0 open")?;
    let first = report()?;
    let (issues, clashes) = (first["issues"].as_array(), first["clashes"].as_array());
    let (issues, clashes) = (issues.ok_or("no issues")?, clashes.ok_or("no clashes")?);
    if clashes.len() < 5_000 || issues.len() * 10 > clashes.len() {
        return Err(format!("{} clashes in {} issues", clashes.len(), issues.len()).into());
    }
    let explained = |i: &&Value| i["why"].as_str().is_some_and(|why| why.len() > 20);
    let grouped: usize =
        issues.iter().filter(explained).filter_map(|i| Some(i["clashes"].as_array()?.len())).sum();
    if grouped != clashes.len() {
        return Err(format!("{grouped} of {} clashes are in explained issues", clashes.len()).into());
    }
    expect(&check(&["--baseline", "@known.jsonl"]), 0, ": 0 new, 0 reopened,")?;

    write_duct(&at("ducts.ifc"), IN_BEAM)?;
    let moved = check(&["--baseline", "@known.jsonl", "--out", "@out", "--save-baseline", "@later.jsonl"]);
    expect(&moved, 1, ": 1 new, 0 reopened,")?;
    let again = report()?;
    let whole = check(&["--no-cache", "--baseline", "@known.jsonl", "--out", "@out"]);
    if moved.stdout != whole.stdout || again != report()? {
        return Err("what is tested again says other than the whole".into());
    }
    let issues = again["issues"].as_array().ok_or("no issues")?;
    let new = issues.iter().find(|i| i["state"] == "new").ok_or("no new issue")?;
    let waiver = format!(
        "[[waiver]]\nkey = {}\nreason = \"the beam gets a hole\"\nauthor = \"A. Engineer\"\nexpires = \"2026-12-31\"\nclashes = {}\n",
        new["key"], new["clashes"]
    );
    std::fs::write(at("waivers.toml"), waiver)?;
    let waived = ["--baseline", "@known.jsonl", "--waivers", "@waivers.toml", "--date"];
    expect(&check(&[&waived[..], &["2026-12-31"]].concat()), 0, ": 0 new, 0 reopened,")?;
    expect(&check(&[&waived[..], &["2027-01-01"]].concat()), 1, ": 1 new, 0 reopened,")?;

    write_duct(&at("ducts.ifc"), FREE)?;
    expect(&check(&["--baseline", "@later.jsonl"]), 0, "; 1 resolved")
}

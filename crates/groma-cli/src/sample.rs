//! The sample project, carried in the program.

use serde::Deserialize;

/// The files of the sample project and their names.
pub(crate) const FILES: [(&str, &[u8]); 5] = [
    ("architecture.ifc", include_bytes!("../../../assets/sample/architecture.ifc")),
    ("structure.ifc", include_bytes!("../../../assets/sample/structure.ifc")),
    ("services.ifc", include_bytes!("../../../assets/sample/services.ifc")),
    ("groma.toml", include_bytes!("../../../assets/sample/groma.toml")),
    ("planted.json", include_bytes!("../../../assets/sample/planted.json")),
];

/// What was planted in the sample, and what only looks like a clash.
#[derive(Deserialize)]
pub(crate) struct Planted {
    pub(crate) planted: Vec<Clash>,
    pub(crate) decoys: Vec<Decoy>,
}

/// A clash with a known answer.
#[derive(Deserialize)]
pub(crate) struct Clash {
    pub(crate) name: String,
    pub(crate) why: String,
    pub(crate) kind: String,
    pub(crate) a: Element,
    pub(crate) b: Element,
    pub(crate) depth: Option<f64>,
}

/// A pair that must not be found.
#[derive(Deserialize)]
pub(crate) struct Decoy {
    pub(crate) name: String,
    pub(crate) a: Element,
    pub(crate) b: Element,
}

/// An element by its key.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord, Clone, Debug)]
pub(crate) struct Element {
    pub(crate) model: String,
    pub(crate) global_id: String,
}

/// The known answers.
pub(crate) fn planted() -> Planted {
    let json = FILES[4].1;
    serde_json::from_slice(json).expect("the answers are written by the same program as the models")
}

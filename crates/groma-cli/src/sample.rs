//! The known answers of the sample project.

use serde::Deserialize;

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
    serde_json::from_slice(groma::sample::file("planted.json"))
        .expect("the answers are written by the same program as the models")
}

//! `waivers.toml`: who answers for which clash, until when.

use crate::mistake::Mistake;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// The waivers of a project.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiversFile {
    /// The waivers.
    #[serde(default, rename = "waiver")]
    pub waivers: Vec<WaiverEntry>,
}

/// A waiver: one clash, or all clashes of one issue, that someone answers for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    /// The key of a clash or of an issue, as reports have it.
    #[schemars(with = "String")]
    pub key: Spanned<String>,
    /// Why it may stay.
    #[schemars(with = "String")]
    pub reason: Spanned<String>,
    /// Who says so.
    #[schemars(with = "String")]
    pub author: Spanned<String>,
    /// The last day that it counts: `"2026-12-31"`.
    #[schemars(with = "String")]
    pub expires: Spanned<String>,
    /// How deep the clash may be, in metres; a deeper one is reopened.
    pub depth: Option<f64>,
}

/// A waiver that has been checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiver {
    /// The key of a clash or of an issue.
    pub key: String,
    /// Why it may stay.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day that it counts.
    pub expires: Date,
    /// How deep the clash may be, in metres.
    pub depth: Option<f64>,
    /// Its line in the file.
    pub line: usize,
}

impl WaiversFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// What is not TOML, an unknown key, no reason or author, a date that is none, a key that is none.
    pub fn read(file: &Path, text: &str) -> Result<Vec<Waiver>, Box<Mistake>> {
        let read: Self = toml::from_str(text).map_err(|e| Box::new(Mistake::of_toml(file, text, &e)))?;
        let mistake = |s: &Spanned<String>, what: &str| Box::new(Mistake::new(file, text, s.span(), what));
        let mut waivers = Vec::new();
        for w in read.waivers {
            let is_key = w.key.as_ref().len() == 32 && w.key.as_ref().bytes().all(|b| b.is_ascii_hexdigit());
            if !is_key {
                let what = "a key of a clash or an issue has 32 hexadecimal digits";
                return Err(Box::new(mistake(&w.key, what).hint("copy it from a report of groma check")));
            }
            for (text, what) in
                [(&w.reason, "a waiver needs a reason"), (&w.author, "a waiver needs an author")]
            {
                if text.as_ref().trim().is_empty() {
                    return Err(mistake(text, what));
                }
            }
            let Ok(expires) = w.expires.as_ref().parse::<Date>() else {
                return Err(Box::new(
                    mistake(&w.expires, "this is no date").hint("write it as in expires = \"2026-12-31\""),
                ));
            };
            let line = text[..w.key.span().start].matches('\n').count() + 1;
            let key = w.key.into_inner().to_ascii_lowercase();
            let (reason, author) = (w.reason.into_inner(), w.author.into_inner());
            waivers.push(Waiver { key, reason, author, expires, depth: w.depth, line });
        }
        Ok(waivers)
    }
}

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

/// A waiver: clashes that someone answers for.
///
/// With the key of a clash it covers that clash. With the key of an issue it covers the clashes that the baseline
/// knows under that issue, and those that `clashes` lists: never one that comes to the issue later.
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
    /// The last day that it counts: `2026-12-31`, with or without quotes.
    #[schemars(with = "String")]
    pub expires: Spanned<toml::Value>,
    /// The keys of the clashes that it covers, where `key` is that of an issue: as the report's `clashes` of the
    /// issue has them. Without a baseline that knows the issue, these alone are covered.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub clashes: Vec<Spanned<String>>,
    /// How deep the clash may be, in metres; a deeper one is reopened. Without it, one that is worse than the
    /// baseline knows it is reopened.
    #[schemars(with = "Option<f64>")]
    pub depth: Option<Spanned<f64>>,
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
    /// The keys of the clashes of an issue that it covers, beside those that the baseline knows.
    pub clashes: Vec<String>,
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
    /// What is not TOML, an unknown key, no reason or author, a date that is none, a key that is none, a depth that
    /// is no length.
    pub fn read(file: &Path, text: &str) -> Result<Vec<Waiver>, Box<Mistake>> {
        let read: Self = toml::from_str(text).map_err(|e| Box::new(Mistake::of_toml(file, text, &e)))?;
        let mistake = |s: &Spanned<String>, what: &str| Box::new(Mistake::new(file, text, s.span(), what));
        let mut waivers = Vec::new();
        for w in read.waivers {
            for key in std::iter::once(&w.key).chain(&w.clashes) {
                if !is_key(key.as_ref()) {
                    let what = "a key of a clash or an issue has 32 hexadecimal digits";
                    return Err(Box::new(mistake(key, what).hint("copy it from a report of groma check")));
                }
            }
            for (text, what) in
                [(&w.reason, "a waiver needs a reason"), (&w.author, "a waiver needs an author")]
            {
                if text.as_ref().trim().is_empty() {
                    return Err(mistake(text, what));
                }
            }
            let Some(expires) = date(w.expires.as_ref()) else {
                let mistake = Mistake::new(file, text, w.expires.span(), "this is no date");
                return Err(Box::new(mistake.hint("write it as in expires = \"2026-12-31\"")));
            };
            if let Some(depth) = &w.depth
                && !(*depth.as_ref() >= 0.0 && depth.as_ref().is_finite())
            {
                let what = format!("a depth is a length of 0 or more metres, not {}", depth.as_ref());
                return Err(Box::new(Mistake::new(file, text, depth.span(), what)));
            }
            let line = text[..w.key.span().start].matches('\n').count() + 1;
            let key = w.key.into_inner().to_ascii_lowercase();
            let (reason, author) = (w.reason.into_inner(), w.author.into_inner());
            let clashes = w.clashes.into_iter().map(|c| c.into_inner().to_ascii_lowercase()).collect();
            let depth = w.depth.map(Spanned::into_inner);
            waivers.push(Waiver { key, reason, author, expires, clashes, depth, line });
        }
        Ok(waivers)
    }
}

impl Waiver {
    /// The waiver as an entry of the file.
    pub fn to_toml(&self) -> String {
        let mut out = format!(
            "[[waiver]]\nkey = {}\nreason = {}\nauthor = {}\nexpires = \"{}\"\n",
            quoted(&self.key),
            quoted(&self.reason),
            quoted(&self.author),
            self.expires
        );
        if !self.clashes.is_empty() {
            let keys: Vec<String> = self.clashes.iter().map(|key| quoted(key)).collect();
            out += &format!("clashes = [{}]\n", keys.join(", "));
        }
        if let Some(depth) = self.depth {
            out += &format!("depth = {depth:?}\n");
        }
        out
    }
}

/// A text as TOML has it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// True for what may be the key of a clash or an issue.
pub(crate) fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The day that a text or a date of TOML names.
pub(crate) fn date(value: &toml::Value) -> Option<Date> {
    match value {
        toml::Value::String(text) => text.parse().ok(),
        toml::Value::Datetime(at) => {
            let day = at.date?;
            Date::new(i16::try_from(day.year).ok()?, day.month as i8, day.day as i8).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Waiver, WaiversFile};
    use jiff::civil::Date;
    use std::path::Path;

    const HEAD: &str =
        "[[waiver]]\nkey = \"0123456789abcdef0123456789abcdef\"\nreason = \"r\"\nauthor = \"a\"\n";

    fn read(rest: &str) -> Result<String, String> {
        let waivers = WaiversFile::read(Path::new("w"), &format!("{HEAD}{rest}")).map_err(|e| e.what)?;
        Ok(format!("{} {:?}", waivers[0].expires, waivers[0].depth))
    }

    #[test]
    fn a_date_may_be_one_of_toml() {
        for date in ["2030-01-01", "\"2030-01-01\"", "2030-01-01T12:00:00Z"] {
            assert_eq!(read(&format!("expires = {date}\n")).unwrap(), "2030-01-01 None");
        }
        for none in ["12:00:00", "2030", "\"soon\"", "2030-02-30"] {
            assert!(read(&format!("expires = {none}\n")).is_err(), "{none}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let waiver = Waiver {
            key: "0123456789abcdef0123456789abcdef".into(),
            reason: "a \"sleeve\"".into(),
            author: "A\nB".into(),
            expires: Date::constant(2026, 12, 31),
            clashes: vec!["00000000000000000000000000000000".into()],
            depth: Some(1.0),
            line: 2,
        };
        let bare = Waiver { clashes: Vec::new(), depth: None, line: 12, ..waiver.clone() };
        let file = format!("{}\n{}", waiver.to_toml(), bare.to_toml());
        assert_eq!(WaiversFile::read(Path::new("w"), &file).unwrap(), [waiver, bare]);
    }

    #[test]
    fn a_depth_is_a_length() {
        let depth = |d: &str| read(&format!("expires = 2030-01-01\ndepth = {d}\n"));
        assert_eq!(depth("0.01").unwrap(), "2030-01-01 Some(0.01)");
        for none in ["nan", "inf", "-0.01"] {
            assert!(depth(none).unwrap_err().contains("a depth is a length of 0 or more metres"), "{none}");
        }
    }

    #[test]
    fn clashes_are_keys() {
        assert!(read("expires = 2030-01-01\nclashes = [\"abc\"]\n").unwrap_err().contains("32 hexadecimal"));
    }
}

//! The published JSON Schema of each report.

use crate::{
    clash_report::ClashReport, compare_report::CompareReport, identity_file::IdentityFile,
    inspection::Inspection, query_report::QueryReport,
};
use serde::Serialize;

/// A report with a published schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Report {
    /// `groma inspect --format json`.
    Inspect,
    /// `groma clash --format json`.
    Clash,
    /// `groma compare --format json`.
    Compare,
    /// `groma compare --identity FILE`.
    Identity,
    /// `groma query --format json`.
    Query,
}

impl Report {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Inspect, Self::Clash, Self::Compare, Self::Identity, Self::Query];

    /// The name: the command that writes it, or the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inspect => "inspect",
            Self::Clash => "clash",
            Self::Compare => "compare",
            Self::Identity => "identity",
            Self::Query => "query",
        }
    }

    /// The JSON Schema, with a line end behind it.
    pub fn schema(self) -> String {
        to_json(&match self {
            Self::Inspect => schemars::schema_for!(Inspection),
            Self::Clash => schemars::schema_for!(ClashReport),
            Self::Compare => schemars::schema_for!(CompareReport),
            Self::Identity => schemars::schema_for!(IdentityFile),
            Self::Query => schemars::schema_for!(QueryReport),
        })
    }
}

/// A value as indented JSON with a line end behind it.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    // Reports hold strings, numbers and lists alone: nothing in them can fail to serialise.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::Report;

    /// `UPDATE_SCHEMAS=1 cargo test -p groma-exchange` writes them anew.
    #[test]
    fn the_published_schemas_are_those_of_the_types() {
        for report in Report::ALL {
            let path = format!("{}/schemas/{}.v1.json", env!("CARGO_MANIFEST_DIR"), report.name());
            if std::env::var_os("UPDATE_SCHEMAS").is_some() {
                std::fs::write(&path, report.schema()).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), report.schema(), "{path} is stale");
        }
    }
}

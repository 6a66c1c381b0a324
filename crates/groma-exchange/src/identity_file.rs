//! `identity.json`: which element of the new revision is which of the old. Later stages take it, and
//! `groma compare --aliases` takes it back after a person has edited it.

use crate::compare_report::Compared;
use crate::report::GENERATOR;
use groma_model::{ElementId, Model};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of this file's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// Who is who between two revisions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct IdentityFile {
    /// 1.
    pub schema_version: u32,
    /// The program and its version; a person who writes the file needs none.
    #[serde(default)]
    pub generator: String,
    /// The models that both revisions have.
    pub models: Vec<IdentityModel>,
}

/// Who is who between two revisions of a model.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct IdentityModel {
    /// The old label.
    pub old: String,
    /// The new label.
    pub new: String,
    /// By the old GlobalId.
    pub pairs: Vec<IdentityPair>,
    /// GlobalIds that only the old model has.
    #[serde(default)]
    pub removed: Vec<String>,
    /// GlobalIds that only the new model has.
    #[serde(default)]
    pub added: Vec<String>,
    /// Groups of which one cannot say which is which.
    #[serde(default)]
    pub ambiguous: Vec<IdentityGroup>,
}

/// One element in both revisions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct IdentityPair {
    /// The old GlobalId, with `~2` and so on behind it where a file repeats one.
    pub old: String,
    /// The new GlobalId.
    pub new: String,
    /// `alias`, `guid`, `tag`, `name`, `geometry` or `structure`. Given back as an alias, a pair holds
    /// whatever its method.
    #[serde(default = "alias")]
    pub method: String,
    /// How sure the pair is, 0 to 1.
    #[serde(default = "sure")]
    pub score: f64,
}

fn alias() -> String {
    "alias".to_owned()
}

fn sure() -> f64 {
    1.0
}

/// Elements of which one cannot say which is which.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct IdentityGroup {
    /// Why.
    #[serde(default)]
    pub why: String,
    /// Old GlobalIds.
    pub old: Vec<String>,
    /// New GlobalIds.
    pub new: Vec<String>,
}

impl IdentityFile {
    /// The identities of compared models.
    pub fn of<'a>(models: impl IntoIterator<Item = Compared<'a>>) -> Self {
        let models = models.into_iter().map(|c| IdentityModel::of(&c)).collect();
        Self { schema_version: SCHEMA_VERSION, generator: GENERATOR.to_owned(), models }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// What is not JSON of this schema, with line and column; or of a later version.
    pub fn read(text: &[u8]) -> Result<Self, IdentityError> {
        let file: Self = serde_json::from_slice(text)?;
        if file.schema_version != SCHEMA_VERSION {
            return Err(IdentityError::Version { found: file.schema_version });
        }
        Ok(file)
    }

    /// The file as JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        crate::schema::to_json(self)
    }
}

/// Why a file is none of identities.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It is not JSON of the schema.
    #[error("not a file of identities: {0}\n  hint: groma schema identity says what it holds")]
    Malformed(#[from] serde_json::Error),
    /// It is of another version.
    #[error("a file of identities of version {found}, where {SCHEMA_VERSION} is known")]
    Version {
        /// The version that it states.
        found: u32,
    },
}

impl IdentityModel {
    fn of(compared: &Compared<'_>) -> Self {
        let Compared { old, new, comparison, .. } = *compared;
        let id = |model: &Model, id: ElementId| model.element(id).key.global_id.to_string();
        let ids = |model: &Model, list: &[ElementId]| list.iter().map(|&e| id(model, e)).collect();
        let identity = &comparison.identity;
        Self {
            old: old.label.to_string(),
            new: new.label.to_string(),
            pairs: identity
                .pairs
                .iter()
                .map(|p| IdentityPair {
                    old: id(old, p.old),
                    new: id(new, p.new),
                    method: p.method.as_str().to_owned(),
                    score: p.score,
                })
                .collect(),
            removed: ids(old, &identity.removed),
            added: ids(new, &identity.added),
            ambiguous: identity
                .ambiguous
                .iter()
                .map(|g| IdentityGroup {
                    why: g.why.as_str().to_owned(),
                    old: ids(old, &g.old),
                    new: ids(new, &g.new),
                })
                .collect(),
        }
    }
}

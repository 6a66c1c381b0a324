//! Classification references.

use std::sync::Arc;

/// A classification reference, such as Uniclass `Ss_25_10_30`, or a whole system.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classification {
    /// The name of the classification system.
    pub system: Option<Arc<str>>,
    /// `Edition` of that system.
    pub edition: Option<Arc<str>>,
    /// `Identification` (IFC2x3: `ItemReference`).
    pub identification: Option<Arc<str>>,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Location`: where the class is described.
    pub location: Option<Arc<str>>,
    /// The reference above it, an index into [`crate::Model::classifications`]; `None` directly below the
    /// system.
    pub parent: Option<u32>,
}

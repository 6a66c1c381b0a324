//! Materials: single ones, and sets of layers, constituents and profiles.

use std::sync::Arc;

/// What kind of thing a material association is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum MaterialKind {
    /// One `IfcMaterial`.
    #[default]
    Single,
    /// `IfcMaterialList`: materials in no stated arrangement.
    List,
    /// `IfcMaterialLayerSet`, or one `IfcMaterialLayer` by itself.
    Layers,
    /// `IfcMaterialConstituentSet`, or one constituent by itself.
    Constituents,
    /// `IfcMaterialProfileSet`, or one profile by itself.
    Profiles,
}

/// A layer, constituent or profile of a material.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// The name of its `IfcMaterial`; `None` for an air gap.
    pub material: Option<Arc<str>>,
    /// That `IfcMaterial`, an index into [`crate::Model::materials`].
    pub single: Option<u32>,
    /// The layer's, constituent's or profile's own `Name`.
    pub name: Option<Arc<str>>,
    /// Its own `Category`, such as `LoadBearing`.
    pub category: Option<Arc<str>>,
    /// The thickness in metres, for layers.
    pub thickness: Option<f64>,
    /// `IsVentilated`, for layers.
    pub ventilated: Option<bool>,
    /// `Fraction` of the whole, for constituents.
    pub fraction: Option<f64>,
    /// `ProfileName`, for profiles.
    pub profile: Option<Arc<str>>,
}

/// A material association: one material, or a set of layers, constituents or profiles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Material {
    /// What kind.
    pub kind: MaterialKind,
    /// The name of the material or of the set.
    pub name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `Category` of a single material, such as `concrete`.
    pub category: Option<Arc<str>>,
    /// What it is made of, in file order (for layers the order along the axis of the set); empty for a
    /// single material.
    pub layers: Vec<Layer>,
    /// `Name` of the surface styles that it is drawn with (`IfcMaterialDefinitionRepresentation`).
    pub styles: Vec<Arc<str>>,
    /// Its own property sets (`IfcMaterialProperties` and its IFC2x3 kin), indices into
    /// [`crate::Model::property_sets`].
    pub property_sets: Vec<u32>,
}

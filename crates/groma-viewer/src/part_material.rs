//! The one material of all parts: a storage buffer holds the colour of each, so that recolouring is one
//! upload, and parts of one mesh are drawn together.

use bevy::app::{App, Plugin};
use bevy::asset::{Asset, Handle, embedded_asset};
use bevy::material::AlphaMode;
use bevy::pbr::{ExtendedMaterial, MaterialExtension, MaterialPlugin, StandardMaterial};
use bevy::reflect::TypePath;
use bevy::render::render_resource::AsBindGroup;
use bevy::render::storage::ShaderBuffer;
use bevy::shader::ShaderRef;

/// The material of parts.
pub type PartMaterial = ExtendedMaterial<StandardMaterial, PartColours>;

/// The colours of all parts, by [`bevy::mesh::MeshTag`].
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct PartColours {
    /// A `u32` for each part: sRGB and alpha, 8 bits each, red lowest.
    #[storage(100, read_only)]
    pub colours: Handle<ShaderBuffer>,
}

impl MaterialExtension for PartColours {
    fn fragment_shader() -> ShaderRef {
        "embedded://groma_viewer/part.wgsl".into()
    }
}

/// A material that takes its colours from a buffer; matt, both sides of a face alike.
pub fn part_material(colours: Handle<ShaderBuffer>, alpha_mode: AlphaMode) -> PartMaterial {
    PartMaterial {
        base: StandardMaterial {
            perceptual_roughness: 0.9,
            reflectance: 0.2,
            alpha_mode,
            cull_mode: None,
            ..StandardMaterial::default()
        },
        extension: PartColours { colours },
    }
}

/// Makes [`PartMaterial`] known to the renderer.
pub struct PartMaterialPlugin;

impl Plugin for PartMaterialPlugin {
    fn build(&self, app: &mut App) {
        embedded_asset!(app, "part.wgsl");
        app.add_plugins(MaterialPlugin::<PartMaterial>::default());
    }
}

//! The one material of all parts: buffers hold the colour of each part and the look of each element, so that what
//! changes is one upload, and parts of one mesh are drawn together.

use crate::flat_mesh::FACE;
use bevy::app::{App, Plugin};
use bevy::asset::{Asset, Handle, embedded_asset};
use bevy::material::AlphaMode;
use bevy::math::Vec4;
use bevy::mesh::{Mesh, MeshVertexBufferLayoutRef};
use bevy::pbr::{
    ExtendedMaterial, MaterialExtension, MaterialExtensionKey, MaterialExtensionPipeline, MaterialPlugin,
    StandardMaterial,
};
use bevy::reflect::TypePath;
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError};
use bevy::render::storage::ShaderBuffer;
use bevy::shader::ShaderRef;

/// The material of parts.
pub type PartMaterial = ExtendedMaterial<StandardMaterial, PartLooks>;

/// So many half spaces can cut the view.
pub const MOST_PLANES: usize = 12;

/// What is cut away, and where a second view begins.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cut {
    /// A point is cut away where the product of one of these with (x, y, z, 1) is negative; metres, Y up.
    pub planes: [Vec4; MOST_PLANES],
    /// How many of them count.
    pub count: u32,
    /// The pixel of the window at which the second view begins.
    pub split: f32,
    /// How many elements there are.
    pub elements: u32,
}

impl Default for Cut {
    fn default() -> Self {
        Self { planes: [Vec4::ZERO; MOST_PLANES], count: 0, split: f32::MAX, elements: 1 }
    }
}

impl Cut {
    /// The words that the shader reads.
    pub fn words(&self) -> Vec<u32> {
        let planes = self.planes.iter().flat_map(|p| p.to_array()).map(f32::to_bits);
        planes.chain([self.count, self.split.to_bits(), self.elements, 0]).collect()
    }
}

/// What parts look like, by [`bevy::mesh::MeshTag`].
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct PartLooks {
    /// Two `u32` for each part: sRGB and alpha, 8 bits each, red lowest; the element, with [`CLOSED`] and [`TURNED`].
    #[storage(100, read_only)]
    pub parts: Handle<ShaderBuffer>,
    /// Two `u32` for each element: see [`crate::session::paint::Paint::words`]; then those of a second view.
    #[storage(101, read_only)]
    pub looks: Handle<ShaderBuffer>,
    /// Two `f32` for each element: its lowest and its highest point.
    #[storage(102, read_only)]
    pub extents: Handle<ShaderBuffer>,
    /// What is cut away: see [`Cut::words`].
    #[storage(103, read_only)]
    pub cut: Handle<ShaderBuffer>,
}

/// On a part's element: its mesh bounds a solid.
pub const CLOSED: u32 = 1 << 30;
/// On a part's element: its mesh is inside out, or its placement mirrors it.
pub const TURNED: u32 = 1 << 31;

impl MaterialExtension for PartLooks {
    fn vertex_shader() -> ShaderRef {
        "embedded://groma_viewer/part.wgsl".into()
    }

    fn fragment_shader() -> ShaderRef {
        "embedded://groma_viewer/part.wgsl".into()
    }

    fn prepass_vertex_shader() -> ShaderRef {
        "embedded://groma_viewer/part.wgsl".into()
    }

    fn prepass_fragment_shader() -> ShaderRef {
        "embedded://groma_viewer/part.wgsl".into()
    }

    fn specialize(
        _: &MaterialExtensionPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _: MaterialExtensionKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let points = [Mesh::ATTRIBUTE_POSITION.at_shader_location(0), FACE.at_shader_location(1)];
        descriptor.vertex.buffers = vec![layout.0.get_layout(&points)?];
        Ok(())
    }
}

/// A material that takes its looks from buffers; matt, both sides of a face alike.
pub fn part_material(looks: PartLooks, alpha_mode: AlphaMode) -> PartMaterial {
    PartMaterial {
        base: StandardMaterial {
            perceptual_roughness: 0.9,
            reflectance: 0.2,
            alpha_mode,
            cull_mode: None,
            ..StandardMaterial::default()
        },
        extension: looks,
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

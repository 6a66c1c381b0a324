//! What is shown: one entity for each part, as parts arrive.

use crate::load::{LoadSystems, PartsArrived};
use crate::part_material::{PartMaterial, part_material};
use bevy::app::{App, Plugin, PreUpdate, Startup};
use bevy::asset::{Assets, Handle};
use bevy::camera::primitives::Aabb;
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::component::Component;
use bevy::ecs::message::MessageMutator;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Commands;
use bevy::light::NotShadowCaster;
use bevy::material::AlphaMode;
use bevy::math::Vec3;
use bevy::mesh::{Mesh, Mesh3d, MeshTag};
use bevy::pbr::MeshMaterial3d;
use bevy::render::storage::ShaderBuffer;
use bevy::transform::components::Transform;
use groma::model::ElementId;

/// The buffer of colours grows in steps of this many parts, so that it is seldom made anew.
const COLOURS_STEP: usize = 1024;

/// How far what is shown reaches: the corners of the box of each part, in metres, Y up.
#[derive(Resource, Clone, PartialEq, Debug, Default)]
pub struct SceneBounds {
    /// Eight points for each part.
    pub points: Vec<Vec3>,
}

impl SceneBounds {
    /// Lower and upper corner of the whole; `None` while there is nothing.
    pub fn corners(&self) -> Option<(Vec3, Vec3)> {
        let first = *self.points.first()?;
        Some(self.points.iter().fold((first, first), |(low, high), &p| (low.min(p), high.max(p))))
    }

    fn add(&mut self, part: &Transform, bounds: &Aabb) {
        let (low, high) = (bounds.min(), bounds.max());
        self.points.extend((0..8).map(|i| {
            let pick = |bit: usize| if i >> bit & 1 == 0 { low[bit] } else { high[bit] };
            part.transform_point(Vec3::new(pick(0), pick(1), pick(2)))
        }));
    }
}

/// On an entity: which element it shows a part of.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartOf {
    /// The model, an index into [`groma::Project::models`].
    pub model: u32,
    /// The element.
    pub element: ElementId,
}

/// Shows the parts that arrive, and keeps [`SceneBounds`].
pub struct ScenePlugin;

impl Plugin for ScenePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<SceneBounds>()
            .init_resource::<Scene>()
            .add_systems(Startup, prepare_materials)
            .add_systems(PreUpdate, show_parts.after(LoadSystems));
    }
}

/// What is on the graphics card.
#[derive(Resource, Default)]
struct Scene {
    meshes: Vec<(Handle<Mesh>, Aabb)>,
    /// By the tag of the part; padded to the step it grows in.
    colours: Vec<u32>,
    parts: usize,
    buffer: Handle<ShaderBuffer>,
    opaque: Handle<PartMaterial>,
    blended: Handle<PartMaterial>,
}

fn prepare_materials(
    mut scene: ResMut<Scene>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
    mut materials: ResMut<Assets<PartMaterial>>,
) {
    scene.colours = vec![0; COLOURS_STEP];
    scene.buffer = buffers.add(ShaderBuffer::from(scene.colours.clone()));
    scene.opaque = materials.add(part_material(scene.buffer.clone(), AlphaMode::Opaque));
    scene.blended = materials.add(part_material(scene.buffer.clone(), AlphaMode::Blend));
}

fn show_parts(
    mut commands: Commands,
    mut scene: ResMut<Scene>,
    mut bounds: ResMut<SceneBounds>,
    mut arrived: MessageMutator<PartsArrived>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
    mut materials: ResMut<Assets<PartMaterial>>,
) {
    if arrived.is_empty() {
        return;
    }
    for PartsArrived(batch) in arrived.read() {
        let batch = std::mem::take(batch);
        for made in batch.meshes {
            scene.meshes.push((meshes.add(made.mesh), made.bounds));
        }
        for part in batch.parts {
            let Some((mesh, aabb)) = scene.meshes.get(part.mesh as usize).cloned() else { continue };
            bounds.add(&part.transform, &aabb);
            let tag = scene.parts;
            scene.parts += 1;
            if tag == scene.colours.len() {
                scene.colours.resize(tag + COLOURS_STEP.max(tag / 2), 0);
            }
            scene.colours[tag] = u32::from_le_bytes(part.colour);
            let opaque = part.colour[3] == u8::MAX;
            let material = if opaque { scene.opaque.clone() } else { scene.blended.clone() };
            let mut entity = commands.spawn((
                Mesh3d(mesh),
                MeshMaterial3d(material),
                MeshTag(tag as u32),
                part.transform,
                aabb,
                PartOf { model: part.model, element: part.element },
            ));
            if !opaque {
                entity.insert(NotShadowCaster);
            }
        }
    }
    if let Some(mut buffer) = buffers.get_mut(&scene.buffer) {
        buffer.set_data(scene.colours.clone());
    }
    // A buffer of another size is another buffer on the graphics card: the materials must bind it anew.
    for material in [&scene.opaque, &scene.blended] {
        if let Some(mut material) = materials.get_mut(material) {
            material.extension.colours = scene.buffer.clone();
        }
    }
}
